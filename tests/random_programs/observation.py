"""What the runs of a program say, line by line."""

from __future__ import annotations

import collections
import dataclasses
import enum
import functools
from collections.abc import Container, Iterable

from .record import Outcome, Reading

FLAGS = ("a", "b", "c")
NEGLECT = {Outcome.NEVER_AWAITED, Outcome.NEVER_CALLED}


class Body(enum.Enum):
    """What the server answers with: the path that the program is given."""

    SMALL = "/json"
    LARGE = "/large.json"
    FAILING = "/error"
    DROPPED = "/dropped"


@dataclasses.dataclass(frozen=True)
class Setting:
    """What a run is given. The last three ask "what if": see `Oracle.explain`."""

    body: Body
    flags: tuple[bool, ...] = (False, False, False)
    keep_going: bool = False
    delayed: bool = False
    break_at: int = 0

    def __str__(self) -> str:
        flags = ", ".join(f"{name}={value}" for name, value in zip(FLAGS, self.flags, strict=True))
        return f"{self.body.name.lower()}, {flags}"


@dataclasses.dataclass(frozen=True)
class Run:
    """What happened in one run."""

    setting: Setting
    readings: list[Reading]
    reached: frozenset[int]
    steps: int
    ending: str  # "" or the exception that ended it
    unclosed: dict[int, bool]  # of each line that made a response or session: was it left open?

    def fails(self, line: int) -> bool:
        """Whether a read fails that may be reported on this line."""
        return any(reading.failed and line in reading.lines for reading in self.readings)


class Verdict(enum.Enum):
    """What the runs say of a line that reads."""

    ALWAYS = "fails on every run that reaches it"
    SOMETIMES = "fails on some run"
    NEVER = "never fails"
    UNREACHED = "never reached"


@dataclasses.dataclass(frozen=True)
class Failure:
    """A read that failed in some runs, and one of those runs as an example."""

    run: Run
    reading: Reading
    verdict: Verdict
    lines: frozenset[int]  # where it may be reported, of all the runs

    @property
    def earlier(self) -> set[tuple[int, ...]]:
        """The trails of what was read of the same response before, and of what failed before."""
        readings = self.run.readings
        before = readings[: readings.index(self.reading)]
        trails = {reading.trail for reading in before if reading.seen is self.reading.seen}
        return trails | ({self.reading.after.trail} if self.reading.after else set())

    def __str__(self) -> str:
        reading = self.reading
        problem = f" ({reading.problem})" if reading.problem else ""
        return f"line {reading.line}: {reading.method} {reading.outcome.value}{problem} with {self.run.setting}"  # type: ignore[union-attr]


@dataclasses.dataclass(frozen=True)
class Observation:
    """What all runs of a program say."""

    runs: list[Run]

    @functools.cached_property
    def reached(self) -> frozenset[int]:
        """The lines that some run reached."""
        return frozenset().union(*(run.reached for run in self.runs))

    @functools.cached_property
    def endings(self) -> set[str]:
        """The types of the exceptions that ended the runs; "" for none."""
        return {run.ending.partition("(")[0] for run in self.runs}

    @functools.cached_property
    def ended_well(self) -> frozenset[int]:
        """The lines that were reached by runs that show what stays open at their end."""
        return frozenset().union(
            *(run.reached for run in self.runs if run.setting.body is Body.LARGE and not run.ending)
        )

    @functools.cached_property
    def unjudged(self) -> frozenset[int]:
        """The lines of reads of which some run says neither fine nor failed."""
        return frozenset(
            line for _, reading in self.readings() if reading.outcome is Outcome.UNJUDGED for line in reading.lines
        )

    def readings(self) -> Iterable[tuple[Run, Reading]]:
        """Give every read of every run."""
        return ((run, reading) for run in self.runs for reading in run.readings)

    def verdict(self, line: int, bodies: Container[Body] = frozenset(Body)) -> Verdict:
        """Say how the reads on a line ended, in the runs that got one of these bodies."""
        reads = [(run, r) for run, r in self.readings() if r.line == line and run.setting.body in bodies]
        failing = {id(run) for run, reading in reads if reading.failed}
        if not reads:
            return Verdict.NEVER if line in self.reached else Verdict.UNREACHED
        if not failing:
            return Verdict.NEVER
        return Verdict.ALWAYS if len(failing) == len({id(run) for run, _ in reads}) else Verdict.SOMETIMES

    @functools.cached_property
    def failures(self) -> list[Failure]:
        """The reads that failed, one for each way of calls that led to them.

        A coroutine that only some runs leave unawaited (an early return) is none.
        """
        ways: dict[tuple[int, ...], list[tuple[Run, Reading]]] = collections.defaultdict(list)
        for run, reading in self.readings():
            ways[reading.trail].append((run, reading))
        return [failure for found in ways.values() if (failure := self._failure(found)) is not None]

    def _failure(self, found: list[tuple[Run, Reading]]) -> Failure | None:
        """Give the failure of a read; as its example a run where nothing of its response had failed."""
        started = any(reading.started for _, reading in found)
        failed = [(run, r) for run, r in found if r.failed and not (started and r.outcome in NEGLECT)]
        if not failed:
            return None
        run, reading = min(failed, key=lambda pair: pair[1].after is not None)
        lines = frozenset().union(*(r.lines for _, r in failed))
        return Failure(run, reading, self.verdict(reading.line), lines)

    @functools.cached_property
    def neglected(self) -> frozenset[int]:
        """The lines whose coroutine or method some run left alone."""
        return frozenset(line for _, reading in self.readings() if reading.outcome in NEGLECT for line in reading.lines)

    @functools.cached_property
    def unclosed(self) -> dict[int, Verdict]:
        """Of each line that made a response or session: how many of the runs that end well left it open.

        A run that ends badly only counts for what it closed before.
        """
        left: dict[int, set[bool]] = collections.defaultdict(set)
        for run in self.runs:
            for line, unclosed in run.unclosed.items():
                if not (unclosed and run.ending):
                    left[line].add(unclosed)
        names = {(True,): Verdict.ALWAYS, (False,): Verdict.NEVER, (False, True): Verdict.SOMETIMES}
        return {line: names[tuple(sorted(found))] for line, found in left.items()}
