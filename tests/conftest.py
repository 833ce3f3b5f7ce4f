"""What every test may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flake8_aiohttp import check
from flake8_aiohttp.analysis.driver import Driver, analyse
from flake8_aiohttp.analysis.facts.may_hold import Reach
from flake8_aiohttp.python.scopes import Function


@pytest.fixture(scope="session")
def root() -> Iterator[str]:
    """The live server's root; one server for the whole run, in a thread of its own."""
    from tests.live.server import serve_in_thread  # noqa: PLC0415  most tests run where aiohttp is not installed, too

    with serve_in_thread() as served:
        yield served


@pytest.fixture
def no_gates(monkeypatch: pytest.MonkeyPatch) -> list[Function | None]:
    """Let the analysis run everything, even what cannot matter; gives the functions that it has run."""
    ran: list[Function | None] = []
    run = Driver._run_root
    monkeypatch.setattr(
        Driver, "_run_root", lambda driver, function, body: ran.append(function) or run(driver, function, body)
    )
    monkeypatch.setattr(check, "analyse", lambda source, options, _: analyse(source, options, Reach.EVERYTHING))
    return ran


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the test in an empty folder, for programs that write files where they stand."""
    monkeypatch.chdir(tmp_path)
