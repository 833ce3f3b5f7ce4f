"""Lists, dicts and comprehensions of requests, responses, tasks and coroutines."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.analysis.domain.limits import MOST_ELEMENTS
from flake8_aiohttp.analysis.domain.state import AbstractState
from flake8_aiohttp.analysis.domain.values import (
    AbstractObject,
    Argument,
    BoundMethod,
    Constant,
    Coroutine,
    DictValue,
    MemberValue,
    SequenceValue,
    Site,
    Task,
    Text,
    Value,
    normalise,
    parts,
)
from flake8_aiohttp.analysis.facts.contents import is_application
from flake8_aiohttp.analysis.journal.entries import Usage
from flake8_aiohttp.analysis.machine.machine import Machine
from flake8_aiohttp.analysis.transfer import branches, escapes
from flake8_aiohttp.python.source import walk

ADDING = frozenset({"append", "add", "appendleft", "put", "put_nowait", "insert"})
_TAKING = frozenset({"pop", "popleft", "get_nowait", "get", "popitem"})


# Elements


def element(machine: Machine, value: Value) -> Value:
    """Give some element of what is iterated over or indexed."""
    if isinstance(value, DictValue):
        return None
    if not isinstance(value, SequenceValue) or not value.values:
        return None
    chosen = value.values[machine.choose(len(value.values))]
    return chosen if value.exact else materialise(machine.state, chosen)


def materialise(state: AbstractState, value: Value) -> Value:
    """Look at one of the objects that a site of many stands for: what is done to it is done to it alone."""
    if isinstance(value, AbstractObject):
        one = Site(value.site.span, (*value.site.context, value.site.span))
        _take_state(state, value.site, one)
        return dataclasses.replace(value, site=one)
    if isinstance(value, (Coroutine, BoundMethod, MemberValue)):
        owner = materialise(state, value.owner)
        return dataclasses.replace(value, owner=owner) if isinstance(owner, AbstractObject) else value
    if isinstance(value, SequenceValue):
        return dataclasses.replace(value, values=tuple(materialise(state, inner) for inner in value.values))
    if isinstance(value, Task):
        return dataclasses.replace(value, inner=materialise(state, value.inner), of_many=True)
    return value


def _take_state(state: AbstractState, source: Site, target: Site) -> None:
    typestate = state.sites.get(source)
    if typestate is None:
        state.sites.pop(target, None)
    else:
        state.sites[target] = typestate


def summarise(state: AbstractState, value: Value, before: set[Site]) -> Value:
    """Let a value that a comprehension made stand for many of its kind."""
    if isinstance(value, AbstractObject):
        if value.site in before:
            return value
        many = dataclasses.replace(value.site, is_summary=True)
        _take_state(state, value.site, many)
        return dataclasses.replace(value, site=many)
    if isinstance(value, Coroutine):
        owner = summarise(state, value.owner, before)
        return dataclasses.replace(value, owner=owner) if isinstance(owner, AbstractObject) else value
    if isinstance(value, Task):
        return dataclasses.replace(value, inner=summarise(state, value.inner, before))
    return value


def subscript(machine: Machine, node: ast.Subscript) -> Value:
    """Evaluate `value[key]`."""
    value = machine.evaluate(node.value)
    key = _key(machine, node.slice)
    match value:
        case SequenceValue(values=values, exact=True) if isinstance(key, Constant) and isinstance(key.value, int):
            return values[key.value] if -len(values) <= key.value < len(values) else None
        case SequenceValue():
            return value if isinstance(node.slice, ast.Slice) else element(machine, value)
        case DictValue():
            return look_up(machine, value, key)
        case AbstractObject(kind=Kind.APPLICATION | Kind.SERVER_REQUEST):
            return _app_value(machine, node.slice, key)
        case MemberValue(name="headers") if isinstance(key, Text) and key.value.lower() == "content-type":
            return dataclasses.replace(value, name="content_type")
        case None:
            return _app_value(machine, node.slice, key) if is_application(node.value) else None
    escapes.use(machine, value, Usage.SUBSCRIPT)
    return None


def _app_value(machine: Machine, node: ast.expr, key: Value) -> Value:
    """Give what `app[key]` holds, where the file sets it; a key may be known by its name alone."""
    given = machine.facts.types.app_value(key.value) if isinstance(key, Text) else None
    return given or (machine.facts.types.app_value(node.id) if isinstance(node, ast.Name) else None)


def _key(machine: Machine, node: ast.expr) -> Value:
    """Evaluate what stands in the brackets: a key, or the bounds of a slice."""
    if not isinstance(node, ast.Slice):
        return machine.evaluate(node)
    for bound in (node.lower, node.upper, node.step):
        if bound is not None:
            escapes.use(machine, machine.evaluate(bound), Usage.OPERAND)
    return None


def look_up(machine: Machine, mapping: DictValue, key: Value) -> Value:
    """Give what a dict holds under a key; unknown keys may be any."""
    if isinstance(key, Text):
        for known, value in reversed(mapping.pairs):
            if known == key.value:
                return value
    elif mapping.pairs and all(isinstance(value, BoundMethod) for _, value in mapping.pairs):
        return mapping.pairs[machine.choose(len(mapping.pairs))][1]  # {"GET": session.get, "POST": session.post}[verb]
    unknown = [value for known, value in mapping.pairs if known is None]
    return materialise(machine.state, unknown[0]) if len(unknown) == 1 and unknown[0] is not None else None


# Methods


def call(machine: Machine, func: ast.Attribute, receiver: Value, given: list[Argument]) -> Value:
    """Call a method of a list, set, queue or dict."""
    if isinstance(receiver, DictValue):
        return _call_on_mapping(machine, func, receiver, given)
    assert isinstance(receiver, SequenceValue)
    if func.attr in ADDING and given:
        _add(machine, func.value, receiver, given[-1])
        return None
    if func.attr == "extend" and given and isinstance(given[0].value, SequenceValue):
        more = given[0].value
        _rebind(machine, func.value, SequenceValue((*receiver.values, *more.values)[:MOST_ELEMENTS], exact=False))
        return None
    if func.attr in _TAKING:
        return element(machine, dataclasses.replace(receiver, exact=False))
    if func.attr == "clear":
        _rebind(machine, func.value, SequenceValue(()))
        return None
    for argument in given:
        if func.attr in {"extend", "update"} and isinstance(argument.value, Coroutine):
            escapes.use(machine, argument.value, Usage.ITERATED)
        else:
            escapes.escape(machine, argument.value)
    return receiver if func.attr == "copy" else None


def _add(machine: Machine, path: ast.expr, receiver: SequenceValue, argument: Argument) -> None:
    value = argument.value
    for site in escapes.all_sites(value):
        machine.journal.sightings.last_stored[site] = argument.node
    if not isinstance(path, ast.Name) or machine.is_shared(path.id):
        escapes.publish(machine, value)
        retain(machine, path, value)
    if value in receiver.values or len(receiver.values) >= MOST_ELEMENTS:
        _rebind(machine, path, dataclasses.replace(receiver, exact=False))
    else:
        _rebind(machine, path, SequenceValue((*receiver.values, value), receiver.exact))


def _rebind(machine: Machine, path: ast.expr, value: Value) -> None:
    if isinstance(path, ast.Name):
        machine.bind(path.id, value)
    elif isinstance(path, ast.Attribute) and isinstance(path.value, ast.Name):
        machine.bind(f"{path.value.id}.{path.attr}", value)


def store(machine: Machine, target: ast.Subscript, value: Value) -> None:
    """`container[key] = value`."""
    container = machine.evaluate(target.value)
    key = None if isinstance(target.slice, ast.Slice) else machine.evaluate(target.slice)
    for site in escapes.all_sites(value):
        machine.journal.sightings.last_stored[site] = target
    if container is None and isinstance(value, (Coroutine, BoundMethod)) and _is_dict(machine, target.value):
        container = _PLAIN
    if (
        isinstance(target.value, ast.Name)
        and isinstance(container, DictValue)
        and (container is _PLAIN or not machine.is_shared(target.value.id))
    ):
        name = key.value if isinstance(key, Text) else None
        others = tuple(pair for pair in container.pairs if pair[0] != name or name is None)[-MOST_ELEMENTS:]
        if (name, value) not in others:
            others = (*others, (name, value))
        _rebind(machine, target.value, normalise(DictValue(others)))
    else:
        escapes.publish(machine, value)
        retain(machine, target.value, value)


_PLAIN = DictValue(((None, None),))
"""A dict in which nothing is of interest yet."""


def _is_dict(machine: Machine, container: ast.expr) -> bool:
    """Whether a name holds a dict: its function assigns it nothing but displays of dicts."""
    function = machine.invocation.function
    if function is None or not isinstance(container, ast.Name) or container.id in machine.invocation.shared:
        return False
    assigned: set[ast.expr] = set()
    displayed: set[ast.expr] = set()
    for node in walk(function.node):
        if isinstance(node, ast.Name) and node.id == container.id and isinstance(node.ctx, ast.Store):
            assigned.add(node)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
            displayed.update(node.targets)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Dict):
            displayed.add(node.target)
    return bool(assigned) and assigned <= displayed


def retain(machine: Machine, container: ast.expr, value: Value) -> bool:
    """Remember a response that is put where others find it; say whether the file reads what it takes out there."""
    sites = escapes.all_sites(value)
    responses = [part.site for part in (value, *parts(value)) if isinstance(part, AbstractObject)]
    match container:
        case ast.Name(id=name) | ast.Attribute(attr=name) if sites and machine.facts.retained.takes_out(name):
            machine.journal.stored.retained.update(sites)
            if machine.facts.retained.reads_anew(name):
                machine.journal.stored.read_anew.update(sites)
            return True
        case ast.Name() | ast.Attribute():
            machine.journal.stored.stowed.update(responses)
    return False


def _call_on_mapping(machine: Machine, func: ast.Attribute, receiver: DictValue, given: list[Argument]) -> Value:
    values = tuple(value for _, value in receiver.pairs)
    if func.attr == "values":
        return SequenceValue(values, exact=False)
    if func.attr == "items":
        return SequenceValue(
            tuple(SequenceValue((Text(key) if key else None, value)) for key, value in receiver.pairs), exact=False
        )
    if func.attr == "setdefault":
        for argument in given[1:]:
            escapes.publish(machine, argument.value)
    if func.attr in {"get", "pop", "setdefault"} and given:
        return look_up(machine, receiver, given[0].value)
    for argument in given:
        escapes.escape(machine, argument.value)
    return receiver if func.attr == "copy" else None


# Builtins that pass elements on


def _same(machine: Machine, given: list[Argument]) -> Value:
    value = given[0].value if given else SequenceValue(())
    if isinstance(value, SequenceValue):
        return value
    escapes.use(machine, value, Usage.ITERATED)
    return None


def _pairs(machine: Machine, given: list[Argument]) -> Value:
    value = given[0].value if given else None
    if isinstance(value, SequenceValue):
        return SequenceValue(tuple(SequenceValue((None, inner)) for inner in value.values), value.exact)
    escapes.use(machine, value, Usage.ITERATED)
    return None


def _zip(machine: Machine, given: list[Argument]) -> Value:
    if not any(isinstance(argument.value, SequenceValue) for argument in given):
        for argument in given:
            escapes.use(machine, argument.value, Usage.ITERATED)
        return None
    row = []
    for argument in given:
        value = argument.value
        row.append(
            element(machine, dataclasses.replace(value, exact=False)) if isinstance(value, SequenceValue) else None
        )
    return SequenceValue((SequenceValue(tuple(row)),), exact=False)


def _next(machine: Machine, given: list[Argument]) -> Value:
    return element(machine, given[0].value) if given else None


def _bool(machine: Machine, given: list[Argument]) -> Value:
    for argument in given:
        escapes.use(machine, argument.value, Usage.TESTED)
    truth = branches.truth_of(given[0].value) if given else False
    return None if truth is None else Constant(truth)


def _dict(machine: Machine, given: list[Argument]) -> Value:
    """`dict(stream=response.content)` holds what `{"stream": response.content}` would."""
    pairs: list[tuple[str | None, Value]] = []
    known = True
    for argument in given:
        if isinstance(argument.value, DictValue) and argument.keyword is None:
            pairs += argument.value.pairs
        elif argument.keyword is not None:
            pairs.append((argument.keyword, argument.value))
        else:
            escapes.use(machine, argument.value, Usage.ITERATED)
            known = False
    return DictValue(tuple(pairs)) if known else None


BUILTINS: dict[str, Callable[[Machine, list[Argument]], Value]] = {
    "dict": _dict,
    **dict.fromkeys(("list", "tuple", "set", "iter", "reversed", "frozenset"), _same),
    "enumerate": _pairs,
    "zip": _zip,
    "next": _next,
    "bool": _bool,
}
