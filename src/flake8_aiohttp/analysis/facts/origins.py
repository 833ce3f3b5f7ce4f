"""What comes from where nobody sees it being made: names of other modules, and objects that a file is given."""

from __future__ import annotations

import ast
import dataclasses
from functools import lru_cache

from flake8_aiohttp.aiohttp_model.objects import TYPES, UNMADE, Kind, known_names, session_names
from flake8_aiohttp.analysis.domain.values import NOWHERE, AbstractObject, Site, Value
from flake8_aiohttp.finding import Span
from flake8_aiohttp.options import Options


class KnownNames:
    """The names of other modules that give aiohttp's objects: aiohttp's own, its wrappers', those of the options."""

    def __init__(self, options: Options) -> None:
        self._sessions = session_names(options.session_factories)
        self._responses = options.response_types
        self.all = known_names(options.session_factories, options.response_types)

    def kind(self, qualified: str) -> Kind | None:
        """Say what calling, or being annotated with, a name gives; None where that is nothing of aiohttp's."""
        if qualified in self._sessions:
            return Kind.SESSION
        return Kind.RESPONSE if qualified in self._responses else TYPES.get(qualified)

    def made(self, qualified: str, span: Span) -> AbstractObject | None:
        """Give what calling a name makes at `span`; None where that is nothing of aiohttp's."""
        kind = self.kind(qualified)
        if kind is None or kind in UNMADE:
            return None
        return AbstractObject(kind, Site(span), foreign=qualified not in TYPES)


class UnseenObjects:
    """Objects that nobody saw being made: each place that holds one gets a site of its own, on line 0.

    `unsure` are the sites of those that are known by their use alone, each with that use.
    """

    def __init__(self) -> None:
        self.unsure: dict[Site, ast.expr] = {}
        self._count = 0

    def placed(self, value: Value) -> Value:
        """Give an object a site of its own; any other value, and an object that has one, is given back as it is."""
        if not isinstance(value, AbstractObject) or value.site.span != NOWHERE:
            return value
        return dataclasses.replace(value, site=self._next(is_summary=value.site.is_summary))

    def session_by_use(self, proof: ast.expr) -> AbstractObject:
        """Give a session that is known by a use of it, `proof`, alone."""
        session = AbstractObject(Kind.SESSION, self._next())
        self.unsure[session.site] = proof
        return session

    def _next(self, *, is_summary: bool = False) -> Site:
        self._count += 1
        return Site(Span(0, self._count, 0, self._count), (), is_summary)


@lru_cache(maxsize=16)
def members_by_module(known: frozenset[str]) -> dict[str, set[str]]:
    """Give, for each module, the names by which it gives what is known, or a module in it that does."""
    members: dict[str, set[str]] = {}
    for name in known:
        module, _, last = name.rpartition(".")
        while module:
            members.setdefault(module, set()).add(last)
            module, _, last = module.rpartition(".")
    return members
