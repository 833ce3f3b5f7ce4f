"""What an expression yields, and what it does to the state at hand; one function for each kind of node."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, TypeVar

from flake8_aiohttp.aiohttp_model.objects import MEMBERS, Kind
from flake8_aiohttp.analysis.domain.constraints import decided
from flake8_aiohttp.analysis.domain.state import AbstractState
from flake8_aiohttp.analysis.domain.values import (
    COMPOSITE,
    NONE,
    SHADOWING,
    AbstractObject,
    BoundMethod,
    ClassObject,
    Closure,
    Constant,
    Coroutine,
    DictValue,
    FunctionValue,
    Imported,
    Instance,
    MemberValue,
    SequenceValue,
    Super,
    Text,
    Value,
)
from flake8_aiohttp.analysis.interpreter import calls, comprehensions, functions
from flake8_aiohttp.analysis.journal.entries import Usage
from flake8_aiohttp.analysis.machine.machine import Activation
from flake8_aiohttp.analysis.transfer import branches, containers, escapes, members, text
from flake8_aiohttp.python.definitions import Class
from flake8_aiohttp.python.source import place_of

T = TypeVar("T")


_MOCKS = ("__", "assert_", "call", "mock", "return_value", "side_effect", "await_")
"""Attributes that only a mock, or any method, has."""


def evaluate(machine: Activation, node: ast.expr) -> Value:
    """Evaluate an expression in the state at hand; what no evaluator knows is unknown."""
    evaluator = _EVALUATORS.get(type(node))
    if evaluator is None:
        return None
    machine.budget.spend()
    value = evaluator(machine, node)
    return machine.bounded(value) if isinstance(value, COMPOSITE) else value


def _constant(_: Activation, node: ast.Constant) -> Value:
    if isinstance(node.value, str):
        return Text(node.value)
    return NONE if node.value is None else Constant(node.value)


def _name(machine: Activation, node: ast.Name) -> Value:
    value = machine.lookup(node.id)
    if isinstance(value, AbstractObject):
        machine.journal.sightings.last_read[value.site] = node
    elif isinstance(value, Closure):
        machine.journal.sightings.named[value.node] = node
    return value


def _attribute(machine: Activation, node: ast.Attribute) -> Value:
    if path := place_of(node):
        held = machine.state.store.get(path)
        if held is not None:
            if isinstance(held, AbstractObject):
                machine.journal.sightings.last_read[held.site] = node
            return None if held is SHADOWING else held
    value = fetch_member(machine, node, machine.evaluate(node.value))
    return _nested_attribute(machine, node) if value is None else value


def _nested_attribute(machine: Activation, node: ast.Attribute) -> Value:
    """Give what a class keeps on an object that it keeps: `self.bot.session`."""
    match node.value:
        case ast.Attribute(value=ast.Name(id=name), attr=holder):
            owner = machine.lookup(name)
            if isinstance(owner, Instance):
                return machine.facts.types.attribute(owner.definition, f"{holder}.{node.attr}")
    return None


def fetch_member(machine: Activation, node: ast.Attribute, owner: Value) -> Value:
    """Fetch an attribute of a value."""
    match owner:
        case None:
            return None
        case Imported(name=name):
            return Imported(f"{name}.{node.attr}")
        case AbstractObject(subclass=subclass):
            return _member_of_object(machine, node, owner, subclass)
        case MemberValue(kind=Kind() as kind):
            return _member_of_datum(machine, node, owner, kind)
        case Instance():
            return functions.member(machine, node, owner)
        case ClassObject():
            return _member_of_class(machine, node, owner)
        case Super(definition=definition, receiver=receiver):
            method = machine.facts.types.method(definition, node.attr, above=True)
            if method is not None:
                return FunctionValue(method, receiver)
            return members.fetch(machine, node, receiver) if isinstance(receiver, AbstractObject) else None
        case Coroutine() | BoundMethod():
            mocked = node.attr.startswith(_MOCKS)
            escapes.use(machine, owner, Usage.HANDED_ON if mocked else Usage.ATTRIBUTE, node.attr)
    return None


def _member_of_object(machine: Activation, node: ast.Attribute, owner: AbstractObject, subclass: Class | None) -> Value:
    """Fetch a member of an aiohttp object; a class of the file that derives from aiohttp's has members of its own."""
    if subclass is None:
        if owner.kind is Kind.RESPONSE and _is_overridden(machine, node.attr, owner):
            return None
        return members.fetch(machine, node, owner)
    types = machine.facts.types
    method = types.method(subclass, node.attr)
    if method is not None:
        return functions.bound(machine, node, method, owner)
    kept = types.attribute(subclass, node.attr) if node.attr not in MEMBERS[owner.kind] else None
    return members.fetch(machine, node, owner) if kept is None else kept


