"""The language server: reads what an editor says, and hands it to who knows the answer, until the editor leaves."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Sequence

from flake8_aiohttp import __version__
from flake8_aiohttp.editing.actions import FIX_ALL, FIX_NOTEBOOK, QUICK_FIX
from flake8_aiohttp.lsp.client import SOURCE, Client, Settings
from flake8_aiohttp.lsp.connection import (
    FAILED,
    INVALID_REQUEST,
    NO_SUCH_METHOD,
    NOT_INITIALIZED,
    WITHDRAWN,
    Connection,
    Json,
)
from flake8_aiohttp.lsp.conversation import Conversation, RefusedError
from flake8_aiohttp.lsp.documents import path_of
from flake8_aiohttp.lsp.notifications import NOTIFICATIONS
from flake8_aiohttp.lsp.requests import COMMANDS, REQUESTS
from flake8_aiohttp.lsp.setups import TEXT

_PAUSE = 0.01  # seconds in which more keys may be pressed before an answer
_INTERRUPTED = 130


class Server:
    """Reads messages until the editor says goodbye."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._conversation = Conversation(connection)
        self._is_open = self._is_over = False

    def run(self) -> int:
        """Work until the end of the conversation; gives the exit code."""
        session, workspace = self._conversation.session, self._conversation.workspace
        try:
            while True:
                busy = session.is_due or workspace.is_at_work
                message = self._connection.next(_PAUSE if session.is_due else 0 if busy else None)
                if message is not None:
                    if message.get("method") == "exit":
                        return int(not self._is_over)
                    self._take(message)
                elif session.is_due:
                    session.tell_next()
                else:
                    workspace.step()
        except (BrokenPipeError, EOFError):  # an editor that dies says nothing
            return 0

    def _take(self, message: Json) -> None:
        method, number, params = message.get("method"), message.get("id"), message.get("params") or {}
        if method is None:
            self._conversation.take_answer(message)
        elif number is None:
            self._heed(method, params)
        elif self._connection.is_withdrawn(number):
            self._connection.refuse(number, WITHDRAWN, "withdrawn")
        elif method == "workspace/diagnostic" and self._is_open:
            self._conversation.workspace.ask(number, params)
        else:
            self._answer(method, number, params)

    def _heed(self, method: str, params: Json) -> None:
        """Take note of what the editor tells; what nobody handles is passed over, as the protocol asks."""
        try:
            if method in NOTIFICATIONS:
                NOTIFICATIONS[method](self._conversation, params)
        except Exception:  # noqa: BLE001
            self._conversation.session.report_failure()

    def _answer(self, method: str, number: object, params: Json) -> None:
        try:
            self._connection.answer(number, self._result(method, params))
        except RefusedError as refusal:
            self._connection.refuse(number, refusal.code, str(refusal))
        except Exception as error:  # noqa: BLE001
            self._conversation.session.report_failure()
            self._connection.refuse(number, FAILED, f"{type(error).__name__}: {error}")

    def _result(self, method: str, params: Json) -> object:
        """Give the result of a request; raises RefusedError where it has none."""
        if method == "initialize":
            self._is_open = True
            return self._initialize(params)
        if not self._is_open:
            raise RefusedError(NOT_INITIALIZED, "`initialize` comes first")
        if self._is_over:
            raise RefusedError(INVALID_REQUEST, "after `shutdown` comes `exit`")
        if method == "shutdown":
            self._is_over = True
            return None
        if method not in REQUESTS:
            raise RefusedError(NO_SUCH_METHOD, f"no such method: {method}")
        return REQUESTS[method](self._conversation, params)

    def _initialize(self, params: Json) -> Json:
        client = Client.of_capabilities(params.get("capabilities") or {})
        given = [each["uri"] for each in params.get("workspaceFolders") or ()] or [params.get("rootUri") or ""]
        folders = [path for path in map(path_of, given) if path]
        self._conversation.session.begin(client, Settings.of_json(params.get("initializationOptions")), folders)
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
        "executeCommandProvider": {"commands": COMMANDS},
        "hoverProvider": True,
        "workspace": {"workspaceFolders": {"supported": True, "changeNotifications": True}},
    }


def serve(argv: Sequence[str]) -> int:
    """Talk to one client until it says goodbye; Ctrl-C ends that at once."""
    parser = argparse.ArgumentParser(
        prog="flake8-aiohttp server",
        description="Serve an editor, on stdin and stdout.",
        epilog=TEXT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
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
