"""Origin by use: a response of unknown origin that is used as only an aiohttp response is used.

One right `await response.json()` proves the `f"{response.text}"` of the error branch wrong. Evidence for an object
is weighed against evidence against it: that its receiver is known for another library's, that the file has a client
whose responses are used so, too, or that a test tells two libraries apart.
"""

from __future__ import annotations

import ast
import bisect
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

from flake8_aiohttp.aiohttp_model.lookalikes import ATTRIBUTES, STREAM_LOOKALIKES
from flake8_aiohttp.aiohttp_model.objects import BODY_METHODS, VERBS
from flake8_aiohttp.analysis.domain.values import AbstractObject
from flake8_aiohttp.analysis.facts.arms import Arm, LibraryTests, Sides, is_ours, separating, sides_by_flag
from flake8_aiohttp.analysis.facts.readers import STREAMED, Readers
from flake8_aiohttp.analysis.facts.receivers import Receivers, Standing, is_named_session, is_one_session
from flake8_aiohttp.analysis.facts.types import StaticTypes
from flake8_aiohttp.library_model.clients import AWAITED_LIKE_OURS, ENTERED_LIKE_OURS, HTTP_CLIENTS
from flake8_aiohttp.python.bindings import Waited
from flake8_aiohttp.python.definitions import Class, Function
from flake8_aiohttp.python.scopes import FileScopes

_SOCKETS = "ws_connect"
_SOCKET_USES = frozenset("send_str send_bytes send_json receive receive_str receive_bytes receive_json".split())
_WAITING = frozenset({"wait_for", "shield"})
_READ, _CALLED, _LOOK, _STREAM, _SOCKET = "read called look stream socket".split()
_ENTERED = "entered"
_CHECK, _OTHER, _METHOD, _PLAIN, _UNCALLED = "check other method plain uncalled".split()
_METHODS = STREAM_LOOKALIKES | {"aread", "aclose"}
_NEAR = 8
"""Of the requests before a use whose responses have the same name, so many are asked for a block around it."""

_BY_BLOCK = frozenset({_READ, _CALLED, _LOOK, _STREAM, _CHECK})
_BY_NAME = _BY_BLOCK | {_PLAIN, _UNCALLED}
_BY_AWAIT = frozenset({_READ, _STREAM})
_BY_ENTERING = frozenset({_ENTERED})
_OF_A_RESPONSE = frozenset({_READ, _LOOK, _CHECK, _STREAM})


class _Use(NamedTuple):
    """What is done with a response: how, where, and in which arms."""

    how: str
    node: ast.expr | ast.AsyncFor
    arms: tuple[Arm, ...]


class _Request(NamedTuple):
    """A call that may be a request, and the arms in which it stands.

    `subjects` is what a test may ask about: the receiver and the response, as they are written.
    """

    waited: Waited
    verb: str
    receiver: ast.expr
    subjects: tuple[str, str]
    arms: tuple[Arm, ...]

    @property
    def is_entered(self) -> bool:
        """Whether it stands in an `async with`."""
        return isinstance(self.waited.block, ast.AsyncWith)


