"""An editor without a screen: pytest-lsp's client, in a loop of the test's own."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

SERVER = [sys.executable, "-m", "flake8_aiohttp", "server"]
SECONDS = 30


def utf_16(text: str) -> int:
    """Count as editors do that have not agreed on anything else."""
    return len(text.encode("utf-16-le")) // 2


class Editor:
    """Opens, changes and closes documents, and keeps what the server says of each."""

    def __init__(self, client: LanguageClient, folder: Path) -> None:
        self.client, self.folder = client, folder
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.registered: list[types.RegistrationParams] = []
        self.told: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()

    def uri(self, name: str) -> str:
        return name if ":" in name else (self.folder / name).as_uri()

    async def answer(self, uri: str, version: int | None = None) -> list[types.Diagnostic]:
        """Wait until the server has told of a document, at least as new as `version`."""
        while True:
            told = await asyncio.wait_for(self.told.get(), SECONDS)
            if told.uri == uri and (version is None or (told.version or 0) >= version):
                return list(told.diagnostics)

    async def open(self, name: str, text: str) -> list[types.Diagnostic]:
        uri = self.uri(name)
        self.texts[uri], self.versions[uri] = text, 1
        document = types.TextDocumentItem(uri, "python", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(document))
        return await self.answer(uri, 1)

    def type(self, name: str, text: str) -> int:
        """Change a document and do not wait."""
        uri = self.uri(name)
        self.texts[uri] = text
        self.versions[uri] += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self.versions[uri], uri),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )
        return self.versions[uri]

    async def change(self, name: str, text: str) -> list[types.Diagnostic]:
        return await self.answer(self.uri(name), self.type(name, text))

    async def actions(self, name: str, place: types.Range, *only: str) -> list[types.CodeAction]:
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(self.uri(name)), place, types.CodeActionContext([], only=only or None)
        )
        found = await asyncio.wait_for(self.client.text_document_code_action_async(params), SECONDS)
        return [await self._resolved(each) for each in found or () if isinstance(each, types.CodeAction)]

    async def _resolved(self, action: types.CodeAction) -> types.CodeAction:
        """Give an action with its edits, which it may have been offered without."""
        if action.edit:
            return action
        return await asyncio.wait_for(self.client.code_action_resolve_async(action), SECONDS)

    async def hover(self, name: str, line: int, character: int) -> types.Hover | None:
        params = types.HoverParams(types.TextDocumentIdentifier(self.uri(name)), types.Position(line, character))
        return await asyncio.wait_for(self.client.text_document_hover_async(params), SECONDS)

    def applied(self, action: types.CodeAction, name: str, units: Callable[[str], int] = utf_16) -> str:
        """Give a document as it is after an action; `units` counts columns."""
        return apply(self.texts[self.uri(name)], edits_of(action)[self.uri(name)], units)


def edits_of(action: types.CodeAction) -> dict[str, Sequence[types.TextEdit]]:
    """Give the edits of an action, by document."""
    assert action.edit
    if action.edit.changes is not None:
        return dict(action.edit.changes)
    changes = [each for each in action.edit.document_changes or () if isinstance(each, types.TextDocumentEdit)]
    return {
        each.text_document.uri: [edit for edit in each.edits if isinstance(edit, types.TextEdit)] for each in changes
    }


def apply(text: str, edits: Iterable[types.TextEdit], units: Callable[[str], int]) -> str:
    """Change a text as an editor does, which counts lines at newlines and columns in `units`."""
    starts = [0] + [
        end for end, char in enumerate(text, 1) if char == "\n" or (char == "\r" and text[end : end + 1] != "\n")
    ]

    def offset(position: types.Position) -> int:
        place, count = starts[position.line], 0
        while count < position.character:
            count += units(text[place])
            place += 1
        assert count == position.character, "within a character"
        return place

    for edit in sorted(edits, key=lambda each: offset(each.range.start), reverse=True):
        text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
    return text


def capabilities(editor: str = "visual-studio-code", *encodings: str, asks: bool = False) -> types.ClientCapabilities:
    """Give what an editor says of itself, and let it count columns in one of `encodings`.

    Only one that `asks` for diagnostics says so: the server tells it none.
    """
    can = client_capabilities(editor)
    assert can.text_document
    can.text_document.diagnostic = types.DiagnosticClientCapabilities() if asks else None
    if encodings:
        can.general = types.GeneralClientCapabilities(position_encodings=list(encodings))
    return can


@contextlib.asynccontextmanager
async def editing(
    folder: Path, can: types.ClientCapabilities, others: Sequence[Path], command: list[str]
) -> AsyncIterator[Editor]:
    """Start a server for one folder or several, and let it go in the end."""
    client: Any = await ClientServerConfig(command).start()
    editor = Editor(client, folder)
    features = client.protocol.fm.features
    features[types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS] = editor.told.put_nowait
    features[types.CLIENT_REGISTER_CAPABILITY] = editor.registered.append
    folders = [types.WorkspaceFolder(each.as_uri(), each.name) for each in (folder, *others)]
    await client.initialize_session(
        types.InitializeParams(capabilities=can, root_uri=folder.as_uri(), workspace_folders=folders)
    )
    try:
        yield editor
    finally:
        await asyncio.wait_for(client.shutdown_session(), SECONDS)
        assert client._server.returncode == 0
        await client.stop()


def edit(
    story: Callable[[Editor], Awaitable[None]],
    folder: Path,
    can: types.ClientCapabilities | None = None,
    *others: Path,
    command: list[str] = SERVER,
) -> None:
    """Let a story happen in an editor."""

    async def run() -> None:
        async with editing(folder, can or capabilities(), others, command) as editor:
            await story(editor)

    asyncio.run(run())
