"""Functions of a file that read the body of the response that they are given."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from flake8_aiohttp.aiohttp_model.objects import BODY_METHODS, MEMBERS, Kind
from flake8_aiohttp.python.definitions import Function
from flake8_aiohttp.python.scopes import FileScopes
from flake8_aiohttp.python.source import walk

STREAMED = frozenset(name for name in MEMBERS[Kind.STREAM] if name.startswith(("iter_", "read")))
"""The members of a stream that read it."""


class Readers:
    """Answers which arguments of a call are read as only a response of aiohttp's is read."""

    def __init__(self, scopes: FileScopes) -> None:
        self._scopes = scopes
        self._read: dict[Function, frozenset[str]] = {}

    def read_by(self, caller: Function, called: ast.expr, arguments: Sequence[ast.expr]) -> Iterator[str]:
        """Give the names among the arguments of a call in `caller` that a function of this file reads."""
        names = [argument.id if isinstance(argument, ast.Name) else "" for argument in arguments]
        helper = self._called(caller, called) if any(names) else None
        if helper is None:
            return
        if helper not in self._read:
            self._read[helper] = frozenset(_read_in(helper.node))
        first = helper.self_name is not None
        for name, parameter in zip(names, helper.parameters[first:], strict=False):
            if name and parameter.arg in self._read[helper]:
                yield name

    def _called(self, caller: Function, called: ast.expr) -> Function | None:
        """Give the function of this file that is called by its name, or on `self`."""
        match called:
            case ast.Name(id=name):
                return self._scopes.module_functions.get(name)
            case ast.Attribute(value=ast.Name(id=name), attr=method) if caller.owner and name == caller.self_name:
                return caller.owner.methods.get(method)
        return None


def _read_in(function: ast.AST) -> Iterator[str]:
    """Give the names whose bodies a function awaits, or whose streams it reads."""
    for node in walk(function):
        match node:
            case ast.Await(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method))):
                if method in BODY_METHODS:
                    yield name
            case ast.Attribute(value=ast.Attribute(value=ast.Name(id=name), attr="content"), attr=method):
                if method in STREAMED:
                    yield name
