"""Words that several rules share: which path leads to a fault, and the places of its story."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from flake8_aiohttp.aiohttp_model.typestate import Fault, Lease
from flake8_aiohttp.analysis.domain.typestate import EndingCall, Typestate
from flake8_aiohttp.analysis.facts.consumers import BODY_TYPES, Fit, ValueType
from flake8_aiohttp.analysis.journal.entries import Escape, ReachingState, Read, Usage, Use
from flake8_aiohttp.analysis.journal.provenance import Provenance
from flake8_aiohttp.finding import Applicability, Related, Span


def put_await(text: str, *, asynchronous: bool = True) -> str:
    """Say where an `await` belongs: a text that was shortened cannot be copied.

    In a plain `def` it belongs nowhere (SyntaxError), so the function has to become a coroutine first.
    """
    write = "put `await` before it" if "…" in text else f"write `await {text}`"
    return write if asynchronous else f"{MAKE_ASYNC}, then {write}"


MAKE_ASYNC = "a plain `def` cannot await: make it `async def`"
"""What comes first where the advice is an `await` or an `async with`."""


def taken_for_data(what: str, shown: str) -> dict[Usage, str]:
    """Give what comes of each use of something that is no data yet: `what` in a sentence, `shown` as it is printed."""
    return {
        Usage.ATTRIBUTE: f"{what} has no `{{detail}}` (AttributeError)",
        Usage.SUBSCRIPT: f"{what} cannot be subscripted (TypeError)",
        Usage.FORMATTED: f"the text shows `<{shown} …>`",
        Usage.OPERAND: f"{what} is no operand (TypeError)",
        Usage.SEARCHED: f"{what} cannot be searched with `in` (TypeError)",
        Usage.COMPARED: f"{what} equals nothing",
        Usage.TESTED: f"{what} is always true",
        Usage.TAKEN_FOR_DATA: f"{what} is no `{{detail}}`, so the test always fails",
        Usage.ITERATED: f"{what} cannot be iterated over (TypeError)",
        Usage.UNPACKED: f"{what} cannot be unpacked (TypeError)",
        Usage.ARGUMENT: f"`{{detail}}` gets a {shown}",
        Usage.COLLECTED: f"the caller gets a {shown}",
    }


COROUTINE_AS_DATA = taken_for_data("a coroutine", "coroutine object")
"""What comes of a coroutine that is used as its result, by the use; the first that was seen is told of."""


def consequence(use: Use, words: Mapping[Usage, str]) -> str:
    """Say what comes of the first of these uses that was seen."""
    first = next(usage for usage in words if usage in use.usages)
    return words[first].format(detail=use.detail(first, "such attribute"))


def sureness_of_read(use: Use) -> Applicability | None:
    """Say how sure it is that reading the body is all that is missing there; None where it is not.

    A text that goes where bytes alone are taken is read as bytes in the end: AIO301 sees to that.
    """
    given = BODY_TYPES.get(use.member)
    fit = Fit.UNKNOWN if given is None else use.fit(given)
    if given is ValueType.TEXT and fit is Fit.REFUSED and use.fit(ValueType.BYTES) is Fit.TAKEN:
        return use.sureness
    if fit > Fit.KEYED:
        return None
    return Applicability.SUGGESTED if fit is Fit.KEYED else use.sureness


def lacks_what_is_asked(use: Use) -> bool:
    """Whether the body, once it is read, has not the attribute or key that is asked of it."""
    given = BODY_TYPES.get(use.member)
    return given is not None and use.fit(given) is Fit.LACKING


def on_some_paths(read: Read, wrong: tuple[ReachingState, ...]) -> str:
    """Say on which paths a fault is reached: nothing, where it is on all."""
    way = read.path(wrong)
    if way is None:
        return ""
    branch_step = read.provenance.branch_step(way)
    return (
        f" on some paths (where the {branch_step.what} of line {abs(way)} {branch_step.way})"
        if branch_step
        else " on some paths"
    )


def end_of_lease(typestate: Typestate) -> str:
    """Say what ended the lease of a response, and where: its block or that of its session, or a call."""
    if typestate.ended_by is None:
        block = "block" if typestate.lease is Lease.ORPHANED else "`async with` block"
        return f"the {block} of line {typestate.ended}"
    return f"{_call(typestate.ended_by)} in line {typestate.ended}"


def _call(by: EndingCall) -> str:
    call = f"`{by.receiver}{'.' * bool(by.receiver)}{by.method}()`"
    return f"a failing {call}" if by.method == "raise_for_status" else call


def story(read: Read, wrong: tuple[ReachingState, ...]) -> tuple[Related, ...]:
    """Tell where the response was opened, where its lease ended or its body was read, and what leads there."""
    return told(read.span, _steps(read, wrong))


def story_of_escape(escape: Escape) -> tuple[Related, ...]:
    """Tell where the response was opened, where its block or session ended, and where it is read in the end."""
    return told(escape.span, _steps_of_escape(escape))


def told(at: Span, steps: Iterable[Related]) -> tuple[Related, ...]:
    """Leave out what no line of this file shows (line 0), and what stands where the finding itself stands."""
    return tuple(step for step in dict.fromkeys(steps) if step.span.line and step.span != at)


def _steps(read: Read, wrong: tuple[ReachingState, ...]) -> Iterator[Related]:
    reaching = wrong[0]
    provenance, typestate = read.provenance, reaching.typestate
    yield Related(reaching.opened, "opened here")
    if reaching.fault is Fault.CONSUMED:
        yield Related(provenance.read(typestate.read), "read here first")
    else:
        yield _end(provenance, typestate)
    branch_step = provenance.branch_step(read.path(wrong) or 0)
    if branch_step:
        yield Related(branch_step.span, f"this {branch_step.what} {branch_step.way}")
    if reaching.awaited:
        yield Related(reaching.awaited, "awaited here")
    if read.inside:
        yield Related(read.inside, "read here")


def _steps_of_escape(escape: Escape) -> Iterator[Related]:
    yield Related(escape.opened, "opened here")
    yield _end(escape.provenance, escape.typestate)
    if escape.read:
        yield Related(escape.read, "read here")


def _end(provenance: Provenance, typestate: Typestate) -> Related:
    """Tell where the lease ended."""
    line, by = typestate.ended, typestate.ended_by
    session = typestate.lease is Lease.ORPHANED
    if by is None:
        return Related(
            provenance.end_of_block(line), "the session's block ends here" if session else "the block ends here"
        )
    words = {"raise_for_status": "a failure here releases it", "release": "released here"}
    return Related(
        provenance.call(line, by.method),
        "the session is closed here" if session else words.get(by.method, "closed here"),
    )


def near(name: str, known: Iterable[str]) -> str:
    """Give the known name that another was meant to be, or nothing."""
    import difflib  # noqa: PLC0415  asked for only where there is a finding

    plain = {each.replace("_", ""): each for each in known}
    found = difflib.get_close_matches(name.replace("_", "").lower(), plain, 1, 0.8)
    return plain[found[0]] if found else ""
