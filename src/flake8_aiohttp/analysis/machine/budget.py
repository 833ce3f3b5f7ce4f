"""How much work a file may cost."""

from __future__ import annotations

MOST_STEPS = 5_000
"""Statements (in a state each) that are run from one function, those of its callees included."""

STEPS_A_LINE = 30
"""More of them for each line of the function."""

ENOUGH_STEPS = 20_000
"""When a file has taken so many, calls are not followed any more."""


class BudgetExceeded(Exception):  # noqa: N818  it is no error: the function is too much to follow
    """The function at hand has too many ways through it."""


class Budget:
    """Counts the steps of a run: of the function at hand, and of the file of `lines` lines."""

    def __init__(self, lines: int) -> None:
        self._lines = lines
        self._steps = 0
        self._all_steps = 0
        self._most_steps = MOST_STEPS

    def begin(self, lines: int) -> None:
        """Begin with a function of so many lines."""
        self._steps, self._all_steps = 0, self._all_steps + self._steps
        self._most_steps = MOST_STEPS + STEPS_A_LINE * lines

    def step(self, count: int = 1) -> None:
        """Count statements; raises BudgetExceeded where the function at hand has too many ways through it."""
        self._steps += count
        if self._steps > self._most_steps:
            raise BudgetExceeded

    @property
    def is_exhausted(self) -> bool:
        """Whether the file has taken so long that calls are not followed any more."""
        return self._all_steps > ENOUGH_STEPS + STEPS_A_LINE * self._lines
