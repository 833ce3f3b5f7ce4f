"""The body is read after the `async with` block of its response has ended.

The block gives the connection back. What was not read by then is gone, and aiohttp raises
ClientConnectionError; `read()` and the stream raise even where the body was cached inside.

Bad:
    async with session.get(url) as response:
        status = response.status
    body = await response.text()
Good:
    async with session.get(url) as response:
        status = response.status
        body = await response.text()
Fix: suggested: the statement moves into the block; only where it directly follows it.
Silent: `text()` and `json()` of a body that was cached inside; HEAD; a response that was handed to something
    unseen; inside `pytest.raises`.
"""

from __future__ import annotations

from flake8_aiohttp.aiohttp_model.typestate import Fault
from flake8_aiohttp.analysis.journal.entries import Read
from flake8_aiohttp.finding import Applicability, Finding, Fix, Rule
from flake8_aiohttp.rewrite import MoveIntoBlock
from flake8_aiohttp.rules.messages import on_some_paths, story

rule = Rule("AIO201", "read-after-context")


@rule.on(Read)
def read_after_context(read: Read) -> Finding | None:
    """Judge a read whose response has left its block."""
    wrong = read.faulty(Fault.AFTER_CONTEXT)
    if not wrong or any(reaching.born_inside for reaching in wrong):
        return None
    block = wrong[0].typestate.ended
    message = (
        f"`{read.text}` after the `async with` block of line {block}{on_some_paths(read, wrong)}: "
        "raises ClientConnectionError; read the body inside the block"
    )
    fix = None
    if not read.through:  # timid: the call may do more
        fix = Fix(MoveIntoBlock(block), read.span, Applicability.SUGGESTED)
    return Finding(rule.code, read.span, message, fix, story(read, wrong))
