"""Every combination of versions, and what takes too long for each change: `nox -f .ci/noxfile.py`.

What follows `--` goes to pytest. With pyenv, let it find the Pythons: `PYENV_VERSION=3.10:3.11:3.12:3.13:3.14 nox …`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import nox

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ["3.10", "3.11", "3.12", "3.13", "3.14"]
PYODIDE = ["314.0.7", "315.0.0-alpha.2"]  # the npm package's versions: Python 3.14, and 3.15's release candidate
FLAKE8 = ["6.0", "7.0", "7.3", "newest"]
AIOHTTP = ["3.8", "3.10", "newest"]
# aiohttp neither ships wheels for these, nor builds on them; the pyflakes of flake8 6.0 needs `ast.Str`.
NOT_FOR = {"3.12": {"aiohttp 3.8"}, "3.13": {"aiohttp 3.8"}, "3.14": {"aiohttp 3.8", "aiohttp 3.10", "flake8 6.0"}}

nox.needs_version = ">=2024.4.15"
nox.options.envdir = str(ROOT / ".nox")
nox.options.sessions = ["tests", "coverage", "robustness", "editors", "pyodide"]


def cells() -> Iterator[tuple[str, str, str]]:
    """Give the versions of Python, flake8 and aiohttp that go together."""
    for python, flake8, aiohttp in itertools.product(PYTHONS, FLAKE8, AIOHTTP):
        if not NOT_FOR.get(python, set()) & {f"aiohttp {aiohttp}", f"flake8 {flake8}"}:
            yield python, flake8, aiohttp


def requirement(package: str, version: str) -> str:
    """Say what pip is to install."""
    return package if version == "newest" else f"{package}=={version}.*"


def install(session: nox.Session, *more: str) -> None:
    """Install the package as its developers do, and go where they stand."""
    session.chdir(ROOT)
    session.install("-e", ".[test]", *more)


@nox.session
@nox.parametrize(("python", "flake8", "aiohttp"), list(cells()))
def tests(session: nox.Session, flake8: str, aiohttp: str) -> None:
    """The whole suite, with one choice of versions."""
    install(session, requirement("flake8", flake8), requirement("aiohttp", aiohttp))
    session.run("pytest", *session.posargs)


@nox.session(python="3.13")
def coverage(session: nox.Session) -> None:
    """Every line and branch of `src` is run by a test."""
    install(session, "coverage[toml]>=7.10")
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", *session.posargs)
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report")


@nox.session(python=PYTHONS)
def robustness(session: nox.Session) -> None:
    """What takes minutes: random Python, whole standard libraries, thousands of programs and layouts, each flake8."""
    install(session, "hypothesmith>=0.3.3")
    session.run("pytest", "-m", "slow", "--override-ini=faulthandler_timeout=0", *session.posargs)


@nox.session(python="3.13")
def editors(session: nox.Session) -> None:
    """Neovim and Vim, which have to be there, show our findings and make our fixes."""
    install(session)
    session.run("python", "-m", "tests.editors", *session.posargs)


@nox.session(python="3.13")
@nox.parametrize("version", PYODIDE)
def pyodide(session: nox.Session, version: str) -> None:
    """The analysis of all fixtures, and of its standard library, on a Python in WebAssembly (needs Node.js)."""
    session.chdir(ROOT)
    session.run("python", "-m", "tests.pyodide", version, *(["--", *session.posargs] if session.posargs else []))
