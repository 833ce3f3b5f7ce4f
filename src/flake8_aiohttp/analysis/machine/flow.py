"""Control flow, once: statements, branches, loops, `try` and `with`.

A statement maps the states in which it begins to the ways out of it, each with the states that take it:

    for url in urls:                 NEXT      fell through to the next statement
        if done: break               BREAK     … to the end of the loop
        if not url: continue         CONTINUE  … to the loop's head
        if bad(url): raise Oops      RAISE     … to the handlers
        return await fetch(url)      RETURN    … out of the function

A way that is missing cannot happen. `finally` and `async with` are the same thing: *for every way out, do
something more*. That one sentence gets `return await response.text()` inside a block, `break` out of it and
a release in `finally` right, without a special case.

Nothing here knows what a state is: a `Domain` says what expressions do to it.
"""

from __future__ import annotations

import ast
import enum
from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from flake8_aiohttp.analysis.domain.limits import MOST_ROUNDS

W = TypeVar("W")

_TRY_STAR: type[ast.stmt] = getattr(ast, "TryStar", ast.Try)  # Python 3.11


class Completion(enum.Enum):
    """A way out of a statement."""

    __hash__ = object.__hash__  # by identity: it is hashed all the time

    NORMAL = "next"
    BREAK = "break"
    CONTINUE = "continue"
    RETURN = "return"
    THROW = "raise"


class Outcomes(dict[Completion, list[W]]):
    """For each way out the states that take it."""

    def add(self, way: Completion, states: Sequence[W]) -> None:
        """Let these states, too, take this way."""
        if states:
            self.setdefault(way, []).extend(states)

    def add_all(self, other: Outcomes[W]) -> None:
        """Take over all ways of another flow."""
        for way, states in other.items():
            self.add(way, states)

    def take(self, *ways: Completion) -> list[W]:
        """Remove these ways and give the states that took them."""
        return [state for way in ways for state in self.pop(way, [])]


class Domain(Protocol[W]):
    """What the flow asks about states; each answer ends with the states in which the question raised."""

    def execute(self, statement: ast.stmt, states: list[W]) -> Outcomes[W]:
        """Run a statement that has no suite of its own."""

    def pass_by(self, statement: ast.stmt, states: list[W]) -> tuple[Outcomes[W], list[W]]:
        """Pass by a compound statement in the states where it cannot matter; give the other states, too."""

    def test(self, test: ast.expr, states: list[W], *, again: bool = False) -> tuple[list[W], list[W], list[W]]:
        """Split into true, false; `again` where the test is a loop's and may answer otherwise than before."""

    def advance(self, loop: ast.For | ast.AsyncFor, states: list[W], rounds: int) -> tuple[list[W], list[W], list[W]]:
        """Split into those with a next element, bound to the target, and those at the end."""

    def begin(self, loop: ast.For | ast.AsyncFor, states: list[W]) -> tuple[list[W], list[W]]:
        """Evaluate what a loop iterates over."""

    def finish(self, loop: ast.For | ast.AsyncFor, states: list[W]) -> list[W]:
        """Come to the end of what a loop iterates over."""

    def enter(self, item: ast.withitem, block: ast.With | ast.AsyncWith, states: list[W]) -> tuple[list[W], list[W]]:
        """Open a context."""

    def leave(
        self, item: ast.withitem, block: ast.With | ast.AsyncWith, way: Completion, states: list[W]
    ) -> Outcomes[W]:
        """Close a context on a way out of its block."""

    def catch(self, handler: ast.ExceptHandler, states: list[W], *, grouped: bool = False) -> tuple[list[W], list[W]]:
        """Split into those whose exception the handler takes, its name bound, and the others.

        Of a `grouped` one it may take a part: the state is in both.
        """

    def caught(self, handler: ast.ExceptHandler, states: list[W]) -> list[W]:
        """Leave a handler: its name is unbound."""

    def subject(self, statement: ast.Match, states: list[W]) -> tuple[list[W], list[W]]:
        """Evaluate what a `match` looks at."""

    def match(self, statement: ast.Match, case: ast.match_case, states: list[W]) -> tuple[list[W], list[W], list[W]]:
        """Split into matched, with the pattern's names bound, and not matched."""

    def join(self, states: list[W]) -> list[W]:
        """Merge the states that are alike."""

    def unseen(self, states: list[W], seen: list[W]) -> list[W]:
        """Give the states that no round of a loop began with yet, and add them to `seen`."""

    def groups(self, states: list[W]) -> tuple[list[W], list[W]]:
        """Split into those that ended in one exception, and those that may have ended in a group of them."""

    def unentered(self, states: list[W], entered: list[W]) -> tuple[list[W], list[W]]:
        """Split off the states in which a loop was not entered before, adding them to `entered`, and those too many."""

    def regroup(self, states: list[W]) -> list[W]:
        """Let the rest of an exception group go on, in the states in which an `except*` has dealt with its part."""

    def begin_try(self, statement: ast.Try | ast.withitem) -> None:
        """Begin to run what handlers, a `finally` or a context stand around: else nobody asks for exceptions."""

    def end_try(self, statement: ast.Try | ast.withitem) -> None:
        """End it."""


