"""What becomes of a value: it is used, kept, handed on, or leaves its function.

Each of these is written into the journal; what is handed to the unseen is known no more.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_aiohttp.aiohttp_model.objects import MEMBERS, Kind
from flake8_aiohttp.aiohttp_model.typestate import Lease
from flake8_aiohttp.analysis.journal import TEXTUAL, Departure, Role, Touch, Usage
from flake8_aiohttp.analysis.state import Typestate, sites_of
from flake8_aiohttp.analysis.values import (
    BodyValue,
    Closure,
    Coroutine,
    Datum,
    Elements,
    Method,
    Site,
    Thing,
    Value,
    parts,
)
from flake8_aiohttp.finding import Span

if TYPE_CHECKING:
    from flake8_aiohttp.analysis.frame import Frame


_BODIED = frozenset({Kind.RESPONSE, Kind.STREAM, Kind.SERVER_REQUEST})
_PENDING = frozenset({Kind.REQUEST, Kind.SOCKET_REQUEST, Kind.STANDALONE})


def touch(frame: Frame, thing: Thing, what: Touch) -> None:
    """Write down what became of an object."""
    frame.engine.journal.touch(thing.site.span, what)


def use(frame: Frame, value: Value, usage: Usage | None, detail: str = "") -> None:
    """Write down a use of a value whose uses are of interest; None says that it was made."""
    if frame.muted:
        return
    journal = frame.engine.journal
    match value:
        case Coroutine(owner=owner, name=name, span=span, text=text):
            role = Role.BODY if value.operation is not None and owner.kind in _BODIED else Role.CALL
            receiver = text.rpartition(f".{name}")[0]
        case Method(owner=owner, name=name, span=span, text=text):
            if owner.kind not in _BODIED or MEMBERS[owner.kind][name].operation is None:
                return
            role, receiver = Role.METHOD, text.rpartition(".")[0]
        case Datum(owner=owner, name=name, span=span, text=text, kind=Kind.STREAM | Kind.URL | Kind.CHUNKS):
            role, receiver = Role.OBJECT, text.rpartition(".")[0]
        case BodyValue(name="text") if usage in TEXTUAL:
            use_text(frame, value, usage)
            return
        case Thing(kind=Kind.REQUEST | Kind.SOCKET_REQUEST | Kind.STANDALONE):
            assert usage is not None
            use_request(frame, value, usage, detail)
            return
        case _:
            return
    kind = value.kind if isinstance(value, Datum) and value.kind else owner.kind
    journal.use(
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
    frame.engine.journal.use(
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


def use_request(frame: Frame, thing: Thing, usage: Usage, detail: str = "") -> None:
    """Write down a use of a request that was not awaited."""
    made = frame.engine.requests.made.get(thing.site.span)
    if made is None or frame.muted:
        return
    if usage is Usage.HANDED_ON:
        touch(frame, thing, Touch.HANDED_ON)
    helper = None if made.asynchronous else _calling(frame, thing.site)
    frame.engine.journal.use(
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
    for one in value.values if isinstance(value, Elements) else (value,):
        if isinstance(one, Thing) and one.kind in _PENDING:
            use(frame, one, Usage.HANDED_ON)


def escape(frame: Frame, value: Value) -> None:
    """Hand a value on to what cannot be seen: nothing is known of it any more."""
    if value is None:
        return
    _hand_on(frame, value)
    frame.world.forget(value)


def keep(frame: Frame, value: Value) -> None:
    """Store a value where others may find it; what is known of it stays known here."""
    _hand_on(frame, value)


def lose(frame: Frame, value: Value) -> None:
    """Lose sight of a value: whatever became of it, nothing is said of it."""
    with frame.staying():
        _hand_on(frame, value)


def abandon(frame: Frame) -> None:
    """Give up the world at hand: the coroutines that were kept beyond their blocks are not awaited any more."""
    for value in frame.world.places.values():
        for held in (value, *parts(value)):
            if isinstance(held, Coroutine) and _has_left(frame, held.owner.site):
                use(frame, held, Usage.HANDED_ON)


def _has_left(frame: Frame, site: Site) -> bool:
    typestate = frame.world.sites.get(site)
    return typestate is not None and typestate.lease is Lease.EXITED


def _hand_on(frame: Frame, value: Value) -> None:
    match value:
        case Coroutine() | Method():
            use(frame, value, Usage.HANDED_ON)
            if isinstance(value, Coroutine) and value.name == "close":
                touch(frame, value.owner, Touch.RELEASED)
            touch(frame, value.owner, Touch.HANDED_ON)
        case Thing():
            if value.kind in _PENDING:
                use(frame, value, Usage.HANDED_ON)
            if not frame.stays:
                _depart_late(frame, value)
            touch(frame, value, Touch.HANDED_ON)
        case Datum(kind=Kind.STREAM):
            use(frame, value, Usage.HANDED_ON)
            touch(frame, value.owner, Touch.HANDED_ON)
        case Closure(node=node):
            frame.engine.capture(frame, node)
    for part in parts(value):
        _hand_on(frame, part)


def _depart_late(frame: Frame, thing: Thing) -> None:
    """Note that a response which came too late out of a function of this file goes on to the unseen."""
    typestate = frame.world.sites.get(thing.site)
    if typestate is not None and typestate.departed is not None:
        depart(frame, thing.site, typestate, read_by_caller=True)


def depart(
    frame: Frame, site: Site, typestate: Typestate, *, read_by_caller: bool | None, read: Span | None = None
) -> None:
    """Write down that a response left its function after its block or session had ended."""
    if frame.muted or typestate.departed is None:
        return
    text = frame.engine.departures.get(typestate.departed, "the response")
    engine = frame.engine
    departure = Departure(
        typestate.departed, text, typestate, site.span, frame.function, read_by_caller, engine.landmarks, read
    )
    engine.journal.depart(departure)


def touch_owner(frame: Frame, value: Coroutine | Method) -> None:
    """Write down that a member of an object was handed on."""
    touch(frame, value.owner, Touch.HANDED_ON)


def held_sites(frame: Frame, value: Value) -> list[Site]:
    """Give the responses in a value that are held in a block of their own."""
    sites = frame.world.sites
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
    frame.engine.journal.use(
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
