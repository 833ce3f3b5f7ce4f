"""From an old text and a new one to the smallest edits between them, so that cursors and folds stay where they are."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Iterator, Sequence

from flake8_aiohttp.editing.sheets import rows
from flake8_aiohttp.finding import Span
from flake8_aiohttp.fixing.pieces import split_lines


@dataclasses.dataclass(frozen=True, slots=True)
class Edit:
    """A piece of the text, and what is to stand in its place."""

    span: Span
    text: str


def edits(old: str, new: str) -> list[Edit]:
    """Give what to change in `old` so that it becomes `new`, in the order of the text."""
    before, after = split_lines(old), split_lines(new)
    same = _shared(before, after)
    before, after = before[same:], after[same:]
    ending = _shared(before[::-1], after[::-1])
    before, after = before[: len(before) - ending], after[: len(after) - ending]
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    found: list[Edit] = []
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind != "equal":
            found += _between(before[start:end], after[new_start:new_end], same + start + 1)
    return found


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """Count what two sequences have in common at their beginning."""
    shortest = min(len(one), len(other))
    return next((number for number in range(shortest) if one[number] != other[number]), shortest)


def _between(old: Sequence[str], new: Sequence[str], line: int) -> Iterator[Edit]:
    """Compare line by line what has as many lines, and the rest as a whole."""
    pairs = list(zip(old, new, strict=True)) if len(old) == len(new) else [("".join(old), "".join(new))]
    for number, (one, other) in enumerate(pairs, line):
        yield _narrowed(one, other, number)


def _narrowed(old: str, new: str, line: int) -> Edit:
    """Leave out what both begin and end with; a line end is not cut in two."""
    start = _shared(old, new)
    end = _shared(old[start:][::-1], new[start:][::-1])
    if "\r\n" in (old[start - 1 : start + 1], old[len(old) - end - 1 : len(old) - end + 1]):
        start = end = 0
    return Edit(Span(*_place(old[:start], line), *_place(old[: len(old) - end], line)), new[start : len(new) - end])


def _place(before: str, line: int) -> tuple[int, int]:
    """Give the line and column that come after `before`, which begins on `line`."""
    *whole, last = rows(before)
    return line + len(whole), len(last)


def applied(text: str, changes: Iterable[Edit], first: int = 1) -> str:
    """Make edits, whose lines count from `first`, in a text."""
    lines = rows(text)
    for edit in sorted(changes, key=lambda each: each.span, reverse=True):
        start, end = edit.span.line - first, edit.span.end_line - first
        kept = lines[start][: edit.span.column], lines[end][edit.span.end_column :]
        lines[start : end + 1] = [kept[0] + edit.text + kept[1]]
    return "".join(lines)
