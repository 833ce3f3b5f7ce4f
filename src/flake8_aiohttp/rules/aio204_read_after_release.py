"""The body is read after the response was released or closed.

`release()` and `close()` give the connection up: what was not read is gone, and aiohttp raises
ClientConnectionError; `read()` raises even where the body was cached before. A failing `raise_for_status()` on a
response without a block of its own releases it too, so a read in that handler always raises.

Bad:
    response = await session.get(url)
    response.release()
    body = await response.text()
Good:
    response = await session.get(url)
    body = await response.text()
    response.release()
Fix: none: the order of the statements is the author's to choose.
Silent: `text()` and `json()` of a body that was cached before; HEAD; a name bound anew after the release.
"""

from __future__ import annotations

from flake8_aiohttp.aiohttp_model.typestate import Fault
from flake8_aiohttp.analysis.journal.entries import Read
from flake8_aiohttp.finding import Finding, Rule
from flake8_aiohttp.rules.messages import end_of_lease, on_some_paths, story

rule = Rule("AIO204", "read-after-release")


@rule.on(Read)
def read_after_release(read: Read) -> Finding | None:
    """Judge a read whose response was released."""
    wrong = read.faulty(Fault.AFTER_RELEASE)
    if not wrong or any(reaching.born_inside for reaching in wrong):
        return None
    message = (
        f"`{read.text}` after {end_of_lease(wrong[0].typestate)}{on_some_paths(read, wrong)}: "
        "raises ClientConnectionError; read the body before"
    )
    return Finding(rule.code, read.span, message, None, story(read, wrong))
