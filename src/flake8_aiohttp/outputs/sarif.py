"""SARIF 2.1.0, the format of static analysis results that code hosts and editors read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flake8_aiohttp import __version__
from flake8_aiohttp.finding import Rule, Span, sections
from flake8_aiohttp.outputs.addresses import HOMEPAGE, address
from flake8_aiohttp.outputs.report import Report, Section
from flake8_aiohttp.rules import rules

Json = dict[str, Any]
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def log(found: Sequence[Section], _options: argparse.Namespace) -> str:
    """Give one log with one run."""
    order = {rule.code: index for index, rule in enumerate(rules())}
    driver = {
        "name": "flake8-aiohttp",
        "informationUri": HOMEPAGE,
        "semanticVersion": __version__,
        "rules": [_rule(rule) for rule in rules()],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(section, report, order) for section in found for report in section.reports],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> Json:
    parts = sections(rule.documentation)
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": parts["What"]},
        "fullDescription": {"text": " ".join((parts["Why"] or parts["What"]).split())},
        "help": {"text": rule.documentation.strip()},
        "helpUri": address(rule.code),
        "defaultConfiguration": {"level": "error", "enabled": not rule.opt_in},
    }


def _result(section: Section, report: Report, order: dict[str, int]) -> Json:
    result: Json = {
        "ruleId": report.code,
        "level": "error",
        "message": {"text": report.message},
        "locations": [_location(section, report.span)],
    }
    if report.code in order:
        result["ruleIndex"] = order[report.code]
    if report.finding and report.finding.related:
        result["relatedLocations"] = [
            {**_location(section, each.span), "message": {"text": each.message}} for each in report.finding.related
        ]
    if report.remedy and report.remedy.edits and section.cell is None:
        result["fixes"] = [_fix(section, report)]
    return result


def _fix(section: Section, report: Report) -> Json:
    assert report.remedy, "who asks has seen one"
    replacements = [
        {"deletedRegion": _region(each.span), "insertedContent": {"text": each.text}} for each in report.remedy.edits
    ]
    return {
        "description": {"text": f"{report.remedy.title} ({report.remedy.applicability.value})"},
        "artifactChanges": [{"artifactLocation": _artifact(section), "replacements": replacements}],
    }


def _location(section: Section, span: Span) -> Json:
    place: Json = {"artifactLocation": _artifact(section)}
    if span.line >= 1 and section.cell is None:
        place["region"] = _region(span)
    location: Json = {"physicalLocation": place}
    if section.cell is not None:
        name = f"cell {section.cell}, line {span.line}, column {span.column + 1}"
        location["logicalLocations"] = [{"fullyQualifiedName": name, "kind": "cell"}]
    return location


def _region(span: Span) -> Json:
    return {
        "startLine": span.line,
        "startColumn": span.column + 1,
        "endLine": span.end_line,
        "endColumn": span.end_column + 1,
    }


def _artifact(section: Section) -> Json:
    path = Path(section.filename)
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(path.as_posix().encode("utf-8", "surrogateescape"))}
