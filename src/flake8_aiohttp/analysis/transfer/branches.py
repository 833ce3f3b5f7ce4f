"""Tests: which states go which way, and what a test teaches about the values in it."""

from __future__ import annotations

import ast

from flake8_aiohttp.aiohttp_model.objects import MEMBERS, TYPES, Calling, Kind
from flake8_aiohttp.aiohttp_model.typestate import Body, is_bodiless
from flake8_aiohttp.analysis.domain.constraints import Condition, written
from flake8_aiohttp.analysis.domain.state import AbstractState, States
from flake8_aiohttp.analysis.domain.values import (
    NONE,
    SHADOWING,
    AbstractObject,
    BodyValue,
    BoundMethod,
    ClassObject,
    Closure,
    Constant,
    Coroutine,
    DictValue,
    FunctionValue,
    Gathered,
    Imported,
    Instance,
    MemberValue,
    SequenceValue,
    ShadowingUnknown,
    Site,
    Super,
    SuspendedCall,
    Task,
    Text,
    Value,
)
from flake8_aiohttp.analysis.journal.entries import Usage
from flake8_aiohttp.analysis.machine.machine import Machine
from flake8_aiohttp.analysis.transfer import content_type, escapes
from flake8_aiohttp.finding import Span
from flake8_aiohttp.library_model.callees import AWAITABLE_TESTS, FUNCTION_TESTS

_PENDING = frozenset({Kind.REQUEST, Kind.SOCKET_REQUEST, Kind.STANDALONE})

_TRUE = (
    AbstractObject,
    BoundMethod,
    Coroutine,
    SuspendedCall,
    Task,
    Gathered,
    FunctionValue,
    Closure,
    ClassObject,
)
_NEVER_NONE = frozenset({"read", "text"})
"""What gives bytes or a str, be they empty; parsed JSON may be None."""
_SOMETHING = (*_TRUE, Instance, SequenceValue, DictValue, Text)


def truth_of(value: Value) -> bool | None:
    """Say whether a value counts as true; None where that is not known."""
    if is_hearsay(value):
        return None
    match value:
        case AbstractObject(subclass=subclass) if subclass is not None:
            return None  # its class may have a length, or a truth of its own
        case Constant(value=constant):
            return bool(constant)
        case MemberValue() if is_nothing(value):
            return False
        case Text(value=text):
            return bool(text) if "\0" not in text else None
        case SequenceValue(values=values, exact=True):
            return bool(values)
        case DictValue(pairs=pairs):
            return any(key is not None for key, _ in pairs) or None
    return True if isinstance(value, _TRUE) else None


def is_hearsay(value: Value) -> bool:
    """Whether an annotation or a constructor elsewhere is all that tells of a value: it may be None all the same."""
    match value:
        case AbstractObject(site=site):
            return not site.span.line
        case Instance(made=made):
            return not made
        case Text(settled=settled):
            return not settled
        case DictValue(pairs=pairs):
            return bool(pairs) and all(key is None for key, _ in pairs)
        case SequenceValue(values=values):
            return any(map(is_hearsay, values))
    return False


def _is_none(value: Value) -> bool | None:
    """Say whether a value is None; None where that is not known: `connection` and parsed JSON may well be."""
    if is_nothing(value) or value == NONE:
        return True
    if isinstance(value, BodyValue) and value.name in _NEVER_NONE:
        return False
    known = isinstance(value, (*_SOMETHING, Constant)) and not is_hearsay(value)
    return False if known else None


def is_nothing(value: Value) -> bool:
    """Whether a value is what a plain method returned that returns nothing."""
    return isinstance(value, MemberValue) and value.name in {"close()", "raise_for_status()"}


