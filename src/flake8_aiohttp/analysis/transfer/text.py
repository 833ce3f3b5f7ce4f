"""Strings, bodies that were read, and files they are written to: where evidence of binary content arises."""

from __future__ import annotations

import ast
import dataclasses

from flake8_aiohttp.aiohttp_model.media import binary_name
from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.analysis.domain.limits import MOST_CHARACTERS
from flake8_aiohttp.analysis.domain.values import (
    AbstractObject,
    Argument,
    BodyValue,
    MemberValue,
    OpenFile,
    SequenceValue,
    Task,
    Text,
    Value,
)
from flake8_aiohttp.analysis.journal.entries import Expression, Role, Usage
from flake8_aiohttp.analysis.machine.machine import Machine
from flake8_aiohttp.analysis.transfer import escapes, roundtrip
from flake8_aiohttp.analysis.transfer.arguments import consume
from flake8_aiohttp.library_model.takers import BYTE_FILES, HASHES

_STRIPPING = frozenset({"strip", "rstrip", "lstrip"})
_TAKING = frozenset({"update", "write"})
_PLAIN = _STRIPPING | {"lower", "upper"}


def joined(pieces: list[Value]) -> Text | None:
    """Put strings together; unknown pieces become NUL, and all unknown is no string."""
    texts = [piece.value if isinstance(piece, Text) else "\0" for piece in pieces]
    settled = all(piece.settled for piece in pieces if isinstance(piece, Text))
    if sum(map(len, texts)) > MOST_CHARACTERS:
        return None
    return Text("".join(texts), settled) if any(text != "\0" for text in texts) else None


def formatted(machine: Machine, node: ast.JoinedStr) -> Value:
    """Evaluate an f-string."""
    pieces: list[Value] = []
    for part in node.values:
        inner = part.value if isinstance(part, ast.FormattedValue) else part
        value = machine.evaluate(inner)
        if isinstance(part, ast.FormattedValue):
            show(machine, value, "an f-string")
            if isinstance(part.format_spec, ast.JoinedStr):
                formatted(machine, part.format_spec)
        pieces.append(value)
    return joined(pieces)


def template(machine: Machine, node: ast.expr) -> Value:
    """Evaluate a t-string, an `ast.TemplateStr` of Python 3.14: it holds its values as they are; only a format is text.

    Whoever renders it may await them; what becomes of them is not followed.
    """
    for part in node.values:  # type: ignore[attr-defined]
        if not isinstance(part, ast.Constant):
            escapes.escape(machine, machine.evaluate(part.value))
            if part.format_spec is not None:
                formatted(machine, part.format_spec)
    return None


def show(machine: Machine, value: Value, where: str) -> None:
    """Put a value into a string."""
    if isinstance(value, AbstractObject) and value.kind is Kind.RESPONSE:
        consume(machine, value, "print")
    elif value is not None:
        escapes.use(machine, value, Usage.FORMATTED, where)


def _insert(machine: Machine, value: Value, method: str) -> None:
    """Put a value into a string by `format`, which takes anything, or `join`, which takes strings alone."""
    if method == "join" and isinstance(value, MemberValue):
        escapes.use(machine, value, Usage.ARGUMENT, ".join")
    else:
        show(machine, value, f"`.{method}()`")


def percent(machine: Machine, left: Text, right: Value) -> Value:
    """`"…%s" % value`."""
    for value in right.values if isinstance(right, SequenceValue) else (right,):
        show(machine, value, "a `%` format")
    tail = left.value.replace("%%", "%").rpartition("%")[2]
    return Text("\0" + tail[1:]) if "%" in left.value else left


def call(machine: Machine, node: ast.Call, func: ast.Attribute, receiver: Value, given: list[Argument]) -> Value:
    """Call a method of a string (or of a path), of a body that was read, or of an open file."""
    if isinstance(receiver, OpenFile):
        return _write(machine, func.attr, receiver, given)
    if isinstance(receiver, BodyValue):
        return _call_on_body(machine, node, func, receiver, given)
    assert isinstance(receiver, Text)
    if func.attr in {"format", "join"}:
        for argument in given:
            for value in argument.value.values if isinstance(argument.value, SequenceValue) else (argument.value,):
                _insert(machine, value, func.attr)
        brace = receiver.value.rpartition("}")[2]
        return Text("\0" + brace) if func.attr == "format" and "}" in receiver.value else None
    if func.attr == "open":
        return open_file([Argument(node, receiver), *given])
    for argument in given:
        if isinstance(argument.value, BodyValue):
            _write_to_path(machine, receiver.value, func.attr, argument.value)
        escapes.use(machine, argument.value, Usage.ARGUMENT, f".{func.attr}")
    return receiver if func.attr in _PLAIN else None


