"""A plain `with` or `for` meets an object that only has the asynchronous protocol.

Sessions, requests and responses are asynchronous context managers; a response's stream, a WebSocket and a multipart
reader are asynchronous iterators: a plain `with` or `for` raises TypeError (or AttributeError) before anything is read.

Bad:
    with session.get(url) as response:
        print(response.status)
Good:
    async with session.get(url) as response:
        print(response.status)
Fix: safe: `async` is put before it; in an `async def` only.
Silent: objects that are not known to be aiohttp's; inside `pytest.raises`.
"""

from __future__ import annotations

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.analysis.journal.entries import Role, Usage, Use
from flake8_aiohttp.finding import Finding, Fix, Rule
from flake8_aiohttp.rewrite import MakeAsync
from flake8_aiohttp.rules.messages import MAKE_ASYNC

rule = Rule("AIO104", "sync-protocol")

_STREAMS = frozenset({Kind.STREAM, Kind.CHUNKS})


@rule.on(Use)
def sync_protocol(use: Use) -> Finding | None:
    """Judge a plain `with` or `for`."""
    if use.role is not Role.OBJECT:
        return None
    if Usage.SYNC_BLOCK in use.usages:
        kind = "request" if use.kind is Kind.STANDALONE else use.kind.value
        message = f"plain `with` on the {kind} `{use.text}`: raises TypeError"
        write = "write `async with`"
    elif Usage.SYNC_LOOP in use.usages:
        kind = "stream" if use.kind in _STREAMS else use.kind.value
        message = f"plain `for` over the {kind} `{use.text}`: raises TypeError"
        write = "write `async for`"
    else:
        return None
    fix = Fix(MakeAsync(), use.span, use.sureness) if use.asynchronous else None
    advice = write if use.asynchronous else f"{MAKE_ASYNC}, then {write}"
    return Finding(rule.code, use.span, f"{message}; {advice}", fix)
