"""In a plain `def` no message tells to write what Python refuses there."""

from __future__ import annotations

import pytest

from flake8_aiohttp.check import check

PLAIN = """import aiohttp


def work(session: aiohttp.ClientSession, response: aiohttp.ClientResponse, url: str) -> None:
    {}
"""


@pytest.mark.parametrize(
    ("line", "code", "advice"),
    [
        ("print(response.text())", "AIO101", "make it `async def`, then write `await response.text()`"),
        ("print(response.text[:9])", "AIO102", "make it `async def`, then write `await response.text()`"),
        ("print(response.text['a'])", "AIO102", "make it `async def`, then write `await response.json()`"),
        ("print(session.get(url).status)", "AIO103", "make it `async def`, then write `await session.get(url)`"),
        ("print(aiohttp.request('GET', url).status)", "AIO103", "make it `async def`, then enter it"),
        ("with session.get(url): pass", "AIO104", "make it `async def`, then write `async with`"),
        ("for line in response.content: print(line)", "AIO104", "make it `async def`, then write `async for`"),
        ("session.close()", "AIO106", "make it `async def` and await it, or run it in the loop that owns it"),
    ],
)
def test_advice(line: str, code: str, advice: str) -> None:
    (finding,) = (each for each in check(PLAIN.format(line)) if each.code == code)
    assert "a plain `def` cannot await: " in finding.message
    assert advice in finding.message
    assert finding.fix is None
