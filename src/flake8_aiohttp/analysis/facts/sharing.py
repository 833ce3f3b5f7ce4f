"""Where an aiohttp object stands on one path and something else on another.

A function is lent both by its callers, or a name is given both by branches. A finding there is right for the one,
and its fix may be wrong for the other.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cached_property

from flake8_aiohttp.finding import Span
from flake8_aiohttp.python.scopes import FileScopes, Function
from flake8_aiohttp.python.source import Source, walk

_FIRST_NAME = re.compile(r"\w+")
_OTHER_CLIENTS = frozenset({"curl_cffi", "httpx", "niquests", "requests", "tornado", "urllib3"})


class Sharing:
    """Remembers which calls lend what; the others are looked up when a finding asks."""

    def __init__(self, source: Source, scopes: FileScopes, is_known: Callable[[ast.Call], bool]) -> None:
        self._source = source
        self._scopes = scopes
        self._is_known = is_known
        self._lent: dict[Function, dict[str, set[Span]]] = {}

    def lend(self, function: Function, parameter: str, call: Span) -> None:
        """Note that a call gives an aiohttp object to a parameter."""
        self._lent.setdefault(function, {}).setdefault(parameter, set()).add(call)

    def is_shared(self, span: Span, receiver: str) -> bool:
        """Whether what stands there, and is asked of `receiver`, may meet other libraries' objects as well."""
        around = list(self._around(span))
        if any(self._takes_others(function, set()) for function in around):
            return True
        innermost = max(around, key=_line, default=None)
        name = _FIRST_NAME.match(receiver)
        return (
            innermost is not None and name is not None and self._is_given_others(innermost, name[0], span.line, set())
        )

    def _is_given_others(self, function: Function, name: str, line: int, seen: set[str]) -> bool:
        """Whether a function gives a name, up to some line, what is not known, beside what is aiohttp's."""
        seen.add(name)
        given = [value for value in _given_to(function, name) if value.lineno <= line]
        choices = [each for value in given for each in _chosen(value)]
        calls = [each for each in choices if isinstance(each, ast.Call)]
        if len(choices) > 1 and not all(map(self._is_known, calls)):
            return True
        roots = {root for call in calls if (root := _root(call)) and root not in seen}
        return any(self._is_given_others(function, root, line, seen) for root in roots)

    def _around(self, span: Span) -> Iterator[Function]:
        for function in self._scopes.functions:
            node = function.node
            if node.lineno <= span.line and span.end_line <= (node.end_lineno or 0):
                yield function

    def _takes_others(self, function: Function, seen: set[Function]) -> bool:
        if function in seen:
            return False
        seen.add(function)
        untyped = _untyped(function)
        lent = self._lent.get(function, {})
        return any(self._is_lent_others(function, name, lent[name], seen) for name in lent if name in untyped)

    def _is_lent_others(self, function: Function, parameter: str, lent: set[Span], seen: set[Function]) -> bool:
        for call, caller in self._calls[function.owner is not None, function.name]:
            if caller is function:
                continue
            if self._source.span(call) in lent:
                if caller is not None and self._takes_others(caller, seen):
                    return True
                continue
            given = _given(function, parameter, call)
            if given is not None and not isinstance(given, ast.Constant) and self._may_be_other(given, caller, seen):
                return True
        return False

    def _may_be_other(self, given: ast.expr, caller: Function | None, seen: set[Function]) -> bool:
        """Whether an unknown value is another library's; of a parameter that nobody gives, the imports tell."""
        if caller is None or not isinstance(given, ast.Name) or given.id not in _untyped(caller):
            return True
        if given.id in self._lent.get(caller, {}):
            return self._takes_others(caller, seen)
        return not self._scopes.packages.isdisjoint(_OTHER_CLIENTS)

    @cached_property
    def _calls(self) -> defaultdict[tuple[bool, str], list[tuple[ast.Call, Function | None]]]:
        """Give all calls by how they are written, `x.name(…)` or `name(…)`, with the functions where they stand."""
        calls: defaultdict[tuple[bool, str], list[tuple[ast.Call, Function | None]]] = defaultdict(list)
        names = {function.name for function in self._lent}
        for call in self._scopes.calls():
            match call.func:
                case ast.Attribute(attr=name):
                    key = True, name
                case ast.Name(id=name):
                    key = False, name
                case _:
                    continue
            if name in names:
                around = list(self._around(self._source.span(call)))
                calls[key].append((call, max(around, key=_line, default=None)))
        return calls


def _line(function: Function) -> int:
    return function.node.lineno


def _given_to(function: Function, name: str) -> Iterator[ast.expr]:
    """Give what a function assigns to a name, or enters as it."""
    for node in walk(function.node):
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value):
                pass
            case ast.withitem(context_expr=value, optional_vars=ast.Name(id=target)):
                pass
            case _:
                continue
        if target == name:
            yield value


def _chosen(value: ast.expr) -> Iterator[ast.expr]:
    """Give what a value may be, but for constants: the arms of a choice, without their awaits."""
    match value:
        case ast.Await(value=inner):
            yield from _chosen(inner)
        case ast.IfExp(body=body, orelse=orelse):
            yield from _chosen(body)
            yield from _chosen(orelse)
        case ast.Constant():
            pass
        case _:
            yield value


def _root(call: ast.Call) -> str:
    """Give the name on which a method is called."""
    node = call.func
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _untyped(function: Function) -> set[str]:
    """Give the parameters of which only the callers of a function know what they are."""
    parameters = (*function.parameters, *function.node.args.kwonlyargs)
    return {a.arg for a in parameters if a.annotation is None and a.arg != function.self_name}


def _given(function: Function, parameter: str, call: ast.Call) -> ast.expr | None:
    """Give what a call gives to a parameter, where that is written there."""
    for keyword in call.keywords:
        if keyword.arg == parameter:
            return keyword.value
    names = [a.arg for a in function.parameters if a.arg != function.self_name]
    position = names.index(parameter) if parameter in names else len(call.args)
    return call.args[position] if position < len(call.args) else None
