"""Which functions may come by an aiohttp object, and what they do with it.

A flow-insensitive, field-based points-to analysis by name: `places` has its cells, `look` its rules, `cells` its
worklist. A scope is looked at only if it may say a name that carries something, so most of most files are not. What it
answers is an over-approximation: it never says no where the interpreter would find something.
"""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterable
from functools import cached_property

from flake8_aiohttp.aiohttp_model.media import EXTENSIONS
from flake8_aiohttp.aiohttp_model.objects import APPLICATIONS, CLIENT_FIXTURES, Kind
from flake8_aiohttp.analysis.facts import holdings
from flake8_aiohttp.analysis.facts.call_graph import CallGraph
from flake8_aiohttp.analysis.facts.cells import Call, Callee, Reason, Target
from flake8_aiohttp.analysis.facts.deeds import taken
from flake8_aiohttp.analysis.facts.entry_points import is_served
from flake8_aiohttp.analysis.facts.holdings import BITS
from flake8_aiohttp.analysis.facts.identifiers import Identifiers, Scope
from flake8_aiohttp.analysis.facts.inference import Proofs
from flake8_aiohttp.analysis.facts.known import Known, known_on
from flake8_aiohttp.analysis.facts.lending import Lending, around
from flake8_aiohttp.analysis.facts.lines import Lines
from flake8_aiohttp.analysis.facts.look import Look
from flake8_aiohttp.analysis.facts.origins import members_by_module
from flake8_aiohttp.analysis.facts.places import Places, outermost
from flake8_aiohttp.analysis.facts.trees import Trees
from flake8_aiohttp.analysis.facts.types import StaticTypes
from flake8_aiohttp.finding import Span
from flake8_aiohttp.python.definitions import Function
from flake8_aiohttp.python.scopes import FileScopes
from flake8_aiohttp.python.source import Source

_NOWHERE = Span(0, 0, 0, 0)
_TELLING_WORDS = EXTENSIONS | {"HEAD", "head", "Head", "octet", "image", "audio", "video", "font"}


class Reach(enum.Enum):
    """What is run of a file."""

    MAY_HOLD = "what may hold something of aiohttp's"
    EVERYTHING = "everything"


