"""What rules judge: uses, reads, escapes and lifetimes, one entry a node, joined over all states that came there."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Collection

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.aiohttp_model.typestate import Fault, Operation
from flake8_aiohttp.analysis.domain.typestate import Typestate
from flake8_aiohttp.analysis.domain.values import Context
from flake8_aiohttp.analysis.facts.call_graph import MixedCallers
from flake8_aiohttp.analysis.facts.consumers import Consumers, Fit, ValueType
from flake8_aiohttp.analysis.journal.provenance import Provenance
from flake8_aiohttp.finding import Applicability, Span
from flake8_aiohttp.python.definitions import Function


class Role(enum.Enum):
    """What a used thing is."""

    __hash__ = object.__hash__  # by identity: it is hashed all the time

    BODY = "coroutine of a body"
    CALL = "another coroutine"
    METHOD = "bound method of a body"
    REQUEST = "request"
    OBJECT = "session, response or request"  # where a `with`, `for` or attribute meets it
    AWAITED = "what an await was given"
    TEXT = "text of a body"
    CLASS = "class of an object, not called"


class Usage(enum.Enum):
    """How a value was used."""

    __hash__ = object.__hash__  # by identity: it is hashed all the time

    DROPPED = "dropped"
    UNUSED = "never used"
    AWAITED = "awaited"
    HANDED_ON = "handed on"
    LATE = "awaited too late"
    TAKEN_FOR_DATA = "asked whether it is of a type of data"
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
    ENTERED = "entered"
    SYNC_BLOCK = "entered by a plain with"
    SYNC_LOOP = "iterated by a plain for"
    BYTES_TAKER = "given to what takes bytes"
    BYTES_FILE = "written to a file that is open for bytes"
    BINARY_FILE = "written to a file whose name has a binary extension"
    ENCODED = "encoded again"
    DECODED = "encoded, and decoded again"
    CALLED = "called"
    COLLECTED = "put into a returned dict or list"
    STREAMED = "used as the stream that it is"
    NEEDED = "awaited where what comes there is awaitable"


FAILING = frozenset({Usage.ATTRIBUTE, Usage.SUBSCRIPT, Usage.OPERAND, Usage.SEARCHED, Usage.ITERATED, Usage.UNPACKED})
"""Uses that raise at once."""


@dataclasses.dataclass(frozen=True, slots=True)
class Expression:
    """An expression that asks an object for something: `response.text()`.

    `text` is its source, `receiver` that of the object (`response`), whose kind is `kind`; `member` is the method or
    attribute (`text`). It is `asynchronous` where an `await` may stand.
    """

    span: Span
    text: str
    kind: Kind
    receiver: str
    member: str
    asynchronous: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Use(Expression):
    """The value that an expression made met uses.

    `said` is what each use adds in words (the callee, the attribute), in source order; `target` the read whose text
    was encoded; `proof` the use by which the object is known for aiohttp's, where nothing else says so.
    """

    role: Role
    usages: frozenset[Usage]
    said: tuple[tuple[Usage, str], ...]
    target: Span | None = None
    proof: Span | None = None
    mixed: MixedCallers | None = dataclasses.field(default=None, compare=False, repr=False)
    consumers: Consumers | None = dataclasses.field(default=None, compare=False, repr=False)

    def fit(self, given: ValueType) -> Fit:
        """Say whether all that the value reaches takes a value of another type in its place."""
        return self.consumers.fit(self.span, given) if self.consumers else Fit.UNKNOWN

    @property
    def is_read_before(self) -> bool:
        """Whether the body of the response that is the receiver was read in any case by then."""
        return self.consumers is not None and self.consumers.is_read_before(self.span, self.receiver)

    @property
    def sureness(self) -> Applicability:
        """How sure a fix is that suits what was seen here: other libraries' objects may come here, too."""
        shared = self.mixed is not None and self.mixed.is_shared(self.span, self.receiver)
        return Applicability.SUGGESTED if shared else Applicability.SAFE

    def is_only(self, wrong: Collection[Usage]) -> bool:
        """Whether the value met wrong uses alone; one that raises is wrong whoever else gets the value."""
        others = self.usages.difference(wrong)
        return not others or (others == {Usage.HANDED_ON} and not FAILING.isdisjoint(self.usages))

    @property
    def details(self) -> tuple[str, ...]:
        """All that the uses add in words."""
        return tuple(dict.fromkeys(text for _, text in self.said))

    def detail(self, usage: Usage, otherwise: str) -> str:
        """Give what the first use of this kind adds in words."""
        return next((text for kind, text in self.said if kind is usage), otherwise)


