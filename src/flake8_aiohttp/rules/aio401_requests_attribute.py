"""A name that aiohttp's object lacks is asked of a response, a stream or a session: one of requests, or misspelt.

aiohttp's response has `status`, not `status_code`; it has no `encoding`, `elapsed`, `iter_content` …: each raises
AttributeError. It has `content`, but that is a stream: bytes methods, `json.loads` and files do not take it.

Bad:
    async with session.get(url) as response:
        print(response.status_code)
Good:
    async with session.get(url) as response:
        print(response.status)
Fix: safe: `status_code` becomes `status`, `content` becomes `await response.read()` where nothing takes text alone,
    `encoding` becomes `get_encoding()` where the body was read before (it raises RuntimeError where the charset is
    to be guessed from a body that was not read); suggested: the read where `content` is a statement of its own, or
    awaited; the rest is words.
Silent: objects of other libraries, of subclasses and wrappers; behind `hasattr`; an attribute that the file sets
    itself, or that some aiohttp from 3.8 on has.
"""

from __future__ import annotations

from flake8_aiohttp.aiohttp_model import versions
from flake8_aiohttp.aiohttp_model.lookalikes import ATTRIBUTES, BYTES_METHODS, STREAM_LOOKALIKES
from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.analysis.facts.consumers import Fit, ValueType
from flake8_aiohttp.analysis.journal.entries import Role, Usage, Use
from flake8_aiohttp.finding import Applicability, Finding, Fix, Rule
from flake8_aiohttp.rewrite import AwaitRead, CallGetEncoding, RenameAttribute
from flake8_aiohttp.rules.messages import near

rule = Rule("AIO401", "requests-attribute")

_AS_BYTES = frozenset(
    {
        Usage.SUBSCRIPT,
        Usage.ARGUMENT,
        Usage.OPERAND,
        Usage.SEARCHED,
        Usage.COMPARED,
        Usage.FORMATTED,
        Usage.COLLECTED,
    }
)
_BODIES = frozenset({"body", "data", "raw", "bytes"})
"""What other libraries call a body."""

_LACKS = {Usage.CALLED: "cannot be called (TypeError)", Usage.AWAITED: "cannot be awaited (TypeError)"}


@rule.on(Use)
def requests_attribute(use: Use) -> Finding | None:
    """Judge an attribute that aiohttp's response lacks."""
    if use.role is not Role.OBJECT or use.kind is not Kind.RESPONSE or use.member not in ATTRIBUTES:
        return None
    lookalike = ATTRIBUTES[use.member]
    remedy = lookalike.remedy.format(r=use.receiver)
    message = f"`{use.text}`: an aiohttp response has no `{use.member}` (AttributeError); {lookalike.advice} {remedy}"
    fix = None
    if lookalike.rename:
        fix = Fix(RenameAttribute(lookalike.rename), use.span, use.sureness)
    elif lookalike.call:
        sureness = use.sureness if use.is_read_before else Applicability.SUGGESTED  # else it may raise RuntimeError
        fix = Fix(CallGetEncoding(), use.span, sureness)
    return Finding(rule.code, use.span, message, fix)


@rule.on(Use)
def unknown_attribute(use: Use) -> Finding | None:
    """Judge an attribute that no aiohttp gives a response or session."""
    if use.role is not Role.OBJECT or use.kind not in {Kind.RESPONSE, Kind.SESSION} or not use.member:
        return None
    known = versions.members(use.kind)
    if use.member in known or use.member in ATTRIBUTES or use.member.startswith("_"):
        return None
    if use.sureness is not Applicability.SAFE:
        return None  # timid: perhaps another library's
    message = f"`{use.text}`: an aiohttp {use.kind.value} has no `{use.member}` (AttributeError){_meant(use, known)}"
    return Finding(rule.code, use.span, message)


def _meant(use: Use, known: frozenset[str]) -> str:
    """Say what an unknown name was meant to be, or nothing."""
    if use.kind is Kind.RESPONSE and use.member in _BODIES:
        return f"; write `await {use.receiver}.read()`"
    if use.kind is Kind.RESPONSE and use.member in versions.members(Kind.STREAM):
        return f"; write `{use.receiver}.content.{use.member}`"
    close = near(use.member, known)
    return f"; write `{use.receiver}.{close}`" if close else ""


@rule.on(Use)
def content_as_bytes(use: Use) -> Finding | None:
    """Judge a stream that is taken for bytes."""
    if use.role is not Role.OBJECT or use.kind is not Kind.STREAM or use.member != "content":
        return None
    foreign = [f"has no `{name}` (AttributeError)" for name in use.details if name in STREAM_LOOKALIKES]
    lacks = [*foreign, *(lack for usage, lack in _LACKS.items() if usage in use.usages)]
    if use.usages == {Usage.AWAITED} and use.asynchronous:
        message = f"`{use.text}` is a stream: it {lacks[0]}; write `await {use.receiver}.read()`"
        return Finding(rule.code, use.span, message, Fix(AwaitRead(), use.span, Applicability.SUGGESTED))
    if lacks:
        remedy = f"`async for line in {use.text}`, `.iter_chunked(n)`, or `await {use.receiver}.read()`"
        return Finding(rule.code, use.span, f"`{use.text}` is a stream: it {lacks[0]}; write {remedy}")
    if use.usages == {Usage.DROPPED}:
        message = f"`{use.text}` is a stream: to fetch it reads nothing; write `await {use.receiver}.read()`"
        fix = Fix(AwaitRead(), use.span, Applicability.SUGGESTED) if use.asynchronous else None
        return Finding(rule.code, use.span, message, fix)
    if not use.usages & _AS_BYTES and not (Usage.ATTRIBUTE in use.usages and BYTES_METHODS & set(use.details)):
        return None
    message = f"`{use.text}` is a stream, not bytes; write `await {use.receiver}.read()`"
    is_stream_elsewhere = not use.usages.isdisjoint({Usage.STREAMED, Usage.HANDED_ON})
    fix = None
    if use.asynchronous and not is_stream_elsewhere and use.fit(ValueType.BYTES) <= Fit.UNKNOWN:
        fix = Fix(AwaitRead(), use.span, use.sureness)
    return Finding(rule.code, use.span, message, fix)
