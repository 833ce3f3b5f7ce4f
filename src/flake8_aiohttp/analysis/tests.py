"""Tests: which worlds go which way, and what a test teaches about the values in it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_aiohttp.aiohttp_model.objects import MEMBERS, TYPES, Calling, Kind
from flake8_aiohttp.analysis import evidence, uses
from flake8_aiohttp.analysis.callees import AWAITABLE_TESTS, FUNCTION_TESTS
from flake8_aiohttp.analysis.conditions import Condition, read_condition
from flake8_aiohttp.analysis.journal import Usage
from flake8_aiohttp.analysis.state import World
from flake8_aiohttp.analysis.values import (
    OPAQUE,
    BodyValue,
    Call,
    ClassObject,
    Closure,
    Constant,
    Coroutine,
    Datum,
    Elements,
    Gathering,
    Instance,
    Mapping,
    Method,
    Routine,
    Site,
    Task,
    Text,
    Thing,
    Value,
)
from flake8_aiohttp.finding import Span

if TYPE_CHECKING:
    from flake8_aiohttp.analysis.frame import Frame

_TRUE = (Thing, Method, Coroutine, Call, Task, Gathering, Routine, Closure, ClassObject, Instance)


def truth_of(value: Value) -> bool | None:
    """Say whether a value counts as true; None where that is not known."""
    match value:
        case Thing(site=site) if not site.span.line:
            return None  # only its annotation is known, and that may be Optional
        case Constant(value=constant):
            return bool(constant)
        case Datum() if is_nothing(value):
            return False
        case Text(value=text):
            return bool(text) if "\0" not in text else None
        case Elements(values=values, exact=True):
            return bool(values)
        case Mapping(pairs=pairs):
            return bool(pairs) or None
    return True if isinstance(value, _TRUE) else None


def is_nothing(value: Value) -> bool:
    """Whether a value is what a plain method returned that returns nothing."""
    return isinstance(value, Datum) and value.name in {"close()", "raise_for_status()"}


def split(frame: Frame, test: ast.expr, worlds: list[World], *, again: bool = False) -> tuple[list[World], list[World]]:
    """Split worlds into those where a test is true and those where it is false."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            true, false = split(frame, operand, worlds, again=again)
            return false, true
        case ast.BoolOp(op=ast.And(), values=operands):
            false = []
            for operand in operands:
                worlds, others = split(frame, operand, worlds, again=again)
                false += others
            return worlds, frame.join(false)
        case ast.BoolOp(op=ast.Or(), values=operands):
            true = []
            for operand in operands:
                others, worlds = split(frame, operand, worlds, again=again)
                true += others
            return frame.join(true), worlds
        case ast.Compare(ops=[_, _, *_]):
            return split(frame, frame.engine.chained(test), worlds, again=again)
    return _split_leaf(frame, test, worlds, again=again)


def _split_leaf(frame: Frame, test: ast.expr, worlds: list[World], *, again: bool) -> tuple[list[World], list[World]]:
    condition = frame.engine.condition(test)
    true, false = [], []
    telling = [world for world in worlds if not frame.is_inert(test, world)]
    outcomes = frame.outcomes(telling, lambda: _evaluate(frame, test)) if telling else []
    if len(telling) < len(worlds):
        inert = [world for world in worlds if world not in telling]
        frame.engine.step(len(inert))
        outcomes += [(world, None) for world in inert]
    for world, value in outcomes:
        truth = truth_of(value)
        if again and condition is not None:
            world.conditions = tuple(c for c in world.conditions if c.subject != condition.subject)
        if truth is None:
            twin = world.copy()
            if _take(frame, world, test, condition, way=True):
                true.append(world)
            if _take(frame, twin, test, condition and condition.negated(), way=False):
                if isinstance(value, BodyValue) and value.site is not None and value.empty is not None:
                    twin.turn_out(value.site, value.empty)
                false.append(twin)
        else:
            evidence.learn(world, test, truth=truth, typed=frame.engine.is_typed)
            (true if truth else false).append(world)
    return true, false


