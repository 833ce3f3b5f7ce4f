"""What a terminal makes of a text: how wide it is, in which colours, and what must not reach it."""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from collections.abc import Iterator

_TAB_STOP = 4
_JOINER, _NON_JOINER, _EMOJI_STYLE = "\u200d", "\u200c", "\ufe0f"
_UNSHOWN = "\ufffd"  # stands for what would move the cursor, or turn the text around
_STYLES = {
    "title": "1",
    "wrong": "1;31",
    "note": "36",
    "frame": "2",
    "old": "31",
    "new": "32",
    "keyword": "35",
    "string": "32",
    "comment": "2",
}


class Paint:
    """Colours, or none."""

    def __init__(self, *, on: bool) -> None:
        self._on = on

    def __call__(self, style: str, text: str) -> str:
        """Paint `text` in a style that has a name."""
        return f"\033[{_STYLES[style]}m{text}\033[m" if self._on and text else text


def takes_colour() -> bool:
    """Whether stdout is a terminal whose user wants colours."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def columns() -> int:
    """Give the width of the terminal, or what suits a file."""
    return max(shutil.get_terminal_size((100, 24)).columns, 40)


def width(text: str) -> int:
    """Give the number of cells that a text without tabs takes."""
    return sum(_widths(text))


def _widths(text: str) -> Iterator[int]:
    """Give the cells of each character; what joins the one before it takes none."""
    before, wide = "", 0
    for character in text:
        if character == _EMOJI_STYLE and wide == 1:
            own, wide = 1, 2
        elif (before == _JOINER and wide == 2) or _is_joined(character, wide):
            own = 0
        else:
            own = wide = 1 + (unicodedata.east_asian_width(character) in {"W", "F"})
        yield own
        before = character


def _is_joined(character: str, wide: int) -> bool:
    """Whether a character is drawn on the one before it, which is so `wide`."""
    if "\u1160" <= character <= "\u11ff" or "\ud7b0" <= character <= "\ud7ff":
        return True  # vowels and finals of a Hangul syllable
    if "\U0001f3fb" <= character <= "\U0001f3ff":
        return wide == 2  # the colour of a skin
    return unicodedata.category(character) in {"Mn", "Me", "Cf"}


def harmless(character: str) -> str:
    """Give a character that leaves the terminal and the order of the text alone."""
    if character < " ":
        return chr(0x2400 + ord(character))  # a picture of it
    hidden = unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    kept = character in {_JOINER, _NON_JOINER} or "\U000e0020" <= character <= "\U000e007f"  # tags of a flag
    return _UNSHOWN if hidden and not kept else character


def shown(text: str) -> str:
    """Give a text of one line, harmless."""
    return "".join(map(harmless, text))


class Line:
    """A line of source as it is drawn: the glyph of each character, and the cell at which it starts."""

    def __init__(self, text: str) -> None:
        self.glyphs: list[str] = []
        self.cells = [0]
        plain = [character if character == "\t" else harmless(character) for character in text]
        for glyph, own in zip(plain, _widths("".join(plain)), strict=True):
            step = _TAB_STOP - self.cells[-1] % _TAB_STOP if glyph == "\t" else own
            self.glyphs.append(" " * step if glyph == "\t" else glyph)
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

    def cell(self, index: int) -> int:
        """Give the cell at which a character is drawn; what is cut off lies at the edge."""
        cells = self._line.cells
        inside = min(max(index, self._begin), self._end)
        cell = cells[inside] - cells[self._begin] + (self._begin > 0)
        return cell - (index < self._begin) + (index > self._end)
