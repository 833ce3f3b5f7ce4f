"""The mistakes that are put in: each takes a right program and gives wrong ones, with one mistake each."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Callable, Iterator

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.aiohttp_model.versions import members
from tests.injected.destinations import is_unseen, where
from tests.injected.programs import READS, Edit, Names, Program, is_request, is_session, own_nodes

_STREAMS = frozenset({"iter_chunked", "iter_any", "iter_chunks"})
_CLOSED = frozenset({"close"})
_PLAIN = frozenset("status ok reason headers raise_for_status url content_type".split()) | READS
_LATE_HELPER = "\n\nasync def read_it_late(response):\n    return await response.{method}({arguments})\n"


@dataclasses.dataclass(frozen=True)
class Mistake:
    """A wrong text; `line` is where the mistake was put in, `where` what the value is used for there.

    It is `unseen` where the value goes on to what no rule may judge: an unknown callee, an attribute, a caller.
    """

    kind: str
    text: str
    line: int
    where: str = ""
    unseen: bool = False


Maker = Callable[[Program, Names], Iterator[Mistake]]
MAKERS: dict[str, Maker] = {}


def _maker(kind: str) -> Callable[[Maker], Maker]:
    def register(maker: Maker) -> Maker:
        MAKERS[kind] = maker
        return maker

    return register


def mistakes(program: Program) -> Iterator[Mistake]:
    """Give all wrong programs that one mistake makes of a right one; a few may not compile."""
    if program.is_aiohttp:
        for names in program.functions:
            for maker in MAKERS.values():
                yield from maker(program, names)


def _awaits(names: Names) -> Iterator[tuple[ast.Await, ast.Call, ast.expr, str]]:
    """Give each awaited call of a method: the await, the call, the method's object and name."""
    for node in own_nodes(names.function):
        match node:
            case ast.Await(value=ast.Call(func=ast.Attribute(value=owner, attr=name)) as call):
                yield node, call, owner, name


def _body_reads(names: Names) -> Iterator[tuple[ast.Await, ast.Call, ast.expr, str]]:
    for node, call, owner, name in _awaits(names):
        if isinstance(owner, ast.Name) and owner.id in names.responses and name in READS:
            yield node, call, owner, name


@_maker("body-await")
def _body_await(program: Program, names: Names) -> Iterator[Mistake]:
    for node, call, _, _ in _body_reads(names):
        text = program.with_edits(program.edit(node, program.code(call)))
        yield Mistake("body-await", text, node.lineno, where(program, node), is_unseen(program, names, node))


@_maker("request-await")
def _request_await(program: Program, names: Names) -> Iterator[Mistake]:
    for node, call, _, _ in _awaits(names):
        entered = isinstance(program.parents[node], ast.withitem)
        if is_request(call) and not entered and not isinstance(program.parents[node], ast.Return):
            if not _is_asked_as_a_response(program, names, node):
                continue
            text = program.with_edits(program.edit(node, program.code(call)))
            yield Mistake("request-await", text, node.lineno, where(program, node), is_unseen(program, names, node))


def _is_asked_as_a_response(program: Program, names: Names, node: ast.Await) -> bool:
    """Whether nothing is asked of what a request gives that a response of aiohttp's has not: else it is no such one."""
    match program.parents[node]:
        case ast.Assign(targets=[ast.Name(id=bound)]):
            asked = (
                each.attr
                for each in own_nodes(names.function)
                if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == bound
            )
            return all(attribute in members(Kind.RESPONSE) for attribute in asked)
    return True


@_maker("socket-await")
def _socket_await(program: Program, names: Names) -> Iterator[Mistake]:
    for node, call, owner, name in _awaits(names):
        socket = isinstance(owner, ast.Name) and owner.id in names.sockets
        if socket and isinstance(program.parents[node], ast.Expr) and (name.startswith("send_") or name in _CLOSED):
            yield Mistake("socket-await", program.with_edits(program.edit(node, program.code(call))), node.lineno)


@_maker("close-await")
def _close_await(program: Program, names: Names) -> Iterator[Mistake]:
    for node, call, owner, name in _awaits(names):
        session = isinstance(owner, ast.Name) and owner.id in names.sessions
        kept = isinstance(owner, ast.Attribute) and program.makes_session(owner.attr)
        if (session or kept) and name in _CLOSED and isinstance(program.parents[node], ast.Expr):
            text = program.with_edits(program.edit(node, program.code(call)))
            yield Mistake("close-await", text, node.lineno, "self" if kept else "name")


