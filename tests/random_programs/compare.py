"""Compares what the linter says of random programs with what they do.

    python -m tests.random_programs --count 500 --seed 1

A **false alarm** is a finding on a line where nothing fails: on no run, and not in the other worlds either
that the code plainly allows (the network fails in a step before, a task is slower, an earlier failure of the
run did not end it). A **missed alarm** is a read that fails without a finding on its line, on a call that led
there, or on the line where its response left. What no run reaches is not judged.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import dataclasses
import time
from collections.abc import AsyncIterator, Callable

from flake8_aiohttp.check import check
from flake8_aiohttp.finding import Finding

from .observation import Body, Observation, Verdict
from .oracle import Oracle, oracle
from .programs import program_of_seed
from .shrinking import shrink

LEAKS = {"AIO207", "AIO208"}
Linter = Callable[[str], list[Finding]]


def lint(text: str) -> list[Finding]:
    """Ask the linter, without the opinions that are off unless asked for."""
    return [finding for finding in check(text, "program.py") if not finding.code.startswith("AIO9")]


@dataclasses.dataclass(frozen=True)
class Disagreement:
    """A false or missed alarm: its code (the finding's, or the one due), the program, what happened."""

    kind: str
    code: str
    text: str
    story: str

    def __str__(self) -> str:
        numbered = (f"{number:4} {line}" for number, line in enumerate(self.text.splitlines(), 1))
        return "\n".join([f"{self.kind}: {self.code}: {self.story}", *numbered, ""])


@dataclasses.dataclass
class Tally:
    """How many findings were right, and how many failures were found; by code."""

    programs: int = 0
    faulty: int = 0
    runs: int = 0
    right: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    false: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    found: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    missed: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    unjudged: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    wording: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    codes: collections.Counter[tuple[str, str]] = dataclasses.field(default_factory=collections.Counter)
    disagreements: list[Disagreement] = dataclasses.field(default_factory=list)

    def precision(self, *, leaks: bool = False) -> float:
        """Give the share of the judged findings that are right."""
        return _share(self.right, self.false, leaks=leaks)

    def recall(self, *, leaks: bool = False) -> float:
        """Give the share of the failures that have a finding."""
        return _share(self.found, self.missed, leaks=leaks)

    def recall_of(self, code: str) -> float:
        """Give the share of the failures due to be reported under a code that have a finding: 1.0 where none is due."""
        due = self.found[code] + self.missed[code]
        return self.found[code] / due if due else 1.0

    def __str__(self) -> str:
        lines = [
            f"{self.programs} programs, {self.faulty} of them faulty, {self.runs} runs",
            f"reads: precision {self.precision():.4f}, recall {self.recall():.4f}",
            f"leaks: precision {self.precision(leaks=True):.4f}, recall {self.recall(leaks=True):.4f}",
            "code     right  false | found missed",
        ]
        for code in sorted({*self.right, *self.false, *self.found, *self.missed}):
            row = (self.right[code], self.false[code], self.found[code], self.missed[code])
            lines.append("{}  {:5} {:6} | {:5} {:6}".format(code, *row))
        lines += [f"not judged, {reason}: {count}" for reason, count in sorted(self.unjudged.items())]
        lines += [f"worded: {wording}: {count}" for wording, count in sorted(self.wording.items())]
        lines += [f"due {due}, said {said}: {count}" for (due, said), count in sorted(self.codes.items())]
        return "\n".join(lines)


def _share(right: collections.Counter[str], wrong: collections.Counter[str], *, leaks: bool) -> float:
    rights, wrongs = (sum(n for code, n in counter.items() if (code in LEAKS) is leaks) for counter in (right, wrong))
    return rights / (rights + wrongs) if rights + wrongs else 1.0


@dataclasses.dataclass(frozen=True)
class Comparison:
    """One program: what it does, and what the linter says."""

    oracle: Oracle
    text: str
    observed: Observation
    findings: list[Finding]

    async def judge(self, tally: Tally) -> None:
        """Add this program to the tally."""
        tally.programs += 1
        tally.faulty += bool(self.observed.failures)
        tally.runs += len(self.observed.runs)
        for finding in self.findings:
            reason = await self.judge_finding(finding)
            counter, name = {"": (tally.right, finding.code), "false": (tally.false, finding.code)}.get(
                reason, (tally.unjudged, reason)
            )
            counter[name] += 1
            if not reason and finding.code not in LEAKS:
                tally.wording[self.wording(finding)] += 1
            if reason == "false":
                tally.disagreements.append(self.false_alarm(finding))
        async for missed in self.missed():
            tally.missed[missed.code] += 1
            tally.disagreements.append(missed)
        self.count_found(tally)

    def wording(self, finding: Finding) -> str:
        """Say how the finding speaks of paths, and on which it really fails; the small body is luck."""
        said = "on some paths" if "on some paths" in finding.message else "plainly"
        return f"said {said}, {self.observed.verdict(finding.span.line, {Body.LARGE}).value}"

    def false_alarm(self, finding: Finding) -> Disagreement:
        """Tell of a finding that is wrong."""
        return Disagreement("false alarm", finding.code, self.text, f"line {finding.span.line}: {finding.message}")

    async def first(self, kind: str, code: str) -> Disagreement | None:
        """Give the first disagreement of this kind and code; judge nothing else, for shrinking asks often."""
        if kind == "missed alarm":
            return next(iter([missed async for missed in self.missed() if missed.code == code]), None)
        for finding in self.findings:
            if finding.code == code and await self.judge_finding(finding) == "false":
                return self.false_alarm(finding)
        return None

    async def judge_finding(self, finding: Finding) -> str:
        """Say "" for a right finding, "false" for a wrong one, else why it cannot be judged."""
        line = finding.span.line
        if finding.code in LEAKS:
            if line not in self.observed.ended_well:
                return "leak, no run ends well"
            left = self.observed.unclosed.get(line, Verdict.NEVER)
            return "false" if left is Verdict.NEVER else ""
        if line in self.observed.neglected or any(line in failure.lines for failure in self.observed.failures):
            return ""
        if reason := await self.oracle.explain(self.text, line):
            return reason
        if line not in self.observed.reached:
            return "never reached"
        return "reads at the stream's end or left unfinished" if line in self.observed.unjudged else "false"

    async def missed(self) -> AsyncIterator[Disagreement]:
        """Give the failures that no finding explains, one a line.

        Where an earlier read of the same response fails in some run, its finding speaks for the later ones.
        """
        lines = set()
        told = {failure.reading.trail for failure in self.observed.failures if self.explained(failure.lines)}
        for failure in self.observed.failures:
            if failure.reading.trail not in told and not failure.earlier & told and failure.reading.line not in lines:
                lines.add(failure.reading.line)
                yield Disagreement("missed alarm", failure.reading.code, self.text, str(failure))
        async for leak in self.missed_leaks():
            yield leak

    async def missed_leaks(self) -> AsyncIterator[Disagreement]:
        """Give the responses and sessions that every run leaves open, without a finding."""
        told = {finding.span.line for finding in self.findings if finding.code in LEAKS}
        for line, verdict in self.observed.unclosed.items():
            if verdict is not Verdict.ALWAYS or line in told:
                continue
            if not await self.oracle.ends_on_an_exception(self.text, line):
                code = "AIO208" if "ClientSession()" in self.text.splitlines()[line - 1] else "AIO207"
                story = f"line {line}: left open in every run that ends well"
                yield Disagreement("missed alarm", code, self.text, story)

    def explained(self, lines: frozenset[int]) -> bool:
        """Whether some finding stands on one of these lines, where a failure may be reported."""
        return any(finding.span.line in lines and finding.code not in LEAKS for finding in self.findings)

    def count_found(self, tally: Tally) -> None:
        """Count the failures that were found by the code that is due, and where another was said."""
        told = {f.span.line: f.code for f in self.findings if f.code not in LEAKS}
        found = [failure for failure in self.observed.failures if self.explained(failure.lines)]
        for line, due in {failure.reading.line: failure.reading.code for failure in found}.items():
            tally.found[due] += 1
            if due != told.get(line, due):
                tally.codes[due, told[line]] += 1
        leaking = {line for line, verdict in self.observed.unclosed.items() if verdict is Verdict.ALWAYS}
        for finding in self.findings:
            tally.found[finding.code] += finding.code in LEAKS and finding.span.line in leaking


async def compare(oracle: Oracle, text: str, tally: Tally, linter: Linter = lint) -> None:
    """Compare one program."""
    await Comparison(oracle, text, await oracle.observe(text), linter(text)).judge(tally)


async def compare_many(seed: int, count: int, seconds: float, linter: Linter = lint) -> Tally:
    """Compare so many programs, or fewer when the time is over."""
    tally = Tally()
    end = time.monotonic() + seconds
    async with oracle() as asked:
        for number in range(count):
            if time.monotonic() > end:
                break
            await compare(asked, program_of_seed(seed, number), tally, linter)
    return tally


async def shrunk(disagreements: list[Disagreement], most: int, linter: Linter = lint) -> list[Disagreement]:
    """Make the first disagreements small; of each kind and code no more than three."""
    chosen: list[Disagreement] = []
    for found in disagreements:
        alike = [other for other in chosen if (other.kind, other.code) == (found.kind, found.code)]
        if len(alike) < 3 and len(chosen) < most:
            chosen.append(found)
    async with oracle() as asked:
        small = [await _shrunk(asked, found, linter) for found in chosen]
    return list({found.text: found for found in small}.values())


async def _shrunk(asked: Oracle, found: Disagreement, linter: Linter) -> Disagreement:
    last = found
    endings = (await asked.observe(found.text)).endings

    async def holds(text: str) -> bool:
        nonlocal last
        observed = await asked.observe(text)
        if not observed.endings <= endings:  # a name that is not bound any more, a loop that never ends
            return False
        comparison = Comparison(asked, text, observed, linter(text))
        other = await comparison.first(found.kind, found.code)
        last = other or last
        return other is not None

    await shrink(found.text, holds)
    return last


def main(arguments: list[str] | None = None) -> int:
    """Compare, print, and say by the exit code whether all agreed."""
    parser = argparse.ArgumentParser(prog="python -m tests.random_programs", description=__doc__)
    parser.add_argument("--count", type=int, default=500, help="programs to compare")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3600, help="stop after so many")
    parser.add_argument("--shrink", type=int, default=12, help="disagreements to shrink and print")
    options = parser.parse_args(arguments)
    tally = asyncio.run(compare_many(options.seed, options.count, options.seconds))
    for found in asyncio.run(shrunk(tally.disagreements, options.shrink)):
        print(found)
    print(tally)
    return bool(tally.disagreements)
