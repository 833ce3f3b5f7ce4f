"""Same bytes and same options, same findings: wherever, however and in whatever company flake8 runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixture_files import FOLDER, programs

SAMPLE = [fixture.path.relative_to(FOLDER) for fixture in programs()[::40]]
OPTIONS = ["--isolated", "--select=AIO,AIO9", "--aiohttp-session-factories=mylib.http.get_session"]
CONFIGURED = """\
from mylib.http import get_session


async def name(url: str) -> str:
    async with get_session().get(url) as response:
        return response.json()["name"]
"""
SPAWNING = """\
import multiprocessing
import sys

from flake8.main.cli import main

if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv.pop(1))
    raise SystemExit(main())
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with some fixtures, and a file that only the option makes speak."""
    made = tmp_path_factory.mktemp("project")
    for path in SAMPLE:
        made.joinpath(path.parent).mkdir(exist_ok=True)
        shutil.copy(FOLDER / path, made / path)
    made.joinpath("configured.py").write_text(CONFIGURED)
    return made


def found(cwd: Path, *arguments: object, program: tuple[str, ...] = ("-m", "flake8"), **environment: str) -> list[str]:
    """Run flake8 in a folder; give what it prints, files named without the folders above them, in their order."""
    done = subprocess.run(
        [sys.executable, *program, *OPTIONS, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    lines = (line.partition(".py:") for line in done.stdout.splitlines())
    return sorted(f"{Path(path).name}.py:{rest}" for path, _, rest in lines)


@pytest.fixture(scope="module")
def expected(folder: Path) -> list[str]:
    """Give what a plain run in the folder finds."""
    lines = found(folder, "-j1", ".")
    assert len(lines) > len(SAMPLE) // 2
    assert any(line.startswith("configured.py:6:16: AIO101 ") for line in lines)
    return lines


def test_the_folder_does_not_matter(folder: Path, expected: list[str], tmp_path: Path) -> None:
    assert found(tmp_path, folder) == expected
    assert found(folder / SAMPLE[0].parent, "..") == expected


def test_the_way_a_path_is_written_does_not_matter(folder: Path, expected: list[str]) -> None:
    assert found(folder, *SAMPLE[1:], f"{SAMPLE[0].parent}/../{SAMPLE[0]}", folder / "configured.py") == expected


def test_the_order_of_the_files_does_not_matter(folder: Path, expected: list[str]) -> None:
    assert found(folder, "-j1", "configured.py", *reversed(SAMPLE)) == expected


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_the_hash_seed_does_not_matter(folder: Path, expected: list[str], seed: str) -> None:
    assert found(folder, ".", PYTHONHASHSEED=seed) == expected


@pytest.mark.parametrize("start", ["fork", "spawn", "forkserver"])
def test_the_number_of_processes_does_not_matter(folder: Path, expected: list[str], start: str, tmp_path: Path) -> None:
    program = tmp_path / "run.py"
    program.write_text(SPAWNING)
    assert found(folder, "-j2", ".", program=(str(program), start)) == expected


def test_a_file_is_judged_by_itself(folder: Path, expected: list[str], tmp_path: Path) -> None:
    bad = next(path for path in SAMPLE if any(line.startswith(f"{path.name}:") for line in expected))
    shutil.copy(folder / bad, tmp_path / bad.name)
    assert found(tmp_path, bad.name) == [line for line in expected if line.startswith(f"{bad.name}:")]
