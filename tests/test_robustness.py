"""Whatever Python can read is read to its end, in silence: random programs, and all of the standard libraries."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flake8_aiohttp.check import check
from flake8_aiohttp.fixing.apply import fix_text
from flake8_aiohttp.python.definitions import Function

hypothesmith = pytest.importorskip("hypothesmith", reason="`nox -s robustness` installs it")
pytestmark = pytest.mark.slow

SECONDS = 20
PYTHONS = ["python3.10", "python3.11", "python3.12", "python3.13", "python3.14"]
WHERE = "import sysconfig; print(sysconfig.get_path('stdlib'))"
HEAD = "import aiohttp\nsession = aiohttp.ClientSession()\n"


@pytest.mark.usefixtures("no_gates")
@pytest.mark.parametrize("source", [hypothesmith.from_grammar, hypothesmith.from_node], ids=lambda each: each.__name__)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_random_python(source: Callable[[], st.SearchStrategy[str]], data: st.DataObject) -> None:
    program = data.draw(source())
    assert check(HEAD + program) == []
    assert fix_text(HEAD + program, check, unsafe=True).text == HEAD + program


def standard_library(python: str) -> Iterator[tuple[Path, str]]:
    """Give the files of an interpreter's standard library that this one can read, its tests among them."""
    found = shutil.which(python)
    if found is None:
        pytest.skip(f"there is no {python}")
    done = subprocess.run([found, "-c", WHERE], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"{python} does not run")
    for path in sorted(Path(done.stdout.strip()).rglob("*.py")):
        if "site-packages" not in path.parts:
            try:
                with tokenize.open(path) as file:
                    text = file.read()
                compile(text, str(path), "exec", dont_inherit=True)
            except (SyntaxError, UnicodeError, ValueError):
                continue
            yield path, text


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.filterwarnings("ignore")
def test_standard_library(python: str) -> None:
    count = 0
    for count, (path, text) in enumerate(standard_library(python), 1):  # noqa: B007
        start = time.process_time()
        for found in (*check(text, str(path)), *check(f"import aiohttp\n{text}", str(path))):
            assert found.code.startswith("AIO9"), path  # mock's tests read a page of an aiohttp session
        assert time.process_time() - start < SECONDS, path
    assert count > 1000


@pytest.mark.filterwarnings("ignore")
def test_standard_library_without_the_gates(no_gates: list[Function | None]) -> None:
    for path, text in standard_library(sys.executable):
        assert all(found.code.startswith("AIO9") for found in check(f"import aiohttp\n{text}", str(path))), path
    assert len(no_gates) > 50_000
