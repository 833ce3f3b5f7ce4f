"""What each function says, read off its tree once, when it is first asked for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from flake8_aiohttp.analysis.facts.identifiers import Identifiers, Scope
from flake8_aiohttp.python.definitions import Function
from flake8_aiohttp.python.source import children, walk

_BODY = frozenset({"text", "json", "read", "content"})
_ANEW = frozenset({"read", "content"})
_TAKING = frozenset({"get", "pop", "popleft", "get_nowait"})
_DISPLAYS = (ast.Tuple, ast.List, ast.Set, ast.Dict)
_DEFINITIONS = frozenset({ast.FunctionDef, ast.AsyncFunctionDef})
_EQUATING = (ast.Eq, ast.NotEq, ast.In, ast.NotIn)


class Tree:
    """What one function's tree says, the functions in it included."""

    def __init__(self, nodes: list[ast.AST]) -> None:
        self._nodes = nodes

    @cached_property
    def _names(self) -> list[ast.Name]:
        return [node for node in self._nodes if isinstance(node, ast.Name)]

    @cached_property
    def lines(self) -> dict[str, tuple[int, int]]:
        """The first and the last line on which each name stands."""
        lines: dict[str, tuple[int, int]] = {}
        for node in self._names:
            first, last = lines.get(node.id, (node.lineno, node.lineno))
            lines[node.id] = min(first, node.lineno), max(last, node.lineno)
        return lines

    @cached_property
    def only_assigned(self) -> frozenset[str]:
        """The names that are bound and never asked for."""
        return self.bound - {node.id for node in self._names if isinstance(node.ctx, ast.Load)}

    @cached_property
    def bound(self) -> frozenset[str]:
        """The names that are bound, or deleted, beside being parameters."""
        return frozenset(node.id for node in self._names if not isinstance(node.ctx, ast.Load))

    @cached_property
    def compared(self) -> frozenset[str]:
        """The names that are compared with constants: `kind == "text"`, `kind in ("text", "json")`, `match kind:`."""
        return frozenset(self._compared())

    def _compared(self) -> Iterator[str]:
        for node in self._nodes:
            match node:
                case ast.Compare(left=left, ops=[op], comparators=[right]) if isinstance(op, _EQUATING):
                    for one, other in ((left, right), (right, left)):
                        if _is_spelt_out(other):
                            yield from _last_name(one)
                case ast.Match(subject=subject):
                    yield from _last_name(subject)

    @cached_property
    def bodies_read(self) -> frozenset[str]:
        """The attributes whose holders' bodies are read: `pages` of `self.pages.text()`, or by way of a name."""
        return frozenset(name for owner, _ in self._asked_bodies for name in _held(owner, self._aliases))

    @cached_property
    def bodies_taken_out(self) -> frozenset[str]:
        """The containers of which some element's body is read: `pages` of `pages[0].text()`, or by way of a name."""
        return frozenset(name for owner, _ in self._asked_bodies for name in _container(owner, self._elements))

    @cached_property
    def bodies_read_anew(self) -> frozenset[str]:
        """The attributes and containers of whose responses the bytes or the stream are read, which keep no copy."""
        owners = [owner for owner, method in self._asked_bodies if method in _ANEW]
        found = ((*_held(owner, self._aliases), *_container(owner, self._elements)) for owner in owners)
        return frozenset(name for names in found for name in names)

    @cached_property
    def _asked_bodies(self) -> list[tuple[ast.expr, str]]:
        """The objects that are asked for a body or a method that reads one, with its name."""
        asked = (node for node in self._nodes if isinstance(node, ast.Attribute))
        return [(node.value, node.attr) for node in asked if node.attr in _BODY]

    @cached_property
    def _bindings(self) -> list[tuple[str, ast.expr, bool]]:
        """Each name that is bound to a value, with the value, and whether it is bound to each element of it."""
        bound = []
        for node in self._nodes:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    bound.append((name, value, False))
                case ast.Assign(targets=[ast.Tuple(elts=targets)], value=value):
                    bound += [(target.id, value, False) for target in targets if isinstance(target, ast.Name)]
                case ast.NamedExpr(target=ast.Name(id=name), value=value):
                    bound.append((name, value, False))
                case ast.For() | ast.AsyncFor() | ast.comprehension():
                    names = (name for name in walk(node.target) if isinstance(name, ast.Name))
                    bound += [(name.id, node.iter, True) for name in names]
        return bound

    @cached_property
    def _aliases(self) -> dict[str, set[str]]:
        """The attributes that each name is bound to."""
        aliases: dict[str, set[str]] = {}
        for name, value, each in self._bindings:
            if not each:
                aliases.setdefault(name, set()).update(_attribute(value))
        return aliases

    @cached_property
    def _elements(self) -> dict[str, set[str]]:
        """The containers that each name is bound to an element of."""
        elements: dict[str, set[str]] = {}
        for name, value, each in self._bindings:
            found = _containers_in(value) if each else _container(_unawaited(value), {})
            elements.setdefault(name, set()).update(found)
        for name, value, _ in self._bindings:  # `url, page = item`
            if isinstance(value, ast.Name):
                elements[name].update(elements.get(value.id, ()))
        return elements


