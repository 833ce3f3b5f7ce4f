"""From a source to its findings: a short pipe."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import gc
from collections import defaultdict
from collections.abc import Iterator

from flake8_aiohttp.analysis.driver import analyse
from flake8_aiohttp.analysis.facts.may_hold import Reach
from flake8_aiohttp.analysis.journal.entries import Use
from flake8_aiohttp.finding import Finding, Judge, Related, Span
from flake8_aiohttp.options import DEFAULT, Options
from flake8_aiohttp.python.source import Source
from flake8_aiohttp.rules import rules


def check(text: str, filename: str = "<unknown>", options: Options = DEFAULT) -> list[Finding]:
    """Give the findings of a file's text, in the order of the file.

    Raises SyntaxError or ValueError where the text is no Python; `filename` is what the error names.
    """
    if not speaks_of_aiohttp(text, options):
        return []
    return check_source(Source.parse(text, filename), options)


def speaks_of_aiohttp(text: str, options: Options) -> bool:
    """Whether a file has to be looked at: it says `aiohttp`, or a name that the user configured."""
    return "aiohttp" in text or any(word in text for word in options.words)


def check_source(source: Source, options: Options, reach: Reach = Reach.MAY_HOLD) -> list[Finding]:
    """Give the findings of a parsed file, in the order of the file; `reach` may be opened for a test."""
    findings: dict[tuple[str, Span], Finding] = {}
    with _undisturbed():
        for entry in analyse(source, options, reach):
            for judge in _judges()[type(entry)]:
                for finding in _listed(judge(entry)):
                    findings.setdefault((finding.code, finding.span), _with_proof(finding, entry).harmless())
    return sorted(findings.values(), key=lambda finding: finding.sort_key)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Let no search for cycles run meanwhile: a check makes few, and each search goes through the whole tree anew.

    The work of a check is bounded, and so is what waits for the search after it.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@functools.cache
def _judges() -> defaultdict[type, list[Judge]]:
    """Give the judges of each type of journal entry."""
    judges: defaultdict[type, list[Judge]] = defaultdict(list)
    for rule in rules():
        for entry_type, judge in rule.judges:
            judges[entry_type].append(judge)
    return judges


def _with_proof(finding: Finding, entry: object) -> Finding:
    """Show by which use an object is known for aiohttp's, where nothing else says so and it is no mistake itself."""
    if not isinstance(entry, Use) or entry.proof is None or entry.proof.line == finding.span.line:
        return finding
    shown = Related(entry.proof, "known as aiohttp's by this use")
    return dataclasses.replace(finding, related=(*finding.related, shown))


def _listed(judged: Finding | list[Finding] | None) -> list[Finding]:
    if judged is None:
        return []
    return judged if isinstance(judged, list) else [judged]
