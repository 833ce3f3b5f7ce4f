"""Files as texts that can be analysed and changed: Python, and the code of a notebook."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from typing import Protocol

from flake8_aiohttp.commands import notebooks
from flake8_aiohttp.editing import magics
from flake8_aiohttp.editing.edits import Edit, applied, edits
from flake8_aiohttp.editing.sheets import Sheet, one_after_another
from flake8_aiohttp.finding import Finding, Related, Span
from flake8_aiohttp.fixing.apply import decode
from flake8_aiohttp.host import Page
from flake8_aiohttp.host.discovery import NOTEBOOK


@dataclasses.dataclass(frozen=True)
class Part:
    """A piece of a document with line numbers of its own: the whole file, or a cell; `first` is its first line."""

    first: int
    lines: Sequence[str]
    cell: int | None = None

    def __contains__(self, line: int) -> bool:
        return self.first <= line < self.first + max(len(self.lines), 1)

    def local(self, span: Span) -> Span:
        """Give a span of the document as the part counts its lines."""
        shift = self.first - 1
        return dataclasses.replace(span, line=span.line - shift, end_line=span.end_line - shift)

    def own(self, finding: Finding) -> Finding:
        """Give a finding as the part counts its lines, without what stands in other parts."""
        if self.first == 1 and self.cell is None:
            return finding
        related = tuple(
            Related(self.local(each.span), each.message) for each in finding.related if each.span.line in self
        )
        fix = finding.fix and dataclasses.replace(finding.fix, span=self.local(finding.fix.span))
        return dataclasses.replace(finding, span=self.local(finding.span), related=related, fix=fix)


class Document(Protocol):
    """A file: its bytes, the text that is analysed, and that text as fixes may change it."""

    data: bytes

    @property
    def page(self) -> Page:
        """What is analysed."""

    @property
    def changeable(self) -> str | None:
        """The text, with the newlines of the file; None where its bytes do not follow its encoding."""

    def parts(self) -> Sequence[Part]:
        """Give the pieces that have line numbers of their own."""

    def changed(self, text: str) -> Document:
        """Give the document whose changeable text is `text`."""

    def edits(self, text: str) -> list[Edit]:
        """Give the smallest edits that lead to `text`."""


class PythonFile:
    """A Python file, in whatever encoding."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name, self.data = name, data

    @functools.cached_property
    def page(self) -> Page:
        """What is analysed."""
        return Page.of_bytes(self.name, self.data)

    @functools.cached_property
    def _decoded(self) -> tuple[str, str] | None:
        return decode(self.data)

    @property
    def changeable(self) -> str | None:
        """The text, with the newlines of the file; None where its bytes do not follow its encoding."""
        return self._decoded and self._decoded[0]

    def parts(self) -> Sequence[Part]:
        """Give the file as a whole."""
        return [Part(1, [line.rstrip("\n") for line in self.page.lines])]

    def changed(self, text: str) -> PythonFile:
        """Give the file with another text."""
        assert self._decoded, "who changes a text has seen it"
        return PythonFile(self.name, text.encode(self._decoded[1]))

    def edits(self, text: str) -> list[Edit]:
        """Give the smallest edits that lead to `text`."""
        return edits(self.changeable or "", text)


class Notebook:
    """The code cells of a notebook, one after another: a session made in one of them is known in the next."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name, self.data = name, data
        self._cells = notebooks.code_cells(data)
        self._sheets = one_after_another(Sheet(str(cell.number), cell.source) for cell in self._cells)

    @functools.cached_property
    def changeable(self) -> str | None:
        """The text of all cells; what is no Python stands behind a mask."""
        return "\n".join(magics.masked(sheet.text) for sheet in self._sheets)

    @functools.cached_property
    def page(self) -> Page:
        """What is analysed."""
        return Page.of_text(self.name, self.changeable or "")

    def parts(self) -> Sequence[Part]:
        """Give the cells."""
        return [
            Part(sheet.first, [line.rstrip("\r\n") for line in sheet.lines], int(sheet.uri)) for sheet in self._sheets
        ]

    def changed(self, text: str) -> Notebook:
        """Give the notebook with other code in the same cells; nothing else in the file changes."""
        sources = {}
        for sheet in self._sheets:
            inside = [edit for edit in self.edits(text) if edit.span in sheet]
            sources[int(sheet.uri)] = applied(sheet.text, inside, sheet.first)
        return Notebook(self.name, notebooks.rewritten(self.data, self._cells, sources))

    def edits(self, text: str) -> list[Edit]:
        """Give the smallest edits that lead to `text`."""
        return edits(magics.unmasked(self.changeable or ""), magics.unmasked(text))


def document(name: str, data: bytes) -> Document:
    """Read a file; raises ValueError where a notebook is none."""
    return Notebook(name, data) if name.endswith(NOTEBOOK) else PythonFile(name, data)
