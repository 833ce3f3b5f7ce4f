"""Who calls whom in a file, by name, and whether other libraries' objects come along with aiohttp's.

Where an aiohttp object stands on one path and something else on another, a finding is right for the one, and its fix
may be wrong for the other: a function is given both by its callers, or a name is given both by branches.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator

from flake8_aiohttp.aiohttp_model.objects import VERBS
from flake8_aiohttp.analysis.facts.identifiers import Identifiers, Scope
from flake8_aiohttp.analysis.facts.trees import own_nodes
from flake8_aiohttp.finding import Span
from flake8_aiohttp.python.definitions import Class, Function
from flake8_aiohttp.python.scopes import FileScopes
from flake8_aiohttp.python.source import Source, walk

_OTHER_CLIENTS = frozenset({"curl_cffi", "httpx", "niquests", "requests", "tornado", "urllib3"})


class CallGraph:
    """Answers which calls of a file name a function or class, through whatever receiver.

    Only the trees of those scopes are looked at that may say the name at all. `followed` are functions that were run as
    what some other one calls, under whatever name.
    """

    def __init__(self, identifiers: Identifiers, scopes: FileScopes, tree: ast.Module) -> None:
        self._identifiers = identifiers
        self._scopes = scopes
        self._tree = tree
        self._calls: dict[Scope, dict[str, list[ast.Call]]] = {}
        self._awaited: dict[Scope, set[ast.expr]] = {}
        self._returned: dict[Scope, set[ast.expr]] = {}
        self._answers: dict[Function, bool] = {}
        self._made_once: dict[Class, bool] = {}
        self._relayed: set[Function] = set()  # what they give is only passed on
        self.followed: set[Function] = set()

    def calls_of(self, name: str) -> Iterator[tuple[ast.Call, Scope]]:
        """Give the calls `name(…)` and `x.name(…)`, each with the innermost function where it stands."""
        for scope in self._identifiers.scopes_saying(name):
            if scope not in self._calls:
                self._look(scope)
            yield from ((call, scope) for call in self._calls[scope].get(name, ()))

    def _look(self, scope: Scope) -> None:
        """Note the calls of a scope by their names, and what is awaited to be assigned."""
        calls: dict[str, list[ast.Call]] = {}
        awaited: set[ast.expr] = set()
        returned: set[ast.expr] = set()
        for node in own_nodes(self._tree if scope is None else scope.node):
            kind = type(node)
            if kind is ast.Call:
                func = node.func
                name = func.id if type(func) is ast.Name else func.attr if type(func) is ast.Attribute else None
                if name is not None:
                    calls.setdefault(name, []).append(node)
            elif kind is ast.Assign and type(node.value) is ast.Await:
                awaited.add(node.value.value)
            elif kind is ast.Return and node.value is not None:
                returned.add(node.value.value if type(node.value) is ast.Await else node.value)
        self._calls[scope], self._awaited[scope], self._returned[scope] = calls, awaited, returned

    def has_callers(self, function: Function) -> bool:
        """Whether the file calls a function outside of its own body, or what pytest makes of it."""
        if function.parent is not None and function.parent.decorated_by("fixture"):
            return True  # timid: tests call what fixtures return
        if function not in self._answers:
            self._answers[function] = False  # cut: a function that gives what it gives itself
            calls = [each for each in self.calls_of(function.name) if self._may_call(function, *each)]
            self._answers[function] = not all(self._is_passed_on(*each) for each in calls)
            if calls and not self._answers[function]:
                self._relayed.add(function)
        return self._answers[function] or (function in self.followed and function not in self._relayed)

    def _is_passed_on(self, call: ast.Call, scope: Scope) -> bool:
        """Whether a function does no more with what a call gives than to give it to the unseen."""
        return scope is not None and call in self._returned[scope] and not self.has_callers(scope)

    def _may_call(self, function: Function, call: ast.Call, scope: Scope) -> bool:
        """Whether a call of this name from a scope may be one of the function, and not of a namesake."""
        if is_within(scope, function):
            return False
        if function.name not in VERBS:
            return True
        if function.owner is None:
            return isinstance(call.func, ast.Name)
        return isinstance(call.func, ast.Attribute) and call in self._awaited[scope]  # a dict's `get` is not awaited

    def is_made_once(self, definition: Class) -> bool:
        """Whether one place of the file makes all objects of a class."""
        if definition not in self._made_once:
            self._made_once[definition] = len(list(self.calls_of(definition.node.name))) == 1
        return self._made_once[definition]


def is_within(scope: Scope, function: Function) -> bool:
    """Whether a scope is a function, or stands in it."""
    while scope is not None:
        if scope is function:
            return True
        scope = scope.parent
    return False


class MixedCallers:
    """Remembers which calls give aiohttp objects to whom; the other calls are looked up when a finding asks.

    `is_known` says of a call whether what it gives is known to be aiohttp's, asyncio's or this file's.
    """

    def __init__(
        self, source: Source, scopes: FileScopes, graph: CallGraph, is_known: Callable[[ast.Call], bool]
    ) -> None:
        self._source = source
        self._scopes = scopes
        self._graph = graph
        self._is_known = is_known
        self._lent: dict[Function, dict[str, set[Span]]] = {}
        self._bound: dict[Function, defaultdict[str, list[ast.expr]]] = {}

    def lend(self, function: Function, parameter: str, call: Span) -> None:
        """Note that a call gives an aiohttp object to a parameter."""
        self._lent.setdefault(function, {}).setdefault(parameter, set()).add(call)

    def is_shared(self, span: Span, receiver: str) -> bool:
        """Whether what stands there, and is asked of `receiver`, may meet other libraries' objects as well."""
        around = list(self._around(span))
        if any(self._takes_others(function, set()) for function in around):
            return True
        innermost = max(around, key=_line, default=None)
        name = _first_name(receiver)
        return innermost is not None and name != "" and self._is_given_others(innermost, name, span, set())

    def _is_given_others(self, function: Function, name: str, span: Span, seen: set[str]) -> bool:
        """Whether a function gives a name, up to some place, what is not known, beside what is aiohttp's."""
        seen.add(name)
        if function not in self._bound:
            self._bound[function] = _bound(function)
        values = [value for value in self._bound[function][name] if value.lineno <= span.line]
        given = [value for value in values if not _holds(self._source.span(value), span)]
        choices = [each for value in given for each in _chosen(value)]
        calls = [each for each in choices if isinstance(each, ast.Call)]
        stored = any(isinstance(each, ast.Subscript) for each in choices)
        if len(choices) > 1 and (stored or not all(map(self._is_known, calls))):
            return True
        roots = {root for call in calls if (root := _root(call)) and root not in seen}
        return any(self._is_given_others(function, root, span, seen) for root in roots)

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
        for call, caller in self._graph.calls_of(function.name):
            if isinstance(call.func, ast.Attribute) is not (function.owner is not None):
                continue
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
        return not self._scopes.imports.packages.isdisjoint(_OTHER_CLIENTS)


def _first_name(receiver: str) -> str:
    """Give the name that an expression begins with, as it is written."""
    end = next((i for i, character in enumerate(receiver) if not (character.isalnum() or character == "_")), None)
    return receiver[:end]


def _line(function: Function) -> int:
    return function.node.lineno


def _holds(around: Span, inside: Span) -> bool:
    """Whether a place lies in another: what is worked out there is bound later."""
    start, end = (around.line, around.column), (around.end_line, around.end_column)
    return start <= (inside.line, inside.column) and (inside.end_line, inside.end_column) <= end


def _bound(function: Function) -> defaultdict[str, list[ast.expr]]:
    """Give what a function assigns to each name, or enters as it."""
    bound: defaultdict[str, list[ast.expr]] = defaultdict(list)
    for node in walk(function.node):
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value):
                bound[target].append(value)
            case ast.withitem(context_expr=value, optional_vars=ast.Name(id=target)):
                bound[target].append(value)
    return bound


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
