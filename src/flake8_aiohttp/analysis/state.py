"""A world: one way in which a program may have come to where it stands.

A world says what each place holds and in which typestate each site is. Where a program branches there are
several worlds, and worlds that have become alike are one again: `join` merges them. That keeps what
belongs together together (`response` is None *and* nothing was read) without a word about paths.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable, Iterable

from flake8_aiohttp.aiohttp_model.objects import VOLATILE, Kind
from flake8_aiohttp.aiohttp_model.typestate import Body, Fault, Lease, Operation, fault, transfer
from flake8_aiohttp.analysis.conditions import Condition
from flake8_aiohttp.analysis.values import (
    OPAQUE,
    ClassObject,
    Closure,
    Coroutine,
    Datum,
    Method,
    Routine,
    Site,
    Thing,
    Value,
    is_plain,
    parts,
)
from flake8_aiohttp.finding import Span

FEW_WORLDS = 4
"""So many ways are told apart whatever they differ in; beyond it, plain data makes no difference any more."""

MOST_WORLDS = 16
"""So many ways are told apart at all; beyond it, worlds forget where they differ."""

_NO_WAY_BACK = (None, Kind.URL)


Hides = Callable[[str], bool]


class Dead(Exception):  # noqa: N818  it is no error of ours: the world at hand goes no further
    """What was being evaluated never gets a value in this world."""


@dataclasses.dataclass(frozen=True, slots=True)
class Typestate:
    """What has become of a response: `body` is None where somebody else may have read it.

    Lines count from 1, and 0 is none: of its block, of where its lease ended, of where its body was read.
    """

    body: Body | None = Body.UNREAD
    lease: Lease = Lease.HELD
    session: Site | None = None
    block: int = 0
    ended: int = 0
    ended_by: str = ""
    read: int = 0
    evidence: str = ""
    departed: Span | None = None  # where it left its function, too late to be read

    def fault(self, operation: Operation) -> Fault | None:
        """Say what goes wrong; of an unknown body, what goes wrong whether or not it was read before."""
        if self.body is not None:
            return fault(operation, self.body, self.lease)
        if self.lease is Lease.HELD:
            return None
        faults = {fault(operation, body, self.lease) for body in (Body.UNREAD, Body.CACHED)}
        return faults.pop() if len(faults) == 1 else None

    def after(self, operation: Operation, line: int) -> Typestate:
        """Give the typestate that `operation` on this line leaves behind."""
        return dataclasses.replace(self, body=transfer(operation, self.body or Body.UNREAD), read=line)

    def ending(self, lease: Lease, line: int, by: str = "") -> Typestate:
        """Give the typestate after the lease ended; what is given back stays so."""
        if self.lease in {Lease.EXITED, Lease.RELEASED}:
            return self
        return dataclasses.replace(self, lease=lease, ended=line, ended_by=by)


class World:
    """Places, sites and the conditions that hold; changed in place, copied where the program branches.

    `leaving` holds the expressions by which the sites in `result` leave.
    `plain` is False where only an exception that the code does not show leads here. `trail` holds the
    lines of the branches taken. `raising` names the exception on its way ("" for one unknown), else None.
    """

    __slots__ = ("conditions", "leaving", "places", "plain", "raising", "result", "sites", "trail")

    def __init__(self, places: dict[str, Value] | None = None) -> None:
        self.places: dict[str, Value] = places or {}
        self.sites: dict[Site, Typestate] = {}
        self.conditions: tuple[Condition, ...] = ()
        self.plain = True
        self.trail: tuple[int, ...] = ()
        self.raising: str | None = None
        self.result: Value = None
        self.leaving: dict[Site, ast.expr] = {}

    def copy(self) -> World:
        """Give a world that can go its own way."""
        twin = World(self.places.copy())
        twin.sites = self.sites.copy()
        twin.conditions = self.conditions
        twin.plain = self.plain
        twin.trail = self.trail
        twin.raising = self.raising
        twin.result = self.result
        twin.leaving = self.leaving
        return twin

    def bind(self, place: str, value: Value, *, hides: bool = False) -> None:
        """Let `place` hold `value`; one that `hides` an import or global does so even when unknown."""
        if value is None and not hides:
            self.places.pop(place, None)
        else:
            self.places[place] = OPAQUE if value is None else value
        if self.conditions:
            self.conditions = tuple(c for c in self.conditions if place not in c.names)
        prefix = f"{place}."
        for longer in [name for name in self.places if name.startswith(prefix)]:
            del self.places[longer]

    def assume(self, condition: Condition) -> bool:
        """Add a condition; say whether the world is still possible."""
        for known in self.conditions:
            if known.subject == condition.subject:
                if known == condition:
                    return True
                if known.excludes(condition):
                    return False
        self.conditions = (*self.conditions, condition)
        return True

    def turn_out(self, site: Site, body: Body) -> None:
        """Note what has become of the bytes of a site: a tapped stream is at its end, a body has none."""
        typestate = self.sites.get(site)
        if typestate is not None and not site.many and (body is Body.ABSENT or typestate.body is Body.TAPPED):
            self.sites[site] = dataclasses.replace(typestate, body=body)

    def forget_calls(self) -> None:
        """Drop the conditions that contain a call: in the next round of a loop it may answer otherwise."""
        self.conditions = tuple(c for c in self.conditions if "(" not in c.subject)

    def forget_volatile(self, receiver: str) -> None:
        """Drop the conditions on what any method of an aiohttp object may change."""
        if self.conditions:
            changed = {f"{receiver}.{name}" for name in VOLATILE}
            self.conditions = tuple(c for c in self.conditions if changed.isdisjoint(c.names))

    def forget(self, value: Value) -> None:
        """Drop what is known of the sites in `value`: it was handed to what cannot be seen.

        A status or URL leads nobody back to its response.
        """
        if isinstance(value, Datum) and value.kind in _NO_WAY_BACK and value.name != "connection":
            return
        for site in sites_of(value):
            self.sites.pop(site, None)

    def key(self) -> object:
        """Give what alike worlds have in common, to find them among many."""
        sites, places = frozenset(self.sites.items()), frozenset(self.places.items())
        return sites, places, self.raising, self.plain, self.result

    def is_like(self, other: World) -> bool:
        """Whether two worlds are alike but for the conditions that led there."""
        return (
            self.plain == other.plain
            and self.raising == other.raising
            and self.sites == other.sites
            and self.places == other.places
            and self.result == other.result
        )

    def is_nearly(self, other: World) -> bool:
        """Whether two worlds differ in plain data alone, and in nothing that leads to an object of aiohttp's."""
        if self.sites != other.sites or self.plain != other.plain or self.raising != other.raising:
            return False
        return self.result == other.result and all(
            _is_minor(name, self.places.get(name)) and _is_minor(name, other.places.get(name))
            for name in self.differing(other)
        )

    def differing(self, other: World) -> list[str]:
        """Give the places that do not hold the same in two worlds."""
        names = {**self.places, **other.places}
        return [name for name in names if self.places.get(name) != other.places.get(name)]

    def agree(self, other: World, hides: Hides) -> None:
        """Keep of this world what another one agrees on; places where they differ hold the unknown."""
        for name in self.differing(other):
            self.bind_unknown(name, hides)
        self.share_way(other)

    def share_way(self, other: World) -> None:
        """Keep of the way that led here what both worlds have in common."""
        if self.conditions:
            self.conditions = tuple(c for c in self.conditions if c in other.conditions)
        if self.trail != other.trail:
            self.trail = tuple(line for line in self.trail if line in other.trail)

    def bind_unknown(self, place: str, hides: Hides) -> None:
        """Let a place hold what is not known; nothing that was known of it is told anew."""
        if hides(place):
            self.places[place] = OPAQUE
        else:
            self.places.pop(place, None)


