"""A class, `ClientSession` for one, is used as if it were an object of it: nobody has called it.

A class is no context (TypeError), and `aiohttp.ClientSession.get(url)` takes the URL for the session (TypeError).

Bad:
    async with aiohttp.ClientSession as session:
        print(session)
Good:
    async with aiohttp.ClientSession() as session:
        print(session)
Fix: safe where the class is entered: the call.
Silent: a method of the class that is given a session; the class itself, handed on, patched or subclassed.
"""

from __future__ import annotations

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.analysis.journal.entries import Role, Usage, Use
from flake8_aiohttp.finding import Finding, Fix, Rule
from flake8_aiohttp.rewrite import CallIt

rule = Rule("AIO107", "class-not-called")


@rule.on(Use)
def class_not_called(use: Use) -> Finding | None:
    """Judge a class that is entered, or asked for a request."""
    if use.role is not Role.CLASS:
        return None
    if Usage.ENTERED in use.usages:
        message = f"`{use.text}` is a class, and no context (TypeError); write `{use.text}()`"
        return Finding(rule.code, use.span, message, Fix(CallIt(), use.span, use.sureness))
    if use.kind is not Kind.SESSION:
        made = use.details[0].replace("aiohttp.web.", "web.")
        message = f"`{use.text}.{use.member}(…)` on the class, not on an object of it (TypeError); write `{made}(…)`"
        return Finding(rule.code, use.span, message)
    message = (
        f"`{use.text}.{use.member}(…)` on the class, not on a session (TypeError); "
        f"write `async with {use.text}() as session`, then `session.{use.member}(…)`"
    )
    return Finding(rule.code, use.span, message)
