"""Functions that do nothing to an aiohttp object themselves, but tell others what these cannot know.

One gives a session to a parameter without annotation, another the name of a binary file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flake8_aiohttp.aiohttp_model.media import EXTENSIONS
from flake8_aiohttp.python.names import Function

if TYPE_CHECKING:
    from flake8_aiohttp.analysis.gate import Gate

_CALLED = re.compile(r"\b(\w+)\(")
_ENDING = re.compile(r"\.(\w+)[\"']")


def lenders(gate: Gate, functions: list[Function]) -> set[Function]:
    """Give those that pass on an aiohttp object: what their callees do to it, only they can tell."""
    unsure = {f: names for f in functions if (names := _untyped(f))}
    if not unsure:
        return set()
    idle = [f for f in functions if f not in gate.beginning and gate.has_origin(f)]
    called = {name for f in idle for name in _CALLED.findall(gate.segment(f))}
    borrowers = {f"{f.name}(" for f, names in unsure.items() if f.name in called and _borrows(gate, f, names)}
    return {f for f in idle if gate.uses(f, borrowers)}


def _untyped(function: Function) -> set[str]:
    """Give the parameters of which only the callers of a function know what they are."""
    return {a.arg for a in function.parameters if a.annotation is None and a.arg != function.self_name}


def _borrows(gate: Gate, function: Function, untyped: set[str]) -> bool:
    """Whether a function does something that may be done to such a parameter."""
    return gate.operates(function) or not untyped.isdisjoint(gate.receivers(function))


def tellers(gate: Gate, functions: list[Function]) -> set[Function]:
    """Give those that ask a function which matters for a binary file, and whoever else asks it for something."""
    names = {name for f in functions if says_binary(gate.segment(f)) for name in _CALLED.findall(gate.segment(f))}
    asked = {f"{f.name}(" for f in gate.mattering if f.name in names}
    return {f for f in functions if gate.uses(f, asked)} if asked else set()


def says_binary(text: str) -> bool:
    """Whether some string ends as the name of a binary file does."""
    return not EXTENSIONS.isdisjoint(_ENDING.findall(text))
