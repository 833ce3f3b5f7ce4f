"""A session is made in a function, and on no path closed, entered, returned, stored or handed on.

Its connections stay open until the garbage collector finds it: "Unclosed client session". A session is made once
and closed once; `async with` does the second.

Bad:
    own = aiohttp.ClientSession()
    async with own.get(url) as response:
        print(await response.text())
Good:
    async with aiohttp.ClientSession() as own:
        async with own.get(url) as response:
            print(await response.text())
Fix: suggested: `async with` around what uses the session.
Silent: a session kept on `self` or in a global, returned, yielded, or handed to something unseen.
"""

from __future__ import annotations

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.analysis.journal.entries import LifecycleEvent, Lifetime
from flake8_aiohttp.finding import Applicability, Finding, Fix, Rule
from flake8_aiohttp.rewrite import EnterBlock

rule = Rule("AIO208", "session-never-closed")

_CARE = frozenset({LifecycleEvent.ASKED, LifecycleEvent.RELEASED, LifecycleEvent.ENTERED, LifecycleEvent.HANDED_ON})


@rule.on(Lifetime)
def session_never_closed(end: Lifetime) -> Finding | None:
    """Judge a session that nobody closed."""
    if end.kind is not Kind.SESSION or end.events & _CARE:
        return None
    message = (
        f"`{end.text}` is never closed: its connections leak (Unclosed client session); "
        "open it with `async with`, or await its `close()`"
    )
    fix = Fix(EnterBlock(), end.span, Applicability.SUGGESTED) if end.asynchronous else None
    return Finding(rule.code, end.span, message, fix)
