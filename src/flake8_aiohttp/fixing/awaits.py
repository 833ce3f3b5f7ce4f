"""Rewrites that put an `await` or `async` in, or take one out."""

from __future__ import annotations

import dataclasses
from functools import partial

import libcst as cst

from flake8_aiohttp.aiohttp_model.objects import MEMBERS, Calling, Kind
from flake8_aiohttp.finding import Span
from flake8_aiohttp.fixing.locate import Plan, Tree, has_comment
from flake8_aiohttp.fixing.refusal import Refusal, TimidError
from flake8_aiohttp.rewrite import CallAndAwait, Rewrite

_COROUTINES = frozenset(
    name
    for kind in (Kind.RESPONSE, Kind.STREAM, Kind.SOCKET)
    for name, member in MEMBERS[kind].items()
    if member.calling is Calling.ASYNC
)
"""After one of these the chain is a coroutine again: `await session.get(url).json()` keeps its await."""

_SCHEDULERS = frozenset(
    "as_completed create_task ensure_future gather run_coroutine_threadsafe run_until_complete"
    " shield start_soon wait_for".split()
)
_PRIMARIES = (cst.Name, cst.Attribute, cst.Call, cst.Subscript)
_SPACE = cst.SimpleWhitespace(" ")


def insert_await(tree: Tree, span: Span, _: Rewrite) -> Plan:
    """`r.text()` -> `await r.text()`.

    The span is the call, or the property that makes one. Where an `await` outside binds too late, it goes:
    `await r.json()["x"]` -> `(await r.json())["x"]`.
    """
    awaitable = tree.at(span, cst.Call, cst.Attribute)
    parent = tree.parent(awaitable)
    is_method = isinstance(awaitable, cst.Attribute) and isinstance(parent, cst.Call) and parent.func is awaitable
    if isinstance(parent, cst.Await) or is_method:
        raise TimidError(Refusal.NOT_FOUND)
    if _callee(tree, awaitable) in _SCHEDULERS:
        raise TimidError(Refusal.SCHEDULED)
    return _awaiting(tree, awaitable, None)


def _callee(tree: Tree, node: cst.CSTNode) -> str:
    """Name the function whose argument `node` is, or a list that `node` is in."""
    for child, parent in tree.climb(node):
        match parent:
            case cst.Call(func=cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)) as func):
                return name if child is not func else ""
            case cst.Arg() | cst.BaseElement() | cst.List() | cst.Tuple() | cst.ListComp():
                continue
            case _:
                break
    return ""


def call_and_await(tree: Tree, span: Span, rewrite: CallAndAwait) -> Plan:
    """`r.text` -> `await r.text()`; an `await` that stands there is kept.

    The span is the attribute.
    """
    attribute = tree.at(span, cst.Attribute)
    return _awaiting(tree, attribute, rewrite.method or attribute.attr.value)


def await_read(tree: Tree, span: Span, _: Rewrite) -> Plan:
    """`r.content` -> `await r.read()`; the span is the attribute."""
    return _awaiting(tree, tree.at(span, cst.Attribute), "read")


def _awaiting(tree: Tree, node: cst.BaseExpression, method: str | None) -> Plan:
    """Await `node`, after a call of `method` on its object if one is named."""
    tree.refuse_target(node)
    if method is not None and isinstance(tree.parent(node), cst.Await):
        return Plan(((node, partial(_called, method=method)),), tree.span(node))
    tree.demand_async(node)
    _refuse_part_entered(tree, node)
    change = partial(_awaited, method=method, operand=tree.is_operand(node))
    late = _late_await(tree, node)
    if late is None:
        return Plan(((node, change),), tree.span(node))
    if has_comment(late.whitespace_after_await):
        raise TimidError(Refusal.COMMENT)
    drop = partial(_without_await, tree=tree, operand=tree.is_operand(late))
    return Plan(((node, change), (late, drop)), tree.span(late))


def _refuse_part_entered(tree: Tree, node: cst.CSTNode) -> None:
    """Refuse `async with session.get(url).json() as data`, of which an await is not all that is missing."""
    for child, parent in tree.climb(node):
        match parent:
            case cst.Attribute() | cst.Subscript() | cst.Call():
                continue
            case cst.WithItem() if child is not node:
                raise TimidError(Refusal.NOT_FOUND)
            case _:
                break


def _late_await(tree: Tree, node: cst.CSTNode) -> cst.Await | None:
    """Give the await that waits for a part of the body instead of the body."""
    for child, parent in tree.climb(node):
        match parent:
            case cst.Await():
                return parent
            case cst.Attribute(value=operand) | cst.Subscript(value=operand) if operand is child:
                continue
            case cst.Call(func=cst.Attribute(attr=cst.Name(value=name)) as operand) if operand is child:
                if name in _COROUTINES:
                    return None
            case cst.Call(func=operand) if operand is child:
                continue
            case _:
                break
    return None


