"""Which statements of a function can matter.

Most statements of a function that matters do not: nothing in them is, or holds, anything of aiohttp's. Such an
inert statement only binds its names to the unknown and may raise; its expressions are never evaluated.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_aiohttp.aiohttp_model.objects import APPLICATIONS, CLIENT_FIXTURES
from flake8_aiohttp.analysis.state import World
from flake8_aiohttp.analysis.values import OPAQUE, Instance, Value
from flake8_aiohttp.python.names import Class, Function, Outline
from flake8_aiohttp.python.source import walk

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from flake8_aiohttp.analysis.origins import Origins

_MAKERS = frozenset(
    "range list set tuple dict iter reversed enumerate zip open join format getattr super partial deque defaultdict "
    "AsyncExitStack ExitStack TaskGroup create_task_group open_file Path Queue".split()
)
"""Functions of the standard library whose results are followed."""

_TELLING = frozenset({ast.Yield, ast.YieldFrom, ast.NamedExpr})
_JUMPS = _TELLING | {
    ast.Return,
    ast.Raise,
    ast.Break,
    ast.Continue,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.Global,
    ast.Nonlocal,
    ast.Match,
    ast.Import,
    ast.ImportFrom,
}
_MADE = (ast.Call, ast.Await, ast.Attribute, ast.Subscript, ast.Compare)


class Relevance:
    """Answers, for each statement or expression, whether it can matter in a world."""

    def __init__(
        self, outline: Outline, origins: Origins, mattering: AbstractSet[Function], proven: AbstractSet[ast.Call]
    ) -> None:
        self._hot = _MAKERS | CLIENT_FIXTURES | _names(outline, origins, mattering)
        self._proven = proven
        self._words: dict[ast.AST, frozenset[str] | None] = {}
        self._bound: dict[ast.stmt, frozenset[str] | None] = {}

    def is_inert(self, node: ast.stmt | ast.expr, world: World, enclosing: Mapping[str, Value]) -> bool:
        """Whether nothing in a statement or expression can be aiohttp's in this world."""
        if node not in self._words:
            self._words[node] = self._read(node)
        words = self._words[node]
        if words is None:
            return False
        places = world.places
        return not any(_tells(places.get(word)) or _tells(enclosing.get(word)) for word in words)

    def _read(self, node: ast.stmt | ast.expr) -> frozenset[str] | None:
        """Give the names in a node, or None where it always matters."""
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and not isinstance(node.value, _MADE):
            return None
        words: set[str] = set()
        for inner in walk(node):
            kind = type(inner)
            if kind is ast.Name:
                words.add(inner.id)
            elif kind is ast.Attribute:
                words.add(inner.attr)
                if type(inner.value) is ast.Name:
                    words.add(f"{inner.value.id}.{inner.attr}")
            elif kind in _TELLING or inner in self._proven:
                return None
        return frozenset(words) if words and words.isdisjoint(self._hot) else None

    def binds_only(self, statement: ast.stmt) -> frozenset[str] | None:
        """Give the names that a compound statement binds, or None where it does more: jumps out, defines, yields."""
        if statement not in self._bound:
            self._bound[statement] = _binds_only(statement)
        return self._bound[statement]


def _binds_only(statement: ast.stmt) -> frozenset[str] | None:
    names: set[str] = set()
    for node in walk(statement):
        kind = type(node)
        if kind in _JUMPS:
            return None
        if kind is ast.Name and type(node.ctx) is not ast.Load:
            names.add(node.id)
        elif kind is ast.Attribute and type(node.ctx) is not ast.Load and type(node.value) is ast.Name:
            names.add(f"{node.value.id}.{node.attr}")
        elif kind is ast.ExceptHandler and node.name:
            names.add(node.name)
    return frozenset(names)


def _tells(value: Value) -> bool:
    """Whether a value can lead anywhere; an object of a class of the file does so by its members' names."""
    return value is not None and value is not OPAQUE and not (isinstance(value, Instance) and not value.fields)


def _names(outline: Outline, origins: Origins, mattering: AbstractSet[Function]) -> frozenset[str]:
    """Give the names of the file that stand for something of aiohttp's, or hold it, or give it."""
    names = {f.name for f in mattering}
    names |= {f.name for f in outline.functions if origins.annotated(f.node.returns) is not None}
    names |= {name for name, qualified in outline.imports.items() if "aiohttp" in qualified or origins.kind(qualified)}
    names |= {name for name in outline.assigned if origins.global_value(name) is not None}
    names |= set(outline.classes)
    if origins.app_keys:
        names |= APPLICATIONS
    for definition in outline.classes.values():
        known = (name for name in _attributes(definition, origins) if origins.attribute(definition, name) is not None)
        names |= {name.rpartition(".")[2] for name in known}
    return frozenset(names)


def _attributes(definition: Class, origins: Origins) -> set[str]:
    own = {name for ancestor in origins.lineage(definition) for name in ancestor.attributes}
    return own | origins.inherited(definition)