def split(machine: Machine, test: ast.expr, states: States, *, again: bool = False) -> tuple[States, States]:
    """Split states into those where a test is true and those where it is false."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            true, false = split(machine, operand, states, again=again)
            return false, true
        case ast.BoolOp(op=ast.And(), values=operands):
            false = []
            for operand in operands:
                states, others = split(machine, operand, states, again=again)
                false += others
            return states, machine.join(false)
        case ast.BoolOp(op=ast.Or(), values=operands):
            true = []
            for operand in operands:
                others, states = split(machine, operand, states, again=again)
                true += others
            return machine.join(true), states
        case ast.Compare(ops=[_, _, *_]):
            return split(machine, machine.facts.functions.chained(test), states, again=again)
    return _split_leaf(machine, test, states, again=again)


def _split_leaf(machine: Machine, test: ast.expr, states: States, *, again: bool) -> tuple[States, States]:
    condition = machine.facts.functions.condition(test)
    true, false = [], []
    telling = [state for state in states if _asks_of_made(test, state) or not machine.is_inert(test, state)]
    explore = machine.explore(telling, lambda: _evaluate(machine, test)) if telling else []
    if len(telling) < len(states):
        inert = [state for state in states if state not in telling]
        machine.budget.spend(len(inert))
        explore += [(state, None) for state in inert]
    for state, value in explore:
        truth = truth_of(value)
        if again and condition is not None:
            state.conditions = tuple(c for c in state.conditions if c.subject != condition.subject)
        if truth is None:
            twin = state.copy()
            if _take(machine, state, test, condition, way=True):
                true.append(state)
            if _take(machine, twin, test, condition and condition.negated(), way=False):
                if isinstance(value, BodyValue) and value.site is not None and value.empty is not None:
                    twin.resolve_body(value.site, value.empty)
                false.append(twin)
        else:
            content_type.learn(machine, state, test, truth=truth)
            (true if truth else false).append(state)
    return true, false


def _asks_of_made(test: ast.expr, state: AbstractState) -> bool:
    """Whether a test asks if an object that was seen being made is None."""
    match test:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Is() | ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return isinstance(state.store.get(name), Instance)
    return False


def _take(machine: Machine, state: AbstractState, test: ast.expr, condition: Condition | None, *, way: bool) -> bool:
    """Let a state go one way of a test; say whether it can."""
    if condition is not None and not state.assume(condition):
        return False
    state.branched(test.lineno if way else -test.lineno)
    narrow(machine, state, test, way=way)
    if condition is not None:
        learn_status(state, _compared(test), condition)
    content_type.learn(machine, state, test, truth=way)
    return True


def _compared(test: ast.expr) -> ast.expr:
    """Give what a test compares with a constant."""
    if isinstance(test, ast.Compare):
        return test.comparators[0] if isinstance(test.left, ast.Constant) else test.left
    return test


def learn_status(state: AbstractState, subject: ast.expr, condition: Condition) -> None:
    """Learn from a condition on `subject`, a response's status, that the response has no body."""
    statuses = condition.constant if condition.relation == "in" else (condition.constant,)
    if condition.relation not in {"==", "in"} or not isinstance(statuses, tuple) or not statuses:
        return
    owner: Value
    match subject:
        case ast.Name(id=name):
            held = state.store.get(name)
            owner = held.owner if isinstance(held, MemberValue) and held.name == "status" else None
        case ast.Attribute(value=ast.Name() | ast.Attribute() as place, attr="status"):
            owner = state.store.get(written(place))
        case _:
            return
    if isinstance(owner, AbstractObject) and all(map(is_bodiless, statuses)):
        state.resolve_body(owner.site, Body.ABSENT)


def _evaluate(machine: Machine, test: ast.expr) -> Value:
    """Evaluate a test; what it asks of a value that is known it is told."""
    match test:
        case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot() as op], comparators=[ast.Constant(value=None)]):
            is_none = _is_none(machine.evaluate(left))
            return None if is_none is None else Constant(is_none is isinstance(op, ast.Is))
        case ast.Call(func=ast.Name(id="isinstance"), args=[subject, kind]):
            return _is_instance(machine, subject, kind)
        case ast.Call(func=ast.Name(id="hasattr"), args=[subject, ast.Constant(value=str() as name)]):
            value = machine.evaluate(subject)
            escapes.use(machine, value, Usage.EXAMINED)
            asked = value.kind if isinstance(value, (AbstractObject, MemberValue)) else None
            return Constant(name in MEMBERS[asked]) if asked is not None else None
        case ast.Call(func=func, args=[subject]) if _name(machine, func) in AWAITABLE_TESTS:
            value = machine.evaluate(subject)
            escapes.use(machine, value, Usage.EXAMINED)
            return _passes(_name(machine, func), value)
        case ast.Call(func=func, args=[subject]) if _name(machine, func) in FUNCTION_TESTS:
            value = machine.evaluate(subject)
            escapes.use(machine, value, Usage.EXAMINED)
            return _gives_coroutine(value)
    value = machine.evaluate(test)
    escapes.use(machine, value, Usage.TESTED)
    return value


