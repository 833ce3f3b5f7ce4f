"""JSON: an array of findings, or one on each line. Rows and columns count from 1, ends are exclusive.

`findings.schema.json` beside this module says what each may hold.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

from flake8_aiohttp.finding import Span
from flake8_aiohttp.outputs.addresses import address, rule_name
from flake8_aiohttp.outputs.report import Report, Section

Json = dict[str, Any]


def array(sections: Sequence[Section], _options: argparse.Namespace) -> str:
    """Give one array of all findings."""
    return json.dumps(_findings(sections), indent=2) + "\n"


def lines(sections: Sequence[Section], _options: argparse.Namespace) -> str:
    """Give each finding a line, for programs that read as it is written."""
    return "".join(json.dumps(each) + "\n" for each in _findings(sections))


def _findings(sections: Sequence[Section]) -> list[Json]:
    return [_finding(section, report) for section in sections for report in section.reports]


def _finding(section: Section, report: Report) -> Json:
    related = report.finding.related if report.finding else ()
    return {
        "cell": section.cell,
        "code": report.code,
        "name": rule_name(report.code) or None,
        "message": report.message,
        "filename": section.filename,
        **_places(report.span),
        "related": [{"message": each.message, **_places(each.span)} for each in related],
        "fix": _fix(report),
        "url": address(report.code),
    }


def _fix(report: Report) -> Json | None:
    if report.remedy is None:
        return None
    return {
        "applicability": report.remedy.applicability.value,
        "message": report.remedy.title,
        "edits": [{"content": each.text, **_places(each.span)} for each in report.remedy.edits],
    }


def _places(span: Span) -> Json:
    return {
        "location": {"row": span.line, "column": span.column + 1},
        "end_location": {"row": span.end_line, "column": span.end_column + 1},
    }
