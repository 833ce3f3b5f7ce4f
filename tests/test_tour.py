"""The tour of a newcomer's mistakes: reported where the files say so, and seen when they run."""

from __future__ import annotations

import pytest

from flake8_aiohttp.check import check
from tests.fixture_files import FOLDER, Fixture
from tests.live.harness import Lines, Program, observe, proves

STOPS = [Fixture(path) for path in sorted((FOLDER / "tour").glob("*.py"))]

each_stop = pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.path.stem)


def test_the_tour_shows_right_and_wrong() -> None:
    assert {stop.ok for stop in STOPS} == {True, False}
    assert all(bool(stop.marks) != stop.ok for stop in STOPS)


@each_stop
def test_findings_are_the_marks(stop: Fixture) -> None:
    found = [finding for finding in check(stop.text, str(stop.path)) if not finding.code.startswith("AIO9")]
    assert [(one.span.line, one.code) for one in found] == [(mark.line, mark.code) for mark in stop.marks]


@each_stop
def test_a_running_aiohttp_agrees(stop: Fixture, root: str) -> None:
    seen = observe(Program(str(stop.path), stop.text), root)
    lines = Lines(stop.text)
    assert [mark for mark in stop.marks if not any(proves(one, mark, lines) for one in seen)] == []
    assert not stop.ok or [one for one in seen if one.kind.wrong] == []
