"""Workflow commands of GitHub Actions: each makes an annotation beside the line.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import PurePath

from flake8_aiohttp.outputs.addresses import rule_name
from flake8_aiohttp.outputs.report import Report, Section
from flake8_aiohttp.terminal import shown

_IN_DATA = {"%": "%25"}  # newlines are shown as pictures
_IN_PROPERTIES = {**_IN_DATA, ":": "%3A", ",": "%2C"}


def commands(sections: Sequence[Section], _options: argparse.Namespace) -> str:
    """Give each finding a command."""
    return "".join(f"{_command(section, report)}\n" for section in sections for report in section.reports)


def _command(section: Section, report: Report) -> str:
    span = report.span
    title = f"{report.code} ({rule_name(report.code)})" if rule_name(report.code) else report.code
    properties = {"title": title, "file": PurePath(section.filename).as_posix()}
    if section.cell is None:  # GitHub shows a notebook's JSON, in which a cell's lines are others
        properties |= {"line": str(max(span.line, 1)), "col": str(span.column + 1)}
        properties |= {"endLine": str(max(span.end_line, 1)), "endColumn": str(span.end_column + 1)}
    listed = ",".join(f"{name}={_escaped(shown(value), _IN_PROPERTIES)}" for name, value in properties.items())
    data = f"{section.name}:{span.line}:{span.column + 1}: {report.code} {report.message}"
    return f"::error {listed}::{_escaped(shown(data), _IN_DATA)}"


def _escaped(text: str, escapes: dict[str, str]) -> str:
    return "".join(escapes.get(character, character) for character in text)
