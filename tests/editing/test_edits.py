"""Edits are small, and lead from the old text to the new one."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flake8_aiohttp.editing.edits import Edit, edits
from flake8_aiohttp.editing.sheets import rows
from flake8_aiohttp.finding import Span

TEXTS = st.lists(st.sampled_from(["a", "b", "🙂", "\n", "\r\n", "\r", "\f", "  "]), max_size=12).map("".join)


def applied(text: str, changes: list[Edit]) -> str:
    """Change a text from its end to its beginning, as the order of the edits allows."""
    lines = rows(text)
    old = text
    starts = [sum(map(len, lines[:number])) for number in range(len(lines))]
    for each in reversed(changes):
        start = starts[each.span.line - 1] + each.span.column
        end = starts[each.span.end_line - 1] + each.span.end_column
        assert "\r\n" not in {old[start - 1 : start + 1], old[end - 1 : end + 1]}, "a line end is cut in two"
        text = text[:start] + each.text + text[end:]
    return text


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_edits_lead_to_the_new_text(old: str, new: str) -> None:
    changes = edits(old, new)
    assert applied(old, changes) == new
    assert all(one.span < other.span for one, other in itertools.pairwise(changes))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("a\n", "a\n", []),
        ("x = r.text()\n", "x = await r.text()\n", [Edit(Span(1, 4, 1, 4), "await ")]),
        ("a\r\nb\r\nc\r\n", "a\r\nxb\r\nc\r\n", [Edit(Span(2, 0, 2, 0), "x")]),
        ("a\nb\n", "a\nx\nb\n", [Edit(Span(2, 0, 2, 0), "x\n")]),
        ("a\nb\nc", "a\nc", [Edit(Span(2, 0, 3, 0), "")]),
        ("a\nb\nc\n", "xa\nb\nxc\n", [Edit(Span(1, 0, 1, 0), "x"), Edit(Span(3, 0, 3, 0), "x")]),
        ("a\nb\n", "xa\nxb\n", [Edit(Span(1, 0, 1, 0), "x"), Edit(Span(2, 0, 2, 0), "x")]),
        ("a\r\n", "b\n", [Edit(Span(1, 0, 2, 0), "b\n")]),
        ("a", "a\nb", [Edit(Span(1, 1, 1, 1), "\nb")]),
    ],
)
def test_edits_are_small(old: str, new: str, expected: list[Edit]) -> None:
    assert edits(old, new) == expected
