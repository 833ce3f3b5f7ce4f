"""Reading a body, and giving its connection back: what goes wrong is looked up in the typestate's rows."""

from __future__ import annotations

import ast
import dataclasses

from flake8_aiohttp.aiohttp_model.objects import MEMBERS, SHY, Effect, Kind
from flake8_aiohttp.aiohttp_model.typestate import Body, Fault, Lease, Operation
from flake8_aiohttp.analysis.domain.typestate import EndingCall, Typestate
from flake8_aiohttp.analysis.domain.values import (
    AbstractObject,
    BodyValue,
    BoundMethod,
    Coroutine,
    MemberValue,
    Site,
    Value,
    unfocused,
)
from flake8_aiohttp.analysis.journal.entries import Expression, LifecycleEvent, Read, Role, Usage
from flake8_aiohttp.analysis.journal.recorder import reaching_state
from flake8_aiohttp.analysis.machine.machine import Machine
from flake8_aiohttp.analysis.transfer import escapes, requests
from flake8_aiohttp.finding import Span

_BODIED = frozenset({Kind.RESPONSE, Kind.STREAM, Kind.SERVER_REQUEST})


def perform(machine: Machine, node: ast.expr, coroutine: Coroutine) -> None:
    """Do what an awaited coroutine does to its body; a faulty read ends the state where aiohttp raises."""
    owner, operation = coroutine.owner, coroutine.operation
    assert operation is not None
    machine.journal.recorder.note_event(owner.site.span, LifecycleEvent.READ, coroutine.span)
    typestate = machine.state.sites.get(owner.site)
    if typestate is None:
        machine.may_raise()
        return
    fault = typestate.fault(operation)
    if fault is not None and typestate.escaped is not None:
        escapes.record_escape(machine, owner.site, typestate, read_by_caller=True, read=coroutine.span)
        del machine.state.sites[owner.site]
        return
    _write_read(machine, node, coroutine, typestate, fault)
    if fault is not None and fault.raises:
        escapes.drop_pending(machine)
        machine.fail("aiohttp.ClientConnectionError")
    if coroutine.name in SHY:
        machine.may_raise()
    if not owner.site.is_summary:
        machine.state.sites[owner.site] = typestate.after(operation, node.lineno)
    if coroutine.name == "json":
        machine.may_raise("json()", explicit=True)
    if coroutine.name not in SHY:
        machine.may_raise()


def _write_read(
    machine: Machine,
    node: ast.expr,
    coroutine: Coroutine,
    typestate: Typestate,
    fault: Fault | None,
) -> None:
    if machine.mode.muted:
        return
    site = coroutine.owner.site
    awaited = _awaited(machine, node)
    born_inside = coroutine.born is Lease.HELD and coroutine.span != awaited
    reaching = reaching_state(
        machine.state, typestate, fault, site.span, machine.invocation.context, born_inside=born_inside,
        deferred=len(machine.invocation.context) < len(site.context),
        awaited=awaited if born_inside and fault else None,
    )  # fmt: skip
    by_name = _is_named(node) and site.span not in site.context
    read = escapes.as_read(machine, coroutine, awaited_by_name=by_name)
    machine.journal.recorder.read(*_placed(machine, read, site, fault), reaching)


def _placed(machine: Machine, read: Read, site: Site, fault: Fault | None) -> tuple[Read, Read | None]:
    """Say where a read is spoken of, and where else if that is only some callers' fault.

    A read in a function that was given the response open, and makes it too late on its own, is spoken of there; any
    other one is, in the function that opened the response, the call that leads there.
    """
    depth = len(unfocused(site).context)
    if len(machine.invocation.context) <= depth or site.is_summary:
        return read, None
    called = _called(machine, read, depth)
    if fault is None:
        return called, None
    given = machine.invocation.given_at(site, lambda typestate: typestate.fault(read.operation) is None)
    if given == depth:
        return called, None
    return (read if given == len(machine.invocation.context) else _called(machine, read, given)), called


def _called(machine: Machine, read: Read, depth: int) -> Read:
    """Give a read as the call, so many calls deep, that leads to it."""
    through = machine.invocation.context[depth]
    text = machine.journal.sightings.calls.get(through, read.text)
    return dataclasses.replace(read, span=through, text=text, through=True, inside=read.span)


def _when_empty(coroutine: Coroutine) -> Body | None:
    """Say what an empty result shows: the stream is at its end, or the body has no bytes at all."""
    if coroutine.operation is Operation.TAP:
        return Body.DRAINED
    return None if coroutine.name == "json" else Body.ABSENT


def _is_named(node: ast.expr) -> bool:
    return isinstance(node, ast.Await) and isinstance(node.value, ast.Name)


def _awaited(machine: Machine, node: ast.expr) -> Span:
    inner = node.value if isinstance(node, ast.Await) else node
    return machine.facts.source.span(inner)


def drain(machine: Machine, node: ast.expr, stream: MemberValue) -> None:
    """Begin to read a stream to its end, as a loop over it does, or a request that sends it on."""
    owner = AbstractObject(Kind.STREAM, stream.owner.site)
    span, text = machine.facts.source.span(node), machine.facts.source.excerpt(node)
    perform(machine, node, Coroutine(owner, stream.name, span, text, Operation.DRAIN))


