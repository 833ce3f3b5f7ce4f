"""Which statements of a scope stand on which lines: enough to look at those alone that say a certain name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from flake8_aiohttp.python.scopes import blocks

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_IMPORTS = (ast.Import, ast.ImportFrom)


class Head(NamedTuple):
    """A statement without the suites in it, and whether it stands in the body of a class."""

    statement: ast.stmt
    in_class: bool


class Lines:
    """The heads of the statements of a scope by their lines; those of the functions in it are `definitions`."""

    def __init__(self, body: list[ast.stmt]) -> None:
        self.definitions: list[Head] = []
        self._at: dict[int, list[Head]] = {}
        self._done: set[ast.stmt] = set()
        pending = [Head(statement, in_class=False) for statement in body]
        while pending:
            head = pending.pop()
            statement, in_class = head
            if isinstance(statement, _DEFINITIONS):
                self.definitions.append(head)
            elif not isinstance(statement, _IMPORTS):
                for first, last in _spans(statement):
                    for line in range(first, last + 1):
                        self._at.setdefault(line, []).append(head)
                within = in_class or isinstance(statement, ast.ClassDef)
                pending += [Head(inner, within) for block in blocks(statement) for inner in block]

    def fresh_at(self, line: int) -> Iterator[Head]:
        """Give the heads on a line that were not asked for before."""
        for head in self._at.get(line, ()):
            if head.statement not in self._done:
                self._done.add(head.statement)
                yield head

    def fresh(self) -> Iterator[Head]:
        """Give all heads that were not asked for before."""
        for line in self._at:
            yield from self.fresh_at(line)


def _spans(statement: ast.stmt) -> Iterator[tuple[int, int]]:
    """Give the first and last lines of what belongs to a statement itself, be it in several pieces."""
    inner = [block[0].lineno for block in blocks(statement)]
    yield statement.lineno, min(inner, default=statement.end_lineno or statement.lineno)
    if isinstance(statement, ast.Match):
        yield from ((case.pattern.lineno, case.body[0].lineno) for case in statement.cases)
