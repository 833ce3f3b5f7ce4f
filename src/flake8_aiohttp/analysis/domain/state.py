"""A state: one way in which a program may have come to where it stands.

A state says what each place holds and in which typestate each site is. Where a program branches there are
several states, and states that have become alike are one again: `join` merges them. That keeps what
belongs together together (`response` is None *and* nothing was read) without a word about paths.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable, Container, Iterable, Iterator, Sequence

from flake8_aiohttp.aiohttp_model.objects import VOLATILE, Kind
from flake8_aiohttp.aiohttp_model.typestate import Body
from flake8_aiohttp.analysis.domain.constraints import Condition
from flake8_aiohttp.analysis.domain.limits import (
    FEW_DISJUNCTS,
    MOST_BRANCHES,
    MOST_CONDITIONS,
    MOST_DISJUNCTS,
    MOST_SITES,
)
from flake8_aiohttp.analysis.domain.typestate import Typestate
from flake8_aiohttp.analysis.domain.values import (
    SHADOWING,
    AbstractObject,
    BodyValue,
    BoundMethod,
    ClassObject,
    Closure,
    Constant,
    Coroutine,
    FunctionValue,
    Imported,
    Instance,
    MemberValue,
    ShadowingUnknown,
    Site,
    Text,
    Value,
    heard_of,
    is_plain,
    parts,
)

_NO_WAY_BACK = (None, Kind.URL)


Shadows = Callable[[str], bool]


class Unreachable(Exception):  # noqa: N818  it is no error of ours: the state at hand goes no further
    """What was being evaluated never gets a value in this state."""


class AbstractState:
    """Places, sites and the conditions that hold; changed in place, copied where the program branches.

    `return_expressions` holds the expressions by which the sites in `return_value` leave.
    `explicit` is False where only an exception that the code does not show leads here. `branch_history` holds the
    lines of the branches taken. `pending_exception` names the exception on its way ("" for one unknown), else None.
    """

    __slots__ = (
        "branch_history",
        "conditions",
        "explicit",
        "pending_exception",
        "return_expressions",
        "return_value",
        "sites",
        "store",
    )

    def __init__(self, store: dict[str, Value] | None = None) -> None:
        self.store: dict[str, Value] = store or {}
        self.sites: dict[Site, Typestate] = {}
        self.conditions: tuple[Condition, ...] = ()
        self.explicit = True
        self.branch_history: tuple[int, ...] = ()
        self.pending_exception: str | None = None
        self.return_value: Value = None
        self.return_expressions: dict[Site, ast.expr] = {}

    def copy(self) -> AbstractState:
        """Give a state that can go its own way."""
        twin = AbstractState.__new__(AbstractState)
        twin.store = self.store.copy()
        twin.sites = self.sites.copy()
        twin.conditions = self.conditions
        twin.explicit = self.explicit
        twin.branch_history = self.branch_history
        twin.pending_exception = self.pending_exception
        twin.return_value = self.return_value
        twin.return_expressions = self.return_expressions
        return twin

    @property
    def size(self) -> int:
        """How much a copy has to copy."""
        return len(self.store) + len(self.sites)

    def bind(self, path: str, value: Value, *, shadows: bool = False) -> None:
        """Let `path` hold `value`; one that `shadows` an import or global does so even when unknown."""
        if value is None and not shadows:
            self.store.pop(path, None)
        else:
            self.store[path] = SHADOWING if value is None else value
        if self.conditions:
            self.conditions = tuple(c for c in self.conditions if path not in c.names)
        prefix = f"{path}."
        for longer in [name for name in self.store if name.startswith(prefix)]:
            del self.store[longer]

    def assume(self, condition: Condition) -> bool:
        """Add a condition; say whether the state is still possible."""
        for known in self.conditions:
            if known.subject == condition.subject:
                if known == condition:
                    return True
                if known.excludes(condition):
                    return False
        self.conditions = (*self.conditions[1 - MOST_CONDITIONS :], condition)
        return True

    def branched(self, *lines: int) -> None:
        """Remember the branches that were taken, by their lines; negative is not taken."""
        self.branch_history = (*self.branch_history, *lines)[-MOST_BRANCHES:]

    def open(self, site: Site, typestate: Typestate) -> None:
        """Begin to know what becomes of a response; of too many, the oldest is not known any more."""
        if len(self.sites) >= MOST_SITES and site not in self.sites:
            del self.sites[next(iter(self.sites))]
        self.sites[site] = typestate

    def resolve_body(self, site: Site, body: Body) -> None:
        """Note what has become of the bytes of a site: a tapped stream is at its end, a body has none."""
        typestate = self.sites.get(site)
        if typestate is not None and not site.is_summary and (body is Body.ABSENT or typestate.body is Body.TAPPED):
            self.sites[site] = dataclasses.replace(typestate, body=body)

    def forget_calls(self) -> None:
        """Drop the conditions that contain a call: in the next round of a loop it may answer otherwise."""
        self.conditions = tuple(c for c in self.conditions if "(" not in c.subject)

    def forget_made(self) -> None:
        """Let an object that was seen being made be one of its class, as an annotation tells of it."""
        for path, value in self.store.items():
            if type(value) is Instance and value.made:
                self.store[path] = heard_of(value)

    def suspend(self) -> None:
        """Let others run: they may set the attributes that hold constants, and tasks that were ready may have run."""
        passing = {
            path: value
            for path, value in self.store.items()
            if (type(value) is Constant and "." in path) or path.startswith(READY)
        }
        for path in passing:
            del self.store[path]
        for path, task in passing.items():
            if path.startswith(READY) and task not in self.store.values():
                self.havoc(task)

    def forget_fields(self, owner: str, names: Container[str] | None) -> None:
        """Drop what is known of attributes that a method of their object sets; of any, where `names` is None.

        Of any, the tests are dropped that found nothing there (`if self.session is None`): a method that nobody sees
        may well have put something in its place, but rarely takes something away.
        """
        paths = {path for path in self.store if path.startswith(f"{owner}.")}
        for path in paths:
            set_there = names is None or path[len(owner) + 1 :] in names
            if set_there and isinstance(self.store[path], Constant):
                del self.store[path]
        self.conditions = tuple(c for c in self.conditions if not _is_on_field(c, owner, names))

    def forget_volatile(self, receiver: str) -> None:
        """Drop the conditions on what any method of an aiohttp object may change."""
        if self.conditions:
            changed = {f"{receiver}.{name}" for name in VOLATILE}
            self.conditions = tuple(c for c in self.conditions if changed.isdisjoint(c.names))

    def havoc(self, value: Value) -> None:
        """Drop what is known of the sites in `value`: it was handed to what cannot be seen.

        A status or URL leads nobody back to its response.
        """
        if isinstance(value, MemberValue) and value.kind in _NO_WAY_BACK and value.name != "connection":
            return
        for site in sites_of(value):
            self.sites.pop(site, None)

    def key(self) -> object:
        """Give what alike states have in common, to find them among many."""
        sites, store = frozenset(self.sites.items()), frozenset(self.store.items())
        return sites, store, self.pending_exception, self.explicit, self.return_value

    def is_like(self, other: AbstractState) -> bool:
        """Whether two states are alike but for the conditions that led there."""
        return (
            self.explicit == other.explicit
            and self.pending_exception == other.pending_exception
            and self.sites == other.sites
            and self.store == other.store
            and self.return_value == other.return_value
        )

    def is_covered(self, known: AbstractState) -> bool:
        """Whether whatever can happen in this state was seen to happen in a known one: it is alike, no less general."""
        return self.is_like(known) and all(condition in self.conditions for condition in known.conditions)

    def is_nearly(self, other: AbstractState) -> bool:
        """Whether two states differ in plain data alone, and in nothing that leads to an object of aiohttp's."""
        if (
            self.sites != other.sites
            or self.explicit != other.explicit
            or self.pending_exception != other.pending_exception
        ):
            return False
        return self.return_value == other.return_value and self._differs_in_data(other)

    def is_nearly_but_result(self, other: AbstractState) -> bool:
        """Whether two states differ in plain data alone, what they return included."""
        results = self.return_value, other.return_value
        return (
            self.sites == other.sites
            and self.explicit == other.explicit
            and (results[0] == results[1] or all(map(is_plain, results)))
            and self._differs_in_data(other)
        )

    def _differs_in_data(self, other: AbstractState) -> bool:
        return all(
            _is_minor(name, self.store.get(name)) and _is_minor(name, other.store.get(name))
            for name in self.differing(other)
        )

    def differing(self, other: AbstractState) -> Iterator[str]:
        """Give the places that do not hold the same in two states, one by one: the first may be enough."""
        mine, others = self.store, other.store
        for name, value in mine.items():
            held = others.get(name)
            if held is not value and held != value:
                yield name
        yield from (name for name in others if name not in mine)

    def join_with(self, other: AbstractState, shadows: Shadows) -> None:
        """Keep of this state what another one agrees on; places where they differ hold the unknown."""
        for name in list(self.differing(other)):
            self.bind_unknown(name, shadows)
        self.join_history(other)

    def join_history(self, other: AbstractState) -> None:
        """Keep of the way that led here what both states have in common."""
        if self.conditions:
            self.conditions = tuple(c for c in self.conditions if c in other.conditions)
        if self.branch_history != other.branch_history:
            self.branch_history = tuple(line for line in self.branch_history if line in other.branch_history)

    def bind_unknown(self, path: str, shadows: Shadows) -> None:
        """Let a place hold what is not known; nothing that was known of it is told anew."""
        if shadows(path):
            self.store[path] = SHADOWING
        else:
            self.store.pop(path, None)


