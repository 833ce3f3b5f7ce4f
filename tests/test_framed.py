"""`flake8 --format=aiohttp-framed`, and what `flake8-aiohttp` prints on a terminal."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from flake8.main.cli import main
from flake8.utils import stdin_get_value
from flake8.violation import Violation

from flake8_aiohttp.host import Host
from flake8_aiohttp.outputs.formatters import FramedFormatter
from tests.terminals import COLOURS, in_terminal
from tests.test_cli import BAD, SUGGESTED, UNMENDABLE

AWAIT = """\
a.py:6:16: AIO101 `response.json()` is never awaited: a coroutine cannot be subscripted (TypeError); write `await response.json()`
   │
 6 │         return response.json()["name"]
   │                ^^^^^^^^^^^^^^^
   │
   │ fix (safe): insert await
 6 │ -         return response.json()["name"]
 6 │ +         return (await response.json())["name"]

"""  # noqa: E501  a headline is one line
RELEASE = """\
b.py:7:18: AIO204 `response.text()` after `release()` in line 6: raises ClientConnectionError; read the body before
   │
 5 │     response = await session.get(url)
   │                      ---------------- opened here
 6 │     response.release()
   │     ------------------ released here
 7 │     return await response.text()
   │                  ^^^^^^^^^^^^^^^

b.py:8:1: F401 'os' imported but unused
   │
 8 │ import os
   │ ^

"""
BLOCK = """\
c.py:7:18: AIO201 `response.text()` after the `async with` block of line 5: raises ClientConnectionError; read the body inside the block
   │
 5 │     async with session.get(url) as response:
   │                ---------------- opened here
 6 │         response.raise_for_status()
   │         --------------------------- the block ends here
 7 │     return await response.text()
   │                  ^^^^^^^^^^^^^^^
   │
   │ fix (suggested): move into the block
 7 │ -     return await response.text()
 7 │ +         return await response.text()

"""  # noqa: E501  as above
SUMMARY = """\
1 finding in 1 file: AIO101 (1)
1 with a safe fix: flake8-aiohttp --fix -
flake8-aiohttp explain AIO101
"""
IN_TERMINAL = """\
c.py:7:18: AIO201 `response.text()` after the `async with`
  block of line 5: raises ClientConnectionError; read the
  body inside the block
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    for name, text in {"a.py": BAD, "b.py": UNMENDABLE + "import os\n", "c.py": SUGGESTED}.items():
        Path(name).write_text(text)
    return tmp_path


