"""Watches what a program's own lines do to aiohttp's objects, without changing what they do.

While `watched()` is open, the methods that read, end and make responses are stood in for. A stand-in asks
who reached for it: aiohttp itself and the server in the same process get the method as it is, a line of the
program gets one that notes what became of the read. The note says in which line the program reached for the
method, through which calls, and with what outcome.
"""

from __future__ import annotations

import contextlib
import contextvars
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any
from unittest import mock

import aiohttp

from .record import WHOLE, Chunks, Injected, Reading, Record, Seen

PROGRAM = "<program>"
made_in: contextvars.ContextVar[tuple[int, ...]] = contextvars.ContextVar("made_in", default=())
"""The lines that made the coroutines of the program's functions that run now: a task's stack lacks them."""

current: Record | None = None


def of_program(frame: FrameType) -> bool:
    """Whether a line of the program runs in this frame."""
    return current is not None and frame.f_code.co_filename == PROGRAM


def trail_of(frame: FrameType | None) -> tuple[int, ...]:
    """Give the program's lines on the stack, innermost first, and those that made its coroutines."""
    lines: list[int] = []
    while frame is not None:
        if frame.f_code.co_filename == PROGRAM:
            lines.append(frame.f_lineno)
        frame = frame.f_back
    return (*lines, *made_in.get())


class Read:
    """Stands in for a method that reads."""

    def __init__(self, original: Any, method: str) -> None:
        self.original, self.method = original, method

    def __get__(self, owner: Any, cls: type | None = None) -> Any:
        if owner is None:
            return self.original
        bound = self.original.__get__(owner, cls)
        frame = sys._getframe(1)
        if not of_program(frame):
            return bound
        record = current
        assert record is not None
        seen = record.of(owner)
        return bound if seen is None else self.noted(record, seen, bound, trail_of(frame))

    def noted(self, record: Record, seen: Seen, bound: Any, trail: tuple[int, ...]) -> Callable[..., Any]:
        """Give what the program calls in the method's place."""
        reading = Reading(self.method, trail, seen, seen.ended)
        seen.asked = True
        record.readings.append(reading)

        def call(*args: Any, **kwargs: Any) -> Any:
            reading.called = True
            if self.method == "chunks":
                return Chunks(record, reading, bound(*args, **kwargs))
            if self.method == "content.read":
                reading.method = "content.read(n)" if args else "content.read()"
            record.coroutines.append(record.perform(reading, lambda: bound(*args, **kwargs)))
            return record.coroutines[-1]

        return call


class End:
    """Stands in for `release()` and `close()`: notes whether the program or the end of a block called it."""

    def __init__(self, original: Any) -> None:
        self.original = original

    def __get__(self, owner: Any, cls: type | None = None) -> Any:
        if owner is not None and current is not None and (seen := current.of(owner)) and not seen.ended:
            frame = sys._getframe(1)
            if frame.f_code.co_name == "__aexit__":
                seen.ended = "block"
            elif of_program(frame) or frame.f_code.co_name == "raise_for_status":
                seen.ended = "release"
        return self.original.__get__(owner, cls)


def request_noting(original: Callable[..., Any]) -> Callable[..., Any]:
    """Stand in for `ClientSession.get`: note the response that comes of it, and the line."""

    def get(self: aiohttp.ClientSession, *args: Any, **kwargs: Any) -> Any:
        manager = original(self, *args, **kwargs)
        frame = sys._getframe(1)
        if of_program(frame):
            manager._coro = _noted(current, manager._coro, self, frame)
        return manager

    return get


def _noted(record: Record, request: Any, session: aiohttp.ClientSession, frame: FrameType) -> Any:
    own = record.makers.get(id(session)) is frame.f_code
    return _asked(record, request, session, frame.f_lineno, own=own)


async def _asked(
    record: Record, request: Any, session: aiohttp.ClientSession, line: int, *, own: bool
) -> aiohttp.ClientResponse:
    try:
        record.step()
    except Injected:
        request.close()
        raise
    response: aiohttp.ClientResponse = await request
    total = None if record.dropped else response.content_length
    record.responses.append(Seen(response, session, line, total, own=own))
    return response


def session_noting(original: Callable[..., None]) -> Callable[..., None]:
    """Stand in for `ClientSession.__init__`: note the program's own sessions."""

    def init(self: aiohttp.ClientSession, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        frame = sys._getframe(1)
        if of_program(frame) and current is not None:
            current.sessions.append((frame.f_lineno, self))
            current.makers[id(self)] = frame.f_code

    return init


@contextlib.contextmanager
def watched() -> Iterator[None]:
    """Put the stand-ins in their places."""
    response, stream, session = aiohttp.ClientResponse, aiohttp.StreamReader, aiohttp.ClientSession
    places: list[tuple[type, str, object]] = [
        *((response, name, Read(getattr(response, name), name)) for name in WHOLE),
        *((response, name, End(getattr(response, name))) for name in ("release", "close")),
        (stream, "read", Read(stream.read, "content.read")),
        *((stream, name, Read(getattr(stream, name), "chunks")) for name in ("iter_chunked", "iter_any", "__aiter__")),
        (session, "get", request_noting(session.get)),
        (session, "__init__", session_noting(session.__init__)),
    ]
    with contextlib.ExitStack() as stack:
        for owner, name, stand_in in places:
            stack.enter_context(mock.patch.object(owner, name, stand_in))
        yield


@contextlib.contextmanager
def recording(record: Record) -> Iterator[None]:
    """Let the stand-ins note what happens in `record`."""
    global current  # noqa: PLW0603 - aiohttp's classes are global, and so is who watches them
    current = record
    try:
        yield
    finally:
        current = None
