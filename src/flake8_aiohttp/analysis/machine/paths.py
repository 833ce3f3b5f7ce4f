"""Nondeterministic choice by replay: an expression is evaluated again for each way to go through it."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_aiohttp.analysis.domain.limits import FEW_CHOICES, MOST_CHOICES


class Paths:
    """The choices on one way through an expression, and those that are still to be tried.

    A script lists what each `choose` on the way gives. Where it ends, the first way is taken, and a script for each
    other way is put aside.
    """

    def __init__(self) -> None:
        self._script: list[int] = []
        self._position = 0
        self._scripts: list[list[int]] = []
        self._chosen = 0

    def ways(self) -> Iterator[None]:
        """Give control once for each way through what is evaluated meanwhile."""
        self._scripts, self._chosen = [[]], 0
        while self._scripts:
            self._script, self._position = self._scripts.pop(), 0
            yield

    @property
    def is_split(self) -> bool:
        """Whether so many choices were made on this way that plain data makes no difference any more."""
        return self._position >= FEW_CHOICES

    def choose(self, count: int) -> int:
        """Choose one of `count` ways; the others are tried afterwards.

        Where less work is left than before, calls are not followed any more, and there may be fewer ways than there
        were when the script was written.
        """
        if count == 1:
            return 0
        if self._position == len(self._script):
            others = range(1, min(count, MOST_CHOICES - self._chosen))
            self._scripts += [[*self._script, other] for other in others]
            self._chosen += len(others)
            self._script.append(0)
        self._position += 1
        return min(self._script[self._position - 1], count - 1)
