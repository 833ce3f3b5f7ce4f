"""What every test may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flake8_aiohttp.analysis.engine import Engine
from flake8_aiohttp.analysis.frame import Frame
from flake8_aiohttp.analysis.gate import Gate
from tests.live.server import serve_in_thread


@pytest.fixture(scope="session")
def root() -> Iterator[str]:
    """The live server's root; one server for the whole run, in a thread of its own."""
    with serve_in_thread() as served:
        yield served


@pytest.fixture
def no_gates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the analysis run everything, even what cannot matter."""
    monkeypatch.setattr(Engine, "matters", lambda *_: True)
    monkeypatch.setattr(Gate, "module_matters", lambda *_: True)
    monkeypatch.setattr(Frame, "is_inert", lambda *_: False)


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the test in an empty folder, for programs that write files where they stand."""
    monkeypatch.chdir(tmp_path)
