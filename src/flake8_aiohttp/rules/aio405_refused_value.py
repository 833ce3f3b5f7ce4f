"""aiohttp is given a value that it refuses: a bool in `params`, None as a header, a number as a session's timeout.

Nothing is sent: the request, or what makes the session or response, raises TypeError or ValueError. requests and httpx
take many of these values, which is where they come from. A handler that returns a dict, or nothing, is refused by the
server: the client gets 500, and before aiohttp 3.10 no answer.

Bad:
    async with session.get(url, params={"page": 1, "full": True}) as response:
        print(response.status)
Good:
    async with session.get(url, params={"page": 1, "full": "true"}) as response:
        print(response.status)
Fix: suggested: a bool becomes `"true"` or `str(…).lower()`, a number in a header a string, a session's `timeout=5`
`aiohttp.ClientTimeout(total=5)`.
Silent: what is not spelled out, or may be replaced or removed on some way to the call; a JSON maker of one's own;
handlers of an application that is not made and run in the same file, or has middlewares.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from flake8_aiohttp.aiohttp_model.refusals import REDIRECTS, REFUSALS, TOGETHER, Part, Refusal
from flake8_aiohttp.analysis.domain.literals import EITHER, Literal
from flake8_aiohttp.analysis.journal.calls import Answer, Call, Given
from flake8_aiohttp.finding import Applicability, Finding, Fix, Related, Rule
from flake8_aiohttp.rewrite import ReplaceValue

rule = Rule("AIO405", "refused-value")

_CONTAINERS = frozenset({"dict", "list", "tuple", "set"})


@dataclasses.dataclass(frozen=True, slots=True)
class _Refused:
    """A value that a refusal hits; `name` is what the message calls it: its key, or how it is written."""

    value: Literal
    refusal: Refusal
    name: str


@rule.on(Call)
def refused_value(call: Call) -> list[Finding]:
    """Judge the values that a call is given."""
    findings = [_finding(call, given, hits) for given in call.arguments if (hits := list(_hits(call, given)))]
    return [
        *findings,
        *_together(call),
        *_base_url(call),
        *_content_type(call),
        *_positional(call),
        *_without_place(call),
    ]


@rule.on(Answer)
def refused_answer(answer: Answer) -> Finding:
    """Judge what a handler gives the server."""
    if not answer.kind:
        message = f"the handler `{answer.handler}` returns nothing: the client gets 500; return a `web.Response(…)`"
        return Finding(rule.code, answer.span, message)
    write = {"dict": "json_response(…)", "list": "json_response(…)"}.get(answer.kind, "Response(…)")
    what = "a body that was read" if answer.kind == "body" else f"of type {answer.kind}"
    message = f"`{answer.text}` is no response, but {what}: the client gets 500; return `web.{write}`"
    return Finding(rule.code, answer.span, message)


def _hits(call: Call, given: Given) -> Iterator[_Refused]:
    if given.literal is None or _serialises_itself(call, given):
        return
    if given.name in {"auth", "timeout"} and any(each.type in {"tuple", "list"} for each in given.literal.possible()):
        return  # AIO403 says that
    for refusal in REFUSALS.get(call.callee, ()):
        if refusal.parameter == given.name:
            yield from (each for each in _parts(refusal, given.literal) if each.value.type in refusal.types)


def _serialises_itself(call: Call, given: Given) -> bool:
    """Whether somebody else than `json.dumps` makes JSON of an argument."""
    if call.callee == "web.json_response":
        return given.name == "data" and call.given("dumps") is not None
    return given.name == "json" and call.serialises_itself


def _parts(refusal: Refusal, literal: Literal) -> Iterator[_Refused]:
    """Give the values that a refusal asks for."""
    for whole in literal.possible():
        match refusal.part:
            case Part.WHOLE if whole.type == "None" or not whole.is_empty:  # aiohttp/client.py asks `if headers`
                yield _Refused(whole, refusal, whole.text)
            case Part.ITEM:
                yield from _items(refusal, whole)
            case Part.KEY if whole.type == "dict":
                for item in whole.items:
                    yield _Refused(dataclasses.replace(item.value, type=item.key_type), refusal, item.key)
            case Part.ELEMENT if whole.type in _CONTAINERS - {"dict"}:
                for item in whole.items:
                    yield from (_Refused(each, refusal, each.text) for each in item.value.possible())
            case Part.ANYWHERE:
                yield from (_Refused(each, refusal, each.text) for each in _nested(whole))


def _items(refusal: Refusal, whole: Literal) -> Iterator[_Refused]:
    """Give the values of a dict, or of pairs; of a list among them the elements."""
    if whole.type in {"list", "tuple"}:
        pairs = [item.value for item in whole.items if item.value.type == "tuple" and len(item.value.items) == 2]
        named = [(pair.items[0].value.text, pair.items[1].value) for pair in pairs]
    else:
        named = [(item.key, item.value) for item in whole.items if whole.type == "dict"]
    for name, value in named:
        for each in value.possible():
            yield _Refused(each, refusal, name.strip("\"'") or each.text)
            if refusal.parameter == "params" and each.type in {"list", "tuple"} and whole.type == "dict":
                for item in each.items:
                    yield from (_Refused(one, refusal, name.strip("\"'") or one.text) for one in item.value.possible())


def _nested(literal: Literal) -> Iterator[Literal]:
    for each in literal.possible():
        yield each
        for item in each.items:
            yield from _nested(item.value)


def _finding(call: Call, given: Given, hits: list[_Refused]) -> Finding:
    first = hits[0]
    whole = first.refusal.part is Part.WHOLE
    what = "is" if whole else "with"
    kinds = " and ".join(dict.fromkeys(_kind(each, whole=whole) for each in hits))
    remedy = first.refusal.remedy_for(first.value.type)
    remedy = remedy if remedy.startswith(("write", "leave", "use")) else f"write {remedy}"
    name = given.name or given.text
    message = f"`{name}` {what} {kinds}: raises {first.refusal.exception}; {remedy}"
    inside = _lies_in(first.value, given)
    related = () if inside else (Related(first.value.span, "written here"),)
    return Finding(rule.code, given.span, message, _fix(call, given, first), related)


def _kind(hit: _Refused, *, whole: bool) -> str:
    if hit.value.type == "None":
        return "None" if whole or hit.name == "None" else f"the None `{hit.name}`"
    return f"the {hit.value.type} `{hit.name}`"


def _lies_in(literal: Literal, given: Given) -> bool:
    span, around = literal.span, given.span
    start, end = (span.line, span.column), (span.end_line, span.end_column)
    return (around.line, around.column) <= start and end <= (around.end_line, around.end_column)


def _fix(call: Call, given: Given, hit: _Refused) -> Fix | None:
    """Write a value of the type that was meant."""
    value = hit.value
    part, kind, text = hit.refusal.part, value.type, value.text
    if "…" in text or not (_lies_in(value, given) or part is Part.ITEM):
        return None
    new = ""
    if part is Part.ITEM and given.name == "params" and kind == "bool":
        new = {"True": '"true"', "False": '"false"'}.get(text, f"str({text}).lower()")
    elif part is Part.ITEM and given.name == "headers" and kind in {"bool", "int", "float"}:
        new = f'"{text}"' if text.isdigit() else f"str({text})"
    elif part is Part.WHOLE and given.name == "timeout" and kind in {"int", "float"}:
        maker = call.called("aiohttp.ClientTimeout") or (
            call.called("aiohttp") and f"{call.called('aiohttp')}.ClientTimeout"
        )
        new = f"{maker}(total={text})" if maker else ""
    return Fix(ReplaceValue(new), value.span, Applicability.SUGGESTED) if new else None


def _together(call: Call) -> Iterator[Finding]:
    """Judge two arguments of which only one may be given."""
    for one, other in TOGETHER.get(call.callee, ()):
        first, second = call.given(one), call.given(other)
        if first is None or second is None or not (_is_given(call, first) and _is_given(call, second)):
            continue
        later = max(first, second, key=lambda given: given.span)
        message = f"`{one}` together with `{other}`: raises ValueError; give one of them"
        yield Finding(rule.code, later.span, message)


def _is_given(call: Call, given: Given) -> bool:
    """Whether an argument is known not to be None; `json_response(data)` asks for no more than that it is there."""
    if call.callee == "web.json_response" and given.name == "data":
        return given.literal is None or given.literal.type != EITHER
    return given.literal is not None and given.literal.type not in {"None", EITHER}


def _base_url(call: Call) -> Iterator[Finding]:
    """Judge a base URL that is not absolute, or whose path does not end in a slash."""
    given = call.given("base_url") if call.callee == "ClientSession" else None
    if given is None or given.literal is None or given.literal.string is None:
        return
    scheme, separator, rest = given.literal.string.partition("://")
    _, slash, path = rest.partition("?")[0].partition("#")[0].partition("/")
    if not separator or not scheme:
        message = f"`base_url` {given.literal.string!r} has no scheme: raises ValueError; write `http://…/`"
    elif slash and path and not path.endswith("/"):
        message = (
            "`base_url` without a slash at its end: raises ValueError; write one, and relative URLs without one before"
        )
    else:
        return
    yield Finding(rule.code, given.span, message)


def _content_type(call: Call) -> Iterator[Finding]:
    """Judge a response's content type that has a charset in it, or comes twice."""
    given = call.given("content_type")
    if given is None or not call.callee.startswith("web.") or given.literal is None:
        return
    if given.literal.string is not None and "charset" in given.literal.string:
        message = "`content_type` with a charset: raises ValueError; write `charset=` beside it"
        yield Finding(rule.code, given.span, message)


def _positional(call: Call) -> Iterator[Finding]:
    """Judge what is given to a response without a keyword: it takes none so."""
    given = call.arguments[0] if call.callee == "web.Response" and call.arguments else None
    if given is not None and not given.by_keyword:
        kind = given.literal.type if given.literal else ""
        remedy = "use `web.json_response(…)`" if kind in {"dict", "list"} else "write `text=` or `body=`"
        yield Finding(rule.code, given.span, f"`{given.text}` without a keyword: raises TypeError; {remedy}")


def _without_place(call: Call) -> Iterator[Finding]:
    """Judge a redirect that leads nowhere: `raise web.HTTPFound`."""
    if call.callee in REDIRECTS and call.exact and call.given("location") is None:
        message = f"`{call.text}` without a place: raises TypeError, a 500; write `{call.callee}(location)`"
        yield Finding(rule.code, call.span, message)
