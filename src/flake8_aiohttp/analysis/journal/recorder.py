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
    Expression,
    LifecycleEvent,
    Lifetime,
    ReachingState,
    Read,
    Role,
    Usage,
    Use,
)
from flake8_aiohttp.finding import Span


@dataclasses.dataclass(slots=True)
class _Uses:
    expression: Expression
    target: Span | None
    proof: Span | None
    usages: set[Usage] = dataclasses.field(default_factory=set)
    said: dict[tuple[Usage, str], None] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(slots=True)
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
        self._escapes: dict[tuple[Span, Span], Escape] = {}
        self._lives: dict[Span, _Life] = {}
        self._incomplete: list[tuple[int, int]] = []

    def incomplete(self, body: list[ast.stmt]) -> None:
        """Note that these statements were not run to their end: what was not seen may still have happened."""
        self._incomplete.append((body[0].lineno, body[-1].end_lineno or body[-1].lineno))

    def _is_complete(self, span: Span) -> bool:
        return not any(first <= span.line <= last for first, last in self._incomplete)

    def use(
        self,
        expression: Expression,
        role: Role,
        usage: Usage | None,
        detail: str = "",
        *,
        target: Span | None = None,
        proof: Span | None = None,
    ) -> None:
        """Write down how the value of an expression is used; None as `usage` says that the value was made.

        `detail` is what the use adds in words, `target` and `proof` are those of `Use`. The first expression that is
        noted at a place in a role stands for all.
        """
        uses = self._uses.get((role, expression.span))
        if uses is None:
            uses = self._uses[role, expression.span] = _Uses(expression, target, proof)
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

    def record_escape(self, escape: Escape) -> None:
        """Write down an escape; what a caller does with it counts over all callers."""
        key = (escape.span, escape.opened)
        known = self._escapes.get(key)
        if known is not None and (escape.read_by_caller is None or known.read_by_caller):
            return
        self._escapes[key] = escape

    def made(self, span: Span, kind: Kind, text: str, *, asynchronous: bool) -> None:
        """Write down that a response or session was made."""
        self._lives.setdefault(span, _Life(text, kind, asynchronous))

    def note_event(self, span: Span, event: LifecycleEvent, where: Span | None = None) -> None:
        """Write down what became of the object that was made at `span`; `where` is the read, where it is one."""
        life = self._lives.get(span)
        if life is not None:
            life.events.add(event)
            life.first_read = life.first_read or where

    def entries(self) -> Iterator[Entry]:
        """Give all entries."""
        self._settle_helped()
        for (role, span), uses in self._uses.items():
            if not uses.usages and not self._is_complete(span):
                continue
            usages = frozenset(uses.usages) or frozenset({Usage.UNUSED})
            of = uses.expression
            yield Use(
                span, of.text, of.kind, of.receiver, of.member, of.asynchronous, role, usages, tuple(uses.said),
                uses.target, uses.proof, self._mixed, self._consumers,
            )  # fmt: skip
        for read, reaching_states in self._reads.values():
            or_raw = any((reaching.opened, reaching.context) in self._raw for reaching in reaching_states)
            yield dataclasses.replace(
                read, reaching_states=tuple(reaching_states), or_raw=or_raw, consumers=self._consumers
            )
        yield from self._escapes.values()
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
