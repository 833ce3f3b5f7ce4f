"""What a file and its functions say, word by word: enough to pass over most of them without a look at their trees."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cached_property

from flake8_aiohttp.aiohttp_model.lookalikes import ATTRIBUTES
from flake8_aiohttp.aiohttp_model.objects import MEMBERS, VERBS, Calling, Kind
from flake8_aiohttp.python.scopes import Class, FileScopes, Function
from flake8_aiohttp.python.source import Source

_OTHER_VERBS = "|".join(sorted(VERBS - {"get"}))
_CLIENTS = (Kind.RESPONSE, Kind.STREAM, Kind.SERVER_REQUEST)
_SERVICES = (Kind.SOCKET, Kind.SERVER_SOCKET, Kind.SERVER_RESPONSE, Kind.RUNNER, Kind.SITE, Kind.TEST_CLIENT)
_NAME = re.compile(r"\.(\w+\(?)")


def _acting(*kinds: Kind) -> frozenset[str]:
    """Give the members of these kinds that do something, or give something that can: called, or merely fetched."""
    members = [(name, member) for kind in kinds for name, member in MEMBERS[kind].items()]
    names = {name for name, member in members if member.operation or member.effect or member.gives}
    called = {f"{name}(" for name, member in members if member.calling is Calling.ASYNC}
    names -= VERBS | {"session"}
    return frozenset(names | called | {f"{name}(" for name in names})


_OPERATIONS = (
    _acting(*_CLIENTS)
    | frozenset(ATTRIBUTES)
    | {f"{name}(" for name in ATTRIBUTES}
    | {f"{verb}(" for verb in VERBS - {"get"}}
    | {"ws_connect(", "close(", "post"}
)
_ALL_OPERATIONS = _OPERATIONS | _acting(*_SERVICES)
_MAKERS = ("ClientSession", "RetryClient", "CachedSession", "getattr(")
_SERVERS = re.compile(r"Socket|ws_connect|StreamResponse|Runner|Site\b|Test(?:Client|Server)|aiohttp_client")
_VAGUE = frozenset("close delete options ping pong put setup shutdown start stop url".split())
"""Names that plenty of other libraries' objects have, too: it counts on what they are called."""
_VAGUE_USE = re.compile(rf"\.(?:get\((?P<keyed>[\"'](?!/|http)|[A-Z][A-Z_.]*[,)])?|(?:{'|'.join(sorted(_VAGUE))})\b)")
_RECEIVER = re.compile(r"(?P<waits>await |with )?[\w.]*?(?P<name>\w+|\))\Z")
_LINE = 120
_FEW = 20
_MANY = 200
_CALLED = re.compile(r"\b(\w+)\(")
_USED = re.compile(r"\b\w+\(|\.\w+\b(?!\()")
_COMPARED = re.compile(r"(\w+) (?:[!=]=|(?:not )?in) [\"'({\[]|\bmatch (\w+):")
_MODULE = re.compile(r"ClientSession|await |\.(?:text|json|read)\b|async (?:with|for) ")
_BARE = re.compile(r"[ \t]*[\w.]+")
_LOOK = re.compile(r"\.(?:status|headers|ok|reason|cookies)\b")


def concerns(text: str) -> bool:
    """Whether anything is done in a file that could be done to an aiohttp object; most files only pass a session on."""
    if any(maker in text for maker in _MAKERS) or not _ALL_OPERATIONS.isdisjoint(_NAME.findall(text)):
        return True
    return ".get(" in text and (_LOOK.search(text) is not None or any(map(_waits, _before_gets(text))))


def _before_gets(text: str) -> Iterator[str]:
    """Give what stands before each `.get(` on its line."""
    return (piece[piece.rfind("\n") + 1 :] for piece in text.split(".get(")[:-1])


def _waits(before: str) -> bool:
    """Whether a `get` is awaited, entered or stands alone: a dict's seldom is."""
    return "await " in before or "with " in before or _BARE.fullmatch(before) is not None


def used_as(function: Function) -> str:
    """Give what a file says where it uses a function: a property is not called."""
    return f".{function.name}" if function.is_property else f"{function.name}("


