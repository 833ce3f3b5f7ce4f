"""What is installed: its doors, what each costs to open, and what the package says of itself."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from importlib.metadata import distribution
from importlib.resources import files
from pathlib import Path

import pytest

import flake8_aiohttp

ROOT = Path(__file__).parents[1]
PACKAGE = distribution("flake8-aiohttp")
DOORS = {entry.name: entry for entry in PACKAGE.entry_points}
CHECK = 'pip install -e ".[test]" && pytest'


def run(*arguments: str) -> str:
    """Run Python in a process of its own, and give what it printed."""
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stdout


def modules_after_checking(code: str) -> set[str]:
    """Name the modules that are loaded when the plugin has read `code` in a fresh Python."""
    check = f"list(Plugin(ast.parse({code!r}), [{code!r}]).run())"
    program = f"import ast, sys\nfrom flake8_aiohttp.plugin import Plugin\n{check}\nprint(*sys.modules)"
    return set(run("-c", program).split())


def test_flake8_finds_one_extension() -> None:
    extensions = PACKAGE.entry_points.select(group="flake8.extension")
    assert [(entry.name, entry.value) for entry in extensions] == [("AIO", "flake8_aiohttp.plugin:Plugin")]


@pytest.mark.parametrize("name", DOORS)
def test_every_door_opens(name: str) -> None:
    door = DOORS[name].load()
    assert callable(door) or inspect.ismodule(door)


def test_flake8_names_the_plugin() -> None:
    assert f"flake8-aiohttp: {flake8_aiohttp.__version__}" in run("-m", "flake8", "--version")


def test_the_version_is_told_once() -> None:
    assert PACKAGE.version == flake8_aiohttp.__version__
    assert f"\n## {PACKAGE.version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_a_file_that_never_says_aiohttp_costs_no_import() -> None:
    loaded = modules_after_checking("x = 1\n")
    costly = {"aiohttp", "libcst", "flake8_aiohttp.analysis", "flake8_aiohttp.fixing", "flake8_aiohttp.rules"}
    assert "flake8_aiohttp.plugin" in loaded
    assert loaded & costly == set()


def test_being_installed_costs_next_to_nothing() -> None:
    """flake8 loads all doors in every run: that imports no more than these modules, and nothing of flake8's."""
    program = "import sys; before = {*sys.modules}; import flake8_aiohttp.plugin, flake8_aiohttp.reporting"
    loaded = set(run("-c", f"{program}\nprint(*{{*sys.modules}} - before)").split())
    ours = {name for name in loaded if name.startswith("flake8_aiohttp")}
    assert ours == {"flake8_aiohttp", *(f"flake8_aiohttp.{name}" for name in ("options", "plugin", "reporting"))}
    assert not [name for name in loaded if name.startswith("flake8.") or name in {"dataclasses", "inspect"}]


RENAMED = """\
import sys
import flake8.utils
from flake8.main.cli import main
del flake8.utils.stdin_get_value
raise SystemExit(main(sys.argv[1:]))
"""


def test_flake8_goes_on_when_it_renames_what_we_lean_on(tmp_path: Path) -> None:
    bad = tmp_path / "a.py"
    bad.write_text("import aiohttp\n\n\nasync def f(r: aiohttp.ClientResponse):\n    print(r.text())\n")
    argv = [sys.executable, "-c", RENAMED, "--isolated", str(bad)]
    plain = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert plain.stderr == ""
    assert plain.stdout.startswith(f"{bad}:5:11: AIO101 ")
    for name in ("aiohttp-diff", "aiohttp-framed"):
        done = subprocess.run([*argv, f"--format={name}"], capture_output=True, text=True, check=False)
        assert done.stdout == plain.stdout
        assert done.stderr.startswith(
            f"flake8-aiohttp: --format={name} cannot work with this flake8: cannot import name"
        )
        assert "stdin_get_value" in done.stderr


def test_so_the_command_says_what_is_missing() -> None:
    program = "import flake8.utils; del flake8.utils.stdin_get_value; from flake8_aiohttp.cli import main; "
    done = subprocess.run(
        [sys.executable, "-c", f"{program}raise SystemExit(main(['a.py']))"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(
        "flake8-aiohttp: it cannot work with this flake8: cannot import name 'stdin_get_value'"
    )


def test_findings_need_neither_aiohttp_nor_libcst() -> None:
    loaded = modules_after_checking("import aiohttp\n")
    assert "flake8_aiohttp.analysis" in loaded
    assert loaded & {"aiohttp", "libcst", "lsprotocol", "pygls"} == set()


def test_users_install_flake8_and_libcst_and_two_small_libraries() -> None:
    plain = {requirement for requirement in PACKAGE.requires or () if "extra ==" not in requirement}
    assert plain == {"flake8>=6", "libcst>=1.8.4", "pathspec>=0.12", "tomli>=1.1; python_version < '3.11'"}


def test_type_checkers_may_trust_the_annotations() -> None:
    assert (files("flake8_aiohttp") / "py.typed").is_file()


@pytest.mark.parametrize("document", [".ci/run", "CONTRIBUTING.md", "README.md"])
def test_the_check_is_told_and_done_with_the_same_words(document: str) -> None:
    assert CHECK in (ROOT / document).read_text(encoding="utf-8")


def test_a_package_index_shows_no_link_that_leads_nowhere() -> None:
    told = str(PACKAGE.metadata.get_payload() or PACKAGE.metadata["Description"])
    assert re.findall(r"\]\((?!https?:)", told) == []
    assert "CONTRIBUTING.md tells the rest" in told
    assert PACKAGE.metadata.get_all("Project-URL")


def test_the_readme_greets_visitors_of_the_package_index() -> None:
    title = (ROOT / "README.md").read_text(encoding="utf-8").split("\n", 1)[0]
    assert title in (PACKAGE.metadata.get_payload() or PACKAGE.metadata["Description"])
