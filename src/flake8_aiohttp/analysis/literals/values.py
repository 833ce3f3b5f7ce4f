"""What an expression is, as far as the code spells it out: its type, its text, the items of a dict or list."""

from __future__ import annotations

import ast
import builtins
import dataclasses
from collections.abc import Callable, Container, Iterable
from typing import Any

from flake8_aiohttp.analysis.domain.literals import EITHER, Item, Literal
from flake8_aiohttp.analysis.facts.suites import Anchor, Suites, bound_by
from flake8_aiohttp.analysis.literals.alterations import Alterations
from flake8_aiohttp.analysis.literals.definitions import ANY, WHOLE, Definitions, Reaching
from flake8_aiohttp.analysis.literals.suspects import Suspects
from flake8_aiohttp.python.definitions import Attribute, Function
from flake8_aiohttp.python.scopes import FileScopes
from flake8_aiohttp.python.source import Source

_MAKERS = frozenset({"bool", "bytes", "float", "frozenset", "int", "list", "set", "str", "tuple"})
_TESTS = frozenset({"callable", "hasattr", "isinstance", "issubclass"})
_CERTAIN_TESTS = (ast.In, ast.NotIn, ast.Is, ast.IsNot)
_TAKING_DICTS = frozenset({"params", "headers", "data", "json", "cookies"})
_UNCHANGING = frozenset({"bool", "bytes", "float", "int", "str", "tuple"})
MOST_NAMES = 4
"""So many names and helpers are followed from one argument."""


_TOLD_BY_TESTS = frozenset({"None", "bool"})
"""Types of which one of several values is passed over: a test before the call may have told that it is another."""


