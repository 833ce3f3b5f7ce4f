"""Which functions can matter: those that come by an aiohttp object, and do something to it.

A look at the text is enough. An *origin* (a name that stands for something of aiohttp, an attribute that holds
it, a function that gives it) and an *operation* must both be named. Most functions of most files that speak of
aiohttp only pass a session on, and are never run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from flake8_aiohttp.aiohttp_model.lookalikes import ATTRIBUTES
from flake8_aiohttp.aiohttp_model.objects import CLIENT_FIXTURES, TYPES, VERBS
from flake8_aiohttp.analysis.origins import Origins
from flake8_aiohttp.analysis.values import Elements, Mapping, Thing, Value
from flake8_aiohttp.finding import Span
from flake8_aiohttp.python.names import Function, Outline
from flake8_aiohttp.python.source import Source

_NOWHERE = Span(0, 0, 0, 0)
_OTHER_VERBS = "|".join(sorted(VERBS - {"get"}))
_OPERATIONS = re.compile(
    rf"\.(?:text|json|read|read\w+|content|multipart|post|iter_\w+|url|real_url|{'|'.join(ATTRIBUTES)}|send_\w+|receive\w*|"
    r"ping|pong|close|prepare|write|write_eof|setup|cleanup|start|stop|start_server|release|raise_for_status)\b"
    rf"|\.(?:{_OTHER_VERBS}|ws_connect)\("
    r"|(?:await |with |^\s*)[\w.]+\.get\(|\.get\((?![\"'](?!/|http)|[A-Z][A-Z_.]*[,)])"  # not a dict's
    r"|ClientSession|RetryClient|CachedSession|getattr\(|await \w+$",
    re.MULTILINE | re.IGNORECASE,
)
_PROOF = re.compile(r"await [\w.]+\.(?:text|json|read)\(|\.(?:status|raise_for_status)\b")
_PROVEN = re.compile(rf"(?:async with|await) [^\n]*\.(?:get|{_OTHER_VERBS})\(")
_MODULE = re.compile(
    r"^(?!async def|def|class|import|from|@|#|[\"')\]}])\S.*"
    r"(?:ClientSession|await |\.(?:text|json|read)\b|async with|async for)",
    re.MULTILINE,
)
_TYPE_NAMES = sorted({name.rpartition(".")[2] for name in TYPES} - {"Response", "Application"})
_MEMBERS = rf"(?:{'|'.join(_TYPE_NAMES)}|request|test_utils|web|client)\b"


class Gate:
    """Answers, for each function of a file, whether it can matter."""

    def __init__(self, source: Source, outline: Outline, origins: Origins) -> None:
        self._text = source.text
        self._source = source
        self._outline = outline
        self._origins = origins
        self._by_use = "aiohttp" in outline.packages
        self.mattering: set[Function] = set()
        self._find(set(self._words()))

    def _find(self, words: set[str]) -> None:
        """Find the functions that matter; one that gives an aiohttp object is an origin for its callers."""
        pending = [f for f in self._outline.functions if self._searches(_OPERATIONS, f)]
        while pending:
            origin = re.compile(r"(?:" + "|".join(sorted(words)) + ")") if words else None
            fresh = [f for f in pending if self._has_origin(f, origin)]
            self.mattering.update(fresh)
            names = {rf"\b{re.escape(f.name)}\b" for f in fresh if self._gives(f)} - words
            pending = [f for f in pending if f not in self.mattering] if names or fresh else []
            words |= names

    def _searches(self, pattern: re.Pattern[str], function: Function) -> bool:
        return pattern.search(self._text, *self._range(function)) is not None

    def _range(self, function: Function) -> tuple[int, int]:
        node = function.node
        return self._source.line_range(node.lineno, node.end_lineno or node.lineno)

    def _has_origin(self, function: Function, origin: re.Pattern[str] | None) -> bool:
        if function.parent in self.mattering or (origin is not None and self._searches(origin, function)):
            return True
        return self._by_use and self.can_prove(function)

    def _gives(self, function: Function) -> bool:
        """Whether a function may return an aiohttp object: what its callers do to it matters then."""
        return any(
            isinstance(node, (ast.Yield, ast.YieldFrom)) or (isinstance(node, ast.Return) and self._may_be(node.value))
            for node in ast.walk(function.node)
        )

    def _may_be(self, node: ast.expr | None) -> bool:
        """Whether an expression may be an aiohttp object, or hold one."""
        match node:
            case ast.Await(value=inner) | ast.Starred(value=inner) | ast.Subscript(value=inner):
                return self._may_be(inner)
            case ast.Call(func=ast.Attribute(attr=name), args=arguments):
                return name in VERBS or self._names_giver(name) or any(map(self._may_be, arguments))
            case ast.Call(func=ast.Name(id=name)):
                return name in self._outline.imports or name in self._outline.classes or self._names_giver(name)
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                return any(map(self._may_be, elements))
            case ast.Dict(values=values) | ast.BoolOp(values=values):
                return any(map(self._may_be, values))
            case ast.IfExp(body=body, orelse=orelse):
                return self._may_be(body) or self._may_be(orelse)
            case ast.ListComp(elt=element) | ast.GeneratorExp(elt=element):
                return self._may_be(element)
        return isinstance(node, (ast.Name, ast.Attribute))

    def _names_giver(self, name: str) -> bool:
        return any(f.name == name for f in self.mattering)

    def can_prove(self, function: Function) -> bool:
        """Whether a function awaits requests and reads of something that may be aiohttp's."""
        return self._by_use and self._searches(_PROVEN, function) and self._searches(_PROOF, function)

    def is_named(self, function: Function) -> bool:
        """Whether the file names a function outside its own definition line and body."""
        start, end = self._range(function)
        word = re.compile(rf"(?<!def )\b{re.escape(function.name)}\(")
        return bool(word.search(self._text, 0, start) or word.search(self._text, end))

    def reads(self, attribute: str) -> bool:
        """Whether the file reads the body of what some object holds in `attribute`."""
        return re.search(rf"\.{re.escape(attribute)}\.(?:text|json|read|content)\b", self._text) is not None

    def module_matters(self) -> bool:
        """Whether the statements of the module itself can do something to an aiohttp object."""
        return _MODULE.search(self._text) is not None

    # Origins

    def _words(self) -> Iterator[str]:
        yield from self._imported()
        yield from self._attributes()
        yield from self._parameters()
        yield from (rf"\b{re.escape(name)}\b" for name in self._outline.assigned if self._holds_global(name))

    def _holds_global(self, name: str) -> bool:
        return _leads(self._origins.global_value(name))

    def _imported(self) -> Iterator[str]:
        for name, qualified in self._outline.imports.items():
            word = rf"\b{re.escape(name)}"
            kind = self._origins.kind(qualified)
            if kind is not None or qualified.startswith("aiohttp.") and name == "request":
                yield rf"{word}\b"
            elif qualified.startswith("aiohttp") and not qualified.rpartition(".")[2][:1].isupper():
                yield rf"{word}\.{_MEMBERS}"
            elif "aiohttp" in qualified:
                yield rf"{word}\.\w*(?:[sS]ession|[cC]lient)"

    def _attributes(self) -> Iterator[str]:
        for definition in self._outline.classes.values():
            for ancestor in self._origins.lineage(definition):
                for name in ancestor.attributes:
                    if _leads(self._origins.attribute(definition, name)):
                        yield rf"\.{re.escape(name)}\b"
            if definition.node.bases:
                inherited = [n for n in ("request", "client", "server") if self._origins.attribute(definition, n)]
                yield from (rf"\.{name}\b" for name in inherited)
                if isinstance(self._origins.instance(definition, _NOWHERE), Thing):
                    yield r"\bself\.\w+\("
                    yield rf"\b{re.escape(definition.node.name)}\b"

    def _parameters(self) -> Iterator[str]:
        """Handlers get their request, and tests their client, without a word about aiohttp."""
        for function in self._outline.functions:
            own = [a for a in function.parameters if a.arg != function.self_name]
            yield from (rf"\b{a.arg}\b" for a in own if a.arg in CLIENT_FIXTURES)
            if own and own[0].annotation is None and self._origins.parameter(function, own[0].arg) is not None:
                yield rf"\b{re.escape(own[0].arg)}\b"


def _leads(value: Value) -> bool:
    """Whether a value is an aiohttp object, or holds one."""
    return isinstance(value, (Thing, Elements, Mapping))
