"""A conversation with one editor: what it has open, what it asks about its workspace, what its user has set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flake8_aiohttp.lsp.client import SOURCE, Settings
from flake8_aiohttp.lsp.connection import Connection, Json
from flake8_aiohttp.lsp.pulling import Workspace
from flake8_aiohttp.lsp.session import Session


class RefusedError(Exception):
    """A request that has no result; `code` says why in the protocol's words."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


class Conversation:
    """What the handlers of notifications and requests share."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.session = Session(connection)
        self.workspace = Workspace(self.session)
        self._awaited = ""  # the request for settings that the editor has not answered yet

    def ask_for_settings(self) -> None:
        """Ask the editor for what the user has set."""
        self._awaited = self.connection.ask("workspace/configuration", {"items": [{"section": SOURCE}]})

    def take_answer(self, message: Json) -> None:
        """Take what the editor answers to a question of ours; only settings are of interest."""
        if message.get("id") == self._awaited:
            self.set(Settings.of_json(next(iter(message.get("result") or ()), None)))

    def set(self, settings: Settings) -> None:
        """Let other settings hold from now on, and tell everything again if they differ."""
        if settings != self.session.settings:
            self.session.set(settings)
            self.look_again()

    def look_again(self) -> None:
        """Tell everything again: something that concerns every document may have changed."""
        self.session.note_all()
        self.workspace.look_again()


Handler = Callable[[Conversation, Json], Any]
"""Takes the parameters of a notification or a request; gives the result of a request."""
