"""What an annotation says that a place holds."""

from __future__ import annotations

import ast
from collections.abc import Callable

from flake8_aiohttp.aiohttp_model.objects import TYPES, Kind
from flake8_aiohttp.analysis.domain.values import (
    NOWHERE,
    AbstractObject,
    DictValue,
    SequenceValue,
    Site,
    Value,
    summary_of,
)
from flake8_aiohttp.finding import Span
from flake8_aiohttp.python.annotations import ANY_NUMBER, Hint, alternatives, read_hint
from flake8_aiohttp.python.definitions import Class
from flake8_aiohttp.python.scopes import FileScopes

_COLLECTIONS = frozenset(
    "list List Sequence MutableSequence Iterable Iterator Collection set Set MutableSet frozenset FrozenSet deque "
    "Deque WeakSet AsyncIterator AsyncGenerator AsyncIterable".split()
)
_TUPLES = frozenset({"tuple", "Tuple"})
_DATA = frozenset("str bytes bytearray int float bool dict Dict list List Mapping Sequence".split())
_MAPPINGS = frozenset(
    "dict Dict Mapping MutableMapping defaultdict DefaultDict OrderedDict WeakValueDictionary".split()
)


class Hints:
    """Reads the annotations of a file; `kind` knows the classes of other modules, `instance` those of this one."""

    def __init__(
        self, scopes: FileScopes, kind: Callable[[str], Kind | None], instance: Callable[[Class, Span], Value]
    ) -> None:
        self._scopes = scopes
        self._kind = kind
        self._instance = instance
        self._telling_nothing: set[str] = set()

    def annotated(self, node: ast.expr | None) -> Value:
        """Give what a place with this annotation holds."""
        if node is None or (type(node) is ast.Name and node.id in self._telling_nothing):
            return None
        hint = read_hint(node, self._scopes)
        held = self._held(hint) if hint is not None else self._either(node)
        if held is None and type(node) is ast.Name:
            self._telling_nothing.add(node.id)
        return held

    def _either(self, node: ast.expr) -> Value:
        """Give what a union holds whose types are all of one kind: `ClientSession | RetryClient`."""
        kinds = {self._kind(hint.name) if hint else None for hint in alternatives(node, self._scopes)}
        kind = kinds.pop() if len(kinds) == 1 else None
        return AbstractObject(kind, Site(NOWHERE), foreign=True) if kind is not None else None

    def is_data(self, node: ast.expr | None) -> bool:
        """Whether an annotation says that a place holds plain data, nothing that is to be awaited."""
        hint = None if node is None else read_hint(node, self._scopes)
        return hint is not None and hint.last_name in _DATA

    def _held(self, hint: Hint | None) -> Value:
        if hint is None:
            return None
        if (kind := self._kind(hint.name)) is not None:
            return AbstractObject(kind, Site(NOWHERE), foreign=hint.name not in TYPES)
        if definition := self._scopes.classes.get(hint.name):
            return self._instance(definition, NOWHERE)
        last = hint.last_name
        if last in _TUPLES and ANY_NUMBER not in hint.arguments:
            members = tuple(map(self._held, hint.arguments))
            return SequenceValue(members) if any(members) else None
        if last in _COLLECTIONS | _TUPLES and hint.arguments:
            element = self._held(hint.arguments[0])
            return SequenceValue((summary_of(element),), exact=False) if element else None
        if last in _MAPPINGS and len(hint.arguments) == 2:
            element = self._held(hint.arguments[1])
            return DictValue(((None, summary_of(element)),)) if element else None
        return None
