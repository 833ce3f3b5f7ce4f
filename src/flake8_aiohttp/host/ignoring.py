"""What stands in a project and is not the user's: environments, installed packages, and what `.gitignore` names."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_NOT_THE_USERS = {".ipynb_checkpoints", ".venv", "node_modules", "site-packages", "venv"}


class Ignored:
    """Says what to leave alone under a folder that was named; the folder itself is not, for it was named.

    `.gitignore` files count from the top of the git repository on, and the one nearest to a path decides, as in
    git. Where the named folder is ignored itself, those above it say nothing.
    """

    def __init__(self, start: str) -> None:
        self._start = Path(os.path.abspath(start))  # noqa: PTH100  `resolve` would follow links
        self._specs: dict[Path, GitIgnoreSpec | None] = {}
        self._top = self._repository()
        if self._is_ignored(self._start, is_folder=True):
            self._top = self._start

    def _repository(self) -> Path:
        around = (self._start, *self._start.parents)
        return next((folder for folder in around if (folder / ".git").exists()), self._start)

    def __call__(self, path: str, *, is_folder: bool) -> bool:
        """Say whether to leave out a file, or a folder with all that it holds."""
        absolute = Path(os.path.abspath(path))  # noqa: PTH100  as above
        if is_folder and (absolute.name in _NOT_THE_USERS or (absolute / "pyvenv.cfg").exists()):
            return True
        return self._is_ignored(absolute, is_folder=is_folder)

    def _is_ignored(self, path: Path, *, is_folder: bool) -> bool:
        for folder in (each for each in path.parents if each.is_relative_to(self._top)):
            spec = self._spec(folder)
            if spec is not None:
                decision = spec.check_file(path.relative_to(folder).as_posix() + "/" * is_folder).include
                if decision is not None:
                    return decision
        return False

    def _spec(self, folder: Path) -> GitIgnoreSpec | None:
        if folder not in self._specs:
            lines = _lines(folder / ".gitignore") + (
                _lines(folder / ".git/info/exclude") if folder == self._top else []
            )
            self._specs[folder] = _compiled(lines) if lines else None
        return self._specs[folder]


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return []


def _compiled(lines: list[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec  # noqa: PLC0415  most runs name files, and need none

    patterns: list[str] = []
    for line in lines:
        try:
            GitIgnoreSpec.from_lines([line])
        except (ValueError, re.error):
            continue  # git passes over what it cannot read
        patterns.append(line)
    return GitIgnoreSpec.from_lines(patterns)
