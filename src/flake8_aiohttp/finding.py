"""The words that all floors share: where, what, how to fix it, and who says so."""

from __future__ import annotations

import dataclasses
import enum
import re
import textwrap
from collections.abc import Callable
from typing import Any

from flake8_aiohttp.rewrite import Rewrite


@dataclasses.dataclass(frozen=True, order=True, slots=True)
class Span:
    """A piece of a file: lines count from 1, columns from 0 in code points; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Applicability(enum.Enum):
    """How sure we are of a fix."""

    SAFE = "safe"  # applied by fix mode
    SUGGESTED = "suggested"  # shown in diffs and editors, applied when asked for


@dataclasses.dataclass(frozen=True, slots=True)
class Fix:
    """A description of a change to the expression or statement at `span`; the `fixing` floor makes it."""

    rewrite: Rewrite
    span: Span
    applicability: Applicability


@dataclasses.dataclass(frozen=True, slots=True)
class Related:
    """A place that belongs to a finding's story: `opened here`, `the block ends here`."""

    span: Span
    message: str


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One mistake: its code, where it stands, what happens at run time and what to write instead.

    `message` is one line and does not repeat the code.
    """

    code: str
    span: Span
    message: str
    fix: Fix | None = None
    related: tuple[Related, ...] = ()

    @property
    def sort_key(self) -> tuple[Span, str, str]:
        """Where it stands, then what it says: the order in which findings are told."""
        return self.span, self.code, self.message

    def harmless(self) -> Finding:
        """Give the finding with messages that move no cursor, whatever stands in the source that they quote."""
        told = [self.message, *(each.message for each in self.related)]
        if all(map(str.isprintable, told)):
            return self
        related = tuple(dataclasses.replace(each, message=_printable(each.message)) for each in self.related)
        return dataclasses.replace(self, message=_printable(self.message), related=related)


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


Judge = Callable[[Any], "Finding | list[Finding] | None"]
_HEADING = re.compile(r"^(Bad|Good|Fix|Silent):[ ]?", re.MULTILINE)


class Rule:
    """A code, a name, and the functions that judge journal entries.

    The docstring of the rule's module is its documentation: the first line says what is reported, the
    prose under it what happens at run time, then come `Bad:`, `Good:`, `Fix:` and `Silent:`.
    """

    def __init__(self, code: str, name: str) -> None:
        self.code = code
        self.name = name
        self.documentation = ""
        self.judges: list[tuple[type, Judge]] = []

    def on(self, entry: type) -> Callable[[Judge], Judge]:
        """Register the decorated function as a judge of journal entries of type `entry`."""

        def register(judge: Judge) -> Judge:
            self.judges.append((entry, judge))
            return judge

        return register

    @property
    def opt_in(self) -> bool:
        """Whether the rule is off until the user selects it (AIO9xx)."""
        return self.code.startswith("AIO9")

    def __repr__(self) -> str:
        return f"Rule({self.code} {self.name})"


def sections(documentation: str) -> dict[str, str]:
    """Split a rule's docstring into `What`, `Why`, `Bad`, `Good`, `Fix` and `Silent`."""
    pieces = _HEADING.split(documentation.strip())
    what, _, why = pieces[0].partition("\n")
    parts = {"What": what.strip(), "Why": why.strip()}
    for title, text in zip(pieces[1::2], pieces[2::2], strict=True):
        first, _, rest = text.partition("\n")
        parts[title] = "\n".join(filter(None, [first.strip(), textwrap.dedent(rest).rstrip()]))
    return parts
