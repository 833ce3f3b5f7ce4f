"""Which files the command looks at, and which it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_aiohttp.host import Host


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a git repository with an environment, installed packages, and `.gitignore` files."""
    monkeypatch.chdir(tmp_path)
    for name in [
        "a.py",
        "n.ipynb",
        "n.txt",
        ".git/x.py",
        ".venv/lib/b.py",
        "venv/b.py",
        "env/pyvenv.cfg",
        "env/lib/b.py",
        "lib/site-packages/b.py",
        "lib/c.py",
        "web/node_modules/b.py",
        "web/.ipynb_checkpoints/b.ipynb",
        "gen/b.py",
        "gen/kept/c.py",
        "gen/kept/d_pb2.py",
        "local/b.py",
    ]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / ".gitignore").write_text("# generated\n/gen/*\n!/gen/kept\n*_pb2.py\n")
    (tmp_path / "gen/kept/.gitignore").write_text("!d_pb2.py\n")
    (tmp_path / ".git/info").mkdir()
    (tmp_path / ".git/info/exclude").write_text("local/\n")
    return tmp_path


def files(*argv: str) -> list[str]:
    return Host.of_command_line(["--isolated", *argv]).files()


OURS = ["./a.py", "./gen/kept/c.py", "./gen/kept/d_pb2.py", "./lib/c.py", "./n.ipynb"]


def test_what_is_not_the_users_is_left_out(folder: Path) -> None:
    assert files() == files(".") == OURS
    assert files(str(folder)) == [str(folder / each[2:]) for each in OURS]
    assert files("gen", "lib") == ["gen/kept/c.py", "gen/kept/d_pb2.py", "lib/c.py"]


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ("gen/b.py", ["gen/b.py"]),
        (".venv/lib/b.py", [".venv/lib/b.py"]),
        (".venv", [".venv/lib/b.py"]),
        ("env/lib", ["env/lib/b.py"]),
        ("lib/site-packages", ["lib/site-packages/b.py"]),
        ("local", ["local/b.py"]),
        ("local/../local", ["local/../local/b.py"]),
        ("n.txt", ["n.txt"]),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_is_named_is_looked_at(named: str, found: list[str]) -> None:
    assert files(named) == found
    assert files(named, named) == found


@pytest.mark.usefixtures("folder")
def test_but_not_what_is_excluded() -> None:
    assert files("--exclude=.venv,kept,*.ipynb") == ["./.git/x.py", "./a.py", "./lib/c.py"]
    assert files("--exclude=.venv", ".venv/lib/b.py") == []


def test_standing_in_an_ignored_folder_names_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "local")
    assert files() == ["./b.py"]
    monkeypatch.chdir(folder / "gen")
    assert files() == ["./kept/c.py", "./kept/d_pb2.py"]


@pytest.mark.usefixtures("folder")
def test_a_filename_pattern_of_the_users_holds() -> None:
    assert files("--filename=*.txt") == ["./n.txt"]


def test_a_gitignore_counts_without_git(folder: Path) -> None:
    """So it does with other tools' ignore files, and in an exported tree."""
    (folder / ".git").rename(folder / "git")
    assert files("--filename=*.py", "gen/kept") == ["gen/kept/c.py", "gen/kept/d_pb2.py"]
    assert "./gen/b.py" not in files()


def test_a_line_that_no_git_can_read_is_passed_over(folder: Path) -> None:
    (folder / ".gitignore").write_text("!\na\\\n[z-a]\n/gen\n")
    assert files() == ["./a.py", "./lib/c.py", "./n.ipynb"]
