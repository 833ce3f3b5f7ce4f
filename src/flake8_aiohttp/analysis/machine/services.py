"""What evaluation may ask of the file and of the run."""

from __future__ import annotations

import ast
import dataclasses
from collections import Counter

from flake8_aiohttp.analysis.domain.summary import Summary
from flake8_aiohttp.analysis.domain.typestate import Evidence
from flake8_aiohttp.analysis.domain.values import Value
from flake8_aiohttp.analysis.facts.file import FileFacts
from flake8_aiohttp.analysis.journal.journal import Journal
from flake8_aiohttp.analysis.machine.budget import Budget, BudgetExceeded
from flake8_aiohttp.python.definitions import Function


@dataclasses.dataclass(frozen=True, slots=True)
class Memory:
    """What was worked out before, for as long as the run of a file lasts.

    `summaries` by function and abstract arguments, and `inputs`: how many each function has; `lessons`: what a test
    that came out true or false says of a body; `closures`: what the names around a nested function hold; `costly`: how
    much work was not enough to run a function to its end.
    """

    summaries: dict[object, Summary] = dataclasses.field(default_factory=dict)
    inputs: Counter[Function] = dataclasses.field(default_factory=Counter)
    lessons: dict[tuple[ast.expr, bool], tuple[ast.expr, Evidence | None] | None] = dataclasses.field(
        default_factory=dict
    )
    closures: dict[ast.AST, dict[str, Value]] = dataclasses.field(default_factory=dict)
    costly: dict[Function | None, int] = dataclasses.field(default_factory=dict)

    def give_up(self, function: Function | None, left: int) -> None:
        """Remember that so much work was not enough to run a function to its end."""
        self.costly[function] = max(left, self.costly.get(function, 0))

    def refuse(self, function: Function | None, left: int) -> None:
        """Raise BudgetExceeded where no less work than is left was not enough before."""
        if function in self.costly and left <= self.costly[function]:
            raise BudgetExceeded


@dataclasses.dataclass(frozen=True, slots=True)
class Services:
    """Built once a file by the driver; nothing in it is replaced later."""

    facts: FileFacts
    journal: Journal
    budget: Budget
    memory: Memory = dataclasses.field(default_factory=Memory)
