"""Where a file says names of aiohttp: a search for the words finds the statements, their trees say what they are.

The words are those that the file's imports bind; a search for them can only say *no*. What stands in a statement with
one of them is read from its tree, so that line breaks, comments and strings make no difference.
"""

from __future__ import annotations

import ast
import bisect
import dataclasses
from collections.abc import Callable, Iterator

from flake8_aiohttp.analysis.facts.identifiers import Identifiers
from flake8_aiohttp.analysis.facts.suites import heads
from flake8_aiohttp.library_model import callees
from flake8_aiohttp.python.definitions import Function
from flake8_aiohttp.python.scopes import FileScopes, blocks
from flake8_aiohttp.python.source import Source, children, walk

_CATCHING = frozenset(
    {"ImportError", "ModuleNotFoundError", "AttributeError", "TypeError", "ValueError", "RuntimeError"}
)
_WAITING = (ast.Await, ast.AsyncWith, ast.AsyncFor)
_ANYTHING = frozenset({"Exception", "BaseException", ""})


@dataclasses.dataclass(frozen=True)
class Surroundings:
    """What stands around a statement: its function, whether classes alone do, the tests, and what is caught there."""

    function: Function | None = None
    in_class: bool = False
    tests: tuple[ast.expr, ...] = ()
    caught: frozenset[str] = frozenset()

    def catches(self, *exceptions: str) -> bool:
        """Whether one of these exceptions is expected here by its name."""
        return not self.caught.isdisjoint(exceptions)


@dataclasses.dataclass(frozen=True)
class Named:
    """An expression that stands for a name of aiohttp, or an import of one.

    `call` is where it is called there; it is `raised` where it is an exception's class that `raise` makes one of.
    """

    node: ast.expr | ast.alias
    qualified: str
    around: Surroundings
    call: ast.Call | None = None
    in_default: bool = False
    raised: bool = False


