"""A response is awaited without a block, and on no path read, released, closed, entered or handed on.

Up to some 300 kB (more where the network is quick) a body arrives on its own, and the response gives its connection
back. A larger one holds it for as long as the session lives: the pool has one connection less, and once none is left
the next request waits for ever.

Bad:
    async def status():
        response = await session.get(url)
        return response.status
    print(await status())
Good:
    async def status():
        async with session.get(url) as response:
            return response.status
    print(await status())
Fix: suggested: `async with` around what uses the response.
Silent: where the function closes the session, too, for the pool ends with it; HEAD, and a status without a body
    (`assert response.status == 204`); `ws_connect`; test clients; a response kept on `self`, returned, or handed to
    something unseen.
"""

from __future__ import annotations

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.analysis.journal.entries import LifecycleEvent, Lifetime
from flake8_aiohttp.finding import Applicability, Finding, Fix, Rule
from flake8_aiohttp.rewrite import EnterBlock

rule = Rule("AIO207", "response-never-released")

_CARE = frozenset(
    {
        LifecycleEvent.ASKED,
        LifecycleEvent.READ,
        LifecycleEvent.RELEASED,
        LifecycleEvent.ENTERED,
        LifecycleEvent.HANDED_ON,
    }
)


@rule.on(Lifetime)
def response_never_released(end: Lifetime) -> Finding | None:
    """Judge a response that nobody cared for."""
    if end.kind is not Kind.RESPONSE or LifecycleEvent.AWAITED not in end.events or end.events & _CARE:
        return None
    if LifecycleEvent.OUTLIVED in end.events and LifecycleEvent.LEFT_OPEN not in end.events:
        return None
    message = (
        f"the response of `{end.text}` is never read or released: a body above some 300 kB holds its connection, "
        "and with a full pool the next request waits for ever; open it with `async with`"
    )
    fix = Fix(EnterBlock(), end.span, Applicability.SUGGESTED) if end.asynchronous else None
    return Finding(rule.code, end.span, message, fix)
