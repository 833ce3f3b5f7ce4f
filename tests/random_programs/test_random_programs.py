"""The linter and a live aiohttp are asked about the same random programs."""

from __future__ import annotations

import asyncio
import os

import pytest
from hypothesis import HealthCheck, given, settings

from flake8_aiohttp.finding import Finding, Span

from .compare import Tally, compare, compare_many, shrunk
from .oracle import oracle
from .programs import program_of_seed, program_texts
from .shrinking import shrink
from .test_oracle import KNOWN, SIGNATURE, program

A_FEW, A_MOMENT = 200, 25.0
COUNT = int(os.environ.get("RANDOM_PROGRAMS_COUNT", "2000"))
SECONDS = float(os.environ.get("RANDOM_PROGRAMS_SECONDS", "600"))
SEED = int(os.environ.get("RANDOM_PROGRAMS_SEED", "1"))
FLOORS = (0.99, 0.95, 0.99, 0.95)
FLOOR_OF_EACH = 0.75  # or a rule could be lost among the others
ENOUGH = 150  # in fewer programs, one failure that is missed is a large share
FLOORS_OF_FEW = (0.99, 0.75, 0.99, 0.75)
FAMILIES = {f"AIO{number}" for number in (101, 102, *range(201, 209))}


def tally_of(text: str, *lines: int, code: str = "AIO201") -> Tally:
    """Compare one program with a linter that reports these lines."""
    tally = Tally()
    findings = [Finding(code, Span(line, 0, line, 1), "said so") for line in lines]

    async def run() -> None:
        async with oracle() as known:
            await compare(known, text, tally, lambda _: findings)

    asyncio.run(run())
    return tally


def test_comparison_tells_false_from_missed_alarms() -> None:
    text = program(KNOWN["read after the block"])
    last = text.count("\n")
    silent, right, wrong = tally_of(text), tally_of(text, last), tally_of(text, last - 1)
    assert (silent.missed.total(), silent.false.total(), silent.recall()) == (1, 0, 0.0)
    assert (right.missed.total(), right.false.total(), right.precision(), right.recall()) == (0, 0, 1.0, 1.0)
    assert (wrong.missed.total(), wrong.false.total(), wrong.precision()) == (1, 1, 0.0)
    assert [found.kind for found in wrong.disagreements] == ["false alarm", "missed alarm"]


def test_comparison_counts_leaks_apart() -> None:
    text = program("response = await session.get(url)\nprint(response.status)")
    line = text.count("\n") - 1
    assert tally_of(text).missed == {"AIO207": 1}
    assert tally_of(text, line, code="AIO207").recall(leaks=True) == 1.0
    assert tally_of(text, line + 1, code="AIO207").precision(leaks=True) == 0.0


def test_shrinking_keeps_what_matters() -> None:
    body = """
        print("before")
        if a:
            for _ in range(2):
                async with session.get(url) as response:
                    print(response.status)
        else:
            print("nothing")
        print("after")
    """

    async def holds(text: str) -> bool:
        return "print(response.status)" in text

    small = asyncio.run(shrink(program(body), holds))
    assert small == f"import aiohttp\n\n\n{SIGNATURE}    print(response.status)\n"


def test_shrinking_keeps_the_imports_in_use() -> None:
    async def holds(text: str) -> bool:
        return "contextlib.suppress" in text

    small = asyncio.run(shrink(program(KNOWN["the failure is caught"]), holds))
    assert small.startswith("import contextlib\n\nimport aiohttp\n")


def test_same_seed_same_programs() -> None:
    once, again = ([program_of_seed(7, number) for number in range(50)] for _ in range(2))
    assert once == again
    assert len(set(once)) > 45


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(program_texts())
def test_hypothesis_speaks_the_same_grammar(text: str) -> None:
    compile(text, "program.py", "exec")
    assert SIGNATURE in text


def test_linter_agrees_with_aiohttp() -> None:
    agrees(SEED, A_FEW, A_MOMENT)


@pytest.mark.slow
def test_linter_agrees_with_aiohttp_on_many_programs() -> None:
    tally = agrees(SEED, COUNT, SECONDS)
    assert tally.programs < ENOUGH or all(tally.found[code] for code in FAMILIES)


def agrees(seed: int, count: int, seconds: float) -> Tally:
    """Claim that linter and aiohttp agree on programs of a seed, as many as there is time for; give the count."""
    tally = asyncio.run(compare_many(seed, count, seconds))
    shares = [tally.precision(), tally.recall(), tally.precision(leaks=True), tally.recall(leaks=True)]
    enough = tally.programs >= ENOUGH
    floors = FLOORS if enough else FLOORS_OF_FEW
    agreed = all(share >= floor for share, floor in zip(shares, floors, strict=True))
    told = "" if agreed else "\n".join(map(str, asyncio.run(shrunk(tally.disagreements, 8))))
    assert agreed, f"{tally}\n\n{told}"
    families = FAMILIES if enough else ()
    assert {code: tally.recall_of(code) for code in families if tally.recall_of(code) < FLOOR_OF_EACH} == {}
    return tally
