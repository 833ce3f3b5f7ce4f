"""Whose a receiver is: what a file says of `X` where `X.get(url)` is called and nobody has seen X being made."""

from __future__ import annotations

import ast
import builtins
import enum
import re
import sys
from collections.abc import Iterator

from flake8_aiohttp.aiohttp_model.objects import STANDALONE_REQUESTS, Kind
from flake8_aiohttp.analysis.facts.types import StaticTypes
from flake8_aiohttp.library_model.clients import OTHER_RECEIVERS, PLAIN_CLIENTS, is_other
from flake8_aiohttp.python.definitions import Attribute, Function
from flake8_aiohttp.python.scopes import FileScopes
from flake8_aiohttp.python.source import walk

_VAGUE = frozenset({"Any", "Optional", "object", "typing", "t", "ClientSession", "None", "Union"})
_EMPTY_HANDED = frozenset({"dataclasses", "typing", "contextvars", "functools", "contextlib", "abc"})
"""Modules of the standard library whose functions hand on what they are given, or are given it later."""
_HANDING_ON = frozenset({"asyncio.run", "asyncio.run_coroutine_threadsafe", "asyncio.shield", "asyncio.wait_for"})
"""Functions that give what the coroutine gives that they are given."""
_WORD = re.compile(r"[a-z]+")
_OURS = frozenset({"session", "sessions", "http", "client", "aiohttp"})


class Standing(enum.IntEnum):
    """What is known of a receiver; the greatest of several counts."""

    FREE = 0  # nothing
    OWN = 1  # it comes from the file's own package
    UNKNOWN = 2  # it comes from a library that nobody knows, or from the own package by its full name
    PLAIN = 3  # it is a client's that has no coroutines
    OTHER = 4  # it is another library's, or an object of a class of this file


