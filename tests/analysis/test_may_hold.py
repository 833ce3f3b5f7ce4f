"""Which functions are run: those that come by an aiohttp object, be it through a helper or a property."""

from __future__ import annotations

import pytest

from flake8_aiohttp.check import check

HEAD = """\
import aiohttp


class Api:
    def __init__(self) -> None:
        self.session = aiohttp.ClientSession()

    def unlike(self) -> str:
        return "no response"
"""
GIVER = """
    @property
    def page_{n}(self):
        return self.session.get("https://example.org/{n}")

    async def fetch_{n}(self):
        return await self.session.get("https://example.org/{n}")
"""
TAKER = """
async def take_{n}(api: Api) -> None:
    async with api.page_{n} as page:
        print(page.text())
    print((await api.fetch_{n}()).text(), api.unlike())
"""


@pytest.mark.parametrize("count", [1, 30])
def test_what_helpers_and_properties_give_is_followed_however_many_there_are(count: int) -> None:
    text = "".join([HEAD, *(GIVER.format(n=n) for n in range(count)), *(TAKER.format(n=n) for n in range(count))])
    assert [finding.code for finding in check(text)].count("AIO101") == 2 * count


@pytest.mark.parametrize("dropped", ["api.page_0", "api.post()"])
def test_who_only_drops_a_request_is_run(dropped: str) -> None:
    text = HEAD + GIVER.format(n=0) + "\n    def post(self):\n        return self.session.post('https://example.org')\n"
    (finding,) = check(f"{text}\nasync def report(api: Api) -> None:\n    {dropped}\n")
    assert finding.message.startswith(f"`{dropped}` is dropped")
