"""The scopes of a file: its imports, functions, classes and bindings, found by one walk over its statements.

Expressions are not looked at here: a statement-only walk costs a sixth of `ast.walk`.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from flake8_aiohttp.python.bindings import Bindings
from flake8_aiohttp.python.definitions import Class, Function, FunctionNode
from flake8_aiohttp.python.imports import Imports

MOST_ANCESTORS = 256
"""So many classes of a file are looked at, of which one derives; beyond, it is not known what they give it."""


class FileScopes:
    """Imports, functions, classes and bindings of a module; `module_functions` stand in no other scope."""

    def __init__(self, tree: ast.Module) -> None:
        self.imports = Imports()
        self.functions: list[Function] = []
        self.module_functions: dict[str, Function] = {}
        self.by_node: dict[ast.AST, Function] = {}
        self.classes: dict[str, Class] = {}
        self.bindings = Bindings(self.classes)
        self._lineages: dict[Class, tuple[Class, ...]] = {}
        self._walk(tree.body)
        self.bindings.settle()
        self.imports.settle()

    def _walk(self, body: list[ast.stmt]) -> None:
        pending: list[tuple[list[Any], Function | None, Class | None]] = [(body, None, None)]
        while pending:
            statements, function, owner = pending.pop()
            for statement in statements:
                kind = type(statement)
                if kind is ast.Expr or kind is ast.Return:
                    self.bindings.note_filling(statement.value, function)
                elif kind is ast.Assign or kind is ast.AnnAssign:
                    self.bindings.note_attribute(statement, function, owner)
                    self.imports.add_assigned(statement)
                elif kind is ast.FunctionDef or kind is ast.AsyncFunctionDef:
                    pending.append((statement.body, self._add_function(statement, function, owner), None))
                elif kind is ast.ClassDef:
                    pending.append((statement.body, function, self._add_class(statement)))
                elif kind is ast.Nonlocal or kind is ast.Global:
                    self.bindings.declare(statement)
                elif kind is ast.Import or kind is ast.ImportFrom:
                    self.imports.add(statement)
                elif kind in _SUITES:
                    self.bindings.note_entered(statement, function)
                    pending += [(inner, function, owner) for inner in blocks(statement)]

    def _add_function(self, node: ast.stmt, parent: Function | None, owner: Class | None) -> Function:
        assert isinstance(node, FunctionNode)
        function = Function(node, owner, parent)
        self.functions.append(function)
        self.by_node[node] = function
        if owner is not None:
            owner.methods[node.name] = function
        elif parent is None:
            self.module_functions[node.name] = function
        return function

    def _add_class(self, node: ast.ClassDef) -> Class:
        return self.classes.setdefault(node.name, Class(node))

    def lineage(self, definition: Class) -> tuple[Class, ...]:
        """Give a class and those of its bases that stand in this file, the nearest first; of very many not all."""
        if not definition.node.bases:
            return (definition,)
        if definition not in self._lineages:
            self._lineages[definition] = tuple(self._lineage(definition))
        return self._lineages[definition]

    def _lineage(self, definition: Class) -> dict[Class, None]:
        seen: dict[Class, None] = {}
        pending = [definition]
        while pending and len(seen) < MOST_ANCESTORS:
            current = pending.pop(0)
            if current not in seen:
                seen[current] = None
                names = [base.id for base in current.node.bases if isinstance(base, ast.Name)]
                pending += [self.classes[name] for name in names if name in self.classes]
        return seen

    def qualified(self, node: ast.expr) -> str | None:
        """Give the dotted name that an expression (`web.Request`) stands for, or None."""
        return self.imports.qualified(node)


_SUITES: dict[type[ast.AST], tuple[str, ...]] = {
    kind: tuple(field for field in ("body", "orelse", "finalbody") if field in kind._fields)
    for kind in ast.stmt.__subclasses__()
    if "body" in kind._fields or kind is ast.Match
}
"""The fields of each kind of compound statement that hold statements."""


def blocks(statement: ast.stmt) -> Sequence[list[ast.stmt]]:
    """Give the suites that stand inside a compound statement."""
    kind = type(statement)
    fields = _SUITES.get(kind)
    if fields is None:
        return ()
    found = [suite for field in fields if (suite := getattr(statement, field))]
    if kind is ast.Match or "handlers" in kind._fields:
        parts: Any = statement
        found += [part.body for part in (parts.cases if kind is ast.Match else parts.handlers)]
    return found