@_maker("plain-with")
def _plain_with(program: Program, names: Names) -> Iterator[Mistake]:
    for node in own_nodes(names.function):
        if isinstance(node, ast.AsyncWith) and all(_is_ours(item.context_expr) for item in node.items):
            yield Mistake("plain-with", program.with_edits(_without_async(program, node)), node.lineno)


def _is_ours(node: ast.expr) -> bool:
    return is_request(node) or (isinstance(node, ast.Call) and is_session(node))


def _without_async(program: Program, node: ast.stmt) -> Edit:
    start, end = program.extent(node)
    head = re.match(rb"async\s+", program.data[start:end])
    assert head is not None
    return Edit(start, start + head.end(), "")


@_maker("plain-for")
def _plain_for(program: Program, names: Names) -> Iterator[Mistake]:
    for node in own_nodes(names.function):
        if isinstance(node, ast.AsyncFor) and _stream_of(node.iter) in names.responses:
            yield Mistake("plain-for", program.with_edits(_without_async(program, node)), node.lineno)


def _stream_of(node: ast.expr) -> str:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Attribute(value=ast.Name(id=name), attr="content"), attr=method)):
            return name if method in _STREAMS else ""
        case ast.Attribute(value=ast.Name(id=name), attr="content"):
            return name
        case _:
            return ""


@_maker("status-code")
def _status_code(program: Program, names: Names) -> Iterator[Mistake]:
    for node in own_nodes(names.function):
        match node:
            case ast.Attribute(value=ast.Name(id=name) as owner, attr="status", ctx=ast.Load()):
                if name in names.responses:
                    text = program.with_edits(program.edit(node, f"{program.code(owner)}.status_code"))
                    yield Mistake("status-code", text, node.lineno)


@_maker("uncalled")
def _uncalled(program: Program, names: Names) -> Iterator[Mistake]:
    for node, call, _, _ in _body_reads(names):
        if call.args or call.keywords:
            continue  # nobody could know them again
        text = program.with_edits(program.edit(node, program.code(call.func)))
        yield Mistake("uncalled", text, node.lineno, where(program, node), is_unseen(program, names, node))


@_maker("uncalled-awaited")
def _uncalled_awaited(program: Program, names: Names) -> Iterator[Mistake]:
    for _, call, _, _ in _body_reads(names):
        if call.args or call.keywords:
            continue
        text = program.with_edits(program.edit(call, program.code(call.func)))
        yield Mistake("uncalled-awaited", text, call.lineno)


@_maker("read-content")
def _read_content(program: Program, names: Names) -> Iterator[Mistake]:
    for node, _, owner, name in _body_reads(names):
        if name == "read":
            text = program.with_edits(program.edit(node, f"{program.code(owner)}.content"))
            yield Mistake("read-content", text, node.lineno, where(program, node), is_unseen(program, names, node))


@_maker("encode-roundtrip")
def _encode_roundtrip(program: Program, names: Names) -> Iterator[Mistake]:
    for node, _, owner, name in _body_reads(names):
        if name == "read":
            response = program.code(owner)
            new = f"(await {response}.text()).encode({response}.get_encoding())"
            yield Mistake("encode-roundtrip", program.with_edits(program.edit(node, new)), node.lineno)


@_maker("needless-await")
def _needless_await(program: Program, names: Names) -> Iterator[Mistake]:
    for node in own_nodes(names.function):
        match node:
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="raise_for_status")) as call):
                if name in names.responses and isinstance(names.function, ast.AsyncFunctionDef):
                    text = program.with_edits(program.edit(call, f"await {program.code(call)}"))
                    yield Mistake("needless-await", text, node.lineno)


@_maker("url-as-string")
def _url_as_string(program: Program, names: Names) -> Iterator[Mistake]:
    for node in own_nodes(names.function):
        match node:
            case ast.Call(
                func=ast.Name(id="str"), args=[ast.Attribute(value=ast.Name(id=name), attr="url") as url], keywords=[]
            ):
                parent = program.parents[node]
                used = isinstance(parent, ast.Attribute | ast.Subscript | ast.BinOp) or (
                    isinstance(parent, ast.Compare) and isinstance(parent.ops[0], ast.In)
                )
                if name in names.responses and used:
                    yield Mistake(
                        "url-as-string", program.with_edits(program.edit(node, program.code(url))), node.lineno
                    )