class Literals:
    """Reads the values of a file; `requests` are the calls that are known to be aiohttp's and change nothing."""

    def __init__(self, source: Source, scopes: FileScopes, requests: Container[ast.AST]) -> None:
        self._source = source
        self._scopes = scopes
        self._requests = requests
        self._suites: dict[Function | None, Suites] = {}
        self._suspects: dict[Function, Suspects] = {}
        self._bound: dict[Function, frozenset[str]] = {}
        self._definitions: dict[tuple[Function | None, str], Definitions | None] = {}
        self._alterations = Alterations(source.tree, requests)
        self._depth = 0
        self._takes_dict = False

    def argument(self, node: ast.expr, function: Function | None, parameter: str) -> Literal | None:
        """Give what an argument of a call in `function` is; `parameter` is what takes it."""
        self._takes_dict = parameter in _TAKING_DICTS
        return self.read(node, function, node)

    def is_guarded(self, node: ast.Call, function: Function | None) -> bool:
        """Whether a handler around a call expects what a wrong argument raises."""
        suites = self._suites_of(function)
        return suites.anchors.get(node) in suites.guarded

    def _suites_of(self, function: Function | None) -> Suites:
        if function not in self._suites:
            self._suites[function] = Suites(function.node.body if function else self._source.tree.body)
        return self._suites[function]

    def read(self, node: ast.expr, function: Function | None, anchor: Anchor) -> Literal | None:
        """Give what an expression is, where `anchor` evaluates it, or what holds `anchor`."""
        return _Reader(self, function, anchor).read(node)

    def literal(
        self,
        kind: str,
        node: ast.expr,
        items: tuple[Item, ...] = (),
        string: str | None = None,
        *,
        is_empty: bool = False,
    ) -> Literal:
        """Make a value that stands in the file."""
        return Literal(kind, self._source.span(node), self._source.excerpt(node), items, string, is_empty)

    def is_builtin(self, name: str, function: Function | None) -> bool:
        """Whether a name is Python's own here."""
        scopes = self._scopes
        taken = name in scopes.imports.names or name in scopes.bindings.assigned or name in scopes.module_functions
        return hasattr(builtins, name) and not taken and not self._is_local(name, function)

    # Names

    def name(self, node: ast.Name, function: Function | None, anchor: Anchor) -> Literal | None:
        """Give what a name holds: a variable of the function, or a constant of the module."""
        if self._depth >= MOST_NAMES:
            return None
        self._depth += 1
        try:
            if function is not None and self.binds(node.id, function):
                return self._local(node, function, anchor)
            known = node.id in self._scopes.bindings.assigned and not self._is_around(node.id, function)
            return self._constant(node.id) if known and not self._is_local(node.id, function) else None
        finally:
            self._depth -= 1

    def binds(self, name: str, function: Function) -> bool:
        """Whether a function has a parameter of that name, or binds it by a statement."""
        if function not in self._bound:
            self._bound[function] = bound_by(function)
        return name in self._bound[function]

    def _is_local(self, name: str, function: Function | None) -> bool:
        """Whether a function binds a name, be it in an expression."""
        return function is not None and (self.binds(name, function) or name in self._suites_of(function).stored)

    def _is_around(self, name: str, function: Function | None) -> bool:
        """Whether a name may be a variable of a function around."""
        while function is not None:
            function = function.parent
            if self._is_local(name, function):
                return True
        return False

    def _is_telling(self, node: ast.expr, function: Function) -> bool:
        """Whether a call, attribute or global may be a value that is known."""
        if isinstance(node, ast.Name):
            return node.id in self._scopes.bindings.assigned
        if not isinstance(node, ast.Call):
            return function.owner is not None
        makes = isinstance(node.func, ast.Name) and node.func.id in _MAKERS | _TESTS | {"dict"}
        return makes or self.helper(node.func, function) is not None

    def _suspects_of(self, function: Function) -> Suspects:
        if function not in self._suspects:
            self._suspects[function] = Suspects(function, lambda node: self._is_telling(node, function))
        return self._suspects[function]

    def _local(self, node: ast.Name, function: Function, anchor: Anchor) -> Literal | None:
        suspects = self._suspects_of(function)
        if not suspects.may_be(node.id) and (self._takes_dict or not suspects.is_given_dict(node.id)):
            return None
        suites = self._suites_of(function)
        if node.id in suites.captured:
            return None
        definitions = self._definitions_of(function, node.id)
        at = suites.anchors.get(anchor)
        state = definitions.at.get(at) if definitions and at is not None else None
        if at is None or state is None or state.lost:
            return None
        several = len(suites.roles[node.id]) > 1
        found = [each for each in state.live - state.killed if each.key != WHOLE]
        found = [
            each
            for each in found
            if each in state.sure or not (several or suites.is_retested(each.anchor, at))  # timid: another way
        ]
        if found:
            items = (each.item for each in sorted(found, key=lambda each: each.item.value.span))
            return self.literal("dict", node, tuple(items))
        return self._whole(node, state)

    def _whole(self, node: ast.Name, state: Reaching) -> Literal | None:
        wholes = [each for each in state.live if each.key == WHOLE]
        if len(wholes) != 1 or state.killed or wholes[0] not in state.sure:
            return None
        value = wholes[0].item.value
        if value.type == EITHER:
            known = tuple(item for item in value.items if item.value.type not in _TOLD_BY_TESTS)
            value = dataclasses.replace(value, items=known)
        return dataclasses.replace(value, text=node.id)

    def _definitions_of(self, function: Function, name: str) -> Definitions | None:
        key = (function, name)
        if key not in self._definitions:
            self._definitions[key] = None  # cut: a name that is defined by itself
            found = Definitions(
                name,
                self._suites_of(function).mentions[name],
                lambda node, anchor: self.read(node, function, anchor),
                self._requests,
            )
            found.run(function.node.body)
            self._definitions[key] = found
        return self._definitions[key]

    def _constant(self, name: str) -> Literal | None:
        """Give what a global is: the same whatever the module assigns to it, and altered nowhere."""
        altered = name in self._alterations.names
        return None if altered else self._agreed(self._scopes.bindings.assigned.get(name, []))

    def attribute(self, node: ast.Attribute, function: Function | None) -> Literal | None:
        """Give what an attribute of `self` is: of the same type whatever the class assigns to it."""
        if function is None or function.owner is None or not isinstance(node.value, ast.Name):
            return None
        if node.value.id != function.self_name or self._depth >= MOST_NAMES:
            return None
        self._depth += 1
        try:
            found = self._agreed(function.owner.attributes.get(node.attr, []))
        finally:
            self._depth -= 1
        if found is None or found.type in _UNCHANGING:
            return found
        alone = found.type == "dict" and len(function.owner.attributes[node.attr]) == 1
        return found if alone and node.attr not in self._alterations.attributes else None

    def _agreed(self, assigned: list[Attribute]) -> Literal | None:
        """Give what all assignments agree on: values of one type."""
        found = [self._assigned(each) for each in assigned]
        known = [literal for literal in found if literal is not None]
        if not known or len(known) < len(found) or len({literal.type for literal in known}) > 1:
            return None
        return known[0] if len(known) == 1 or known[0].type in _UNCHANGING else None

    def _assigned(self, assigned: Attribute) -> Literal | None:
        return None if assigned.value is None else self.read(assigned.value, assigned.function, assigned.value)

    # Helpers

    def returned(self, called: Function) -> Literal | None:
        """Give what a function of this file returns, where it returns in one place."""
        suites = self._suites_of(called)
        returns = [anchor for anchor in suites.tests if isinstance(anchor, ast.Return)]
        if called.is_wrapped or called.is_async or len(returns) != 1 or suites.yields or self._depth >= MOST_NAMES:
            return None
        value = returns[0].value
        self._depth += 1
        try:
            return None if value is None else self.read(value, called, returns[0])
        finally:
            self._depth -= 1

    def helper(self, func: ast.expr, function: Function | None) -> Function | None:
        """Give the function of this file that a call names: `build_params()`, `self._params()`."""
        match func:
            case ast.Name(id=name):
                return self._scopes.module_functions.get(name)
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if function is not None:
                owner = function.owner if name == function.self_name else None
                return owner.methods.get(attribute) if owner is not None else None
        return None


