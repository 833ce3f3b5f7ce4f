"""What every test may ask for."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from flake8_aiohttp import check
from flake8_aiohttp.analysis.driver import Driver, analyse
from flake8_aiohttp.analysis.facts.may_hold import Reach
from flake8_aiohttp.python.definitions import Function


def _is_whole_suite(config: pytest.Config) -> bool:
    """Say whether `pytest` was called alone: no files named, and without what is slow."""
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS and config.option.markexpr == "not slow"


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Let the whole suite use all cores, as with `-n auto`; `-n0` or `--pdb` keeps it in one process."""
    option = config.option
    if hasattr(config, "workerinput") or not config.pluginmanager.hasplugin("xdist") or option.usepdb:
        return
    if option.numprocesses is None and _is_whole_suite(config):
        option.numprocesses = "auto"


def pytest_configure() -> None:
    """Take Ctrl-C again, which a shell's `&` makes us ignore: programs that tests start and interrupt inherit that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say how long it will take, to whoever runs everything."""
    if not _is_whole_suite(config):
        return []
    return ["all tests but the slow ones, on all cores: about four minutes on two; `pytest -m slow` runs the others"]


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The live server's root; one server for the whole run, in a thread of its own."""
    from tests.live.server import serve_in_thread  # noqa: PLC0415  most tests run where aiohttp is not installed, too

    with serve_in_thread() as served:
        yield served


@pytest.fixture
def root(server: str) -> Iterator[str]:
    """The live server's root, for a test that may leave a session open: none is found during a later test."""
    from tests.live.leftovers import swept  # noqa: PLC0415  as above

    with swept():
        yield server


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
