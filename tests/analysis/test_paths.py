"""The ways through an expression, tried one after the other."""

from __future__ import annotations

from flake8_aiohttp.analysis.machine.paths import Paths


def test_each_way_is_tried_once() -> None:
    paths = Paths()
    tried = [(paths.choose(3), paths.choose(2)) for _ in paths.ways()]
    assert sorted(tried) == [(one, other) for one in range(3) for other in range(2)]


def test_a_way_that_is_no_more_is_another() -> None:
    paths = Paths()
    counts = iter([3, 2, 2])  # the work that is left has become too little to see all
    assert [paths.choose(next(counts)) for _ in paths.ways()] == [0, 1, 1]