READY = "<ready "
"""What begins the path of a task that nobody has let run yet."""


def _is_on_field(condition: Condition, owner: str, names: Container[str] | None) -> bool:
    """Whether a condition is on one of the attributes `names` of `owner`, or finds nothing in any of them."""
    fields = [name[len(owner) + 1 :] for name in condition.names if name.startswith(f"{owner}.")]
    if names is not None:
        return any(name in names for name in fields)
    empty = condition.relation == "false" or (condition.relation == "==" and condition.constant is None)
    return empty and bool(fields)


States = list[AbstractState]

_OWNED = (Coroutine, BoundMethod, MemberValue)
SITELESS = frozenset({ShadowingUnknown, Constant, Text, Imported, BodyValue, ClassObject, Closure})
"""Values that lead to no site by themselves; a closure does by the names that it captures."""


def sites_of(value: Value) -> Sequence[Site]:
    """Give the sites that `value` leads to."""
    if value is None or type(value) in SITELESS:
        return ()
    if isinstance(value, AbstractObject):
        return (value.site,)
    if isinstance(value, _OWNED):
        return (value.owner.site,)
    if isinstance(value, FunctionValue):
        return sites_of(value.receiver)
    held = parts(value)
    return [site for part in held for site in sites_of(part)] if held else ()


