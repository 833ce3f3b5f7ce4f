"""The scopes of a file: its imports, functions and classes, found by one walk over its statements.

Expressions are not looked at here: a statement-only walk costs a sixth of `ast.walk`.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

FILLING = frozenset("add append appendleft insert put put_nowait setdefault".split())
"""Methods that put their last argument into a container."""

_WITHS = (ast.With, ast.AsyncWith)

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclasses.dataclass(eq=False)
class Class:
    """A class of the file: its methods, and what its bodies assign to attributes of `self` or the class."""

    node: ast.ClassDef
    methods: dict[str, Function] = dataclasses.field(default_factory=dict)
    attributes: dict[str, list[Attribute]] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(eq=False)
class Function:
    """A function of the file with the class or function around it."""

    node: FunctionNode
    owner: Class | None
    parent: Function | None

    @property
    def name(self) -> str:
        """The function's own name."""
        return self.node.name

    @property
    def is_async(self) -> bool:
        """Whether it is an `async def`."""
        return isinstance(self.node, ast.AsyncFunctionDef)

    @cached_property
    def parameters(self) -> list[ast.arg]:
        """Its parameters that can be given by position, in order."""
        return [*self.node.args.posonlyargs, *self.node.args.args]

    @cached_property
    def self_name(self) -> str | None:
        """The name of the parameter that is the instance (or class), where it is a method."""
        if self.owner is None or not self.parameters or self.decorated_by("staticmethod"):
            return None
        return self.parameters[0].arg

    @property
    def is_property(self) -> bool:
        """Whether it is called by being fetched."""
        return self.decorated_by("property", "cached_property")

    @property
    def is_wrapped(self) -> bool:
        """Whether some decorator may have put another function in its place."""
        return any(_last_name(one) not in {"staticmethod", "classmethod"} for one in self.node.decorator_list)

    def decorated_by(self, *names: str) -> bool:
        """Whether one of its decorators ends in one of `names`."""
        return any(_last_name(decorator) in names for decorator in self.node.decorator_list)


@dataclasses.dataclass(eq=False, slots=True)
class Attribute:
    """One assignment or annotation of a name or attribute; `function` is where it stands, if in one.

    One that is `entered` is bound to what the context `value` gives.
    """

    value: ast.expr | None
    annotation: ast.expr | None
    function: Function | None
    entered: bool = False


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


def _last_name(node: ast.expr) -> str:
    while isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


