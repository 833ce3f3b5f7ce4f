"""What a program does to aiohttp's objects: fetch a member, call it, await it, hand the object on.

What goes wrong is looked up in the typestate's rows; what happened is written into the journal.
"""

from __future__ import annotations

import ast
import dataclasses
from typing import TYPE_CHECKING

from flake8_aiohttp.aiohttp_model.lookalikes import ATTRIBUTES
from flake8_aiohttp.aiohttp_model.objects import MEMBERS, Calling, Effect, Kind, Member, stream_operation
from flake8_aiohttp.aiohttp_model.typestate import Body, Fault, Lease, Operation
from flake8_aiohttp.analysis.conditions import Condition
from flake8_aiohttp.analysis.journal import Departure, Read, Role, Touch, Usage, visit_of
from flake8_aiohttp.analysis.state import Typestate, sites_of
from flake8_aiohttp.analysis.values import (
    BodyValue,
    Call,
    Closure,
    Constant,
    Coroutine,
    Datum,
    Elements,
    Gathering,
    Instance,
    Mapping,
    Method,
    Site,
    Task,
    Thing,
    Value,
)
from flake8_aiohttp.finding import Span

if TYPE_CHECKING:
    from flake8_aiohttp.analysis.frame import Frame

_BODIED = frozenset({Kind.RESPONSE, Kind.STREAM, Kind.SERVER_REQUEST})
_PENDING = frozenset({Kind.REQUEST, Kind.SOCKET_REQUEST, Kind.STANDALONE})
_CHECKS = frozenset({"status", "ok", "raise_for_status", "reason"})


def fetch(frame: Frame, node: ast.Attribute, owner: Thing) -> Value:
    """Fetch a member of an aiohttp object."""
    name = node.attr
    if owner.kind in _PENDING:
        use_request(frame, owner, Usage.ATTRIBUTE, name)
        return None
    member = MEMBERS[owner.kind].get(name)
    source = frame.engine.source
    if member is None:
        if name not in ATTRIBUTES and frame.engine.requests.is_unsure(owner):
            touch(frame, owner, Touch.HANDED_ON)  # it is no plain response, whatever else it is
        _note_attribute(frame, node, owner)
        return None
    if name in _CHECKS:
        touch(frame, owner, Touch.CHECKED)
    if member.operation is not None or member.gives is Kind.STREAM:
        touch(frame, owner, Touch.ASKED)
    if member.calling is Calling.VALUE:
        if member.gives is not None:
            frame.engine.fetched[source.span(node)] = node
        return Datum(owner, name, source.span(node), source.excerpt(node), member.gives)
    return Method(owner, name, source.span(node), source.excerpt(node))


def fetch_quietly(frame: Frame, node: ast.Attribute, owner: Thing) -> Value:
    """Fetch a member of an aiohttp object where it has one of that name."""
    return fetch(frame, node, owner) if node.attr in MEMBERS[owner.kind] else None


def _note_attribute(frame: Frame, node: ast.Attribute, owner: Thing) -> None:
    """Write down that a name was asked of an object that aiohttp does not give it."""
    source = frame.engine.source
    own_class = owner.subclass is not None or frame.engine.says("response_class")
    if frame.muted or own_class or isinstance(node.ctx, ast.Store):
        return
    frame.engine.journal.use(
        Role.OBJECT,
        source.span(node),
        Usage.ATTRIBUTE,
        text=source.excerpt(node),
        kind=owner.kind,
        receiver=source.excerpt(node.value),
        member=node.attr,
        asynchronous=frame.asynchronous,
    )


def call(frame: Frame, node: ast.Call, method: Method) -> Value:
    """Call a bound method of an aiohttp object."""
    owner, name = method.owner, method.name
    frame.world.forget_volatile(method.text.rpartition(".")[0])
    member = MEMBERS[owner.kind][name]
    span, source = frame.engine.source.span(node), frame.engine.source
    use(frame, method, Usage.CALLED)
    if member.calling is Calling.REQUEST:
        return frame.engine.requests.open(frame, node, owner, name)
    if member.calling is Calling.SYNC:
        return _call_plain(frame, node, owner, name, member)
    typestate = frame.world.sites.get(owner.site)
    operation = member.operation
    if operation is Operation.DRAIN:
        operation = stream_operation(name, whole=_is_whole(node))
    if member.effect is Effect.CLOSE:
        touch(frame, owner, Touch.ASKED)
    lenient = any(keyword.arg == "content_type" for keyword in node.keywords)
    coroutine = Coroutine(
        owner, name, span, source.excerpt(node), operation, typestate.lease if typestate else None, lenient
    )
    use(frame, coroutine, None)
    return coroutine


