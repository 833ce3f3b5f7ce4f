"""Taking the plugin up in code that has many findings: comments, baselines, and comments that have become useless."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flake8_aiohttp.commands.baseline import Baseline
from tests.test_cli import BAD, GOOD, UNMENDABLE, Command, command

__all__ = ["command"]
TWO = BAD.replace(
    'return response.json()["name"]', 'return response.json()["name"] + response.text() + response.json()'
)
LONG = BAD.replace('response.json()["name"]', 'response.json()["""\n name"""]')
SILENT = BAD.replace('"name"]', '"name"]  # noqa: AIO101')


def test_comments_silence_what_there_is(command: Command) -> None:
    command.write(a=BAD, b=UNMENDABLE, two=TWO, long=LONG, good=GOOD)
    run = command("--add-noqa", ".")
    assert (run.code, run.out) == (0, "")
    assert "./a.py:6:16: AIO101 silenced\n" in run.err
    assert run.err.endswith("6 silenced, 0 left\n")
    assert command.read("a") == SILENT
    assert command.read("b") == UNMENDABLE.replace("text()\n", "text()  # noqa: AIO204\n")
    assert command.read("long").count("noqa: AIO101") == 1
    assert command.read("good") == GOOD
    assert command(".").code == 0
    assert command("--add-noqa", ".").err == ""
    assert command("--disable-noqa", ".").out.count("\n") == 6


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# noqa: E501", "# noqa: E501, AIO101"),
        ("# noqa: E501,W291", "# noqa: E501,W291,AIO101"),
        ("# NOQA:E501 because", "# NOQA:E501, AIO101 because"),
        ("# why", "# why  # noqa: AIO101"),
        (
            "# type: ignore  # noqa: E501  # pragma: no cover",
            "# type: ignore  # noqa: E501, AIO101  # pragma: no cover",
        ),
    ],
)
def test_a_comment_that_is_there_is_extended(command: Command, old: str, new: str) -> None:
    command.write(a=BAD.replace('"name"]', f'"name"]  {old}'))
    command("--add-noqa", "a.py")
    assert command.read("a") == BAD.replace('"name"]', f'"name"]  {new}')
    assert command("a.py").out == ""


def test_where_no_comment_can_stand_it_is_told(command: Command) -> None:
    text = BAD.replace('response.json()["name"]', 'response.json()["# noqa: E501"]')
    command.write(a=text)
    run = command("--add-noqa", "a.py")
    assert run.code == 1
    assert run.err == "a.py:6:16: AIO101 not silenced: no comment can stand there\n"
    assert command.read("a") == text
    command.folder.joinpath("l.py").write_bytes(b"# \xff\n" + BAD.encode())
    assert "not silenced: the file's bytes" in command("--add-noqa", "l.py").err


def test_crlf_and_encodings_are_kept(command: Command) -> None:
    text = ("# coding: cp1251\n# Я\n" + BAD).replace("\n", "\r\n").encode("cp1251")
    command.folder.joinpath("a.py").write_bytes(text)
    command("--add-noqa", "a.py")
    assert command.folder.joinpath("a.py").read_bytes() == text.replace(b'"name"]', b'"name"]  # noqa: AIO101')


def test_a_baseline_knows_what_was_there(command: Command) -> None:
    command.write(a=BAD, b=UNMENDABLE)
    command.folder.joinpath("sub").mkdir()
    command.write(**{"sub/c": TWO})
    run = command("--baseline=known.json", "--write-baseline", ".")
    assert (run.code, run.out, run.err) == (0, "", "known.json: 5 findings listed\n")
    assert command("--baseline=known.json", ".").code == 0
    assert command("--baseline=known.json", "a.py", str(command.folder / "sub")).code == 0
    command.write(a="# moved\n\n" + BAD.replace("async def", "def one() -> None: ...\n\n\nasync def"))
    assert command("--baseline=known.json", ".").code == 0
    for changed in (BAD.replace('["name"]', '["other"]'), BAD.replace("def name", "def other")):
        command.write(a=changed)
        assert command("--baseline=known.json", ".").out.startswith("./a.py:6:16: AIO101 ")
    command.write(a=BAD + BAD.partition("\n\n\n")[2])
    assert command("--baseline=known.json", "a.py").out.startswith("a.py:9:16: AIO101 "), "one of two is known"


def test_what_is_known_is_not_fixed(command: Command) -> None:
    command.write(a=BAD)
    command("--baseline=known.json", "--write-baseline", ".")
    command.write(a=BAD + BAD.partition("\n\n\n")[2].replace("name", "other"))
    run = command("--baseline=known.json", "--fix", "a.py")
    assert (run.code, run.err.count("fixed:")) == (0, 1)
    assert command.read("a") == BAD + GOOD.partition("\n\n\n")[2].replace("name", "other")


def test_a_baseline_reads_well_in_a_diff(command: Command) -> None:
    command.write(a=BAD, two=TWO)
    command("--baseline=known.json", "--write-baseline", ".")
    lines = command.folder.joinpath("known.json").read_text().splitlines()
    line = '   {"code": "AIO101", "function": "name", "line": "return response.json()[\\"name\\"]", "count": 1}'
    assert lines[:4] == ['{"version 1": {', '  "a.py": [', line, "  ],"]
    assert lines[5].endswith('"count": 3}')
    command.write(a=GOOD, two=GOOD)
    command("--baseline=known.json", "--write-baseline", ".")
    assert json.loads(command.folder.joinpath("known.json").read_text()) == {"version 1": {}}


@pytest.mark.parametrize("text", [None, "", "[]", "{}", '{"version 1": {"a.py": [{}]}}', '{"version 2": {}}'])
@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_a_baseline_that_cannot_be_read_is_told(command: Command, text: str | None, jobs: str) -> None:
    for number in range(20):
        command.write(**{f"a{number}": BAD})
    if text is not None:
        command.folder.joinpath("known.json").write_text(text)
    run = command("--baseline=known.json", jobs, ".")
    assert (run.code, run.out) == (1, "")
    assert run.err.startswith("flake8-aiohttp: ")
    assert "baseline known.json" in run.err


@pytest.mark.parametrize(
    ("old", "told", "new"),
    [
        ("# noqa: AIO101", ["AIO101"], ""),
        ("# noqa: AIO101, E501", ["AIO101"], "  # noqa: E501"),
        ("# noqa: E501, AIO101", ["AIO101"], "  # noqa: E501"),
        ("# noqa: E501,AIO101,W291 why", ["AIO101"], "  # noqa: E501,W291 why"),
        ("# noqa: AIO101,AIO201", ["AIO101", "AIO201"], ""),
        ("# noqa: aio101", ["AIO101"], ""),
        ("# why  # noqa: AIO101", ["AIO101"], "  # why"),
        ("# noqa: AIO101  # why", ["AIO101"], "  # why"),
        ("# noqa: AIO101 because", ["AIO101"], "  # because"),
        ("# noqa", [], "  # noqa"),
        ("# noqa: E501", [], "  # noqa: E501"),
        ("# noqa: AIO1", [], "  # noqa: AIO1"),
        ("# noqa: AIO901", [], "  # noqa: AIO901"),
    ],
)
def test_comments_that_silence_nothing(command: Command, old: str, told: list[str], new: str) -> None:
    command.write(a=f"x = 1  {old}\n{SILENT}")
    assert command("a.py").out == ""
    run = command("--unused-noqa", "a.py")
    assert run.code == bool(told)
    assert [line.split("`")[1] for line in run.out.splitlines()] == [f"# noqa: {code}" for code in told]
    assert all(" AIO001 " in line for line in run.out.splitlines())
    run = command("--unused-noqa", "--fix", "a.py")
    assert run.code == 0
    assert command.read("a") == f"x = 1{new}\n{SILENT}"
    assert command("--unused-noqa", "a.py").out == ""


def test_useless_comments_go_with_the_mistakes(command: Command) -> None:
    text = f"x = 1  # noqa: AIO101\n{BAD}"
    command.write(a=text)
    patch = command("--unused-noqa", "--diff", "a.py").out
    assert patch.count("\n-") == 2
    run = command("--unused-noqa", "--fix", "a.py")
    assert run.err.endswith("2 fixed, 0 left\n")
    assert command.read("a") == f"x = 1\n{GOOD}"
    told = json.loads(
        command("--unused-noqa", "--output-format=json", "--stdin-display-name=a.py", "-", stdin=text.encode()).out
    )
    assert [(each["code"], each["fix"]["applicability"]) for each in told] == [("AIO001", "safe"), ("AIO101", "safe")]


def test_ignored_codes_are_no_findings(command: Command) -> None:
    command.write(a="x = 1  # noqa: AIO101\n")
    assert command("--unused-noqa", "--extend-ignore=AIO001", "a.py").code == 0


def test_a_file_on_another_drive_has_its_own_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(*_: object) -> str:
        raise ValueError("path is on mount 'd:', start on mount 'c:'")

    monkeypatch.setattr("os.path.relpath", fail)
    assert Baseline(tmp_path / "known.json", read=False).name("d:/a.py") == "d:/a.py"


def test_a_file_whose_bytes_do_not_follow_its_encoding_keeps_its_comments(command: Command) -> None:
    text = b"# \xff\nx = 1  # noqa: AIO101\n"
    command.folder.joinpath("a.py").write_bytes(text)
    assert command("--unused-noqa", "--fix", "a.py").out.startswith("a.py:2:16: AIO001 ")
    assert command.folder.joinpath("a.py").read_bytes() == text
