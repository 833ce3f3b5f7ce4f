"""Origin by use: what proves a request, what speaks against it, and that a finding shows the proof."""

from __future__ import annotations

import ast
import textwrap

import pytest

from flake8_aiohttp.analysis.facts.identifiers import Identifiers
from flake8_aiohttp.analysis.facts.inference import Proofs
from flake8_aiohttp.analysis.facts.types import StaticTypes
from flake8_aiohttp.check import check
from flake8_aiohttp.options import DEFAULT
from flake8_aiohttp.python.scopes import FileScopes
from flake8_aiohttp.python.source import Source

ENTERED = """
async def show(session, url):
    async with {call} as r:
        {use}
"""
AWAITED = """
async def show(session, url):
    r = await {call}
    {use}
"""


def proofs(text: str, head: str = "import aiohttp\n") -> list[str]:
    """Give the uses that prove the requests of a program, as they are written."""
    return [ast.unparse(proof) for proof in proven(head + textwrap.dedent(text))[1].requests.values()]


def proven(text: str) -> tuple[StaticTypes, Proofs]:
    """Give the facts of a program, and its proofs."""
    source = Source.parse(text)
    scopes = FileScopes(source.tree)
    identifiers = Identifiers(source, scopes.functions, scopes.imports.statements)
    types = StaticTypes(source, scopes, identifiers, DEFAULT)
    return types, Proofs(scopes, types)


@pytest.mark.parametrize(
    "use",
    [
        "await r.text()",
        "r.text()",
        'r.json()["x"]',
        "r.status",
        "r.raise_for_status()",
        "r.content.iter_chunked(5)",
        "await r.content.read(5)",
    ],
)
def test_a_use_in_a_block_proves(use: str) -> None:
    assert proofs(ENTERED.format(call="session.get(url)", use=use)) != []


@pytest.mark.parametrize("use", ["r", "r.text", "r.content", "r.status_code", "r.headers", "print(r)", "await r.text"])
def test_a_use_in_a_block_proves_nothing(use: str) -> None:
    assert proofs(ENTERED.format(call="box.get(url)", use=use)) == []


@pytest.mark.parametrize("use", ["r.text", "await r.json", "r.content"])
def test_the_name_of_a_session_helps(use: str) -> None:
    assert proofs(ENTERED.format(call="self.driver.session.get(url)", use=use)) != []


@pytest.mark.parametrize(
    ("use", "proof"),
    [("await r.json()", True), ("r.content.iter_any()", True), ("r.status", False), ("r.json()", False)],
)
def test_an_awaited_request_needs_more(use: str, *, proof: bool) -> None:
    assert bool(proofs(AWAITED.format(call="session.get(url)", use=use))) is proof


@pytest.mark.parametrize(
    "call", ["page.request.get(url)", "self.redis.get(url)", "queue.get()", "self.cache.get(url)", "db.get(1)"]
)
def test_a_receiver_that_is_named_for_something_else_proves_nothing(call: str) -> None:
    assert proofs(AWAITED.format(call=call, use="await r.json()")) == []


@pytest.mark.parametrize(
    ("package", "entered", "awaited"),
    [("httpx", True, True), ("playwright", True, False), ("rnet", False, False), ("own_package", True, True)],
)
def test_rivals_beside(package: str, *, entered: bool, awaited: bool) -> None:
    head = f"import aiohttp\nimport {package}\n"
    assert bool(proofs(ENTERED.format(call="session.get(url)", use="r.status"), head)) is entered
    assert bool(proofs(AWAITED.format(call="session.get(url)", use="await r.json()"), head)) is awaited


def test_nothing_is_proven_where_aiohttp_is_not_imported() -> None:
    assert proofs(ENTERED.format(call="session.get(url)", use="await r.json()"), "import httpx\n") == []


def test_an_annotation_that_is_no_python_says_nothing() -> None:
    text = 'async def show(session: "no type!", url):\n    r = await session.get(url)\n    await r.json()\n'
    assert proofs(text) == []


def test_a_name_that_is_defined_by_itself_is_no_riddle() -> None:
    text = ENTERED.format(call="s.get(url)", use="r.status").replace(
        "    async with", "    s = s or t\n    t = t or s\n    async with"
    )
    assert proofs(text) != []


