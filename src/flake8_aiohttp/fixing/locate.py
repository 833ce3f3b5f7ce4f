"""Span -> libcst node, and what stands around it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property
from typing import TypeVar

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from flake8_aiohttp.finding import Span
from flake8_aiohttp.fixing import verification
from flake8_aiohttp.fixing.pieces import Piece
from flake8_aiohttp.fixing.refusal import Refusal, TimidError

Node = TypeVar("Node", bound=cst.CSTNode)
Change = Callable[[cst.CSTNode], cst.CSTNode]


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """What one fix will do: which nodes change into what, and what it occupies.

    Two fixes whose spans overlap are done one after the other. Only lines inside `span` may change.
    """

    changes: tuple[tuple[cst.CSTNode, Change], ...]
    span: Span


def _span(place: CodeRange) -> Span:
    return Span(place.start.line, place.start.column, place.end.line, place.end.column)


class Tree:
    """A piece of a file as libcst sees it, with positions and parents.

    `to_be_async` are the expressions whose `with`, `for` or comprehension a fix makes asynchronous: one
    `async` serves all items of a `with`, so each of them must be among these. `whole` is the file.
    """

    def __init__(self, piece: Piece, to_be_async: Collection[Span] = (), whole: str = "") -> None:
        self.piece = piece
        self.whole = whole
        self.to_be_async = to_be_async
        code = piece.header + piece.text
        try:
            self.module = cst.parse_module(code)
        except cst.ParserSyntaxError as error:
            raise TimidError(Refusal.NO_ROUND_TRIP) from error
        if self.module.code != code:
            raise TimidError(Refusal.NO_ROUND_TRIP)
        places = MetadataWrapper(self.module, unsafe_skip_copy=True).resolve(PositionProvider)
        self._places = places
        collector = _ParentCollector()
        self.module.visit(collector)
        self._parents = collector.parents

    @cached_property
    def _nodes(self) -> dict[Span, list[cst.CSTNode]]:
        nodes: dict[Span, list[cst.CSTNode]] = {}
        for node, place in self._places.items():
            nodes.setdefault(_span(place), []).append(node)
        return nodes

    def at(self, span: Span, *kinds: type[Node]) -> Node:
        """Give the node of one of these kinds which stands exactly there."""
        for node in self._nodes.get(span, ()):
            if isinstance(node, kinds):
                return node
        raise TimidError(Refusal.NOT_FOUND)

    def span(self, node: cst.CSTNode) -> Span:
        """Give the place of a node; parentheses around an expression are not part of it."""
        return _span(self._places[node])

    def parent(self, node: cst.CSTNode) -> cst.CSTNode:
        """Give the node that holds `node`; the module holds itself."""
        return self._parents.get(node, node)

    def climb(self, node: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
        """Yield (child, parent) from `node` up to the module."""
        while (parent := self._parents.get(node)) is not None:
            yield node, parent
            node = parent

    def nearest(self, node: cst.CSTNode, kind: type[Node]) -> Node:
        """Give the innermost node of that kind around `node`."""
        for _child, parent in self.climb(node):
            if isinstance(parent, kind):
                return parent
        raise TimidError(Refusal.NOT_FOUND)

    def code(self, node: cst.CSTNode) -> str:
        """Give the source of a node."""
        return self.module.code_for_node(node)

    def is_operand(self, node: cst.CSTNode) -> bool:
        """Say whether `node` stands where only a primary may: before `.x`, `[x]`, `(x)`, or after `await`.

        An `await` binds looser than these and tighter than all else, so it needs parentheses exactly there.
        """
        match self.parent(node):
            case cst.Attribute(value=operand) | cst.Subscript(value=operand) | cst.Call(func=operand):
                return operand is node
            case cst.Await():
                return True
            case _:
                return False

    def in_generator(self, node: cst.CSTNode) -> bool:
        """Say whether an `await` there makes a generator expression an asynchronous one."""
        return any(isinstance(parent, cst.GeneratorExp) for _, parent in self._scopes(node))

    def _scopes(self, node: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
        """Climb as far as an `await` there is felt: to the body of its function, through what it stands in.

        Defaults and decorators belong to the scope around their function, and so does the first
        iterable of a comprehension.
        """
        first_iterable = False
        for child, parent in self.climb(node):
            if isinstance(parent, cst.CompFor):
                first_iterable = child is parent.iter
            elif not (isinstance(parent, cst.GeneratorExp) and first_iterable):
                yield child, parent
            if isinstance(parent, cst.FunctionDef) and child is parent.body:
                return

    def refuse_target(self, node: cst.CSTNode) -> None:
        """Refuse what is assigned to or deleted."""
        match self.parent(node):
            case cst.AssignTarget() | cst.Del():
                raise TimidError(Refusal.ASSIGNED)
            case cst.AugAssign(target=target) | cst.AnnAssign(target=target) if target is node:
                raise TimidError(Refusal.ASSIGNED)
            case _:
                pass

    def demand_async(self, node: cst.CSTNode) -> None:
        """Refuse where `await` is not allowed, or would turn a generator into an asynchronous one."""
        for child, parent in self._scopes(node):
            if isinstance(parent, cst.GeneratorExp):
                raise TimidError(Refusal.GENERATOR)
            if (refusal := _barrier(child, parent)) is not None:
                raise TimidError(refusal)
            if isinstance(parent, cst.FunctionDef) and child is parent.body:
                return
        if not verification.awaits_at_top(self.whole):
            raise TimidError(Refusal.NOT_ASYNC)


def _barrier(child: cst.CSTNode, parent: cst.CSTNode) -> Refusal | None:
    match parent:
        case cst.FunctionDef(body=body, asynchronous=None) | cst.ClassDef(body=body) if child is body:
            return Refusal.NOT_ASYNC
        case cst.Lambda(body=body) if child is body:
            return Refusal.LAMBDA
        case cst.Annotation():
            return Refusal.ANNOTATION
        case _:
            return None


class Visitor(cst.CSTVisitor):
    """Visits nodes and not their attributes, for each of which libcst would look for a method."""

    def on_visit_attribute(self, node: cst.CSTNode, attribute: str) -> None:
        """Do nothing."""

    def on_leave_attribute(self, original_node: cst.CSTNode, attribute: str) -> None:
        """Do nothing."""


class _ParentCollector(Visitor):
    """Writes down every node's parent; libcst's own ParentNodeProvider does it in three times the time."""

    def __init__(self) -> None:
        super().__init__()
        self.parents: dict[cst.CSTNode, cst.CSTNode] = {}
        self._line: list[cst.CSTNode] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if self._line:
            self.parents[node] = self._line[-1]
        self._line.append(node)
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        del original_node
        self._line.pop()


class _Collector(Visitor):
    def __init__(self, kind: type[cst.CSTNode]) -> None:
        super().__init__()
        self.kind = kind
        self.found: list[cst.CSTNode] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, self.kind):
            self.found.append(node)
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        """Do nothing."""


def descendants(nodes: Iterable[cst.CSTNode], kind: type[Node]) -> list[Node]:
    """Give the nodes of that kind inside `nodes`, themselves included."""
    collector = _Collector(kind)
    for node in nodes:
        node.visit(collector)
    return [node for node in collector.found if isinstance(node, kind)]


def has_comment(*nodes: cst.CSTNode) -> bool:
    """Say whether a comment stands anywhere inside."""
    return bool(descendants(nodes, cst.Comment))
