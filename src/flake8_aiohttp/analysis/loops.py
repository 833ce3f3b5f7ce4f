"""Loops: what is iterated over, how often, and what a stream loses to it."""

from __future__ import annotations

import ast
import dataclasses
from typing import TYPE_CHECKING

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.aiohttp_model.typestate import Body, Operation
from flake8_aiohttp.analysis import containers, generators, reads, statements, uses
from flake8_aiohttp.analysis.flow import MOST_ROUNDS
from flake8_aiohttp.analysis.journal import Role, Usage
from flake8_aiohttp.analysis.state import World
from flake8_aiohttp.analysis.values import (
    Call,
    Coroutine,
    Datum,
    Elements,
    Mapping,
    Method,
    Text,
    Thing,
    Value,
    is_plain,
)
from flake8_aiohttp.python.source import walk

if TYPE_CHECKING:
    from flake8_aiohttp.analysis.frame import Frame

_STREAMS = frozenset({Kind.STREAM, Kind.CHUNKS})


_ENOUGH = 3


def _place(loop: ast.For | ast.AsyncFor) -> str:
    return f"<for {loop.lineno}:{loop.col_offset}>"


def begin(frame: Frame, loop: ast.For | ast.AsyncFor, worlds: list[World]) -> list[World]:
    """Evaluate what a loop iterates over and remember it."""
    is_async = isinstance(loop, ast.AsyncFor)

    def action() -> Value:
        frame.world.bind(_place(loop), iterable(frame, loop.iter, is_async=is_async), hides=True)
        return None

    return [world for world, _ in frame.outcomes(worlds, action)]


def iterable(frame: Frame, node: ast.expr, *, is_async: bool) -> Value:
    """Evaluate what is iterated over; a stream is read by that."""
    value = frame.evaluate(node)
    match value:
        case Datum(kind=Kind.STREAM | Kind.CHUNKS as kind):
            if is_async:
                uses.use(frame, value, Usage.STREAMED)
                _drain(frame, node, value)
            else:
                uses.note(frame, node, Role.OBJECT, Usage.SYNC_LOOP, kind)
        case Coroutine() | Method() | Thing(kind=Kind.REQUEST):
            uses.use(frame, value, Usage.ITERATED)
        case Call():
            return generators.generate(frame, node, value)
        case Mapping(pairs=pairs):
            return Elements(tuple(Text(key) if key else None for key, _ in pairs), exact=False)
    return value


def _drain(frame: Frame, node: ast.expr, stream: Datum) -> None:
    """Begin to read a stream in a loop; until its end it is only tapped."""
    owner = Thing(Kind.STREAM, stream.owner.site)
    span, text = frame.engine.source.span(node), frame.engine.source.excerpt(node)
    coroutine = Coroutine(owner, stream.name, span, text, Operation.DRAIN)
    reads.perform(frame, node, coroutine)
    typestate = frame.world.sites.get(owner.site)
    if typestate is not None and typestate.body is Body.DRAINED and not owner.site.many:
        frame.world.sites[owner.site] = dataclasses.replace(typestate, body=Body.TAPPED)


def advance(
    frame: Frame, loop: ast.For | ast.AsyncFor, worlds: list[World], rounds: int
) -> tuple[list[World], list[World]]:
    """Split into the worlds that go on with an element, and those at the end."""
    entered, exhausted = [], []
    for world in worlds:
        value = world.places.get(_place(loop))
        count = _count(value)
        if rounds < MOST_ROUNDS and (count is None or rounds < count):
            entered.append(world.copy())
        if count is None or rounds >= count:
            if rounds == 0:
                world.trail = (*world.trail[-12:], -loop.lineno)
            exhausted.append(world)
    return _bind_elements(frame, loop, entered, rounds), exhausted


def _count(value: Value) -> int | None:
    """Say how often a loop over a value goes round, where that is known; of plain data three rounds stand for more."""
    if not isinstance(value, Elements) or not value.exact:
        return None
    return min(len(value.values), _ENOUGH) if all(map(is_plain, value.values)) else len(value.values)


def _bind_elements(frame: Frame, loop: ast.For | ast.AsyncFor, worlds: list[World], rounds: int) -> list[World]:
    def action() -> Value:
        frame.world.forget_calls()
        value = frame.world.places.get(_place(loop))
        if isinstance(value, Elements) and value.exact and rounds < len(value.values):
            statements.bind_target(frame, loop.target, value.values[rounds])
        else:
            statements.bind_target(frame, loop.target, containers.element(frame, value))
        return None

    return [world for world, _ in frame.outcomes(worlds, action)]


def _may_break(loop: ast.For | ast.AsyncFor) -> bool:
    """Whether a loop means to leave a rest: what it ran to the end of, by chance, counts as tapped then."""
    return any(isinstance(node, ast.Break) for statement in loop.body for node in walk(statement))


def finish(frame: Frame, loop: ast.For | ast.AsyncFor, worlds: list[World]) -> list[World]:
    """Come to the end of what was iterated over: a stream is drained then."""
    for world in worlds:
        value = world.places.pop(_place(loop), None)
        if isinstance(value, Datum) and value.kind in _STREAMS:
            if not _may_break(loop):
                world.turn_out(value.owner.site, Body.DRAINED)
        elif isinstance(value, Elements):
            generators.exhaust(frame, world, loop.iter)
    return worlds
