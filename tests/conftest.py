"""What every test may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.server import serve_in_thread


@pytest.fixture(scope="session")
def root() -> Iterator[str]:
    """The live server's root; one server for the whole run, in a thread of its own."""
    with serve_in_thread() as served:
        yield served


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the test in an empty folder, for programs that write files where they stand."""
    monkeypatch.chdir(tmp_path)
