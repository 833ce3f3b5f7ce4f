"""The formats that people read: in frames, a line each, by file; and the statistics."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence

from flake8_aiohttp.editing.edits import applied
from flake8_aiohttp.finding import Applicability
from flake8_aiohttp.framing import Frame, Headline
from flake8_aiohttp.outputs.addresses import rule_name
from flake8_aiohttp.outputs.report import Report, Section
from flake8_aiohttp.terminal import Paint, columns, shown, takes_colour, width


def full(sections: Sequence[Section], options: argparse.Namespace) -> str:
    """Show each finding in its source, with its story and its fix."""
    on_terminal = _is_on_terminal(options)
    rows: list[str] = []
    for section in sections:
        frame = Frame(section.lines, _paint(options), columns(), wrap=on_terminal)
        for each in section.reports:
            rows += frame.draw(_headline(section, each), each.finding, _title(each), _fixed(section, each))
    return _joined(rows)


def concise(sections: Sequence[Section], options: argparse.Namespace) -> str:
    """Give each finding a line."""
    paint = _paint(options)
    return _joined(
        [
            f"{paint('title', shown(section.name))}:{_place(each)}: {paint('wrong', each.code)} {_told(each, paint)}"
            for section in sections
            for each in section.reports
        ]
    )


def grouped(sections: Sequence[Section], options: argparse.Namespace) -> str:
    """Give each file its list."""
    paint = _paint(options)
    rows: list[str] = []
    for section in sections:
        room = max(width(_place(each)) for each in section.reports)
        rows.append(f"{paint('title', shown(section.name))}:")
        rows += [
            f"  {_place(each):{room}} {paint('wrong', each.code)} {_told(each, paint)}" for each in section.reports
        ]
        rows.append("")
    return _joined(rows)


def statistics(sections: Sequence[Section], options: argparse.Namespace) -> str:
    """Count the findings of each rule; `[*]` says that all have a safe fix, `[-]` that some have."""
    paint = _paint(options)
    reports = [each for section in sections for each in section.reports]
    counts = Counter(each.code for each in reports)
    safe = Counter(each.code for each in reports if _is_safe(each))
    digits = max([len(str(count)) for count in counts.values()], default=0)
    rows = []
    for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        mark = "[*]" if safe[code] == count else "[-]" if safe[code] else "[ ]"
        rows.append(f"{count:>{digits}}  {paint('wrong', code)}  {mark}  {rule_name(code)}".rstrip())
    return _joined(rows)


def _headline(section: Section, report: Report) -> Headline:
    return Headline(section.name, report.span.line, report.span.column + 1, report.code, report.message)


def _title(report: Report) -> str:
    return f"({report.remedy.applicability.value}): {report.remedy.title}" if report.remedy else ""


def _fixed(section: Section, report: Report) -> list[str]:
    """Give the lines of a section after its fix; none where there is no fix."""
    if report.remedy is None or not report.remedy.edits:
        return []
    return applied("\n".join(section.lines), report.remedy.edits).split("\n")


def _place(report: Report) -> str:
    return f"{report.span.line}:{report.span.column + 1}"


def _told(report: Report, paint: Paint) -> str:
    mark = f"[{paint('right', '*')}] " if _is_safe(report) else ""
    return f"{mark}{shown(report.message)}"


def _is_safe(report: Report) -> bool:
    return report.remedy is not None and report.remedy.applicability is Applicability.SAFE


def _joined(rows: Sequence[str]) -> str:
    return "".join(f"{row}\n" for row in rows)


def _is_on_terminal(options: argparse.Namespace) -> bool:
    return sys.stdout.isatty() and not options.output_file


def _paint(options: argparse.Namespace) -> Paint:
    colours = options.color == "auto" and _is_on_terminal(options) and takes_colour()
    return Paint(on=options.color == "always" or colours)
