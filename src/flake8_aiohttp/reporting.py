"""The formatter `aiohttp-diff`, for places that can call flake8 and nothing else.

`flake8 --format=aiohttp-diff` prints a patch of the fixes on stdout, and the findings that have none,
and those of other plugins, on stderr.
"""

from __future__ import annotations

import sys
from io import TextIOWrapper
from pathlib import Path
from typing import cast

from flake8.formatting.base import BaseFormatter
from flake8.violation import Violation

from flake8_aiohttp.fixing.apply import decode, encode, fix_text
from flake8_aiohttp.fixing.diff import unified
from flake8_aiohttp.host import PREFIX, Host, Page

# flake8 gives a formatter no findings, only what it would print of them.
Shown = tuple[int, int, str]


class DiffFormatter(BaseFormatter):
    """Collects what flake8 reports of a file, analyses the file again, and prints the fixes as a patch.

    flake8's checks may have run in other processes, which cannot hand us more than lines of text.
    """

    def after_init(self) -> None:
        """Start with nothing seen."""
        self._host = Host(self.options)
        self._violations: list[Violation] = []

    def beginning(self, filename: str) -> None:
        """Forget the file before `filename`."""
        del filename
        self._violations = []

    def handle(self, error: Violation) -> None:
        """Keep a violation until the file is finished."""
        self._violations.append(error)

    def finished(self, filename: str) -> None:
        """Print the patch of a file, and what it does not mend."""
        ours = {_shown(each) for each in self._violations if each.code.startswith(PREFIX)}
        mended: set[Shown] = set()
        if ours:
            try:
                mended = self._print_patch(filename) & ours
            except OSError as error:
                sys.stderr.write(f"{filename}: {error.strerror}\n")
        for each in self._violations:
            if _shown(each) not in mended:
                sys.stderr.write(f"{each.filename}:{each.line_number}:{each.column_number}: {each.code} {each.text}\n")

    def _print_patch(self, filename: str) -> set[Shown]:
        """Print the patch of a file, and give what it mends."""
        data = self._read(filename)
        decoded = decode(data)
        if decoded is None:
            return set()
        text, encoding = decoded
        outcome = fix_text(
            text,
            lambda text: self._host.findings(Page.of_text(filename, text)),
            reported=lambda text, found: self._host.reported(Page.of_text(filename, text), found),
            unsafe=True,
        )
        self._write_bytes(unified(filename, data, outcome.text.encode(encoding)))
        return {(each.span.line, each.span.column, each.code) for each in outcome.fixed}

    def _write_bytes(self, data: bytes) -> None:
        """Write to the user's output file, or to stdout; a patch is made of bytes, in whatever encoding."""
        file = cast("TextIOWrapper", sys.stdout if self.output_fd is None else self.output_fd)
        file.flush()
        file.buffer.write(data)
        file.buffer.flush()

    def _read(self, filename: str) -> bytes:
        """Give the bytes of a file.

        Of standard input flake8 keeps only the text; its newlines are those of the file it stands for, if
        that says the same.
        """
        path = Path(filename)
        if not self._host.reads_stdin or filename != self.options.stdin_display_name:
            return path.read_bytes()
        text = self._host.stdin_text()
        if path.is_file() and Page.of_bytes(filename, path.read_bytes()).text == text:
            return path.read_bytes()
        return encode(text)


def _shown(violation: Violation) -> Shown:
    return violation.line_number, violation.column_number - 1, violation.code
