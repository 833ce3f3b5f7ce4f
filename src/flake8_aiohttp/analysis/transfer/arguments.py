"""Arguments of a call, and what callees do with what they are given."""

from __future__ import annotations

import ast
import dataclasses
from typing import TYPE_CHECKING

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.analysis.domain.values import (
    AbstractObject,
    BodyValue,
    BoundMethod,
    Coroutine,
    DictValue,
    MemberValue,
    SequenceValue,
    Value,
    parts,
)
from flake8_aiohttp.analysis.journal.recorder import Role, Usage
from flake8_aiohttp.analysis.transfer import escapes
from flake8_aiohttp.library_model import callees

if TYPE_CHECKING:
    from flake8_aiohttp.analysis.interpreter.frame import Frame


@dataclasses.dataclass(frozen=True, slots=True)
class Argument:
    """An argument as it was given: its value, and the keyword or `*` it came with."""

    node: ast.expr
    value: Value
    keyword: str | None = None
    starred: bool = False


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
    escapes.use(frame, value, Usage.UNPACKED)
    return None if isinstance(value, (Coroutine, BoundMethod)) else value


def receive(frame: Frame, callee: str, given: list[Argument]) -> Value:
    """Give arguments to a callee that is known by name, or to one that is not known at all."""
    last = callee.rpartition(".")[2]
    if callee in callees.AWAITABLE_TESTS:
        for argument in given:
            escapes.use(frame, argument.value, Usage.EXAMINED)
        return None
    if last in callees.STREAM_WRAPPERS:
        streams = [
            a.value for a in given if isinstance(a.value, MemberValue) and a.value.kind in {Kind.STREAM, Kind.CHUNKS}
        ]
        if streams:
            return SequenceValue(tuple(streams))
    consumes = callee in callees.CONSUMING or f".{last}" in callees.CONSUMING
    if any(argument.keyword == "default" for argument in given):
        consumes = False  # json.dumps(…, default=str) takes anything
    for argument in given:
        if consumes:
            consume(frame, argument.value, callee)
        elif callee not in callees.LOOKING:
            escapes.escape(frame, argument.value)
    return None


def consume(frame: Frame, value: Value, callee: str, *, shows: bool = False) -> None:
    """Give a value to a callee that takes data: neither awaited nor called nor kept; one that `shows` prints it."""
    shows = shows or callee in callees.PRINTING
    if callee == "len" and isinstance(value, (SequenceValue, DictValue)):
        return
    match value:
        case SequenceValue() | DictValue():
            for part in parts(value):
                consume(frame, part, callee, shows=shows)
        case BodyValue() if callee in callees.BINARY_SINKS:
            escapes.sink(frame, value, f"`{callee}` takes bytes")
        case AbstractObject(kind=Kind.RESPONSE) if shows:
            _note_printed(frame, value, callee)
        case AbstractObject(kind=kind) if shows and kind not in {Kind.REQUEST, Kind.SOCKET_REQUEST}:
            return
        case MemberValue(kind=Kind.URL) if callee not in callees.URL_TAKING:
            return
        case Coroutine() | BoundMethod() | MemberValue():
            escapes.use(frame, value, Usage.ARGUMENT, callee)
        case _:
            escapes.escape(frame, value)


def _note_printed(frame: Frame, value: AbstractObject, callee: str) -> None:
    """Write down that a response itself was shown."""
    last_read = frame.engine.last_read.get(value.site)
    if last_read is not None:  # else there is no name to speak of
        escapes.note(frame, last_read, Role.OBJECT, Usage.FORMATTED, value.kind, detail=callee)


def receive_unseen(frame: Frame, given: list[Argument]) -> None:
    """Give arguments to what cannot be seen."""
    for argument in given:
        escapes.escape(frame, argument.value)


def receive_by_request(frame: Frame, given: list[Argument]) -> None:
    """Give arguments to a method of aiohttp: it takes data, and reads streams itself."""
    for argument in given:
        if isinstance(argument.value, (Coroutine, BoundMethod)):
            escapes.use(frame, argument.value, Usage.ARGUMENT, "the request")
        else:
            escapes.escape(frame, argument.value)
