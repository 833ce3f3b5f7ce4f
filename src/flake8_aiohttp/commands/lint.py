"""A run of the command: files are examined, changed if that is asked for, and told about."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from flake8_aiohttp.commands import summary, workers
from flake8_aiohttp.commands.baseline import Baseline
from flake8_aiohttp.commands.examine import Result
from flake8_aiohttp.commands.task import Mode, Task
from flake8_aiohttp.fixing import files
from flake8_aiohttp.fixing.diff import unified
from flake8_aiohttp.host import LEFT_OUT, STDIN, Host, Printer
from flake8_aiohttp.outputs import FOR_PEOPLE, format_named
from flake8_aiohttp.outputs.patches import painted
from flake8_aiohttp.outputs.report import Section
from flake8_aiohttp.outputs.text import statistics
from flake8_aiohttp.terminal import shown

_VERBS = {Mode.FIX: "fixed", Mode.SILENCE: "silenced"}


def run(argv: tuple[str, ...], task: Task) -> int:
    """Do the task with what the rest of the command line says; give the exit code."""
    host = workers.host_of(argv)
    if host.leaves_us_out:
        say(f"flake8-aiohttp: {LEFT_OUT}")
        if not (host.options.exit_zero or host.selects_on_the_command_line):
            return 2
    filenames = list(dict.fromkeys(host.files()))
    # What a patch or a fixed source shares stdout with would spoil it.
    aside = task.mode is Mode.DIFF or (task.mode is not Mode.REPORT and STDIN in filenames)
    task = dataclasses.replace(task, output=_output(host, task, aside=aside))
    results, well = _done(argv, task, filenames)
    sys.stdout.flush()
    if task.record and task.baseline:
        _record(task.baseline, results)
        return int(not well)
    with contextlib.redirect_stdout(sys.stderr if aside else sys.stdout):
        count = _tell(host, task, results)
    if not aside and task.output == "full" and sys.stdout.isatty() and not host.options.output_file:
        sys.stdout.write(summary.text(task, results, filenames, host.options.filenames))
    found = count or (task.mode is Mode.DIFF and any(result.done for result in results))
    return int(not well or bool(found and not host.options.exit_zero))


def _output(host: Host, task: Task, *, aside: bool) -> str | None:
    """Give the name of the format to print in, None where that is one of flake8's."""
    if task.output or host.chooses_format or host.options.quiet:
        return task.output
    return "full" if sys.stdout.isatty() and not aside and not host.options.output_file else None


def _done(argv: tuple[str, ...], task: Task, filenames: Sequence[str]) -> tuple[list[Result], bool]:
    """Examine the files and carry out what is asked for; say whether all could be written."""
    results: list[Result] = []
    well, base = True, _base(filenames)
    if task.mode is Mode.DIFF and base != os.curdir:
        say(f"flake8-aiohttp: apply the patch in {base}")
    try:
        found = workers.results(argv, task, filenames)
        if task.mode is not Mode.DIFF:  # whose patches come one by one
            found = workers.with_progress(found, len(filenames))
        for result in found:
            results.append(result)
            well &= _carry_out(task, result, base)
    except KeyboardInterrupt:
        written = [result.name for result in results if result.new != result.old and task.mode in _VERBS]
        say(f"\nflake8-aiohttp: stopped after {len(results)} of {len(filenames)} files")
        for name in written:
            say(f"{name}: {_VERBS[task.mode]}")
        raise
    return results, well


def say(line: str) -> None:
    """Write a line to stderr, without what would move the cursor of a terminal."""
    sys.stderr.write("\n".join(map(shown, line.split("\n"))) + "\n")


def _base(filenames: Sequence[str]) -> str:
    """Give the folder from which a patch names files: the top of the repository if some stand outside the current one.

    git applies no patch that says `../`.
    """
    if any(os.path.relpath(each).startswith(os.pardir) for each in filenames):
        here = Path.cwd()
        return next((str(each) for each in (here, *here.parents) if (each / ".git").exists()), os.curdir)
    return os.curdir


def _carry_out(task: Task, result: Result, base: str) -> bool:
    """Write or show what was worked out for one file; say whether that went well."""
    if task.mode is Mode.DIFF:
        patch = unified(result.name, result.old, result.new, base)
        sys.stdout.buffer.write(painted(patch) if sys.stdout.isatty() else patch)
    elif task.mode is not Mode.REPORT and result.filename == STDIN:
        sys.stdout.buffer.write(result.new)
    elif result.new != result.old:
        try:
            files.replace(result.filename, result.old, result.new)
        except OSError as error:
            say(f"{result.name}: not written: {error.strerror or error}")
            result.left, result.done, result.new = result.before, [], result.old
            return False
    return True


def _record(path: str, results: Iterable[Result]) -> None:
    listed = Baseline(Path(path), read=False).write([(each.name, each.keys) for each in results if each.keys])
    say(f"{path}: {listed} finding{'s' * (listed != 1)} listed")


def _tell(host: Host, task: Task, results: Sequence[Result]) -> int:
    """Say what was done, and print what is left; give how much that is."""
    for result in results:
        _tell_of(task, result)
    sections = [section for result in results for section in result.left]
    if task.brief:
        count = sum(len(section.reports) for section in sections)
    elif task.output:
        count = sum(len(section.reports) for section in sections)
        _write_all(host, task.output, sections, count)
    else:
        with host.printing().started() as printer:
            for section in sections:
                _print(printer, section)
        count = printer.count
    done = sum(len(result.done) for result in results)
    if (done or (task.brief and count)) and task.mode in _VERBS:
        hint = ": `flake8-aiohttp` tells which" if task.brief and count else ""
        say(f"{done} {_VERBS[task.mode]}, {count} left{hint}")
    return count


def _tell_of(task: Task, result: Result) -> None:
    """Say on stderr what was done in one file, and why the rest was not."""
    for each in result.done:
        if task.mode in _VERBS:
            say(f"{each.place} {_VERBS[task.mode]}: {each.what}" if task.mode is Mode.FIX else f"{each.place} silenced")
        elif each.suggested:
            say(f"{each.place} is a suggestion: read it before you apply it")
    for each in result.refused:
        say(f"{each.place} not {_VERBS.get(task.mode, 'fixed')}: {each.what}")


def _print(printer: Printer, section: Section) -> None:
    """Let flake8's formatter print; on a terminal nothing in a name or a line of source may move the cursor."""
    drawn = shown if sys.stdout.isatty() else str
    complaints = [
        (
            each.code,
            each.span.line,
            each.span.column,
            drawn(each.message),
            each.noqa_line and "".join(f"{drawn(line)}\n" for line in each.noqa_line.splitlines()),
        )
        for each in section.reports
    ]
    printer.show(drawn(section.name), complaints)


def _write_all(host: Host, output: str, sections: Sequence[Section], count: int) -> None:
    """Write in a format of ours; what programs read stays alone on stdout."""
    _write(host, format_named(output)(sections, host.options))
    told = statistics(sections, host.options) if host.options.statistics else ""
    told += f"{count}\n" if host.options.count else ""
    if output in FOR_PEOPLE:
        sys.stdout.write(told)
    else:
        sys.stderr.write(told)


def _write(host: Host, text: str) -> None:
    """Write where the user wants it: to a file, to stdout, or to both."""
    data = text.encode("utf-8", "backslashreplace")
    if host.options.output_file:
        with Path(host.options.output_file).open("ab") as file:
            file.write(data)
    if not host.options.output_file or host.options.tee:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