class Wording:
    """Answers what the text of a file says, and that of each of its functions."""

    def __init__(self, source: Source, scopes: FileScopes) -> None:
        self.text = source.text
        self._source = source
        self._functions = scopes.functions
        self._segments: dict[Function, str] = {}
        self._compared: dict[Function, frozenset[str]] = {}
        operations = _ALL_OPERATIONS if _SERVERS.search(self.text) else _OPERATIONS
        self._operations = operations - _VAGUE - {f"{name}(" for name in _VAGUE}

    # A function

    def segment(self, function: Function) -> str:
        """Give the text of a function."""
        if function not in self._segments:
            node = function.node
            start, end = self._source.line_range(node.lineno, node.end_lineno or node.lineno)
            self._segments[function] = self.text[start:end]
        return self._segments[function]

    def says(self, function: Function, word: str) -> bool:
        """Whether a function says a word anywhere."""
        return word in self.segment(function)

    def uses(self, function: Function, words: AbstractSet[str]) -> bool:
        """Whether a function uses one of those that `used_as` gave these words for, through whatever receiver."""
        segment = self.segment(function)
        if len(words) < _FEW:
            return any(word in segment for word in words)
        return not words.isdisjoint(_USED.findall(segment))

    def called_by(self, function: Function) -> list[str]:
        """Give the names of what a function calls."""
        return _CALLED.findall(self.segment(function))

    def compares(self, function: Function, name: str) -> bool:
        """Whether a function compares what a name holds with constants: `kind == "text"`, `match kind:`."""
        if function not in self._compared:
            found = _COMPARED.findall(self.segment(function))
            self._compared[function] = frozenset(name for pair in found for name in pair)
        return name in self._compared[function]

    def operates(self, function: Function) -> bool:
        """Whether a function makes a session, or does what is only done to objects of aiohttp and its like."""
        return self._makes(function) or not self._operations.isdisjoint(_NAME.findall(self.segment(function)))

    def _makes(self, function: Function) -> bool:
        """Whether a function makes a session; to be given one, as its annotations say, is not enough."""
        node = function.node
        start, end = self._source.line_range(node.body[0].lineno, node.end_lineno or node.lineno)
        return any(self.text.find(maker, start, end) >= 0 for maker in _MAKERS)

    def receivers(self, function: Function) -> Iterator[str]:
        """Give on what `get`, `close` and the like are called, but for what is asked for a key: a dict."""
        segment = self.segment(function)
        for use in _VAGUE_USE.finditer(segment):
            line = max(segment.rfind("\n", 0, use.start()) + 1, use.start() - _LINE)
            receiver = _RECEIVER.search(segment, line, use.start())
            if receiver is not None and (receiver["waits"] or not use["keyed"]):
                yield receiver["name"]

    # The file

    @cached_property
    def _called(self) -> Counter[str]:
        """How often each name is followed by a parenthesis: once is its definition."""
        return Counter(_CALLED.findall(self.text))

    def is_used(self, function: Function) -> bool:
        """Whether a function is used somewhere in the file: called, but for its definition, or a property."""
        if function.is_property:
            return True
        if len(self._functions) < _MANY:
            return self.text.count(f"{function.name}(") > 1
        return self._called[function.name] > 1

    def is_called_elsewhere(self, function: Function) -> bool:
        """Whether the file calls a function outside its own body, through whatever receiver."""
        if function.name in VERBS:  # a dict or session has such a method, too; only these are awaited bare
            before = r"(?<!def )(?<![\w.])" if function.owner is None else r"= await [\w.]+\."
            word = re.compile(rf"{before}{function.name}\(")
            return len(word.findall(self.text)) > len(word.findall(self.segment(function)))
        own = self.called_by(function).count(function.name)
        namesakes = sum(f.name == function.name for f in self._functions if f is not function)
        return self._called[function.name] > own + namesakes

    def is_made_once(self, definition: Class) -> bool:
        """Whether one place of the file makes all objects of a class."""
        name = definition.node.name
        return self._called[name] - bool(definition.node.bases) == 1

    def module_matters(self, body: list[ast.stmt]) -> bool:
        """Whether the statements of the module itself can do something to an aiohttp object."""
        if not body or _MODULE.search(self.text) is None:
            return False
        ranges = (self._source.line_range(s.lineno, s.end_lineno or s.lineno) for s in body)
        return any(_MODULE.search(self.text, start, end) for start, end in ranges)
