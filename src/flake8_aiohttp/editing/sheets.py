"""The documents of an editor, and positions as its protocol counts them.

Lines count from 0 and end where Python's tokenizer ends them; `str.splitlines` would also split at form feeds.
Columns count units of an encoding that client and server have agreed on.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from flake8_aiohttp.finding import Span
from flake8_aiohttp.fixing.pieces import split_lines

_ASTRAL = "\uffff"  # characters behind it are a pair in UTF-16
_UNITS: dict[str, Callable[[str], int]] = {
    "utf-8": lambda text: len(text.encode("utf-8", "surrogatepass")),
    "utf-16": lambda text: len(text) + sum(character > _ASTRAL for character in text),
    "utf-32": len,
}


def rows(text: str) -> list[str]:
    """Split a text as an editor does: newlines kept, and after the last one an empty line."""
    lines = split_lines(text)
    return lines if lines and lines[-1][-1] not in "\r\n" else [*lines, ""]


class Position(NamedTuple):
    """A place between two characters, as the protocol counts."""

    line: int
    character: int


class Range(NamedTuple):
    """What lies between two positions."""

    start: Position
    end: Position

    def meets(self, other: Range) -> bool:
        """Say whether the two overlap or touch."""
        return self.start <= other.end and other.start <= self.end


@dataclasses.dataclass(frozen=True)
class Sheet:
    """One document: a file, or a cell of a notebook.

    `first` is the line of the draft on which it begins; for a file that is 1.
    """

    uri: str
    text: str
    version: int | None = None
    first: int = 1

    @cached_property
    def lines(self) -> Sequence[str]:
        """Its lines."""
        return rows(self.text)

    def __contains__(self, span: Span) -> bool:
        return self.first <= span.line and span.end_line < self.first + len(self.lines)

    def range(self, span: Span, encoding: str) -> Range:
        """Give the range of a span of the draft."""
        return Range(
            self._position(span.line, span.column, encoding), self._position(span.end_line, span.end_column, encoding)
        )

    def _position(self, line: int, column: int, encoding: str) -> Position:
        number = line - self.first
        return Position(number, _UNITS[encoding](self.lines[number][:column]))

    def place(self, position: Position, encoding: str) -> tuple[int, int]:
        """Give the line of the draft and the column in code points at a position."""
        line = min(position.line, len(self.lines) - 1)
        ends = itertools.accumulate(map(_UNITS[encoding], self.lines[line].rstrip("\r\n")))
        return self.first + line, sum(end <= position.character for end in ends)


def one_after_another(cells: Iterable[Sheet]) -> list[Sheet]:
    """Let each cell of a notebook begin where the one before has ended."""
    placed, first = [], 1
    for cell in cells:
        placed.append(dataclasses.replace(cell, first=first))
        first += len(cell.lines)
    return placed
