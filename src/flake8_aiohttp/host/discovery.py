"""Which files a run looks at."""

from __future__ import annotations

import argparse
import logging
import os
from collections.abc import Iterator
from pathlib import PurePath

from flake8.utils import fnmatch, matches_filename

from flake8_aiohttp.host.ignoring import Ignored

STDIN = "-"
NOTEBOOK = ".ipynb"
_LOG = logging.getLogger(__name__)
_BY_DEFAULT = ["*.py"]


class Discovery:
    """Finds files as flake8 does, with these differences.

    What is excluded stays so even if it is named, for pre-commit and editors name every file. What is not the user's
    (see `Ignored`) is left out unless it is named. Notebooks are looked at, too, where `filename` is not set.
    """

    def __init__(self, options: argparse.Namespace) -> None:
        self._named: list[str] = options.filenames
        self._excluded = (*options.exclude, *options.extend_exclude)
        patterns = options.filename
        self._patterns = [*patterns, f"*{NOTEBOOK}"] if patterns == _BY_DEFAULT else patterns

    def files(self) -> list[str]:
        """Give the files to look at, sorted as flake8 sorts them; standard input comes last."""
        named = [each for each in self._named if each == STDIN or not self.is_excluded(each)]
        if not named and self._named:
            return []
        found = sorted(file for each in named or ["."] if each != STDIN for file in self._under(each))
        return list(dict.fromkeys([*found, *[STDIN] * (STDIN in named)]))

    def is_excluded(self, name: str) -> bool:
        """Say whether a path, or a folder that it stands in, is excluded."""
        path = PurePath(os.path.relpath(name))
        if ".." in path.parts:
            path = PurePath(os.path.abspath(name))  # noqa: PTH100  `resolve` would follow links
        return any(self._matches(str(each)) for each in (path, *path.parents) if each.name)

    def _matches(self, path: str) -> bool:
        message = '"%(path)s" has %(whether)sbeen excluded'
        return bool(matches_filename(path, self._excluded, message, _LOG))

    def _under(self, named: str) -> Iterator[str]:
        """Give a file that was named, or the files under a folder that was."""
        if not os.path.isdir(named):  # noqa: PTH112  flake8 prints paths as they are written, `./` and all
            yield named
            return
        ignored = Ignored(named)
        for root, folders, files in os.walk(named):
            folders[:] = [each for each in folders if self._is_wanted(ignored, root, each, is_folder=True)]
            for file in files:
                path = os.path.join(root, file)  # noqa: PTH118  as above
                if fnmatch(path, self._patterns) and self._is_wanted(ignored, root, file, is_folder=False):
                    yield path

    def _is_wanted(self, ignored: Ignored, root: str, name: str, *, is_folder: bool) -> bool:
        path = os.path.join(root, name)  # noqa: PTH118  as above
        return not (self._matches(path) or ignored(path, is_folder=is_folder))
