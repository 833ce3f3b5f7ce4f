"""A response object is printed or logged.

It shows status and headers, never the body: `<ClientResponse(http://…) [200 OK]>`.

Bad:
    async with session.get(url) as response:
        print(response)
Good:
    async with session.get(url) as response:
        print(await response.text())
Fix: none: status, headers or body may have been meant.
Silent: responses that are handed to anything but `print`, logging and strings.
"""

from __future__ import annotations

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.analysis.journal.entries import Role, Usage, Use
from flake8_aiohttp.finding import Finding, Rule

rule = Rule("AIO902", "response-printed")


@rule.on(Use)
def response_printed(use: Use) -> Finding | None:
    """Judge a response that was shown as text."""
    if use.role is not Role.OBJECT or use.kind is not Kind.RESPONSE or Usage.FORMATTED not in use.usages:
        return None
    message = (
        f"`{use.text}` prints status and headers, not the body; write `{use.text}.status` or `await {use.text}.text()`"
    )
    return Finding(rule.code, use.span, message)
