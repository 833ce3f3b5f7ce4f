"""Which statements can matter, and what is learnt of that on the way."""

from __future__ import annotations

import ast

from flake8_aiohttp.analysis.domain.state import AbstractState
from flake8_aiohttp.analysis.facts.relevance import Relevance
from flake8_aiohttp.analysis.facts.types import StaticTypes
from flake8_aiohttp.options import DEFAULT
from flake8_aiohttp.python.scopes import FileScopes

TEXT = """
if ready:
    page = self.http.get(url)
"""


def test_a_name_that_is_learnt_on_the_way_counts_in_what_was_looked_at_before() -> None:
    tree = ast.parse(TEXT)
    scopes = FileScopes(tree)
    relevance = Relevance(scopes, StaticTypes(scopes, DEFAULT), set(), set())
    (block,) = tree.body
    assert isinstance(block, ast.If)
    nodes = (block, block.body[0])
    assert [relevance.is_inert(node, AbstractState(), {}) for node in nodes] == [True, True]
    relevance.admit({"http"})
    assert [relevance.is_inert(node, AbstractState(), {}) for node in nodes] == [False, False]
    assert relevance.is_inert(block.test, AbstractState(), {})
