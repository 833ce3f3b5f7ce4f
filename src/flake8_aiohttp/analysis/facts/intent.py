"""Where a mistake is meant: in `pytest.raises`, where aiohttp is mocked, where a program tries which kind it has."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cached_property

from flake8_aiohttp.analysis.facts.identifiers import Identifiers
from flake8_aiohttp.library_model import callees
from flake8_aiohttp.library_model.clients import is_other
from flake8_aiohttp.python.scopes import FileScopes, blocks
from flake8_aiohttp.python.source import walk

Lines = tuple[int, int]
"""The first and the last line of a block."""

_ROUTING = frozenset({"add_api_route", "api_route", "add_route"})
"""Methods of other libraries' servers that take keywords of their own."""

_MOCKING = ("mock_", "mocked_", "patch_", "patched_", "fake_", "stub_")
"""How the names of helpers begin that put something else in the place of requests."""

_DUCKS = frozenset({"AttributeError", "TypeError"})
"""What asking an object of the other kind raises: `except AttributeError: body = response.text`."""


class Intent:
    """The blocks of a file in which a mistake is no mistake, and the names by which it answers for others.

    `deliberate` are the lines where errors are expected or aiohttp is mocked, `fallbacks` those of the handlers for
    objects of another kind, `lookups` those that try whether an object has an attribute; `tries` are the blocks that
    try whether a body is had without awaiting.
    """

    def __init__(self, identifiers: Identifiers, scopes: FileScopes, tree: ast.Module) -> None:
        self._identifiers = identifiers
        self._scopes = scopes
        self._tree = tree

    # Blocks

    @cached_property
    def deliberate(self) -> frozenset[int]:
        """The lines in `pytest.raises(…)`, `self.assertRaises(…)`, `mock.patch("aiohttp…")`, `mock_requests()`."""
        expecting = ("raises", "warns", "patch", *callees.EXPECTING_METHODS)
        if not any(map(self._identifiers.says, expecting)) and not self.mocks_requests:
            return frozenset()
        return _covered(
            (each.lineno, each.end_lineno or each.lineno)
            for each in self._withs
            if any(self._is_deliberate(item.context_expr) or _mocks(item.context_expr) for item in each.items)
        )

    @cached_property
    def mocks_requests(self) -> bool:
        """Whether tests of the file run in a helper's `with mock_requests():`: their requests may be no aiohttp's."""
        return self._identifiers.may_begin(*_MOCKING) and any(
            _mocks(item.context_expr) for each in self._withs for item in each.items
        )

    @cached_property
    def _withs(self) -> list[ast.With | ast.AsyncWith]:
        return [each for each in self._statements if isinstance(each, ast.With | ast.AsyncWith)]

    def _is_deliberate(self, node: ast.expr) -> bool:
        match node:
            case ast.Call(func=func) if (name := self._scopes.qualified(func)) is not None:
                return name in callees.EXPECTING or (name.endswith("mock.patch") and _is_of_aiohttp(node.args))
            case ast.Call(func=ast.Attribute(attr=method)):
                return method in callees.EXPECTING_METHODS
        return False

    @cached_property
    def fallbacks(self) -> frozenset[int]:
        """The lines of the handlers of AttributeError and TypeError."""
        return _covered(_lines(handler.body) for _, handler, _ in self._ducks)

    @cached_property
    def lookups(self) -> frozenset[int]:
        """The lines of the blocks whose AttributeError is handled."""
        return _covered(_lines(blocks(each)[0]) for each, _, names in self._ducks if "AttributeError" in names)

    @cached_property
    def tries(self) -> list[tuple[Lines, frozenset[str]]]:
        """The blocks that try what their handler awaits, with the members that it awaits; "" is any value of a name."""
        found = ((blocks(each)[0], frozenset(_awaited(handler))) for each, handler, _ in self._ducks)
        return [(_lines(body), names) for body, names in found if names]

    @cached_property
    def _ducks(self) -> list[tuple[ast.stmt, ast.ExceptHandler, set[str]]]:
        if not any(map(self._identifiers.says, _DUCKS)):
            return []
        handlers = ((each, handler) for each in self._statements for handler in getattr(each, "handlers", ()))
        ducks = ((each, handler, set(_handled(handler.type)) & _DUCKS) for each, handler in handlers)
        return [found for found in ducks if found[2]]

    @cached_property
    def _statements(self) -> list[ast.stmt]:
        """All statements of the file."""
        found: list[ast.stmt] = []
        pending = [self._tree.body]
        while pending:
            for statement in pending.pop():
                found.append(statement)
                pending += blocks(statement)
        return found

    def is_expected(self, line: int) -> bool:
        """Whether a line stands in a deliberate block."""
        return line in self.deliberate

    def is_fallback(self, line: int) -> bool:
        """Whether a line stands in the handler for objects of another kind."""
        return line in self.fallbacks

    def is_lookup(self, line: int) -> bool:
        """Whether a line stands in a block that tries whether an object has an attribute."""
        return line in self.lookups

    def is_tried(self, line: int, member: str) -> bool:
        """Whether a line stands in a block that tries `member` without awaiting it, and whose handler awaits it."""
        return any(first <= line <= last and not names.isdisjoint({member, ""}) for (first, last), names in self.tries)

    # Names

    @cached_property
    def has_own_responses(self) -> bool:
        """Whether a session of the file makes responses of another class: `response_class=`."""
        return self._gives_keyword("response_class")

    @cached_property
    def serialises_itself(self) -> bool:
        """Whether a session of the file makes JSON by a function of its own: `json_serialize=`."""
        return self._gives_keyword("json_serialize") or self._gives_keyword("json_serialize_bytes")

    @cached_property
    def checks_all(self) -> bool:
        """Whether the file lets a session or request raise on an error status: `raise_for_status=`."""
        return self._gives_keyword("raise_for_status")

    def _gives_keyword(self, name: str) -> bool:
        """Whether some call gives a keyword, or a dict that may be unpacked into one holds it."""
        if not self._identifiers.says(name):
            return False
        decorators: set[ast.expr] = set()  # routes of other libraries take such keywords, too
        for node in walk(self._tree):  # each comes after those around it
            match node:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    decorators.update(node.decorator_list)
                case ast.Call(func=func, keywords=keywords) if node not in decorators and not self._routes(func):
                    if any(keyword.arg == name for keyword in keywords):
                        return True
                case ast.Dict(keys=keys) if any(_is_text(key, name) for key in keys):
                    return True
                case ast.Subscript(slice=key, ctx=ast.Store()) if _is_text(key, name):
                    return True
        return False

    def _routes(self, func: ast.expr) -> bool:
        """Whether a call registers a route with another library: FastAPI's takes `response_class=`."""
        route = isinstance(func, ast.Attribute) and func.attr in _ROUTING
        return route or is_other(self._scopes.qualified(func) or "")

    def sets_attribute(self, name: str) -> bool:
        """Whether the file gives some object an attribute of this name."""
        return name in self._set_attributes

    @cached_property
    def _set_attributes(self) -> frozenset[object]:
        """The names of the attributes that the file gives to objects, by an assignment or `setattr`."""
        names: set[object] = set()
        for node in walk(self._tree):
            match node:
                case ast.Attribute(attr=attribute, ctx=ast.Store()):
                    names.add(attribute)
                case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant(value=attribute), _]):
                    names.add(attribute)
        return frozenset(names)

    @cached_property
    def is_mocked(self) -> bool:
        """Whether the file answers requests itself, by aioresponses: there is no connection to give back."""
        return any(name.partition(".")[0] == "aioresponses" for name in self._scopes.imports.names.values())

    @cached_property
    def imported_for_checkers(self) -> frozenset[str]:
        """The names that are imported under `if TYPE_CHECKING:`, and so perhaps not when the program runs."""
        if not self._identifiers.says("TYPE_CHECKING"):
            return frozenset()
        tests = (each for each in self._statements if isinstance(each, ast.If) and _asks_for_checkers(each.test))
        imports = (node for each in tests for inner in each.body for node in walk(inner))
        return frozenset(
            (alias.asname or alias.name).partition(".")[0]
            for node in imports
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        )


