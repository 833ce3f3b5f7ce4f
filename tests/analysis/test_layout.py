"""What a program is found to do wrong does not depend on how it is laid out, nor on what its comments say."""

from __future__ import annotations

import ast
import collections
import functools
import subprocess
import sys
from pathlib import Path

import pytest

from flake8_aiohttp.check import check
from flake8_aiohttp.finding import Rewrite
from tests.analysis.layouts import LAYOUTS, by_unparse
from tests.fixture_files import Fixture, fixed_texts, programs

PROGRAMS = [*programs(), *fixed_texts()]
SOME = PROGRAMS[::10]


@functools.cache
def found(text: str) -> collections.Counter[tuple[str, str, Rewrite | None]]:
    """Give what is found where and which fix is offered; a layout does not change which expression it is."""
    tree = ast.parse(text)
    places = {}
    for number, node in enumerate(ast.walk(tree)):
        if isinstance(node, ast.expr | ast.stmt | ast.keyword | ast.alias):
            places.setdefault((node.lineno, node.col_offset), number)
    lines = text.split("\n")
    return collections.Counter(
        (
            finding.code,
            str(places[finding.span.line, _bytes(lines[finding.span.line - 1], finding.span.column)]),
            finding.fix and finding.fix.rewrite.title,
        )
        for finding in check(text)
    )


def _bytes(line: str, column: int) -> int:
    return len(line[:column].encode())


def agree(fixture: Fixture) -> None:
    for change in LAYOUTS:
        if change is by_unparse and "# %%" in fixture.text:
            continue  # editors mark the cells of a notebook by comments
        changed = change(fixture.text)
        assert ast.dump(ast.parse(changed)) == ast.dump(ast.parse(fixture.text))
        assert found(changed) == found(fixture.text), f"{change.__name__}\n{changed}"


@pytest.mark.parametrize("fixture", SOME, ids=lambda fixture: fixture.name)
def test_layout_does_not_matter(fixture: Fixture) -> None:
    agree(fixture)


@pytest.mark.slow
@pytest.mark.parametrize("fixture", PROGRAMS, ids=lambda fixture: fixture.name)
def test_layout_does_not_matter_to_any_fixture(fixture: Fixture) -> None:
    agree(fixture)


@pytest.mark.slow
@pytest.mark.parametrize("columns", [20, 320])
def test_a_formatter_changes_nothing(columns: int, tmp_path: Path) -> None:
    copies = {fixture: tmp_path / fixture.name.replace("/", "_") for fixture in PROGRAMS}
    for fixture, copy in copies.items():
        copy.write_text(fixture.text, encoding="utf-8")
    options = ["--isolated", "--line-length", str(columns)]
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", *options, str(tmp_path)], check=True)
    for fixture, copy in copies.items():
        assert found(copy.read_text(encoding="utf-8")) == found(fixture.text), fixture.name
