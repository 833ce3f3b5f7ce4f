"""Functions that only pass an aiohttp object on, to others of the file that say nothing of what they are given."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flake8_aiohttp.python.names import Function

if TYPE_CHECKING:
    from flake8_aiohttp.analysis.gate import Gate

_CALLED = re.compile(r"\b(\w+)\(")


def lenders(gate: Gate, functions: list[Function]) -> set[Function]:
    """Give those that pass on an aiohttp object: what their callees do to it, only they can tell."""
    idle = [f for f in functions if f not in gate.beginning and gate.has_origin(f)]
    called = {name for f in idle for name in _CALLED.findall(gate.segment(f))}
    borrowers = {f"{f.name}(" for f in functions if f.name in called and _borrows(gate, f)}
    return {f for f in idle if gate.uses(f, borrowers)}


def _borrows(gate: Gate, function: Function) -> bool:
    """Whether a function does something to a parameter of which only its callers know what it is."""
    untyped = {a.arg for a in function.parameters if a.annotation is None and a.arg != function.self_name}
    return bool(untyped) and (gate.operates(function) or not untyped.isdisjoint(gate.receivers(function)))