class Interpreter(Generic[W]):
    """Runs statements over the states of a domain."""

    def __init__(self, domain: Domain[W]) -> None:
        self.domain = domain
        self._on_the_way: tuple[Completion, ...] = ()
        self._met: dict[tuple[ast.stmt, tuple[Completion, ...], int], list[W]] = {}
        self._compound: dict[type[ast.stmt], Callable[..., Outcomes[W]]] = {
            ast.Pass: self._pass,
            ast.Break: self._break,
            ast.Continue: self._continue,
            ast.If: self._if,
            ast.While: self._while,
            ast.For: self._for,
            ast.AsyncFor: self._for,
            ast.With: self._with,
            ast.AsyncWith: self._with,
            ast.Try: self._try,
            _TRY_STAR: self._try,
            ast.Match: self._match,
        }

    def run(self, body: list[ast.stmt], states: list[W]) -> Outcomes[W]:
        """Run the statements of a suite one after the other."""
        outcomes: Outcomes[W] = Outcomes()
        for statement in body:
            if not states:
                break
            outcomes.add_all(self._statement(statement, states))
            states = self.domain.join(outcomes.take(Completion.NORMAL))
        outcomes.add(Completion.NORMAL, states)
        return outcomes

    def _statement(self, statement: ast.stmt, states: list[W]) -> Outcomes[W]:
        run = self._compound.get(type(statement))
        if run is None:
            return self.domain.execute(statement, states)
        outcomes, states = self.domain.pass_by(statement, states)
        if states:
            outcomes.add_all(run(statement, states))
        return outcomes

    def _pass(self, _: ast.stmt, states: list[W]) -> Outcomes[W]:
        return Outcomes({Completion.NORMAL: states})

    def _break(self, _: ast.Break, states: list[W]) -> Outcomes[W]:
        return Outcomes({Completion.BREAK: states})

    def _continue(self, _: ast.Continue, states: list[W]) -> Outcomes[W]:
        return Outcomes({Completion.CONTINUE: states})

    def _if(self, statement: ast.If, states: list[W]) -> Outcomes[W]:
        true, false, raised = self.domain.test(statement.test, states)
        outcomes = self.run(statement.body, true)
        outcomes.add_all(self.run(statement.orelse, false))
        outcomes.add(Completion.THROW, raised)
        return outcomes

    def _while(self, statement: ast.While, states: list[W]) -> Outcomes[W]:
        def advance(states: list[W], _: int) -> tuple[list[W], list[W], list[W]]:
            return self.domain.test(statement.test, states, again=True)

        outcomes, ended = self._rounds(statement, states, advance)
        return self._after_loop(statement.orelse, outcomes, ended)

    def _for(self, statement: ast.For | ast.AsyncFor, states: list[W]) -> Outcomes[W]:
        def advance(states: list[W], rounds: int) -> tuple[list[W], list[W], list[W]]:
            return self.domain.advance(statement, states, rounds)

        states, raised = self.domain.begin(statement, states)
        outcomes, ended = self._rounds(statement, states, advance)
        outcomes.add(Completion.THROW, raised)
        return self._after_loop(statement.orelse, outcomes, self.domain.finish(statement, ended))

    def _rounds(
        self,
        loop: ast.While | ast.For | ast.AsyncFor,
        states: list[W],
        advance: Callable[[list[W], int], tuple[list[W], list[W], list[W]]],
    ) -> tuple[Outcomes[W], list[W]]:
        """Run a loop's body until its entry stops changing; give its ways out, and the states at its end.

        A loop within a loop is come to again and again. In a state in which it was entered before, all that happens
        in and after it has been seen: so nested loops cost the sum of their rounds, not the product.
        """
        outcomes: Outcomes[W] = Outcomes()
        states, ended = self.domain.unentered(states, self._met_before(loop, -1))
        seen: list[W] = []
        for rounds in range(MOST_ROUNDS):
            entered, exhausted, raised = advance(states, rounds)
            ended += exhausted
            outcomes.add(Completion.THROW, raised)
            once = self.run(loop.body, entered)
            again = self.domain.join(once.take(Completion.NORMAL, Completion.CONTINUE))
            outcomes.add_all(once)
            states = self.domain.unseen(self.domain.unseen(again, seen), self._met_before(loop, rounds))
            if not states:
                _, exhausted, _ = advance(again, MOST_ROUNDS)
                return outcomes, ended + exhausted
        return outcomes, ended + states

    def _met_before(self, loop: ast.While | ast.For | ast.AsyncFor, rounds: int) -> list[W]:
        """Give the states after so many rounds of a loop, whenever it was come to; a `while` does not count them."""
        return self._met.setdefault(
            (loop, self._on_the_way, min(rounds, 0) if isinstance(loop, ast.While) else rounds), []
        )

    def _after_loop(self, orelse: list[ast.stmt], outcomes: Outcomes[W], ended: list[W]) -> Outcomes[W]:
        left = outcomes.take(Completion.BREAK)
        outcomes.add_all(self.run(orelse, self.domain.join(ended)))
        outcomes.add(Completion.NORMAL, left)
        return outcomes

    def _with(self, statement: ast.With | ast.AsyncWith, states: list[W]) -> Outcomes[W]:
        return self._items(statement, statement.items, states)

    def _items(self, block: ast.With | ast.AsyncWith, items: list[ast.withitem], states: list[W]) -> Outcomes[W]:
        if not items:
            return self.run(block.body, states)
        entered, raised = self.domain.enter(items[0], block, states)
        self.domain.begin_try(items[0])
        inner = self._items(block, items[1:], entered)
        self.domain.end_try(items[0])
        outcomes = _do_more(
            inner,
            lambda way, states: self.domain.leave(items[0], block, way, self.domain.join(states)),
        )
        outcomes.add(Completion.THROW, raised)
        return outcomes

    def _try(self, statement: ast.Try, states: list[W]) -> Outcomes[W]:
        if not statement.finalbody:
            return self._handle(statement, states)
        self.domain.begin_try(statement)
        outcomes = self._handle(statement, states)
        self.domain.end_try(statement)
        return _do_more(outcomes, lambda way, states: self._finally(statement.finalbody, way, states))

    def _handle(self, statement: ast.Try, states: list[W]) -> Outcomes[W]:
        """Run a `try` without its `finally`; of `except*`, one handler after another may run."""
        if not statement.handlers:
            return self.run(statement.body, states)
        self.domain.begin_try(statement)
        outcomes = self.run(statement.body, states)
        self.domain.end_try(statement)
        raised = self.domain.join(outcomes.take(Completion.THROW))
        outcomes.add_all(self.run(statement.orelse, outcomes.take(Completion.NORMAL)))
        raised, grouped = self.domain.groups(raised) if type(statement) is not ast.Try else (raised, [])
        for handler in statement.handlers:
            caught, raised = self.domain.catch(handler, raised)
            outcomes.add_all(self._leave_handler(handler, self.run(handler.body, caught)))
            caught, grouped = self.domain.catch(handler, grouped, grouped=True)
            handled = self._leave_handler(handler, self._run_on(Completion.THROW, handler.body, caught))
            grouped = self.domain.join(grouped + self.domain.regroup(handled.get(Completion.NORMAL, [])))
            outcomes.add_all(handled)
        outcomes.add(Completion.THROW, raised + grouped)
        return outcomes

    def _leave_handler(self, handler: ast.ExceptHandler, outcomes: Outcomes[W]) -> Outcomes[W]:
        return _do_more(outcomes, lambda way, states: Outcomes({way: self.domain.caught(handler, states)}))

    def _finally(self, finalbody: list[ast.stmt], way: Completion, states: list[W]) -> Outcomes[W]:
        outcomes = self._run_on(way, finalbody, self.domain.join(states))
        done = outcomes.take(Completion.NORMAL)
        outcomes.add(way, done)
        return outcomes

    def _run_on(self, way: Completion, body: list[ast.stmt], states: list[W]) -> Outcomes[W]:
        """Run a suite that is run for several ways: what follows it is not the same for each."""
        self._on_the_way = (*self._on_the_way, way)
        outcomes = self.run(body, states)
        self._on_the_way = self._on_the_way[:-1]
        return outcomes

    def _match(self, statement: ast.Match, states: list[W]) -> Outcomes[W]:
        states, raised = self.domain.subject(statement, states)
        outcomes: Outcomes[W] = Outcomes()
        outcomes.add(Completion.THROW, raised)
        for case in statement.cases:
            matched, states, raised = self.domain.match(statement, case, states)
            outcomes.add(Completion.THROW, raised)
            outcomes.add_all(self.run(case.body, matched))
        outcomes.add(Completion.NORMAL, states)
        return outcomes


def _do_more(outcomes: Outcomes[W], more: Callable[[Completion, list[W]], Outcomes[W]]) -> Outcomes[W]:
    """For every way out, do something more."""
    result: Outcomes[W] = Outcomes()
    for way, states in outcomes.items():
        result.add_all(more(way, states))
    return result
