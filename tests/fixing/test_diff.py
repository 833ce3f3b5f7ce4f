"""Patches that `git apply` takes, whatever the file's name and bytes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from flake8_aiohttp.fixing.diff import unified
from tests.test_cli import GIT

NAMES = ["a.py", "pkg/a.py", "a b.py", "ä.py", 'a"b.py', "a\\b.py", "a\tb.py", "./a.py", "pkg/../a.py"]
BYTES = [
    (b"one\ntwo\n", b"one\nthree\n"),
    (b"one\r\ntwo\r\n", b"one\r\nthree\r\n"),
    (b"one\ntwo", b"one\nthree"),
    (b"\xef\xbb\xbfone\n", b"\xef\xbb\xbftwo\n"),
    (b"# coding: latin-1\n\xe4\n", b"# coding: latin-1\n\xe4\xe4\n"),
    (b"one\x0c\x1c\r\xe2\x80\xa8\ntwo\n", b"one\x0c\x1c\r\xe2\x80\xa8\nthree\n"),
    (
        b"".join(b"%d\n" % number for number in range(99)),
        b"".join(b"%d\n" % (number - number % 50) for number in range(99)),
    ),
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("old", "new"), BYTES)
def test_git_applies_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, old: bytes, new: bytes) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pkg").mkdir()
    Path(name).write_bytes(old)
    patch = unified(name, old, new)
    subprocess.run([GIT, "-c", "core.autocrlf=false", "apply", "-"], input=patch, check=True)
    assert Path(name).read_bytes() == new


def test_absolute_names_become_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert unified(str(tmp_path / "a.py"), b"a\n", b"b\n").startswith(b"--- a/a.py\n+++ b/a.py\n@@ ")


def test_no_change_is_no_patch() -> None:
    assert unified("a.py", b"a\n", b"a\n") == b""
