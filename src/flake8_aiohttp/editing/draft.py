"""A text as it stands in an editor, saved or not: its findings, and the edits that mend or silence them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from flake8_aiohttp.editing import magics
from flake8_aiohttp.editing.edits import Edit, edits
from flake8_aiohttp.editing.sheets import Sheet
from flake8_aiohttp.editing.silence import silenced
from flake8_aiohttp.finding import Applicability, Finding, Span
from flake8_aiohttp.fixing.apply import Reported, fix_text
from flake8_aiohttp.host import Host, Page


class Draft:
    """A file, or the cells of a notebook one after another; `name` is what the user's configuration calls it.

    Without a host, because flake8 would not run, nothing is found.

    The cells of a notebook are read together: a session made in one of them is known in the next.
    """

    def __init__(self, host: Host | None, name: str, sheets: Sequence[Sheet], *, notebook: bool = False) -> None:
        self.host = host
        self.name = name
        self.sheets = sheets
        self._notebook = notebook
        self._mended: dict[Finding, list[Edit]] = {}

    @cached_property
    def _text(self) -> str:
        """What is analysed: in a notebook, what is no Python stands behind a mask."""
        return "\n".join(magics.masked(sheet.text) if self._notebook else sheet.text for sheet in self.sheets)

    @cached_property
    def _found(self) -> list[Finding]:
        """All findings; none where the text is no Python or its file is excluded."""
        if self.host is None or self.host.is_excluded(self.name):
            return []
        try:
            return self._check(self._text)
        except (SyntaxError, ValueError):
            return []

    @cached_property
    def findings(self) -> list[Finding]:
        """The findings that the user's configuration and the `# noqa` comments let through."""
        return list(self._reported(self._text, self._found))

    def _check(self, text: str) -> list[Finding]:
        return self.host.findings(Page.of_text(self.name, text)) if self.host else []

    def _reported(self, text: str, findings: Sequence[Finding]) -> Sequence[Finding]:
        return self.host.reported(Page.of_text(self.name, text), findings) if self.host else []

    def sheet(self, span: Span) -> Sheet | None:
        """Give the document that a span lies in."""
        return next((sheet for sheet in self.sheets if span in sheet), None)

    def mended(self, finding: Finding) -> list[Edit]:
        """Give the edits that mend a finding; none where the fix would not be sure to be right."""
        if finding not in self._mended:
            self._mended[finding] = self._fixed(lambda text, _: [finding] if text == self._text else [], unsafe=True)
        return self._mended[finding]

    @cached_property
    def all_mended(self) -> list[Edit]:
        """The edits of all safe fixes."""
        return self._fixed(self._reported, unsafe=False)

    def _fixed(self, reported: Reported, *, unsafe: bool) -> list[Edit]:
        outcome = fix_text(self._text, self._check, findings=self._found, reported=reported, unsafe=unsafe)
        return self._edits(outcome.text)

    def _edits(self, new: str) -> list[Edit]:
        if self._notebook:
            return edits(magics.unmasked(self._text), magics.unmasked(new))
        return edits(self._text, new)

    def silenced(self, finding: Finding) -> list[Edit]:
        """Give the edit that silences a finding; none where no comment can."""
        edit = silenced(self._text, finding)
        return [] if edit is None else [edit]

    @property
    def safely_mendable(self) -> list[Finding]:
        """The reported findings that have a safe fix."""
        return [each for each in self.findings if each.fix and each.fix.applicability is Applicability.SAFE]
