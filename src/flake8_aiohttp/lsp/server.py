"""The language server: what `flake8-aiohttp server` does with each message of an editor."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Callable, Sequence
from typing import Any

from flake8_aiohttp import __version__
from flake8_aiohttp.editing.actions import FIX_ALL, FIX_NOTEBOOK, QUICK_FIX, Action, actions
from flake8_aiohttp.editing.draft import Draft
from flake8_aiohttp.editing.pages import page
from flake8_aiohttp.editing.projects import NAMES
from flake8_aiohttp.editing.sheets import Position, Range, Sheet
from flake8_aiohttp.editing.silence import code_at
from flake8_aiohttp.finding import Finding, Span
from flake8_aiohttp.lsp import pulling
from flake8_aiohttp.lsp.answers import code_action, hover, workspace_edit
from flake8_aiohttp.lsp.client import SOURCE, Client, Settings
from flake8_aiohttp.lsp.connection import (
    FAILED,
    INVALID_PARAMS,
    INVALID_REQUEST,
    NO_SUCH_METHOD,
    NOT_INITIALIZED,
    WITHDRAWN,
    Connection,
    Json,
)
from flake8_aiohttp.lsp.documents import path_of
from flake8_aiohttp.lsp.session import Session

_PAUSE = 0.01  # seconds in which more keys may be pressed before an answer
_COMMANDS = EXPLAIN, FIX = ("flake8-aiohttp.explain", "flake8-aiohttp.fixAll")
_INTERRUPTED = 130


class RefusedError(Exception):
    """A request that has no result; `code` says why in the protocol's words."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


class Server:
    """Reads messages until the editor says goodbye."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.session = Session(connection)
        self.workspace = pulling.Workspace(self.session)
        self.awaited = ""
        """The request for settings that the editor has not answered yet."""
        self._is_open = self._is_over = False

    def run(self) -> int:
        """Work until the end of the conversation; gives the exit code."""
        try:
            while True:
                busy = self.session.is_due or self.workspace.is_at_work
                message = self.connection.next(_PAUSE if self.session.is_due else 0 if busy else None)
                if message is not None:
                    if message.get("method") == "exit":
                        return int(not self._is_over)
                    self._take(message)
                elif self.session.is_due:
                    self.session.tell_next()
                else:
                    self.workspace.step()
        except (BrokenPipeError, EOFError):  # an editor that dies says nothing
            return 0

    def _take(self, message: Json) -> None:
        method, number, params = message.get("method"), message.get("id"), message.get("params") or {}
        if method is None:
            self._take_answer(message)
        elif number is None:
            try:
                _NOTIFICATIONS.get(method, _ignored)(self, params)
            except Exception:  # noqa: BLE001
                self.session.report_failure()
        elif self.connection.is_withdrawn(number):
            self.connection.refuse(number, WITHDRAWN, "withdrawn")
        elif method == "workspace/diagnostic" and self._is_open:
            self.workspace.ask(number, params)
        else:
            self._answer(method, number, params)

    def _answer(self, method: str, number: object, params: Json) -> None:
        try:
            self.connection.answer(number, self._result(method, params))
        except RefusedError as refusal:
            self.connection.refuse(number, refusal.code, str(refusal))
        except Exception as error:  # noqa: BLE001
            self.session.report_failure()
            self.connection.refuse(number, FAILED, f"{type(error).__name__}: {error}")

    def _result(self, method: str, params: Json) -> object:
        if method == "initialize":
            self._is_open = True
            return _initialize(self.session, params)
        if not self._is_open:
            raise RefusedError(NOT_INITIALIZED, "`initialize` comes first")
        if self._is_over:
            raise RefusedError(INVALID_REQUEST, "after `shutdown` comes `exit`")
        if method == "shutdown":
            self._is_over = True
            return None
        if method not in _REQUESTS:
            raise RefusedError(NO_SUCH_METHOD, f"no such method: {method}")
        return _REQUESTS[method](self, params)

    def _take_answer(self, message: Json) -> None:
        """Take what the editor answers to a question of ours; only settings are of interest."""
        if message.get("id") == self.awaited:
            self.set(Settings.of_json(next(iter(message.get("result") or ()), None)))

    def set(self, settings: Settings) -> None:
        """Let other settings hold from now on, and tell everything again if they differ."""
        if settings != self.session.settings:
            self.session.set(settings)
            self.look_again()

    def look_again(self) -> None:
        """Tell everything again: something that concerns every document may have changed."""
        self.session.note_all()
        self.workspace.stir()

    def ask_for_settings(self) -> None:
        """Ask the editor for what the user has set."""
        self.awaited = self.connection.ask("workspace/configuration", {"items": [{"section": SOURCE}]})


# The beginning


def _initialize(session: Session, params: Json) -> Json:
    client = Client.of_capabilities(params.get("capabilities") or {})
    given = [each["uri"] for each in params.get("workspaceFolders") or ()] or [params.get("rootUri") or ""]
    folders = [path for path in map(path_of, given) if path]
    session.begin(client, Settings.of_json(params.get("initializationOptions")), folders)
    return {"capabilities": _capabilities(client), "serverInfo": {"name": SOURCE, "version": __version__}}


def _capabilities(client: Client) -> Json:
    python = [{"notebook": "*", "cells": [{"language": "python"}]}]
    return {
        "positionEncoding": client.encoding,
        "textDocumentSync": {"openClose": True, "change": 2, "save": True},  # 2: piece by piece
        "notebookDocumentSync": {"notebookSelector": python, "save": True},
        "diagnosticProvider": {
            "identifier": SOURCE,
            "interFileDependencies": False,
            "workspaceDiagnostics": True,
        },
        "codeActionProvider": {"codeActionKinds": [QUICK_FIX, FIX_ALL, FIX_NOTEBOOK], "resolveProvider": True},
        "executeCommandProvider": {"commands": _COMMANDS},
        "hoverProvider": True,
        "workspace": {"workspaceFolders": {"supported": True, "changeNotifications": True}},
    }


def _initialized(server: Server, _: Json) -> None:
    """Ask to be told when a file changes that may hold flake8's configuration, or that may be found wrong."""
    client = server.session.client
    if client.watches_files:
        watchers = [{"globPattern": f"**/{name}"} for name in (*NAMES, "*.py")]
        registration = {
            "id": "files",
            "method": "workspace/didChangeWatchedFiles",
            "registerOptions": {"watchers": watchers},
        }
        server.connection.ask("client/registerCapability", {"registrations": [registration]})
    if client.has_settings:
        server.ask_for_settings()