def _passes(test: str, value: Value) -> Value:
    """Say whether a value can be called, or awaited; an object of a class of the file may do either."""
    if is_hearsay(value) or isinstance(value, (Instance, Imported, ClassObject, ShadowingUnknown, Super)):
        return None
    if isinstance(value, AbstractObject) and (value.subclass is not None or value.kind in _PENDING):
        return None
    kinds = (BoundMethod, FunctionValue, Closure) if test == "callable" else (Coroutine, SuspendedCall, Task, Gathered)
    return Constant(isinstance(value, kinds)) if value is not None else None


def _gives_coroutine(value: Value) -> Value:
    if not isinstance(value, BoundMethod):
        return None
    return Constant(MEMBERS[value.owner.kind][value.name].calling is Calling.ASYNC)


def _name(machine: Machine, func: ast.expr) -> str:
    return machine.facts.scopes.qualified(func) or (func.id if isinstance(func, ast.Name) else "")


_DATA = frozenset({"bool", "bytes", "dict", "float", "int", "list", "str", "tuple"})
"""What a body may be, once it is read: nobody asks a coroutine for one of these types on purpose."""

_ONLY_METHODS = frozenset({"json", "read"})
"""What no client of HTTP has as a property."""


def _is_never_data(value: Value) -> bool:
    """Whether a value was to be a body; the methods that others have as properties may be theirs."""
    return isinstance(value, Coroutine) or (isinstance(value, BoundMethod) and value.name in _ONLY_METHODS)


def _is_instance(machine: Machine, subject: ast.expr, kind: ast.expr) -> Value:
    """`isinstance(x, T)`: an object of aiohttp is of no other library's type."""
    value = machine.evaluate(subject)
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    names = [_name(machine, one) for one in kinds]
    # timid: asked of `r.json()` itself, it tells two libraries apart
    of_data = _is_never_data(value) and isinstance(subject, ast.Name) and _DATA.issuperset(names)
    escapes.use(machine, value, Usage.TAKEN_FOR_DATA if of_data else Usage.EXAMINED, names[0] if of_data else "")
    if any(name in machine.facts.scopes.classes for name in names):
        return None
    if isinstance(value, BoundMethod) and _DATA.issuperset(names):
        return Constant(value=False)
    if isinstance(value, AbstractObject) and value.subclass is None:
        if any(TYPES.get(name) is value.kind for name in names):
            return Constant(value=True)
        foreign = all(name in TYPES or (name and not name.startswith("aiohttp")) for name in names)
        return Constant(value=False) if foreign else None
    if isinstance(value, (BodyValue, Constant, Text)):
        return Constant(value=False) if all(name in TYPES for name in names) else None
    return None


def narrow(machine: Machine, state: AbstractState, test: ast.expr, *, way: bool) -> None:
    """Learn from a test what a place holds."""
    match test:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Is()], comparators=[ast.Constant(value=None)]) if way:
            state.store[name] = Constant(None)
        case ast.Compare(left=ast.Name(id=name), ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]) if not way:
            state.store[name] = Constant(None)
        case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), kind]) if way:
            qualified = machine.facts.scopes.qualified(kind)
            if state.store.get(name) in {None, SHADOWING}:
                narrowed = TYPES.get(qualified) if qualified else None
                if narrowed in {Kind.RESPONSE, Kind.SESSION}:
                    state.store[name] = AbstractObject(narrowed, Site(Span(0, 0, test.lineno, 0)))
    _tell(machine, state, test, way=way)


def _tell(machine: Machine, state: AbstractState, test: ast.expr, *, way: bool) -> None:
    """Learn from a test that tells two libraries apart: responses are aiohttp's in one arm, unknown in the other."""
    function = machine.invocation.function
    if function is None:
        return
    proofs = machine.facts.proofs
    told = proofs.tests(function).told(test, function)
    for arm in told.true if way else told.false:
        for name, receiver in proofs.promised.get(function, {}).items():
            if arm.ours and arm.subject in {"", name, receiver} and state.store.get(name) in {None, SHADOWING}:
                state.store[name] = AbstractObject(Kind.RESPONSE, Site(Span(0, 0, test.lineno, 0)))
        if not arm.ours and arm.subject:
            state.bind(arm.subject, None, shadows=True)
