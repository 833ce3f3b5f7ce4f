"""Where the run saw what a finding's story tells: reads, stores, calls, generators, awaits."""

from __future__ import annotations

import ast
import dataclasses

from flake8_aiohttp.analysis.domain.typestate import Typestate
from flake8_aiohttp.analysis.domain.values import Site
from flake8_aiohttp.analysis.journal.entries import Departure
from flake8_aiohttp.finding import Span


@dataclasses.dataclass(slots=True)
class Sightings:
    """What was seen last of sites and calls.

    `last_read`, `last_stored`, `last_fetched`: the expressions that named, stored or fetched something; `named`: that
    which named a nested function last; `calls` and `escapes`: how a call, or what left a function, reads; `departures`:
    in which clothes it left; `closed`: sessions that are closed on some path; `captured`: nested functions whose names
    are handed on right now.
    """

    last_read: dict[Site, ast.expr] = dataclasses.field(default_factory=dict)
    last_stored: dict[Site, ast.expr] = dataclasses.field(default_factory=dict)
    last_fetched: dict[Span, ast.expr] = dataclasses.field(default_factory=dict)
    named: dict[ast.AST, ast.expr] = dataclasses.field(default_factory=dict)
    calls: dict[Span, str] = dataclasses.field(default_factory=dict)
    escapes: dict[Span, str] = dataclasses.field(default_factory=dict)
    departures: dict[Span, Departure] = dataclasses.field(default_factory=dict)
    closed: set[Site] = dataclasses.field(default_factory=set)
    captured: set[ast.AST] = dataclasses.field(default_factory=set)


@dataclasses.dataclass(slots=True)
class SeenStored:
    """Responses that were put where others find them: into containers, attributes, exceptions.

    `retained`: those that the file reads elsewhere, of which `read_anew` are asked for the bytes; `stowed`: the others.
    """

    retained: set[Site] = dataclasses.field(default_factory=set)
    read_anew: set[Site] = dataclasses.field(default_factory=set)
    stowed: set[Site] = dataclasses.field(default_factory=set)


@dataclasses.dataclass(slots=True)
class SeenGenerators:
    """Generators that were iterated over.

    `calls`: by what is iterated over, the call that made the generator; `post_states`: by that call, the typestates in
    which the generator leaves what it was given.
    """

    calls: dict[Span, Span] = dataclasses.field(default_factory=dict)
    post_states: dict[Span, dict[Site, Typestate]] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(slots=True)
class SeenAwaits:
    """Awaits by what came there: `needless` (of no awaitable) by span, `needed` for something else that comes there."""

    needless: dict[Span, ast.expr] = dataclasses.field(default_factory=dict)
    needed: set[ast.expr] = dataclasses.field(default_factory=set)

    def is_right_for_others(self, span: Span) -> bool:
        """Whether a needless await, at `span`, is right for something else that comes to it."""
        return self.needless[span] in self.needed
