"""What an expression makes, as far as it can be read off without running it."""

from __future__ import annotations

import ast
from typing import Protocol

from flake8_aiohttp.aiohttp_model.objects import MEMBERS, SESSION_CLASSES, VERBS, Kind
from flake8_aiohttp.analysis.domain.limits import MOST_CHARACTERS, MOST_READINGS_DEEP
from flake8_aiohttp.analysis.domain.values import (
    NOWHERE,
    AbstractObject,
    BoundMethod,
    DictValue,
    Imported,
    Instance,
    SequenceValue,
    Site,
    Text,
    Value,
    awaited,
    entered,
    nature,
    summary_of,
)
from flake8_aiohttp.analysis.facts.contents import is_taken
from flake8_aiohttp.finding import Span
from flake8_aiohttp.python.definitions import Class, Function
from flake8_aiohttp.python.scopes import FileScopes


class Declarations(Protocol):
    """What the declarations of a file say of the places in it."""

    @property
    def scopes(self) -> FileScopes:
        """The scopes of the file."""

    def kind(self, qualified: str) -> Kind | None:
        """Say what calling a name of another module gives."""

    def made(self, qualified: str, span: Span) -> AbstractObject | None:
        """Give what calling a name of another module makes."""

    def annotated(self, node: ast.expr | None) -> Value:
        """Give what a place with this annotation holds."""

    def instance(self, definition: Class, span: Span) -> Value:
        """Give an object of a class of this file."""

    def method(self, definition: Class, name: str) -> Function | None:
        """Find a method in a class or its bases."""

    def attribute(self, definition: Class, name: str) -> Value:
        """Give what `self.name` holds in this class."""

    def global_value(self, name: str) -> Value:
        """Give what a global of the module holds."""

    def parameter(self, function: Function, name: str) -> Value:
        """Give what a parameter holds."""

    def is_client_factory(self, function: Function, name: str) -> bool:
        """Whether a parameter is pytest's `aiohttp_client`."""


_TEXTS = frozenset({ast.Constant, ast.JoinedStr, ast.BinOp})
_MADE = frozenset({ast.Call, ast.Await, ast.BoolOp, ast.IfExp, ast.Name, ast.Attribute})
_DISPLAYS = frozenset({ast.List, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp})
_READ = _TEXTS | _MADE | _DISPLAYS
"""The expressions that can be read off."""


