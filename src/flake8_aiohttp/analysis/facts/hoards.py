"""Where a file keeps responses, and whether it reads what it takes out again: of attributes, lists, dicts, queues.

A look at the text is enough: a name that is given to what is taken out, and its body read in the same function.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from flake8_aiohttp.analysis.facts.wording import Wording
from flake8_aiohttp.python.scopes import Function

_BODY = r"\.(?:text|json|read|content)\b"
_TAKEN = r"(?:\[[^\]\n]*\]|\.(?:get|pop|popleft|get_nowait)\([^()\n]*\)\)?)"


class Hoards:
    """Answers for each name what the file does with what is kept there; every question is answered once."""

    def __init__(self, wording: Wording, functions: list[Function]) -> None:
        self._wording = wording
        self._functions = functions
        self._answers: dict[object, bool] = {}

    def reads(self, attribute: str, leaver: Function | None) -> bool:
        """Whether the file reads the body of what some object holds in `attribute`.

        What `leaver` reads itself, or by what it calls, it reads in the response's block.
        """
        if (attribute, leaver) not in self._answers:
            held = rf"\.{re.escape(attribute)}"
            body, named = re.compile(held + _BODY), _reading(_named(f"{held}$"))
            segments = [self._wording.text] if leaver is None else self._others(leaver)
            self._answers[attribute, leaver] = any(body.search(each) or named(each) for each in segments)
        return self._answers[attribute, leaver]

    def _others(self, leaver: Function) -> Iterator[str]:
        """Give the functions but `leaver`, those that it calls, and those around it."""
        within = self._wording.segment(leaver)
        for function in self._functions:
            segment = self._wording.segment(function)
            if f"{function.name}(" not in within and within not in segment:
                yield segment

    def takes_out(self, container: str) -> bool:
        """Whether the file reads the body of what it takes out of a list, dict or queue of this name."""
        word = rf"\b{re.escape(container)}"
        return self._finds(word + _TAKEN + _BODY) or self._reads_named(rf"{word}(?=[.[])", rf"{word}\b")

    def _finds(self, pattern: str) -> bool:
        if pattern not in self._answers:
            self._answers[pattern] = re.search(pattern, self._wording.text) is not None
        return self._answers[pattern]

    def _reads_named(self, held: str, looped: str) -> bool:
        """Whether a function names what `held` holds, or each of what `looped` does, and reads its body."""
        pattern = _named(held, looped)
        if pattern not in self._answers:
            self._answers[pattern] = any(map(_reading(pattern), map(self._wording.segment, self._functions)))
        return self._answers[pattern]


def _named(held: str, looped: str = "(?!)") -> str:
    """Give the pattern of what gives a name to what `held` holds, or to each of what `looped` does."""
    return rf"for ([\w, ]+) in [^\n]*{looped}|(\w+) = (?:await )?[\w.]*{held}"


def _reading(pattern: str) -> Callable[[str], bool]:
    """Ask of a function whether it reads the body of what `pattern` gives a name to."""
    naming = re.compile(pattern, re.MULTILINE)

    def reads(segment: str) -> bool:
        names = {name for found in naming.finditer(segment) for name in re.findall(r"\w+", found[1] or found[2])}
        return bool(names) and re.search(rf"\b(?:{'|'.join(names)}){_BODY}", segment) is not None

    return reads
