"""Origin by use: a response of unknown origin that is used as only an aiohttp response is used.

One right `await response.json()` proves the `f"{response.text}"` of the error branch wrong.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_aiohttp.aiohttp_model.objects import BODY_METHODS, VERBS
from flake8_aiohttp.python.scopes import Class, FileScopes, Function
from flake8_aiohttp.python.source import walk

RIVALS = frozenset(
    "playwright niquests curl_cffi rnet primp blacksheep async_asgi_testclient aiosonic asks requests_html quart "
    "starlette fastapi redis aioredis pyppeteer httpcore treq tornado sanic_testing ratelimit_requests".split()
)
"""Libraries whose responses are used so, too: beside them, use proves nothing."""

_LOOKS = frozenset({"status", "raise_for_status"})
_VAGUE = frozenset({"Any", "Optional", "object", "typing", "t", "ClientSession"})


def proven_requests(function: Function, scopes: FileScopes) -> Iterator[ast.Call]:
    """Give the calls `X.get(…)` in a function whose results must be aiohttp's."""
    if scopes.packages & RIVALS:
        return
    entered: list[tuple[str, ast.Call]] = []
    awaited: list[tuple[str, ast.Call]] = []
    proofs: dict[str, set[str]] = {"read": set(), "look": set()}
    for node in walk(function.node):
        match node:
            case ast.AsyncWith(items=items):
                entered += [found for item in items if (found := _bound(item.context_expr, item.optional_vars))]
            case ast.Assign(value=ast.Await(value=value), targets=[target]):
                awaited += [found] if (found := _bound(value, target)) else []
            case _:
                _note_proof(node, proofs)
    proven = [call for name, call in entered if name in proofs["read"] | proofs["look"]]
    proven += [call for name, call in awaited if name in proofs["read"]]
    yield from (call for call in proven if not _is_foreign(call, function, scopes))


def _note_proof(node: ast.AST, proofs: dict[str, set[str]]) -> None:
    """Note the name of a response whose body is awaited, or whose status is looked at."""
    match node:
        case ast.Await(value=value):
            match _first(value):
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if attr in BODY_METHODS:
                    proofs["read"].add(name)
        case ast.Attribute(value=ast.Name(id=name), attr=attr) if attr in _LOOKS:
            proofs["look"].add(name)


def _first(node: ast.expr) -> ast.expr:
    """Give the call that somebody meant to await: `await response.json()["name"]` waits too late, but for a body."""
    while True:
        match node:
            case ast.Subscript(value=inner) | ast.Call(func=ast.Attribute(value=ast.Call() | ast.Subscript() as inner)):
                node = inner
            case _:
                return node


def _bound(context: ast.expr, target: ast.expr | None) -> tuple[str, ast.Call] | None:
    inner = context.value if isinstance(context, ast.Await) else context
    if not isinstance(target, ast.Name) or not isinstance(inner, ast.Call):
        return None
    func = inner.func
    return (target.id, inner) if isinstance(func, ast.Attribute) and func.attr in VERBS else None


def _is_foreign(call: ast.Call, function: Function, scopes: FileScopes) -> bool:
    """Whether the file says that the receiver is something else: by annotation, or by what made it."""
    assert isinstance(call.func, ast.Attribute)
    if isinstance(call.func.value, ast.Name):
        name = call.func.value.id
        return name in scopes.imports or _is_foreign_name(name, function, scopes)
    return _is_foreign_receiver(call.func.value, function, scopes)


def _is_foreign_receiver(receiver: ast.expr, function: Function, scopes: FileScopes) -> bool:
    match receiver:
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            if name != function.self_name:
                return scopes.qualified(receiver) is not None
            return function.owner is not None and _is_foreign_attribute(attribute, function.owner, scopes)
        case ast.Call(func=made):
            return scopes.qualified(made) is not None
    return False


def _is_foreign_name(name: str, function: Function, scopes: FileScopes) -> bool:
    arguments = function.node.args
    if any(a.arg == name and _says_type(a.annotation) for a in (*function.parameters, *arguments.kwonlyargs)):
        return True
    for node in walk(function.node):
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                if _is_made_elsewhere(value, scopes) or _is_foreign_receiver(value, function, scopes):
                    return True
            case ast.With(items=items) | ast.AsyncWith(items=items):
                for item in items:
                    bound = isinstance(item.optional_vars, ast.Name) and item.optional_vars.id == name
                    if bound and _is_made_elsewhere(item.context_expr, scopes):
                        return True
    return False


def _says_type(annotation: ast.expr | None) -> bool:
    """Whether an annotation names another type: `Any` names none, and a `ClientSession` of one's own is aiohttp's."""
    if annotation is None:
        return False
    names = {node.id for node in walk(annotation) if isinstance(node, ast.Name)}
    names |= {node.attr for node in walk(annotation) if isinstance(node, ast.Attribute)}
    return not names <= _VAGUE or not names


def _is_made_elsewhere(node: ast.expr, scopes: FileScopes) -> bool:
    match node:
        case ast.Await(value=value):
            return _is_made_elsewhere(value, scopes)
        case ast.BoolOp(values=values):
            return any(_is_made_elsewhere(value, scopes) for value in values)
        case ast.IfExp(body=body, orelse=orelse):
            return _is_made_elsewhere(body, scopes) or _is_made_elsewhere(orelse, scopes)
    return isinstance(node, ast.Call) and scopes.qualified(node.func) is not None


def _is_foreign_attribute(attribute: str, owner: Class, scopes: FileScopes) -> bool:
    return any(
        _says_type(assigned.annotation) or (assigned.value is not None and _is_made_elsewhere(assigned.value, scopes))
        for assigned in owner.attributes.get(attribute, ())
    )
