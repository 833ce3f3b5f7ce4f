"""What was seen: one entry a node, the worlds joined over all visits.

The analysis only writes down; rules read the entries when everything is over, and so never meet a
half-solved loop, or a `finally` twice.
"""

from __future__ import annotations

import ast
import dataclasses
import enum
from collections import defaultdict
from collections.abc import Collection, Iterator

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.aiohttp_model.typestate import Fault, Operation
from flake8_aiohttp.analysis.landmarks import Landmarks
from flake8_aiohttp.analysis.state import Typestate, World
from flake8_aiohttp.analysis.values import Context
from flake8_aiohttp.finding import Span
from flake8_aiohttp.python.names import Function


class Role(enum.Enum):
    """What a used thing is."""

    BODY = "coroutine of a body"
    CALL = "another coroutine"
    METHOD = "bound method of a body"
    REQUEST = "request"
    OBJECT = "session, response or request"  # where a `with`, `for` or attribute meets it
    AWAITED = "what an await was given"
    TEXT = "text of a body"
    KEYWORD = "keyword of a request"


class Usage(enum.Enum):
    """How a value was used."""

    DROPPED = "dropped"
    UNUSED = "never used"
    AWAITED = "awaited"
    HANDED_ON = "handed on"
    LATE = "awaited too late"
    EXAMINED = "asked whether it can be awaited or called"
    ATTRIBUTE = "attribute fetched"
    SUBSCRIPT = "subscripted"
    FORMATTED = "formatted"
    OPERAND = "operand"
    COMPARED = "compared"
    SEARCHED = "searched by in"
    TESTED = "tested"
    ITERATED = "iterated"
    UNPACKED = "unpacked"
    ARGUMENT = "argument of what does not await"
    SYNC_BLOCK = "entered by a plain with"
    SYNC_LOOP = "iterated by a plain for"
    SINK = "given to what takes bytes of a binary file"
    ENCODED = "encoded again"
    CALLED = "called"
    COLLECTED = "put into a returned dict or list"


_FAILING = frozenset({Usage.ATTRIBUTE, Usage.SUBSCRIPT, Usage.OPERAND, Usage.SEARCHED, Usage.ITERATED, Usage.UNPACKED})
"""Uses that raise at once."""


@dataclasses.dataclass(frozen=True, slots=True)
class Use:
    """A value met uses: `span` and `text` are the expression that made the value.

    `receiver` is the source of its object (`response` of `response.text()`), `member` the method or
    attribute, `said` what each use adds in words (the callee, the attribute), in source order.
    """

    span: Span
    text: str
    role: Role
    kind: Kind
    receiver: str
    member: str
    usages: frozenset[Usage]
    said: tuple[tuple[Usage, str], ...]
    asynchronous: bool
    target: Span | None = None

    def is_only(self, wrong: Collection[Usage]) -> bool:
        """Whether the value met wrong uses alone; one that raises is wrong whoever else gets the value."""
        others = self.usages.difference(wrong)
        return not others or (others == {Usage.HANDED_ON} and not _FAILING.isdisjoint(self.usages))

    @property
    def details(self) -> tuple[str, ...]:
        """All that the uses add in words."""
        return tuple(dict.fromkeys(text for _, text in self.said))

    def detail(self, usage: Usage, otherwise: str) -> str:
        """Give what the first use of this kind adds in words."""
        return next((text for kind, text in self.said if kind is usage), otherwise)


@dataclasses.dataclass(frozen=True, slots=True)
class Visit:
    """One world that came to a read: what goes wrong there, if anything.

    `awaited` is where a coroutine that was made earlier is awaited.
    """

    fault: Fault | None
    typestate: Typestate
    plain: bool
    trail: tuple[int, ...]
    context: Context
    opened: Span
    born_inside: bool = False
    deferred: bool = False
    awaited: Span | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Read:
    """An operation on a body, with the worlds that came there.

    `span` is the read; of a coroutine that was made elsewhere it is where it was made. `through` is the
    call in the function that opened the response, where the read stands in another function, at `inside`;
    it is `awaited_by_name` where the coroutine was kept under a name that is awaited. `or_raw` says that the
    same call may as well have come to a read of the bytes as they are.
    """

    span: Span
    text: str
    receiver: str
    member: str
    kind: Kind
    operation: Operation
    visits: tuple[Visit, ...]
    asynchronous: bool
    lenient: bool  # json(content_type=None)
    landmarks: Landmarks
    returned: bool = False
    through: bool = False
    inside: Span | None = None
    awaited_by_name: bool = False
    or_raw: bool = False

    def faulty(self, *faults: Fault) -> tuple[Visit, ...]:
        """Give the visits that go wrong in one of these ways, where that is plain or certain."""
        wrong = tuple(visit for visit in self.visits if visit.fault in faults)
        spoken = any(visit.plain for visit in wrong) or len(wrong) == len(self.visits)
        return wrong if spoken else ()

    def path(self, wrong: tuple[Visit, ...]) -> int | None:
        """Give the line of a branch that leads to one of these visits only, negative where it is not taken.

        It is 0 where no branch is known, and None where all visits are such.
        """
        right = [visit for visit in self.visits if visit not in wrong]
        if not right:
            return None
        others = set(right[0].trail).union(*(visit.trail for visit in right))
        others.add(-wrong[0].typestate.read)  # a loop that drained the stream, be it in no round
        own = [line for line in reversed(wrong[0].trail) if line not in others]
        shared = [line for line in own if all(line in visit.trail for visit in wrong)]
        return next(iter(shared or own[::-1]), 0)


