"""Words that several rules share: which path leads to a fault, and the places of its story."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flake8_aiohttp.aiohttp_model.typestate import Fault, Lease
from flake8_aiohttp.analysis.journal import Departure, Read, Visit
from flake8_aiohttp.analysis.landmarks import Landmarks
from flake8_aiohttp.analysis.state import Typestate
from flake8_aiohttp.finding import Related, Span


def put_await(text: str) -> str:
    """Say where an `await` belongs: a text that was shortened cannot be copied."""
    return "put `await` before it" if "…" in text else f"write `await {text}`"


def on_some_paths(read: Read, wrong: tuple[Visit, ...]) -> str:
    """Say on which paths a fault is reached: nothing, where it is on all."""
    way = read.path(wrong)
    if way is None:
        return ""
    fork = read.landmarks.fork(way)
    return f" on some paths (where the {fork.what} of line {abs(way)} {fork.way})" if fork else " on some paths"


def story(read: Read, wrong: tuple[Visit, ...]) -> tuple[Related, ...]:
    """Tell where the response was opened, where its lease ended or its body was read, and what leads there."""
    return told(read.span, _steps(read, wrong))


def story_of_departure(departure: Departure) -> tuple[Related, ...]:
    """Tell where the response was opened, where its block or session ended, and where it is read in the end."""
    return told(departure.span, _steps_of_departure(departure))


def told(at: Span, steps: Iterable[Related]) -> tuple[Related, ...]:
    """Leave out what no line of this file shows (line 0), and what stands where the finding itself stands."""
    return tuple(step for step in dict.fromkeys(steps) if step.span.line and step.span != at)


def _steps(read: Read, wrong: tuple[Visit, ...]) -> Iterator[Related]:
    visit = wrong[0]
    landmarks, typestate = read.landmarks, visit.typestate
    yield Related(visit.opened, "opened here")
    if visit.fault is Fault.CONSUMED:
        yield Related(landmarks.read(typestate.read), "read here first")
    else:
        yield _end(landmarks, typestate)
    fork = landmarks.fork(read.path(wrong) or 0)
    if fork:
        yield Related(fork.span, f"this {fork.what} {fork.way}")
    if visit.awaited:
        yield Related(visit.awaited, "awaited here")
    if read.inside:
        yield Related(read.inside, "read here")


def _steps_of_departure(departure: Departure) -> Iterator[Related]:
    yield Related(departure.opened, "opened here")
    yield _end(departure.landmarks, departure.typestate)
    if departure.read:
        yield Related(departure.read, "read here")


def _end(landmarks: Landmarks, typestate: Typestate) -> Related:
    """Tell where the lease ended."""
    line, by = typestate.ended, typestate.ended_by
    session = typestate.lease is Lease.ORPHANED
    if not by:
        return Related(
            landmarks.end_of_block(line), "the session's block ends here" if session else "the block ends here"
        )
    method = by.rpartition(" ")[2].removesuffix("()")
    words = {"raise_for_status": "a failure here releases it", "release": "released here"}
    return Related(
        landmarks.call(line, method), "the session is closed here" if session else words.get(method, "closed here")
    )
