"""Lints every fixture, compares with its marks, and then changes it in ways that must not matter."""

from __future__ import annotations

import ast
import collections
from pathlib import Path

import pytest

import flake8_aiohttp
from flake8_aiohttp.check import check
from flake8_aiohttp.finding import Applicability, Finding
from tests.fixture_files import FOLDER, Fixture, Mark, fixed_texts, programs
from tests.metamorphoses import in_try, renamed, under_a_condition, without_aiohttp

PROGRAMS = programs()
FOLDERS = sorted(path.name for path in FOLDER.glob("AIO*"))
RULES = sorted(path.stem[:6].upper() for path in Path(flake8_aiohttp.__file__).parent.glob("rules/aio*.py"))

each_program = pytest.mark.parametrize("fixture", PROGRAMS, ids=lambda fixture: fixture.name)


def findings(fixture: Fixture, text: str) -> list[Finding]:
    """Lint a text as if it stood in the fixture's place; opt-in rules speak in their own folders only."""
    found = check(text, str(fixture.path))
    wanted = {fixture.code, *(mark.code for mark in fixture.marks)}
    return [finding for finding in found if finding.code in wanted or not finding.code.startswith("AIO9")]


def codes(fixture: Fixture, text: str) -> collections.Counter[str]:
    """Give how often each code is reported."""
    return collections.Counter(finding.code for finding in findings(fixture, text))


def test_every_rule_has_a_folder() -> None:
    # AIO000 is a bug of the plugin, which no file can be asked to show; AIO001 is told by the command alone.
    assert {"AIO000", "AIO001", *FOLDERS} == set(RULES)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_folder_has_bad_and_near_misses(folder: str) -> None:
    here = [fixture for fixture in PROGRAMS if fixture.code == folder]
    assert len([fixture for fixture in here if fixture.ok]) >= 3
    assert len([fixture for fixture in here if not fixture.ok]) >= 3


def test_bad_ones_are_marked_and_near_misses_are_not() -> None:
    for fixture in PROGRAMS:
        marked = {mark.code for mark in fixture.marks}
        assert (fixture.code in marked) != fixture.ok, fixture.name
        assert not fixture.ok or not marked, fixture.name
        assert marked <= set(FOLDERS), fixture.name


@each_program
def test_findings_are_the_marks(fixture: Fixture) -> None:
    found = findings(fixture, fixture.text)
    pinned = {(mark.line, mark.code) for mark in fixture.marks if mark.column}
    seen = collections.Counter(
        Mark(line, finding.code, finding.span.column + 1 if (line, finding.code) in pinned else 0)
        for finding in found
        for line in [finding.span.line]
    )
    called_for = collections.Counter(fixture.marks)
    assert (sorted(seen - called_for), sorted(called_for - seen)) == ([], []), "false alarms, missed alarms"


@pytest.mark.parametrize("fixture", fixed_texts(), ids=lambda fixture: fixture.name)
def test_fixed_texts_leave_nothing_to_fix(fixture: Fixture) -> None:
    assert fixture.marks == []
    assert fixture.path.with_name(fixture.path.name.replace(".fixed.py", ".py")).exists()
    left = findings(fixture, fixture.text)
    assert [each for each in left if each.fix and each.fix.applicability is Applicability.SAFE] == []


@each_program
def test_without_aiohttp_there_is_silence(fixture: Fixture) -> None:
    assert check(without_aiohttp(fixture.text), str(fixture.path)) == []


@each_program
def test_changes_that_do_not_matter(fixture: Fixture) -> None:
    expected = codes(fixture, ast.unparse(ast.parse(fixture.text)))
    for change in (in_try, under_a_condition, renamed):
        changed = ast.unparse(ast.fix_missing_locations(change(ast.parse(fixture.text))))
        assert codes(fixture, changed) == expected, f"{change.__name__}\n{changed}"
