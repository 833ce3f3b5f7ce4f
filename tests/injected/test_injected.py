"""A few small programs, and every mistake that can be put into them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.injected.mistakes import MAKERS, Mistake, mistakes
from tests.injected.programs import Program
from tests.injected.trial import Fixed, regular, trial

RIGHT = sorted(Path(__file__).parent.joinpath("right").glob("*.py"))
PUT_IN = [(path, mistake) for path in RIGHT for mistake in mistakes(Program(path.read_text(encoding="utf-8")))]
# What no safe fix knows the way back from: a read that moved, and what only a person can tell from bytes.
SUGGESTED = {"encode-roundtrip", "read-at-end", "read-behind-block", "read-in-late-helper"}


def test_every_kind_is_put_in() -> None:
    assert {mistake.kind for _, mistake in PUT_IN} == set(MAKERS)


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.stem)
def test_right_programs_are_right(path: Path) -> None:
    assert regular(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("path", "mistake"),
    [pair for pair in PUT_IN if not pair[1].unseen],
    ids=[f"{path.stem}-{each.kind}-{each.line}" for path, each in PUT_IN if not each.unseen],
)
def test_mistake_is_found_and_fixed(path: Path, mistake: Mistake) -> None:
    result = trial(path.read_text(encoding="utf-8"), [], mistake)
    assert result.found, mistake.text
    assert result.fixed is (Fixed.NOT if mistake.kind in SUGGESTED else Fixed.ORIGINAL), result.text


def test_what_nobody_sees_is_not_fixed_wrongly() -> None:
    unseen = [pair for pair in PUT_IN if pair[1].unseen]
    assert unseen
    for path, mistake in unseen:
        assert trial(path.read_text(encoding="utf-8"), [], mistake).fixed is not Fixed.OTHER


def test_other_clients_are_left_alone() -> None:
    text = "import aiohttp\nimport httpx\n\nasync def f(client):\n    return await (await client.get('')).text()\n"
    assert list(mistakes(Program(text))) == []
