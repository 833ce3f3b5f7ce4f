"""Where a file's configuration is looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_aiohttp.editing.projects import _configuration

SAID = b"[flake8]\nextend-ignore = AIO1\n"


def test_the_home_of_a_user_is_no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """flake8 looks into it for the files that stand right there, and no others."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".flake8").write_bytes(SAID)
    (tmp_path / "project").mkdir()
    assert _configuration(tmp_path / "a.py") == (tmp_path, (SAID,))
    assert _configuration(tmp_path / "project" / "a.py") is None
