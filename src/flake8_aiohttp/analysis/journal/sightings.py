"""Where the run saw what a finding's story tells: reads, stores, calls, generators."""

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
    in which clothes it left; `generators`: the call behind what is iterated over; `post_states`: typestates in which
    a generator ends; `retained`: sites in containers that are read elsewhere; `closed`: sessions that are closed on
    some path; `captured`: nested functions whose names are handed on right now; `needless`: awaits of what is no
    awaitable, `needed`: those that are right for something else that comes there.
    """

    last_read: dict[Site, ast.expr] = dataclasses.field(default_factory=dict)
    last_stored: dict[Site, ast.expr] = dataclasses.field(default_factory=dict)
    last_fetched: dict[Span, ast.expr] = dataclasses.field(default_factory=dict)
    named: dict[ast.AST, ast.expr] = dataclasses.field(default_factory=dict)
    retained: set[Site] = dataclasses.field(default_factory=set)
    calls: dict[Span, str] = dataclasses.field(default_factory=dict)
    escapes: dict[Span, str] = dataclasses.field(default_factory=dict)
    departures: dict[Span, Departure] = dataclasses.field(default_factory=dict)
    generators: dict[Span, Span] = dataclasses.field(default_factory=dict)
    post_states: dict[object, dict[Site, Typestate]] = dataclasses.field(default_factory=dict)
    needed: set[ast.expr] = dataclasses.field(default_factory=set)
    captured: set[ast.AST] = dataclasses.field(default_factory=set)
    closed: set[Site] = dataclasses.field(default_factory=set)
    needless: dict[Span, ast.expr] = dataclasses.field(default_factory=dict)
