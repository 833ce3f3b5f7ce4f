"""Where aiohttp's objects come from: annotations, constructors, attributes of `self`, parameters.

These are facts of the file, found without running anything; what they say of a place holds wherever the
analysis knows nothing better.
"""

from __future__ import annotations

import ast
from functools import cached_property

from flake8_aiohttp.aiohttp_model.objects import (
    CLIENT_FIXTURES,
    INHERITED,
    Kind,
)
from flake8_aiohttp.analysis.domain.values import (
    NOWHERE,
    AbstractObject,
    ClassObject,
    Imported,
    Instance,
    Site,
    Text,
    Value,
    nature,
)
from flake8_aiohttp.analysis.facts.contents import Contents
from flake8_aiohttp.analysis.facts.entry_points import Routes, given_by_fixture
from flake8_aiohttp.analysis.facts.hints import Hints
from flake8_aiohttp.analysis.facts.identifiers import Identifiers
from flake8_aiohttp.analysis.facts.origins import KnownNames, UnseenObjects
from flake8_aiohttp.analysis.facts.readings import Readings
from flake8_aiohttp.finding import Span
from flake8_aiohttp.options import Options
from flake8_aiohttp.python.definitions import Attribute, Class, Function
from flake8_aiohttp.python.scopes import FileScopes
from flake8_aiohttp.python.source import Source


class StaticTypes:
    """The facts of one file; every question is answered once and remembered."""

    def __init__(self, source: Source, scopes: FileScopes, identifiers: Identifiers, options: Options) -> None:
        self.scopes = scopes
        self.names = KnownNames(options)
        self.unseen = UnseenObjects()
        self._hints = Hints(scopes, self.kind, self.instance)
        self._readings = Readings(self)
        self.routes = Routes(self, identifiers, source.tree)
        self._contents = Contents(scopes, self.static, self.lineage)
        self._attributes: dict[tuple[Class, str], Value] = {}
        self._parameters: dict[ast.arg, Value] = {}
        self._globals: dict[str, Value] = {}
        self._keys: dict[str, Value] = {}
        self._bases: dict[Class, list[str]] = {}

    def kind(self, qualified: str) -> Kind | None:
        """Say what calling, or being annotated with, a name of another module gives."""
        return self.names.kind(qualified)

    def made(self, qualified: str, span: Span) -> AbstractObject | None:
        """Give what calling a name of another module makes."""
        return self.names.made(qualified, span)

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
            self._attributes[key] = said or self.unseen.placed(self._inherited(definition, name))
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
            if value is None and self._readings.is_foreign(assignment.value):
                return None
            known += [value] if value is not None else []
        known = [value for value in known if not isinstance(value, Imported)] or known  # the class, and its objects
        if any(isinstance(value, Text) for value in known) and len(known) < len(assignments):
            return None
        if not known or any(nature(value) != nature(known[0]) for value in known):
            return None
        return self.unseen.placed(known[0])

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
                    return self.unseen.placed(self.annotated(kind))
        return None

    def learn(self, definition: Class, name: str, value: Value) -> bool:
        """Remember what a constructor was given, where the class itself says nothing; say whether that is news."""
        if self.attribute(definition, name) is not None:
            return False
        self._attributes[definition, name] = self.unseen.placed(value)
        return True

    def learn_by_use(self, definition: Class, name: str, proof: ast.expr) -> None:
        """Remember that an attribute is used as a session is, as `proof` shows; the class itself says nothing."""
        if self.attribute(definition, name) is None:
            self._attributes[definition, name] = self.unseen.session_by_use(proof)

    def static(self, node: ast.expr | None, function: Function | None) -> Value:
        """Give what an expression makes, as far as it can be read off without running it."""
        return self._readings.static(node, function)

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
            self._parameters[argument] = self.unseen.placed(self._parameter(function, argument))
        return self._parameters[argument]

    def _parameter(self, function: Function, argument: ast.arg) -> Value:
        if argument.annotation is not None:
            return self.annotated(argument.annotation)
        if argument.arg in {"self", function.self_name}:
            if function.owner is not None and function.decorated_by("classmethod"):
                return ClassObject(function.owner)
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
