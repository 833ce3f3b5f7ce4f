"""A conversation with one editor: what is open, what is found in it, and who is told when.

All work is done between two messages, on one thread, because the current folder belongs to the process and flake8
looks for its configuration there. A burst of changes is answered once; what takes long is done piece by piece, while
the editor says nothing.

The cells of a notebook are read together, as if they stood in one file: what one of them opens is known in the
next. Lines that are no Python, and cells in other languages, are passed over.
"""

from __future__ import annotations

import contextlib
import gc
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path

from flake8_aiohttp.editing.draft import Draft
from flake8_aiohttp.editing.projects import Projects
from flake8_aiohttp.editing.sheets import Sheet, one_after_another
from flake8_aiohttp.host import Host
from flake8_aiohttp.lsp.answers import diagnostics
from flake8_aiohttp.lsp.client import SOURCE, Client, Settings
from flake8_aiohttp.lsp.connection import Connection, Json
from flake8_aiohttp.lsp.documents import Documents, path_of

_ERROR, _WARNING = 1, 2  # types of messages


@contextlib.contextmanager
def garbage_taken_out() -> Iterator[None]:
    """Take out at once what an analysis leaves behind, while it is young; the process grows to twice its size else."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect(0)


class Session:
    """Keeps a draft of each document and notebook that is open, and tells what is found in it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.documents = Documents()
        self.client = Client()
        self.settings = Settings()
        self.folders: list[Path] = []
        self._projects = Projects(self.warn)
        self._drafts: dict[str, Draft] = {}
        self._due: dict[str, None] = {}
        self._start = Path.cwd()

    def begin(self, client: Client, settings: Settings, folders: Iterable[Path]) -> None:
        """Take note of what the editor says at first."""
        self.client = client
        self.documents.encoding = client.encoding
        self.folders = list(folders)
        self.set(settings)

    def set(self, settings: Settings) -> None:
        """Let other settings hold from now on."""
        self.settings = settings
        self._projects = Projects(self.warn, settings.options)
        self._drafts.clear()

    def warn(self, message: str) -> None:
        """Show the user a message."""
        self.connection.notify("window/showMessage", {"type": _WARNING, "message": f"{SOURCE}: {message}"})

    def report_failure(self) -> None:
        """Log the exception at hand; whatever happens, the server goes on."""
        self.connection.notify("window/logMessage", {"type": _ERROR, "message": traceback.format_exc()})

    # What stands where

    def draft(self, uri: str) -> Draft:
        """Give the draft that a document belongs to, as it stands now, and as the user has set up flake8 now."""
        notebook = self.documents.notebook(uri)
        key = notebook.uri if notebook else uri
        sheets = one_after_another(self.documents.sheets(uri))
        path = self._path(key)
        host = self.host(path)
        known = self._drafts.get(key)
        if known is None or known.host is not host or known.sheets != sheets:
            known = self._drafts[key] = Draft(
                host, str(path), sheets, notebook=notebook is not None, unsafe=self.settings.unsafe, before=known
            )
        return known

    def host(self, path: Path) -> Host | None:
        """Give flake8 as it is set up for a file; None where it would not run."""
        return self._projects.host(path, self._folder(path))

    def files(self, folder: Path) -> list[Path]:
        """Give the Python files of a folder that flake8 would look at."""
        host = self.host(folder / "any.py")
        return [Path(each) for each in host.files_under(str(folder)) if each.endswith(".py")] if host else []

    def draft_of_file(self, path: Path, text: str) -> Draft:
        """Give a draft of a file that is not open."""
        return Draft(self.host(path), str(path), [Sheet(path.as_uri(), text)])

    def _path(self, uri: str) -> Path:
        """Give the path of a document; one that was never saved would be saved into the first folder."""
        return path_of(uri) or next(iter(self.folders), self._start) / uri.rpartition(":")[2].lstrip("/")

    def _folder(self, path: Path) -> Path:
        """Give the workspace's folder that a path lies in, or else the nearest folder there is."""
        around = [each for each in self.folders if each in path.parents and each.is_dir()]
        return max(
            around, key=lambda each: len(each.parts), default=next(each for each in path.parents if each.is_dir())
        )

    # Who is told what

    def note(self, uri: str) -> None:
        """Tell of a document in a moment, once for all changes until then; editors that ask are not told."""
        if not self.client.asks_for_diagnostics:
            self._due[self.documents.belonging(uri)] = None

    def note_all(self) -> None:
        """Tell of all that is open: something that concerns every document may have changed."""
        for uri in self.documents.all():
            self.note(uri)
        if self.client.is_told_to_ask:
            self.connection.ask("workspace/diagnostic/refresh", None)

    @property
    def is_due(self) -> bool:
        """Whether there is something to tell."""
        return bool(self._due)

    def tell_next(self) -> None:
        """Tell of the document that has waited longest."""
        uri = next(iter(self._due))
        del self._due[uri]
        try:
            with garbage_taken_out():
                draft = self.draft(uri)
                found = [(sheet, diagnostics(self.client, draft, sheet)) for sheet in draft.sheets]
        except Exception:  # noqa: BLE001
            self.report_failure()
            return
        for sheet, told in found:
            self._show(sheet.uri, told, sheet.version)

    def _show(self, uri: str, found: list[Json], version: int | None = None) -> None:
        """Put diagnostics in the place of those that the client shows of a document."""
        told = {"uri": uri, "diagnostics": found} | ({} if version is None else {"version": version})
        self.connection.notify("textDocument/publishDiagnostics", told)

    def forget(self, uri: str, documents: Iterable[str]) -> None:
        """Let go of what was closed."""
        self._drafts.pop(uri, None)
        self._due.pop(uri, None)
        self.clear(documents)

    def clear(self, documents: Iterable[str]) -> None:
        """Take back what was told of documents."""
        if not self.client.asks_for_diagnostics:
            for document in documents:
                self._show(document, [])
