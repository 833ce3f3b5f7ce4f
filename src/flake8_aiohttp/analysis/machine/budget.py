"""How much work a file may cost: counted, not timed, so that a file has the same findings on every machine."""

from __future__ import annotations

from flake8_aiohttp.analysis.domain.limits import (
    WORK_A_CHARACTER,
    WORK_A_FILE,
    WORK_A_FUNCTION,
    WORK_WITH_CALLS,
)


class BudgetExceeded(Exception):  # noqa: N818  it is no error: the function is too much to follow
    """The function at hand, or the file, costs more than it may."""


class Budget:
    """The work that is left in a file, and in the function at hand.

    A unit is about what one expression costs in one state: it is spent where an expression is evaluated, a statement
    is run, a state is copied or compared, a value is walked.
    """

    def __init__(self, characters: int) -> None:
        """Begin a file of so many characters."""
        self._all = self._left = WORK_A_FILE + int(WORK_A_CHARACTER * characters)
        self._stop = 0

    def begin(self, characters: int) -> None:
        """Begin a function of so many characters, which may take up its own work, or what the file has left."""
        self._stop = max(0, self._left - WORK_A_FUNCTION - int(WORK_A_CHARACTER * characters))

    def spend(self, work: int = 1) -> None:
        """Take up work; raises BudgetExceeded where the function or the file has had all of its own."""
        self._left -= work
        if self._left < self._stop:
            raise BudgetExceeded

    @property
    def spent(self) -> int:
        """The work that the file has taken up."""
        return self._all - self._left

    @property
    def left(self) -> int:
        """The work that is left in the function where the analysis began."""
        return self._left - self._stop

    @property
    def is_short(self) -> bool:
        """Whether so little is left that calls are not followed any more."""
        return self.spent > WORK_WITH_CALLS * self._all