def run(machine: Machine, node: ast.expr, coroutine: Coroutine) -> Value:
    """Run a coroutine of aiohttp to its end."""
    escapes.use(machine, coroutine, Usage.AWAITED)
    member = MEMBERS[coroutine.owner.kind][coroutine.name]
    if coroutine.operation is not None:
        perform(machine, node, coroutine)
        if member.gives is not None:
            return AbstractObject(member.gives, Site(coroutine.span, machine.invocation.context))
        return BodyValue(coroutine.name, coroutine.span, coroutine.owner.site, _when_empty(coroutine))
    if member.effect is Effect.CLOSE:
        close_session(machine, coroutine.owner, node.lineno, EndingCall("close"))
    machine.may_raise()
    return None


def release(machine: Machine, owner: AbstractObject, line: int, by: EndingCall) -> None:
    """Give the connection of a response back."""
    escapes.note_event(machine, owner, LifecycleEvent.RELEASED)
    typestate = machine.state.sites.get(owner.site)
    if typestate is not None:
        machine.state.sites[owner.site] = typestate.ending(Lease.RELEASED, line, by)


def close_session(machine: Machine, session: AbstractObject, line: int, by: EndingCall | None) -> None:
    """Close a session: the responses that still hold a connection are orphaned."""
    escapes.note_event(machine, session, LifecycleEvent.RELEASED)
    machine.journal.sightings.closed.add(session.site)
    state = machine.state
    for site, typestate in state.sites.items():
        if typestate.session == session.site and typestate.lease is Lease.HELD:
            state.sites[site] = typestate.ending(Lease.ORPHANED, line, by)


def close_unknown(machine: Machine, name: str, line: int) -> None:
    """Close what is called `name`, whatever it is: a session known by its use, or the connector of one."""
    allocations = machine.journal.allocations
    for span, made in allocations.made.items():
        if not made.certain and made.receiver == name:
            machine.journal.recorder.note_event(span, LifecycleEvent.HANDED_ON)
    for session in allocations.connected.get(name, ()):
        close_session(machine, session, line, EndingCall("close", name))


def leave_block(machine: Machine, site: Site, line: int) -> None:
    """Leave the block of a response: its connection is given back."""
    typestate = machine.state.sites.get(site)
    if typestate is not None:
        machine.state.sites[site] = typestate.ending(Lease.EXITED, line)


def await_(machine: Machine, node: ast.expr, value: Value) -> Value:
    """Await what is no call of this file: a coroutine, a request, or what is no awaitable at all."""
    match value:
        case Coroutine():
            return run(machine, node, value)
        case AbstractObject(kind=Kind.REQUEST, site=site):
            escapes.use_request(machine, value, Usage.AWAITED)
            requests.awaited(machine, node, site)
            machine.may_raise()
            return dataclasses.replace(value, kind=Kind.RESPONSE)
        case AbstractObject(kind=Kind.SOCKET_REQUEST, site=site):
            escapes.use_request(machine, value, Usage.AWAITED)
            machine.may_raise()
            return AbstractObject(Kind.SOCKET, site)
        case MemberValue(kind=Kind.STREAM):
            escapes.use(machine, value, Usage.AWAITED)
            return None
        case AbstractObject(kind=Kind.RESPONSE | Kind.STANDALONE) | MemberValue() | BodyValue():
            _await_needlessly(machine, node, value)
            if isinstance(value, AbstractObject):
                machine.state.havoc(value)  # it raises TypeError: nothing becomes of what was to be read
            lost = (
                isinstance(value, AbstractObject)
                and value.kind is Kind.STANDALONE
                and node is not machine.mode.entering
            )
            return None if lost else value
        case BoundMethod():
            escapes.use(machine, value, Usage.AWAITED)
            return BodyValue(value.name, value.span) if value.owner.kind in _BODIED else None
    return None


def _await_needlessly(machine: Machine, node: ast.expr, value: AbstractObject | MemberValue | BodyValue) -> None:
    """Write down the await of what is no awaitable."""
    if machine.mode.muted or (isinstance(value, AbstractObject) and _is_of_own_class(machine, value)):
        return
    source = machine.facts.source
    machine.journal.awaits.needless[source.span(node)] = node
    if isinstance(value, AbstractObject):
        kind, member = value.kind, ""
    elif isinstance(value, MemberValue):
        kind, member = value.owner.kind, value.name
    else:
        kind, member = Kind.RESPONSE, f"await {value.name}()"
    text = source.excerpt(node.value if isinstance(node, (ast.Await, ast.YieldFrom)) else node)
    expression = Expression(source.span(node), text, kind, text, member, machine.invocation.asynchronous)
    machine.journal.recorder.use(expression, Role.AWAITED, Usage.AWAITED)
    if node is machine.mode.entering:
        machine.journal.recorder.use(expression, Role.AWAITED, Usage.ENTERED)


def _is_of_own_class(machine: Machine, value: AbstractObject) -> bool:
    return value.subclass is not None or machine.facts.intent.has_own_responses


def show(machine: Machine, node: ast.expr) -> None:
    """Show a value as text, as a failing `assert` does."""
    escapes.use(machine, machine.evaluate(node), Usage.FORMATTED, "a message")