def sites_of(value: Value) -> Iterable[Site]:
    """Give the sites that `value` leads to."""
    if isinstance(value, Thing):
        yield value.site
    elif isinstance(value, (Coroutine, Method, Datum)):
        yield value.owner.site
    elif isinstance(value, Routine):
        yield from sites_of(value.receiver)
    else:
        for part in parts(value):
            yield from sites_of(part)


def join(worlds: list[World], hides: Hides = lambda _: False) -> list[World]:
    """Merge the worlds that are alike; if they are many, those that are nearly so; if too many, all of them.

    `hides` says whether a place hides an import or global of the same name.
    """
    if len(worlds) <= 1:
        return worlds
    if len(worlds) > MOST_WORLDS:
        worlds = list({world.key(): world for world in reversed(worlds)}.values())[::-1]
    merged: list[World] = []
    for world in worlds:
        twin = next((known for known in merged if known.is_like(world)), None)
        if twin is None:
            merged.append(world.copy())
        else:
            twin.share_way(world)
    if len(merged) > FEW_WORLDS:
        merged = _overlook(merged, hides)
    return merged if len(merged) <= MOST_WORLDS else [_blur(merged, hides)]


def _is_minor(place: str, value: Value) -> bool:
    """Whether little is lost when a place is not known to hold a value: of an attribute, its class still tells."""
    if isinstance(value, Thing):
        return "." in place and value.kind is Kind.SESSION
    return isinstance(value, (Closure, ClassObject)) or is_plain(value)


def _overlook(worlds: list[World], hides: Hides) -> list[World]:
    """Merge the worlds that differ in plain data alone."""
    merged: list[World] = []
    for world in worlds:
        twin = next((known for known in merged if known.is_nearly(world)), None)
        if twin is None:
            merged.append(world)
        else:
            twin.agree(world, hides)
    return merged


def _blur(worlds: list[World], hides: Hides) -> World:
    """Keep of many worlds what all agree on."""
    blurred = worlds[0]
    for world in worlds[1:]:
        blurred.agree(world, hides)
        blurred.sites = {site: held for site, held in blurred.sites.items() if world.sites.get(site) == held}
        blurred.plain = blurred.plain or world.plain
    blurred.result = blurred.result if all(world.result == blurred.result for world in worlds) else None
    return blurred
