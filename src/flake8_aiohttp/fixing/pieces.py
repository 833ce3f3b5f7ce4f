"""A file, cut into the pieces that fixes change.

libcst needs twenty times as long as `ast` for a file. A fix changes one function, so only the
outermost function around it is given to libcst, and the rest of the file is not touched at all.
"""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterable, Iterator

from flake8_aiohttp.finding import Span

# `str.splitlines` also splits at form feeds and U+2028, which Python does not.
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_NEWLINE = re.compile(r"\r\n|\r|\n")


def split_lines(text: str) -> list[str]:
    """Split `text` into lines as Python's tokenizer does, newlines kept."""
    return _LINE.findall(text)


@dataclasses.dataclass(frozen=True, slots=True)
class Piece:
    """Whole lines of a file, `first` to `last`, that hold a function or a statement of the module."""

    first: int
    last: int
    text: str

    @property
    def header(self) -> str:
        """What libcst must see above an indented piece."""
        newline = _NEWLINE.search(self.text)
        return f"if 1:{newline[0] if newline else chr(10)}" if self.text[:1] in {" ", "\t", "\f"} else ""

    def local(self, span: Span) -> Span:
        """Move a span of the file into the piece, header included."""
        line, end_line = self.local_line(span.line), self.local_line(span.end_line)
        return dataclasses.replace(span, line=line, end_line=end_line)

    def local_line(self, line: int) -> int:
        """Move a line of the file into the piece, header included."""
        return line - self.first + 1 + bool(self.header)

    def __contains__(self, span: Span) -> bool:
        return self.first <= span.line and span.end_line <= self.last


def _lines_of(node: ast.stmt) -> tuple[int, int]:
    decorators = getattr(node, "decorator_list", ())
    return min([node.lineno, *(each.lineno for each in decorators)]), node.end_lineno or node.lineno


def _blocks(statements: Iterable[ast.stmt]) -> Iterator[tuple[int, int]]:
    """Yield the lines of each outermost function, wherever it stands."""
    for node in statements:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield _lines_of(node)
            continue
        for field in ("body", "orelse", "finalbody"):
            yield from _blocks(getattr(node, field, ()))
        for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            yield from _blocks(part.body)


def _around(statements: Iterable[ast.stmt], span: Span) -> tuple[int, int]:
    """Give the lines of the module's statements that share a line with `span`."""
    first, last = span.line, span.end_line
    for one, other in [_lines_of(node) for node in statements] * 2:
        if one <= last and first <= other:
            first, last = min(first, one), max(last, other)
    return first, last


def cut(text: str, spans: Iterable[Span]) -> list[Piece]:
    """Give the pieces of `text` that hold `spans`, in order, none twice and none inside another."""
    body = ast.parse(_NEWLINE.sub("\n", text)).body
    functions = list(_blocks(body))
    ranges = set()
    for span in spans:
        inside = (lines for lines in functions if lines[0] <= span.line and span.end_line <= lines[1])
        ranges.add(next(inside, None) or _around(body, span))
    lines = split_lines(text)
    outermost = [a for a in ranges if not any(a != b and b[0] <= a[0] and a[1] <= b[1] for b in ranges)]
    return [Piece(first, last, "".join(lines[first - 1 : last])) for first, last in sorted(outermost)]


def binds(text: str, name: str) -> bool:
    """Say whether `name` is given a meaning anywhere in `text`."""
    for node in ast.walk(ast.parse(_NEWLINE.sub("\n", text))):
        match node:
            case ast.Name(id=bound, ctx=ast.Store()) | ast.arg(arg=bound) | ast.alias(asname=str(bound)):
                pass
            case ast.alias(name=bound) | ast.FunctionDef(name=bound):
                pass
            case ast.AsyncFunctionDef(name=bound) | ast.ClassDef(name=bound):
                pass
            case _:
                continue
        if bound == name:
            return True
    return False


def count_names(text: str, name: str) -> int:
    """Count where `text` says `name`: as a variable, an attribute, an import or a definition."""
    nodes = ast.walk(ast.parse(_NEWLINE.sub("\n", text)))
    said = (vars(node).get(field) for node in nodes for field in ("id", "attr", "name", "asname", "arg"))
    return sum(each == name for each in said)


def splice(text: str, pieces: Iterable[tuple[Piece, str]]) -> str:
    """Put the new text of each piece where the old one stood."""
    lines = split_lines(text)
    for piece, new in sorted(pieces, key=lambda pair: pair[0].first, reverse=True):
        lines[piece.first - 1 : piece.last] = [new]
    return "".join(lines)
