"""A response without a block of its own is read after its session was closed.

Closing the session closes the connections that its responses still read from. A small body has often arrived by
then, so that it works in tests; a large one raises RuntimeError ("Connection closed"), and on aiohttp 3.8 and 3.9
hangs until the timeout.

Bad:
    async with aiohttp.ClientSession() as own:
        response = await own.get(url)
    body = await response.text()
Good:
    async with aiohttp.ClientSession() as own:
        async with own.get(url) as response:
            body = await response.text()
Fix: suggested: the read moves into the session's block, where it directly follows it.
Silent: the body was read before the session closed; HEAD; a connector that the session does not own.
"""

from __future__ import annotations

from flake8_aiohttp.aiohttp_model.typestate import Fault, Lease
from flake8_aiohttp.analysis.journal.entries import Escape, Read
from flake8_aiohttp.finding import Applicability, Finding, Fix, Rule
from flake8_aiohttp.rewrite import MoveIntoBlock
from flake8_aiohttp.rules.messages import end_of_lease, on_some_paths, story, story_of_escape

rule = Rule("AIO205", "read-after-session-close")


@rule.on(Read)
def read_after_session_close(read: Read) -> Finding | None:
    """Judge a read whose response has lost its session."""
    wrong = read.faulty(Fault.AFTER_SESSION)
    if not wrong or any(reaching.born_inside for reaching in wrong):
        return None
    typestate = wrong[0].typestate
    message = (
        f"`{read.text}` after its session was closed ({end_of_lease(typestate)})"
        f"{on_some_paths(read, wrong)}: a large body raises RuntimeError; read it before"
    )
    fix = Fix(MoveIntoBlock(typestate.ended), read.span, Applicability.SUGGESTED)
    return Finding(rule.code, read.span, message, None if typestate.ended_by else fix, story(read, wrong))


@rule.on(Escape)
def response_outlives_session(escape: Escape) -> Finding | None:
    """Judge a response that left its function after its session was closed."""
    typestate = escape.typestate
    if typestate.lease is not Lease.ORPHANED or escape.read_by_caller is False:
        return None
    message = (
        f"`{escape.text}` leaves unread while its session is closed ({end_of_lease(typestate)}): "
        "a large body raises RuntimeError when it is read; read it before"
    )
    return Finding(rule.code, escape.span, message, None, story_of_escape(escape))
