"""What a terminal makes of a text: how wide it is, in which colours, and what must not reach it."""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from collections.abc import Iterator, Sequence

_TAB_STOP = 4
_UNDECIDED = {0x200C, 0x200D, *range(0xFE00, 0xFE10), *range(0xE0020, 0xE0080)}  # joiners, styles, tags of flags
_SKINS = range(0x1F3FB, 0x1F400)
_UNSHOWN = "\ufffd"  # stands for what would move the cursor, or turn the text around
_STYLES = {
    "title": "1",
    "wrong": "1;31",
    "right": "1;32",
    "note": "35",
    "frame": "2",
    "old": "31",
    "new": "32",
    "gone": "1;4;31",
    "come": "1;4;32",
    "keyword": "36",
    "string": "32",
    "comment": "2",
    "number": "35",
    "definition": "1",
}


class Paint:
    """Colours, or none."""

    def __init__(self, *, on: bool) -> None:
        self.on = on

    def __call__(self, style: str, text: str) -> str:
        """Paint `text` in a style that has a name."""
        return f"\033[{_STYLES[style]}m{text}\033[m" if self.on and text else text


def takes_colour() -> bool:
    """Whether stdout is a terminal whose user wants colours."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def columns() -> int:
    """Give the width of the terminal, or what suits a file."""
    return max(shutil.get_terminal_size((100, 24)).columns, 40)


def width(text: str) -> int:
    """Give the number of cells that a drawn text takes."""
    return sum(map(_cells, text))


def _cells(character: str) -> int:
    if "\u1160" <= character <= "\u11ff" or "\ud7b0" <= character <= "\ud7ff":
        return 0  # vowels and finals of a Hangul syllable
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 1 + (unicodedata.east_asian_width(character) in {"W", "F"})


def shown(text: str) -> str:
    """Give a text of one line as it is drawn."""
    return "".join(_glyphs(text))


def _glyphs(text: str) -> Iterator[str]:
    """Give what is drawn for each character: nothing for that about whose width terminals disagree.

    Some join a woman and a computer into a programmer, others do not: drawn apart, they take four cells on all.
    """
    before = ""
    for character in text:
        code, category = ord(character), unicodedata.category(character)
        if code in _UNDECIDED or (code in _SKINS and _cells(before or " ") == 2):
            yield ""
        elif character < " ":
            yield chr(0x2400 + code)  # a picture of it
        else:
            yield _UNSHOWN if category in {"Cc", "Cf", "Cs", "Zl", "Zp"} else character
        before = character


class Line:
    """A line of source as it is drawn: the glyph of each character, and the cell at which it starts."""

    def __init__(self, text: str) -> None:
        self.glyphs: list[str] = []
        self.cells = [0]
        for character, glyph in zip(text, _glyphs(text), strict=True):
            step = _TAB_STOP - self.cells[-1] % _TAB_STOP if character == "\t" else width(glyph)
            self.glyphs.append(" " * step if character == "\t" else glyph)
            self.cells.append(self.cells[-1] + step)

    def window(self, focus: tuple[int, int], room: int) -> Window:
        """Give as much of the line as there is room for, around the characters in `focus`."""
        total, (first, last) = self.cells[-1], focus
        if total <= room:
            return Window(self, 0, len(self.glyphs))
        spare = max(room - (self.cells[last] - self.cells[first]), 0)
        from_the_start = self.cells[last] < room or (not spare and self.cells[first] < room // 2)
        start = 0 if from_the_start else min(self.cells[first] - spare // 2, total - room + 1)
        begin = next(index for index, cell in enumerate(self.cells) if cell >= start)
        while begin and self.cells[begin] == self.cells[begin + 1]:
            begin += 1
        stop = self.cells[begin] + room - (begin > 0)
        end = max(index for index, cell in enumerate(self.cells) if cell <= stop)
        if end < len(self.glyphs):
            end = max(index for index, cell in enumerate(self.cells) if cell < stop)
        return Window(self, begin, end)


class Window:
    """What is shown of a line: the characters from `begin` to `end`."""

    def __init__(self, line: Line, begin: int, end: int) -> None:
        self._line, self._begin, self._end = line, begin, end

    @property
    def text(self) -> str:
        """What is drawn."""
        shown = "".join(self._line.glyphs[self._begin : self._end])
        return "…" * (self._begin > 0) + shown + "…" * (self._end < len(self._line.glyphs))

    def painted(self, paint: Paint, pieces: Sequence[tuple[int, int, str]], otherwise: str = "") -> str:
        """Give what is drawn, with styles for characters from one index to another, in their order."""
        drawn, place = [], self._begin
        for first, last, style in [*pieces, (self._end, self._end, "")]:
            start, stop = max(first, place), min(last, self._end)
            drawn.append(self._piece(paint, place, max(start, place), otherwise))
            drawn.append(self._piece(paint, start, stop, style))
            place = max(place, stop)
        before, after = "…" * (self._begin > 0), "…" * (self._end < len(self._line.glyphs))
        return before + "".join(drawn) + after

    def _piece(self, paint: Paint, first: int, last: int, style: str) -> str:
        text = "".join(self._line.glyphs[first:last])
        return paint(style, text) if style else text

    def cell(self, index: int) -> int:
        """Give the cell at which a character is drawn; what is cut off lies at the edge."""
        cells = self._line.cells
        inside = min(max(index, self._begin), self._end)
        cell = cells[inside] - cells[self._begin] + (self._begin > 0)
        return cell - (index < self._begin) + (index > self._end)