# What changes


def _ignored(_: Server, __: Json) -> None:
    pass


def _opened(server: Server, params: Json) -> None:
    server.session.documents.open(params["textDocument"])
    server.session.note(params["textDocument"]["uri"])
    server.workspace.stir()


def _changed(server: Server, params: Json) -> None:
    server.session.documents.change(params["textDocument"], params["contentChanges"])
    server.session.note(params["textDocument"]["uri"])


def _saved(server: Server, params: Json) -> None:
    server.session.note(params["textDocument"]["uri"])
    server.workspace.stir()


def _closed(server: Server, params: Json) -> None:
    uri = params["textDocument"]["uri"]
    server.session.documents.close(uri)
    server.session.forget(uri, [uri])
    server.workspace.stir()


def _notebook_opened(server: Server, params: Json) -> None:
    server.session.documents.open_notebook(params["notebookDocument"], params["cellTextDocuments"])
    server.session.note(params["notebookDocument"]["uri"])


def _notebook_changed(server: Server, params: Json) -> None:
    uri = params["notebookDocument"]["uri"]
    server.session.clear(server.session.documents.change_notebook(uri, params["change"]))
    server.session.note(uri)


def _notebook_saved(server: Server, params: Json) -> None:
    server.session.note(params["notebookDocument"]["uri"])


def _notebook_closed(server: Server, params: Json) -> None:
    uri, cells = params["notebookDocument"]["uri"], [each["uri"] for each in params["cellTextDocuments"]]
    server.session.documents.close_notebook(uri, cells)
    server.session.forget(uri, cells)


def _files_changed(server: Server, params: Json) -> None:
    names = [each["uri"].rpartition("/")[2] for each in params["changes"]]
    if any(name in NAMES for name in names):
        server.look_again()
    else:
        server.workspace.stir()


def _settings_changed(server: Server, params: Json) -> None:
    """Take the settings that are told, or ask for them: an editor that can be asked tells nothing."""
    if server.session.client.has_settings:
        server.ask_for_settings()
    elif params.get("settings"):
        server.set(Settings.of_json(params["settings"]))
    else:
        server.look_again()


def _folders_changed(server: Server, params: Json) -> None:
    gone = {path_of(each["uri"]) for each in params["event"]["removed"]}
    come = [path for each in params["event"]["added"] if (path := path_of(each["uri"]))]
    server.session.folders = [each for each in server.session.folders if each not in gone] + come
    server.look_again()


# What is asked


def _place(server: Server, params: Json) -> tuple[Draft, Sheet] | None:
    """Give the document that a request is about, and the draft that it belongs to; None where it is no Python."""
    uri = params["textDocument"]["uri"]
    if not any(server.session.documents.sheets(uri)):
        return None
    draft = server.session.draft(uri)
    sheet = next((each for each in draft.sheets if each.uri == uri), None)
    return (draft, sheet) if sheet else None


def _diagnostic(server: Server, params: Json) -> Json:
    return pulling.of_document(server.session, params["textDocument"]["uri"], params.get("previousResultId"))


