"""Our own options, taken out of a command line that flake8 reads the rest of."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from flake8_aiohttp.commands.task import Mode, Task
from flake8_aiohttp.outputs import FORMATS

USAGE = """\
usage: flake8-aiohttp [--diff | --fix] [options] [PATH ... | -]
       flake8-aiohttp explain CODE ...
       flake8-aiohttp rules [--json]
       flake8-aiohttp server
       flake8-aiohttp completion SHELL

Finds misuse of aiohttp in Python files and notebooks, and fixes it. flake8's configuration says
what is reported. On a terminal findings are shown in their source; in a pipe each is a line, as
flake8 prints it. A folder that is named as a command is (`server`) is written ./server.

fix:
  --fix                 make the safe fixes; with `-` the fixed source goes to stdout
  --diff                print a patch of the fixes, suggested ones too; all else goes to stderr
  --unsafe-fixes        with --fix: make the suggested fixes too
  --fix-only            make the safe fixes, and count what is left; for a hook beside another

report:
  --output-format NAME  {formats}
  --unused-noqa         report `# noqa: AIO...` that silence nothing; with --fix, remove them

adopt:
  --add-noqa            silence each finding with a comment on its line
  --baseline FILE       do not report the findings that this file lists
  --write-baseline      with --baseline: list the findings in that file

  --version             print the versions of flake8-aiohttp and flake8, and stop

Exit code: 0 if there is nothing to report (or with --exit-zero), 1 if there is (with --fix: if
anything is left), 2 for wrong usage, and where the configuration leaves out every AIO code.
Environments, installed packages and what `.gitignore` names are skipped unless they are named.

flake8's own options follow.

""".replace("{formats}", f"{', '.join(list(FORMATS)[:5])},\n{' ' * 24}{', '.join(list(FORMATS)[5:])}")


def parser() -> argparse.ArgumentParser:
    """Give what reads our own options."""
    parser = argparse.ArgumentParser(prog="flake8-aiohttp", add_help=False, allow_abbrev=False, usage=argparse.SUPPRESS)
    modes = parser.add_mutually_exclusive_group()
    modes.add_argument("--diff", dest="mode", action="store_const", const=Mode.DIFF, default=Mode.REPORT)
    modes.add_argument("--fix", dest="mode", action="store_const", const=Mode.FIX)
    modes.add_argument("--add-noqa", dest="mode", action="store_const", const=Mode.SILENCE)
    parser.add_argument("--fix-only", action="store_true")
    parser.add_argument("--unsafe-fixes", action="store_true")
    parser.add_argument("--output-format", choices=FORMATS)
    parser.add_argument("--unused-noqa", action="store_true")
    parser.add_argument("--baseline", metavar="FILE")
    parser.add_argument("--write-baseline", action="store_true")
    return parser


def parse(argv: Sequence[str]) -> tuple[Task, tuple[str, ...]]:
    """Give the task, and the options and paths that are flake8's to read."""
    reader = parser()
    ours, theirs = reader.parse_known_args(list(argv))
    if ours.fix_only:
        if ours.mode not in {Mode.REPORT, Mode.FIX}:
            reader.error("--fix-only goes with --fix alone")
        ours.mode = Mode.FIX
    if ours.unsafe_fixes and ours.mode not in {Mode.FIX, Mode.DIFF}:
        reader.error("--unsafe-fixes goes with --fix")
    if ours.write_baseline and (not ours.baseline or ours.mode is not Mode.REPORT):
        reader.error("--write-baseline goes with --baseline FILE, and changes nothing else")
    if ours.output_format and any(each.startswith("--format") for each in theirs):
        reader.error("--output-format is ours, --format is flake8's: choose one of them")
    task = Task(
        ours.mode,
        # A patch is read before it is applied, so it shows suggestions too.
        unsafe=ours.unsafe_fixes or ours.mode is Mode.DIFF,
        brief=ours.fix_only,
        output=ours.output_format,
        unused=ours.unused_noqa,
        baseline=ours.baseline,
        record=ours.write_baseline,
    )
    return task, tuple(theirs)
