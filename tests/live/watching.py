"""Watches aiohttp while a program runs, and writes down on which of its lines something came out wrong.

Nothing here knows which mistake a program makes. Each read is compared with the bytes that had arrived for
it, so that an empty or a short reply is seen whatever the code looks like.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import inspect
import json
import logging
import re
import sys
import types
import warnings
from collections.abc import Callable, Coroutine, Iterator
from typing import Any
from unittest import mock

import aiohttp
from aiohttp import web
from yarl import URL

from tests.live.sightings import Kind, Sighting, frames, of_error, running

READS: tuple[tuple[type, str], ...] = (
    *((aiohttp.ClientResponse, name) for name in ("read", "text", "json")),
    *((web.BaseRequest, name) for name in ("read", "text", "json", "post")),
    *(
        (aiohttp.StreamReader, name)
        for name in ("read", "readany", "readline", "readuntil", "readexactly", "readchunk")
    ),
)
BINARY = re.compile(r"(image|audio|video|font)/|application/(zip|pdf|octet-stream|gzip)")
ORIGIN = re.compile(r'File "(?P<path>[^"]+)", line (?P<line>\d+)')
WATCHED = {vars(owner)[name].__code__ for owner, name in READS}


class BodyText(str):
    """The text of a body; tells when it is encoded again."""

    __slots__ = ("watch",)

    def encode(self, *args: Any, **kwargs: Any) -> bytes:
        self.watch.see(Kind.ROUNDTRIP)
        return super().encode(*args, **kwargs)


class Watch:
    """The sightings of one run of one program."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.sightings: list[Sighting] = []
        self.fetches: list[dict[str, Any]] = []
        self.places: dict[tuple[int, int | None], list[int]] = {}
        self.asked: dict[int, int | None] = {}  # id of a stream -> line of its request
        self.asking: dict[int, list[tuple[int, types.CodeType]]] = {}  # id of a session -> lines, and their functions
        self.ended: set[int] = set()  # lines of requests whose function closed the session, too

    def line(self) -> int | None:
        """Give the innermost line of the program that is being run."""
        return next(frames(sys._getframe(1), self.path), None)

    def see_request(self, session: aiohttp.ClientSession) -> None:
        """Remember which function asks a session for something."""
        for code, line in running(sys._getframe(1), self.path):
            self.asking.setdefault(id(session), []).append((line, code))
            return

    def see_close(self, session: aiohttp.ClientSession) -> None:
        """Remember which requests end with their session: the function that made them closes it."""
        closing = {code for code, _ in running(sys._getframe(1), self.path)}
        self.ended |= {line for line, code in self.asking.get(id(session), ()) if code in closing}

    def see(self, kind: Kind, detail: str = "", line: int | None = None, asked: int | None = None) -> None:
        """Write a sighting down, on the line being run unless told."""
        line = line or self.line()
        self.sightings.append(Sighting(kind, frozenset({line} if line else ()), detail, asked=asked))

    def see_error(self, kind: Kind, error: BaseException, line: int | None = None, asked: int | None = None) -> None:
        """Write an exception down, on every line it passed."""
        found = of_error(kind, error, self.path, [line] if line else [])
        self.sightings.append(dataclasses.replace(found, asked=asked))

    def see_warning(self, message: Warning | str, *_: Any) -> None:
        """Write down a coroutine that was never awaited: the warning names the frames that made it."""
        text = str(message)
        if "was never awaited" in text:
            origin = [int(each["line"]) for each in ORIGIN.finditer(text) if each["path"] == self.path]
            found = Sighting(Kind.NEVER_AWAITED, frozenset(origin[-1:]), text.partition("\n")[0])
            self.sightings.append(found)

    def see_context(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Write down what the loop's exception handler is told."""
        error = context.get("exception")
        if error is not None:
            self.see_error(Kind.UNHANDLED, error)
            return
        trail = [frame.lineno for frame in context.get("source_traceback") or () if frame.filename == self.path]
        response = context.get("client_response")
        asked = response and self.asked.get(id(response.content))
        line = asked or (trail[-1] if trail else None)
        self.see(Kind.ENDED if line in self.ended else Kind.UNCLOSED, context["message"], line=line)

    def settle(self) -> None:
        """Judge what only the end of the run can tell."""
        for fetch in self.fetches:
            if not fetch["called"]:
                self.see(Kind.NEVER_CALLED, fetch["name"], line=fetch["line"])
        for (_, line), (got, sent) in self.places.items():
            if sent and not got:
                self.see(Kind.SHORT, f"the stream gave none of {sent} bytes", line=line)


@dataclasses.dataclass(frozen=True)
class Read:
    """A read that a line of the program made: of what, by which method, and what it gave."""

    holder: Any
    name: str
    line: int | None
    got: Any = None
    lenient: bool = False  # errors= was given, or a codec for any byte: bytes that are no text are expected


def _judge_response(watch: Watch, read: Read) -> Any:
    response, got = read.holder, read.got
    body, sent = response._body or b"", response.content.total_bytes
    if len(body) < sent:
        asked = watch.asked.get(id(response.content))
        watch.see(Kind.SHORT, f"{read.name}() gave {len(body)} of {sent} bytes", read.line, asked)
    if response.status >= 400:
        watch.see(Kind.ERROR_PAGE, f"{read.name}() of status {response.status}", read.line)
    if response._released:
        watch.see(Kind.KEPT_COPY, f"{read.name}()", read.line)
    if read.name == "text" and type(got) is str:
        if BINARY.match(response.content_type) and not read.lenient and got.encode() != body:
            watch.see(Kind.MOJIBAKE, ascii(got[:20]), read.line)
        got = BodyText(got)
        got.watch = watch
    return got


def _judge_request(watch: Watch, read: Read) -> Any:
    body, sent = read.holder._read_bytes, read.holder.content.total_bytes
    if body is not None and len(body) < sent:
        watch.see(Kind.SHORT, f"{read.name}() gave {len(body)} of {sent} bytes", read.line)
    return read.got


def _judge_stream(watch: Watch, read: Read) -> Any:
    """Count what a line got of a stream, for the last of many reads is empty where nothing is wrong."""
    place = watch.places.setdefault((id(read.holder), read.line), [0, 0])
    place[0] += len(read.got[0] if read.name == "readchunk" else read.got)
    place[1] = read.holder.total_bytes
    return read.got


JUDGES: dict[type, Callable[[Watch, Read], Any]] = {
    aiohttp.ClientResponse: _judge_response,
    web.BaseRequest: _judge_request,
    aiohttp.StreamReader: _judge_stream,
}


def _as_coroutine_function(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make `iscoroutinefunction` say yes to a function that gives a coroutine."""
    if sys.version_info >= (3, 12):
        return inspect.markcoroutinefunction(function)
    function._is_coroutine = asyncio.coroutines._is_coroutine  # type: ignore[attr-defined]
    return function


class WatchedRead:
    """Stands in aiohttp's class where a reading method stood, and hands out the same method, watched."""

    def __init__(self, watch: Watch, owner: type, name: str) -> None:
        self.watch = watch
        self.name = name
        self.plain = vars(owner)[name]
        self.judge = JUDGES[owner]

    def __get__(self, holder: Any, owner: type | None = None) -> Any:
        if holder is None or sys._getframe(1).f_code in WATCHED:  # text() reads by read(), read() by the stream
            return self.plain.__get__(holder, owner)
        fetch = {"name": self.name, "line": self.watch.line(), "called": False}
        self.watch.fetches.append(fetch)

        @_as_coroutine_function
        @functools.wraps(self.plain)
        def method(_holder: Any, *args: Any, **kwargs: Any) -> Coroutine[Any, Any, Any]:
            fetch["called"] = True
            run = self.run(holder, self.watch.line(), args, kwargs)
            run.__name__, run.__qualname__ = self.plain.__name__, self.plain.__qualname__
            return run

        return types.MethodType(method, holder)

    async def run(self, holder: Any, line: int | None, args: Any, kwargs: Any) -> Any:
        """Do the read that was called on `line`, and judge what it gave."""
        try:
            got = await self.plain(holder, *args, **kwargs)
        except BaseException as error:
            asked = self.watch.asked.get(id(getattr(holder, "content", holder)))
            self.watch.see_error(Kind.FAILED_READ, error, line, asked)
            if isinstance(error, json.JSONDecodeError):  # of a document that came out empty, it may be
                self.judge(self.watch, Read(holder, self.name, line))
            raise
        lenient = "errors" in kwargs or "latin-1" in {*args, *kwargs.values()}
        return self.judge(self.watch, Read(holder, self.name, line, got, lenient))


def _remembering_request(watch: Watch) -> Any:
    """Give `ClientSession._request`, which writes on each response the line that asked for it."""
    plain = aiohttp.ClientSession._request

    async def ask(line: int | None, session: aiohttp.ClientSession, args: Any, kwargs: Any) -> Any:
        response = await plain(session, *args, **kwargs)
        watch.asked[id(response.content)] = line or watch.line()
        return response

    @functools.wraps(plain)
    def _request(session: aiohttp.ClientSession, *args: Any, **kwargs: Any) -> Coroutine[Any, Any, Any]:
        watch.see_request(session)
        asking = ask(watch.line(), session, args, kwargs)
        asking.__name__, asking.__qualname__ = plain.__name__, plain.__qualname__
        return asking

    return _request


def _remembering_close(watch: Watch) -> Any:
    """Give `ClientSession.close`, which remembers who closes."""
    plain = aiohttp.ClientSession.close

    async def close(session: aiohttp.ClientSession) -> None:
        watch.see_close(session)
        await plain(session)

    close.__qualname__ = plain.__qualname__
    return close


class ServerErrors(logging.Handler):
    """Hears what an aiohttp server says of handlers that failed, if they are the program's."""

    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self.watch = watch

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and of_error(Kind.UNHANDLED, error, self.watch.path).lines:
            self.watch.see_error(Kind.UNHANDLED, error)


@contextlib.contextmanager
def watching(path: str) -> Iterator[Watch]:
    """Watch aiohttp on behalf of the program at `path`."""
    watch = Watch(path)
    logger, heard = logging.getLogger("aiohttp.server"), ServerErrors(watch)
    shown, equal = aiohttp.ClientResponse.__repr__, URL.__eq__

    def __repr__(response: aiohttp.ClientResponse) -> str:  # noqa: N807
        watch.see(Kind.FORMATTED)
        return shown(response)

    def __eq__(url: URL, other: object) -> bool:  # noqa: N807
        if isinstance(other, str):
            watch.see(Kind.URL_COMPARED)
        return equal(url, other)

    with contextlib.ExitStack() as stack:
        for owner, name in READS:
            stack.enter_context(mock.patch.object(owner, name, WatchedRead(watch, owner, name)))
        stack.enter_context(mock.patch.object(aiohttp.ClientSession, "_request", _remembering_request(watch)))
        stack.enter_context(mock.patch.object(aiohttp.ClientSession, "close", _remembering_close(watch)))
        stack.enter_context(mock.patch.object(aiohttp.ClientResponse, "__repr__", __repr__))
        stack.enter_context(mock.patch.object(URL, "__eq__", __eq__))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("always")
        # Recorded warnings and kept log records would hold what should be found dropped.
        stack.enter_context(mock.patch.object(warnings, "showwarning", watch.see_warning))
        stack.enter_context(mock.patch.object(logging.root, "handlers", []))
        logger.addHandler(heard)
        stack.callback(logger.removeHandler, heard)
        yield watch
    watch.settle()
