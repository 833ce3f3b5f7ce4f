"""The frame around a finding: marks stand under what they mean, in the order of the lines."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

import pytest

from flake8_aiohttp.check import check
from flake8_aiohttp.finding import Applicability, Finding, Fix, Related, Span
from flake8_aiohttp.framing import Frame, Headline
from flake8_aiohttp.rewrite import InsertAwait
from flake8_aiohttp.terminal import Paint, shown, width
from tests.fixture_files import Fixture, programs

HEADLINE = Headline("a.py", 1, 1, "AIO201", "it is wrong")


def framed(
    text: str,
    headline: Headline = HEADLINE,
    found: Finding | None = None,
    fixed: Sequence[str] = (),
    *,
    columns: int = 80,
    wrap: bool = False,
) -> str:
    """Draw a frame without colours."""
    frame = Frame(text.splitlines(keepends=True), Paint(on=False), columns, wrap=wrap)
    return "\n".join(frame.draw(headline, found, "(safe): insert await", fixed))


def picture(text: str) -> str:
    return textwrap.dedent(text).removeprefix("\n")


def finding(span: Span, *related: tuple[Span, str]) -> Finding:
    fix = Fix(InsertAwait(), span, Applicability.SAFE)
    return Finding("AIO201", span, "it is wrong", fix, tuple(Related(*each) for each in related))


def test_a_story_in_the_order_of_its_lines() -> None:
    text = "async with opened as r:\n    pass\n# 1\n# 2\n# 3\nx = r.text()\n"
    story = finding(Span(6, 4, 6, 12), (Span(2, 4, 2, 8), "the block ends here"), (Span(1, 11, 1, 17), "opened here"))
    assert framed(text, HEADLINE, story) == picture("""
        a.py:1:1: AIO201 it is wrong
           │
         1 │ async with opened as r:
           │            ------ opened here
         2 │     pass
           │     ---- the block ends here
           ⋮
         6 │ x = r.text()
           │     ^^^^^^^^
        """)


def test_a_small_gap_is_filled() -> None:
    story = finding(Span(9, 0, 9, 1), (Span(12, 0, 12, 1), "later"), (Span(16, 0, 16, 1), "much later"))
    assert framed("a\n" * 20, HEADLINE, story) == picture("""
        a.py:1:1: AIO201 it is wrong
            │
          9 │ a
            │ ^
         10 │ a
         11 │ a
         12 │ a
            │ - later
            ⋮
         16 │ a
            │ - much later
        """)


def test_marks_of_one_line_have_a_row_each() -> None:
    story = finding(Span(1, 0, 1, 9), (Span(1, 6, 1, 9), "opened here"), (Span(1, 0, 1, 5), "released here"))
    assert framed("await get", HEADLINE, story) == picture("""
        a.py:1:1: AIO201 it is wrong
           │
         1 │ await get
           │ ----- released here
           │       --- opened here
           │ ^^^^^^^^^
        """)


def test_a_mark_over_several_lines() -> None:
    text = "x = f(\n    1,\n)\ny = f(\n    1,\n    2,\n    3,\n)\n"
    story = finding(Span(1, 4, 3, 1), (Span(4, 4, 8, 1), "opened here"))
    assert framed(text, HEADLINE, story) == picture("""
        a.py:1:1: AIO201 it is wrong
           │
         1 │ x = f(
           │     ^^
         2 │     1,
           │     ^^
         3 │ )
           │ ^
         4 │ y = f(
           │     -- opened here
           ⋮
         8 │ )
           │ -
        """)


def test_a_label_that_has_no_room_goes_below() -> None:
    text = "x" * 30 + " some(thing)"
    story = finding(Span(1, 0, 1, 2), (Span(1, 31, 1, 42), "the block ends here"))
    assert framed(text, HEADLINE, story, columns=50) == picture("""
        a.py:1:1: AIO201 it is wrong
           │
         1 │ xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx some(thing)
           │                                -----------
           │                           the block ends here
           │ ^^
        """)


@pytest.mark.parametrize(
    "before", ["", "\t", "日本 = ", "👩\u200d💻❤️ ", "e\u0301e\u0301 = ", "\x1b[31m", "한국\t", "x" * 200]
)
@pytest.mark.parametrize("inside", ["r.text()", "応答.text()", "'👍🏽'", "e\u0301"])
def test_a_mark_stands_under_what_it_marks(before: str, inside: str) -> None:
    text = before + inside + "  # and more of it" * 20
    _, _, source, mark, _ = framed(text, HEADLINE, finding(Span(1, len(before), 1, len(text.split("  #")[0])))).split(
        "\n"
    )
    start = source.rindex(shown(inside))
    assert width(source[:start]) == mark.index("^")
    assert width(shown(inside)) == mark.count("^")


def test_the_fix_is_a_small_diff() -> None:
    story = finding(Span(1, 6, 1, 14))
    assert framed("print(r.text())\n", HEADLINE, story, ["print(await r.text())\n"]).split("\n")[4:] == [
        "   │",
        "   │ fix (safe): insert await",
        " 1 │ - print(r.text())",
        " 1 │ + print(await r.text())",
        "",
    ]


def test_lines_that_come_and_go_have_their_numbers() -> None:
    old = [f"{number}\n" for number in range(1, 10)]
    new = [*old[:1], "new\n", *old[1:7], "other\n", *old[8:]]
    assert framed("".join(old), HEADLINE, finding(Span(2, 0, 2, 1)), new).split("\n")[6:] == [
        " 2 │ + new",
        " 3 │   2",
        " 8 │ - 8",
        " 9 │ + other",
        "",
    ]


def test_a_long_diff_is_cut() -> None:
    old = [f"{number}\n" for number in range(20)]
    new = [f" {each}" for each in old]
    rows = framed("".join(old), HEADLINE, finding(Span(2, 0, 2, 1)), new).split("\n")[6:]
    assert len(rows) == 14
    assert rows[12] == "    │   … 28 lines more"


def test_a_long_line_of_a_diff_is_shown_where_it_changes() -> None:
    start, end = "print(" + "1, " * 40, ", 2" * 40 + ")"
    rows = framed(f"{start}r.text(){end}\n", HEADLINE, finding(Span(1, 126, 1, 134)), [f"{start}await r.text(){end}\n"])
    assert re.findall(r"[-+] ….* 1, (.*?), 2.*…", rows) == ["r.text()", "await r.text()"]
    assert max(map(width, rows.split("\n"))) <= 80


def test_a_finding_of_another_plugin() -> None:
    assert framed("import os\n", Headline("b.py", 1, 8, "F401", "unused")) == picture("""
        b.py:1:8: F401 unused
           │
         1 │ import os
           │        ^
        """)


@pytest.mark.parametrize(("line", "column"), [(0, 0), (3, 1), (0, 1)])
def test_a_finding_of_the_whole_file_has_no_frame(line: int, column: int) -> None:
    assert framed("a\nb\n", Headline("b.py", line, column, "E902", "gone")) == f"b.py:{line}:{column}: E902 gone\n"


@pytest.mark.parametrize(("column", "mark"), [(0, 0), (1, 0), (3, 2), (99, 2)])
def test_a_column_may_lie_outside_its_line(column: int, mark: int) -> None:
    assert framed("ab\n", Headline("b.py", 1, column, "W292", "no newline")).split("\n")[3].index("^") == 5 + mark


def test_a_headline_is_wrapped_for_people_only() -> None:
    headline = Headline("some/long/folder/a.py", 1, 1, "AIO101", "one two three four 日本 five six seven eight")
    assert framed("", headline, columns=44).count("\n") == 1
    assert framed("", headline, columns=44, wrap=True) == picture("""
        some/long/folder/a.py:1:1: AIO101 one two
          three four 日本 five six seven eight
        """)


def test_a_name_and_a_message_are_harmless() -> None:
    assert framed("", Headline("a\x1b.py", 1, 1, "X1", "\x1b[31m\u202e")) == "a␛.py:1:1: X1 ␛[31m\ufffd\n"


def test_colours() -> None:
    frame = Frame(["print(r.text())\n"], Paint(on=True), 80, wrap=False)
    rows = list(frame.draw(HEADLINE, finding(Span(1, 6, 1, 14)), "(safe): insert await", ["print(await r.text())\n"]))
    assert rows[0] == "\033[1ma.py\033[m:1:1: \033[1;31mAIO201\033[m it is wrong"
    assert rows[3] == "\033[2m   │\033[m       \033[1;31m^^^^^^^^\033[m"
    assert rows[6] == "\033[2m 1 │\033[m \033[31m-\033[m \033[31mprint(\033[m\033[31mr.text())\033[m"
    plain = list(
        Frame(["print(r.text())\n"], Paint(on=False), 80, wrap=False).draw(HEADLINE, finding(Span(1, 6, 1, 14)))
    )
    assert [re.sub(r"\033\[[\d;]*m", "", row) for row in rows[:4]] == plain[:4]


BAD = [fixture for fixture in programs() if not fixture.ok]


@pytest.mark.parametrize("fixture", BAD, ids=lambda fixture: fixture.name)
def test_every_finding_of_the_fixtures_fits_its_frame(fixture: Fixture) -> None:
    for each in check(fixture.text):
        headline = Headline("a.py", each.span.line, each.span.column + 1, each.code, each.message)
        rows = framed(fixture.text, headline, each, columns=60, wrap=True).split("\n")
        assert max(map(width, rows[: rows.index("   │") if "   │" in rows else 1])) <= 80  # a word may be longer
        assert max(width(row) for row in rows if "│" in row) <= 60
        assert sum("^" in row for row in rows) >= 1
        for step in each.related:
            assert sum(step.message in row for row in rows) >= 1


def test_a_mark_at_the_right_edge_takes_one_row() -> None:
    line = "x = 1; " + "y" * 60 + "; r.text()"
    start = line.index("r.text()")
    headline, found = Headline("a.py", 1, start + 1, "AIO101", "m"), finding(Span(1, start, 1, len(line)))
    rows = framed(f"{line}\n", headline, found, columns=len(line) + 5).split("\n")
    assert rows[2:] == [f" 1 │ {line}", f"   │ {' ' * start}^^^^^^^^", ""]


def test_what_a_fix_changes_stands_out() -> None:
    frame = Frame(["print(r.text())\n"], Paint(on=True), 80, wrap=False)
    rows = list(frame.draw(HEADLINE, finding(Span(1, 6, 1, 14)), "(safe): insert await", ["print(await r.text())\n"]))
    assert rows[-3].endswith("\033[31m-\033[m \033[31mprint(\033[m\033[31mr.text())\033[m")
    assert rows[-2].endswith("\033[32m+\033[m \033[32mprint(\033[m\033[1;4;32mawait \033[m\033[32mr.text())\033[m")


def test_source_is_highlighted_where_there_are_colours() -> None:
    text = ["async def f(r):\n", "    return '''a\n", "  b''', r.text()  # why\n"]
    frame = Frame(text, Paint(on=True), 80, wrap=False)
    drawn = frame.draw(Headline("a.py", 2, 12, "AIO101", "m"), finding(Span(2, 11, 3, 16)))
    rows = [row.split("│\033[m")[-1] for row in drawn]
    assert rows[2] == "     \033[36mreturn\033[m \033[32m'''a\033[m"
    assert rows[4] == " \033[32m  b'''\033[m, r.text()  \033[2m# why\033[m"


def test_what_is_no_python_is_shown_plain() -> None:
    frame = Frame(["x = (\n"], Paint(on=True), 80, wrap=False)
    assert list(frame.draw(Headline("a.py", 1, 1, "E999", "m")))[2].endswith("│\033[m x = (")
