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
Fix: suggested: where callers in the file do nothing but read one body, they get that body; where none is seen, the
    body is read before the response leaves, which keeps a copy for `text()` and `json()`; none where the bytes are
    read later, for which no copy is kept; none for a stream, a generator or a nested function that takes the open
    response along: it has to own the response.
Silent: the body was cached first; HEAD, and a status without a body; context managers and fixtures that yield; an
    async generator whose consumer reads in step; callers in the file that only look at status or headers.
"""

from __future__ import annotations

from flake8_aiohttp.aiohttp_model.typestate import Lease
from flake8_aiohttp.analysis.journal.entries import Departure, Escape
from flake8_aiohttp.finding import Applicability, Finding, Fix, Rule
from flake8_aiohttp.rewrite import ReadFirst, ReturnBody
from flake8_aiohttp.rules.messages import story_of_escape

rule = Rule("AIO203", "response-leaves-context-unread")

_WORDS = {
    Departure.RESPONSE: ("leaves its {} unread", "read the body inside the block"),
    Departure.CALL: ("runs only after the {}", "await it inside the block"),
    Departure.STREAM: (
        "is read only after the {}",
        "own the response for the stream's life: open it inside the generator, or close it in a background task",
    ),
}
"""What is said of each departure, and what is to be done about it."""


@rule.on(Escape)
def response_leaves_context_unread(escape: Escape) -> Finding | None:
    """Judge a response that left after its block had ended."""
    typestate = escape.typestate
    if typestate.lease is not Lease.EXITED or escape.read_by_caller is False:
        return None
    late, remedy = _WORDS[escape.departure]
    if escape.read_anew and escape.departure is Departure.RESPONSE:
        remedy = f"{remedy}, and let that leave in its place"
    message = (
        f"`{escape.text}` {late.format(f'`async with` block of line {typestate.ended}')}: "
        f"reading later raises ClientConnectionError; {remedy}"
    )
    return Finding(rule.code, escape.span, message, _fix(escape), story_of_escape(escape))


def _fix(escape: Escape) -> Fix | None:
    """Read where the response leaves; where its callers are seen to read it, give them the body.

    A read before, which keeps a copy for theirs, would do for aiohttp 3 alone: AIO903.
    """
    if escape.departure is not Departure.RESPONSE or not escape.text.isidentifier() or escape.read_anew:
        return None
    if escape.read:
        return Fix(ReturnBody(), escape.span, Applicability.SUGGESTED)
    return Fix(ReadFirst(escape.text), escape.span, Applicability.SUGGESTED)
