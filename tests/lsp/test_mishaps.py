"""Whatever goes wrong, the server goes on, or says in one line why it cannot begin."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from lsprotocol import types

from flake8_aiohttp import cli
from tests.lsp.editor import SECONDS, Editor, capabilities, edit
from tests.lsp.raw import RawClient, talk
from tests.test_cli import BAD

CRASH = "# here it goes wrong\n"
BREAK = """
import sys
from flake8_aiohttp import {module}
from flake8_aiohttp.cli import main

work = {place}
def stumble(one, *others):
    if {text}:
        raise {error}
    return work(one, *others)
{place} = stumble
sys.exit(main(["server"]))
"""
ANALYSIS = BREAK.format(module="check", place="check.check", text=f"{CRASH!r} in one", error="RecursionError('deep')")
ANSWER = BREAK.format(
    module="lsp.server as server", place="server.diagnostics", text=f"{CRASH!r} in others[1].text", error="MemoryError"
).replace("from flake8_aiohttp import lsp.server", "from flake8_aiohttp.lsp import server")


def test_a_crash_of_the_analysis_is_a_finding(tmp_path: Path) -> None:
    async def story(editor: Editor) -> None:
        (found,) = await editor.open("a.py", BAD + CRASH)
        assert found.code == "AIO000"
        assert "RecursionError: deep; please report it" in found.message
        assert await editor.actions("a.py", found.range, "source.fixAll") == []
        assert [each.code for each in await editor.change("a.py", BAD)] == ["AIO101"]

    edit(story, tmp_path, command=[sys.executable, "-c", ANALYSIS])


def test_a_crash_anywhere_else_is_logged(tmp_path: Path) -> None:
    async def story(editor: Editor) -> None:
        assert await editor.open("a.py", BAD)
        editor.type("a.py", BAD + CRASH)
        logged = await asyncio.wait_for(editor.client.wait_for_notification(types.WINDOW_LOG_MESSAGE), SECONDS)
        assert "MemoryError" in logged.message
        assert await editor.change("a.py", BAD)

    edit(story, tmp_path, command=[sys.executable, "-c", ANSWER])


def test_messages_that_make_no_sense_do_no_harm(tmp_path: Path) -> None:
    uri = (tmp_path / "a.py").as_uri()

    async def story(client: RawClient) -> None:
        nowhere = {"textDocument": {"uri": uri}, "position": {"line": 3, "character": 5}}
        client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        client.notify("textDocument/didChange", {"textDocument": {"uri": uri, "version": 2}, "contentChanges": []})
        client.notify("no/such/thing", {})
        assert await client.request("textDocument/hover", nowhere) is None
        here = {"start": nowhere["position"], "end": nowhere["position"]}
        actions = {"textDocument": {"uri": uri}, "range": here, "context": {"diagnostics": []}}
        assert await client.request("textDocument/codeAction", actions) in (None, [])
        client.notify(
            "textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "python", "version": 1, "text": BAD}}
        )
        assert len(await client.diagnostics(uri)) == 1

    talk(story, tmp_path, "flake8_aiohttp", "server", "--stdio")


@pytest.mark.parametrize("missing", ["pygls", "lsprotocol"])
def test_without_pygls_the_command_says_what_to_install(missing: str) -> None:
    program = (
        f"import sys; sys.modules[{missing!r}] = None; from flake8_aiohttp.cli import main; sys.exit(main(['server']))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == 'flake8-aiohttp: the server needs pygls: pip install "flake8-aiohttp[lsp]"\n'


def test_any_other_module_that_is_missing_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "flake8_aiohttp.lsp.server", None)
    with pytest.raises(ModuleNotFoundError, match=r"flake8_aiohttp\.lsp\.server"):
        cli.server([])


def test_the_server_leaves_with_its_editor(tmp_path: Path) -> None:
    """An editor that dies says nothing; its end of the pipe is closed."""
    done = subprocess.run(
        [sys.executable, "-m", "flake8_aiohttp", "server"],
        input=b"",
        capture_output=True,
        timeout=30,
        check=False,
        cwd=tmp_path,
    )
    assert (done.returncode, done.stdout) == (0, b"")


@pytest.mark.parametrize("name", ["emacs", "neovim@v0.11.0"])
def test_what_others_print_stays_out_of_the_conversation(tmp_path: Path, name: str) -> None:
    loud = "import sys; from flake8_aiohttp.host import settings; work = settings.read\n"
    loud += "def read(argv): print('hello', flush=True); return work(argv)\n"
    loud += "settings.read = read\nfrom flake8_aiohttp.cli import main; sys.exit(main(['server']))"

    async def story(editor: Editor) -> None:
        assert await editor.open("a.py", BAD)

    edit(story, tmp_path, capabilities(name), command=[sys.executable, "-c", loud])
