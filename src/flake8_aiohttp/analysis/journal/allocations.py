"""The requests that were made, by the place of their call."""

from __future__ import annotations

import dataclasses

from flake8_aiohttp.analysis.domain.values import AbstractObject, Context, Site
from flake8_aiohttp.finding import Span
from flake8_aiohttp.python.definitions import Function


@dataclasses.dataclass(frozen=True, slots=True)
class Allocation:
    """A request as it is written; `kept` where nobody is asked to release its response, `served` by a test.

    `proof` is the use by which its response is known, where nothing else says that it is aiohttp's.
    """

    text: str
    receiver: str
    verb: str
    asynchronous: bool
    kept: bool
    certain: bool
    served: bool
    proof: Span | None = None


class Allocations:
    """The requests of a file, and the sessions of which less is known than of others.

    `unowned` sessions leave their connections open when they are closed; methods of `altered` ones were replaced;
    `altering` functions replace a method of a session that they may give. `connected` are those that were given a
    connector, by what it is called: whoever closes it closes them.
    """

    def __init__(self) -> None:
        self.made: dict[Span, Allocation] = {}
        self.unowned: set[Site] = set()
        self.altered: set[Span] = set()
        self.altering: set[Function] = set()
        self.connected: dict[str, set[AbstractObject]] = {}
        self._sites: dict[tuple[Span, Context], Site] = {}

    def site(self, span: Span, context: Context) -> Site:
        """Give the site of what is made there, the same object each time: it is the key of every table."""
        key = span, context
        if key not in self._sites:
            self._sites[key] = Site(span, context)
        return self._sites[key]

    def proof_of(self, site: Site) -> Span | None:
        """Give the use by which a response is known, where it is known by that alone."""
        made = self.made.get(site.span)
        return made.proof if made is not None else None

    def is_unsure(self, response: AbstractObject) -> bool:
        """Whether a response is known by its use alone, or its session is one of somebody's own."""
        made = self.made.get(response.site.span)
        return made is not None and not made.certain
