"""Control flow, once: statements, branches, loops, `try` and `with`.

A statement maps the worlds in which it begins to the ways out of it, each with the worlds that take it:

    for url in urls:                 NEXT      fell through to the next statement
        if done: break               BREAK     … to the end of the loop
        if not url: continue         CONTINUE  … to the loop's head
        if bad(url): raise Oops      RAISE     … to the handlers
        return await fetch(url)      RETURN    … out of the function

A way that is missing cannot happen. `finally` and `async with` are the same thing: *for every way out, do
something more*. That one sentence gets `return await response.text()` inside a block, `break` out of it and
a release in `finally` right, without a special case.

Nothing here knows what a world is: a `Domain` says what expressions do to it.
"""

from __future__ import annotations

import ast
import enum
from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

W = TypeVar("W")

MOST_ROUNDS = 5
"""A loop whose entry goes on changing after so many rounds is left as it is then."""


_TRY_STAR: type[ast.stmt] = getattr(ast, "TryStar", ast.Try)  # Python 3.11


class Way(enum.Enum):
    """A way out of a statement."""

    NEXT = "next"
    BREAK = "break"
    CONTINUE = "continue"
    RETURN = "return"
    RAISE = "raise"


class Flow(dict[Way, list[W]]):
    """For each way out the worlds that take it."""

    def add(self, way: Way, worlds: Sequence[W]) -> None:
        """Let these worlds, too, take this way."""
        if worlds:
            self.setdefault(way, []).extend(worlds)

    def add_all(self, other: Flow[W]) -> None:
        """Take over all ways of another flow."""
        for way, worlds in other.items():
            self.add(way, worlds)

    def take(self, *ways: Way) -> list[W]:
        """Remove these ways and give the worlds that took them."""
        return [world for way in ways for world in self.pop(way, [])]


class Domain(Protocol[W]):
    """What the flow asks about worlds; each answer ends with the worlds in which the question raised."""

    def execute(self, statement: ast.stmt, worlds: list[W]) -> Flow[W]:
        """Run a statement that has no suite of its own."""

    def pass_by(self, statement: ast.stmt, worlds: list[W]) -> tuple[Flow[W], list[W]]:
        """Pass by a compound statement in the worlds where it cannot matter; give the other worlds, too."""

    def test(self, test: ast.expr, worlds: list[W], *, again: bool = False) -> tuple[list[W], list[W], list[W]]:
        """Split into true, false; `again` where the test is a loop's and may answer otherwise than before."""

    def advance(self, loop: ast.For | ast.AsyncFor, worlds: list[W], rounds: int) -> tuple[list[W], list[W], list[W]]:
        """Split into those with a next element, bound to the target, and those at the end."""

    def begin(self, loop: ast.For | ast.AsyncFor, worlds: list[W]) -> tuple[list[W], list[W]]:
        """Evaluate what a loop iterates over."""

    def finish(self, loop: ast.For | ast.AsyncFor, worlds: list[W]) -> list[W]:
        """Come to the end of what a loop iterates over."""

    def enter(self, item: ast.withitem, block: ast.With | ast.AsyncWith, worlds: list[W]) -> tuple[list[W], list[W]]:
        """Open a context."""

    def leave(self, item: ast.withitem, block: ast.With | ast.AsyncWith, way: Way, worlds: list[W]) -> Flow[W]:
        """Close a context on a way out of its block."""

    def catch(self, handler: ast.ExceptHandler, worlds: list[W]) -> tuple[list[W], list[W]]:
        """Split into those whose exception the handler takes, its name bound, and the others."""

    def caught(self, handler: ast.ExceptHandler, worlds: list[W]) -> list[W]:
        """Leave a handler: its name is unbound."""

    def subject(self, statement: ast.Match, worlds: list[W]) -> tuple[list[W], list[W]]:
        """Evaluate what a `match` looks at."""

    def match(self, statement: ast.Match, case: ast.match_case, worlds: list[W]) -> tuple[list[W], list[W], list[W]]:
        """Split into matched, with the pattern's names bound, and not matched."""

    def join(self, worlds: list[W]) -> list[W]:
        """Merge the worlds that are alike."""

    def unseen(self, worlds: list[W], seen: list[W]) -> list[W]:
        """Give the worlds that no round of a loop began with yet, and add them to `seen`."""

    def begin_try(self, statement: ast.Try) -> None:
        """Begin to run what handlers stand around: without any, nobody asks for exceptions."""

    def end_try(self, statement: ast.Try) -> None:
        """End it."""


