"""Which statements of a scope stand on which lines: enough to look at those alone that say a certain name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property
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

    @cached_property
    def _heads(self) -> dict[int, list[Head]]:
        """The heads on each line on which nobody has looked yet."""
        heads: dict[int, list[Head]] = {}
        for head in self._all():
            for first, last in _spans(head.statement):
                for line in range(first, last + 1):
                    heads.setdefault(line, []).append(head)
        return heads

    def fresh_at(self, line: int) -> Iterator[Head]:
        """Give the heads on a line that were not given before; the first line is 1."""
        yield from filter(self._is_new, self._heads.pop(line, ()))

    def fresh(self) -> Iterator[Head]:
        """Give all heads that were not given before."""
        yield from filter(self._is_new, self._all())

    def _all(self) -> Iterator[Head]:
        pending = [Head(statement, in_class=False) for statement in self._body]
        while pending:
            head = pending.pop()
            if not isinstance(head.statement, _OTHERS):
                yield head
                within = head.in_class or isinstance(head.statement, ast.ClassDef)
                pending += [Head(inner, within) for block in blocks(head.statement) for inner in block]

    def _is_new(self, head: Head) -> bool:
        if head.statement in self._done:
            return False
        self._done.add(head.statement)
        return True


def _spans(statement: ast.stmt) -> Iterator[tuple[int, int]]:
    """Give the first and last lines of what belongs to a statement itself, be it in several pieces."""
    end = statement.end_lineno or statement.lineno
    inner = blocks(statement)
    yield statement.lineno, min((block[0].lineno for block in inner), default=end)
    if isinstance(statement, ast.Match):
        yield from ((case.pattern.lineno, case.body[0].lineno) for case in statement.cases)
