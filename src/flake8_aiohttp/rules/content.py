"""Evidence of binary content, joined over the callers of a read."""

from __future__ import annotations

import dataclasses

from flake8_aiohttp.analysis.journal import Read, Visit
from flake8_aiohttp.finding import Related, Span
from flake8_aiohttp.rules.wording import told


@dataclasses.dataclass(frozen=True, slots=True)
class Evidence:
    """Why a body is binary, where to say so, and whether the read's own function shows it."""

    span: Span
    why: str
    here: bool
    related: tuple[Related, ...]


def evidence_for(read: Read, member: str) -> list[Evidence]:
    """Give the evidence against a read: at the read where all callers show it, else at those callers that do."""
    if read.member != member or read.lenient or any(visit.fault for visit in read.visits):
        return []
    called = [visit for visit in read.visits if visit.context]
    visits = called or list(read.visits)
    shown = [visit for visit in visits if visit.typestate.evidence]
    if not shown or read.or_raw:  # timid: something unseen says which read it is
        return []
    if len(shown) == len(visits):
        here = any(visit.typestate.evidence for visit in read.visits if not visit.context)
        return [
            Evidence(
                read.span,
                shown[0].typestate.evidence if here else _why(shown[0]),
                here,
                _story(shown[0], read.span, called=not here),
            )
        ]
    callers = {visit.context[-1]: visit for visit in shown if visit.context}
    quiet = {visit.context[-1] for visit in visits if visit.context and not visit.typestate.evidence}
    return [
        Evidence(span, visit.typestate.evidence, here=False, related=_story(visit, span, called=False))
        for span, visit in callers.items()
        if span not in quiet
    ]


def _why(visit: Visit) -> str:
    return f"{visit.typestate.evidence}, called in line {visit.context[-1].line}"


def _story(visit: Visit, at: Span, *, called: bool) -> tuple[Related, ...]:
    """Tell where the response was opened, and who `called` the function that reads it, where that is the evidence."""
    callers = [Related(call, "called here") for call in visit.context[-1:] if called]
    return told(at, [Related(visit.opened, "opened here"), *callers])
