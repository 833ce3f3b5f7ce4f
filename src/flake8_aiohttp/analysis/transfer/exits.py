"""The end of a function: what it returns, or leaves on an object, too late to be read."""

from __future__ import annotations

import ast
import dataclasses
from typing import TYPE_CHECKING

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.aiohttp_model.typestate import Body, Lease
from flake8_aiohttp.analysis.domain.state import AbstractState, States
from flake8_aiohttp.analysis.domain.values import (
    NONE,
    AbstractObject,
    Coroutine,
    MemberValue,
    Site,
    SuspendedCall,
    Task,
    Value,
    parts,
)
from flake8_aiohttp.analysis.journal.recorder import Role, Usage
from flake8_aiohttp.analysis.machine.flow import Completion, Outcomes
from flake8_aiohttp.analysis.transfer import bodies, escapes

if TYPE_CHECKING:
    from flake8_aiohttp.analysis.interpreter.frame import Frame

_LATE = frozenset({Lease.EXITED, Lease.ORPHANED})


def finish(frame: Frame, outcomes: Outcomes[AbstractState]) -> States:
    """Come to the end of a function: what it returns is looked at as it is by then."""
    ends = []
    for way in (Completion.RETURN, Completion.NORMAL):
        for state in outcomes.get(way, ()):
            if way is Completion.NORMAL:
                state.return_value = NONE
            frame.state = state
            _run_tasks(frame)
            _look_back(frame, state.return_value)
            _look_at_stored(frame)
            leave_behind(frame, state)
            ends.append(state)
    return frame.join(ends)


def _run_tasks(frame: Frame) -> None:
    """Run the tasks that nobody awaited: the event loop does."""
    held = [part for value in frame.state.store.values() for part in (value, *parts(value))]
    for task in held:
        if (
            isinstance(task, Task)
            and isinstance(task.inner, SuspendedCall)
            and not _leads_to_response(frame, task.inner)
        ):
            frame.run_detached(task.inner)


def _leads_to_response(frame: Frame, call: SuspendedCall) -> bool:
    """Whether a task was given a response: it may have read it before."""
    return not frame.state.sites.keys().isdisjoint(escapes.all_sites(call))


def leave_behind(frame: Frame, state: AbstractState) -> None:
    """Drop what nobody can reach once the function has ended: ends need not differ by it."""
    prefix = f"{frame.function.self_name}." if frame.function else "<"
    state.store = {path: value for path, value in state.store.items() if path.startswith(prefix)}
    state.conditions = ()
    living = (state.return_value, *state.store.values(), *frame.yielded())
    reachable = {site for value in living for site in escapes.all_sites(value)}
    depth = len(frame.context)
    state.sites = {s: state for s, state in state.sites.items() if s.context[:depth] != frame.context or s in reachable}


def _look_back(frame: Frame, result: Value) -> None:
    """See what leaves the function too late to be read."""
    match result:
        case AbstractObject(kind=Kind.RESPONSE, site=site):
            _depart(frame, site)
        case MemberValue(owner=owner, kind=Kind.STREAM | Kind.CHUNKS):
            _depart(frame, owner.site, frame.engine.last_fetched.get(result.span))
        case Coroutine(operation=operation) if operation is not None:
            _look_at_coroutine(frame, result)
        case SuspendedCall():
            if any(_is_late(frame, site) for site in result.held):
                frame.run_detached(result)
            return
    for part in parts(result):
        _look_back(frame, part)


def _is_late(frame: Frame, site: Site) -> bool:
    typestate = frame.state.sites.get(site)
    return typestate is not None and typestate.lease is Lease.EXITED


def _look_at_stored(frame: Frame) -> None:
    """See which responses stay behind where they are read elsewhere: on an object, in a list or queue."""
    for path, value in frame.state.store.items():
        _, dot, attribute = path.partition(".")
        if not dot or not isinstance(value, AbstractObject) or value.kind is not Kind.RESPONSE:
            continue
        if frame.engine.hoards.reads(attribute, frame.function):
            _depart(frame, value.site, frame.engine.last_stored.get(value.site), is_read=True)
    for site in frame.engine.retained & frame.state.sites.keys():
        _depart(frame, site, frame.engine.last_stored.get(site), is_read=True)


def _depart(frame: Frame, site: Site, node: ast.expr | None = None, *, is_read: bool | None = None) -> None:
    typestate = frame.state.sites.get(site)
    if typestate is None or typestate.lease not in _LATE or typestate.escaped is not None:
        return
    if typestate.body not in {Body.UNREAD, Body.TAPPED}:
        return
    engine = frame.engine
    node = (
        node or frame.state.return_expressions.get(site) or engine.last_stored.get(site) or engine.last_read.get(site)
    )
    span = engine.source.span(node) if node is not None else site.span
    engine.escapes[span] = engine.source.excerpt(node) if node is not None else engine.requests.made[site.span].text
    frame.state.sites[site] = typestate = dataclasses.replace(typestate, escaped=span)
    if frame.state.explicit:  # timid: a `json()` that failed has read
        escapes.record_escape(frame, site, typestate, read_by_caller=is_read)


def _look_at_coroutine(frame: Frame, coroutine: Coroutine) -> None:
    """A coroutine that was made in a block goes out of it: whoever awaits it is too late."""
    if coroutine.born is not Lease.HELD:
        bodies.write_late(frame, coroutine)  # whoever awaits it is as late as it was made
        return
    collected = frame.engine.recorder.has(Role.BODY, coroutine.span, Usage.COLLECTED)
    if not collected:
        bodies.write_late(frame, coroutine)
