"""The primer's packages, as ground for mistakes."""

from __future__ import annotations

import difflib
import itertools
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from flake8_aiohttp.fixing.verification import compiles
from tests.injected.mistakes import Mistake, mistakes
from tests.injected.programs import Program
from tests.injected.trial import Fixed, regular, trial
from tests.primer.packages import UnreachableError, fetch, packages, sources

_LONGEST = 80_000
Job = tuple[str, str, str, list[Mistake]]


def jobs(labels: Sequence[str], cache: Path, most: int, kinds: Sequence[str]) -> Iterator[Job]:
    """Give the files, each with the mistakes that are tried in it."""
    for package in packages():
        if package.label not in labels:
            continue
        try:
            files = list(sources(fetch(package, cache)))
        except UnreachableError as error:
            print(error, file=sys.stderr)
            continue
        chosen: dict[str, list[tuple[int, str, str, Mistake]]] = defaultdict(list)
        for path, text in files:
            for mistake in _mistakes_of(text):
                if mistake.kind in kinds:
                    order = zlib.crc32(f"{path}:{mistake.line}:{mistake.kind}".encode())
                    chosen[mistake.kind].append((order, path, text, mistake))
        by_file: dict[tuple[str, str], list[Mistake]] = defaultdict(list)
        for found in chosen.values():
            compiling = (each for each in sorted(found, key=lambda each: each[:2]) if compiles(each[3].text))
            for _, path, text, mistake in itertools.islice(compiling, most):
                by_file[path, text].append(mistake)
        for (path, text), put_in in by_file.items():
            yield package.label, path, text, put_in


def _mistakes_of(text: str) -> list[Mistake]:
    if len(text) > _LONGEST:
        return []
    try:
        return list(mistakes(Program(text)))
    except (SyntaxError, ValueError, RecursionError):
        return []


def run(job: Job) -> list[dict[str, Any]]:
    """Try the mistakes of one file."""
    label, path, text, put_in = job
    before = regular(text)
    rows = []
    for mistake in put_in:
        result = trial(text, before, mistake)
        rows.append(
            {
                "package": label,
                "path": path,
                "line": mistake.line,
                "kind": mistake.kind,
                "where": mistake.where,
                "codes": [f"{each.code}:{each.span.line}" for each in result.found],
                "fixed": result.fixed.name,
                "unseen": mistake.unseen,
                "diff": _diff(text, mistake.text),
                "fix": _diff(text, result.text) if result.fixed is Fixed.OTHER else "",
            }
        )
    return rows


def _diff(old: str, new: str) -> str:
    return "".join(difflib.unified_diff(old.splitlines(keepends=True), new.splitlines(keepends=True), n=6))
