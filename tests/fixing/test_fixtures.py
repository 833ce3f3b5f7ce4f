"""Fixes every fixture, and looks at the whole of what comes out."""

from __future__ import annotations

import ast
import collections
import difflib
from collections.abc import Sequence

import pytest

from flake8_aiohttp.check import check
from flake8_aiohttp.finding import Finding
from flake8_aiohttp.fixing.apply import Outcome, fix_text
from flake8_aiohttp.fixing.rewrites import REWRITES
from flake8_aiohttp.fixing.verification import Drift, compiles, problem
from flake8_aiohttp.rewrite import EnterBlock, MoveIntoBlock, ReadFirst, ReturnBody
from tests.fixture_files import Fixture, fixed_texts, programs, without_marks
from tests.live.harness import Lines, Program, accuses, observe, skip_if_too_old

PROGRAMS = programs()
each_program = pytest.mark.parametrize("fixture", PROGRAMS, ids=lambda fixture: fixture.name)


def fix(text: str, *, unsafe: bool = False) -> Outcome:
    return fix_text(text, check, unsafe=unsafe)


def test_every_expected_text_belongs_to_a_fixture() -> None:
    assert {fixture.path for fixture in fixed_texts()} <= {fixture.fixed for fixture in PROGRAMS}


@each_program
def test_fixed_as_expected(fixture: Fixture) -> None:
    """Nothing is fixed safely where no expected text lies beside the fixture."""
    text = without_marks(fixture.text)
    expected = fixture.fixed.read_text(encoding="utf-8") if fixture.fixed.exists() else text
    outcome = fix(text)
    assert outcome.text == expected
    better(text, outcome, unsafe=False)


@each_program
def test_suggested_fixes_make_it_better(fixture: Fixture) -> None:
    text = without_marks(fixture.text)
    better(text, fix(text, unsafe=True), unsafe=True)


def better(text: str, outcome: Outcome, *, unsafe: bool) -> None:
    """Claim of what came of fixing that it has what was fixed behind it, nothing new, and is done with."""
    assert compiles(outcome.text)
    assert (outcome.text == text) == (not outcome.fixed)
    assert outcome.left == check(outcome.text)
    if outcome.text == text:
        return
    drift = Drift(text, outcome.text)
    assert problem(drift, check(text), outcome.fixed, outcome.left) is None
    assert fix(outcome.text, unsafe=unsafe).text == outcome.text
    if not any(each.fix and isinstance(each.fix.rewrite, CHANGES_MORE) for each in outcome.fixed):
        assert changed_lines(text, outcome.text) <= statement_lines(text, outcome.fixed)


CHANGES_MORE = (MoveIntoBlock, EnterBlock, ReadFirst, ReturnBody)


def changed_lines(old: str, new: str) -> set[int]:
    matcher = difflib.SequenceMatcher(None, old.split("\n"), new.split("\n"), autojunk=False)
    changes = [block for block in matcher.get_opcodes() if block[0] != "equal"]
    assert {block[0] for block in changes} <= {"replace", "delete"}
    return {line + 1 for _, first, last, _, _ in changes for line in range(first, last)}


def statement_lines(text: str, findings: Sequence[Finding]) -> set[int]:
    """Give the lines of the smallest statements (of a block: its header) that hold the fixes."""
    lines = set()
    for finding in findings:
        assert finding.fix
        span = finding.fix.span
        around = [
            (node.lineno, end)
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.stmt)
            for end in [getattr(node, "body", [node])[0].lineno if hasattr(node, "body") else node.end_lineno or 0]
            if node.lineno <= span.line and span.end_line <= end
        ]
        first, last = max(around)
        lines |= set(range(first, last + 1))
    return lines


def test_the_fixtures_try_every_fix() -> None:
    tried = collections.Counter(
        type(each.fix.rewrite) for fixture in PROGRAMS if not fixture.ok for each in check(fixture.text) if each.fix
    )
    assert REWRITES.keys() - set(tried) == set()


# Suggestions that are half of what must be done: what gathers the coroutines later is left to a person.
# Who keeps a response that was read has to ask it for `text()`; a session that stays open on one way has no finding.
HALF_DONE = {
    "AIO202/gathered_after_loop.py",
    "AIO202/wait_for_after_block.py",
    "AIO203/passed_on.py",
    "AIO207/closed_on_one_way.py",
    "AIO207/closed_on_one_way_and_tried.py",
}


@pytest.mark.usefixtures("own_folder")
@pytest.mark.parametrize(
    "fixture", [each for each in PROGRAMS if each.mains and not each.ok], ids=lambda fixture: fixture.name
)
def test_suggested_fixes_run_right(fixture: Fixture, root: str) -> None:
    """Against a live aiohttp; what only the safe fixes change is run in `tests/live`."""
    skip_if_too_old(fixture)
    text = without_marks(fixture.text)
    outcome = fix(text, unsafe=True)
    left = {each.code for each in outcome.left if not each.code.startswith("AIO9")}
    if left or fixture.name in HALF_DONE or outcome.text == fix(text).text:
        return
    seen = observe(Program(str(fixture.path), outcome.text, tuple(fixture.mains)), root)
    wrong = [each for each in seen if accuses(each, Lines(outcome.text))]
    assert wrong == [], outcome.text
