"""Members of aiohttp's objects: what fetching and calling them gives, and does."""

from __future__ import annotations

import ast

from flake8_aiohttp.aiohttp_model import versions
from flake8_aiohttp.aiohttp_model.lookalikes import ATTRIBUTES
from flake8_aiohttp.aiohttp_model.objects import MEMBERS, Calling, Effect, Kind, Member, stream_operation
from flake8_aiohttp.aiohttp_model.typestate import Body, Lease, Operation
from flake8_aiohttp.analysis.domain.constraints import Condition
from flake8_aiohttp.analysis.domain.typestate import EndingCall
from flake8_aiohttp.analysis.domain.values import (
    AbstractObject,
    BoundMethod,
    Constant,
    Coroutine,
    MemberValue,
    Value,
)
from flake8_aiohttp.analysis.journal.entries import LifecycleEvent, Role, Usage
from flake8_aiohttp.analysis.machine.machine import Machine
from flake8_aiohttp.analysis.transfer import bodies, escapes, requests
from flake8_aiohttp.python.source import walk

_PENDING = frozenset({Kind.REQUEST, Kind.SOCKET_REQUEST, Kind.STANDALONE})
_BYTE_FOR_BYTE = frozenset({"latin-1", "latin1", "latin_1", "iso-8859-1", "iso8859-1", "l1"})
_KNOWN_KINDS = frozenset({Kind.RESPONSE, Kind.SESSION})
_CHECKS = frozenset({"status", "ok", "raise_for_status", "reason"})


def fetch(machine: Machine, node: ast.Attribute, owner: AbstractObject) -> Value:
    """Fetch a member of an aiohttp object."""
    name = node.attr
    if name.startswith("__" if owner.kind is Kind.RESPONSE else "_"):
        escapes.escape(machine, owner)  # timid: whoever goes behind its back
        return None
    if owner.kind in _PENDING:
        escapes.use_request(machine, owner, Usage.ATTRIBUTE, name)
        return None
    member = MEMBERS[owner.kind].get(name)
    source = machine.facts.source
    if member is None:
        if name not in ATTRIBUTES:
            escapes.note_event(machine, owner, LifecycleEvent.HANDED_ON)  # whatever it is, or was to be, it may release
        _note_attribute(machine, node, owner)
        return None
    if name in _CHECKS:
        escapes.note_event(machine, owner, LifecycleEvent.CHECKED)
    if member.operation is not None or member.gives is Kind.STREAM:
        escapes.note_event(machine, owner, LifecycleEvent.ASKED)
    if member.calling is Calling.VALUE:
        span = source.span(node)
        if member.gives is None:
            return MemberValue(owner, name, span)
        machine.journal.sightings.last_fetched[span] = node
        return MemberValue(owner, name, span, source.excerpt(node), member.gives)
    method = BoundMethod(owner, name, source.span(node), source.excerpt(node))
    escapes.use(machine, method, None)  # it is this function that may await, whatever a helper does with it
    return method


def is_method(kind: Kind, name: str) -> bool:
    """Whether a name is a method of such an object, or the one that all its requests go through."""
    member = MEMBERS[kind].get(name)
    return name == "_request" or (member is not None and member.calling is not Calling.VALUE)


def fetch_quietly(machine: Machine, node: ast.Attribute, owner: AbstractObject) -> Value:
    """Fetch a member of an aiohttp object where it has one of that name."""
    return fetch(machine, node, owner) if node.attr in MEMBERS[owner.kind] else None


def _note_attribute(machine: Machine, node: ast.Attribute, owner: AbstractObject) -> None:
    """Write down that a name was asked of an object that aiohttp does not give it."""
    own_class = owner.subclass is not None or machine.facts.intent.has_own_responses
    if own_class or isinstance(node.ctx, ast.Store):
        return
    if node.attr not in ATTRIBUTES and not _is_plain(machine, node.attr, owner):
        return
    escapes.note(
        machine,
        node,
        Role.OBJECT,
        Usage.ATTRIBUTE,
        owner.kind,
        receiver=machine.facts.source.excerpt(node.value),
        member=node.attr,
        proof=machine.journal.allocations.proof_of(owner.site),
    )


