"""To run only what may hold something of aiohttp's finds what running everything finds."""

from __future__ import annotations

import pytest

from flake8_aiohttp.analysis.facts.may_hold import Reach
from flake8_aiohttp.check import check_source
from flake8_aiohttp.options import DEFAULT, Options
from flake8_aiohttp.python.source import Source
from tests.analysis.layouts import LAYOUTS
from tests.analysis.overlooked import OVERLOOKED, RIGHT
from tests.fixture_files import Fixture, fixed_texts, programs
from tests.random_programs.programs import program_of_seed

PROGRAMS = [pytest.param(each, id=each.name) for each in (*programs(), *fixed_texts())]


def findings(text: str, reach: Reach, options: Options = DEFAULT) -> list[tuple[object, ...]]:
    """Give all that is said of a program: where, what, and which fix is offered."""
    found = check_source(Source.parse(text), options, reach)
    return [(finding.code, finding.span, finding.message, finding.fix, finding.related) for finding in found]


def agree(text: str) -> None:
    assert findings(text, Reach.MAY_HOLD) == findings(text, Reach.EVERYTHING), text


@pytest.mark.parametrize("fixture", PROGRAMS[::10])
def test_fixtures(fixture: Fixture) -> None:
    agree(fixture.text)


@pytest.mark.slow
@pytest.mark.parametrize("fixture", PROGRAMS)
def test_all_fixtures(fixture: Fixture) -> None:
    agree(fixture.text)


@pytest.mark.parametrize("text", RIGHT.values(), ids=RIGHT)
def test_what_is_right_is_silent(text: str) -> None:
    assert findings(text, Reach.MAY_HOLD) == findings(text, Reach.EVERYTHING) == []


@pytest.mark.parametrize(("code", "text"), OVERLOOKED.values(), ids=OVERLOOKED)
def test_what_is_easily_overlooked(code: str, text: str) -> None:
    agree(text)
    assert [finding[0] for finding in findings(text, Reach.MAY_HOLD)] == [code]


@pytest.mark.parametrize("change", LAYOUTS, ids=lambda change: change.__name__)
@pytest.mark.parametrize(("code", "text"), OVERLOOKED.values(), ids=OVERLOOKED)
def test_however_it_is_laid_out(code: str, text: str, change: object) -> None:
    assert callable(change)
    assert [finding[0] for finding in findings(change(text), Reach.MAY_HOLD)] == [code]


@pytest.mark.parametrize("number", range(20))
def test_random_programs(number: int) -> None:
    agree(program_of_seed(41, number))


@pytest.mark.slow
def test_many_random_programs() -> None:
    for number in range(900):
        agree(program_of_seed(42, number))
