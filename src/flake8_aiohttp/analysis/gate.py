"""Which functions can matter: those that do something to an aiohttp object, and can come by one.

A look at the text is enough: an origin (a name that stands for something of aiohttp, an attribute that
holds it, a function that deals with it) and an operation must both be named.
"""

from __future__ import annotations

import re

from flake8_aiohttp.analysis.origins import Origins
from flake8_aiohttp.analysis.values import Thing
from flake8_aiohttp.finding import Span
from flake8_aiohttp.python.names import Function, Outline
from flake8_aiohttp.python.source import Source

_OPERATIONS = re.compile(
    r"\.(?:text|json|read|readany|readline|readexactly|readuntil|readchunk|content|post|put|delete|patch|head|options|"
    r"request|ws_connect|multipart|status_code|iter_\w+|encoding|apparent_encoding|url|real_url|is_success|is_error|"
    r"elapsed|reason_phrase|aiter_\w+|send_\w+|receive\w*|ping|pong|close|prepare|write|write_eof|setup|cleanup|start|"
    r"stop|start_server|release|get)\b|ClientSession|await \w+\b(?!\()|with |getattr"
)
_BY_USE = re.compile(r"await [\w.]+\.(?:text|json|read)\(|\.status\b")
_VERB = re.compile(r"(?:async with|await) [^\n]*\.(?:get|post|put|delete|patch|head|options|request)\(")
_MODULE = re.compile(
    r"^(?!async def|def|class|import|from|@|#|[\"')\]}])\S.*(?:ClientSession|await |\.(?:text|json|read)\b|async with|async for)",
    re.MULTILINE,
)
_SPAN = Span(0, 0, 0, 0)
_ERRORS = r"(?!\w*(?:Error|Exception|Timeout|Disconnected|Details|Connector|BasicAuth|FormData|TraceConfig)\b)"


class Gate:
    """Answers, for each function of a file, whether it can matter."""

    def __init__(self, source: Source, outline: Outline, origins: Origins) -> None:
        self._text = source.text
        self._source = source
        words = [*self._imported(outline, origins), *_attributes(outline, origins), *_parameters(outline, origins)]
        self._words = set(words)
        self.by_use = any(package == "aiohttp" for package in outline.packages)
        self._functions = outline.functions
        self.mattering = self._mattering()

    @staticmethod
    def _imported(outline: Outline, origins: Origins) -> list[str]:
        words = []
        for name, qualified in outline.imports.items():
            if qualified == "aiohttp":
                words.append(rf"{re.escape(name)}\.{_ERRORS}")
            elif qualified.startswith("aiohttp") or origins.kind(qualified) is not None:
                if re.match(_ERRORS, name):
                    words.append(re.escape(name) + r"\b")
            elif "aiohttp" in qualified:
                words.append(re.escape(name) + r"\.")
        return words

    def _mattering(self) -> set[Function]:
        found: set[Function] = set()
        pending = [f for f in self._functions if self._operates(f)]
        while True:
            pattern = re.compile(r"\b(?:" + "|".join(sorted(self._words)) + ")") if self._words else None
            fresh = [f for f in pending if f not in found and (f.parent in found or self._has_origin(f, pattern))]
            if not fresh:
                return found
            found.update(fresh)
            self._words.update(rf"{re.escape(f.name)}\b" for f in fresh if not f.name.startswith("__"))

    def _range(self, function: Function) -> tuple[int, int]:
        node = function.node
        return self._source.line_range(node.lineno, node.end_lineno or node.lineno)

    def _operates(self, function: Function) -> bool:
        return _OPERATIONS.search(self._text, *self._range(function)) is not None

    def _has_origin(self, function: Function, pattern: re.Pattern[str] | None) -> bool:
        start, end = self._range(function)
        if pattern is not None and pattern.search(self._text, start, end):
            return True
        return self.by_use and self.can_prove(function)

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

    def can_prove(self, function: Function) -> bool:
        """Whether a function awaits requests and reads of something that may be aiohttp's."""
        start, end = self._range(function)
        return bool(_VERB.search(self._text, start, end) and _BY_USE.search(self._text, start, end))


def _attributes(outline: Outline, origins: Origins) -> list[str]:
    words = []
    for definition in outline.classes.values():
        for ancestor in origins.lineage(definition):
            words += [
                rf"\.{re.escape(name)}\b"
                for name in ancestor.attributes
                if origins.attribute(definition, name) is not None
            ]
        words += [r"self\.(?:request|client|server)\b"] if isinstance(origins.instance(definition, _SPAN), Thing) else []
        if any(origins.attribute(definition, name) for name in ("request", "client", "server")):
            words.append(r"\.(?:request|client|server)\b")
    return words


def _parameters(outline: Outline, origins: Origins) -> list[str]:
    """Handlers get their request, and tests their client, without a word about aiohttp."""
    words = [r"aiohttp_client\b", r"test_client\b"]
    for function in outline.functions:
        own = [a for a in function.parameters if a.arg != function.self_name]
        if own and own[0].annotation is None and origins.parameter(function, own[0].arg) is not None:
            words.append(rf"{re.escape(own[0].arg)}\b")
    return words
