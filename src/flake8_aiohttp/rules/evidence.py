"""Evidence of binary content, joined over the callers of a read."""

from __future__ import annotations

import dataclasses

from flake8_aiohttp.analysis.domain.typestate import Signal
from flake8_aiohttp.analysis.journal.entries import ReachingState, Read
from flake8_aiohttp.finding import Related, Span
from flake8_aiohttp.rules.messages import told


@dataclasses.dataclass(frozen=True, slots=True)
class Evidence:
    """Why a body is binary, where to say so, and whether the read's own function shows it."""

    span: Span
    why: str
    here: bool
    related: tuple[Related, ...]


def evidence_for(read: Read, member: str) -> list[Evidence]:
    """Give the evidence against a read: at the read where all callers show it, else at those callers that do."""
    if read.member != member or read.lenient or any(reaching.fault for reaching in read.reaching_states):
        return []
    called = [reaching for reaching in read.reaching_states if reaching.context]
    reaching_states = called or list(read.reaching_states)
    last_read = [reaching for reaching in reaching_states if reaching.typestate.evidence]
    if not last_read or read.or_raw:  # timid: something unseen says which read it is
        return []
    if len(last_read) == len(reaching_states):
        here = any(reaching.typestate.evidence for reaching in read.reaching_states if not reaching.context)
        return [
            Evidence(
                read.span,
                _why(last_read[0], called=not here),
                here,
                _story(last_read[0], read.span, called=not here),
            )
        ]
    callers = {reaching.context[-1]: reaching for reaching in last_read if reaching.context}
    quiet = {
        reaching.context[-1] for reaching in reaching_states if reaching.context and not reaching.typestate.evidence
    }
    return [
        Evidence(span, _why(reaching, called=False), here=False, related=_story(reaching, span, called=False))
        for span, reaching in callers.items()
        if span not in quiet
    ]


_WORDS = {
    Signal.URL: "the URL ends in `{0.text}`",
    Signal.ACCEPT: "the request accepts `{0.text}`",
    Signal.BRANCH: "the branch of line {0.line} tested for `{0.text}`",
}


def _why(reaching: ReachingState, *, called: bool) -> str:
    """Say what shows that the body is binary, and where the function is `called` whose caller shows it."""
    evidence = reaching.typestate.evidence
    assert evidence is not None
    where = f", called in line {reaching.context[-1].line}" if called else ""
    return _WORDS[evidence.signal].format(evidence) + where


def _story(reaching: ReachingState, at: Span, *, called: bool) -> tuple[Related, ...]:
    """Tell where the response was opened, and who `called` the function that reads it, where that is the evidence."""
    callers = [Related(call, "called here") for call in reaching.context[-1:] if called]
    return told(at, [Related(reaching.opened, "opened here"), *callers])
