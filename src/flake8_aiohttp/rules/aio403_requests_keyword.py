"""A callable of aiohttp is given a keyword that no aiohttp takes, or requests' pair as `auth` or `timeout`.

aiohttp's session knows no `verify`, `cert`, `stream`, `files`, `hooks` or `proxies`, which requests takes, and no
misspelt `header=`; `auth` and `timeout` take no tuple. Each raises TypeError before anything is sent.

Bad:
    async with session.get(url, verify=False) as response:
        print(response.status)
Good:
    async with session.get(url, ssl=False) as response:
        print(response.status)
Fix: suggested: `verify=False` becomes `ssl=False`, a written pair `aiohttp.BasicAuth(…)`, `stream` goes.
Silent: sessions of other libraries; keywords in a `**mapping`; a session class with methods of its own; a keyword that
any aiohttp from 3.8 on takes.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_aiohttp.aiohttp_model import versions
from flake8_aiohttp.aiohttp_model.lookalikes import KEYWORDS
from flake8_aiohttp.analysis.journal.calls import Call, Given
from flake8_aiohttp.finding import Applicability, Finding, Fix, Rule
from flake8_aiohttp.rewrite import DropKeyword, MakeBasicAuth, ReplaceKeyword
from flake8_aiohttp.rules.messages import near

rule = Rule("AIO403", "requests-keyword")

_REMEDIES = {
    # Measured: from 3.14 on `BasicAuth` and `auth=` raise a DeprecationWarning; `encode_basic_auth` came with it.
    "auth": '`headers={{"Authorization": aiohttp.encode_basic_auth{0}}}`, before 3.14 `auth=aiohttp.BasicAuth{0}`',
    "timeout": "`aiohttp.ClientTimeout(…)`",
}
_REPLACEMENTS = {
    ("verify", "False"): "ssl=False",
    ("verify", "True"): "",
    ("stream", "True"): "",
    ("stream", "False"): "",
}


@rule.on(Call)
def requests_keyword(call: Call) -> list[Finding]:
    """Judge the keywords of a call."""
    return list(_findings(call))


def _findings(call: Call) -> Iterator[Finding]:
    known = versions.keywords(call.callee, served=call.served)
    for given in call.arguments:
        if not given.by_keyword:
            continue
        if given.name not in known:
            yield Finding(rule.code, given.span, _unknown(call, given, known), _replaced(call, given))
        elif given.name in _REMEDIES and _is_pair(given):
            yield Finding(rule.code, given.span, _pair(given), _basic_auth(call, given))


def _is_request(call: Call) -> bool:
    return call.callee.startswith("session.") or call.callee == "request"


def _unknown(call: Call, given: Given, known: frozenset[str]) -> str:
    who = "aiohttp's requests take" if _is_request(call) else f"`{call.callee.replace('session.', '')}` takes"
    if _is_request(call) and given.name in KEYWORDS:
        remedy = f"; {KEYWORDS[given.name]}"
    else:
        close = near(given.name, known)
        remedy = f"; write `{close}=`" if close else "; leave it out"
    return f"`{given.text}`: {who} no `{given.name}` (TypeError){remedy}"


def _pair(given: Given) -> str:
    pair = given.text.partition("=")[2].strip()
    pair = pair if pair.startswith("(") else "(…)"
    remedy = _REMEDIES[given.name].format(pair)
    return f"`{given.text}`: aiohttp takes no tuple here (TypeError); write {remedy}"


def _is_pair(given: Given) -> bool:
    return given.literal is not None and any(each.type in {"tuple", "list"} for each in given.literal.possible())


def _replaced(call: Call, given: Given) -> Fix | None:
    value = given.text.partition("=")[2].strip()
    replacement = _REPLACEMENTS.get((given.name, value)) if _is_request(call) else None
    if replacement is None:
        return None
    return Fix(ReplaceKeyword(replacement) if replacement else DropKeyword(), given.span, Applicability.SUGGESTED)


def _basic_auth(call: Call, given: Given) -> Fix | None:
    literal = given.literal
    written = literal is not None and literal.span == given.value and len(literal.items) == 2
    maker = call.called("aiohttp.BasicAuth")
    if given.name != "auth" or not written or not maker:
        return None  # timid: under a name it may also be None
    return Fix(MakeBasicAuth(maker), given.span, Applicability.SUGGESTED)