def _write_to_path(machine: Machine, path: str, method: str, body: BodyValue) -> None:
    """Write down a body that a method writes to a path as bytes, or as text where the path's name says bytes."""
    if method == "write_bytes":
        escapes.sink(machine, body, Usage.BYTES_TAKER, ".write_bytes")
    elif method == "write_text" and binary_name(path):
        escapes.sink(machine, body, Usage.BINARY_FILE, path.rpartition(".")[2])


def _call_on_body(
    machine: Machine, node: ast.Call, func: ast.Attribute, body: BodyValue, given: list[Argument]
) -> Value:
    for argument in given:
        escapes.use(machine, argument.value, Usage.ARGUMENT, f".{func.attr}")
    if body.name == "text" and func.attr == "encode" and isinstance(func.value, ast.Await):
        if roundtrip.gives_the_bytes(machine, node, func.value.value):
            _note_encoded(machine, node, body, func.value.value)
        return BodyValue("read", machine.facts.source.span(node))
    if body.name == "read" and (text := roundtrip.decoded_again(node)) is not None:
        _note_encoded(machine, text.encode, body, text.read, Usage.DECODED)
    if func.attr in _STRIPPING:
        return dataclasses.replace(body, empty=None)  # a blank line is no end
    return body if func.attr in _PLAIN else None


def _note_encoded(machine: Machine, node: ast.Call, body: BodyValue, read: ast.expr, *more: Usage) -> None:
    if machine.mode.muted or not isinstance(read, ast.Call) or not isinstance(read.func, ast.Attribute):
        return
    source = machine.facts.source
    receiver = source.excerpt(read.func.value)
    expression = Expression(
        source.span(node), source.excerpt(node), Kind.RESPONSE, receiver, body.name, machine.invocation.asynchronous
    )
    for usage in (Usage.ENCODED, *more):
        machine.journal.recorder.use(expression, Role.TEXT, usage, target=body.span)


def open_file(given: list[Argument]) -> Value:
    """`open(name, mode)`: a file for bytes, or one whose name is binary, takes no text."""
    texts = {index: a.value for index, a in enumerate(given) if isinstance(a.value, Text)}
    mode = next((a.value for a in given if a.keyword == "mode"), texts.get(1))
    name = texts.get(0)
    if not isinstance(mode, Text) or not set(mode.value) & set("wax"):
        return None
    if "b" in mode.value:
        return OpenFile()
    if name is not None and binary_name(name.value):
        return OpenFile(name.value.rpartition(".")[2])
    return None


def bytes_taker(maker: str, given: list[Argument]) -> Value:
    """`io.BytesIO()`, `hashlib.sha256()`, `NamedTemporaryFile()`: what is written to them, or added, is bytes."""
    told = any(argument.keyword in {None, "mode"} for argument in given)
    takes_bytes = maker == "io.BytesIO" or maker in HASHES or (maker in BYTE_FILES and not told)
    return OpenFile(maker=maker) if takes_bytes else None


def entered_file(value: Value) -> Value:
    """Give what `with open(…) as f` (or `async with aiofiles.open(…)`) binds."""
    return value if isinstance(value, OpenFile) else value.inner if isinstance(value, Task) else None


def _write(machine: Machine, name: str, file: OpenFile, given: list[Argument]) -> Value:
    for argument in given:
        if name in _TAKING and isinstance(argument.value, BodyValue):
            usage = Usage.BINARY_FILE if file.extension else Usage.BYTES_TAKER if file.maker else Usage.BYTES_FILE
            escapes.sink(machine, argument.value, usage, file.extension or file.maker)
        elif name in _TAKING or name == "writelines":
            escapes.use(machine, argument.value, Usage.ARGUMENT, f".{name}")
        else:
            escapes.escape(machine, argument.value)
    return None
