"""Which functions can matter: those that come by an aiohttp object, and do something to it.

A look at the text is enough. An *origin* (a name that stands for something of aiohttp, an attribute that holds
it, a function that gives it) and an *operation* must both be named. Most functions of most files that speak of
aiohttp only pass a session on, and are never run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cached_property

from flake8_aiohttp.aiohttp_model.objects import BODY_METHODS, CLIENT_FIXTURES, REQUEST_FUNCTIONS, TYPES, VERBS, Kind
from flake8_aiohttp.analysis.domain.values import AbstractObject, DictValue, SequenceValue, Value
from flake8_aiohttp.analysis.facts import lending
from flake8_aiohttp.analysis.facts.inference import Proofs
from flake8_aiohttp.analysis.facts.relevance import Relevance
from flake8_aiohttp.analysis.facts.types import StaticTypes
from flake8_aiohttp.analysis.facts.wording import Wording, used_as
from flake8_aiohttp.finding import Span
from flake8_aiohttp.python.scopes import FileScopes, Function, blocks

_NOWHERE = Span(0, 0, 0, 0)
_SHORT = 4
_TWICE = re.compile(r"\bawait[\s(\\]+(?:#[^\n]*\n[\s(\\]*)*await\b")
"""What a function says of another one's result that may be no awaitable."""
_TYPE_NAMES = sorted({name.rpartition(".")[2] for name in TYPES} - {"Response", "Application"})
_PASSIVE = frozenset({Kind.SERVER_RESPONSE, Kind.APPLICATION, Kind.ROUTES})
_MEMBERS = (*_TYPE_NAMES, "request", "test_utils", "web.", "client.", *sorted(VERBS))


