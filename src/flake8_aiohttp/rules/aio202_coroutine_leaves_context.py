"""A body coroutine is made inside its response's block, and awaited after it.

Calling `text()` reads nothing; awaiting it does. When the await comes after the block the connection is gone, and
aiohttp raises ClientConnectionError. `return response.text()` from inside the block does just that: the block
ends before the caller awaits.

Bad:
    async def fetch():
        async with session.get(url) as response:
            return response.text()
    body = await (await fetch())
Good:
    async def fetch():
        async with session.get(url) as response:
            return await response.text()
    body = await fetch()
Fix: safe: `return await …`, where no caller in the file awaits the result once more; else suggested.
Silent: a coroutine or task that is awaited before the block ends.
"""

from __future__ import annotations

from flake8_aiohttp.aiohttp_model.typestate import Fault
from flake8_aiohttp.analysis.journal.entries import Read
from flake8_aiohttp.finding import Applicability, Finding, Fix, Rule
from flake8_aiohttp.rewrite import InsertAwait, ReturnAwait
from flake8_aiohttp.rules.messages import end_of_lease, on_some_paths, story

rule = Rule("AIO202", "coroutine-leaves-context")


@rule.on(Read)
def coroutine_leaves_context(read: Read) -> Finding | None:
    """Judge a read whose coroutine was made while the response was still held."""
    wrong = tuple(
        reaching for reaching in read.faulty(*Fault) if reaching.born_inside and not reaching.typestate.escaped
    )
    if not wrong:
        return None
    if wrong[0].fault is Fault.CONSUMED:
        return None
    message = (
        f"`{read.text}` is awaited only after {end_of_lease(wrong[0].typestate)}{on_some_paths(read, wrong)}: "
        "raises ClientConnectionError; await it before"
    )
    if not read.asynchronous:
        return Finding(rule.code, read.span, message, None, story(read, wrong))
    fix: Fix | None
    awaited_by_caller = any(reaching.deferred for reaching in read.reaching_states)
    if read.returned:
        sure = Applicability.SUGGESTED if awaited_by_caller else Applicability.SAFE
        fix = Fix(ReturnAwait(), read.span, sure)
    else:  # timid: `gather(*bodies)` wants coroutines
        fix = Fix(InsertAwait(), read.span, Applicability.SUGGESTED) if read.awaited_by_name else None
    return Finding(rule.code, read.span, message, fix, story(read, wrong))