class Proofs:
    """The requests of a file that must be aiohttp's by the use of their responses.

    `requests` gives for each the use that proves it. `promised` gives for a function the names that hold aiohttp's
    responses in those arms of a test only which are aiohttp's, with the receiver of the request.
    """

    def __init__(self, scopes: FileScopes, types: StaticTypes) -> None:
        self._scopes = scopes
        self._types = types
        self._receivers = Receivers(scopes, types)
        self._tests: dict[Function | None, LibraryTests] = defaultdict(lambda: LibraryTests(scopes))
        self.requests: dict[ast.Call, ast.expr] = {}
        self.promised: dict[Function, dict[str, str]] = {}
        self._proven: set[Function] = set()
        self._flags: dict[Function, Sides] = {}
        self._readers = Readers(scopes)
        self._learnt: dict[tuple[Class, str], ast.expr] = {}
        self._doubted: set[tuple[Class, str]] = set()
        if "aiohttp" not in scopes.imports.packages or scopes.imports.packages & ENTERED_LIKE_OURS:
            return
        waiting: dict[Function, list[Waited]] = defaultdict(list)
        for waited in scopes.bindings.waited:
            call = _unwrapped(waited.call)
            if _requested(call) is not None:
                waiting[waited.function].append(waited._replace(call=call))
        for function, found in waiting.items():
            self._prove(function, found)
        for place, proof in self._learnt.items():
            if place not in self._doubted:
                types.learn_by_use(*place, proof)

    @cached_property
    def functions(self) -> frozenset[Function]:
        """The functions that have a proven request, or a response in some arm of a test."""
        return frozenset(self._proven | self.promised.keys())

    def tests(self, function: Function | None) -> LibraryTests:
        """Give what reads the tests of a function."""
        return self._tests[function]

    def _prove(self, function: Function, found: list[Waited]) -> None:
        found = [waited for waited in found if not self._is_known(waited.call, function)]
        if not found:
            return
        seen = _Look(self._tests[function], function, {waited.name for waited in found}, self._readers)
        requests = [seen.request(waited) for waited in found if waited.call in seen.calls]
        used = _shared_out(requests, seen.uses)
        distinct = {id(uses): (request, uses) for request, uses in used}.values()
        wrapped = {request.subjects[0] for request, uses in distinct if any(use.how == _METHOD for use in uses)}
        decided: dict[object, ast.expr | None] = {}
        for request, uses in used:
            key = request.subjects, request.arms, request.is_entered, request.verb == _SOCKETS, len(uses)
            if key in decided and not request.waited.block:
                self._accept(request, decided[key])
                continue
            standing = self._standing(request, function)
            if standing is not Standing.FREE and request.subjects[0] in wrapped:
                continue  # timid: a wrapper whose responses have methods of their own
            if uses and self._is_open(request, standing, uses):
                decided[key] = self._weigh(request, function, uses)
                self._accept(request, decided[key], learns=standing is Standing.FREE)
            if self._scopes.imports.packages & HTTP_CLIENTS and _is_others(uses):
                self._doubted.update(_on_self(request, function))

    def _is_known(self, call: ast.Call, function: Function) -> bool:
        """Whether the receiver of a request is aiohttp's by what makes or annotates it: nothing is to be proven."""
        return isinstance(call.func, ast.Attribute) and isinstance(
            self._types.static(call.func.value, function), AbstractObject
        )

    def _standing(self, request: _Request, function: Function) -> Standing:
        return self._receivers.standing(request.receiver, function, entered=request.is_entered)

    def _is_open(self, request: _Request, standing: Standing, uses: list[_Use]) -> bool:
        """Whether nothing but its use says whose a request is."""
        ours = is_ours(request.arms, *request.subjects)
        if ours is False or (standing is Standing.OTHER and not (ours and request.is_entered)):
            return False
        hows = {use.how for use in uses}
        if request.is_entered or (_READ in hows and isinstance(request.waited.block, ast.With)):
            return True  # nobody has a plain block whose object is awaited
        if self._scopes.imports.packages & AWAITED_LIKE_OURS:
            return False
        if not request.waited.awaited and hows.isdisjoint(_OF_A_RESPONSE):
            return False
        if standing is Standing.FREE:
            return True
        return _OTHER not in hows and (standing is Standing.OWN or not hows.isdisjoint({_LOOK, _ENTERED}))

    def _weigh(self, request: _Request, function: Function, uses: list[_Use]) -> ast.expr | None:
        """Give the use of its response that proves a request; one that is so in some arms only is promised."""
        proving = _proving(request)
        sides = [is_ours(use.arms, *request.subjects) for use in uses]
        proofs = [use for use, side in zip(uses, sides, strict=True) if use.how in proving and side is not False]
        if not proofs:
            return None
        plainly = [use for use in proofs if is_ours(use.arms, *request.subjects) is None]
        chosen = request.is_entered or is_ours(request.arms, *request.subjects)
        if any(side is False for side in sides) and not plainly and not chosen:
            self._promise(request, function)
            return None
        separated = not chosen and self._is_separated(request, function, uses)
        return None if separated else _proof(plainly or proofs)

    def _accept(self, request: _Request, proof: ast.expr | None, *, learns: bool = False) -> None:
        """Take a request for aiohttp's where there is a proof, and the attribute that makes it for a session."""
        if proof is None:
            return
        function = request.waited.function
        self._proven.add(function)
        self.requests[request.waited.call] = proof
        if learns and not request.arms and request.verb in VERBS:
            self._learnt.update(dict.fromkeys(_on_self(request, function), proof))

    def _is_separated(self, request: _Request, function: Function, uses: list[_Use]) -> bool:
        """Whether a flag tells two libraries apart: each arm does what is right for one of them only."""
        ours = [use.node for use in uses if use.how in {_READ, _LOOK, _STREAM}]
        others = [use.node for use in uses if use.how in {_OTHER, _METHOD}]
        if not others and self._scopes.imports.packages & HTTP_CLIENTS:
            others = [use.node for use in uses if use.how == _PLAIN]
        if others and function not in self._flags:
            self._flags[function] = sides_by_flag(self._scopes, function)
        flags = separating(self._flags[function], ours, others) if others else {}
        if flags:
            self._tests[function] = LibraryTests(self._scopes, flags)
            self._promise(request, function)
        return bool(flags)

    def _promise(self, request: _Request, function: Function) -> None:
        receiver, name = request.subjects
        self.promised.setdefault(function, {})[name] = receiver


