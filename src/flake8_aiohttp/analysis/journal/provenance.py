"""Where the things of a finding's story stand, looked up by their line when the story is told.

States carry lines alone, since they are compared all the time; a story is told once a finding.
"""

from __future__ import annotations

import ast
import bisect
import dataclasses
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from flake8_aiohttp.aiohttp_model.objects import MEMBERS, Kind
from flake8_aiohttp.analysis.facts.assertions import read_assertion
from flake8_aiohttp.finding import Span
from flake8_aiohttp.python.source import Source

_READING = frozenset(
    name
    for members in MEMBERS.values()
    for name, member in members.items()
    if member.operation is not None or member.gives is Kind.CHUNKS
)
_BLOCKS = (ast.With, ast.AsyncWith, ast.For, ast.AsyncFor)


@dataclasses.dataclass(frozen=True, slots=True)
class BranchStep:
    """Where a path parts from the others, and which way it goes: `what` (a test) and `way` (holds)."""

    span: Span
    what: str
    way: str


class Provenance:
    """Finds what stands on a line; where that is more than one thing, the line itself."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def end_of_block(self, line: int) -> Span:
        """Give the last line of the block, or of the loop, that begins on `line`."""
        for node in self._starting(line):
            if isinstance(node, _BLOCKS):
                return self._tail(node)
        return self._whole(line)

    def call(self, line: int, method: str) -> Span:
        """Give the call of a method that begins on `line`."""
        return self._only(line, [node for node in self._starting(line) if _method(node) == method])

    def read(self, line: int) -> Span:
        """Give the read of a body that begins on `line`."""
        return self._only(line, [node for node in self._starting(line) if _method(node) in _READING])

    def branch_step(self, way: int) -> BranchStep | None:
        """Give the branch of a branch history: the line of what was taken, or, negative, of what was not."""
        line = abs(way)
        branch_steps = list(self._branch_steps(line, taken=way > 0))
        return branch_steps[0] if len(branch_steps) == 1 else None

    def _branch_steps(self, line: int, *, taken: bool) -> Iterator[BranchStep]:
        for node in self._around(line):
            match node:
                case ast.For() | ast.AsyncFor() if node.lineno == line and not taken:
                    yield BranchStep(self._source.span(node.iter), "loop", "never goes round")
                case ast.match_case(pattern=pattern) if pattern.lineno == line:
                    yield BranchStep(self._whole(line), "case", "is taken" if taken else "is not taken")
                case ast.If() | ast.While() | ast.IfExp() | ast.Assert():
                    yield from self._test(node.test, line, taken=taken)
                case ast.Expr(value=ast.Call() as call) if read_assertion(call) is not None:
                    yield from self._test(call, line, taken=taken)

    def _test(self, test: ast.expr, line: int, *, taken: bool) -> Iterator[BranchStep]:
        """Give the parts of a test that are decided on `line`; a branch history knows them without their `not`."""
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield from (
                    dataclasses.replace(
                        branch_step,
                        span=self._source.span(test),
                        way="fails" if branch_step.way == "holds" else "holds",
                    )
                    for branch_step in self._test(operand, line, taken=taken)
                )
            case ast.BoolOp(values=parts):
                yield from (branch_step for part in parts for branch_step in self._test(part, line, taken=taken))
            case ast.expr(lineno=first) if first == line:
                yield BranchStep(self._source.span(test), "test", "holds" if taken else "fails")

    def _around(self, line: int) -> Iterator[Any]:
        """Give the nodes that stand on `line`, in part or as a whole."""
        last = bisect.bisect_right(self._starts, line)
        first = bisect.bisect_left(self._starts, self._starts[last - 1]) if last else 0
        pending: list[Any] = self._source.tree.body[first:last]
        while pending:
            node = pending.pop()
            first = getattr(node, "lineno", line)
            if first <= line <= (getattr(node, "end_lineno", None) or line):
                yield node
                pending += ast.iter_child_nodes(node)

    @cached_property
    def _starts(self) -> list[int]:
        """The lines on which the statements of the module begin."""
        return [statement.lineno for statement in self._source.tree.body]

    def _starting(self, line: int) -> Iterator[Any]:
        return (node for node in self._around(line) if getattr(node, "lineno", 0) == line)

    def _only(self, line: int, found: list[Any]) -> Span:
        return self._source.span(found[0]) if len(found) == 1 else self._whole(line)

    def _tail(self, node: ast.stmt) -> Span:
        end = self._source.span(node)
        text = self._source.lines[end.end_line - 1][: end.end_column]
        start = len(text) - len(text.lstrip()) if end.line < end.end_line else end.column
        return Span(end.end_line, start, end.end_line, end.end_column)

    def _whole(self, line: int) -> Span:
        text = self._source.lines[line - 1]
        return Span(line, len(text) - len(text.lstrip()), line, len(text.rstrip()))


def _method(node: ast.AST) -> str:
    return node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
