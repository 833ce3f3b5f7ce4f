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


def readable(text: str, line: int) -> Readable:
    """Replace what Python stumbles over on a line by `pass`, or, if that will not do, the whole definition around it.

    Everything in the definition is doubtful then: what was typed away may have been what released a response.
    """
    lines = split_lines(text)
    index = min(max(line, 1), len(lines)) - 1
    part = _around(lines, index)
    typed = lines[part.start : part.stop]
    new = _parsed(typed, index - part.start) or _passed(typed, range(len(typed)))
    return Readable("".join([*lines[: part.start], *new, *lines[part.stop :]]), part)


def _parsed(lines: list[str], index: int) -> list[str] | None:
    """Replace the line at an index, and others if need be, until the lines parse; None where that takes too many."""
    for _ in range(_MOST_TRIES):
        lines = _passed(lines, range(index, index + 1))
        try:
            ast.parse("".join(lines))
        except SyntaxError as error:
            index = min(max(error.lineno or 1, 1), len(lines)) - 1
        else:
            return lines
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
