"""Where aiohttp's objects come from: annotations, constructors, attributes of `self`, parameters.

These are facts of the file, found without running anything; what they say of a place holds wherever the
analysis knows nothing better.
"""

from __future__ import annotations

import ast
import dataclasses
from functools import cached_property

from flake8_aiohttp.aiohttp_model.objects import (
    CLIENT_FIXTURES,
    INHERITED,
    MEMBERS,
    TYPES,
    UNMADE,
    VERBS,
    Kind,
    known_names,
    session_names,
)
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
from flake8_aiohttp.analysis.facts.contents import Contents, is_taken
from flake8_aiohttp.analysis.facts.entry_points import Routes, given_by_fixture
from flake8_aiohttp.analysis.facts.hints import Hints
from flake8_aiohttp.analysis.facts.identifiers import Identifiers
from flake8_aiohttp.finding import Span
from flake8_aiohttp.options import Options
from flake8_aiohttp.python.definitions import Attribute, Class, Function
from flake8_aiohttp.python.scopes import FileScopes
from flake8_aiohttp.python.source import Source


class StaticTypes:
    """The facts of one file; every question is answered once and remembered."""

    def __init__(self, source: Source, scopes: FileScopes, identifiers: Identifiers, options: Options) -> None:
        self.scopes = scopes
        self.sessions = session_names(options.session_factories)
        self.responses = options.response_types
        self.known_names = known_names(options.session_factories, options.response_types)
        self._attributes: dict[tuple[Class, str], Value] = {}
        self._parameters: dict[ast.arg, Value] = {}
        self._globals: dict[str, Value] = {}
        self._keys: dict[str, Value] = {}
        self._bases: dict[Class, list[str]] = {}
        self.unsure: dict[Site, ast.expr] = {}
        self._hints = Hints(scopes, self.kind, self.instance)
        self.routes = Routes(self, identifiers, source.tree)
        self._contents = Contents(scopes, self.static, self.lineage)
        self._locals: dict[tuple[Function, str], Value] = {}
        self._places = 0

    def kind(self, qualified: str) -> Kind | None:
        """Say what calling, or being annotated with, a name of another module gives."""
        if qualified in self.sessions:
            return Kind.SESSION
        return Kind.RESPONSE if qualified in self.responses else TYPES.get(qualified)

    def made(self, qualified: str, span: Span) -> AbstractObject | None:
        """Give what calling a name of another module makes."""
        kind = self.kind(qualified)
        if kind is None or kind in UNMADE:
            return None
        return AbstractObject(kind, Site(span), foreign=qualified not in TYPES)

    def annotated(self, node: ast.expr | None) -> Value:
        """Give what a place with this annotation holds."""
        return self._hints.annotated(node)

    def is_data(self, node: ast.expr | None) -> bool:
        """Whether an annotation says that a place holds plain data, nothing that is to be awaited."""
        return self._hints.is_data(node)

    def instance(self, definition: Class, span: Span) -> Instance | AbstractObject:
        """Give an object of a class of this file: a subclass of aiohttp's stays aiohttp's."""
        kinds = (self.kind(base) for base in self._foreign_bases(definition))
        kind = next((kind for kind in kinds if kind is not None), None)
        return Instance(definition) if kind is None else AbstractObject(kind, Site(span), definition)

    def lineage(self, definition: Class) -> tuple[Class, ...]:
        """Give a class and those of its bases that stand in this file."""
        return self.scopes.lineage(definition)

    def method(self, definition: Class, name: str, *, above: bool = False) -> Function | None:
        """Find a method in a class or its bases; `above` skips the class itself, as `super()` does."""
        lineage = self.lineage(definition)[1 if above else 0 :]
        return next((ancestor.methods[name] for ancestor in lineage if name in ancestor.methods), None)

    def attribute(self, definition: Class, name: str) -> Value:
        """Give what `self.name` holds in this class, as its bodies assign and annotate it."""
        key = (definition, name)
        if key not in self._attributes:
            self._attributes[key] = None  # cut: an attribute that is defined by itself
            found = [a for ancestor in self.lineage(definition) for a in ancestor.attributes.get(name, ())]
            said = self._contents.of_attribute(definition, name, found, self._agreed(found))
            self._attributes[key] = said or self._placed(self._inherited(definition, name))
        return self._attributes[key]

    def _inherited(self, definition: Class, name: str) -> Value:
        """Give an attribute that a base class of aiohttp sets: `self.request` of a view."""
        bases = self._foreign_bases(definition)
        if not bases:
            return None
        kinds = (INHERITED.get((base, name)) for base in bases)
        return next((AbstractObject(kind, Site(NOWHERE)) for kind in kinds if kind is not None), None)

    def inherited(self, definition: Class) -> set[str]:
        """Give the names of the attributes that base classes of aiohttp set."""
        bases = self._foreign_bases(definition)
        return {name for base, name in INHERITED if base in bases} if bases else set()

    def _foreign_bases(self, definition: Class) -> list[str]:
        if definition not in self._bases:
            bases = [base for ancestor in self.lineage(definition) for base in ancestor.node.bases]
            self._bases[definition] = [name for base in bases if (name := self.scopes.qualified(base))]
        return self._bases[definition]

    def _agreed(self, assignments: list[Attribute]) -> Value:
        """Give what all assignments agree on; those that tell nothing are passed over."""
        known: list[Value] = []
        for assignment in assignments:
            value = self.annotated(assignment.annotation) or self.static(assignment.value, assignment.function)
            if value is None and self._foreign(assignment.value):
                return None
            known += [value] if value is not None else []
        if any(isinstance(value, Text) for value in known) and len(known) < len(assignments):
            return None
        if not known or any(nature(value) != nature(known[0]) for value in known):
            return None
        return self._placed(known[0])

    def global_value(self, name: str) -> Value:
        """Give what a global of the module holds, as its assignments say."""
        if name not in self._globals:
            self._globals[name] = None  # cut: a global that is defined by itself
            assigned = self.scopes.bindings.assigned.get(name, [])
            self._globals[name] = self._contents.of_global(name, assigned, self._agreed(assigned))
        return self._globals[name]

    def app_value(self, key: str) -> Value:
        """Give what `app["session"] = ClientSession()` put under a key, a string or the name of one, in this file."""
        if key not in self._keys:
            self._keys[key] = None  # cut: a value that is defined by itself
            keyed = self.scopes.bindings.keyed.get(key, [])
            self._keys[key] = self._contents.of_key(key, keyed, self._agreed(keyed) or self._typed_key(key))
        return self._keys[key]

    @cached_property
    def app_keys(self) -> frozenset[str]:
        """The keys under which applications of this file hold something of aiohttp's."""
        bindings = self.scopes.bindings
        keys = {*bindings.keyed, *(bindings.assigned if self.routes.serves else ()), *self._contents.keys}
        return frozenset(key for key in keys if self.app_value(key) is not None)

    def _typed_key(self, name: str) -> Value:
        """Give what a key of its own type holds: `SESSION = web.AppKey("session", ClientSession)`."""
        for assigned in self.scopes.bindings.assigned.get(name, ()):
            match assigned.value:
                case ast.Call(func=func, args=[_, kind]) if self.scopes.qualified(func) == "aiohttp.web.AppKey":
                    return self._placed(self.annotated(kind))
        return None

    def learn(self, definition: Class, name: str, value: Value) -> bool:
        """Remember what a constructor was given, where the class itself says nothing; say whether that is news."""
        if self.attribute(definition, name) is not None:
            return False
        self._attributes[definition, name] = self._placed(value)
        return True

    def learn_by_use(self, definition: Class, name: str, proof: ast.expr) -> None:
        """Remember that an attribute is used as a session is, as `proof` shows; the class itself says nothing."""
        if self.attribute(definition, name) is None:
            session = self._site_of_its_own(AbstractObject(Kind.SESSION, Site(NOWHERE)))
            self._attributes[definition, name] = session
            self.unsure[session.site] = proof

    def _placed(self, value: Value) -> Value:
        """Give an object that nobody saw being made a site of its own."""
        return self._site_of_its_own(value) if isinstance(value, AbstractObject) else value

    def _site_of_its_own(self, value: AbstractObject) -> AbstractObject:
        if value.site.span != NOWHERE:
            return value
        self._places += 1
        site = Site(Span(0, self._places, 0, self._places), (), value.site.is_summary)
        return dataclasses.replace(value, site=site)

    def _foreign(self, node: ast.expr | None) -> bool:
        """Whether an expression makes something that another library is known to make."""
        while isinstance(node, ast.Await):
            node = node.value
        if not isinstance(node, ast.Call):
            return False
        qualified = self.scopes.qualified(node.func)
        return qualified is not None and self.kind(qualified) is None and qualified[:1] != "."

    def static(self, node: ast.expr | None, function: Function | None) -> Value:
        """Give what an expression makes, as far as it can be read off without running it."""
        return self._read(node, function) if type(node) in _READ else None

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
                return self._chosen([body, orelse], function, mixed=self._foreign(body) or self._foreign(orelse))
            case ast.Name(id=name):
                return (self._local(function, name) if function else None) or self.global_value(name)
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
            self._locals[key] = self.parameter(function, name) or self._assigned(function, name)
        return self._locals[key]

    def _assigned(self, function: Function, name: str) -> Value:
        values = []
        for one in self.scopes.bindings.locals.get(function, {}).get(name, ()):
            value = self.annotated(one.annotation)
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
            return self.attribute(function.owner, node.attr)
        holder = self.parameter(function, node.value.id)
        return self.attribute(holder.definition, node.attr) if isinstance(holder, Instance) else None

    def _static_text(self, parts: list[ast.expr], function: Function | None) -> Value:
        values = [self.static(part, function) for part in parts]
        texts = [value.value if isinstance(value, Text) else "\0" for value in values]
        return Text("".join(texts), settled=False) if any(text != "\0" for text in texts) else None

    def _static_call(self, node: ast.Call, func: ast.expr, function: Function | None) -> Value:
        qualified = self.scopes.qualified(func)
        if qualified == "re.compile":
            return Imported("re")  # a pattern has the functions of `re`
        if qualified is not None:
            return self.made(qualified, NOWHERE)
        if isinstance(func, ast.Name) and function is not None and self.is_client_factory(function, func.id):
            return AbstractObject(Kind.TEST_CLIENT, Site(NOWHERE))
        if isinstance(func, ast.Name) and func.id in self.scopes.classes:
            return self.instance(self.scopes.classes[func.id], NOWHERE)
        if isinstance(func, ast.Attribute) and func.attr in {"run_until_complete", "enter_async_context"} and node.args:
            return self.static(node.args[0], function)
        if isinstance(func, ast.Attribute) and func.attr == "__aenter__":
            return self.static(func.value, function)
        if isinstance(func, ast.Attribute):
            receiver = self.static(func.value, function)
            if isinstance(receiver, AbstractObject):
                return self.member(receiver, func.attr)
        called = self.called(func, function)
        return self.annotated(called.node.returns) or self.returned(called) if called else None

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
                return self.scopes.module_functions.get(name)
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if (
                function is not None and function.owner is not None and name == function.self_name
            ):
                return self.method(function.owner, attribute)
        return None

    def returned(self, function: Function) -> Value:
        """Give what the only `return` of a short function gives: `return aiohttp.ClientSession()`."""
        last = function.node.body[-1]
        return (
            self.static(last.value, None) if isinstance(last, ast.Return) and isinstance(last.value, ast.Call) else None
        )

    def parameter(self, function: Function, name: str) -> Value:
        """Give what a parameter holds by its annotation, or by its name where pytest or a router gives it."""
        arguments = function.node.args
        for argument in (*function.parameters, *arguments.kwonlyargs):
            if argument.arg == name:
                return self.argument(function, argument)
        return None

    def argument(self, function: Function, argument: ast.arg) -> Value:
        """Give what one of the parameters of a function holds, as `parameter` does."""
        if argument not in self._parameters:
            self._parameters[argument] = self._placed(self._parameter(function, argument))
        return self._parameters[argument]

    def _parameter(self, function: Function, argument: ast.arg) -> Value:
        if argument.annotation is not None:
            return self.annotated(argument.annotation)
        if argument.arg in {"self", function.self_name}:
            return self.instance(function.owner, NOWHERE) if function.owner else None
        own = [a for a in function.parameters if a.arg != function.self_name]
        if own and own[0] is argument and (kind := self.routes.given(function)) is not None:
            return AbstractObject(kind, Site(NOWHERE))
        return given_by_fixture(self, function, argument.arg)

    def is_client_factory(self, function: Function, name: str) -> bool:
        """Whether a parameter, of a function around or of this one, is pytest's `aiohttp_client`.

        Awaiting its call gives a test client.
        """
        if name in CLIENT_FIXTURES and any(a.arg == name for a in function.parameters):
            return True
        return function.parent is not None and self.is_client_factory(function.parent, name)


_TEXTS = frozenset({ast.Constant, ast.JoinedStr, ast.BinOp})
_MADE = frozenset({ast.Call, ast.Await, ast.BoolOp, ast.IfExp, ast.Name, ast.Attribute})
_DISPLAYS = frozenset({ast.List, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp})
_READ = _TEXTS | _MADE | _DISPLAYS
"""The expressions that can be read off."""


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
