"""The coroutine of a body is used as if it were the body.

`text()`, `read()` and `json()` of a response, the reads of its `content`, and the server's `request.text()`,
`json()`, `read()`, `post()` and `multipart()` are coroutines. Without `await` nothing is read: the value is a
coroutine object, which prints as `<coroutine object …>`, is always true, and has none of the methods of a
string or dict (AttributeError, TypeError). Python warns later that the coroutine "was never awaited".

Bad:
    async with session.get(url) as response:
        print(response.text())
Good:
    async with session.get(url) as response:
        print(await response.text())
Fix: safe: `await` is inserted, with parentheses where precedence needs them; in an `async def` only, and not where
    the body is not what is wanted there (`response.text()["name"]`, `json.loads(response.json())`);
    suggested where another library's response may come there, too.
Silent: the coroutine is handed to something that awaits it (`gather`, `create_task`, `wait_for`, an unknown
    callee), awaited later, returned or stored; inside `pytest.raises`.
"""

from __future__ import annotations

from flake8_aiohttp.analysis.journal.entries import Role, Usage, Use
from flake8_aiohttp.finding import Finding, Fix, Rule
from flake8_aiohttp.rewrite import InsertAwait
from flake8_aiohttp.rules.messages import COROUTINE_AS_DATA, consequence, put_await, sureness_of_read

rule = Rule("AIO101", "body-not-awaited")

_CONSEQUENCES = {Usage.DROPPED: "nothing is read", Usage.UNUSED: "nothing is read", **COROUTINE_AS_DATA}


@rule.on(Use)
def body_not_awaited(use: Use) -> Finding | None:
    """Judge the coroutine of a body."""
    if use.role is not Role.BODY or not use.is_only(_CONSEQUENCES):
        return None
    advice = put_await(use.text, asynchronous=use.asynchronous)
    message = f"`{use.text}` is never awaited: {consequence(use, _CONSEQUENCES)}; {advice}"
    sureness = sureness_of_read(use) if use.asynchronous else None
    fix = Fix(InsertAwait(), use.span, sureness) if sureness else None
    return Finding(rule.code, use.span, message, fix)