class Interpreter(Generic[W]):
    """Runs statements over the worlds of a domain."""

    def __init__(self, domain: Domain[W]) -> None:
        self.domain = domain
        self._compound: dict[type[ast.stmt], Callable[..., Flow[W]]] = {
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

    def run(self, body: list[ast.stmt], worlds: list[W]) -> Flow[W]:
        """Run the statements of a suite one after the other."""
        flow: Flow[W] = Flow()
        for statement in body:
            if not worlds:
                break
            flow.add_all(self._statement(statement, worlds))
            worlds = self.domain.join(flow.take(Way.NEXT))
        flow.add(Way.NEXT, worlds)
        return flow

    def _statement(self, statement: ast.stmt, worlds: list[W]) -> Flow[W]:
        run = self._compound.get(type(statement))
        if run is None:
            return self.domain.execute(statement, worlds)
        flow, worlds = self.domain.pass_by(statement, worlds)
        if worlds:
            flow.add_all(run(statement, worlds))
        return flow

    def _pass(self, _: ast.stmt, worlds: list[W]) -> Flow[W]:
        return Flow({Way.NEXT: worlds})

    def _break(self, _: ast.Break, worlds: list[W]) -> Flow[W]:
        return Flow({Way.BREAK: worlds})

    def _continue(self, _: ast.Continue, worlds: list[W]) -> Flow[W]:
        return Flow({Way.CONTINUE: worlds})

    def _if(self, statement: ast.If, worlds: list[W]) -> Flow[W]:
        true, false, raised = self.domain.test(statement.test, worlds)
        flow = self.run(statement.body, true)
        flow.add_all(self.run(statement.orelse, false))
        flow.add(Way.RAISE, raised)
        return flow

    def _while(self, statement: ast.While, worlds: list[W]) -> Flow[W]:
        def advance(worlds: list[W], _: int) -> tuple[list[W], list[W], list[W]]:
            return self.domain.test(statement.test, worlds, again=True)

        flow, ended = self._rounds(statement.body, worlds, advance)
        return self._after_loop(statement.orelse, flow, ended)

    def _for(self, statement: ast.For | ast.AsyncFor, worlds: list[W]) -> Flow[W]:
        def advance(worlds: list[W], rounds: int) -> tuple[list[W], list[W], list[W]]:
            return self.domain.advance(statement, worlds, rounds)

        worlds, raised = self.domain.begin(statement, worlds)
        flow, ended = self._rounds(statement.body, worlds, advance)
        flow.add(Way.RAISE, raised)
        return self._after_loop(statement.orelse, flow, self.domain.finish(statement, ended))

    def _rounds(
        self,
        body: list[ast.stmt],
        worlds: list[W],
        advance: Callable[[list[W], int], tuple[list[W], list[W], list[W]]],
    ) -> tuple[Flow[W], list[W]]:
        """Run a loop's body until its entry stops changing; give its ways out, and the worlds at its end."""
        flow: Flow[W] = Flow()
        ended: list[W] = []
        seen: list[W] = []
        for rounds in range(MOST_ROUNDS):
            entered, exhausted, raised = advance(worlds, rounds)
            ended += exhausted
            flow.add(Way.RAISE, raised)
            once = self.run(body, entered)
            again = self.domain.join(once.take(Way.NEXT, Way.CONTINUE))
            flow.add_all(once)
            worlds = self.domain.unseen(again, seen)
            if not worlds:
                _, exhausted, _ = advance(again, MOST_ROUNDS)
                return flow, ended + exhausted
        return flow, ended + worlds

    def _after_loop(self, orelse: list[ast.stmt], flow: Flow[W], ended: list[W]) -> Flow[W]:
        left = flow.take(Way.BREAK)
        flow.add_all(self.run(orelse, self.domain.join(ended)))
        flow.add(Way.NEXT, left)
        return flow

    def _with(self, statement: ast.With | ast.AsyncWith, worlds: list[W]) -> Flow[W]:
        return self._items(statement, statement.items, worlds)

    def _items(self, block: ast.With | ast.AsyncWith, items: list[ast.withitem], worlds: list[W]) -> Flow[W]:
        if not items:
            return self.run(block.body, worlds)
        entered, raised = self.domain.enter(items[0], block, worlds)
        flow = _do_more(
            self._items(block, items[1:], entered),
            lambda way, worlds: self.domain.leave(items[0], block, way, self.domain.join(worlds)),
        )
        flow.add(Way.RAISE, raised)
        return flow

    def _try(self, statement: ast.Try, worlds: list[W]) -> Flow[W]:
        self.domain.begin_try(statement)
        flow = self.run(statement.body, worlds)
        self.domain.end_try(statement)
        raised = self.domain.join(flow.take(Way.RAISE))
        flow.add_all(self.run(statement.orelse, flow.take(Way.NEXT)))
        for handler in statement.handlers:
            caught, raised = self.domain.catch(handler, raised)
            handled = self.run(handler.body, caught)
            flow.add_all(self._leave_handler(handler, handled))
        flow.add(Way.RAISE, raised)
        if not statement.finalbody:
            return flow
        return _do_more(flow, lambda way, worlds: self._finally(statement.finalbody, way, worlds))

    def _leave_handler(self, handler: ast.ExceptHandler, flow: Flow[W]) -> Flow[W]:
        return _do_more(flow, lambda way, worlds: Flow({way: self.domain.caught(handler, worlds)}))

    def _finally(self, finalbody: list[ast.stmt], way: Way, worlds: list[W]) -> Flow[W]:
        flow = self.run(finalbody, self.domain.join(worlds))
        done = flow.take(Way.NEXT)
        flow.add(way, done)
        return flow

    def _match(self, statement: ast.Match, worlds: list[W]) -> Flow[W]:
        worlds, raised = self.domain.subject(statement, worlds)
        flow: Flow[W] = Flow()
        flow.add(Way.RAISE, raised)
        for case in statement.cases:
            matched, worlds, raised = self.domain.match(statement, case, worlds)
            flow.add(Way.RAISE, raised)
            flow.add_all(self.run(case.body, matched))
        flow.add(Way.NEXT, worlds)
        return flow


def _do_more(flow: Flow[W], more: Callable[[Way, list[W]], Flow[W]]) -> Flow[W]:
    """For every way out, do something more."""
    result: Flow[W] = Flow()
    for way, worlds in flow.items():
        result.add_all(more(way, worlds))
    return result