def _proof(uses: list[_Use]) -> ast.expr:
    """Give the use that shows it best: the first that is right, else the first."""
    use = min(uses, key=lambda use: (use.how in {_CALLED, _UNCALLED, _PLAIN}, _place(use.node)))
    return use.node.iter if isinstance(use.node, ast.AsyncFor) else use.node


def _on_self(request: _Request, function: Function) -> Iterator[tuple[Class, str]]:
    """Give the attribute of `self` that makes a request, which is the same in all of its class."""
    match request.receiver:
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            if function.owner is not None and name == function.self_name:
                yield function.owner, attribute


def _is_others(uses: list[_Use]) -> bool:
    """Whether a response is used as another client's are, and in no way as one of aiohttp is."""
    hows = {use.how for use in uses}
    return not hows.isdisjoint({_OTHER, _METHOD}) and hows.isdisjoint(_BY_BLOCK - {_CALLED, _CHECK})


class _Look:
    """One look at a function: in which arms its requests stand, and what is done with the names of its responses."""

    def __init__(
        self,
        tests: LibraryTests,
        function: Function,
        names: set[str],
        readers: Readers,
    ) -> None:
        self._names = names
        self._function = function
        self._readers = readers
        self._seen: set[ast.AST] = set()
        self.calls: dict[ast.Call, tuple[Arm, ...]] = {}
        self.uses: dict[str, list[_Use]] = defaultdict(list)
        for node, arms in tests.arms(function):
            if isinstance(node, ast.Call):
                self.calls[node] = arms
            for name, how, where in (*self._read(node), *self._passed(node)):
                self.uses[name].append(_Use(how, where, arms))

    def request(self, waited: Waited) -> _Request:
        """Read a call as a request."""
        requested = _requested(waited.call)
        assert requested is not None
        verb, receiver = requested
        return _Request(waited, verb, receiver, (ast.unparse(receiver), waited.name), self.calls[waited.call])

    def _read(self, node: ast.AST) -> Iterator[tuple[str, str, Any]]:
        """Give the name that a node uses as a response, how, and where; a node comes before those in it."""
        match node:
            case ast.Await(value=value):
                called = _first(value)
                if isinstance(called, ast.Call) and (name := self._reads(called)):
                    self._seen |= {called, called.func}
                    yield name, _READ, node
            case ast.AsyncFor(iter=ast.Attribute(value=ast.Name(id=name), attr="content")) if name in self._names:
                yield name, _STREAM, node
            case ast.AsyncFor(iter=ast.Name(id=name)) if name in self._names:
                yield name, _SOCKET, node
            case ast.Call() if (name := self._reads(node)) and node not in self._seen:
                self._seen.add(node.func)
                yield name, _CALLED, node
            case ast.Attribute(value=ast.Attribute(value=ast.Name(id=name), attr="content") as content, attr=attr):
                if name in self._names and attr in STREAMED:
                    self._seen.add(content)
                    yield name, _STREAM, node
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if name in self._names and node not in self._seen:
                if how := _how(attr):
                    yield name, how, node

    def _passed(self, node: ast.AST) -> Iterator[tuple[str, str, Any]]:
        """Give the names that a node gives to a function that reads them, or enters."""
        match node:
            case ast.Call(func=func, args=args):
                for name in self._readers.read_by(self._function, func, args):
                    if name in self._names:
                        yield name, _READ, node
            case ast.AsyncWith(items=items):
                for item in items:
                    if isinstance(item.context_expr, ast.Name) and item.context_expr.id in self._names:
                        yield item.context_expr.id, _ENTERED, item.context_expr

    def _reads(self, node: ast.expr) -> str:
        """Give the name of the response whose body a call asks for, else nothing."""
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if attr in BODY_METHODS:
                return name if name in self._names else ""
        return ""


