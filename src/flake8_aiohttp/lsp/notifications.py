"""What an editor tells: that it is ready, that documents, files, folders or settings have changed."""

from __future__ import annotations

from flake8_aiohttp.editing.projects import NAMES
from flake8_aiohttp.lsp.client import Settings
from flake8_aiohttp.lsp.connection import Json
from flake8_aiohttp.lsp.conversation import Conversation, Handler
from flake8_aiohttp.lsp.documents import path_of


def _initialized(conversation: Conversation, _: Json) -> None:
    """Ask to be told when a file changes that may hold flake8's configuration, or that may be found wrong."""
    client = conversation.session.client
    if client.watches_files:
        watchers = [{"globPattern": f"**/{name}"} for name in (*NAMES, "*.py")]
        registration = {
            "id": "files",
            "method": "workspace/didChangeWatchedFiles",
            "registerOptions": {"watchers": watchers},
        }
        conversation.connection.ask("client/registerCapability", {"registrations": [registration]})
    if client.has_settings:
        conversation.ask_for_settings()


def _opened(conversation: Conversation, params: Json) -> None:
    conversation.session.documents.open(params["textDocument"])
    conversation.session.note(params["textDocument"]["uri"])
    conversation.workspace.look_again()


def _changed(conversation: Conversation, params: Json) -> None:
    conversation.session.documents.change(params["textDocument"], params["contentChanges"])
    conversation.session.note(params["textDocument"]["uri"])


def _saved(conversation: Conversation, params: Json) -> None:
    conversation.session.note(params["textDocument"]["uri"])
    conversation.workspace.look_again()


def _closed(conversation: Conversation, params: Json) -> None:
    uri = params["textDocument"]["uri"]
    conversation.session.documents.close(uri)
    conversation.session.forget(uri, [uri])
    conversation.workspace.look_again()


def _notebook_opened(conversation: Conversation, params: Json) -> None:
    conversation.session.documents.open_notebook(params["notebookDocument"], params["cellTextDocuments"])
    conversation.session.note(params["notebookDocument"]["uri"])


def _notebook_changed(conversation: Conversation, params: Json) -> None:
    uri = params["notebookDocument"]["uri"]
    conversation.session.clear(conversation.session.documents.change_notebook(uri, params["change"]))
    conversation.session.note(uri)


def _notebook_saved(conversation: Conversation, params: Json) -> None:
    conversation.session.note(params["notebookDocument"]["uri"])


def _notebook_closed(conversation: Conversation, params: Json) -> None:
    uri, cells = params["notebookDocument"]["uri"], [each["uri"] for each in params["cellTextDocuments"]]
    conversation.session.documents.close_notebook(uri, cells)
    conversation.session.forget(uri, cells)


def _files_changed(conversation: Conversation, params: Json) -> None:
    names = [each["uri"].rpartition("/")[2] for each in params["changes"]]
    if any(name in NAMES for name in names):
        conversation.look_again()
    else:
        conversation.workspace.look_again()


def _settings_changed(conversation: Conversation, params: Json) -> None:
    """Take the settings that are told, or ask for them: an editor that can be asked tells nothing."""
    if conversation.session.client.has_settings:
        conversation.ask_for_settings()
    elif params.get("settings"):
        conversation.set(Settings.of_json(params["settings"]))
    else:
        conversation.look_again()


def _folders_changed(conversation: Conversation, params: Json) -> None:
    gone = {path_of(each["uri"]) for each in params["event"]["removed"]}
    come = [path for each in params["event"]["added"] if (path := path_of(each["uri"]))]
    conversation.session.folders = [each for each in conversation.session.folders if each not in gone] + come
    conversation.look_again()


NOTIFICATIONS: dict[str, Handler] = {
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
