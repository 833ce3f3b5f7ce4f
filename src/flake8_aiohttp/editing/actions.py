"""What an editor may offer to do about a finding."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from flake8_aiohttp.editing.draft import Draft
from flake8_aiohttp.editing.edits import Edit
from flake8_aiohttp.finding import Applicability, Finding

QUICK_FIX = "quickfix"
FIX_ALL = "source.fixAll.flake8-aiohttp"
FIX_NOTEBOOK = f"notebook.{FIX_ALL}"  # as VS Code names what concerns all cells at once
_SOME = 20  # each fix is checked before it is offered, which takes its time


@dataclasses.dataclass(frozen=True)
class Action:
    """Edits under a title; `preferred` ones may be made without being looked at.

    `edits` is None where they have not been worked out yet.
    """

    title: str
    kind: str
    edits: Sequence[Edit] | None
    finding: Finding | None = None
    preferred: bool = False


def actions(
    draft: Draft, findings: Sequence[Finding], only: Sequence[str] = (), *, lazily: bool = False
) -> Iterator[Action]:
    """Give what can be done about `findings`, of the kinds that are asked for; `only` empty means all kinds.

    To fix everything takes a while; `lazily` leaves its edits open.
    """
    if is_wanted(QUICK_FIX, only):
        yield from quick_fixes(draft, findings[:_SOME])
    for kind in (FIX_ALL, FIX_NOTEBOOK):
        offered = is_wanted(kind, only) and (only or (kind == FIX_ALL and len(draft.fixable) > 1))
        if offered and draft.fixable and (kind == FIX_ALL or draft.is_notebook):
            yield Action("flake8-aiohttp: make all safe fixes", kind, None if lazily else draft.all_mended)


def is_wanted(kind: str, only: Sequence[str]) -> bool:
    """Say whether a kind of actions is asked for: by its own name, by that of its family, or by none."""
    return not only or any(f"{kind}.".startswith(f"{each}.") for each in only)


def quick_fixes(draft: Draft, findings: Sequence[Finding]) -> Iterator[Action]:
    """Give a fix for each finding that has one, and then what silences each."""
    for finding in findings:
        if finding.fix and (corrected := draft.corrected(finding)):
            safe = finding.fix.applicability is Applicability.SAFE
            title = f"{finding.code}: {finding.fix.rewrite.value}{'' if safe else ' (suggested)'}"
            yield Action(title, QUICK_FIX, corrected, finding, preferred=safe)
    for finding in findings:
        if silent := draft.silenced(finding):
            yield Action(f"{finding.code}: disable for this line", QUICK_FIX, silent, finding)
