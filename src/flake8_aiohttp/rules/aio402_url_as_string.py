"""`response.url` is used as a string.

It is a `yarl.URL`: it has no string methods (AttributeError), cannot be added to a string, searched with `in` or
given to `urlparse` or a regular expression (TypeError), and never equals a string. `str(response.url)` is one.

Bad:
    async with session.get(url) as response:
        print(response.url.startswith("https://"))
Good:
    async with session.get(url) as response:
        print(str(response.url).startswith("https://"))
Fix: safe: `str(response.url)`.
Silent: f-strings and `/`, which a URL takes; comparison with something that may be a URL.
"""

from __future__ import annotations

from flake8_aiohttp.aiohttp_model.lookalikes import STR_METHODS
from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.analysis.journal.entries import Role, Usage, Use
from flake8_aiohttp.finding import Finding, Fix, Rule
from flake8_aiohttp.rewrite import WrapInStr

rule = Rule("AIO402", "url-as-string")

_AS_STRING = {
    Usage.SUBSCRIPT: "a URL cannot be subscripted (TypeError)",
    Usage.ARGUMENT: "`{detail}` takes no URL (TypeError)",
    Usage.SEARCHED: "a URL cannot be searched with `in` (TypeError)",
    Usage.COMPARED: "a URL never equals a string",
    Usage.ITERATED: "a URL cannot be iterated over (TypeError)",
}


@rule.on(Use)
def url_as_string(use: Use) -> Finding | None:
    """Judge a URL that is taken for a string."""
    if use.role is not Role.OBJECT or use.kind is not Kind.URL:
        return None
    methods = [name for name in use.details if name in STR_METHODS]
    if Usage.ATTRIBUTE in use.usages and methods:
        why = f"a URL has no `{methods[0]}` (AttributeError)"
    elif Usage.OPERAND in use.usages and "Add" in use.details:
        why = "a URL cannot be added to a string (TypeError)"
    else:
        first = next((usage for usage in _AS_STRING if usage in use.usages), None)
        if first is None:
            return None
        why = _AS_STRING[first].format(detail=use.detail(first, "the callee"))
    message = f"`{use.text}` is a yarl.URL, not a string: {why}; write `str({use.text})`"
    fix = None if _is_url_elsewhere(use) else Fix(WrapInStr(), use.span, use.sureness)
    return Finding(rule.code, use.span, message, fix)


def _is_url_elsewhere(use: Use) -> bool:
    """Whether the same value is also asked for what only a URL has."""
    members = {text for usage, text in use.said if usage is Usage.ATTRIBUTE}
    operators = {text for usage, text in use.said if usage is Usage.OPERAND}
    return not members <= STR_METHODS or not operators <= {"Add"}
