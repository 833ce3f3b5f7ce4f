"""What we lean on inside flake8: the same on its oldest, its newest and two versions between."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

import pytest

from flake8_aiohttp.finding import Finding, Span
from flake8_aiohttp.host import Host, Page
from tests.test_cli import BAD, GOOD, UNMENDABLE

ROOT = Path(__file__).parent.parent
VERSIONS = ["flake8==6.0.0", "flake8==7.0.0", "flake8==7.3.0", "flake8"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def finding(line: int, code: str = "AIO101") -> Finding:
    return Finding(code, Span(line, 0, line, 1), "made by hand")


def reported(text: str, *argv: str, name: str = "a.py") -> list[int]:
    host = Host.of_command_line(["--isolated", *argv])
    page = Page.of_text(name, text)
    findings = [finding(number) for number in range(1, text.count("\n") + 1)]
    return [each.span.line for each in host.reported(page, findings)]


TEXT = """\
a  # noqa
b  # noqa: AIO101
c  # noqa: E501,AIO1
d  # noqa: E501
e  # noqa:AIO101 why
f = (1,
  2)  # noqa
g = '''
# noqa
'''
"""


def test_noqa_is_read_as_flake8_reads_it() -> None:
    assert reported(TEXT) == [4, 6]
    assert reported(TEXT, "--disable-noqa") == list(range(1, 11))
    assert reported("# flake8: noqa\nx\n") == []
    assert reported("# flake8: noqa\nx\n", "--disable-noqa") == [1, 2]


@pytest.mark.parametrize(
    ("argv", "lines"),
    [
        ([], [1]),
        (["--select=E"], []),
        (["--select=AIO1"], [1]),
        (["--extend-ignore=AIO101"], []),
        (["--ignore=AIO", "--select=AIO101"], [1]),
        (["--per-file-ignores=a.py:AIO"], []),
        (["--per-file-ignores=b.py:AIO"], [1]),
    ],
)
def test_selection_is_flake8s(folder: Path, argv: list[str], lines: list[int]) -> None:
    assert reported("x\n", *argv, name=str(folder / "a.py")) == lines


@pytest.mark.parametrize(
    ("select", "out"),
    [
        ([], False),
        (["--select=E,W"], True),
        (["--select=E,AIO"], False),
        (["--select=A"], False),
        (["--select=AIO101"], False),
        (["--select=E", "--extend-select=AIO2"], False),
        (["--select=B,AI9"], True),
    ],
)
def test_a_select_that_leaves_us_out(select: list[str], out: bool) -> None:  # noqa: FBT001
    assert Host.of_command_line(["--isolated", *select]).leaves_us_out == out


def test_a_session_may_be_made_in_a_cell() -> None:
    host = Host.of_command_line(["--isolated"])
    text = "import aiohttp\nsession = aiohttp.ClientSession()\n"
    assert [each.code for each in host.findings(Page.of_text("a.py", text))] == ["AIO209"]
    assert host.findings(Page.of_text("a.ipynb", text)) == []


def test_hosts_with_different_options_do_not_mix() -> None:
    ours = Host.of_command_line(["--isolated", "--aiohttp-session-factories=mylib.get", "--extend-select=AIO902"])
    theirs = Host.of_command_line(["--isolated"])
    text = "from mylib import get\nasync def f(u):\n    async with get().get(u) as r:\n        print(r, r.text())\n"
    found = [[each.code for each in host.findings(Page.of_text("a.py", text))] for host in (ours, theirs, ours)]
    assert found == [["AIO902", "AIO101"], [], ["AIO902", "AIO101"]]


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"", []),
        (b"a\r\nb\rc\nd", ["a\n", "b\n", "c\n", "d"]),
        (b"\xef\xbb\xbfa\n", ["a\n"]),
        (b"# coding: cp1251\n\xdf\n", ["# coding: cp1251\n", "Я\n"]),
        (b"\xff\n", ["ÿ\n"]),
        (b"# coding: no-such\n\xc3\xa4\n", ["# coding: no-such\n", "Ã¤\n"]),
        ("a\fb\x1cc\u2028d\n".encode(), ["a\fb\x1cc\u2028d\n"]),
    ],
)
def test_lines_are_those_of_flake8(folder: Path, data: bytes, lines: list[str]) -> None:
    path = folder / "a.py"
    path.write_bytes(data)
    assert Page.of_bytes("a.py", data).lines == lines
    checker = "from flake8.processor import FileProcessor as P; from flake8_aiohttp.host import Host; "
    program = checker + "print(P('a.py', Host.of_command_line(['--isolated']).options).lines)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == f"{lines}\n"


def test_files_are_found_and_left_out_as_flake8_does(folder: Path) -> None:
    for name in ["b.py", "a.py", "c.txt", "sub/d.py", "vendor/e.py", ".tox/f.py"]:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("")

    def files(*argv: str) -> list[str]:
        return Host.of_command_line(["--isolated", *argv]).files()

    assert files() == ["./a.py", "./b.py", "./sub/d.py", "./vendor/e.py"]
    assert files("--exclude=vendor") == ["./.tox/f.py", "./a.py", "./b.py", "./sub/d.py"]
    assert files("sub", "c.txt", "gone.py") == ["c.txt", "gone.py", "sub/d.py"]
    assert files("--extend-exclude=vendor", "vendor/e.py", ".tox/f.py") == []
    assert files("--extend-exclude=vendor", "vendor/../a.py", "sub/../vendor/e.py") == ["vendor/../a.py"]
    assert files("-") == ["-"]


def test_what_stands_elsewhere_is_left_out_as_well(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "here").mkdir()
    monkeypatch.chdir(folder / "here")
    host = Host.of_command_line(["--isolated", "--exclude=vendor"])
    assert host.is_excluded("../vendor/a.py")
    assert not host.is_excluded("../a.py")


def test_where_flake8_stumbles_over_nul(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(_: object) -> None:
        raise SystemError("returned a result with an exception set")

    monkeypatch.setattr("flake8.checker.FileChecker.run_checks", stumble)
    told = Host.of_command_line(["--isolated"]).syntax_complaints(Page.of_text("a.py", "\0"))
    assert told == [("E999", 1, 0, "SyntaxError: source code string cannot contain null bytes", None)]


@pytest.mark.slow
@pytest.mark.parametrize("requirement", VERSIONS)
def test_the_contract_with_flake8(folder: Path, requirement: str) -> None:
    """The command says what flake8 says, fixes, and hands out patches, on each version."""
    venv.create(folder / "venv", with_pip=True)
    python = str(folder / "venv/bin/python")
    subprocess.run([python, "-m", "pip", "install", "-q", requirement, str(ROOT)], check=True)

    def run(*argv: str) -> tuple[int, str]:
        done = subprocess.run([python, "-m", *argv], capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout

    (folder / "setup.cfg").write_text("[flake8]\nexclude = venv\nper-file-ignores = d.py:AIO\n")
    broken, silenced = "import aiohttp\nx = (\n", BAD.replace('"]\n', '"]  # noqa: AIO101\n')
    for name, text in {"a": BAD, "b": UNMENDABLE, "c": silenced, "d": BAD, "e": broken}.items():
        (folder / f"{name}.py").write_text(text)
    ours = run("flake8_aiohttp", "--select=AIO,E9", ".")
    assert ours == run("flake8", "--select=AIO,E9", ".")
    assert ours[1].count("\n") == 3
    assert run("flake8_aiohttp", "--select=AIO,E9", "-j1", "--count", "--statistics", "--show-source", ".") == run(
        "flake8", "--select=AIO,E9", "-j1", "--count", "--statistics", "--show-source", "."
    )
    patch = run("flake8_aiohttp", "--diff", ".")[1]
    assert patch.startswith("--- a/a.py\n+++ b/a.py\n")
    assert run("flake8", "--format=aiohttp-diff", "--select=AIO", ".")[1] == patch
    assert run("flake8_aiohttp", "--fix", "a.py", "c.py", "d.py") == (0, "")
    assert [(folder / f"{name}.py").read_text() for name in "acd"] == [GOOD, silenced, BAD]
