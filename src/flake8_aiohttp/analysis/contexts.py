"""`with` and `async with`: what a block binds, and what its end takes back."""

from __future__ import annotations

import ast
import dataclasses
from typing import TYPE_CHECKING

from flake8_aiohttp.aiohttp_model.objects import ENTERED, Kind
from flake8_aiohttp.analysis import callees, functions, generators, reads, statements, texts, uses
from flake8_aiohttp.analysis.flow import Flow, Way
from flake8_aiohttp.analysis.journal import Role, Touch, Usage
from flake8_aiohttp.analysis.state import World, sites_of
from flake8_aiohttp.analysis.values import (
    Call,
    Coroutine,
    Datum,
    Elements,
    Instance,
    Scope,
    Task,
    Thing,
    Value,
)

if TYPE_CHECKING:
    from flake8_aiohttp.analysis.frame import Frame

BY_HAND = frozenset({"__aenter__", "__aexit__"})
_ASYNC_ONLY = frozenset({Kind.REQUEST, Kind.STANDALONE, Kind.RESPONSE, Kind.SESSION, Kind.SOCKET_REQUEST})


def _place(item: ast.withitem) -> str:
    return f"<with {item.context_expr.lineno}:{item.context_expr.col_offset}>"


def enter(frame: Frame, item: ast.withitem, block: ast.With | ast.AsyncWith, worlds: list[World]) -> list[World]:
    """Open a context and bind what it gives."""
    if _is_call_of(frame, item.context_expr, callees.EXPECTING) or _mocks_aiohttp(frame, item.context_expr):
        frame.engine.deliberate.append((block.lineno, block.end_lineno or block.lineno))
    frame.handlers += _swallows(frame, item)

    def action() -> Value:
        frame.entering = item.context_expr
        value = _context(frame, item.context_expr)
        if isinstance(block, ast.With):
            _note_plain_with(frame, item.context_expr, value)
        given = entered(frame, value, block.lineno)
        if not isinstance(value, Task):  # what `nullcontext(…)` lends stays open
            frame.world.bind(_place(item), value if isinstance(value, (Scope, Call)) else given, hides=True)
        if item.optional_vars is not None:
            statements.bind_target(frame, item.optional_vars, given)
        frame.may_raise()
        return None

    return [world for world, _ in frame.outcomes(worlds, action)]


def _context(frame: Frame, node: ast.expr) -> Value:
    """Evaluate the context of a block, looking through `aclosing(…)` and `nullcontext(…)`."""
    if isinstance(node, ast.Call) and node.args:
        if _is_call_of(frame, node, callees.TRANSPARENT_CONTEXTS):
            return frame.evaluate(node.args[0])
        if _is_call_of(frame, node, callees.NULL_CONTEXTS):
            value = frame.evaluate(node.args[0])
            return Task(value, frame.engine.source.span(node)) if value is not None else None
    return frame.evaluate(node)


def _is_call_of(frame: Frame, node: ast.expr, names: frozenset[str]) -> bool:
    return isinstance(node, ast.Call) and frame.engine.outline.qualified(node.func) in names


def _mocks_aiohttp(frame: Frame, node: ast.expr) -> bool:
    """Whether a block replaces a part of aiohttp: `mock.patch("aiohttp.…")`."""
    match node:
        case ast.Call(func=func, args=[ast.Constant(value=str() as target), *_]):
            name = frame.engine.outline.qualified(func) or ""
            return target.startswith("aiohttp") and name.endswith("mock.patch")
    return False


def _swallows(frame: Frame, item: ast.withitem) -> int:
    return int(_is_call_of(frame, item.context_expr, callees.SUPPRESSING))


def _note_plain_with(frame: Frame, node: ast.expr, value: Value) -> None:
    """Write down that an object with asynchronous contexts met a plain `with`."""
    if not isinstance(value, Thing) or value.kind not in _ASYNC_ONLY:
        return
    if _is_call_of(frame, node, callees.TRANSPARENT_CONTEXTS):
        return
    uses.note(frame, node, Role.OBJECT, Usage.SYNC_BLOCK, value.kind)