class Receivers:
    """Answers whose the receivers of a file are."""

    def __init__(self, scopes: FileScopes, types: StaticTypes) -> None:
        self._scopes = scopes
        self._types = types
        self._names: dict[tuple[Function, str], Standing] = {}

    def standing(self, receiver: ast.expr, function: Function, *, entered: bool) -> Standing:
        """Say whose the receiver of a request is; an awaited one is suspect by its name, too."""
        if not entered and _is_suspect(receiver):
            return Standing.OTHER
        standing = self._of(receiver, function)
        if standing is Standing.PLAIN:  # `async with` enters no request of such a client: here it is another's
            return Standing.OWN if entered else Standing.OTHER
        return standing

    def _of(self, node: ast.expr, function: Function) -> Standing:
        """Say whose an expression is."""
        match node:
            case ast.Await(value=inner) | ast.Subscript(value=inner) | ast.NamedExpr(value=inner):
                return self._of(inner, function)
            case ast.BoolOp(values=values):
                return max(self._of(value, function) for value in values)
            case ast.IfExp(body=body, orelse=orelse):
                return max(self._of(body, function), self._of(orelse, function))
            case ast.Call(func=made):
                return self._of_call(made, function)
            case ast.Name(id=name):
                return self._of_name(name, function)
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if self._is_self(name, function):
                return self._of_all(self._kept(function, attribute), function)
            case ast.Attribute():
                return self._of_member(node, function)
        return Standing.FREE

    def _of_call(self, made: ast.expr, function: Function) -> Standing:
        """Say whose a call's result is: that of what is called, or of what it is called on."""
        qualified = self._scopes.qualified(made)
        if qualified is not None:
            return self._of_import(qualified)
        if isinstance(made, ast.Name):
            return Standing.OTHER if made.id in self._scopes.classes else self._of_name(made.id, function)
        if isinstance(made, ast.Attribute) and not (
            isinstance(made.value, ast.Name) and self._is_self(made.value.id, function)
        ):
            return self._of(made.value, function)
        return Standing.FREE

    def _of_import(self, qualified: str) -> Standing:
        top = qualified.partition(".")[0]
        if top in PLAIN_CLIENTS:
            return Standing.PLAIN
        if qualified in STANDALONE_REQUESTS or is_other(qualified):
            return Standing.OTHER
        if top == "aiohttp":
            return Standing.FREE if self._types.kind(qualified) is Kind.SESSION else Standing.OTHER
        if not top:
            return Standing.OWN
        if self._types.kind(qualified) is Kind.SESSION or top in _EMPTY_HANDED or qualified in _HANDING_ON:
            return Standing.FREE
        return Standing.OTHER if top in sys.stdlib_module_names else Standing.UNKNOWN

    def _of_name(self, name: str, function: Function) -> Standing:
        """Say whose a name of a function is; asked for once."""
        key = function, name
        if key not in self._names:
            self._names[key] = Standing.FREE  # cut: a name that is defined by itself
            self._names[key] = self._of_name_anew(name, function)
        return self._names[key]

    def _of_name_anew(self, name: str, function: Function) -> Standing:
        """Say whose a name is by its import, its annotation, or what it is assigned or entered as."""
        if (qualified := self._scopes.imports.names.get(name)) is not None:
            return self._of_import(qualified)
        around: Function | None = function
        while around is not None:
            arguments = around.node.args
            for argument in (*around.parameters, *arguments.kwonlyargs):
                if argument.arg == name and (said := self._annotated(argument.annotation)) is not None:
                    return said
            if assigned := self._scopes.bindings.locals.get(around, {}).get(name):
                return self._of_all(assigned, around)
            around = around.parent
        return self._of_all(self._scopes.bindings.assigned.get(name, []), function)

    def _of_all(self, assigned: list[Attribute], function: Function) -> Standing:
        """Say whose a place is by all that is put there."""
        standing = Standing.FREE
        for one in assigned:
            said = self._annotated(one.annotation)
            if said is None and one.value is not None:
                another = one.entered and self._enters_another(one.value)
                said = Standing.OWN if another else self._of(one.value, one.function or function)
            standing = max(standing, said or Standing.FREE)
        return standing

    def _enters_another(self, context: ast.expr) -> bool:
        """Whether a block binds something else than the object of a class of this file that it enters."""
        match context:
            case ast.Call(func=ast.Name(id=name)) if (entered := self._scopes.classes.get(name)) is not None:
                enters = self._types.method(entered, "__aenter__")
                return enters is not None and not _gives_itself(enters)
        return False

    def _of_member(self, node: ast.Attribute, function: Function) -> Standing:
        """Say whose `a.b.c` is: that of an import, or of a first name that is annotated as another library's."""
        qualified = self._scopes.qualified(node)
        if qualified is not None:
            return self._of_import(qualified)
        root: ast.expr = node
        while isinstance(root, (ast.Attribute, ast.Subscript, ast.Call, ast.Await)):
            root = root.func if isinstance(root, ast.Call) else root.value
        if isinstance(root, ast.Name) and not self._is_self(root.id, function):
            standing = self._of_name(root.id, function)
            other = standing >= Standing.PLAIN and root.id not in _parameters(function)
            return standing if other else Standing.FREE
        return Standing.FREE

    def _annotated(self, annotation: ast.expr | None) -> Standing | None:
        """Say whose the objects of a type are; None where nothing is annotated, or `Any`."""
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            try:
                annotation = ast.parse(annotation.value, mode="eval").body
            except (SyntaxError, ValueError):
                return Standing.UNKNOWN
        if annotation is None:
            return None
        standings = set(self._types_in(annotation))
        return max(standings) if standings else None

    def _types_in(self, annotation: ast.expr) -> Iterator[Standing]:
        for node in walk(annotation):
            if isinstance(node, (ast.Name, ast.Attribute)):
                qualified = self._scopes.qualified(node)
                name = node.id if isinstance(node, ast.Name) else node.attr
                if name in _VAGUE or (qualified is None and isinstance(node, ast.Attribute)):
                    continue
                if qualified is None:
                    known = name in self._scopes.classes or hasattr(builtins, name)
                    yield Standing.OTHER if known else Standing.UNKNOWN
                elif qualified.partition(".")[0] == "aiohttp":
                    ours = qualified == "aiohttp" or self._types.kind(qualified) is Kind.SESSION
                    yield Standing.FREE if ours else Standing.OTHER
                else:
                    yield self._of_import(qualified) or Standing.UNKNOWN

    def _is_self(self, name: str, function: Function) -> bool:
        around: Function | None = function
        while around is not None and around.owner is None:
            around = around.parent
        return around is not None and name == around.self_name

    def _kept(self, function: Function, attribute: str) -> list[Attribute]:
        """Give what the class around a function keeps in an attribute, its bases in this file included."""
        around: Function | None = function
        while around is not None and around.owner is None:
            around = around.parent
        if around is None or around.owner is None:
            return []
        return [one for each in self._types.lineage(around.owner) for one in each.attributes.get(attribute, ())]


def _gives_itself(method: Function) -> bool:
    """Whether a method returns its own object."""
    returned = (node.value for node in walk(method.node) if isinstance(node, ast.Return))
    return any(isinstance(value, ast.Name) and value.id == method.self_name for value in returned)


def _parameters(function: Function) -> set[str]:
    return {argument.arg for argument in function.parameters}


def is_named_session(receiver: ast.expr) -> bool:
    """Whether a receiver is named as a session is: `self.driver.session`, `http_client`."""
    name = ast.unparse(receiver).rpartition(".")[2]
    return not _OURS.isdisjoint(_WORD.findall(name.lower()))


def is_one_session(receiver: ast.expr) -> bool:
    """Whether a receiver is named as a single session is: `sessions.get(key)` gives one of many."""
    return is_named_session(receiver) and not ast.unparse(receiver).endswith("s")


def _is_suspect(receiver: ast.expr) -> bool:
    """Whether a receiver is named as no session is: `page.request`, `self.redis`."""
    parts = [part.lower() for part in re.findall(r"\w+", ast.unparse(receiver))]
    last = set(_WORD.findall(parts[-1])) if parts else set()
    if not last.isdisjoint(_OURS):
        return False
    return any(not OTHER_RECEIVERS.isdisjoint(_WORD.findall(part)) for part in parts)
