"""A request is given a keyword, or a kind of value, that only requests takes.

aiohttp's session knows no `verify`, `cert`, `stream`, `files`, `hooks` or `proxies`; `auth` and `timeout` take no
tuple. Each raises TypeError before anything is sent.

Bad:
    async with session.get(url, verify=False) as response:
        print(response.status)
Good:
    async with session.get(url, ssl=False) as response:
        print(response.status)
Fix: suggested: `verify=False` becomes `ssl=False`, a written pair `aiohttp.BasicAuth(…)`, `stream` goes.
Silent: sessions of other libraries; keywords in a `**mapping`; a session class with methods of its own.
"""

from __future__ import annotations

from flake8_aiohttp.aiohttp_model.lookalikes import KEYWORDS
from flake8_aiohttp.analysis.journal.entries import Role, Use
from flake8_aiohttp.finding import Applicability, Finding, Fix, Rewrite, Rule

rule = Rule("AIO403", "requests-keyword")

_REMEDIES = {
    # Measured: from 3.14 on `BasicAuth` and `auth=` raise a DeprecationWarning; `encode_basic_auth` came with it.
    "auth": '`headers={{"Authorization": aiohttp.encode_basic_auth{0}}}`, before 3.14 `auth=aiohttp.BasicAuth{0}`',
    "timeout": "`aiohttp.ClientTimeout(…)`",
}


@rule.on(Use)
def requests_keyword(use: Use) -> Finding | None:
    """Judge a keyword of a request."""
    if use.role is not Role.KEYWORD:
        return None
    value = use.details[0] if use.details else ""
    if use.member in KEYWORDS:
        message = f"`{use.text}`: aiohttp's requests take no `{use.member}` (TypeError); {KEYWORDS[use.member]}"
    else:
        pair = value if value.startswith("(") else "(…)"
        remedy = _REMEDIES[use.member].format(pair)
        message = f"`{use.text}`: aiohttp takes no tuple here (TypeError); write {remedy}"
    return Finding(rule.code, use.span, message, _fix(use, value))


def _fix(use: Use, value: str) -> Fix | None:
    if use.member == "auth":
        maker = use.details[1] if use.details[1:] else ""
        return Fix(Rewrite.MAKE_BASIC_AUTH, use.span, Applicability.SUGGESTED, maker) if maker else None
    replacements = {
        ("verify", "False"): "ssl=False",
        ("verify", "True"): "",
        ("stream", "True"): "",
        ("stream", "False"): "",
    }
    replacement = replacements.get((use.member, value))
    if replacement is None:
        return None
    return Fix(Rewrite.REPLACE_KEYWORD, use.span, Applicability.SUGGESTED, replacement)
