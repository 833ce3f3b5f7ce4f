"""A right program, and which of its names are aiohttp's.

The analysis is what is measured, so it is not asked. A name counts as a response where plain syntax says so: an
`async with` or `await` of a request of something that is named a session, or an annotation, in a file that imports
aiohttp and no other client of the same protocol.
"""

from __future__ import annotations

import ast
import dataclasses
import functools
import re
import warnings
from collections.abc import Iterator

VERBS = frozenset("get post put patch delete head options request".split())
READS = frozenset({"text", "json", "read"})
Function = ast.FunctionDef | ast.AsyncFunctionDef

_SESSION = re.compile(r"session|client|http|sess$", re.IGNORECASE)
_RIVALS = re.compile(
    r"^\s*(?:from|import)\s+(?:httpx|curl_cffi|playwright|niquests|rnet|primp|tornado|sqlalchemy|redis|aioredis|asks"
    r"|tls_client|async_tls_client|pyppeteer|aiomysql|asyncpg|quart|starlette|fastapi|hass_nabucasa|aiobotocore|aiosonic)\b",
    re.MULTILINE,
)
_IMPORT = re.compile(r"^\s*(?:from aiohttp|import aiohttp)\b", re.MULTILINE)
_HINTS = {"ClientResponse": "response", "ClientWebSocketResponse": "socket", "ClientSession": "session"}
_SESSION_HINTS = frozenset({"aiohttp.ClientSession", "ClientSession"})


@dataclasses.dataclass(frozen=True)
class Edit:
    """Bytes of the text, from `start` to `end`, that become `new`."""

    start: int
    end: int
    new: str


@dataclasses.dataclass(frozen=True)
class Names:
    """The names of one function that are certainly aiohttp's."""

    function: Function
    responses: frozenset[str]
    sockets: frozenset[str]
    sessions: frozenset[str]


class Program:
    """A text and its tree; raises SyntaxError where the text is no Python."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.data = text.encode()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.tree = ast.parse(text)
        self.parents = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}
        self._starts = [0]
        for line in re.split(rb"(?<=\n)", self.data):
            self._starts.append(self._starts[-1] + len(line))

    @property
    def is_aiohttp(self) -> bool:
        """Whether the file imports aiohttp, and nothing that is used in the same way."""
        return bool(_IMPORT.search(self.text)) and not _RIVALS.search(self.text) and "\r" not in self.text

    def offset(self, line: int, column: int) -> int:
        """Give the byte at which a place of the tree stands."""
        return self._starts[line - 1] + column

    def edit(self, node: ast.expr | ast.stmt, new: str) -> Edit:
        """Put `new` in the place of a node."""
        return Edit(*self.extent(node), new)

    def extent(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Give the bytes of a node, its end exclusive."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    def code(self, node: ast.expr | ast.stmt) -> str:
        """Give the text of a node."""
        start, end = self.extent(node)
        return self.data[start:end].decode()

    def lines(self, node: ast.stmt) -> tuple[int, int]:
        """Give the bytes of the whole lines of a statement."""
        assert node.end_lineno is not None
        return self._starts[node.lineno - 1], self._starts[node.end_lineno]

    def with_edits(self, *edits: Edit) -> str:
        """Give the text after edits that do not overlap."""
        data = self.data
        for edit in sorted(edits, key=lambda each: each.start, reverse=True):
            data = data[: edit.start] + edit.new.encode() + data[edit.end :]
        return data.decode()

    def makes_session(self, attribute: str) -> bool:
        """Whether something in the file says that an attribute of this name is a session."""
        said = rf"\.{re.escape(attribute)}\s*(?::[^=\n]*ClientSession|=[^=\n]*ClientSession\()"
        return bool(re.search(said, self.text))

    @functools.cached_property
    def functions(self) -> list[Names]:
        """Give what each function names."""
        return [_names(node) for node in ast.walk(self.tree) if isinstance(node, Function)]


def own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """Give the nodes of a function that are not in a function inside it."""
    for child in ast.iter_child_nodes(function):
        if not isinstance(child, Function | ast.Lambda | ast.ClassDef):
            yield child
            yield from own_nodes(child)


def is_request(node: ast.expr, verbs: frozenset[str] = VERBS) -> bool:
    """Whether an expression is a request of a session."""
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr=verb)) if verb in verbs:
            return is_session(owner) or (verb == "request" and ast.unparse(owner) == "aiohttp")
        case _:
            return False


def is_session(node: ast.expr) -> bool:
    """Whether an expression makes a session, or is named as one."""
    match node:
        case ast.Call(func=func):
            return ast.unparse(func) in _SESSION_HINTS
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return bool(_SESSION.search(name)) and name != "aiohttp"
        case _:
            return False


def _names(function: Function) -> Names:
    found: dict[str, set[str]] = {"response": set(), "socket": set(), "session": set(), "": set()}
    for name, value in _bindings(function):
        found[_kind(value)].add(name)
    for arg in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]:
        hint = ast.unparse(arg.annotation).strip("\"'") if arg.annotation else ""
        found[_HINTS.get(hint.rpartition(".")[2], "")].add(arg.arg)
    kinds = (found["response"], found["socket"], found["session"])
    return Names(function, *(frozenset(names - found[""]) for names in kinds))


def _bindings(function: Function) -> Iterator[tuple[str, ast.expr | None]]:
    """Give the names that a function binds, with what to where that is one value for one name."""
    nodes = list(own_nodes(function))
    alone: dict[ast.AST, ast.expr] = {}
    for node in nodes:
        match node:
            case ast.withitem(context_expr=made, optional_vars=ast.Name() as name):
                alone[name] = made
            case ast.Assign(targets=[ast.Name() as name], value=made):
                alone[name] = made
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, alone.get(node)


def _kind(made: ast.expr | None) -> str:
    """Say what a name is bound to; nothing where it is none of aiohttp's."""
    inner = made.value if isinstance(made, ast.Await) else made
    if inner is None:
        return ""
    if is_request(inner):
        return "response"
    if is_request(inner, frozenset({"ws_connect"})):
        return "socket"
    return "session" if isinstance(inner, ast.Call) and is_session(inner) else ""
