"""Runs every fixture: the bad ones must misbehave on their marked lines, the near-misses must not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.fixture_files import Fixture, Mark, fixed_texts, programs
from tests.live.harness import Lines, Program, accuses, observe, proves
from tests.live.sightings import Sighting

# What cannot run here, and the module that it needs and this project does not install, or the one that runs it.
NOT_RUN = {
    "AIO101/ok_deliberate_in_raises.py": "pytest",
    "AIO101/ok_requests_beside.py": "requests",
    "AIO102/ok_httpx_and_requests_beside.py": "requests",
    "AIO104/ok_deliberate_in_raises.py": "pytest",
    "AIO104/ok_orm_session.py": "sqlalchemy",
    "AIO401/ok_requests_and_httpx.py": "httpx",
    "AIO402/ok_requests_beside.py": "requests",
    "AIO403/ok_requests_beside.py": "requests",
}

PROGRAMS = programs()
RUNNABLE = [fixture for fixture in PROGRAMS if fixture.mains]

each_program = pytest.mark.parametrize("fixture", RUNNABLE, ids=lambda fixture: fixture.name)


def test_what_is_not_run_cannot_be_run() -> None:
    without_main = {fixture.name: fixture for fixture in PROGRAMS if not fixture.mains}
    assert without_main.keys() == NOT_RUN.keys()
    for name, module in NOT_RUN.items():
        assert re.search(rf"^(import|from) {module}\b", without_main[name].text, re.MULTILINE), name


def unproven(fixture: Fixture, seen: list[Sighting]) -> list[Mark]:
    """Give the marks that nothing seen bears out."""
    lines = Lines(fixture.text)
    return [mark for mark in fixture.marks if not any(proves(sighting, mark, lines) for sighting in seen)]


@each_program
def test_fixture(fixture: Fixture, root: str, tmp_path: Path) -> None:
    """Small bodies let much pass by luck, so what has to do with lifetime is tried with bodies of 3 MB as well."""
    program = Program(str(fixture.path), fixture.text, tuple(fixture.mains))
    seen = observe(program, root, tmp_path)
    heavy = []
    if fixture.code.startswith("AIO2") and (fixture.ok or unproven(fixture, seen)):
        heavy = observe(program, f"{root}/heavy", tmp_path)
    told = "\n".join(map(str, seen + heavy))
    assert unproven(fixture, seen + heavy) == [], told
    if fixture.ok:
        assert [each for each in seen if accuses(each, heavy=False)] == [], told
        assert [each for each in heavy if accuses(each, heavy=True)] == [], told


@pytest.mark.parametrize("fixture", [each for each in fixed_texts() if each.mains], ids=lambda each: each.name)
def test_fixed_text(fixture: Fixture, root: str, tmp_path: Path) -> None:
    """Fixing leaves a program that does what its author meant."""
    seen = observe(Program(str(fixture.path), fixture.text, tuple(fixture.mains)), root, tmp_path)
    assert [each for each in seen if accuses(each, heavy=False)] == [], "\n".join(map(str, seen))
