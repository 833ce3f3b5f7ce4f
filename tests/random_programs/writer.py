"""A program being written: its lines, what its names hold, and the statements that may come next.

The writer keeps a belief of which responses can still be read. It is rough (it does not follow branches)
and only there so that about half of the programs are right: the truth is the oracle's business.
"""

from __future__ import annotations

import contextlib
import dataclasses
import enum
from collections.abc import Callable, Iterator

from .choices import Choices, chance, one_of, weighted

DEEPEST = 5


class Kind(enum.Enum):
    """What a name holds."""

    SESSION = "session"
    RESPONSE = "response"
    PAGES = "list of responses"
    BODY = "body"
    COROUTINE = "coroutine"
    TASK = "task"


NAMES = {
    Kind.SESSION: ("client", "http", "own_session"),
    Kind.RESPONSE: ("response", "resp", "reply", "page", "answer", "other"),
    Kind.PAGES: ("pages", "replies"),
    Kind.BODY: ("body", "data", "text", "payload", "result"),
    Kind.COROUTINE: ("pending", "reading", "later"),
    Kind.TASK: ("task", "job", "download"),
}


@dataclasses.dataclass(eq=False)
class Thing:
    """What a name holds; two names of one response share it."""

    kind: Kind
    alive: bool = True
    given: bool = False  # a parameter: not ours to close or to rebind
    session: Thing | None = None  # the session of a response; the response of a coroutine


@dataclasses.dataclass(frozen=True)
class Statement:
    """One production of the grammar. `write` says whether nothing can follow in the suite."""

    weight: int
    write: Callable[[Writer], bool | None]
    needs: tuple[Kind, ...]
    compound: bool
    when: Callable[[Writer], bool]

    def fits(self, writer: Writer) -> bool:
        """Whether the program so far allows this statement."""
        if self.compound and (writer.depth >= DEEPEST or writer.budget < 2):
            return False
        kinds = [thing.kind for thing in writer.scope.values()]
        return all(kinds.count(kind) >= self.needs.count(kind) for kind in self.needs) and self.when(writer)


STATEMENTS: list[Statement] = []


def statement(
    weight: int, *needs: Kind, compound: bool = False, when: Callable[[Writer], bool] = lambda _: True
) -> Callable[[Callable[[Writer], bool | None]], Callable[[Writer], bool | None]]:
    """Make the decorated function a production of the grammar."""

    def register(write: Callable[[Writer], bool | None]) -> Callable[[Writer], bool | None]:
        STATEMENTS.append(Statement(weight, write, needs, compound, when))
        return write

    return register


class Writer:
    """Writes one function: `emit` adds a line, `under` a header with its suite."""

    def __init__(self, choices: Choices, flags: tuple[str, ...], budget: int) -> None:
        self.choices = choices
        self.flags = flags
        self.budget = budget
        self.lines: list[str] = []
        self.depth = 1
        self.loops = 0
        self.scope: dict[str, Thing] = {}
        self.functions: list[object] = []
        self.returns: Kind | None = None

    def emit(self, line: str) -> None:
        """Add a line at the depth reached."""
        self.lines.append("    " * self.depth + line)

    @contextlib.contextmanager
    def under(self, header: str) -> Iterator[None]:
        """Add a header; what is emitted inside the `with` stands under it."""
        self.emit(header)
        self.depth += 1
        before = len(self.lines)
        yield
        if len(self.lines) == before:
            self.emit("pass")
        self.depth -= 1

    def arm(self, header: str, most: int = 2) -> None:
        """Add a header and a suite that may not run: the names it binds are forgotten after it."""
        before = dict(self.scope)
        with self.under(header):
            self.suite(most)
        self.scope = {name: thing for name, thing in before.items() if self.scope.get(name) is thing}

    def suite(self, most: int = 3) -> None:
        """Write at least one statement."""
        for _ in range(self.choices.integer(1, most)):
            if self.one_statement() or self.budget <= 0:
                return

    def one_statement(self) -> bool:
        """Write a statement; say whether nothing can follow it."""
        self.budget -= 1
        fitting = [(known.weight, known) for known in STATEMENTS if known.fits(self)]
        return bool(weighted(self.choices, fitting).write(self))

    def name(self, kind: Kind) -> str:
        """Give a name for a new thing of this kind: mostly a fresh one, sometimes one that is taken."""
        options = [name for name in NAMES[kind] if name not in self.scope or not self.scope[name].given]
        fresh = [name for name in options if name not in self.scope]
        if fresh and not chance(self.choices, 12):
            return fresh[0] if chance(self.choices, 60) else one_of(self.choices, fresh)
        return one_of(self.choices, options)

    def bind(self, name: str, kind: Kind, session: Thing | None = None, *, alive: bool = True) -> Thing:
        """Let `name` hold a new thing."""
        self.scope[name] = thing = Thing(kind, alive=alive, session=session)
        return thing

    def pick(self, kind: Kind, *, dead: int = 12) -> str:
        """Give a name of this kind: one that is alive, or with `dead` percent any."""
        names = [name for name, thing in self.scope.items() if thing.kind is kind]
        alive = [name for name in names if self.scope[name].alive]
        if not alive or chance(self.choices, dead):
            return one_of(self.choices, names)
        return alive[-1] if chance(self.choices, 60) else one_of(self.choices, alive)

    def end(self, thing: Thing) -> None:
        """Believe a thing dead, and what hangs on it."""
        thing.alive = False
        for other in self.scope.values():
            if other.session is thing and other.alive:
                self.end(other)

    def flag(self) -> str:
        """Give a flag; the first ones come more often, so that programs ask the same thing twice."""
        return weighted(self.choices, [(4 - position, flag) for position, flag in enumerate(self.flags)])

    def condition(self) -> str:
        """Give a test of flags."""
        flag = self.flag()
        other = one_of(self.choices, self.flags)
        return weighted(
            self.choices,
            [(10, flag), (8, f"not {flag}"), (1, f"{flag} and {other}"), (1, f"{flag} or not {other}")],
        )
