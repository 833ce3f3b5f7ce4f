"""Two libraries in one function: which arm of a test has aiohttp's objects, and which those of another client.

A test tells them apart by class (`isinstance(client, httpx.AsyncClient)`), by a member (`hasattr(r, "status_code")`)
or by a flag that holds such a test, or is named for a library. Where an arm leaves, what follows is the other arm.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from flake8_aiohttp.aiohttp_model.lookalikes import ATTRIBUTES
from flake8_aiohttp.aiohttp_model.objects import SESSION_WRAPPERS, TYPES
from flake8_aiohttp.library_model.clients import OUR_MEMBERS, WORDS, is_other
from flake8_aiohttp.python.definitions import Attribute, Function
from flake8_aiohttp.python.scopes import FileScopes
from flake8_aiohttp.python.source import walk

_LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_CLIENT = re.compile(r"Client|Session|Response|Request")
_FAILURE = re.compile(r"Error|Exception|Timeout|Disconnect")
_MOST_FLAGS = 8
_FLAGGING = frozenset("use uses using has have is with via available installed enabled".split())
_WORD = re.compile(r"[a-z0-9]+")


class Arm(NamedTuple):
    """What holds in an arm: `subject`, as it is written, is aiohttp's (or, where not `ours`, another library's).

    An empty subject stands for every object that is not certain.
    """

    subject: str
    ours: bool


class Told(NamedTuple):
    """What a test tells where it is true, and where it is false."""

    true: tuple[Arm, ...] = ()
    false: tuple[Arm, ...] = ()


_NOTHING = Told()


class LibraryTests:
    """Reads the tests of a file; `assumed` are flags that the caller takes for such a test, as they are written."""

    def __init__(self, scopes: FileScopes, assumed: dict[str, bool] | None = None) -> None:
        self._scopes = scopes
        self._assumed = assumed or {}
        self._flags: dict[tuple[Function | None, str], Arm | None] = {}
        self._told: dict[tuple[ast.expr, Function | None], Told] = {}

    def told(self, test: ast.expr, function: Function | None) -> Told:
        """Give what a test of a function tells of the library of its objects; it is read once."""
        key = test, function
        if key not in self._told:
            self._told[key] = self._tell(test, function)
        return self._told[key]

    def _tell(self, test: ast.expr, function: Function | None) -> Told:
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self.told(operand, function)
                return Told(inner.false, inner.true)
            case ast.BoolOp(op=op, values=values):
                all_told = [self.told(value, function) for value in values]
                if isinstance(op, ast.And):
                    return Told(true=tuple(arm for told in all_told for arm in told.true))
                return Told(false=tuple(arm for told in all_told for arm in told.false))
        arm = self._read(test, function)
        return _NOTHING if arm is None else Told((arm,), (Arm(arm.subject, ours=not arm.ours),))

    def _read(self, test: ast.expr, function: Function | None) -> Arm | None:
        """Give what a test without `not`, `and` and `or` tells where it is true."""
        match test:
            case ast.Call(func=ast.Name(id="isinstance" | "issubclass"), args=[subject, kinds]):
                ours = self._of_classes(kinds)
                return None if ours is None else Arm(_subject(subject), ours)
            case ast.Call(func=ast.Name(id="hasattr"), args=[subject, ast.Constant(value=str() as name)]):
                known = name in OUR_MEMBERS or name in ATTRIBUTES
                return Arm(ast.unparse(subject), name in OUR_MEMBERS) if known else None
            case ast.Call(func=ast.Attribute(attr="startswith" | "endswith"), args=[ast.Constant(value=str() as text)]):
                said = _named(text.lower(), plain=True)  # type(client).__module__.startswith("httpx")
                return None if said is None else Arm("", said)
            case ast.NamedExpr(value=value):
                return self._read(value, function)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                said = _named(name.lower())  # is_httpx(client)
                return None if said is None else Arm("", said)
            case ast.Name() | ast.Attribute():
                return self._flag(test, function)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._comparison(left, op, right, function)
        return None

    def _comparison(self, left: ast.expr, op: ast.cmpop, right: ast.expr, function: Function | None) -> Arm | None:
        """Read `type(client) is ClientSession`, `backend == "httpx"`, `httpx is not None`."""
        if isinstance(right, ast.Constant) and right.value is None:
            arm = self._flag(left, function) if isinstance(left, (ast.Name, ast.Attribute)) else None
            return arm and Arm(arm.subject, ours=arm.ours is isinstance(op, (ast.IsNot, ast.NotEq)))
        said = self._of_classes(right)
        if said is None:
            said = _named(_strings(left, right), plain=isinstance(op, (ast.Eq, ast.NotEq)))
        if said is None:
            said = _named(" ".join(_asked([left, right])).lower())  # Backend.HTTPX
        text = ast.unparse(left)
        if said is None and text in self._assumed and isinstance(right, ast.Constant):
            said = self._assumed[text]
        if said is None or not isinstance(op, (ast.Is, ast.Eq, ast.In, ast.IsNot, ast.NotEq, ast.NotIn)):
            return None
        return Arm(
            _subject(left) if isinstance(left, ast.Call) else "", said is isinstance(op, (ast.Is, ast.Eq, ast.In))
        )

    def _flag(self, flag: ast.expr, function: Function | None) -> Arm | None:
        """Read a flag, once."""
        key = function, ast.unparse(flag)
        if key not in self._flags:
            self._flags[key] = None  # cut: a flag that is defined by itself
            self._flags[key] = self._flag_anew(flag, key[1], function)
        return self._flags[key]

    def _flag_anew(self, flag: ast.expr, text: str, function: Function | None) -> Arm | None:
        """Read a flag by what it was assigned, or by its name."""
        if text in self._assumed:
            return Arm("", self._assumed[text])
        values = [assigned.value for assigned in self._assignments(flag, function)]
        if len(values) == 1 and isinstance(values[0], (ast.Call, ast.Compare, ast.UnaryOp, ast.BoolOp)):
            told = self.told(values[0], function)
            if told.true:
                return Arm(_kept_subject(text, told.true[0].subject, function), told.true[0].ours)
        said = _named(text.rpartition(".")[2].lower())
        return None if said is None else Arm("", said)

    def _assignments(self, flag: ast.expr, function: Function | None) -> Sequence[Attribute]:
        match flag:
            case ast.Name(id=name):
                own = self._scopes.bindings.locals.get(function, {}).get(name, []) if function is not None else []
                return own or self._scopes.bindings.assigned.get(name, [])
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if function is not None:
                owner = function.owner if name == function.self_name else None
                return owner.attributes.get(attribute, []) if owner is not None else []
        return []

    def _of_classes(self, kinds: ast.expr) -> bool | None:
        """Whether classes are aiohttp's (True), or another client's (False)."""
        names = [self._scopes.qualified(one) or "" for one in _alternatives(kinds)]
        if any(name in TYPES or name in SESSION_WRAPPERS for name in names):
            return True
        clients = [
            name for name in names if _CLIENT.search(last := name.rpartition(".")[2]) and not _FAILURE.search(last)
        ]
        return False if clients and all(map(is_other, clients)) else None

    def arms(self, function: Function) -> Iterator[tuple[Any, tuple[Arm, ...]]]:
        """Give each node of a function with the arms in which it stands, the innermost last."""
        pending: list[tuple[Any, tuple[Arm, ...]]] = list(self._suite(function.node.body, (), function))
        while pending:
            node, arms = pending.pop()
            yield node, arms
            if isinstance(node, (ast.If, ast.IfExp)):
                told = self.told(node.test, function)
                pending.append((node.test, arms))
                pending += self._inner(node.body, arms + told.true, function)
                pending += self._inner(node.orelse, arms + told.false, function)
            elif isinstance(node, ast.Try) and (tried := _tried(node)) is not None:
                pending += self._inner(node.body, (*arms, Arm("", tried)), function)
                pending += self._inner(node.handlers, (*arms, Arm("", not tried)), function)
                pending += self._inner([*node.orelse, *node.finalbody], arms, function)
            elif isinstance(node, ast.match_case):
                pending += self._inner(node.body, arms + self._case(node.pattern), function)
            else:
                for field in node._fields:
                    pending += self._inner(getattr(node, field, None), arms, function)

    def _inner(self, part: object, arms: tuple[Arm, ...], function: Function) -> Iterator[tuple[Any, tuple[Arm, ...]]]:
        if isinstance(part, list):
            yield from self._suite([item for item in part if isinstance(item, ast.AST)], arms, function)
        elif isinstance(part, ast.AST):
            yield part, arms

    def _suite(
        self, body: Sequence[ast.AST], arms: tuple[Arm, ...], function: Function
    ) -> Iterator[tuple[Any, tuple[Arm, ...]]]:
        for statement in body:
            yield statement, arms
            if isinstance(statement, ast.If):
                told = self.told(statement.test, function)
                if _leaves(statement.body):
                    arms += told.false
                elif _leaves(statement.orelse):
                    arms += told.true
            elif isinstance(statement, ast.Assert):
                arms += self.told(statement.test, function).true

    def _case(self, pattern: ast.pattern) -> tuple[Arm, ...]:
        match pattern:
            case ast.MatchAs(pattern=ast.MatchClass() as inner):
                return self._case(inner)
            case ast.MatchClass(cls=kind) if (ours := self._of_classes(kind)) is not None:
                return (Arm("", ours),)
        return ()


def _tried(node: ast.Try) -> bool | None:
    """Say whose objects a `try` expects whose handler is for the other library's; None where it is no such `try`."""
    caught = [one for handler in node.handlers if handler.type for one in _alternatives(handler.type)]
    if not any(isinstance(one, ast.Name) and one.id == "AttributeError" for one in caught):
        return None
    asked, otherwise = _asked(node.body), _asked(node.handlers)
    if asked & ATTRIBUTES.keys() and "status" in otherwise:
        return False
    return True if "status" in asked and otherwise & ATTRIBUTES.keys() else None


