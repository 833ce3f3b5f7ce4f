"""What a check leaves as it found it: the search for cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from flake8_aiohttp.check import check, check_source
from flake8_aiohttp.options import DEFAULT
from flake8_aiohttp.python.source import Source

FORGOTTEN = "import aiohttp\nasync def f(response: aiohttp.ClientResponse):\n    print(response.text())\n"
MANY = FORGOTTEN + "".join(f"async def f{n}(response: aiohttp.ClientResponse):\n    pass\n" for n in range(500))


@pytest.fixture(autouse=True)
def _searching() -> Iterator[None]:
    yield
    gc.enable()


def test_is_as_before() -> None:
    for begin in (gc.enable, gc.disable):
        begin()
        was_enabled = gc.isenabled()
        assert [finding.code for finding in check(FORGOTTEN)] == ["AIO101"]
        assert gc.isenabled() is was_enabled


def test_none_runs_meanwhile() -> None:
    source = Source.parse(MANY)
    begun: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            begun.append(info["generation"])

    gc.callbacks.append(note)
    try:
        check_source(source, DEFAULT)
    finally:
        gc.callbacks.remove(note)
    assert len(begun) <= 1, "one that was due comes afterwards"