def _is_whole(node: ast.Call) -> bool:
    sizes = [*node.args, *(keyword.value for keyword in node.keywords)]
    return all(isinstance(size, ast.UnaryOp) for size in sizes)


def _call_plain(frame: Frame, node: ast.Call, owner: Thing, name: str, member: Member) -> Value:
    line = node.lineno
    if member.effect is Effect.RELEASE:
        release(frame, owner, line, f"{name}()")
    elif member.effect is Effect.CHECK:
        _check(frame, node, owner)
    elif member.effect is Effect.CLOSE:
        touch(frame, owner, Touch.RELEASED)
    if member.gives is not None:
        frame.engine.fetched[frame.engine.source.span(node)] = node
        return Datum(owner, name, frame.engine.source.span(node), frame.engine.source.excerpt(node), member.gives)
    if name == "release":
        return None  # 3.x: `await response.release()` is allowed
    return Datum(owner, f"{name}()", frame.engine.source.span(node), frame.engine.source.excerpt(node))


def release(frame: Frame, owner: Thing, line: int, by: str) -> None:
    """Give the connection of a response back."""
    touch(frame, owner, Touch.RELEASED)
    typestate = frame.world.sites.get(owner.site)
    if typestate is not None:
        frame.world.sites[owner.site] = typestate.ending(Lease.RELEASED, line, by)


def _check(frame: Frame, node: ast.Call, owner: Thing) -> None:
    """Run `raise_for_status()`: where it fails it releases the response first, but for `async with session.get()`.

    Measured: aio-libs/aiohttp#9239 (3.10.6) mended the session's blocks, not that of `aiohttp.request()`.
    """
    typestate = frame.world.sites.get(owner.site)
    if typestate is not None and frame.handlers:
        kept = typestate
        if not typestate.block or typestate.session == owner.site:
            typestate = typestate.ending(Lease.RELEASED, node.lineno, "a failing raise_for_status()")
        frame.world.sites[owner.site] = typestate
        frame.may_raise("aiohttp.ClientResponseError", plain=True)
        frame.world.sites[owner.site] = kept
    assert isinstance(node.func, ast.Attribute)
    subject = f"{ast.unparse(node.func.value)}.status"
    names = frozenset({subject, *(n.id for n in ast.walk(node.func.value) if isinstance(n, ast.Name))})
    if not frame.world.assume(Condition(subject, "<", 400, names)):
        frame.fail("aiohttp.ClientResponseError")


def touch(frame: Frame, thing: Thing, what: Touch) -> None:
    """Write down what became of an object."""
    frame.engine.journal.touch(thing.site.span, what)


# Using values


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
        case Thing(kind=Kind.REQUEST | Kind.SOCKET_REQUEST | Kind.STANDALONE):
            if usage is not None:
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


def use_request(frame: Frame, thing: Thing, usage: Usage, detail: str = "") -> None:
    """Write down a use of a request that was not awaited."""
    made = frame.engine.requests.made.get(thing.site.span)
    if made is None or frame.muted:
        return
    if usage is Usage.HANDED_ON:
        touch(frame, thing, Touch.HANDED_ON)
    frame.engine.journal.use(
        Role.REQUEST,
        thing.site.span,
        usage,
        text=made.text,
        kind=thing.kind,
        receiver=made.receiver,
        member=made.verb,
        asynchronous=made.asynchronous,
        detail=detail,
    )


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
            touch(frame, value.owner, Touch.HANDED_ON)
        case Elements(values=values):
            for element in values:
                _hand_on(frame, element)
        case Mapping(pairs=pairs):
            for _, element in pairs:
                _hand_on(frame, element)
        case Gathering(elements=elements):
            _hand_on(frame, elements)
        case Task(inner=inner):
            _hand_on(frame, inner)
        case Call(arguments=arguments) | Instance(fields=arguments):
            for _, argument in arguments:
                _hand_on(frame, argument)
        case Closure(node=node):
            frame.engine.capture(frame, node)


