"""Which functions others call, and with what: aiohttp's server its handlers, pytest its tests and fixtures."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Protocol

from flake8_aiohttp.aiohttp_model.objects import (
    ROUTE_DECORATORS,
    ROUTE_FUNCTIONS,
    ROUTERS,
    SIGNALS,
    Kind,
)
from flake8_aiohttp.analysis.domain.values import AbstractObject, SequenceValue, Value
from flake8_aiohttp.analysis.facts.identifiers import Identifiers, Scope
from flake8_aiohttp.analysis.facts.trees import own_nodes
from flake8_aiohttp.python.definitions import Function
from flake8_aiohttp.python.scopes import FileScopes
from flake8_aiohttp.python.source import walk

_SERVER = "aiohttp.web"
_LEADING = frozenset({"aiohttp", _SERVER})
"""The modules of which ROUTE_FUNCTIONS are members."""


class Reader(Protocol):
    """What reads the expressions of a file without running them."""

    @property
    def scopes(self) -> FileScopes:
        """The scopes of the file."""

    def annotated(self, node: ast.expr | None) -> Value:
        """Give what a place with this annotation holds."""

    def static(self, node: ast.expr | None, function: Function | None) -> Value:
        """Give what an expression makes."""


class Routes:
    """What a file registers with routers, route tables and signals."""

    def __init__(self, reader: Reader, identifiers: Identifiers, tree: ast.Module) -> None:
        self._reader = reader
        self._scopes = reader.scopes
        self._identifiers = identifiers
        self._tree = tree

    @cached_property
    def serves(self) -> bool:
        """Whether the file has to do with aiohttp's server."""
        names = (*self._scopes.imports.names.values(), *self._scopes.imports.modules)
        return any(name.startswith(_SERVER) for name in names)

    def given(self, function: Function) -> Kind | None:
        """Say what the server gives a function: a request where it is a handler, or the application as it starts."""
        if not self.serves:
            return None
        if any(self._is_route(decorator) for decorator in function.node.decorator_list):
            return Kind.SERVER_REQUEST
        around = function.parent
        for kind, call in self._registered.get(function.name, ()):
            if around is None or around.node.lineno <= call.lineno <= (around.node.end_lineno or 0):
                return kind
        return None

    def are_all_its_decorators(self, function: Function) -> bool:
        """Whether a handler has no decorators but those that register it: others may make a response of its result."""
        return all(map(self._is_route, function.node.decorator_list)) and not function.decorated_by("middleware")

    def _is_route(self, decorator: ast.expr) -> bool:
        match decorator:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=table), attr=verb)) if verb in ROUTE_DECORATORS:
                return self._is_route_table(table)
        return self._scopes.qualified(decorator) == f"{_SERVER}.middleware"

    def _is_route_table(self, name: str) -> bool:
        made = [self._reader.static(assigned.value, None) for assigned in self._scopes.bindings.assigned.get(name, ())]
        return any(isinstance(value, AbstractObject) and value.kind is Kind.ROUTES for value in made)

    @cached_property
    def _registered(self) -> dict[str, list[tuple[Kind, ast.Call]]]:
        """The names of the functions that a router, or a signal of an application, is given, and where."""
        registered: dict[str, list[tuple[Kind, ast.Call]]] = defaultdict(list)
        for call in self._calls():
            kind = self._registers(call.func)
            if kind is not None:
                for argument in (*call.args, *(one.value for one in call.keywords if one.arg == "handler")):
                    if isinstance(argument, (ast.Name, ast.Attribute)):
                        registered[_last_name(argument)].append((kind, call))
        return registered

    def _calls(self) -> Iterator[ast.Call]:
        """Give the calls of the scopes that may say a word by which functions are registered."""
        said = map(self._identifiers.scopes_saying, self._identifiers.said_of(ROUTERS | SIGNALS))
        scopes = {scope for found in said for scope in found} | self._saying_route_functions()
        for scope in (*reversed(self._scopes.functions), None):
            if scope in scopes:
                nodes = own_nodes(self._tree if scope is None else scope.node)
                yield from (node for node in nodes if isinstance(node, ast.Call))

    def _saying_route_functions(self) -> set[Scope]:
        """Give the scopes that may say `web.get` and the like, by whatever name the file has for it."""
        saying = self._identifiers.scopes_saying
        scopes: set[Scope] = set()
        for name, qualified in self._scopes.imports.names.items():
            if qualified in ROUTE_FUNCTIONS:
                scopes |= saying(name)
            elif qualified in _LEADING:
                verbs = self._identifiers.said_of(ROUTE_DECORATORS)
                scopes |= saying(name) & {scope for verb in verbs for scope in saying(verb)}
        return scopes

    def _registers(self, func: ast.expr) -> Kind | None:
        match func:
            case ast.Attribute(attr=name) if name in ROUTERS:
                return Kind.SERVER_REQUEST
            case ast.Attribute(value=ast.Attribute(attr=signal), attr="append") if signal in SIGNALS:
                return Kind.APPLICATION
        return Kind.SERVER_REQUEST if self._scopes.qualified(func) in ROUTE_FUNCTIONS else None


def _last_name(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr


# pytest


def given_by_fixture(reader: Reader, function: Function, name: str) -> Value:
    """Give what the fixture called `name` gives a test or another fixture."""
    fixture = reader.scopes.module_functions.get(name)
    if fixture is None or fixture is function or not is_fixture(fixture):
        return None
    if not is_served(function):
        return None
    said = reader.annotated(fixture.node.returns)
    if isinstance(said, SequenceValue):  # AsyncIterator[ClientSession]
        said = said.values[0]
    return said or _handed_out(reader, fixture)


def is_given(function: Function | None, receiver: ast.expr) -> bool:
    """Whether a receiver is a parameter that pytest fills, of a test or fixture at hand or around it."""
    while function is not None and isinstance(receiver, ast.Name):
        if any(parameter.arg == receiver.id for parameter in function.parameters):
            return is_served(function)
        function = function.parent
    return False


def is_served(function: Function) -> bool:
    """Whether pytest calls a function, and fills its parameters: a test or fixture."""
    return function.name.startswith("test") or is_fixture(function)


def is_fixture(function: Function) -> bool:
    """Whether pytest calls a function for those who name it."""
    return function.decorated_by("fixture")


def _handed_out(reader: Reader, fixture: Function) -> Value:
    for node in walk(fixture.node):
        if isinstance(node, (ast.Yield, ast.Return)) and node.value is not None:
            return reader.static(node.value, fixture)
    return None
