"""The end of a function: what it returns, or leaves on an object, too late to be read."""

from __future__ import annotations

import ast
import dataclasses
from typing import TYPE_CHECKING

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.aiohttp_model.typestate import Body, Lease
from flake8_aiohttp.analysis import reads, uses
from flake8_aiohttp.analysis.flow import Flow, Way
from flake8_aiohttp.analysis.journal import Leaving, Role, Usage
from flake8_aiohttp.analysis.state import World
from flake8_aiohttp.analysis.values import (
    NONE,
    Call,
    Coroutine,
    Datum,
    Site,
    Task,
    Thing,
    Value,
    parts,
)

if TYPE_CHECKING:
    from flake8_aiohttp.analysis.frame import Frame

_LATE = frozenset({Lease.EXITED, Lease.ORPHANED})


def finish(frame: Frame, flow: Flow[World]) -> list[World]:
    """Come to the end of a function: what it returns is looked at as it is by then."""
    ends = []
    for way in (Way.RETURN, Way.NEXT):
        for world in flow.get(way, ()):
            if way is Way.NEXT:
                world.result = NONE
            frame.world = world
            _run_tasks(frame)
            _look_back(frame, world.result)
            _look_at_stored(frame)
            leave_behind(frame, world)
            ends.append(world)
    return frame.join(ends)


def _run_tasks(frame: Frame) -> None:
    """Run the tasks that nobody awaited: the event loop does."""
    held = [part for value in frame.world.places.values() for part in (value, *parts(value))]
    for task in held:
        if isinstance(task, Task) and isinstance(task.inner, Call) and not _leads_to_response(frame, task.inner):
            frame.run_apart(task.inner)


def _leads_to_response(frame: Frame, call: Call) -> bool:
    """Whether a task was given a response: it may have read it before."""
    return not frame.world.sites.keys().isdisjoint(uses.all_sites(call))


def leave_behind(frame: Frame, world: World) -> None:
    """Drop what nobody can reach once the function has ended: ends need not differ by it."""
    prefix = f"{frame.function.self_name}." if frame.function else "<"
    world.places = {place: value for place, value in world.places.items() if place.startswith(prefix)}
    world.conditions = ()
    living = (world.result, *world.places.values(), *frame.yielded())
    reachable = {site for value in living for site in uses.all_sites(value)}
    depth = len(frame.context)
    world.sites = {s: state for s, state in world.sites.items() if len(s.context) < depth or s in reachable}


def _look_back(frame: Frame, result: Value) -> None:
    """See what leaves the function too late to be read."""
    match result:
        case Thing(kind=Kind.RESPONSE, site=site):
            _depart(frame, site)
        case Datum(owner=owner, kind=Kind.STREAM | Kind.CHUNKS):
            _depart(frame, owner.site, frame.engine.fetched.get(result.span))
        case Coroutine(operation=operation) if operation is not None:
            _look_at_coroutine(frame, result)
        case Call():
            if any(_is_late(frame, site) for site in result.held):
                frame.run_apart(result)
            return
    for part in parts(result):
        _look_back(frame, part)


def _is_late(frame: Frame, site: Site) -> bool:
    typestate = frame.world.sites.get(site)
    return typestate is not None and typestate.lease is Lease.EXITED


def _look_at_stored(frame: Frame) -> None:
    """See which responses stay behind where they are read elsewhere: on an object, in a list or queue."""
    for place, value in frame.world.places.items():
        _, dot, attribute = place.partition(".")
        if dot and isinstance(value, Thing) and value.kind is Kind.RESPONSE and frame.engine.hoards.reads(attribute):
            _depart(frame, value.site, frame.engine.stored.get(value.site), is_read=True)
    for site in frame.engine.hoarded & frame.world.sites.keys():
        _depart(frame, site, frame.engine.stored.get(site), is_read=True)


def _depart(frame: Frame, site: Site, node: ast.expr | None = None, *, is_read: bool | None = None) -> None:
    typestate = frame.world.sites.get(site)
    if typestate is None or typestate.lease not in _LATE or typestate.departed is not None:
        return
    engine = frame.engine
    node = node or frame.world.leaving.get(site) or engine.stored.get(site) or engine.shown.get(site)
    span = engine.source.span(node) if node is not None else site.span
    if typestate.body not in {Body.UNREAD, Body.TAPPED}:
        engine.journal.leave(span, site.span, Leaving.READ)
        return
    engine.journal.leave(span, site.span, Leaving.UNREAD if frame.world.plain else Leaving.UNREAD_BY_ACCIDENT)
    engine.departures[span] = engine.source.excerpt(node) if node is not None else engine.requests.made[site.span].text
    frame.world.sites[site] = typestate = dataclasses.replace(typestate, departed=span)
    uses.depart(frame, site, typestate, read_by_caller=is_read)


def _look_at_coroutine(frame: Frame, coroutine: Coroutine) -> None:
    """A coroutine that was made in a block goes out of it: whoever awaits it is too late."""
    if coroutine.born is not Lease.HELD:
        reads.write_late(frame, coroutine)  # whoever awaits it is as late as it was made
        return
    collected = frame.engine.journal.has(Role.BODY, coroutine.span, Usage.COLLECTED)
    if not collected:
        reads.write_late(frame, coroutine)
