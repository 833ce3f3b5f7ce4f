"""What a file asks of what it keeps: in attributes, lists, dicts, queues."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from flake8_aiohttp.aiohttp_model.objects import MEMBERS, Kind
from flake8_aiohttp.analysis.domain.values import AbstractObject
from flake8_aiohttp.analysis.facts.call_graph import CallGraph, is_within
from flake8_aiohttp.analysis.facts.identifiers import Scope
from flake8_aiohttp.analysis.facts.trees import Trees
from flake8_aiohttp.analysis.facts.types import StaticTypes
from flake8_aiohttp.python.definitions import Attribute, Class, Function
from flake8_aiohttp.python.source import children, walk

_PENDING = frozenset({Kind.REQUEST, Kind.SOCKET_REQUEST})


class RetainedBodies:
    """Answers for each name what the file does with the responses that are kept there."""

    def __init__(self, trees: Trees, graph: CallGraph, types: StaticTypes) -> None:
        self._trees = trees
        self._graph = graph
        self._types = types
        self._answers: dict[object, bool] = {}

    def reads(self, attribute: str, leaver: Function | None) -> bool:
        """Whether the file reads the body of what some object holds in `attribute`.

        What `leaver` reads itself, or by what it calls, it reads in the response's block.
        """
        if (attribute, leaver) not in self._answers:
            readers: Iterable[Scope]
            readers = [*self._trees.saying(attribute), None] if leaver is None else self._others(attribute, leaver)
            found = any(attribute in self._trees.of(reader).bodies_read for reader in readers)
            self._answers[attribute, leaver] = found
        return self._answers[attribute, leaver]

    def _others(self, attribute: str, leaver: Function) -> Iterator[Scope]:
        """Give the functions that say `attribute`, but `leaver`, those that it calls, and those around it."""
        for function in self._trees.saying(attribute):
            called = any(is_within(scope, leaver) for _, scope in self._graph.calls_of(function.name))
            if not called and not is_within(leaver, function):
                yield function

    def takes_out(self, container: str) -> bool:
        """Whether the file reads the body of what it takes out of a list, dict or queue of this name."""
        if container not in self._answers:
            readers = [*self._trees.saying(container), None]
            found = any(container in self._trees.of(reader).bodies_taken_out for reader in readers)
            self._answers[container] = found
        return self._answers[container]

    def reads_anew(self, name: str) -> bool:
        """Whether the file reads the bytes or the stream of a response that is kept in an attribute or container.

        After its block both raise, though the body was read before.
        """
        return any(name in self._trees.of(reader).bodies_read_anew for reader in [*self._trees.saying(name), None])

    def asked_of_request(self, definition: Class, attribute: str) -> str:
        """Give what a class asks of the request that it keeps in an attribute, where it takes that for the response.

        Nothing where anything else is put there, or done with it: awaited, entered, handed on.
        """
        assigned = definition.attributes.get(attribute, [])
        if len(self._types.lineage(definition)) > 1 or not all(map(self._is_request, assigned)):
            return ""
        heirs = [each for each in self._types.scopes.classes.values() if definition in self._types.lineage(each)]
        asked = sorted(one for each in heirs for one in _asked(each.node, attribute))
        wrong = asked and all(name in MEMBERS[Kind.RESPONSE] for _, name in asked)
        return asked[0][1] if wrong else ""

    def _is_request(self, assigned: Attribute) -> bool:
        """Whether an assignment gives a request that nobody has awaited, or nothing."""
        if assigned.value is None or (isinstance(assigned.value, ast.Constant) and assigned.value.value is None):
            return True
        made = self._types.static(assigned.value, assigned.function)
        return not assigned.entered and isinstance(made, AbstractObject) and made.kind in _PENDING


def _asked(definition: ast.ClassDef, attribute: str) -> Iterator[tuple[int, str]]:
    """Give the line and what is asked of an attribute wherever a class fetches it; "" for whatever else is done."""
    for node in walk(definition):
        for child in children(node):
            asks = isinstance(child, ast.Attribute) and child.attr == attribute and isinstance(child.ctx, ast.Load)
            if asks and not _only_tests(node, child):
                yield child.lineno, node.attr if isinstance(node, ast.Attribute) else ""


def _only_tests(node: ast.AST, value: ast.expr) -> bool:
    """Whether a node asks of a value no more than whether it is there: `if not value:`, `value is None`."""
    match node:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            return test is value
        case ast.Compare(ops=[ast.Is() | ast.IsNot()]):
            return True
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
