"""A folder that somebody else wrote runs none of its code, whichever door it is looked at through.

Each file of the folder that could be imported leaves a mark when it is. What flake8 itself imports is flake8's affair.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lsp.raw import Json, RawClient, talk
from tests.terminals import in_terminal
from tests.test_cli import BAD, GOOD

ROOT = Path(__file__).parents[1]
SCRIPTS = Path(sys.executable).parent
SCRIPT = (str(SCRIPTS / "flake8-aiohttp"),)
MODULE = (sys.executable, "-m", "flake8_aiohttp")
CONFIGURATION = """\
[flake8]
format = trap
require-plugins = flake8-trap
enable-extensions = TRAP
inline-quotes = double
extend-ignore = E501
[flake8:local-plugins]
extension =
  TRAP = trap:Plugin
report =
  trap = trap:Plugin
paths = .
"""
TRAP = "import pathlib\npathlib.Path(__file__).with_name('sprung-' + __name__).touch()\n"
# Standard library, dependencies, and names that tools look for; not those that `python -m` itself begins with.
TRAPS = """trap aiohttp libcst flake8 pygls lsprotocol pathspec tomli tomllib json difflib tokenize concurrent pickle
multiprocessing configparser argparse sitecustomize usercustomize conftest setup unicodedata shutil""".split()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (".flake8", "setup.cfg", "tox.ini"):
        (tmp_path / name).write_text(CONFIGURATION)
    for name in TRAPS:
        (tmp_path / f"{name}.py").write_text(TRAP)
    info = tmp_path / "trap-1.0.dist-info"
    info.mkdir()
    info.joinpath("METADATA").write_text("Metadata-Version: 2.1\nName: flake8-trap\nVersion: 1.0\n")
    info.joinpath("entry_points.txt").write_text(
        "[flake8.extension]\nTRAP = trap:Plugin\n[flake8.report]\ntrap = trap:Plugin\n[pylsp]\ntrap = trap\n"
    )
    tmp_path.joinpath("a.py").write_text(BAD)
    return tmp_path


def sprung(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("sprung-*"))


def run(folder: Path, *argv: str, **environment: str) -> tuple[int, str, str]:
    done = subprocess.run(
        argv, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_the_traps_work(folder: Path) -> None:
    """Plain flake8 steps into them, as the user of plain flake8 has asked for."""
    run(folder, str(SCRIPTS / "flake8"), "--format=default", "--require-plugins=flake8", "a.py")
    assert sprung(folder) == ["sprung-trap"]


@pytest.mark.parametrize("program", [SCRIPT, MODULE], ids=["script", "module"])
@pytest.mark.parametrize("mode", [(), ("--fix",), ("--diff",), ("--help",), ("--version",), ("--format=trap",)])
def test_the_command(folder: Path, program: tuple[str, ...], mode: tuple[str, ...]) -> None:
    code, out, err = run(folder, *program, *mode, "a.py")
    assert sprung(folder) == []
    assert "Traceback" not in err
    if not mode:
        assert (code, err) == (1, "")
        assert out.startswith("a.py:6:16: AIO101 ")
    if mode == ("--fix",):
        assert (folder / "a.py").read_text() == GOOD


@pytest.mark.parametrize("program", [SCRIPT, MODULE], ids=["script", "module"])
@pytest.mark.parametrize("start", ["fork", "spawn", "forkserver"])
def test_the_commands_other_processes(folder: Path, program: tuple[str, ...], start: str, tmp_path: Path) -> None:
    """A new Python begins in the current folder, and would look there for what it imports first."""
    for number in range(40):
        (folder / f"b{number}.py").write_text(BAD)
    site = tmp_path.parent / f"{tmp_path.name}-site"
    site.mkdir()
    site.joinpath("sitecustomize.py").write_text(
        f"import multiprocessing\nmultiprocessing.set_start_method({start!r}, force=True)\n"
    )
    code, out, err = run(folder, *program, "-j2", ".", PYTHONPATH=str(site))
    assert (code, err) == (1, "")
    assert out.count(" AIO101 ") == 41
    assert sprung(folder) == []


def test_the_hooks(folder: Path) -> None:
    manifest = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    entries = re.findall(r"^  entry: (.+)$", manifest, re.MULTILINE)
    assert len(entries) == 2
    for entry in entries:
        code, *_ = run(folder, *entry.split(), "a.py", PATH=f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}")
        assert code in {0, 1}
    assert sprung(folder) == []
    assert (folder / "a.py").read_text() == GOOD


async def seen(client: RawClient, folder: Path) -> list[object]:
    """Open a document of the folder, ask for fixes, and give the codes of the findings."""
    uri = (folder / "a.py").as_uri()
    document = {"uri": uri, "languageId": "python", "version": 1, "text": BAD}
    client.notify("textDocument/didOpen", {"textDocument": document})
    return [each.get("code") for each in await client.diagnostics(uri)]


@pytest.mark.parametrize("program", [SCRIPT, MODULE], ids=["script", "module"])
def test_the_server(folder: Path, program: tuple[str, ...]) -> None:
    async def story(client: RawClient) -> None:
        assert await seen(client, folder) == ["AIO101"]

    talk(story, folder, "server", launcher=program)
    assert sprung(folder) == []


def test_pylsp(folder: Path) -> None:
    """Our part of it, that is: pylsp's flake8, if it is switched on, is flake8."""
    place = {"start": {"line": 5, "character": 15}, "end": {"line": 5, "character": 30}}
    diagnostic: Json = {"range": place, "code": "AIO101", "message": ""}

    async def story(client: RawClient) -> None:
        await seen(client, folder)
        document = {"uri": (folder / "a.py").as_uri()}
        params = {"textDocument": document, "range": place, "context": {"diagnostics": [diagnostic]}}
        titles = [each["title"] for each in await client.request("textDocument/codeAction", params)]
        assert "AIO101: insert await" in titles

    talk(story, folder, launcher=(str(SCRIPTS / "pylsp"),))
    assert sprung(folder) == []