def sites_within(values: Iterable[Value]) -> set[Site]:
    """Give the sites that any of these values leads to."""
    return {site for value in values if value is not None and type(value) not in SITELESS for site in sites_of(value)}


def differing_sites(states: States) -> set[Site]:
    """Give the sites whose typestate is not the same in all states."""
    first = states[0].sites
    differing: set[Site] = set()
    for state in states[1:]:
        if state.sites != first:
            differing.update(site for site, held in state.sites.items() if first.get(site) != held)
            differing.update(site for site in first if site not in state.sites)
    return differing


def join(states: States, shadows: Shadows = lambda _: False) -> States:
    """Merge the states that are alike; if they are many, those that are nearly so; if too many, all of them.

    `shadows` says whether a place hides an import or global of the same name.
    """
    if len(states) <= 1:
        return states
    if len(states) > MOST_DISJUNCTS:
        states = list({state.key(): state for state in reversed(states)}.values())[::-1]
    merged: States = []
    for state in states:
        for known in merged:
            if known.is_like(state):
                known.join_history(state)
                break
        else:
            merged.append(state.copy())
    if len(merged) > FEW_DISJUNCTS:
        merged = _join_modulo_data(merged, shadows)
    return merged if len(merged) <= MOST_DISJUNCTS else [_widen(merged, shadows)]


def _is_minor(path: str, value: Value) -> bool:
    """Whether little is lost when a place is not known to hold a value: of an attribute, its class still tells."""
    if isinstance(value, AbstractObject):
        return "." in path and value.kind is Kind.SESSION
    return isinstance(value, (Closure, ClassObject)) or is_plain(value)


def _join_modulo_data(states: States, shadows: Shadows) -> States:
    """Merge the states that differ in plain data alone."""
    merged: States = []
    for state in states:
        state.forget_made()
        for known in merged:
            if known.is_nearly(state):
                known.join_with(state, shadows)
                break
        else:
            merged.append(state)
    return merged


def join_with_results(states: States) -> States:
    """Merge the ends of a function that differ in plain data alone; what they return, if it differs, is unknown."""
    merged: States = []
    for state in states:
        for known in merged:
            if known.is_nearly_but_result(state):
                known.join_with(state, lambda _: False)
                known.return_value = state.return_value if state.return_value == known.return_value else None
                break
        else:
            merged.append(state.copy())
    return merged


def _widen(states: States, shadows: Shadows) -> AbstractState:
    """Keep of many states what all agree on."""
    blurred = states[0]
    for state in states[1:]:
        blurred.join_with(state, shadows)
        blurred.sites = {site: held for site, held in blurred.sites.items() if state.sites.get(site) == held}
        blurred.explicit = blurred.explicit or state.explicit
    blurred.return_value = (
        blurred.return_value if all(state.return_value == blurred.return_value for state in states) else None
    )
    return blurred
