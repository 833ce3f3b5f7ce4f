"""What an editor asks for beside diagnostics, and what it is refused."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.lsp.editor import SECONDS, Editor, apply, capabilities, edit, utf_16
from tests.lsp.raw import Json, RawClient, talk
from tests.lsp.test_notebooks import CORRECTED, HEAD, READ, Notebook
from tests.lsp.test_server import NOWHERE, TWICE, TWICE_GOOD, codes
from tests.test_cli import BAD, GOOD, MOVED, SUGGESTED

SERVER = ("flake8_aiohttp", "server")


def opening(uri: str, text: str, language: str = "python") -> Json:
    return {"textDocument": {"uri": uri, "languageId": language, "version": 1, "text": text}}


def test_typing_sends_pieces(tmp_path: Path) -> None:
    """Two functions are wrong, a third is typed; a form feed and an emoji lead nobody astray."""
    uri = (tmp_path / "a.py").as_uri()

    async def story(client: RawClient) -> None:
        def insert(version: int, line: int, start: int, end: int, text: str) -> None:
            place = {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}
            document = {"uri": uri, "version": version}
            changes = [{"range": place, "text": text}]
            client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": changes})

        text = f"# 🙂\n\f\n{TWICE}\n\n"
        client.notify("textDocument/didOpen", opening(uri, text))
        lines = [each["range"]["start"]["line"] for each in await client.diagnostics(uri)]
        assert len(lines) == 2
        for version, piece in enumerate(["async def third(", "session):\n", "    await session.get('🙂", "')\n"], 2):
            *above, last = text.split("\n")
            insert(version, len(above), utf_16(last), utf_16(last), piece)
            text += piece
            assert [each["range"]["start"]["line"] for each in await client.diagnostics(uri)] == lines, piece
        insert(9, 0, 2, 4, "\n")
        assert [each["range"]["start"]["line"] - 1 for each in await client.diagnostics(uri)] == lines

    talk(story, tmp_path, *SERVER)


def test_only_python_is_read(tmp_path: Path) -> None:
    text, python = (tmp_path / "a.md").as_uri(), (tmp_path / "a.py").as_uri()
    here = {"textDocument": {"uri": text}, "position": {"line": 5, "character": 20}}

    async def story(client: RawClient) -> None:
        client.notify("textDocument/didOpen", opening(text, BAD, "markdown"))
        client.notify("textDocument/didOpen", opening(python, BAD))
        told = await client.wait_for(lambda message: message.get("method") == "textDocument/publishDiagnostics")
        assert told["params"]["uri"] == python
        assert await client.request("textDocument/hover", here) is None
        assert (await client.request("textDocument/diagnostic", here))["items"] == []

    talk(story, tmp_path, *SERVER)


def test_everything_is_fixed_by_a_command(tmp_path: Path) -> None:
    async def story(editor: Editor) -> None:
        asked: asyncio.Queue[types.ApplyWorkspaceEditParams] = asyncio.Queue()

        def apply_edit(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
            asked.put_nowait(params)
            return types.ApplyWorkspaceEditResult(applied=True)

        editor.client.protocol.fm.features[types.WORKSPACE_APPLY_EDIT] = apply_edit
        await editor.open("a.py", TWICE)
        command = types.ExecuteCommandParams("flake8-aiohttp.fixAll", [editor.uri("a.py")])
        await asyncio.wait_for(editor.client.workspace_execute_command_async(command), SECONDS)
        told = await asyncio.wait_for(asked.get(), SECONDS)
        (change,) = told.edit.document_changes or ()
        assert isinstance(change, types.TextDocumentEdit)
        edits = [each for each in change.edits if isinstance(each, types.TextEdit)]
        assert apply(TWICE, edits, utf_16) == TWICE_GOOD
        await editor.change("a.py", TWICE_GOOD)
        await asyncio.wait_for(editor.client.workspace_execute_command_async(command), SECONDS)
        assert asked.empty()

    edit(story, tmp_path)


def test_rules_are_explained_by_a_command(tmp_path: Path) -> None:
    async def story(client: RawClient) -> None:
        for code in ("AIO201", "aio201"):
            told = await client.request(
                "workspace/executeCommand", {"command": "flake8-aiohttp.explain", "arguments": [code]}
            )
            assert told.startswith("**AIO201** read-after-context\n\n")
        for wrong in ({"command": "flake8-aiohttp.explain"}, {"command": "rm", "arguments": ["/"]}):
            answer = await client.answer(client.ask("workspace/executeCommand", wrong))
            assert answer["error"]["code"] == -32602

    talk(story, tmp_path, *SERVER)


def test_a_finding_links_to_its_rule(tmp_path: Path) -> None:
    async def story(editor: Editor) -> None:
        (found,) = await editor.open("a.py", BAD)
        assert found.code_description
        page = Path(found.code_description.href.removeprefix("file://"))
        assert page.name == "aio101_body_not_awaited.py"
        assert "Bad:" in page.read_text()  # noqa: ASYNC240  nobody waits

    edit(story, tmp_path)


LAZY = {"textDocument": {"codeAction": {"resolveSupport": {"properties": ["edit"]}}}}


def test_a_fix_is_worked_out_when_it_is_chosen(tmp_path: Path) -> None:
    """One that cannot be made is refused then, with the reason; so is one whose finding has gone."""
    uri = (tmp_path / "a.py").as_uri()
    start, end = {"line": 5, "character": 16}, {"line": 5, "character": 17}

    async def story(client: RawClient) -> None:
        async def offered(text: str) -> list[Json]:
            change = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": text}]}
            client.notify("textDocument/didChange", change)
            asked = {"textDocument": {"uri": uri}, "range": {"start": start, "end": end}, "context": {}}
            return list(await client.request("textDocument/codeAction", asked))

        client.notify("textDocument/didOpen", opening(uri, ""))
        fix, silence = await offered(BAD)
        assert "edit" not in fix
        (change,) = (await client.request("codeAction/resolve", fix))["edit"]["changes"][uri]
        assert change["newText"] == "(await response.json()"
        (comment,) = (await client.request("codeAction/resolve", silence))["edit"]["changes"][uri]
        assert comment["newText"] == "  # noqa: AIO101"
        asked = client.ask("codeAction/resolve", (await offered(f"{BAD}    nonlocal name\n"))[0])
        told = await client.wait_for(lambda message: message.get("method") == "window/showMessage")
        assert told["params"]["message"] == "flake8-aiohttp: AIO101: nothing was changed: the result would not compile"
        assert (await client.answer(asked))["result"]["disabled"]["reason"] == "the result would not compile"
        await offered(GOOD)
        gone = await client.request("codeAction/resolve", fix)
        assert gone["disabled"]["reason"] == "there is nothing left to fix"

    talk(story, tmp_path, *SERVER, capabilities=LAZY)


def test_fixes_of_everything_are_worked_out_when_they_are_chosen(tmp_path: Path) -> None:
    async def story(client: RawClient) -> None:
        uri = (tmp_path / "a.py").as_uri()
        asked = {
            "textDocument": {"uri": uri},
            "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}},
        }
        client.notify("textDocument/didOpen", opening(uri, TWICE))
        (offered,) = await client.request("textDocument/codeAction", {**asked, "context": {"only": ["source.fixAll"]}})
        assert "edit" not in offered
        resolved = await client.request("codeAction/resolve", offered)
        assert list(resolved["edit"]["changes"]) == [uri]
        client.notify(
            "textDocument/didChange", {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": GOOD}]}
        )
        assert (await client.request("codeAction/resolve", offered))["disabled"][
            "reason"
        ] == "there is nothing left to fix"
        client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        assert "disabled" in await client.request("codeAction/resolve", offered)

    talk(story, tmp_path, *SERVER, capabilities=LAZY)


@pytest.mark.parametrize("lazily", [True, False])
def test_a_whole_notebook_is_fixed(tmp_path: Path, lazily: bool) -> None:  # noqa: FBT001
    can = capabilities()
    assert can.text_document
    assert can.text_document.code_action
    if not lazily:
        can.text_document.code_action.resolve_support = None

    async def story(editor: Editor) -> None:
        notebook = Notebook(editor, "a.ipynb")
        notebook.open(HEAD, READ, READ.replace("response", "reply"))
        await notebook.codes(0, 1, 2)
        (action,) = await editor.actions(notebook.cell(0), NOWHERE, "notebook.source.fixAll")
        assert action.kind == "notebook.source.fixAll.flake8-aiohttp"
        assert editor.applied(action, notebook.cell(1)) == CORRECTED
        assert editor.applied(action, notebook.cell(2)) == CORRECTED.replace("response", "reply")
        assert await editor.actions(notebook.cell(0), NOWHERE, "source.fixAll") == []

    edit(story, tmp_path, can)


INITIAL = [
    ({"ignore": ["AIO2"]}, [], None),
    ({"settings": {"select": ["AIO1", "AIO9"], "unsafeFixes": "yes"}}, [], None),
    ({"flake8-aiohttp": {"unsafeFixes": True, "configurationFile": ""}}, ["AIO201"], MOVED),
    ({"extendSelect": "AIO9", "select": None}, ["AIO201"], None),
    ({"select": ["AIO2"], "extendSelect": ["AIO9"]}, ["AIO201"], None),
    ({"configurationFile": "elsewhere.cfg"}, [], None),
    ([], ["AIO201"], None),
]


@pytest.mark.parametrize(("options", "found", "fixed"), INITIAL)
def test_options_at_the_beginning(tmp_path: Path, options: Any, found: list[str], fixed: str | None) -> None:
    (tmp_path / "elsewhere.cfg").write_text("[flake8]\nextend-ignore = AIO2\n")
    uri = (tmp_path / "a.py").as_uri()
    nowhere = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
    asked = {"textDocument": {"uri": uri}, "range": nowhere, "context": {"only": ["source.fixAll"]}}

    async def story(client: RawClient) -> None:
        client.notify("textDocument/didOpen", opening(uri, SUGGESTED))
        assert sorted(each["code"] for each in await client.diagnostics(uri)) == found
        offered = await client.request("textDocument/codeAction", asked)
        assert len(offered) == (fixed is not None)
        for action in offered:
            edits = [
                types.TextEdit(
                    types.Range(types.Position(**each["range"]["start"]), types.Position(**each["range"]["end"])),
                    each["newText"],
                )
                for each in action["edit"]["changes"][uri]
            ]
            assert apply(SUGGESTED, edits, utf_16) == fixed

    talk(story, tmp_path, *SERVER, initializationOptions=options)


def test_settings_that_are_told(tmp_path: Path) -> None:
    uri = (tmp_path / "a.py").as_uri()
    told: list[tuple[Json | None, int]] = [
        ({"ignore": ["AIO1"]}, 0),
        ({}, 1),
        ({"select": ["AIO2"]}, 0),
        ({}, 1),
        (None, 1),
    ]

    async def story(client: RawClient) -> None:
        client.notify("textDocument/didOpen", opening(uri, BAD))
        assert len(await client.diagnostics(uri)) == 1
        for given, count in told:
            settings = None if given is None else {"flake8-aiohttp": given}
            client.notify("workspace/didChangeConfiguration", {"settings": settings})
            assert len(await client.diagnostics(uri)) == count

    talk(story, tmp_path, *SERVER)


def test_settings_that_are_asked_for(tmp_path: Path) -> None:
    async def story(editor: Editor) -> None:
        given: list[Any] = [{"ignore": ["AIO1"]}]
        editor.client.protocol.fm.features[types.WORKSPACE_CONFIGURATION] = lambda params: given * len(params.items)
        await editor.open("a.py", GOOD)
        assert await editor.change("a.py", BAD) == []
        given[0] = None
        editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings=None))
        assert codes(await editor.answer(editor.uri("a.py"))) == ["AIO101"]

    edit(story, tmp_path)


def test_folders_come_and_go(tmp_path: Path) -> None:
    one, other = (tmp_path / "one").as_uri(), (tmp_path / "other").as_uri()
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.py").write_text(BAD)

    async def story(client: RawClient) -> None:
        change = {"added": [{"uri": other, "name": ""}], "removed": [{"uri": one, "name": ""}]}
        client.notify("workspace/didChangeWorkspaceFolders", {"event": change})
        (found,) = (await client.request("workspace/diagnostic", {"previousResultIds": []}))["items"]
        assert found["uri"] == f"{other}/a.py"
        client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": f"{other}/.flake8", "type": 1}]})
        refreshed = await client.wait_for(lambda message: message.get("method") == "workspace/diagnostic/refresh")
        assert refreshed["params"] is None

    capable = {"textDocument": {"diagnostic": {}}, "workspace": {"diagnostics": {"refreshSupport": True}}}
    talk(story, tmp_path, *SERVER, capabilities=capable, workspaceFolders=[{"uri": one, "name": ""}])


def test_what_is_refused(tmp_path: Path) -> None:
    async def story(client: RawClient) -> None:
        async def refused(method: str, params: Any = None) -> int:
            code = (await client.answer(client.ask(method, params)))["error"]["code"]
            assert isinstance(code, int)
            return code

        assert await refused("no/such/method") == -32601
        assert await refused("textDocument/hover", {"textDocument": {}}) == -32603
        client.notify("textDocument/didOpen", {})
        logged = await client.wait_for(lambda message: message.get("method") == "window/logMessage")
        assert "KeyError" in logged["params"]["message"]
        number = client.ask("no/such/method", None)
        client.notify("$/cancelRequest", {"id": number})
        assert (await client.answer(number))["error"]["code"] in {-32601, -32800}

    talk(story, tmp_path, *SERVER)


def test_a_message_that_comes_in_pieces(tmp_path: Path) -> None:
    uri = (tmp_path / "a.py").as_uri()

    async def story(client: RawClient) -> None:
        client.notify("textDocument/didOpen", opening(uri, BAD + "#" * 1_000_000))
        assert len(await client.diagnostics(uri)) == 1

    talk(story, tmp_path, *SERVER)


def test_a_notebook_that_is_saved_is_told_again(tmp_path: Path) -> None:
    async def story(editor: Editor) -> None:
        notebook = Notebook(editor, "a.ipynb")
        notebook.open(HEAD, READ)
        assert await notebook.codes(0, 1) == [[], ["AIO101"]]
        saved = types.DidSaveNotebookDocumentParams(types.NotebookDocumentIdentifier(notebook.uri))
        editor.client.notebook_document_did_save(saved)
        assert await notebook.codes(0, 1) == [[], ["AIO101"]]

    edit(story, tmp_path)
