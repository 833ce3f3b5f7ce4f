"""Looks at one file: what is wrong with it, and what becomes of it if the task is to change it. Nothing is written."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from flake8_aiohttp.commands import comments
from flake8_aiohttp.commands.baseline import Baseline
from flake8_aiohttp.commands.documents import Document, Part, document
from flake8_aiohttp.commands.task import Mode, Task
from flake8_aiohttp.finding import Applicability, Finding
from flake8_aiohttp.fixing.apply import fix_alone, fix_text
from flake8_aiohttp.fixing.refusal import Refusal
from flake8_aiohttp.host import STDIN, Complaint, Host, Page
from flake8_aiohttp.outputs.report import Remedy, Report, Section


@dataclasses.dataclass(slots=True)
class Done:
    """What was done about a finding, or why nothing was; `place` is what a message begins with."""

    place: str
    what: str
    suggested: bool = False


@dataclasses.dataclass(slots=True)
class Result:
    """What was seen in a file, and what its bytes are to be.

    `before` is what is told of the old bytes, `left` of the new ones; `keys` are what a baseline calls them.
    """

    filename: str
    name: str
    old: bytes = b""
    new: bytes = b""
    before: list[Section] = dataclasses.field(default_factory=list)
    left: list[Section] = dataclasses.field(default_factory=list)
    done: list[Done] = dataclasses.field(default_factory=list)
    refused: list[Done] = dataclasses.field(default_factory=list)
    keys: list[tuple[str, str, str]] = dataclasses.field(default_factory=list)


class Examiner:
    """Looks at files as a host and a task want it."""

    def __init__(self, host: Host, task: Task) -> None:
        self._host, self._task = host, task
        self._baseline = None if task.baseline is None else Baseline(Path(task.baseline), read=not task.record)

    def __call__(self, filename: str) -> Result:
        """Look at a file, or at standard input."""
        result = Result(filename, self._host.name_of(filename))
        try:
            result.old = result.new = sys.stdin.buffer.read() if filename == STDIN else Path(filename).read_bytes()
        except OSError as error:
            self._tell(result, ("E902", 0, 0, f"{type(error).__name__}: {error}", None))
            return result
        if filename == STDIN and self._host.is_excluded(result.name):
            return result
        try:
            seen = document(result.name, result.old)
        except (ValueError, RecursionError) as error:
            self._tell(result, ("E902", 0, 0, f"{type(error).__name__}: {error}", None))
            return result
        try:
            findings = self._findings(seen.page)
        except (SyntaxError, ValueError):
            self._tell(result, *self._host.syntax_complaints(seen.page), seen=seen)
            return result
        self._work(result, seen, findings)
        return result

    def _tell(self, result: Result, *complaints: Complaint, seen: Document | None = None) -> None:
        """Report what is wrong with a file that cannot be analysed."""
        reports = [Report.at(*each) for each in complaints if self._host.lets_through(result.name, each)]
        if reports:
            result.before = result.left = [Section(result.name, seen.parts()[0].lines if seen else [], reports)]

    def _findings(self, page: Page) -> list[Finding]:
        found = self._host.findings(page)
        return (
            sorted([*found, *comments.unused(page.text, found)], key=lambda each: each.sort_key)
            if self._task.unused
            else found
        )

    def _reported(self, page: Page, findings: Sequence[Finding]) -> list[tuple[Finding, str | None]]:
        """Give the findings that are news to the user, with the line in which flake8 looks for a noqa comment."""
        kept = self._host.kept(page, findings)
        if self._baseline is None or not kept:
            return kept
        news = self._baseline.news(page, [finding for finding, _ in kept])
        return [each for each in kept if each[0] in news]

    def _work(self, result: Result, seen: Document, findings: Sequence[Finding]) -> None:
        reported = self._reported(seen.page, findings)
        result.before = result.left = list(self._sections(seen, findings, reported))
        if not reported:
            return
        if self._task.record and self._baseline:
            result.keys = self._baseline.keys(seen.page, [finding for finding, _ in reported])
        if self._task.mode is Mode.SILENCE:
            self._silence(result, seen, [finding for finding, _ in reported])
        elif self._task.mode is not Mode.REPORT:
            self._fix(result, seen, findings)

    def _fix(self, result: Result, seen: Document, findings: Sequence[Finding]) -> None:
        text = seen.changeable
        if text is None:
            result.refused = [_refused(seen, each, Refusal.NOT_DECODABLE) for each in findings if each.fix]
            return
        cleaned = self._without_unused_comments(result, seen, text, findings)
        changed = seen.changed(cleaned) if cleaned != text else seen
        outcome = fix_text(
            changed.changeable or "",
            lambda text: self._host.findings(Page.of_text(result.name, text)),
            reported=lambda text, found: [each for each, _ in self._reported(Page.of_text(result.name, text), found)],
            unsafe=self._task.unsafe,
        )
        result.refused = [_refused(seen, each, refusal) for each, refusal in outcome.refused.items()]
        result.done += [_fixed(seen, each) for each in outcome.fixed]
        if result.done:
            self._change(result, changed.changed(outcome.text) if outcome.fixed else changed)

    def _without_unused_comments(self, result: Result, seen: Document, text: str, findings: Sequence[Finding]) -> str:
        if not self._task.unused:
            return text
        useless = [each for each, _ in self._reported(seen.page, findings) if each.code == comments.UNUSED]
        result.done = [Done(_place_of(seen, each), "the comment is gone") for each in useless]
        return comments.without(text, useless)

    def _silence(self, result: Result, seen: Document, findings: Sequence[Finding]) -> None:
        text = seen.changeable
        if text is None:
            result.refused = [_refused(seen, each, Refusal.NOT_DECODABLE) for each in findings]
            return
        new, silenced = comments.silencing(text, findings)
        result.refused = [
            Done(_place_of(seen, each), "no comment can stand there") for each in findings if each not in silenced
        ]
        result.done = [Done(_place_of(seen, each), "silenced") for each in silenced]
        if silenced:
            self._change(result, seen.changed(new))

    def _change(self, result: Result, changed: Document) -> None:
        findings = self._findings(changed.page)
        result.new = changed.data
        result.left = list(self._sections(changed, findings, self._reported(changed.page, findings)))

    def _sections(
        self, seen: Document, findings: Sequence[Finding], reported: Sequence[tuple[Finding, str | None]]
    ) -> Iterator[Section]:
        """Give the parts of a document of which something is told."""
        for part in seen.parts() if reported else ():
            reports = [
                self._report(seen, part, findings, each, noqa) for each, noqa in reported if each.span.line in part
            ]
            if reports:
                yield Section(seen.page.name, part.lines, reports, part.cell)

    def _report(
        self, seen: Document, part: Part, findings: Sequence[Finding], finding: Finding, noqa_line: str | None
    ) -> Report:
        own = part.own(finding)
        remedy = self._remedy(seen, part, findings, finding)
        return Report(own.code, own.span, own.message, noqa_line, own, remedy)

    def _remedy(self, seen: Document, part: Part, findings: Sequence[Finding], finding: Finding) -> Remedy | None:
        """Give the fix of a finding; where it is to be shown, only one that is known to work."""
        text = seen.changeable
        if text is None:
            return None
        if finding.code == comments.UNUSED:
            new, title, sureness = comments.without(text, [finding]), "remove the comment", Applicability.SAFE
        elif finding.fix is None:
            return None
        else:
            new, title, sureness = None, finding.fix.rewrite.title, finding.fix.applicability
        if not self._task.shows_remedies:
            return Remedy(title, sureness)
        new = new or fix_alone(
            finding, text, lambda text: self._host.findings(Page.of_text(seen.page.name, text)), findings
        )
        if new is None:
            return None
        edits = [dataclasses.replace(edit, span=part.local(edit.span)) for edit in seen.edits(new)]
        return Remedy(title, sureness, edits)


def _place_of(seen: Document, finding: Finding) -> str:
    """Give what a message about a finding begins with."""
    part = next((part for part in seen.parts() if finding.span.line in part), None)
    span = part.local(finding.span) if part else finding.span
    cell = f":cell {part.cell}" if part and part.cell else ""
    return f"{seen.page.name}{cell}:{span.line}:{span.column + 1}: {finding.code}"


def _fixed(seen: Document, finding: Finding) -> Done:
    assert finding.fix, "what was fixed has a fix"
    suggested = finding.fix.applicability is Applicability.SUGGESTED
    return Done(_place_of(seen, finding), finding.fix.rewrite.title, suggested)


def _refused(seen: Document, finding: Finding, refusal: Refusal) -> Done:
    return Done(_place_of(seen, finding), refusal.value)
