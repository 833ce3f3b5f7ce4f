"""Asks a running aiohttp about every cell of the typestate tables.

A response is brought into the state (what has become of its bytes, does it own its connection), the
operation is done in each of its spellings, and what came of it is compared with what the tables say.
"""

from __future__ import annotations

import asyncio
import enum
import itertools
import json
from collections.abc import AsyncIterable, Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from flake8_aiohttp.aiohttp_model.typestate import (
    STREAM,
    WHOLE,
    Body,
    Fault,
    Lease,
    Operation,
    fault,
    transfer,
)
from tests.live.server import CONTENTS

TAPPED_BYTES = 4
PATIENCE = 0.5  # aiohttp 3.8 and 3.9 wait for ever for the rest of a large body whose session is closed

AIOHTTP_4 = int(aiohttp.__version__.split(".")[0]) >= 4


class Outcome(enum.Enum):
    """What an operation on a body came to."""

    WHOLE = "all the bytes the server sent"
    REST = "only what an earlier read had left"
    PIECE = "some bytes, from where the earlier reads had stopped"
    EMPTY = "nothing, and no error"
    BROKEN = "no JSON, for part of the text is missing"
    CONNECTION = "ClientConnectionError"
    LOST = "another failure to read, or a wait without end"


FAILURE = {Outcome.CONNECTION, Outcome.LOST}


async def _collect(pieces: AsyncIterable[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])


async def _collect_chunks(response: aiohttp.ClientResponse) -> bytes:
    return b"".join([piece async for piece, _ in response.content.iter_chunks()])


async def _first_chunk(response: aiohttp.ClientResponse) -> bytes:
    return (await response.content.readchunk())[0]


Perform = Callable[[aiohttp.ClientResponse], Awaitable[Any]]
SPELLINGS: dict[str, tuple[Operation, Perform]] = {
    "read()": (Operation.READ, lambda r: r.read()),
    "text()": (Operation.DECODE, lambda r: r.text()),
    "json()": (Operation.DECODE, lambda r: r.json(content_type=None)),
    "content.read(n)": (Operation.TAP, lambda r: r.content.read(TAPPED_BYTES)),
    "content.readany()": (Operation.TAP, lambda r: r.content.readany()),
    "content.readline()": (Operation.TAP, lambda r: r.content.readline()),
    "content.readuntil()": (Operation.TAP, lambda r: r.content.readuntil(b'"')),
    "content.readexactly(n)": (Operation.TAP, lambda r: r.content.readexactly(TAPPED_BYTES)),
    "content.readchunk()": (Operation.TAP, _first_chunk),
    "content.read()": (Operation.DRAIN, lambda r: r.content.read()),
    "async for": (Operation.DRAIN, lambda r: _collect(r.content)),
    "iter_any()": (Operation.DRAIN, lambda r: _collect(r.content.iter_any())),
    "iter_chunked()": (Operation.DRAIN, lambda r: _collect(r.content.iter_chunked(10_000))),
    "iter_chunks()": (Operation.DRAIN, _collect_chunks),
}
# aiohttp gives all body-less responses one `EMPTY_PAYLOAD`, which has no readuntil() of its own
# (AttributeError) and whose iter_chunks() ends once in the life of a process, then never.
UNKNOWN_TO_EMPTY_PAYLOAD = {"content.readuntil()", "iter_chunks()"}
PREPARATIONS: dict[Body, tuple[str, ...]] = {
    Body.UNREAD: (),
    Body.TAPPED: ("content.read(n)",),
    Body.DRAINED: ("content.read()",),
    Body.CACHED: ("read()",),
    Body.SPOILT: ("content.read()", "read()"),
    Body.ABSENT: (),
}
ENDINGS = {
    "held": Lease.HELD,
    "exited": Lease.EXITED,
    "release()": Lease.RELEASED,
    "close()": Lease.RELEASED,
    "orphaned": Lease.ORPHANED,
}
REQUESTS = {
    "small": ("GET", "/json"),
    "large": ("GET", "/large.json"),
    "HEAD": ("HEAD", "/json"),
    "204": ("GET", "/no-content"),
}


