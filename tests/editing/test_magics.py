"""What is no Python in a notebook goes behind a mask, and comes out as it was."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flake8_aiohttp.editing.magics import masked, unmasked

PYTHON = "x = 1\nif x:\n    y = (x\n         % 2)\n"
CELLS = {
    "%time x\ny = 1": "pass\ny = 1",
    "if 1:\n    !ls | wc\n    y = 1": "if 1:\n    pass\n    y = 1",
    "%matplotlib inline": "pass",
    "?print\nprint??\ny = 1": "pass\npass\ny = 1",
    "%%bash\nx = 1\n": "",
    "%%time\nx = 1\n": "",
    "if (": "",
    "return 1": "return 1",
}


def test_python_needs_no_mask() -> None:
    assert masked(PYTHON) == PYTHON


@pytest.mark.parametrize("cell", CELLS)
def test_the_rest_is_python(cell: str) -> None:
    assert ast.dump(ast.parse(masked(cell))) == ast.dump(ast.parse(CELLS[cell]))
    assert masked(cell).count("\n") == cell.count("\n")
    assert unmasked(masked(cell)) == cell


@settings(deadline=None)
@given(st.lists(st.sampled_from(["%x", "!", "x?", "if 1:", " ", "x = 1", '"""', "\n", "\r\n", "\n"])).map("".join))
def test_whatever_it_is_it_comes_back(cell: str) -> None:
    ast.parse(masked(cell))
    assert unmasked(masked(cell)) == cell