@dataclasses.dataclass(frozen=True)
class _LastRead:
    """A block of a response whose last statement is the only one that reads it."""

    block: ast.AsyncWith
    statement: ast.stmt
    read: ast.Await
    method: str
    arguments: str
    response: str


def _last_reads(program: Program, names: Names) -> Iterator[_LastRead]:
    for block in own_nodes(names.function):
        if not isinstance(block, ast.AsyncWith) or not is_request(block.items[-1].context_expr):
            continue
        statement = block.body[-1]
        bound = block.items[-1].optional_vars
        if not isinstance(bound, ast.Name) or bound.id not in names.responses:
            continue
        if not isinstance(statement, ast.Assign | ast.Return | ast.Expr) or statement.lineno == block.lineno:
            continue
        reads = [each for each in _body_reads(names) if _inside(program, each[0], block) and each[2].id == bound.id]  # type: ignore[attr-defined]
        if len(reads) != 1 or not _inside(program, reads[0][0], statement) or not _only_plain(program, block, bound.id):
            continue
        read, call, _, method = reads[0]
        arguments = ", ".join(program.code(each) for each in call.args)
        keywords = ", ".join(f"{each.arg}={program.code(each.value)}" for each in call.keywords)
        yield _LastRead(block, statement, read, method, ", ".join(filter(None, [arguments, keywords])), bound.id)


def _inside(program: Program, node: ast.AST, around: ast.AST) -> bool:
    while node in program.parents:
        if node is around:
            return True
        node = program.parents[node]
    return False


def _only_plain(program: Program, block: ast.AsyncWith, name: str) -> bool:
    """Whether the block asks its response for nothing but plain members, and reads it once."""
    for node in ast.walk(block):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            parent = program.parents[node]
            if not isinstance(parent, ast.Attribute) or parent.attr not in _PLAIN:
                return False
    return True


def _moved(program: Program, last: _LastRead, read: str | None, before: ast.stmt | None, tail: str = "") -> str | None:
    """Take the last statement out of its block, and put it behind it or before another statement.

    Its read becomes `read`, where that is given. None where lines that go on would be indented anew.
    """
    start, end = program.lines(last.statement)
    code = program.data[start:end].decode()
    if program.data[start : program.extent(last.statement)[0]].strip() or '"""' in code or "'''" in code:
        return None
    if read is not None:
        first, stop = program.extent(last.read)
        code = (program.data[start:first] + read.encode() + program.data[stop:end]).decode()
    target = before or last.block
    new = " " * target.col_offset + code[last.statement.col_offset :]
    kept = len(last.block.body) > 1
    filling = "" if kept else " " * last.statement.col_offset + "pass\n"
    place = program.lines(target)[0] if before else end
    edits = [Edit(start, end, filling)] if place != end else [Edit(start, end, filling + new)]
    if place != end:
        edits.append(Edit(place, place, new))
    return program.with_edits(*edits) + tail


@_maker("read-behind-block")
def _read_behind_block(program: Program, names: Names) -> Iterator[Mistake]:
    for last in _last_reads(program, names):
        text = _moved(program, last, None, None)
        if text:
            yield Mistake("read-behind-block", text, last.statement.lineno)


@_maker("read-at-end")
def _read_at_end(program: Program, names: Names) -> Iterator[Mistake]:
    for last in _last_reads(program, names):
        final = names.function.body[-1]
        if _inside(program, last.block, final) or isinstance(last.statement, ast.Return):
            continue
        if isinstance(final, ast.Return | ast.Raise):
            text = _moved(program, last, None, final)
            if text:
                yield Mistake("read-at-end", text, last.statement.lineno)


@_maker("read-in-late-helper")
def _read_in_late_helper(program: Program, names: Names) -> Iterator[Mistake]:
    for last in _last_reads(program, names):
        tail = _LATE_HELPER.format(method=last.method, arguments=last.arguments if last.arguments.isascii() else "")
        if re.search(r"[A-Za-z_]\w*(?!\w*=)", re.sub(r"\w+=|None|True|False|\"[^\"]*\"|'[^']*'", "", last.arguments)):
            continue
        text = _moved(program, last, f"await read_it_late({last.response})", None, tail)
        if text:
            yield Mistake("read-in-late-helper", text, last.statement.lineno)
