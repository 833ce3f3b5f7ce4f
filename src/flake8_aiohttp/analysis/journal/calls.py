"""Calls of aiohttp's own callables, with what they are given, as far as the code spells it out."""

from __future__ import annotations

import ast
import dataclasses
import enum

from flake8_aiohttp.analysis.domain.literals import Literal
from flake8_aiohttp.finding import Span
from flake8_aiohttp.python.definitions import Function


@dataclasses.dataclass(frozen=True, slots=True)
class Given:
    """An argument: the parameter that takes it ("" where that is not known), its place, and its value if known.

    `span` is the whole argument, keyword included; `value` the expression alone.
    """

    name: str
    span: Span
    text: str
    value: Span
    literal: Literal | None
    by_keyword: bool


class Loopless(enum.Enum):
    """Where code stands that is run before any event loop can be."""

    MODULE = "at module level"
    CLASS_BODY = "in a class body"
    DEFAULT = "as a default value"


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """A call of a callable of aiohttp: `callee` is how the table of versions names it (`session.get`, `web.Response`).

    `receiver` is what the call is made on, as the code writes it. `exact` says that no argument is hidden in a `*` or
    `**`. `served` says that a test client is asked, not a session. `loopless` says where the call stands, if no event
    loop can run there. `names` tells what the file calls names of aiohttp, `serialises_itself` whether some session of
    the file has a `json_serialize` of its own.
    """

    span: Span
    text: str
    callee: str
    receiver: str
    arguments: tuple[Given, ...]
    exact: bool
    loopless: Loopless | None = None
    names: tuple[tuple[str, str], ...] = ()
    serialises_itself: bool = False
    served: bool = False

    def given(self, name: str) -> Given | None:
        """Give the argument that a parameter takes."""
        return next((each for each in self.arguments if each.name == name), None)

    def called(self, name: str) -> str:
        """Give what the file calls a name of aiohttp (`aiohttp.BasicAuth`), or nothing."""
        known = dict(self.names)
        module, _, own = name.rpartition(".")
        return known.get(name) or (f"{known[module]}.{own}" if module in known else "")


@dataclasses.dataclass(frozen=True, slots=True)
class Mention:
    """A name that aiohttp has no more: `qualified` in full, `text` as the file writes it."""

    span: Span
    text: str
    qualified: str
    imported: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What a handler gives the server that is no response: of which type, or nothing at all where `kind` is empty."""

    span: Span
    text: str
    handler: str
    kind: str


@dataclasses.dataclass(frozen=True, slots=True)
class Noted:
    """A call that is known to be one of aiohttp's, and the function in which it stands; `served` as in `Call`."""

    callee: str
    receiver: str
    function: Function | None
    served: bool = False


NotedCalls = dict[ast.Call, Noted]
"""The calls that the interpreter met on objects of aiohttp's own classes."""
