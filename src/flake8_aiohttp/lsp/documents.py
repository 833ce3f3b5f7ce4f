"""What is open in the editor: texts and the cells of notebooks, kept up to date change by change."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flake8_aiohttp.editing.sheets import Position, Sheet
from flake8_aiohttp.lsp.connection import Json

PYTHON = "python"
_DRIVE = re.compile(r"^/(?=[A-Za-z]:)")


def path_of(uri: str) -> Path | None:
    """Give the path of a `file:` address; None for any other."""
    parts = urlsplit(uri)
    if parts.scheme != "file":
        return None
    server = f"//{parts.netloc}" if parts.netloc not in {"", "localhost"} else ""
    return Path(_DRIVE.sub("", server + unquote(parts.path)))


@dataclasses.dataclass
class Document:
    """A text, or the cell of a notebook."""

    uri: str
    language: str
    version: int | None
    text: str

    def change(self, changes: Iterable[Json], encoding: str) -> None:
        """Make changes in their order: each has the whole text, or a range, whose columns count units of `encoding`."""
        for each in changes:
            if "range" in each:
                start, end = (self._offset(each["range"][side], encoding) for side in ("start", "end"))
                self.text = self.text[:start] + each["text"] + self.text[end:]
            else:
                self.text = each["text"]

    def _offset(self, place: Json, encoding: str) -> int:
        sheet = Sheet(self.uri, self.text)
        if place["line"] >= len(sheet.lines):
            return len(self.text)
        line, column = sheet.place(Position(place["line"], place["character"]), encoding)
        return sum(map(len, sheet.lines[: line - 1])) + column


@dataclasses.dataclass
class Notebook:
    """The addresses of a notebook's cells, in order."""

    uri: str
    cells: list[str]


def _key(uri: str) -> str:
    """Give what an address is known by: editors quote one address in several ways."""
    return unquote(uri)


class Documents:
    """All that is open; an address that is not is passed over, for an editor may be late."""

    def __init__(self) -> None:
        self.encoding = "utf-16"
        self._texts: dict[str, Document] = {}
        self._notebooks: dict[str, Notebook] = {}

    def open(self, item: Json) -> None:
        """Open a text, given as a TextDocumentItem."""
        document = Document(item["uri"], item["languageId"], item.get("version"), item["text"])
        self._texts[_key(document.uri)] = document

    def change(self, document: Json, changes: Iterable[Json]) -> None:
        """Change a text, given as a VersionedTextDocumentIdentifier."""
        known = self._texts.get(_key(document["uri"]))
        if known is not None:
            known.version = document.get("version")
            known.change(changes, self.encoding)

    def close(self, uri: str) -> None:
        """Close a text."""
        self._texts.pop(_key(uri), None)

    def open_notebook(self, notebook: Json, cells: Iterable[Json]) -> None:
        """Open a notebook and the texts of its cells."""
        addresses = [cell["document"] for cell in notebook["cells"]]
        self._notebooks[_key(notebook["uri"])] = Notebook(notebook["uri"], addresses)
        for cell in cells:
            self.open(cell)

    def change_notebook(self, uri: str, changes: Json) -> list[str]:
        """Let cells come, go and change, as NotebookDocumentChangeEvent has it; gives those that went."""
        notebook = self._notebooks.get(_key(uri))
        cells = changes.get("cells") or {}
        structure = cells.get("structure") or {}
        if notebook is not None and structure:
            array = structure["array"]
            new = [cell["document"] for cell in array.get("cells") or ()]
            notebook.cells[array["start"] : array["start"] + array["deleteCount"]] = new
        gone = [each["uri"] for each in structure.get("didClose") or ()]
        for each in gone:
            self.close(each)
        for each in structure.get("didOpen") or ():
            self.open(each)
        for each in cells.get("textContent") or ():
            self.change(each["document"], each["changes"])
        return gone

    def close_notebook(self, uri: str, cells: Iterable[str]) -> None:
        """Close a notebook and its cells."""
        self._notebooks.pop(_key(uri), None)
        for cell in cells:
            self.close(cell)

    def notebook(self, uri: str) -> Notebook | None:
        """Give the notebook that is meant by its own address or by that of one of its cells."""
        key = _key(uri)
        own = self._notebooks.get(key)
        return own or next((each for each in self._notebooks.values() if key in map(_key, each.cells)), None)

    def belonging(self, uri: str) -> str:
        """Give the address under which a text is read: its own, or that of its notebook."""
        notebook = self.notebook(uri)
        return notebook.uri if notebook else uri

    def sheets(self, uri: str) -> Iterator[Sheet]:
        """Give the Python that stands under an address: one text, or the cells of a notebook."""
        notebook = self.notebook(uri)
        for each in notebook.cells if notebook else [uri]:
            document = self._texts.get(_key(each))
            if document is not None and document.language == PYTHON:
                yield Sheet(document.uri, document.text, document.version)

    def all(self) -> list[str]:
        """Give the addresses of all texts and notebooks, each once."""
        return list(dict.fromkeys(self.belonging(each.uri) for each in self._texts.values()))
