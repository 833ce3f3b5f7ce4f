"""Runs every fixture: the bad ones must misbehave on their marked lines, the near-misses must not."""

from __future__ import annotations

import re

import pytest

from tests.fixture_files import Fixture, Mark, fixed_texts, programs
from tests.live.harness import Lines, Program, accuses, observe, proves, skip_if_too_old
from tests.live.sightings import Kind, Sighting

# What has no main, and the module that is to blame: pytest runs it, or this project does not install it.
NOT_RUN = {
    "AIO101/entered_beside_a_plain_client.py": "requests",
    "AIO101/ok_deliberate_in_raises.py": "pytest",
    "AIO101/ok_other_fixture.py": "requests",
    "AIO101/ok_requests_beside.py": "requests",
    "AIO101/session_from_the_own_package.py": "myapp",
    "AIO102/in_the_arm_of_aiohttp.py": "httpx",
    "AIO102/ok_httpx_and_requests_beside.py": "requests",
    "AIO102/ok_one_name_for_two_clients.py": "httpx",
    "AIO102/ok_receivers_of_other_libraries.py": "httpx",
    "AIO102/ok_two_libraries_by_class.py": "httpx",
    "AIO102/rival_only_awaited.py": "playwright",
    "AIO102/two_libraries_by_class.py": "httpx",
    "AIO104/ok_deliberate_in_raises.py": "pytest",
    "AIO104/ok_either_library.py": "requests",
    "AIO104/ok_orm_session.py": "sqlalchemy",
    "AIO104/ok_plain_block_of_another_client.py": "mirror",
    "AIO104/ok_session_of_requests.py": "requests",
    "AIO104/plain_block_whose_body_is_awaited.py": "mirror",
    "AIO106/ok_containers_of_several_kinds.py": "httpx",
    "AIO201/ok_helper_of_another_client.py": "mirror",
    "AIO207/ok_fixture_of_another_file.py": "pytest",
    "AIO207/ok_mocked_by_aioresponses.py": "aioresponses",
    "AIO401/ok_requests_and_httpx.py": "httpx",
    "AIO401/ok_two_libraries_by_member_or_flag.py": "httpx",
    "AIO401/ok_two_libraries_otherwise.py": "httpx",
    "AIO401/response_class_of_another_library.py": "fastapi",
    "AIO402/ok_requests_beside.py": "requests",
    "AIO403/ok_requests_beside.py": "requests",
}

# Programs about what comes from outside of them: no line in them makes it.
GIVEN = {
    "AIO101/handlers_of_a_factory.py",
    "AIO101/ok_awaited_in_fallback.py",
    "AIO101/receivers_of_every_shape.py",
    "AIO101/session_waited_for_or_mixed_in.py",
    "AIO102/habits_beside_a_right_read.py",
    "AIO102/ok_session_is_another_librarys.py",
    "AIO103/asked_in_its_block.py",
    "AIO103/ok_entered_but_no_response.py",
    "AIO103/ok_session_or_another_client.py",
    "AIO103/session_or_wrapper.py",
    "AIO104/session_of_own_manager.py",
    "AIO104/session_out_of_sight.py",
    "AIO106/peers_beside_their_names.py",
    "AIO106/peers_in_containers.py",
    "AIO106/peers_taken_out.py",
    "AIO401/content_as_statement.py",
    "AIO401/habit_beside_a_plain_flag.py",
    "AIO401/ok_wrapper_of_the_own_package.py",
}

# One mistake keeps the line of the other from being reached.
UNREACHED = {
    "AIO102/handler_of_an_unawaited_read.py",
}

# The server refuses what their handlers give, and answers 500: no line of theirs fails. `test_refusals.py` asks it.
SERVED = {
    "AIO405/handler_without_response.py",
}

# Fixed texts that keep a mistake which has no fix.
STILL_WRONG = {
    "AIO103/asked_before_it_is_entered.fixed.py",  # a request that is also entered has two ways to be right
    "AIO301/written_to_a_path.fixed.py",  # whether the file is to be opened for bytes is left to a person
    "AIO401/encoding.fixed.py",  # apparent_encoding has no counterpart in aiohttp
}

PROGRAMS = programs()
RUNNABLE = [fixture for fixture in PROGRAMS if fixture.mains]

pytestmark = pytest.mark.usefixtures("own_folder")
each_program = pytest.mark.parametrize("fixture", RUNNABLE, ids=lambda fixture: fixture.name)


def test_what_is_not_run_cannot_be_run() -> None:
    without_main = {fixture.name: fixture for fixture in PROGRAMS if not fixture.mains}
    assert without_main.keys() == NOT_RUN.keys() | GIVEN | UNREACHED | SERVED
    for name, module in NOT_RUN.items():
        assert re.search(rf"^(import|from) {module}\b", without_main[name].text, re.MULTILINE), name


def accused(fixture: Fixture, seen: list[Sighting]) -> list[Sighting]:
    """Give what a sound program does not show."""
    lines = Lines(fixture.text)
    return [sighting for sighting in seen if accuses(sighting, lines)]


def unproven(fixture: Fixture, seen: list[Sighting]) -> list[Mark]:
    """Give the marks that nothing seen bears out."""
    lines = Lines(fixture.text)
    return [mark for mark in fixture.marks if not any(proves(sighting, mark, lines) for sighting in seen)]


@each_program
def test_fixture(fixture: Fixture, root: str) -> None:
    """Small bodies let much pass by luck, so what is of lifetime is tried with bodies of 3 MB as well."""
    skip_if_too_old(fixture)
    program = Program(str(fixture.path), fixture.text, tuple(fixture.mains))
    seen = observe(program, root)
    heavy = []
    if fixture.code.startswith("AIO2") and (fixture.ok or unproven(fixture, seen)):
        heavy = observe(program, f"{root}/heavy")
    told = "\n".join(map(str, seen + heavy))
    assert unproven(fixture, seen + heavy) == [], told
    assert not fixture.ok or accused(fixture, seen + heavy) == [], told


@pytest.mark.parametrize("fixture", [each for each in fixed_texts() if each.mains], ids=lambda each: each.name)
def test_fixed_text(fixture: Fixture, root: str) -> None:
    """Fixing leaves a program that does what its author meant."""
    skip_if_too_old(fixture)
    seen = observe(Program(str(fixture.path), fixture.text, tuple(fixture.mains)), root)
    # A request that is awaited at last may still be left unread: AIO207 says that, and it is seen by chance.
    wrong = [sighting for sighting in accused(fixture, seen) if sighting.kind is not Kind.UNCLOSED]
    assert bool(wrong) == (fixture.name in STILL_WRONG), "\n".join(map(str, seen))
