"""The user's flake8 configurations: which one a file has, and what it says now."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from flake8_aiohttp.host import ConfigurationError, Host

NAMES = (".flake8", "setup.cfg", "tox.ini", "pyproject.toml")
_OURS = re.compile(rb"^\s*\[(?:tool\.)?flake8\b", re.MULTILINE)

Contents = tuple[bytes, ...]


class Projects:
    """Reads each configuration once, and again when its files say something else.

    flake8 looks for its configuration from the current folder on, and patterns such as `tests/*` begin there, so
    the process changes to the folder of a file's project whenever it is asked about the file. What is wrong with a
    configuration goes to `tell`, once. `options` are flake8's, and come on top of what a configuration says.
    """

    def __init__(self, tell: Callable[[str], None], options: Sequence[str] = ()) -> None:
        self._tell = tell
        self._options = options
        self._known: dict[Path, tuple[Contents, Host | None]] = {}

    def host(self, path: Path, fallback: Path) -> Host | None:
        """Change to the folder of a file's project, and give flake8 as it is set up there.

        `fallback` is the folder of files that have no configuration. None where flake8 would not run.
        """
        folder, contents = _configuration(path) or (fallback, ())
        os.chdir(folder)
        known = self._known.get(folder)
        if known is None or known[0] != contents:
            known = self._known[folder] = contents, self._read(folder)
        return known[1]

    def _read(self, folder: Path) -> Host | None:
        try:
            host = Host.of_current_folder(self._options)
        except ConfigurationError as error:
            self._tell(f"{folder}: flake8 cannot read its configuration: {error}")
            return None
        for remark in host.remarks:
            self._tell(f"{folder}: {remark}")
        return host


def _configuration(path: Path) -> tuple[Path, Contents] | None:
    """Give the nearest folder around a file in which flake8 is configured, and what it says there."""
    home = Path(os.path.expanduser("~"))  # noqa: PTH111  a home that cannot be found is no reason to fail
    for folder in path.parents:
        if folder == home != path.parent:
            break  # flake8 goes no further either
        contents = tuple(_said(folder))
        if contents:
            return folder, contents
    return None


def _said(folder: Path) -> Iterator[bytes]:
    for name in NAMES:
        try:
            content = (folder / name).read_bytes()
        except OSError:
            continue
        if _OURS.search(content):
            yield content
