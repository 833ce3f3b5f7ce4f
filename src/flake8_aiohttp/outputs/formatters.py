"""The formatters that flake8 may use, for places that can call flake8 and nothing else.

`flake8 --format=aiohttp-framed` shows each finding in its source, with its story and its fix; it is what
the command `flake8-aiohttp` prints on a terminal. `flake8 --format=aiohttp-diff` prints a patch of the
fixes on stdout, and the findings that have none, and those of other plugins, on stderr.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import cast

from flake8.formatting.base import BaseFormatter
from flake8.violation import Violation

from flake8_aiohttp.finding import Finding
from flake8_aiohttp.fixing.apply import decode, encode, fix_alone, fix_text
from flake8_aiohttp.fixing.diff import unified
from flake8_aiohttp.framing import Frame, Headline
from flake8_aiohttp.host import PREFIX, Host, Page
from flake8_aiohttp.terminal import Paint, columns, shown, takes_colour

# flake8 gives a formatter no findings, only what it would print of them.
Shown = tuple[int, int, str]


class _Rereading(BaseFormatter):
    """Collects what flake8 reports of a file, and analyses the file again.

    flake8's checks may have run in other processes, which cannot hand us more than lines of text.
    """

    def after_init(self) -> None:
        """Start with nothing seen."""
        self.host = Host(self.options)
        self.violations: list[Violation] = []

    def beginning(self, filename: str) -> None:
        """Forget the file before `filename`."""
        del filename
        self.violations = []

    def handle(self, error: Violation) -> None:
        """Keep a violation until the file is finished."""
        self.violations.append(error)

    def read(self, filename: str) -> bytes:
        """Give the bytes of a file.

        Of standard input flake8 keeps only the text; its newlines are those of the file it stands for, if
        that says the same.
        """
        path = Path(filename)
        if not self.host.reads_stdin or filename != self.options.stdin_display_name:
            return path.read_bytes()
        text = self.host.stdin_text()
        if path.is_file() and Page.of_bytes(filename, path.read_bytes()).text == text:
            return path.read_bytes()
        return encode(text)

    def check(self, filename: str, text: str) -> list[Finding]:
        """Give all findings of a text that stands for a file."""
        return self.host.findings(Page.of_text(filename, text))

    def reported(self, filename: str, text: str, found: Sequence[Finding]) -> list[Finding]:
        """Give the findings that the user's configuration lets through."""
        return self.host.reported(Page.of_text(filename, text), found)


class DiffFormatter(_Rereading):
    """Prints the fixes as a patch."""

    def finished(self, filename: str) -> None:
        """Print the patch of a file, and what it does not fix."""
        ours = {_shown(each) for each in self.violations if each.code.startswith(PREFIX)}
        corrected: set[Shown] = set()
        if ours:
            try:
                corrected = self._print_patch(filename) & ours
            except OSError as error:
                sys.stderr.write(f"{shown(filename)}: {error.strerror}\n")
        for each in self.violations:
            if _shown(each) not in corrected:
                place = f"{shown(each.filename)}:{each.line_number}:{each.column_number}"
                sys.stderr.write(f"{place}: {each.code} {each.text}\n")

    def _print_patch(self, filename: str) -> set[Shown]:
        """Print the patch of a file, and give what it fixes."""
        data = self.read(filename)
        decoded = decode(data)
        if decoded is None:
            return set()
        text, encoding = decoded
        outcome = fix_text(text, partial(self.check, filename), reported=partial(self.reported, filename), unsafe=True)
        self._write_bytes(unified(filename, data, outcome.text.encode(encoding)))
        return {(each.span.line, each.span.column, each.code) for each in outcome.fixed}

    def _write_bytes(self, data: bytes) -> None:
        """Write to the user's output file, or to stdout; a patch is made of bytes, in whatever encoding."""
        file = cast("TextIOWrapper", sys.stdout if self.output_fd is None else self.output_fd)
        file.flush()
        file.buffer.write(data)
        file.buffer.flush()


class FramedFormatter(_Rereading):
    """Shows each finding in its source; a finding of another plugin has no story and no fix."""

    def after_init(self) -> None:
        """Find out who reads what we print."""
        super().after_init()
        on_terminal = sys.stdout.isatty() and not self.filename
        self._wrap = on_terminal
        self._paint = Paint(on=self.options.color == "always" or (self.color and on_terminal and takes_colour()))

    def finished(self, filename: str) -> None:
        """Show what was reported of a file."""
        if not self.violations:
            return
        try:
            data = self.read(filename)
        except OSError:
            data = b""  # gone in the meantime: what flake8 says of it is still told
        page = Page.of_bytes(filename, data)
        frame = Frame(page.lines, self._paint, columns(), wrap=self._wrap)
        known = self._known_findings(page)
        for each in self.violations:
            finding = known.get(_shown(each)) if each.code.startswith(PREFIX) else None
            headline = Headline(each.filename, each.line_number, each.column_number, each.code, each.text)
            corrected = self._corrected(filename, data, finding, list(known.values()))
            self._write("\n".join(frame.draw(headline, finding, _title(finding), corrected)))

    def _known_findings(self, page: Page) -> dict[Shown, Finding]:
        """Find again what flake8 reports of ours."""
        if not any(each.code.startswith(PREFIX) for each in self.violations):
            return {}
        try:
            findings = self.host.findings(page)
        except (SyntaxError, ValueError):
            return {}
        return {(each.span.line, each.span.column, each.code): each for each in findings}

    def _corrected(self, filename: str, data: bytes, finding: Finding | None, findings: Sequence[Finding]) -> list[str]:
        """Give the lines of a file after a finding was fixed; none where it cannot be."""
        decoded = decode(data)
        if finding is None or finding.fix is None or decoded is None:
            return []
        text = fix_alone(finding, decoded[0], partial(self.check, filename), findings)
        return [] if text is None else Page.of_text(filename, text).lines


def _title(finding: Finding | None) -> str:
    fix = finding and finding.fix
    return f"({fix.applicability.value}): {fix.rewrite.title}" if fix else ""


def _shown(violation: Violation) -> Shown:
    return violation.line_number, violation.column_number - 1, violation.code
