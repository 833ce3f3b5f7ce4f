"""A function being run over its states: the domain that the flow asks.

An expression is evaluated in one state at a time, straight through. Where it could go several ways (a
conditional expression, a call that ends in several states) it asks `choose`; the frame then evaluates the
whole expression again in a copy of the state for each other choice. So no evaluator knows about branches.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

from flake8_aiohttp.analysis.domain.limits import MOST_DISJUNCTS, MOST_PLACES
from flake8_aiohttp.analysis.domain.state import AbstractState, States, Unreachable, join
from flake8_aiohttp.analysis.domain.typestate import Typestate
from flake8_aiohttp.analysis.domain.values import (
    COMPOSITE,
    SHADOWING,
    Closure,
    Constant,
    Instance,
    SequenceValue,
    Site,
    SuspendedCall,
    Value,
    heard_of,
    normalise,
)
from flake8_aiohttp.analysis.interpreter import expressions, generators, loops, statements, summaries, with_blocks
from flake8_aiohttp.analysis.machine.budget import BudgetExceeded
from flake8_aiohttp.analysis.machine.flow import Completion, Interpreter, Outcomes
from flake8_aiohttp.analysis.machine.invocation import Invocation, Mode
from flake8_aiohttp.analysis.machine.paths import Paths
from flake8_aiohttp.analysis.machine.services import Services
from flake8_aiohttp.analysis.transfer import branches, escapes, exceptions, patterns, widening
from flake8_aiohttp.python.definitions import Function

_NOTHING_YET = SequenceValue(())


class Frame:
    """The run of one invocation: the `Activation` that transfer functions and the interpreter see.

    `raised` and `yields` collect the states of the ways out.
    """

    def __init__(self, services: Services, invocation: Invocation, mode: Mode | None = None) -> None:
        self._services = services
        self.facts = services.facts
        self.journal = services.journal
        self.memory = services.memory
        self.budget = services.budget
        self.invocation = invocation
        self.mode = mode or Mode()
        self.state = AbstractState()
        self.raised: States = []
        self.yields: list[tuple[AbstractState, Value]] | None = None
        self.dropped: set[tuple[Site, Typestate]] = set()
        self._paths = Paths()

    # Running

    def run(self, body: list[ast.stmt], state: AbstractState) -> Outcomes[AbstractState]:
        """Run a suite from one state; raises BudgetExceeded where that costs too much, or more than what is left."""
        left = self.budget.left
        try:
            self.memory.refuse(self.invocation.function, left)
            return Interpreter(self).run(body, [state])
        except BudgetExceeded:
            self.memory.give_up(self.invocation.function, left)
            self.journal.recorder.incomplete(body)
            raise
        except RecursionError:
            self.journal.recorder.incomplete(body)
            raise

    def yielded(self) -> tuple[Value, ...]:
        """Give what was handed to the consumer so far: it lives on when this function has ended."""
        return tuple(value for _, value in self.yields) if self.yields else ()

    def activate(self, function: Function, call: SuspendedCall) -> Frame:
        """Make the frame in which a call of a function of this file runs."""
        own = self.invocation
        is_closure = isinstance(call.routine, Closure)
        invocation = Invocation(
            function,
            (*own.context, call.span),
            {**own.enclosing, **self.state.store} if is_closure else {},
            own,
            asynchronous=function.is_async,
        )
        mode = Mode(observers=1 if self.mode.observers else 0, muted=self.mode.muted)
        return Frame(self._services, invocation, mode)

    # Evaluating

    def evaluate(self, node: ast.expr) -> Value:
        """Evaluate an expression in the state at hand."""
        return expressions.evaluate(self, node)

    def fetch(self, node: ast.Attribute, owner: Value) -> Value:
        """Fetch an attribute of a value."""
        return expressions.fetch_member(self, node, owner)

    def choose(self, count: int) -> int:
        """Choose one of `count` ways; the others are tried afterwards."""
        return self._paths.choose(count)

    @property
    def is_split(self) -> bool:
        """Whether many choices were made on the way through the expression at hand."""
        return self._paths.is_split

    def explore(self, states: States, action: Callable[[], Value]) -> list[tuple[AbstractState, Value]]:
        """Do something in each state, for each way to go through it; give the states and what came out."""
        kept_state, kept_paths, self._paths = self.state, self._paths, Paths()
        results = []
        for state in states:
            for _ in self._paths.ways():
                self.budget.spend(1 + state.size // 64)
                self.state = state.copy()
                try:
                    value = action()
                except Unreachable:
                    continue
                results.append((self.state, value))
        self.state, self._paths = kept_state, kept_paths
        return results

    def lookup(self, name: str) -> Value:
        """Give what a name holds: in this state, in the functions around, or in the module."""
        found = self.state.store.get(name)
        if found is None:
            found = self.invocation.enclosing.get(name)
        if found is None:
            found = self.facts.module.module_value(name)
        return None if found is SHADOWING else found

    def run_detached(self, call: SuspendedCall) -> None:
        """Run a call that somebody else will run, for what is seen of it; the state at hand stays as it is."""
        function = self.facts.functions.function_of(call.routine)
        runs = generators.until_yield if self.facts.functions.is_generator(function) else summaries.run
        self.explore([self.state], lambda: runs(self, call))
        self.take_raised()

    def bind(self, path: str, value: Value) -> None:
        """Let a place of the state at hand hold a value."""
        value, facts = normalise(value), self.facts
        function, shared = self.invocation.function, self.invocation.shared
        if isinstance(value, (Constant, Instance)) and (path in facts.scopes.bindings.nonlocals or path in shared):
            value = heard_of(value)  # others may change it at any time
        if value == _NOTHING_YET and function and facts.functions.is_lent(function, path):
            value = SequenceValue((), exact=False)
        if isinstance(value, COMPOSITE):
            value = widening.bounded(self, value)
        self.state.bind(path, value, shadows=value is None and self._shadows(path))
        if len(self.state.store) > MOST_PLACES:
            widening.drop_oldest(self, path, self._shadows)

    def bounded(self, value: Value) -> Value:
        """Give a value, or the unknown for one that is too large: what it holds is lost sight of."""
        return widening.bounded(self, value)

    def _shadows(self, path: str) -> bool:
        """Whether a place hides what functions around or the module call so."""
        return path in self.invocation.enclosing or self.facts.module.module_value(path) is not None

    def is_inert(self, node: ast.stmt | ast.expr, state: AbstractState) -> bool:
        """Whether nothing in a statement or expression can be aiohttp's in a state."""
        return self.facts.slices.is_inert(node, state, self.invocation.enclosing)

    def is_shared(self, name: str) -> bool:
        """Whether others see what a name is bound to: it is global, or belongs to a function around."""
        return name in self.invocation.shared or (name not in self.state.store and self.invocation.function is not None)

    def havoc_fields(self, receiver: ast.expr) -> None:
        """Note that an object did something unseen: the typestates behind its attributes are not known any more."""
        if isinstance(receiver, ast.Name):
            prefix = f"{receiver.id}."
            for path, value in self.state.store.items():
                if path.startswith(prefix):
                    self.state.havoc(value)
            self.state.forget_fields(receiver.id, None)

    # Exceptions

    def may_raise(self, exception: str = "", *, explicit: bool = False) -> None:
        """Note that the state at hand may end here; asked for only where a handler could see it."""
        if not self.mode.observers or (self.raised and self._raised_so(self.raised[-1], exception, explicit=explicit)):
            return
        state = self.state.copy()
        state.pending_exception = exception
        state.explicit = state.explicit and explicit
        self.raised.append(state)

    def _raised_so(self, last: AbstractState, exception: str, *, explicit: bool) -> bool:
        """Whether nothing has changed since the last exception."""
        state = self.state
        same = last.pending_exception == exception and last.explicit == (state.explicit and explicit)
        return same and last.sites == state.sites and last.store == state.store

    def fail(self, exception: str, *, explicit: bool = True) -> NoReturn:
        """End the state at hand with an exception."""
        state = self.state.copy()
        state.pending_exception = exception
        state.explicit = state.explicit and explicit
        self.raised.append(state)
        raise Unreachable

    def take_raised(self) -> States:
        """Give the states that ended in exceptions since it was last asked."""
        raised, self.raised = self.raised, []
        return raised

    @contextmanager
    def unrecorded(self) -> Iterator[None]:
        """Write nothing down meanwhile."""
        muted, self.mode.muted = self.mode.muted, True
        try:
            yield
        finally:
            self.mode.muted = muted

    @contextmanager
    def without_escapes(self) -> Iterator[None]:
        """Let nothing depart meanwhile: values are lost sight of, not handed to anybody."""
        self.mode.ignores_escapes = True
        try:
            yield
        finally:
            self.mode.ignores_escapes = False

    # What the flow asks

    def execute(self, statement: ast.stmt, states: States) -> Outcomes[AbstractState]:
        """Run a statement that has no suite of its own."""
        outcomes = statements.execute(self, statement, states)
        outcomes.add(Completion.THROW, self.take_raised())
        return outcomes

    def pass_by(self, statement: ast.stmt, states: States) -> tuple[Outcomes[AbstractState], States]:
        """Pass by a compound statement where nothing in it can be aiohttp's and nothing jumps out of it."""
        outcomes: Outcomes[AbstractState] = Outcomes()
        binds = self.facts.slices.binds_only(statement)
        if binds is None:
            return outcomes, states
        telling = []
        for self.state in states:
            if self.is_inert(statement, self.state):
                self.state.suspend()
                self.may_raise()
                for name in binds:
                    self.bind(name, None)
                outcomes.add(Completion.NORMAL, [self.state])
            else:
                telling.append(self.state)
        outcomes.add(Completion.THROW, self.take_raised())
        return outcomes, telling

    def test(self, test: ast.expr, states: States, *, again: bool = False) -> tuple[States, States, States]:
        """Split the states into those where a test is true and false."""
        true, false = branches.split(self, test, states, again=again)
        return true, false, self.take_raised()

    def begin(self, loop: ast.For | ast.AsyncFor, states: States) -> tuple[States, States]:
        """Evaluate what a loop iterates over."""
        return loops.begin(self, loop, states), self.take_raised()

    def advance(self, loop: ast.For | ast.AsyncFor, states: States, rounds: int) -> tuple[States, States, States]:
        """Go to the next element of a loop, or to its end."""
        entered, exhausted = loops.advance(self, loop, states, rounds)
        return entered, exhausted, self.take_raised()

    def finish(self, loop: ast.For | ast.AsyncFor, states: States) -> States:
        """Come to the end of what a loop iterates over."""
        return loops.finish(self, loop, states)

    def enter(self, item: ast.withitem, block: ast.With | ast.AsyncWith, states: States) -> tuple[States, States]:
        """Open a context."""
        return with_blocks.enter(self, item, block, states), self.take_raised()

    def leave(
        self, item: ast.withitem, block: ast.With | ast.AsyncWith, way: Completion, states: States
    ) -> Outcomes[AbstractState]:
        """Close a context."""
        outcomes = with_blocks.leave(self, item, block, way, states)
        outcomes.add(Completion.THROW, self.take_raised())
        return outcomes

    def catch(self, handler: ast.ExceptHandler, states: States, *, grouped: bool = False) -> tuple[States, States]:
        """Split the states into those whose exception a handler takes, and the others."""
        return exceptions.catch(self, handler, states, grouped=grouped)

    def caught(self, handler: ast.ExceptHandler, states: States) -> States:
        """Unbind the name of a handler."""
        for state in states:
            if handler.name:
                state.store.pop(handler.name, None)
        return states

    def subject(self, statement: ast.Match, states: States) -> tuple[States, States]:
        """Evaluate what a `match` looks at."""
        return patterns.subject(self, statement, states), self.take_raised()

    def match(self, statement: ast.Match, case: ast.match_case, states: States) -> tuple[States, States, States]:
        """Split the states into those that a case matches, and the others."""
        matched, others = patterns.match(self, statement, case, states)
        return matched, others, self.take_raised()

    def join(self, states: States) -> States:
        """Merge the states that are alike; what too many states disagree on is handed to the unseen."""
        if len(states) <= 1:
            return states
        self.budget.spend(len(states) * (1 + len(states) * states[0].size // 128))
        widening.drop_unreachable(self, states)
        joined = join(states, self._shadows)
        if len(joined) == 1 and len(states) > MOST_DISJUNCTS:
            kept = set(joined[0].store.values())
            for path, value in dict.fromkeys(held for state in states for held in state.store.items()):
                if value not in kept and not self._is_never_read(path):
                    escapes.untrack(self, value)
        return joined

    def _is_never_read(self, path: str) -> bool:
        """Whether a function only assigns to a name: nobody can care for what it holds."""
        return (
            self.invocation.function is not None
            and path not in self.invocation.shared
            and self.facts.functions.only_assigns(self.invocation.function, path)
        )

    def unseen(self, states: States, seen: States) -> States:
        """Give the states that no round of a loop began with yet."""
        fresh = [state for state in states if not any(state.is_like(known) for known in seen)]
        seen += [state.copy() for state in fresh]
        return fresh

    def groups(self, states: States) -> tuple[States, States]:
        """Split into those that ended in one exception, and those that may have ended in a group of them."""
        return exceptions.groups(states)

    def unentered(self, states: States, entered: States) -> tuple[States, States]:
        """Split off the states in which a loop was not entered before, and those that are too many to enter it."""
        return widening.unentered(self, states, entered)

    def regroup(self, states: States) -> States:
        """Let the rest of an exception group go on to the next `except*`."""
        return exceptions.regroup(states)

    def begin_try(self, statement: ast.Try | ast.withitem) -> None:
        """Count who sees the exceptions of what is run: handlers, a `finally`, `suppress(…)`."""
        self.mode.observers += with_blocks.observes(self, statement)

    def end_try(self, statement: ast.Try | ast.withitem) -> None:
        """Count them no more."""
        self.mode.observers -= with_blocks.observes(self, statement)