def _mocks(node: ast.expr) -> bool:
    """Whether a block is entered by a helper that says it mocks: `with mock_requests():`; a class may be a server."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name.startswith(_MOCKING)
    return False


def _is_of_aiohttp(arguments: list[ast.expr]) -> bool:
    """Whether the first argument is a string that names a part of aiohttp."""
    first = arguments[0] if arguments else None
    return isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value.startswith("aiohttp")


def _handled(node: ast.expr | None) -> Iterator[str]:
    """Give the names of the exceptions that a handler names."""
    for element in node.elts if isinstance(node, ast.Tuple) else [node]:
        if isinstance(element, ast.Name):
            yield element.id


def _awaited(handler: ast.ExceptHandler) -> Iterator[str]:
    """Give the names of the members whose calls a handler awaits; "" for what a name holds."""
    for node in walk(handler):
        match node:
            case ast.Await(value=ast.Call(func=ast.Attribute(attr=name))):
                yield name
            case ast.Await(value=ast.Name()):
                yield ""


def _asks_for_checkers(test: ast.expr) -> bool:
    return isinstance(test, ast.Name | ast.Attribute) and ast.unparse(test).rpartition(".")[2] == "TYPE_CHECKING"


def _is_text(node: ast.expr | None, text: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == text


def _lines(body: list[ast.stmt]) -> Lines:
    return body[0].lineno, body[-1].end_lineno or body[-1].lineno


def _covered(found: Iterable[Lines]) -> frozenset[int]:
    """Give all lines of some blocks."""
    return frozenset(line for first, last in found for line in range(first, last + 1))
