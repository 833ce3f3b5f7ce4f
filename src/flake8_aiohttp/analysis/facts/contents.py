"""What containers hold that live longer than a function: on `self`, in the module, in an application.

A container is known by what is put into it anywhere in the file, by `append`, `add`, `[key] =` or `setdefault`, and by
what it begins with. One thing in it of which nothing is known, and nothing is known of any.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from flake8_aiohttp.aiohttp_model.objects import APPLICATIONS
from flake8_aiohttp.analysis.domain.state import sites_of
from flake8_aiohttp.analysis.domain.values import DictValue, SequenceValue, Value, nature, summary_of
from flake8_aiohttp.python.bindings import Bindings, Filled
from flake8_aiohttp.python.definitions import Attribute, Class, Function
from flake8_aiohttp.python.scopes import FileScopes

_SEQUENCES = frozenset("list set deque WeakSet frozenset".split())
_MAPPINGS = frozenset("dict defaultdict OrderedDict WeakValueDictionary".split())
_DISPLAYS = (ast.List, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp)
_DEEPEST = 1

Place = tuple[Class | str | None, str]
"""A container: a class and the name of its attribute, "" and a global, or None and the key of an application."""

Static = Callable[[ast.expr | None, Function | None], Value]


class Contents:
    """Answers what the containers of a file hold.

    `static` reads an expression without running it, `lineage` gives a class and its bases in this file.
    """

    def __init__(self, scopes: FileScopes, static: Static, lineage: Callable[[Class], Iterable[Class]]) -> None:
        self._scopes = scopes
        self._static = static
        self._lineage = lineage

    def of_attribute(self, definition: Class, name: str, begun: list[Attribute], said: Value) -> Value:
        """Give what `self.name` is in a class: `begun` is all that it is assigned, `said` what that alone says."""
        known = self._fillings
        fillings = [one for each in self._lineage(definition) for one in known.get((each, name), ())] if known else []
        return self._settled(fillings, begun, said)

    def of_global(self, name: str, begun: list[Attribute], said: Value) -> Value:
        """Give what a global of the module is."""
        return self._settled(self._fillings.get(("", name), []), begun, said)

    def of_key(self, key: str, begun: list[Attribute], said: Value) -> Value:
        """Give what an application of this file holds under a key, or under the name of one."""
        return self._settled(self._fillings.get((None, key), []), begun, said)

    @property
    def keys(self) -> set[str]:
        """The keys of the containers that applications of this file hold."""
        return {key for owner, key in self._fillings if owner is None}

    def _settled(self, fillings: list[tuple[Filled, int]], begun: list[Attribute], said: Value) -> Value:
        """Let what is put there count for more than what a container begins with, and an annotation for more yet."""
        if not fillings:
            return said
        annotated = any(one.annotation is not None for one in begun)
        if said is not None and (annotated or not isinstance(said, SequenceValue | DictValue)):
            return said
        return self._held(fillings, begun)

    def _held(self, fillings: list[tuple[Filled, int]], begun: list[Attribute]) -> Value:
        if not all(_is_container(one.value) for one in begun):
            return None
        depths = {depth for _, depth in fillings}
        values = [self._element(filled.value, filled.function) for filled, _ in fillings]
        values += [value for one in begun for value in self._elements(one)]
        element = summary_of(values[0])
        if len(set(map(nature, values))) > 1 or len(depths) > 1 or not sites_of(element):
            return None
        keyed = any(filled.keyed for filled, _ in fillings)
        held = DictValue(((None, element),)) if keyed else SequenceValue((element,), exact=False)
        return DictValue(((None, held),)) if depths == {1} else held

    def _elements(self, begun: Attribute) -> Iterator[Value]:
        """Give what a container begins with."""
        match begun.value:
            case ast.List(elts=elements) | ast.Set(elts=elements) | ast.Dict(values=elements):
                yield from (self._element(element, begun.function) for element in elements)
            case ast.ListComp(elt=element) | ast.SetComp(elt=element) | ast.DictComp(value=element):
                yield self._element(element, begun.function)

    def _element(self, node: ast.expr, function: Function | None) -> Value:
        """Give what is put into a container; of a tuple or dict, what each place in it holds."""
        match node:
            case ast.Tuple(elts=elements) if not any(isinstance(one, ast.Starred) for one in elements):
                return SequenceValue(tuple(self._static(one, function) for one in elements))
            case ast.Dict(keys=keys, values=values) if all(isinstance(key, ast.Constant) for key in keys):
                names = (key.value if isinstance(key, ast.Constant) else None for key in keys)
                held = (self._static(value, function) for value in values)
                pairs = zip(names, held, strict=True)
                return DictValue(tuple((name if isinstance(name, str) else None, value) for name, value in pairs))
        return self._static(node, function)

    @cached_property
    def _fillings(self) -> defaultdict[Place, list[tuple[Filled, int]]]:
        """What is put into each container, and how deep: 1 for `rooms[name].add(peer)`."""
        fillings: defaultdict[Place, list[tuple[Filled, int]]] = defaultdict(list)
        for filled in self._scopes.bindings.filled:
            found = self._place(filled.container, filled.function, 0)
            if found is not None and not _is_nothing(filled.value):
                place, depth = found
                fillings[place].append((filled, depth))
        return fillings

    def _place(self, node: ast.expr, function: Function | None, depth: int) -> tuple[Place, int] | None:
        """Give the container that an expression names, and how deep in it that is."""
        match node:
            case ast.Subscript(value=value, slice=key) if is_application(value):
                name = key.value if isinstance(key, ast.Constant) else key.id if isinstance(key, ast.Name) else None
                return ((None, name), depth) if isinstance(name, str) else None
            case ast.Subscript(value=value) | ast.Call(func=ast.Attribute(value=value, attr="setdefault" | "get")):
                return self._place(value, function, depth + 1) if depth < _DEEPEST else None
            case ast.Attribute(value=ast.Name(id=name), attr=attribute):
                owner = self._scopes.classes.get(name) or _class_around(function, name)
                return ((owner, attribute), depth) if owner is not None else None
            case ast.Name(id=name) if _is_global(name, function, self._scopes.bindings):
                return ("", name), depth
        return None


def is_application(node: ast.expr) -> bool:
    """Whether an expression is named as an application is: `request.app`, `self._app`."""
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name.lstrip("_") in APPLICATIONS or name.endswith("_app")


def _is_container(node: ast.expr | None) -> bool:
    """Whether an attribute is assigned nothing, or a container of the standard library."""
    if node is None or _is_nothing(node) or isinstance(node, _DISPLAYS):
        return True
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name == "field":
        return any(keyword.arg == "default_factory" for keyword in node.keywords)
    if name == "defaultdict":
        return True
    return name in _SEQUENCES | _MAPPINGS and not node.args and all(one.arg == "maxlen" for one in node.keywords)


def is_taken(node: ast.expr | None) -> bool:
    """Whether a value is taken out of a container: what is put in when there is none says what that is."""
    match node:
        case ast.Subscript():
            return True
        case ast.Call(func=ast.Attribute(attr="get" | "pop" | "setdefault")):
            return True
    return False


def _is_nothing(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _class_around(function: Function | None, name: str) -> Class | None:
    """Give the class of the method around a place, where `name` is its `self` there."""
    while function is not None and function.owner is None:
        function = function.parent
    return function.owner if function is not None and function.self_name == name else None


def _is_global(name: str, function: Function | None, bindings: Bindings) -> bool:
    """Whether a name, as a function sees it, is assigned in the module, and in no function around."""
    while function is not None:
        if name in bindings.locals.get(function, ()) or any(a.arg == name for a in function.parameters):
            return False
        function = function.parent
    return name in bindings.assigned