class Trees:
    """What the trees of all functions of a file say; each tree is looked at once, when it is first asked for."""

    def __init__(self, identifiers: Identifiers, functions: list[Function], tree: ast.Module) -> None:
        self._identifiers = identifiers
        self._functions = functions
        self._tree = tree
        self._facts: dict[Scope, Tree] = {}
        self._generators: dict[Function, bool] = {}

    def of(self, scope: Scope) -> Tree:
        """Give the facts of a function, or for None those of the statements outside of all functions."""
        if scope not in self._facts:
            self._facts[scope] = Tree(list(own_nodes(self._tree) if scope is None else walk(scope.node)))
        return self._facts[scope]

    def saying(self, *names: str) -> list[Function]:
        """Give the functions that may say all these identifiers, they or the functions in them."""
        scopes = [self._with_outer(self._identifiers.scopes_saying(name)) for name in names]
        return [function for function in self._functions if all(function in said for said in scopes)]

    @staticmethod
    def _with_outer(scopes: frozenset[Scope]) -> set[Function]:
        """Give functions and the functions around them."""
        found: set[Function] = set()
        for function in scopes:
            scope = function
            while scope is not None:
                found.add(scope)
                scope = scope.parent
        return found

    def is_generator(self, function: Function) -> bool:
        """Whether a function yields, by itself."""
        if function not in self._generators:
            said = self._identifiers.scopes_saying("yield")
            self._generators[function] = function in said and any(map(_yields, function.node.body))
        return self._generators[function]


def own_nodes(node: ast.AST) -> Iterator[Any]:
    """Give the nodes in a function or module, but for the functions in it; those around a node come first."""
    pending = children(node)
    while pending:
        current = pending.pop()
        kind = type(current)
        if kind is ast.Name or kind is ast.Constant:
            yield current
        elif kind not in _DEFINITIONS:
            yield current
            pending += children(current)


def _yields(statement: ast.stmt) -> bool:
    """Whether a statement yields, nested functions aside."""
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            pending += children(node)
    return False


def _is_spelt_out(node: ast.expr) -> bool:
    return isinstance(node, _DISPLAYS) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _last_name(node: ast.expr) -> Iterator[str]:
    """Give a name, or the last one of a dotted name."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr


def _unawaited(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Await) else node


def _attribute(node: ast.expr) -> set[str]:
    inner = _unawaited(node)
    return {inner.attr} if isinstance(inner, ast.Attribute) else set()


def _held(owner: ast.expr, aliases: dict[str, set[str]]) -> set[str]:
    """Give the attributes that an object came from: by itself, or by a name."""
    return aliases.get(owner.id, set()) if isinstance(owner, ast.Name) else _attribute(owner)


def _container(owner: ast.expr, elements: dict[str, set[str]]) -> set[str]:
    """Give the containers that an object was taken out of: by itself, or by a name."""
    match _unawaited(owner):
        case ast.Name(id=name):
            return elements.get(name, set())
        case ast.Subscript(value=container) | ast.Call(func=ast.Attribute(value=container, attr="get")):
            return set(_last_name(container))
        case ast.Call(func=ast.Attribute(value=container, attr=taking)) if taking in _TAKING:
            return set(_last_name(container))
    return set()


def _containers_in(node: ast.expr) -> set[str]:
    """Give every name and attribute in what is iterated over: `pages` of `enumerate(self.pages)`."""
    return {name for inner in walk(node) if isinstance(inner, ast.expr) for name in _last_name(inner)}