@dataclasses.dataclass(frozen=True, slots=True)
class Departure:
    """A response left its function after its block or session had ended, its body unread.

    `read_by_caller` is None where no caller is in this file, else whether one does more than look at it;
    `read` is where one reads it.
    """

    span: Span
    text: str
    typestate: Typestate
    opened: Span
    leaver: Function | None
    read_by_caller: bool | None
    landmarks: Landmarks
    read: Span | None = None


class Leaving(enum.Enum):
    """In which state a response left its function."""

    READ = "its body was read"
    UNREAD = "it was not"
    UNREAD_BY_ACCIDENT = "it was not, where only an exception that the code does not show leads there"


class Touch(enum.Enum):
    """What became of an object at some time."""

    ASKED = "a body method fetched"
    READ = "read"
    RELEASED = "released"
    ENTERED = "entered"
    HANDED_ON = "handed on"
    CHECKED = "status looked at"
    AWAITED = "awaited"


@dataclasses.dataclass(frozen=True, slots=True)
class End:
    """A response or session came to its end; `touches` is all that ever became of it."""

    span: Span
    text: str
    kind: Kind
    touches: frozenset[Touch]
    asynchronous: bool
    first_read: Span | None = None


@dataclasses.dataclass
class _Uses:
    text: str
    kind: Kind
    receiver: str
    member: str
    asynchronous: bool
    target: Span | None
    usages: set[Usage] = dataclasses.field(default_factory=set)
    said: dict[tuple[Usage, str], None] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class _Life:
    text: str
    kind: Kind
    asynchronous: bool
    touches: set[Touch] = dataclasses.field(default_factory=set)
    first_read: Span | None = None


Entry = Use | Read | Departure | End


class Journal:
    """Collects what is seen; `entries` gives it, joined, in the order of the file."""

    def __init__(self) -> None:
        self._uses: dict[tuple[Role, Span], _Uses] = {}
        self._reads: dict[tuple[Span, bool], tuple[Read, dict[Visit, None]]] = {}
        self._raw: set[tuple[Span, Context]] = set()
        self._departures: dict[tuple[Span, Span], Departure] = {}
        self._leavings: defaultdict[tuple[Span, Span], set[Leaving]] = defaultdict(set)
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
    ) -> None:
        """Write down a use; None as `usage` says that the value was made."""
        uses = self._uses.get((role, span))
        if uses is None:
            uses = self._uses[role, span] = _Uses(text, kind, receiver, member, asynchronous, target)
        if usage is not None:
            uses.usages.add(usage)
            if detail:
                uses.said[usage, detail] = None

    def has(self, role: Role, span: Span, usage: Usage) -> bool:
        """Whether a use was written down already."""
        uses = self._uses.get((role, span))
        return uses is not None and usage in uses.usages

    def read(self, read: Read, visit: Visit) -> None:
        """Write down one visit of a read."""
        _, visits = self._reads.setdefault((read.span, read.through), (read, {}))
        visits[visit] = None
        if visit.context and read.operation is not Operation.DECODE:
            self._raw.add((visit.opened, visit.context))

    def depart(self, departure: Departure) -> None:
        """Write down a departure; what a caller does with it counts over all callers."""
        key = (departure.span, departure.opened)
        known = self._departures.get(key)
        if known is not None and (departure.read_by_caller is None or known.read_by_caller):
            return
        self._departures[key] = departure

    def leave(self, span: Span, opened: Span, leaving: Leaving) -> None:
        """Write down one way in which a response left its function."""
        self._leavings[span, opened].add(leaving)

    def made(self, span: Span, kind: Kind, text: str, *, asynchronous: bool) -> None:
        """Write down that a response or session was made."""
        self._lives.setdefault(span, _Life(text, kind, asynchronous))

    def touch(self, span: Span, touch: Touch, where: Span | None = None) -> None:
        """Write down what became of the object that was made at `span`."""
        life = self._lives.get(span)
        if life is not None:
            life.touches.add(touch)
            life.first_read = life.first_read or where

    def entries(self) -> Iterator[Entry]:
        """Give all entries."""
        for (role, span), uses in self._uses.items():
            if not uses.usages and not self._is_complete(span):
                continue
            usages = frozenset(uses.usages) or frozenset({Usage.UNUSED})
            yield Use(
                span, uses.text, role, uses.kind, uses.receiver, uses.member, usages, tuple(uses.said),
                uses.asynchronous, uses.target,
            )  # fmt: skip
        for read, visits in self._reads.values():
            or_raw = any((visit.opened, visit.context) in self._raw for visit in visits)
            yield dataclasses.replace(read, visits=tuple(visits), or_raw=or_raw)
        for key, departure in self._departures.items():
            if Leaving.UNREAD in self._leavings[key] or Leaving.READ not in self._leavings[key]:
                yield departure
        for span, life in self._lives.items():
            if self._is_complete(span):
                yield End(span, life.text, life.kind, frozenset(life.touches), life.asynchronous, life.first_read)


def visit_of(
    world: World,
    typestate: Typestate,
    fault: Fault | None,
    opened: Span,
    context: Context,
    *,
    born_inside: bool,
    deferred: bool = False,
    awaited: Span | None = None,
) -> Visit:
    """Make the visit of a world to a read."""
    return Visit(fault, typestate, world.plain, world.trail, context, opened, born_inside, deferred, awaited)