def _called(node: cst.CSTNode, *, method: str | None) -> cst.CSTNode:
    if method is None or not isinstance(node, cst.Attribute):
        return node
    bare = node.with_changes(attr=node.attr.with_changes(value=method), lpar=(), rpar=())
    return cst.Call(func=bare, lpar=node.lpar, rpar=node.rpar)


def _awaited(node: cst.CSTNode, *, method: str | None, operand: bool) -> cst.CSTNode:
    inner = _called(node, method=method)
    assert isinstance(inner, cst.BaseExpression)
    return awaiting(inner, operand=operand)


def awaiting(node: cst.BaseExpression, *, operand: bool) -> cst.Await:
    """Put `await` before an expression, and its parentheses, or new ones where precedence asks, around both."""
    lpar, rpar = node.lpar, node.rpar
    if operand and not lpar:
        lpar, rpar = (cst.LeftParen(),), (cst.RightParen(),)
    return cst.Await(node.with_changes(lpar=(), rpar=()), lpar=lpar, rpar=rpar)


def drop_await(tree: Tree, span: Span, _: Rewrite) -> Plan:
    """`await r.status` -> `r.status`; the span is the await.

    Parentheses that only the await needed go with it: `(await r.headers)["x"]` -> `r.headers["x"]`.
    """
    node = tree.at(span, cst.Await)
    if tree.in_generator(node):
        raise TimidError(Refusal.ASYNC_GENERATOR)
    if has_comment(node.whitespace_after_await):
        raise TimidError(Refusal.COMMENT)
    return Plan(((node, partial(_without_await, tree=tree, operand=tree.is_operand(node))),), tree.span(node))


def _without_await(node: cst.CSTNode, *, tree: Tree, operand: bool) -> cst.CSTNode:
    """Give what `node` awaits, in the parentheses that are still needed there."""
    outer = cst.ensure_type(node, cst.Await)
    inner = outer.expression
    is_primary = isinstance(inner, _PRIMARIES)
    if inner.lpar and (is_primary or isinstance(inner, cst.Await)) and _fits_one_line(tree, inner):
        inner = inner.with_changes(lpar=(), rpar=())
    if not outer.lpar or (operand and (is_primary or inner.lpar) and _fits_one_line(tree, outer)):
        return inner
    return inner.with_changes(lpar=(*outer.lpar, *inner.lpar), rpar=(*inner.rpar, *outer.rpar))


def _fits_one_line(tree: Tree, node: cst.BaseExpression) -> bool:
    """Say whether `node` can lose its parentheses: nothing inside them needs them to go on on a new line."""
    code = tree.code(node)
    return "\n" not in code and "\r" not in code


def make_async(tree: Tree, span: Span, _: Rewrite) -> Plan:
    """`with` -> `async with`, `for` -> `async for`.

    The span is the item's or the iterable's expression. Several items of one `with` are one change.
    """
    node = tree.at(span, cst.BaseExpression)  # type: ignore[type-abstract]
    parent = tree.parent(node)
    target = tree.parent(parent) if isinstance(parent, cst.WithItem) else parent
    if isinstance(target, cst.With):
        if not all(tree.span(each.item) in tree.to_be_async for each in target.items):
            raise TimidError(Refusal.MIXED_ITEMS)
    elif not isinstance(target, cst.For | cst.CompFor) or target.iter is not node:
        raise TimidError(Refusal.NOT_FOUND)
    _demand_async_around(tree, target)
    # From the keyword on, but not the body.
    span = dataclasses.replace(span, line=tree.span(target).line, column=tree.span(target).column)
    return Plan(((target, _asynchronous),), span)


def _demand_async_around(tree: Tree, target: cst.CSTNode) -> None:
    if not isinstance(target, cst.CompFor):
        tree.demand_async(target)
        return
    comprehension = next(parent for _, parent in tree.climb(target) if not isinstance(parent, cst.CompFor))
    if isinstance(comprehension, cst.GeneratorExp):
        raise TimidError(Refusal.GENERATOR)
    if any(isinstance(parent, cst.BaseComp) for _, parent in tree.climb(comprehension)):
        raise TimidError(Refusal.NESTED)
    tree.demand_async(comprehension)


def _asynchronous(node: cst.CSTNode) -> cst.CSTNode:
    return node.with_changes(asynchronous=cst.Asynchronous(whitespace_after=_SPACE))
