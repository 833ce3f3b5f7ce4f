"""Lets real editors, without a screen, show our findings and make our fixes; prints what they print.

    python -m tests.editors [neovim] [vim]

Neovim speaks to the language server; Vim runs flake8 and the command through ALE (Debian: `neovim`, `vim`, `vim-ale`).
Each has to save the same corrected file.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from flake8_aiohttp.lsp import setups

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
ENVIRONMENT = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
TEXT = """\
import aiohttp


async def show(session: aiohttp.ClientSession, url: str) -> None:
    async with session.get(url) as response:
        print("🙂", response.text())
        print(response.json()["🙂"])
    print(await response.read())
"""
CORRECTED = TEXT.replace("response.text()", "await response.text()").replace(
    "response.json()", "(await response.json())"
)
SILENCED = CORRECTED.replace("read())\n", "read())  # noqa: AIO201\n")


def vimrc() -> str:
    """Give the set-up of ALE that the server tells, in front of which Vim is told where ALE is."""
    return f"set nocompatible\nfiletype plugin on\npackadd ale\n{setups.ALE}"


def neovim(file: Path) -> tuple[list[str], str]:
    script = f"luafile {HERE / 'neovim.lua'}"
    return ["nvim", "--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", script, str(file)], SILENCED


def vim(file: Path) -> tuple[list[str], str]:
    settings = file.with_name("vimrc")
    settings.write_text(vimrc(), encoding="utf-8")
    return [
        "vim",
        "-N",
        "-u",
        str(settings),
        "-i",
        "NONE",
        "-n",
        "-es",
        "-S",
        str(HERE / "ale.vim"),
        str(file),
    ], CORRECTED


EDITORS: dict[str, Callable[[Path], tuple[list[str], str]]] = {"neovim": neovim, "vim": vim}


def drive(editor: str) -> bool:
    """Let an editor do its work in a folder of its own; say whether the file came out right."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "weather.py"
        file.write_text(TEXT, encoding="utf-8")
        command, expected = EDITORS[editor](file)
        if shutil.which(command[0]) is None:
            print(f"{editor}: not installed")
            return False
        version = subprocess.run([command[0], "--version"], capture_output=True, text=True, check=True).stdout
        done = subprocess.run(
            command, cwd=folder, env=ENVIRONMENT, stdout=subprocess.PIPE, timeout=120, text=True, check=False
        )
        print(version.splitlines()[0], done.stdout, sep="\n", end="")
        right = file.read_text(encoding="utf-8") == expected
    print(f"{editor}: {'as it should be' if right else 'NOT as it should be'}\n", flush=True)
    return right


if __name__ == "__main__":
    outcomes = [drive(editor) for editor in sys.argv[1:] or EDITORS]
    raise SystemExit(not all(outcomes))
