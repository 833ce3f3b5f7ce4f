"""The command, as a person, a hook, an editor or a CI job calls it."""

from __future__ import annotations

import importlib
import io
import json
import os
import pty
import re
import shlex
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from flake8_aiohttp import cli
from flake8_aiohttp.check import check_source
from flake8_aiohttp.commands import arguments, workers
from flake8_aiohttp.finding import Finding
from flake8_aiohttp.fixing import files
from flake8_aiohttp.host import LEFT_OUT
from flake8_aiohttp.options import Options
from flake8_aiohttp.python.source import Source
from flake8_aiohttp.rules import rules

PATIENCE = 5.0  # seconds; one on a machine that has nothing else to do
GIT = shutil.which("git") or "git"
BAD = """\
import aiohttp


async def name(session: aiohttp.ClientSession, url: str) -> str:
    async with session.get(url) as response:
        return response.json()["name"]
"""
GOOD = BAD.replace("response.json()", "(await response.json())")
UNMENDABLE = """\
import aiohttp


async def name(session: aiohttp.ClientSession, url: str) -> str:
    response = await session.get(url)
    response.release()
    return await response.text()
"""
SUGGESTED = """\
import aiohttp


async def name(session: aiohttp.ClientSession, url: str) -> str:
    async with session.get(url) as response:
        response.raise_for_status()
    return await response.text()
"""
MOVED = SUGGESTED.replace("    return", "        return")


class Run:
    """What a run of the command said."""

    def __init__(self, code: int, out: bytes, err: bytes) -> None:
        self.code, self.raw = code, out
        self.out, self.err = out.decode(errors="replace"), err.decode()