def _take(frame: Frame, world: World, test: ast.expr, condition: Condition | None, *, way: bool) -> bool:
    """Let a world go one way of a test; say whether it can."""
    if condition is not None and not world.assume(condition):
        return False
    world.trail = (*world.trail[-12:], test.lineno if way else -test.lineno)
    _narrow(frame, world, test, way=way)
    evidence.learn(world, test, truth=way, typed=frame.engine.is_typed)
    return True


def _evaluate(frame: Frame, test: ast.expr) -> Value:
    """Evaluate a test; what it asks of a value that is known it is told."""
    match test:
        case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot() as op], comparators=[ast.Constant(value=None)]):
            value = frame.evaluate(left)
            if is_nothing(value):
                return Constant(isinstance(op, ast.Is))
            if value is None or isinstance(value, (Datum, BodyValue)) or truth_of(value) is None:
                return None  # `connection` and parsed JSON may well be None
            is_none = value == Constant(None)
            return Constant(is_none is isinstance(op, ast.Is))
        case ast.Call(func=ast.Name(id="isinstance"), args=[subject, kind]):
            return _is_instance(frame, subject, kind)
        case ast.Call(func=ast.Name(id="hasattr"), args=[subject, ast.Constant(value=str() as name)]):
            value = frame.evaluate(subject)
            uses.use(frame, value, Usage.EXAMINED)
            asked = value.kind if isinstance(value, (Thing, Datum)) else None
            return Constant(name in MEMBERS[asked]) if asked is not None else None
        case ast.Call(func=func, args=[subject]) if _name(frame, func) in AWAITABLE_TESTS:
            value = frame.evaluate(subject)
            uses.use(frame, value, Usage.EXAMINED)
            kinds = (Method, Routine, Closure) if _name(frame, func) == "callable" else (Coroutine, Call, Task)
            return Constant(isinstance(value, kinds)) if value is not None else None
        case ast.Call(func=func, args=[subject]) if _name(frame, func) in FUNCTION_TESTS:
            value = frame.evaluate(subject)
            uses.use(frame, value, Usage.EXAMINED)
            return _gives_coroutine(value)
    value = frame.evaluate(test)
    uses.use(frame, value, Usage.TESTED)
    return value


def _gives_coroutine(value: Value) -> Value:
    if not isinstance(value, Method):
        return None
    return Constant(MEMBERS[value.owner.kind][value.name].calling is Calling.ASYNC)


def _name(frame: Frame, func: ast.expr) -> str:
    return frame.engine.outline.qualified(func) or (func.id if isinstance(func, ast.Name) else "")


def _is_instance(frame: Frame, subject: ast.expr, kind: ast.expr) -> Value:
    """`isinstance(x, T)`: an object of aiohttp is of no other library's type."""
    value = frame.evaluate(subject)
    uses.use(frame, value, Usage.EXAMINED)
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    names = [_name(frame, one) for one in kinds]
    if any(name in frame.engine.outline.classes for name in names):
        return None
    if isinstance(value, Thing) and value.subclass is None:
        if any(TYPES.get(name) is value.kind for name in names):
            return Constant(value=True)
        foreign = all(name in TYPES or (name and not name.startswith("aiohttp")) for name in names)
        return Constant(value=False) if foreign else None
    if isinstance(value, (BodyValue, Constant, Text)):
        return Constant(value=False) if all(name in TYPES for name in names) else None
    return None


def _narrow(frame: Frame, world: World, test: ast.expr, *, way: bool) -> None:
    """Learn from a test what a place holds."""
    match test:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Is()], comparators=[ast.Constant(value=None)]) if way:
            world.places[name] = Constant(None)
        case ast.Compare(left=ast.Name(id=name), ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]) if not way:
            world.places[name] = Constant(None)
        case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), kind]) if way:
            qualified = frame.engine.outline.qualified(kind)
            if world.places.get(name) in {None, OPAQUE}:
                narrowed = TYPES.get(qualified) if qualified else None
                if narrowed is Kind.RESPONSE:
                    world.places[name] = Thing(narrowed, Site(Span(0, 0, test.lineno, 0)))


__all__ = ["read_condition", "split", "truth_of"]
