"""`# noqa` comments: written where a finding is to be kept, reported and removed where they silence nothing."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator, Sequence

from flake8_aiohttp.editing.edits import Edit, applied
from flake8_aiohttp.editing.silence import NOQA, silenced, tied_lines
from flake8_aiohttp.finding import Finding, Span
from flake8_aiohttp.rules import codes

UNUSED = "AIO001"
_CODE = re.compile(r"[A-Z]+[0-9]+", re.IGNORECASE)
_SEPARATOR = re.compile(r"[,\s]*")


def silencing(text: str, findings: Sequence[Finding]) -> tuple[str, list[Finding]]:
    """Write a comment for each finding where flake8 honours it; give the text, and the findings that have one."""
    done: list[Finding] = []
    told: set[tuple[int, str]] = set()
    for finding in findings:
        if (finding.span.line, finding.code) not in told:
            edit = silenced(text, finding)
            if edit is None:
                continue
            text = applied(text, [edit])
            told.add((finding.span.line, finding.code))
        done.append(finding)
    return text, done


def unused(text: str, findings: Sequence[Finding]) -> list[Finding]:
    """Give a finding for each code of ours in a comment that silences none of `findings`, which are all of a text."""
    found = []
    for line in tied_lines(text):
        first, last = line[0].start[0], line[-1].end[0]
        here = {each.code for each in findings if first <= each.span.line <= last}
        for span, code in _listed(line):
            if code in _TOLD_BY_DEFAULT and code not in here:
                found.append(Finding(UNUSED, span, f"`# noqa: {code}` silences nothing here; remove it"))
    return found


# Of what is off until it is selected nobody knows whether it would be found.
_TOLD_BY_DEFAULT = {code for code in codes() if not code.startswith(("AIO0", "AIO9"))}


def _listed(line: Sequence[tokenize.TokenInfo]) -> Iterator[tuple[Span, str]]:
    """Give the codes in the comment of a line, and where each stands."""
    for token in line:
        comment = NOQA.search(token.string) if token.type == tokenize.COMMENT else None
        if comment is None or not comment["codes"]:
            continue
        row, column = token.start
        for code in _CODE.finditer(token.string, *comment.span("codes")):
            yield Span(row, column + code.start(), row, column + code.end()), code[0].upper()


def without(text: str, useless: Sequence[Finding]) -> str:
    """Take codes out of their comments, and comments away that have none left."""
    for finding in sorted(useless, key=lambda each: each.span, reverse=True):
        lines = io.StringIO(text, newline="").readlines()
        text = applied(text, [_removal(lines[finding.span.line - 1].rstrip("\r\n"), finding.span)])
    return text


def _removal(line: str, span: Span) -> Edit:
    """Give the edit that takes a code out of the comment of a line."""
    comment = next(each for each in NOQA.finditer(line) if each.start() < span.column < each.end())
    others = [each for each in _CODE.finditer(line, *comment.span("codes")) if each.start() != span.column]
    before = [each for each in others if each.end() <= span.column]
    if not others:
        start, rest = comment.start(), line[comment.end() :].lstrip()
        if not rest:
            start = len(line[:start].rstrip())
        return Edit(Span(span.line, start, span.line, len(line) - len(rest)), "# " * (rest[:1] not in {"", "#"}))
    if before:
        return Edit(Span(span.line, before[-1].end(), span.line, span.end_column), "")
    following = _SEPARATOR.match(line, span.end_column)
    return Edit(Span(span.line, span.column, span.line, following.end() if following else span.end_column), "")
