"""Findings that were there before: kept in a file, so that only new ones are told.

A finding is known by its file, its code, the text of its line and the function that it stands in; so it stays known
when lines move, and is news again when somebody touches the line.
"""

from __future__ import annotations

import ast
import json
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from flake8_aiohttp.finding import Finding
from flake8_aiohttp.host import ConfigurationError, Page

# Code, name of the function, text of the line.
Key = tuple[str, str, str]
_VERSION = 1
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Baseline:
    """The findings that a file lists; with `read=False` none yet. Raises ConfigurationError where there is no list."""

    def __init__(self, path: Path, *, read: bool = True) -> None:
        self._path = path
        self._known: dict[str, Counter[Key]] = self._read() if read else {}

    def _read(self) -> dict[str, Counter[Key]]:
        try:
            listed = json.loads(self._path.read_text(encoding="utf-8"))
            return {
                name: Counter({(each["code"], each["function"], each["line"]): each["count"] for each in entries})
                for name, entries in listed[f"version {_VERSION}"].items()
            }
        except FileNotFoundError:
            raise ConfigurationError(f"there is no baseline {self._path}; --write-baseline makes one") from None
        except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise ConfigurationError(f"the baseline {self._path} cannot be read: {error}") from error

    def news(self, page: Page, findings: Sequence[Finding]) -> list[Finding]:
        """Give the findings of a file that are not listed; of several alike, as many are known as are listed."""
        left = Counter(self._known.get(self.name(page.name), {}))
        if not left:
            return list(findings)
        news = []
        for finding, key in zip(findings, self.keys(page, findings), strict=True):
            if left[key]:
                left[key] -= 1
            else:
                news.append(finding)
        return news

    def name(self, filename: str) -> str:
        """Give a file's name as it is listed: its path from the folder of the list, whatever the system."""
        try:
            return Path(os.path.relpath(filename, self._path.absolute().parent)).as_posix()
        except ValueError:  # on another drive
            return Path(filename).as_posix()

    @staticmethod
    def keys(page: Page, findings: Sequence[Finding]) -> list[Key]:
        """Say by what each finding is known."""
        scopes = _scopes(ast.parse(page.text))
        return [
            (each.code, _innermost(scopes, each.span.line), page.lines[each.span.line - 1].strip()) for each in findings
        ]

    def write(self, found: Sequence[tuple[str, Sequence[Key]]]) -> int:
        """List the findings of some files, one a line so that changes are readable; give how many there are."""
        files: dict[str, list[dict[str, object]]] = {}
        for filename, keys in sorted(found):
            files[self.name(filename)] = [
                {"code": code, "function": function, "line": line, "count": count}
                for (code, function, line), count in sorted(Counter(keys).items())
            ]
        listed = ",\n".join(
            f"  {json.dumps(name)}: [\n" + ",\n".join(f"   {json.dumps(each)}" for each in entries) + "\n  ]"
            for name, entries in files.items()
        )
        self._path.write_text(f'{{"version {_VERSION}": {{\n{listed}\n}}}}\n', encoding="utf-8")
        return sum(sum(Counter(keys).values()) for _, keys in found)


def _scopes(tree: ast.AST) -> list[tuple[int, int, str]]:
    """Give the lines and the dotted name of each function and class, outer ones first."""
    found, waiting = [], [(tree, "")]
    while waiting:
        node, around = waiting.pop()
        for child in ast.iter_child_nodes(node):
            name = around
            if isinstance(child, _SCOPES):
                name = f"{around}.{child.name}".lstrip(".")
                found.append((child.lineno, child.end_lineno or child.lineno, name))
            if not isinstance(child, ast.expr):
                waiting.append((child, name))
    return sorted(found)


def _innermost(scopes: Sequence[tuple[int, int, str]], line: int) -> str:
    return next((name for first, last, name in reversed(scopes) if first <= line <= last), "")
