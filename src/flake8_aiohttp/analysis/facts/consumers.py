"""What takes a value, and whether it would take a value of another type in its place.

A fix may put bytes where a text was, or the body where its coroutine was. It is right only where all that the value
reaches takes the new type; this follows the value by syntax alone, through the names it is bound to in its function.
Unlike the interpreter it misses no use: what it cannot read is unknown.
"""

from __future__ import annotations

import ast
import enum
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from flake8_aiohttp.finding import Span
from flake8_aiohttp.library_model.callees import OPENERS
from flake8_aiohttp.library_model.takers import (
    BYTE_FILES,
    BYTES_ALONE,
    COMPRESSED_FILES,
    EITHER,
    FILES,
    HASHES,
    PARSERS,
    TEXT_ALONE,
)
from flake8_aiohttp.python.scopes import blocks
from flake8_aiohttp.python.source import Source, children, walk


class Fit(enum.IntEnum):
    """Whether what a value reaches takes a type, from the best answer to the worst."""

    TAKEN = 0  # all of it does
    UNKNOWN = 1
    KEYED = 2  # it is asked for what stands under a key, and nobody knows of which type that is
    REFUSED = 3  # something there raises TypeError, or is never equal
    LACKING = 4  # the type has no such member or key


class ValueType(enum.Enum):
    """The type of a body, by the method that reads it; what JSON gives may be any of several."""

    TEXT = (str,)
    BYTES = (bytes,)
    JSON = (dict, list, str)

    def has(self, member: str) -> bool:
        """Whether a value of this type has such an attribute."""
        return any(hasattr(each, member) for each in self.value)


BODY_TYPES = {
    **dict.fromkeys(("text", "receive_str"), ValueType.TEXT),
    **dict.fromkeys(("read", "receive_bytes"), ValueType.BYTES),
    **dict.fromkeys(("json", "receive_json"), ValueType.JSON),
}
"""What the body methods give, and those by which a WebSocket receives."""

_BY_CODEC = {"bytearray": ValueType.TEXT, "bytes": ValueType.TEXT, "str": ValueType.BYTES}
"""What these builtins take where they are told a codec, too."""

_SAME_TYPE = frozenset("lower lstrip replace rstrip strip upper".split())
_MODE = frozenset("rwaxbt+")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_BRANCHING = (*_FUNCTIONS, ast.ClassDef, ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.Match)
_SCOPES = (*_FUNCTIONS, ast.Module)


