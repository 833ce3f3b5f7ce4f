"""`text()` or `json()` after the block lean on the copy that an earlier read kept.

aiohttp 3 answers from the cached body; aiohttp 4 raises ClientConnectionError there. Keep what the first read gave.

Bad:
    async with session.get(url) as response:
        await response.read()
    body = await response.text()
Good:
    async with session.get(url) as response:
        body = await response.text()
Fix: none: name the result of the first read.
Silent: reads inside the block.
"""

from __future__ import annotations

from flake8_aiohttp.aiohttp_model.typestate import Body, Lease, Operation
from flake8_aiohttp.analysis.journal.entries import Read
from flake8_aiohttp.finding import Finding, Rule
from flake8_aiohttp.rules.messages import story

rule = Rule("AIO903", "cached-read-after-context")


@rule.on(Read)
def cached_read_after_context(read: Read) -> Finding | None:
    """Judge a read after the block that aiohttp 3 answers from its copy."""
    states = [reaching.typestate for reaching in read.reaching_states]
    cached = read.operation is Operation.DECODE and all(
        state.body is Body.CACHED and state.lease is Lease.EXITED for state in states
    )
    if not cached:
        return None
    message = (
        f"`{read.text}` after the `async with` block of line {states[0].ended} leans on the cached body: "
        "aiohttp 4 raises ClientConnectionError; keep what the first read gave"
    )
    return Finding(rule.code, read.span, message, related=story(read, read.reaching_states))
