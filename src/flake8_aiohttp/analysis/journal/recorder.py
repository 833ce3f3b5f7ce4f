"""The one writer of the journal: what is seen, one entry a node, joined over all states that came there.

The analysis only writes down; rules read the entries when everything is over, and so never meet a
half-solved loop, or a `finally` twice.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.aiohttp_model.typestate import Fault, Operation
from flake8_aiohttp.analysis.domain.state import AbstractState
from flake8_aiohttp.analysis.domain.typestate import Typestate
from flake8_aiohttp.analysis.domain.values import Context
from flake8_aiohttp.analysis.facts.call_graph import MixedCallers
from flake8_aiohttp.analysis.facts.consumers import Consumers
from flake8_aiohttp.analysis.journal.entries import (
    Entry,
    Escape,
    LifecycleEvent,
    Lifetime,
    ReachingState,
    Read,
    Role,
    Usage,
    Use,
)
from flake8_aiohttp.finding import Span


@dataclasses.dataclass
class _Uses:
    text: str
    kind: Kind
    receiver: str
    member: str
    asynchronous: bool
    target: Span | None
    proof: Span | None
    usages: set[Usage] = dataclasses.field(default_factory=set)
    said: dict[tuple[Usage, str], None] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class _Life:
    text: str
    kind: Kind
    asynchronous: bool
    events: set[LifecycleEvent] = dataclasses.field(default_factory=set)
    first_read: Span | None = None


class Recorder:
    """Collects what is seen; `entries` gives it, joined, in the order of the file."""

    def __init__(self, mixed: MixedCallers | None = None, consumers: Consumers | None = None) -> None:
        self._mixed = mixed
        self._consumers = consumers
        self._uses: dict[tuple[Role, Span], _Uses] = {}
        self._reads: dict[tuple[Span, bool], tuple[Read, dict[ReachingState, None]]] = {}
        self._helped: list[tuple[Read, Read, ReachingState]] = []
        self._sound: dict[Span, set[Context]] = {}
        self._raw: set[tuple[Span, Context]] = set()
        self._departures: dict[tuple[Span, Span], Escape] = {}
        self._lives: dict[Span, _Life] = {}
        self._incomplete: list[tuple[int, int]] = []

    def incomplete(self, body: list[ast.stmt]) -> None:
        """Note that these statements were not run to their end: what was not seen may still have happened."""
        self._incomplete.append((body[0].lineno, body[-1].end_lineno or body[-1].lineno))

    def _is_complete(self, span: Span) -> bool:
        return not any(first <= span.line <= last for first, last in self._incomplete)

    def use(
        self,
        role: Role,
        span: Span,
        usage: Usage | None,
        *,
        text: str,
        kind: Kind,
        receiver: str,
        member: str,
        asynchronous: bool,
        detail: str = "",
        target: Span | None = None,
        proof: Span | None = None,
    ) -> None:
        """Write down a use; None as `usage` says that the value was made. `proof` shows whose the value is."""
        uses = self._uses.get((role, span))
        if uses is None:
            uses = self._uses[role, span] = _Uses(text, kind, receiver, member, asynchronous, target, proof)
        if usage is not None:
            uses.usages.add(usage)
            if detail:
                uses.said[usage, detail] = None

    def has(self, role: Role, span: Span, usage: Usage) -> bool:
        """Whether a use was written down already."""
        uses = self._uses.get((role, span))
        return uses is not None and usage in uses.usages

    def read(self, read: Read, called: Read | None, reaching: ReachingState) -> None:
        """Write down one reaching state of a read; `called` is where it counts if it is not every caller's."""
        if called is not None:
            self._helped.append((read, called, reaching))
        else:
            self._add(read, reaching)
        if reaching.fault is None and reaching.context:
            for place in (*reaching.context, read.inside or read.span):
                self._sound.setdefault(place, set()).add(reaching.context)
        if reaching.context and read.operation is not Operation.DECODE:
            self._raw.add((reaching.opened, reaching.context))

    def _add(self, read: Read, reaching: ReachingState) -> None:
        _, reaching_states = self._reads.setdefault((read.span, read.through), (read, {}))
        reaching_states[reaching] = None

    def _settle_helped(self) -> None:
        """Let a fault that is whole in a function stand there, unless it depends on who calls: then at their calls."""
        faulty: dict[Span, set[Context]] = {}
        for read, _, reaching in self._helped:
            faulty.setdefault(read.span, set()).add(reaching.context)
        for read, called, reaching in self._helped:
            spoken = self._reads.get((read.span, read.through))
            own = spoken is not None and any(one.fault is reaching.fault for one in spoken[1])
            whole = self._sound.get(read.span, set()) <= faulty[read.span]
            self._add(read if own or whole else called, reaching)
        self._helped.clear()

    def record_escape(self, departure: Escape) -> None:
        """Write down a escape; what a caller does with it counts over all callers."""
        key = (departure.span, departure.opened)
        known = self._departures.get(key)
        if known is not None and (departure.read_by_caller is None or known.read_by_caller):
            return
        self._departures[key] = departure

    def made(self, span: Span, kind: Kind, text: str, *, asynchronous: bool) -> None:
        """Write down that a response or session was made."""
        self._lives.setdefault(span, _Life(text, kind, asynchronous))

    def note_event(self, span: Span, note_event: LifecycleEvent, where: Span | None = None) -> None:
        """Write down what became of the object that was made at `span`."""
        life = self._lives.get(span)
        if life is not None:
            life.events.add(note_event)
            life.first_read = life.first_read or where

    def entries(self) -> Iterator[Entry]:
        """Give all entries."""
        self._settle_helped()
        for (role, span), uses in self._uses.items():
            if not uses.usages and not self._is_complete(span):
                continue
            usages = frozenset(uses.usages) or frozenset({Usage.UNUSED})
            yield Use(
                span, uses.text, role, uses.kind, uses.receiver, uses.member, usages, tuple(uses.said),
                uses.asynchronous, uses.target, uses.proof, self._mixed, self._consumers,
            )  # fmt: skip
        for read, reaching_states in self._reads.values():
            or_raw = any((reaching.opened, reaching.context) in self._raw for reaching in reaching_states)
            yield dataclasses.replace(
                read, reaching_states=tuple(reaching_states), or_raw=or_raw, consumers=self._consumers
            )
        yield from self._departures.values()
        for span, life in self._lives.items():
            if self._is_complete(span):
                yield Lifetime(span, life.text, life.kind, frozenset(life.events), life.asynchronous, life.first_read)


def reaching_state(
    state: AbstractState,
    typestate: Typestate,
    fault: Fault | None,
    opened: Span,
    context: Context,
    *,
    born_inside: bool,
    deferred: bool = False,
    awaited: Span | None = None,
) -> ReachingState:
    """Make the reaching state of a state to a read."""
    return ReachingState(
        fault, typestate, state.explicit, state.branch_history, context, opened, born_inside, deferred, awaited
    )
