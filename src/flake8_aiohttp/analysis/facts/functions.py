"""What is asked of one function or expression again and again: each answer is worked out once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeGuard

from flake8_aiohttp.analysis.domain.constraints import Condition, read_condition
from flake8_aiohttp.analysis.domain.values import SHADOWING, Closure, FunctionValue, Value
from flake8_aiohttp.analysis.facts.assertions import read_assertion
from flake8_aiohttp.analysis.facts.trees import Trees
from flake8_aiohttp.analysis.facts.types import StaticTypes
from flake8_aiohttp.python.definitions import Function
from flake8_aiohttp.python.scopes import FileScopes
from flake8_aiohttp.python.source import walk

Closing = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class FunctionFacts:
    """Facts of the functions of a file; every question is answered once and remembered."""

    def __init__(self, scopes: FileScopes, types: StaticTypes, trees: Trees) -> None:
        self._scopes = scopes
        self._types = types
        self._trees = trees
        self._conditions: dict[ast.expr, Condition | None] = {}
        self._assertions: dict[ast.Call, ast.expr | None] = {}
        self._chains: dict[ast.Compare, ast.BoolOp] = {}
        self._assigned: dict[Function, frozenset[str]] = {}
        self._lent: dict[Function, frozenset[str]] = {}
        self._inside: dict[Function, frozenset[str]] = {}
        self._captured: dict[Closing, frozenset[str]] = {}
        self._breaks: dict[ast.stmt, bool] = {}
        self._parameters: dict[Function, dict[str, Value]] = {}

    def parameters(self, function: Function) -> dict[str, Value]:
        """Give what the parameters of a function hold when nobody calls it that we see; the dict is the caller's."""
        if function not in self._parameters:
            self._parameters[function] = self._read_parameters(function)
        return self._parameters[function].copy()

    def _read_parameters(self, function: Function) -> dict[str, Value]:
        arguments = function.node.args
        store: dict[str, Value] = {}
        named = (*function.parameters, *arguments.kwonlyargs)
        for argument in (*named, *(a for a in (arguments.vararg, arguments.kwarg) if a)):
            value = self._types.parameter(function, argument.arg) if argument in named else None
            store[argument.arg] = SHADOWING if value is None else value
        return store

    def is_parameter(self, function: Function | None, name: str) -> bool:
        """Whether a name is a parameter of a function."""
        if function is None:
            return False
        arguments = function.node.args
        named = (*function.parameters, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
        return any(argument is not None and argument.arg == name for argument in named)

    def breaks(self, loop: ast.For | ast.AsyncFor) -> bool:
        """Whether a loop means to leave a rest: what it ran to the end of, by chance, counts as tapped then."""
        if loop not in self._breaks:
            self._breaks[loop] = any(isinstance(node, ast.Break) for inner in loop.body for node in walk(inner))
        return self._breaks[loop]

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

    def keeps(self, function: Function, name: str) -> bool:
        """Whether a parameter holds to the end what it was given."""
        return self.is_parameter(function, name) and name not in self._trees.of(function).bound

    def compares(self, function: Function, name: str) -> bool:
        """Whether a function compares what a name holds with constants."""
        return name in self._trees.of(function).compared

    def assigned_fields(self, function: Function) -> frozenset[str]:
        """Give the attributes of its own object that a method may set, be it by other methods that it calls."""
        if function not in self._assigned:
            self._assigned[function] = frozenset()  # cut: a method that calls itself
            own = [node for node in walk(function.node) if _is_field(node, function.self_name)]
            names = {node.attr for node in own if not isinstance(node.ctx, ast.Load)}
            for node in own:
                method = self._types.method(function.owner, node.attr) if function.owner else None
                names |= self.assigned_fields(method) if method else frozenset()
            self._assigned[function] = frozenset(names)
        return self._assigned[function]

    def is_lent(self, function: Function, name: str) -> bool:
        """Whether a function gives what a name holds to others, who may fill it: in a call, or in a function inside."""
        if function not in self._lent:
            self._lent[function] = frozenset(_given(function.node))
        return name in self._lent[function] or self.is_captured(function, name)

    def is_captured(self, function: Function, name: str) -> bool:
        """Whether a function or lambda inside asks for what a name of the function holds."""
        if function not in self._inside:
            closures = [node for node in walk(function.node) if _closes(node) and node is not function.node]
            self._inside[function] = frozenset().union(*map(self.captured, closures))
        return name in self._inside[function]

    def captured(self, closure: Closing) -> frozenset[str]:
        """Give the names that a nested function or lambda asks for and does not bind itself."""
        if closure not in self._captured:
            names = [node for node in walk(closure) if isinstance(node, ast.Name)]
            bound = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
            bound |= {node.arg for node in walk(closure.args) if isinstance(node, ast.arg)}
            self._captured[closure] = frozenset(node.id for node in names) - bound
        return self._captured[closure]

    def condition(self, test: ast.expr) -> Condition | None:
        """Read a test, once."""
        if test not in self._conditions:
            condition = read_condition(test)
            if condition is not None and not condition.names.isdisjoint(self._scopes.bindings.nonlocals):
                condition = None  # an inner function may change it at any time
            self._conditions[test] = condition
        return self._conditions[test]

    def asserted(self, node: ast.expr) -> ast.expr | None:
        """Read `self.assertEqual(response.status, 200)` as the test that it makes, once; None where it does more."""
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr[:6] != "assert":
            return None
        if node not in self._assertions:
            test = read_assertion(node)
            condition = self.condition(test) if test is not None else None
            self._assertions[node] = test if condition is not None and "(" not in condition.subject else None
        return self._assertions[node]

    def chained(self, test: ast.Compare) -> ast.BoolOp:
        """Read `400 <= status <= 499` as two comparisons, once."""
        if test not in self._chains:
            operands = [test.left, *test.comparators]
            pairs = zip(operands, test.ops, operands[1:], strict=False)
            tests: list[ast.expr] = [ast.copy_location(ast.Compare(a, [op], [b]), test) for a, op, b in pairs]
            self._chains[test] = ast.copy_location(ast.BoolOp(ast.And(), tests), test)
        return self._chains[test]


_LOOKING = frozenset({"len", "list", "tuple", "set", "sorted", "enumerate", "zip", "any", "all", "sum", "print"})


def _is_field(node: ast.AST, own: str | None) -> TypeGuard[ast.Attribute]:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == own


def _closes(node: ast.AST) -> TypeGuard[Closing]:
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))


def _given(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """Give the names that stand as arguments of calls."""
    for node in walk(function):
        if isinstance(node, ast.Call) and not (isinstance(node.func, ast.Name) and node.func.id in _LOOKING):
            given = (*node.args, *(keyword.value for keyword in node.keywords))
            yield from (argument.id for argument in given if isinstance(argument, ast.Name))
