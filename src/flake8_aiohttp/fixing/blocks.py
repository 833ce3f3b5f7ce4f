"""Rewrites that move statements into an `async with`, or open one around them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence
from functools import partial

import libcst as cst

from flake8_aiohttp.aiohttp_model.objects import BODY_METHODS
from flake8_aiohttp.finding import Span
from flake8_aiohttp.fixing.locate import Plan, Tree, descendants
from flake8_aiohttp.fixing.refusal import Refusal, TimidError
from flake8_aiohttp.fixing.sessions import enter_around, enter_beside, free_name, nameless
from flake8_aiohttp.fixing.sessions import items as with_items
from flake8_aiohttp.rewrite import MoveIntoBlock, ReadFirst, Rewrite

_LEAVING = (cst.Return, cst.Raise, cst.Break, cst.Continue)
_RESPONSE = re.compile(r"\w+(?:\.(?!content\b)\w+)*")
_PLAIN = frozenset("status ok reason headers cookies url real_url method content_type content_length closed".split())
_FUNCTIONS = (cst.FunctionDef, cst.Lambda)
_SUITES = (cst.IndentedBlock, cst.SimpleStatementSuite)


def _index(suite: cst.IndentedBlock, statement: cst.CSTNode) -> int:
    return next(index for index, each in enumerate(suite.body) if each is statement)


def _lines(tree: Tree, first: cst.CSTNode, last: cst.CSTNode) -> Span:
    """Give the lines from one statement to another, with the comments and blank lines above."""
    start, end = tree.span(first), tree.span(last)
    above: Sequence[cst.EmptyLine] = getattr(first, "leading_lines", ())
    return Span(start.line - len(above), 0, end.end_line, end.end_column)


def move_into_block(tree: Tree, span: Span, rewrite: MoveIntoBlock) -> Plan:
    """Move the statement that holds the read to the end of the block it directly follows.

    The span is the read; the response's `async with` may stand at the end of the block that the statement follows.
    """
    read = tree.at(span, cst.BaseExpression)  # type: ignore[type-abstract]
    line = tree.piece.local_line(rewrite.line)
    for statement, suite in tree.climb(read):
        if isinstance(statement, _FUNCTIONS):
            break
        if isinstance(suite, cst.IndentedBlock):
            index = _index(suite, statement)
            depth = _depth(tree, suite.body[index - 1], line) if index else None
            if depth is not None:
                change = partial(_moved, index=index, depth=depth)
                return Plan(((suite, change),), _lines(tree, suite.body[index - 1], statement))
    raise TimidError(Refusal.NOT_ADJACENT)


def _depth(tree: Tree, block: cst.CSTNode, line: int) -> int | None:
    """Say how deep the `with` of that line ends together with `block`; None where it does not."""
    depth = 0
    while isinstance(block, cst.With):
        if not isinstance(block.body, cst.IndentedBlock):
            raise TimidError(Refusal.ONE_LINER)
        last = block.body.body[-1]
        if tree.span(block).line == line:
            if isinstance(last, cst.SimpleStatementLine) and isinstance(last.body[-1], _LEAVING):
                raise TimidError(Refusal.BLOCK_LEAVES)
            return depth
        block, depth = last, depth + 1
    return None


def _moved(node: cst.CSTNode, *, index: int, depth: int) -> cst.CSTNode:
    suite = cst.ensure_type(node, cst.IndentedBlock)
    body = list(suite.body)
    statement = body.pop(index)
    body[index - 1] = _appended(cst.ensure_type(body[index - 1], cst.With), statement, depth)
    return suite.with_changes(body=body)


def _appended(block: cst.With, statement: cst.BaseStatement, depth: int) -> cst.With:
    suite = cst.ensure_type(block.body, cst.IndentedBlock)
    if depth:
        inner = _appended(cst.ensure_type(suite.body[-1], cst.With), statement, depth - 1)
        return block.with_changes(body=suite.with_changes(body=(*suite.body[:-1], inner)))
    kept = () if _is_lone_pass(suite) else suite.body
    body = (*kept, _led_by_comments(statement, *suite.footer))
    return block.with_changes(body=suite.with_changes(body=body, footer=()))


def _is_lone_pass(suite: cst.IndentedBlock) -> bool:
    match suite.body:
        case [cst.SimpleStatementLine(body=[cst.Pass()], leading_lines=[], trailing_whitespace=end)]:
            return end.comment is None
        case _:
            return False


def read_first(tree: Tree, span: Span, rewrite: ReadFirst) -> Plan:
    """Put `await r.read()` before the statement that lets the response go.

    The span is the expression that leaves, or what it is assigned to.
    A stream that leaves is no response, and would be empty.
    """
    node = tree.at(span, cst.BaseExpression)  # type: ignore[type-abstract]
    tree.demand_async(node)
    name = rewrite.response
    if isinstance(tree.parent(node), cst.AssignTarget):
        value = tree.nearest(node, cst.Assign).value
        name = tree.code(value.with_changes(lpar=(), rpar=()))
    if not _RESPONSE.fullmatch(name):
        raise TimidError(Refusal.NOT_A_SIMPLE_NAME)
    statement, suite = next(pair for pair in tree.climb(node) if isinstance(pair[1], _SUITES))
    if not isinstance(suite, cst.IndentedBlock):
        raise TimidError(Refusal.ONE_LINER)
    change = partial(_read_before, index=_index(suite, statement), name=name)
    return Plan(((suite, change),), _lines(tree, statement, statement))


def _read_before(node: cst.CSTNode, *, index: int, name: str) -> cst.CSTNode:
    suite = cst.ensure_type(node, cst.IndentedBlock)
    call = cst.Call(cst.Attribute(cst.parse_expression(name), cst.Name("read")))
    read = cst.SimpleStatementLine([cst.Expr(cst.Await(call))])
    return suite.with_changes(body=(*suite.body[:index], read, *suite.body[index:]))


def enter_block(tree: Tree, span: Span, _: Rewrite) -> Plan:
    """Open a response or session with `async with` around the statements that use it.

    The span is the request's or constructor's call: `r = await session.get(url)` and what follows
    becomes `async with session.get(url) as r:`, down to the last statement of its suite that uses `r`, or
    what a session gave. A session without a name gets one, and an item of its own.
    """
    call = tree.at(span, cst.Call)
    tree.demand_async(call)
    pair = nameless(tree, call)
    if pair is not None:
        plan = enter_beside(tree, pair)
        if plan is not None:
            return plan
        call = pair.request
    statement, suite = _statement_of(tree, call)
    changes = enter_around(tree, pair, statement) if pair is not None else ()
    if changes:
        return Plan(changes, _lines(tree, statement, statement))
    name, value = _bound_name(statement, call)
    _refuse_lost_comments(statement, call)
    index = _index(suite, statement)
    leads_on = value is call or pair is not None
    last = index if name is None else _last_use(tree, suite, index, name, leads_on=leads_on)
    if _is_multiline(tree.code(call)) and not call.lpar:
        call = call.with_changes(lpar=value.lpar, rpar=value.rpar)
    if pair is None:
        items = [cst.WithItem(call, cst.AsName(name.with_changes(lpar=(), rpar=())) if name is not None else None)]
    else:
        items = with_items(dataclasses.replace(pair, request=call), free_name(tree, call), name)
    change = partial(_opened, index=index, last=last, items=items)
    return Plan(((suite, change),), _lines(tree, statement, suite.body[last]))


def _statement_of(tree: Tree, call: cst.Call) -> tuple[cst.SimpleStatementLine, cst.IndentedBlock]:
    """Give the line of the statement that holds a call, and its suite; refuse where both share a line."""
    small = tree.nearest(call, cst.BaseSmallStatement)  # type: ignore[type-abstract]
    statement = tree.parent(small)
    suite = tree.parent(statement)
    if not isinstance(statement, cst.SimpleStatementLine) or not isinstance(suite, cst.IndentedBlock):
        raise TimidError(Refusal.ONE_LINER)
    return statement, suite


def _refuse_lost_comments(statement: cst.SimpleStatementLine, call: cst.Call) -> None:
    """Refuse where a comment stands in a statement outside of `call`, which is all that is kept of it."""
    kept = [*statement.leading_lines, call, statement.trailing_whitespace]
    if len(descendants(kept, cst.Comment)) < len(descendants([statement], cst.Comment)):
        raise TimidError(Refusal.COMMENT)


def _last_use(tree: Tree, suite: cst.IndentedBlock, index: int, name: cst.Name, *, leads_on: bool) -> int:
    """Give the index of the last statement that needs what the one at `index` binds to `name`.

    Where it `leads_on`, what came of it may need it, too. Refuse where a name is bound anew, or needed elsewhere.
    """
    names = _led_on(tree, suite.body[index:], name) if leads_on else [name]
    last = max(i for i, each in enumerate(suite.body) if any(_uses(tree, [each], one) for one in names))
    _refuse_rebinding(tree, suite.body[index : last + 1], name)
    for one in names:
        _refuse_stray_uses(tree, suite.body[index if one is name else 0 : last + 1], one)
    return last


def _is_multiline(code: str) -> bool:
    return "\n" in code or "\r" in code


def _bound_name(statement: cst.SimpleStatementLine, call: cst.Call) -> tuple[cst.Name | None, cst.BaseExpression]:
    """Give the name that the value goes to, None where it goes nowhere, and the value."""
    match statement.body:
        case [cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as name)], value=value)]:
            bound: cst.Name | None = name
        case [cst.Expr(value=value)]:
            bound = None
        case _:
            raise TimidError(Refusal.NOT_A_SIMPLE_NAME)
    if value is not call and not (isinstance(value, cst.Await) and value.expression is call):
        raise TimidError(Refusal.NOT_A_SIMPLE_NAME)
    return bound, value


def _uses(tree: Tree, nodes: Iterable[cst.CSTNode], name: cst.Name) -> list[cst.Name]:
    """Give the places where the variable `name` is read or bound; in `x.name` and `f(name=1)` it is not."""
    return [
        each
        for each in descendants(nodes, cst.Name)
        if each.value == name.value and not _is_label(tree.parent(each), each)
    ]


def _is_label(parent: cst.CSTNode, name: cst.Name) -> bool:
    match parent:
        case cst.Attribute(attr=label) | cst.Arg(keyword=label):
            return label is name
        case _:
            return False


def _led_on(tree: Tree, statements: Sequence[cst.CSTNode], name: cst.Name) -> list[cst.Name]:
    """Give `name` and the names of what came of it and may need it: bound methods, sockets, generators."""
    names = [name]
    for assignment in descendants(statements, cst.Assign):
        if not _is_data(assignment.value) and any(_uses(tree, [assignment.value], each) for each in names):
            names += descendants([target.target for target in assignment.targets], cst.Name)
    return names


def _is_data(value: cst.BaseExpression) -> bool:
    """Say whether a value is a body that was read, some part of one, or a plain attribute of a response."""
    match value:
        case cst.Await(expression=cst.Call(func=cst.Attribute(attr=cst.Name(value=method)))):
            return method in BODY_METHODS
        case cst.Attribute(attr=cst.Name(value=attribute)) if attribute in _PLAIN:
            return True
        case cst.Attribute(value=inner) | cst.Subscript(value=inner) | cst.Call(func=inner):
            return _is_data(inner)
        case _:
            return False


def _refuse_rebinding(tree: Tree, statements: Sequence[cst.CSTNode], name: cst.Name) -> None:
    """Refuse where `name` changes its meaning among `statements`."""
    if any(use is not name and _is_bound(tree, use) for use in _uses(tree, statements, name)):
        raise TimidError(Refusal.REBOUND)


def _refuse_stray_uses(tree: Tree, statements: Sequence[cst.CSTNode], name: cst.Name) -> None:
    """Refuse where `name` lives on beyond `statements`."""
    inside = _uses(tree, statements, name)
    function = tree.nearest(name, cst.FunctionDef)
    if len(inside) < len(_uses(tree, [function], name)):
        raise TimidError(Refusal.USED_ELSEWHERE)
    for use in inside:
        if next(each for _, each in tree.climb(use) if isinstance(each, _FUNCTIONS)) is not function:
            raise TimidError(Refusal.IN_NESTED_FUNCTION)


def _is_bound(tree: Tree, name: cst.Name) -> bool:
    """Say whether `name` gets another value there, or is deleted."""
    for child, parent in tree.climb(name):
        match parent:
            case cst.Tuple() | cst.List() | cst.Element() | cst.StarredElement():
                continue
            case cst.AssignTarget() | cst.AsName() | cst.Del():
                return True
            case (
                cst.AugAssign(target=target)
                | cst.AnnAssign(target=target)
                | cst.NamedExpr(target=target)
                | cst.For(target=target)
                | cst.CompFor(target=target)
            ):
                return child is target
            case _:
                break
    return False


def _opened(node: cst.CSTNode, *, index: int, last: int, items: Sequence[cst.WithItem]) -> cst.CSTNode:
    suite = cst.ensure_type(node, cst.IndentedBlock)
    statement = cst.ensure_type(suite.body[index], cst.SimpleStatementLine)
    inside: list[cst.BaseStatement] = list(suite.body[index + 1 : last + 1])
    if inside:
        inside[0] = _led_by_comments(inside[0])
    block = cst.With(
        items=items,
        body=cst.IndentedBlock(
            body=inside or [cst.SimpleStatementLine([cst.Pass()])],
            header=statement.trailing_whitespace,
            indent=suite.indent,
        ),
        asynchronous=cst.Asynchronous(),
        leading_lines=statement.leading_lines,
    )
    return suite.with_changes(body=(*suite.body[:index], block, *suite.body[last + 1 :]))


def _led_by_comments(statement: cst.BaseStatement, *more: cst.EmptyLine) -> cst.BaseStatement:
    """Leave comments, but no blank lines, above a statement that opens or ends a block."""
    lines: Sequence[cst.EmptyLine] = (*more, *getattr(statement, "leading_lines", ()))
    return statement.with_changes(leading_lines=[line for line in lines if line.comment is not None])