def entered(frame: Frame, value: Value, line: int) -> Value:
    """Give what entering a value binds."""
    match value:
        case Thing(kind=kind) if kind in ENTERED:
            uses.touch(frame, value, Touch.ENTERED)
            if kind in {Kind.REQUEST, Kind.SOCKET_REQUEST, Kind.STANDALONE}:
                uses.use(frame, value, Usage.AWAITED)
            typestate = frame.world.sites.get(value.site)
            if typestate is not None and ENTERED[kind] is Kind.RESPONSE:
                frame.world.sites[value.site] = dataclasses.replace(typestate, block=line)
            return dataclasses.replace(value, kind=ENTERED[kind])
        case Scope() | Datum():
            return value
        case Instance(definition=definition):
            enters = any(frame.engine.origins.method(definition, name) for name in ("__aenter__", "__enter__"))
            return value if enters else None
        case Call():
            return generators.enter_context(frame, value)
        case Coroutine():
            uses.use(frame, value, Usage.HANDED_ON)
            return None
    return texts.entered_file(value) or (value.inner if isinstance(value, Task) else None)


def by_hand(frame: Frame, node: ast.Call, name: str, thing: Thing) -> Value:
    """Enter or leave a context as `async with` does: `await session.get(url).__aenter__()`."""
    if name == "__aenter__":
        return Task(entered(frame, thing, node.lineno), frame.engine.source.span(node))
    if thing.kind is Kind.SESSION:
        reads.close_session(frame, thing, node.lineno, "__aexit__()")
    elif ENTERED.get(thing.kind) is Kind.RESPONSE:
        reads.release(frame, thing, node.lineno, "__aexit__()")
    return None


def leave(
    frame: Frame, item: ast.withitem, block: ast.With | ast.AsyncWith, way: Way, worlds: list[World]
) -> Flow[World]:
    """Close a context on a way out: what it held is given back."""

    def action() -> Value:
        value = frame.world.places.pop(_place(item), None)
        left(frame, value, block)
        _drop_dead(frame, item.optional_vars, block)
        return None

    if _is_call_of(frame, item.context_expr, callees.EXPECTING) or (_swallows(frame, item) and way is Way.RAISE):
        way = _expected(way, worlds)
    flow: Flow[World] = Flow()
    flow.add(way, [world for world, _ in frame.outcomes(worlds, action)])
    return flow


def _drop_dead(frame: Frame, target: ast.expr | None, block: ast.With | ast.AsyncWith) -> None:
    """Drop the response of a block whose name is said in the block alone: worlds need not carry it on."""
    if not isinstance(target, ast.Name) or frame.function is None:
        return
    first, last = frame.engine.lines_of(frame.function, target.id)
    if first < block.lineno or last > (block.end_lineno or block.lineno):
        return
    world = frame.world
    value = world.places.pop(target.id, None)
    living = (world.result, *world.places.values(), *frame.yielded())
    if not isinstance(value, Thing) or value.site in frame.engine.hoarded:
        return
    if not any(value.site in sites_of(held) for held in living):
        world.sites.pop(value.site, None)


def _expected(way: Way, worlds: list[World]) -> Way:
    for world in worlds:
        world.raising = None
    return Way.NEXT if way is Way.RAISE else way


def left(frame: Frame, value: Value, block: ast.With | ast.AsyncWith | ast.Call) -> None:
    """Leave a context that was entered."""
    match value:
        case Thing(kind=Kind.RESPONSE, site=site):
            reads.leave_block(frame, site, block.lineno)
        case Thing(kind=Kind.SESSION):
            reads.close_session(frame, value, block.lineno, "")
        case Call():
            generators.leave_context(frame, value, block.lineno)
        case Scope(span=span):
            held = frame.world.places.pop(f"<scope {span.line}:{span.column}>", None)
            for inner in reversed(held.values) if isinstance(held, Elements) else ():
                if isinstance(inner, Task):
                    node = block if isinstance(block, ast.Call) else block.items[0].context_expr
                    functions.await_value(frame, node, inner)
                else:
                    left(frame, inner, block)
