"""The quick ways through a tree give what `ast` gives."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from flake8_aiohttp.python.source import children, walk

SAYING_NO_MORE = (ast.expr_context, ast.operator, ast.cmpop, ast.unaryop, ast.boolop)
SOURCES = sorted((Path(__file__).parent.parent / "src").rglob("*.py"))
RARE = """
def f(a, /, b=1, *c: int, d, e=2, **g) -> None:
    global h, i
    from . import j as k
    match a:
        case {"x": 1, **rest} | [1, *others] | Point(0, y=None) | None as whole if b:
            del a[1:2, ...]
        case _:
            raise E from a
    return {**a, "b": f"{b!r:>{c}}"}, {*a}, lambda: (yield), [x async for x in y if z]
async def m():
    try:
        async with a as b, c: await d
    except E as error: nonlocal_ = not -a
    finally: assert a, b
"""


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_nodes_are_those_of_ast(path: Path) -> None:
    compare(ast.parse(path.read_text(encoding="utf-8")))


def test_rare_nodes_are_those_of_ast() -> None:
    compare(ast.parse(RARE))


def compare(tree: ast.Module) -> None:
    for node in ast.walk(tree):
        expected = [child for child in ast.iter_child_nodes(node) if not isinstance(child, SAYING_NO_MORE)]
        assert children(node) == expected
    everything = [node for node in ast.walk(tree) if not isinstance(node, SAYING_NO_MORE)]
    found = walk(tree)
    assert set(found) == set(everything)
    assert len(found) == len(everything)
