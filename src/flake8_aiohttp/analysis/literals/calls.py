"""Calls of aiohttp's callables, and names of its past, written down for the rules."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from functools import cached_property

from flake8_aiohttp.aiohttp_model import versions
from flake8_aiohttp.aiohttp_model.refusals import POSITIONAL, REDIRECTS, REFUSALS, TOGETHER
from flake8_aiohttp.analysis.facts.identifiers import Identifiers
from flake8_aiohttp.analysis.facts.intent import Intent
from flake8_aiohttp.analysis.facts.mentions import Mentions, Named
from flake8_aiohttp.analysis.facts.suites import heads
from flake8_aiohttp.analysis.journal.calls import Call, Given, Loopless, Mention, Noted, NotedCalls
from flake8_aiohttp.analysis.literals.values import Literals
from flake8_aiohttp.python.definitions import Function
from flake8_aiohttp.python.scopes import FileScopes, blocks
from flake8_aiohttp.python.source import Source, walk

_HOMES = {
    "web": ("aiohttp.web", "aiohttp.web_response", "aiohttp.web_ws", "aiohttp.web_exceptions"),
    "": ("aiohttp", "aiohttp.client", "aiohttp.connector", "aiohttp.cookiejar"),
}
CALLEES = {
    f"{home}.{name.rpartition('.')[2]}": name
    for name in (*REFUSALS, *REDIRECTS, "CookieJar", "UnixConnector", "web.StreamResponse", "web.WebSocketResponse")
    if not name.startswith("session.")
    for home in _HOMES[name.rpartition(".")[0]]
}
"""Qualified names, and what the table of versions calls them."""

_CELLS = ("# %%", "#%%", "# In[", "get_ipython(")
"""How a script says that it is a notebook, too."""

_REFUSING = ("TypeError", "ValueError", "RuntimeError", "AttributeError")
"""What a call that aiohttp refuses raises."""

_ALIASES = ("aiohttp", "aiohttp.web", "aiohttp.ClientTimeout", "aiohttp.BasicAuth", "aiohttp.encode_basic_auth")


def calls_and_mentions(
    source: Source, scopes: FileScopes, identifiers: Identifiers, intent: Intent, noted: NotedCalls
) -> Iterator[Call | Mention]:
    """Give the calls of aiohttp's callables in a file, and the names that aiohttp has no more.

    The calls on sessions are those that the interpreter has noted; the others are found by their names, and are added.
    """
    return _Calls(source, scopes, identifiers, intent, noted).entries()


@functools.cache
def _leading() -> frozenset[str]:
    """Give the names that are asked for, and those that they are members of: `aiohttp`, `aiohttp.web`."""
    names = {*CALLEES, *versions.table().removed}
    return frozenset(names | {name.rpartition(".")[0] for name in names} | {"aiohttp"})


def _leads(qualified: str) -> bool:
    return qualified.startswith("aiohttp") and (qualified in _leading() or versions.removed(qualified) is not None)


class _Calls:
    def __init__(
        self, source: Source, scopes: FileScopes, identifiers: Identifiers, intent: Intent, noted: NotedCalls
    ) -> None:
        self._source = source
        self._scopes = scopes
        self._noted = noted
        self._mentions = Mentions(source, scopes, identifiers, _leads)
        self._intent = intent
        self._literals = Literals(source, scopes, noted)
        self._identifiers = identifiers

    def entries(self) -> Iterator[Call | Mention]:
        loopless: dict[ast.Call, Loopless | None] = {}
        raised: list[Named] = []
        for named in self._mentions.find():
            if not self._is_asked_for(named):
                continue
            if (gone := versions.removed(named.qualified)) is not None:
                yield from self._mention(named, gone[0])
            elif named.call is not None and named.qualified in CALLEES and not named.around.catches(*_REFUSING):
                callee = CALLEES[named.qualified]
                self._noted.setdefault(named.call, Noted(callee, "aiohttp", named.around.function))
                loopless[named.call] = None if self._is_notebook else _loopless(named)
            elif named.raised and CALLEES.get(named.qualified) in REDIRECTS:
                raised.append(named)
        yield from map(self._raised, raised)
        for node, noted in self._noted.items():
            call = self._call(node, noted, loopless.get(node))
            if _is_telling(call) and not (self._may_guard and self._literals.is_guarded(node, noted.function)):
                yield call

    @cached_property
    def _may_guard(self) -> bool:
        """Whether the file may catch what a refused argument raises."""
        return self._identifiers.holds("TypeError") or self._identifiers.holds("ValueError")

    @cached_property
    def _names(self) -> tuple[tuple[str, str], ...]:
        """What the file calls the names that fixes write."""
        for_checkers = self._intent.imported_for_checkers  # timid: perhaps imported for checkers alone
        names = self._scopes.imports.names.items()
        return tuple((called, name) for name, called in names if called in _ALIASES and name not in for_checkers)

    def _is_asked_for(self, named: Named) -> bool:
        """Whether a rule asks for a name, and the file means it."""
        if named.qualified not in CALLEES and versions.removed(named.qualified) is None:
            return False
        return not self._is_shadowed(named) and not self._intent.is_expected(named.node.lineno)

    @cached_property
    def _is_notebook(self) -> bool:
        """Whether the file is a notebook's: cells are run where a loop runs."""
        marked = any(line.startswith(_CELLS) for line in self._source.lines)
        return marked or any(map(_awaits, self._source.tree.body))

    def _is_shadowed(self, named: Named) -> bool:
        """Whether the name is another one in the function at hand."""
        node: ast.expr | ast.alias = named.node
        while isinstance(node, ast.Attribute):
            node = node.value
        function = named.around.function
        return isinstance(node, ast.Name) and function is not None and self._literals.binds(node.id, function)

    def _mention(self, named: Named, gone: str) -> Iterator[Mention]:
        tests = " ".join(map(ast.unparse, named.around.tests))
        if "version" in tests or "hasattr" in tests or "TYPE_CHECKING" in tests:
            return
        if named.around.catches("ImportError", "ModuleNotFoundError", "AttributeError"):
            return
        node = named.node
        if isinstance(node, ast.alias):
            yield Mention(self._source.span(node), ast.unparse(node), gone, imported=True)
            return
        while self._scopes.qualified(node) != gone and isinstance(node, ast.Attribute):
            node = node.value
        if isinstance(node, ast.Attribute):  # a bare name is reported where it is imported
            yield Mention(self._source.span(node), self._source.excerpt(node), gone, imported=False)

    def _raised(self, named: Named) -> Call:
        """Make the call that `raise` makes of a class."""
        span, text = self._source.span(named.node), self._source.excerpt(named.node)
        return Call(span, text, CALLEES[named.qualified], "aiohttp", (), exact=True)

    def _call(self, node: ast.Call, noted: Noted, loopless: Loopless | None) -> Call:
        exact = not any(isinstance(argument, ast.Starred) for argument in node.args)
        exact = exact and all(keyword.arg for keyword in node.keywords)
        arguments = tuple(self._arguments(node, noted.callee, noted.function))
        span, text = self._source.span(node), self._source.excerpt(node)
        own = self._intent.serialises_itself
        return Call(
            span, text, noted.callee, noted.receiver, arguments, exact, loopless, self._names, own, noted.served
        )

    def _arguments(self, node: ast.Call, callee: str, function: Function | None) -> Iterator[Given]:
        asked = {refusal.parameter for refusal in REFUSALS.get(callee, ())} | _ALSO.get(callee, frozenset())
        asked.update(name for pair in TOGETHER.get(callee, ()) for name in pair)
        positional = POSITIONAL.get(callee, ())
        for index, argument in enumerate(node.args):
            if isinstance(argument, ast.Starred):
                break
            name = positional[index] if index < len(positional) else ""
            yield self._given(argument, argument, name, function, asked)
        for keyword in node.keywords:
            if keyword.arg is not None:
                yield self._given(keyword, keyword.value, keyword.arg, function, asked)

    def _given(
        self, whole: ast.expr | ast.keyword, value: ast.expr, name: str, function: Function | None, asked: set[str]
    ) -> Given:
        source = self._source
        literal = self._literals.argument(value, function, name) if name in asked else None
        by_keyword = isinstance(whole, ast.keyword)
        return Given(name, source.span(whole), source.excerpt(whole), source.span(value), literal, by_keyword)


_ALSO = {
    "ClientSession": frozenset({"base_url", "connector"}),
    "web.Response": frozenset({"content_type", "charset"}),
    "web.json_response": frozenset({"content_type"}),
}
"""Parameters whose values rules look at for themselves."""


def _is_telling(call: Call) -> bool:
    """Whether there is something in a call that a rule may ask for: most are passed by."""
    if call.loopless or call.callee in REDIRECTS:
        return True
    known = versions.keywords(call.callee, served=call.served)
    return any(given.literal is not None or given.name not in known for given in call.arguments)


def _awaits(statement: ast.stmt) -> bool:
    """Whether a statement of the module awaits by itself."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return False
    if isinstance(statement, (ast.AsyncFor, ast.AsyncWith)):
        return True
    here = any(isinstance(node, ast.Await) for head in heads(statement) for node in walk(head))
    return here or any(_awaits(inner) for block in blocks(statement) for inner in block)


def _loopless(named: Named) -> Loopless | None:
    """Say where a call stands that runs before any event loop can."""
    if named.around.function is not None:
        return None
    if named.in_default:
        return Loopless.DEFAULT
    return Loopless.CLASS_BODY if named.around.in_class else Loopless.MODULE
