"""A body method is used as the body itself, without being called.

In requests and Flask, `response.text` and `request.json` are the data; in aiohttp they are methods. Uncalled,
the value is a bound method: it prints as `<bound method …>`, is always true, and cannot be subscripted, parsed
or awaited (TypeError).

Bad:
    async with session.get(url) as response:
        raise RuntimeError("failed: " + response.text)
Good:
    async with session.get(url) as response:
        print("failed: " + await response.text())
Fix: safe: `response.text` becomes `await response.text()`; in an `async def` only; suggested: `await response.json()`
    where no string has what is asked of it (`response.text["name"]`, `response.text.data`).
Silent: the method is handed to something that may call it, stored, called later, or looked at by `hasattr`,
    `callable` or `isinstance`.
"""

from __future__ import annotations

from flake8_aiohttp.aiohttp_model.lookalikes import STREAM_METHODS
from flake8_aiohttp.analysis.journal.entries import Role, Usage, Use
from flake8_aiohttp.finding import Applicability, Finding, Fix, Rule
from flake8_aiohttp.rewrite import CallAndAwait
from flake8_aiohttp.rules.messages import MAKE_ASYNC, consequence, lacks_what_is_asked, sureness_of_read, taken_for_data

rule = Rule("AIO102", "body-method-not-called")

_CONSEQUENCES = {
    Usage.DROPPED: "nothing is read",
    Usage.AWAITED: "a method cannot be awaited (TypeError)",
    **taken_for_data("a method", "bound method"),
}


@rule.on(Use)
def body_method_not_called(use: Use) -> Finding | None:
    """Judge a bound body method."""
    if use.role is not Role.METHOD or not use.is_only(_CONSEQUENCES):
        return None
    written, fix = _remedy(use)
    advice = written if use.asynchronous else f"{MAKE_ASYNC}, then {written}"
    message = f"`{use.text}` is a method that is never called: {consequence(use, _CONSEQUENCES)}; {advice}"
    return Finding(rule.code, use.span, message, fix)


def _remedy(use: Use) -> tuple[str, Fix | None]:
    """Say what to write, and give the fix that writes it: the body as JSON where text has not what is asked of it."""
    if not lacks_what_is_asked(use):
        sureness = sureness_of_read(use) if use.asynchronous else None
        fix = Fix(CallAndAwait(), use.span, sureness) if sureness else None
        return f"write `await {use.text}()`", fix
    if use.member == "json" or not STREAM_METHODS.isdisjoint(use.details):
        return f"write `await {use.text}()`, which is the whole body", None
    fix = Fix(CallAndAwait("json"), use.span, Applicability.SUGGESTED) if use.asynchronous else None
    return f"write `await {use.receiver}.json()`, for its `{use.member}()` has no such member", fix
