"""How much work a file may cost: counted, not timed, so that a file has the same findings on every machine."""

from __future__ import annotations

from collections.abc import Callable

from flake8_aiohttp.analysis.domain.limits import (
    WORK_A_FILE,
    WORK_A_FUNCTION,
    WORK_A_NODE,
    WORK_WITH_CALLS,
)


class BudgetExceeded(Exception):  # noqa: N818  it is no error: the function is too much to follow
    """The function at hand, or the file, costs more than it may."""


class Budget:
    """The work that is left in a file, and in the function at hand.

    A unit is about what one expression costs in one state: it is spent where an expression is evaluated, a statement
    is run, a state is copied or compared, a value is walked. Each node of the tree that is met gives more of them, so
    that neither comments nor layout count; `met` says how many nodes were met so far.
    """

    def __init__(self, met: Callable[[], int]) -> None:
        """Begin a file."""
        self._met = met
        self._nodes = 0
        self._all = self._left = WORK_A_FILE
        self._stop = 0

    def begin(self) -> None:
        """Begin a function, which may take up its own work and what its nodes give, or what the file has left."""
        self._earn()
        self._stop = max(0, self._left - WORK_A_FUNCTION)

    def spend(self, work: int = 1) -> None:
        """Take up work; raises BudgetExceeded where the function or the file has had all of its own."""
        self._left -= work
        if self._left < self._stop:
            self._earn()
            if self._left < self._stop:
                self._left = self._stop  # what was too much was not done, and others have work of their own
                raise BudgetExceeded

    def _earn(self) -> None:
        """Take over what the nodes give that were met since it was last asked."""
        nodes = self._met()
        more = WORK_A_NODE * (nodes - self._nodes)
        self._nodes = nodes
        self._all += more
        self._left += more

    @property
    def spent(self) -> int:
        """The work that the file has taken up."""
        return self._all - self._left

    @property
    def left(self) -> int:
        """The work that is left in the function where the analysis began."""
        self._earn()
        return self._left - self._stop

    @property
    def is_short(self) -> bool:
        """Whether so little is left that calls are not followed any more."""
        self._earn()
        return self.spent > WORK_WITH_CALLS * self._all
