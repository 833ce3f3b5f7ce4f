"""JUnit's XML, for build servers: a suite a file, a failed test a finding."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from flake8_aiohttp.outputs.report import Report, Section
from flake8_aiohttp.terminal import shown

_PACKAGE = "flake8-aiohttp"
_NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def suites(sections: Sequence[Section], _options: argparse.Namespace) -> str:
    """Give one document; where nothing was found, a suite with a test that passed."""
    failures = sum(len(section.reports) for section in sections)
    rows = ['<?xml version="1.0" encoding="UTF-8"?>']
    rows.append(f'<testsuites name="{_PACKAGE}" tests="{failures or 1}" failures="{failures}" errors="0">')
    for section in sections:
        rows += _suite(section)
    if not sections:
        rows += _opening(_PACKAGE, 1, 0)
        rows += [f'    <testcase name="No findings" classname="{_PACKAGE}" time="0"/>', "  </testsuite>"]
    return "\n".join([*rows, "</testsuites>"]) + "\n"


def _suite(section: Section) -> list[str]:
    rows = _opening(section.name, len(section.reports), len(section.reports))
    for report in section.reports:
        rows += _case(section, report)
    return [*rows, "  </testsuite>"]


def _opening(name: str, tests: int, failures: int) -> list[str]:
    counts = f'tests="{tests}" failures="{failures}" errors="0"'
    return [f"  <testsuite name={quoteattr(_clean(name))} package={quoteattr(_PACKAGE)} {counts}>"]


def _case(section: Section, report: Report) -> list[str]:
    place = f"line {report.span.line}, col {report.span.column + 1}"
    stem = section.filename.removesuffix(".py")
    name = quoteattr(f"{report.code} ({place})")
    text = escape(_clean(f"{place}, {report.message}"))
    return [
        f'    <testcase name={name} classname={quoteattr(_clean(stem))} time="0">',
        f"      <failure message={quoteattr(_clean(report.message))} type={quoteattr(report.code)}>{text}</failure>",
        "    </testcase>",
    ]


def _clean(text: str) -> str:
    """Give a text without the characters that no XML may hold."""
    return _NOT_IN_XML.sub("\ufffd", shown(text))
