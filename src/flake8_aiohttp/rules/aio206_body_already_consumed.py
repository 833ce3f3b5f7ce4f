"""The body is read again after its stream was read.

A body comes once. Reading the stream (`content.read()`, `iter_chunked()`, a loop) keeps no copy, so a later
`text()`, `read()` or `json()` gives an empty reply, or only the rest where the stream was read in part. The other
way round `text()` keeps a copy for itself and leaves the stream empty.

Bad:
    async with session.get(url) as response:
        async for chunk in response.content.iter_chunked(1024):
            print(len(chunk))
        body = await response.text()
Good:
    async with session.get(url) as response:
        body = await response.text()
        print(len(body))
Fix: none: keep what the first read gave.
Silent: `text()`, `json()` and `read()` after each other, which share the copy; HEAD.
"""

from __future__ import annotations

from flake8_aiohttp.aiohttp_model.typestate import Body, Fault
from flake8_aiohttp.analysis.journal.entries import Read
from flake8_aiohttp.finding import Finding, Rule
from flake8_aiohttp.rules.messages import on_some_paths, story

rule = Rule("AIO206", "body-already-consumed")

_GIVES: dict[Body | None, str] = {Body.TAPPED: "only the rest", Body.SPOILT: "only what was left then"}


@rule.on(Read)
def body_already_consumed(read: Read) -> Finding | None:
    """Judge a read of a body that was read before."""
    wrong = read.faulty(Fault.CONSUMED)
    if not wrong:
        return None
    typestate = wrong[0].typestate
    gives = _GIVES.get(typestate.body, "nothing")
    message = (
        f"`{read.text}` after the body was read in line {typestate.read}{on_some_paths(read, wrong)}: "
        f"gives {gives}; keep what the first read gave"
    )
    return Finding(rule.code, read.span, message, None, story(read, wrong))
