"""Programs of any length, each long in a way of its own: what grows faster than its file shows here."""

from __future__ import annotations

from collections.abc import Callable

HEAD = "import aiohttp\n\n\n"
FETCHER = """async def fetch_{n}(session: aiohttp.ClientSession, url: str) -> str:
    for attempt in range(3):
        try:
            async with session.get(url) as response:
                if response.status == 200:
                    return await response.text()
        except aiohttp.ClientError:
            continue
    async with session.get(url) as response:
        response.raise_for_status()
    return await response.text()


"""


def functions(size: int) -> str:
    """Write many functions that do not know one another."""
    return HEAD + "".join(FETCHER.format(n=n) for n in range(size))


def callers(size: int) -> str:
    """Write a chain of functions, each of which hands a response on to the next."""
    links = (
        f"async def read_{n}(response: aiohttp.ClientResponse) -> str:\n"
        f"    print(response.status)\n    return await read_{n + 1}(response)\n\n\n"
        for n in range(size)
    )
    end = f"async def read_{size}(response):\n    return await response.text()\n"
    return HEAD + "".join(links) + end


def blocks(size: int) -> str:
    """Write one long function of many blocks, one after another."""
    body = (
        f"    async with session.get(url) as response_{n}:\n        pages.append(await response_{n}.text())\n"
        for n in range(size)
    )
    return f"{HEAD}async def fetch(session: aiohttp.ClientSession, url: str, pages):\n" + "".join(body)


def branches(size: int) -> str:
    """Write one long function of many conditions: told one by one, its paths would be without number."""
    body = (
        f"    if flags[{n}]:\n        response = await session.get(url)\n        await response.read()\n"
        for n in range(size)
    )
    return f"{HEAD}async def fetch(session: aiohttp.ClientSession, url: str, flags):\n" + "".join(body)


def methods(size: int) -> str:
    """Write one class whose many methods share a session."""
    head = "class Client:\n    def __init__(self):\n        self.session = aiohttp.ClientSession()\n\n"
    body = (
        f"    async def get_{n}(self, url):\n        async with self.session.get(url) as response:\n"
        f"            return await self.read_{n}(response)\n\n"
        f"    async def read_{n}(self, response):\n        return await response.json()\n\n"
        for n in range(size)
    )
    return HEAD + head + "".join(body)


PROGRAMS: dict[str, tuple[Callable[[int], str], int]] = {
    "functions": (functions, 20),
    "functions in a chain": (callers, 40),
    "methods": (methods, 40),
    "blocks in a function": (blocks, 60),
    "branches in a function": (branches, 60),
}
