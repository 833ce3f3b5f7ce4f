"""What is found, what was judged of it, and what the two give together."""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

TABLE = Path(__file__).with_name("verdicts.csv")
BUG, FALSE_ALARM = "bug", "false-alarm"


class Place(NamedTuple):
    """Where a finding stands; the packages are pinned, so that lines stay."""

    package: str
    path: str
    line: int
    code: str


class Verdict(NamedTuple):
    """What reading the code, or running its shape, told of a finding.

    `verdict` is `bug`, `false-alarm`, or empty as long as nobody has judged. `shape` names the function of
    `shapes.py` that repeats the mistake, if there is one; `reason` says in a line what happens.
    """

    verdict: str
    shape: str
    reason: str


def verdicts() -> dict[Place, Verdict]:
    """Read the table."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return {Place(row[0], row[1], int(row[2]), row[3]): Verdict(*row[4:]) for row in rows}


@dataclasses.dataclass(frozen=True)
class Comparison:
    """What a run found, beside the table.

    `found` gives each place its message, `unread` the package and path of the files that this Python cannot
    parse, `judged` the rows of the packages that were looked at.
    """

    found: Mapping[Place, str]
    unread: frozenset[tuple[str, str]]
    judged: Mapping[Place, Verdict]

    @property
    def new(self) -> list[Place]:
        """Found, and not in the table."""
        return sorted(self.found.keys() - self.judged.keys())

    @property
    def gone(self) -> list[Place]:
        """Bugs of the table that are found no more. A false alarm that is gone was corrected."""
        return sorted(place for place in self._rows(BUG) - self.found.keys() if place[:2] not in self.unread)

    @property
    def unjudged(self) -> list[Place]:
        """In the table without a verdict."""
        return sorted(self._rows(""))

    @property
    def confirmed(self) -> int:
        """How many of the bugs that were found have a shape that was run."""
        return sum(bool(self.judged[place].shape) for place in self._rows(BUG) & self.found.keys())

    def tally(self, counts: Callable[[Place], bool]) -> tuple[int, int]:
        """Of the findings that `counts` picks, give how many are bugs and how many false alarms."""
        bugs, false_alarms = (filter(counts, self._rows(kind) & self.found.keys()) for kind in (BUG, FALSE_ALARM))
        return len(list(bugs)), len(list(false_alarms))

    def _rows(self, kind: str) -> set[Place]:
        return {place for place, verdict in self.judged.items() if verdict.verdict == kind}
