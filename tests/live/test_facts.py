"""The facts about coroutines, requests and content that rules lean on, asked of a running aiohttp."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import inspect
import re
import warnings
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import ClientConnectionError, ClientSession, TCPConnector, web
from aiohttp.test_utils import TestClient, TestServer

from tests.live.facts import Code, Errors, Facts, ask
from tests.live.server import CONTENTS, LINES

facts = Facts()
fact = facts.fact
VERSION = tuple(int(part) for part in re.findall(r"\d+", aiohttp.__version__)[:3])
BINARY = sorted(path for path in CONTENTS if re.search(r"png|\.(gif|zip|pdf)$", path))

# Coroutines


@fact(raises=ClientConnectionError, path=["/small", "/large"])
async def coroutine_awaited_after_its_block(session: ClientSession, root: str, path: str) -> None:
    async with session.get(root + path) as response:
        text = response.text()
    await text


@fact(raises=ClientConnectionError)
async def task_awaited_after_its_block(session: ClientSession, root: str) -> None:
    async with session.get(f"{root}/large") as response:
        task = asyncio.create_task(response.text())
    await task


@fact()
async def task_of_a_small_body_works_by_luck(session: ClientSession, root: str) -> None:
    async with session.get(f"{root}/small") as response:
        task = asyncio.create_task(response.text())
        await asyncio.sleep(0.01)
    assert await task == "small ok"


@fact(raises=ClientConnectionError)
async def coroutine_returned_from_its_block(session: ClientSession, root: str) -> None:
    async def fetch() -> Awaitable[str]:
        async with session.get(f"{root}/small") as response:
            return response.text()

    await (await fetch())


@fact()
async def coroutine_never_awaited(session: ClientSession, root: str) -> None:
    async with session.get(f"{root}/small") as response:
        text = response.text()
        assert inspect.iscoroutine(text)
        with pytest.warns(RuntimeWarning, match=r"coroutine 'ClientResponse.text' was never awaited"):
            del text


@fact()
async def method_never_called(session: ClientSession, root: str) -> None:
    async with session.get(f"{root}/small") as response:
        for method in (response.text, response.json, response.read):
            assert inspect.ismethod(method)


@fact(raises=TypeError)
async def text_awaited_twice(session: ClientSession, root: str) -> None:
    async with session.get(f"{root}/small") as response:
        await (await response.text())


# Requests


@fact(name="status ok reason headers cookies url text json read content raise_for_status release".split())
async def request_is_no_response(session: ClientSession, root: str, name: str) -> None:
    request = session.get(f"{root}/small")
    assert not hasattr(request, name)
    request.close()  # the one name that both have


@fact(raises=TypeError)
async def request_has_no_items(session: ClientSession, root: str) -> None:
    with contextlib.closing(session.get(f"{root}/json")) as request:
        request["name"]


@fact()
async def request_dropped(session: ClientSession, root: str) -> None:
    with pytest.warns(RuntimeWarning, match=r"coroutine 'ClientSession._request' was never awaited"):
        session.post(f"{root}/echo")


@fact()
async def three_fine_ways_into_a_block(session: ClientSession, root: str) -> None:
    url = f"{root}/small"
    async with session.get(url) as first:
        assert await first.text() == "small ok"
    async with await session.get(url) as second:
        assert await second.text() == "small ok"
    third = await session.get(url)
    async with third:
        assert await third.text() == "small ok"


@fact(raises=(TypeError, AttributeError))  # AttributeError is Python 3.10's word for it
async def with_request(session: ClientSession, root: str) -> None:
    request = session.get(f"{root}/small")
    try:
        with request:
            pass
    finally:
        request.close()


@fact(raises=TypeError)
async def with_session(session: ClientSession, root: str) -> None:
    del root
    with session:
        pass


@fact(raises=TypeError, iterate=["", "iter_any", "iter_chunks"])
async def for_over_stream(session: ClientSession, root: str, iterate: str) -> None:
    async with session.get(f"{root}/lines") as response:
        for _ in getattr(response.content, iterate)() if iterate else response.content:
            pass


@fact(raises=TypeError, name=["status", "headers", "raise_for_status", "close"])
async def awaiting_what_is_no_awaitable(session: ClientSession, root: str, name: str) -> None:
    async with session.get(f"{root}/small") as response:
        value = getattr(response, name)
        await (value() if callable(value) else value)


@fact(raises=TypeError)
async def awaiting_a_response(session: ClientSession, root: str) -> None:
    async with session.get(f"{root}/small") as response:
        await response


@fact()
async def awaiting_release_is_fine(session: ClientSession, root: str) -> None:
    response = await session.get(f"{root}/large")
    assert await response.release() is None


@fact(raises=TypeError)
async def module_request_awaited(session: ClientSession, root: str) -> None:
    del session
    request = aiohttp.request("GET", f"{root}/small")
    try:
        await request
    finally:
        request._coro.close()
        await request._session.close()


@fact()
async def module_request_as_block(session: ClientSession, root: str) -> None:
    del session
    request = aiohttp.request("GET", f"{root}/small")
    async with request as response:
        assert await response.text() == "small ok"
        assert not request._session.closed
    assert request._session.closed


# Release


@fact()
async def unread_response_keeps_its_connection(session: ClientSession, root: str) -> None:
    """A small body arrives with the headers, so its response releases itself; a large one never does."""
    assert session.connector is not None
    for path, kept in (("/small", 0), ("/large", 1)):
        await session.get(root + path)
        await asyncio.sleep(0.05)
        gc.collect()
        assert len(session.connector._acquired) == kept


@fact()
async def dropped_response_is_told_when_its_session_closes(session: ClientSession, root: str) -> None:
    loop = asyncio.get_running_loop()
    loop.set_debug(True)
    told = []
    loop.set_exception_handler(lambda _loop, context: told.append(context["message"]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        await session.get(f"{root}/large")
        gc.collect()
        assert told == []
        await session.close()
        await asyncio.sleep(0.05)
        gc.collect()
    assert "Unclosed response" in told


@fact()
async def full_pool_waits_for_ever(_: ClientSession, root: str) -> None:
    async with ClientSession(connector=TCPConnector(limit=1)) as session:
        response = await session.get(f"{root}/large")
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(session.get(f"{root}/small"), 0.3)
        assert not response.closed
        response.close()


@fact()
async def quarter_of_a_megabyte_arrives_on_its_own(_: ClientSession, root: str) -> None:
    async with ClientSession(connector=TCPConnector(limit=1)) as session:
        await session.post(f"{root}/echo", data=bytes(250_000))
        response = await asyncio.wait_for(session.get(f"{root}/small"), 3)
        assert await response.text() == "small ok"


@fact()
async def status_without_a_body_releases_itself(session: ClientSession, root: str) -> None:
    response = await session.get(f"{root}/no-content")
    assert response.closed
    assert response.connection is None


@fact()
async def response_read_to_its_end_releases_itself(session: ClientSession, root: str) -> None:
    response = await session.get(f"{root}/large")
    assert not response.closed
    async for _ in response.content.iter_any():
        pass
    assert response.closed


@fact(raises=ClientConnectionError)
async def raise_for_status_outside_a_block_releases(session: ClientSession, root: str) -> None:
    response = await session.get(f"{root}/error")
    try:
        response.raise_for_status()
    except aiohttp.ClientResponseError:
        await response.text()


@fact()
async def raise_for_status_after_the_body_was_read(session: ClientSession, root: str) -> None:
    response = await session.get(f"{root}/error")
    await response.text()
    with pytest.raises(aiohttp.ClientResponseError):
        response.raise_for_status()
    assert await response.json() == {"error": "broken"}


@fact(raises=None if VERSION >= (3, 10, 6) else ClientConnectionError)
async def raise_for_status_inside_its_block(session: ClientSession, root: str) -> None:
    async with session.get(f"{root}/error") as response:
        try:
            response.raise_for_status()
        except aiohttp.ClientResponseError:
            assert await response.json() == {"error": "broken"}


@fact(raises=ClientConnectionError)
async def raise_for_status_inside_the_block_of_a_module_request(session: ClientSession, root: str) -> None:
    """`aiohttp.request` never enters its response, which therefore believes to be outside a block."""
    del session
    async with aiohttp.request("GET", f"{root}/error") as response:
        try:
            response.raise_for_status()
        except aiohttp.ClientResponseError:
            await response.text()


# Content


@fact(raises=UnicodeDecodeError, path=BINARY)
async def text_of_binary(session: ClientSession, root: str, path: str) -> None:
    async with session.get(root + path) as response:
        await response.text(encoding="utf-8")  # the default from 3.9 on; 3.8 guesses


@fact(path=BINARY)
async def text_of_binary_with_an_accepting_charset(session: ClientSession, root: str, path: str) -> None:
    async with session.get(root + path) as response:
        text = await response.text(encoding="latin-1")
    assert text.encode() != CONTENTS[path].body


@fact(raises=aiohttp.ContentTypeError, path=BINARY)
async def json_of_binary(session: ClientSession, root: str, path: str) -> None:
    async with session.get(root + path) as response:
        await response.json()


async def _ask_server(read: Callable[[web.Request], Awaitable[Any]]) -> None:
    """Post the lines to a handler that returns what `read` gave."""
    seen = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(await read(request))
        return web.Response()

    app = web.Application()
    app.router.add_post("/", handler)
    async with TestClient(TestServer(app)) as client:
        await client.post("/", data=LINES)
    assert seen == [(LINES.decode(), b"")] or seen == [(LINES, "")]


@fact()
async def request_stream_after_text(session: ClientSession, root: str) -> None:
    del session, root

    async def read(request: web.Request) -> Any:
        return await request.text(), await request.content.read()

    await _ask_server(read)


@fact()
async def request_text_after_stream(session: ClientSession, root: str) -> None:
    del session, root

    async def read(request: web.Request) -> Any:
        return await request.content.read(), await request.text()

    await _ask_server(read)


@pytest.mark.parametrize(("code", "known", "raises"), facts.cases)
def test_fact(root: str, code: Code, known: dict[str, Any], raises: Errors | None) -> None:
    ask(root, code, known, raises)
