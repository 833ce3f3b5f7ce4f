"""Which functions can matter: those that come by an aiohttp object, and do something to it.

A look at the text is enough. An *origin* (a name that stands for something of aiohttp, an attribute that holds
it, a function that gives it) and an *operation* must both be named. Most functions of most files that speak of
aiohttp only pass a session on, and are never run.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cached_property

from flake8_aiohttp.aiohttp_model.lookalikes import ATTRIBUTES
from flake8_aiohttp.aiohttp_model.objects import (
    CLIENT_FIXTURES,
    MEMBERS,
    STANDALONE_REQUESTS,
    TYPES,
    VERBS,
    Calling,
    Kind,
)
from flake8_aiohttp.analysis import lending
from flake8_aiohttp.analysis.origins import Origins
from flake8_aiohttp.analysis.proof import proven_requests
from flake8_aiohttp.analysis.values import Elements, Mapping, Thing, Value
from flake8_aiohttp.finding import Span
from flake8_aiohttp.python.names import Class, Function, Outline, blocks
from flake8_aiohttp.python.source import Source

_NOWHERE = Span(0, 0, 0, 0)
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
_BODIES = frozenset({"text", "json", "read"})
_TWICE = "await (await "
"""What a function says of another one's result that may be no awaitable."""
_LINE = 120
_FEW = 20
_MANY = 200
_SHORT = 4
_CALLED = re.compile(r"\b(\w+)\(")
_USED = re.compile(r"\b\w+\(|\.\w+\b(?!\()")
_COMPARED = re.compile(r"(\w+) (?:[!=]=|(?:not )?in) [\"'({\[]|\bmatch (\w+):")
_READS = re.compile(r"await [\w.]+\.(?:text|json|read)\(|\.(?:status|raise_for_status)\b")
_REQUESTS = re.compile(rf"(?:async with|await) [^\n]*\.(?:get|{_OTHER_VERBS})\(")
_MODULE = re.compile(r"ClientSession|await |\.(?:text|json|read)\b|async (?:with|for) ")
_TYPE_NAMES = sorted({name.rpartition(".")[2] for name in TYPES} - {"Response", "Application"})
_PASSIVE = frozenset({Kind.SERVER_RESPONSE, Kind.APPLICATION, Kind.ROUTES})
_MEMBERS = (*_TYPE_NAMES, "request", "test_utils", "web.", "client.")


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


def _hands_out_awaitables(function: Function) -> bool:
    """Whether a function hands on what is to be awaited: a request, or from an `async def` a body's coroutine.

    A caller that does no more than drop it, or await it, tells something.
    """
    names = _BODIES if function.is_async else VERBS
    return any(
        isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in names
        for value in _returned(function.node)
    )


def used_as(function: Function) -> str:
    """Give what a file says where it uses a function: a property is not called."""
    return f".{function.name}" if function.is_property else f"{function.name}("


