"""`flake8 --format=aiohttp-diff`: a clean patch on stdout, everything else on stderr."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from flake8.violation import Violation

from flake8_aiohttp.host import Host
from flake8_aiohttp.outputs.formatters import DiffFormatter
from tests.test_cli import BAD, GIT, GOOD, MOVED, SUGGESTED, UNMENDABLE


def flake8(*argv: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "flake8", "--format=aiohttp-diff", *argv]
    return subprocess.run(command, input=stdin, capture_output=True, check=False)


def apply(patch: bytes) -> None:
    subprocess.run([GIT, "apply", "-"], input=patch, check=True)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_patch_and_the_rest_go_apart(jobs: str) -> None:
    texts = {"a.py": BAD, "b.py": UNMENDABLE + "import os\n", "c.py": SUGGESTED, "d.py": GOOD}
    for name, text in texts.items():
        Path(name).write_text(text)
    done = flake8(jobs, "--max-line-length=100", ".")
    assert done.returncode == 1
    told = [line.split(b" ")[:2] for line in done.stderr.splitlines()]
    assert told == [[b"./b.py:7:18:", b"AIO204"], [b"./b.py:8:1:", b"F401"], [b"./b.py:8:1:", b"E402"]]
    apply(done.stdout)
    assert [Path(name).read_text() for name in "a.py b.py c.py d.py".split()] == [
        GOOD,
        texts["b.py"],
        MOVED,
        GOOD,
    ]
    assert flake8(jobs, "--select=AIO1", ".").stdout == b""


def test_what_is_not_reported_is_not_fixed() -> None:
    Path("a.py").write_text(BAD + BAD.replace("import aiohttp\n", "").replace('"name"]', '"name"]  # noqa: AIO101'))
    done = flake8("--select=AIO", "a.py")
    apply(done.stdout)
    assert Path("a.py").read_text().count("(await response.json())") == 1
    assert flake8("--select=AIO", "--extend-ignore=AIO101", "a.py").stdout == b""
    assert flake8("--select=AIO", "--per-file-ignores=a.py:AIO1", "a.py").stdout == b""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_stdin(newline: str) -> None:
    Path("pkg").mkdir()
    text = BAD.replace("\n", newline).encode()
    Path("pkg/a.py").write_bytes(text)
    done = flake8("--select=AIO", "--stdin-display-name=pkg/a.py", "-", stdin=text)
    assert done.stderr == b""
    apply(done.stdout)
    assert Path("pkg/a.py").read_bytes() == GOOD.replace("\n", newline).encode()


def test_stdin_that_differs_from_the_file() -> None:
    Path("a.py").write_text("# another text\n")
    done = flake8("--select=AIO", "--stdin-display-name=a.py", "-", stdin=b"# coding: latin-1\n# \xe4\n" + BAD.encode())
    assert done.stdout.startswith(b"--- a/a.py\n+++ b/a.py\n@@ -5,4 +5,4 @@\n")


def test_output_file() -> None:
    Path("a.py").write_bytes(b"# coding: latin-1\n# \xe4\n" + BAD.encode())
    done = flake8("--select=AIO", "--output-file=fix.patch", "a.py")
    assert done.stdout == done.stderr == b""
    apply(Path("fix.patch").read_bytes())
    assert Path("a.py").read_bytes() == b"# coding: latin-1\n# \xe4\n" + GOOD.encode()


def test_bytes_that_do_not_follow_their_encoding() -> None:
    Path("a.py").write_bytes(b"# \xff\n" + BAD.encode())
    done = flake8("--select=AIO", "a.py")
    assert done.stdout == b""
    assert done.stderr.startswith(b"a.py:7:16: AIO101 ")


def test_other_findings_only() -> None:
    Path("a.py").write_text("import os\n")
    done = flake8("a.py")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"a.py:1:1: F401 ")


def test_a_file_that_has_gone(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.py").write_text(BAD)
    formatter = DiffFormatter(Host.of_command_line(["a.py"]).options)
    formatter.start()
    formatter.beginning("a.py")
    formatter.handle(Violation("AIO101", "a.py", 6, 16, "is never awaited", None))
    Path("a.py").unlink()
    formatter.finished("a.py")
    formatter.stop()
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "a.py: No such file or directory\na.py:6:16: AIO101 is never awaited\n"
