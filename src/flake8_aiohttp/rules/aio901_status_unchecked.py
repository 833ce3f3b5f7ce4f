"""A body is used, and nobody looks at the status.

An error page has a body, too: `json()` of it raises, or gives a dict of another shape. Look at `status` or `ok`,
call `raise_for_status()`, or set `raise_for_status=True` on the session or request.

Bad:
    # url: /error
    async with session.get(root + "/error") as response:
        data = (await response.json())["name"]
Good:
    async with session.get(root + "/json") as response:
        response.raise_for_status()
        data = (await response.json())["name"]
Fix: none: which statuses are fine is the author's to say.
Silent: a response that is handed on; a file that sets `raise_for_status=` anywhere; a test client's response.
"""

from __future__ import annotations

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.analysis.journal.entries import LifecycleEvent, Lifetime
from flake8_aiohttp.finding import Finding, Related, Rule
from flake8_aiohttp.rules.messages import told

rule = Rule("AIO901", "status-unchecked")


@rule.on(Lifetime)
def status_unchecked(end: Lifetime) -> Finding | None:
    """Judge a response that was read."""
    if end.kind is not Kind.RESPONSE or LifecycleEvent.READ not in end.events or end.first_read is None:
        return None
    if end.events & {LifecycleEvent.CHECKED, LifecycleEvent.HANDED_ON}:
        return None
    message = f"the body of `{end.text}` is used without a look at its status: call `raise_for_status()` before"
    return Finding(rule.code, end.first_read, message, related=told(end.first_read, [Related(end.span, "opened here")]))