class Gate:
    """Answers, for each function of a file, whether it can matter.

    `beginning` come by an aiohttp object on their own; the rest of `mattering` call what may give one, or stand
    inside a function that matters.
    """

    def __init__(self, wording: Wording, scopes: FileScopes, types: StaticTypes, proofs: Proofs) -> None:
        self._wording = wording
        self._scopes = scopes
        self._types = types
        self._givers: set[str] = set()
        self._openers: set[str] = set()
        self.mattering: set[Function] = set()
        self.beginning: set[Function] = set()
        self._proofs = proofs
        self._proving = proofs.functions
        self._words = {word for word in self._named() if word in wording.text}
        self._find()

    def _find(self) -> None:
        """Find the functions that matter; one that may give an aiohttp object is an origin for its callers."""
        if not self._words and not self._proving:
            return
        self.beginning = fresh = {f for f in self._scopes.functions if self.has_origin(f) and self.operates(f)}
        while fresh:
            self.mattering |= fresh
            used = {f for f in fresh if self._wording.is_used(f)}
            openers = set(map(used_as, filter(_hands_out_awaitables, used)))
            self._openers |= openers
            self._givers |= openers.union(map(used_as, filter(self._gives, used)))
            pending = (f for f in self._scopes.functions if f not in self.mattering)
            fresh = {
                f for f in pending if self._follows(f) and (self.operates(f) or self._wording.uses(f, self._openers))
            }
        telling = lending.lenders(self, self._wording, self._scopes.functions)
        if lending.says_binary(self._wording.text):
            telling |= lending.tellers(self.mattering, self._wording, self._scopes.functions)
        if _TWICE.search(self._wording.text):
            telling |= {f for f in self._scopes.functions if _TWICE.search(self._wording.segment(f))}
        self.beginning |= telling
        self.mattering |= telling

    def operates(self, function: Function) -> bool:
        """Whether a function does something to an object, or is short and only gives one."""
        if function in self._proving or self._wording.operates(function) or self._operates_vaguely(function):
            return True
        return len(function.node.body) < _SHORT and self._gives(function)

    def _operates_vaguely(self, function: Function) -> bool:
        """Whether a `get` is a session's, and no dict's: some line names its receiver together with an origin."""
        segment = self._wording.segment(function)
        if any(word in segment for word in self._keys):
            return True
        receivers = set(self._wording.receivers(function))
        if not receivers or bool(self._proving) or self._givers or ")" in receivers:
            return bool(receivers)
        if any(f".{name}" in self._words or name in self._words for name in receivers):
            return True
        lines = [line for line in segment.split("\n") if any(word in line for word in self._words)]
        return any(name in line for name in receivers for line in lines)

    def matters(self, function: Function) -> bool:
        """Whether a function can do something to an aiohttp object."""
        return function in self.mattering

    @cached_property
    def relevance(self) -> Relevance:
        """Which statements can matter; asked for only where some function does."""
        return Relevance(self._scopes, self._types, self.mattering, self._proofs.requests.keys())

    def admit_attribute(self, name: str) -> None:
        """Let an attribute lead to an aiohttp object, as was learnt on the way: functions that name it matter."""
        naming = {f for f in self._scopes.functions if self._wording.says(f, f".{name}") and self.operates(f)}
        fresh = naming - self.beginning
        self.beginning |= fresh
        self.mattering |= fresh
        self.relevance.admit({name, *(f.name for f in fresh)})

    def has_origin(self, function: Function) -> bool:
        """Whether a function names what may be, or hold, an aiohttp object."""
        segment = self._wording.segment(function)
        return any(word in segment for word in self._words) or function in self._proving

    def _follows(self, function: Function) -> bool:
        return function.parent in self.mattering or self._wording.uses(function, self._givers)

    def _gives(self, function: Function) -> bool:
        """Whether a function may return an aiohttp object: what its callers do to it matters then."""
        segment = self._wording.segment(function)
        if "yield" in segment or self._types.annotated(function.node.returns) is not None:
            return True
        return "return " in segment and any(self._may_be(value) for value in _returned(function.node))

    def _may_be(self, node: ast.expr | None) -> bool:
        """Whether an expression may be an aiohttp object, or hold one."""
        match node:
            case ast.Await(value=inner) | ast.Starred(value=inner) | ast.Subscript(value=inner):
                return self._may_be(inner)
            case ast.Call(func=ast.Attribute(attr=name) as func, args=arguments):
                made = self._types.kind(self._scopes.qualified(func) or "")
                gives = made is not None or name in VERBS or f"{name}(" in self._givers
                return gives or any(map(self._may_be, arguments))
            case ast.Call(func=ast.Name(id=name)):
                made = self._types.kind(self._scopes.imports.get(name, ""))
                return made is not None or name in self._scopes.classes or f"{name}(" in self._givers
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                return any(map(self._may_be, elements))
            case ast.Dict(values=values) | ast.BoolOp(values=values):
                return any(map(self._may_be, values))
            case ast.IfExp(body=body, orelse=orelse):
                return self._may_be(body) or self._may_be(orelse)
            case ast.ListComp(elt=element) | ast.GeneratorExp(elt=element):
                return self._may_be(element)
        return isinstance(node, (ast.Name, ast.Attribute))

    # Origins

    def _is_given(self, function: Function, argument: ast.arg) -> bool:
        """Whether pytest gives a parameter something of aiohttp's, by its name alone."""
        by_name = argument.annotation is None and argument.arg in self._scopes.module_functions
        return by_name and _leads(self._types.parameter(function, argument.arg))

    def _named(self) -> Iterator[str]:
        """Give what a function must say one of, to come by an aiohttp object."""
        yield from self._imported()
        yield from self._attributes()
        yield from self._parameters()
        yield from (name for name in self._scopes.assigned if _leads(self._types.global_value(name)))
        yield from self._keys

    @cached_property
    def _keys(self) -> frozenset[str]:
        """What subscripts say by which an application gives what it holds: `app["session"]`, `app[SESSION]`."""
        names = [name for name in self._types.app_keys if _leads(self._types.app_value(name))]
        return frozenset(key for name in names for key in (f"[{name}]", f'"{name}"', f"'{name}'"))

    def _imported(self) -> Iterator[str]:
        for name, qualified in self._scopes.imports.items():
            yield from self._types.configured_in(name, qualified)
            if "aiohttp" not in qualified and self._types.kind(qualified) is None:
                continue
            kind = self._types.kind(qualified)
            if kind in _PASSIVE:
                continue
            if kind is not None or qualified in REQUEST_FUNCTIONS:
                yield name
            elif qualified.startswith("aiohttp") and not qualified.rpartition(".")[2][:1].isupper():
                yield from (f"{name}.{member}" for member in _MEMBERS)
            else:
                yield from (f"{name}.async_{member}" for member in ("get_clientsession", "create_clientsession"))

    def _attributes(self) -> Iterator[str]:
        for definition in self._scopes.classes.values():
            names = {name for ancestor in self._types.lineage(definition) for name in ancestor.attributes}
            if definition.node.bases:
                names |= self._types.inherited(definition)
                if isinstance(self._types.instance(definition, _NOWHERE), AbstractObject):
                    yield from (definition.node.name, "self.")
            yield from (f".{name}" for name in names if _leads(self._types.attribute(definition, name)))

    def _parameters(self) -> Iterator[str]:
        """Handlers get their request, and tests their client, without a word about aiohttp."""
        for function in self._scopes.functions:
            own = [a for a in function.parameters if a.arg != function.self_name]
            yield from (a.arg for a in own if a.arg in CLIENT_FIXTURES or self._is_given(function, a))
            if own and own[0].annotation is None and self._types.parameter(function, own[0].arg) is not None:
                yield own[0].arg


def _hands_out_awaitables(function: Function) -> bool:
    """Whether a function hands on what is to be awaited: a request, or from an `async def` a body's coroutine.

    A caller that does no more than drop it, or await it, tells something.
    """
    names = BODY_METHODS if function.is_async else VERBS
    return any(
        isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in names
        for value in _returned(function.node)
    )


def _returned(node: ast.stmt) -> Iterator[ast.expr | None]:
    """Give what a function returns, and what the functions in it return."""
    pending = [node]
    while pending:
        statement = pending.pop()
        if isinstance(statement, ast.Return):
            yield statement.value
        for block in blocks(statement):
            pending += block


def _leads(value: Value) -> bool:
    """Whether a value is an aiohttp object, or holds one."""
    if isinstance(value, SequenceValue):
        return any(map(_leads, value.values))
    if isinstance(value, DictValue):
        return any(_leads(held) for _, held in value.pairs)
    return isinstance(value, AbstractObject)
