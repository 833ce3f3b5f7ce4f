"""A coroutine method of aiohttp is called, and nobody awaits it.

`session.close()`, a WebSocket's `send_…`, `receive…` and `close`, the server's `prepare`, `write` and
`write_eof`, a runner's `setup` and `cleanup`, a site's `start` and `stop` are coroutines: a bare call does
nothing but warn that the coroutine "was never awaited". What it returns is a coroutine object, and has nothing of
what a WebSocket's message has (AttributeError, TypeError).

Bad:
    own = aiohttp.ClientSession()
    own.close()
Good:
    own = aiohttp.ClientSession()
    await own.close()
Fix: safe: `await` is inserted; in an `async def` only, and where a message that was received is used, only where it
    has what is asked of it.
Silent: coroutines that are stored, returned or handed to something that may await them.
"""

from __future__ import annotations

from flake8_aiohttp.analysis.journal.entries import Role, Usage, Use
from flake8_aiohttp.finding import Applicability, Finding, Fix, Rule
from flake8_aiohttp.rewrite import InsertAwait
from flake8_aiohttp.rules.messages import COROUTINE_AS_DATA, MAKE_ASYNC, consequence, put_await, sureness_of_read

rule = Rule("AIO106", "call-not-awaited")

_CONSEQUENCES: dict[Usage, str] = {
    Usage.DROPPED: "nothing happens",
    Usage.UNUSED: "nothing happens",
    **{usage: words for usage, words in COROUTINE_AS_DATA.items() if usage is not Usage.COLLECTED},
}
_MESSAGE = frozenset({"data", "extra", "json", "type"})
"""What a WebSocket's message has."""


@rule.on(Use)
def call_not_awaited(use: Use) -> Finding | None:
    """Judge a coroutine that is no body."""
    if use.role is not Role.CALL or not use.is_only(_CONSEQUENCES):
        return None
    message = f"`{use.text}` is a coroutine that is never awaited: {consequence(use, _CONSEQUENCES)}; {_advice(use)}"
    sureness = _sureness(use) if use.asynchronous else None
    return Finding(rule.code, use.span, message, Fix(InsertAwait(), use.span, sureness) if sureness else None)


def _sureness(use: Use) -> Applicability | None:
    """Say how sure it is that an `await` is all that is missing."""
    if use.usages <= {Usage.DROPPED, Usage.UNUSED}:
        return use.sureness
    if use.member == "receive":
        return use.sureness if use.usages == {Usage.ATTRIBUTE} and set(use.details) <= _MESSAGE else None
    return sureness_of_read(use) if use.member.startswith("receive_") else None


def _advice(use: Use) -> str:
    """Say how the coroutine runs; in a plain `def` there may be a loop that runs already, or none."""
    if use.asynchronous:
        return put_await(use.text)
    task = f"asyncio.create_task({'…' if '…' in use.text else use.text})"
    return f"{MAKE_ASYNC} and await it, or run it in the loop that owns it (`{task}` while that runs)"
