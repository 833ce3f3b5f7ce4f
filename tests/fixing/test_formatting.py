"""However a program is laid out, the fix is the same, and the layout and every comment stay."""

from __future__ import annotations

import ast
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flake8_aiohttp.check import check
from flake8_aiohttp.fixing.apply import Outcome, fix_text
from flake8_aiohttp.fixing.refusal import Refusal
from tests.fixing.reformat import comments, reformatted
from tests.fixture_files import Fixture, programs, without_marks

BAD = [each for each in programs() if not each.ok]
ABOUT_LAYOUT = {
    Refusal.COMMENT,
    Refusal.NO_ROOM,
    Refusal.NEW_FINDING,  # a second fix, which the first one calls for, may be one of these
    Refusal.STILL_THERE,  # as above, where one finding is of two values
    Refusal.NO_ROUND_TRIP,  # libcst forgets the blank in `except OSError :`
}


def fix(text: str, *, unsafe: bool) -> Outcome:
    return fix_text(text, lambda text: check(text.replace("\r\n", "\n")), unsafe=unsafe)


def mistakes(text: str) -> list[str]:
    found = check(text.replace("\r\n", "\n"))
    return sorted(f"{each.code} {each.fix and (each.fix.rewrite.title, each.fix.applicability)}" for each in found)


def meaning(text: str) -> str:
    return ast.dump(ast.parse(text))


layouts = given(st.sampled_from(BAD), st.integers(0, 2**32), st.sampled_from(["\n", "\r\n"]), st.booleans())


@settings(max_examples=60, deadline=None, derandomize=True)
@layouts
def test_layout_does_not_matter(fixture: Fixture, seed: int, newline: str, unsafe: bool) -> None:  # noqa: FBT001
    agrees(fixture, seed, newline, unsafe=unsafe)


@pytest.mark.slow
@settings(max_examples=3000, deadline=None)
@layouts
def test_no_layout_matters(fixture: Fixture, seed: int, newline: str, unsafe: bool) -> None:  # noqa: FBT001
    agrees(fixture, seed, newline, unsafe=unsafe)


def agrees(fixture: Fixture, seed: int, newline: str, *, unsafe: bool) -> None:
    """Claim that a fixture in another layout has the same mistakes, before and after the same fixes."""
    plain = without_marks(fixture.text)
    random = Random(seed)  # noqa: S311
    text = reformatted(plain, random).replace("\n", newline)
    assert mistakes(text) == mistakes(plain)
    expected, outcome = fix(plain, unsafe=unsafe), fix(text, unsafe=unsafe)
    assert mistakes(ast.unparse(ast.parse(outcome.text))) == mistakes(outcome.text)
    if not ABOUT_LAYOUT & {*outcome.refused.values(), *expected.refused.values()}:
        assert meaning(outcome.text) == meaning(expected.text)
    assert comments(outcome.text) == comments(text)
    assert fix(outcome.text, unsafe=unsafe).text == outcome.text
    assert outcome.text.count("\r\n") == (outcome.text.count("\n") if newline == "\r\n" else 0)
