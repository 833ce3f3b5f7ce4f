"""A `# noqa` comment is put where flake8 honours it, and changes nothing else."""

from __future__ import annotations

import ast

import pytest

from flake8_aiohttp.editing.silence import code_at, silenced
from flake8_aiohttp.finding import Finding, Span
from flake8_aiohttp.host import Host, Page
from tests.editing.test_edits import applied
from tests.fixture_files import Fixture, programs

HOST = Host.of_command_line(["--isolated", "--extend-select=AIO9"])
PLACES = {
    "a line": ("x = 1|\ny = 2\n", "  # noqa: AIO101"),
    "the last line": ("x = 1|", "  # noqa: AIO101"),
    "a line with blanks behind": ("x = 1  |\n", "  # noqa: AIO101"),
    "a line of a call": ("f(a,|\n  b)\n", "  # noqa: AIO101"),
    "a triple-quoted string": ('x = """\n  b\n"""|\ny = 2\n', "  # noqa: AIO101"),
    "a string within a call": ('f("""\n  b""", a,|\n  c)\n', "  # noqa: AIO101"),
    "a formatted string": ('x = f"""\n{y}\n"""|\n', "  # noqa: AIO101"),
    "a backslash": ("x = \\\n    1|\n", "  # noqa: AIO101"),
    "a string and a backslash": ('x = """\n""" + \\\n    y|\nz = 3\n', "  # noqa: AIO101"),
    "a comment": ("x = 1  # why|\n", "  # noqa: AIO101"),
    "an indented line": ("if x:\n    x = 1|\n", "  # noqa: AIO101"),
    "a list of codes": ("x = 1  # noqa: E501,W291|\n", ",AIO101"),
    "a list with blanks": ("x = 1  # noqa: E501, W291|\n", ", AIO101"),
    "a list of one": ("x = 1  # noqa: E501| because\n", ", AIO101"),
    "a list without commas": ("x = 1  # NOQA:E501 W291|  # why\n", ", AIO101"),
    "a list behind a comment": ("x = 1  # why  # noqa: E501|\n", ", AIO101"),
}
HOPELESS = {
    "a noqa within the string": 'x = """\n# noqa: E501\n"""\n',
    "a noqa within the string, and one behind it": 'x = """  # noqa: E501\n"""  # noqa: W291\n',
    "silent already": "x = 1  # noqa\n",
    "no Python": "'''\n",
    "nothing at all": "",
}


def finding(line: int) -> Finding:
    return Finding("AIO101", Span(line, 0, line, 1), "made by hand")


def is_told(text: str, found: Finding) -> bool:
    return bool(HOST.reported(Page.of_text("a.py", text), [found]))


@pytest.mark.parametrize("place", PLACES)
def test_where_the_comment_stands(place: str) -> None:
    marked, comment = PLACES[place]
    text = marked.replace("|", "")
    line = 2 if place == "an indented line" else 1
    edit = silenced(text, finding(line))
    assert edit
    new = applied(text, [edit])
    assert new == marked.replace("|", comment)
    assert is_told(text, finding(line))
    assert not is_told(new, finding(line))
    assert ast.dump(ast.parse(new)) == ast.dump(ast.parse(text))


@pytest.mark.parametrize("text", HOPELESS.values(), ids=HOPELESS)
def test_where_no_comment_helps_none_is_put(text: str) -> None:
    assert silenced(text, finding(1)) is None


@pytest.mark.parametrize("program", programs(), ids=lambda each: each.name)
def test_every_finding_can_be_silenced(program: Fixture) -> None:
    """flake8 itself says that the finding is gone, and Python that the program is the same."""
    page = Page.of_text(program.name, program.text)
    for found in HOST.reported(page, HOST.findings(page)):
        edit = silenced(program.text, found)
        assert edit
        new = applied(program.text, [edit])
        assert not is_told(new, found)
        assert ast.dump(ast.parse(new)) == ast.dump(ast.parse(program.text))


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("x  # noqa: AIO101", 11, ("AIO101", 11, 17)),
        ("x  # noqa: AIO101", 17, ("AIO101", 11, 17)),
        ("x  # noqa: AIO101", 10, None),
        ("x  # noqa: E501,AIO201 AIO203", 25, ("AIO203", 23, 29)),
        ("x  # noqa:AIO901", 12, ("AIO901", 10, 16)),
        ("x  # see AIO101", 10, None),
        ("x  # noqa", 7, None),
    ],
)
def test_the_code_that_is_pointed_at(line: str, column: int, code: tuple[str, int, int] | None) -> None:
    assert code_at(line, column) == code
