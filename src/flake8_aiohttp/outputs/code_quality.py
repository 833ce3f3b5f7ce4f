"""GitLab's code quality report, which follows Code Climate's issues.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from flake8_aiohttp.outputs.report import Report, Section


def issues(sections: Sequence[Section], _options: argparse.Namespace) -> str:
    """Give an array of issues."""
    seen: set[str] = set()
    found = [_issue(section, report, seen) for section in sections for report in section.reports]
    return json.dumps(found, indent=2) + "\n"


def _issue(section: Section, report: Report, seen: set[str]) -> dict[str, Any]:
    span = report.span
    path = PurePath(section.filename).as_posix()
    return {
        "check_name": report.code,
        "description": f"{report.code}: {report.message}",
        "severity": "major",
        "fingerprint": _fingerprint(path, section, report, seen),
        "location": {
            "path": path,
            "positions": {
                "begin": {"line": max(span.line, 1), "column": span.column + 1},
                "end": {"line": max(span.end_line, 1), "column": span.end_column + 1},
            },
        },
    }


def _fingerprint(path: str, section: Section, report: Report, seen: set[str]) -> str:
    """Give what stays the same when lines move, and differs between findings that are alike."""
    inside = 1 <= report.span.line <= len(section.lines)
    line = section.lines[report.span.line - 1].strip() if inside else ""
    number = 0
    while True:
        told = "\0".join([path, report.code, line, str(number)])
        digest = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
        if digest not in seen:
            seen.add(digest)
            return digest
        number += 1
