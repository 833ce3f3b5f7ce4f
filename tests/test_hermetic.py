"""Same bytes and same options, same findings: wherever, however and in whatever company flake8 runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixture_files import FOLDER, programs

BAD, GOOD = ([each.path.relative_to(FOLDER) for each in programs() if each.ok is ok] for ok in (False, True))
SAMPLE = [*BAD[::30], *GOOD[::60]]
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

WATCHED = """\
import ast
import pathlib
import sys

from flake8_aiohttp.cli import main
from flake8_aiohttp.plugin import Plugin

text = pathlib.Path(sys.argv[-1]).read_text()
works = {
    "plugin": lambda: print(len(list(Plugin(ast.parse(text), text.splitlines(True)).run()))),
    "command": lambda: main(sys.argv[2:]),
}
work = works[sys.argv[1]]
work()  # imports what there is to import
touched = set()


def watch(event, arguments):
    if event in {"open", "os.listdir", "os.scandir"}:
        touched.add(f"{event} {arguments[0]}")
    elif event.startswith(("socket.", "subprocess.", "os.", "shutil.", "tempfile.")):
        touched.add(event)


sys.addaudithook(watch)
work()
print(*sorted(touched), sep="\\n", file=sys.stderr, end="")
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
    assert len(lines) >= len(BAD[::30])
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


@pytest.mark.parametrize(("work", "touched"), [("plugin", ""), ("command", "open {}")])
def test_nothing_is_touched_but_the_file_that_is_named(folder: Path, work: str, touched: str) -> None:
    for path in SAMPLE[:4]:
        argv = [sys.executable, "-c", WATCHED, work, *OPTIONS, "-j1", str(path)]
        done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=True)
        assert done.stderr == touched.format(path)


def test_files_around_do_not_matter(folder: Path, tmp_path: Path) -> None:
    """Neither modules of the same name, nor those of the package that a file stands in."""
    shutil.copy(folder / "configured.py", tmp_path)
    alone = found(tmp_path, "configured.py")
    for name in ("aiohttp.py", "mylib.py", "__init__.py", "sitecustomize.py", "pyproject.toml", "conftest.py"):
        tmp_path.joinpath(name).write_text("import nothing_of_that_name\n" if name.endswith("y") else "[tool.flake8]\n")
    assert found(tmp_path, "configured.py") == alone
