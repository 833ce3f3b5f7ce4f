"""What the names, attributes, keys and containers of a file are bound to."""

from __future__ import annotations

import ast
from typing import Any, NamedTuple

from flake8_aiohttp.python.definitions import Attribute, Class, Function

FILLING = frozenset("add append appendleft insert put put_nowait setdefault".split())
"""Methods that put their last argument into a container."""

_WITHS = (ast.With, ast.AsyncWith)


class Waited(NamedTuple):
    """A call whose result a name of a function is bound to by `await`, or by a block: then `block` is that.

    One that is not `awaited` is bound as it is, and the name entered later.
    """

    call: ast.Call
    name: str
    function: Function
    block: ast.With | ast.AsyncWith | None
    awaited: bool = True


class Filled(NamedTuple):
    """A value that is put into a container: by a method such as `append`, or (`keyed`) under a key."""

    container: ast.expr
    value: ast.expr
    function: Function | None
    keyed: bool


class Bindings:
    """Each assignment of a file, by what it binds; those of attributes are kept by their classes.

    `assigned` are the globals of the module, `keyed` what is put under a key (`app["session"]`), `locals` the names of
    each function; `waited` the calls that are awaited or entered for a name, `filled` what is put into containers;
    `nonlocals` and `globals_declared` are the names that any function declares so.
    """

    def __init__(self, classes: dict[str, Class]) -> None:
        self._classes = classes
        self.assigned: dict[str, list[Attribute]] = {}
        self.keyed: dict[str, list[Attribute]] = {}
        self.locals: dict[Function, dict[str, list[Attribute]]] = {}
        self.waited: list[Waited] = []
        self.filled: list[Filled] = []
        self.nonlocals: set[str] = set()
        self.globals_declared: set[str] = set()
        self._reentered: set[tuple[Function, str]] = set()

    def declare(self, statement: ast.Nonlocal | ast.Global) -> None:
        """Note the names that a function shares with those around it, or with the module."""
        names = self.nonlocals if isinstance(statement, ast.Nonlocal) else self.globals_declared
        names.update(statement.names)

    def note_filling(self, call: ast.expr | None, function: Function | None) -> None:
        """Note what a statement puts into a container: `self.peers.add(peer)`."""
        if type(call) is ast.Call and type(func := call.func) is ast.Attribute and func.attr in FILLING and call.args:
            self.filled.append(Filled(func.value, call.args[-1], function, func.attr == "setdefault"))

    def note_entered(self, block: ast.stmt, function: Function | None) -> None:
        """Note what the names of a `with` are bound to, and which names it enters."""
        if function is None or not isinstance(block, _WITHS):
            return
        for item in block.items:
            if isinstance(block, ast.AsyncWith) and isinstance(item.context_expr, ast.Name):
                self._reentered.add((function, item.context_expr.id))
            if not isinstance(item.optional_vars, ast.Name):
                continue
            name = item.optional_vars.id
            self._note_local(name, Attribute(item.context_expr, None, function, entered=True))
            call = item.context_expr.value if isinstance(item.context_expr, ast.Await) else item.context_expr
            if isinstance(call, ast.Call):
                self.waited.append(Waited(call, name, function, block))

    def settle(self) -> None:
        """Note the calls whose results are bound to a name as they are, and entered by it."""
        for function, name in self._reentered:
            for one in self.locals.get(function, {}).get(name, ()):
                if isinstance(one.value, ast.Call) and not one.entered:
                    self.waited.append(Waited(one.value, name, function, None, awaited=False))

    def _note_local(self, name: str, attribute: Attribute) -> None:
        if attribute.function is not None:
            _note(self.locals.setdefault(attribute.function, {}), name, attribute)

    def note_attribute(
        self, statement: ast.Assign | ast.AnnAssign, function: Function | None, owner: Class | None
    ) -> None:
        """Note what an assignment says of an attribute, of a global, or of a key (`app["session"]`)."""
        value = statement.value
        targets: list[Any] = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        annotation = statement.annotation if isinstance(statement, ast.AnnAssign) else None
        self.note_filling(value, function)
        for target in targets:
            kind = type(target)
            if kind is ast.Name:
                self._note_name(target.id, Attribute(value, annotation, function), owner)
            elif kind is ast.Attribute:
                holder, name = self._holder(target, function)
                if holder is not None and name:
                    _note(holder.attributes, name, Attribute(value, annotation, function))
            elif kind is ast.Subscript and value is not None:
                self.filled.append(Filled(target.value, value, function, keyed=True))
                if key := _key(target.slice):
                    _note(self.keyed, key, Attribute(value, annotation, function))

    def _note_name(self, name: str, attribute: Attribute, owner: Class | None) -> None:
        function = attribute.function
        if function is not None and type(attribute.value) is ast.Await and type(attribute.value.value) is ast.Call:
            self.waited.append(Waited(attribute.value.value, name, function, None))
        if owner is not None:
            _note(owner.attributes, name, attribute)
        elif function is None or name in self.globals_declared:
            attribute.function = None
            _note(self.assigned, name, attribute)
        else:
            self._note_local(name, attribute)

    def _holder(self, target: ast.Attribute, function: Function | None) -> tuple[Class | None, str]:
        """Give the class that an attribute belongs to, and its name there: of `Shared.session`, of `self.session`."""
        if isinstance(target.value, ast.Name) and target.value.id in self._classes:
            return self._classes[target.value.id], target.attr
        if function is None or function.owner is None:
            return None, ""
        return function.owner, _on_self(target, function)


def _note(known: dict[str, list[Attribute]], name: str, attribute: Attribute) -> None:
    known.setdefault(name, []).append(attribute)


def _key(node: ast.expr) -> str:
    """Give a key that is spelt out, or the name of one, else nothing."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return node.id if isinstance(node, ast.Name) else ""


def _on_self(target: ast.Attribute, function: Function) -> str:
    """Give the name of an attribute of `self`, or of an attribute of one (`bot.session`), else nothing."""
    inner = target.value
    if isinstance(inner, ast.Name) and inner.id == function.self_name:
        return target.attr
    if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name) and inner.value.id == function.self_name:
        return f"{inner.attr}.{target.attr}"
    return ""