class Gate:
    """Answers, for each function of a file, whether it can matter.

    `beginning` come by an aiohttp object on their own; the rest of `mattering` call what may give one, or stand
    inside a function that matters.
    """

    def __init__(self, source: Source, outline: Outline, origins: Origins) -> None:
        self._text = source.text
        self._source = source
        self._outline = outline
        self._origins = origins
        self._by_use = "aiohttp" in outline.packages and bool(
            _REQUESTS.search(self._text) and _READS.search(self._text)
        )
        self._segments: dict[Function, str] = {}
        self._compared: dict[Function, frozenset[str]] = {}
        self._givers: set[str] = set()
        self._openers: set[str] = set()
        self.mattering: set[Function] = set()
        self.beginning: set[Function] = set()
        self.proven = frozenset(self._prove()) if self._by_use else frozenset()
        operations = _ALL_OPERATIONS if _SERVERS.search(self._text) else _OPERATIONS
        self._operations = operations - _VAGUE - {f"{name}(" for name in _VAGUE}
        self._words = {word for word in self._named() if word in self._text}
        self._find()

    def _prove(self) -> Iterator[ast.Call]:
        """Give the requests that are known by the use of their responses; a class's attribute is so for all of it."""
        for function in filter(self.can_prove, self._outline.functions):
            for call in proven_requests(function, self._outline):
                yield call
                match call.func:
                    case ast.Attribute(value=ast.Attribute(value=ast.Name(id=name), attr=attribute)):
                        if function.owner is not None and name == function.self_name:
                            self._origins.learn_by_use(function.owner, attribute)

    def _find(self) -> None:
        """Find the functions that matter; one that may give an aiohttp object is an origin for its callers."""
        if not self._words and not self._by_use:
            return
        self.beginning = fresh = {f for f in self._outline.functions if self.has_origin(f) and self.operates(f)}
        while fresh:
            self.mattering |= fresh
            used = {f for f in fresh if self._is_used(f)}
            openers = set(map(used_as, filter(_hands_out_awaitables, used)))
            self._openers |= openers
            self._givers |= openers.union(map(used_as, filter(self._gives, used)))
            pending = (f for f in self._outline.functions if f not in self.mattering)
            fresh = {f for f in pending if self._follows(f) and (self.operates(f) or self.uses(f, self._openers))}
        telling = lending.lenders(self, self._outline.functions)
        if lending.says_binary(self._text):
            telling |= lending.tellers(self, self._outline.functions)
        if _TWICE in self._text:
            telling |= {f for f in self._outline.functions if _TWICE in self.segment(f)}
        self.beginning |= telling
        self.mattering |= telling

    def _is_used(self, function: Function) -> bool:
        """Whether a function is used somewhere in the file: called, but for its definition, or a property."""
        if function.is_property:
            return True
        if len(self._outline.functions) < _MANY:
            return self._text.count(f"{function.name}(") > 1
        return self._called[function.name] > 1

    @cached_property
    def _called(self) -> Counter[str]:
        """How often each name is followed by a parenthesis: once is its definition."""
        return Counter(_CALLED.findall(self._text))

    def operates(self, function: Function) -> bool:
        """Whether a function does something to an object, or is short and only gives one."""
        segment = self.segment(function)
        if self._makes(function) or not self._operations.isdisjoint(_NAME.findall(segment)):
            return True
        if self._operates_vaguely(segment):
            return True
        return len(function.node.body) < _SHORT and self._gives(function)

    def _makes(self, function: Function) -> bool:
        """Whether a function makes a session; to be given one, as its annotations say, is not enough."""
        node = function.node
        start, end = self._source.line_range(node.body[0].lineno, node.end_lineno or node.lineno)
        return any(self._text.find(maker, start, end) >= 0 for maker in _MAKERS)

    def _operates_vaguely(self, segment: str) -> bool:
        """Whether a `get` is a session's, and no dict's: some line names its receiver together with an origin."""
        if any(word in segment for word in self._keys):
            return True
        receivers = set(_receivers(segment))
        if not receivers or self._by_use or self._givers or ")" in receivers:
            return bool(receivers)
        if any(f".{name}" in self._words or name in self._words for name in receivers):
            return True
        lines = [line for line in segment.split("\n") if any(word in line for word in self._words)]
        return any(name in line for name in receivers for line in lines)

    def admit(self, word: str) -> set[Function]:
        """Let a word lead to an aiohttp object, as was learnt on the way; give the functions that it makes matter."""
        fresh = {f for f in self._outline.functions if word in self.segment(f) and self.operates(f)} - self.beginning
        self.beginning |= fresh
        self.mattering |= fresh
        return fresh

    def is_made_once(self, definition: Class) -> bool:
        """Whether one place of the file makes all objects of a class."""
        name = definition.node.name
        return self._called[name] - bool(definition.node.bases) == 1

    def receivers(self, function: Function) -> Iterator[str]:
        """Give on what a function calls `get`, `close` and the like."""
        return _receivers(self.segment(function))

    def segment(self, function: Function) -> str:
        """Give the text of a function."""
        if function not in self._segments:
            node = function.node
            start, end = self._source.line_range(node.lineno, node.end_lineno or node.lineno)
            self._segments[function] = self._text[start:end]
        return self._segments[function]

    def has_origin(self, function: Function) -> bool:
        """Whether a function names what may be, or hold, an aiohttp object."""
        segment = self.segment(function)
        return any(word in segment for word in self._words) or self.can_prove(function)

    def _follows(self, function: Function) -> bool:
        return function.parent in self.mattering or self.uses(function, self._givers)

    def uses(self, function: Function, words: AbstractSet[str]) -> bool:
        """Whether a function uses one of those that `used_as` gave these words for, through whatever receiver."""
        segment = self.segment(function)
        if len(words) < _FEW:
            return any(word in segment for word in words)
        return not words.isdisjoint(_USED.findall(segment))

    def _gives(self, function: Function) -> bool:
        """Whether a function may return an aiohttp object: what its callers do to it matters then."""
        segment = self.segment(function)
        if "yield" in segment or self._origins.annotated(function.node.returns) is not None:
            return True
        return "return " in segment and any(self._may_be(value) for value in _returned(function.node))

    def _may_be(self, node: ast.expr | None) -> bool:
        """Whether an expression may be an aiohttp object, or hold one."""
        match node:
            case ast.Await(value=inner) | ast.Starred(value=inner) | ast.Subscript(value=inner):
                return self._may_be(inner)
            case ast.Call(func=ast.Attribute(attr=name) as func, args=arguments):
                made = self._origins.kind(self._outline.qualified(func) or "")
                gives = made is not None or name in VERBS or f"{name}(" in self._givers
                return gives or any(map(self._may_be, arguments))
            case ast.Call(func=ast.Name(id=name)):
                made = self._origins.kind(self._outline.imports.get(name, ""))
                return made is not None or name in self._outline.classes or f"{name}(" in self._givers
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                return any(map(self._may_be, elements))
            case ast.Dict(values=values) | ast.BoolOp(values=values):
                return any(map(self._may_be, values))
            case ast.IfExp(body=body, orelse=orelse):
                return self._may_be(body) or self._may_be(orelse)
            case ast.ListComp(elt=element) | ast.GeneratorExp(elt=element):
                return self._may_be(element)
        return isinstance(node, (ast.Name, ast.Attribute))

    def says(self, function: Function, word: str) -> bool:
        """Whether a function says a word anywhere."""
        return word in self.segment(function)

    def compares(self, function: Function, name: str) -> bool:
        """Whether a function compares what a name holds with constants: `kind == "text"`, `match kind:`."""
        if function not in self._compared:
            found = _COMPARED.findall(self.segment(function))
            self._compared[function] = frozenset(name for pair in found for name in pair)
        return name in self._compared[function]

    def can_prove(self, function: Function) -> bool:
        """Whether a function awaits requests and reads of something that may be aiohttp's."""
        if not self._by_use:
            return False
        segment = self.segment(function)
        return bool(_REQUESTS.search(segment) and _READS.search(segment))

    def is_called_elsewhere(self, function: Function) -> bool:
        """Whether the file calls a function outside its own body, through whatever receiver."""
        if function.name in VERBS:  # a dict or session has such a method, too; only these are awaited bare
            before = r"(?<!def )(?<![\w.])" if function.owner is None else r"= await [\w.]+\."
            word = re.compile(rf"{before}{function.name}\(")
            return len(word.findall(self._text)) > len(word.findall(self.segment(function)))
        own = _CALLED.findall(self.segment(function)).count(function.name)
        namesakes = sum(f.name == function.name for f in self._outline.functions if f is not function)
        return self._called[function.name] > own + namesakes

    def module_matters(self, body: list[ast.stmt]) -> bool:
        """Whether the statements of the module itself can do something to an aiohttp object."""
        if not body or _MODULE.search(self._text) is None:
            return False
        ranges = (self._source.line_range(s.lineno, s.end_lineno or s.lineno) for s in body)
        return any(_MODULE.search(self._text, start, end) for start, end in ranges)

    # Origins

    def _is_given(self, function: Function, argument: ast.arg) -> bool:
        """Whether pytest gives a parameter something of aiohttp's, by its name alone."""
        by_name = argument.annotation is None and argument.arg in self._outline.module_functions
        return by_name and _leads(self._origins.parameter(function, argument.arg))

    def _named(self) -> Iterator[str]:
        """Give what a function must say one of, to come by an aiohttp object."""
        yield from self._imported()
        yield from self._attributes()
        yield from self._parameters()
        yield from (name for name in self._outline.assigned if _leads(self._origins.global_value(name)))
        yield from self._keys

    @cached_property
    def _keys(self) -> frozenset[str]:
        """What subscripts say by which an application gives what it holds: `app["session"]`, `app[SESSION]`."""
        names = [name for name in self._origins.app_keys if _leads(self._origins.app_value(name))]
        return frozenset(key for name in names for key in (f"[{name}]", f'"{name}"', f"'{name}'"))

    def _imported(self) -> Iterator[str]:
        for name, qualified in self._outline.imports.items():
            yield from self._origins.configured_in(name, qualified)
            if "aiohttp" not in qualified and self._origins.kind(qualified) is None:
                continue
            kind = self._origins.kind(qualified)
            if kind in _PASSIVE:
                continue
            if kind is not None or qualified in STANDALONE_REQUESTS:
                yield name
            elif qualified.startswith("aiohttp") and not qualified.rpartition(".")[2][:1].isupper():
                yield from (f"{name}.{member}" for member in _MEMBERS)
            else:
                yield from (f"{name}.async_{member}" for member in ("get_clientsession", "create_clientsession"))

    def _attributes(self) -> Iterator[str]:
        for definition in self._outline.classes.values():
            names = {name for ancestor in self._origins.lineage(definition) for name in ancestor.attributes}
            if definition.node.bases:
                names |= self._origins.inherited(definition)
                if isinstance(self._origins.instance(definition, _NOWHERE), Thing):
                    yield from (definition.node.name, "self.")
            yield from (f".{name}" for name in names if _leads(self._origins.attribute(definition, name)))

    def _parameters(self) -> Iterator[str]:
        """Handlers get their request, and tests their client, without a word about aiohttp."""
        for function in self._outline.functions:
            own = [a for a in function.parameters if a.arg != function.self_name]
            yield from (a.arg for a in own if a.arg in CLIENT_FIXTURES or self._is_given(function, a))
            if own and own[0].annotation is None and self._origins.parameter(function, own[0].arg) is not None:
                yield own[0].arg


def _returned(node: ast.stmt) -> Iterator[ast.expr | None]:
    """Give what a function returns, and what the functions in it return."""
    pending = [node]
    while pending:
        statement = pending.pop()
        if isinstance(statement, ast.Return):
            yield statement.value
        for block in blocks(statement):
            pending += block


def _receivers(segment: str) -> Iterator[str]:
    """Give on what `get`, `close` and the like are called, but for what is asked for a key and not awaited: a dict."""
    for use in _VAGUE_USE.finditer(segment):
        line = max(segment.rfind("\n", 0, use.start()) + 1, use.start() - _LINE)
        receiver = _RECEIVER.search(segment, line, use.start())
        if receiver is not None and (receiver["waits"] or not use["keyed"]):
            yield receiver["name"]


def _leads(value: Value) -> bool:
    """Whether a value is an aiohttp object, or holds one."""
    if isinstance(value, Elements):
        return any(map(_leads, value.values))
    if isinstance(value, Mapping):
        return any(_leads(held) for _, held in value.pairs)
    return isinstance(value, Thing)
