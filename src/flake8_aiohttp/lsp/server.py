"""The language server: what `flake8-aiohttp server` says to an editor.

The editor sends whole texts: pygls, given pieces, counts lines as `str.splitlines` does and writes into the wrong
one behind a form feed. All work is done between two messages, on one thread, because the current folder belongs to
the process and flake8 looks for its configuration there. A burst of changes is answered once.

The cells of a notebook are read together, as if they stood in one file: what one of them opens is known in the
next. Lines that are no Python, and cells in other languages, are passed over.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from flake8_aiohttp import __version__
from flake8_aiohttp.editing.actions import FIX_ALL, QUICK_FIX, actions
from flake8_aiohttp.editing.draft import Draft
from flake8_aiohttp.editing.pages import page
from flake8_aiohttp.editing.projects import NAMES, Projects
from flake8_aiohttp.editing.sheets import Position, Range, Sheet, one_after_another
from flake8_aiohttp.editing.silence import code_at
from flake8_aiohttp.finding import Finding, Span
from flake8_aiohttp.lsp.answers import SOURCE, Client, code_action, diagnostics, hover

_PAUSE = 0.01  # seconds in which more keys may be pressed before an answer
_NOTEBOOKS = types.NotebookDocumentSyncOptions(
    [types.NotebookDocumentFilterWithCells(cells=[types.NotebookCellLanguage("python")])]
)


@contextlib.contextmanager
def _garbage_taken_out() -> Iterator[None]:
    """Take out at once what an analysis leaves behind, while it is young; the process grows to twice its size else."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect(0)


class Server(LanguageServer):
    """Keeps a draft of each document and notebook that is open, and tells what is found in it."""

    def __init__(self) -> None:
        super().__init__(
            SOURCE,
            __version__,
            text_document_sync_kind=types.TextDocumentSyncKind.Full,
            notebook_document_sync=_NOTEBOOKS,
        )
        self._projects = Projects(self._warn)
        self._drafts: dict[str, Draft] = {}
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self._start = Path.cwd()

    @property
    def client(self) -> Client:
        """What the client understands."""
        encoding = types.PositionEncodingKind(self.workspace.position_encoding).value
        return Client.of_capabilities(self.client_capabilities, encoding)

    def _warn(self, message: str) -> None:
        self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"{SOURCE}: {message}"))

    def _notebook(self, uri: str) -> types.NotebookDocument | None:
        """Give the notebook that is meant by its own address or by that of one of its cells."""
        workspace = self.workspace
        return workspace.get_notebook_document(notebook_uri=uri) or workspace.get_notebook_document(cell_uri=uri)

    def draft(self, uri: str) -> Draft:
        """Give the draft that a document belongs to, as it stands now, and as the user has set up flake8 now."""
        notebook = self._notebook(uri)
        key = notebook.uri if notebook else uri
        sheets = one_after_another(self._sheets([cell.document for cell in notebook.cells] if notebook else [uri]))
        path = self._path(key)
        host = self._projects.host(path, self._folder(path))
        known = self._drafts.get(key)
        if known is None or known.host is not host or known.sheets != sheets:
            known = self._drafts[key] = Draft(host, str(path), sheets, notebook=notebook is not None)
        return known

    def _sheets(self, uris: Iterable[str]) -> list[Sheet]:
        documents = (self.workspace.text_documents.get(unquote(uri)) for uri in uris)
        return [Sheet(each.uri, each.source, each.version) for each in documents if each is not None]

    def _path(self, uri: str) -> Path:
        """Give the path of a document; one that was never saved would be saved into the first folder."""
        path = to_fs_path(uri)
        return Path(path) if path else next(iter(self._folders()), self._start) / uri.rpartition(":")[2].lstrip("/")

    def _folders(self) -> list[Path]:
        named = [to_fs_path(folder.uri) for folder in self.workspace.folders.values()] or [self.workspace.root_path]
        return [Path(each) for each in named if each]

    def _folder(self, path: Path) -> Path:
        """Give the workspace's folder that a path lies in, or else the nearest folder there is."""
        around = [each for each in self._folders() if each in path.parents and each.is_dir()]
        return max(
            around, key=lambda each: len(each.parts), default=next(each for each in path.parents if each.is_dir())
        )

    def answer(self, uri: str) -> None:
        """Tell what is found in a document, or in all cells of its notebook; whatever happens, the server goes on."""
        self._waiting.pop(uri, None)
        try:
            with _garbage_taken_out():
                draft = self.draft(uri)
                found = [(sheet, diagnostics(self.client, draft, sheet)) for sheet in draft.sheets]
        except Exception:  # noqa: BLE001
            self.window_log_message(types.LogMessageParams(types.MessageType.Error, traceback.format_exc()))
            return
        for sheet, told in found:
            self.show(sheet.uri, told, sheet.version)

    def show(self, uri: str, found: Sequence[types.Diagnostic], version: int | None = None) -> None:
        """Put diagnostics in the place of those that the client shows of a document."""
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, version))

    def answer_soon(self, uri: str) -> None:
        """Answer in a moment, once for all changes until then."""
        if uri not in self._waiting:
            self._waiting[uri] = asyncio.get_running_loop().call_later(_PAUSE, self.answer, uri)

    def answer_all(self) -> None:
        """Tell of all that is open: something that concerns every document may have changed."""
        for document in self.workspace.text_documents.values():
            notebook = self._notebook(document.uri)
            self.answer_soon(notebook.uri if notebook else document.uri)

    def forget(self, uri: str, documents: Iterable[str]) -> None:
        """Let go of what was closed."""
        self._drafts.pop(uri, None)
        if waiting := self._waiting.pop(uri, None):
            waiting.cancel()
        for document in documents:
            self.show(document, [])