def _asked(parts: Sequence[ast.AST]) -> set[str]:
    """Give the names of the members that are asked for."""
    return {node.attr for part in parts for node in walk(part) if isinstance(node, ast.Attribute)}


def is_ours(arms: tuple[Arm, ...], *subjects: str) -> bool | None:
    """Say what the innermost arm that speaks of one of these subjects tells of them; None where none does."""
    for arm in reversed(arms):
        if not arm.subject or arm.subject in subjects:
            return arm.ours
    return None


def _kept_subject(flag: str, subject: str, function: Function | None) -> str:
    """Give the subject of a flag that is kept on `self`: the attribute that keeps what its constructor tested."""
    own, _, attribute = flag.partition(".")
    if not attribute or subject.startswith(f"{own}."):
        return subject
    attributes = function.owner.attributes if function is not None and function.owner is not None else {}
    for name, assigned in attributes.items():
        names = (node for one in assigned if one.value for node in walk(one.value) if isinstance(node, ast.Name))
        if any(node.id == subject for node in names) and f"{own}.{name}" != flag:
            return f"{own}.{name}"
    return ""


def _subject(node: ast.expr) -> str:
    """Give what is asked about: of `type(client)` the client."""
    while isinstance(node, ast.Call) and node.args:
        node = node.args[0]
    return ast.unparse(node)


