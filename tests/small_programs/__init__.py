"""Small programs that make no sense and cost much: nobody writes them, and none may take long."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .writer import Writer


def programs(seed: int, count: int) -> Iterator[tuple[int, str]]:
    """Give so many programs that Python compiles, each with the seed that gives it again."""
    while count:
        text = Writer(seed).program()
        seed += 1
        try:
            compile(ast.parse(text), "<small program>", "exec")
        except SyntaxError:
            continue
        count -= 1
        yield seed - 1, text
