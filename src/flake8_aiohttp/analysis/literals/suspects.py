"""Which variables of a function may hold what a request refuses: a look at what its statements give them.

It decides whether the flow is followed at all; most arguments are strings, parameters, or what other calls gave.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable

from flake8_aiohttp.python.definitions import Function
from flake8_aiohttp.python.scopes import blocks

_GIVING = frozenset({"update"})


class Suspects:
    """Answers for the variables of one function; `is_telling` says of a call, or a name from outside, if it counts."""

    def __init__(self, function: Function, is_telling: Callable[[ast.expr], bool]) -> None:
        self._given: defaultdict[str, list[ast.expr]] = defaultdict(list)
        self._is_telling = is_telling
        self._known: dict[str, bool] = {}
        pending = [function.node.body]
        while pending:
            for statement in pending.pop():
                self._read(statement)
                pending += blocks(statement)

    def _read(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    if isinstance(target, ast.Subscript):
                        target = target.value  # noqa: PLW2901  what holds the item
                    if isinstance(target, ast.Name):
                        self._given[target.id].append(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                self._given[name].append(value)
            case ast.AugAssign(target=ast.Name(id=name), value=value):
                self._given[name].append(value)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) as call):
                if method in _GIVING:
                    self._given[name] += [*call.args, *(keyword.value for keyword in call.keywords)]

    def is_given_dict(self, name: str) -> bool:
        """Whether a variable is given a dict: some parameters take none, whatever is in it."""
        return any(isinstance(each, ast.Dict) for each in self._given.get(name, ()))

    def may_be(self, name: str) -> bool:
        """Whether a variable may hold a value that is refused somewhere."""
        if name not in self._known:
            self._known[name] = False  # cut: a name that is defined by itself
            self._known[name] = any(map(self._is_suspect, self._given.get(name, ())))
        return self._known[name]

    def _is_suspect(self, node: ast.expr) -> bool:
        match node:
            case ast.Dict(keys=keys, values=values):
                odd = any(key is not None and not _is_text(key) for key in keys)
                return odd or any(not _is_text(value) and self._is_suspect(value) for value in values)
            case ast.Name(id=name):
                return self.may_be(name) if name in self._given else self._is_telling(node)
            case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, right=other):
                return self._is_suspect(one) or self._is_suspect(other)
            case ast.BoolOp(values=[*_, last]):
                return self._is_suspect(last)
            case ast.Call() | ast.Attribute():
                return self._is_telling(node)
            case ast.JoinedStr() | ast.Await() | ast.Subscript() | ast.DictComp() | ast.ListComp():
                return False
        return True


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