def _proving(request: _Request) -> frozenset[str]:
    """Give the uses that prove a request: a plain `with` is no more than an await, a name such as `session` helps."""
    if request.verb == _SOCKETS:
        return frozenset({_SOCKET})
    if not request.is_entered:
        entering = _BY_ENTERING if is_one_session(request.receiver) else frozenset[str]()
        return entering | _BY_AWAIT if request.waited.awaited else entering
    return _BY_NAME if is_named_session(request.receiver) else _BY_BLOCK


def _how(attribute: str) -> str:
    """Say what asking a response for an attribute tells."""
    if attribute in {"status", "raise_for_status"}:
        return _LOOK if attribute == "status" else _CHECK
    if attribute in _SOCKET_USES:
        return _SOCKET
    if attribute in ATTRIBUTES:
        return _METHOD if attribute in _METHODS else _OTHER
    if attribute in {"text", "content"}:
        return _PLAIN
    return _UNCALLED if attribute in {"json", "read"} else ""


def _requested(call: ast.Call) -> tuple[str, ast.expr] | None:
    """Give the verb and the receiver of a call that may be a request, else nothing."""
    match call.func:
        case ast.Attribute(value=receiver, attr=verb) if verb in VERBS or verb == _SOCKETS:
            return verb, receiver
        case ast.Call(func=ast.Name(id="getattr"), args=[receiver, _]):
            return "request", receiver
    return None


def _unwrapped(call: ast.Call) -> ast.Call:
    """Give the call that is waited for: of `wait_for(session.get(url), 5)` the request."""
    match call:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[ast.Call() as inner, *_]):
            return inner if name in _WAITING else call
    return call


def _first(node: ast.expr) -> ast.expr:
    """Give the call that somebody meant to await: `await response.json()["name"]` waits too late, but for a body."""
    while True:
        match node:
            case ast.Subscript(value=inner) | ast.Call(func=ast.Attribute(value=ast.Call() | ast.Subscript() as inner)):
                node = inner
            case _:
                return node


def _place(node: ast.expr | ast.stmt) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _stands_in(node: ast.expr | ast.stmt, block: ast.With | ast.AsyncWith) -> bool:
    return _place(block) <= _place(node) <= (block.end_lineno or 0, block.end_col_offset or 0)


def _shared_out(requests: list[_Request], uses: dict[str, list[_Use]]) -> list[tuple[_Request, list[_Use]]]:
    """Give each request with what is done with its response: not with another one that its name holds.

    A use in a block is one of that block's response; any other one is of the request before it, and of those that are
    written alike.
    """
    inside: dict[ast.Call, list[_Use]] = defaultdict(list)
    after: dict[tuple[str, str], list[_Use]] = defaultdict(list)
    named: dict[str, list[_Request]] = defaultdict(list)
    for request in sorted(requests, key=lambda request: _place(request.waited.call)):
        named[request.waited.name].append(request)
    for name, rivals in named.items():
        places = [_place(request.waited.call) for request in rivals]
        for use in uses[name]:
            end = bisect.bisect(places, _place(use.node))
            near = reversed(rivals[max(0, end - _NEAR) : end])
            blocks = (one for one in near if one.waited.block and _stands_in(use.node, one.waited.block))
            if (holding := next(blocks, None)) is not None:
                inside[holding.waited.call].append(use)
            else:
                after[rivals[end - 1].subjects].append(use)
    for request in requests:
        if request.waited.block:
            inside[request.waited.call] += after[request.subjects]
    return [(one, inside[one.waited.call] if one.waited.block else after[one.subjects]) for one in requests]
