"""Draws what is wrong in a frame: the source with marks under it, in the order of the lines, and the fix."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterator, Sequence

from flake8_aiohttp.finding import Finding, Span
from flake8_aiohttp.highlighting import styles
from flake8_aiohttp.terminal import Line, Paint, Window, shown, width

_MOST_LINES_OF_A_SPAN = 4
_MOST_LINES_OF_A_FIX = 12
_SMALL_GAP = 2
_LEAST_ROOM = 20
_STYLES = {"-": ("old", "gone"), "+": ("new", "come")}


@dataclasses.dataclass(frozen=True, slots=True)
class Headline:
    """What stands above a frame: what flake8 prints of a finding, whoever found it; the column counts from 1."""

    name: str
    line: int
    column: int
    code: str
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """The characters of a line that are underlined; those of the finding itself have no label."""

    line: int
    first: int
    last: int
    label: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """A line that goes (`-`) or comes (`+`), or one that stays beside it; `focus` are the characters that differ."""

    sign: str
    line: int
    text: str
    focus: tuple[int, int]


class Frame:
    """Frames for the findings of one file.

    `columns` is how wide they may be; `wrap` says whether headlines keep to that, too: where a program
    reads them, each is one line.
    """

    def __init__(self, lines: Sequence[str], paint: Paint, columns: int, *, wrap: bool) -> None:
        self._lines = [line.rstrip("\r\n") for line in lines]
        self._paint = paint
        self._columns = columns
        self._wrap = wrap
        self._styles = styles(self._lines) if paint.on else {}

    def draw(
        self, headline: Headline, finding: Finding | None = None, title: str = "", fixed: Sequence[str] = ()
    ) -> Iterator[str]:
        """Give the rows.

        `finding` is what we know of it ourselves, `fixed` are the file's lines after its fix, and `title` says what
        that does.
        """
        yield from self._headline(headline)
        marks = self._marks(headline, finding)
        changes = _changes(self._lines, [line.rstrip("\r\n") for line in fixed]) if fixed else []
        if marks:
            last = max([*(mark.line for mark in marks), *(change.line for change in changes)])
            margin = Margin(last, self._paint, self._columns)
            yield margin.row()
            yield from self._source(margin, marks)
            if changes:
                yield margin.row()
                yield margin.row(f"{self._paint('title', 'fix')} {title}")
                yield from self._fix(margin, changes)
        yield ""

    def _headline(self, headline: Headline) -> Iterator[str]:
        paint, name = self._paint, shown(headline.name)
        place = f":{headline.line}:{headline.column}:"
        used = width(f"{name}{place} {headline.code} ")
        first, *others = _wrapped(shown(headline.text), used, self._columns) if self._wrap else [shown(headline.text)]
        yield f"{paint('title', name)}{place} {paint('wrong', headline.code)} {first}"
        yield from others

    def _marks(self, headline: Headline, finding: Finding | None) -> list[Mark]:
        """Give what is underlined, in the order of the lines; the finding itself comes last on its line."""
        if not 1 <= headline.line <= len(self._lines):
            return []
        if finding is None:
            column = min(max(headline.column - 1, 0), len(self._lines[headline.line - 1]))
            return [Mark(headline.line, column, column + 1)]
        marks = [mark for step in finding.related for mark in self._of_span(step.span, step.message)]
        marks += self._of_span(finding.span, None)
        return sorted(marks, key=lambda mark: (mark.line, mark.label is None, mark.first))

    def _of_span(self, span: Span, label: str | None) -> Iterator[Mark]:
        """Give a mark for each line of a span, or for its first and last; the label stands at the first."""
        lines = range(span.line, span.end_line + 1)
        for line in lines if len(lines) <= _MOST_LINES_OF_A_SPAN else (span.line, span.end_line):
            text = self._lines[line - 1]
            first = span.column if line == span.line else len(text) - len(text.lstrip())
            last = span.end_column if line == span.end_line else len(text.rstrip())
            yield Mark(line, first, last, label if label is None or line == span.line else "")

    def _source(self, margin: Margin, marks: Sequence[Mark]) -> Iterator[str]:
        before = marks[0].line
        for line in sorted({mark.line for mark in marks}):
            between = range(before + 1, line)
            if len(between) > _SMALL_GAP:
                yield margin.gap()
            else:
                yield from (margin.row(self._code(each, self._window(each, (0, 0), margin)), each) for each in between)
            before = line
            yield from self._marked(margin, [mark for mark in marks if mark.line == line])

    def _window(self, line: int, focus: tuple[int, int], margin: Margin) -> Window:
        return Line(self._lines[line - 1]).window(focus, margin.room)

    def _code(self, line: int, window: Window) -> str:
        return window.painted(self._paint, self._styles.get(line, []))

    def _marked(self, margin: Margin, marks: Sequence[Mark]) -> Iterator[str]:
        """Give a line with a row for each of its marks."""
        line, main = marks[0].line, marks[-1]
        window = self._window(line, (main.first, main.last), margin)
        yield margin.row(self._code(line, window), line)
        for mark in marks:
            start = window.cell(mark.first)
            length = max(window.cell(mark.last) - start, 1)
            style, stroke = ("wrong", "^") if mark.label is None else ("note", "-")
            under, label = self._paint(style, stroke * length), mark.label or ""
            if not label or start + length + 1 + len(label) <= margin.room:
                yield margin.row(" " * start + under + self._paint(style, f" {label}".rstrip()))
            else:
                yield margin.row(" " * start + under)
                yield margin.row(" " * max(min(start, margin.room - len(label)), 0) + self._paint(style, label))

    def _fix(self, margin: Margin, changes: Sequence[Change]) -> Iterator[str]:
        for change in changes[:_MOST_LINES_OF_A_FIX]:
            style, strong = _STYLES.get(change.sign, ("", ""))
            window = Line(change.text).window(change.focus, margin.room - 2)
            text = window.painted(self._paint, [(*change.focus, strong)], style)
            sign = self._paint(style, change.sign) if style else change.sign
            yield margin.row(f"{sign} {text}", change.line)
        if len(changes) > _MOST_LINES_OF_A_FIX:
            yield margin.row(f"  … {len(changes) - _MOST_LINES_OF_A_FIX} lines more")


class Margin:
    """The left edge of a frame, with the numbers of the lines; `room` is what it leaves."""

    def __init__(self, last: int, paint: Paint, columns: int) -> None:
        self._digits = len(str(last))
        self._paint = paint
        self.room = max(columns - self._digits - 4, _LEAST_ROOM)

    def row(self, text: str = "", number: int | None = None) -> str:
        """Give a row of the frame."""
        edge = f" {number or '':>{self._digits}} │"
        return f"{self._paint('frame', edge)} {text}".rstrip()

    def gap(self) -> str:
        """Give the row that stands for lines which are not shown."""
        return self._paint("frame", f" {'':>{self._digits}} ⋮")


def _wrapped(text: str, used: int, columns: int) -> list[str]:
    """Break a text into rows; in the first, so many cells are `used` already."""
    rows, room = [""], columns - used
    for word in text.split(" "):
        if rows[-1].strip() and width(f"{rows[-1]} {word}") > room:
            rows.append(f"  {word}")
            room = columns
        else:
            rows[-1] += f" {word}" if rows[-1] else word
    return rows


def _changes(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """Give the lines that differ."""
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    changes: list[Change] = []
    for tag, first, last, start, stop in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            gone, come = before[first:last], after[start:stop]
            pairs = list(zip(gone, come, strict=False)) if len(gone) == len(come) else []
            changes += _signed("-", gone, head + first, [_differing(a, b) for a, b in pairs])
            changes += _signed("+", come, head + start, [_differing(b, a) for a, b in pairs])
        if tag == "insert":
            changes += _signed(" ", new[head + stop : head + stop + 1], head + stop, [])
    return changes


def _signed(sign: str, texts: Sequence[str], offset: int, focuses: Sequence[tuple[int, int]]) -> Iterator[Change]:
    for index, text in enumerate(texts):
        indent = len(text) - len(text.lstrip())
        yield Change(sign, offset + index + 1, text, focuses[index] if focuses else (indent, indent))


def _differing(text: str, other: str) -> tuple[int, int]:
    """Give the characters in which a text differs from another."""
    head = _alike(text, other)
    return head, len(text) - _alike(text[head:][::-1], other[head:][::-1])


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Say how far two texts, or two lists of lines, are the same."""
    return next(
        (index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
