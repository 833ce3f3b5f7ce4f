"""What is asked of one function or expression again and again: each answer is worked out once."""

from __future__ import annotations

import ast

from flake8_aiohttp.analysis.domain.constraints import Condition, read_condition
from flake8_aiohttp.analysis.domain.values import SHADOWING, Closure, FunctionValue, Value
from flake8_aiohttp.analysis.facts.trees import Trees
from flake8_aiohttp.analysis.facts.types import StaticTypes
from flake8_aiohttp.python.scopes import FileScopes, Function


class FunctionFacts:
    """Facts of the functions of a file; every question is answered once and remembered."""

    def __init__(self, scopes: FileScopes, types: StaticTypes, trees: Trees) -> None:
        self._scopes = scopes
        self._types = types
        self._trees = trees
        self._conditions: dict[ast.expr, Condition | None] = {}
        self._chains: dict[ast.Compare, ast.BoolOp] = {}

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
        return self._trees.is_generator(function)

    def lines_of(self, function: Function, name: str) -> tuple[int, int]:
        """Give the first and the last line on which a function says a name."""
        return self._trees.of(function).lines.get(name, (0, 0))

    def only_assigns(self, function: Function, name: str) -> bool:
        """Whether a function binds a name and never asks for it."""
        return name in self._trees.of(function).only_assigned

    def compares(self, function: Function, name: str) -> bool:
        """Whether a function compares what a name holds with constants."""
        return name in self._trees.of(function).compared

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
