"""Loops: what is iterated over, how often, and what a stream loses to it."""

from __future__ import annotations

import ast
import dataclasses

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.aiohttp_model.typestate import Body
from flake8_aiohttp.analysis.domain.limits import MOST_ROUNDS
from flake8_aiohttp.analysis.domain.state import States
from flake8_aiohttp.analysis.domain.values import (
    AbstractObject,
    BoundMethod,
    Coroutine,
    DictValue,
    MemberValue,
    SequenceValue,
    SuspendedCall,
    Text,
    Value,
    is_plain,
)
from flake8_aiohttp.analysis.interpreter import generators, statements
from flake8_aiohttp.analysis.journal.entries import Role, Usage
from flake8_aiohttp.analysis.machine.machine import Activation
from flake8_aiohttp.analysis.transfer import bodies, containers, escapes

_STREAMS = frozenset({Kind.STREAM, Kind.CHUNKS})


_ENOUGH = 3


def _place(loop: ast.For | ast.AsyncFor) -> str:
    return f"<for {loop.lineno}:{loop.col_offset}>"


def begin(machine: Activation, loop: ast.For | ast.AsyncFor, states: States) -> States:
    """Evaluate what a loop iterates over and remember it."""
    is_async = isinstance(loop, ast.AsyncFor)

    def action() -> Value:
        machine.state.bind(_place(loop), iterable(machine, loop.iter, is_async=is_async), shadows=True)
        return None

    return [state for state, _ in machine.explore(states, action)]


def iterable(machine: Activation, node: ast.expr, *, is_async: bool) -> Value:
    """Evaluate what is iterated over; a stream is read by that."""
    value = machine.evaluate(node)
    match value:
        case MemberValue(kind=Kind.STREAM | Kind.CHUNKS as kind):
            if is_async:
                escapes.use(machine, value, Usage.STREAMED)
                _drain(machine, node, value)
            else:
                escapes.note(machine, node, Role.OBJECT, Usage.SYNC_LOOP, kind)
        case AbstractObject(kind=Kind.SOCKET | Kind.SERVER_SOCKET | Kind.PARTS as kind) if not is_async:
            escapes.note(machine, node, Role.OBJECT, Usage.SYNC_LOOP, kind)
        case Coroutine() | BoundMethod() | AbstractObject(kind=Kind.REQUEST | Kind.SOCKET_REQUEST):
            escapes.use(machine, value, Usage.ITERATED)
        case SuspendedCall():
            return generators.generate(machine, node, value)
        case DictValue(pairs=pairs):
            return SequenceValue(tuple(Text(key) if key else None for key, _ in pairs), exact=False)
    return value


def _drain(machine: Activation, node: ast.expr, stream: MemberValue) -> None:
    """Begin to read a stream in a loop; until its end it is only tapped."""
    bodies.drain(machine, node, stream)
    site = stream.owner.site
    typestate = machine.state.sites.get(site)
    if typestate is not None and typestate.body is Body.DRAINED and not site.is_summary:
        machine.state.sites[site] = dataclasses.replace(typestate, body=Body.TAPPED)


def advance(machine: Activation, loop: ast.For | ast.AsyncFor, states: States, rounds: int) -> tuple[States, States]:
    """Split into the states that go on with an element, and those at the end."""
    entered, exhausted = [], []
    for state in states:
        value = state.store.get(_place(loop))
        count = _count(value)
        if rounds < MOST_ROUNDS and (count is None or rounds < count):
            entered.append(state.copy())
        if count is None or rounds >= count:
            if rounds == 0:
                state.branched(-loop.lineno)
            exhausted.append(state)
    return _bind_elements(machine, loop, entered, rounds), exhausted


def _count(value: Value) -> int | None:
    """Say how often a loop over a value goes round, where that is known; of plain data three rounds stand for more."""
    if not isinstance(value, SequenceValue) or not value.exact:
        return None
    return min(len(value.values), _ENOUGH) if all(map(is_plain, value.values)) else len(value.values)


def _bind_elements(machine: Activation, loop: ast.For | ast.AsyncFor, states: States, rounds: int) -> States:
    def action() -> Value:
        machine.state.forget_calls()
        if isinstance(loop, ast.AsyncFor):
            machine.state.suspend()
        value = machine.state.store.get(_place(loop))
        if isinstance(value, SequenceValue) and value.exact and rounds < len(value.values):
            statements.bind_target(machine, loop.target, value.values[rounds])
        else:
            statements.bind_target(machine, loop.target, containers.element(machine, value))
        return None

    return [state for state, _ in machine.explore(states, action)]


def finish(machine: Activation, loop: ast.For | ast.AsyncFor, states: States) -> States:
    """Come to the end of what was iterated over: a stream is drained then."""
    for state in states:
        value = state.store.pop(_place(loop), None)
        if isinstance(value, MemberValue) and value.kind in _STREAMS:
            if not machine.facts.functions.breaks(loop):
                state.resolve_body(value.owner.site, Body.DRAINED)
        elif isinstance(value, SequenceValue):
            generators.exhaust(machine, state, loop.iter)
    return states