def test_a_finding_shows_the_use_that_proves_it() -> None:
    text = "import aiohttp\n" + ENTERED.format(
        call="session.get(url)", use='print(r.status)\n        return r.json()["x"]'
    )
    (finding,) = check(text)
    (shown,) = finding.related
    assert (shown.span.line, shown.message) == (5, "known as aiohttp's by this use")


@pytest.mark.parametrize(
    ("body", "proven"),
    [
        ("async with session.ws_connect(url) as ws:\n    await ws.receive()", True),
        ("ws = await session.ws_connect(url)\nasync for message in ws:\n    pass", True),
        ("ws = await session.ws_connect(url)\nawait ws.close()", False),
        ("with session.get(url) as r:\n    await r.read()", True),
        ("with session.get(url) as r:\n    r.json()", False),
        ("r = await wait_for(session.get(url), 5)\nawait r.json()", True),
        ("r = await asyncio.shield(session.get(url))\nawait r.json()", True),
        ("r = await again(session.get(url))\nawait r.json()", False),
        ("async with getattr(session, verb)(url) as r:\n    r.status", True),
        ("async with make() as s, s.get(url) as r:\n    r.status", True),
        ("async with rows() as s, s.get(url) as r:\n    r.status", False),
        ("async with Own() as s, s.get(url) as r:\n    r.status", False),
        ("async with (await own.open())['x'].get(url) as r:\n    r.status", True),
        ("async with (Pool().client if url else session).get(url) as r:\n    r.status", True),
        ("s = aiohttp.CookieJar()\nasync with s.get(url) as r:\n    r.status", False),
        ("s = asyncio.Queue()\nasync with s.get(url) as r:\n    r.status", False),
        ("s: dict = load()\nasync with s.get(url) as r:\n    r.status", False),
        ("s: typing.Any = load()\nasync with s.get(url) as r:\n    r.status", True),
        ("s: odd.Thing = load()\nr = await s.get(url)\nawait r.json(), r.status", True),
        ("s: odd.Thing = load()\nr = await s.get(url)\nawait r.json()", False),
        ("s: Odd = load()\nr = await s.get(url)\nawait r.json()", False),
        ("s: aiohttp.TCPConnector = load()\nr = await s.get(url)\nawait r.json()", False),
        ("s: sqlalchemy.Row = load()\nasync with s.get(url) as r:\n    r.status", False),
        ("row = sqlalchemy.row()\nasync with row.held.get(url) as r:\n    r.status", False),
        ("async with sqlalchemy.held.get(url) as r:\n    r.status", False),
        ("async with self.session.get(url) as r:\n    r.status", True),
        ("async with self.rows.get(url) as r:\n    r.status", False),
        ("def inner():\n    pass\nasync with session.get(url) as r:\n    r.status", True),
    ],
)
def test_whose_the_receiver_is(body: str, *, proven: bool) -> None:
    head = "import aiohttp, asyncio, typing, sqlalchemy\nfrom sqlalchemy import rows\nfrom . import make, own\n"
    text = "class Own:\n    rows = sqlalchemy.rows()\n\n    async def f(self, session, url, verb):\n" + textwrap.indent(
        body, " " * 8
    )
    assert bool(proofs(text + "\n", head)) is proven


def test_an_attribute_of_either_library_is_learnt_for_none() -> None:
    types, _ = proven(
        textwrap.dedent("""
        import aiohttp, httpx

        class Either:
            async def one(self, url):
                async with self.client.get(url) as r:
                    return r.status

            async def other(self, url):
                r = await self.client.get(url)
                return r.status_code

            async def alone(self, url):
                async with self.session.get(url) as r:
                    return r.status
        """)
    )
    either = types.scopes.classes["Either"]
    assert types.attribute(either, "client") is None
    assert types.attribute(either, "session") is not None


@pytest.mark.parametrize(
    "bound", ['pytest.importorskip("aiohttp")', 'importlib.import_module("aiohttp")', 'import_module("aiohttp")']
)
def test_a_module_may_be_imported_by_a_function(bound: str) -> None:
    body = "async with aiohttp.ClientSession() as session:\n        print(session.get(url).status)"
    text = f"aiohttp = {bound}\nasync def main(url):\n    {body}\n"
    assert [finding.code for finding in check(text)] == ["AIO103"]
    assert check(text.replace(bound, 'load("aiohttp")')) == []
