"""Lints packages in several processes and compares what is found with the table."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from pathlib import Path

from flake8_aiohttp.check import check
from tests.primer.packages import Package, fetch, sources
from tests.primer.verdicts import Comparison, Place, verdicts

File = tuple[str, str, str]  # the package's label, the path in its archive, the text


def compare(chosen: Sequence[Package], cache: Path, processes: int = 1) -> Comparison:
    """Fetch and lint the packages; raises UnreachableError where one cannot be fetched."""
    files = [(each.label, *source) for each in chosen for source in sources(fetch(each, cache))]
    results = _lint_all(files, processes)
    found = {place: message for result in results for place, message in (result or {}).items()}
    unread = frozenset(file[:2] for file, result in zip(files, results, strict=True) if result is None)
    labels = {package.label for package in chosen}
    judged = {place: verdict for place, verdict in verdicts().items() if place.package in labels}
    return Comparison(found, unread, judged)


def _lint_all(files: Sequence[File], processes: int) -> list[dict[Place, str] | None]:
    if processes == 1:
        return list(map(lint, files))
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        return pool.map(lint, files, chunksize=8)


def lint(file: File) -> dict[Place, str] | None:
    """Give a file's findings but the opt-in ones, by place; None where its syntax is too new."""
    package, path, text = file
    try:
        found = check(text, path)
    except SyntaxError:
        return None
    regular = [each for each in found if not each.code.startswith("AIO9")]
    return {Place(package, path, each.span.line, each.code): each.message for each in regular}
