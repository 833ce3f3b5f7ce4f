"""Statements without a suite of their own, and what is bound by them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.analysis.domain.state import AbstractState, States
from flake8_aiohttp.analysis.domain.values import (
    AbstractObject,
    BoundMethod,
    ClassObject,
    Closure,
    Constant,
    Coroutine,
    DictValue,
    MemberValue,
    SequenceValue,
    Site,
    Text,
    Value,
    normalise,
)
from flake8_aiohttp.analysis.journal.recorder import Usage
from flake8_aiohttp.analysis.machine.flow import Completion, Outcomes
from flake8_aiohttp.analysis.transfer import bodies, branches, containers, content_type, escapes, members

if TYPE_CHECKING:
    from flake8_aiohttp.analysis.interpreter.frame import Frame


def execute(frame: Frame, statement: ast.stmt, states: States) -> Outcomes[AbstractState]:
    """Run a statement in each state."""
    runner = _RUNNERS.get(type(statement))
    if runner is None:
        return Outcomes({Completion.NORMAL: states})
    if not isinstance(statement, _PLAIN):
        return runner(frame, statement, states)
    outcomes: Outcomes[AbstractState] = Outcomes()
    telling = []
    for state in states:
        if frame.is_inert(statement, state):
            outcomes.add(_pass_by(frame, statement, state), [state])
        else:
            telling.append(state)
    if telling:
        outcomes.add_all(runner(frame, statement, telling))
    return outcomes


_PLAIN = (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Raise)


def _pass_by(frame: Frame, statement: ast.stmt, state: AbstractState) -> Completion:
    """Run a statement that cannot matter: its names are unknown afterwards, and it may raise."""
    frame.engine.step()
    frame.state = state
    if isinstance(statement, ast.Raise):
        state.pending_exception = frame.engine.exception_name(statement.exc)
        return Completion.THROW
    frame.may_raise()
    if isinstance(statement, ast.Return):
        state.return_value = None
        return Completion.RETURN
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    for target in targets:
        if target is not None:
            bind_target(frame, target, None)
    return Completion.NORMAL


def _after(
    frame: Frame, states: States, action: Callable[[], Value], way: Completion = Completion.NORMAL
) -> Outcomes[AbstractState]:
    outcomes: Outcomes[AbstractState] = Outcomes()
    outcomes.add(way, [state for state, _ in frame.explore(states, action)])
    return outcomes


def _expression(frame: Frame, statement: ast.Expr, states: States) -> Outcomes[AbstractState]:
    def action() -> Value:
        drop(frame, frame.evaluate(statement.value))
        return None

    return _after(frame, states, action)


def drop(frame: Frame, value: Value) -> None:
    """Throw a value away."""
    if isinstance(value, (Coroutine, AbstractObject)):
        escapes.use(frame, value, Usage.DROPPED)


def _assign(frame: Frame, statement: ast.Assign, states: States) -> Outcomes[AbstractState]:
    def action() -> Value:
        value = frame.evaluate(statement.value)
        for target in statement.targets:
            bind_target(frame, target, value)
        return None

    return _after(frame, states, action)


def _annotated(frame: Frame, statement: ast.AnnAssign, states: States) -> Outcomes[AbstractState]:
    def action() -> Value:
        value = frame.evaluate(statement.value) if statement.value is not None else None
        if value is None:
            value = frame.engine.types.annotated(statement.annotation)
        bind_target(frame, statement.target, value)
        return None

    return _after(frame, states, action)


def _augmented(frame: Frame, statement: ast.AugAssign, states: States) -> Outcomes[AbstractState]:
    def action() -> Value:
        held = frame.lookup(statement.target.id) if isinstance(statement.target, ast.Name) else None
        value = frame.evaluate(statement.value)
        if isinstance(held, SequenceValue) and isinstance(value, SequenceValue):
            bind_target(frame, statement.target, SequenceValue((*held.values, *value.values)[:8], exact=False))
            return None
        escapes.use(frame, value, Usage.OPERAND, type(statement.op).__name__)
        if isinstance(statement.target, ast.Name):
            frame.bind(statement.target.id, None)
        return None

    return _after(frame, states, action)


def bind_target(frame: Frame, target: ast.expr, value: Value) -> None:
    """Assign a value to a target."""
    match target:
        case ast.Name(id=name):
            frame.bind(name, value)
            if frame.is_shared(name):
                escapes.publish(frame, value)
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
    if not isinstance(
        value, (Coroutine, BoundMethod, MemberValue)
    ):  # with its body or status a response does not leave
        frame.engine.last_stored.update(dict.fromkeys(escapes.all_sites(value), target))
    escapes.publish(frame, value)
    if isinstance(target.value, ast.Name):
        owner = frame.lookup(target.value.id)
        replaces = _replace_method(frame, target, owner) or isinstance(owner, AbstractObject)
        explicit = isinstance(value, (Text, Constant)) and not isinstance(value.value, (bool, type(None)))
        kept = None if explicit else normalise(value)
        frame.state.bind(f"{target.value.id}.{target.attr}", kept, shadows=replaces)
    else:
        escapes.escape(frame, value)


def _replace_method(frame: Frame, target: ast.Attribute, owner: Value) -> bool:
    """See whether an assignment replaces a method of an aiohttp object: it is no plain one any more."""
    if isinstance(owner, AbstractObject) and members.is_method(owner.kind, target.attr):
        frame.engine.requests.alter(frame, owner)
        return True
    if owner is None and frame.function is not None and members.is_method(Kind.SESSION, target.attr):
        frame.engine.requests.altering.add(frame.function)
    return False


def _unpack(frame: Frame, targets: list[ast.expr], value: Value) -> None:
    if not isinstance(value, SequenceValue):
        escapes.use(frame, value, Usage.UNPACKED)
        values: list[Value] = [None] * len(targets)
    elif value.exact and len(value.values) == len(targets):
        values = list(value.values)
    else:
        values = [containers.element(frame, value) for _ in targets] if value.values else [None] * len(targets)
    for target, held in zip(targets, values, strict=True):
        bind_target(frame, target, held)


def _return(frame: Frame, statement: ast.Return, states: States) -> Outcomes[AbstractState]:
    def action() -> Value:
        value = frame.evaluate(statement.value) if statement.value is not None else None
        _give_back(frame, statement.value, value)
        frame.state.return_value = value
        frame.state.return_expressions = _leaving(frame, statement, value)
        return None

    return _after(frame, states, action, Completion.RETURN)


def _is_display(node: ast.expr | None) -> bool:
    """Whether an expression spells out a list or dict: `[…]`, `{…}` or `dict(…)`."""
    named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict"
    return named or isinstance(node, (ast.Dict, ast.List))


def _give_back(frame: Frame, node: ast.expr | None, value: Value) -> None:
    """Return a value; a bound method, alone or in a tuple, is taken for the body."""
    if isinstance(value, (DictValue, SequenceValue)) and _is_display(node):
        _collect(frame, value)
    elif isinstance(node, ast.Tuple) and isinstance(value, SequenceValue) and len(node.elts) == len(value.values):
        for element, held in zip(node.elts, value.values, strict=True):
            _give_back(frame, element, held)
    elif isinstance(value, BoundMethod) and frame.asynchronous:
        escapes.use(frame, value, Usage.COLLECTED)
        escapes.note_owner_event(frame, value)
    elif isinstance(value, AbstractObject) and frame.function is not None and frame.engine.has_callers(frame.function):
        escapes.untrack(frame, value)  # its callers show what becomes of it
    else:
        escapes.publish(frame, value)


def _leaving(frame: Frame, statement: ast.Return, value: Value) -> dict[Site, ast.expr]:
    """Give the expressions in a `return` by which the sites in its value leave."""
    first, last = statement.lineno, statement.end_lineno or statement.lineno
    nodes = ((site, frame.engine.last_read.get(site)) for site in escapes.all_sites(value))
    return {site: node for site, node in nodes if node is not None and first <= node.lineno <= last}


def _collect(frame: Frame, value: DictValue | SequenceValue) -> None:
    """Return a dict or list: coroutines in it are taken for bodies."""
    for held in [one for _, one in value.pairs] if isinstance(value, DictValue) else value.values:
        if isinstance(held, (Coroutine, BoundMethod)):
            escapes.use(frame, held, Usage.COLLECTED)
            escapes.note_owner_event(frame, held)
        elif isinstance(held, (DictValue, SequenceValue)):
            _collect(frame, held)
        else:
            escapes.publish(frame, held)


def _raise(frame: Frame, statement: ast.Raise, states: States) -> Outcomes[AbstractState]:
    def action() -> Value:
        exception = statement.exc
        if isinstance(exception, ast.Call):
            _raise_new(frame, exception)
        elif exception is not None:
            escapes.escape(frame, frame.evaluate(exception))
        frame.state.pending_exception = frame.engine.exception_name(exception)
        return None

    return _after(frame, states, action, Completion.THROW)


def _raise_new(frame: Frame, exception: ast.Call) -> None:
    """Make an exception: it takes data, and does not await."""
    name = ast.unparse(exception.func)
    for argument in (*exception.args, *(keyword.value for keyword in exception.keywords)):
        value = frame.evaluate(argument)
        if isinstance(value, (Coroutine, BoundMethod)):
            escapes.use(frame, value, Usage.ARGUMENT, name)
        else:
            escapes.escape(frame, value)


def _assert(frame: Frame, statement: ast.Assert, states: States) -> Outcomes[AbstractState]:
    true, false = branches.split(frame, statement.test, states)
    for state in true if frame.engine.is_typed else ():
        content_type.doubt(state, statement.test)
    outcomes: Outcomes[AbstractState] = Outcomes()
    outcomes.add(Completion.NORMAL, true)
    if (message := statement.msg) is not None:
        false = [w for w, _ in frame.explore(false, lambda: bodies.show(frame, message))]
    for state in false:
        state.pending_exception = "AssertionError"
    outcomes.add(Completion.THROW, false)
    return outcomes


def _delete(frame: Frame, statement: ast.Delete, states: States) -> Outcomes[AbstractState]:
    def action() -> Value:
        for target in statement.targets:
            if isinstance(target, ast.Name):
                if frame.engine.is_expected(statement.lineno):
                    escapes.escape(frame, frame.state.store.get(target.id))
                frame.state.bind(target.id, None)
            else:
                frame.evaluate(target)
        return None

    return _after(frame, states, action)


def _define(frame: Frame, statement: ast.FunctionDef | ast.AsyncFunctionDef, states: States) -> Outcomes[AbstractState]:
    def action() -> Value:
        arguments = statement.args
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if default is not None:
                value = frame.evaluate(default)
                escapes.use(frame, value, Usage.ARGUMENT, "a default value")
        for decorator in statement.decorator_list:
            frame.evaluate(decorator)
        if frame.function is None:
            return None
        frame.bind(statement.name, Closure(statement))
        frame.engine.enclose(frame, statement)
        return None

    return _after(frame, states, action)


def _define_class(frame: Frame, statement: ast.ClassDef, states: States) -> Outcomes[AbstractState]:
    definition = frame.engine.scopes.classes.get(statement.name)
    for state in states:
        if definition is not None and frame.function is not None:
            state.bind(statement.name, ClassObject(definition))
    return Outcomes({Completion.NORMAL: states})


def _share(frame: Frame, statement: ast.Global | ast.Nonlocal, states: States) -> Outcomes[AbstractState]:
    frame.shared.update(statement.names)
    return Outcomes({Completion.NORMAL: states})


_RUNNERS: dict[type[ast.stmt], Callable[[Frame, Any, States], Outcomes[AbstractState]]] = {
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
