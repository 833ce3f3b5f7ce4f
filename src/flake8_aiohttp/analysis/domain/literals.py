"""Values that the code spells out, as far as their type can be read off: what is unknown is None, and not here."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from flake8_aiohttp.finding import Span

EITHER = "either"
"""The type of a value that is one of its items."""


@dataclasses.dataclass(frozen=True, slots=True)
class Literal:
    """A value of a known type: `type` is its name in Python ("None" for None).

    `text` is how the code writes it, `span` where. `items` are those of a dict, list, tuple or set that are known:
    others may be there, too. `string` is the text of a str that is known to the last character. One that `is_empty`
    is false in a test, as `0` and `{}` are: it counts as not given.
    """

    type: str
    span: Span
    text: str
    items: tuple[Item, ...] = ()
    string: str | None = None
    is_empty: bool = False

    def possible(self) -> Iterator[Literal]:
        """Give the values that it may be, as far as they are known."""
        if self.type != EITHER:
            yield self
            return
        for item in self.items:
            yield from item.value.possible()


@dataclasses.dataclass(frozen=True, slots=True)
class Item:
    """An item of a container; `key` is that of a dict, as the code writes it, or "" where it has none."""

    value: Literal
    key: str = ""
    key_type: str = ""
