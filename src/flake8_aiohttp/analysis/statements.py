"""Statements without a suite of their own, and what is bound by them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.analysis import containers, evidence, functions, operations, reads, tests, uses
from flake8_aiohttp.analysis.flow import Flow, Way
from flake8_aiohttp.analysis.journal import Usage
from flake8_aiohttp.analysis.state import World
from flake8_aiohttp.analysis.values import (
    Call,
    ClassObject,
    Closure,
    Constant,
    Coroutine,
    Datum,
    Elements,
    Mapping,
    Method,
    Site,
    Task,
    Text,
    Thing,
    Value,
    worth_keeping,
)

if TYPE_CHECKING:
    from flake8_aiohttp.analysis.frame import Frame


def execute(frame: Frame, statement: ast.stmt, worlds: list[World]) -> Flow[World]:
    """Run a statement in each world."""
    runner = _RUNNERS.get(type(statement))
    if runner is None:
        return Flow({Way.NEXT: worlds})
    if not isinstance(statement, _PLAIN):
        return runner(frame, statement, worlds)
    flow: Flow[World] = Flow()
    telling = []
    for world in worlds:
        if frame.is_inert(statement, world):
            flow.add(_pass_by(frame, statement, world), [world])
        else:
            telling.append(world)
    if telling:
        flow.add_all(runner(frame, statement, telling))
    return flow


_PLAIN = (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Raise)


def _pass_by(frame: Frame, statement: ast.stmt, world: World) -> Way:
    """Run a statement that cannot matter: its names are unknown afterwards, and it may raise."""
    frame.engine.step()
    frame.world = world
    if isinstance(statement, ast.Raise):
        world.raising = frame.engine.exception_name(statement.exc)
        return Way.RAISE
    frame.may_raise()
    if isinstance(statement, ast.Return):
        world.result = None
        return Way.RETURN
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    for target in targets:
        if target is not None:
            bind_target(frame, target, None)
    return Way.NEXT


def _after(frame: Frame, worlds: list[World], action: Callable[[], Value], way: Way = Way.NEXT) -> Flow[World]:
    flow: Flow[World] = Flow()
    flow.add(way, [world for world, _ in frame.outcomes(worlds, action)])
    return flow


def _expression(frame: Frame, statement: ast.Expr, worlds: list[World]) -> Flow[World]:
    def action() -> Value:
        drop(frame, frame.evaluate(statement.value))
        return None

    return _after(frame, worlds, action)


def drop(frame: Frame, value: Value) -> None:
    """Throw a value away."""
    if isinstance(value, (Coroutine, Thing)):
        uses.use(frame, value, Usage.DROPPED)


def _assign(frame: Frame, statement: ast.Assign, worlds: list[World]) -> Flow[World]:
    def action() -> Value:
        value = frame.evaluate(statement.value)
        for target in statement.targets:
            bind_target(frame, target, value)
        return None

    return _after(frame, worlds, action)


def _annotated(frame: Frame, statement: ast.AnnAssign, worlds: list[World]) -> Flow[World]:
    def action() -> Value:
        value = frame.evaluate(statement.value) if statement.value is not None else None
        if value is None:
            value = frame.engine.origins.annotated(statement.annotation)
        bind_target(frame, statement.target, value)
        return None

    return _after(frame, worlds, action)


def _augmented(frame: Frame, statement: ast.AugAssign, worlds: list[World]) -> Flow[World]:
    def action() -> Value:
        held = frame.lookup(statement.target.id) if isinstance(statement.target, ast.Name) else None
        value = frame.evaluate(statement.value)
        if isinstance(held, Elements) and isinstance(value, Elements):
            bind_target(frame, statement.target, Elements((*held.values, *value.values)[:8], exact=False))
            return None
        uses.use(frame, value, Usage.OPERAND, type(statement.op).__name__)
        if isinstance(statement.target, ast.Name):
            frame.bind(statement.target.id, None)
        return None

    return _after(frame, worlds, action)


def bind_target(frame: Frame, target: ast.expr, value: Value) -> None:
    """Assign a value to a target."""
    match target:
        case ast.Name(id=name):
            frame.bind(name, value)
            if frame.is_shared(name):
                uses.keep(frame, value)
        case ast.Attribute():
            _bind_attribute(frame, target, value)
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            _unpack(frame, targets, value)
        case ast.Starred(value=inner):
            bind_target(frame, inner, value)
        case _:
            assert isinstance(target, ast.Subscript)
            containers.store(frame, target, value)


def _bind_attribute(frame: Frame, target: ast.Attribute, value: Value) -> None:
    if not isinstance(value, (Coroutine, Method, Datum)):  # with its body or status a response does not leave
        frame.engine.stored.update(dict.fromkeys(uses.all_sites(value), target))
    uses.keep(frame, value)
    if isinstance(target.value, ast.Name):
        owner = frame.lookup(target.value.id)
        replaces = _replace_method(frame, target, owner) or isinstance(owner, Thing)
        plain = isinstance(value, (Text, Constant)) and not isinstance(value.value, (bool, type(None)))
        kept = None if plain else worth_keeping(value)
        frame.world.bind(f"{target.value.id}.{target.attr}", kept, hides=replaces)
    else:
        uses.escape(frame, value)


def _replace_method(frame: Frame, target: ast.Attribute, owner: Value) -> bool:
    """See whether an assignment replaces a method of an aiohttp object: it is no plain one any more."""
    if isinstance(owner, Thing) and operations.is_method(owner.kind, target.attr):
        frame.engine.requests.alter(frame, owner)
        return True
    if owner is None and frame.function is not None and operations.is_method(Kind.SESSION, target.attr):
        frame.engine.requests.altering.add(frame.function)
    return False


def _unpack(frame: Frame, targets: list[ast.expr], value: Value) -> None:
    if not isinstance(value, Elements):
        uses.use(frame, value, Usage.UNPACKED)
        values: list[Value] = [None] * len(targets)
    elif value.exact and len(value.values) == len(targets):
        values = list(value.values)
    else:
        values = [containers.element(frame, value) for _ in targets] if value.values else [None] * len(targets)
    for target, held in zip(targets, values, strict=True):
        bind_target(frame, target, held)


def _return(frame: Frame, statement: ast.Return, worlds: list[World]) -> Flow[World]:
    def action() -> Value:
        value = frame.evaluate(statement.value) if statement.value is not None else None
        _give_back(frame, statement.value, value)
        frame.world.result = value
        frame.world.leaving = _leaving(frame, statement, value)
        return None

    return _after(frame, worlds, action, Way.RETURN)


def _is_display(node: ast.expr | None) -> bool:
    """Whether an expression spells out a list or dict: `[…]`, `{…}` or `dict(…)`."""
    named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict"
    return named or isinstance(node, (ast.Dict, ast.List))


def _give_back(frame: Frame, node: ast.expr | None, value: Value) -> None:
    """Return a value; a bound method, alone or in a tuple, is taken for the body."""
    if isinstance(value, (Mapping, Elements)) and _is_display(node):
        _collect(frame, value)
    elif isinstance(node, ast.Tuple) and isinstance(value, Elements) and len(node.elts) == len(value.values):
        for element, held in zip(node.elts, value.values, strict=True):
            _give_back(frame, element, held)
    elif isinstance(value, Method) and frame.asynchronous:
        uses.use(frame, value, Usage.COLLECTED)
        uses.touch_owner(frame, value)
    elif isinstance(value, Thing) and frame.function is not None and frame.engine.has_callers(frame.function):
        uses.lose(frame, value)  # its callers show what becomes of it
    else:
        uses.keep(frame, value)


def _leaving(frame: Frame, statement: ast.Return, value: Value) -> dict[Site, ast.expr]:
    """Give the expressions in a `return` by which the sites in its value leave."""
    first, last = statement.lineno, statement.end_lineno or statement.lineno
    nodes = ((site, frame.engine.shown.get(site)) for site in uses.all_sites(value))
    return {site: node for site, node in nodes if node is not None and first <= node.lineno <= last}


def _collect(frame: Frame, value: Mapping | Elements) -> None:
    """Return a dict or list: coroutines in it are taken for bodies."""
    for held in [one for _, one in value.pairs] if isinstance(value, Mapping) else value.values:
        if isinstance(held, (Coroutine, Method)):
            uses.use(frame, held, Usage.COLLECTED)
            uses.touch_owner(frame, held)
        elif isinstance(held, (Mapping, Elements)):
            _collect(frame, held)
        else:
            uses.keep(frame, held)


def _raise(frame: Frame, statement: ast.Raise, worlds: list[World]) -> Flow[World]:
    def action() -> Value:
        exception = statement.exc
        if isinstance(exception, ast.Call):
            _raise_new(frame, exception)
        elif exception is not None:
            uses.escape(frame, frame.evaluate(exception))
        frame.world.raising = frame.engine.exception_name(exception)
        return None

    return _after(frame, worlds, action, Way.RAISE)


def _raise_new(frame: Frame, exception: ast.Call) -> None:
    """Make an exception: it takes data, and does not await."""
    name = ast.unparse(exception.func)
    for argument in (*exception.args, *(keyword.value for keyword in exception.keywords)):
        value = frame.evaluate(argument)
        if isinstance(value, (Coroutine, Method)):
            uses.use(frame, value, Usage.ARGUMENT, name)
        else:
            uses.escape(frame, value)


def _assert(frame: Frame, statement: ast.Assert, worlds: list[World]) -> Flow[World]:
    true, false = tests.split(frame, statement.test, worlds)
    for world in true if frame.engine.is_typed else ():
        evidence.doubt(world, statement.test)
    flow: Flow[World] = Flow()
    flow.add(Way.NEXT, true)
    if (message := statement.msg) is not None:
        false = [w for w, _ in frame.outcomes(false, lambda: reads.show(frame, message))]
    for world in false:
        world.raising = "AssertionError"
    flow.add(Way.RAISE, false)
    return flow


def _delete(frame: Frame, statement: ast.Delete, worlds: list[World]) -> Flow[World]:
    def action() -> Value:
        for target in statement.targets:
            if isinstance(target, ast.Name):
                if frame.engine.is_expected(statement.lineno):
                    uses.escape(frame, frame.world.places.get(target.id))
                frame.world.bind(target.id, None)
            else:
                frame.evaluate(target)
        return None

    return _after(frame, worlds, action)


def _define(frame: Frame, statement: ast.FunctionDef | ast.AsyncFunctionDef, worlds: list[World]) -> Flow[World]:
    def action() -> Value:
        arguments = statement.args
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if default is not None:
                value = frame.evaluate(default)
                uses.use(frame, value, Usage.ARGUMENT, "a default value")
        for decorator in statement.decorator_list:
            frame.evaluate(decorator)
        if frame.function is None:
            return None
        frame.bind(statement.name, Closure(statement))
        frame.engine.enclose(frame, statement)
        return None

    return _after(frame, worlds, action)


def _define_class(frame: Frame, statement: ast.ClassDef, worlds: list[World]) -> Flow[World]:
    definition = frame.engine.outline.classes.get(statement.name)
    for world in worlds:
        if definition is not None and frame.function is not None:
            world.bind(statement.name, ClassObject(definition))
    return Flow({Way.NEXT: worlds})


def _share(frame: Frame, statement: ast.Global | ast.Nonlocal, worlds: list[World]) -> Flow[World]:
    frame.shared.update(statement.names)
    return Flow({Way.NEXT: worlds})


_RUNNERS: dict[type[ast.stmt], Callable[[Frame, Any, list[World]], Flow[World]]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Assert: _assert,
    ast.Delete: _delete,
    ast.FunctionDef: _define,
    ast.AsyncFunctionDef: _define,
    ast.ClassDef: _define_class,
    ast.Global: _share,
    ast.Nonlocal: _share,
}
__all__ = ["Call", "Task", "Text", "bind_target", "drop", "execute", "functions"]