class Consumers:
    """Asks of a file's expressions what takes their values."""

    def __init__(self, source: Source, imports: dict[str, str]) -> None:
        self._source = source
        self._imports = imports
        self._mentions: dict[ast.AST, defaultdict[str, list[ast.AST]]] = {}

    def fit(self, span: Span, given: ValueType) -> Fit:
        """Say whether all that the value of the expression at `span` reaches takes a value of type `given`.

        Where the expression is awaited, its value is what the `await` gives.
        """
        return max(self._fits(span, given), default=Fit.UNKNOWN)

    def is_read_before(self, span: Span, receiver: str) -> bool:
        """Whether the body of a response, by its source, is read in any case before the expression at `span`."""
        for node in self._at(span)[:1]:
            place: ast.AST = node
            while not isinstance(place, _SCOPES):
                around = self._parents[place]
                for suite in blocks(around) if isinstance(around, ast.stmt) else [getattr(around, "body", [])]:
                    before = suite[: suite.index(place)] if isinstance(place, ast.stmt) and place in suite else []
                    if any(_reads(each, receiver) for each in before if not isinstance(each, _BRANCHING)):
                        return True
                if isinstance(place, ast.Call) and _reads(place.func, receiver):
                    return True
                place = around
        return False

    def _fits(self, span: Span, given: ValueType) -> Iterator[Fit]:
        for node in self._at(span)[:1]:
            yield from self._reached(node, given, frozenset())

    def _at(self, span: Span) -> list[ast.expr]:
        starting = self._starting[span.line, self._source.byte_column(span)]
        return [node for node in starting if self._source.span(node) == span]

    @cached_property
    def _starting(self) -> defaultdict[tuple[int, int], list[ast.expr]]:
        """The expressions by where they begin, as `ast` counts: a line may be a whole program."""
        starting: defaultdict[tuple[int, int], list[ast.expr]] = defaultdict(list)
        for node in self._parents:
            if isinstance(node, ast.expr):
                starting[node.lineno, node.col_offset].append(node)
        return starting

    @cached_property
    def _parents(self) -> dict[ast.AST, ast.AST]:
        return {child: node for node in ast.walk(self._source.tree) for child in children(node)}

    def _reached(self, node: ast.AST, given: ValueType, seen: frozenset[str]) -> Iterator[Fit]:
        """Say of each thing that the value of `node` reaches whether it takes the type; `seen` names are done."""
        parent = self._parents[node]
        match parent:
            case ast.Await():
                yield from self._reached(parent, given, seen)
            case ast.NamedExpr(target=ast.Name() as name):
                yield from self._named(name, given, seen)
                yield from self._reached(parent, given, seen)
            case ast.Assign(targets=[ast.Name() as name]):
                yield from self._named(name, given, seen)
            case ast.AnnAssign(target=ast.Name() as name, annotation=annotation):
                if given is ValueType.BYTES and ast.unparse(annotation) == "str":
                    yield Fit.REFUSED
                yield from self._named(name, given, seen)
            case ast.IfExp(test=test):
                yield from [Fit.TAKEN] if node is test else self._reached(parent, given, seen)
            case ast.Attribute():
                yield from self._asked(parent, given, seen)
            case ast.Call() | ast.keyword():
                yield self._argument(node, parent, given)
            case _:
                yield from self._met(node, parent, given, seen)

    def _met(self, node: ast.AST, parent: ast.AST, given: ValueType, seen: frozenset[str]) -> Iterator[Fit]:
        """Say whether an operator, subscript or statement takes a type."""
        match parent:
            case ast.Expr() | ast.If() | ast.While() | ast.Assert() | ast.UnaryOp(op=ast.Not()):
                yield Fit.TAKEN
            case ast.Subscript(value=value, slice=ast.Slice()) if value is node and given is not ValueType.JSON:
                yield from self._reached(parent, given, seen)
            case ast.Subscript(value=value, slice=ast.Constant(value=str())) if value is node:
                yield Fit.UNKNOWN if given is ValueType.JSON else Fit.LACKING
            case ast.Subscript(value=value, slice=key) if value is node and given is not ValueType.JSON:
                yield Fit.UNKNOWN if isinstance(key, ast.Constant | ast.UnaryOp) else Fit.KEYED
            case ast.UnaryOp() if given is not ValueType.JSON:
                yield Fit.LACKING
            case ast.BinOp(left=left, right=right, op=ast.Add()):
                yield _beside([left, right], given)
            case ast.Compare(left=left, comparators=others):
                yield _beside([left, *others], given)
            case ast.BoolOp(values=values):
                yield _beside(values, given)
                yield from self._reached(parent, given, seen)
            case _:
                yield Fit.UNKNOWN

    def _asked(self, attribute: ast.Attribute, given: ValueType, seen: frozenset[str]) -> Iterator[Fit]:
        """Say whether a type has an attribute, and takes what its method is given."""
        call = self._parents[attribute]
        if not given.has(attribute.attr):
            yield Fit.LACKING
        elif not isinstance(call, ast.Call) or call.func is not attribute or given is ValueType.JSON:
            yield Fit.UNKNOWN
        elif attribute.attr in {"decode", "hex"}:
            yield Fit.TAKEN
        else:
            yield _beside(call.args, given)
            if attribute.attr in _SAME_TYPE:
                yield from self._reached(call, given, seen)
            elif attribute.attr not in {"startswith", "endswith", "find", "count"}:
                yield Fit.UNKNOWN

    def _named(self, name: ast.Name, given: ValueType, seen: frozenset[str]) -> Iterator[Fit]:
        """Follow a value to all places where a name is read, in its function and in those inside it."""
        if name.id in seen:
            return
        scope = self._scope(name)
        bindings = 0
        for node in self._mentioned(scope)[name.id]:
            match node:
                case ast.Name(ctx=ast.Load()) if not self._comes_before(node, name):
                    yield from self._reached(node, given, seen | {name.id})
                case ast.Name(ctx=ast.Load()):
                    yield Fit.UNKNOWN  # what it held before, or in a loop the same
                case ast.Name():
                    bindings += 1
                case _:
                    yield Fit.UNKNOWN
        yield Fit.TAKEN if bindings == 1 and not isinstance(scope, ast.Module) else Fit.UNKNOWN

    def _mentioned(self, scope: ast.AST) -> defaultdict[str, list[ast.AST]]:
        """Give the nodes of a function that name something, and those that declare it global, by the name."""
        if scope not in self._mentions:
            mentions = self._mentions[scope] = defaultdict(list)
            for node in walk(scope):
                match node:
                    case ast.Global(names=names) | ast.Nonlocal(names=names):
                        for name in names:
                            mentions[name].append(node)
                    case ast.Name(id=name):
                        mentions[name].append(node)
        return self._mentions[scope]

    def _comes_before(self, node: ast.Name, binding: ast.Name) -> bool:
        """Whether a name is read before it is bound, or to work out what it is bound to, by the order of the lines."""
        parent = self._parents[binding]
        bound = parent.value if isinstance(parent, ast.Assign | ast.AnnAssign | ast.NamedExpr) else None
        end = (bound or binding).end_lineno, (bound or binding).end_col_offset
        return (node.lineno, node.col_offset) < end

    def _scope(self, node: ast.AST) -> ast.AST:
        while not isinstance(node, _SCOPES):
            node = self._parents[node]
        return node

    def _argument(self, node: ast.AST, parent: ast.AST, given: ValueType) -> Fit:
        """Say whether the callee that a value is an argument of takes a type."""
        if not isinstance(parent, ast.Call) or parent.args[:1] != [node]:
            return Fit.UNKNOWN
        callee = self.qualified(parent.func)
        if given is ValueType.JSON:
            return Fit.REFUSED if callee in PARSERS else Fit.UNKNOWN
        if callee in EITHER:
            return Fit.TAKEN
        if callee in FILES:
            return Fit.REFUSED
        has_codec = len(parent.args) + len(parent.keywords) > 1
        taken = _BY_CODEC.get(callee or "") if has_codec else None
        taken = taken or self._taken(callee, parent.func)
        if taken is None:
            return Fit.UNKNOWN
        return Fit.TAKEN if taken is given else Fit.REFUSED

    def _taken(self, callee: str | None, func: ast.expr) -> ValueType | None:
        """Give the one type that a callee takes first; None where it takes several, or nobody knows."""
        if callee in BYTES_ALONE:
            return ValueType.BYTES
        if callee in TEXT_ALONE:
            return ValueType.TEXT
        match func:
            case ast.Attribute(attr="write_bytes"):
                return ValueType.BYTES
            case ast.Attribute(attr="write_text"):
                return ValueType.TEXT
            case ast.Attribute(attr="write" | "update"):
                return self._object_takes(func)
            case _:
                return None

    def _object_takes(self, func: ast.Attribute) -> ValueType | None:
        """Give what `write` of a file, or `update` of a hash, takes, by all that its name is bound to."""
        makers = [func.value] if isinstance(func.value, ast.Call) else list(self._bound_to(func.value))
        taken = {self._made_for(each) if isinstance(each, ast.Call) else None for each in makers}
        return taken.pop() if len(taken) == 1 else None

    def _bound_to(self, name: ast.expr) -> Iterator[ast.expr | None]:
        """Give all that a name is bound to in its function: by an assignment or as a block's; None for another way."""
        if not isinstance(name, ast.Name):
            return
        for node in walk(self._scope(name)):
            if isinstance(node, ast.arg) and node.arg == name.id:
                yield None
            if isinstance(node, ast.Name) and node.id == name.id and not isinstance(node.ctx, ast.Load):
                match self._parents[node]:
                    case ast.withitem(context_expr=made) | ast.Assign(targets=[_], value=made):
                        yield made.value if isinstance(made, ast.Await) else made
                    case _:
                        yield None

    def _made_for(self, call: ast.Call) -> ValueType | None:
        """Give what a file or hash that a call makes takes."""
        callee = self.qualified(call.func) or ""
        if callee in HASHES or callee == "io.BytesIO":
            return ValueType.BYTES
        if callee == "io.StringIO":
            return ValueType.TEXT
        of_path = callee == "" and isinstance(call.func, ast.Attribute) and call.func.attr == "open"
        if not of_path and callee not in OPENERS | BYTE_FILES | COMPRESSED_FILES:
            return None
        places = call.args[:1] if of_path or callee in BYTE_FILES else call.args[1:2]
        modes = [*places, *(each.value for each in call.keywords if each.arg == "mode")]
        if not modes:
            return None if of_path or callee in OPENERS else ValueType.BYTES
        match modes[0]:
            case ast.Constant(value=str(mode)) if _MODE.issuperset(mode):
                binary = "t" not in mode if callee in COMPRESSED_FILES else "b" in mode
                return ValueType.BYTES if binary else ValueType.TEXT
            case _:
                return None

    def qualified(self, func: ast.expr) -> str | None:
        """Give the dotted name of a callee: of an import, or of a builtin that the file gives no other meaning."""
        match func:
            case ast.Attribute(value=value, attr=name):
                owner = self.qualified(value) if not isinstance(value, ast.Name) else self._imports.get(value.id)
                return f"{owner}.{name}" if owner else None
            case ast.Name(id=name) if name in self._imports:
                return self._imports[name]
            case ast.Name(id=name) if name not in self._bound:
                return name
            case _:
                return None

    @cached_property
    def _bound(self) -> set[str]:
        """The names that the file gives a meaning of its own."""
        names = set()
        for node in walk(self._source.tree):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                names.add(node.id)
            elif isinstance(node, ast.arg):
                names.add(node.arg)
            elif isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
                names.add(node.name)
        return names


def _reads(node: ast.AST, receiver: str) -> bool:
    """Whether something in a node calls a body method of a response."""
    return any(
        isinstance(each, ast.Call)
        and isinstance(each.func, ast.Attribute)
        and each.func.attr in BODY_TYPES
        and ast.unparse(each.func.value) == receiver
        for each in walk(node)
    )


def _beside(values: Iterable[ast.expr], given: ValueType) -> Fit:
    """Say whether a type goes together with literals that stand beside it."""
    literals = {type(value.value) for value in values if isinstance(value, ast.Constant)}
    literals |= {str for value in values if isinstance(value, ast.JoinedStr)}
    if given is ValueType.JSON or not literals:
        return Fit.UNKNOWN if given is ValueType.JSON or list(values) else Fit.TAKEN
    return Fit.TAKEN if literals <= set(given.value) else Fit.REFUSED if literals & {str, bytes} else Fit.UNKNOWN
