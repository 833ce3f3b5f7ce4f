"""A program as it can be run: its text, with marks that say where it came.

The marks are statements of their own, and do not change what the others do; the values that leave through
`return`, `yield` and `append` pass through us as they are.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import sys
from collections.abc import Callable, Iterable
from typing import Any

from .observation import FLAGS, Body, Setting
from .record import Record
from .watching import PROGRAM, made_in

MOST_MARKS = 5000


class EndlessError(Exception):
    """A program that goes on and on: shrinking deleted what ends a loop."""


class _Marks(ast.NodeTransformer):
    """Puts a mark before each statement, and hands on what leaves a function or is collected."""

    def visit(self, node: ast.AST) -> Any:
        self.generic_visit(node)
        for suite in ("body", "orelse", "finalbody"):
            statements = getattr(node, suite, None)
            if isinstance(statements, list) and statements and not isinstance(node, ast.Module):
                setattr(node, suite, [new for old in statements for new in (_mark(old), old)])
        match node:
            case ast.Return(value=ast.expr()) | ast.Yield(value=ast.expr()):
                node.value = _handed("leaves", node.value)
            case ast.Await():
                node.value = _handed("awaits", node.value)
            case ast.Call(func=ast.Attribute(attr="append")):
                node.args = [_handed("joins", argument) for argument in node.args]
            case ast.Call(func=ast.Attribute(attr="create_task")):
                return _handed("starts", node)
        return node


def _handed(function: str, value: ast.expr) -> ast.Call:
    return ast.copy_location(ast.Call(ast.Name(f"__{function}__", ast.Load()), [value], []), value)


def _mark(statement: ast.stmt) -> ast.Expr:
    return ast.copy_location(ast.Expr(_handed("reached", ast.copy_location(ast.Constant(None), statement))), statement)


class Program:
    """A program that can be run again and again."""

    def __init__(self, text: str) -> None:
        tree = ast.fix_missing_locations(_Marks().visit(ast.parse(text)))
        self.text = text
        self.record = Record(large=False)
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        self.flags = [flag for flag in FLAGS if flag in used]
        names: dict[str, Any] = {
            "print": lambda *_: None,
            "__reached__": self._reached,
            "__leaves__": self._leaves,
            "__joins__": self._joins,
            "__starts__": lambda task: self.record.tasks.add(task) or task,
            "__awaits__": lambda awaited: self.record.awaited.add(awaited) or awaited,
        }
        exec(compile(tree, PROGRAM, "exec"), names)  # noqa: S102 - that is what an oracle does
        self.function = names["program"]
        for name, value in names.items():
            if inspect.iscoroutinefunction(value) and name != "program":
                names[name] = _tracing(value)

    def _reached(self, _: None) -> None:
        self.record.reached.add(sys._getframe(1).f_lineno)
        self.record.marks += 1
        if self.record.marks > MOST_MARKS:
            raise EndlessError

    def _leaves(self, value: object) -> object:
        if (seen := self.record.of(value)) is not None:
            seen.left.append(sys._getframe(1).f_lineno)
            seen.handed_on = True
        return value

    def _joins(self, value: object) -> object:
        if (seen := self.record.of(value)) is not None:
            seen.left.append(sys._getframe(1).f_lineno)
        return value

    def settings(self) -> Iterable[Setting]:
        """Give the settings worth a run: only flags that the text names, only failures that it may see."""
        bodies = [Body.LARGE, Body.SMALL]
        bodies += [Body.FAILING] if "raise_for_status" in self.text else []
        bodies += [Body.DROPPED] if "except" in self.text or "suppress" in self.text else []
        ways = itertools.product(*((False, True) if flag in self.flags else (False,) for flag in FLAGS))
        return [Setting(body, flags) for flags in ways for body in bodies]


def _tracing(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let the coroutines of a function know which line made them."""

    def called(*args: object) -> object:
        return traced(args, sys._getframe(1).f_lineno)

    async def traced(args: tuple[object, ...], line: int) -> object:
        token = made_in.set((*made_in.get(), line))
        try:
            return await function(*args)
        finally:
            made_in.reset(token)

    return called
