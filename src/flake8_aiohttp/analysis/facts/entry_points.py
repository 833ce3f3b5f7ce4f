"""Which functions aiohttp's server calls, and with what: handlers, and what is to be done as it starts."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_aiohttp.aiohttp_model.objects import (
    ROUTE_DECORATORS,
    ROUTE_FUNCTIONS,
    ROUTERS,
    SIGNALS,
    Kind,
)
from flake8_aiohttp.analysis.domain.values import AbstractObject
from flake8_aiohttp.python.scopes import Function

if TYPE_CHECKING:
    from flake8_aiohttp.analysis.facts.types import StaticTypes


class Routes:
    """What a file registers with routers, route tables and signals."""

    def __init__(self, types: StaticTypes) -> None:
        self._types = types
        self._scopes = types.scopes

    @cached_property
    def serves(self) -> bool:
        """Whether the file has to do with aiohttp's server."""
        return any(qualified.startswith("aiohttp.web") for qualified in self._scopes.imports.values())

    def given(self, function: Function) -> Kind | None:
        """Say what the server gives a function: a request where it is a handler, or the application as it starts."""
        if not self.serves:
            return None
        if any(self._is_route(decorator) for decorator in function.node.decorator_list):
            return Kind.SERVER_REQUEST
        return self._registered.get(function.name) if function.parent is None else None

    def _is_route(self, decorator: ast.expr) -> bool:
        match decorator:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=table), attr=verb)) if verb in ROUTE_DECORATORS:
                return self._is_route_table(table)
        return self._scopes.qualified(decorator) == "aiohttp.web.middleware"

    def _is_route_table(self, name: str) -> bool:
        made = [self._types.static(assigned.value, None) for assigned in self._scopes.assigned.get(name, ())]
        return any(isinstance(value, AbstractObject) and value.kind is Kind.ROUTES for value in made)

    @cached_property
    def _registered(self) -> dict[str, Kind]:
        """The names of the functions that a router, or a signal of an application, is given."""
        registered: dict[str, Kind] = {}
        for call in self._scopes.calls():
            kind = self._registers(call.func)
            if kind is not None:
                named = (argument for argument in call.args if isinstance(argument, (ast.Name, ast.Attribute)))
                registered.update({_last_name(argument): kind for argument in named})
        return registered

    def _registers(self, func: ast.expr) -> Kind | None:
        match func:
            case ast.Attribute(attr=name) if name in ROUTERS:
                return Kind.SERVER_REQUEST
            case ast.Attribute(value=ast.Attribute(attr=signal), attr="append") if signal in SIGNALS:
                return Kind.APPLICATION
        return Kind.SERVER_REQUEST if self._scopes.qualified(func) in ROUTE_FUNCTIONS else None


def _last_name(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr
