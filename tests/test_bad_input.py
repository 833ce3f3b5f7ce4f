"""Files that are no Python, or hardly text: flake8 says what it says without us, and nothing is lost."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.test_cli import BAD, GIT

FIXABLE = {
    "BOM": b"\xef\xbb\xbf" + BAD.encode(),
    "CRLF": BAD.replace("\n", "\r\n").encode(),
    "form feeds": BAD.replace("\n\n\n", "\n\f\n\f\n").encode(),
    "latin-1 cookie": b"# coding: latin-1\n# \xe4\n" + BAD.encode(),
    "lone surrogate, escaped": BAD.replace('"name"', r'"\ud800"').encode(),
    "annotations that are no Python": BAD.encode() + b"def f(x: 'a b', y: '('): pass\n",
    "90 brackets": BAD.encode() + b"(" * 90 + b")" * 90 + b"\n",
    "a line of 2 MB": BAD.encode() + b'x = "' + b"a" * 2_000_000 + b'"\n',
}
READABLE = {
    "BOM twice": b"\xef\xbb\xbf" * 2 + BAD.encode(),
    "BOM and another cookie": b"\xef\xbb\xbf# coding: latin-1\n" + BAD.encode(),
    "lone CR": BAD.replace("\n", "\r").encode(),
    "undecodable": b"# \xff\n" + BAD.encode(),
    "undecodable, with a cookie": b"# coding: ascii\n# \xc3\xa4\n" + BAD.encode(),
    "lone surrogate": b"# \xed\xa0\x80\n" + BAD.encode(),
    "unknown cookie": b"# coding: nothing\n" + BAD.encode(),
    "cookie of another width": b"# coding: utf-16\n" + BAD.encode(),
    "cookie that hides lines": b"# coding: unicode_escape\n# \\n\n" + BAD.encode(),
    "what only compiling refuses": BAD.encode() + b"return await x\nnonlocal y\n",
}
UNREADABLE = {
    "no colon": BAD.replace(":\n", "\n").encode(),
    "end of file in brackets": BAD.encode() + b"(\n",
    "end of file in a string": BAD.encode() + b"'''\n",
    "end of file after a backslash": BAD.encode() + b"x = \\\n",
    "tabs and spaces": BAD.encode() + b"if 1:\n\tx = 1\n        y = 2\n",
    "dedent to nowhere": BAD.encode() + b"  x = 1\n",
    "300 brackets": BAD.encode() + b"(" * 300 + b")" * 300 + b"\n",
    "no such character": BAD.encode() + b"'\\N{nope}'\n",
    "control character": BAD.encode() + b"\x1a\n",
    "Python 2": BAD.encode() + b"print 1\n",
}
WORDLESS = {"empty": b"", "BOM alone": b"\xef\xbb\xbf"}
WIDE = {"UTF-16": BAD.encode("utf-16"), "UTF-32": BAD.encode("utf-32")}
TOO_MUCH = {  # these, and wide characters, end the whole run of flake8 on some Pythons, with or without us
    "NUL": BAD.encode() + b"\0\n",
    "NUL in a string": BAD.replace('"name"', '"na\0me"').encode(),
    "cookie of no text encoding": b"# coding: hex\n" + BAD.encode(),
    "a long sum": BAD.encode() + b"1" + b"+1" * 5000 + b"\n",
    "a long chain of calls": BAD.encode() + b"x" + b"()" * 3000 + b"\n",
    "a pile of signs": BAD.encode() + b"-" * 20_000 + b"1\n",
}
BESIDE = {"beside": BAD.encode()}
FOR_FLAKE8 = FIXABLE | READABLE | UNREADABLE | WORDLESS | BESIDE
FOR_US = FOR_FLAKE8 | WIDE | TOO_MUCH
ALONE = """\
import importlib.metadata
import sys

from flake8.main.cli import main

