"""The end of a function: what it returns, or leaves on an object, too late to be read."""

from __future__ import annotations

import ast
import dataclasses

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.aiohttp_model.typestate import Body, Lease
from flake8_aiohttp.analysis.domain.constraints import Condition
from flake8_aiohttp.analysis.domain.state import READY, AbstractState, States
from flake8_aiohttp.analysis.domain.typestate import Typestate
from flake8_aiohttp.analysis.domain.values import (
    NONE,
    AbstractObject,
    Closure,
    Coroutine,
    DictValue,
    Instance,
    MemberValue,
    SequenceValue,
    Site,
    SuspendedCall,
    Task,
    Value,
    parts,
    unfocused,
)
from flake8_aiohttp.analysis.journal.entries import Departure, LifecycleEvent, Role, Usage
from flake8_aiohttp.analysis.machine.flow import Completion, Outcomes
from flake8_aiohttp.analysis.machine.machine import Machine
from flake8_aiohttp.analysis.transfer import escapes

_LATE = frozenset({Lease.EXITED, Lease.ORPHANED})


def finish(machine: Machine, outcomes: Outcomes[AbstractState]) -> States:
    """Come to the end of a function: what it returns is looked at as it is by then."""
    for state in outcomes.get(Completion.THROW, ()):
        machine.state = state
        _look_at_retained(machine)
    ends = []
    for way in (Completion.RETURN, Completion.NORMAL):
        for state in outcomes.get(way, ()):
            if way is Completion.NORMAL:
                state.return_value = NONE
            machine.state = state
            _run_tasks(machine)
            _look_back(machine, state.return_value)
            _look_at_stored(machine)
            _note_sessions(machine)
            leave_behind(machine, state)
            ends.append(state)
    return machine.join(ends)


def _run_tasks(machine: Machine) -> None:
    """Run the tasks that nobody awaited: the event loop does."""
    stored = [value for path, value in machine.state.store.items() if not path.startswith(READY)]
    held = [part for value in stored for part in (value, *parts(value))]
    for task in held:
        if (
            isinstance(task, Task)
            and isinstance(task.inner, SuspendedCall)
            and not _leads_to_response(machine, task.inner)
        ):
            machine.run_detached(task.inner)


def _note_sessions(machine: Machine) -> None:
    """Write down of each response whether its session lives on as the function ends; what has no body holds nothing."""
    for site, typestate in machine.state.sites.items():
        _note_session(machine, site, typestate, closed=False)
    for site, typestate in machine.dropped:  # it was closed after they were dropped, perhaps
        _note_session(machine, site, typestate, closed=typestate.session in machine.journal.sightings.closed)


def _note_session(machine: Machine, site: Site, typestate: Typestate, *, closed: bool) -> None:
    if unfocused(site).context != machine.invocation.context:
        return
    if closed or typestate.lease is Lease.ORPHANED or typestate.body is Body.ABSENT:
        machine.journal.recorder.note_event(site.span, LifecycleEvent.OUTLIVED)
    elif typestate.lease is Lease.HELD:
        machine.journal.recorder.note_event(site.span, LifecycleEvent.LEFT_OPEN)


def _leads_to_response(machine: Machine, call: SuspendedCall) -> bool:
    """Whether a task was given a response: it may have read it before."""
    return not machine.state.sites.keys().isdisjoint(escapes.all_sites(call))


def leave_behind(machine: Machine, state: AbstractState) -> None:
    """Drop what nobody can reach once the function has ended: ends need not differ by it."""
    prefix = f"{machine.invocation.function.self_name}." if machine.invocation.function else "<"
    state.store = {path: value for path, value in state.store.items() if path.startswith(prefix)}
    state.conditions = tuple(c for c in state.conditions if _tells_caller(machine, c))
    living = (state.return_value, *state.store.values(), *machine.yielded())
    reachable = {site for value in living for site in escapes.all_sites(value)}
    context = machine.invocation.context
    state.sites = {
        s: state for s, state in state.sites.items() if s.context[: len(context)] != context or s in reachable
    }


def _tells_caller(machine: Machine, condition: Condition) -> bool:
    """Whether a condition is on the status of a parameter: it holds for the caller's response, too."""
    name, _, member = condition.subject.partition(".")
    function = machine.invocation.function
    return member == "status" and function is not None and machine.facts.functions.keeps(function, name)


def _look_back(machine: Machine, result: Value) -> None:
    """See what leaves the function too late to be read."""
    match result:
        case AbstractObject(kind=Kind.RESPONSE, site=site):
            _depart(machine, site)
        case MemberValue(owner=owner, kind=Kind.STREAM | Kind.CHUNKS):
            machine.journal.sightings.departures[result.span] = Departure.STREAM
            _depart(machine, owner.site, machine.journal.sightings.last_fetched.get(result.span))
        case Coroutine(operation=operation) if operation is not None:
            _look_at_coroutine(machine, result)
        case SuspendedCall():
            run_late(machine, result)
            return
        case Closure():
            _look_at_closure(machine, result)
        case Instance(fields=fields):
            for attribute, value in fields:
                _look_at_field(machine, attribute, value)
    for part in parts(result):
        _look_back(machine, part)