def _is_plain(machine: Machine, name: str, owner: AbstractObject) -> bool:
    """Whether an object is of a class of aiohttp that has no such attribute, and nobody has given it one."""
    if owner.kind not in _KNOWN_KINDS or owner.foreign or name in versions.members(owner.kind):
        return False
    unsure = machine.journal.allocations.is_unsure(owner) or owner.site in machine.facts.types.unseen.unsure
    return not (unsure or machine.facts.intent.sets_attribute(name))


def call(machine: Machine, node: ast.Call, method: BoundMethod) -> Value:
    """Call a bound method of an aiohttp object."""
    owner, name = method.owner, method.name
    machine.state.forget_volatile(method.text.rpartition(".")[0])
    member = MEMBERS[owner.kind][name]
    span, source = machine.facts.source.span(node), machine.facts.source
    escapes.use(machine, method, Usage.CALLED)
    if member.calling is Calling.REQUEST:
        return requests.open_request(machine, node, owner, name)
    if member.calling is Calling.SYNC:
        return _call_plain(machine, node, owner, name, member)
    typestate = machine.state.sites.get(owner.site)
    operation = member.operation
    if operation is Operation.DRAIN:
        operation = stream_operation(name, whole=_is_whole(node))
    if member.effect is Effect.CLOSE:
        escapes.note_event(machine, owner, LifecycleEvent.ASKED)
    lease = typestate.lease if typestate else None
    coroutine = Coroutine(owner, name, span, source.excerpt(node), operation, lease, _is_lenient(node))
    escapes.use(machine, coroutine, None)
    return coroutine


def _is_lenient(node: ast.Call) -> bool:
    """Whether the author answers for the content: `json(content_type=None)`, `text("latin-1")` of any bytes."""
    if any(keyword.arg in {"content_type", None} for keyword in node.keywords):
        return True
    given = [*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg == "encoding")]
    return any(isinstance(codec, ast.Constant) and codec.value in _BYTE_FOR_BYTE for codec in given)


def _is_whole(node: ast.Call) -> bool:
    sizes = [*node.args, *(keyword.value for keyword in node.keywords)]
    return all(isinstance(size, ast.UnaryOp) for size in sizes)


def _call_plain(machine: Machine, node: ast.Call, owner: AbstractObject, name: str, member: Member) -> Value:
    line = node.lineno
    if member.effect is Effect.RELEASE:
        bodies.release(machine, owner, line, EndingCall(name))
    elif member.effect is Effect.CHECK:
        _check(machine, node, owner)
    elif member.effect is Effect.CLOSE:
        escapes.note_event(machine, owner, LifecycleEvent.RELEASED)
    if member.gives is not None:
        machine.journal.sightings.last_fetched[machine.facts.source.span(node)] = node
        return MemberValue(
            owner, name, machine.facts.source.span(node), machine.facts.source.excerpt(node), member.gives
        )
    if name == "release":
        return None  # 3.x: `await response.release()` is allowed
    if name == "at_eof" and _is_drained(machine, owner):
        return Constant(value=True)
    return MemberValue(owner, f"{name}()", machine.facts.source.span(node), machine.facts.source.excerpt(node))


def _is_drained(machine: Machine, owner: AbstractObject) -> bool:
    typestate = machine.state.sites.get(owner.site)
    return typestate is not None and typestate.body is Body.DRAINED


def _check(machine: Machine, node: ast.Call, owner: AbstractObject) -> None:
    """Run `raise_for_status()`: where it fails it releases the response first, but for `async with session.get()`.

    Measured: aio-libs/aiohttp#9239 (3.10.6) corrected the session's blocks, not that of `aiohttp.request()`.
    """
    typestate = machine.state.sites.get(owner.site)
    if typestate is not None and machine.mode.observers:
        kept = typestate
        if not typestate.in_block or typestate.session == owner.site:
            typestate = typestate.ending(Lease.RELEASED, node.lineno, EndingCall("raise_for_status"))
        machine.state.sites[owner.site] = typestate
        machine.may_raise("aiohttp.ClientResponseError", explicit=True)
        machine.state.sites[owner.site] = kept
    assert isinstance(node.func, ast.Attribute)
    subject = f"{ast.unparse(node.func.value)}.status"
    names = frozenset({subject, *(n.id for n in walk(node.func.value) if isinstance(n, ast.Name))})
    if not machine.state.assume(Condition(subject, "<", 400, names)):
        machine.fail("aiohttp.ClientResponseError")
