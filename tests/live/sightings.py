"""What a run of a program shows: which misbehaviour was seen, and on which lines of the program."""

from __future__ import annotations

import dataclasses
import enum
import traceback
from collections.abc import Iterable, Iterator
from types import CodeType, FrameType, TracebackType


class Kind(enum.Enum):
    """A way to misbehave, or only to look odd."""

    ESCAPED = "an exception left main"
    UNHANDLED = "the loop or the server reported an exception"
    NEVER_AWAITED = "a coroutine was never awaited"
    UNCLOSED = "a session, connector or response was never closed"
    SHORT = "a read gave less than had been sent"
    MOJIBAKE = "binary bytes became a text that is not theirs"

    FAILED_READ = "a read raised, and the program caught it"
    NEVER_CALLED = "a method was fetched and never called"
    ROUNDTRIP = "the text of a body was encoded again"
    ERROR_PAGE = "the body of an error status was read"
    FORMATTED = "a response was formatted"
    ENDED = "a response was left to its session, which the function that asked for it closed"
    KEPT_COPY = "a kept copy was read after the release"
    URL_COMPARED = "a URL was compared with a string"

    @property
    def wrong(self) -> bool:
        """Whether a sound program never shows it. The others prove a mark, and alone accuse nobody."""
        return self in _WRONG


_WRONG = {Kind.ESCAPED, Kind.UNHANDLED, Kind.NEVER_AWAITED, Kind.UNCLOSED, Kind.SHORT, Kind.MOJIBAKE}


@dataclasses.dataclass(frozen=True)
class Sighting:
    """Something seen: on which lines of the program, which errors, and what more there is to tell.

    `asked` is the line on which the request of the response in question was made, `raised` the line that
    raised, if it is the program's own and not in something it called.
    """

    kind: Kind
    lines: frozenset[int]
    detail: str = ""
    errors: tuple[type[BaseException], ...] = ()
    asked: int | None = None
    raised: int | None = None

    def __str__(self) -> str:
        return f"{self.kind.value} (lines {sorted(self.lines)}): {self.detail}"


def running(start: FrameType | None, path: str) -> Iterator[tuple[CodeType, int]]:
    """Give the functions of the program that are being run and their lines, the innermost first."""
    while start is not None:
        if start.f_code.co_filename == path:
            yield start.f_code, start.f_lineno
        start = start.f_back


def frames(start: FrameType | None, path: str) -> Iterator[int]:
    """Give the lines of the program that are being run, the innermost first."""
    return (line for _, line in running(start, path))


def lines_of_traceback(found: TracebackType | None, path: str) -> Iterator[int]:
    """Give the lines of the program that an exception passed."""
    for frame, line in traceback.walk_tb(found):
        if frame.f_code.co_filename == path:
            yield line


def family(error: BaseException | None) -> Iterator[BaseException]:
    """Give an exception, those it was raised from or while handling, and the members of groups."""
    seen: list[BaseException] = []
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if one is not None and one not in seen:
            seen.append(one)
            waiting += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]
    yield from seen


def of_error(kind: Kind, error: BaseException, path: str, more: Iterable[int] = ()) -> Sighting:
    """Make a sighting of an exception."""
    relatives = list(family(error))
    lines = {line for one in relatives for line in lines_of_traceback(one.__traceback__, path)}
    last = list(traceback.walk_tb(error.__traceback__))[-1:]
    raised = next((line for frame, line in last if frame.f_code.co_filename == path), None)
    types = tuple(type(one) for one in relatives)
    return Sighting(kind, frozenset(lines | set(more)), repr(error)[:200], types, raised=raised)
