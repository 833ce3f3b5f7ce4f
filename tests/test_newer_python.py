"""Syntax that came with Python 3.14 and later; what cannot read it skips it. `nox -s pyodide` reads it all."""

from __future__ import annotations

import ast
import collections
import sys
from pathlib import Path

import pytest

from flake8_aiohttp.analysis.interpreter import expressions
from flake8_aiohttp.analysis.transfer import text
from flake8_aiohttp.check import check, check_source
from flake8_aiohttp.options import DEFAULT
from flake8_aiohttp.python.source import Source
from tests.fixture_files import FOLDER, marks

PROGRAMS = sorted(FOLDER.glob("python3.*/*.py"))


def version(path: Path) -> tuple[int, ...]:
    """Give the Python that a program was written for: that of its folder."""
    return tuple(map(int, path.parent.name.removeprefix("python").split(".")))


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_findings_are_the_marks(path: Path) -> None:
    if sys.version_info < version(path):
        pytest.skip(f"this is Python {sys.version_info.major}.{sys.version_info.minor}")
    program = path.read_text(encoding="utf-8")
    found = collections.Counter((each.span.line, each.code) for each in check(program, str(path)))
    wanted = collections.Counter((each.line, each.code) for each in marks(program))
    opt_in = {each for each in found if each[1].startswith("AIO9")}
    assert {each: found[each] for each in found if each not in opt_in} == dict(wanted)


def test_there_are_some() -> None:
    assert {version(path) for path in PROGRAMS} == {(3, 14), (3, 15)}


HEAD = "import aiohttp\n\nasync def f(one: aiohttp.ClientResponse, other: aiohttp.ClientResponse) -> None:\n    "
UNPACKING = [
    ("[*[each.text(), each.json()] for each in (one, other)]", 0),
    ("[*each.json() for each in (one, other)]", 1),
    ("{**each.json() for each in (one, other)}", 1),
    ("{**{'text': await each.text()} for each in (one, other)}", 0),
]


class Unpacking(ast.NodeTransformer):
    """Turn `[star(x) for …]` and `{star(x): 0 for …}` into what Python 3.15 reads as `[*x for …]` and `{**x for …}`."""

    def visit_ListComp(self, node: ast.ListComp) -> ast.ListComp:
        assert isinstance(node.elt, ast.Call)
        node.elt = ast.copy_location(ast.Starred(node.elt.args[0]), node.elt)
        return node

    def visit_DictComp(self, node: ast.DictComp) -> ast.DictComp:
        assert isinstance(node.key, ast.Call)
        node.key, node.value = node.key.args[0], None  # type: ignore[assignment]
        return node


@pytest.mark.parametrize(("comprehension", "expected"), UNPACKING)
def test_every_python_takes_comprehensions_apart(comprehension: str, expected: int) -> None:
    item, loop = comprehension[1:-1].rsplit(" for ", 1)
    star = f"star({item.lstrip('*')})" + ": 0" * item.startswith("**")
    program = f"{HEAD}for row in {comprehension[0]}{star} for {loop}{comprehension[-1]}: await row\n"
    source = Source.parse(program)
    Unpacking().visit(source.tree)
    found = [each for each in check_source(source, DEFAULT) if not each.code.startswith("AIO9")]
    assert [each.code for each in found] == ["AIO101"] * expected


@pytest.mark.parametrize(
    ("piece", "expected"),
    [("{one.text()}", 0), ("{one.json()['name']}", 1), ("{1:{one.text()}}", 1), ("{one}: {await one.text()!r:>9}", 0)],
)
def test_every_python_knows_templates(monkeypatch: pytest.MonkeyPatch, piece: str, expected: int) -> None:
    """An f-string is evaluated as if it were a t-string, which has parts of the same names."""
    monkeypatch.setitem(expressions._EVALUATORS, ast.JoinedStr, text.template)
    found = check(f'{HEAD}return f"it says {piece}"\n')
    assert [each.code for each in found] == ["AIO101"] * expected
