"""Reading a body, and giving its connection back: what goes wrong is looked up in the typestate's rows."""

from __future__ import annotations

import ast
import dataclasses
from typing import TYPE_CHECKING

from flake8_aiohttp.aiohttp_model.objects import MEMBERS, SHY, Effect, Kind
from flake8_aiohttp.aiohttp_model.typestate import Body, Fault, Lease, Operation
from flake8_aiohttp.analysis.domain.state import Typestate
from flake8_aiohttp.analysis.domain.values import (
    AbstractObject,
    BodyValue,
    BoundMethod,
    Coroutine,
    MemberValue,
    Site,
    Value,
)
from flake8_aiohttp.analysis.journal.recorder import LifecycleEvent, Read, Role, Usage, reaching_state
from flake8_aiohttp.analysis.transfer import escapes
from flake8_aiohttp.finding import Span

if TYPE_CHECKING:
    from flake8_aiohttp.analysis.interpreter.frame import Frame

_BODIED = frozenset({Kind.RESPONSE, Kind.STREAM, Kind.SERVER_REQUEST})


def perform(frame: Frame, node: ast.expr, coroutine: Coroutine) -> None:
    """Do what an awaited coroutine does to its body; a faulty read ends the state where aiohttp raises."""
    owner, operation = coroutine.owner, coroutine.operation
    assert operation is not None
    frame.engine.recorder.note_event(owner.site.span, LifecycleEvent.READ, coroutine.span)
    typestate = frame.state.sites.get(owner.site)
    if typestate is None:
        frame.may_raise()
        return
    fault = typestate.fault(operation)
    if fault is not None and typestate.escaped is not None:
        escapes.record_escape(frame, owner.site, typestate, read_by_caller=True, read=coroutine.span)
        del frame.state.sites[owner.site]
        return
    _write_read(frame, node, coroutine, typestate, fault)
    if fault is not None and fault.raises:
        escapes.drop_pending(frame)
        frame.fail("aiohttp.ClientConnectionError")
    if coroutine.name in SHY:
        frame.may_raise()
    if not owner.site.is_summary:
        frame.state.sites[owner.site] = typestate.after(operation, node.lineno)
    if coroutine.name == "json":
        frame.may_raise("json()", explicit=True)
    if coroutine.name not in SHY:
        frame.may_raise()


def _write_read(
    frame: Frame,
    node: ast.expr,
    coroutine: Coroutine,
    typestate: Typestate,
    fault: Fault | None,
) -> None:
    if frame.muted:
        return
    site, operation = coroutine.owner.site, coroutine.operation
    assert operation is not None
    awaited = _awaited(frame, node)
    born_inside = coroutine.born is Lease.HELD and coroutine.span != awaited
    reaching = reaching_state(
        frame.state, typestate, fault, site.span, frame.context, born_inside=born_inside,
        deferred=len(frame.context) < len(site.context), awaited=awaited if born_inside and fault else None,
    )  # fmt: skip
    receiver = coroutine.text.rpartition(f".{coroutine.name}")[0] or coroutine.text
    read = Read(
        coroutine.span, coroutine.text, receiver, coroutine.name, coroutine.owner.kind, operation, (),
        frame.asynchronous, coroutine.lenient, frame.engine.provenance,
        awaited_by_name=_is_named(node) and site.span not in site.context,
    )  # fmt: skip
    depth = len(site.context)
    if len(frame.context) > depth and not site.is_summary:
        through = frame.context[depth]
        text = frame.engine.calls.get(through, read.text)
        read = dataclasses.replace(read, span=through, text=text, through=True, inside=coroutine.span)
    frame.engine.recorder.read(read, reaching)


def _when_empty(coroutine: Coroutine) -> Body | None:
    """Say what an empty result shows: the stream is at its end, or the body has no bytes at all."""
    if coroutine.operation is Operation.TAP:
        return Body.DRAINED
    return None if coroutine.name == "json" else Body.ABSENT


def _is_named(node: ast.expr) -> bool:
    return isinstance(node, ast.Await) and isinstance(node.value, ast.Name)


def write_late(frame: Frame, coroutine: Coroutine) -> None:
    """Write down that a coroutine leaves its function: awaited there, it may come too late."""
    typestate = frame.state.sites.get(coroutine.owner.site)
    assert coroutine.operation is not None
    fault = typestate.fault(coroutine.operation) if typestate is not None else None
    if typestate is None or fault is None or frame.muted:
        return
    escapes.use(frame, coroutine, Usage.LATE)
    born_inside = coroutine.born is Lease.HELD
    reaching = reaching_state(
        frame.state, typestate, fault, coroutine.owner.site.span, frame.context, born_inside=born_inside
    )
    receiver = coroutine.text.rpartition(f".{coroutine.name}")[0] or coroutine.text
    read = Read(
        coroutine.span, coroutine.text, receiver, coroutine.name, coroutine.owner.kind, coroutine.operation, (),
        frame.asynchronous, coroutine.lenient, frame.engine.provenance, returned=True,
    )  # fmt: skip
    frame.engine.recorder.read(read, reaching)


