"""A response leaves its block with its body unread, and nobody in this file reads it.

It is returned to a caller that drops it or looks at its status, or kept on an object. The block has given the
connection back: whoever asks for the body later, in another file maybe, gets ClientConnectionError.

Bad:
    class Client:
        async def fetch(self):
            async with session.get(url) as response:
                self.last = response
    client = Client()
    await client.fetch()
    print([await each.read() for each in vars(client).values()])
Good:
    class Client:
        async def fetch(self):
            async with session.get(url) as response:
                self.last = await response.read()
    client = Client()
    await client.fetch()
    print(vars(client))
Fix: none: what of the response is needed is the author's to say.
Silent: the body was read first; HEAD; what AIO203 reports.
"""

from __future__ import annotations

from flake8_aiohttp.aiohttp_model.typestate import Lease
from flake8_aiohttp.analysis.journal.entries import Escape
from flake8_aiohttp.finding import Finding, Rule
from flake8_aiohttp.rules.messages import story_of_escape

rule = Rule("AIO904", "response-leaves-unread")


@rule.on(Escape)
def response_leaves_unread(escape: Escape) -> Finding | None:
    """Judge a response that left after its block had ended, and that nobody reads."""
    typestate = escape.typestate
    if typestate.lease is not Lease.EXITED or escape.read_by_caller is not False:
        return None
    message = (
        f"`{escape.text}` leaves its `async with` block of line {typestate.ended} unread, and nothing in this file "
        "reads it: a later read raises ClientConnectionError; hand out what is needed of it"
    )
    return Finding(rule.code, escape.span, message, None, story_of_escape(escape))
