"""Origin by use: what proves a request, what speaks against it, and that a finding shows the proof."""

from __future__ import annotations

import ast
import textwrap

import pytest

from flake8_aiohttp.analysis.facts.inference import Proofs
from flake8_aiohttp.analysis.facts.types import StaticTypes
from flake8_aiohttp.check import check
from flake8_aiohttp.options import DEFAULT
from flake8_aiohttp.python.scopes import FileScopes

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
    scopes = FileScopes(ast.parse(head + textwrap.dedent(text)))
    return [ast.unparse(proof) for proof in Proofs(scopes, StaticTypes(scopes, DEFAULT)).requests.values()]


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
