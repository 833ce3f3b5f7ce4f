"""Positions in the units of an editor, there and back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flake8_aiohttp.editing.sheets import Position, Sheet, one_after_another, rows
from flake8_aiohttp.finding import Span

LINE = "aä\u20ac🙂b"  # one, two, three and four bytes in UTF-8


@pytest.mark.parametrize(
    ("encoding", "columns"), [("utf-8", [0, 1, 3, 6, 10, 11]), ("utf-16", [0, 1, 2, 3, 5, 6]), ("utf-32", [*range(6)])]
)
def test_columns(encoding: str, columns: list[int]) -> None:
    sheet = Sheet("a", f"\f\u2028\n{LINE}")
    for column, character in enumerate(columns):
        assert sheet.range(Span(2, 0, 2, column), encoding).end == Position(1, character)
        assert sheet.place(Position(1, character), encoding) == (2, column)


@settings(deadline=None)
@given(st.text(max_size=9), st.integers(0, 9), st.integers(0, 30), st.sampled_from(["utf-8", "utf-16", "utf-32"]))
def test_any_position_is_somewhere(text: str, line: int, character: int, encoding: str) -> None:
    """Editors ask about places that have just gone."""
    sheet = Sheet("a", text)
    row, column = sheet.place(Position(line, character), encoding)
    assert 0 <= column <= len(sheet.lines[row - 1].rstrip("\r\n"))


@pytest.mark.parametrize(
    ("text", "lines"),
    [("", [""]), ("a", ["a"]), ("a\n", ["a\n", ""]), ("a\r\nb\rc\n\n", ["a\r\n", "b\r", "c\n", "\n", ""])],
)
def test_lines_end_as_in_an_editor(text: str, lines: list[str]) -> None:
    assert rows(text) == lines


def test_cells_follow_one_another() -> None:
    cells = one_after_another([Sheet("a", "x\ny"), Sheet("b", ""), Sheet("c", "z\n")])
    assert [cell.first for cell in cells] == [1, 3, 4]
    holders = {line: [cell.uri for cell in cells if Span(line, 0, line, 0) in cell] for line in range(1, 6)}
    assert holders == {1: ["a"], 2: ["a"], 3: ["b"], 4: ["c"], 5: ["c"]}