def _is_overridden(machine: Activation, name: str, response: AbstractObject) -> bool:
    """Whether a response has a member of its own under that name, or may be of a class of this file that has one."""
    if response.site.span in machine.journal.allocations.altered and members.is_method(Kind.RESPONSE, name):
        return True
    if not machine.facts.intent.has_own_responses:
        return False
    return any(name in each.methods for each in machine.facts.scopes.classes.values())


def _member_of_class(machine: Activation, node: ast.Attribute, owner: ClassObject) -> Value:
    method = machine.facts.types.method(owner.definition, node.attr)
    if method is None:
        return machine.facts.types.attribute(owner.definition, node.attr)
    return FunctionValue(method, owner if method.decorated_by("classmethod") else None)


def _member_of_datum(machine: Activation, node: ast.Attribute, owner: MemberValue, kind: Kind) -> Value:
    if kind is Kind.STREAM:
        value = members.fetch_quietly(machine, node, AbstractObject(kind, owner.owner.site))
        if value is not None:
            if isinstance(node.value, ast.Name):
                escapes.use(machine, owner, Usage.STREAMED)
            return value
    escapes.use(machine, owner, Usage.ATTRIBUTE, node.attr)
    return None


def _await(machine: Activation, node: ast.Await) -> Value:
    value = functions.await_value(machine, node, machine.evaluate(node.value))
    machine.state.suspend()
    return value


def _yield_from(machine: Activation, node: ast.YieldFrom) -> Value:
    return functions.await_value(machine, node, machine.evaluate(node.value))


def _yield(machine: Activation, node: ast.Yield) -> Value:
    value = machine.evaluate(node.value) if node.value is not None else NONE
    if machine.yields is not None:
        machine.yields.append((machine.state.copy(), value))
    else:
        escapes.escape(machine, value)
    machine.state.suspend()
    machine.may_raise()
    return None


def _operation(machine: Activation, node: ast.BinOp) -> Value:
    left, right = machine.evaluate(node.left), machine.evaluate(node.right)
    if isinstance(node.op, ast.Mod) and isinstance(left, Text):
        return text.percent(machine, left, right)
    for value in (left, right):
        if value is not None:
            escapes.use(machine, value, Usage.OPERAND, type(node.op).__name__)
    if isinstance(node.op, ast.Div) and isinstance(right, Text):
        return text.joined([left, Text("/"), right])
    if isinstance(node.op, ast.Add):
        if isinstance(left, SequenceValue) and isinstance(right, SequenceValue):
            return SequenceValue((*left.values, *right.values), left.exact and right.exact)
        return text.joined([left, right])
    return None


def _unary(machine: Activation, node: ast.UnaryOp) -> Value:
    value = machine.evaluate(node.operand)
    if isinstance(node.op, ast.Not):
        escapes.use(machine, value, Usage.TESTED)
        truth = branches.truth_of(value)
        return None if truth is None else Constant(not truth)
    escapes.use(machine, value, Usage.OPERAND, type(node.op).__name__)
    return None


def _compare(machine: Activation, node: ast.Compare) -> Value:
    operands = [node.left, *node.comparators]
    values = [machine.evaluate(operand) for operand in operands]
    if len(values) == 2 and all(map(_is_known, values)):
        outcome = decided(node.ops[0], *map(_data, values))
        return None if outcome is None else Constant(outcome)
    for index, op in enumerate(node.ops):
        left, right = values[index], values[index + 1]
        if isinstance(op, (ast.In, ast.NotIn)):
            escapes.use(machine, right, Usage.SEARCHED)
        elif not isinstance(op, (ast.Is, ast.IsNot)):
            for value, other in ((left, operands[index + 1]), (right, operands[index])):
                if not _is_url(value) or isinstance(other, (ast.Constant, ast.JoinedStr)):
                    escapes.use(machine, value, Usage.COMPARED)
    return None


def _is_known(value: Value) -> bool:
    """Whether a value is plain data, known to the last character."""
    if isinstance(value, SequenceValue):
        return value.exact and all(map(_is_known, value.values))
    return isinstance(value, Constant) or (isinstance(value, Text) and value.settled and "\0" not in value.value)


def _data(value: Value) -> object:
    """Give the plain data that a known value is."""
    if isinstance(value, SequenceValue):
        return tuple(map(_data, value.values))
    return value.value if isinstance(value, (Constant, Text)) else None


