"""What aiohttp does with each value that the model says it refuses, and with those beside them that it takes."""

from __future__ import annotations

import asyncio
import builtins
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from flake8_aiohttp.aiohttp_model.refusals import REFUSALS, TOGETHER, Part, Refusal
from flake8_aiohttp.aiohttp_model.versions import keywords

# What fails half made may be found unclosed before `root` sweeps it up.
pytestmark = [
    pytest.mark.filterwarnings("ignore", "ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.usefixtures("root"),
]

SAMPLES: dict[str, Any] = {
    "None": None,
    "bool": True,
    "bytes": b"x",
    "dict": {"a": "b"},
    "float": 1.5,
    "frozenset": frozenset({1}),
    "int": 5,
    "list": ["x"],
    "set": {1},
    "str": "x",
    "tuple": (3, 5),
}


async def _request(session: aiohttp.ClientSession, verb: str, root: str, given: dict[str, Any]) -> None:
    url = given.pop("url", f"{root}/socket" if verb == "ws_connect" else f"{root}/small")
    arguments = ("GET", url) if verb == "request" else (url,)
    async with getattr(session, verb)(*arguments, **given):
        pass


async def use(callee: str, root: str, given: dict[str, Any]) -> None:
    """Give a callable its arguments, and have a request made with what it gives."""
    if callee.startswith("web."):
        getattr(web, callee.removeprefix("web."))(**given)
        return
    if callee == "request":
        async with aiohttp.request("GET", given.pop("url", f"{root}/small"), **given):
            return
    of_session: dict[str, Any] = {}
    if callee == "ClientSession":
        of_session, given = given, {}
    elif callee == "TCPConnector":
        of_session, given = {"connector": aiohttp.TCPConnector(**given)}, {}
    elif callee == "ClientTimeout":
        given = {"timeout": aiohttp.ClientTimeout(**given)}
    async with aiohttp.ClientSession(**of_session) as session:
        verb = callee.removeprefix("session.") if callee.startswith("session.") else "get"
        await _request(session, verb, root, given)


def argument(refusal: Refusal, kind: str) -> Any:
    """Give an argument that has a value of a type where the refusal is about."""
    value = SAMPLES[kind]
    return {
        Part.WHOLE: lambda: value,
        Part.ITEM: lambda: {"name": value},
        Part.KEY: lambda: {value: "x"},
        Part.ELEMENT: lambda: [value],
        Part.ANYWHERE: lambda: {"name": [value]},
    }[refusal.part]()


CLAIMS = [
    pytest.param(callee, refusal, kind, id=f"{callee}({refusal.parameter}) {refusal.part.name} {kind}")
    for callee, refusals in REFUSALS.items()
    for refusal in refusals
    for kind in sorted(refusal.types)
    if callee in {"session.get", "session.request", "session.post"} or not callee.startswith("session.")
    or callee == "session.ws_connect"
]  # fmt: skip


@pytest.mark.parametrize(("callee", "refusal", "kind"), CLAIMS)
def test_refused(root: str, callee: str, refusal: Refusal, kind: str) -> None:
    named = getattr(builtins, refusal.exception.split()[0])
    also = AttributeError if refusal.parameter == "timeout" else named  # before 3.9, and from 4.0 on
    with pytest.raises((named, also)):
        asyncio.run(use(callee, root, {refusal.parameter: argument(refusal, kind)}))


@pytest.mark.parametrize("callee", REFUSALS)
def test_refusals_are_about_parameters_of_aiohttp(callee: str) -> None:
    names = {refusal.parameter for refusal in REFUSALS[callee]}
    assert names | {name for pair in TOGETHER.get(callee, ()) for name in pair} <= keywords(callee)


@pytest.mark.parametrize(("callee", "pair"), [(callee, pair) for callee, pairs in TOGETHER.items() for pair in pairs])
def test_not_both(root: str, callee: str, pair: tuple[str, str]) -> None:
    samples = {"data": {"a": "b"}, "json": {"a": "b"}, "text": "x", "body": b"x"}
    with pytest.raises(ValueError, match=r"same time|together|only one"):
        asyncio.run(use(callee, root, {name: samples[name] for name in pair}))


TAKEN = [
    ("session.get", {"params": {"page": 1, "share": 1.5, "tags": ["a", 1]}}),
    ("session.get", {"params": None, "headers": None, "timeout": 5, "proxy": None, "cookies": {"a": 1}}),
    ("session.get", {"params": [("a", "b"), ("a", 1)]}),
    ("session.get", {"params": "a=b"}),
    ("session.post", {"data": {"a": "b"}, "json": None}),
    ("session.post", {"data": [("a", "b")]}),
    ("session.post", {"data": []}),
    ("session.post", {"json": {"a": [True, None, 1.5]}}),
    ("ClientSession", {"headers": {"X-Page": "1"}, "cookies": {"a": 1}}),
    ("ClientTimeout", {"total": None, "connect": 5, "sock_read": 1.5}),
    ("web.Response", {"text": "x", "body": None}),
    ("web.Response", {"body": "x"}),
    ("web.json_response", {"data": {"a": [True, None]}}),
]


@pytest.mark.parametrize(("callee", "given"), TAKEN)
def test_taken(root: str, callee: str, given: dict[str, Any]) -> None:
    asyncio.run(use(callee, root, dict(given)))


@pytest.mark.parametrize(("base", "fails"), [("/api", True), ("/api/", False), ("/", False), ("", False)])
def test_base_url_ends_in_a_slash(root: str, base: str, fails: bool) -> None:  # noqa: FBT001
    async def ask() -> None:
        async with aiohttp.ClientSession(root + base) as session, session.get("/small"):
            pass

    if fails:
        with pytest.raises((ValueError, AssertionError)):  # AssertionError, by the request, before 3.11
            asyncio.run(ask())
    elif base != "/api/" or tuple(map(int, aiohttp.__version__.split(".")[:2])) >= (3, 11):
        asyncio.run(ask())


@pytest.mark.parametrize("made", [aiohttp.ClientSession, aiohttp.TCPConnector, aiohttp.CookieJar])
def test_needs_a_loop(made: Callable[[], Any]) -> None:
    if tuple(map(int, aiohttp.__version__.split(".")[:2])) < (3, 10):
        pytest.skip("takes a loop that never runs")
    with pytest.raises(RuntimeError, match="no running event loop"):
        made()


@pytest.mark.parametrize("given", [*SAMPLES.values(), web.Response(text="x")], ids=[*SAMPLES, "response"])
def test_the_server_takes_responses_alone(given: Any) -> None:
    async def ask() -> int:
        async def handler(_: web.Request) -> Any:
            return given

        app = web.Application()
        app.router.add_get("/", handler)
        async with TestClient(TestServer(app)) as client, client.get("/") as response:
            return response.status

    if isinstance(given, web.Response):
        assert asyncio.run(ask()) == 200
    elif tuple(map(int, aiohttp.__version__.split(".")[:2])) < (3, 10):
        with pytest.raises(aiohttp.ServerDisconnectedError):
            asyncio.run(ask())
    else:
        assert asyncio.run(ask()) == 500
