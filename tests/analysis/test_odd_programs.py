"""Programs that nobody writes on purpose: they raise by themselves, or go round in circles; what is said is right."""

from __future__ import annotations

import sys
import textwrap

import pytest

from flake8_aiohttp.check import check

HEAD = """\
import asyncio
import contextlib

import aiohttp


async def main(session: aiohttp.ClientSession, url: str) -> None:
    async with session.get(url) as response:
"""
IN_A_BLOCK = {
    "what enters a coroutine is none of our business": ("async with response.text() as text:\n    print(text)", []),
    "nothing to run": ("asyncio.run()", []),
    "super() outside of a class": ("super().text()", []),
    "the first key of a dictionary": ("print(next(iter({'a': response})).upper())", []),
    "an append to what has no name": ("held = []\nheld[0:].append(response)\n[response].append(response)", []),
    "a response printed out of a list": ("print(*[response for _ in url])", ["AIO902"]),
    "a response printed without a name": ("print(await session.head(url))", []),
    "an address is looked at twice, and decoded once": (
        "page = await response.read()\nasync with session.head(page.decode()):\n    pass",
        ["AIO901"],
    ),
    "whether a response is a coroutine function": (
        "if asyncio.iscoroutinefunction(response):\n    print(response.text())",
        ["AIO101"],
    ),
    "a name of two is deleted": ("other = response\ndel other\nprint(response.text())", ["AIO101"]),
    "the keys of a dictionary are mapped": ("list(map(session.get, {'a': response}))", []),
    "a dictionary made of another one": ("print(dict({'a': response})['a'].text())", ["AIO101"]),
    "filtered by their truth": ("for each in filter(None, [response]):\n    print(each.text())", ["AIO101"]),
    "nothing that is known is filtered": ("print(*filter(session.get, url))", []),
    "sorted backwards": ("for each in sorted([response], reverse=True):\n    print(each.text())", ["AIO101"]),
    "a WebSocket left by hand": ("await (await session.ws_connect(url)).__aexit__(None, None, None)", []),
    "a request's arguments are looked at twice, and spoken of once": (
        "await session.get((await response.text('utf8')).encode(), json=print(response), data=response.text())",
        ["AIO101", "AIO207", "AIO303", "AIO901", "AIO902"],
    ),
}
WHOLE = {
    "requests of a list, in a plain function": (
        """
        def show(session: aiohttp.ClientSession, urls):
            requests = [session.get(url) for url in urls]
            for request in requests:
                print(request.status)
        """,
        ["AIO103"],
    ),
    "a context manager that enters itself": (
        """
        @contextlib.asynccontextmanager
        async def opened(response: aiohttp.ClientResponse):
            async with opened(response) as again:
                yield again
            response.release()


        async def read(session: aiohttp.ClientSession, url: str) -> str:
            async with session.get(url) as response:
                async with opened(response) as same:
                    return await same.text()
        """,
        [],
    ),
    "a coroutine function that is entered": (
        """
        async def opened(response: aiohttp.ClientResponse):
            return response


        async def read(session: aiohttp.ClientSession, url: str) -> str:
            async with session.get(url) as response:
                async with opened(response) as same:
                    return await same.text()
        """,
        [],
    ),
    "a response that the module itself stores": (
        """
        class Box:
            response = None


        async def fetch(url: str):
            async with aiohttp.ClientSession() as session, session.get(url) as response:
                return response


        box = Box()
        box.response = asyncio.run(fetch("https://example.org"))
        print(asyncio.run(box.response.text()))
        """,
        ["AIO203"],
    ),
    "a late response in a request's argument": (
        """
        async def late(session: aiohttp.ClientSession, url: str):
            async with session.get(url) as response:
                return response


        async def read(session: aiohttp.ClientSession, url: str) -> None:
            async with session.post(url, headers=await late(session, url)) as response:
                print(response.status)
        """,
        ["AIO203"],
    ),
    "a block of the module itself": (
        """
        class Box:
            response = None


        box = Box()
        async with aiohttp.ClientSession() as session, session.get("https://example.org") as response:
            box.response = response
        print(box.response.text)
        """,
        ["AIO102", "AIO203"],
    ),
    "a context manager that comes to no yield": (
        """
        @contextlib.asynccontextmanager
        async def opened(response: aiohttp.ClientResponse):
            if response:
                raise ValueError(response.status)
            yield response


        async def read(session: aiohttp.ClientSession, url: str) -> str:
            async with session.get(url) as response:
                print(response.status)
            async with opened(response) as same:
                return await same.text()
        """,
        [],
    ),
    "a coroutine that a plain function is late to run": (
        """
        def run(response: aiohttp.ClientResponse) -> str:
            body = response.text()
            response.release()
            return asyncio.run(body)


        async def read(session: aiohttp.ClientSession, url: str) -> str:
            async with session.get(url) as response:
                return run(response)
        """,
        ["AIO202", "AIO901"],
    ),
    "what a fixture of pytest gives may be asked for its status alone": (
        """
        import pytest


        @pytest.fixture
        async def page(session: aiohttp.ClientSession):
            async def get(path: str):
                async with session.get(path) as response:
                    return response

            yield get
        """,
        ["AIO904"],
    ),
    "a rival beside whose requests are entered, too": (
        """
        import rnet


        async def read(session, url: str) -> None:
            async with session.get(url) as response:
                body = await response.json()
                if response.status != 200:
                    print(response.text, body)
        """,
        [],
    ),
    "a rival beside whose requests are only awaited": (
        """
        import playwright


        async def entered(session, url: str) -> None:
            async with session.get(url) as response:
                print(response.text())


        async def awaited(session, url: str) -> None:
            response = await session.get(url)
            body = await response.json()
            print(response.text, body)
        """,
        ["AIO101"],
    ),
    "a session, or what nobody knows": (
        """
        def make(other):
            if other:
                return other
            return aiohttp.ClientSession()


        async def read(other, url: str) -> None:
            session = make(other)
            print(session.get(url))
        """,
        [],
    ),
}


def codes(text: str) -> list[str]:
    """Give the codes of a program's findings."""
    return sorted(finding.code for finding in check(text))


@pytest.mark.usefixtures("no_gates")
@pytest.mark.parametrize(("body", "expected"), IN_A_BLOCK.values(), ids=IN_A_BLOCK)
def test_in_a_block(body: str, expected: list[str]) -> None:
    assert codes(HEAD + textwrap.indent(f"{body}\n", " " * 8)) == sorted(expected)


@pytest.mark.usefixtures("no_gates")
@pytest.mark.parametrize(("text", "expected"), WHOLE.values(), ids=WHOLE)
def test_of_several_functions(text: str, expected: list[str]) -> None:
    assert codes("import asyncio\nimport contextlib\n\nimport aiohttp\n\n" + textwrap.dedent(text)) == sorted(expected)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="`except*` came with Python 3.11")
def test_parts_of_a_group_are_handled_one_after_another() -> None:
    text = """
    import aiohttp

    async def load(session: aiohttp.ClientSession, url: str) -> None:
        response = await session.get(url)
        try:
            raise ExceptionGroup("both", [ValueError(), OSError()])
        except* ValueError:
            response.release()
        except* OSError:
            print(await response.text())
    """
    assert codes(textwrap.dedent(text)) == ["AIO204", "AIO901"]