def _look_at_field(machine: Machine, attribute: str, value: Value, stored: ast.expr | None = None) -> bool:
    """See whether an object takes a response along whose body the file reads elsewhere; `stored` put it there."""
    retained = machine.facts.retained
    if not isinstance(value, AbstractObject) or not retained.reads(attribute, machine.invocation.function):
        return False
    if retained.reads_anew(attribute):
        machine.journal.stored.read_anew.add(value.site)
    _depart(machine, value.site, stored, is_read=True)
    return True


def run_late(machine: Machine, call: SuspendedCall) -> None:
    """Run a call that somebody will run, where a response that it was given has left its block by now."""
    if any(escapes.is_late(machine, site) for site in call.held):
        machine.run_detached(call)


def run_ready(machine: Machine) -> None:
    """Run the tasks that nobody has let run yet, as a response has left its block: they come too late for its body."""
    for path, task in list(machine.state.store.items()):
        if path.startswith(READY) and isinstance(task, Task):
            if isinstance(task.inner, SuspendedCall):
                run_late(machine, task.inner)
            elif isinstance(task.inner, Coroutine):
                escapes.write_late(machine, task.inner)


def _look_at_closure(machine: Machine, closure: Closure) -> None:
    """See whether a function that was made in a block, and goes out of it, reads what it finds there."""
    named = machine.journal.sightings.named.get(closure.node)
    if named is None or isinstance(closure.node, ast.Lambda):
        return
    reached = escapes.captured_values(machine, closure)
    late = [site for value in reached for site in escapes.all_sites(value) if escapes.is_late(machine, site)]
    span = machine.facts.source.span(named)
    machine.journal.sightings.calls[span] = machine.facts.source.excerpt(named)
    run_late(machine, SuspendedCall(closure, (), span, tuple(late)))


def _look_at_stored(machine: Machine) -> None:
    """See which responses stay behind where they are read elsewhere: on an object, in a list or queue."""
    for path, value in machine.state.store.items():
        for held in parts(value) if isinstance(value, SequenceValue | DictValue) else (value,):
            if isinstance(held, Instance):
                for field, taken in held.fields:
                    _look_at_field(machine, field, taken)
        _, dot, attribute = path.rpartition(".")
        if not dot or not isinstance(value, AbstractObject) or value.kind is not Kind.RESPONSE:
            continue
        stored = machine.journal.sightings.last_stored.get(value.site)
        if not _look_at_field(machine, attribute, value, stored) and stored is not None:
            _note_kept(machine, value.site, stored)
    _look_at_retained(machine)
    for site in machine.journal.stored.stowed & machine.state.sites.keys():
        _note_kept(machine, site, machine.journal.sightings.last_stored[site])


def _look_at_retained(machine: Machine) -> None:
    """See which responses stay in a container, or in an exception, whose bodies are read elsewhere."""
    for site in machine.journal.stored.retained & machine.state.sites.keys():
        _depart(machine, site, machine.journal.sightings.last_stored.get(site), is_read=True)


def _note_kept(machine: Machine, site: Site, stored: ast.expr) -> None:
    """Write down that a response stays on an object, its block over and its body unread, where nobody reads it."""
    typestate = machine.state.sites.get(site)
    if typestate is None or typestate.lease is not Lease.EXITED or typestate.body is not Body.UNREAD:
        return
    if typestate.escaped is None and machine.state.explicit:
        span = machine.facts.source.span(stored)
        machine.journal.sightings.escapes[span] = machine.facts.source.excerpt(stored)
        kept = dataclasses.replace(typestate, escaped=span)
        escapes.record_escape(machine, site, kept, read_by_caller=False)


def _depart(machine: Machine, site: Site, node: ast.expr | None = None, *, is_read: bool | None = None) -> None:
    typestate = machine.state.sites.get(site)
    if typestate is None or typestate.lease not in _LATE or typestate.escaped is not None:
        return
    if typestate.body not in {Body.UNREAD, Body.TAPPED}:
        return
    sightings = machine.journal.sightings
    node = node or machine.state.return_expressions.get(site)
    node = node or sightings.last_stored.get(site) or sightings.last_read.get(site)
    span = machine.facts.source.span(node) if node is not None else site.span
    text = machine.facts.source.excerpt(node) if node is not None else machine.journal.allocations.made[site.span].text
    sightings.escapes[span] = text
    machine.state.sites[site] = typestate = dataclasses.replace(typestate, escaped=span)
    if machine.state.explicit:  # timid: a `json()` that failed has read
        escapes.record_escape(machine, site, typestate, read_by_caller=is_read)


def _look_at_coroutine(machine: Machine, coroutine: Coroutine) -> None:
    """A coroutine that was made in a block goes out of it: whoever awaits it is too late."""
    if coroutine.born is not Lease.HELD:
        escapes.write_late(machine, coroutine, returned=True)  # whoever awaits it is as late as it was made
        return
    collected = machine.journal.recorder.has(Role.BODY, coroutine.span, Usage.COLLECTED)
    if not collected:
        escapes.write_late(machine, coroutine, returned=True)