class FileScopes:
    """Imports, functions and classes of a module.

    `imports` maps a name of the file to the qualified name it stands for; a name that two imports give
    different meanings stands for none. `packages` are the top-level packages imported anywhere,
    `modules` what `import a.b` names.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.imports: dict[str, str] = {}
        self.import_statements: list[ast.Import | ast.ImportFrom] = []
        self.packages: set[str] = set()
        self.modules: set[str] = set()
        self.functions: list[Function] = []
        self.classes: dict[str, Class] = {}
        self.module_functions: dict[str, Function] = {}
        self.by_node: dict[ast.AST, Function] = {}
        self.assigned: dict[str, list[Attribute]] = {}
        self.keyed: dict[str, list[Attribute]] = {}
        self.waited: list[Waited] = []
        self._reentered: set[tuple[Function, str]] = set()
        self.filled: list[Filled] = []
        self.locals: dict[Function, dict[str, list[Attribute]]] = {}
        self.nonlocals: set[str] = set()
        self.globals_declared: set[str] = set()
        self._lineages: dict[Class, tuple[Class, ...]] = {}
        self._ambiguous: set[str] = set()
        self._walk(tree.body)
        self._note_reentered()
        for name in self._ambiguous:
            del self.imports[name]

    def _walk(self, body: list[ast.stmt]) -> None:
        pending: list[tuple[list[Any], Function | None, Class | None]] = [(body, None, None)]
        while pending:
            statements, function, owner = pending.pop()
            for statement in statements:
                kind = type(statement)
                if kind is ast.Expr or kind is ast.Return:
                    self._note_filling(statement.value, function)
                elif kind is ast.Assign or kind is ast.AnnAssign:
                    self._note_attribute(statement, function, owner)
                elif kind is ast.FunctionDef or kind is ast.AsyncFunctionDef:
                    pending.append((statement.body, self._add_function(statement, function, owner), None))
                elif kind is ast.ClassDef:
                    pending.append((statement.body, function, self._add_class(statement)))
                elif kind is ast.Nonlocal or kind is ast.Global:
                    (self.nonlocals if kind is ast.Nonlocal else self.globals_declared).update(statement.names)
                elif kind is ast.Import or kind is ast.ImportFrom:
                    self._add_import(statement)
                elif kind in _SUITES:
                    self._note_entered(statement, function)
                    pending += [(inner, function, owner) for inner in blocks(statement)]

    def _note_filling(self, call: ast.expr | None, function: Function | None) -> None:
        """Note what a statement puts into a container: `self.peers.add(peer)`."""
        if type(call) is ast.Call and type(func := call.func) is ast.Attribute and func.attr in FILLING and call.args:
            self.filled.append(Filled(func.value, call.args[-1], function, func.attr == "setdefault"))

    def _note_entered(self, block: ast.stmt, function: Function | None) -> None:
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

    def _note_reentered(self) -> None:
        """Note the calls whose results are bound to a name as they are, and entered by it."""
        for function, name in self._reentered:
            for one in self.locals.get(function, {}).get(name, ()):
                if isinstance(one.value, ast.Call) and not one.entered:
                    self.waited.append(Waited(one.value, name, function, None, awaited=False))

    def _note_local(self, name: str, attribute: Attribute) -> None:
        if attribute.function is not None:
            _note(self.locals.setdefault(attribute.function, {}), name, attribute)

    def _add_function(self, node: ast.stmt, parent: Function | None, owner: Class | None) -> Function:
        assert isinstance(node, FunctionNode)
        function = Function(node, owner, parent)
        self.functions.append(function)
        self.by_node[node] = function
        if owner is not None:
            owner.methods[node.name] = function
        elif parent is None:
            self.module_functions[node.name] = function
        return function

    def _add_class(self, node: ast.ClassDef) -> Class:
        return self.classes.setdefault(node.name, Class(node))

    def _note_attribute(
        self, statement: ast.Assign | ast.AnnAssign, function: Function | None, owner: Class | None
    ) -> None:
        """Note what an assignment says of an attribute, of a global, or of a key (`app["session"]`)."""
        value = statement.value
        targets: list[Any] = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        annotation = statement.annotation if isinstance(statement, ast.AnnAssign) else None
        self._note_filling(value, function)
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
        if function is not None and type(attribute.value) is ast.Await:
            self._note_awaited(attribute.value.value, name, function)
        if owner is not None:
            _note(owner.attributes, name, attribute)
        elif function is None or name in self.globals_declared:
            attribute.function = None
            _note(self.assigned, name, attribute)
        else:
            self._note_local(name, attribute)

    def _note_awaited(self, call: ast.expr, name: str, function: Function) -> None:
        if isinstance(call, ast.Call):
            self.waited.append(Waited(call, name, function, None))

    def _holder(self, target: ast.Attribute, function: Function | None) -> tuple[Class | None, str]:
        """Give the class that an attribute belongs to, and its name there: of `Shared.session`, of `self.session`."""
        if isinstance(target.value, ast.Name) and target.value.id in self.classes:
            return self.classes[target.value.id], target.attr
        if function is None or function.owner is None:
            return None, ""
        return function.owner, _on_self(target, function)

    def _add_import(self, node: ast.Import | ast.ImportFrom) -> None:
        self.import_statements.append(node)
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                self.packages.add(top)
                self.modules.add(alias.name)
                self._bind(alias.asname or top, alias.name if alias.asname else top)
            return
        module = "." * node.level + (node.module or "")
        if not node.level:
            self.packages.add(module.partition(".")[0])
        prefix = f"{module}."
        for alias in node.names:
            self._bind(alias.asname or alias.name, prefix + alias.name)

    def _bind(self, name: str, qualified: str) -> None:
        if self.imports.setdefault(name, qualified) != qualified:
            self._ambiguous.add(name)

    def lineage(self, definition: Class) -> tuple[Class, ...]:
        """Give a class and those of its bases that stand in this file."""
        if not definition.node.bases:
            return (definition,)
        if definition not in self._lineages:
            self._lineages[definition] = tuple(self._lineage(definition))
        return self._lineages[definition]

    def _lineage(self, definition: Class) -> dict[Class, None]:
        seen: dict[Class, None] = {}
        pending = [definition]
        while pending:
            current = pending.pop(0)
            if current not in seen:
                seen[current] = None
                names = [base.id for base in current.node.bases if isinstance(base, ast.Name)]
                pending += [self.classes[name] for name in names if name in self.classes]
        return seen

    def qualified(self, node: ast.expr) -> str | None:
        """Give the dotted name that an expression (`web.Request`) stands for, or None."""
        members: list[str] = []
        while isinstance(node, ast.Attribute):
            members.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id not in self.imports:
            return None
        return ".".join([self.imports[node.id], *reversed(members)])


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


_SUITES: dict[type[ast.AST], tuple[str, ...]] = {
    kind: tuple(field for field in ("body", "orelse", "finalbody") if field in kind._fields)
    for kind in ast.stmt.__subclasses__()
    if "body" in kind._fields or kind is ast.Match
}
"""The fields of each kind of compound statement that hold statements."""


def blocks(statement: ast.stmt) -> Sequence[list[ast.stmt]]:
    """Give the suites that stand inside a compound statement."""
    kind = type(statement)
    fields = _SUITES.get(kind)
    if fields is None:
        return ()
    found = [suite for field in fields if (suite := getattr(statement, field))]
    if kind is ast.Match or "handlers" in kind._fields:
        parts: Any = statement
        found += [part.body for part in (parts.cases if kind is ast.Match else parts.handlers)]
    return found
