"""The command: report, show the fixes as a patch, or make them.

Without a flag it reports like flake8, with flake8's options, configuration and exit codes.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import enum
import functools
import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flake8_aiohttp import __version__
from flake8_aiohttp.explaining import explain, list_rules
from flake8_aiohttp.finding import Applicability, Finding
from flake8_aiohttp.fixing import files
from flake8_aiohttp.fixing.apply import decode, fix_text
from flake8_aiohttp.fixing.diff import unified
from flake8_aiohttp.fixing.refusal import Refusal
from flake8_aiohttp.host import LEFT_OUT, STDIN, VERSION, Complaint, ConfigurationError, Host, Page, Printer, unreadable

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

USAGE = """\
usage: flake8-aiohttp [--diff | --fix] [--unsafe-fixes] [flake8's options] [PATH ... | -]
       flake8-aiohttp explain CODE ...
       flake8-aiohttp rules [--json]
       flake8-aiohttp server

Finds the mistakes that make aiohttp return an empty reply, and mends them. flake8's configuration says
what is reported and mended; files under an excluded folder are left alone even if they are named.
On a terminal findings are shown in their source; --format=default gives each a line, as in a pipe.

  --diff           print a patch of the fixes, suggested ones too; all else goes to stderr
  --fix            make the safe fixes; with `-` the mended source goes to stdout, all else to stderr
  --unsafe-fixes   with --fix: make the suggested fixes too
  --version        print the versions of flake8-aiohttp and flake8, and stop

The exit code is 1 if there are findings (with --fix: if any are left), else 0. flake8's own options follow.

"""
_ENOUGH_FOR_TWO = 16  # with fewer files, a second process costs more than it saves
_A_WHILE = 1.0  # seconds
_SAFE_PATH = "PYTHONSAFEPATH"


class Mode(enum.Enum):
    """What to do with a finding that has a fix."""

    REPORT = "report"
    DIFF = "diff"
    FIX = "fix"


@dataclasses.dataclass(frozen=True, slots=True)
class Task:
    """What is asked for; `unsafe` lets suggested fixes through."""

    mode: Mode
    unsafe: bool


@dataclasses.dataclass(slots=True)
class Result:
    """What was seen in a file, and what its bytes are to be.

    `before` are the complaints about the old bytes, `left` those about the new ones.
    """

    filename: str
    name: str
    old: bytes = b""
    new: bytes = b""
    before: list[Complaint] = dataclasses.field(default_factory=list)
    left: list[Complaint] = dataclasses.field(default_factory=list)
    fixed: list[Finding] = dataclasses.field(default_factory=list)
    refused: dict[Finding, Refusal] = dataclasses.field(default_factory=dict)


def examine(host: Host, task: Task, filename: str) -> Result:
    """Look at one file, and work out its fixes if the task asks for them; nothing is written."""
    result = Result(filename, host.name_of(filename))
    try:
        result.old = result.new = sys.stdin.buffer.read() if filename == STDIN else Path(filename).read_bytes()
    except OSError as error:
        result.before = result.left = [unreadable(error)]
        return result
    if filename == STDIN and host.is_excluded(result.name):
        return result
    page = Page.of_bytes(result.name, result.old)
    try:
        findings = host.findings(page)
    except (SyntaxError, ValueError):
        result.before = result.left = host.syntax_complaints(page)
        return result
    result.before = result.left = host.complaints(page, findings)
    if result.before and task.mode is not Mode.REPORT:
        _fix(host, task, result, findings)
    return result


def _fix(host: Host, task: Task, result: Result, findings: Sequence[Finding]) -> None:
    decoded = decode(result.old)
    if decoded is None:
        result.refused = dict.fromkeys((each for each in findings if each.fix), Refusal.NOT_DECODABLE)
        return
    text, encoding = decoded
    outcome = fix_text(
        text,
        lambda text: host.findings(Page.of_text(result.name, text)),
        findings=findings,
        reported=lambda text, found: host.reported(Page.of_text(result.name, text), found),
        unsafe=task.unsafe,
    )
    result.refused = outcome.refused
    if outcome.fixed:
        result.new, result.fixed = outcome.text.encode(encoding), outcome.fixed
        result.left = host.complaints(Page.of_text(result.name, outcome.text), outcome.left)


@functools.cache
def _host(argv: tuple[str, ...]) -> Host:
    """Read the configuration once a process; a forked one inherits it."""
    return Host.of_command_line(argv)


def _examine(argv: tuple[str, ...], task: Task, filename: str) -> Result:
    return examine(_host(argv), task, filename)


def _results(argv: tuple[str, ...], task: Task, filenames: Sequence[str]) -> Iterator[Result]:
    """Examine the files, several at once where they are many."""
    work = functools.partial(_examine, argv, task)
    jobs = min(_host(argv).jobs, len(filenames) // (_ENOUGH_FOR_TWO // 2))
    with _pool(jobs) as pool:
        if pool is None:
            yield from map(work, filenames)
        else:
            yield from pool.map(work, filenames, chunksize=max(1, min(8, len(filenames) // jobs // 4)))


@contextlib.contextmanager
def _pool(jobs: int) -> Iterator[ProcessPoolExecutor | None]:
    """Give `jobs` processes, or None where one is enough or the system has none to give.

    A Python that starts anew looks for what it imports in the current folder first, where others may have put
    something, unless a variable forbids it.
    """
    before = os.environ.get(_SAFE_PATH)
    pool = _processes(jobs) if jobs > 1 else None
    if pool is None:
        yield None
        return
    os.environ[_SAFE_PATH] = "1"
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
        os.environ.pop(_SAFE_PATH)
        if before is not None:
            os.environ[_SAFE_PATH] = before


def _processes(jobs: int) -> ProcessPoolExecutor | None:
    try:
        import multiprocessing  # noqa: PLC0415  slow to import
        from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  not everywhere, and slow to import

        if sys.version_info < (3, 11) and multiprocessing.get_start_method() != "fork":
            return None  # it does not know the variable
        # Ctrl-C reaches the whole group of processes; this one hears it and stops the others.
        return ProcessPoolExecutor(jobs, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN))
    except (ImportError, NotImplementedError, OSError):
        return None


def _with_progress(results: Iterable[Result], total: int) -> Iterator[Result]:
    """Tell a person at a terminal how far a long run has come."""
    start, told = time.monotonic(), False
    for number, result in enumerate(results, 1):
        if number < total and sys.stderr.isatty() and time.monotonic() - start > _A_WHILE:
            told = True
            bar = ("#" * (number * 30 // total)).ljust(30, ".")
            sys.stderr.write(f"\r[{bar}] {number} of {total} files")
            sys.stderr.flush()
        yield result
    if told:
        sys.stderr.write("\r\033[K")


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _place(name: str, finding: Finding) -> str:
    return f"{name}:{finding.span.line}:{finding.span.column + 1}: {finding.code}"


def _carry_out(task: Task, result: Result) -> bool:
    """Write or show what was worked out for one file; say whether that went well."""
    stream = sys.stdout.buffer
    if task.mode is Mode.DIFF:
        stream.write(unified(result.name, result.old, result.new))
    elif task.mode is Mode.FIX and result.filename == STDIN:
        stream.write(result.new)
    elif result.new != result.old:
        try:
            files.replace(result.filename, result.old, result.new)
        except OSError as error:
            _say(f"{result.name}: not written: {error.strerror or error}")
            result.left, result.fixed = result.before, []
            return False
    return True


def _tell(task: Task, result: Result) -> None:
    """Say on stderr what was done in one file, and why the rest was not."""
    for finding in result.fixed:
        fix = finding.fix
        suggested = fix is not None and fix.applicability is Applicability.SUGGESTED
        if fix is not None and task.mode is Mode.FIX:
            _say(f"{_place(result.name, finding)} fixed: {fix.rewrite.value}")
        elif suggested:
            _say(f"{_place(result.name, finding)} is a suggestion: read it before you apply it")
    for finding, refusal in result.refused.items():
        _say(f"{_place(result.name, finding)} not fixed: {refusal.value}")


def _run(argv: tuple[str, ...], task: Task) -> int:
    host = _host(argv)
    if host.leaves_us_out:
        _say(f"flake8-aiohttp: {LEFT_OUT}")
    filenames = list(dict.fromkeys(host.files()))
    results, well = [], True
    for result in _with_progress(_results(argv, task, filenames), len(filenames)):
        well &= _carry_out(task, result)
        results.append(result)
    # What a patch or a mended source shares stdout with would spoil it.
    aside = task.mode is Mode.DIFF or (task.mode is Mode.FIX and STDIN in filenames)
    sys.stdout.flush()
    with (
        contextlib.redirect_stdout(sys.stderr if aside else sys.stdout),
        host.printing("aiohttp-framed" if _is_read_by_a_person(task) else "default").started() as printer,
    ):
        _print(task, results, printer)
    found = printer.count or (task.mode is Mode.DIFF and any(result.fixed for result in results))
    return int(not well or bool(found and not host.options.exit_zero))


def _is_read_by_a_person(task: Task) -> bool:
    """Whether findings are printed on a terminal, and not beside a patch."""
    return task.mode is not Mode.DIFF and sys.stdout.isatty()


def _print(task: Task, results: Sequence[Result], printer: Printer) -> None:
    for result in results:
        _tell(task, result)
        printer.know(result.name, result.new)
        printer.show(result.name, result.left)
    fixed = sum(len(result.fixed) for result in results)
    if fixed and task.mode is Mode.FIX:
        _say(f"{fixed} fixed, {printer.count} left")


def server(argv: Sequence[str]) -> int:
    """Serve an editor."""
    try:
        from flake8_aiohttp.lsp.server import serve  # noqa: PLC0415  an extra, and slow to import
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"lsprotocol", "pygls"}:
            raise
        _say('flake8-aiohttp: the server needs pygls: pip install "flake8-aiohttp[lsp]"')
        return 2
    return serve(argv)


def _options(argv: Sequence[str]) -> tuple[Task, tuple[str, ...]]:
    """Take our own options out of the command line; flake8 reads the others."""
    parser = argparse.ArgumentParser(prog="flake8-aiohttp", add_help=False, allow_abbrev=False)
    modes = parser.add_mutually_exclusive_group()
    modes.add_argument("--diff", dest="mode", action="store_const", const=Mode.DIFF, default=Mode.REPORT)
    modes.add_argument("--fix", dest="mode", action="store_const", const=Mode.FIX)
    parser.add_argument("--unsafe-fixes", action="store_true")
    ours, theirs = parser.parse_known_args(list(argv))
    if ours.unsafe_fixes and ours.mode is Mode.REPORT:
        parser.error("--unsafe-fixes goes with --fix")
    # A patch is read before it is applied, so it shows suggestions too.
    return Task(ours.mode, ours.unsafe_fixes or ours.mode is Mode.DIFF), tuple(theirs)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command, and give its exit code."""
    try:
        return _main(sys.argv[1:] if argv is None else list(argv))
    except BrokenPipeError:  # `… | head` has read enough; Python's last flush must not complain either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _main(argv: list[str]) -> int:
    commands = {"explain": explain, "rules": list_rules, "server": server}
    if argv and argv[0] in commands:
        return commands[argv[0]](argv[1:])
    if "--version" in argv:
        sys.stdout.write(f"flake8-aiohttp {__version__} (flake8 {VERSION})\n")
        return 0
    if "-h" in argv or "--help" in argv:
        sys.stdout.write(USAGE)
        sys.stdout.flush()
    task, theirs = _options(argv)
    try:
        return _run(theirs, task)
    except KeyboardInterrupt:
        _say("... stopped")
    except ConfigurationError as error:
        _say(f"flake8-aiohttp: {error}")
    return 1
