"""What becomes of a value: it is used, kept, handed on, or leaves its function.

Each of these is written into the journal; what is handed to the unseen is known no more.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_aiohttp.aiohttp_model.objects import MEMBERS, Kind
from flake8_aiohttp.aiohttp_model.typestate import Lease
from flake8_aiohttp.analysis.domain.state import Typestate, sites_of
from flake8_aiohttp.analysis.domain.values import (
    AbstractObject,
    BodyValue,
    BoundMethod,
    Closure,
    Coroutine,
    MemberValue,
    SequenceValue,
    Site,
    Value,
    parts,
)
from flake8_aiohttp.analysis.journal.recorder import TEXTUAL, Escape, LifecycleEvent, Role, Usage
from flake8_aiohttp.finding import Span

if TYPE_CHECKING:
    from flake8_aiohttp.analysis.interpreter.frame import Frame


_BODIED = frozenset({Kind.RESPONSE, Kind.STREAM, Kind.SERVER_REQUEST})
_PENDING = frozenset({Kind.REQUEST, Kind.SOCKET_REQUEST, Kind.STANDALONE})


def note_event(frame: Frame, thing: AbstractObject, what: LifecycleEvent) -> None:
    """Write down what became of an object."""
    frame.engine.recorder.note_event(thing.site.span, what)


def use(frame: Frame, value: Value, usage: Usage | None, detail: str = "") -> None:
    """Write down a use of a value whose uses are of interest; None says that it was made."""
    if frame.muted:
        return
    recorder = frame.engine.recorder
    match value:
        case Coroutine(owner=owner, name=name, span=span, text=text):
            role = Role.BODY if value.operation is not None and owner.kind in _BODIED else Role.CALL
            receiver = text.rpartition(f".{name}")[0]
        case BoundMethod(owner=owner, name=name, span=span, text=text):
            if owner.kind not in _BODIED or MEMBERS[owner.kind][name].operation is None:
                return
            role, receiver = Role.METHOD, text.rpartition(".")[0]
        case MemberValue(owner=owner, name=name, span=span, text=text, kind=Kind.STREAM | Kind.URL | Kind.CHUNKS):
            role, receiver = Role.OBJECT, text.rpartition(".")[0]
        case BodyValue(name="text") if usage in TEXTUAL:
            use_text(frame, value, usage)
            return
        case AbstractObject(kind=Kind.REQUEST | Kind.SOCKET_REQUEST | Kind.STANDALONE):
            assert usage is not None
            use_request(frame, value, usage, detail)
            return
        case _:
            return
    kind = value.kind if isinstance(value, MemberValue) and value.kind else owner.kind
    recorder.use(
        role,
        span,
        usage,
        text=text,
        kind=kind,
        receiver=receiver,
        member=name,
        asynchronous=frame.asynchronous,
        detail=detail,
    )


def note(
    frame: Frame,
    node: ast.expr | ast.keyword,
    role: Role,
    usage: Usage,
    kind: Kind,
    *,
    receiver: str = "",
    member: str = "",
    detail: str = "",
) -> None:
    """Write down a use that shows at `node` itself; without a `receiver` of its own, `node` is that, too."""
    if frame.muted:
        return
    text = frame.engine.source.excerpt(node)
    frame.engine.recorder.use(
        role,
        frame.engine.source.span(node),
        usage,
        text=text,
        kind=kind,
        receiver=receiver or text,
        member=member,
        asynchronous=frame.asynchronous,
        detail=detail,
    )


def use_request(frame: Frame, thing: AbstractObject, usage: Usage, detail: str = "") -> None:
    """Write down a use of a request that was not awaited."""
    made = frame.engine.requests.made.get(thing.site.span)
    if made is None or frame.muted:
        return
    if usage is Usage.HANDED_ON:
        note_event(frame, thing, LifecycleEvent.HANDED_ON)
    helper = None if made.asynchronous else _calling(frame, thing.site)
    frame.engine.recorder.use(
        Role.REQUEST,
        helper or thing.site.span,
        usage,
        text=frame.engine.calls[helper] if helper else made.text,
        kind=thing.kind,
        receiver=made.receiver,
        member=made.verb,
        asynchronous=frame.asynchronous if helper else made.asynchronous,
        detail=detail,
    )


def _calling(frame: Frame, site: Site) -> Span | None:
    """Give the call of a plain function by which the function at hand came by what was made there."""
    depth = len(frame.context)
    return site.context[depth] if len(site.context) > depth and site.context[:depth] == frame.context else None


def hand_on_requests(frame: Frame, value: Value) -> None:
    """Give requests to `gather`: whoever gets its results looks after the responses."""
    for one in value.values if isinstance(value, SequenceValue) else (value,):
        if isinstance(one, AbstractObject) and one.kind in _PENDING:
            use(frame, one, Usage.HANDED_ON)


def escape(frame: Frame, value: Value) -> None:
    """Hand a value on to what cannot be seen: nothing is known of it any more."""
    if value is None:
        return
    _hand_on(frame, value)
    frame.state.havoc(value)


def publish(frame: Frame, value: Value) -> None:
    """Store a value where others may find it; what is known of it stays known here."""
    _hand_on(frame, value)


def untrack(frame: Frame, value: Value) -> None:
    """Lose sight of a value: whatever became of it, nothing is said of it."""
    with frame.without_escapes():
        _hand_on(frame, value)


def drop_pending(frame: Frame) -> None:
    """Give up the state at hand: the coroutines that were kept beyond their blocks are not awaited any more."""
    for value in frame.state.store.values():
        for held in (value, *parts(value)):
            if isinstance(held, Coroutine) and _has_left(frame, held.owner.site):
                use(frame, held, Usage.HANDED_ON)


def _has_left(frame: Frame, site: Site) -> bool:
    typestate = frame.state.sites.get(site)
    return typestate is not None and typestate.lease is Lease.EXITED


def _hand_on(frame: Frame, value: Value) -> None:
    match value:
        case Coroutine() | BoundMethod():
            use(frame, value, Usage.HANDED_ON)
            if isinstance(value, Coroutine) and value.name == "close":
                note_event(frame, value.owner, LifecycleEvent.RELEASED)
            note_event(frame, value.owner, LifecycleEvent.HANDED_ON)
        case AbstractObject():
            if value.kind in _PENDING:
                use(frame, value, Usage.HANDED_ON)
            if not frame.ignores_escapes:
                _depart_late(frame, value)
            note_event(frame, value, LifecycleEvent.HANDED_ON)
        case MemberValue(kind=Kind.STREAM):
            use(frame, value, Usage.HANDED_ON)
            note_event(frame, value.owner, LifecycleEvent.HANDED_ON)
        case Closure(node=node):
            frame.engine.capture(frame, node)
    for part in parts(value):
        _hand_on(frame, part)


def _depart_late(frame: Frame, thing: AbstractObject) -> None:
    """Note that a response which came too late out of a function of this file goes on to the unseen."""
    typestate = frame.state.sites.get(thing.site)
    if typestate is not None and typestate.escaped is not None:
        record_escape(frame, thing.site, typestate, read_by_caller=True)


def record_escape(
    frame: Frame, site: Site, typestate: Typestate, *, read_by_caller: bool | None, read: Span | None = None
) -> None:
    """Write down that a response left its function after its block or session had ended."""
    if frame.muted or typestate.escaped is None:
        return
    text = frame.engine.escapes.get(typestate.escaped, "the response")
    engine = frame.engine
    departure = Escape(
        typestate.escaped, text, typestate, site.span, frame.function, read_by_caller, engine.provenance, read
    )
    engine.recorder.record_escape(departure)


def note_owner_event(frame: Frame, value: Coroutine | BoundMethod) -> None:
    """Write down that a member of an object was handed on."""
    note_event(frame, value.owner, LifecycleEvent.HANDED_ON)


def held_sites(frame: Frame, value: Value) -> list[Site]:
    """Give the responses in a value that are held in a block of their own."""
    sites = frame.state.sites
    return [s for s in sites_of(value) if s in sites and sites[s].lease is Lease.HELD and sites[s].block]


def all_sites(value: Value) -> list[Site]:
    """Give the sites that a value leads to."""
    return list(sites_of(value))


def sink(frame: Frame, body: BodyValue, why: str) -> None:
    """Write down that a body went into what takes bytes of a binary file."""
    if body.name == "text":
        use_text(frame, body, Usage.SINK, why)


def use_text(frame: Frame, body: BodyValue, usage: Usage, detail: str = "") -> None:
    """Write down a use of a text, or of the bytes that it was encoded to."""
    if frame.muted:
        return
    frame.engine.recorder.use(
        Role.TEXT,
        body.span,
        usage,
        text="",
        kind=Kind.RESPONSE,
        receiver="",
        member=body.name,
        asynchronous=frame.asynchronous,
        detail=detail,
    )
