"""What is told of a file, whatever the format."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from flake8_aiohttp.editing.edits import Edit
from flake8_aiohttp.finding import Applicability, Finding, Span


@dataclasses.dataclass(frozen=True, slots=True)
class Remedy:
    """A fix that is known to work: its title, how sure it is, and the edits that make it."""

    title: str
    applicability: Applicability
    edits: Sequence[Edit] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """One complaint; lines count from 1, columns from 0 in code points, both within the section.

    `noqa_line` is the line in which flake8 looks for a noqa comment. `finding` is what we know of it ourselves:
    nothing of a file that does not parse.
    """

    code: str
    span: Span
    message: str
    noqa_line: str | None = None
    finding: Finding | None = None
    remedy: Remedy | None = None

    @classmethod
    def at(cls, code: str, line: int, column: int, message: str, noqa_line: str | None = None) -> Report:
        """Make a report that has a place and no extent."""
        return cls(code, Span(line, column, line, column), message, noqa_line)


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """A file, or a cell of a notebook: its lines without their ends, and what is told of it.

    `filename` is the name of the file as the user gave it, `cell` the number of the cell, from 1.
    """

    filename: str
    lines: Sequence[str]
    reports: Sequence[Report]
    cell: int | None = None

    @property
    def name(self) -> str:
        """What stands before a line number."""
        return self.filename if self.cell is None else f"{self.filename}:cell {self.cell}"
