"""The judged mistakes, in few lines, as facts that a running aiohttp is asked.

A row of `verdicts.csv` names the function here that has its shape. Each asserts, or raises, what the finding
says happens.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
from aiohttp import ClientConnectionError, ClientResponse, ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from tests.live.facts import Facts

facts = Facts()
fact = facts.fact
SMALL = "small ok"
LOST = (RuntimeError, asyncio.TimeoutError)  # aiohttp 3.9 and older wait for bytes that never come


@contextlib.contextmanager
def complaints() -> Iterator[list[str]]:
    """Collect what aiohttp tells the loop about what was never closed."""
    told: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, context: told.append(context["message"]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield told
        gc.collect()


@fact()
async def bound_method_in_a_text(session: ClientSession, root: str) -> None:
    async with session.get(f"{root}/error") as response:
        error = f"{response.status}: {response.text}"
    assert error.startswith("500: <bound method ClientResponse.text of ")


@fact()
async def bound_method_as_an_argument(session: ClientSession, root: str) -> None:
    async with session.get(f"{root}/error") as response:
        record = logging.makeLogRecord({"msg": "failed: %s", "args": (response.text,)})
        assert "broken" not in str(ValueError("failed", response.text))
    assert "<bound method ClientResponse.text of " in record.getMessage()


@fact(raises=ClientConnectionError)
async def read_after_its_block(session: ClientSession, root: str) -> None:
    async with session.get(f"{root}/json") as response:
        if not response.ok:
            raise ValueError(await response.text())
    await response.json()


@fact(raises=ClientConnectionError)
async def read_in_a_helper_after_the_block_drained_it(session: ClientSession, root: str) -> None:
    async def raise_for(response: ClientResponse) -> None:
        if response.status >= 300:
            raise ValueError(await response.read())

    async with session.get(f"{root}/error") as entered:
        response = entered
        async for _ in entered.content.iter_chunks():
            pass
    await raise_for(response)


@fact(raises=ClientConnectionError)
async def returned_out_of_its_block(session: ClientSession, root: str) -> None:
    async def call() -> ClientResponse:
        async with session.get(f"{root}/json") as response:
            return response

    await (await call()).json()


@fact(raises=ClientConnectionError)
async def read_after_a_failed_check(session: ClientSession, root: str) -> None:
    response = await session.get(f"{root}/error")
    try:
        response.raise_for_status()
    except aiohttp.ClientResponseError:
        await response.text()


@fact(raises=LOST)
async def read_after_its_session_block(session: ClientSession, root: str) -> None:
    del session
    async with ClientSession() as own:
        response = await own.get(f"{root}/large")
    await asyncio.wait_for(response.read(), 2)


@fact(raises=LOST)
async def returned_after_its_session_was_closed(session: ClientSession, root: str) -> None:
    async def call() -> ClientResponse:
        response = await session.get(f"{root}/large.json")
        await session.close()
        return response

    await asyncio.wait_for((await call()).json(), 2)


@fact()
async def stream_after_text(session: ClientSession, root: str) -> None:
    async with session.get(f"{root}/page.html") as response:
        assert await response.text()
        assert [chunk async for chunk in response.content.iter_any()] == []


@fact()
async def stream_of_a_request_after_a_json_that_failed(session: ClientSession, root: str) -> None:
    del session, root
    rest = []

    async def handler(request: web.Request) -> web.Response:
        try:
            await request.json()
        except ValueError:
            rest.append(await request.content.read())
        return web.Response()

    app = web.Application()
    app.router.add_post("/", handler)
    async with TestClient(TestServer(app)) as client:
        await client.post("/", data=b"{no json")
    assert rest == [b""]


@fact()
async def dropped_at_once(session: ClientSession, root: str) -> None:
    del session
    with complaints() as told:
        async with ClientSession(connector=aiohttp.TCPConnector(limit=1)) as shared:
            await shared.get(f"{root}/large")
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(shared.get(f"{root}/small"), 0.5)
    assert told


@fact()
async def only_its_status_looked_at(session: ClientSession, root: str) -> None:
    async def is_ready(shared: ClientSession) -> bool:
        response = await shared.get(f"{root}/large")
        return response.status == 200

    del session
    with complaints() as told:
        async with ClientSession(connector=aiohttp.TCPConnector(limit=1)) as shared:
            assert await is_ready(shared)
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(is_ready(shared), 0.5)
    assert told


@fact()
async def session_made_where_it_is_used(session: ClientSession, root: str) -> None:
    del session
    with complaints() as told:
        async with ClientSession().get(f"{root}/small") as response:
            assert await response.text() == SMALL
        gc.collect()
    assert "Unclosed client session" in told


@fact()
async def session_dropped_behind_its_socket(session: ClientSession, root: str) -> None:
    del session
    with complaints() as told:
        socket = await ClientSession().ws_connect(f"{root}/ws")
        await socket.close()
        del socket
    assert "Unclosed client session" in told


@fact(raises=TypeError, keyword=["files", "stream", "verify"])
async def keyword_of_requests(session: ClientSession, root: str, keyword: str) -> None:
    foreign: dict[str, Any] = {keyword: {}}
    await session.post(f"{root}/echo", **foreign)


@fact(raises=AttributeError, name=["message", "txt", "data"])
async def attribute_that_no_response_has(session: ClientSession, root: str, name: str) -> None:
    async with session.get(f"{root}/json") as response:
        getattr(response, name)


@fact(raises=TypeError)
async def response_given_by_position(session: ClientSession, root: str) -> None:
    del session
    foreign: list[Any] = [root]
    web.Response(*foreign)


@fact(raises=AttributeError)
async def coroutine_taken_for_the_body(session: ClientSession, root: str) -> None:
    async with session.get(f"{root}/json") as response:
        body: Any = response.json()
        try:
            body.get("name")
        finally:
            body.close()


@fact(raises=TypeError)
async def coroutine_searched(session: ClientSession, root: str) -> None:
    async with session.get(f"{root}/json") as response:
        body: Any = response.text()
        try:
            assert "name" not in body
        finally:
            body.close()


@fact(raises=TypeError, member=["method", "response", "close", "chunks"])
async def awaited_though_no_awaitable(session: ClientSession, root: str, member: str) -> None:
    async with session.get(f"{root}/json") as response:
        things: dict[str, Any] = {
            "method": lambda: response.text,
            "response": lambda: response,
            "close": response.close,
            "chunks": lambda: response.content.iter_chunked(8),
        }
        await things[member]()


@fact()
async def bound_method_given_back(session: ClientSession, root: str) -> None:
    async def body(response: ClientResponse) -> Any:
        try:
            return await response.json()
        except aiohttp.ContentTypeError:
            return response.text

    async with session.get(f"{root}/page.html") as response:
        assert callable(await body(response))


@fact()
async def session_closed_without_await(session: ClientSession, root: str) -> None:
    del session, root
    own = ClientSession()
    closing: Any = own.close()
    assert not own.closed
    await closing


@fact(raises=ClientConnectionError)
async def read_after_the_check_left_its_block(session: ClientSession, root: str) -> None:
    response = None
    try:
        async with session.get(f"{root}/error") as response:
            response.raise_for_status()
    except aiohttp.ClientResponseError:
        assert response is not None
        await response.json()


@fact(raises=LOST)
async def read_after_its_session_was_closed(session: ClientSession, root: str) -> None:
    del session
    async with ClientSession() as own, own.get(f"{root}/large") as response:
        await own.close()
        await asyncio.wait_for(response.text(), 2)


@fact(raises=ClientConnectionError)
async def stream_kept_beyond_its_block(session: ClientSession, root: str) -> None:
    async with session.get(f"{root}/large") as response:
        stream = response.content
    async for _ in stream.iter_chunked(1024):
        pass


@fact()
async def stream_read_twice(session: ClientSession, root: str) -> None:
    async with session.get(f"{root}/lines") as response:
        assert [chunk async for chunk in response.content.iter_chunked(8)]
        assert [chunk async for chunk in response.content.iter_chunked(8)] == []


@fact()
async def stream_shown_as_text(session: ClientSession, root: str) -> None:
    async with session.get(f"{root}/error") as response:
        assert f"body: {response.content}".startswith("body: <StreamReader")


@fact(raises=ClientConnectionError)
async def bytes_after_the_block_that_cached_them(session: ClientSession, root: str) -> None:
    with contextlib.suppress(aiohttp.ContentTypeError):
        async with session.get(f"{root}/page.html") as response:
            await response.json()
    assert await response.text()
    await response.read()


@fact()
async def bound_method_is_always_true(session: ClientSession, root: str) -> None:
    async with session.get(f"{root}/empty") as response:
        assert bool(response.text)
        assert not await response.text()
