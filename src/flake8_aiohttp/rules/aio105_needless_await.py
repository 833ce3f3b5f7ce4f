"""Something that is no awaitable is awaited.

A response that was entered or awaited, its `status` and `headers`, `raise_for_status()`, `close()` and a body
that was read already are no awaitables: `await` raises TypeError. `aiohttp.request(…)` cannot be awaited
either, it only works as `async with`.

Bad:
    async with session.get(url) as response:
        await response.raise_for_status()
Good:
    async with session.get(url) as response:
        response.raise_for_status()
Fix: safe: the `await` goes (of `aiohttp.request(…)` only where it is entered).
Silent: `await response.release()`, which aiohttp 3 allows.
"""

from __future__ import annotations

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.analysis.journal.entries import Role, Usage, Use
from flake8_aiohttp.finding import Finding, Fix, Rule
from flake8_aiohttp.rewrite import DropAwait

rule = Rule("AIO105", "needless-await")


@rule.on(Use)
def needless_await(use: Use) -> Finding | None:
    """Judge what an await was given."""
    if use.role is not Role.AWAITED:
        return None
    if use.kind is Kind.STANDALONE:
        message = f"`{use.text}` is no awaitable: raises TypeError; enter it with `async with`"
        entered = Fix(DropAwait(), use.span, use.sureness) if Usage.ENTERED in use.usages else None
        return Finding(rule.code, use.span, message, entered)
    if Usage.NEEDED in use.usages:  # timid: what else comes there needs the await
        message = f"`{use.text}` is no awaitable on some paths: there `await` raises TypeError; await only what is one"
        return Finding(rule.code, use.span, message)
    which = "outer " if use.text.startswith(("await ", "(await ")) else ""
    message = f"`{use.text}` is no awaitable: `await` raises TypeError; drop the {which}`await`"
    return Finding(rule.code, use.span, message, Fix(DropAwait(), use.span, use.sureness))