class MayHold:
    """Solved when it is made; `roots` are the scopes to run, `followed` those that calls are to be followed into.

    `proofs` tell which requests and responses are known by their use.
    """

    def __init__(
        self,
        identifiers: Identifiers,
        scopes: FileScopes,
        types: StaticTypes,
        *,
        trees: Trees,
        calls: CallGraph,
        tree: ast.Module,
        proofs: Proofs,
        reach: Reach = Reach.MAY_HOLD,
    ) -> None:
        self.identifiers = identifiers
        self._scopes = scopes
        self._types = types
        self._tree = tree
        self._call_graph = calls
        self.is_open = reach is Reach.EVERYTHING
        self._places = Places(scopes, types, trees, proofs.requests)
        self._lending = Lending(self._places.deeds, self._is_known)
        self._looks: dict[Scope, tuple[Look, Lines]] = {}
        self._promoted: set[tuple[Call, Target]] = set()
        self._told: set[Scope] = set()
        self._begin(proofs)
        self._solve()

    # Seeds

    def _begin(self, proofs: Proofs) -> None:
        """Look at what may come by something without a word of any other scope's."""
        known = self._types.names.all
        for name, qualified in self._scopes.imports.names.items():
            if qualified in known or qualified in members_by_module(known):
                self._look_at_lines(self._saying_import(name, qualified))
        for function in proofs.functions:
            self._look_at_all(function)
        for function, names in proofs.promised.items():
            for name in names:
                reason = Reason("its use in one arm of a test, as only aiohttp's can be used", function.node.lineno)
                self._places.cells.add(self._places.name(function, name), BITS[Kind.RESPONSE], reason)
        if self._types.routes.serves or any(map(self.identifiers.says, ("fixture", *CLIENT_FIXTURES))):
            for function in filter(self._is_served, self._scopes.functions):
                self._open(function)
        self._begin_known_places()

    def _saying_import(self, name: str, qualified: str) -> Iterable[int]:
        """Give the lines that may say what an import stands for: itself, or a known name of the module that it is."""
        if qualified in self._types.names.all:
            return self.identifiers.lines_saying(name)
        members = members_by_module(self._types.names.all)[qualified]
        identifiers = self.identifiers
        lines = [line for line in identifiers.lines_saying(name) if not identifiers.is_import(line)]
        scopes = set(map(identifiers.scope_at, lines))
        saying = {scope for scope in scopes if identifiers.says_any(members, scope)}
        return [line for line in lines if identifiers.scope_at(line) in saying]

    def _is_served(self, function: Function) -> bool:
        """Whether somebody out of sight calls a function with something: the server, or pytest."""
        own = [a.arg for a in function.parameters if a.arg != function.self_name]
        if not CLIENT_FIXTURES.isdisjoint(own):
            return True
        if self._types.routes.given(function) is not None:
            return True
        return not self._scopes.module_functions.keys().isdisjoint(own) and is_served(function)

    def _begin_known_places(self) -> None:
        """Look at what says a class, attribute, global or key that is known to hold something."""
        scopes, types, places = self._scopes, self._types, self._places
        for name, definition in scopes.classes.items():
            if definition.node.bases and holdings.of_value(types.instance(definition, _NOWHERE)):
                places.name(None, name)
                for method in definition.methods.values():
                    self._open(method)
            inherited = types.inherited(definition) if definition.node.bases else ()
            for attribute in (*definition.attributes, *inherited):
                if holdings.of_value(value := types.attribute(definition, attribute)):
                    reason = Reason(f"attribute `{attribute}` of `{name}`", definition.node.lineno)
                    field = places.field(attribute.rpartition(".")[2])
                    places.cells.add(field, holdings.of_value(value), reason)
        for name in scopes.bindings.assigned:
            if holdings.of_value(types.global_value(name)):
                places.name(None, name)
        for name in APPLICATIONS if types.app_keys else ():
            self._look_at_lines(self.identifiers.lines_saying(name))

    # Looking

    def _open(self, scope: Scope) -> None:
        """Look at the signature of a function, those around it and in it: they share their names."""
        if scope in self._looks:
            return
        for each in self._family(scope):
            look = Look(self._places, each)
            self._looks[each] = look, Lines(self._tree.body if each is None else each.node.body)
            if each is not None:
                self._places.sign(each)
                for inner in self._inner.get(each, ()):
                    look.at(inner.node)

    def _look_at_lines(self, numbers: Iterable[int]) -> None:
        """Look at the statements that stand on lines."""
        for number in numbers:
            if not self.identifiers.is_import(number):
                scope = self.identifiers.scope_at(number)
                self._open(scope)
                look, lines = self._looks[scope]
                for statement, in_class in lines.fresh_at(number):
                    _look(look, statement, in_class=in_class)

    def _look_at_all(self, scope: Scope) -> None:
        """Look at all statements of a scope."""
        self._open(scope)
        look, lines = self._looks[scope]
        for statement, in_class in lines.fresh():
            _look(look, statement, in_class=in_class)

    def _family(self, scope: Scope) -> list[Scope]:
        """Give a function with those around it and in it."""
        outer = outermost(scope)
        return [None] if outer is None else self._families.get(outer, [outer])

    @cached_property
    def _families(self) -> dict[Function, list[Scope]]:
        """Each function that has others in it, with all of these."""
        families: dict[Function, list[Scope]] = {}
        for function in self._scopes.functions:
            outer = outermost(function)
            if outer is not None and outer is not function:
                families.setdefault(outer, [outer]).append(function)
        return families

    @cached_property
    def _inner(self) -> dict[Function, list[Function]]:
        """Each function that has others directly in it, with these."""
        inner: dict[Function, list[Function]] = {}
        for function in self._scopes.functions:
            if function.parent is not None:
                inner.setdefault(function.parent, []).append(function)
        return inner

    # Solving

    def _solve(self) -> None:
        """Look where names are said that carry something, and let flow what is found, until there is nothing new."""
        while True:
            self._places.cells.solve()
            if fresh := taken(self._places.deeds.news.carried):
                for home, name in fresh:
                    self._look_at_lines(self.identifiers.lines_saying(name, home))
            elif not (self._follow_calls() or self._find_who_serves() or self._find_who_tells()):
                return

    def _follow_calls(self) -> bool:
        """Look at callees that are given something; what they make of it is the caller's own, where that was."""
        cells = self._places.cells
        calls, cells.given = cells.given, {}
        for call in calls:
            given = call.holding()
            for target in call.linked:
                if given or call.functions():
                    cells.wake(target)
                if holdings.own(given) & ~holdings.TELLING and (call, target) not in self._promoted:
                    self._promoted.add((call, target))
                    self._places.promote(call, target, is_known=self._is_known(target))
        called, cells.called = cells.called, {}
        for callee in called:
            self._open(callee.function)
        return bool(calls or called)

    def _is_known(self, target: Target) -> bool:
        """Whether a target is a class that is made in one place: its attributes hold what they are given there."""
        definition = target.definition if isinstance(target, Callee) else None
        return definition is not None and self._call_graph.is_made_once(definition)

    def _find_who_serves(self) -> bool:
        """Look at who says the names of functions that do something to what they are handed: they may be passed on."""
        serving = [scope for scope in taken(self._places.deeds.news.serving) if scope is not None]
        for scope in serving:
            self._places.deeds.carry(None, scope.name)
        return bool(serving)

    def _find_who_tells(self) -> bool:
        """Look at the callers of functions that act, where the file has strings that tell of binary content."""
        doing = {scope for scope in taken(self._places.deeds.news.doing) if scope is not None}
        taking = {f for f in doing if len(f.parameters) + len(f.node.args.kwonlyargs) > (f.self_name is not None)}
        if not taking or not self._tells:
            return False
        callers = {scope for f in taking for scope in self.identifiers.scopes_saying(f.name)} - self._told
        self._told |= callers
        for scope in callers:
            self._look_at_all(scope)
        return bool(callers)

    @cached_property
    def _tells(self) -> bool:
        """Whether the file may have a string that tells of binary content."""
        return any(map(self.identifiers.says, self.identifiers.said_of(_TELLING_WORDS)))

    # Answers

    def known_on(self, source: Source, line: int) -> list[Known]:
        """Give what the names on a line of the file may hold, and why; the first line is 1."""
        return list(known_on(self._places, source, self.identifiers.scope_at(line), line))

    def follows(self, function: Function) -> bool:
        """Whether a call of a function is to be followed: it may say a name that leads to something of aiohttp's."""
        return self.is_open or function in self._looks

    @cached_property
    def held(self) -> frozenset[str]:
        """The names of globals, attributes and functions that hold, or give, something."""
        return frozenset(self._places.names_held())

    @cached_property
    def doing(self) -> frozenset[Function]:
        """The functions that do something to what they hold or are handed, or whose results may be something."""
        scopes = {*self._found, *self._lending.takers}
        return frozenset(scope for scope in scopes if isinstance(scope, Function))

    @cached_property
    def roots(self) -> list[Scope]:
        """The scopes that do something to what they come by, or hand it to a function of this file that does.

        Those come first that make the only object of a class: they tell what its attributes hold. A nested function
        comes after those around it.
        """
        found = set(self._found)
        for scope in self._found:
            found.update(around(scope))
        makers = set(map(outermost, self._lending.makers))
        ordered = [scope for scope in (None, *self._scopes.functions) if self.is_open or scope in found]
        return sorted(ordered, key=lambda scope: outermost(scope) not in makers)

    @cached_property
    def _found(self) -> frozenset[Scope]:
        """The scopes that do something to what they come by, or hand it on to be done something to."""
        return frozenset(self._places.deeds.acting.keys() | self._lending.lenders)


def _look(look: Look, statement: ast.stmt, *, in_class: bool) -> None:
    """Look at a statement; one that is nested too deep is too deep for the interpreter, too."""
    try:
        look.at(statement, in_class=in_class)
    except RecursionError:
        return