def _is_url(value: Value) -> bool:
    """Whether a value is a URL: it may well equal another one, but no literal."""
    return isinstance(value, MemberValue) and value.kind is Kind.URL


def _any_of(machine: Activation, node: ast.BoolOp) -> Value:
    """`a or b`: each but the last may decide."""
    for operand in node.values[:-1]:
        if isinstance(operand, (ast.Name, ast.Attribute)):
            if (decided := _decide(machine, node.op, operand)) is not None:
                return decided[0]
            continue
        value = machine.evaluate(operand)
        escapes.use(machine, value, Usage.TESTED)
        truth = branches.truth_of(value)
        decides = machine.choose(2) == 0 if truth is None else truth is isinstance(node.op, ast.Or)
        if decides:
            return value
    return machine.evaluate(node.values[-1])


def _decide(machine: Activation, op: ast.boolop, operand: ast.expr) -> tuple[Value] | None:
    """Say what a place decides in `a or b`, where it does; later tests of it are the same condition."""
    true, false = branches.split(machine, operand, [machine.state])
    decides, others = (true, false) if isinstance(op, ast.Or) else (false, true)
    machine.state, decided = _one_of(machine, [*((w, True) for w in decides), *((w, False) for w in others)])
    return (machine.evaluate(operand),) if decided else None


def _conditional(machine: Activation, node: ast.IfExp) -> Value:
    true, false = branches.split(machine, node.test, [machine.state])
    arms = [*((state, node.body) for state in true), *((state, node.orelse) for state in false)]
    machine.state, arm = _one_of(machine, arms)
    return machine.evaluate(arm)


def _one_of(machine: Activation, ways: list[tuple[AbstractState, T]]) -> tuple[AbstractState, T]:
    """Choose a way to go on; where there is none, the test has raised."""
    if not ways:
        machine.fail("")
    return ways[machine.choose(len(ways))]


def _walrus(machine: Activation, node: ast.NamedExpr) -> Value:
    value = machine.evaluate(node.value)
    machine.bind(node.target.id, value)
    return value


def _sequence(machine: Activation, node: ast.List | ast.Tuple | ast.Set) -> Value:
    values: list[Value] = []
    exact = True
    for element in node.elts:
        value = machine.evaluate(element.value if isinstance(element, ast.Starred) else element)
        if not isinstance(element, ast.Starred):
            values.append(value)
        elif isinstance(value, SequenceValue):
            values += value.values
            exact = exact and value.exact
        else:
            escapes.use(machine, value, Usage.UNPACKED)
            exact = False
    return SequenceValue(tuple(values), exact)


def _dict(machine: Activation, node: ast.Dict) -> Value:
    pairs: list[tuple[str | None, Value]] = []
    for key, item in zip(node.keys, node.values, strict=True):
        value = machine.evaluate(item)
        if key is None:
            escapes.use(machine, value, Usage.UNPACKED)
            pairs += value.pairs if isinstance(value, DictValue) else [(None, None)]
            continue
        held = machine.evaluate(key)
        escapes.use(machine, held, Usage.OPERAND)
        pairs.append((held.value if isinstance(held, Text) else None, value))
    return DictValue(tuple(pairs))


def _lambda(machine: Activation, node: ast.Lambda) -> Value:
    for default in (*node.args.defaults, *node.args.kw_defaults):
        if default is not None:
            escapes.use(machine, machine.evaluate(default), Usage.ARGUMENT, "a default value")
    return Closure(node)


def _starred(machine: Activation, node: ast.Starred) -> Value:
    return machine.evaluate(node.value)


_EVALUATORS: dict[type[ast.expr], Callable[[Activation, Any], Value]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: calls.call,
    ast.Await: _await,
    ast.Yield: _yield,
    ast.YieldFrom: _yield_from,
    ast.BinOp: _operation,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.BoolOp: _any_of,
    ast.IfExp: _conditional,
    ast.NamedExpr: _walrus,
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.Set: _sequence,
    ast.Dict: _dict,
    ast.Lambda: _lambda,
    ast.Starred: _starred,
    getattr(ast, "TemplateStr", ast.JoinedStr): text.template,  # before Python 3.14, the next line takes its place
    ast.JoinedStr: text.formatted,
    ast.Subscript: containers.subscript,
    ast.ListComp: comprehensions.comprehension,
    ast.SetComp: comprehensions.comprehension,
    ast.GeneratorExp: comprehensions.comprehension,
    ast.DictComp: comprehensions.dict_comprehension,
}
