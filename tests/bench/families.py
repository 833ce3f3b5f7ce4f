"""More programs of any length: each multiplied something once, be it states, links, calls or copies."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.bench.programs import HEAD

FETCH = f"{HEAD}async def fetch(session: aiohttp.ClientSession, url: str, flags):\n"
OPENED = "    r = await session.get(url)\n"
SESSION = """class C0:
    def __init__(self, session: aiohttp.ClientSession):
        self.session = session

    async def get(self, url):
        return await self.session.get(url)


"""
DERIVED = """class C{k}(C{n}):
    async def get(self, url):
        r = await super().get(url)
        return r


"""
FIRST = """async def get_0(session: aiohttp.ClientSession):
    async with session.get('x') as r:
        return r


"""
TWICE = """async def get_{k}(session: aiohttp.ClientSession):
    a = await get_{n}(session)
    b = await get_{m}(session)
    await a.text()
    return b if session else a


"""
RUN = """async def run(back, session: aiohttp.ClientSession):
    return await back(await session.get('u'))


"""
BACK = """async def back_{n}(r):
    return await r.text()


async def use_{n}(session):
    await run(back_{n}, session)


"""
TRY = """    try:
        r{n} = await session.get(url)
    except E:
        r{n} = None
    finally:
        flags()
"""
CASE = """        case {'x{n}': {n}, 'y': [z, *w]}:
            await r.text()
"""
CLOSURE = """    async def g{n}(q=r):
        return await r.text(), g{m}
"""


def filled(text: str, numbers: dict[str, int]) -> str:
    """Put numbers in their places in a text."""
    for place, number in numbers.items():
        text = text.replace(place, str(number))
    return text


def repeated(text: str, size: int) -> Iterator[str]:
    """Write a text again and again, with its number, that of the one before, and that of the one behind."""
    return (filled(text, {"{n}": n, "{m}": max(0, n - 1), "{k}": n + 1}) for n in range(size))


def lines(line: str, before: str = OPENED, after: str = "    return r\n") -> Callable[[int], str]:
    """Give what writes one function that repeats some lines."""
    return lambda size: FETCH + before + "".join(repeated(line, size)) + after


def definitions(text: str, before: str = "") -> Callable[[int], str]:
    """Give what writes many definitions, each of which may speak of those beside it."""
    return lambda size: HEAD + before + "".join(repeated(text, size))


def one_line(size: int) -> str:
    """Write all statements of a function on one line."""
    statements = "; ".join(repeated("x{n} = await session.get(url); await x{n}.read()", size))
    return f"{FETCH.rstrip()} {statements}\n"


def literal(size: int) -> str:
    """Write a list of many strings, and a dict of many tuples."""
    names = ", ".join(repeated("'image/{n}.png'", size))
    pairs = ", ".join(repeated("{n}: ('a/{n}', r)", size))
    return f"{FETCH}{OPENED}    names = [{names}]\n    return {{{pairs}}}, names\n"


def mesh(size: int) -> str:
    """Write functions each of which calls twenty others."""
    calls = "".join(f"    await read_{{{step}}}(r)\n" for step in range(20))
    text = f"async def read_{{n}}(r: aiohttp.ClientResponse):\n{calls}    return await r.text()\n\n\n"
    called = [{f"{{{step}}}": (n * 13 + step * 7) % size for step in range(20)} for n in range(size)]
    return HEAD + "".join(filled(text, {**numbers, "{n}": n}) for n, numbers in enumerate(called))


FAMILIES: dict[str, tuple[Callable[[int], str], int]] = {
    "requests one after another": (lines("    r{n} = await session.get(url)\n    await r{n}.text()\n"), 100),
    "requests under one name": (lines("    r = await session.get(url)\n    await r.text()\n"), 100),
    "responses in a list": (lines("    r.append(await session.get(url))\n", "    r = []\n"), 100),
    "coroutines": (lines("    c{n} = r.text()\n"), 100),
    "responses that may be none": (lines(TRY), 60),
    "responses kept in pairs": (lines("    r = (r, r)\n"), 100),
    "functions that may be each other": (lines("    r = lambda r=r, b=r: (r, b, {n})\n"), 100),
    "closures": (lines(CLOSURE), 100),
    "cases of a match": (lines(CASE, f"{OPENED}    match flags:\n"), 100),
    "choices in a row": (lines("    r = r if flags else (await session.get(url))\n"), 100),
    "texts that double": (lines("    url = url + url\n", "    url = 'a.png'\n", "    await session.get(url)\n"), 100),
    "classes above classes": (definitions(DERIVED, SESSION), 100),
    "helpers that call two": (definitions(TWICE, FIRST), 100),
    "callbacks": (definitions(BACK, RUN), 100),
    "functions that call twenty": (mesh, 40),
    "statements on one line": (one_line, 100),
    "elements of literals": (literal, 500),
}
"""Each with a size that a test has time for."""
