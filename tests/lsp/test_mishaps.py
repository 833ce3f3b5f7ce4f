"""Whatever goes wrong, the server goes on, or says in one line why it cannot begin."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from lsprotocol import types

from tests.lsp.editor import SECONDS, Editor, capabilities, edit
from tests.lsp.raw import RawClient, framed, talk
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
    module="lsp.session as session",
    place="session.diagnostics",
    text=f"{CRASH!r} in others[1].text",
    error="MemoryError",
).replace("from flake8_aiohttp import lsp.session", "from flake8_aiohttp.lsp import session")


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


LOOP = BAD + "# " + "here it takes a while\n"
SLOW = BREAK.format(module="check", place="check.check", text="'a while' in one", error="__import__('time').sleep(99)")


@pytest.mark.skipif(sys.platform == "win32", reason="no process there sends another one a Ctrl-C")
@pytest.mark.parametrize("text", [None, BAD, LOOP])
def test_ctrl_c_ends_it_at_once(tmp_path: Path, text: str | None) -> None:
    """Before anything is said, when all is said, and in the midst of an analysis."""
    uri = (tmp_path / "a.py").as_uri()

    async def story() -> None:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", SLOW, cwd=tmp_path, stdin=pipe, stdout=pipe, stderr=pipe
        )
        client = RawClient(process)
        await client.request("initialize", {"capabilities": {}})
        if text is not None:
            document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
            client.notify("textDocument/didOpen", {"textDocument": document})
            await (client.diagnostics(uri) if text == BAD else asyncio.sleep(1))
        process.send_signal(signal.SIGINT)
        _, said = await asyncio.wait_for(process.communicate(), 5)
        assert (process.returncode, said) == (130, b"")

    asyncio.run(story())


def test_what_takes_long_to_import_is_not_needed() -> None:
    """A server that starts in half a second cannot afford it."""
    slow = {
        "asyncio",
        "attrs",
        "libcst",
        "lsprotocol",
        "pygls",
        "flake8_aiohttp.check",
        "flake8_aiohttp.analysis.driver",
    }
    program = f"import flake8_aiohttp.cli, flake8_aiohttp.lsp.server, sys; print({slow} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_an_editor_that_hears_nothing(tmp_path: Path) -> None:
    """It closes its ears before it has said goodbye."""
    process = subprocess.Popen(
        [sys.executable, "-m", "flake8_aiohttp", "server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path
    )
    assert process.stdin
    assert process.stdout
    process.stdout.close()
    process.stdin.write(b"Content-Length: 40\r\n\r\n" + b'{"id": 1, "method": "initialize"}'.ljust(40))
    process.stdin.close()
    assert process.wait(SECONDS) == 0


@pytest.mark.parametrize("said", [b"hello\r\n\r\n", b"Content-Length: 2\r\n\r\n{]", b"Content-Length: 9\r\n\r\n{}"])
def test_what_is_no_message_ends_it(tmp_path: Path, said: bytes) -> None:
    command = [sys.executable, "-m", "flake8_aiohttp", "server"]
    done = subprocess.run(command, input=said, capture_output=True, timeout=SECONDS, check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_order_of_things(tmp_path: Path) -> None:
    """`initialize` comes first, nothing but `exit` after `shutdown`; `exit` alone is a failure."""
    command = [sys.executable, "-m", "flake8_aiohttp", "server"]
    requests = [
        {"id": number, "method": method}
        for number, method in enumerate(["shutdown", "initialize", "shutdown", "textDocument/hover"])
    ]
    for messages, code in ((requests, 0), (requests[:2], 1)):
        sent = b"".join(map(framed, [*messages, {"method": "exit"}]))
        done = subprocess.run(command, input=sent, capture_output=True, timeout=SECONDS, check=False, cwd=tmp_path)
        assert done.returncode == code
        refused = [int(each) for each in re.findall(rb'"code":(-\d+)', done.stdout)]
        assert refused == ([-32002, -32600] if code == 0 else [-32002])


@pytest.mark.parametrize("name", ["emacs", "neovim@v0.11.0"])
def test_what_others_print_stays_out_of_the_conversation(tmp_path: Path, name: str) -> None:
    loud = "import sys; from flake8_aiohttp.host import settings; work = settings.read\n"
    loud += "def read(argv): print('hello', flush=True); return work(argv)\n"
    loud += "settings.read = read\nfrom flake8_aiohttp.cli import main; sys.exit(main(['server']))"

    async def story(editor: Editor) -> None:
        assert await editor.open("a.py", BAD)

    edit(story, tmp_path, capabilities(name), command=[sys.executable, "-c", loud])
