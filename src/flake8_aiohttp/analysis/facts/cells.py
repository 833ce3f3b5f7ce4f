"""The places of a program and what flows between them, solved by a worklist.

A cell is a local name of a function, a global, an attribute of any object, the result of a function, or an expression
in between. It holds a set of kinds (`holdings`) and the functions and classes of the file that it may be. Both only
grow, so the order of the work does not matter, and it ends.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from flake8_aiohttp.analysis.domain.limits import MOST_TARGETS
from flake8_aiohttp.analysis.facts import holdings
from flake8_aiohttp.analysis.facts.holdings import Holding
from flake8_aiohttp.analysis.facts.identifiers import Scope
from flake8_aiohttp.python.definitions import Class

Change = Callable[[Holding], Holding]


class Reason(NamedTuple):
    """Why a cell holds something: `text` says it in words, `line` is where that stands, `source` the cell before."""

    text: str
    line: int
    source: Cell | None = None


@dataclasses.dataclass(eq=False, slots=True)
class Callee:
    """A function, lambda or class of the file, as a call sees it.

    `places` are the cells of what can be given by position, `named` those that can be given by keyword; `rest` takes
    what is left. `result` is what a call gives, `suspends` whether it has to be awaited. `function` is what runs,
    `definition` the class that is made.
    """

    places: list[Cell]
    named: dict[str, Cell]
    rest: list[Cell]
    result: Cell
    function: Scope
    suspends: bool = False
    definition: Class | None = None


class Junction:
    """Many functions that one place may be, taken together: what any call gives goes to all of them.

    So calls and functions are linked to it one by one, and not each call to each function. What is given beside what
    has a name or a place of its own may come to all that take more.
    """

    __slots__ = ("is_given", "members", "named", "places", "rest", "result", "spread")

    def __init__(self) -> None:
        self.members: dict[Target, None] = {}
        self.is_given = False
        self.places: list[Cell] = []
        self.named: dict[str, Cell] = {}
        self.rest, self.spread, self.result = port(), port(), port()


@dataclasses.dataclass(eq=False, slots=True)
class Call:
    """A call: `given` by position, `named` by keyword, `spread` by `*` or `**`; what comes out of it is `result`.

    All that is given comes together in `gives`, from when it is known where the call may go to: `linked`.
    """

    scope: Scope
    given: list[Cell | None]
    named: dict[str, Cell]
    spread: list[Cell]
    result: Cell
    line: int
    linked: dict[Target, None] = dataclasses.field(default_factory=dict)
    gives: Cell | None = None

    def cells(self) -> list[Cell]:
        """Give the cells of all arguments that may hold something."""
        return [cell for cell in (*self.given, *self.named.values(), *self.spread) if cell is not None]

    def holding(self) -> Holding:
        """Give what the arguments hold together."""
        return 0 if self.gives is None else self.gives.holding

    def functions(self) -> frozenset[Target]:
        """Give the functions of the file that some argument may be."""
        return frozenset() if self.gives is None else self.gives.targets


class Cell:
    """A place: what it holds, what it may be, and where that flows on.

    `name` is how a person calls it. Where it `carries`, who says the name comes by what it holds: the whole file, or
    the function that is its `home`, with those in it. Of too many `targets` there is one, the `junction` of them all.
    `call` is the call of which this is all that is given.
    """

    __slots__ = (
        "call", "calls", "carries", "edges", "holding", "home", "is_port", "junction", "name", "readers",
        "reason", "targets",
    )  # fmt: skip

    def __init__(self, name: str = "", reader: Scope | str = "", *, carries: bool = False) -> None:
        self.name = name
        self.carries = carries
        self.home: Scope = None
        self.holding: Holding = 0
        self.targets: frozenset[Target] = frozenset()
        self.junction: Junction | None = None
        self.is_port = False
        self.edges: list[tuple[Cell, Change | None]] = []
        self.calls: list[Call] | None = None
        self.call: Call | None = None
        self.readers: Collection[Scope] = () if isinstance(reader, str) else (reader,)
        self.reason: Reason | None = None


def port() -> Cell:
    """Make a cell of a junction: if it may be many functions, these share one with those of all others: so it ends."""
    cell = Cell()
    cell.is_port = True
    return cell


Target = Callee | Junction
"""What a call may go to."""

_FEW = 4


class Cells:
    """Solves what flows where; whatever may lead on without an end is done later, so that nothing goes deep.

    `on_active` is told of each scope that touches what is active, and of the cell; `on_carry` of each cell that carries
    and holds something; `on_link` of each call and the target that it may go to. `given` are the calls that give more
    than when it was emptied last, or go to more; `called` the functions and classes that some call gives something.
    """

    def __init__(
        self,
        on_active: Callable[[Scope, Cell], None],
        on_carry: Callable[[Cell], None],
        on_link: Callable[[Call, Target], None],
    ) -> None:
        self._on_active = on_active
        self._on_carry = on_carry
        self._on_link = on_link
        self._work: dict[Cell, None] = {}
        self._later: list[Callable[[], None]] = []
        self._everybody = Junction()
        self.given: dict[Call, None] = {}
        self.called: dict[Callee, None] = {}

    def add(self, cell: Cell, holding: Holding, reason: Reason | None, targets: Iterable[Target] = ()) -> None:
        """Let a cell hold more; the reason counts where it held nothing before."""
        news = holding & ~cell.holding
        fresh = frozenset(targets) - cell.targets if targets else None
        if fresh and len(cell.targets) + len(fresh) > MOST_TARGETS:
            fresh = self._join(cell, fresh)
        if not news and not fresh:
            return
        if news:
            self._hold(cell, news, reason)
        if fresh:
            cell.targets |= fresh
        if cell.carries:
            cell.carries = False
            self._on_carry(cell)
        if cell.call is not None:
            self.given[cell.call] = None
        self._work[cell] = None

    def _hold(self, cell: Cell, news: Holding, reason: Reason | None) -> None:
        if cell.reason is None:
            cell.reason = reason
        cell.holding |= news
        if news & holdings.ANY_ACTIVE:
            for reader in cell.readers:
                self._on_active(reader, cell)

    def read(self, cell: Cell, scope: Scope) -> None:
        """Note that a scope, which did not so before, touches a cell."""
        if isinstance(cell.readers, tuple):
            cell.readers = (*cell.readers, scope) if len(cell.readers) < _FEW else {*cell.readers, scope}
        elif isinstance(cell.readers, set):
            cell.readers.add(scope)
        if cell.holding & holdings.ANY_ACTIVE:
            self._on_active(scope, cell)

    def flow(self, source: Cell, target: Cell, change: Change | None = None) -> None:
        """Let what a cell holds flow into another, changed on the way; functions flow where nothing is changed."""
        source.edges.append((target, change))
        if source.holding or source.targets:
            self._pass_on(source, target, change)

    def call(self, callee: Cell, call: Call) -> None:
        """Let a call go to whatever functions and classes a cell may be."""
        if callee.calls is None:
            callee.calls = []
        callee.calls.append(call)
        for target in callee.targets:
            self.link(call, target)

    def link(self, call: Call, target: Target) -> None:
        """Let what a call gives flow into the parameters of a target, and its result back."""
        if target in call.linked:
            return
        if call.gives is None:
            call.gives = Cell()
            call.gives.call = call
            for cell in call.cells():
                self.flow(cell, call.gives)
        call.linked[target] = None
        self.given[call] = None
        if isinstance(target, Callee):
            for source, place in pairs(call, target):
                self.hand(source, place)
        else:
            self._hand_all(call, target)
        self._on_link(call, target)

    def hand(self, source: Cell, place: Cell) -> None:
        """Let what is given flow into a parameter."""
        self.flow(source, place, holdings.as_handed)
        self.flow(source, place, _nothing)  # functions are the same for everybody

    def solve(self) -> None:
        """Work until nothing flows any more."""
        while self._work or self._later:
            if not self._work:
                self._later.pop()()
                continue
            cell, _ = self._work.popitem()
            for target, change in cell.edges:
                self._pass_on(cell, target, change)
            for call in cell.calls or ():
                for callee in cell.targets:
                    self.link(call, callee)

    def _pass_on(self, source: Cell, target: Cell, change: Change | None) -> None:
        holding = source.holding if change is None else change(source.holding)
        targets = source.targets if change is None or change is _nothing else ()
        if holding & ~target.holding or targets:
            reason = (
                None if target.reason is not None else Reason("", source.reason.line if source.reason else 0, source)
            )
            self.add(target, holding, reason, targets)

    def wake(self, target: Target) -> None:
        """Note that a call gives something to a target."""
        pending = [target]
        while pending:
            each = pending.pop()
            if isinstance(each, Callee):
                self.called[each] = None
            elif not each.is_given:
                each.is_given = True
                pending += each.members

    # Junctions

    def _join(self, cell: Cell, fresh: frozenset[Target]) -> frozenset[Target]:
        """Let a cell be one junction of all that it may be; give that where it is new."""
        known = cell.junction
        junction = cell.junction = known or (self._everybody if cell.is_port else Junction())
        for target in fresh if known else (*cell.targets, *fresh):
            self._later.append(partial(self._admit, junction, target))
        return frozenset(() if known else (junction,))

    def _admit(self, junction: Junction, target: Target) -> None:
        """Let what is given to a junction flow into one more target."""
        if target in junction.members or target is junction:
            return
        junction.members[target] = None
        if junction.is_given:
            self.wake(target)
        for position, place in enumerate(junction.places):
            self._hand_at(place, target, position)
        for name, place in junction.named.items():
            self._hand_by_name(place, target, name)
        if isinstance(target, Callee):
            for place in target.rest:
                self.hand(junction.rest, place)
            for place in (*target.places, *target.named.values(), *target.rest):
                self.hand(junction.spread, place)
            self.flow(target.result, junction.result, holdings.suspended if target.suspends else None)
        else:
            self.hand(junction.rest, target.rest)
            self.hand(junction.spread, target.spread)
            self.flow(target.result, junction.result)

    def _hand_all(self, call: Call, junction: Junction) -> None:
        """Let what a call gives flow into a junction."""
        for position, cell in enumerate(call.given):
            if cell is not None:
                self.hand(cell, self._port_at(junction, position))
                self.hand(cell, junction.rest)
        for name, cell in call.named.items():
            self.hand(cell, self._port_by_name(junction, name))
            self.hand(cell, junction.rest)
        for cell in call.spread:
            self.hand(cell, junction.spread)

    def _port_at(self, junction: Junction, position: int) -> Cell:
        """Give the cell of what is given to a junction by position."""
        if position >= MOST_TARGETS:
            return junction.spread
        while position >= len(junction.places):
            fresh, at = port(), len(junction.places)
            junction.places.append(fresh)
            self._later += [partial(self._hand_at, fresh, target, at) for target in junction.members]
        return junction.places[position]

    def _port_by_name(self, junction: Junction, name: str) -> Cell:
        """Give the cell of what is given to a junction by keyword."""
        if name not in junction.named and len(junction.named) >= MOST_TARGETS:
            return junction.spread
        if name not in junction.named:
            fresh = junction.named[name] = port()
            self._later += [partial(self._hand_by_name, fresh, target, name) for target in junction.members]
        return junction.named[name]

    def _hand_at(self, given: Cell, target: Target, position: int) -> None:
        if isinstance(target, Junction):
            self.hand(given, self._port_at(target, position))
        elif position < len(target.places):
            self.hand(given, target.places[position])

    def _hand_by_name(self, given: Cell, target: Target, name: str) -> None:
        if isinstance(target, Junction):
            self.hand(given, self._port_by_name(target, name))
        elif name in target.named:
            self.hand(given, target.named[name])


def pairs(call: Call, callee: Callee) -> Iterator[tuple[Cell, Cell]]:
    """Give each argument of a call with each parameter of a callee that it may be given to."""
    for position, cell in enumerate(call.given):
        if cell is not None:
            yield from ((cell, place) for place in callee.places[position : position + 1] or callee.rest)
    for name, cell in call.named.items():
        yield from ((cell, place) for place in ([callee.named[name]] if name in callee.named else callee.rest))
    for cell in call.spread:
        yield from ((cell, place) for place in (*callee.places, *callee.named.values(), *callee.rest))


def _nothing(_: Holding) -> Holding:
    """Let only functions flow."""
    return 0