def _awaited(frame: Frame, node: ast.expr) -> Span:
    inner = node.value if isinstance(node, ast.Await) else node
    return frame.engine.source.span(inner)


def run(frame: Frame, node: ast.expr, coroutine: Coroutine) -> Value:
    """Run a coroutine of aiohttp to its end."""
    escapes.use(frame, coroutine, Usage.AWAITED)
    member = MEMBERS[coroutine.owner.kind][coroutine.name]
    if coroutine.operation is not None:
        perform(frame, node, coroutine)
        if member.gives is not None:
            return AbstractObject(member.gives, Site(coroutine.span, frame.context))
        return BodyValue(coroutine.name, coroutine.span, coroutine.owner.site, _when_empty(coroutine))
    if member.effect is Effect.CLOSE:
        close_session(frame, coroutine.owner, node.lineno, "close()")
    frame.may_raise()
    return None


def release(frame: Frame, owner: AbstractObject, line: int, by: str) -> None:
    """Give the connection of a response back."""
    escapes.note_event(frame, owner, LifecycleEvent.RELEASED)
    typestate = frame.state.sites.get(owner.site)
    if typestate is not None:
        frame.state.sites[owner.site] = typestate.ending(Lease.RELEASED, line, by)


def close_session(frame: Frame, session: AbstractObject, line: int, by: str) -> None:
    """Close a session: the responses that still hold a connection are orphaned."""
    escapes.note_event(frame, session, LifecycleEvent.RELEASED)
    state = frame.state
    for site, typestate in state.sites.items():
        if typestate.session == session.site and typestate.lease is Lease.HELD:
            state.sites[site] = typestate.ending(Lease.ORPHANED, line, by)


def leave_block(frame: Frame, site: Site, line: int) -> None:
    """Leave the block of a response: its connection is given back."""
    typestate = frame.state.sites.get(site)
    if typestate is not None:
        frame.state.sites[site] = typestate.ending(Lease.EXITED, line)


def await_(frame: Frame, node: ast.expr, value: Value) -> Value:
    """Await what is no call of this file: a coroutine, a request, or what is no awaitable at all."""
    match value:
        case Coroutine():
            return run(frame, node, value)
        case AbstractObject(kind=Kind.REQUEST, site=site):
            escapes.use_request(frame, value, Usage.AWAITED)
            frame.engine.requests.awaited(frame, node, site)
            frame.may_raise()
            return AbstractObject(Kind.RESPONSE, site, value.subclass)
        case AbstractObject(kind=Kind.SOCKET_REQUEST, site=site):
            escapes.use_request(frame, value, Usage.AWAITED)
            frame.may_raise()
            return AbstractObject(Kind.SOCKET, site)
        case MemberValue(kind=Kind.STREAM):
            escapes.use(frame, value, Usage.AWAITED)
            return None
        case AbstractObject(kind=Kind.RESPONSE | Kind.STANDALONE) | MemberValue() | BodyValue():
            _await_needlessly(frame, node, value)
            if isinstance(value, AbstractObject):
                frame.state.havoc(value)  # it raises TypeError: nothing becomes of what was to be read
            lost = isinstance(value, AbstractObject) and value.kind is Kind.STANDALONE and node is not frame.entering
            return None if lost else value
        case BoundMethod():
            escapes.use(frame, value, Usage.AWAITED)
            return BodyValue(value.name, value.span) if value.owner.kind in _BODIED else None
    return None


def _await_needlessly(frame: Frame, node: ast.expr, value: AbstractObject | MemberValue | BodyValue) -> None:
    """Write down the await of what is no awaitable."""
    if frame.muted or (isinstance(value, AbstractObject) and _is_of_own_class(frame, value)):
        return
    source = frame.engine.source
    frame.engine.needless[source.span(node)] = node
    if isinstance(value, AbstractObject):
        kind, member = value.kind, ""
    elif isinstance(value, MemberValue):
        kind, member = value.owner.kind, value.name
    else:
        kind, member = Kind.RESPONSE, f"await {value.name}()"
    frame.engine.recorder.use(
        Role.AWAITED,
        source.span(node),
        Usage.AWAITED,
        text=source.excerpt(node.value if isinstance(node, (ast.Await, ast.YieldFrom)) else node),
        kind=kind,
        receiver=source.excerpt(node.value if isinstance(node, (ast.Await, ast.YieldFrom)) else node),
        member=member,
        asynchronous=frame.asynchronous,
        detail="entered" if node is frame.entering else "",
    )


def _is_of_own_class(frame: Frame, value: AbstractObject) -> bool:
    return value.subclass is not None or frame.engine.says("response_class")


def show(frame: Frame, node: ast.expr) -> None:
    """Show a value as text, as a failing `assert` does."""
    escapes.use(frame, frame.evaluate(node), Usage.FORMATTED, "a message")
