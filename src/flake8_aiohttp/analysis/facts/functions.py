"""What is asked of one function or expression again and again: each answer is worked out once."""

from __future__ import annotations

import ast

from flake8_aiohttp.analysis.domain.constraints import Condition, read_condition
from flake8_aiohttp.analysis.domain.values import SHADOWING, Closure, FunctionValue, Value
from flake8_aiohttp.analysis.facts.types import StaticTypes
from flake8_aiohttp.analysis.facts.wording import Wording
from flake8_aiohttp.python.scopes import FileScopes, Function
from flake8_aiohttp.python.source import children, walk


class FunctionFacts:
    """Facts of the functions of a file; every question is answered once and remembered."""

    def __init__(self, scopes: FileScopes, types: StaticTypes, wording: Wording) -> None:
        self._scopes = scopes
        self._types = types
        self._wording = wording
        self._conditions: dict[ast.expr, Condition | None] = {}
        self._chains: dict[ast.Compare, ast.BoolOp] = {}
        self._lines: dict[Function, dict[str, tuple[int, int]]] = {}
        self._unread: dict[Function, set[str]] = {}
        self._generators: dict[Function, bool] = {}

    def parameters(self, function: Function) -> dict[str, Value]:
        """Give what the parameters of a function hold when nobody calls it that we see."""
        arguments = function.node.args
        store: dict[str, Value] = {}
        named = (*function.parameters, *arguments.kwonlyargs)
        for argument in (*named, *(a for a in (arguments.vararg, arguments.kwarg) if a)):
            value = self._types.parameter(function, argument.arg) if argument in named else None
            store[argument.arg] = SHADOWING if value is None else value
        return store

    def is_parameter(self, function: Function | None, name: str) -> bool:
        """Whether a name is a parameter of a function."""
        return function is not None and name in self.parameters(function)

    def function_of(self, routine: FunctionValue | Closure) -> Function:
        """Give the function that is called."""
        if isinstance(routine, FunctionValue):
            return routine.function
        return self._scopes.by_node[routine.node]

    def is_generator(self, function: Function) -> bool:
        """Whether a function yields."""
        if function not in self._generators:
            self._generators[function] = self._wording.says(function, "yield") and any(map(_yields, function.node.body))
        return self._generators[function]

    def lines_of(self, function: Function, name: str) -> tuple[int, int]:
        """Give the first and the last line on which a function says a name."""
        if function not in self._lines:
            lines: dict[str, tuple[int, int]] = {}
            for node in walk(function.node):
                if isinstance(node, ast.Name):
                    first, last = lines.get(node.id, (node.lineno, node.lineno))
                    lines[node.id] = min(first, node.lineno), max(last, node.lineno)
            self._lines[function] = lines
        return self._lines[function].get(name, (0, 0))

    def only_assigns(self, function: Function, name: str) -> bool:
        """Whether a function binds a name and never asks for it."""
        if function not in self._unread:
            named = [node for node in walk(function.node) if isinstance(node, ast.Name)]
            asked = {node.id for node in named if isinstance(node.ctx, ast.Load)}
            self._unread[function] = {node.id for node in named} - asked
        return name in self._unread[function]

    def condition(self, test: ast.expr) -> Condition | None:
        """Read a test, once."""
        if test not in self._conditions:
            condition = read_condition(test)
            if condition is not None and not condition.names.isdisjoint(self._scopes.nonlocals):
                condition = None  # an inner function may change it at any time
            self._conditions[test] = condition
        return self._conditions[test]

    def chained(self, test: ast.Compare) -> ast.BoolOp:
        """Read `400 <= status <= 499` as two comparisons, once."""
        if test not in self._chains:
            operands = [test.left, *test.comparators]
            pairs = zip(operands, test.ops, operands[1:], strict=False)
            tests: list[ast.expr] = [ast.copy_location(ast.Compare(a, [op], [b]), test) for a, op, b in pairs]
            self._chains[test] = ast.copy_location(ast.BoolOp(ast.And(), tests), test)
        return self._chains[test]


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