class Readings:
    """Reads expressions by what the declarations of the file say of the names in them."""

    def __init__(self, declared: Declarations) -> None:
        self._declared = declared
        self._scopes = declared.scopes
        self._locals: dict[tuple[Function, str], Value] = {}
        self._depth = 0

    def static(self, node: ast.expr | None, function: Function | None) -> Value:
        """Give what an expression makes, as far as it can be read off without running it."""
        named = self._scopes.qualified(node) if isinstance(node, (ast.Name, ast.Attribute)) else None
        if named is not None and named in SESSION_CLASSES:
            return Imported(named)
        if type(node) not in _READ or self._depth >= MOST_READINGS_DEEP:
            return None  # timid: a name behind many names
        self._depth += 1
        try:
            return self._read(node, function)
        finally:
            self._depth -= 1

    def _read(self, node: ast.expr | None, function: Function | None) -> Value:
        match node:
            case ast.Constant(value=value):
                return Text(value, settled=False) if isinstance(value, str) else None
            case ast.JoinedStr(values=parts):
                return self._static_text([p.value if isinstance(p, ast.FormattedValue) else p for p in parts], function)
            case ast.BinOp(op=ast.Add()):
                return self._static_text(_summands(node), function)
            case ast.Call(func=func):
                return self._static_call(node, func, function)
            case ast.Await(value=value):
                return awaited(self.static(value, function))
            case ast.BoolOp(values=values):
                return self._chosen(values, function)
            case ast.IfExp(body=body, orelse=orelse):
                return self._chosen([body, orelse], function, mixed=self.is_foreign(body) or self.is_foreign(orelse))
            case ast.Name(id=name):
                return (self._local(function, name) if function else None) or self._declared.global_value(name)
            case ast.Attribute() if function is not None:
                return self._static_attribute(function, node)
        return self._display(node, function)

    def _display(self, node: ast.expr | None, function: Function | None) -> Value:
        """Give the list, set or dict that an expression makes of objects of one kind."""
        match node:
            case ast.List(elts=elements) | ast.Set(elts=elements) | ast.Dict(values=elements):
                pass
            case ast.ListComp(elt=element) | ast.SetComp(elt=element) | ast.DictComp(value=element):
                elements = [element]
            case _:
                return None
        if not elements or any(isinstance(element, ast.Constant) for element in elements):
            return None
        values = [self.static(element, function) for element in elements]
        if not all(isinstance(v, AbstractObject) and nature(v) == nature(values[0]) for v in values):
            return None
        held = summary_of(values[0])
        is_mapping = isinstance(node, (ast.Dict, ast.DictComp))
        return DictValue(((None, held),)) if is_mapping else SequenceValue((held,), exact=False)

    def _local(self, function: Function, name: str) -> Value:
        """Give what a name of a function holds, where all that it is assigned there is alike."""
        key = function, name
        if key not in self._locals:
            self._locals[key] = None  # cut: a name that is defined by itself
            self._locals[key] = self._declared.parameter(function, name) or self._assigned(function, name)
        return self._locals[key]

    def _assigned(self, function: Function, name: str) -> Value:
        values = []
        for one in self._scopes.bindings.locals.get(function, {}).get(name, ()):
            value = self._declared.annotated(one.annotation)
            if value is None and (isinstance(one.value, ast.Constant) or is_taken(one.value)):
                continue  # what is put into the container says more
            value = value or self.static(one.value, function)
            values.append(entered(value) if one.entered else value)
        alike = values and all(isinstance(v, AbstractObject) and nature(v) == nature(values[0]) for v in values)
        return values[0] if alike else None

    def _chosen(self, values: list[ast.expr], function: Function | None, *, mixed: bool = False) -> Value:
        """Give the first of several values that is known, unless another library's is among them."""
        return None if mixed else next((found for value in values if (found := self.static(value, function))), None)

    def _static_attribute(self, function: Function, node: ast.Attribute) -> Value:
        if node.attr in VERBS:
            return _verb(self.static(node.value, function), node)
        if not isinstance(node.value, ast.Name):
            return None
        if node.value.id == function.self_name and function.owner is not None:
            return self._declared.attribute(function.owner, node.attr)
        holder = self._declared.parameter(function, node.value.id)
        return self._declared.attribute(holder.definition, node.attr) if isinstance(holder, Instance) else None

    def _static_text(self, parts: list[ast.expr], function: Function | None) -> Value:
        values = [self.static(part, function) for part in parts]
        texts = [value.value if isinstance(value, Text) else "\0" for value in values]
        if sum(map(len, texts)) > MOST_CHARACTERS:
            return None
        return Text("".join(texts), settled=False) if any(text != "\0" for text in texts) else None

    def _static_call(self, node: ast.Call, func: ast.expr, function: Function | None) -> Value:
        qualified = self._scopes.qualified(func)
        if qualified == "re.compile":
            return Imported("re")  # a pattern has the functions of `re`
        if qualified is not None:
            return self._declared.made(qualified, NOWHERE)
        if isinstance(func, ast.Name) and function is not None and self._declared.is_client_factory(function, func.id):
            return AbstractObject(Kind.TEST_CLIENT, Site(NOWHERE))
        if isinstance(func, ast.Name) and func.id in self._scopes.classes:
            return self._declared.instance(self._scopes.classes[func.id], NOWHERE)
        if isinstance(func, ast.Attribute) and func.attr in {"run_until_complete", "enter_async_context"} and node.args:
            return self.static(node.args[0], function)
        if isinstance(func, ast.Attribute) and func.attr == "__aenter__":
            return self.static(func.value, function)
        if isinstance(func, ast.Attribute):
            receiver = self.static(func.value, function)
            if isinstance(receiver, AbstractObject):
                return self.member(receiver, func.attr)
        called = self.called(func, function)
        return self._declared.annotated(called.node.returns) or self.returned(called) if called else None

    def member(self, owner: Value, name: str) -> Value:
        """Give what calling a method of an object gives."""
        if not isinstance(owner, AbstractObject):
            return None
        member = MEMBERS[owner.kind].get(name)
        if member is None or member.gives is None:
            return None
        return AbstractObject(member.gives, Site(NOWHERE), foreign=owner.foreign)

    def called(self, func: ast.expr, function: Function | None) -> Function | None:
        """Find the function of this file that an expression names: `fetch`, `self.fetch`."""
        match func:
            case ast.Name(id=name):
                return self._scopes.module_functions.get(name)
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if (
                function is not None and function.owner is not None and name == function.self_name
            ):
                return self._declared.method(function.owner, attribute)
        return None

    def returned(self, function: Function) -> Value:
        """Give what the last `return` of a function gives: `return aiohttp.ClientSession()`, `return session`."""
        match function.node.body[-1]:
            case ast.Return(value=ast.Name(id=name)):
                return self._local(function, name)
            case ast.Return(value=ast.Call() as made):
                return self.static(made, None)
        return None

    def is_foreign(self, node: ast.expr | None) -> bool:
        """Whether an expression makes something that another library is known to make."""
        while isinstance(node, ast.Await):
            node = node.value
        if not isinstance(node, ast.Call):
            return False
        qualified = self._scopes.qualified(node.func)
        return qualified is not None and self._declared.kind(qualified) is None and qualified[:1] != "."


def _summands(node: ast.expr) -> list[ast.expr]:
    """Give what `a + b + c` adds up; generated code adds up thousands, hence no recursion."""
    summands: list[ast.expr] = []
    while isinstance(node, ast.BinOp):
        summands.append(node.right)
        node = node.left
    return [node, *reversed(summands)]


def _verb(owner: Value, node: ast.Attribute) -> Value:
    """Give a session's verb that is kept: `self._get = self.session.get`."""
    if not isinstance(owner, AbstractObject) or owner.kind is not Kind.SESSION:
        return None
    return BoundMethod(owner, node.attr, NOWHERE, ast.unparse(node))
