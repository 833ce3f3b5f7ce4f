"""Generators of the same file: loops over them, and context managers made of them.

What stands before the `yield` has happened when the consumer runs, what stands after it has not: the
consumer goes on in the world of the `yield`, and what the rest gives back is taken back afterwards.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_aiohttp.aiohttp_model.typestate import Lease
from flake8_aiohttp.analysis import departures, summaries, uses
from flake8_aiohttp.analysis.callees import CONTEXT_DECORATORS
from flake8_aiohttp.analysis.containers import unfocused
from flake8_aiohttp.analysis.state import Typestate, World
from flake8_aiohttp.analysis.values import Call, Elements, Site, Value

if TYPE_CHECKING:
    from flake8_aiohttp.analysis.frame import Frame


def generate(frame: Frame, node: ast.expr, call: Call) -> Value:
    """Iterate over a call of a generator: each element comes in the world of its `yield`."""
    value = until_yield(frame, call)
    frame.engine.generators[frame.engine.source.span(node)] = call.span
    return Elements((value,), exact=False) if value is not None else None


def exhaust(frame: Frame, world: World, node: ast.expr) -> None:
    """Come to the end of a generator: what its rest gives back is given back."""
    made = frame.engine.generators.get(frame.engine.source.span(node))
    if made is not None:
        _take_back(frame, world, made, node.lineno)


def enter_context(frame: Frame, call: Call) -> Value:
    """Enter a context manager that is made of a generator of this file."""
    function = frame.engine.function_of(call.routine) if not summaries.is_lambda(call.routine) else None
    if function is None or not function.decorated_by(*CONTEXT_DECORATORS):
        for _, value in call.arguments:
            uses.escape(frame, value)
        return None
    return until_yield(frame, call)


def leave_context(frame: Frame, call: Call, line: int) -> None:
    """Leave such a context manager."""
    _take_back(frame, frame.world, call.span, line)


def until_yield(frame: Frame, call: Call) -> Value:
    """Run a generator and go on in the world of one of its yields."""
    prepared = summaries.prepare(frame, call)
    if prepared is None:
        for _, value in call.arguments:
            uses.escape(frame, value)
        return None
    inner, world = prepared
    assert inner.function is not None
    for site in call.held:
        summaries.come_late(frame, world, site, call)
    inner.yields = []
    shown = set(world.sites)
    flow = inner.run(inner.function.node.body, world)
    frame.engine.afterwards[call.span] = _agreed(departures.finish(inner, flow))
    if not inner.yields:
        return None
    chosen, value = inner.yields[frame.choose(len(inner.yields))]
    unseen = {site: state for site, state in frame.world.sites.items() if site not in shown}
    frame.world.sites = {**unseen, **chosen.sites}
    return value


def _agreed(ends: list[World]) -> dict[Site, Typestate]:
    """Give the typestates in which every end of a generator leaves a site alike, where it knows it at all."""
    known = {site: state for end in ends for site, state in end.sites.items()}
    return {site: state for site, state in known.items() if all(end.sites.get(site, state) == state for end in ends)}


def _take_back(frame: Frame, world: World, made: object, line: int) -> None:
    afterwards = frame.engine.afterwards.get(made, {})
    for site, typestate in world.sites.items():
        after = afterwards.get(site) or afterwards.get(unfocused(site))
        if after is not None and after.lease is not Lease.HELD:
            world.sites[site] = typestate.ending(after.lease, line, after.ended_by)
