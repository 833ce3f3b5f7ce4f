"""Which functions of the file are called in it."""

from __future__ import annotations

from flake8_aiohttp.analysis.facts.wording import Wording
from flake8_aiohttp.python.scopes import Function


class CallGraph:
    """The calls of a file: those that were followed, and those that only its text shows."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording
        self.followed: set[Function] = set()

    def has_callers(self, function: Function) -> bool:
        """Whether a function is called in this file, or by what pytest makes of it."""
        if function.parent is not None and function.parent.decorated_by("fixture"):
            return True  # timid: tests call what fixtures return
        return function in self.followed or self._wording.is_called_elsewhere(function)
