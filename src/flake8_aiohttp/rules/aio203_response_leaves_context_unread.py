"""A response leaves its own block with its body unread.

The block gives the connection back as it ends, so whoever gets the response can look at its status and headers,
but every read of its body raises ClientConnectionError.

Bad:
    async def fetch():
        async with session.get(url) as response:
            return response
    body = await (await fetch()).text()
Good:
    async def fetch():
        async with session.get(url) as response:
            return await response.text()
    body = await fetch()
Fix: suggested: the body is read before the response leaves, which keeps a copy for `text()` and `json()`.
Silent: the body was cached first; HEAD; context managers and fixtures that yield; an async generator whose
    consumer reads in step; callers in the file that only look at status or headers.
"""

from __future__ import annotations

from flake8_aiohttp.aiohttp_model.typestate import Lease
from flake8_aiohttp.analysis.journal.entries import Escape
from flake8_aiohttp.finding import Applicability, Finding, Fix, Rewrite, Rule
from flake8_aiohttp.rules.messages import story_of_departure

rule = Rule("AIO203", "response-leaves-context-unread")


@rule.on(Escape)
def response_leaves_context_unread(departure: Escape) -> Finding | None:
    """Judge a response that left after its block had ended."""
    typestate = departure.typestate
    if typestate.lease is not Lease.EXITED or departure.read_by_caller is False:
        return None
    block = f"`async with` block of line {typestate.ended}"
    late = f"leaves its {block} unread" if not departure.text.endswith(")") else f"runs only after the {block}"
    message = f"`{departure.text}` {late}: reading later raises ClientConnectionError; read the body inside the block"
    fix = None
    if departure.text.isidentifier():
        fix = Fix(Rewrite.READ_FIRST, departure.span, Applicability.SUGGESTED, departure.text)
    return Finding(rule.code, departure.span, message, fix, story_of_departure(departure))
