"""The places of a program and what flows between them, solved by a worklist.

A cell is a local name of a function, a global, an attribute of any object, the result of a function, or an expression
in between. It holds a set of kinds (`holdings`) and the functions and classes of the file that it may be. Both only
grow, so the order of the work does not matter, and it ends.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

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


@dataclasses.dataclass(eq=False, slots=True)
class Call:
    """A call: `given` by position, `named` by keyword, `spread` by `*` or `**`; what comes out of it is `result`."""

    scope: Scope
    given: list[Cell | None]
    named: dict[str, Cell]
    spread: list[Cell]
    result: Cell
    line: int
    linked: set[Callee] = dataclasses.field(default_factory=set)

    def cells(self) -> list[Cell]:
        """Give the cells of all arguments that may hold something."""
        return [cell for cell in (*self.given, *self.named.values(), *self.spread) if cell is not None]

    def holding(self) -> Holding:
        """Give what the arguments hold together."""
        holding = 0
        for cell in self.cells():
            holding |= cell.holding
        return holding

    def gives_functions(self) -> bool:
        """Whether some argument may be a function of the file."""
        return any(cell.targets for cell in self.cells())


class Cell:
    """A place: what it holds, what it may be, and where that flows on.

    `name` is how a person calls it. Where it `carries`, who says the name comes by what it holds: the whole file, or
    the function that is its `home`, with those in it.
    """

    __slots__ = ("calls", "carries", "edges", "holding", "home", "name", "queued", "readers", "reason", "targets")

    def __init__(self, name: str = "", reader: Scope | str = "", *, carries: bool = False) -> None:
        self.name = name
        self.carries = carries
        self.home: Scope = None
        self.holding: Holding = 0
        self.targets: frozenset[Callee] = frozenset()
        self.edges: list[tuple[Cell, Change | None]] = []
        self.calls: list[Call] | None = None
        self.readers: tuple[Scope, ...] = () if isinstance(reader, str) else (reader,)
        self.reason: Reason | None = None
        self.queued = False


class Cells:
    """Solves what flows where.

    `on_active` is told of each scope that touches what is active, and of the cell; `on_carry` of each cell that carries
    and holds something; `on_link` of each call and the callee that it may go to.
    """

    def __init__(
        self,
        on_active: Callable[[Scope, Cell], None],
        on_carry: Callable[[Cell], None],
        on_link: Callable[[Call, Callee], None],
    ) -> None:
        self._on_active = on_active
        self._on_carry = on_carry
        self._on_link = on_link
        self._work: list[Cell] = []

    def add(self, cell: Cell, holding: Holding, reason: Reason | None, targets: Iterable[Callee] = ()) -> None:
        """Let a cell hold more; the reason counts where it held nothing before."""
        news = holding & ~cell.holding
        fresh = frozenset(targets) - cell.targets if targets else None
        if not news and not fresh:
            return
        if news:
            if cell.reason is None:
                cell.reason = reason
            cell.holding |= news
            if news & holdings.ANY_ACTIVE:
                for reader in cell.readers:
                    self._on_active(reader, cell)
        if fresh:
            cell.targets |= fresh
        if cell.carries:
            cell.carries = False
            self._on_carry(cell)
        if not cell.queued:
            cell.queued = True
            self._work.append(cell)

    def read(self, cell: Cell, scope: Scope) -> None:
        """Note that a scope, which did not so before, touches a cell."""
        cell.readers = (*cell.readers, scope)
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

    def link(self, call: Call, callee: Callee) -> None:
        """Let what a call gives flow into the parameters of a callee, and its result back."""
        if callee in call.linked:
            return
        call.linked.add(callee)
        for source, target in pairs(call, callee):
            self.flow(source, target, holdings.as_handed)
            self.flow(source, target, _nothing)  # functions are the same for everybody
        self._on_link(call, callee)

    def solve(self) -> None:
        """Work until nothing flows any more."""
        while self._work:
            cell = self._work.pop()
            cell.queued = False
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
