"""What is known of the names on a line, and why: for people who ask how the analysis came to think so."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator

from flake8_aiohttp.analysis.facts import holdings
from flake8_aiohttp.analysis.facts.cells import Cell
from flake8_aiohttp.analysis.facts.identifiers import Scope
from flake8_aiohttp.analysis.facts.places import Places
from flake8_aiohttp.python.source import walk


@dataclasses.dataclass(frozen=True, slots=True)
class Known:
    """What an expression may be: `name` as it is written, `kinds` in words.

    `way` are the names by which it came there, the last one first; `reason` says what began it, on `line` (0 where it
    stands on no line of its own).
    """

    name: str
    kinds: tuple[str, ...]
    way: tuple[str, ...]
    reason: str
    line: int

    def __str__(self) -> str:
        by_way = f", by way of {' and '.join(f'`{name}`' for name in self.way)}" if self.way else ""
        where = f" (line {self.line})" if self.line else ""
        return f"`{self.name}` is known as {' or '.join(self.kinds)}{by_way}: {self.reason}{where}"


def known_on(places: Places, tree: ast.AST, scope: Scope, line: int) -> Iterator[Known]:
    """Give what is known of the names and attributes that stand on a line of a scope, in their order."""
    nodes = [node for node in walk(tree) if isinstance(node, ast.Name | ast.Attribute) and node.lineno == line]
    told: set[str] = set()
    for node in sorted(nodes, key=lambda node: (node.col_offset, node.end_col_offset or 0)):
        name = ast.unparse(node)
        cell = places.name(scope, node.id) if isinstance(node, ast.Name) else places.field(node.attr)
        if name not in told and (kinds := holdings.kinds_in(cell.holding)):
            told.add(name)
            yield _told(name, tuple(kinds), cell)


def _told(name: str, kinds: tuple[str, ...], cell: Cell) -> Known:
    """Follow the reasons of a cell to the first one."""
    way: dict[str, None] = {}
    reason = cell.reason
    while reason is not None and reason.source is not None:
        if reason.source.name and reason.source.name != name:
            way.setdefault(reason.source.name)
        reason = reason.source.reason
    assert reason is not None
    return Known(name, kinds, tuple(way), reason.text, reason.line)
