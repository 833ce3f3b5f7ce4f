"""A function being run over its worlds: the domain that the flow asks.

An expression is evaluated in one world at a time, straight through. Where it could go several ways (a
conditional expression, a call that ends in several worlds) it asks `choose`; the frame then evaluates the
whole expression again in a copy of the world for each other choice. So no evaluator knows about branches.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flake8_aiohttp.analysis import (
    contexts,
    expressions,
    generators,
    handlers,
    loops,
    patterns,
    statements,
    summaries,
    tests,
    uses,
)
from flake8_aiohttp.analysis.flow import Flow, Interpreter, Way
from flake8_aiohttp.analysis.state import MOST_WORLDS, Dead, World, join
from flake8_aiohttp.analysis.values import OPAQUE, Call, Constant, Context, Value, worth_keeping
from flake8_aiohttp.python.names import Function

if TYPE_CHECKING:
    from flake8_aiohttp.analysis.engine import Engine

MOST_CHOICES = 32
"""So many ways through one expression are told apart."""


class Frame:
    """One run of a function (or of the module, or of a lambda's body).

    `context` holds the calls that led here from the function where the analysis began; `enclosing` what
    the functions around it hold. `returned` and `yielded` collect the worlds of the ways out.
    """

    def __init__(
        self,
        engine: Engine,
        function: Function | None,
        *,
        context: Context = (),
        enclosing: dict[str, Value] | None = None,
        caller: Frame | None = None,
        asynchronous: bool = True,
    ) -> None:
        self.engine = engine
        self.function = function
        self.context = context
        self.enclosing = enclosing or {}
        self.caller = caller
        self.asynchronous = asynchronous
        self.world = World()
        self.raised: list[World] = []
        self.handlers: int = 1 if caller is not None and caller.handlers else 0
        self.muted: bool = caller is not None and caller.muted
        self.yields: list[tuple[World, Value]] | None = None
        self.shared: set[str] = set()
        self.stays = False
        self.entering: ast.expr | None = None
        self._script: list[int] = []
        self._position = 0
        self._scripts: list[list[int]] = []
        self._chosen = 0

    # Running

    def run(self, body: list[ast.stmt], world: World) -> Flow[World]:
        """Run a suite from one world."""
        return Interpreter(self).run(body, [world])

    def yielded(self) -> tuple[Value, ...]:
        """Give what was handed to the consumer so far: it lives on when this function has ended."""
        return tuple(value for _, value in self.yields) if self.yields else ()

    def stack(self) -> Iterator[Frame]:
        """Give this frame and those that called it."""
        frame: Frame | None = self
        while frame is not None:
            yield frame
            frame = frame.caller

    # Evaluating

    def evaluate(self, node: ast.expr) -> Value:
        """Evaluate an expression in the world at hand."""
        return expressions.evaluate(self, node)

    def fetch(self, node: ast.Attribute, owner: Value) -> Value:
        """Fetch an attribute of a value."""
        return expressions.fetch_member(self, node, owner)

    def choose(self, count: int) -> int:
        """Choose one of `count` ways; the others are tried afterwards."""
        if count == 1:
            return 0
        if self._position == len(self._script):
            others = range(1, min(count, MOST_CHOICES - self._chosen))
            self._scripts += [[*self._script, other] for other in others]
            self._chosen += len(others)
            self._script.append(0)
        self._position += 1
        return self._script[self._position - 1]

    def outcomes(self, worlds: list[World], action: Callable[[], Value]) -> list[tuple[World, Value]]:
        """Do something in each world, for each way to go through it; give the worlds and what came out."""
        kept = self._script, self._position, self._scripts, self._chosen, self.world
        results = []
        for world in worlds:
            self.engine.step()
            self._scripts, self._chosen = [[]], 0
            while self._scripts:
                self._script, self._position = self._scripts.pop(), 0
                self.world = world.copy()
                try:
                    value = action()
                except Dead:
                    continue
                results.append((self.world, value))
        self._script, self._position, self._scripts, self._chosen, self.world = kept
        return results

    def lookup(self, name: str) -> Value:
        """Give what a name holds: in this world, in the functions around, or in the module."""
        found = self.world.places.get(name)
        if found is None:
            found = self.enclosing.get(name)
        if found is None:
            found = self.engine.module_value(name)
        return None if found is OPAQUE else found

    def run_apart(self, call: Call) -> None:
        """Run a call that somebody else will run, for what is seen of it; the world at hand stays as it is."""
        function = self.engine.function_of(call.routine)
        runs = generators.until_yield if self.engine.is_generator(function) else summaries.run
        self.outcomes([self.world], lambda: runs(self, call))
        self.take_raised()

    def bind(self, place: str, value: Value) -> None:
        """Let a place of the world at hand hold a value."""
        value = worth_keeping(value)
        if isinstance(value, Constant) and place in self.engine.outline.nonlocals:
            value = None  # an inner function may change it at any time
        self.world.bind(place, value, hides=value is None and self._hides(place))

    def _hides(self, place: str) -> bool:
        """Whether a place hides what functions around or the module call so."""
        return place in self.enclosing or self.engine.module_value(place) is not None

    def is_inert(self, node: ast.stmt | ast.expr, world: World) -> bool:
        """Whether nothing in a statement or expression can be aiohttp's in a world."""
        return self.engine.relevance.is_inert(node, world, self.enclosing)

    def is_shared(self, name: str) -> bool:
        """Whether others see what a name is bound to: it is global, or belongs to a function around."""
        return name in self.shared or (name not in self.world.places and self.function is not None)

    def world_changed(self, receiver: ast.expr) -> None:
        """Note that an object did something unseen: the typestates behind its attributes are not known any more."""
        if isinstance(receiver, ast.Name):
            prefix = f"{receiver.id}."
            for place, value in self.world.places.items():
                if place.startswith(prefix):
                    self.world.forget(value)

    # Exceptions

    def may_raise(self, exception: str = "", *, plain: bool = False) -> None:
        """Note that the world at hand may end here; asked for only where a handler could see it."""
        if not self.handlers or (self.raised and self._raised_so(self.raised[-1], exception, plain=plain)):
            return
        world = self.world.copy()
        world.raising = exception
        world.plain = world.plain and plain
        self.raised.append(world)

    def _raised_so(self, last: World, exception: str, *, plain: bool) -> bool:
        """Whether nothing has changed since the last exception."""
        world = self.world
        same = last.raising == exception and last.plain == (world.plain and plain)
        return same and last.sites == world.sites and last.places == world.places

    def fail(self, exception: str, *, plain: bool = True) -> None:
        """End the world at hand with an exception."""
        world = self.world.copy()
        world.raising = exception
        world.plain = world.plain and plain
        self.raised.append(world)
        raise Dead

    def take_raised(self) -> list[World]:
        """Give the worlds that ended in exceptions since it was last asked."""
        raised, self.raised = self.raised, []
        return raised

    @contextmanager
    def silently(self) -> Iterator[None]:
        """Write nothing down meanwhile."""
        muted, self.muted = self.muted, True
        try:
            yield
        finally:
            self.muted = muted

    @contextmanager
    def staying(self) -> Iterator[None]:
        """Let nothing depart meanwhile: values are lost sight of, not handed to anybody."""
        self.stays = True
        try:
            yield
        finally:
            self.stays = False

    # What the flow asks

    def execute(self, statement: ast.stmt, worlds: list[World]) -> Flow[World]:
        """Run a statement that has no suite of its own."""
        flow = statements.execute(self, statement, worlds)
        flow.add(Way.RAISE, self.take_raised())
        return flow

    def pass_by(self, statement: ast.stmt, worlds: list[World]) -> tuple[Flow[World], list[World]]:
        """Pass by a compound statement where nothing in it can be aiohttp's and nothing jumps out of it."""
        flow: Flow[World] = Flow()
        binds = self.engine.relevance.binds_only(statement)
        if binds is None:
            return flow, worlds
        telling = []
        for self.world in worlds:
            if self.is_inert(statement, self.world):
                self.may_raise()
                for name in binds:
                    self.bind(name, None)
                flow.add(Way.NEXT, [self.world])
            else:
                telling.append(self.world)
        flow.add(Way.RAISE, self.take_raised())
        return flow, telling

    def test(
        self, test: ast.expr, worlds: list[World], *, again: bool = False
    ) -> tuple[list[World], list[World], list[World]]:
        """Split the worlds into those where a test is true and false."""
        true, false = tests.split(self, test, worlds, again=again)
        return true, false, self.take_raised()

    def begin(self, loop: ast.For | ast.AsyncFor, worlds: list[World]) -> tuple[list[World], list[World]]:
        """Evaluate what a loop iterates over."""
        return loops.begin(self, loop, worlds), self.take_raised()

    def advance(
        self, loop: ast.For | ast.AsyncFor, worlds: list[World], rounds: int
    ) -> tuple[list[World], list[World], list[World]]:
        """Go to the next element of a loop, or to its end."""
        entered, exhausted = loops.advance(self, loop, worlds, rounds)
        return entered, exhausted, self.take_raised()

    def finish(self, loop: ast.For | ast.AsyncFor, worlds: list[World]) -> list[World]:
        """Come to the end of what a loop iterates over."""
        return loops.finish(self, loop, worlds)

    def enter(
        self, item: ast.withitem, block: ast.With | ast.AsyncWith, worlds: list[World]
    ) -> tuple[list[World], list[World]]:
        """Open a context."""
        return contexts.enter(self, item, block, worlds), self.take_raised()

    def leave(self, item: ast.withitem, block: ast.With | ast.AsyncWith, way: Way, worlds: list[World]) -> Flow[World]:
        """Close a context."""
        flow = contexts.leave(self, item, block, way, worlds)
        flow.add(Way.RAISE, self.take_raised())
        return flow

    def catch(self, handler: ast.ExceptHandler, worlds: list[World]) -> tuple[list[World], list[World]]:
        """Split the worlds into those whose exception a handler takes, and the others."""
        return handlers.catch(self, handler, worlds)

    def caught(self, handler: ast.ExceptHandler, worlds: list[World]) -> list[World]:
        """Unbind the name of a handler."""
        for world in worlds:
            if handler.name:
                world.places.pop(handler.name, None)
        return worlds

    def subject(self, statement: ast.Match, worlds: list[World]) -> tuple[list[World], list[World]]:
        """Evaluate what a `match` looks at."""
        return patterns.subject(self, statement, worlds), self.take_raised()

    def match(
        self, statement: ast.Match, case: ast.match_case, worlds: list[World]
    ) -> tuple[list[World], list[World], list[World]]:
        """Split the worlds into those that a case matches, and the others."""
        matched, others = patterns.match(self, statement, case, worlds)
        return matched, others, self.take_raised()

    def join(self, worlds: list[World]) -> list[World]:
        """Merge the worlds that are alike; what too many worlds disagree on is handed to the unseen."""
        joined = join(worlds, self._hides)
        if len(joined) == 1 and len(worlds) > MOST_WORLDS:
            kept = set(joined[0].places.values())
            for place, value in dict.fromkeys(held for world in worlds for held in world.places.items()):
                if value not in kept and not self._is_never_read(place):
                    uses.lose(self, value)
        return joined

    def _is_never_read(self, place: str) -> bool:
        """Whether a function only assigns to a name: nobody can care for what it holds."""
        return self.function is not None and place not in self.shared and self.engine.only_assigns(self.function, place)

    def unseen(self, worlds: list[World], seen: list[World]) -> list[World]:
        """Give the worlds that no round of a loop began with yet."""
        fresh = [world for world in worlds if not any(world.is_like(known) for known in seen)]
        seen += [world.copy() for world in fresh]
        return fresh

    def begin_try(self, statement: ast.Try) -> None:
        """Count the handlers around what is run."""
        self.handlers += len(statement.handlers)
        handlers.note_fallbacks(self, statement)

    def end_try(self, statement: ast.Try) -> None:
        """Count them no more."""
        self.handlers -= len(statement.handlers)
