"""The table agrees with its list, its shapes with aiohttp, and a few small packages with the table."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from flake8_aiohttp.rules import rules
from tests.live.facts import Code, Errors, ask
from tests.primer.__main__ import main
from tests.primer.lint import compare
from tests.primer.packages import CACHE, Package, UnreachableError, fetch, packages
from tests.primer.shapes import facts
from tests.primer.verdicts import BUG, FALSE_ALARM, Comparison, Place, Verdict, verdicts

SMALL = {
    "aiohttp_retry-2.9.1",
    "aioresponses-0.7.9",
    "botbuilder_integration_aiohttp-4.17.1",
    "gcloud_aio_storage-9.6.5",
    "monarchmoney-0.1.15",
    "openfga_sdk-0.10.5",
}
DEMO = {
    "demo/wrong.py": """import aiohttp
async def fetch(session: aiohttp.ClientSession, url):
    async with session.get(url) as response:
        pass
    return await response.text()
""",
    "demo/newer.py": "import aiohttp in the year 2100\n",
    "demo/other.py": "print()\n",
    "demo/aiohttp.txt": "aiohttp",
}
SHAPES = {case.values[0].__name__ for case in facts.cases}


def test_list_is_long_and_names_nothing_twice() -> None:
    labels = [package.label for package in packages()]
    assert len(labels) >= 30
    assert len(labels) == len(set(labels))
    assert set(labels) >= SMALL


@pytest.mark.parametrize(("place", "verdict"), verdicts().items(), ids=lambda row: str(row[:4]))
def test_row(place: Place, verdict: Verdict) -> None:
    assert place.package in {package.label for package in packages()}
    assert place.code in {rule.code for rule in rules()}
    assert verdict.verdict in {BUG, FALSE_ALARM}
    assert verdict.shape in {"", *SHAPES}
    assert verdict.reason


def test_every_shape_is_of_some_bug() -> None:
    assert {verdict.shape for verdict in verdicts().values()} - {""} == SHAPES


@pytest.mark.parametrize(("code", "known", "raises"), facts.cases)
def test_shape(root: str, code: Code, known: dict[str, Any], raises: Errors | None) -> None:
    ask(root, code, known, raises)


@pytest.mark.parametrize("label", sorted(SMALL))
def test_small_package_is_as_judged(label: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    package = next(package for package in packages() if package.label == label)
    cache = CACHE if (CACHE / package.file).exists() else tmp_path_factory.mktemp("primer")
    try:
        comparison = compare([package], cache)
    except UnreachableError as error:
        pytest.skip(str(error))
    assert not comparison.new
    assert not comparison.gone


def test_comparison_tells_what_changed() -> None:
    places = [Place("a-1", "m.py", line, "AIO201") for line in range(6)]
    found = dict.fromkeys(places[:4], "")
    judged = {
        places[1]: Verdict(BUG, "shape", "read"),
        places[2]: Verdict(FALSE_ALARM, "", "cached"),
        places[3]: Verdict("", "", ""),
        places[4]: Verdict(BUG, "", "read"),
        places[5]: Verdict(FALSE_ALARM, "", "corrected"),
    }
    comparison = Comparison(found, frozenset(), judged)
    assert (comparison.new, comparison.unjudged, comparison.gone) == (places[:1], places[3:4], places[4:5])
    assert comparison.tally(lambda _: True) == (1, 1)
    assert comparison.confirmed == 1
    assert not Comparison(found, frozenset({("a-1", "m.py")}), judged).gone


def test_archive_that_is_another_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.whl").write_bytes(b"another")
    with pytest.raises(ValueError, match=r"is not the file"):
        fetch(Package("a", "1", "a.whl", "0" * 64), tmp_path)


def test_unknown_version_cannot_be_fetched(tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match=r"pip cannot fetch aiohttp-0"):
        fetch(Package("aiohttp", "0", "aiohttp-0.whl", "0" * 64), tmp_path)


@pytest.fixture(params=["demo-1-py3-none-any.whl", "demo-1.tar.gz"])
def demo(request: pytest.FixtureRequest, tmp_path: Path) -> Package:
    """Publish a package in `tmp_path`: one file with a mistake, one of no Python, one without aiohttp."""
    archive = tmp_path / request.param
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive, "w") as wheel:
            for path, text in DEMO.items():
                wheel.writestr(path, text)
    else:
        with tarfile.open(archive, "w:gz") as sdist:
            for path, text in DEMO.items():
                member = tarfile.TarInfo(path)
                member.size = len(text)
                sdist.addfile(member, io.BytesIO(text.encode()))
    return Package("demo", "1", archive.name, hashlib.sha256(archive.read_bytes()).hexdigest())


@pytest.mark.parametrize("processes", [1, 2])
def test_archives_are_linted(demo: Package, tmp_path: Path, processes: int) -> None:
    comparison = compare([demo], tmp_path, processes)
    assert comparison.new == [Place("demo-1", "demo/wrong.py", 5, "AIO201")]
    assert comparison.unread == {("demo-1", "demo/newer.py")}


def test_command_offers_a_row(
    demo: Package, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.primer.__main__.packages", lambda: [demo])
    assert main(["--only", "demo-1", "--cache", str(tmp_path), "--processes", "1"]) == 1
    shown = capsys.readouterr().out
    assert "\ndemo-1,demo/wrong.py,5,AIO201,,,\n" in shown
    assert "1 files need a newer Python" in shown
