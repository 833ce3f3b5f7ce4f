"""The standard library of the Python that runs this, read to its end in silence, with and without our gates."""

from __future__ import annotations

import sys
import zipfile

import pytest

from flake8_aiohttp.check import check

pytestmark = pytest.mark.skipif(sys.platform != "emscripten", reason="`nox -s pyodide` runs it")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("gates", [True, False], ids=["gates", "no_gates"])
def test_standard_library(request: pytest.FixtureRequest, gates: bool) -> None:  # noqa: FBT001
    if not gates:
        request.getfixturevalue("no_gates")
    (library,) = (each for each in sys.path if each.endswith(".zip"))
    with zipfile.ZipFile(library) as archive:
        names = [each for each in archive.namelist() if each.endswith(".py")]
        for name in names:
            found = check(f"import aiohttp\n{archive.read(name).decode()}", name)
            assert all(each.code.startswith("AIO9") for each in found), name
    assert len(names) > 500
