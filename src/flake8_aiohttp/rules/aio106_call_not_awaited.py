"""A coroutine method of aiohttp is called and dropped.

`session.close()`, a WebSocket's `send_…`, `receive…` and `close`, the server's `prepare`, `write` and
`write_eof`, a runner's `setup` and `cleanup`, a site's `start` and `stop` are coroutines: a bare call does
nothing but warn that the coroutine "was never awaited".

Bad:
    own = aiohttp.ClientSession()
    own.close()
Good:
    own = aiohttp.ClientSession()
    await own.close()
Fix: safe: `await` is inserted; in an `async def` only.
Silent: coroutines that are stored, returned or handed to something that may await them.
"""

from __future__ import annotations

from flake8_aiohttp.analysis.journal.entries import Role, Usage, Use
from flake8_aiohttp.finding import Finding, Fix, Rule
from flake8_aiohttp.rewrite import InsertAwait
from flake8_aiohttp.rules.messages import MAKE_ASYNC, put_await

rule = Rule("AIO106", "call-not-awaited")


@rule.on(Use)
def call_not_awaited(use: Use) -> Finding | None:
    """Judge a coroutine that is no body."""
    if use.role is not Role.CALL or use.usages != {Usage.DROPPED}:
        return None
    message = f"`{use.text}` is a coroutine that is never awaited: nothing happens; {_advice(use)}"
    fix = Fix(InsertAwait(), use.span, use.sureness) if use.asynchronous else None
    return Finding(rule.code, use.span, message, fix)


def _advice(use: Use) -> str:
    """Say how the coroutine runs; in a plain `def` there may be a loop that runs already, or none."""
    if use.asynchronous:
        return put_await(use.text)
    task = f"asyncio.create_task({'…' if '…' in use.text else use.text})"
    return f"{MAKE_ASYNC} and await it, or run it in the loop that owns it (`{task}` while that runs)"