async def _prepare(response: aiohttp.ClientResponse, body: Body) -> None:
    for spelling in PREPARATIONS[body]:
        await SPELLINGS[spelling][1](response)


async def _reach(
    session: aiohttp.ClientSession, method: str, url: str, body: Body, ending: str
) -> aiohttp.ClientResponse:
    """Give a response in the wanted state."""
    if ending == "exited":
        async with session.request(method, url) as response:
            await _prepare(response, body)
        return response
    response = await session.request(method, url)
    await _prepare(response, body)
    if ending == "release()":
        response.release()
    elif ending == "close()":
        response.close()
    elif ending == "orphaned":
        await session.close()
    return response


def _judge(got: Any, sent: bytes, before: bytes) -> Outcome:
    """Name what an operation gave, seen from what the server sent and what had been taken `before`."""
    if not got:
        return Outcome.EMPTY
    if not isinstance(got, bytes | str):
        return Outcome.WHOLE if got == json.loads(sent) else Outcome.BROKEN
    data = got.encode() if isinstance(got, str) else got
    rest = sent[len(before) :]
    if data == sent:
        return Outcome.WHOLE
    if data == rest:
        return Outcome.REST
    assert rest.startswith(data), f"bytes from nowhere: {data[:80]!r}"
    return Outcome.PIECE


async def _observe(response: aiohttp.ClientResponse, spelling: str, sent: bytes, before: bytes) -> Outcome:
    try:
        got = await asyncio.wait_for(SPELLINGS[spelling][1](response), PATIENCE)
    except asyncio.IncompleteReadError as error:
        return _judge(error.partial, sent, before)
    except json.JSONDecodeError:
        return Outcome.BROKEN
    except aiohttp.ClientConnectionError:
        return Outcome.CONNECTION
    except (RuntimeError, asyncio.TimeoutError):
        return Outcome.LOST
    return _judge(got, sent, before)


def _of_sound_read(operation: Operation, body: Body) -> set[Outcome]:
    """What an operation gives on a response that owns its connection, if nothing went wrong."""
    if body is Body.ABSENT:
        return {Outcome.EMPTY}
    left = Outcome.REST if body is Body.TAPPED else Outcome.WHOLE
    return {left, Outcome.PIECE} if operation is Operation.TAP else {left}


def _claim(operation: Operation, body: Body, lease: Lease, size: str) -> set[Outcome]:
    """Translate the table's answer into what may be seen."""
    match fault(operation, body, lease):
        case None:
            return _of_sound_read(operation, body)
        case Fault.CONSUMED if body is Body.TAPPED:
            return {Outcome.REST, Outcome.BROKEN}
        case Fault.CONSUMED if body is Body.SPOILT:
            return {Outcome.EMPTY, Outcome.REST, Outcome.BROKEN}
        case Fault.CONSUMED:
            return {Outcome.EMPTY, Outcome.BROKEN} if AIOHTTP_4 else {Outcome.EMPTY}
        case Fault.AFTER_CONTEXT | Fault.AFTER_RELEASE:
            return {Outcome.CONNECTION}
        case Fault.AFTER_SESSION if size == "small" or operation is Operation.TAP:
            return FAILURE | _of_sound_read(operation, body) | {Outcome.REST, Outcome.BROKEN}
        case Fault.AFTER_SESSION:
            return FAILURE
    raise AssertionError("a fault this test does not know")


def _sizes(body: Body) -> tuple[str, ...]:
    return ("HEAD", "204") if body is Body.ABSENT else ("small", "large")


def _spellings(body: Body) -> list[str]:
    unknown = UNKNOWN_TO_EMPTY_PAYLOAD if body is Body.ABSENT else set()
    return [spelling for spelling in SPELLINGS if spelling not in unknown]


def _before(body: Body, sent: bytes) -> bytes:
    return sent[:TAPPED_BYTES] if body is Body.TAPPED else b""


