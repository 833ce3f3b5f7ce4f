"""What a call does: on aiohttp's objects, with asyncio's functions, in this file, or out of sight."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

from flake8_aiohttp.aiohttp_model.objects import STANDALONE_REQUESTS, VERBS, Kind
from flake8_aiohttp.analysis import callees, containers, functions, operations, texts
from flake8_aiohttp.analysis.journal import Role, Touch, Usage
from flake8_aiohttp.analysis.values import (
    BodyValue,
    Call,
    ClassObject,
    Closure,
    Constant,
    Coroutine,
    Datum,
    Elements,
    Gathering,
    Imported,
    Mapping,
    Method,
    OpenFile,
    Routine,
    Scope,
    Site,
    Super,
    Task,
    Text,
    Thing,
    Value,
)

if TYPE_CHECKING:
    from flake8_aiohttp.analysis.frame import Frame

_OWN_METHODS = frozenset({"close", "send", "throw", "cancel", "add_done_callback"})


@dataclasses.dataclass(frozen=True, slots=True)
class Argument:
    """An argument as it was given: its value, and the keyword or `*` it came with."""

    node: ast.expr
    value: Value
    keyword: str | None = None
    starred: bool = False


def call(frame: Frame, node: ast.Call) -> Value:
    """Evaluate a call."""
    func = node.func
    if isinstance(func, ast.Attribute):
        receiver = frame.evaluate(func.value)
        given = arguments(frame, node)
        return _call_member(frame, node, func, receiver, given)
    target = frame.evaluate(func)
    return _call_value(frame, node, target, arguments(frame, node))


def arguments(frame: Frame, node: ast.Call) -> list[Argument]:
    """Evaluate the arguments of a call in their order; `*` and `**` of a coroutine are misuses."""
    given = []
    for argument in node.args:
        starred = isinstance(argument, ast.Starred)
        inner = argument.value if isinstance(argument, ast.Starred) else argument
        value = frame.evaluate(inner)
        if starred:
            value = _unpacked(frame, value)
        given.append(Argument(inner, value, None, starred))
    for keyword in node.keywords:
        value = frame.evaluate(keyword.value)
        if keyword.arg is None:
            value = _unpacked(frame, value)
        given.append(Argument(keyword.value, value, keyword.arg, starred=keyword.arg is None))
    return given


def _unpacked(frame: Frame, value: Value) -> Value:
    """Unpack `*value` or `**value`: a coroutine or method cannot be."""
    operations.use(frame, value, Usage.UNPACKED)
    return None if isinstance(value, (Coroutine, Method)) else value


def _call_member(frame: Frame, node: ast.Call, func: ast.Attribute, receiver: Value, given: list[Argument]) -> Value:
    """Call a method of a value."""
    match receiver:
        case Elements() | Mapping():
            return containers.call(frame, node, func, receiver, given)
        case Text() | BodyValue() | OpenFile():
            return texts.call(frame, node, func, receiver, given)
        case Datum(kind=None):
            return _call_on_datum(func.attr, receiver, given)
        case Scope():
            return _call_scope(frame, node, func.attr, receiver, given)
        case Task() if func.attr == "result":
            return functions.await_value(frame, node, receiver)
        case Coroutine() | Task() | Call() | Gathering() if func.attr in _OWN_METHODS:
            operations.use(frame, receiver, Usage.HANDED_ON)
            return None
        case None:
            return _call_unknown_method(frame, node, func, given)
    from flake8_aiohttp.analysis.expressions import fetch_member  # noqa: PLC0415  evaluators call each other

    return _call_value(frame, node, fetch_member(frame, func, receiver), given)


def _call_on_datum(name: str, datum: Datum, given: list[Argument]) -> Value:
    """`response.headers.get("Content-Type")` is the content type, and so is its lower case."""
    if datum.name == "headers" and name == "get" and given and is_content_type(given[0].value):
        return dataclasses.replace(datum, name="content_type")
    return datum if datum.name == "content_type" and name in {"lower", "strip"} else None


def is_content_type(key: Value) -> bool:
    """Whether the key of a header is `Content-Type`."""
    return isinstance(key, Text) and key.value.lower() == "content-type"


def _call_value(frame: Frame, node: ast.Call, target: Value, given: list[Argument]) -> Value:
    """Call a value."""
    match target:
        case Method():
            _receive_by_request(frame, given)
            return operations.call(frame, node, target)
        case Imported(name=name):
            return _call_imported(frame, node, name, given)
        case Routine() | Closure():
            return functions.call(frame, node, target, given)
        case ClassObject():
            return functions.construct(frame, node, target, given)
        case Datum():
            operations.use(frame, target, Usage.CALLED)
    if isinstance(node.func, ast.Name):
        return _call_builtin(frame, node, node.func.id, given)
    _receive_unseen(frame, given)
    frame.may_raise()
    return None


def _receive_by_request(frame: Frame, given: list[Argument]) -> None:
    """Give arguments to a method of aiohttp: it takes data, and reads streams itself."""
    for argument in given:
        if isinstance(argument.value, (Coroutine, Method)):
            operations.use(frame, argument.value, Usage.ARGUMENT, "the request")
        else:
            operations.escape(frame, argument.value)


def _receive_unseen(frame: Frame, given: list[Argument]) -> None:
    for argument in given:
        operations.escape(frame, argument.value)


def _call_builtin(frame: Frame, node: ast.Call, name: str, given: list[Argument]) -> Value:
    """Call a name that nothing in the file defines: a builtin, a parameter, an unknown."""
    if name in frame.world.places or frame.engine.is_parameter(frame, name):
        if frame.function is not None and frame.engine.origins.is_client_factory(frame.function, name):
            return Task(Thing(Kind.TEST_CLIENT, Site(frame.engine.source.span(node))), frame.engine.source.span(node))
        _receive_unseen(frame, given)
        frame.may_raise()
        return None
    if (handled := containers.BUILTINS.get(name)) is not None:
        return handled(frame, given)
    return _call_imported(frame, node, name, given)


def _call_imported(frame: Frame, node: ast.Call, name: str, given: list[Argument]) -> Value:
    """Call a function of another module by its qualified name."""
    if (special := _SPECIAL.get(name)) is not None:
        return special(frame, node, given)
    if name in STANDALONE_REQUESTS:
        _receive_by_request(frame, given)
        return frame.engine.requests.standalone(frame, node)
    if name in callees.OPENERS:
        return texts.open_file(given)
    if (made := frame.engine.origins.made(name, frame.engine.source.span(node))) is not None:
        if made.kind is Kind.SERVER_RESPONSE:
            return receive(frame, name, given) or made
        _receive_unseen(frame, given)
        owned = made.kind is Kind.SESSION and name in {
            "aiohttp.ClientSession",
            "aiohttp.client.ClientSession",
        }
        return frame.engine.requests.session(frame, node, made) if owned else made
    wrapped = receive(frame, name, given)
    frame.may_raise()
    return wrapped


def receive(frame: Frame, callee: str, given: list[Argument]) -> Value:
    """Give arguments to a callee that is known by name, or to one that is not known at all."""
    last = callee.rpartition(".")[2]
    if callee in callees.AWAITABLE_TESTS:
        for argument in given:
            operations.use(frame, argument.value, Usage.HANDED_ON)
        return None
    if last in callees.STREAM_WRAPPERS:
        streams = [a.value for a in given if isinstance(a.value, Datum) and a.value.kind in {Kind.STREAM, Kind.CHUNKS}]
        if streams:
            return Elements(tuple(streams))
    consumes = callee in callees.CONSUMING or f".{last}" in callees.CONSUMING
    if any(argument.keyword == "default" for argument in given):
        consumes = False  # json.dumps(…, default=str) takes anything
    for argument in given:
        if consumes:
            consume(frame, argument.value, callee)
        elif callee not in callees.LOOKING:
            operations.escape(frame, argument.value)
    return None


def consume(frame: Frame, value: Value, callee: str, *, shows: bool = False) -> None:
    """Give a value to a callee that takes data: neither awaited nor called nor kept; one that `shows` prints it."""
    shows = shows or callee in callees.PRINTING
    if callee == "len" and isinstance(value, (Elements, Mapping)):
        return
    match value:
        case Elements(values=values):
            for element in values:
                consume(frame, element, callee, shows=shows)
        case Mapping(pairs=pairs):
            for _, element in pairs:
                consume(frame, element, callee, shows=shows)
        case BodyValue():
            if callee in callees.BINARY_SINKS:
                texts.sink(frame, value, f"`{callee}` takes bytes")
        case Thing(kind=kind):
            if kind in {Kind.REQUEST, Kind.SOCKET_REQUEST} or not shows:
                operations.escape(frame, value)
            elif kind is Kind.RESPONSE:
                _note_printed(frame, value, callee)
        case Datum(kind=Kind.URL):
            if callee in callees.URL_TAKING:
                operations.use(frame, value, Usage.ARGUMENT, callee)
        case Coroutine() | Method() | Datum():
            operations.use(frame, value, Usage.ARGUMENT, callee)
        case _:
            operations.escape(frame, value)


def _note_printed(frame: Frame, value: Thing, callee: str) -> None:
    """Write down that a response itself was shown."""
    shown = frame.engine.shown.get(value.site)
    if shown is not None and not frame.muted:
        source = frame.engine.source
        frame.engine.journal.use(
            Role.OBJECT,
            source.span(shown),
            Usage.FORMATTED,
            text=source.excerpt(shown),
            kind=value.kind,
            receiver=source.excerpt(shown),
            member="",
            asynchronous=frame.asynchronous,
            detail=callee,
        )


def _call_unknown_method(frame: Frame, node: ast.Call, func: ast.Attribute, given: list[Argument]) -> Value:
    """Call a method of something unknown: its name may still say what it does with its arguments."""
    name = func.attr
    if node in frame.engine.gate.proven:
        _receive_by_request(frame, given)
        return frame.engine.requests.by_use(frame, node, name)
    if name in callees.TASK_METHODS and given:
        return _task(frame, node, given)
    if name in callees.RUNNER_METHODS and given:
        return _run(frame, node, given)
    if name in callees.LOG_METHODS and "log" in ast.unparse(func.value).lower():
        for argument in given:
            consume(frame, argument.value, f"{ast.unparse(func.value)}.{name}", shows=True)
        return None
    if name in callees.ENTERING and given:
        return _enter_into(frame, None, given)
    receive(frame, f".{name}", given)
    frame.world_changed(func.value)
    frame.may_raise()
    return None


def _call_scope(frame: Frame, node: ast.Call, name: str, scope: Scope, given: list[Argument]) -> Value:
    """Call a method of an exit stack or task group."""
    if name in callees.TASK_METHODS and given:
        task = _task(frame, node, given)
        _put(frame, scope, task)
        return task
    if name in callees.ENTERING and given:
        return _enter_into(frame, scope, given)
    if name in {"aclose", "close"}:
        _close_scope(frame, node, scope)
    for argument in given:
        if isinstance(argument.value, Method):
            operations.touch(frame, argument.value.owner, Touch.RELEASED)
        operations.keep(frame, argument.value)
    return None


def _close_scope(frame: Frame, node: ast.Call, scope: Scope) -> None:
    from flake8_aiohttp.analysis.contexts import left  # noqa: PLC0415  contexts evaluate calls

    left(frame, scope, node)


def _put(frame: Frame, scope: Scope, value: Value) -> None:
    place = f"<scope {scope.span.line}:{scope.span.column}>"
    held = frame.world.places.get(place)
    values = held.values if isinstance(held, Elements) else ()
    frame.world.bind(place, Elements((*values, value)))


def _enter_into(frame: Frame, scope: Scope | None, given: list[Argument]) -> Value:
    """Enter a context now, and leave it when its exit stack does."""
    from flake8_aiohttp.analysis.contexts import entered  # noqa: PLC0415  contexts evaluate calls

    value = entered(frame, given[0].value, 0)
    if scope is not None and value is not None:
        _put(frame, scope, value)
    return Task(value, frame.engine.source.span(given[0].node)) if value is not None else None


# asyncio


def _gather(frame: Frame, _: ast.Call, given: list[Argument]) -> Value:
    values: list[Value] = []
    exact = True
    for argument in given:
        if argument.keyword is not None:
            continue
        operations.hand_on_requests(frame, argument.value)
        if not argument.starred:
            values.append(argument.value)
        elif isinstance(argument.value, Elements):
            values += argument.value.values
            exact = exact and argument.value.exact
        else:
            operations.escape(frame, argument.value)
            exact = False
    return Gathering(Elements(tuple(values), exact))


def _task(frame: Frame, node: ast.Call, given: list[Argument]) -> Value:
    first = given[0].value
    if isinstance(first, (Coroutine, Call, Gathering, Task)) or (
        isinstance(first, Thing) and first.kind is Kind.REQUEST
    ):
        operations.use(frame, first, Usage.AWAITED if isinstance(first, Thing) else Usage.HANDED_ON)
        for argument in given[1:]:
            operations.escape(frame, argument.value)
        if isinstance(first, Call):
            operations.keep(frame, first)
        span = frame.engine.source.span(node)
        functions.begin_task(frame, span)
        return Task(first, span)
    for argument in given:
        operations.escape(frame, argument.value)
    return None


def _wrap(frame: Frame, node: ast.Call, given: list[Argument]) -> Value:
    return _task(frame, node, given) if given else None


def _run(frame: Frame, node: ast.Call, given: list[Argument]) -> Value:
    """Run an awaitable to its end from synchronous code."""
    if not given:
        return None
    return functions.await_value(frame, given[0].node, given[0].value)


def _wait(frame: Frame, _: ast.Call, given: list[Argument]) -> Value:
    """`done, pending = await asyncio.wait(tasks)`."""
    if given and isinstance(given[0].value, Elements):
        return Gathering(given[0].value, waits=True)
    _receive_unseen(frame, given)
    return None


def _as_completed(frame: Frame, _: ast.Call, given: list[Argument]) -> Value:
    if given and isinstance(given[0].value, Elements):
        return Elements(given[0].value.values, exact=False)
    _receive_unseen(frame, given)
    return None


def _scope(name: str) -> Callable[[Frame, ast.Call, list[Argument]], Value]:
    def make(frame: Frame, node: ast.Call, _: list[Argument]) -> Value:
        return Scope(name, frame.engine.source.span(node))

    return make


def _super(frame: Frame, _: ast.Call, __: list[Argument]) -> Value:
    function = frame.function
    if function is None or function.owner is None or function.self_name is None:
        return None
    return Super(function.owner, frame.lookup(function.self_name))


def _getattr(frame: Frame, node: ast.Call, given: list[Argument]) -> Value:
    """`getattr(session, "get")`; a name that is not known is a verb."""
    if len(given) < 2 or not isinstance(given[0].value, Thing):
        return None
    owner, name = given[0].value, given[1].value
    if isinstance(name, Text) and "\0" not in name.value:
        return operations.fetch(frame, _attribute(node, name.value), owner) if len(given) == 2 else None
    span = frame.engine.source.span(node)
    return Method(owner, "request", span, frame.engine.source.excerpt(node)) if owner.kind is Kind.SESSION else None


def _attribute(node: ast.Call, name: str) -> ast.Attribute:
    return ast.copy_location(ast.Attribute(node.args[0], name, ast.Load()), node)


def _partial(frame: Frame, _: ast.Call, given: list[Argument]) -> Value:
    for argument in given:
        operations.keep(frame, argument.value)
    return None


def _range(_: Frame, __: ast.Call, given: list[Argument]) -> Value:
    """`range(3)`: three rounds stand for more."""
    numbers = [a.value.value for a in given if isinstance(a.value, Constant) and isinstance(a.value.value, int)]
    if len(numbers) != len(given) or not numbers or len(numbers) > 2:
        return Elements((None,), exact=False)
    count = numbers[0] if len(numbers) == 1 else numbers[1] - numbers[0]
    return Elements((None,) * max(0, min(count, 3)))


def _join_path(_: Frame, __: ast.Call, given: list[Argument]) -> Value:
    """`os.path.join(folder, "badge.png")`."""
    return texts.joined([piece for argument in given for piece in (argument.value, Text("/"))][:-1])


_SPECIAL: dict[str, Callable[[Frame, ast.Call, list[Argument]], Value]] = {
    **dict.fromkeys(callees.GATHERING, _gather),
    **dict.fromkeys(callees.TASKS, _wrap),
    **dict.fromkeys(callees.WRAPPERS, _wrap),
    **dict.fromkeys(callees.RUNNERS, _run),
    **dict.fromkeys(callees.WAITING, _wait),
    **dict.fromkeys(callees.COMPLETING, _as_completed),
    **{name: _scope(name) for name in callees.SCOPES},
    "super": _super,
    "getattr": _getattr,
    "functools.partial": _partial,
    "range": _range,
    "re.compile": lambda *_: Imported("re"),  # a pattern has the functions of `re`
    "os.path.join": _join_path,
}

__all__ = ["VERBS", "Argument", "arguments", "call", "consume", "receive"]
