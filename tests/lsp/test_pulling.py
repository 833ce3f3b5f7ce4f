"""Editors that ask for diagnostics are told what is new, of a document and of the whole workspace."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.lsp.editor import SECONDS, Editor, capabilities, edit
from tests.lsp.raw import Json, RawClient, talk
from tests.test_cli import BAD, GOOD

ASKS = {"textDocument": {"diagnostic": {}}}


def test_a_document_is_reported_once(tmp_path: Path) -> None:
    async def story(editor: Editor) -> None:
        here = types.TextDocumentIdentifier(editor.uri("a.py"))
        item = types.TextDocumentItem(here.uri, "python", 1, BAD)
        editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        editor.texts[here.uri], editor.versions[here.uri] = BAD, 1

        async def ask(known: str | None = None) -> Any:
            params = types.DocumentDiagnosticParams(here, previous_result_id=known)
            return await asyncio.wait_for(editor.client.text_document_diagnostic_async(params), SECONDS)

        report = await ask()
        assert [each.code for each in report.items] == ["AIO101"]
        assert (await ask(report.result_id)).kind == "unchanged"
        editor.type("a.py", GOOD)
        assert not (await ask(report.result_id)).items
        editor.client.text_document_did_close(types.DidCloseTextDocumentParams(here))
        assert not (await ask()).items
        assert editor.told.empty()

    edit(story, tmp_path, capabilities(asks=True))


async def pull(client: RawClient, known: dict[str, str]) -> dict[str, list[str]]:
    """Ask about the workspace, and give the codes of each file of which something new is said; `known` is kept."""
    return noted(await client.request("workspace/diagnostic", {"previousResultIds": previous(known)}), known)


def previous(known: dict[str, str]) -> list[Json]:
    return [{"uri": uri, "value": value} for uri, value in known.items()]


def noted(result: Json, known: dict[str, str]) -> dict[str, list[str]]:
    known.update({each["uri"]: each["resultId"] for each in result["items"]})
    return {each["uri"].rpartition("/")[2]: [one["code"] for one in each["items"]] for each in result["items"]}


def test_a_workspace_is_reported_file_by_file(tmp_path: Path) -> None:
    """What is excluded is passed over; a file that is open is read as it stands in the editor."""
    (tmp_path / "old").mkdir()
    (tmp_path / ".flake8").write_text("[flake8]\nexclude = old\n")
    for name in ("a.py", "b.py", "old/c.py", "d.txt"):
        (tmp_path / name).write_text(BAD)
    (tmp_path / "good.py").write_text(GOOD)
    opened = (tmp_path / "b.py").as_uri()
    known: dict[str, str] = {}

    async def story(client: RawClient) -> None:
        assert await pull(client, known) == {"a.py": ["AIO101"], "b.py": ["AIO101"]}
        client.notify(
            "textDocument/didOpen",
            {"textDocument": {"uri": opened, "languageId": "python", "version": 1, "text": GOOD}},
        )
        assert await pull(client, known) == {"b.py": []}
        (tmp_path / "a.py").unlink()
        assert await pull(client, known) == {"a.py": []}

    talk(story, tmp_path, "flake8_aiohttp", "server", capabilities=ASKS)


def test_a_question_without_news_waits_for_some(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BAD)
    known: dict[str, str] = {}

    async def story(client: RawClient) -> None:
        await pull(client, known)
        waiting = client.ask(
            "workspace/diagnostic", {"previousResultIds": [{"uri": each, "value": known[each]} for each in known]}
        )
        assert await client.request("textDocument/diagnostic", {"textDocument": {"uri": next(iter(known))}})
        (tmp_path / "b.py").write_text(BAD)
        change = {"uri": (tmp_path / "b.py").as_uri(), "type": 1}
        client.notify("workspace/didChangeWatchedFiles", {"changes": [change]})
        assert noted((await client.answer(waiting))["result"], known) == {"b.py": ["AIO101"]}
        first = client.ask("workspace/diagnostic", {"previousResultIds": previous(known)})
        second = client.ask("workspace/diagnostic", {"previousResultIds": []})
        assert (await client.answer(first))["error"]["code"] == -32802
        assert len((await client.answer(second))["result"]["items"]) == 2
        for pause in (0, 0.2):
            third = client.ask("workspace/diagnostic", {"previousResultIds": previous(known)})
            await asyncio.sleep(pause)
            client.notify("$/cancelRequest", {"id": third})
            assert (await client.answer(third))["error"]["code"] == -32800

    talk(story, tmp_path, "flake8_aiohttp", "server", capabilities=ASKS)


GONE = """
import sys
from pathlib import Path
from flake8_aiohttp.cli import main

read = Path.read_bytes
def reading(path):
    if path.name == "gone.py":
        raise FileNotFoundError(path)
    if path.name == "worse.py":
        raise MemoryError
    return read(path)
Path.read_bytes = reading
sys.exit(main(["server"]))
"""


@pytest.mark.parametrize(("name", "code"), [("gone.py", None), ("worse.py", -32603)])
def test_what_happens_on_the_way(tmp_path: Path, name: str, code: int | None) -> None:
    """A file that goes while we read is none; whatever else goes wrong ends the question alone."""
    (tmp_path / "a.py").write_text(BAD)
    (tmp_path / name).write_text(BAD)

    async def story(client: RawClient) -> None:
        answer = await client.answer(client.ask("workspace/diagnostic", {"previousResultIds": []}))
        assert answer.get("error", {}).get("code") == code
        if code is None:
            assert [each["uri"].rpartition("/")[2] for each in answer["result"]["items"]] == ["a.py"]
        assert "error" not in await client.answer(
            client.ask("textDocument/diagnostic", {"textDocument": {"uri": "untitled:a"}})
        )

    talk(story, tmp_path, "-c", GONE, launcher=(sys.executable,), capabilities=ASKS)
