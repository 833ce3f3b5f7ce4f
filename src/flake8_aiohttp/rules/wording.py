"""Words that several rules share: which path leads to a fault, and where its story began."""

from __future__ import annotations

from flake8_aiohttp.analysis.journal import Read, Visit
from flake8_aiohttp.finding import Related, Span


def put_await(text: str) -> str:
    """Say where an `await` belongs: a text that was shortened cannot be copied."""
    return "put `await` before it" if "…" in text else f"write `await {text}`"


def on_some_paths(read: Read, wrong: tuple[Visit, ...]) -> str:
    """Say on which paths a fault is reached: nothing, where it is on all."""
    line = read.path(wrong)
    if line is None:
        return ""
    if line == 0:
        return " on some paths"
    return f" on some paths (where the test of line {abs(line)} {'holds' if line > 0 else 'fails'})"


def story(visit: Visit, ended: str) -> tuple[Related, ...]:
    """Tell where the response was opened, and where its lease ended or its body was read."""
    steps = [Related(visit.opened, "opened here")]
    line = visit.typestate.ended
    if line and ended:
        steps.append(Related(Span(line, 0, line, 0), ended))
    return tuple(steps)
