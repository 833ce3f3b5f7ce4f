"""Makes a program small while something stays true of it."""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Awaitable, Callable, Iterator

PATIENCE = 10.0


async def shrink(text: str, holds: Callable[[str], Awaitable[bool]]) -> str:
    """Delete statements, and take suites out from under their headers, as long as `holds` says yes."""
    end = time.monotonic() + PATIENCE
    tried: set[str] = set()
    changed = True
    while changed:
        changed = False
        for smaller in candidates(text):
            if time.monotonic() > end:
                return text
            if smaller not in tried and await holds(smaller):
                text, changed = smaller, True
                break
            tried.add(smaller)
    return text


def candidates(text: str) -> Iterator[str]:
    """Give the programs that are one step smaller, the big steps first."""
    statements = [node for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.stmt, ast.ExceptHandler))]
    statements.sort(key=lambda node: node.lineno - (node.end_lineno or node.lineno))
    seen = {text}
    for node in statements:
        for rest in (*_without(text, node), *_hoisted(text, node)):
            smaller = re.sub(r"\n{4,}", "\n\n\n", rest).lstrip()
            if smaller not in seen and _valid(smaller):
                seen.add(smaller)
                yield smaller


def _without(text: str, node: ast.stmt | ast.ExceptHandler) -> Iterator[str]:
    """Leave a statement out, or put `pass` in its place where a suite would be empty."""
    lines = text.splitlines(keepends=True)
    start = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))]) - 1
    end = node.end_lineno or node.lineno
    yield "".join(lines[:start] + lines[end:])
    if not isinstance(node, (ast.Pass, ast.ExceptHandler)):
        yield "".join([*lines[:start], " " * node.col_offset + "pass\n", *lines[end:]])


def _hoisted(text: str, node: ast.stmt | ast.ExceptHandler) -> Iterator[str]:
    """Put one suite of a compound statement in its place."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ExceptHandler)):
        return
    lines = text.splitlines(keepends=True)
    suites = [getattr(node, name, []) for name in ("body", "orelse", "finalbody")]
    suites += [part.body for name in ("handlers", "cases") for part in getattr(node, name, [])]
    for suite in suites:
        if suite:
            depth = suite[0].col_offset - node.col_offset
            inner = [line[depth:] for line in lines[suite[0].lineno - 1 : suite[-1].end_lineno]]
            yield "".join(lines[: node.lineno - 1] + inner + lines[node.end_lineno or node.lineno :])


def _valid(text: str) -> bool:
    """Whether it is still a program, and one that a person could have written."""
    try:
        compile(text, "<candidate>", "exec")
    except (SyntaxError, ValueError):
        return False
    imported = all(f"import {name}\n" in text for name in ("asyncio", "contextlib", "aiohttp") if f"{name}." in text)
    return imported and "async def program(" in text
