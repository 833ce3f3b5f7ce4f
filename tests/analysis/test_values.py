"""Values: how large they are, whatever they hold and however they share it."""

from __future__ import annotations

import ast

import pytest

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.analysis.domain.limits import MOST_PARTS
from flake8_aiohttp.analysis.domain.size import is_large
from flake8_aiohttp.analysis.domain.values import (
    AbstractObject,
    Closure,
    DictValue,
    FunctionValue,
    Gathered,
    Instance,
    SequenceValue,
    Site,
    Super,
    SuspendedCall,
    Task,
    Value,
)
from flake8_aiohttp.finding import Span
from flake8_aiohttp.python.scopes import FileScopes

SPAN = Span(1, 0, 1, 9)
RESPONSE = AbstractObject(Kind.RESPONSE, Site(SPAN))
SCOPES = FileScopes(ast.parse("class Box:\n    def get(self): ..."))
BOX = SCOPES.classes["Box"]
GET = SCOPES.functions[0]
LAMBDA = Closure(ast.parse("lambda: 0", mode="eval").body)

PAIRS = {
    "a tuple": lambda held: SequenceValue((held, held)),
    "a dict": lambda held: DictValue((("x", held), (None, held))),
    "an object": lambda held: Instance(BOX, (("x", held), ("y", held))),
    "a call": lambda held: SuspendedCall(LAMBDA, (("x", held), ("y", held)), SPAN),
    "a method's call": lambda held: SuspendedCall(FunctionValue(GET, held), (("self", held),), SPAN),
    "gathered": lambda held: Gathered(SequenceValue((Task(held, SPAN), held))),
    "super": lambda held: SequenceValue((Super(BOX, held), held)),
}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_what_is_held_twice_counts_twice(pair: object) -> None:
    value: Value = RESPONSE
    depth = 0
    while not is_large(value) and depth < 100:
        value, depth = pair(value), depth + 1
    assert depth <= 6


def test_what_holds_few_is_not_large() -> None:
    assert not is_large(RESPONSE)
    assert not is_large(SequenceValue((RESPONSE,) * MOST_PARTS))
    assert is_large(SequenceValue((RESPONSE,) * (MOST_PARTS + 1)))


def test_equal_sites_are_one_key() -> None:
    assert {Site(SPAN): 1}[Site(Span(1, 0, 1, 9))] == 1
    assert Site(SPAN) != Site(SPAN, is_summary=True)
