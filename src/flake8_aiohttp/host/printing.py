"""The formatter of the user's choice at work."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterator, Sequence

from flake8.formatting.base import BaseFormatter
from flake8.style_guide import StyleGuideManager

# Code, line, column from 0, text, and the line in which flake8 looks for a noqa comment.
Complaint = tuple[str, int, int, str, "str | None"]


class Printer:
    """The user's formatter at work, and the count of what it printed."""

    def __init__(self, options: argparse.Namespace, formatter: BaseFormatter) -> None:
        self._options = options
        self._formatter = formatter
        self._guide = StyleGuideManager(options, formatter)
        self.count = 0

    @contextlib.contextmanager
    def started(self) -> Iterator[Printer]:
        """Print between the formatter's start and stop, and the statistics and the count at the end."""
        self._formatter.start()
        yield self
        if self._options.statistics:
            self._formatter.show_statistics(self._guide.stats)
        self._formatter.stop()
        if self._options.count:
            sys.stdout.write(f"{self.count}\n")

    def show(self, name: str, complaints: Sequence[Complaint]) -> None:
        """Print what is wrong with one file."""
        with self._guide.processing_file(name):
            for code, line, column, text, physical in sorted(complaints, key=lambda each: each[1:3]):
                self.count += self._guide.handle_error(code, name, line, column, text, physical)
