"""The plugin inside a real flake8: what gets through, what stays silent, and what never ends a run."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flake8.main.cli import main

from flake8_aiohttp import check
from flake8_aiohttp.finding import Finding
from flake8_aiohttp.options import DEFAULT, Options
from flake8_aiohttp.plugin import Plugin
from flake8_aiohttp.python.source import Source
from tests.fixture_files import FOLDER
from tests.test_cli import BAD, GOOD

Lint = Callable[..., list[str]]
CALL = "response.json()["
SESSION = """\
async def name(url: str) -> str:
    session = get_session()
    async with session.get(url) as response:
        return response.json()["name"]
"""
REPLY = """\
async def name(reply: Reply) -> str:
    return reply.json()["name"]
"""


@pytest.fixture
def lint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Lint:
    """Run flake8 in this process, in an empty folder; give what it prints."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Plugin, "options", DEFAULT)

    def run(*argv: str) -> list[str]:
        main(["-j1", *argv])
        out, err = capsys.readouterr()
        assert not err
        return out.rstrip("\n").split("\n") if out else []

    return run


def codes(lines: list[str]) -> list[str]:
    """Give the codes of what flake8 printed."""
    return [line.split(" ")[1] for line in lines]


@pytest.fixture
def bug(monkeypatch: pytest.MonkeyPatch) -> None:
    """Break the analysis of files that say `poison`."""

    def stumble(source: Source, options: Options) -> list[Finding]:
        if "poison" in source.text:
            raise ValueError("said on\ntwo lines")
        return check_source(source, options)

    check_source = check.check_source
    monkeypatch.setattr(check, "check_source", stumble)


@pytest.mark.usefixtures("bug")
def test_a_bug_of_ours_is_one_finding_that_says_where(lint: Lint) -> None:
    Path("a.py").write_text("poison = 1\n" + BAD)
    (line,) = lint("--isolated", "--select=AIO", ".")
    assert re.fullmatch(
        r"\./a\.py:1:1: AIO000 flake8-aiohttp failed on this file "
        r"\(plugin\.py:\d+ in _findings\): ValueError: said on two lines; please report it",
        line,
    )


@pytest.mark.usefixtures("bug")
def test_after_a_bug_of_ours_flake8_goes_on(lint: Lint) -> None:
    Path("a.py").write_text("poison = 1 \n" + BAD)
    Path("b.py").write_text(BAD)
    assert codes(lint("--isolated", "a.py", "b.py")) == ["AIO000", "W291", "E402", "AIO101"]


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        ("", ["AIO101"]),
        ("--select AIO", ["AIO101"]),
        ("--select AIO1", ["AIO101"]),
        ("--ignore E501", ["AIO101"]),
        ("--ignore E501 --select AIO", ["AIO101"]),
        ("--extend-select AIO", ["AIO101"]),
        ("--extend-select AIO902", ["AIO101"]),
        ("--extend-select AIO901", ["AIO101", "AIO901"]),
        ("--extend-select AIO9", ["AIO101", "AIO901"]),
        ("--ignore E501 --extend-select AIO901", ["AIO101", "AIO901"]),
        ("--select AIO,AIO9", ["AIO101", "AIO901"]),
        ("--select AIO9", ["AIO901"]),
        ("--select AIO,AIO9 --ignore AIO901", ["AIO101"]),
    ],
)
def test_opt_in_codes_are_told_to_those_who_name_them(lint: Lint, argv: str, told: list[str]) -> None:
    unchecked = GOOD.partition("\n\n\n")[2].replace("name(", "other(")
    Path("a.py").write_text(f"{BAD}\n\n{unchecked}")
    assert sorted(set(codes(lint("--isolated", *argv.split(), "a.py")))) == told


def test_opt_in_codes_are_named_in_a_file_as_well(lint: Lint) -> None:
    Path("a.py").write_text(GOOD)
    Path(".flake8").write_text("[flake8]\nextend-select = B, AIO901\n")
    assert codes(lint("a.py")) == ["AIO901"]


@pytest.mark.parametrize("line", ["from mylib.http import NAME", "import mylib.http", "from mylib import http"])
@pytest.mark.parametrize(("name", "text"), [("get_session", SESSION), ("Reply", REPLY)])
def test_names_of_the_users_own_are_unknown_until_they_are_configured(
    lint: Lint, name: str, text: str, line: str
) -> None:
    options = {
        "aiohttp-session-factories": "mylib.other.make, mylib.http.get_session",
        "aiohttp-response-types": "mylib.http.Reply",
    }
    owner = "" if "NAME" in line else f"{line.rpartition(' ')[2]}."
    Path("a.py").write_text(f"{line.replace('NAME', name)}\n\n\n{text.replace(name, owner + name)}")
    assert lint("--isolated", "a.py") == []
    found = lint("--isolated", *(f"--{name}={names}" for name, names in options.items()), "a.py")
    assert codes(found) == ["AIO101"]
    Path(".flake8").write_text("[flake8]\n" + "".join(f"{name} =\n  {names}\n" for name, names in options.items()))
    assert lint("a.py") == found


