"""Arguments of a call, and what callees do with what they are given."""

from __future__ import annotations

import ast

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.aiohttp_model.typestate import Body, Operation
from flake8_aiohttp.analysis.domain.values import (
    AbstractObject,
    Argument,
    BodyValue,
    BoundMethod,
    Coroutine,
    DictValue,
    MemberValue,
    SequenceValue,
    SuspendedCall,
    Value,
    parts,
)
from flake8_aiohttp.analysis.journal.entries import Role, Usage
from flake8_aiohttp.analysis.machine.machine import Machine
from flake8_aiohttp.analysis.transfer import bodies, escapes
from flake8_aiohttp.library_model import callees


def arguments(machine: Machine, node: ast.Call) -> list[Argument]:
    """Evaluate the arguments of a call in their order; `*` and `**` of a coroutine are misuses."""
    given = []
    for argument in node.args:
        starred = isinstance(argument, ast.Starred)
        inner = argument.value if isinstance(argument, ast.Starred) else argument
        value = machine.evaluate(inner)
        if starred:
            value = _unpacked(machine, value)
        given.append(Argument(inner, value, None, starred))
    for keyword in node.keywords:
        value = machine.evaluate(keyword.value)
        if keyword.arg is None:
            value = _unpacked(machine, value)
        given.append(Argument(keyword.value, value, keyword.arg, starred=keyword.arg is None))
    return given


def _unpacked(machine: Machine, value: Value) -> Value:
    """Unpack `*value` or `**value`: a coroutine or method cannot be."""
    escapes.use(machine, value, Usage.UNPACKED)
    return None if isinstance(value, (Coroutine, BoundMethod)) else value


def receive(machine: Machine, callee: str, given: list[Argument]) -> Value:
    """Give arguments to a callee that is known by name, or to one that is not known at all."""
    last = callee.rpartition(".")[2]
    if callee in callees.AWAITABLE_TESTS:
        for argument in given:
            escapes.use(machine, argument.value, Usage.EXAMINED)
        return None
    if last in callees.STREAM_WRAPPERS:
        streams = [argument.value for argument in given if _is_streamed(argument.value)]
        if streams:
            return SequenceValue(tuple(streams))
    consumes = callee in callees.CONSUMING or f".{last}" in callees.CONSUMING
    if any(argument.keyword == "default" for argument in given):
        consumes = False  # json.dumps(…, default=str) takes anything
    for argument in given:
        if consumes:
            consume(machine, argument.value, callee)
        elif _is_kept_as_data(machine, last, argument.value):
            escapes.use(machine, argument.value, Usage.ARGUMENT, callee)
        elif callee not in callees.LOOKING:
            escapes.escape(machine, argument.value)
    return None


def _is_kept_as_data(machine: Machine, callee: str, value: Value) -> bool:
    """Whether an object is made, after the block, of the coroutine of a body that was read: it was to be the body."""
    if not isinstance(value, Coroutine) or value.operation is None or not callee[:1].isupper():
        return False
    typestate = machine.state.sites.get(value.owner.site)
    return typestate is not None and typestate.body is Body.CACHED and escapes.is_late(machine, value.owner.site)


def _is_streamed(value: Value) -> bool:
    """Whether a value is read when the server's response that takes it is sent: a stream, or a generator over one."""
    if isinstance(value, MemberValue):
        return value.kind in {Kind.STREAM, Kind.CHUNKS}
    return isinstance(value, SuspendedCall) and bool(value.held)


def consume(machine: Machine, value: Value, callee: str, *, shows: bool = False) -> None:
    """Give a value to a callee that takes data: neither awaited nor called nor kept; one that `shows` prints it."""
    shows = shows or callee in callees.PRINTING
    if callee == "len" and isinstance(value, (SequenceValue, DictValue)):
        return
    match value:
        case SequenceValue() | DictValue():
            for part in parts(value):
                consume(machine, part, callee, shows=shows)
        case BodyValue() if callee in callees.BINARY_SINKS:
            escapes.sink(machine, value, Usage.BYTES_TAKER, callee)
        case AbstractObject(kind=Kind.RESPONSE) if shows:
            _note_printed(machine, value, callee)
        case AbstractObject(kind=kind) if shows and kind not in {Kind.REQUEST, Kind.SOCKET_REQUEST}:
            return
        case MemberValue(kind=Kind.URL) if callee not in callees.URL_TAKING:
            return
        case Coroutine() | BoundMethod() | MemberValue():
            escapes.use(machine, value, Usage.ARGUMENT, callee)
        case _:
            escapes.escape(machine, value)


def _note_printed(machine: Machine, value: AbstractObject, callee: str) -> None:
    """Write down that a response itself was shown."""
    name = machine.journal.sightings.last_read.get(value.site)
    if name is not None:  # else there is nothing to speak of
        escapes.note(machine, name, Role.OBJECT, Usage.FORMATTED, value.kind, detail=callee)


def receive_unseen(machine: Machine, given: list[Argument]) -> None:
    """Give arguments to what cannot be seen."""
    for argument in given:
        escapes.escape(machine, argument.value)


_DATA = frozenset({"json", "data", "params", "headers", "cookies"})
"""Keywords of a request whose values are sent as they are."""


def _send(machine: Machine, value: Value) -> None:
    """Send what a dict or list holds: a coroutine in it is not awaited, a stream is read."""
    for part in parts(value):
        match part:
            case Coroutine() | BoundMethod():
                escapes.use(machine, part, Usage.ARGUMENT, "the request")
            case SequenceValue() | DictValue():
                _send(machine, part)
            case _:
                escapes.escape(machine, part)


def receive_by_request(machine: Machine, given: list[Argument]) -> None:
    """Give arguments to a method of aiohttp: it takes data, also in a dict or list, and reads streams itself."""
    for argument in given:
        match argument.value:
            case Coroutine() | BoundMethod() as value:
                escapes.use(machine, value, Usage.ARGUMENT, "the request")
                continue
            case SequenceValue() | DictValue() as value if argument.keyword in _DATA or not argument.keyword:
                _send(machine, value)
                continue
            case MemberValue(kind=Kind.STREAM | Kind.CHUNKS) as stream if _fails(machine, stream):
                bodies.drain(machine, argument.node, stream)
            case SuspendedCall() as call if any(escapes.is_late(machine, site) for site in escapes.all_sites(call)):
                machine.run_detached(call)
        escapes.escape(machine, argument.value)


def _fails(machine: Machine, stream: MemberValue) -> bool:
    """Whether a stream has nothing more to give."""
    typestate = machine.state.sites.get(stream.owner.site)
    return typestate is not None and typestate.fault(Operation.DRAIN) is not None