class Flake8:
    """Runs flake8 with our formatter, in this process."""

    def __init__(self, capture: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capture, self._patch = capture, monkeypatch

    def __call__(self, *argv: str, stdin: bytes = b"") -> str:
        stdin_get_value.cache_clear()
        self._patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        self._capture.readouterr()
        main(["--format=aiohttp-framed", *argv])
        sys.stdout.flush()
        out, err = self._capture.readouterr()
        assert err == b""
        return out.decode()


@pytest.fixture
def flake8(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Flake8:
    return Flake8(capfdbinary, monkeypatch)


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_findings_stand_in_their_source(flake8: Flake8, jobs: str) -> None:
    assert flake8(jobs, "--extend-ignore=E402", "a.py", "b.py", "c.py") == AWAIT + RELEASE + BLOCK


def test_what_is_silenced_is_not_shown(flake8: Flake8) -> None:
    Path("a.py").write_text(BAD.replace('"name"]', '"name"]  # noqa: AIO101'))
    assert flake8("--extend-ignore=AIO2,E402,F4", "a.py", "b.py", "c.py") == ""


def test_several_findings_have_a_patch_each(flake8: Flake8) -> None:
    line = '        return response.json()["name"]'
    Path("a.py").write_text(BAD.replace(line, f"        print(response.text())\n{line}"))
    shown = flake8("a.py")
    assert shown.count("fix (safe)") == 2
    first, second = shown.strip().split("\n\n")
    assert [row for row in first.split("\n") if "+" in row] == [" 6 │ +         print(await response.text())"]
    assert [row for row in second.split("\n") if "+" in row] == [
        ' 7 │ +         return (await response.json())["name"]'
    ]


def test_the_patch_of_a_finding_leaves_the_others_of_its_line_alone(flake8: Flake8) -> None:
    Path("a.py").write_text(BAD.replace("response.json()", "response.status_code, response.json()"))
    rows = [row for row in flake8("--select=AIO", "a.py").split("\n") if "│ + " in row]
    assert rows == [
        ' 6 │ +         return response.status, response.json()["name"]',
        ' 6 │ +         return response.status_code, (await response.json())["name"]',
    ]


def test_a_fix_that_is_refused_is_not_shown(flake8: Flake8) -> None:
    Path("c.py").write_text(SUGGESTED.replace("    return", "    print(1)\n    return"))
    assert flake8("c.py").count("ends here") == 1
    assert "fix" not in flake8("c.py")


def test_stdin_stands_for_a_file(flake8: Flake8) -> None:
    shown = flake8("--stdin-display-name=c.py", "-", stdin=BAD.encode())
    assert shown == AWAIT.replace("a.py", "c.py")
    assert flake8("-", stdin=BAD.encode()) == AWAIT.replace("a.py", "stdin")


def test_newlines_and_encodings(flake8: Flake8) -> None:
    Path("a.py").write_bytes(BAD.replace("\n", "\r\n").encode("utf-8-sig"))
    assert flake8("a.py", "--extend-ignore=E902") == AWAIT
    Path("a.py").write_bytes(b"# coding: latin-1\n# \xe4\n" + BAD.encode())
    assert " 8 │ +         return (await" in flake8("a.py")
    Path("a.py").write_bytes(b"# \xff\n" + BAD.encode())
    assert "^^^^^^^^^^^^^^^" in flake8("--select=AIO", "a.py")
    assert "fix" not in flake8("--select=AIO", "a.py")


@pytest.mark.parametrize("encoding", ["foo", "latin-1"])
def test_a_text_that_its_encoding_cannot_say(flake8: Flake8, encoding: str) -> None:
    text = f"# coding: {encoding}\n# \u20ac\n{BAD}"
    assert "8 │         return response.json()" in flake8("--select=AIO", "-", stdin=text.encode())


def test_a_file_that_does_not_parse(flake8: Flake8) -> None:
    Path("a.py").write_text("import aiohttp\nx = (\n")
    place, *rows = flake8("--select=E9", "a.py").split("\n")
    column = int(place.split(":")[2])
    assert rows == ["   │", " 2 │ x = (", f"   │ {'^':>{column}}", "", ""]


def test_a_file_that_has_gone(capsys: pytest.CaptureFixture[str]) -> None:
    formatter = FramedFormatter(Host.of_command_line(["a.py"]).options)
    formatter.start()
    formatter.beginning("a.py")
    formatter.handle(Violation("AIO101", "a.py", 6, 16, "is never awaited", None))
    Path("a.py").unlink()
    formatter.finished("a.py")
    formatter.stop()
    assert capsys.readouterr().out == "a.py:6:16: AIO101 is never awaited\n\n"


def test_a_file_that_has_changed(capsys: pytest.CaptureFixture[str]) -> None:
    formatter = FramedFormatter(Host.of_command_line(["a.py"]).options)
    formatter.beginning("a.py")
    formatter.handle(Violation("AIO101", "a.py", 6, 16, "is never awaited", None))
    Path("a.py").write_text("x = (\n" * 6)
    formatter.finished("a.py")
    assert capsys.readouterr().out == "a.py:6:16: AIO101 is never awaited\n   │\n 6 │ x = (\n   │      ^\n\n"


def test_a_file_that_is_no_python_any_more(capsys: pytest.CaptureFixture[str]) -> None:
    formatter = FramedFormatter(Host.of_command_line(["a.py"]).options)
    formatter.beginning("a.py")
    formatter.handle(Violation("AIO101", "a.py", 6, 16, "is never awaited", None))
    Path("a.py").write_text(f"{BAD}x = (\n")
    formatter.finished("a.py")
    assert "response.json()" in capsys.readouterr().out


def test_the_options_of_flake8(flake8: Flake8) -> None:
    assert flake8("-q", "a.py") == "a.py\n"
    assert flake8("-qq", "a.py") == ""
    assert flake8("--show-source", "a.py") == AWAIT
    assert flake8("--count", "a.py") == f"{AWAIT}1\n"
    told = AWAIT.split("\n", maxsplit=1)[0].partition("AIO101 ")[2]
    assert flake8("--statistics", "a.py") == f"{AWAIT}1     AIO101 {told}\n"


def test_an_output_file(flake8: Flake8) -> None:
    assert flake8("--output-file=out.txt", "a.py") == ""
    assert Path("out.txt").read_text() == AWAIT
    shown = in_terminal(["flake8", "--format=aiohttp-framed", "--output-file=two.txt", "--tee", "a.py"], Path.cwd())
    assert shown == Path("two.txt").read_text() == AWAIT


def test_lines_are_shortened_to_the_terminal(flake8: Flake8, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.py").write_text(BAD.replace("response.json()", f"{'x' * 100}, response.json()"))
    shown = in_terminal(["flake8-aiohttp", "a.py"], Path.cwd(), columns=60)
    assert max(len(COLOURS.sub("", row)) for row in shown.split("\n")) == 60
    monkeypatch.setenv("COLUMNS", "50")
    rows = flake8("--select=AIO", "a.py").split("\n")
    assert max(map(len, rows[1:])) == 50


@pytest.mark.parametrize(
    ("argv", "variables", "coloured"),
    [
        ([], {}, True),
        (["--color=never"], {}, False),
        ([], {"NO_COLOR": "1"}, False),
        (["--color=always"], {"NO_COLOR": "1"}, True),
        ([], {"TERM": "dumb"}, False),
    ],
)
def test_colour_on_a_terminal(argv: list[str], variables: dict[str, str], coloured: object) -> None:
    for command in (["flake8-aiohttp"], ["flake8", "--format=aiohttp-framed"]):
        shown = in_terminal([*command, *argv, "c.py"], Path.cwd(), columns=60, variables=variables)
        assert ("\033" in shown) is coloured
        assert COLOURS.sub("", shown).startswith(IN_TERMINAL)


def test_colour_elsewhere(flake8: Flake8) -> None:
    assert "\033" in flake8("--color=always", "a.py")
    assert COLOURS.sub("", flake8("--color=always", "a.py")) == AWAIT


def test_the_command_is_plain_when_piped() -> None:
    done = subprocess.run([sys.executable, "-m", "flake8_aiohttp", "a.py"], capture_output=True, text=True, check=False)
    assert done.stdout == AWAIT.split("\n", maxsplit=1)[0] + "\n"


@pytest.mark.parametrize(
    "argv", [["--format=default"], ["--format", "default"], ["--format=%(path)s is wrong"], ["-q"]]
)
def test_the_format_of_the_command_line_wins(argv: list[str]) -> None:
    assert "│" not in in_terminal(["flake8-aiohttp", *argv, "a.py"], Path.cwd())


@pytest.mark.parametrize("chosen", ["default", "pylint"])
def test_the_format_of_the_configuration_wins(chosen: str) -> None:
    Path(".flake8").write_text(f"[flake8]\nformat = {chosen}\n")
    assert "│" not in in_terminal(["flake8-aiohttp", "a.py"], Path.cwd())
    assert "│" in in_terminal(["flake8-aiohttp", "--isolated", "a.py"], Path.cwd())


def test_the_command_reads_stdin_once() -> None:
    shown = in_terminal(["flake8-aiohttp", "--color=never", "-"], Path.cwd(), columns=200, stdin=BAD.encode())
    assert shown == AWAIT.replace("a.py", "stdin") + SUMMARY


def test_what_is_left_after_fixing_is_shown_where_it_stands_then() -> None:
    Path("a.py").write_text(BAD.replace("import aiohttp", "import aiohttp\n\n\n" + SUGGESTED))
    shown = COLOURS.sub("", in_terminal(["flake8-aiohttp", "--fix", "a.py"], Path.cwd(), columns=200))
    assert "1 fixed, 1 left" in shown
    assert "10 │     return await response.text()\n    │                  ^^^^^^^^^^^^^^^\n" in shown


def test_a_patch_on_a_terminal_is_a_patch() -> None:
    shown = in_terminal(["flake8-aiohttp", "--diff", "b.py"], Path.cwd(), columns=200)
    assert "│" not in shown


def test_libcst_is_imported_for_a_fix_only() -> None:
    program = "import sys\nfrom flake8.main.cli import main\nmain()\nassert ('libcst' in sys.modules) is {}\n"
    for name, imported in (("a.py", True), ("b.py", False)):
        argv = [sys.executable, "-c", program.format(imported), "-j1", "--format=aiohttp-framed", name]
        subprocess.run(argv, check=True, capture_output=True, env={**os.environ})


def test_an_output_file_gets_the_same_on_a_terminal_and_in_a_pipe() -> None:
    argv = ["flake8-aiohttp", "--output-file=told", "."]
    assert "AIO" not in in_terminal(argv, Path.cwd())
    on_terminal = Path("told").read_bytes()
    Path("told").unlink()
    subprocess.run([sys.executable, "-m", "flake8_aiohttp", *argv[1:]], check=False)
    assert Path("told").read_bytes() == on_terminal
    assert on_terminal.startswith(b"./a.py:6:16: AIO101 ")


@pytest.mark.parametrize(
    ("argv", "summary"),
    [
        (
            [],
            """\
4 findings in 4 files: AIO101 (1), AIO201 (1), AIO204 (1), E999 (1)
1 with a safe fix: flake8-aiohttp --fix; 1 with a suggested fix: flake8-aiohttp --diff
flake8-aiohttp explain AIO101 AIO201 AIO204
""",
        ),
        (
            ["--fix", "a.py", "c.py"],
            "1 finding in 1 file: AIO201 (1)\n1 with a suggested fix: flake8-aiohttp --diff a.py c.py\n",
        ),
        (["b.py"], "1 finding in 1 file: AIO204 (1)\nflake8-aiohttp explain AIO204\n"),
        (["e.py"], "1 finding in 1 file: E999 (1)\n"),
        (["--fix", "a.py"], "1 fixed, 0 left\nNo findings in 1 file.\n"),
        (["--extend-ignore=AIO1,AIO2,E", "."], "No findings in 4 files.\n"),
    ],
)
def test_a_run_on_a_terminal_ends_with_a_summary(argv: list[str], summary: str) -> None:
    Path("e.py").write_text("import aiohttp\nx = (\n")
    shown = in_terminal(["flake8-aiohttp", *argv], Path.cwd(), columns=200, variables={"NO_COLOR": "1"})
    assert summary in shown
    assert "findings in" not in in_terminal(["flake8-aiohttp", "--format=default", *argv], Path.cwd()).lower()