@dataclasses.dataclass(frozen=True, slots=True)
class ReachingState:
    """One state that came to a read: what goes wrong there, if anything.

    `awaited` is where a coroutine that was made earlier is awaited.
    """

    fault: Fault | None
    typestate: Typestate
    explicit: bool
    branch_history: tuple[int, ...]
    context: Context
    opened: Span
    born_inside: bool = False
    deferred: bool = False
    awaited: Span | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Read(Expression):
    """An operation on a body, with the states that came there.

    The expression is the read; of a coroutine that was made elsewhere it is where it was made. `lenient` is a
    `json(content_type=None)` or `text("latin-1")`. `through` says that the expression is the call in the function
    that opened the response, while the read stands in another function, at `inside`; it is `awaited_by_name` where
    the coroutine was kept under a name that is awaited. `or_raw` says that the same call may as well have come to a
    read of the bytes as they are.
    """

    operation: Operation
    reaching_states: tuple[ReachingState, ...]
    lenient: bool
    provenance: Provenance
    returned: bool = False
    through: bool = False
    inside: Span | None = None
    awaited_by_name: bool = False
    or_raw: bool = False
    consumers: Consumers | None = dataclasses.field(default=None, compare=False, repr=False)

    def fit(self, given: ValueType) -> Fit:
        """Say whether all that the body reaches takes a value of another type in its place."""
        return self.consumers.fit(self.span, given) if self.consumers else Fit.UNKNOWN

    def faulty(self, *faults: Fault) -> tuple[ReachingState, ...]:
        """Give the reaching states that go wrong in one of these ways, where that is plain or certain."""
        wrong = tuple(reaching for reaching in self.reaching_states if reaching.fault in faults)
        spoken = any(reaching.explicit for reaching in wrong) or len(wrong) == len(self.reaching_states)
        return wrong if spoken else ()

    def path(self, wrong: tuple[ReachingState, ...]) -> int | None:
        """Give the line of a branch that leads to one of these reaching states only, negative where it is not taken.

        It is 0 where no branch is known, and None where all reaching states are such.
        """
        right = [reaching for reaching in self.reaching_states if reaching not in wrong]
        if not right:
            return None
        others = set(right[0].branch_history).union(*(reaching.branch_history for reaching in right))
        others.add(-wrong[0].typestate.read)  # a loop that drained the stream, be it in no round
        own = [line for line in reversed(wrong[0].branch_history) if line not in others]
        shared = [line for line in own if all(line in reaching.branch_history for reaching in wrong)]
        return next(iter(shared or own[::-1]), 0)


class Departure(enum.Enum):
    """In which clothes a response leaves."""

    RESPONSE = "itself"
    STREAM = "as its stream, or in what reads that piece by piece"
    CALL = "in a call that is yet to run"


@dataclasses.dataclass(frozen=True, slots=True)
class Escape:
    """A response left its function after its block or session had ended, its body unread.

    `read_by_caller` is None where no caller is in this file, else whether one does more than look at it;
    `read` is where one reads it. It is `read_anew` where the bytes or the stream are asked for: no copy helps then.
    """

    span: Span
    text: str
    typestate: Typestate
    opened: Span
    leaver: Function | None
    read_by_caller: bool | None
    provenance: Provenance
    read: Span | None = None
    departure: Departure = Departure.RESPONSE
    read_anew: bool = False


class LifecycleEvent(enum.Enum):
    """What became of an object at some time."""

    __hash__ = object.__hash__  # by identity: it is hashed all the time

    ASKED = "a body method fetched"
    READ = "read"
    RELEASED = "released"
    ENTERED = "entered"
    HANDED_ON = "handed on"
    CHECKED = "status looked at"
    AWAITED = "awaited"
    OUTLIVED = "its session was closed before its function ended"
    LEFT_OPEN = "its function ended while its session lived on"


@dataclasses.dataclass(frozen=True, slots=True)
class Lifetime:
    """A response or session came to its end; `events` is all that ever became of it."""

    span: Span
    text: str
    kind: Kind
    events: frozenset[LifecycleEvent]
    asynchronous: bool
    first_read: Span | None = None


Entry = Use | Read | Escape | Lifetime
