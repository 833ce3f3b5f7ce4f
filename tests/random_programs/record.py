"""What one run of a program leaves behind: its responses, its reads, and what came of each.

The record judges: bytes that came in full are fine, an exception is the program's fault unless the server or
we ourselves brought it about, and nothing is a fault where there was something to have.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import enum
import types
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any

import aiohttp

WHOLE = ("read", "text", "json")


class Outcome(enum.Enum):
    """What became of a read."""

    FINE = "fine"
    RAISED = "raised"
    EMPTY = "empty"
    PARTIAL = "partial"
    NEVER_AWAITED = "never awaited"
    NEVER_CALLED = "never called"
    UNJUDGED = "unjudged"  # the server's or our own doing, or nobody's

    @property
    def failed(self) -> bool:
        """Whether the program did not get what it asked for, by its own fault."""
        return self not in {Outcome.FINE, Outcome.UNJUDGED}


class Injected(aiohttp.ClientConnectionError, aiohttp.ClientPayloadError):
    """The network failing, at a place of our choosing."""


@dataclasses.dataclass(eq=False)
class Seen:
    """A response of the program, and what happened to it."""

    response: aiohttp.ClientResponse
    session: aiohttp.ClientSession
    line: int
    total: int | None
    ended: str = ""  # "block" or "release"
    drained: bool = False
    tapped: int = 0
    tapped_by: set[int] = dataclasses.field(default_factory=set)
    left: list[int] = dataclasses.field(default_factory=list)
    busy: bool = False
    contended: bool = False  # two tasks read it at once
    asked: bool = False  # somebody reached for its body
    handed_on: bool = False  # returned or yielded: others may care for it
    own: bool = False  # its session was made by the function that asks it
    failure: Reading | None = None

    @property
    def cached(self) -> bool:
        """Whether a whole read kept a copy."""
        return self.response._body is not None

    @property
    def unclosed(self) -> bool:
        """Whether aiohttp would say "Unclosed response" of it; the condition is that of its `__del__`."""
        return not self.response._closed and self.response._connection is not None

    @property
    def lost(self) -> bool:
        """Whether its connection is lost to a pool that lives on: unread, and its session not closed there, too."""
        return self.unclosed and not self.asked and not (self.own and self.session.closed)


@dataclasses.dataclass(eq=False)
class Reading:
    """One read: who asked for it, of which response, and what came of it."""

    method: str
    trail: tuple[int, ...]
    seen: Seen
    ended_before: str
    outcome: Outcome | None = None
    problem: str = ""
    code: str = ""
    called: bool = False
    started: bool = False
    after: Reading | None = None  # the failure of the same response before this one
    task: asyncio.Task[Any] | None = None

    @property
    def line(self) -> int:
        """The line that reached for the method."""
        return self.trail[0]

    @property
    def lines(self) -> frozenset[int]:
        """The lines where a linter may report it: the read, the calls above it, the response's way out."""
        return frozenset(self.trail) | frozenset(self.seen.left)

    @property
    def failed(self) -> bool:
        """Whether the program did not get what it asked for, by its own fault."""
        return self.outcome is not None and self.outcome.failed

    def settle(self, outcome: Outcome, problem: str = "") -> None:
        """Note what came of it, and which code is due. What comes after the run is over is our tidying."""
        if self.outcome is None:
            self.outcome, self.problem = outcome, problem
            self.after = self.seen.failure
            if outcome.failed:
                self.code = self._due()
                self.seen.failure = self

    def _due(self) -> str:
        if self.outcome is Outcome.NEVER_AWAITED:
            return "AIO101"
        if self.outcome is Outcome.NEVER_CALLED:
            return "AIO102"
        return "AIO206" if self.outcome in {Outcome.EMPTY, Outcome.PARTIAL} else self._due_of_the_raised()

    def _due_of_the_raised(self) -> str:
        if self.seen.ended == "block":
            if not self.ended_before:
                return "AIO202"
            return "AIO203" if self.seen.left else "AIO201"
        if self.seen.ended == "release":
            return "AIO204"
        return "AIO205" if self.seen.session.closed else "AIO206"