def _depart_late(frame: Frame, thing: Thing) -> None:
    """Note that a response which came too late out of a function of this file goes on to the unseen."""
    typestate = frame.world.sites.get(thing.site)
    if typestate is not None and typestate.departed is not None:
        depart(frame, thing.site, typestate, read_by_caller=True)


def depart(frame: Frame, site: Site, typestate: Typestate, *, read_by_caller: bool | None) -> None:
    """Write down that a response left its function after its block or session had ended."""
    if frame.muted or typestate.departed is None:
        return
    text = frame.engine.departures.get(typestate.departed, "the response")
    departure = Departure(typestate.departed, text, typestate, site.span, frame.function, read_by_caller)
    frame.engine.journal.depart(departure)


# Reading


def perform(frame: Frame, node: ast.expr, coroutine: Coroutine, *, deferred: bool = False) -> None:
    """Do what an awaited coroutine does to its body; a faulty read ends the world where aiohttp raises."""
    owner, operation = coroutine.owner, coroutine.operation
    assert operation is not None
    frame.engine.journal.touch(owner.site.span, Touch.READ, coroutine.span)
    typestate = frame.world.sites.get(owner.site)
    if typestate is None:
        frame.may_raise()
        return
    fault = typestate.fault(operation)
    if fault is not None and typestate.departed is not None:
        depart(frame, owner.site, typestate, read_by_caller=True)
        del frame.world.sites[owner.site]
        return
    _write_read(frame, node, coroutine, typestate, fault, deferred=deferred)
    if fault is not None and fault.raises:
        frame.fail("aiohttp.ClientConnectionError")
    if not owner.site.many:
        frame.world.sites[owner.site] = typestate.after(operation, node.lineno)
    frame.may_raise()


def _write_read(
    frame: Frame,
    node: ast.expr,
    coroutine: Coroutine,
    typestate: Typestate,
    fault: Fault | None,
    *,
    deferred: bool,
) -> None:
    if frame.muted:
        return
    site, operation = coroutine.owner.site, coroutine.operation
    assert operation is not None
    born_inside = coroutine.born is Lease.HELD and coroutine.span != _awaited(frame, node)
    deferred = deferred or len(frame.context) < len(site.context)
    visit = visit_of(
        frame.world, typestate, fault, site.span, frame.context, born_inside=born_inside, deferred=deferred
    )
    receiver = coroutine.text.rpartition(f".{coroutine.name}")[0] or coroutine.text
    read = Read(
        coroutine.span, coroutine.text, receiver, coroutine.name, coroutine.owner.kind, operation, (),
        frame.asynchronous, coroutine.lenient,
    )  # fmt: skip
    depth = len(site.context)
    if len(frame.context) > depth and not site.many:
        through = frame.context[depth]
        read = dataclasses.replace(read, span=through, text=frame.engine.calls.get(through, read.text), through=True)
    frame.engine.journal.read(read, visit)


def write_late(frame: Frame, coroutine: Coroutine) -> None:
    """Write down that a coroutine leaves its function: awaited there, it may come too late."""
    typestate = frame.world.sites.get(coroutine.owner.site)
    assert coroutine.operation is not None
    fault = typestate.fault(coroutine.operation) if typestate is not None else None
    if typestate is None or fault is None or frame.muted:
        return
    born_inside = coroutine.born is Lease.HELD
    visit = visit_of(frame.world, typestate, fault, coroutine.owner.site.span, frame.context, born_inside=born_inside)
    receiver = coroutine.text.rpartition(f".{coroutine.name}")[0] or coroutine.text
    read = Read(
        coroutine.span, coroutine.text, receiver, coroutine.name, coroutine.owner.kind, coroutine.operation, (),
        frame.asynchronous, coroutine.lenient, returned=True,
    )  # fmt: skip
    frame.engine.journal.read(read, visit)


def touch_owner(frame: Frame, value: Coroutine | Method) -> None:
    """Write down that a member of an object was handed on."""
    touch(frame, value.owner, Touch.HANDED_ON)


def show(frame: Frame, node: ast.expr | None) -> None:
    """Show a value as text, as a failing `assert` does."""
    if node is not None:
        use(frame, frame.evaluate(node), Usage.FORMATTED, "a message")