CELLS = [
    pytest.param(body, ending, spelling, size, id=f"{body.value}-{ending}-{spelling}-{size}")
    for body in Body
    for ending, spelling, size in itertools.product(ENDINGS, _spellings(body), _sizes(body))
]


@pytest.mark.parametrize(("body", "ending", "spelling", "size"), CELLS)
def test_fault(root: str, body: Body, ending: str, spelling: str, size: str) -> None:
    """Every cell of FAULTS, in every spelling, for bodies that fit into one packet and that do not."""
    method, path = REQUESTS[size]
    sent = b"" if body is Body.ABSENT else CONTENTS[path].body

    async def drive() -> Outcome:
        async with aiohttp.ClientSession() as session:
            response = await _reach(session, method, root + path, body, ending)
            outcome = await _observe(response, spelling, sent, _before(body, sent))
            response.close()
            return outcome

    assert asyncio.run(drive()) in _claim(SPELLINGS[spelling][0], body, ENDINGS[ending], size)


@pytest.mark.parametrize("spelling", [name for name, (kind, _) in SPELLINGS.items() if kind is Operation.TAP])
@pytest.mark.parametrize("body", [Body.UNREAD, Body.TAPPED])
def test_taps_of_a_large_orphan_fail_in_the_end(root: str, body: Body, spelling: str) -> None:
    """One tap may find bytes that had arrived, which is why its cell allows it; the body's end is lost."""

    async def drive() -> None:
        async with aiohttp.ClientSession() as session:
            response = await _reach(session, "GET", f"{root}/large.json", body, "orphaned")
            try:
                while await asyncio.wait_for(SPELLINGS[spelling][1](response), PATIENCE):
                    pass
            finally:
                response.close()

    with pytest.raises((aiohttp.ClientConnectionError, RuntimeError, asyncio.TimeoutError)):
        asyncio.run(drive())


def _rounded(body: Body, first: Operation, ending: str, then: Operation) -> set[Outcome]:
    """What aiohttp may do beside what the tables say, where six states say enough for a rule.

    A body-less response gives nothing in every state, but for read() after read() and a release.
    """
    if body is Body.ABSENT and first in WHOLE and then is Operation.READ and ending == "exited":
        return {Outcome.CONNECTION}
    return set()


STEPS = [
    pytest.param(body, first, ending, then, size, id=f"{body.value}-{first}-{ending}-{then}-{size}")
    for body in Body
    for first, ending, then, size in itertools.product(
        _spellings(body), ("held", "exited"), ("read()", "text()", "json()", "content.read()"), _sizes(body)
    )
]


@pytest.mark.parametrize(("body", "first", "ending", "then", "size"), STEPS)
def test_transfer(root: str, body: Body, first: str, ending: str, then: str, size: str) -> None:
    """Every cell of TRANSFERS: the next operation gives what the tables say of the state named there."""
    method, path = REQUESTS[size]
    sent = b"" if body is Body.ABSENT else CONTENTS[path].body
    operation, perform = SPELLINGS[first]
    after = transfer(operation, body)

    async def drive() -> tuple[Outcome, bytes]:
        async with aiohttp.ClientSession() as session:
            response = await _reach(session, method, root + path, body, "held")
            try:
                got = await perform(response)
            except (asyncio.IncompleteReadError, json.JSONDecodeError):
                got = b""
            taken = _before(body, sent) + (got if operation in STREAM else b"")
            if ending == "exited":
                await response.__aexit__(None, None, None)
            outcome = await _observe(response, then, sent, taken)
            response.close()
            return outcome, taken

    outcome, taken = asyncio.run(drive())
    claim = _claim(SPELLINGS[then][0], after, ENDINGS[ending], size)
    if taken == sent:
        claim |= {Outcome.EMPTY}  # a tap that took all there was
    if body is Body.ABSENT or fault(SPELLINGS[then][0], after, ENDINGS[ending]) is not None:
        claim |= _rounded(body, operation, ending, SPELLINGS[then][0])
    assert outcome in claim