TITLE = "\x1b]0;pwned\x07"
NAME = f"evil{TITLE}\x1b[2J.py"
SOURCE = (
    "import aiohttp\n\n\nasync def logo(session: aiohttp.ClientSession) -> str:\n"
    f'    async with session.get("https://x.org/\\x1b[31m\u202e{TITLE}logo.png") as response:  # {TITLE}\n'
    f"        print(response.text(), '{TITLE}')\n        return await response.text()\n"
)


@pytest.mark.parametrize(
    "argv",
    [
        ("flake8-aiohttp", "."),
        ("flake8-aiohttp", "--format=default", "--show-source", "."),
        ("flake8-aiohttp", "--output-format=concise", "."),
        ("flake8-aiohttp", "--output-format=grouped", "."),
        ("flake8-aiohttp", "--diff", "."),
        ("flake8-aiohttp", "--fix", "."),
        ("flake8-aiohttp", "--add-noqa", "."),
        ("flake8", "--format=aiohttp-framed", "--isolated", "--select=AIO", "."),
    ],
    ids=" ".join,
)
def test_a_terminal_gets_no_escapes_but_our_own(tmp_path: Path, argv: tuple[str, ...]) -> None:
    (tmp_path / NAME).write_text(SOURCE, encoding="utf-8")
    told = in_terminal(list(argv), tmp_path, columns=200)
    assert "AIO301" in told
    assert re.sub(r"\x1b\[[0-9;]*m|\r|\n|\t", "", told).isprintable()


def test_messages_are_printable_wherever_they_go(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(SOURCE, encoding="utf-8")
    for program in (str(SCRIPTS / "flake8"), *SCRIPT):
        _, out, _ = run(tmp_path, program, "--isolated", "--select=AIO", "a.py")
        assert out.count("\n") == 2
        assert out.replace("\n", "").isprintable()
        assert r"\x1b[31m\u202e\x1b]0;pwned\x07" in out
