"""Which statements of a scope stand on which lines: enough to look at those alone that say a certain name."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from flake8_aiohttp.python.scopes import blocks

_OTHERS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Import, ast.ImportFrom)
"""Statements that belong to other scopes, or say nothing of what is held."""


class Head(NamedTuple):
    """A statement without the suites in it, and whether it stands in the body of a class."""

    statement: ast.stmt
    in_class: bool


class Lines:
    """Finds the heads of the statements of a scope by their lines; each is given once."""

    def __init__(self, body: list[ast.stmt]) -> None:
        self._body = body
        self._done: set[ast.stmt] = set()

    def fresh_at(self, line: int) -> Iterator[Head]:
        """Give the heads on a line that were not given before; the first line is 1."""
        pending = [(self._body, False)]
        while pending:
            suite, in_class = pending.pop()
            place = bisect_right(suite, line, key=_first)
            while place and (suite[place - 1].end_lineno or 0) >= line:
                place -= 1
                statement = suite[place]
                if not isinstance(statement, _OTHERS):
                    inner = blocks(statement)
                    if not inner or any(first <= line <= last for first, last in _spans(statement)):
                        yield from self._once(statement, in_class=in_class)
                    within = in_class or isinstance(statement, ast.ClassDef)
                    pending += [(block, within) for block in inner]

    def fresh(self) -> Iterator[Head]:
        """Give all heads that were not given before."""
        pending = [Head(statement, in_class=False) for statement in self._body]
        while pending:
            statement, in_class = pending.pop()
            if not isinstance(statement, _OTHERS):
                yield from self._once(statement, in_class=in_class)
                within = in_class or isinstance(statement, ast.ClassDef)
                pending += [Head(inner, within) for block in blocks(statement) for inner in block]

    def _once(self, statement: ast.stmt, *, in_class: bool) -> Iterator[Head]:
        if statement not in self._done:
            self._done.add(statement)
            yield Head(statement, in_class)


def _first(statement: ast.stmt) -> int:
    return statement.lineno


def _spans(statement: ast.stmt) -> Iterator[tuple[int, int]]:
    """Give the first and last lines of what belongs to a statement itself, be it in several pieces."""
    inner = [block[0].lineno for block in blocks(statement)]
    yield statement.lineno, min(inner, default=statement.end_lineno or statement.lineno)
    if isinstance(statement, ast.Match):
        yield from ((case.pattern.lineno, case.body[0].lineno) for case in statement.cases)
