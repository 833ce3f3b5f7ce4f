"""What the handlers of a file give the server, where nothing stands between: what is no response, or nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_aiohttp.aiohttp_model.objects import BODY_METHODS, Kind
from flake8_aiohttp.analysis.facts.identifiers import Identifiers
from flake8_aiohttp.analysis.facts.trees import own_nodes
from flake8_aiohttp.analysis.facts.types import StaticTypes
from flake8_aiohttp.analysis.journal.calls import Answer
from flake8_aiohttp.finding import Span
from flake8_aiohttp.python.definitions import Function
from flake8_aiohttp.python.source import Source, walk

_RUNNING = ("run_app", "AppRunner", "TestServer", "TestClient", "aiohttp_client")
_BETWEEN = ("middlewares", "middleware", "add_subapp", "InternalServerError", "HTTPInternalServerError")
"""Words of what may make a response of something else, or expects that it fails."""

_TYPES: dict[type[ast.expr], str] = {
    ast.Dict: "dict",
    ast.DictComp: "dict",
    ast.List: "list",
    ast.ListComp: "list",
    ast.Tuple: "tuple",
    ast.Set: "set",
    ast.JoinedStr: "str",
}


def answers(source: Source, types: StaticTypes, identifiers: Identifiers) -> Iterator[Answer]:
    """Give what handlers return that no server takes.

    Only where the file makes the application, runs it, and has no middleware: elsewhere somebody may make a response
    of it. Measured on aiohttp 3.8.6 to 3.14.5: the client gets 500; before 3.10 the connection is dropped.
    """
    if not types.routes.serves or any(map(identifiers.says, _BETWEEN)) or not any(map(identifiers.says, _RUNNING)):
        return
    handlers = [function for function in types.scopes.functions if _is_handler(function, types)]
    if handlers and _makes_application(source, types) and not _expects_failure(source):
        for handler in handlers:
            yield from _of(handler, source)


def _is_handler(function: Function, types: StaticTypes) -> bool:
    """Whether the server calls a function, and gets what it returns as it is."""
    if not function.is_async or types.routes.given(function) is not Kind.SERVER_REQUEST:
        return False
    return types.routes.are_all_its_decorators(function)


def _makes_application(source: Source, types: StaticTypes) -> bool:
    calls = (node for node in walk(source.tree) if isinstance(node, ast.Call))
    return any(types.scopes.qualified(call.func) == "aiohttp.web.Application" for call in calls)


def _expects_failure(source: Source) -> bool:
    """Whether the file speaks of the status that a wrong handler gives: a test of that."""
    return any(isinstance(node, ast.Constant) and node.value == 500 for node in walk(source.tree))


def _of(handler: Function, source: Source) -> Iterator[Answer]:
    nodes = list(own_nodes(handler.node))
    if any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in nodes):
        return
    returned = [node.value for node in nodes if isinstance(node, ast.Return) and not _is_nothing(node.value)]
    for value in returned:
        kind = _kind(value, handler) if value is not None else ""
        if value is not None and kind:
            yield Answer(source.span(value), source.excerpt(value), handler.name, kind)
    answers_otherwise = any(
        isinstance(node, ast.Raise) or (isinstance(node, ast.Attribute) and node.attr == "prepare") for node in nodes
    )
    acts = any(isinstance(node, (ast.Call, ast.Await)) for node in nodes)  # else it is there for its name or its route
    if not returned and not answers_otherwise and acts and _completes(handler.node.body):
        whole = source.span(handler.node)
        name = Span(whole.line, whole.column, whole.line, whole.column + len(f"async def {handler.name}"))
        yield Answer(name, handler.name, handler.name, "")


def _is_nothing(value: ast.expr | None) -> bool:
    """Whether a `return` gives None: on one way of several, it may be how a connection is refused."""
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _kind(value: ast.expr, handler: Function) -> str:
    """Give the type of what is returned, where that is plain and no response."""
    match value:
        case ast.Constant(value=constant):
            return type(constant).__name__
        case ast.Await(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method))):
            own = [each.arg for each in handler.parameters if each.arg != handler.self_name]
            return "body" if own[:1] == [name] and method in BODY_METHODS else ""
    return _TYPES.get(type(value), "")


def _completes(body: list[ast.stmt]) -> bool:
    """Whether a suite that returns nothing surely may come to its end: whatever it ends with does not always raise."""
    match body[-1]:
        case ast.Assign() | ast.AugAssign() | ast.AnnAssign() | ast.Pass() | ast.Delete() | ast.Return():
            return True
        case ast.Expr(value=value):  # timid: a helper that is called last may always raise
            return not isinstance(value, (ast.Call, ast.Await)) or _is_print(value)
        case ast.If(body=then, orelse=otherwise):
            return _completes(then) or (not otherwise or _completes(otherwise))
        case ast.With(body=inner) | ast.AsyncWith(body=inner):
            return _completes(inner)
        case ast.Try(body=tried, orelse=otherwise, finalbody=last):
            return _completes(otherwise or tried) and (not last or _completes(last))
        case ast.For(orelse=[]) | ast.AsyncFor(orelse=[]):
            return True
    return False


def _is_print(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="print")):
            return True
        case ast.Call(func=ast.Attribute(attr=method, value=ast.Name(id=name))):
            return "log" in name.lower() and method in {"debug", "info", "warning", "error", "exception"}
    return False
