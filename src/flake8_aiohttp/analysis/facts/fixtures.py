"""pytest's fixtures of the same file: what a test is given by the name of its parameter."""

from __future__ import annotations

import ast
import dataclasses
from typing import TYPE_CHECKING

from flake8_aiohttp.aiohttp_model.objects import ENTERED
from flake8_aiohttp.analysis.domain.values import AbstractObject, SequenceValue, Value
from flake8_aiohttp.python.scopes import Function
from flake8_aiohttp.python.source import walk

if TYPE_CHECKING:
    from flake8_aiohttp.analysis.facts.types import StaticTypes


def given(types: StaticTypes, function: Function, name: str) -> Value:
    """Give what the fixture called `name` gives a test or another fixture."""
    fixture = types.scopes.module_functions.get(name)
    if fixture is None or fixture is function or not is_fixture(fixture):
        return None
    if not _is_served(function):
        return None
    said = types.annotated(fixture.node.returns)
    if isinstance(said, SequenceValue):  # AsyncIterator[ClientSession]
        said = said.values[0]
    return said or _handed_out(types, fixture)


def is_given(function: Function | None, receiver: ast.expr) -> bool:
    """Whether a receiver is a parameter that pytest fills, of a test or fixture at hand or around it."""
    while function is not None and isinstance(receiver, ast.Name):
        if any(parameter.arg == receiver.id for parameter in function.parameters):
            return _is_served(function)
        function = function.parent
    return False


def _is_served(function: Function) -> bool:
    return function.name.startswith("test") or is_fixture(function)


def is_fixture(function: Function) -> bool:
    """Whether pytest calls a function for those who name it."""
    return function.decorated_by("fixture")


def _handed_out(types: StaticTypes, fixture: Function) -> Value:
    for node in walk(fixture.node):
        if isinstance(node, (ast.Yield, ast.Return)) and node.value is not None:
            return (
                _named(types, fixture, node.value.id)
                if isinstance(node.value, ast.Name)
                else types.static(node.value, fixture)
            )
    return None


def _named(types: StaticTypes, fixture: Function, name: str) -> Value:
    """Give what a name of a fixture holds: what it was assigned, or a block bound to it."""
    for node in walk(fixture.node):
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                return types.static(value, fixture)
            case ast.withitem(context_expr=context, optional_vars=ast.Name(id=target)) if target == name:
                return _entered(types.static(context, fixture) or _request(types, fixture, context))
    return None


def _request(types: StaticTypes, fixture: Function, context: ast.expr) -> Value:
    """Give the request that a block of a fixture makes of a session which another of its blocks opened."""
    match context:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=verb)):
            owner = _named(types, fixture, name)
            return types.member(owner, verb)
    return None


def _entered(value: Value) -> Value:
    entered = ENTERED.get(value.kind) if isinstance(value, AbstractObject) else None
    return dataclasses.replace(value, kind=entered) if isinstance(value, AbstractObject) and entered else None