class _Reader:
    """Reads expressions that one anchor of a function evaluates."""

    def __init__(self, literals: Literals, function: Function | None, anchor: Anchor) -> None:
        self._literals = literals
        self._function = function
        self._anchor = anchor

    def read(self, node: ast.expr) -> Literal | None:
        """Give what an expression is."""
        reader = _READERS.get(type(node))
        return None if reader is None else reader(self, node)

    def _make(
        self,
        kind: str,
        node: ast.expr,
        items: Iterable[Item] = (),
        string: str | None = None,
        *,
        is_empty: bool = False,
    ) -> Literal:
        return self._literals.literal(kind, node, tuple(items), string, is_empty=is_empty)

    def constant(self, node: ast.Constant) -> Literal:
        value = node.value
        string = value if isinstance(value, str) else None
        return self._make(_type_of(value), node, string=string, is_empty=not value)

    def text(self, node: ast.JoinedStr) -> Literal:
        return self._make("str", node)

    def unary(self, node: ast.UnaryOp) -> Literal | None:
        if isinstance(node.op, ast.Not):
            return self._make("bool", node)
        operand = self.read(node.operand)
        is_number = operand is not None and operand.type in {"int", "float"}
        return self._make(operand.type, node, is_empty=operand.is_empty) if operand is not None and is_number else None

    def compare(self, node: ast.Compare) -> Literal | None:
        certain = len(node.ops) == 1 and isinstance(node.ops[0], _CERTAIN_TESTS)
        return self._make("bool", node) if certain else None

    def dict_display(self, node: ast.Dict) -> Literal:
        return self._make("dict", node, self._items(node), is_empty=not node.keys)

    def sequence(self, node: ast.List | ast.Tuple | ast.Set) -> Literal:
        known = (self.read(each) for each in node.elts)
        items = (Item(each) for each in known if each)
        return self._make(type(node).__name__.lower(), node, items, is_empty=not node.elts)

    def conditional(self, node: ast.IfExp) -> Literal | None:
        return self._either(node, node.body, node.orelse)

    def any_of(self, node: ast.BoolOp) -> Literal | None:
        return self._either(node, node.values[-1]) if isinstance(node.op, ast.Or) else None

    def attribute(self, node: ast.Attribute) -> Literal | None:
        return self._literals.attribute(node, self._function)

    def name(self, node: ast.Name) -> Literal | None:
        return self._literals.name(node, self._function, self._anchor)

    def _items(self, node: ast.Dict) -> list[Item]:
        """Give the items of a dict: what comes later under the same key, or under any, replaces them."""
        items: dict[str, Item] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            literal = self.read(value)
            if key is None:
                if literal is None or literal.type != "dict":
                    items.clear()
                    continue
                items.update((item.key or f"{ANY}{len(items)}", item) for item in literal.items)
                continue
            spelled = ast.unparse(key) if isinstance(key, ast.Constant) else ""
            items.pop(spelled, None)
            if literal is not None:
                known = self.read(key)
                items[spelled or f"{ANY}{len(items)}"] = Item(literal, spelled, known.type if known else "")
        return list(items.values())

    def union(self, node: ast.BinOp) -> Literal | None:
        """`params | {"full": True}`."""
        both = [self.read(node.left), self.read(node.right)] if isinstance(node.op, ast.BitOr) else []
        if not any(each is not None and each.type == "dict" for each in both):
            return None
        items: dict[str, Item] = {}
        for literal in both:
            if literal is None or literal.type != "dict":
                items.clear()
                continue
            items.update((item.key or f"{ANY}{len(items)}", item) for item in literal.items)
        return self._make("dict", node, items.values())

    def _either(self, node: ast.expr, *arms: ast.expr) -> Literal | None:
        known = [literal for literal in map(self.read, arms) if literal is not None]
        return self._make(EITHER, node, map(Item, known)) if known else None

    def call(self, node: ast.Call) -> Literal | None:
        match node.func:
            case ast.Name(id="dict") if self._literals.is_builtin("dict", self._function):
                return self._dict(node)
            case ast.Name(id=name) if name in _MAKERS and self._literals.is_builtin(name, self._function):
                return self._make(name, node, is_empty=not node.args and not node.keywords)
            case ast.Name(id=name) if name in _TESTS and self._literals.is_builtin(name, self._function):
                return self._make("bool", node)
        called = self._literals.helper(node.func, self._function)
        literal = self._literals.returned(called) if called is not None else None
        return None if literal is None else dataclasses.replace(literal, text=self._make("", node).text)

    def _dict(self, node: ast.Call) -> Literal | None:
        """`dict(page=1, full=True)`, `dict(params, full=True)`."""
        if len(node.args) > 1 or any(keyword.arg is None for keyword in node.keywords):
            return None
        base = self.read(node.args[0]) if node.args else None
        items = {item.key: item for item in base.items} if base is not None and base.type == "dict" else {}
        for keyword in node.keywords:
            key, literal = repr(keyword.arg), self.read(keyword.value)
            items.pop(key, None)
            if literal is not None:
                items[key] = Item(literal, key, "str")
        return self._make("dict", node, items.values())


def _type_of(value: object) -> str:
    return "None" if value is None else type(value).__name__


_READERS: dict[type[ast.expr], Callable[[_Reader, Any], Literal | None]] = {
    ast.Constant: _Reader.constant,
    ast.JoinedStr: _Reader.text,
    ast.UnaryOp: _Reader.unary,
    ast.Compare: _Reader.compare,
    ast.Dict: _Reader.dict_display,
    ast.List: _Reader.sequence,
    ast.Tuple: _Reader.sequence,
    ast.Set: _Reader.sequence,
    ast.BinOp: _Reader.union,
    ast.IfExp: _Reader.conditional,
    ast.BoolOp: _Reader.any_of,
    ast.Name: _Reader.name,
    ast.Attribute: _Reader.attribute,
    ast.Call: _Reader.call,
}
