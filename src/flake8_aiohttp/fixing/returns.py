"""A response that a function returns too late becomes the body that its callers read."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import libcst as cst

from flake8_aiohttp.aiohttp_model.objects import BODY_METHODS
from flake8_aiohttp.finding import Span
from flake8_aiohttp.fixing.awaits import awaiting
from flake8_aiohttp.fixing.locate import Change, Plan, Tree, descendants, has_comment
from flake8_aiohttp.fixing.pieces import count_names
from flake8_aiohttp.fixing.refusal import Refusal, TimidError
from flake8_aiohttp.rewrite import Rewrite

_TYPES = {"text": "str", "read": "bytes"}


def return_body(tree: Tree, span: Span, _: Rewrite) -> Plan:
    """`return response` -> `return await response.text()`, and what its callers read becomes what they got.

    The span is the response that is returned; the tree is that of the whole file. Each use of the function must be
    `name = await function(…)`, and of each name nothing else may be asked than the same body.
    """
    name = tree.at(span, cst.Name)
    leaver = tree.nearest(name, cst.FunctionDef)
    returns = [each for each in descendants([leaver.body], cst.Return) if tree.nearest(each, cst.FunctionDef) is leaver]
    if [each.value for each in returns] != [name] or leaver.decorators:
        raise TimidError(Refusal.USED_ELSEWHERE)
    tree.demand_async(name)
    reads = [read for caller in _callers(tree, leaver) for read in _reads(tree, caller)]
    methods = {_method(tree, read) for read in reads}
    if len(methods) != 1:
        raise TimidError(Refusal.USED_ELSEWHERE)
    method = methods.pop()
    body = cst.Call(cst.Attribute(name.with_changes(lpar=(), rpar=()), cst.Name(method)))
    changes: list[tuple[cst.CSTNode, Change]] = [(name, lambda _: awaiting(body, operand=False))]
    if leaver.returns is not None:
        if method not in _TYPES:
            raise TimidError(Refusal.ANNOTATION)
        changes.append((leaver.returns, lambda old: old.with_changes(annotation=cst.Name(_TYPES[method]))))
    awaits = [tree.parent(tree.parent(tree.parent(read))) for read in reads]
    changes += [(old, _got(read)) for old, read in zip(awaits, reads, strict=True)]
    if has_comment(*(node for node, _ in changes)):
        raise TimidError(Refusal.COMMENT)
    spans = [tree.span(leaver), *map(tree.span, awaits)]
    first, last = min(spans), max(spans)
    return Plan(tuple(changes), dataclasses.replace(first, end_line=last.end_line, end_column=last.end_column))


def _got(read: cst.Name) -> Change:
    return lambda old: read.with_changes(lpar=getattr(old, "lpar", ()), rpar=getattr(old, "rpar", ()))


def _callers(tree: Tree, leaver: cst.FunctionDef) -> Iterator[cst.Name]:
    """Give the names to which the callers of a function bind what it gives; refuse where one does another thing."""
    uses = [each for each in descendants([tree.module], cst.Name) if each.value == leaver.name.value]
    if len(uses) != count_names(tree.whole, leaver.name.value):
        raise TimidError(Refusal.USED_ELSEWHERE)
    for use in uses:
        if use is leaver.name:
            continue
        parent = tree.parent(use)
        func = parent if isinstance(parent, cst.Attribute) and parent.attr is use else use
        call = tree.parent(func)
        match tree.parent(tree.parent(call)):
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as name)], value=cst.Await(expression=awaited)):
                if awaited is call and isinstance(call, cst.Call) and call.func is func:
                    yield name
                    continue
        raise TimidError(Refusal.USED_ELSEWHERE)


def _reads(tree: Tree, name: cst.Name) -> list[cst.Name]:
    """Give the places where a caller asks for a body of what it got under a name."""
    function = tree.nearest(name, cst.FunctionDef)
    uses = [each for each in descendants([function], cst.Name) if each.value == name.value and each is not name]
    return [each for each in uses if not _is_label(tree, each)]


def _is_label(tree: Tree, name: cst.Name) -> bool:
    match tree.parent(name):
        case cst.Attribute(attr=label) | cst.Arg(keyword=label):
            return label is name
        case _:
            return False


def _method(tree: Tree, read: cst.Name) -> str:
    """Give the body method that is called and awaited there, without arguments."""
    attribute = tree.parent(read)
    call = tree.parent(attribute)
    match attribute, call, tree.parent(call):
        case cst.Attribute(value=value, attr=cst.Name(value=method)), cst.Call(args=[], func=func), cst.Await():
            if value is read and func is attribute and method in BODY_METHODS:
                return method
    raise TimidError(Refusal.USED_ELSEWHERE)
