"""Functions that do nothing to an aiohttp object themselves, but tell others what these cannot know.

One gives a session to a parameter without annotation, another the name of a binary file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flake8_aiohttp.aiohttp_model.media import EXTENSIONS
from flake8_aiohttp.python.scopes import Function

if TYPE_CHECKING:
    from flake8_aiohttp.analysis.facts.gate import Gate
    from flake8_aiohttp.analysis.facts.wording import Wording

_ENDING = re.compile(r"\.(\w+)[\"']")


def lenders(gate: Gate, wording: Wording, functions: list[Function]) -> set[Function]:
    """Give those that pass on an aiohttp object: what their callees do to it, only they can tell."""
    unsure = {f: names for f in functions if (names := _untyped(f))}
    if not unsure:
        return set()
    idle = [f for f in functions if f not in gate.beginning and gate.has_origin(f)]
    called = {name for f in idle for name in wording.called_by(f)}
    asked = {f: names for f, names in unsure.items() if f.name in called}
    borrowers = {f for f, names in asked.items() if gate.operates(f) or not names.isdisjoint(wording.receivers(f))}
    return {f for f in idle if wording.uses(f, {f"{f.name}(" for f in borrowers})}


def _untyped(function: Function) -> set[str]:
    """Give the parameters of which only the callers of a function know what they are."""
    return {a.arg for a in function.parameters if a.annotation is None and a.arg != function.self_name}


def tellers(mattering: set[Function], wording: Wording, functions: list[Function]) -> set[Function]:
    """Give those that ask a function which matters for a binary file, and whoever else asks it for something."""
    names = {name for f in functions if says_binary(wording.segment(f)) for name in wording.called_by(f)}
    asked = {f"{f.name}(" for f in mattering if f.name in names}
    return {f for f in functions if wording.uses(f, asked)} if asked else set()


def says_binary(text: str) -> bool:
    """Whether some string ends as the name of a binary file does."""
    return not EXTENSIONS.isdisjoint(_ENDING.findall(text))