@dataclasses.dataclass(eq=False)
class Record:
    """What one run of a program left behind."""

    large: bool
    dropped: bool = False
    keep_going: bool = False
    delayed: bool = False
    break_at: int = 0
    main: asyncio.Task[Any] | None = None
    steps: int = 0
    readings: list[Reading] = dataclasses.field(default_factory=list)
    responses: list[Seen] = dataclasses.field(default_factory=list)
    coroutines: list[Coroutine[Any, Any, object]] = dataclasses.field(default_factory=list)
    sessions: list[tuple[int, aiohttp.ClientSession]] = dataclasses.field(default_factory=list)
    makers: dict[int, types.CodeType] = dataclasses.field(default_factory=dict)  # by the id of a session
    marks: int = 0
    tasks: set[object] = dataclasses.field(default_factory=set)
    awaited: set[object] = dataclasses.field(default_factory=set)
    reached: set[int] = dataclasses.field(default_factory=set)

    def of(self, thing: object) -> Seen | None:
        """Give the response that `thing` is, or is the stream of."""
        for seen in self.responses:
            if seen.response is thing or seen.response.content is thing:
                return seen
        return None

    def step(self) -> None:
        """Count what can fail, and let it fail where that was asked for."""
        self.steps += 1
        if self.steps == self.break_at:
            raise Injected

    async def perform(self, reading: Reading, call: Callable[[], Any]) -> object:
        """Read, and judge what came."""
        await self.begin(reading)
        try:
            self.step()
            with self.alone(reading.seen):
                result = await call()
        except Exception as error:
            self.failed(reading, error)
            if self.keep_going and reading.outcome is not Outcome.UNJUDGED:
                return "stand-in" if reading.method == "text" else b"stand-in"
            raise
        judge = self.judge_whole if reading.method in WHOLE else self.judge_stream
        judge(reading, result)
        return result

    async def begin(self, reading: Reading) -> None:
        """Note that somebody awaits the read; a task that need not run yet waits if it was told to."""
        reading.started = True
        task = asyncio.current_task()
        if task is not self.main:
            reading.task = task
        if self.delayed:
            await self.loiter(reading.seen, 1 if task is self.main else 30)

    async def loiter(self, seen: Seen, rounds: int) -> None:
        """Let the connection of a response that has ended go; give others the time to end it."""
        for _ in range(rounds):
            await asyncio.sleep(0.01)
            if seen.ended or seen.session.closed:
                return

    @contextlib.contextmanager
    def alone(self, seen: Seen) -> Iterator[None]:
        """End the run where two tasks read one body at once.

        What each gets is a matter of luck; it may be that one waits for ever. No rule speaks of it.
        """
        if seen.busy and self.main is not None:
            seen.contended = True
            self.main.cancel()
            raise asyncio.CancelledError
        seen.busy = True
        try:
            yield
        finally:
            seen.busy = False

    def failed(self, reading: Reading, error: Exception) -> None:
        """Judge an exception: the server's doing, ours, or the program's."""
        seen = reading.seen
        alive = not seen.ended and not seen.session.closed
        elsewhere = isinstance(error, (aiohttp.ClientPayloadError, aiohttp.ContentTypeError))
        if elsewhere or seen.contended or (alive and self.dropped):
            reading.settle(Outcome.UNJUDGED, repr(error))
        elif isinstance(error, ValueError):  # the rest of a document is no JSON
            reading.settle(Outcome.PARTIAL if seen.cached and seen.response._body else Outcome.EMPTY, repr(error))
        else:
            reading.settle(Outcome.RAISED, repr(error))

    def judge_whole(self, reading: Reading, result: object) -> None:
        """Judge what `read()`, `text()` or `json()` gave by its length."""
        got = reading.seen.response._body if reading.method == "json" else result
        size = len(got) if isinstance(got, (bytes, str)) else 0
        if reading.seen.total is None or size >= reading.seen.total:
            reading.settle(Outcome.FINE)
        else:
            reading.settle(Outcome.PARTIAL if size else Outcome.EMPTY, f"{size} of {reading.seen.total}")

    def judge_stream(self, reading: Reading, result: bytes) -> None:
        """Judge what `content.read()` or `content.read(n)` gave."""
        self.count(reading, len(result))
        if reading.method == "content.read()":
            self.judge_drained(reading, len(result))
        elif not result:
            self.judge_nothing(reading)
        elif reading.seen.session.closed and not reading.seen.ended:
            reading.settle(Outcome.UNJUDGED, "what had come before the session was closed")
        else:
            reading.settle(Outcome.FINE)

    def count(self, reading: Reading, size: int) -> None:
        """Add what a stream gave to a line."""
        reading.seen.tapped += size
        if size:
            reading.seen.tapped_by.add(reading.line)

    def judge_drained(self, reading: Reading, size: int) -> None:
        """Judge what a read to the end of the stream gave in all."""
        if size:
            reading.settle(Outcome.FINE)
        else:
            self.judge_nothing(reading)
        reading.seen.drained = True

    def judge_nothing(self, reading: Reading) -> None:
        """Judge a stream that gave nothing. Its end is no mistake, but to come when all was taken is.

        Of the small body two taps may be all there is. Only the large one says that the program has a habit.
        """
        seen = reading.seen
        if seen.cached or seen.drained or (self.large and reading.line not in seen.tapped_by):
            reading.settle(Outcome.EMPTY, "nothing left")
        else:
            reading.settle(Outcome.UNJUDGED, "the end of the stream")

    def conclude(self, *, clean: bool, hung: bool = False) -> None:
        """Judge what never came to an end. Only a run without any exception shows what nobody awaits.

        Before aiohttp 3.10 a read of a response whose session was closed does not raise: it hangs.
        """
        clean = clean and not any(reading.failed for reading in self.readings)
        for reading in self.readings:
            if reading.outcome is None and hung and reading.started and reading.seen.session.closed:
                reading.settle(Outcome.RAISED, "hangs")
            elif reading.outcome is None:
                self._abandoned(reading, clean=clean)
            elif reading.task in self.tasks - self.awaited:
                reading.outcome = Outcome.UNJUDGED

    def _abandoned(self, reading: Reading, *, clean: bool) -> None:
        if reading.started or not clean:
            reading.settle(Outcome.UNJUDGED, "left unfinished")
        else:
            reading.settle(Outcome.NEVER_AWAITED if reading.called else Outcome.NEVER_CALLED)


class Chunks:
    """An iteration over a stream that counts what comes."""

    def __init__(self, record: Record, reading: Reading, chunks: AsyncIterator[bytes]) -> None:
        self.record, self.reading, self.chunks = record, reading, chunks
        self.size = 0

    def __aiter__(self) -> Chunks:
        return self

    async def __anext__(self) -> bytes:
        try:
            if not self.reading.started:
                await self.record.begin(self.reading)
                self.record.step()
            with self.record.alone(self.reading.seen):
                chunk = await self.chunks.__anext__()
        except StopAsyncIteration:
            self.record.judge_drained(self.reading, self.size)
            raise
        except Exception as error:
            self.record.failed(self.reading, error)
            if self.record.keep_going and self.reading.outcome is not Outcome.UNJUDGED:
                raise StopAsyncIteration from None
            raise
        self.size += len(chunk)
        self.record.count(self.reading, len(chunk))
        return chunk
