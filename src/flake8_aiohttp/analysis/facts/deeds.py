"""What the scopes of a file do with what they come by, as far as it is found."""

from __future__ import annotations

import dataclasses
from typing import TypeVar

from flake8_aiohttp.analysis.facts import holdings
from flake8_aiohttp.analysis.facts.cells import Call, Cell
from flake8_aiohttp.analysis.facts.identifiers import Scope

T = TypeVar("T")


@dataclasses.dataclass(slots=True)
class News:
    """What was found and is still to be followed up; whoever does so empties the lists.

    `carried` are names that carry something, each with the function where it does or None for the whole file;
    `serving` the scopes that began to serve, `doing` those that began to act or to serve.
    """

    carried: list[tuple[Scope, str]] = dataclasses.field(default_factory=list)
    serving: list[Scope] = dataclasses.field(default_factory=list)
    doing: list[Scope] = dataclasses.field(default_factory=list)


def taken(news: list[T]) -> list[T]:
    """Empty a list, and give what was in it."""
    found = news.copy()
    news.clear()
    return found


class Deeds:
    """Keeps account of what each scope does; each is noted once, and is news until somebody follows it up.

    `acting` are the scopes that do something to what they come by themselves, `serving` those that do it to what they
    are handed, each with the cell in question; `linked` are the calls that may go to a function or class of the file.
    """

    def __init__(self) -> None:
        self.acting: dict[Scope, Cell] = {}
        self.serving: dict[Scope, Cell] = {}
        self.linked: dict[Call, None] = {}
        self.news = News()
        self._carried: set[tuple[Scope, str]] = set()

    def act(self, scope: Scope, cell: Cell) -> None:
        """Note that a scope does something to what it came by itself."""
        if scope not in self.acting:
            self.acting[scope] = cell
            self.news.doing.append(scope)

    def serve(self, scope: Scope, cell: Cell) -> None:
        """Note that a scope does something to what it was handed."""
        if scope not in self.serving:
            self.serving[scope] = cell
            self.news.doing.append(scope)
            self.news.serving.append(scope)

    def touch(self, scope: Scope, cell: Cell) -> None:
        """Note that a scope has to do with a cell, which counts where that holds something active."""
        if holdings.own(cell.holding) & holdings.ACTIVE:
            self.act(scope, cell)
        if holdings.handed(cell.holding) & holdings.ACTIVE:
            self.serve(scope, cell)

    def carry(self, home: Scope, name: str) -> None:
        """Note that a name carries something, wherever it is said or in one function."""
        if (home, name) not in self._carried:
            self._carried.add((home, name))
            self.news.carried.append((home, name))
