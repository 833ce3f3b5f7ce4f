"""Names of rules, and where they are explained."""

from __future__ import annotations

import functools

from flake8_aiohttp.rules import rules

HOMEPAGE = "https://pypi.org/project/flake8-aiohttp/"


@functools.cache
def _names() -> dict[str, str]:
    return {rule.code: rule.name for rule in rules()}


def rule_name(code: str) -> str:
    """Give the name of a rule; empty for a code that is not ours, such as E999."""
    return _names().get(code, "")


def address(code: str) -> str | None:
    """Give the address of a rule's explanation; None for a code that is not ours."""
    return f"{HOMEPAGE}#{code.lower()}-{rule_name(code)}" if rule_name(code) else None
