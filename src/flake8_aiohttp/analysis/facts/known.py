"""What is known of the names on a line, and why: for people who ask how the analysis came to think so."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator, Sequence

from flake8_aiohttp.analysis.facts import holdings
from flake8_aiohttp.analysis.facts.cells import Cell
from flake8_aiohttp.analysis.facts.identifiers import Scope
from flake8_aiohttp.analysis.facts.places import Places
from flake8_aiohttp.finding import Span
from flake8_aiohttp.python.source import Source, walk


@dataclasses.dataclass(frozen=True, slots=True)
class Known:
    """What an expression is, in all likelihood: `name` as it is written at `span`, `kind` in words.

    `way` are the names by which it came there, the last one first; `reason` says what began it, on `line` (0 where it
    stands on no line of its own).
    """

    span: Span
    name: str
    kind: str
    way: tuple[str, ...]
    reason: str
    line: int

    def __str__(self) -> str:
        where = f" (line {self.line})" if self.line else ""
        names = [f"`{name}`" for name in reversed(self.way)]
        by_way = f", by way of {' and '.join(filter(None, [', '.join(names[:-1]), *names[-1:]]))}" if names else ""
        kind = f"{'an' if self.kind[0] in 'aeiou' else 'a'} {self.kind}"
        return f"`{self.name}` is known as {kind} because of {self.reason}{where}{by_way}"


def known_on(places: Places, source: Source, scope: Scope, line: int) -> Iterator[Known]:
    """Give what is known of the names and attributes that stand on a line of a scope, in their order."""
    nodes = [node for node in walk(source.tree) if isinstance(node, ast.Name | ast.Attribute) and node.lineno == line]
    told: set[str] = set()
    for node in sorted(nodes, key=lambda node: (node.col_offset, node.end_col_offset or 0)):
        name = ast.unparse(node)
        cell = places.name(scope, node.id) if isinstance(node, ast.Name) else places.field(node.attr)
        if name not in told and (kinds := holdings.kinds_in(cell.holding)):
            told.add(name)
            yield _told(source.span(node), name, _likeliest(kinds), cell)


def _likeliest(kinds: Sequence[str]) -> str:
    """Give the kind to name: a session and a request are what leads to a response, and a body what comes of it.

    The facts do not follow the order of statements, so that a name may hold each of them.
    """
    objects = [kind for kind in kinds if kind not in holdings.BODIES]
    return (objects or kinds)[-1]


def _told(span: Span, name: str, kind: str, cell: Cell) -> Known:
    """Follow the reasons of a cell to the first one."""
    way: dict[str, None] = {}
    reason = cell.reason
    while reason is not None and reason.source is not None:
        if reason.source.name and reason.source.name != name:
            way.setdefault(reason.source.name)
        reason = reason.source.reason
    assert reason is not None
    return Known(span, name, kind, tuple(way), reason.text, reason.line)
