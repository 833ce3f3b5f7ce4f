"""Which functions are lent an aiohttp object by one caller and something else by another.

A finding in such a function is right for the one, and its fix may be wrong for the other.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from flake8_aiohttp.finding import Span
from flake8_aiohttp.python.names import Function, Outline
from flake8_aiohttp.python.source import Source

_OTHER_CLIENTS = frozenset({"curl_cffi", "httpx", "niquests", "requests", "tornado", "urllib3"})


class Sharing:
    """Remembers which calls lend what; the others are looked up when a finding asks."""

    def __init__(self, source: Source, outline: Outline) -> None:
        self._source = source
        self._outline = outline
        self._lent: dict[Function, dict[str, set[Span]]] = {}

    def lend(self, function: Function, parameter: str, call: Span) -> None:
        """Note that a call gives an aiohttp object to a parameter."""
        self._lent.setdefault(function, {}).setdefault(parameter, set()).add(call)

    def is_shared(self, span: Span) -> bool:
        """Whether what stands there may meet other libraries' objects as well."""
        return any(self._takes_others(function, set()) for function in self._around(span))

    def _around(self, span: Span) -> Iterator[Function]:
        for function in self._outline.functions:
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
        return not self._outline.packages.isdisjoint(_OTHER_CLIENTS)

    @cached_property
    def _calls(self) -> defaultdict[tuple[bool, str], list[tuple[ast.Call, Function | None]]]:
        """Give all calls by how they are written, `x.name(…)` or `name(…)`, with the functions where they stand."""
        calls: defaultdict[tuple[bool, str], list[tuple[ast.Call, Function | None]]] = defaultdict(list)
        names = {function.name for function in self._lent}
        for call in self._outline.calls():
            match call.func:
                case ast.Attribute(attr=name):
                    key = True, name
                case ast.Name(id=name):
                    key = False, name
                case _:
                    continue
            if name in names:
                around = list(self._around(self._source.span(call)))
                calls[key].append((call, max(around, key=lambda each: each.node.lineno, default=None)))
        return calls


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
