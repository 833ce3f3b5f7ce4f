"""What an editor may offer to do about a finding."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence

from flake8_aiohttp.editing.draft import Draft
from flake8_aiohttp.editing.edits import Edit
from flake8_aiohttp.finding import Applicability, Finding

QUICK_FIX = "quickfix"
FIX_ALL = "source.fixAll.flake8-aiohttp"
FIX_NOTEBOOK = f"notebook.{FIX_ALL}"  # as VS Code names what concerns all cells at once
_MOST_AT_ONCE = 20  # a fix that is checked before it is offered takes its time


@dataclasses.dataclass(frozen=True)
class Action:
    """What may be done, under a title; `preferred` is what may be done without being looked at.

    `work` gives the edits, and `why_not` says why there are none; both may take a while, so they are called late.
    """

    title: str
    kind: str
    work: Callable[[], Sequence[Edit]]
    why_not: Callable[[], str]
    finding: Finding | None = None
    preferred: bool = False


def actions(
    draft: Draft, findings: Sequence[Finding], only: Sequence[str] = (), *, lazily: bool = False
) -> Iterator[Action]:
    """Give what can be done about `findings`, of the kinds that are asked for; `only` empty means all kinds.

    Fixes of single findings whose edits turn out to be none are left out, unless they are to be worked out `lazily`,
    when somebody has chosen one.
    """
    if is_wanted(QUICK_FIX, only):
        yield from quick_fixes(draft, findings[:_MOST_AT_ONCE], lazily=lazily)
    for kind in (FIX_ALL, FIX_NOTEBOOK):
        offered = is_wanted(kind, only) and (only or (kind == FIX_ALL and len(draft.fixable) > 1))
        if offered and draft.fixable and (kind == FIX_ALL or draft.is_notebook):
            yield Action(
                "flake8-aiohttp: make all safe fixes",
                kind,
                lambda: draft.all_fixed,
                lambda: "there is nothing left to fix",
            )


def is_wanted(kind: str, only: Sequence[str]) -> bool:
    """Say whether a kind of actions is asked for: by its own name, by that of its family, or by none."""
    return not only or any(f"{kind}.".startswith(f"{each}.") for each in only)


def quick_fixes(draft: Draft, findings: Sequence[Finding], *, lazily: bool = False) -> Iterator[Action]:
    """Give a fix for each finding that has one, and then what silences each; see `actions`."""
    offered = [fix for finding in findings if (fix := _fix(draft, finding))]
    offered += [_silence(draft, finding) for finding in findings]
    yield from (each for each in offered if lazily or each.work())


def _fix(draft: Draft, finding: Finding) -> Action | None:
    if finding.fix is None or draft.is_half_typed:
        return None
    safe = finding.fix.applicability is Applicability.SAFE
    return Action(
        f"{finding.code}: {finding.fix.rewrite.title}{'' if safe else ' (suggested)'}",
        QUICK_FIX,
        lambda: draft.corrected(finding),
        lambda: draft.refusal(finding),
        finding,
        preferred=safe,
    )


def _silence(draft: Draft, finding: Finding) -> Action:
    return Action(
        f"{finding.code}: disable for this line",
        QUICK_FIX,
        lambda: draft.silenced(finding),
        lambda: "no comment can stand on its line",
        finding,
    )
