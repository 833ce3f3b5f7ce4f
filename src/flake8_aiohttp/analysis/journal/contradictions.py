"""Annotations that everything in their class contradicts.

A class that is handed `session: aiohttp.ClientSession`, makes none itself, and treats every response as one of requests
(`.status_code`, `.text` as a string) is given another library's session: curl_cffi's is annotated so in published code.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flake8_aiohttp.aiohttp_model.lookalikes import ATTRIBUTES
from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.analysis.journal.entries import Entry, LifecycleEvent, Lifetime, Read, Role, Use
from flake8_aiohttp.python.definitions import Class

_ENOUGH_USES = 4
_ENOUGH_MEMBERS = 2
_OF_AIOHTTP = frozenset({LifecycleEvent.READ, LifecycleEvent.ENTERED})


def credible(entries: Sequence[Entry], classes: Iterable[Class]) -> list[Entry]:
    """Give the entries but for those in classes that use each response as another library's.

    `entries` are those of a file, `classes` the classes of the same file.
    """
    if sum(isinstance(entry, Use) and _is_foreign(entry) for entry in entries) < _ENOUGH_USES:
        return list(entries)
    doubted = [(first, last) for first, last in map(_lines, classes) if _contradicts(_within(entries, first, last))]
    return [entry for entry in entries if not any(first <= entry.span.line <= last for first, last in doubted)]


def _lines(definition: Class) -> tuple[int, int]:
    return definition.node.lineno, definition.node.end_lineno or definition.node.lineno


def _within(entries: Sequence[Entry], first: int, last: int) -> list[Entry]:
    return [entry for entry in entries if first <= entry.span.line <= last]


def _contradicts(entries: list[Entry]) -> bool:
    """Whether responses are used as those of requests, many times and in several ways, and never as aiohttp's."""
    foreign = [entry for entry in entries if isinstance(entry, Use) and _is_foreign(entry)]
    if len(foreign) < _ENOUGH_USES or len({use.member for use in foreign}) < _ENOUGH_MEMBERS:
        return False
    return not any(map(_speaks_for_aiohttp, entries))


def _is_foreign(use: Use) -> bool:
    return use.role is Role.METHOD or (use.role is Role.OBJECT and use.member in ATTRIBUTES)


def _speaks_for_aiohttp(entry: Entry) -> bool:
    if isinstance(entry, Lifetime):
        return entry.kind is Kind.SESSION or not _OF_AIOHTTP.isdisjoint(entry.events)
    return isinstance(entry, Read)
