"""What is written down of a use belongs to that use."""

from __future__ import annotations

from flake8_aiohttp.check import check

USED_TWICE = """import aiohttp
async def f(session: aiohttp.ClientSession, lazy):
    async with session.get("/") as response:
        result = response.text() if lazy else await response.json()
        if not result:
            raise ValueError(f"nothing: {result}")
        return result.get("data")
"""


def test_detail_is_of_the_use_that_is_told() -> None:
    [found] = [found for found in check(USED_TWICE, "f.py") if found.code == "AIO101"]
    assert "a coroutine has no `get` (AttributeError)" in found.message
