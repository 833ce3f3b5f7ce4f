"""Which statements can matter, and what is learnt of that on the way."""

from __future__ import annotations

import ast

from flake8_aiohttp.analysis.origins import Origins
from flake8_aiohttp.analysis.relevance import Relevance
from flake8_aiohttp.analysis.state import World
from flake8_aiohttp.options import DEFAULT
from flake8_aiohttp.python.names import Outline

TEXT = """
if ready:
    page = self.http.get(url)
"""


def test_a_name_that_is_learnt_on_the_way_counts_in_what_was_looked_at_before() -> None:
    tree = ast.parse(TEXT)
    outline = Outline(tree)
    relevance = Relevance(outline, Origins(outline, DEFAULT), set(), set())
    (block,) = tree.body
    assert isinstance(block, ast.If)
    nodes = (block, block.body[0])
    assert [relevance.is_inert(node, World(), {}) for node in nodes] == [True, True]
    relevance.admit({"http"})
    assert [relevance.is_inert(node, World(), {}) for node in nodes] == [False, False]
    assert relevance.is_inert(block.test, World(), {})
