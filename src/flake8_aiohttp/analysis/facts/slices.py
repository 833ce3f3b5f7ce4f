"""Which statements of a function can matter.

Most statements of a function that matters do not: nothing in them is, or holds, anything of aiohttp's. Such an
inert statement only binds its names to the unknown and may raise; its expressions are never evaluated.
"""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from flake8_aiohttp.aiohttp_model.media import EXTENSIONS
from flake8_aiohttp.aiohttp_model.objects import (
    APPLICATIONS,
    CLIENT_FIXTURES,
    REQUEST_FUNCTIONS,
    ROUTE_FUNCTIONS,
    SESSION_WRAPPERS,
    TYPES,
    Kind,
)
from flake8_aiohttp.analysis.domain.state import AbstractState
from flake8_aiohttp.analysis.domain.values import SHADOWING, AbstractObject, Constant, Instance, Text, Value
from flake8_aiohttp.analysis.facts.may_hold import MayHold
from flake8_aiohttp.analysis.facts.origins import members_by_module
from flake8_aiohttp.analysis.facts.types import StaticTypes
from flake8_aiohttp.python.definitions import Class, Function
from flake8_aiohttp.python.scopes import FileScopes
from flake8_aiohttp.python.source import children, place_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet


_MAKERS = frozenset(
    "range list set tuple dict iter reversed enumerate zip map filter sorted open join urljoin URL cast format getattr "
    "super partial deque defaultdict AsyncExitStack ExitStack TaskGroup create_task_group open_file Path Queue "
    "BytesIO NamedTemporaryFile SpooledTemporaryFile TemporaryFile md5 sha1 sha256 sha512".split()
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
_KNOWN = frozenset(TYPES) | REQUEST_FUNCTIONS | ROUTE_FUNCTIONS | SESSION_WRAPPERS
_MADE = (ast.Name, ast.Call, ast.Await, ast.Attribute, ast.Subscript, ast.Compare)


class Look(NamedTuple):
    """What a node says: all names in it, or None where it always matters; the names it binds, or None where it jumps.

    To define, to yield, to bind a name that others see is to jump, too.
    """

    words: frozenset[str] | None
    binds: frozenset[str] | None


class Slices:
    """Answers, for each statement or expression, whether it can matter in a state.

    `proven` are the requests that are known by the use of their responses.
    """

    def __init__(
        self, scopes: FileScopes, types: StaticTypes, may_hold: MayHold, proven: AbstractSet[ast.Call]
    ) -> None:
        self._scopes = scopes
        self._types = types
        self._may_hold = may_hold
        self._proven = proven
        self._looks: dict[ast.AST, Look] = {}
        self._words: dict[ast.AST, frozenset[str] | None] = {}
        self._met = 0

    @cached_property
    def _hot(self) -> frozenset[str]:
        """The names that alone can lead to something of aiohttp's; worked out where some statement is run."""
        return _MAKERS | CLIENT_FIXTURES | self._may_hold.held | _names(self._scopes, self._types, self._may_hold.doing)

    def met(self) -> int:
        """Say how many nodes stand in what it was asked about so far."""
        return self._met

    def is_inert(self, node: ast.stmt | ast.expr, state: AbstractState, enclosing: Mapping[str, Value]) -> bool:
        """Whether nothing in a statement or expression can be aiohttp's in this state."""
        if node not in self._words:
            words = self._read(node)
            self._words[node] = None if self._may_hold.is_open else words
        words = self._words[node]
        if words is None:
            return False
        return not (_is_told(words, state.store) or (enclosing and _is_told(words, enclosing)))

    def _read(self, node: ast.stmt | ast.expr) -> frozenset[str] | None:
        """Give the names in a node, or None where it always matters."""
        words = self._look(node).words
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and not isinstance(node.value, _MADE):
            return None
        if words is None or not words.isdisjoint(self._hot):
            return None
        return words if words or isinstance(node, ast.Expr) else None

    def binds_only(self, statement: ast.stmt) -> frozenset[str] | None:
        """Give the names that a compound statement binds, or None where it does more: jumps out, defines, yields."""
        binds = self._look(statement).binds
        return None if self._may_hold.is_open else binds

    def _look(self, node: ast.AST) -> Look:
        """Look at a node once, and at each statement in it once."""
        if node not in self._looks:
            self._looks[node] = self._look_closely(node)
        return self._looks[node]

    def _look_closely(self, node: ast.AST) -> Look:
        words, bound, within, count = _spell(node, self._proven)
        self._met += count
        looks = [self._look(inner) for inner in within]
        return Look(
            _all_of(words, [look.words for look in looks]),
            _all_of(None if type(node) in _JUMPS else bound, [look.binds for look in looks]),
        )


def _all_of(own: frozenset[str] | None, others: list[frozenset[str] | None]) -> frozenset[str] | None:
    """Give the names in any of some sets, or None where one of them is none."""
    known = [names for names in others if names is not None]
    return own.union(*known) if own is not None and len(known) == len(others) else None


def _spell(
    node: ast.AST, proven: AbstractSet[ast.Call]
) -> tuple[frozenset[str] | None, frozenset[str] | None, list[ast.AST], int]:
    """Give what a node itself says and binds, the statements in it, and how many nodes it has without these."""
    words: set[str] = set()
    binds: set[str] = set()
    within: list[ast.AST] = []
    telling = jumping = type(node) in _TELLING
    count = 0
    pending: list[Any] = [node]
    while pending:
        current = pending.pop()
        count += 1
        kind = type(current)
        if kind is ast.Constant:
            continue
        if kind is ast.Name:
            words.add(current.id)
            if type(current.ctx) is not ast.Load:
                binds.add(current.id)
        elif kind is ast.Attribute:
            _spell_attribute(current, words, binds)
            pending.append(current.value)
        elif current is not node and isinstance(current, ast.stmt):
            within.append(current)
        else:
            telling = telling or kind in _TELLING or (kind is ast.Call and current in proven)
            jumping = jumping or kind in _JUMPS
            if isinstance(current, ast.ExceptHandler) and current.name:
                binds.add(current.name)
            pending += children(current)
    return (None if telling else frozenset(words)), (None if jumping else frozenset(binds)), within, count


def _spell_attribute(node: ast.Attribute, words: set[str], binds: set[str]) -> None:
    words.add(node.attr)
    if path := place_of(node):
        words.add(path)
        if type(node.ctx) is not ast.Load:
            binds.add(path)


def _is_told(words: frozenset[str], store: Mapping[str, Value]) -> bool:
    """Whether one of the words holds what can lead anywhere; an object of a class does so by its members' names."""
    for word in words:
        value = store.get(word)
        if value is not None and value is not SHADOWING and not (type(value) is Instance and not value.fields):
            return True
    return False


def _names(scopes: FileScopes, types: StaticTypes, mattering: AbstractSet[Function]) -> frozenset[str]:
    """Give the names of the file that stand for something of aiohttp's, or hold it, or give it."""
    names = {f.name for f in mattering if not _is_handler(f, types)}
    names |= {f.name for f in scopes.functions if types.annotated(f.node.returns) is not None}
    known = _KNOWN | types.names.all
    names |= {name for name, qualified in scopes.imports.names.items() if qualified in known}
    members = members_by_module(known)
    imported = ((name, members[module]) for name, module in scopes.imports.names.items() if module in members)
    names |= {f"{name}.{member}" for name, found in imported for member in found}
    names |= {name for name in scopes.bindings.assigned if _promises(types.global_value(name))}
    names |= set(scopes.classes)
    if types.app_keys:
        names |= APPLICATIONS
    for definition in scopes.classes.values():
        said = (name for name in _attributes(definition, types) if _promises(types.attribute(definition, name)))
        names |= {name.rpartition(".")[2] for name in said}
    return frozenset(names)


def _is_handler(function: Function, types: StaticTypes) -> bool:
    """Whether a function needs a server's request: whoever calls it has one."""
    parameters = [a.arg for a in function.parameters if a.arg != function.self_name]
    first = types.parameter(function, parameters[0]) if parameters else None
    return isinstance(first, AbstractObject) and first.kind is Kind.SERVER_REQUEST


def _promises(value: Value) -> bool:
    """Whether what a name of the file holds can matter: of texts, what may be a URL, a file's name or a method."""
    if isinstance(value, Text):
        text = value.value
        return "/" in text or "." in text or text.upper() == "HEAD" or text.lower() in EXTENSIONS
    return value is not None and not isinstance(value, Constant)


def _attributes(definition: Class, types: StaticTypes) -> set[str]:
    own = {name for ancestor in types.lineage(definition) for name in ancestor.attributes}
    return own | types.inherited(definition)
