"""A text that does not parse because a line of it is half typed: what can still be read, line for line."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Sequence

from flake8_aiohttp.fixing.pieces import split_lines

_MOST_TRIES = 6
_TOP = re.compile(r"[^\s#)\]}]")  # a line that begins so begins a statement of the module, or goes on with a string


@dataclasses.dataclass(frozen=True)
class Readable:
    """A text that parses, as long as the one that does not; `doubtful` are the lines of the parts that were changed."""

    text: str
    doubtful: range


def readable(text: str) -> Readable | None:
    """Replace a half-typed statement by `pass`, or the whole definition around it; None where neither will do.

    Everything in the definition is doubtful then: what was typed away may have been what released a response.
    """
    lines = split_lines(text)
    error = _error(lines)
    if error is None:
        return None
    part = _around(lines, error)
    new = _parsed(_passed(lines, range(error, error + 1)), part) or _parsed(_passed(lines, part), part)
    return None if new is None else Readable("".join(new), part)


def _parsed(lines: list[str], part: range) -> list[str] | None:
    """Replace line after line until the text parses; None where that is not enough, or goes beyond `part`."""
    for _ in range(_MOST_TRIES):
        error = _error(lines)
        if error is None:
            return lines
        if error not in part:
            return None  # timid: two places are half typed
        lines = _passed(lines, range(error, error + 1))
    return None


def _error(lines: Sequence[str]) -> int | None:
    """Give the index of the line that Python stumbles over; None where it does not, or cannot say."""
    try:
        ast.parse("".join(lines))
    except SyntaxError as error:
        return min(max(error.lineno or 1, 1), len(lines)) - 1
    except ValueError:  # half a character
        return None
    return None


def _around(lines: Sequence[str], index: int) -> range:
    """Give the lines of the module's statement that a line belongs to."""
    tops = [number for number, line in enumerate(lines) if _TOP.match(line)]
    starts = [number for number in tops if not (number and lines[number - 1].startswith("@"))]
    start = max((number for number in starts if number <= index), default=0)
    return range(start, min((number for number in starts if number > index), default=len(lines)))


def _passed(lines: Sequence[str], part: range) -> list[str]:
    """Put `pass` in the place of lines, where the first of them begins."""
    new = list(lines)
    for number in part:
        line = lines[number]
        indent = line[: len(line) - len(line.lstrip(" \t"))]
        start = f"{indent}pass" if number == part.start else ""
        new[number] = start + line[len(line.rstrip("\r\n")) :]
    return new
