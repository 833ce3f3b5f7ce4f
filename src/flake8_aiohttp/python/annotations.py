"""What annotations say: `Optional["aiohttp.ClientSession"]` read as a name with its arguments."""

from __future__ import annotations

import ast
import dataclasses

from flake8_aiohttp.python.scopes import FileScopes

_TRANSPARENT = frozenset({"Optional", "Annotated", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly"})


@dataclasses.dataclass(frozen=True, slots=True)
class Hint:
    """A type: its qualified name (`aiohttp.ClientSession`), or its name in the file, and its arguments."""

    name: str
    arguments: tuple[Hint | None, ...] = ()

    @property
    def last_name(self) -> str:
        """The name without its module: `List` and `typing.List` are the same to us."""
        return self.name.rpartition(".")[2]


ANY_NUMBER = Hint("...")
"""What makes `tuple[str, ...]` a tuple of any length."""


def read_hint(node: ast.expr | None, scopes: FileScopes) -> Hint | None:
    """Read an annotation; None where it is absent, no type, or a union of several real types."""
    match node:
        case ast.Constant(value=str() as text):
            return _read_text(text, scopes)
        case ast.Constant(value=value) if value is ...:
            return ANY_NUMBER
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _only([left, right], scopes)
        case ast.Subscript(value=value, slice=inner):
            arguments = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            return _read_generic(value, arguments, scopes)
        case ast.Name(id=name):
            return Hint(scopes.qualified(node) or name)
        case ast.Attribute():
            qualified = scopes.qualified(node)
            return Hint(qualified) if qualified else None
    return None


def _read_text(text: str, scopes: FileScopes) -> Hint | None:
    try:
        return read_hint(ast.parse(text.strip(), mode="eval").body, scopes)
    except (SyntaxError, ValueError):
        return None


def _read_generic(value: ast.expr, arguments: list[ast.expr], scopes: FileScopes) -> Hint | None:
    head = read_hint(value, scopes)
    if head is None:
        return None
    if head.last_name in _TRANSPARENT:
        return read_hint(arguments[0], scopes)
    if head.last_name == "Union":
        return _only(arguments, scopes)
    return Hint(head.name, tuple(read_hint(argument, scopes) for argument in arguments))


def alternatives(node: ast.expr | None, scopes: FileScopes) -> list[Hint | None]:
    """Read the types of a union, but for None; of any other annotation that one."""
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            either = [left, right]
        case ast.Subscript(value=value, slice=inner) if _is_union(value):
            either = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        case _:
            return [read_hint(node, scopes)]
    return [hint for each in either if not _is_none(each) for hint in alternatives(each, scopes)]


def _is_union(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name in {"Union", "Optional"}


def _only(alternatives: list[ast.expr], scopes: FileScopes) -> Hint | None:
    """Give the one alternative that is not None; of several real ones nothing is known."""
    real = [node for node in alternatives if not _is_none(node)]
    return read_hint(real[0], scopes) if len(real) == 1 else None


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in {None, "None"}
