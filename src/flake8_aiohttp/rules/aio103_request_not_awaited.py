"""A request is used as a response, or dropped, without being awaited or entered.

`session.get(url)` sends nothing yet. What it returns is to be awaited or entered by `async with`; it has none of
a response's attributes (AttributeError). A bare `session.post(…)` statement never sends its request.

Bad:
    response = session.get(url)
    print(response.status)
Good:
    async with session.get(url) as response:
        print(response.status)
Fix: safe: `await` is inserted; not for `aiohttp.request(…)`, which only works as `async with`.
Silent: requests that are handed on in any other way: returned, stored, gathered, passed to a function.
    One that is awaited or entered later is reported where a response's attribute is asked of the request itself.
"""

from __future__ import annotations

from flake8_aiohttp.aiohttp_model.objects import MEMBERS, Kind
from flake8_aiohttp.analysis.journal.entries import Role, Usage, Use
from flake8_aiohttp.finding import Finding, Fix, Rule
from flake8_aiohttp.rewrite import InsertAwait
from flake8_aiohttp.rules.messages import MAKE_ASYNC, put_await

rule = Rule("AIO103", "request-not-awaited")

_WRONG = frozenset({Usage.DROPPED, Usage.ATTRIBUTE, Usage.SUBSCRIPT, Usage.ITERATED})
_LATER = frozenset({Usage.HANDED_ON, Usage.AWAITED, Usage.TESTED, Usage.COMPARED})
_AWAITED = {Kind.SOCKET_REQUEST: "WebSocket"}
_OWN_ATTRIBUTES = frozenset({"close", "send", "throw", "_coro", "_resp"})


@rule.on(Use)
def request_not_awaited(use: Use) -> Finding | None:
    """Judge a request that nobody awaited."""
    if use.role is not Role.REQUEST or not (use.is_only(_WRONG) or _raises_first(use)):
        return None
    if use.details and set(use.details) <= _OWN_ATTRIBUTES:
        return None
    if use.usages == {Usage.DROPPED}:
        what = "is dropped: nothing is sent"
    elif Usage.ATTRIBUTE in use.usages:
        what = f"is no {_AWAITED.get(use.kind, 'response')} yet: it has no `{use.details[0]}` (AttributeError)"
    else:
        done = "iterated over" if Usage.ITERATED in use.usages else "subscripted"
        what = f"is no {_AWAITED.get(use.kind, 'response')} yet: it cannot be {done} (TypeError)"
    if use.kind is Kind.STANDALONE:
        enter = "enter it with `async with`"
        advice = enter if use.asynchronous else f"{MAKE_ASYNC}, then {enter}"
        return Finding(rule.code, use.span, f"`{use.text}` {what}; {advice}")
    lacking = {Usage.SUBSCRIPT, Usage.AWAITED, *([Usage.ITERATED] if use.kind is Kind.REQUEST else [])}
    fixable = use.asynchronous and use.usages.isdisjoint(lacking)
    fix = Fix(InsertAwait(), use.span, use.sureness) if fixable else None
    advice = put_await(use.text, asynchronous=use.asynchronous)
    return Finding(rule.code, use.span, f"`{use.text}` {what}; {advice}, or enter it", fix)


def _raises_first(use: Use) -> bool:
    """Whether the request itself is asked for what a response has: that raises, whoever awaits it later."""
    asked = set(use.details) - _OWN_ATTRIBUTES
    return use.usages <= _WRONG | _LATER and Usage.ATTRIBUTE in use.usages and asked <= MEMBERS[Kind.RESPONSE].keys()
