"""The text of a file, its tree and its lines; the one place where column units are converted."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from flake8_aiohttp.finding import Span

_NEWLINE = re.compile(r"\r\n|\r")


class Source:
    r"""A parsed file.

    Parameters: `lines`, each with its newline, as flake8 gives them (newlines are `\n`, no BOM), and
    `tree`, what `ast.parse` makes of them. Neither is changed.
    """

    def __init__(self, lines: Sequence[str], tree: ast.Module) -> None:
        self.lines = lines
        self.tree = tree
        self._spans: dict[ast.AST, Span] = {}
        self._excerpts: dict[ast.AST, str] = {}

    @classmethod
    def parse(cls, text: str, filename: str = "<unknown>") -> Source:
        """Read `text` as flake8 would; raises SyntaxError or ValueError (NUL) where it is no Python."""
        explicit = _NEWLINE.sub("\n", text.removeprefix("\ufeff"))
        return cls([line + "\n" for line in explicit.split("\n")], ast.parse(explicit, filename))

    @cached_property
    def text(self) -> str:
        """The whole file."""
        return "".join(self.lines)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *itertools.accumulate(map(len, self.lines))]

    def line_range(self, first: int, last: int) -> tuple[int, int]:
        """Give the offsets in `text` at which line `first` starts and line `last` ends."""
        return self._starts[first - 1], self._starts[min(last, len(self.lines))]

    def _column(self, line: int, byte_column: int) -> int:
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        if text.isascii():
            return byte_column
        return len(text.encode("utf-8", "surrogatepass")[:byte_column].decode("utf-8", "ignore"))

    def byte_column(self, span: Span) -> int:
        """Give the column at which a place begins as `ast` counts it: in bytes of UTF-8."""
        text = self.lines[span.line - 1] if span.line <= len(self.lines) else ""
        return span.column if text.isascii() else len(text[: span.column].encode("utf-8", "surrogatepass"))

    def span(self, node: ast.expr | ast.stmt | ast.keyword | ast.alias) -> Span:
        """Give the place of `node`: `ast` counts columns in UTF-8 bytes, a Span in code points."""
        if node not in self._spans:
            self._spans[node] = self._place(node)
        return self._spans[node]

    def _place(self, node: ast.expr | ast.stmt | ast.keyword | ast.alias) -> Span:
        end_line = node.end_lineno or node.lineno
        end_column = node.col_offset if node.end_col_offset is None else node.end_col_offset
        return Span(
            node.lineno,
            self._column(node.lineno, node.col_offset),
            end_line,
            self._column(end_line, end_column),
        )

    def excerpt(self, node: ast.expr | ast.stmt | ast.keyword | ast.alias) -> str:
        """Give the source of `node` on one line, shortened in the middle where it is long."""
        if node not in self._excerpts:
            self._excerpts[node] = self._shortened(node, 60)
        return self._excerpts[node]

    def _shortened(self, node: ast.expr | ast.stmt | ast.keyword | ast.alias, limit: int) -> str:
        span = self.span(node)
        pieces = list(self.lines[span.line - 1 : span.end_line])
        pieces[-1] = pieces[-1][: span.end_column]
        pieces[0] = pieces[0][span.column :]
        if len(pieces) > 1 and any("#" in piece for piece in pieces):
            pieces = [ast.unparse(node)]  # without its comments
        text = re.sub(r"(?<=[(\[{]) |,? (?=[)\]}])", "", " ".join(" ".join(pieces).split()))
        return text if len(text) <= limit else f"{text[: limit // 2].rstrip()}…{text[-(limit // 2 - 1) :].lstrip()}"


def walk(node: ast.AST) -> list[Any]:
    """Give a node and all nodes in it but operators, `Load`, `Store` and the like; each comes after those around it.

    Several times as fast as `ast.walk`, which counts here: two thirds of a tree are names, attributes and constants.
    """
    found: list[Any] = [node]
    for current in found:  # it grows meanwhile
        kind = type(current)
        if kind is ast.Attribute:
            found.append(current.value)
        elif kind is not ast.Name and kind is not ast.Constant:
            found += children(current)
    return found


def place_of(node: ast.Attribute) -> str:
    """Give the path by which a state knows what `owner.attribute` or `owner.holder.attribute` holds; "" for others."""
    owner = node.value
    if type(owner) is ast.Name:
        return f"{owner.id}.{node.attr}"
    if type(owner) is ast.Attribute and type(owner.value) is ast.Name:
        return f"{owner.value.id}.{owner.attr}.{node.attr}"
    return ""


_NO_NODES = frozenset(
    "arg asname attr conversion ctx id is_async kind kwd_attrs level module op ops rest simple str tag "
    "type_comment type_ignores".split()
)
"""Fields that hold text, a number, or what says no more than its parent, as `Load` does."""

_AT_TIMES = {"name": {"TypeAlias"}, "names": {"Import", "ImportFrom"}}
"""Fields that hold nodes in these kinds of node alone."""

_LITERALS = frozenset({"Constant", "MatchSingleton"})
_GAPS = frozenset({"keys", "kw_defaults"})
"""Lists with a None where there is nothing: for `**more` in a dict, for a parameter without a default."""


class _Fields(dict[type[ast.AST], tuple[str, ...]]):
    """The fields of each kind of node that may hold other nodes, and no text or number."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        name = kind.__name__
        fields = () if name in _LITERALS else (field for field in kind._fields if field not in _NO_NODES)
        self[kind] = tuple(field for field in fields if name in _AT_TIMES.get(field, {name}))
        return self[kind]


_FIELDS = _Fields()


def children(node: ast.AST) -> list[Any]:
    """Give the nodes directly in a node but operators, `Load`, `Store` and the like."""
    found: list[Any] = []
    for field in _FIELDS[type(node)]:
        value = getattr(node, field, None)
        if type(value) is list:
            found += value if field not in _GAPS else filter(None, value)
        elif value is not None:
            found.append(value)
    return found
