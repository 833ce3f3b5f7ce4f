"""What must hold before a byte is written."""

from __future__ import annotations

import ast
import difflib
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence

from flake8_aiohttp.analysis.facts.consumers import Consumers, Fit, ValueType
from flake8_aiohttp.finding import Finding
from flake8_aiohttp.fixing.pieces import split_lines
from flake8_aiohttp.fixing.refusal import Refusal
from flake8_aiohttp.python.scopes import FileScopes
from flake8_aiohttp.python.source import Source
from flake8_aiohttp.rewrite import AwaitRead, ReadBytes

_GIVING_BYTES = (ReadBytes, AwaitRead)
Key = tuple[str, int]

# A request that was never sent needed no release. Awaited at last, its response may go unreleased: that
# is not the fix's doing, it is the rest of the same mistake.
_COMES_TO_LIGHT = {"AIO103": "AIO207"}
_CHANGED = 0


class Drift:
    """Which line of the new text was which line of the old one."""

    def __init__(self, old: str, new: str) -> None:
        before, after = split_lines(old), split_lines(new)
        self._old = [_CHANGED] * (len(before) + 2)
        self._new = [_CHANGED] * (len(after) + 2)
        for block in difflib.SequenceMatcher(None, before, after).get_matching_blocks():
            for offset in range(1, block.size + 1):
                self._old[block.a + offset] = self._new[block.b + offset] = block.a + offset

    def old(self, finding: Finding) -> Key:
        """Name a finding of the old text: its code and line, or that its line changed."""
        return finding.code, self._old[finding.span.line]

    def new(self, finding: Finding) -> Key:
        """Name a finding of the new text as it would have been named in the old one."""
        return finding.code, self._new[finding.span.line]


def compiles(text: str, *, at_top: bool = False) -> bool:
    """Say whether Python takes `text`; unlike parsing, this finds an `await` outside of an `async def`.

    `at_top` allows for it there, as a notebook does.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if at_top else 0
            compile(text, "<fixed>", "exec", flags, dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def awaits_at_top(text: str) -> bool:
    """Say whether a text is one that can only be awaiting outside of functions, and so may do it once more."""
    return compiles(text, at_top=True) and not compiles(text)


def still_compiles(old: str, new: str) -> bool:
    """Say whether Python takes `new`; it may ask no more of it than `old` does."""
    return compiles(new) or (awaits_at_top(old) and compiles(new, at_top=True))


def refused_types(text: str, findings: Iterable[Finding]) -> dict[Finding, Refusal]:
    """Give those of the findings of `text` whose fix would give bytes to what takes text alone."""
    giving = [each for each in findings if each.fix is not None and isinstance(each.fix.rewrite, _GIVING_BYTES)]
    if not giving:
        return {}
    source = Source.parse(text)
    consumers = Consumers(source, FileScopes(source.tree).imports.names)
    fits = {each: consumers.fit(each.span, ValueType.BYTES) for each in giving}
    return {each: Refusal.TYPE for each, fit in fits.items() if fit > Fit.UNKNOWN}


def problem(
    drift: Drift, before: Sequence[Finding], fixed: Iterable[Finding], after: Iterable[Finding]
) -> Refusal | None:
    """Compare a file's findings before and after: what was fixed must be gone, and nothing may be new.

    What came to light and was fixed again does not count. Opt-in codes are matters of taste, and do not
    stand in the way of a fix.
    """
    gone = Counter(drift.old(each) for each in fixed if each in before)
    room = Counter(map(drift.old, before)) - gone
    for finding in after:
        key = drift.new(finding)
        if room[key]:
            room[key] -= 1
        elif key in gone:
            return Refusal.STILL_THERE
        elif not _is_excused(key, gone) and not finding.code.startswith("AIO9"):
            return Refusal.NEW_FINDING
    return None


def _is_excused(key: Key, gone: Iterable[Key]) -> bool:
    code, line = key
    return any(_COMES_TO_LIGHT.get(other) == code and line == place for other, place in gone)
