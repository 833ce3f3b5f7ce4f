"""What the linter and its safe fixes make of a mistake that was put in."""

from __future__ import annotations

import ast
import dataclasses
import enum
from collections import Counter
from collections.abc import Sequence

from flake8_aiohttp.check import check
from flake8_aiohttp.finding import Applicability, Finding
from flake8_aiohttp.fixing.apply import fix_text
from flake8_aiohttp.fixing.verification import Drift
from tests.injected.mistakes import Mistake


class Fixed(enum.Enum):
    """What the safe fixes made of a mistake."""

    ORIGINAL = "the tree it came from"
    OTHER = "another tree"
    NOT = "no safe fix"


@dataclasses.dataclass(frozen=True)
class Trial:
    """What became of a mistake; `text` is what the safe fixes made of it."""

    mistake: Mistake
    found: tuple[Finding, ...]
    fixed: Fixed
    text: str


def regular(text: str) -> list[Finding]:
    """Give the findings but those of the opt-in rules."""
    return [each for each in check(text) if not each.code.startswith("AIO9")]


def trial(original: str, before: Sequence[Finding], mistake: Mistake) -> Trial:
    """Lint and fix a wrong text; `before` are the findings of the right one."""
    after = regular(mistake.text)
    drift = Drift(original, mistake.text)
    known = Counter(map(drift.old, before))
    found = []
    for finding in after:
        key = drift.new(finding)
        if known[key]:
            known[key] -= 1
        else:
            found.append(finding)
    if not any(map(_is_safe, found)):
        return Trial(mistake, tuple(found), Fixed.NOT, mistake.text)
    text = fix_text(mistake.text, check, findings=after).text
    if text == mistake.text:
        return Trial(mistake, tuple(found), Fixed.NOT, text)
    expected = fix_text(original, check, findings=before).text if any(map(_is_safe, before)) else original
    same = ast.dump(ast.parse(expected)) == ast.dump(ast.parse(text))
    return Trial(mistake, tuple(found), Fixed.ORIGINAL if same else Fixed.OTHER, text)


def _is_safe(finding: Finding) -> bool:
    return finding.fix is not None and finding.fix.applicability is Applicability.SAFE
