"""python-lsp-server shows what flake8 says, and offers our fixes for it."""

from __future__ import annotations

import ast
from importlib.metadata import distribution
from pathlib import Path
from types import SimpleNamespace

import pytest
from lsprotocol import types

import flake8_aiohttp
from flake8_aiohttp import pylsp
from tests.lsp.editor import apply, utf_16
from tests.lsp.raw import Json, RawClient, talk
from tests.test_cli import BAD, SUGGESTED

SETTINGS = {"pylsp": {"plugins": {"flake8": {"enabled": True}, "pycodestyle": {"enabled": False}}}}
TWO = '        print("🙂", response.json(), "🙂", response.text())\n'


async def opened(client: RawClient, uri: str, text: str) -> list[Json]:
    """Open a document, and give the diagnostics with codes of ours."""
    client.notify("workspace/didChangeConfiguration", {"settings": SETTINGS})
    document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
    client.notify("textDocument/didOpen", {"textDocument": document})
    return [each for each in await client.diagnostics(uri) if str(each.get("code")).startswith("AIO")]


async def actions(client: RawClient, uri: str, *diagnostics: Json, **context: object) -> list[Json]:
    place = diagnostics[0]["range"]
    params = {"textDocument": {"uri": uri}, "range": place, "context": {"diagnostics": diagnostics, **context}}
    found: list[Json] = await client.request("textDocument/codeAction", params)
    return [each for each in found if "AIO" in each["title"]]


def applied(text: str, uri: str, action: Json) -> str:
    def position(place: Json) -> types.Position:
        return types.Position(place["line"], place["character"])

    edits = [
        types.TextEdit(types.Range(position(each["range"]["start"]), position(each["range"]["end"])), each["newText"])
        for each in action["edit"]["changes"][uri]
    ]
    return apply(text, edits, utf_16)


def test_each_finding_gets_its_own_fix(tmp_path: Path) -> None:
    """An emoji, a form feed and CRLF do not lead astray; nor does the folder: the options of ours hold."""
    (tmp_path / "setup.cfg").write_text("[flake8]\naiohttp-session-factories = mylib.get\n")
    bad = f"from mylib import get\n\f\nasync def f(url):\n    async with get().get(url) as response:\n{TWO}"
    bad = bad.replace("\n", "\r\n")
    uri = (tmp_path / "a.py").as_uri()

    async def story(client: RawClient) -> None:
        for found, read in zip(await opened(client, uri, bad), ("response.json()", "response.text()"), strict=True):
            fix, silence = await actions(client, uri, found)
            assert (fix["title"], fix["kind"], fix["isPreferred"]) == ("AIO101: insert await", "quickfix", True)
            assert fix["diagnostics"] == [found]
            assert applied(bad, uri, fix) == bad.replace(read, f"await {read}")
            assert applied(bad, uri, silence) == bad.removesuffix("\r\n") + "  # noqa: AIO101\r\n"

    talk(story, tmp_path, "pylsp")


def test_what_is_not_asked_for_is_not_offered(tmp_path: Path) -> None:
    uri = (tmp_path / "a.py").as_uri()

    async def story(client: RawClient) -> None:
        (found,) = await opened(client, uri, SUGGESTED)
        fix, _ = await actions(client, uri, found)
        assert (fix["title"], fix["isPreferred"]) == ("AIO201: move into the block (suggested)", False)
        assert len(await actions(client, uri, found, only=["quickfix"])) == 2
        assert await actions(client, uri, found, only=["refactor"]) == []
        assert await actions(client, uri, {**found, "code": "E501"}) == []
        assert await actions(client, uri, {**found, "code": "AIO101"}) == []

    talk(story, tmp_path, "pylsp")


def test_one_can_do_without_it(tmp_path: Path) -> None:
    uri = (tmp_path / "a.py").as_uri()
    off = {"pylsp": {"plugins": {"flake8_aiohttp": {"enabled": False}}}}

    async def story(client: RawClient) -> None:
        (found,) = await opened(client, uri, BAD)
        client.notify("workspace/didChangeConfiguration", {"settings": off})
        assert await actions(client, uri, found) == []

    talk(story, tmp_path, "pylsp")


def test_a_failure_of_ours_leaves_the_others_alone(caplog: pytest.LogCaptureFixture) -> None:
    assert pylsp.pylsp_code_actions(None, SimpleNamespace(path="a.py"), None) == []
    assert "flake8-aiohttp failed on a.py; please report it" in caplog.text


def test_nobody_else_needs_pylsp() -> None:
    """The door is there for pylsp to open; nothing of ours imports it, and no dependency names it."""
    package = distribution("flake8-aiohttp")
    doors = package.entry_points.select(group="pylsp")
    assert [(door.name, door.value) for door in doors] == [("flake8_aiohttp", "flake8_aiohttp.pylsp")]
    named = [each for each in package.requires or () if "python-lsp-server" in each]
    assert named
    assert all("extra == 'test'" in each.replace('"', "'") for each in named)
    for path in Path(flake8_aiohttp.__file__).parent.rglob("*.py"):
        imports = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
        assert not any(node.module == "flake8_aiohttp.pylsp" for node in imports)
