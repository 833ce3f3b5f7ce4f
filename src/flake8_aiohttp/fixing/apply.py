"""Rounds: fix what does not overlap, check again, stop when quiet; then let the gate decide.

Nothing here imports libcst until a finding is there that can be fixed.
"""

from __future__ import annotations

import dataclasses
import io
import tokenize
from collections.abc import Callable, Sequence

from flake8_aiohttp.finding import Applicability, Finding
from flake8_aiohttp.fixing import verification
from flake8_aiohttp.fixing.refusal import Refusal
from flake8_aiohttp.fixing.verification import Drift

Check = Callable[[str], Sequence[Finding]]
Reported = Callable[[str, Sequence[Finding]], Sequence[Finding]]
_MOST_ROUNDS = 10


@dataclasses.dataclass(slots=True)
class Outcome:
    """A file after fixing.

    `fixed` stand as they stood before, or where they came to light; `left` stand as they stand in `text`,
    and `refused` tells why one of them was not fixed.
    """

    text: str
    fixed: list[Finding] = dataclasses.field(default_factory=list)
    left: Sequence[Finding] = ()
    refused: dict[Finding, Refusal] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Job:
    """What to fix: the text, what finds the mistakes in it, and which of them the user wants fixed.

    `check` sees newlines as Python sees them. `reported` is given a text and its findings, and gives
    those that the user's configuration lets through.
    """

    text: str
    check: Check
    reported: Reported
    unsafe: bool

    def fixable(self, text: str, findings: Sequence[Finding]) -> list[Finding]:
        """Give the findings of `text` that have a fix and may be fixed."""
        if not any(map(self._may_fix, findings)):
            return []
        return [each for each in self.reported(text, findings) if self._may_fix(each)]

    def _may_fix(self, finding: Finding) -> bool:
        return finding.fix is not None and (self.unsafe or finding.fix.applicability is Applicability.SAFE)


def fix_text(
    text: str,
    check: Check,
    *,
    findings: Sequence[Finding] | None = None,
    reported: Reported = lambda _, findings: findings,
    unsafe: bool = False,
) -> Outcome:
    """Fix what can be fixed in `text`; suggested fixes only if `unsafe`.

    `findings` are those of `text`, where they are known already.
    """
    job = Job(text, check, reported, unsafe)
    before = check(text) if findings is None else findings
    outcome, problem = _attempt(job, before, None)
    return outcome if problem is None else _one_by_one(job, before)


def fix_alone(finding: Finding, text: str, check: Check, findings: Sequence[Finding]) -> str | None:
    """Give the text in which one of its `findings` is fixed, with its like on the same line; None if it stays."""
    place = finding.code, finding.span.line
    outcome = Outcome(text)
    done = _round(outcome, [each for each in findings if (each.code, each.span.line) == place and each.fix])
    if finding not in done or not verification.compiles(outcome.text):
        return None
    drift = Drift(text, outcome.text)
    return outcome.text if verification.problem(drift, findings, done, check(outcome.text)) is None else None


def _attempt(job: Job, before: Sequence[Finding], chosen: set[Finding] | None) -> tuple[Outcome, Refusal | None]:
    """Fix in rounds, and say what the gate has against the result.

    Of the findings in `before`, only those in `chosen` are fixed, where it is given. What a fix brings to
    light is fixed in the next round.
    """
    outcome = Outcome(job.text, left=before)
    drift = Drift(job.text, job.text)
    spared = set() if chosen is None else {drift.old(each) for each in before if each not in chosen}
    waiting = list(before)
    for _ in range(_MOST_ROUNDS + len(before)):
        todo = [each for each in job.fixable(outcome.text, outcome.left) if drift.new(each) not in spared]
        done = _round(outcome, todo)
        if not done:
            return outcome, verification.problem(drift, before, outcome.fixed, outcome.left)
        if not verification.still_compiles(job.text, outcome.text):
            return outcome, Refusal.NOT_COMPILABLE
        outcome.fixed += [_as_it_was(each, drift, waiting) for each in done]
        outcome.left = job.check(outcome.text)
        drift = Drift(job.text, outcome.text)
    return outcome, Refusal.ENDLESS


def _round(outcome: Outcome, todo: Sequence[Finding]) -> list[Finding]:
    """Fix once, and give what was fixed."""
    outcome.refused = verification.refused_types(outcome.text, todo)
    todo = [each for each in todo if each not in outcome.refused]
    if not todo:
        return []
    from flake8_aiohttp.fixing.rewrites import rewrite  # noqa: PLC0415  libcst costs a quarter of a second

    result = rewrite(outcome.text, todo)
    outcome.text = result.text
    outcome.refused |= result.refused
    return result.done


def _as_it_was(finding: Finding, drift: Drift, waiting: list[Finding]) -> Finding:
    """Give the finding of the old text that `finding` is, and take it out of those that wait."""
    same = [each for each in waiting if drift.old(each) == drift.new(finding)]
    if not same:
        return finding
    line, column = finding.span.line, finding.span.column
    old = min(same, key=lambda each: (abs(each.span.line - line), abs(each.span.column - column)))
    waiting.remove(old)
    return old


def _one_by_one(job: Job, before: Sequence[Finding]) -> Outcome:
    """Find out which fixes the gate lets through together, and why not the others."""
    best = Outcome(job.text, left=before)
    chosen: set[Finding] = set()
    rejected: dict[Finding, Refusal] = {}
    for finding in job.fixable(job.text, before):
        trial, problem = _attempt(job, before, chosen | {finding})
        if problem is None:
            best = trial
            chosen.add(finding)
        else:
            rejected[finding] = problem
    drift = Drift(job.text, best.text)
    reasons = {drift.old(finding): refusal for finding, refusal in rejected.items()}
    best.refused.update({each: reasons[drift.new(each)] for each in best.left if drift.new(each) in reasons})
    return best


def decode(data: bytes) -> tuple[str, str] | None:
    """Give the text of a file and its encoding; None where the text does not lead back to the same bytes.

    Nor is a file corrected that has two byte order marks: Python reads over the first alone.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
        return (text, encoding) if text.encode(encoding) == data and not text.startswith("\ufeff") else None
    except (LookupError, SyntaxError, UnicodeError):
        return None


def encode(text: str) -> bytes:
    """Give the bytes of a text whose file is not known: in the encoding that it names, or in UTF-8."""
    data = text.encode()
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return text.encode(encoding)
    except (SyntaxError, UnicodeError):
        return data
