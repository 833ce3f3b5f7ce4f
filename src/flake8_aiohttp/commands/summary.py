"""What a person is told at the end of a run on a terminal."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence

from flake8_aiohttp.commands.examine import Result
from flake8_aiohttp.commands.task import Mode, Task
from flake8_aiohttp.finding import Applicability
from flake8_aiohttp.outputs.report import Report


def text(task: Task, results: Sequence[Result], filenames: Sequence[str], paths: Sequence[str]) -> str:
    """Give three lines at most: what was found, what can be done about it, where to learn more."""
    reports = [each for result in results for section in result.left for each in section.reports]
    if not reports:
        return f"No findings in {_number(len(filenames), 'file')}.\n"
    codes = Counter(each.code for each in reports)
    listed = ", ".join(f"{code} ({count})" for code, count in sorted(codes.items()))
    files = sum(bool(result.left) for result in results)
    lines = [f"{_number(len(reports), 'finding')} in {_number(files, 'file')}: {listed}"]
    lines += _remedies(task, reports, paths)
    known = [code for code in sorted(codes) if code.startswith("AIO")]
    if known:
        lines.append(f"flake8-aiohttp explain {' '.join(known)}")
    return "\n".join(lines) + "\n"


def _remedies(task: Task, reports: Sequence[Report], paths: Sequence[str]) -> list[str]:
    sure = Counter(each.remedy.applicability for each in reports if each.remedy)
    safe, suggested = sure[Applicability.SAFE], sure[Applicability.SUGGESTED]
    where = " ".join(shlex.quote(path) for path in paths)
    told = []
    if safe and task.mode is Mode.REPORT:
        told.append(f"{safe} with a safe fix: " + f"flake8-aiohttp --fix {where}".strip())
    if suggested:
        told.append(f"{suggested} with a suggested fix: " + f"flake8-aiohttp --diff {where}".strip())
    return ["; ".join(told)] if told else []


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"
