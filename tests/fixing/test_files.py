"""Files are old or new, never half; what belongs to a file beside its bytes stays."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from flake8_aiohttp.fixing import files


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a b.py"
    path.write_bytes(b"old\r\n")
    return path


def test_bytes_are_replaced(path: Path) -> None:
    files.replace(str(path), b"old\r\n", b"new\r\n")
    assert path.read_bytes() == b"new\r\n"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("mode", [0o644, 0o755, 0o600, 0o4755])
def test_mode_and_owner_stay(path: Path, mode: int) -> None:
    path.chmod(mode)
    owner = path.stat().st_uid, path.stat().st_gid
    files.replace(str(path), b"old\r\n", b"new")
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert (path.stat().st_uid, path.stat().st_gid) == owner


def test_a_link_goes_on_pointing_to_the_file(path: Path) -> None:
    link = path.with_name("link.py")
    link.symlink_to(path.name)
    files.replace(str(link), b"old\r\n", b"new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"


def test_read_only_files_stay(path: Path) -> None:
    path.chmod(0o444)
    with pytest.raises(PermissionError, match="read-only"):
        files.replace(str(path), b"old\r\n", b"new")
    assert path.read_bytes() == b"old\r\n"


def test_a_file_that_has_changed_stays(path: Path) -> None:
    with pytest.raises(files.FileChangedError):
        files.replace(str(path), b"older", b"new")
    assert path.read_bytes() == b"old\r\n"


def test_a_file_that_has_gone_does_not_come_back(path: Path) -> None:
    path.unlink()
    with pytest.raises(FileNotFoundError):
        files.replace(str(path), b"old\r\n", b"new")
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
@pytest.mark.parametrize("error", [OSError(28, "No space left"), KeyboardInterrupt()])
def test_whatever_happens_the_old_file_is_whole(
    path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(Path if step in {"replace", "chmod"} else os, step, fail)
    with pytest.raises(type(error)):
        files.replace(str(path), b"old\r\n", b"new")
    assert path.read_bytes() == b"old\r\n"
    assert list(path.parent.iterdir()) == [path]