def _awaited(frame: Frame, node: ast.expr) -> Span:
    inner = node.value if isinstance(node, ast.Await) else node
    return frame.engine.source.span(inner)


def run(frame: Frame, node: ast.expr, coroutine: Coroutine) -> Value:
    """Run a coroutine of aiohttp to its end."""
    use(frame, coroutine, Usage.AWAITED)
    member = MEMBERS[coroutine.owner.kind][coroutine.name]
    if coroutine.operation is not None:
        perform(frame, node, coroutine)
        stream = coroutine.owner.site if coroutine.owner.kind is Kind.STREAM else None
        return BodyValue(coroutine.name, coroutine.span, stream)
    if member.effect is Effect.CLOSE:
        close_session(frame, coroutine.owner, node.lineno, "close()")
    frame.may_raise()
    return None


def close_session(frame: Frame, session: Thing, line: int, by: str) -> None:
    """Close a session: the responses that still hold a connection are orphaned."""
    touch(frame, session, Touch.RELEASED)
    world = frame.world
    for site, typestate in world.sites.items():
        if typestate.session == session.site and typestate.lease is Lease.HELD:
            world.sites[site] = typestate.ending(Lease.ORPHANED, line, by)


def leave_block(frame: Frame, site: Site, line: int) -> None:
    """Leave the block of a response: its connection is given back."""
    typestate = frame.world.sites.get(site)
    if typestate is not None:
        frame.world.sites[site] = typestate.ending(Lease.EXITED, line)


def await_(frame: Frame, node: ast.Await, value: Value) -> Value:
    """Await what is no call of this file: a coroutine, a request, or what is no awaitable at all."""
    match value:
        case Coroutine():
            return run(frame, node, value)
        case Thing(kind=Kind.REQUEST, site=site):
            use_request(frame, value, Usage.AWAITED)
            frame.engine.requests.awaited(frame, node, site)
            frame.may_raise()
            return Thing(Kind.RESPONSE, site, value.subclass)
        case Thing(kind=Kind.SOCKET_REQUEST, site=site):
            use_request(frame, value, Usage.AWAITED)
            frame.may_raise()
            return Thing(Kind.SOCKET, site)
        case Datum(kind=Kind.STREAM):
            use(frame, value, Usage.CALLED)
            return None
        case Thing(kind=Kind.RESPONSE | Kind.STANDALONE) | Datum() | BodyValue():
            _await_needlessly(frame, node, value)
            return None if isinstance(value, Thing) and value.kind is Kind.STANDALONE else value
        case Method():
            use(frame, value, Usage.AWAITED)
            return BodyValue(value.name, value.span) if value.owner.kind in _BODIED else None
    return None


def _await_needlessly(frame: Frame, node: ast.Await, value: Thing | Datum | BodyValue) -> None:
    """Write down the await of what is no awaitable."""
    if frame.muted or (isinstance(value, Thing) and value.subclass is not None):
        return
    source = frame.engine.source
    if isinstance(value, Thing):
        kind, member = value.kind, ""
    elif isinstance(value, Datum):
        kind, member = value.owner.kind, value.name
    else:
        kind, member = Kind.RESPONSE, f"await {value.name}()"
    frame.engine.journal.use(
        Role.AWAITED,
        source.span(node),
        Usage.AWAITED,
        text=source.excerpt(node.value),
        kind=kind,
        receiver=source.excerpt(node.value),
        member=member,
        asynchronous=frame.asynchronous,
    )


def held_sites(frame: Frame, value: Value) -> list[Site]:
    """Give the responses in a value that are held in a block of their own."""
    sites = frame.world.sites
    return [s for s in sites_of(value) if s in sites and sites[s].lease is Lease.HELD and sites[s].block]


def body_is(frame: Frame, thing: Thing, body: Body) -> bool:
    """Whether the body of an object is in this state in the world at hand."""
    typestate = frame.world.sites.get(thing.site)
    return typestate is not None and typestate.body is body


def literal(value: Value) -> object:
    """Give the constant that a value is, or the value itself."""
    return value.value if isinstance(value, Constant) else value


def all_sites(value: Value) -> list[Site]:
    """Give the sites that a value leads to."""
    return list(sites_of(value))