@pytest.mark.parametrize("name", ["get_session", "mylib..http", "mylib.", "my-lib.http", "mylib.1st", "mylib.http()"])
@pytest.mark.parametrize("option", ["aiohttp-session-factories", "aiohttp-response-types"])
@pytest.mark.usefixtures("lint")
def test_a_malformed_dotted_name_is_wrong_usage(capsys: pytest.CaptureFixture[str], option: str, name: str) -> None:
    Path("a.py").write_text(GOOD)
    Path(".flake8").write_text(f"[flake8]\n{option} = mylib.http.fine, {name}\n")
    for argv in (["a.py"], ["--isolated", f"--{option}={name}", "a.py"]):
        with pytest.raises(SystemExit) as exit_:
            main(argv)
        assert exit_.value.code == 2
        said = capsys.readouterr().err
        assert said.endswith(f"error: --{option}: {name!r} is no dotted name such as mylib.http.get_session\n")


def test_the_tree_and_the_lines_are_other_plugins_too() -> None:
    for path in FOLDER.glob("[!p]*/*.py"):  # but those for newer Pythons
        lines = list(io.StringIO(path.read_text(encoding="utf-8")))
        tree = ast.parse("".join(lines))
        before = ast.dump(tree, include_attributes=True), lines.copy()
        list(Plugin(tree, lines).run())
        assert (ast.dump(tree, include_attributes=True), lines) == before, path


@pytest.mark.parametrize("comment", ["# noqa", "# noqa: AIO101", "# noqa: E501, AIO1", "# noqa: AIO101 why"])
def test_noqa_silences(lint: Lint, comment: str) -> None:
    Path("a.py").write_text(BAD.replace('["name"]', f'["name"]  {comment}'))
    assert lint("--isolated", "a.py") == []


def test_noqa_of_another_code_does_not_silence(lint: Lint) -> None:
    Path("a.py").write_text(BAD.replace('["name"]', '["name"]  # noqa: AIO102'))
    assert codes(lint("--isolated", "a.py")) == ["AIO101"]


def test_what_flake8_cannot_parse_does_not_end_the_run(lint: Lint) -> None:
    unreadable = {"broken": BAD.replace(":\n", "\n"), "python2": f"{BAD}print 1\n"}
    for name, text in {**unreadable, "bad": BAD, "empty": "", "word": "aiohttp"}.items():
        Path(f"{name}.py").write_text(text)
    found = {
        (line.split(":")[0], *codes([line]))
        for line in lint("--isolated", "--select=E9,AIO", *map(str, Path().iterdir()))
    }
    assert found == {("bad.py", "AIO101"), *((f"{name}.py", "E999") for name in unreadable)}


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        pytest.param(BAD, "utf-8", id="plain"),
        pytest.param(BAD, "utf-8-sig", id="BOM"),
        pytest.param(BAD.replace("\n", "\r\n"), "utf-8", id="CRLF"),
        pytest.param(BAD.replace("\n", "\r\n", 3), "utf-8", id="mixed newlines"),
        pytest.param(BAD.replace("return ", 'return "日本 🦊", '), "utf-8", id="non-ASCII before it"),
        pytest.param("# coding: latin-1\n" + BAD.replace("return ", 'return "é", '), "latin-1", id="latin-1"),
        pytest.param(BAD.replace("return ", 'return "é", '), "latin-1", id="no UTF-8, and no cookie"),
        pytest.param("# coding: nothing\n" + BAD.replace("return ", 'return "a", '), "utf-8", id="unknown cookie"),
        pytest.param(BAD.replace("\n\n\n", "\n\f\n\n"), "utf-8", id="form feed"),
        pytest.param(BAD.replace("        return", "\f        return"), "utf-8", id="form feed in the indent"),
        pytest.param(BAD.replace("return ", 'return "\u2028\x0b\x1c\x85", '), "utf-8", id="what splitlines splits at"),
        pytest.param(BAD.replace("return ", "return \\\n            "), "utf-8", id="backslash"),
        pytest.param(BAD.replace("    ", "\t"), "utf-8", id="tabs"),
        pytest.param(BAD.rstrip("\n"), "utf-8", id="no newline at the end"),
    ],
)
def test_positions_are_those_an_editor_shows(lint: Lint, text: str, encoding: str) -> None:
    Path("a.py").write_bytes(text.encode(encoding))
    rows = text.replace("\r\n", "\n").split("\n")
    ((row, column),) = [(number, line.index(CALL)) for number, line in enumerate(rows, 1) if CALL in line]
    (found,) = lint("--isolated", "--select=AIO,E9", "a.py")
    assert found.startswith(f"a.py:{row}:{column + 1}: AIO101 ")


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_stdin(newline: str) -> None:
    argv = [sys.executable, "-m", "flake8", "--isolated", "--stdin-display-name=pkg/a.py", "-"]
    done = subprocess.run(argv, input=BAD.replace("\n", newline).encode(), capture_output=True, check=False)
    assert done.stdout.startswith(b"pkg/a.py:6:16: AIO101 ")
    assert (done.stdout.count(b"\n"), done.stderr) == (1, b"")
