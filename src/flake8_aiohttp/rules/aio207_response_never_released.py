"""A response is awaited without a block, and on no path read, released, closed, entered or handed on.

Such a response keeps its connection for as long as the session lives, and the pool has one less: enough of them, and
the next request waits for ever. Small bodies release themselves as they arrive; larger ones do not. When the session
closes, aiohttp complains of an "Unclosed response".

Bad:
    response = await session.get(url)
    print(response.status)
Good:
    async with session.get(url) as response:
        print(response.status)
Fix: suggested: `async with` around what uses the response.
Silent: HEAD; `ws_connect`; test clients; a response kept on `self`, returned, or handed to something unseen.
"""

from __future__ import annotations

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.analysis.journal.entries import LifecycleEvent, Lifetime
from flake8_aiohttp.finding import Applicability, Finding, Fix, Rewrite, Rule

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
    message = (
        f"the response of `{end.text}` is never read or released: a large body keeps its connection from the pool; "
        "open it with `async with`"
    )
    fix = Fix(Rewrite.ENTER_BLOCK, end.span, Applicability.SUGGESTED) if end.asynchronous else None
    return Finding(rule.code, end.span, message, fix)
