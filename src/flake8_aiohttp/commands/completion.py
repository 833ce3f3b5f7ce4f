"""What shells need to complete our options."""

from __future__ import annotations

import argparse

import shtab

from flake8_aiohttp.commands.arguments import parser
from flake8_aiohttp.host.settings import options_of_flake8


def shells() -> list[str]:
    """Give the shells that can be helped."""
    return list(shtab.SUPPORTED_SHELLS)


def script(shell: str) -> str:
    """Give the script for a shell."""
    both = argparse.ArgumentParser(
        prog="flake8-aiohttp", parents=[parser(), options_of_flake8()], conflict_handler="resolve", add_help=False
    )
    for action in both._actions:  # noqa: SLF001  argparse names its positional arguments nowhere else
        if action.dest == "filenames":
            action.complete = shtab.FILE  # type: ignore[attr-defined]
    return str(shtab.complete(both, shell))
