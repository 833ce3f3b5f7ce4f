"""Rewrites of names, calls and arguments."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import libcst as cst

from flake8_aiohttp.aiohttp_model.media import UTF8
from flake8_aiohttp.finding import Span
from flake8_aiohttp.fixing.awaits import awaiting
from flake8_aiohttp.fixing.locate import Plan, Tree, has_comment
from flake8_aiohttp.fixing.refusal import Refusal, TimidError
from flake8_aiohttp.rewrite import MakeBasicAuth, RenameAttribute, ReplaceKeyword, ReplaceValue, Rewrite


def rename_attribute(tree: Tree, span: Span, rewrite: RenameAttribute) -> Plan:
    """`r.status_code` -> `r.status`; the span is the attribute."""
    node = tree.at(span, cst.Attribute)
    tree.refuse_target(node)
    return Plan(((node, lambda updated: _renamed(updated, rewrite.name)),), tree.span(node))


def _renamed(node: cst.CSTNode, name: str) -> cst.Attribute:
    attribute = cst.ensure_type(node, cst.Attribute)
    return attribute.with_changes(attr=attribute.attr.with_changes(value=name))


def call_get_encoding(tree: Tree, span: Span, _: Rewrite) -> Plan:
    """`r.encoding` -> `r.get_encoding()`; the span is the attribute."""
    node = tree.at(span, cst.Attribute)
    tree.refuse_target(node)
    return Plan(((node, _get_encoding_called),), tree.span(node))


def _get_encoding_called(node: cst.CSTNode) -> cst.CSTNode:
    attribute = _renamed(node, "get_encoding")
    return cst.Call(attribute.with_changes(lpar=(), rpar=()), lpar=attribute.lpar, rpar=attribute.rpar)


def call(tree: Tree, span: Span, _: Rewrite) -> Plan:
    """`aiohttp.ClientSession` -> `aiohttp.ClientSession()`; the span is the name."""
    node = tree.at(span, cst.Attribute, cst.Name)
    return Plan(((node, _called),), tree.span(node))


def _called(node: cst.CSTNode) -> cst.CSTNode:
    name = cst.ensure_type(node, cst.BaseExpression)  # type: ignore[type-abstract]
    return cst.Call(name.with_changes(lpar=(), rpar=()), lpar=name.lpar, rpar=name.rpar)


def wrap_in_str(tree: Tree, span: Span, _: Rewrite) -> Plan:
    """`r.url` -> `str(r.url)`; the span is the attribute."""
    node = tree.at(span, cst.Attribute)
    tree.refuse_target(node)
    return Plan(((node, _in_str),), tree.span(node))


def _in_str(node: cst.CSTNode) -> cst.CSTNode:
    attribute = cst.ensure_type(node, cst.Attribute)
    bare = attribute.with_changes(lpar=(), rpar=())
    return cst.Call(cst.Name("str"), [cst.Arg(bare)], lpar=attribute.lpar, rpar=attribute.rpar)


def read_bytes(tree: Tree, span: Span, _: Rewrite) -> Plan:
    """`r.text(encoding="utf-8")` -> `r.read()`: the arguments say how to decode; the span is the call."""
    call = tree.at(span, cst.Call)
    if not isinstance(call.func, cst.Attribute):
        raise TimidError(Refusal.NOT_FOUND)
    if has_comment(call.whitespace_before_args, *call.args):
        raise TimidError(Refusal.COMMENT)
    match tree.parent(tree.parent(call)):
        case cst.Attribute(attr=cst.Name(value="encode")):
            raise TimidError(Refusal.ENCODED)
    return Plan(((call, _read_called),), tree.span(call))


def _read_called(node: cst.CSTNode) -> cst.CSTNode:
    call = cst.ensure_type(node, cst.Call)
    func = _renamed(call.func, "read")
    return call.with_changes(func=func, args=(), whitespace_before_args=cst.SimpleWhitespace(""))


def drop_encode(tree: Tree, span: Span, _: Rewrite) -> Plan:
    """`(await r.text()).encode()` -> `await r.read()`.

    The span is the call of `encode`. Where `.decode()` follows, the bytes become text again,
    so only the detour goes: `(await r.text()).encode("utf8").decode()` -> `await r.text()`.
    """
    whole = encode = tree.at(span, cst.Call)
    method = "read"
    decode = tree.parent(tree.parent(encode))
    if isinstance(decode, cst.Call) and _method(decode) == "decode" and decode.func is tree.parent(encode):
        if not all(tree.code(each.value).strip("\"'").lower() in UTF8 for each in decode.args):
            raise TimidError(Refusal.DECODED)
        whole, method = decode, "text"
    text = _object(encode)
    if _method(encode) != "encode" or not isinstance(text, cst.Await) or _method(text.expression) != "text":
        raise TimidError(Refusal.NOT_FOUND)
    if has_comment(whole):
        raise TimidError(Refusal.COMMENT)
    return Plan(((whole, partial(_direct, method=method, operand=tree.is_operand(whole))),), tree.span(whole))


def _method(call: cst.BaseExpression) -> str:
    match call:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=name))):
            return name
        case _:
            return ""


def _object(call: cst.BaseExpression) -> cst.BaseExpression:
    match call:
        case cst.Call(func=cst.Attribute(value=value)):
            return value
        case _:
            raise TimidError(Refusal.NOT_FOUND)


def _direct(node: cst.CSTNode, *, method: str, operand: bool) -> cst.CSTNode:
    """Await `method` of the response on whose text the calls of `node` work."""
    whole = cst.ensure_type(node, cst.Call)
    text: cst.BaseExpression = whole
    while not isinstance(text, cst.Await):
        text = _object(text)
    read = text.expression
    if method == "read":
        read = cst.Call(cst.Attribute(_object(read), cst.Name(method)))
    return awaiting(read.with_changes(lpar=whole.lpar, rpar=whole.rpar), operand=operand)


def make_basic_auth(tree: Tree, span: Span, rewrite: MakeBasicAuth) -> Plan:
    """`auth=("user", "password")` -> `auth=aiohttp.BasicAuth("user", "password")`.

    The span is the keyword argument.
    """
    arg = tree.at(span, cst.Arg)
    if not isinstance(arg.value, cst.Tuple | cst.List) or len(arg.value.elements) != 2:
        raise TimidError(Refusal.NOT_FOUND)
    return Plan(((arg, partial(_with_basic_auth, maker=rewrite.maker)),), tree.span(arg))


def _with_basic_auth(node: cst.CSTNode, *, maker: str) -> cst.CSTNode:
    arg = cst.ensure_type(node, cst.Arg)
    pair = arg.value
    assert isinstance(pair, cst.Tuple | cst.List)
    before, after = (pair.lpar[-1], pair.rpar[0]) if isinstance(pair, cst.Tuple) else (pair.lbracket, pair.rbracket)
    user, password = pair.elements
    given = [cst.Arg(each.value, comma=each.comma) for each in (user, password)]
    if isinstance(password.comma, cst.Comma):
        given[-1] = given[-1].with_changes(comma=password.comma.with_changes(whitespace_after=after.whitespace_before))
    else:
        given[-1] = given[-1].with_changes(whitespace_after_arg=after.whitespace_before)
    func = cst.parse_expression(maker)
    return arg.with_changes(value=cst.Call(func, given, whitespace_before_args=before.whitespace_after))


def replace_keyword(tree: Tree, span: Span, rewrite: ReplaceKeyword) -> Plan:
    """`verify=False` -> `ssl=False`; the span is the keyword argument."""
    arg = _keyword(tree, span)
    return Plan(((arg, lambda updated: _arg_of(rewrite.argument, updated)),), tree.span(arg))


def drop_keyword(tree: Tree, span: Span, _: Rewrite) -> Plan:
    """`get(url, stream=True)` -> `get(url)`; the span is the keyword argument, whose comma goes with it."""
    arg = _keyword(tree, span)
    call = cst.ensure_type(tree.parent(arg), cst.Call)
    index = list(call.args).index(arg)
    leftover = call.args[max(index - 1, 0) : index + 1] if index == len(call.args) - 1 else (arg,)
    if has_comment(*(part for each in leftover for part in _separator(each))):
        raise TimidError(Refusal.COMMENT)
    return Plan(((call, partial(_without_arg, index=index)),), tree.span(call))


def replace_value(tree: Tree, span: Span, rewrite: ReplaceValue) -> Plan:
    """`True` -> `"true"`; the span is an expression."""
    node = tree.at(span, cst.BaseExpression)  # type: ignore[type-abstract]
    if has_comment(node):
        raise TimidError(Refusal.COMMENT)
    return Plan(((node, partial(_another, text=rewrite.value)),), tree.span(node))


def _another(node: cst.CSTNode, *, text: str) -> cst.CSTNode:
    """Parse `text` as an expression, and put the parentheses of the old one around it."""
    old = cst.ensure_type(node, cst.BaseExpression)  # type: ignore[type-abstract]
    return cst.parse_expression(text).with_changes(lpar=old.lpar, rpar=old.rpar)


def _keyword(tree: Tree, span: Span) -> cst.Arg:
    """Give the keyword argument at a span; refuse where a comment in it would be lost."""
    arg = tree.at(span, cst.Arg)
    if has_comment(arg.with_changes(comma=cst.MaybeSentinel.DEFAULT)):
        raise TimidError(Refusal.COMMENT)
    return arg


def _separator(arg: cst.Arg) -> Sequence[cst.CSTNode]:
    comma = (arg.comma,) if isinstance(arg.comma, cst.Comma) else ()
    return (*comma, arg.whitespace_after_arg)


def _arg_of(text: str, old: cst.CSTNode) -> cst.CSTNode:
    """Parse `text` as an argument, and give it the comma of the old one."""
    old = cst.ensure_type(old, cst.Arg)
    call = cst.ensure_type(cst.parse_expression(f"f({text})"), cst.Call)
    return call.args[0].with_changes(comma=old.comma, whitespace_after_arg=old.whitespace_after_arg)


def _without_arg(node: cst.CSTNode, *, index: int) -> cst.CSTNode:
    """Take one argument out; what followed the last one follows the one that is last now."""
    call = cst.ensure_type(node, cst.Call)
    args = list(call.args)
    gone = args.pop(index)
    if args and index == len(args):
        last = args[-1]
        args[-1] = last.with_changes(comma=gone.comma, whitespace_after_arg=gone.whitespace_after_arg)
    if args:
        return call.with_changes(args=args)
    return call.with_changes(args=args, whitespace_before_args=cst.SimpleWhitespace(""))
