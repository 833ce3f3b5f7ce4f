"""Programs of which a quick look at the text would say that nothing in them matters, each with its one mistake."""

from __future__ import annotations

OVERLOOKED: dict[str, tuple[str, str]] = {
    "a constant as URL": (
        "AIO103",
        """\
import aiohttp

HEALTH = "https://example.org/health"


async def poke(client: aiohttp.ClientSession) -> None:
    client.get(HEALTH)
""",
    ),
    "an awaited attribute": (
        "AIO105",
        """\
from aiohttp import ClientResponse


async def went_well(answer: ClientResponse) -> bool:
    return await answer.ok
""",
    ),
    "a getter of many statements": (
        "AIO101",
        """\
import logging

import aiohttp


class Library:
    def __init__(self) -> None:
        self._connection = aiohttp.ClientSession()
        self.lent = 0

    def connection(self):
        self.lent += 1
        logging.info("lent %d", self.lent)
        if self.lent > 9:
            logging.info("often")
        logging.info("here it is")
        return self._connection

    async def titles(self, url: str) -> None:
        answer = await self.connection().get(url)
        print(answer.text())
""",
    ),
    "parentheses around a block's items": (
        "AIO102",
        """\
import aiohttp


async def show(http: aiohttp.ClientSession, url: str) -> str:
    async with (
        http.get(url) as answer,
    ):
        return f"{answer.text}"
""",
    ),
    "a keyword-only session": (
        "AIO101",
        """\
import aiohttp


class Shop:
    def __init__(self) -> None:
        self._http = aiohttp.ClientSession()

    async def open(self, url: str) -> None:
        await display(url, link=self._http)


async def display(url: str, *, link) -> None:
    answer = await link.post(url)
    print(answer.text())
""",
    ),
    "a method by another name": (
        "AIO101",
        """\
import aiohttp


class Reader:
    def __init__(self, http: aiohttp.ClientSession) -> None:
        self.http = http

    async def _fetch(self, url: str):
        return await self.http.get(url)

    async def run(self, url: str) -> None:
        load = self._fetch
        answer = await load(url)
        print(answer.json())
""",
    ),
    "a helper behind a callback": (
        "AIO101",
        """\
import aiohttp


def display(answer):
    print(answer.text())


async def each(http: aiohttp.ClientSession, url: str, then) -> None:
    async with http.get(url) as answer:
        then(answer)


async def run(http: aiohttp.ClientSession, url: str) -> None:
    await each(http, url, display)
""",
    ),
    "a plain block": (
        "AIO104",
        """\
import aiohttp


async def warm(link: aiohttp.ClientSession) -> None:
    with link:
        print("warm")
""",
    ),
    "a response under another name": (
        "AIO402",
        """\
import aiohttp


async def is_local(answer: aiohttp.ClientResponse) -> bool:
    last = answer
    return last.url.startswith("http://localhost")
""",
    ),
    "an awaited parameter": (
        "AIO105",
        """\
import aiohttp


async def once_more(answer: aiohttp.ClientResponse) -> int:
    again = await answer
    return again.status
""",
    ),
    "await without a blank": (
        "AIO102",
        """\
import aiohttp


class Menu:
    def __init__(self, http: aiohttp.ClientSession) -> None:
        self.http = http

    async def dishes(self) -> str:
        answer = await(self.http.get("dishes"))
        return answer.text + "!"
""",
    ),
    "relative URLs, gathered": (
        "AIO105",
        """\
import asyncio

import aiohttp


class Census:
    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http

    async def run(self) -> object:
        first, second = await asyncio.gather(self._http.get("people"), self._http.get("places"))
        await second.read()
        first.release()
        return await first.headers
""",
    ),
    "a printed parameter": (
        "AIO902",
        """\
import aiohttp


async def tell(answer: aiohttp.ClientResponse) -> None:
    print(f"it is {answer}")
""",
    ),
    "a property of a property": (
        "AIO101",
        """\
import aiohttp


class Inner:
    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http

    @property
    def http(self):
        return self._http


class Outer:
    def __init__(self, http: aiohttp.ClientSession) -> None:
        self.inner = Inner(http)

    async def run(self, url: str) -> None:
        async with self.inner.http.get(url) as answer:
            print(answer.text())
""",
    ),
    "a name of a file that a caller gives": (
        "AIO301",
        """\
import aiohttp


class Shelf:
    def __init__(self, http: aiohttp.ClientSession) -> None:
        self.http = http

    async def load(self, name: str) -> str:
        async with self.http.get(f"https://example.org/{name}") as answer:
            answer.raise_for_status()
            return await answer.text()


async def cover(shelf: Shelf) -> str:
    return await shelf.load("cover.png")
""",
    ),
    "a lambda": (
        "AIO101",
        """\
import aiohttp


async def sizes(http: aiohttp.ClientSession, url: str) -> list[str]:
    async with http.get(url) as answer:
        display = lambda each: print(each.text())
        display(answer)
""",
    ),
    "a response on an object": (
        "AIO101",
        """\
import aiohttp


class Visit:
    async def start(self, http: aiohttp.ClientSession, url: str) -> None:
        self.answer = await http.get(url)
        self.finish()

    def finish(self) -> None:
        print(self.answer.text())
        self.answer.release()
""",
    ),
    "an identifier in another width": (
        "AIO103",
        """\
import aiohttp


async def poke(\uff4c\uff49\uff4e\uff4b: aiohttp.ClientSession, url: str) -> None:
    link.get(url)
""",
    ),
}

RIGHT: dict[str, str] = {
    "syntax that holds nothing": """\
import aiohttp
from typing import cast


class Early: ...


async def run(http: aiohttp.ClientSession, other, limit) -> None:
    import os

    with (limit < 3) as fewer, os.scandir(other) as entries:
        print(fewer, entries)
    isinstance(http)
    same = cast("aiohttp.ClientSession", other)
    (limit < len([Early(), Early()]))(http, same)
    await (limit < 2)
    await http.close()
    await same.close()


async def load(session, url: str) -> str:
    import json

    def first(text: str) -> str:
        return text[0]

    async with session.get(url) as answer:
        answer.raise_for_status()
        return first(await answer.text()) + json.dumps(first("b")) + first("c")
""",
    "a dict's get": """\
import aiohttp


async def run(http: aiohttp.ClientSession, options: dict) -> None:
    options.get("text")
    await http.close()
""",
    "a class that is given either": """\
import aiohttp
import httpx


class Client:
    def __init__(self, http) -> None:
        self.http = http

    async def run(self, url: str) -> str:
        return (await self.http.get(url)).text


def both(ours: aiohttp.ClientSession) -> list[Client]:
    return [Client(ours), Client(httpx.AsyncClient())]
""",
    "only handed on": """\
import aiohttp
from elsewhere import Client


def client(http: aiohttp.ClientSession) -> Client:
    return Client(http)
""",
}