class Mentions:
    """Finds the names of aiohttp in a file: those that `leads` says to lead to what is asked for."""

    def __init__(
        self, source: Source, scopes: FileScopes, identifiers: Identifiers, leads: Callable[[str], bool]
    ) -> None:
        self._source = source
        self._scopes = scopes
        names = (name for name, qualified in scopes.imports.names.items() if leads(qualified))
        self._lines = sorted({line for name in names for line in identifiers.lines_saying(name)})

    def find(self) -> Iterator[Named]:
        """Give all of them."""
        if self._lines:
            yield from self._in_suite(self._source.tree.body, Surroundings())

    def _says(self, first: int, last: int) -> bool:
        place = bisect.bisect_left(self._lines, first)
        return place < len(self._lines) and self._lines[place] <= last

    def _in_suite(self, body: list[ast.stmt], around: Surroundings) -> Iterator[Named]:
        for statement in body:
            decorators = getattr(statement, "decorator_list", None)
            first = decorators[0].lineno if decorators else statement.lineno
            if self._says(first, statement.end_lineno or statement.lineno):
                yield from self._in_statement(statement, around)

    def _in_statement(self, statement: ast.stmt, around: Surroundings) -> Iterator[Named]:
        match statement:
            case ast.Import() | ast.ImportFrom():
                yield from self._imported(statement, around)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from self._in_function(statement, around)
            case ast.ClassDef(bases=bases, keywords=keywords, decorator_list=decorators):
                for node in (*bases, *(keyword.value for keyword in keywords), *decorators):
                    yield from self._in_expression(node, around)
                in_class = around.function is None
                yield from self._in_suite(statement.body, dataclasses.replace(around, in_class=in_class))
            case _:
                yield from self._in_plain(statement, around)

    def _in_plain(self, statement: ast.stmt, around: Surroundings) -> Iterator[Named]:
        inside = blocks(statement)
        if not inside:
            yield from self._in_expression(statement, around)
            return
        for part in (*heads(statement), *_looked_at_later(statement)):
            yield from self._in_expression(part, around)
        for block in inside:
            yield from self._in_suite(block, self._within(statement, block, around))

    def _within(self, statement: ast.stmt, block: list[ast.stmt], around: Surroundings) -> Surroundings:
        match statement:
            case ast.If(test=test) | ast.While(test=test):
                return dataclasses.replace(around, tests=(*around.tests, test))
            case ast.Try(body=body, handlers=handlers) if body is block:
                caught = (_caught_by(handler, body) for handler in handlers)
                return dataclasses.replace(around, caught=around.caught.union(*caught))
            case ast.With(items=items) | ast.AsyncWith(items=items):
                return dataclasses.replace(around, caught=around.caught.union(*map(self._expected_by, items)))
        return around

    def _expected_by(self, item: ast.withitem) -> set[str]:
        """Give the exceptions that `pytest.raises(…)`, `suppress(…)` and the like expect."""
        match item.context_expr:
            case ast.Call(func=func, args=args):
                own = func.attr if isinstance(func, ast.Attribute) else ""
                name = self._scopes.qualified(func)
                expects = name in callees.EXPECTING | callees.SUPPRESSING or own in callees.EXPECTING_METHODS
                named = {each.id for node in args for each in walk(node) if isinstance(each, ast.Name)}
                return set(_CATCHING) if expects and named & (_CATCHING | _ANYTHING) else set()
        return set()

    def _in_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, around: Surroundings) -> Iterator[Named]:
        for decorator in node.decorator_list:
            yield from self._in_expression(decorator, around)
        for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
            yield from self._in_expression(default, around, in_default=True)
        if not self._says(node.body[0].lineno, node.end_lineno or node.lineno):
            return  # in the annotations alone
        function = self._scopes.by_node.get(node)
        yield from self._in_suite(node.body, dataclasses.replace(around, function=function, in_class=False))

    def _imported(self, statement: ast.Import | ast.ImportFrom, around: Surroundings) -> Iterator[Named]:
        module = statement.module if isinstance(statement, ast.ImportFrom) and not statement.level else ""
        if module is None or (isinstance(statement, ast.ImportFrom) and not module):
            return
        for alias in statement.names:
            qualified = f"{module}.{alias.name}" if module else alias.name
            if qualified.partition(".")[0] == "aiohttp":
                yield Named(alias, qualified, around)

    def _in_expression(self, node: ast.AST, around: Surroundings, *, in_default: bool = False) -> Iterator[Named]:
        """Give the longest dotted names in an expression or plain statement; a lambda's body runs later."""
        called: dict[ast.AST, ast.Call] = {}
        raised = node.exc if isinstance(node, ast.Raise) else None
        pending: list[ast.AST] = [node]
        while pending:
            current = pending.pop()
            if isinstance(current, ast.Call):
                called[current.func] = current
            if isinstance(current, (ast.Attribute, ast.Name)) and isinstance(current.ctx, ast.Load):
                qualified = self._scopes.qualified(current)
                if qualified is not None and qualified.partition(".")[0] == "aiohttp":
                    yield Named(current, qualified, around, called.get(current), in_default, current is raised)
                    continue
            if isinstance(current, ast.AnnAssign):
                pending += [part for part in (current.target, current.value) if part is not None]
            elif isinstance(current, ast.Lambda):
                pending.append(current.args)
            else:
                pending += children(current)


def _looked_at_later(statement: ast.stmt) -> Iterator[ast.AST]:
    """Give what a statement looks at when it comes to a block of its own: the classes it catches, its patterns."""
    for handler in getattr(statement, "handlers", ()):
        yield from filter(None, [handler.type])
    for case in getattr(statement, "cases", ()):
        yield from filter(None, [case.pattern, case.guard])


def _caught_by(handler: ast.ExceptHandler, body: list[ast.stmt]) -> set[str]:
    """Give the exceptions that a handler of `body` names; one that takes all takes ImportError, too.

    Not where the body awaits: it does its work then, and does not try what this aiohttp has.
    """
    named = {each.id for each in walk(handler.type) if isinstance(each, ast.Name)} if handler.type else _ANYTHING
    probes = bool(named & _ANYTHING) and not any(isinstance(node, _WAITING) for each in body for node in walk(each))
    return {*(named & _CATCHING), *(("ImportError",) if probes else ())}
