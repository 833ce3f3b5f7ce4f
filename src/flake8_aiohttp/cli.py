"""The command: report, show the fixes as a patch, or make them.

Without a flag it reports like flake8, with flake8's options, configuration and exit codes.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import TextIO

from flake8_aiohttp import __version__

_WRONG = 2


def explain(argv: Sequence[str]) -> int:
    """Tell about rules."""
    from flake8_aiohttp import explaining  # noqa: PLC0415  nobody else needs it

    return explaining.explain(argv)


def list_rules(argv: Sequence[str]) -> int:
    """List the rules."""
    from flake8_aiohttp import explaining  # noqa: PLC0415  as above

    return explaining.list_rules(argv)


def server(argv: Sequence[str]) -> int:
    """Serve an editor."""
    from flake8_aiohttp.lsp.server import serve  # noqa: PLC0415  nobody else needs it

    return serve(argv)


def lint(argv: Sequence[str]) -> int:
    """Report or fix."""
    try:
        from flake8_aiohttp.commands.arguments import USAGE, parse  # noqa: PLC0415  see below
        from flake8_aiohttp.commands.lint import run  # noqa: PLC0415  see below
        from flake8_aiohttp.host import VERSION, ConfigurationError  # noqa: PLC0415  a newer flake8 may have renamed it
    except ImportError as error:
        sys.stderr.write(f"flake8-aiohttp: it cannot work with this flake8: {error}\n")
        return _WRONG
    if "--version" in argv:
        sys.stdout.write(f"flake8-aiohttp {__version__} (flake8 {VERSION})\n")
        return 0
    if "-h" in argv or "--help" in argv:
        sys.stdout.write(USAGE)
        sys.stdout.flush()
    task, theirs = parse(argv)
    try:
        return run(theirs, task)
    except ConfigurationError as error:
        sys.stderr.write(f"flake8-aiohttp: {error}\n")
        return 1


def completion(argv: Sequence[str]) -> int:
    """Print what a shell needs to complete our options."""
    try:
        from flake8_aiohttp.commands.completion import script, shells  # noqa: PLC0415  a library that few need
    except ModuleNotFoundError:
        sys.stderr.write("flake8-aiohttp: completion needs shtab: pip install shtab\n")
        return _WRONG
    parser = argparse.ArgumentParser(
        prog="flake8-aiohttp completion",
        description="Print a script that lets a shell complete the options, e.g. for ~/.bash_completion.",
    )
    parser.add_argument("shell", choices=shells())
    sys.stdout.write(script(parser.parse_args(argv).shell) + "\n")
    return 0


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "completion": completion,
    "explain": explain,
    "rules": list_rules,
    "server": server,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command, and give its exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    if sys.stdout is None or sys.stderr is None:  # closed by whoever started us: `>&-`
        sys.stdout, sys.stderr = sys.stdout or _nowhere(), sys.stderr or _nowhere()
    try:
        work = COMMANDS.get(words[0]) if words else None
        if work and os.path.lexists(words[0]):
            sys.stderr.write(
                f"flake8-aiohttp: `{words[0]}` is the command; write ./{words[0]} for what is called so here\n"
            )
        code = work(words[1:]) if work else lint(words)
        if not sys.stdout.closed:  # as the server leaves it
            sys.stdout.flush()
    except KeyboardInterrupt:
        return 1
    except OSError as error:
        _abandon_stdout()
        if not isinstance(error, BrokenPipeError):  # for `… | head` has read enough
            sys.stderr.write(f"flake8-aiohttp: {error.strerror or error}\n")
            return _WRONG
        return 1
    return code


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123  it lasts as long as the process


def _abandon_stdout() -> None:
    """Let Python's last flush go nowhere: it would complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
