"""What the module as a whole says: the values of its names."""

from __future__ import annotations

import ast

from flake8_aiohttp.analysis.domain.values import ClassObject, FunctionValue, Imported, Value
from flake8_aiohttp.analysis.facts.types import StaticTypes
from flake8_aiohttp.python.scopes import FileScopes


class ModuleFacts:
    """Facts of a file as a whole; every question is answered once and remembered."""

    def __init__(self, scopes: FileScopes, types: StaticTypes) -> None:
        self._scopes = scopes
        self._types = types
        self._values: dict[str, Value] = {}

    def module_value(self, name: str) -> Value:
        """Give what a name of the module stands for."""
        if name not in self._values:
            self._values[name] = self._find(name)
        return self._values[name]

    def _find(self, name: str) -> Value:
        scopes = self._scopes
        if name in scopes.imports.names:
            return Imported(scopes.imports.names[name])
        if name in scopes.module_functions:
            return FunctionValue(scopes.module_functions[name])
        if name in scopes.classes:
            return ClassObject(scopes.classes[name])
        return self._types.global_value(name)

    def exception_name(self, node: ast.expr | None) -> str:
        """Give the qualified name of an exception or of the class of one; "" where it is not known."""
        if isinstance(node, ast.Call):
            node = node.func
        if node is None:
            return ""
        return self._scopes.qualified(node) or (node.id if isinstance(node, ast.Name) else "")
