"""The hooks, end to end: real pre-commit and real prek, with a repository of hooks made from this one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import venv
from pathlib import Path

import pytest

from tests.test_cli import BAD, GIT, GOOD, UNMENDABLE

ROOT = Path(__file__).parent.parent
SHIPPED = ["LICENSE", "README.md", "pyproject.toml", ".pre-commit-hooks.yaml", "src"]
IDENTITY = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
CONFIG = """\
repos:
- repo: {repo}
  rev: {revision}
  hooks:
  - id: flake8-aiohttp-fix
  - id: flake8-aiohttp
"""

pytestmark = pytest.mark.slow


def git(folder: Path, *argv: str) -> str:
    done = subprocess.run([GIT, *IDENTITY, *argv], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(folder: Path) -> str:
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "all")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with pre-commit and prek, their caches, and the repository of hooks."""
    room = tmp_path_factory.mktemp("room")
    venv.create(room / "venv", with_pip=True)
    python = str(room / "venv/bin/python")
    subprocess.run([python, "-m", "pip", "install", "-q", "pre-commit", "prek"], check=True)
    hooks = room / "hooks"
    hooks.mkdir()
    for name in SHIPPED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, hooks / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy(source, hooks / name)
    commit(hooks)
    git(hooks, "tag", "v0.1.0")
    return room


class Hooks:
    """Runs one of the two tools in a repository of its own."""

    def __init__(self, tool: str, room: Path, folder: Path) -> None:
        self.tool, self.hooks, self.folder = str(room / "venv/bin" / tool), room / "hooks", folder
        cache = {"PRE_COMMIT_HOME": str(room / "pre-commit"), "PREK_HOME": str(room / "prek")}
        self.environment = {
            **os.environ,
            **cache,
            "PATH": f"{room / 'venv/bin'}{os.pathsep}{os.environ['PATH']}",
        }

    def __call__(self, *argv: str) -> tuple[int, str]:
        done = subprocess.run(
            [self.tool, *argv],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout


@pytest.fixture(params=["pre-commit", "prek"])
def hooks(request: pytest.FixtureRequest, room: Path, tmp_path: Path) -> Hooks:
    for name, text in {"a.py": BAD, "b.py": GOOD, "vendor/c.py": BAD, "d.txt": BAD}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / ".flake8").write_text("[flake8]\nextend-exclude = vendor\n")
    commit(tmp_path)
    return Hooks(request.param, room, tmp_path)


def test_tried_out(hooks: Hooks) -> None:
    code, said = hooks("try-repo", str(hooks.hooks), "flake8-aiohttp", "--all-files")
    assert code == 1, said
    assert "a.py:6:16: AIO101" in said
    assert "vendor" not in said
    code, said = hooks("try-repo", str(hooks.hooks), "flake8-aiohttp-fix", "--files", "a.py", "vendor/c.py")
    assert code == 1, said
    assert "files were modified by this hook" in said
    assert (hooks.folder / "a.py").read_text() == GOOD
    assert (hooks.folder / "vendor/c.py").read_text() == BAD


def test_configured(hooks: Hooks) -> None:
    revision = git(hooks.hooks, "rev-parse", "HEAD")
    config = CONFIG.format(repo=hooks.hooks, revision=revision)
    (hooks.folder / ".pre-commit-config.yaml").write_text(config)
    git(hooks.folder, "add", "-A")
    code, said = hooks("run", "--all-files")
    assert code == 1, said
    assert (hooks.folder / "a.py").read_text() == GOOD
    git(hooks.folder, "add", "-A")
    code, said = hooks("run", "--all-files")
    assert code == 0, said
    assert said.count("Passed") == 2
    (hooks.folder / "a.py").write_text(UNMENDABLE)
    git(hooks.folder, "add", "-A")
    code, said = hooks("run")
    assert code == 1, said
    assert said.count("a.py:7:18: AIO204") == 1
    assert said.count("Failed") == 2
    assert (hooks.folder / "a.py").read_text() == UNMENDABLE


def test_a_tag_and_a_notebook(hooks: Hooks) -> None:
    cell = {"cell_type": "code", "source": BAD, "metadata": {}, "outputs": [], "execution_count": None}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (hooks.folder / "n.ipynb").write_text(json.dumps(notebook))
    (hooks.folder / ".pre-commit-config.yaml").write_text(CONFIG.format(repo=hooks.hooks, revision="v0.1.0"))
    (hooks.folder / "a.py").unlink()
    git(hooks.folder, "add", "-A")
    code, said = hooks("run", "--all-files")
    assert code == 1, said
    assert json.loads((hooks.folder / "n.ipynb").read_text())["cells"][0]["source"] == GOOD


def test_a_configuration_under_which_nothing_is_checked(hooks: Hooks) -> None:
    (hooks.folder / ".flake8").write_text("[flake8]\nselect = E,F,W\n")
    (hooks.folder / ".pre-commit-config.yaml").write_text(CONFIG.format(repo=hooks.hooks, revision="v0.1.0"))
    git(hooks.folder, "add", "-A")
    code, said = hooks("run", "--all-files")
    assert code == 1, said
    assert said.count("leaves out AIO") == 2


def test_the_manifest(room: Path) -> None:
    tool = str(room / "venv/bin/pre-commit")
    subprocess.run([tool, "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")], check=True)