installed = importlib.metadata.distributions
importlib.metadata.distributions = lambda: (each for each in installed() if each.name != "flake8-aiohttp")
sys.exit(main())
"""


@dataclasses.dataclass
class Answer:
    """What a run said of each file, and what it left of them."""

    code: int
    told: dict[str, list[str]]
    left: dict[str, bytes]

    def of(self, name: str, *codes: str) -> list[str]:
        """Give the lines on one file, of some codes only."""
        return [line for line in self.told[name] if line.split(" ")[1].startswith(codes)]


def ask(folder: Path, inputs: dict[str, bytes], program: list[str], *argv: str) -> Answer:
    """Run a linter over all files at once; a file's name is that of its input."""
    for name, data in inputs.items():
        folder.joinpath(f"{name}.py").write_bytes(data)
    command = [sys.executable, *program, "--isolated", "-j1", *argv, "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    told = defaultdict(list)
    for name, line in re.findall(r"^\./(.+?)\.py(:.+)$", done.stdout, re.MULTILINE):
        told[name].append(line)
    return Answer(done.returncode, told, {name: folder.joinpath(f"{name}.py").read_bytes() for name in inputs})


def _corrected(data: bytes) -> bytes:
    return data.replace(b"response.json()", b"(await response.json())")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    """Give flake8's answer where our plugin is not installed."""
    return ask(tmp_path_factory.mktemp("alone"), FOR_FLAKE8, ["-c", ALONE])


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    """Give flake8's answer with our plugin."""
    return ask(tmp_path_factory.mktemp("together"), FOR_FLAKE8, ["-m", "flake8"])


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    """Give the answer of our own command."""
    return ask(tmp_path_factory.mktemp("command"), FOR_US, ["-m", "flake8_aiohttp"])


@pytest.fixture(scope="module")
def fixed(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    """Give what our own command says and leaves when it fixes."""
    return ask(tmp_path_factory.mktemp("fixed"), FOR_US, ["-m", "flake8_aiohttp"], "--fix")


def test_flake8_says_what_it_says_without_us(alone: Answer, together: Answer) -> None:
    assert sum(map(len, alone.told.values())) > len(UNREADABLE)
    for name in FOR_FLAKE8:
        assert [line for line in together.told[name] if " AIO" not in line] == alone.told[name], name


@pytest.mark.parametrize("name", [*FIXABLE, *READABLE, *BESIDE])
def test_what_flake8_can_read_is_read(name: str, together: Answer, command: Answer) -> None:
    (line,) = together.of(name, "AIO")
    assert " AIO101 " in line
    assert command.told[name] == [line]


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_flake8_cannot_read_is_told_in_its_words(name: str, together: Answer, command: Answer) -> None:
    assert len(together.of(name, "E9")) >= 1
    assert command.told[name] == together.of(name, "AIO", "E9")


@pytest.mark.parametrize("name", [*WORDLESS, *WIDE])
def test_what_never_says_aiohttp_is_passed_over(name: str, together: Answer, command: Answer) -> None:
    assert together.told[name] == command.told[name] == []


@pytest.mark.parametrize("name", TOO_MUCH)
def test_what_ends_a_run_of_flake8_ends_none_of_ours(name: str, command: Answer, fixed: Answer) -> None:
    (line,) = command.told[name]
    assert re.search(r" (AIO000|AIO101|E999) ", line)
    kept, corrected = (TOO_MUCH[name], [line]), (_corrected(TOO_MUCH[name]), [])
    assert (fixed.left[name], fixed.told[name]) in (kept, corrected)


@pytest.mark.parametrize("name", [*FIXABLE, *BESIDE])
def test_what_can_be_mended_is_mended(name: str, fixed: Answer) -> None:
    assert fixed.left[name] == _corrected(FOR_FLAKE8[name])
    assert fixed.told[name] == []


@pytest.mark.parametrize("name", [*READABLE, *UNREADABLE, *WORDLESS, *WIDE])
def test_what_cannot_be_mended_stays_and_is_told(name: str, fixed: Answer, command: Answer) -> None:
    assert fixed.left[name] == FOR_US[name]
    assert fixed.told[name] == command.told[name]


@pytest.mark.parametrize("name", [*FIXABLE, *BESIDE])
def test_a_patch_is_one_of_bytes(name: str, tmp_path: Path, fixed: Answer) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(FOR_FLAKE8[name])
    command = [sys.executable, "-m", "flake8_aiohttp", "--isolated", "--diff", "a.py"]
    patch = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).stdout
    subprocess.run([GIT, "apply", "-"], cwd=tmp_path, input=patch, check=True)
    assert path.read_bytes() == fixed.left[name]
