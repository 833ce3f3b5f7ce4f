"""Where a program's choices come from: a seeded generator, or Hypothesis. One grammar serves both."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Choices(Protocol):
    """All a grammar asks for."""

    def integer(self, low: int, high: int) -> int:
        """Give an integer between `low` and `high`, both included."""


class SeededChoices:
    """Choices of `random.Random`: fast, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - programs, not secrets

    def integer(self, low: int, high: int) -> int:
        """Give an integer between `low` and `high`, both included."""
        return self._random.randint(low, high)


class DrawnChoices:
    """Choices that Hypothesis draws, so that it can vary and shrink them."""

    def __init__(self, draw: Callable[[st.SearchStrategy[int]], int]) -> None:
        self._draw = draw

    def integer(self, low: int, high: int) -> int:
        """Give an integer between `low` and `high`, both included."""
        return self._draw(st.integers(low, high))


def one_of(choices: Choices, options: Sequence[T]) -> T:
    """Choose among equals; the simplest stands first."""
    return options[choices.integer(0, len(options) - 1)]


def weighted(choices: Choices, options: Sequence[tuple[int, T]]) -> T:
    """Choose an option with a probability in proportion to its weight."""
    point = choices.integer(1, sum(weight for weight, _ in options))
    for weight, option in options:
        point -= weight
        if point <= 0:
            return option
    raise AssertionError(options)


def chance(choices: Choices, percent: int) -> bool:
    """Say yes in so many of a hundred cases."""
    return choices.integer(1, 100) > 100 - percent
