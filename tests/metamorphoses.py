"""Ways to change a program that must not change what is found in it."""

from __future__ import annotations

import ast
import builtins
import collections
import re
from collections.abc import Collection, Iterator

AIOHTTP = re.compile(r"(?:aiohttp\w*|homeassistant)(?=\.|$)")
ELSEWHERE = "unknown_library"


class _Elsewhere(ast.NodeTransformer):
    """Import the same names from a library that nobody knows."""

    def visit_Import(self, node: ast.Import) -> ast.Import:
        for alias in node.names:
            if AIOHTTP.match(alias.name):
                alias.name, alias.asname = ELSEWHERE, alias.asname or alias.name.partition(".")[0]
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom:
        node.module = AIOHTTP.sub(ELSEWHERE, node.module or "") or None
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        """A parameter named `aiohttp_client` is pytest-aiohttp's, with or without an import."""
        node.arg = re.sub(r"^aiohttp_", "unknown_", node.arg)
        return self.generic_visit(node)  # type: ignore[return-value]

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = re.sub(r"^aiohttp_", "unknown_", node.id)
        return node


def without_aiohttp(text: str) -> str:
    """Take aiohttp, and the libraries known to wrap it, out of a program's imports."""
    return ast.unparse(_Elsewhere().visit(ast.parse(text)))


class _Wrapped(ast.NodeTransformer):
    """Put the body of every function, but its docstring, into the first statement of a frame."""

    def __init__(self, frame: str, spared: Collection[str] = ()) -> None:
        self.frame = frame
        self.spared = spared

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        return self._wrap(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AsyncFunctionDef:
        return self._wrap(node)

    def _wrap(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.FunctionDef | ast.AsyncFunctionDef:
        self.generic_visit(node)
        start = 1 if ast.get_docstring(node) is not None else 0
        if node.body[start:] and node.name not in self.spared:
            frame = ast.parse(self.frame).body[0]
            frame.body = node.body[start:]
            node.body[start:] = [frame]
        return node


def in_try(tree: ast.Module) -> ast.Module:
    """Put the body of every function into `try: … finally: pass`."""
    return _Wrapped("try: pass\nfinally: pass").visit(tree)


def under_a_condition(tree: ast.Module) -> ast.Module:
    """Put the body of every function into `if flag_of_the_test:`.

    Not of one that the file calls: a helper that reads the body only sometimes is another helper.
    """
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    called = {each.attr for each in calls if isinstance(each, ast.Attribute)}
    called |= {each.id for each in calls if isinstance(each, ast.Name)}
    return _Wrapped("if flag_of_the_test: pass", called).visit(tree)


def _names(tree: ast.AST) -> Iterator[tuple[ast.AST, str, str]]:
    """Give every node that holds a variable's name: the node, the field, the name."""
    for node in ast.walk(tree):
        for field in ("id", "name", "rest", "arg"):
            held = getattr(node, field, None)
            variable = isinstance(node, ast.Name | ast.arg | ast.ExceptHandler | ast.MatchAs | ast.MatchStar)
            if isinstance(held, str) and (variable or isinstance(node, ast.MatchMapping)):
                yield node, field, held


def _fixed_names(tree: ast.Module) -> set[str]:
    """Give the names that mean something outside their function, so that no other name does as well."""
    held: set[str] = {*dir(builtins), "self", "cls", "_"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            held |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            held |= {node.name}
        elif isinstance(node, ast.Global | ast.Nonlocal):
            held |= set(node.names)
        elif isinstance(node, ast.keyword) and node.arg:
            held |= {node.arg}
    for scope in [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))]:
        held |= {name for statement in scope.body for name in _bound_here(statement)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            held |= {parameter.arg for parameter in ast.walk(node.args) if isinstance(parameter, ast.arg)}
    return held


def _bound_here(statement: ast.stmt) -> Iterator[str]:
    """Give the names that a statement of a module or class binds there, functions not entered."""
    if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id


def renamed(tree: ast.Module) -> ast.Module:
    """Give every local variable and parameter another name, the same one throughout the file."""
    held = _fixed_names(tree)
    bound = {
        name for node, _, name in _names(tree) if not (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))
    }
    numbers: dict[str, int] = collections.defaultdict(lambda: len(numbers))
    for node, field, name in list(_names(tree)):
        if name in bound - held:
            setattr(node, field, f"renamed_{numbers[name]}")
    return tree