def _alternatives(kinds: ast.expr) -> Iterator[ast.expr]:
    """Give the classes of `(A, B)` and `A | B`."""
    match kinds:
        case ast.Tuple(elts=elements):
            for element in elements:
                yield from _alternatives(element)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from _alternatives(left)
            yield from _alternatives(right)
        case _:
            yield kinds


def _strings(*nodes: ast.expr) -> str:
    """Give the strings in expressions."""
    constants = (inner.value for node in nodes for inner in walk(node) if isinstance(inner, ast.Constant))
    return " ".join(value.lower() for value in constants if isinstance(value, str))


def _named(text: str, *, plain: bool = False) -> bool | None:
    """Say which library a text names: aiohttp (True), another client (False), or none, or both.

    One that is no `plain` text, but a flag's name, may well speak of requests and not of `requests`.
    """
    words = _WORD.findall(text)
    plain = plain or not _FLAGGING.isdisjoint(words)
    said = {WORDS[word] for word in words if word in WORDS and (plain or word != "requests")}
    return said.pop() if len(said) == 1 else None


def _leaves(suite: Sequence[ast.AST]) -> bool:
    """Whether a suite never comes to what follows it."""
    match suite:
        case [*_, ast.If(body=body, orelse=orelse)]:
            return _leaves(body) and _leaves(orelse)
        case [*_, ast.With(body=body) | ast.AsyncWith(body=body)]:
            return _leaves(body)
    return bool(suite) and isinstance(suite[-1], _LEAVING)


Sides = dict[str, dict[ast.AST, bool | None]]
"""For each flag of a function on which of its sides each node stands: True where it is set."""


def sides_by_flag(scopes: FileScopes, function: Function) -> Sides:
    """Look on which sides of its plain flags the nodes of a function stand; of more than `_MOST_FLAGS` the first."""
    given = {a.arg for a in (*function.parameters, *function.node.args.kwonlyargs)} | {
        *scopes.bindings.assigned,
        *scopes.imports.names,
    }
    # timid: what is made in the function may tell of the response
    flags = [f for f in dict.fromkeys(_flags(function)) if f in given or f.partition(".")[0] == function.self_name]
    return {
        flag: {node: is_ours(arms) for node, arms in LibraryTests(scopes, {flag: True}).arms(function)}
        for flag in flags[:_MOST_FLAGS]
    }


def separating(sides: Sides, ours: Sequence[ast.AST], others: Sequence[ast.AST]) -> dict[str, bool]:
    """Find a flag on whose one side all of `ours` stand, and all of `others` on the other; say which is aiohttp's."""
    for flag, side in sides.items():
        found = {side.get(node) for node in ours}
        if len(found) == 1 and None not in found and {side.get(node) for node in others} == {*map(_inverted, found)}:
            return {flag: found == {True}}
    return {}


def _inverted(side: bool | None) -> bool:  # noqa: FBT001  the only argument
    return not side


def _flags(function: Function) -> Iterator[str]:
    """Give the plain flags that a function tests, as they are written."""
    for node in walk(function.node):
        if isinstance(node, (ast.If, ast.IfExp)):
            pending = [node.test]
            while pending:
                match pending.pop():
                    case ast.UnaryOp(op=ast.Not(), operand=operand):
                        pending.append(operand)
                    case ast.BoolOp(values=values):
                        pending += values
                    case ast.Name() | ast.Attribute(value=ast.Name()) as flag:
                        yield ast.unparse(flag)
                    case ast.Compare(
                        left=ast.Name() | ast.Attribute(value=ast.Name()) as flag, comparators=[ast.Constant()]
                    ):
                        yield ast.unparse(flag)