class Command:
    """Runs the command in this process, in a folder of its own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[bytes]) -> None:
        self.folder, self._patch, self._capture = folder, monkeypatch, capfd
        monkeypatch.chdir(folder)

    def write(self, **texts: str) -> None:
        for name, text in texts.items():
            self.folder.joinpath(f"{name}.py").write_bytes(text.encode())

    def read(self, name: str) -> str:
        return self.folder.joinpath(f"{name}.py").read_bytes().decode()

    def __call__(self, *argv: str, stdin: bytes = b"") -> Run:
        workers.forget()  # the configuration of the test before
        self._patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        self._capture.readouterr()
        try:
            code = cli.main(argv)
        except SystemExit as error:
            code = int(error.code or 0)
        sys.stdout.flush()
        captured = self._capture.readouterr()
        return Run(code, captured.out, captured.err)


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Command:
    return Command(tmp_path, monkeypatch, capfdbinary)


def flake8(*argv: str) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-m", "flake8", *argv], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_clean_files(command: Command) -> None:
    command.write(a=GOOD)
    run = command("a.py")
    assert (run.code, run.out, run.err) == (0, "", "")


@pytest.mark.parametrize(
    "argv",
    [
        "",
        ".",
        "b.py a.py",
        "gone.py a.py",
        "sub",
        "--count --statistics",
        "-q .",
        "-qq .",
        "--show-source .",
        "--format=pylint .",
        "--format=%(path)s|%(row)d|%(col)d|%(code)s|%(text)s .",
        "--exit-zero .",
        "--ignore=AIO101 .",
        "--extend-ignore=AIO2 .",
        "--per-file-ignores=a.py:AIO1 .",
        "--disable-noqa .",
        "--exclude=c.py . c.py",
        "--extend-exclude=sub .",
        "--filename=b* . a.py",
    ],
)
def test_reports_as_flake8_does(command: Command, argv: str) -> None:
    command.write(a=BAD, b=UNMENDABLE, c=BAD + BAD.replace('"name"]', '"name"]  # noqa: AIO101'))
    command.write(d="# flake8: noqa\n" + BAD, e="import aiohttp\nx = (\n", f=BAD.replace("\n", "\r\n"))
    command.folder.joinpath("sub").mkdir()
    command.write(**{"sub/a": "# ä\n" + BAD})
    run = command("--select=AIO,E9", *argv.split())
    assert (run.code, run.out) == flake8("--select=AIO,E9", *argv.split())


def test_the_configuration_is_the_users(command: Command) -> None:
    command.folder.joinpath("setup.cfg").write_text("[flake8]\nextend-ignore = AIO101\n")
    command.write(a=BAD)
    assert command("a.py").code == 0
    assert command("--fix", "a.py").code == 0
    assert command.read("a") == BAD
    assert command("--isolated", "a.py").code == 1


def test_fix(command: Command) -> None:
    command.write(a=BAD, b=UNMENDABLE, c=GOOD)
    run = command("--fix", ".")
    assert run.code == 1
    assert command.read("a") == GOOD
    assert command.read("b") == UNMENDABLE
    assert run.out.startswith("./b.py:7:18: AIO204 ")
    assert run.out.count("\n") == 1
    assert run.err == "./a.py:6:16: AIO101 fixed: insert await\n1 fixed, 1 left\n"


def test_fixing_twice_changes_nothing(command: Command) -> None:
    command.write(a=BAD)
    assert command("--fix", "a.py").code == 0
    before = command.folder.joinpath("a.py").stat()
    run = command("--fix", "a.py")
    assert (run.code, run.out, run.err) == (0, "", "")
    after = command.folder.joinpath("a.py").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_suggested_fixes_are_made_only_when_asked_for(command: Command) -> None:
    command.write(a=SUGGESTED)
    assert command("--fix", "a.py").code == 1
    assert command.read("a") == SUGGESTED
    run = command("--fix", "--unsafe-fixes", "a.py")
    assert (run.code, run.out) == (0, "")
    assert command.read("a") == MOVED


def test_the_reason_for_not_fixing_is_told(command: Command) -> None:
    command.write(a=BAD.replace("return ", "return lambda: "))
    run = command("--fix", "a.py")
    if run.code:  # the analysis may be silent about a lambda; then there is nothing to tell
        assert "a.py:6:24: AIO101 not fixed: it stands inside a lambda, which cannot await\n" in run.err
    command.write(a=BAD.replace('"name"]', '"name"]  # noqa'))
    run = command("--fix", "--disable-noqa", "a.py")
    assert run.code == 1
    assert "a.py:6:16: AIO101 not fixed: a `# noqa` stands on a line that would change\n" in run.err


def test_diff(command: Command) -> None:
    command.write(a=BAD, b=UNMENDABLE, c=SUGGESTED, d=GOOD)
    run = command("--diff", ".")
    assert run.code == 1
    assert run.err.count("\n") == 2
    assert "./b.py:7:18: AIO204 " in run.err
    assert "./c.py:7:18: AIO201 is a suggestion: read it before you apply it\n" in run.err
    assert command.read("a") == BAD
    subprocess.run([GIT, "apply", "-"], input=run.raw, check=True)
    assert [command.read(name) for name in "abcd"] == [GOOD, UNMENDABLE, MOVED, GOOD]
    assert command("--diff", "a.py", "d.py").raw == b""


def test_a_patch_that_reaches_out_of_the_folder_is_for_the_top_of_the_repository(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run([GIT, "init", "-q"], check=True)
    command.folder.joinpath("sub").mkdir()
    command.write(**{"a": BAD, "sub/b": BAD})
    monkeypatch.chdir(command.folder / "sub")
    run = command("--diff", "../a.py", "b.py")
    assert re.findall(r"^--- (.*)$", run.out, re.MULTILINE) == ["a/a.py", "a/sub/b.py"]
    assert run.err == f"flake8-aiohttp: apply the patch in {command.folder}\n"
    monkeypatch.chdir(command.folder)
    subprocess.run([GIT, "apply", "-"], input=run.raw, check=True)
    assert (command.read("a"), command.read("sub/b")) == (GOOD, GOOD)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_stdin_is_fixed_to_stdout(command: Command, newline: str) -> None:
    run = command("--fix", "-", stdin=BAD.replace("\n", newline).encode())
    assert (run.code, run.raw) == (0, GOOD.replace("\n", newline).encode())
    assert run.err == "stdin:6:16: AIO101 fixed: insert await\n1 fixed, 0 left\n"


@pytest.mark.parametrize(
    "source",
    [b"", b"x = (\n", b"\xff\xfe\n", b"# flake8: noqa\n" + BAD.encode(), GOOD.encode(), UNMENDABLE.encode()],
)
def test_what_cannot_be_fixed_goes_through_stdin_unchanged(command: Command, source: bytes) -> None:
    assert command("--fix", "-", stdin=source).raw == source


def test_stdin_has_the_name_that_it_is_given(command: Command) -> None:
    named = ["--stdin-display-name", "vendor/a.py", "-"]
    assert command(*named, stdin=BAD.encode()).out.startswith("vendor/a.py:6:16: AIO101 ")
    assert command("--diff", *named, stdin=BAD.encode()).out.startswith("--- a/vendor/a.py\n+++ b/vendor/a.py\n")
    assert command("--per-file-ignores=vendor/*:AIO", *named, stdin=BAD.encode()).code == 0
    for mode in (["--fix"], []):
        run = command("--exclude=vendor", *mode, *named, stdin=BAD.encode())
        assert (run.code, run.raw) == (0, BAD.encode() if mode else b"")


def test_findings_of_stdin_go_to_stderr_when_it_is_fixed(command: Command) -> None:
    run = command("--fix", "-", stdin=UNMENDABLE.encode())
    assert (run.code, run.out) == (1, UNMENDABLE)
    assert run.err.startswith("stdin:7:18: AIO204 ")
    assert command("--fix", "--exit-zero", "-", stdin=UNMENDABLE.encode()).code == 0


@pytest.mark.parametrize("mode", [[], ["--fix"], ["--diff"]])
@pytest.mark.parametrize("path", ["vendor/a.py", "./vendor/a.py", "vendor/deep/a.py", "vendor"])
def test_files_under_excluded_folders_are_left_alone_even_if_named(
    command: Command, mode: list[str], path: str
) -> None:
    command.folder.joinpath("vendor/deep").mkdir(parents=True)
    command.write(**{"vendor/a": BAD, "vendor/deep/a": BAD})
    run = command("--exclude=vendor", *mode, path)
    assert (run.code, run.out, run.err) == (0, "", "")
    run = command("--exclude=vendor", *mode, str(command.folder / path))
    assert (run.code, run.out, run.err) == (0, "", "")
    assert command.read("vendor/a") == BAD


def test_a_select_on_the_command_line_that_leaves_us_out_is_warned_about(command: Command) -> None:
    command.write(a=BAD)
    run = command("--select=E,W", "a.py")
    assert "leaves out AIO" in run.err
    assert run.code == 0
    for select in ("A", "AIO1", "E,AIO"):
        assert command(f"--select={select}", "a.py").err == ""
    assert command("--select=E", "--extend-select=AIO", "a.py").err == ""


@pytest.mark.parametrize("mode", [(), ("--fix",), ("--diff",), ("--fix-only",), ("--output-format=json",)])
@pytest.mark.parametrize("line", ["select = E,F,W", "ignore = A", "ignore = AIO1,AIO2,AIO3,AIO4"])
def test_a_configuration_that_leaves_us_out_checks_nothing_and_says_so(
    command: Command, line: str, mode: tuple[str, ...]
) -> None:
    command.write(a=BAD)
    command.folder.joinpath(".flake8").write_text(f"[flake8]\n{line}\n")
    run = command(*mode, "a.py")
    assert (run.code, run.out) == (2, "")
    assert run.err == f"flake8-aiohttp: {LEFT_OUT}\n"
    assert command.read("a") == BAD
    assert command(*mode, "--exit-zero", "a.py").code == 0
    assert command(*mode, "--select=AIO", "--ignore=E5", "a.py").code in {0, 1}
    assert command(*mode, "--select=E", "a.py").code == 0
    command.folder.joinpath(".flake8").write_text(f"[flake8]\n{line}\nextend-select = AIO\n")
    assert command(*mode, "a.py").err.startswith("flake8-aiohttp") == ("ignore = AIO1" in line)


PYPROJECT = """\
[tool.flake8]
extend-ignore = ["AIO101"]
max-complexity = 10
exit-zero-ish = true
per-file-ignores = ["b.py:AIO204"]
"""


def test_pyproject_is_read_as_flake8_pyproject_reads_it(command: Command) -> None:
    command.write(a=BAD, b=UNMENDABLE, c=SUGGESTED)
    command.folder.joinpath("pyproject.toml").write_text(PYPROJECT)
    command.folder.joinpath(".flake8").write_text("[flake8]\nselect = E\n")
    run = command(".")
    assert (run.err, run.out.count("\n")) == ("", 1)
    assert run.out.startswith("./c.py:7:18: AIO201 ")
    assert "leaves out AIO" in command("--config=.flake8", ".").err
    assert command("--isolated", ".").out.count("\n") == 3
    command.folder.joinpath("sub").mkdir()
    command.folder.joinpath("pyproject.toml").rename(command.folder / "sub/other.toml")
    assert "leaves out AIO" in command(".").err
    assert command("--toml-config=sub/other.toml", ".").out == run.out
    run = command("--toml-config=sub/none.toml", ".")
    assert (run.code, run.err) == (1, "flake8-aiohttp: The specified config file does not exist: sub/none.toml\n")


@pytest.mark.parametrize(
    "text", ["[tool.black]\n", "# flake8\n", "tool = 1  # flake8\n", "[tool]\nflake8 = 1\n", "x = ["]
)
def test_a_pyproject_that_says_nothing_of_flake8(command: Command, text: str) -> None:
    command.write(a=BAD)
    command.folder.joinpath("pyproject.toml").write_text(text)
    assert command("a.py").out.startswith("a.py:6:16: AIO101 ")


def test_a_broken_pyproject(command: Command) -> None:
    command.folder.joinpath("pyproject.toml").write_text("[tool.flake8]\nselect = [\n")
    run = command(".")
    assert run.code == 1
    assert run.err.startswith("flake8-aiohttp: pyproject.toml: ")


def test_a_formatter_of_another_package_is_no_obstacle(command: Command) -> None:
    command.write(a=BAD)
    command.folder.joinpath("setup.cfg").write_text("[flake8]\nformat = github\nrequire-plugins = flake8-x\n")
    assert command("a.py").out.startswith("a.py:6:16: AIO101 ")
    assert command("--format=pylint", "--max-complexity=3", "a.py").out.startswith("a.py:6: [AIO101] ")


def test_a_formatter_that_the_command_line_names_is_loaded(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    info = site / "shout-1.dist-info"
    info.mkdir(parents=True)
    info.joinpath("METADATA").write_text("Metadata-Version: 2.1\nName: shout\nVersion: 1\n")
    info.joinpath("entry_points.txt").write_text("[flake8.report]\nshout = shouting:Shout\n")
    site.joinpath("shouting.py").write_text(
        "from flake8.formatting.base import BaseFormatter\n"
        "class Shout(BaseFormatter):\n"
        "    def format(self, error): return f'{error.code}!'\n"
    )
    monkeypatch.syspath_prepend(site)
    command.write(a=BAD)
    assert command("--format=shout", "a.py").out == "AIO101!\n"
    command.folder.joinpath(".flake8").write_text("[flake8]\nformat = shout\n")
    assert command("a.py").out.startswith("a.py:6:16: AIO101 ")


def test_fix_only_counts_what_is_left(command: Command) -> None:
    command.write(a=BAD, b=UNMENDABLE)
    run = command("--fix-only", "a.py", "b.py")
    assert (run.code, run.out) == (1, "")
    assert run.err == "a.py:6:16: AIO101 fixed: insert await\n1 fixed, 1 left: `flake8-aiohttp` tells which\n"
    assert command.read("a") == GOOD
    run = command("--fix-only", "b.py")
    assert (run.code, run.out, run.err) == (1, "", "0 fixed, 1 left: `flake8-aiohttp` tells which\n")
    assert command("--fix-only", "a.py").err == ""


def test_opt_in_codes_must_be_asked_for(command: Command) -> None:
    command.write(a=GOOD)
    assert command("--select=AIO", "a.py").code == 0
    assert " AIO901 " in command("--select=AIO,AIO9", "a.py").out


def test_what_cannot_be_written_is_told_and_the_rest_goes_on(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    command.write(a=BAD, b=BAD, c=BAD)
    command.folder.joinpath("a.py").chmod(0o444)
    replace = files.replace

    def remove_before(path: str, old: bytes, new: bytes) -> None:
        if path == "b.py":
            Path(path).unlink()
        replace(path, old, new)

    monkeypatch.setattr(files, "replace", remove_before)
    run = command("--fix", "a.py", "b.py", "c.py", "gone.py")
    assert run.code == 1
    assert "a.py: not written: The file is read-only\n" in run.err
    assert "b.py: not written: No such file or directory\n" in run.err
    assert "1 fixed, 3 left" in run.err
    assert [line[: line.index(" ", 15)] for line in run.out.splitlines()] == [
        "a.py:6:16: AIO101",
        "b.py:6:16: AIO101",
        "gone.py:0:1: E902",
    ]
    assert (command.read("a"), command.read("c")) == (BAD, GOOD)
    assert not command.folder.joinpath("b.py").exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1251"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_bytes_are_kept(command: Command, encoding: str, newline: str) -> None:
    cookie = "" if encoding.startswith("utf-8") else f"# -*- coding: {encoding} -*-\n"
    name = "'Привет'" if encoding != "latin-1" else "'für'"
    path = command.folder / "a.py"
    path.write_bytes((cookie + BAD.replace("return ", f"return {name}, ")).replace("\n", newline).encode(encoding))
    fixed = (cookie + GOOD.replace("return ", f"return {name}, ")).replace("\n", newline).encode(encoding)
    patch = command("--diff", "a.py").raw
    assert command("--fix", "a.py").code == 0
    assert path.read_bytes() == fixed
    subprocess.run([GIT, "apply", "--reverse", "-"], input=patch, check=True)
    subprocess.run([GIT, "apply", "-"], input=patch, check=True)
    assert path.read_bytes() == fixed


@pytest.mark.parametrize("head", [b"# \xff\n", b"# coding: no-such-codec\n"])
def test_what_does_not_follow_its_encoding_is_reported_and_left(command: Command, head: bytes) -> None:
    path = command.folder / "a.py"
    path.write_bytes(head + BAD.encode())
    run = command("--fix", "a.py")
    assert run.code == 1
    assert run.out.startswith("a.py:7:16: AIO101 ")
    assert "not fixed: the file's bytes do not follow its encoding" in run.err
    assert path.read_bytes() == head + BAD.encode()


def test_an_empty_run(command: Command) -> None:
    run = command("--fix", ".")
    assert (run.code, run.out, run.err) == (0, "", "")


def run_as_program(*argv: str, **kwargs: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flake8_aiohttp", *argv], capture_output=True, text=True, check=False, **kwargs
    )  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize("start", ["fork", "spawn", "forkserver"])
@pytest.mark.parametrize("mode", [[], ["--fix"], ["--diff"]])
def test_many_files_give_the_same_in_two_processes(command: Command, start: str, mode: list[str]) -> None:
    texts = [BAD, UNMENDABLE, SUGGESTED, GOOD, "import aiohttp\nx = (\n"]

    def run(jobs: int) -> tuple[int, str, str, list[str]]:
        for number in range(40):
            command.write(**{f"a{number}": texts[number % len(texts)]})
        program = f"""
        import multiprocessing, sys
        from flake8_aiohttp.cli import main
        if __name__ == "__main__":
            multiprocessing.set_start_method({start!r})
            sys.exit(main())
        """
        command.folder.joinpath("run").write_text(textwrap.dedent(program))
        argv = [sys.executable, "run", *mode, f"-j{jobs}", "--extend-ignore=E999", "."]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr, [command.read(f"a{number}") for number in range(40)]

    assert run(2) == run(1)


def test_without_processes_it_goes_on_in_one(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "no semaphores")

    monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor", fail)
    for number in range(40):
        command.write(**{f"a{number}": BAD})
    assert command("--fix", "-j2", ".").err.endswith("40 fixed, 0 left\n")


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_ctrl_c_stops_at_once_and_says_what_was_written(command: Command, jobs: str) -> None:
    """Every file is old or new, nothing lies about, and a file that takes long is not waited for."""
    slow = BAD + BAD.partition("\n\n\n")[2] * 3000
    for number in range(200):
        command.write(**{f"a{number:03}": BAD if number < 100 else slow})
    argv = [sys.executable, "-m", "flake8_aiohttp", "--fix", jobs, "."]
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    deadline = time.monotonic() + 60
    while command.read("a000") == BAD and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.2)
    start = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert time.monotonic() - start < PATIENCE
    assert process.returncode == 1
    said = err.decode()
    assert "Traceback" not in said
    assert "flake8-aiohttp: stopped after " in said
    told = {line.partition(":")[0].removeprefix("./") for line in said.splitlines() if line.endswith(".py: fixed")}
    written = {f"a{number:03}.py" for number in range(100) if command.read(f"a{number:03}") == GOOD}
    assert told == written
    assert all(command.read(f"a{number:03}") == slow for number in range(100, 200))
    assert len(list(command.folder.iterdir())) == 200


def test_a_long_run_shows_its_progress_on_a_terminal_only(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    command.write(a=GOOD, b=GOOD)
    program = """