def _initialized(server: Server, _: types.InitializedParams) -> None:
    """Ask to be told when a file changes that may hold flake8's configuration."""
    if get_capability(server.client_capabilities, "workspace.did_change_watched_files.dynamic_registration"):
        watchers = [types.FileSystemWatcher(f"**/{name}") for name in NAMES]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        registration = types.Registration("configuration", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        server.client_register_capability(types.RegistrationParams([registration]))


def _opened(server: Server, params: types.DidOpenTextDocumentParams | types.DidSaveTextDocumentParams) -> None:
    server.answer(params.text_document.uri)


def _changed(server: Server, params: types.DidChangeTextDocumentParams) -> None:
    server.answer_soon(params.text_document.uri)


def _closed(server: Server, params: types.DidCloseTextDocumentParams) -> None:
    server.forget(params.text_document.uri, [params.text_document.uri])


def _notebook_opened(
    server: Server, params: types.DidOpenNotebookDocumentParams | types.DidSaveNotebookDocumentParams
) -> None:
    server.answer(params.notebook_document.uri)


def _notebook_changed(server: Server, params: types.DidChangeNotebookDocumentParams) -> None:
    cells = params.change.cells
    for cell in (cells and cells.structure and cells.structure.did_close) or []:
        server.show(cell.uri, [])
    server.answer_soon(params.notebook_document.uri)


def _notebook_closed(server: Server, params: types.DidCloseNotebookDocumentParams) -> None:
    server.forget(params.notebook_document.uri, [cell.uri for cell in params.cell_text_documents])


def _surroundings_changed(server: Server, _: object) -> None:
    server.answer_all()


def _code_actions(server: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Offer what can be done about the findings in a range, or, if there are none, on its lines."""
    draft = server.draft(params.text_document.uri)
    sheet = _sheet(draft, params.text_document.uri)
    if sheet is None:
        return []
    client = server.client
    places = {each: sheet.range(each.span, client.encoding) for each in draft.findings if each.span in sheet}
    asked = Range(_position(params.range.start), _position(params.range.end))
    here = [each for each, place in places.items() if place.meets(asked)]
    here = here or [each for each, place in places.items() if _on_lines(place, asked)]
    only = [each.value if isinstance(each, types.CodeActionKind) else each for each in params.context.only or ()]
    offered = (code_action(client, draft, sheet, action) for action in actions(draft, here, only))
    return [each for each in offered if each is not None]


def _on_lines(place: Range, asked: Range) -> bool:
    return place.start.line <= asked.end.line and asked.start.line <= place.end.line


def _position(position: types.Position) -> Position:
    return Position(position.line, position.character)


def _sheet(draft: Draft, uri: str) -> Sheet | None:
    return next((sheet for sheet in draft.sheets if sheet.uri == uri), None)


def _hover(server: Server, params: types.HoverParams) -> types.Hover | None:
    """Show the rule of a finding, or of a code in a `# noqa` comment."""
    draft = server.draft(params.text_document.uri)
    sheet = _sheet(draft, params.text_document.uri)
    if sheet is None:
        return None
    line, column = sheet.place(_position(params.position), server.client.encoding)
    code, span = _pointed_at(draft.findings, sheet, line, column)
    return hover(server.client, sheet, span, page(code)) if page(code) else None


def _pointed_at(findings: Iterable[Finding], sheet: Sheet, line: int, column: int) -> tuple[str, Span]:
    """Give the code that is meant by a place, and where it stands; no code where there is none."""
    for each in findings:
        if each.span in sheet and _holds(each.span, line, column):
            return each.code, each.span
    code, start, end = code_at(sheet.lines[line - sheet.first], column) or ("", column, column)
    return code, Span(line, start, line, end)


def _holds(span: Span, line: int, column: int) -> bool:
    return (span.line, span.column) <= (line, column) <= (span.end_line, span.end_column)


_FEATURES: dict[str, Callable[..., Any]] = {
    types.INITIALIZED: _initialized,
    types.TEXT_DOCUMENT_DID_OPEN: _opened,
    types.TEXT_DOCUMENT_DID_CHANGE: _changed,
    types.TEXT_DOCUMENT_DID_SAVE: _opened,
    types.TEXT_DOCUMENT_DID_CLOSE: _closed,
    types.NOTEBOOK_DOCUMENT_DID_OPEN: _notebook_opened,
    types.NOTEBOOK_DOCUMENT_DID_CHANGE: _notebook_changed,
    types.NOTEBOOK_DOCUMENT_DID_SAVE: _notebook_opened,
    types.NOTEBOOK_DOCUMENT_DID_CLOSE: _notebook_closed,
    types.WORKSPACE_DID_CHANGE_WATCHED_FILES: _surroundings_changed,
    types.WORKSPACE_DID_CHANGE_CONFIGURATION: _surroundings_changed,
    types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: _surroundings_changed,
    types.TEXT_DOCUMENT_CODE_ACTION: _code_actions,
    types.TEXT_DOCUMENT_HOVER: _hover,
}
_OPTIONS = {types.TEXT_DOCUMENT_CODE_ACTION: types.CodeActionOptions([QUICK_FIX, FIX_ALL])}


def serve(argv: Sequence[str]) -> int:
    """Talk to one client until it says goodbye."""
    parser = argparse.ArgumentParser(prog="flake8-aiohttp server", description="Serve an editor, on stdin and stdout.")
    parser.add_argument("--stdio", action="store_true", help="for editors that insist on saying so")
    parser.parse_args(argv)
    server = Server()
    for name, feature in _FEATURES.items():
        server.feature(name, _OPTIONS.get(name))(feature)
    protocol = sys.stdout.buffer
    with contextlib.redirect_stdout(sys.stderr):  # whatever another plugin prints must not get between the messages
        server.start_io(sys.stdin.buffer, protocol)
    return 0
