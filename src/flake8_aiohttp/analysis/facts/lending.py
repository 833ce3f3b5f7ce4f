"""Which functions do something to what they are handed, and which calls hand it to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from flake8_aiohttp.analysis.facts import holdings
from flake8_aiohttp.analysis.facts.cells import Call, Callee, Junction, Target
from flake8_aiohttp.analysis.facts.deeds import Deeds
from flake8_aiohttp.analysis.facts.identifiers import Scope

Taker = Scope | Junction


class Lending:
    """Answers about the calls of a file once everything has flowed; `is_known` says so of a class made in one place."""

    def __init__(self, deeds: Deeds, is_known: Callable[[Target], bool]) -> None:
        self._deeds = deeds
        self._is_known = is_known

    @cached_property
    def lenders(self) -> set[Scope]:
        """The scopes that hand what they came by themselves to functions of this file that do something to it."""
        return {call.scope for call in self._deeds.linked if any(self._lends(call, target) for target in call.linked)}

    @cached_property
    def makers(self) -> set[Scope]:
        """The scopes that give something to the only object of a class."""
        return {c.scope for c in self._deeds.linked if c.holding() and any(map(self._is_known, c.linked))}

    @cached_property
    def takers(self) -> set[Taker]:
        """The scopes that do something to what they are handed, by themselves or through others."""
        found: set[Taker] = set()
        fresh: list[Taker] = [*self._deeds.serving, *(self._users_of_classes if self._deeds.serving else ())]
        while fresh:
            taker = fresh.pop()
            if taker not in found:
                found.add(taker)
                fresh += self._givers[taker]
                if not isinstance(taker, Junction):
                    fresh += around(taker)
        return found

    @cached_property
    def _givers(self) -> defaultdict[Taker, list[Taker]]:
        """By each function, who hands it what he was handed."""
        givers: defaultdict[Taker, list[Taker]] = defaultdict(list)
        for taker, target in self._handing:
            givers[target if isinstance(target, Junction) else target.function].append(taker)
        return givers

    @cached_property
    def _users_of_classes(self) -> list[Taker]:
        """Who hands what he was handed to a class of this file: its methods may use it."""
        return [taker for taker, target in self._handing if isinstance(target, Callee) and target.definition]

    @cached_property
    def _handing(self) -> list[tuple[Taker, Target]]:
        """Who hands on what he was handed, and to whom."""
        handing: list[tuple[Taker, Target]] = []
        for call in self._deeds.linked:
            if holdings.handed(call.holding()):
                handing += ((call.scope, target) for target in call.linked)
        targets = [target for call in self._deeds.linked for target in (*call.linked, *call.functions())]
        for junction in _junctions(targets):
            handing += ((junction, member) for member in junction.members)
        return handing

    def _lends(self, call: Call, target: Target) -> bool:
        """Whether a call gives what the caller came by itself to a function of this file that does something to it."""
        own = holdings.own(call.holding())
        if own & ~holdings.TELLING and self._takes(target):
            return True
        if own & holdings.TELLING and (self._is_taker(target) or self._acts(target)):
            return True
        return any(map(self._takes, call.functions()))

    def _takes(self, target: Target) -> bool:
        """Whether a callee does something to what it is handed; what a class is handed its methods may use."""
        if self._is_taker(target):
            return True
        is_class = isinstance(target, Callee) and target.definition is not None
        return is_class and (self._is_known(target) or bool(self._deeds.serving))

    def _is_taker(self, target: Target) -> bool:
        return (target if isinstance(target, Junction) else target.function) in self.takers

    def _acts(self, target: Target) -> bool:
        """Whether a callee does something to what it comes by itself."""
        if isinstance(target, Junction):
            return target in self._acting
        return target.function in self._deeds.acting

    @cached_property
    def _acting(self) -> set[Junction]:
        """The junctions by which a function is called that does something to what it comes by itself."""
        targets = [target for call in self._deeds.linked for target in call.linked]
        acting: set[Junction] = set()
        for junction in _junctions(targets):
            members = [junction, *_junctions(junction.members)]
            functions = (member for each in members for member in each.members if isinstance(member, Callee))
            if any(map(self._acts, functions)):
                acting.add(junction)
        return acting


def _junctions(targets: Iterable[Target]) -> Iterator[Junction]:
    """Give the junctions among some targets, and those within these, once each."""
    pending = [target for target in targets if isinstance(target, Junction)]
    seen: set[Junction] = set()
    while pending:
        junction = pending.pop()
        if junction not in seen:
            seen.add(junction)
            yield junction
            pending += [member for member in junction.members if isinstance(member, Junction)]


def around(scope: Scope) -> Iterator[Scope]:
    """Give the scopes around a scope, the innermost first."""
    while scope is not None and scope.parent is not None:
        scope = scope.parent
        yield scope
