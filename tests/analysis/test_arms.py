"""Two libraries in one function: what a test tells of each arm."""

from __future__ import annotations

import ast
import textwrap

import pytest

from flake8_aiohttp.analysis.facts.arms import LibraryTests, is_ours, separating, sides_by_flag
from flake8_aiohttp.python.definitions import Function
from flake8_aiohttp.python.scopes import FileScopes

HEAD = """
import aiohttp, httpx, requests
from somewhere import Thing

class Own: ...

class Kept:
    def __init__(self, client):
        self.client = client
        self.by_client = isinstance(client, aiohttp.ClientSession)
        self.by_own = isinstance(self.client, httpx.AsyncClient)
        self.by_lost = isinstance(lost, httpx.AsyncClient)
        self.number = 3

    def f(self, c, r, flag, use_aiohttp):
        local = isinstance(c, httpx.AsyncClient)
        around = around or local
        {body}
"""


def function(body: str = "pass") -> tuple[FileScopes, Function]:
    """Give a method with a body, and the scopes of its file."""
    text = HEAD.replace("{body}", textwrap.indent(textwrap.dedent(body), " " * 8).strip())
    scopes = FileScopes(ast.parse(text))
    return scopes, next(each for each in scopes.functions if each.name == "f")


@pytest.mark.parametrize(
    ("test", "ours", "subject"),
    [
        ("isinstance(c, aiohttp.ClientSession)", True, "c"),
        ("not isinstance(c, aiohttp.ClientSession)", False, "c"),
        ("isinstance(self.client, httpx.AsyncClient | requests.Session)", False, "self.client"),
        ("isinstance(r, (httpx.Response, requests.Response))", False, "r"),
        ("issubclass(type(c), aiohttp.ClientSession)", True, "c"),
        ("type(c) is httpx.AsyncClient", False, "c"),
        ("type(c) is not httpx.AsyncClient", True, "c"),
        ("type(c).__module__.startswith('httpx')", False, ""),
        ("type(c).__name__ == 'ClientSession'", True, ""),
        ("hasattr(r, 'status_code')", False, "r"),
        ("hasattr(r, 'status')", True, "r"),
        ("use_aiohttp", True, ""),
        ("httpx is None", True, ""),
        ("httpx is not None", False, ""),
        ("self.backend == 'requests'", False, ""),
        ("self.backend is Backend.HTTPX", False, ""),
        ("self.uses_httpx()", False, ""),
        ("has_requests(c)", False, ""),
        ("(known := isinstance(c, httpx.AsyncClient))", False, "c"),
        ("local", False, "c"),
        ("self.by_client", True, "self.client"),
        ("self.by_own", False, "self.client"),
        ("self.by_lost", False, ""),
        ("flag and isinstance(c, httpx.AsyncClient)", False, "c"),
    ],
)
def test_what_a_test_tells(test: str, subject: str, *, ours: bool) -> None:
    scopes, around = function()
    (arm,) = LibraryTests(scopes).told(ast.parse(test, mode="eval").body, around).true
    assert (arm.ours, arm.subject) == (ours, subject)


@pytest.mark.parametrize(
    "test",
    [
        "isinstance(c, Own)",
        "isinstance(c, Thing)",
        "isinstance(e, aiohttp.ClientError)",
        "isinstance(e, httpx.TimeoutException)",
        "hasattr(r, 'text')",
        "flag",
        "self.number",
        "around",
        "self.requests",
        "len(self.requests) == 0",
        "'requests' in self.names",
        "flag is None",
        "r.status < 400",
        "f'{c}' == 'aiohttp or httpx'",
        "c > 'httpx'",
        "flag or isinstance(c, httpx.AsyncClient)",
        "c.f.g",
        "3",
    ],
)
def test_what_tells_nothing(test: str) -> None:
    scopes, around = function()
    assert LibraryTests(scopes).told(ast.parse(test, mode="eval").body, around).true == ()


def test_one_of_two_that_is_not_there_tells_of_neither_arm() -> None:
    scopes, around = function()
    test = ast.parse("flag or isinstance(c, httpx.AsyncClient)", mode="eval").body
    assert [arm.ours for arm in LibraryTests(scopes).told(test, around).false] == [True]


def side(body: str, name: str = "here") -> bool | None:
    """Give whose objects come to the place of a name."""
    scopes, around = function(body)
    nodes = LibraryTests(scopes).arms(around)
    return next(is_ours(arms, "c") for node, arms in nodes if isinstance(node, ast.Name) and node.id == name)


@pytest.mark.parametrize(
    ("body", "ours"),
    [
        ("if isinstance(c, httpx.Client):\n    here", False),
        ("if isinstance(c, httpx.Client):\n    return\nhere", True),
        ("if isinstance(c, httpx.Client):\n    pass\nelse:\n    raise X\nhere", False),
        ("if isinstance(c, httpx.Client):\n    if flag:\n        return\n    else:\n        raise X\nhere", True),
        ("if isinstance(c, httpx.Client):\n    with flag:\n        return\nhere", True),
        ("if isinstance(c, httpx.Client):\n    pass\nhere", None),
        ("if isinstance(r, httpx.Response):\n    here", None),
        ("assert isinstance(c, aiohttp.ClientSession)\nhere", True),
        ("x = here if use_aiohttp else 1", True),
        ("match c:\n    case httpx.AsyncClient():\n        here", False),
        ("match c:\n    case aiohttp.ClientSession() as s:\n        here", True),
        ("match c:\n    case 3:\n        here", None),
        ("try:\n    c.status_code\n    here\nexcept AttributeError:\n    c.status", False),
        ("try:\n    c.status_code\nexcept AttributeError:\n    c.status\n    here", True),
        ("try:\n    c.status\n    here\nexcept (ValueError, AttributeError):\n    c.status_code", True),
        ("try:\n    c.status\n    here\nexcept AttributeError:\n    pass", None),
        ("try:\n    c.status_code\n    here\nexcept:\n    c.status", None),
        ("try:\n    c.status_code\nexcept AttributeError:\n    c.status\nelse:\n    here", None),
    ],
)
def test_whose_objects_come_to_a_place(body: str, *, ours: bool | None) -> None:
    assert side(body) is ours


@pytest.mark.parametrize(
    ("body", "flags"),
    [
        ("if flag:\n    ours\nelse:\n    others", {"flag": True}),
        ("if not flag:\n    ours\nelse:\n    others", {"flag": False}),
        ("if flag and c:\n    ours\nelif not flag:\n    others", {"flag": True}),
        ("if flag == 'new':\n    ours\nelse:\n    others", {"flag": True}),
        ("if self.new:\n    ours\nelse:\n    others", {"self.new": True}),
        ("if flag:\n    ours\n    others", {}),
        ("if flag:\n    ours\nothers", {}),
        ("if len(c):\n    ours\nelse:\n    others", {}),
        ("made = c()\nif made:\n    ours\nelse:\n    others", {}),
    ],
)
def test_a_plain_flag_may_tell_two_libraries_apart(body: str, flags: dict[str, bool]) -> None:
    scopes, around = function(body)
    named = {node.id: node for node in ast.walk(around.node) if isinstance(node, ast.Name)}
    assert separating(sides_by_flag(scopes, around), [named["ours"]], [named["others"]]) == flags
