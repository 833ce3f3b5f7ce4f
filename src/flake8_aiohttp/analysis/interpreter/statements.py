"""Statements without a suite of their own, and what is bound by them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

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
    Instance,
    MemberValue,
    SequenceValue,
    Site,
    Text,
    Value,
    heard_of,
    normalise,
)
from flake8_aiohttp.analysis.interpreter import exceptions
from flake8_aiohttp.analysis.journal.entries import Usage
from flake8_aiohttp.analysis.machine.flow import Completion, Outcomes
from flake8_aiohttp.analysis.machine.machine import Activation
from flake8_aiohttp.analysis.transfer import bodies, branches, containers, content_type, escapes, members, requests
from flake8_aiohttp.python.source import place_of


def execute(machine: Activation, statement: ast.stmt, states: States) -> Outcomes[AbstractState]:
    """Run a statement in each state."""
    runner = _RUNNERS.get(type(statement))
    if runner is None:
        return Outcomes({Completion.NORMAL: states})
    if not isinstance(statement, _PLAIN):
        return runner(machine, statement, states)
    outcomes: Outcomes[AbstractState] = Outcomes()
    telling = []
    for state in states:
        if machine.is_inert(statement, state):
            outcomes.add(_pass_by(machine, statement, state), [state])
        else:
            telling.append(state)
    if telling:
        outcomes.add_all(runner(machine, statement, telling))
    return outcomes


_PENDING = frozenset({Kind.REQUEST, Kind.SOCKET_REQUEST})
_PLAIN = (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Raise)


def _pass_by(machine: Activation, statement: ast.stmt, state: AbstractState) -> Completion:
    """Run a statement that cannot matter: its names are unknown afterwards, and it may raise."""
    machine.budget.spend()
    machine.state = state
    if isinstance(statement, ast.Raise):
        state.pending_exception = machine.facts.module.exception_name(statement.exc)
        return Completion.THROW
    _forget_fields(machine, getattr(statement, "value", None))
    machine.may_raise()
    if isinstance(statement, ast.Return):
        state.return_value = None
        return Completion.RETURN
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    for target in targets:
        if target is not None:
            bind_target(machine, target, None)
    return Completion.NORMAL


def _forget_fields(machine: Activation, node: ast.expr | None) -> None:
    """Forget what is known of attributes that an expression, which nobody looks at, may set."""
    if isinstance(node, ast.Await):
        machine.state.suspend()
        node = node.value
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)):
            owner = machine.lookup(name)
            if isinstance(owner, Instance):
                function = machine.facts.types.method(owner.definition, method)
                names = machine.facts.functions.assigned_fields(function) if function else None
                machine.state.forget_fields(name, names)


def _after(
    machine: Activation, states: States, action: Callable[[], Value], way: Completion = Completion.NORMAL
) -> Outcomes[AbstractState]:
    outcomes: Outcomes[AbstractState] = Outcomes()
    outcomes.add(way, [state for state, _ in machine.explore(states, action)])
    return outcomes


def _expression(machine: Activation, statement: ast.Expr, states: States) -> Outcomes[AbstractState]:
    def action() -> Value:
        drop(machine, machine.evaluate(statement.value))
        return None

    outcomes = _after(machine, states, action)
    test = machine.facts.functions.asserted(statement.value)
    if test is not None:
        true, false = branches.split(machine, test, outcomes.take(Completion.NORMAL))
        outcomes.add(Completion.NORMAL, true)
        outcomes.add(Completion.THROW, _failed(false))
    return outcomes


def _failed(states: States) -> States:
    """Give the states in which an assertion did not hold."""
    for state in states:
        state.pending_exception = "AssertionError"
    return states


def drop(machine: Activation, value: Value) -> None:
    """Throw a value away."""
    if isinstance(value, (Coroutine, AbstractObject, BoundMethod, MemberValue)):
        escapes.use(machine, value, Usage.DROPPED)


def _assign(machine: Activation, statement: ast.Assign, states: States) -> Outcomes[AbstractState]:
    def action() -> Value:
        value = machine.evaluate(statement.value)
        if isinstance(value, Coroutine) and value.operation is not None:
            escapes.expect(machine, value)
        for target in statement.targets:
            bind_target(machine, target, value)
        return None

    return _after(machine, states, action)


def _annotated(machine: Activation, statement: ast.AnnAssign, states: States) -> Outcomes[AbstractState]:
    def action() -> Value:
        value = machine.evaluate(statement.value) if statement.value is not None else None
        if value is None:
            value = machine.facts.types.annotated(statement.annotation)
        bind_target(machine, statement.target, value)
        return None

    return _after(machine, states, action)


def _augmented(machine: Activation, statement: ast.AugAssign, states: States) -> Outcomes[AbstractState]:
    def action() -> Value:
        held = machine.lookup(statement.target.id) if isinstance(statement.target, ast.Name) else None
        value = machine.evaluate(statement.value)
        if isinstance(held, SequenceValue) and isinstance(value, SequenceValue):
            bind_target(machine, statement.target, SequenceValue((*held.values, *value.values)[:8], exact=False))
            return None
        escapes.use(machine, value, Usage.OPERAND, type(statement.op).__name__)
        if isinstance(statement.target, ast.Name):
            machine.bind(statement.target.id, None)
        return None

    return _after(machine, states, action)


def bind_target(machine: Activation, target: ast.expr, value: Value) -> None:
    """Assign a value to a target."""
    match target:
        case ast.Name(id=name):
            machine.bind(name, value)
            if machine.is_shared(name):
                escapes.publish(machine, value)
        case ast.Attribute():
            _bind_attribute(machine, target, value)
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            _unpack(machine, targets, value)
        case ast.Starred(value=inner):
            bind_target(machine, inner, value)
        case _:
            assert isinstance(target, ast.Subscript)
            containers.store(machine, target, value)


def _bind_attribute(machine: Activation, target: ast.Attribute, value: Value) -> None:
    if not isinstance(
        value, (Coroutine, BoundMethod, MemberValue)
    ):  # with its body or status a response does not leave
        machine.journal.sightings.last_stored.update(dict.fromkeys(escapes.all_sites(value), target))
    if not _keeps_request(machine, target, value):
        escapes.publish(machine, value)
    if isinstance(target.value, ast.Name):
        owner = machine.lookup(target.value.id)
        replaces = _replace_method(machine, target, owner) or isinstance(owner, AbstractObject)
        explicit = isinstance(value, (Text, Constant)) and not isinstance(value.value, (bool, type(None)))
        kept = None if explicit else normalise(heard_of(value) if isinstance(value, Instance) else value)
        machine.state.bind(f"{target.value.id}.{target.attr}", kept, shadows=replaces)
    elif (path := place_of(target)) and isinstance(value, AbstractObject):
        machine.state.bind(path, value)
    else:
        machine.state.bind(path, None)
        escapes.escape(machine, value)


def _keeps_request(machine: Activation, target: ast.Attribute, value: Value) -> bool:
    """Write down that a class keeps a request which its methods take for the response."""
    owner = machine.invocation.function.owner if machine.invocation.function else None
    if owner is None or not isinstance(value, AbstractObject) or value.kind not in _PENDING:
        return False
    asked = machine.facts.retained.asked_of_request(owner, target.attr)
    if asked:
        escapes.use(machine, value, Usage.ATTRIBUTE, asked)
    return bool(asked)


def _replace_method(machine: Activation, target: ast.Attribute, owner: Value) -> bool:
    """See whether an assignment replaces a method of an aiohttp object: it is no plain one any more."""
    if isinstance(owner, AbstractObject) and members.is_method(owner.kind, target.attr):
        requests.alter(machine, owner)
        return True
    if owner is None and machine.invocation.function is not None and members.is_method(Kind.SESSION, target.attr):
        machine.journal.allocations.altering.add(machine.invocation.function)
    return False


def _unpack(machine: Activation, targets: list[ast.expr], value: Value) -> None:
    if not isinstance(value, SequenceValue):
        escapes.use(machine, value, Usage.UNPACKED)
        values: list[Value] = [None] * len(targets)
    elif value.exact and len(value.values) == len(targets):
        values = list(value.values)
    else:
        values = [containers.element(machine, value) for _ in targets] if value.values else [None] * len(targets)
    for target, held in zip(targets, values, strict=True):
        bind_target(machine, target, held)


def _return(machine: Activation, statement: ast.Return, states: States) -> Outcomes[AbstractState]:
    def action() -> Value:
        value = machine.evaluate(statement.value) if statement.value is not None else None
        _give_back(machine, statement.value, value)
        machine.state.return_value = value
        machine.state.return_expressions = _leaving(machine, statement, value)
        return None

    return _after(machine, states, action, Completion.RETURN)


def _is_display(node: ast.expr | None) -> bool:
    """Whether an expression spells out a list or dict: `[…]`, `{…}` or `dict(…)`."""
    named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict"
    return named or isinstance(node, (ast.Dict, ast.List))


def _give_back(machine: Activation, node: ast.expr | None, value: Value) -> None:
    """Return a value; a bound method, alone or in a tuple, is taken for the body."""
    if isinstance(value, (DictValue, SequenceValue)) and _is_display(node):
        _collect(machine, value)
    elif isinstance(node, ast.Tuple) and isinstance(value, SequenceValue) and len(node.elts) == len(value.values):
        for element, held in zip(node.elts, value.values, strict=True):
            _give_back(machine, element, held)
    elif isinstance(value, BoundMethod) and machine.invocation.asynchronous:
        escapes.use(machine, value, Usage.COLLECTED)
        escapes.note_owner_event(machine, value)
    elif (
        isinstance(value, AbstractObject)
        and machine.invocation.function is not None
        and machine.facts.calls.has_callers(machine.invocation.function)
    ):
        escapes.untrack(machine, value)  # its callers show what becomes of it
    elif isinstance(value, Closure):
        for held in escapes.captured_values(machine, value):
            escapes.publish(machine, held)
    else:
        escapes.publish(machine, value)


def _leaving(machine: Activation, statement: ast.Return, value: Value) -> dict[Site, ast.expr]:
    """Give the expressions in a `return` by which the sites in its value leave."""
    first, last = statement.lineno, statement.end_lineno or statement.lineno
    nodes = ((site, machine.journal.sightings.last_read.get(site)) for site in escapes.all_sites(value))
    return {site: node for site, node in nodes if node is not None and first <= node.lineno <= last}


def _collect(machine: Activation, value: DictValue | SequenceValue) -> None:
    """Return a dict or list: coroutines in it are taken for bodies."""
    for held in [one for _, one in value.pairs] if isinstance(value, DictValue) else value.values:
        if isinstance(held, (Coroutine, BoundMethod)):
            escapes.use(machine, held, Usage.COLLECTED)
            escapes.note_owner_event(machine, held)
        elif isinstance(held, (DictValue, SequenceValue)):
            _collect(machine, held)
        else:
            escapes.publish(machine, held)


def _raise(machine: Activation, statement: ast.Raise, states: States) -> Outcomes[AbstractState]:
    def action() -> Value:
        exception = statement.exc
        if isinstance(exception, ast.Call):
            exceptions.make(machine, exception)
        elif exception is not None:
            escapes.escape(machine, machine.evaluate(exception))
        machine.state.pending_exception = machine.facts.module.exception_name(exception)
        return None

    return _after(machine, states, action, Completion.THROW)


def _assert(machine: Activation, statement: ast.Assert, states: States) -> Outcomes[AbstractState]:
    true, false = branches.split(machine, statement.test, states)
    for state in true:
        content_type.doubt(state, statement.test)
    outcomes: Outcomes[AbstractState] = Outcomes()
    outcomes.add(Completion.NORMAL, true)
    if (message := statement.msg) is not None:
        false = [w for w, _ in machine.explore(false, lambda: bodies.show(machine, message))]
    outcomes.add(Completion.THROW, _failed(false))
    return outcomes


def _delete(machine: Activation, statement: ast.Delete, states: States) -> Outcomes[AbstractState]:
    def action() -> Value:
        for target in statement.targets:
            if isinstance(target, ast.Name):
                if machine.facts.intent.is_expected(statement.lineno):
                    escapes.escape(machine, machine.state.store.get(target.id))
                machine.state.bind(target.id, None)
            else:
                machine.evaluate(target)
        return None

    return _after(machine, states, action)


def _define(
    machine: Activation, statement: ast.FunctionDef | ast.AsyncFunctionDef, states: States
) -> Outcomes[AbstractState]:
    def action() -> Value:
        arguments = statement.args
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if default is not None:
                value = machine.evaluate(default)
                escapes.use(machine, value, Usage.ARGUMENT, "a default value")
        for decorator in statement.decorator_list:
            machine.evaluate(decorator)
        if machine.invocation.function is None:
            return None
        machine.bind(statement.name, Closure(statement))
        escapes.enclose(machine, statement)
        return None

    return _after(machine, states, action)


def _define_class(machine: Activation, statement: ast.ClassDef, states: States) -> Outcomes[AbstractState]:
    definition = machine.facts.scopes.classes.get(statement.name)
    for machine.state in states:
        if definition is not None and machine.invocation.function is not None:
            machine.state.bind(statement.name, ClassObject(definition))
            escapes.keep(machine, statement)
    return Outcomes({Completion.NORMAL: states})


def _share(machine: Activation, statement: ast.Global | ast.Nonlocal, states: States) -> Outcomes[AbstractState]:
    machine.invocation.shared.update(statement.names)
    return Outcomes({Completion.NORMAL: states})


_RUNNERS: dict[type[ast.stmt], Callable[[Activation, Any, States], Outcomes[AbstractState]]] = {
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
