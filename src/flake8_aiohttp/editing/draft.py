"""A text as it stands in an editor, saved or not: its findings, and the edits that fix or silence them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import cached_property

from flake8_aiohttp.editing import magics
from flake8_aiohttp.editing.edits import Edit, edits
from flake8_aiohttp.editing.half_typed import Readable, readable
from flake8_aiohttp.editing.sheets import Sheet, rows
from flake8_aiohttp.editing.silence import silenced
from flake8_aiohttp.finding import Applicability, Finding, Related, Span
from flake8_aiohttp.fixing.apply import Outcome, Reported, fix_text
from flake8_aiohttp.fixing.refusal import Refusal
from flake8_aiohttp.host import Host, Page


@dataclasses.dataclass(frozen=True, slots=True)
class _Look:
    """What is found in a draft; where it is half typed, in the `text` that was made of it so that it parses."""

    found: list[Finding]
    half_typed: bool = False
    text: str | None = None


class Draft:
    """A file, or the cells of a notebook one after another; `name` is what the user's configuration calls it.

    Without a host, because flake8 would not run, nothing is found.

    The cells of a notebook are read together: a session made in one of them is known in the next.
    While a line is half typed, what was found in the other functions `before` stays; nothing can be fixed then.
    `unsafe` lets suggested fixes into the fix of everything.
    """

    def __init__(
        self,
        host: Host | None,
        name: str,
        sheets: Sequence[Sheet],
        *,
        notebook: bool = False,
        unsafe: bool = False,
        before: Draft | None = None,
    ) -> None:
        self.host = host
        self.name = name
        self.sheets = sheets
        self.is_notebook = notebook
        self._unsafe = unsafe
        self._sure: frozenset[tuple[str, str]] = before.sure if before is not None else frozenset()
        self._outcomes: dict[Finding, Outcome] = {}

    @cached_property
    def _text(self) -> str:
        """What is analysed: in a notebook, what is no Python stands behind a mask."""
        return "\n".join(magics.masked(sheet.text) if self.is_notebook else sheet.text for sheet in self.sheets)

    @cached_property
    def _look(self) -> _Look:
        """All findings; none where the text is no Python or its file is excluded."""
        if self.host is None or self.host.is_excluded(self.name):
            return _Look([])
        try:
            return _Look(self._check(self._text))
        except SyntaxError as error:
            return self._look_elsewhere(error.lineno or 1)
        except ValueError:  # no text at all
            return _Look([], half_typed=True)

    def _look_elsewhere(self, line: int) -> _Look:
        """Find what is in the other functions while a line is half typed; nothing where there are two of them."""
        made = readable(self._text, line)
        try:
            found = self._check(made.text)
        except (SyntaxError, ValueError):
            found = []
        return _Look([each for each in found if self._is_sure(each, made)], half_typed=True, text=made.text)

    def _is_sure(self, finding: Finding, made: Readable) -> bool:
        """Whether what is found in a text that was made readable was found before, and apart from what was changed.

        A helper that lost a line may have lost what released its caller's response.
        """
        spans = [finding.span, *(each.span for each in finding.related)]
        lines = [line for span in spans for line in (span.line, span.end_line)]
        apart = not any(line - 1 in made.doubtful for line in lines)
        return apart and self._name(finding) in self._sure

    def _name(self, finding: Finding) -> tuple[str, str]:
        return finding.code, rows(self._text)[finding.span.line - 1].strip()

    @property
    def sure(self) -> frozenset[tuple[str, str]]:
        """The codes and lines of what was found in the last text that parses."""
        if "_look" not in vars(self) or self._look.half_typed:
            return self._sure
        return frozenset(map(self._name, self._look.found))

    @cached_property
    def findings(self) -> list[Finding]:
        """The findings that the user's configuration and the `# noqa` comments let through."""
        look = self._look
        return list(self._reported(self._text if look.text is None else look.text, look.found))

    def _check(self, text: str) -> list[Finding]:
        return self.host.findings(Page.of_text(self.name, text)) if self.host else []

    def _reported(self, text: str, findings: Sequence[Finding]) -> Sequence[Finding]:
        return self.host.reported(Page.of_text(self.name, text), findings) if self.host else []

    def known_on(self, line: int) -> list[Related]:
        """Give what is known to be aiohttp's on a line, and why; nothing while a line is half typed."""
        if self.host is None or self.is_half_typed:
            return []
        try:
            return self.host.known_on(Page.of_text(self.name, self._text), line)
        except (SyntaxError, ValueError):
            return []

    def sheet(self, span: Span) -> Sheet | None:
        """Give the document that a span lies in."""
        return next((sheet for sheet in self.sheets if span in sheet), None)

    def corrected(self, finding: Finding) -> list[Edit]:
        """Give the edits that fix a finding; none where the fix would not be sure to be right."""
        return self._edits(self._outcome(finding).text)

    def refusal(self, finding: Finding) -> str:
        """Say why a finding is not fixed."""
        refused = self._outcome(finding).refused.get(finding, Refusal.NOT_FOUND)
        return refused.value

    def _outcome(self, finding: Finding) -> Outcome:
        """Fix a finding alone, and remember what came of it: an editor asks again at each move of the cursor."""
        if finding not in self._outcomes:
            self._outcomes[finding] = self._fixed(lambda text, _: [finding] if text == self._text else [], unsafe=True)
        return self._outcomes[finding]

    @cached_property
    def all_fixed(self) -> list[Edit]:
        """The edits of all safe fixes, and of the suggested ones where the user wants them."""
        return self._edits(self._fixed(self._reported, unsafe=self._unsafe).text)

    @property
    def is_half_typed(self) -> bool:
        """Whether the text is no Python, so that nothing in it can be fixed."""
        return self._look.half_typed

    def _fixed(self, reported: Reported, *, unsafe: bool) -> Outcome:
        if self.is_half_typed:
            return Outcome(self._text)
        return fix_text(self._text, self._check, findings=self._look.found, reported=reported, unsafe=unsafe)

    def _edits(self, new: str) -> list[Edit]:
        if self.is_notebook:
            return edits(magics.unmasked(self._text), magics.unmasked(new))
        return edits(self._text, new)

    def silenced(self, finding: Finding) -> list[Edit]:
        """Give the edit that silences a finding; none where no comment can."""
        edit = silenced(self._text, finding)
        return [] if edit is None else [edit]

    @property
    def fixable(self) -> list[Finding]:
        """The reported findings whose fixes the fix of everything makes."""
        wanted = set(Applicability) if self._unsafe else {Applicability.SAFE}
        return [each for each in self.findings if each.fix and each.fix.applicability in wanted]
