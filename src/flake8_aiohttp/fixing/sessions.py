"""Rewrites that give a session its block where it has no name: `ClientSession().get(url)`."""

from __future__ import annotations

import dataclasses
from functools import partial

import libcst as cst

from flake8_aiohttp.aiohttp_model.objects import BODY_METHODS
from flake8_aiohttp.fixing import verification
from flake8_aiohttp.fixing.locate import Change, Plan, Tree, descendants
from flake8_aiohttp.fixing.refusal import Refusal, TimidError

_NAMES = ("session", "client_session", "http_session")
_CLASS = "ClientSession"


@dataclasses.dataclass(frozen=True, slots=True)
class Nameless:
    """A session that is made and asked for one request in one breath: the two calls."""

    session: cst.Call
    request: cst.Call

    def renamed(self, name: str) -> cst.Call:
        """Give the request, asked of the session's new name."""
        func = cst.ensure_type(self.request.func, cst.Attribute)
        return self.request.with_changes(func=func.with_changes(value=cst.Name(name)))


def nameless(tree: Tree, call: cst.Call) -> Nameless | None:
    """Give the session and its request where `call` is either of them; None where the session has a name.

    Of what another call gives nobody knows whether it may be closed.
    """
    attribute = tree.parent(call)
    request = tree.parent(attribute)
    if isinstance(attribute, cst.Attribute) and isinstance(request, cst.Call) and request.func is attribute:
        return Nameless(call, request)
    match call.func:
        case cst.Attribute(value=cst.Call(func=cst.Name(value=name)) as made):
            pass
        case cst.Attribute(value=cst.Call(func=cst.Attribute(attr=cst.Name(value=name))) as made):
            pass
        case _:
            return None
    if name == _CLASS:
        return Nameless(made, call)
    if name[:1].isupper():
        raise TimidError(Refusal.NOT_A_SIMPLE_NAME)
    return None


def free_name(tree: Tree, node: cst.CSTNode) -> cst.Name:
    """Give a name for a session that nothing in the function around `node` uses."""
    around = [parent for _, parent in tree.climb(node) if isinstance(parent, cst.FunctionDef | cst.Module)]
    used = {name.value for name in descendants(around[:1], cst.Name)}
    free = next((name for name in _NAMES if name not in used), None)
    if free is None:
        raise TimidError(Refusal.SHADOWED)
    return cst.Name(free)


def items(pair: Nameless, session: cst.Name, name: cst.Name | None) -> list[cst.WithItem]:
    """Give the items of a block: the session, and its request."""
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    bare = None if name is None else name.with_changes(lpar=(), rpar=())
    return [
        cst.WithItem(_alone(pair.session), cst.AsName(session), comma),
        cst.WithItem(pair.renamed(session.value), None if bare is None else cst.AsName(bare)),
    ]


def _alone(session: cst.Call) -> cst.Call:
    """Give the session as it may stand by itself: the parentheses that let it go on on a new line stay behind."""
    if session.lpar or verification.compiles(cst.Module([]).code_for_node(session)):
        return session
    return session.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def enter_beside(tree: Tree, pair: Nameless) -> Plan | None:
    """`async with ClientSession().get(url) as r:` -> `async with ClientSession() as session, session.get(url) as r:`.

    None where the request is no item of a block.
    """
    item = tree.parent(pair.request)
    block = tree.parent(item)
    if not isinstance(item, cst.WithItem) or not isinstance(block, cst.With) or block.asynchronous is None:
        return None
    session = free_name(tree, pair.request)
    change = partial(_with_session, index=list(block.items).index(item), pair=pair, session=session)
    start, end = tree.span(block), tree.span(item)
    span = dataclasses.replace(end, line=start.line, column=start.column)
    return Plan(((block, change),), span)


def _with_session(node: cst.CSTNode, *, index: int, pair: Nameless, session: cst.Name) -> cst.CSTNode:
    block = cst.ensure_type(node, cst.With)
    old = block.items[index]
    first, second = items(pair, session, None)
    second = old.with_changes(item=second.item)
    return block.with_changes(items=(*block.items[:index], first, second, *block.items[index + 1 :]))


def enter_around(
    tree: Tree, pair: Nameless, statement: cst.SimpleStatementLine
) -> tuple[tuple[cst.CSTNode, Change], ...]:
    """Give the changes of a statement that awaits a body in one breath with its session and request.

    `return await (await ClientSession().get(url)).json()` comes into a block of the session. None are given
    where what the statement gets is more than a body, and may need the session.
    """
    awaited = tree.parent(pair.request)
    method = tree.parent(awaited)
    call = tree.parent(method)
    match awaited, method:
        case cst.Await(), cst.Attribute(attr=cst.Name(value=name)) if name in BODY_METHODS:
            pass
        case _:
            return ()
    if not isinstance(call, cst.Call) or not isinstance(tree.parent(call), cst.Await):
        return ()
    session = free_name(tree, pair.request)
    return (pair.session, lambda _: session), (statement, partial(_around, pair=pair, session=session))


def _around(node: cst.CSTNode, *, pair: Nameless, session: cst.Name) -> cst.CSTNode:
    statement = cst.ensure_type(node, cst.SimpleStatementLine)
    return cst.With(
        items=[cst.WithItem(_alone(pair.session), cst.AsName(session))],
        body=cst.IndentedBlock([statement.with_changes(leading_lines=())]),
        asynchronous=cst.Asynchronous(),
        leading_lines=statement.leading_lines,
    )
