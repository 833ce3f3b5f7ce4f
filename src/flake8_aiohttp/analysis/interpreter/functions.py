"""Functions and classes of the same file: how they are fetched, called and awaited."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.analysis.domain.constraints import Condition, written
from flake8_aiohttp.analysis.domain.state import Unreachable, sites_of
from flake8_aiohttp.analysis.domain.values import (
    SHADOWING,
    AbstractObject,
    Argument,
    ClassObject,
    Closure,
    Constant,
    Coroutine,
    DictValue,
    FunctionValue,
    Gathered,
    Instance,
    SequenceValue,
    SuspendedCall,
    Task,
    Text,
    Value,
)
from flake8_aiohttp.analysis.interpreter.summaries import is_interesting, run
from flake8_aiohttp.analysis.journal.entries import Usage
from flake8_aiohttp.analysis.machine.machine import Activation
from flake8_aiohttp.analysis.transfer import bodies, containers, escapes, requests
from flake8_aiohttp.finding import Span
from flake8_aiohttp.python.definitions import Class, Function

_AWAITABLE = (SuspendedCall, Coroutine, Gathered, Task)
_PENDING = frozenset({Kind.REQUEST, Kind.SOCKET_REQUEST})


def bound(machine: Activation, node: ast.Attribute, function: Function, receiver: Value) -> Value:
    """Fetch a method of a class of this file; a property is run at once."""
    if function.is_property:
        call = SuspendedCall(FunctionValue(function, receiver), _with_self(function, receiver), _seen(machine, node))
        return call if function.is_async else run(machine, call)
    return FunctionValue(function, receiver)


def _with_self(function: Function, receiver: Value) -> tuple[tuple[str, Value], ...]:
    return ((function.self_name, receiver),) if function.self_name else ()


def member(machine: Activation, node: ast.Attribute, owner: Instance) -> Value:
    """Fetch an attribute of an object of a class of this file."""
    types = machine.facts.types
    method = types.method(owner.definition, node.attr)
    if method is not None:
        return bound(machine, node, method, owner)
    given = next((value for name, value in owner.fields if name == node.attr), None)
    return given if given is not None else types.attribute(owner.definition, node.attr)


def construct(machine: Activation, node: ast.Call, target: ClassObject, given: list[Argument]) -> Value:
    """Make an object of a class of this file; what its constructor keeps is known of it."""
    types, definition = machine.facts.types, target.definition
    made = types.instance(definition, machine.facts.source.span(node))
    init = types.method(definition, "__init__")
    names = [a.arg for a in init.parameters[1:]] if init else list(definition.attributes)
    arguments = _bind(names, given)
    data = [value for name, value in arguments.items() if _is_taken_for_data(machine, definition, init, name, value)]
    for argument in given:
        if argument.value in data:
            escapes.use(machine, argument.value, Usage.ARGUMENT, definition.node.name)
        else:
            escapes.publish(machine, argument.value)
    if isinstance(made, AbstractObject):
        return requests.session(machine, node, made) if made.kind is Kind.SESSION else made
    fields = [(name, value) for name, value in _filled(definition, init, arguments) if value not in data]
    _learn(machine, definition, fields)
    return Instance(definition, tuple(fields), made=True)


def _filled(definition: Class, init: Function | None, arguments: dict[str, Value]) -> Iterator[tuple[str, Value]]:
    """Give the attributes that a constructor fills with what it was given, where that is of interest."""
    for name, assigned in definition.attributes.items():
        for one in assigned:
            source = one.value.id if isinstance(one.value, ast.Name) else name if init is None else ""
            if is_interesting(arguments.get(source)):
                yield name, arguments[source]


def kept(machine: Activation, definition: Class, given: list[Argument]) -> Iterator[tuple[str, Value]]:
    """Give the attributes in which an object of a class of this file keeps what its constructor is given."""
    init = machine.facts.types.method(definition, "__init__")
    names = [a.arg for a in init.parameters[1:]] if init else list(definition.attributes)
    return _filled(definition, init, _bind(names, given))


def _learn(machine: Activation, definition: Class, fields: list[tuple[str, Value]]) -> None:
    """Remember what constructors of the file are given."""
    if not machine.facts.calls.is_made_once(definition):
        return  # timid: elsewhere it may be given another library's object
    for name, value in fields:
        if isinstance(value, AbstractObject):
            machine.facts.types.learn(definition, name, value)


def _is_taken_for_data(machine: Activation, made: Class, init: Function | None, name: str, value: Value) -> bool:
    """Whether a coroutine is given to a parameter, or to the field that it fills, that is said to be plain data."""
    if not isinstance(value, Coroutine):
        return False
    said = init.parameters if init is not None else made.attributes.get(name, ())
    annotations = (one.annotation for one in said if not isinstance(one, ast.arg) or one.arg == name)
    return machine.facts.types.is_data(next(annotations, None))


def call(machine: Activation, node: ast.Call, target: FunctionValue | Closure, given: list[Argument]) -> Value:
    """Call a function of this file: an `async def` waits to be awaited, any other is run."""
    span = _seen(machine, node)
    if isinstance(target, Closure) and isinstance(target.node, ast.Lambda):
        names = [a.arg for a in (*target.node.args.posonlyargs, *target.node.args.args)]
        return run(machine, SuspendedCall(target, tuple(_bind(names, given).items()), span))
    function = machine.facts.functions.function_of(target)
    names = [a.arg for a in function.parameters]
    receiver = target.receiver if isinstance(target, FunctionValue) else None
    own = _with_self(function, receiver) if receiver is not None else ()
    arguments = _bind(names[len(own) :], given, function.node.args)
    if not function.node.decorator_list and not any(argument.starred for argument in given):
        arguments = {**dict(_defaults(function.node.args)), **arguments}
    reached = [*arguments.values(), *(escapes.captured_values(machine, target) if isinstance(target, Closure) else ())]
    held = tuple(site for value in reached for site in escapes.held_sites(machine, value))
    told = tuple(_told(machine, names[len(own) :], given)) if machine.state.conditions else ()
    made = SuspendedCall(target, (*own, *arguments.items()), span, held, told)
    if function.is_async or machine.facts.functions.is_generator(function):
        return made
    return run(machine, made)


def _seen(machine: Activation, node: ast.Call | ast.Attribute) -> Span:
    """Remember how a call reads, or the fetch of a property, and give its place."""
    span = machine.facts.source.span(node)
    machine.journal.sightings.calls[span] = machine.facts.source.excerpt(node)
    return span


def _bind(names: list[str], given: list[Argument], signature: ast.arguments | None = None) -> dict[str, Value]:
    bound: dict[str, Value] = {}
    left = iter(names)
    rest: list[Value] = []
    extra: list[tuple[str | None, Value]] = []
    known = {*names, *((a.arg for a in signature.kwonlyargs) if signature else ())}
    for argument in given:
        if argument.keyword is not None:
            if argument.keyword in known:
                bound[argument.keyword] = argument.value
            else:
                extra.append((argument.keyword, argument.value))
        elif argument.starred:
            left = iter(())
        elif (name := next(left, None)) is not None:
            bound[name] = argument.value
        else:
            rest.append(argument.value)
    if signature is not None:
        if signature.vararg and rest:
            bound[signature.vararg.arg] = SequenceValue(tuple(rest))
        if signature.kwarg and extra:
            bound[signature.kwarg.arg] = DictValue(tuple(extra))
    return bound


def _told(machine: Activation, names: list[str], given: list[Argument]) -> Iterator[Condition]:
    """Give what tests have told of the arguments, as conditions on the parameters."""
    placed = [dataclasses.replace(a, value=Text(written(a.node)) if _is_place(a.node) else None) for a in given]
    for name, path in _bind(names, placed).items():
        if isinstance(path, Text):
            renamed = (condition.renamed(path.value, name) for condition in machine.state.conditions)
            yield from (condition for condition in renamed if condition is not None)


def _is_place(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and _is_place(node.value))


def _defaults(signature: ast.arguments) -> Iterator[tuple[str, Value]]:
    """Give the constants that parameters hold when nothing is given for them."""
    explicit = [*signature.posonlyargs, *signature.args]
    pairs = [*zip(reversed(explicit), reversed(signature.defaults), strict=False)]
    pairs += [(name, node) for name, node in zip(signature.kwonlyargs, signature.kw_defaults, strict=True) if node]
    for argument, node in pairs:
        if isinstance(node, ast.Constant):
            yield argument.arg, Text(node.value) if isinstance(node.value, str) else Constant(node.value)


# Awaiting


def await_value(machine: Activation, node: ast.expr, value: Value) -> Value:
    """Await a value."""
    if _may_be_awaitable(node, value):
        machine.journal.awaits.needed.add(node)
    match value:
        case SuspendedCall():
            return run(machine, value)
        case Task():
            return _await_task(machine, node, value)
        case Gathered(elements=elements, waits=waits):
            results = _await_all(machine, node, elements)
            if waits:
                done = SequenceValue(elements.values, exact=False)
                return SequenceValue((done, done))
            return results
    return bodies.await_(machine, node, value)


def _may_be_awaitable(node: ast.expr, value: Value) -> bool:
    """Whether an await is right for one of the values that come there; of a choice in its place, none is sure."""
    if isinstance(value, AbstractObject):
        return value.kind in _PENDING
    if value is None:
        return isinstance(node, ast.Await) and isinstance(node.value, (ast.IfExp, ast.BoolOp))
    return isinstance(value, _AWAITABLE)


def _await_all(machine: Activation, node: ast.expr, elements: SequenceValue) -> SequenceValue:
    """Await what runs side by side: what fails does not keep the others from running."""
    results = [_result(machine, node, element) for element in elements.values]
    ended = [value for value in results if not isinstance(value, Unreachable)]
    if len(ended) < len(results):
        raise Unreachable
    return SequenceValue(tuple(ended), elements.exact)


def _result(machine: Activation, node: ast.expr, value: Value) -> Value | Unreachable:
    try:
        return await_value(machine, node, value)
    except Unreachable as dead:
        return dead


def _result_of(span: Span) -> str:
    return f"<task {span.line}:{span.column}>"


def begin_task(machine: Activation, span: Span) -> None:
    """Make a task: what another one, made by the same expression, gave is forgotten."""
    machine.state.store.pop(_result_of(span), None)


def _await_task(machine: Activation, node: ast.expr, task: Task) -> Value:
    """Await a task: what it does it has done once, however often it is asked for its result."""
    result = _result_of_task(machine, node, task)
    if not task.of_many or set(sites_of(result)) <= set(sites_of(task.inner)):
        return result
    return containers.materialise(machine.state, result)


def _result_of_task(machine: Activation, node: ast.expr, task: Task) -> Value:
    path = _result_of(task.span)
    if path in machine.state.store:
        held = machine.state.store[path]
        return None if held is SHADOWING else held
    inner = task.inner
    if isinstance(inner, AbstractObject) and inner.kind is not Kind.REQUEST:
        return inner
    result = await_value(machine, node, inner)
    machine.state.bind(path, result, shadows=True)
    return result