def _code_actions(server: Server, params: Json) -> list[Json]:
    """Offer what can be done about the findings in a range, or, if there are none, on its lines."""
    place = _place(server, params)
    if place is None:
        return []
    draft, sheet = place
    client = server.session.client
    places = {each: sheet.range(each.span, client.encoding) for each in draft.findings if each.span in sheet}
    asked = Range(_position(params["range"]["start"]), _position(params["range"]["end"]))
    here = [each for each, its in places.items() if its.meets(asked)]
    here = here or [each for each, its in places.items() if _on_lines(its, asked)]
    only = params["context"].get("only") or ()
    offered = actions(draft, here, only, lazily=client.resolves_edits)
    told = (code_action(client, draft, sheet, action) for action in offered)
    return [each for each in told if each is not None]


def _on_lines(place: Range, asked: Range) -> bool:
    return place.start.line <= asked.end.line and asked.start.line <= place.end.line


def _position(position: Json) -> Position:
    return Position(position["line"], position["character"])


def _resolve(server: Server, params: Json) -> Json:
    """Work out the edits of an action that was offered without them."""
    data = params["data"]
    edit = _everything(server, data["uri"], data["kind"])
    return {**params, **({"edit": edit} if edit else {"disabled": {"reason": "there is nothing left to fix"}})}


def _everything(server: Server, uri: str, kind: str) -> Json | None:
    """Give the edits that make all fixes in a document; None where there are none."""
    place = _place(server, {"textDocument": {"uri": uri}})
    if place is None:
        return None
    draft, sheet = place
    return workspace_edit(server.session.client, draft, sheet, Action("", kind, draft.all_mended))


def _hover(server: Server, params: Json) -> Json | None:
    """Show the rule of a finding, or of a code in a `# noqa` comment."""
    place = _place(server, params)
    if place is None:
        return None
    draft, sheet = place
    line, column = sheet.place(_position(params["position"]), server.session.client.encoding)
    code, span = _pointed_at(draft.findings, sheet, line, column)
    return hover(server.session.client, sheet, span, page(code)) if page(code) else None


def _pointed_at(findings: Sequence[Finding], sheet: Sheet, line: int, column: int) -> tuple[str, Span]:
    for finding in findings:
        if finding.span in sheet and _holds(finding.span, line, column):
            return finding.code, finding.span
    code, start, end = code_at(sheet.lines[line - sheet.first], column) or ("", column, column)
    return code, Span(line, start, line, end)


def _holds(span: Span, line: int, column: int) -> bool:
    return (span.line, span.column) <= (line, column) <= (span.end_line, span.end_column)


def _execute(server: Server, params: Json) -> object:
    """Carry out a command: make all fixes in the document of an address, or give the text of a rule as Markdown."""
    command, arguments = params["command"], params.get("arguments") or [""]
    if command == EXPLAIN and (told := page(str(arguments[0]).upper())):
        return told
    if command == FIX:
        edit = _everything(server, str(arguments[0]), FIX_NOTEBOOK)
        if edit is not None:
            server.connection.ask("workspace/applyEdit", {"label": "flake8-aiohttp: make all fixes", "edit": edit})
        return None
    raise RefusedError(INVALID_PARAMS, f"no such command or rule: {command} {arguments[0]}")


_Handler = Callable[[Server, Json], Any]
_NOTIFICATIONS: dict[str, _Handler] = {
    "initialized": _initialized,
    "textDocument/didOpen": _opened,
    "textDocument/didChange": _changed,
    "textDocument/didSave": _saved,
    "textDocument/didClose": _closed,
    "notebookDocument/didOpen": _notebook_opened,
    "notebookDocument/didChange": _notebook_changed,
    "notebookDocument/didSave": _notebook_saved,
    "notebookDocument/didClose": _notebook_closed,
    "workspace/didChangeWatchedFiles": _files_changed,
    "workspace/didChangeConfiguration": _settings_changed,
    "workspace/didChangeWorkspaceFolders": _folders_changed,
}
_REQUESTS: dict[str, _Handler] = {
    "textDocument/diagnostic": _diagnostic,
    "textDocument/codeAction": _code_actions,
    "codeAction/resolve": _resolve,
    "textDocument/hover": _hover,
    "workspace/executeCommand": _execute,
}


def serve(argv: Sequence[str]) -> int:
    """Talk to one client until it says goodbye; Ctrl-C ends that at once."""
    parser = argparse.ArgumentParser(prog="flake8-aiohttp server", description="Serve an editor, on stdin and stdout.")
    parser.add_argument("--stdio", action="store_true", help="for editors that insist on saying so")
    parser.parse_args(argv)
    sink = sys.stdout.buffer
    with (
        open(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as source,
        contextlib.redirect_stdout(sys.stderr),  # whatever anybody else prints must not get between the messages
    ):
        try:
            return Server(Connection(source, sink)).run()
        except KeyboardInterrupt:
            return _INTERRUPTED
