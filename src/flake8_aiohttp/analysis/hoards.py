"""Where a file keeps responses, and whether it reads what it takes out again: of attributes, lists, dicts, queues.

A look at the text is enough: a name that is given to what is taken out, and its body read in the same function.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from flake8_aiohttp.analysis.wording import Wording
from flake8_aiohttp.python.names import Function

_BODY = r"\.(?:text|json|read|content)\b"
_TAKEN = r"(?:\[[^\]\n]*\]|\.(?:get|pop|popleft|get_nowait)\([^()\n]*\)\)?)"


class Hoards:
    """Answers for each name what the file does with what is kept there; every question is answered once."""

    def __init__(self, wording: Wording, functions: list[Function]) -> None:
        self._wording = wording
        self._functions = functions
        self._answers: dict[str, bool] = {}

    def reads(self, attribute: str) -> bool:
        """Whether the file reads the body of what some object holds in `attribute`."""
        held = rf"\.{re.escape(attribute)}"
        return self._finds(held + _BODY) or self._reads_named(f"{held}$")

    def takes_out(self, container: str) -> bool:
        """Whether the file reads the body of what it takes out of a list, dict or queue of this name."""
        word = rf"\b{re.escape(container)}"
        return self._finds(word + _TAKEN + _BODY) or self._reads_named(rf"{word}(?=[.[])", rf"{word}\b")

    def _finds(self, pattern: str) -> bool:
        if pattern not in self._answers:
            self._answers[pattern] = re.search(pattern, self._wording.text) is not None
        return self._answers[pattern]

    def _reads_named(self, held: str, looped: str = "(?!)") -> bool:
        """Whether a function names what `held` holds, or each of what `looped` does, and reads its body."""
        pattern = rf"for ([\w, ]+) in [^\n]*{looped}|(\w+) = (?:await )?[\w.]*{held}"
        if pattern not in self._answers:
            self._answers[pattern] = any(map(_reading(pattern), map(self._wording.segment, self._functions)))
        return self._answers[pattern]


def _reading(pattern: str) -> Callable[[str], bool]:
    """Ask of a function whether it reads the body of what `pattern` gives a name to."""
    naming = re.compile(pattern, re.MULTILINE)

    def reads(segment: str) -> bool:
        names = {name for found in naming.finditer(segment) for name in re.findall(r"\w+", found[1] or found[2])}
        return bool(names) and re.search(rf"\b(?:{'|'.join(names)}){_BODY}", segment) is not None

    return reads