import sys
from flake8_aiohttp import cli
from flake8_aiohttp.commands import workers
workers._A_WHILE = -1.0
sys.exit(cli.main(["a.py", "b.py"]))
"""
    master, slave = pty.openpty()
    subprocess.run([sys.executable, "-c", program], stderr=slave, check=True)
    os.close(slave)
    shown = os.read(master, 4096).decode()
    os.close(master)
    assert "] 1 of 2 files\r" in shown
    assert shown.endswith("\r\x1b[K")
    monkeypatch.setattr(workers, "_A_WHILE", -1.0)
    assert command("a.py", "b.py").err == ""


@pytest.mark.parametrize("mode", [[], ["--fix"], ["--diff"]])
def test_a_failure_of_our_own_is_reported_and_the_rest_goes_on(
    command: Command, monkeypatch: pytest.MonkeyPatch, mode: list[str]
) -> None:
    def fail_at_b(source: Source, options: Options) -> list[Finding]:
        if "b_marker" in source.text:
            raise RecursionError("too deep")
        return check_source(source, options)

    monkeypatch.setattr("flake8_aiohttp.check.check_source", fail_at_b)
    command.write(a=UNMENDABLE, b="b_marker = 1\n" + BAD, c=UNMENDABLE)
    run = command(*mode, "a.py", "b.py", "c.py")
    assert run.code == 1
    told = (run.err if "--diff" in mode else run.out).splitlines()
    assert [line.split(" ")[:2] for line in told] == [
        ["a.py:7:18:", "AIO204"],
        ["b.py:1:1:", "AIO000"],
        ["c.py:7:18:", "AIO204"],
    ]
    assert "RecursionError: too deep" in told[1]


def test_explain(command: Command) -> None:
    run = command("explain", "aio201")
    assert run.code == 0
    assert run.out.startswith("AIO201 read-after-context\n=========================\n\n")
    assert "\nBad:\n" in run.out
    assert command("explain", "AIO101", "AIO901").out.count("\n=====") == 2
    run = command("explain")
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith("usage: flake8-aiohttp explain ")


def test_rules(command: Command) -> None:
    lines = command("rules").out.splitlines()
    assert [line[:6] for line in lines] == [rule.code for rule in rules()]
    assert all("(opt-in)" in line for line in lines if line.startswith("AIO9"))


def test_rules_as_json(command: Command) -> None:
    told = json.loads(command("rules", "--json").out)
    assert [(each["code"], each["name"], each["opt_in"]) for each in told] == [
        (rule.code, rule.name, rule.opt_in) for rule in rules()
    ]
    assert all(each["what"] for each in told)


@pytest.mark.parametrize("word", ["rules", "explain"])
def test_a_folder_that_is_called_as_a_command_is(command: Command, word: str) -> None:
    command.folder.joinpath(word).mkdir()
    command.write(**{f"{word}/a": BAD})
    argv = [word] if word == "rules" else [word, "AIO101"]
    run = command(*argv)
    assert "body-not-awaited" in run.out
    assert run.err == f"flake8-aiohttp: `{word}` is the command; write ./{word} for what is called so here\n"
    for argv in ([f"./{word}"], ["--", word]):
        run = command(*argv)
        assert (run.code, run.err) == (1, "")
        assert run.out.startswith(f"{argv[-1]}/a.py:6:16: AIO101 ")


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_shells_complete_what_is_typed(command: Command, shell: str) -> None:
    run = command("completion", shell)
    assert (run.code, run.err) == (0, "")
    for option in ("unsafe-fixes", "output-format", "extend-select"):
        assert option in run.out
    assert "max-line-length" not in run.out


def test_without_shtab_completion_says_what_to_install(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)
    monkeypatch.delitem(sys.modules, "flake8_aiohttp.commands.completion", raising=False)
    run = command("completion", "bash")
    assert (run.code, run.out) == (2, "")
    assert run.err == "flake8-aiohttp: completion needs shtab: pip install shtab\n"


def test_options_that_do_nothing_are_not_listed(command: Command) -> None:
    told = command("--help").out
    for option in ("--max-line-length", "--max-complexity", "--doctests", "--require-plugins", "--hang-closing"):
        assert option not in told
        assert command(f"{option}{'' if option in {'--doctests', '--hang-closing'} else '=9'}").code == 0
    assert "get_session" in told
    assert "mylib.http.Reply" in " ".join(told.split())


def test_the_usage(command: Command) -> None:
    run = command("--help")
    assert run.code == 0
    assert run.out.startswith("usage: flake8-aiohttp [--diff | --fix]")
    assert "--per-file-ignores" in run.out
    assert max(map(len, arguments.USAGE.splitlines())) <= 100
    assert command("--version").out.startswith("flake8-aiohttp 0")


@pytest.mark.parametrize(
    "argv",
    [
        ["--diff", "--fix"],
        ["--unsafe-fixes"],
        ["--no-such-option"],
        ["--fix-only", "--diff"],
        ["--write-baseline"],
        ["--output-format=xml"],
        ["--output-format=json", "--format=pylint"],
    ],
)
def test_wrong_usage(command: Command, argv: list[str]) -> None:
    run = command(*argv)
    assert (run.code, run.out) == (2, "")
    assert "flake8-aiohttp: error: " in run.err


def test_a_broken_configuration(command: Command) -> None:
    command.folder.joinpath(".flake8").write_text("[flake8]\nignore = AIOX\n")
    run = command(".")
    assert run.code == 1
    assert run.err.startswith("flake8-aiohttp: ")


def test_as_a_module(command: Command) -> None:
    command.write(a=BAD)
    done = run_as_program("a.py")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("a.py:6:16: AIO101 ")
    importlib.import_module("flake8_aiohttp.__main__")  # as a spawned process does; nothing is run


def test_a_reader_that_has_read_enough(command: Command) -> None:
    command.write(**{f"a{number:03}": BAD * 20 for number in range(40)})
    argv = [sys.executable, "-m", "flake8_aiohttp", "."]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline().startswith(b"./a000.py:6:16: AIO101 ")
        process.stdout.close()
        assert (process.wait(timeout=60), process.stderr.read()) == (1, b"")


@pytest.mark.parametrize(
    "words", ["a.py", "--diff a.py", "--output-format=sarif a.py", "explain AIO101", "rules", "--help"]
)
@pytest.mark.parametrize(
    ("redirection", "code", "said"),
    [
        ("> /dev/full", 2, "flake8-aiohttp: No space left on device\n"),
        (">&-", None, ""),
        (">&- 2>&-", None, ""),
    ],
)
def test_an_output_that_cannot_be_written(
    command: Command, words: str, redirection: str, code: int | None, said: str
) -> None:
    command.write(a=BAD)
    line = f"{shlex.quote(sys.executable)} -m flake8_aiohttp {words} {redirection}"
    done = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=False)
    expected = int("a.py" in words) if code is None else code
    assert (done.returncode, done.stdout, done.stderr) == (expected, "", said)
