"""Notebooks on the command line: findings by cell, fixes that change nothing else in the JSON."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from flake8_aiohttp.commands import notebooks
from tests.commands.notebook import notebook
from tests.test_cli import GOOD, SUGGESTED, Command, command

__all__ = ["command"]
SETUP = "%pip install aiohttp\nimport aiohttp\nsession = aiohttp.ClientSession()\n"
BAD = 'async with session.get(url) as response:\n    print("ä", response.text())\n'
FIXED = BAD.replace("response.text()", "await response.text()")
MAGIC = "%%bash\nls response.text()\n"


def write(command: Command, text: str, name: str = "n.ipynb") -> None:
    command.folder.joinpath(name).write_bytes(text.encode())


def read(command: Command, name: str = "n.ipynb") -> str:
    return command.folder.joinpath(name).read_bytes().decode()


def test_findings_stand_in_their_cells(command: Command) -> None:
    write(command, notebook(SETUP, MAGIC, BAD))
    run = command("n.ipynb")
    assert (run.code, run.err) == (1, "")
    assert run.out.startswith("n.ipynb:cell 3:2:16: AIO101 ")
    assert command(".").out.startswith("./n.ipynb:cell 3:2:16: AIO101 ")
    assert command("--per-file-ignores=n.ipynb:AIO1", ".").out == ""
    assert command("--exclude=*.ipynb", "n.ipynb").out == ""
    assert command("--filename=*.py", ".").out.startswith("./n.ipynb:"), "flake8's default cannot be told from this"
    assert command("--filename=*.pyx", ".").out == ""


ARRANGEMENTS: list[Callable[[str], str]] = [
    lambda text: text,
    lambda text: text + "\n",
    lambda text: json.dumps(json.loads(text)),
    lambda text: json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False),
    lambda text: json.dumps(json.loads(text), indent="\t"),
    lambda text: text.replace("\n", "\r\n"),
    lambda text: text.replace('"nbformat": 4', '"x": 1e5, "y": 1.0, "z": "\\u00e4\\/", "nbformat": 4'),
]


@pytest.mark.parametrize("arrange", ARRANGEMENTS)
def test_nothing_but_the_fix_changes(command: Command, arrange: Callable[[str], str]) -> None:
    before = arrange(notebook(SETUP, MAGIC, BAD, "x = 1"))
    write(command, before)
    run = command("--fix", "n.ipynb")
    assert (run.code, run.out) == (0, "")
    assert run.err == "n.ipynb:cell 3:2:16: AIO101 fixed: insert await\n1 fixed, 0 left\n"
    assert read(command) == before.replace("response.text()", "await response.text()", 2).replace(
        "ls await response", "ls response"
    )
    assert command("--fix", "n.ipynb").err == ""


def test_a_source_may_be_one_string(command: Command) -> None:
    made = json.loads(notebook(SETUP, BAD))
    for cell in made["cells"]:
        cell["source"] = "".join(cell["source"])
    before = json.dumps(made, indent=1)
    write(command, before)
    assert command("--fix", "n.ipynb").code == 0
    assert read(command) == before.replace("response.text()", "await response.text()")


def test_a_diff_and_stdin(command: Command) -> None:
    before = notebook(SETUP, BAD)
    after = before.replace("response.text()", "await response.text()")
    write(command, before)
    patch = command("--diff", "n.ipynb").out
    assert [line for line in patch.splitlines() if line[:2] in {"- ", "+ "}] == [
        '-    "    print(\\"ä\\", response.text())\\n"',
        '+    "    print(\\"ä\\", await response.text())\\n"',
    ]
    run = command("--fix", "--stdin-display-name=n.ipynb", "-", stdin=before.encode())
    assert (run.code, run.out) == (0, after)


def test_lines_may_come_and_go(command: Command) -> None:
    text = SUGGESTED.partition("\n\n\n")[2]
    before = notebook("import aiohttp\n", text, "x = 1\n")
    write(command, before)
    run = command("--fix", "--unsafe-fixes", "n.ipynb")
    assert (run.code, run.out) == (0, "")
    made = json.loads(read(command))
    assert "".join(made["cells"][1]["source"]) == text.replace("    return", "        return")
    assert [made["cells"][0], made["cells"][2]] == [json.loads(before)["cells"][each] for each in (0, 2)]


def test_a_noqa_in_a_cell(command: Command) -> None:
    write(command, notebook(SETUP, BAD.replace("())", "())  # noqa: AIO101")))
    assert command("n.ipynb").out == ""
    write(command, notebook(SETUP, BAD))
    assert command("--add-noqa", "n.ipynb").code == 0
    assert "".join(json.loads(read(command))["cells"][1]["source"]) == BAD.replace("())", "())  # noqa: AIO101")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": 1}', "\ufeff{}", '{"worksheets": []}', "[" * 100_000])
def test_what_is_no_notebook_is_told(command: Command, text: str) -> None:
    write(command, text)
    run = command("n.ipynb")
    assert run.code == 1
    assert run.out.startswith("n.ipynb:0:1: E902 ")
    assert read(command) == text


@pytest.mark.parametrize("language", ["R", "julia"])
def test_another_language_is_not_ours(command: Command, language: str) -> None:
    write(command, notebook(SETUP, BAD, language=language))
    assert command("n.ipynb").out == ""


def test_the_language_may_be_told_by_the_kernel_or_not_at_all() -> None:
    made = json.loads(notebook("x = 1"))
    for metadata, count in [({"kernelspec": {"language": "R"}}, 0), ({"kernelspec": {"name": "python3"}}, 1), ([], 1)]:
        made["metadata"] = metadata
        assert len(notebooks.code_cells(json.dumps(made).encode())) == count


def test_cells_without_code_are_passed_over() -> None:
    made = json.loads(notebook("x = 1", "y = 2"))
    made["cells"][0]["cell_type"] = "markdown"
    made["cells"] += [{}, {"cell_type": "code"}, {"cell_type": "code", "source": []}]
    cells = notebooks.code_cells(json.dumps(made).encode())
    assert [(cell.number, cell.source) for cell in cells] == [(2, "y = 2"), (5, "")]


def test_a_good_notebook_is_left_alone(command: Command) -> None:
    before = notebook(GOOD, FIXED)
    write(command, before)
    assert command("--fix", "n.ipynb").err == ""
    assert read(command) == before
