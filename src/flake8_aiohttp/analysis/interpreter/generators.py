"""Generators of the same file: loops over them, and context managers made of them.

What stands before the `yield` has happened when the consumer runs, what stands after it has not: the
consumer goes on in the state of the `yield`, and what the rest gives back is taken back afterwards.
"""

from __future__ import annotations

import ast

from flake8_aiohttp.aiohttp_model.typestate import Lease
from flake8_aiohttp.analysis.domain.state import AbstractState, States
from flake8_aiohttp.analysis.domain.typestate import Typestate
from flake8_aiohttp.analysis.domain.values import SequenceValue, Site, SuspendedCall, Value, unfocused
from flake8_aiohttp.analysis.interpreter import summaries
from flake8_aiohttp.analysis.machine.machine import Activation
from flake8_aiohttp.analysis.transfer import escapes, exits
from flake8_aiohttp.finding import Span
from flake8_aiohttp.library_model.callees import CONTEXT_DECORATORS


def generate(machine: Activation, node: ast.expr, call: SuspendedCall) -> Value:
    """Iterate over a call of a generator: each element comes in the state of its `yield`."""
    value = until_yield(machine, call)
    machine.journal.generators.calls[machine.facts.source.span(node)] = call.span
    return SequenceValue((value,), exact=False) if value is not None else None


def exhaust(machine: Activation, state: AbstractState, node: ast.expr) -> None:
    """Come to the end of a generator: what its rest gives back is given back."""
    made = machine.journal.generators.calls.get(machine.facts.source.span(node))
    if made is not None:
        _take_back(machine, state, made, node.lineno)


def enter_context(machine: Activation, call: SuspendedCall) -> Value:
    """Enter a context manager that is made of a generator of this file."""
    function = machine.facts.functions.function_of(call.routine) if not summaries.is_lambda(call.routine) else None
    if function is None or not function.decorated_by(*CONTEXT_DECORATORS):
        for _, value in call.arguments:
            escapes.escape(machine, value)
        return None
    return until_yield(machine, call)


def leave_context(machine: Activation, call: SuspendedCall, line: int) -> None:
    """Leave such a context manager."""
    _take_back(machine, machine.state, call.span, line)


def until_yield(machine: Activation, call: SuspendedCall) -> Value:
    """Run a generator and go on in the state of one of its yields."""
    prepared = summaries.prepare(machine, call)
    if prepared is None:
        for _, value in call.arguments:
            escapes.escape(machine, value)
        return None
    inner, state = prepared
    assert inner.invocation.function is not None
    for site in call.held:
        summaries.defer_past_block(machine, state, site, call)
    inner.yields = []
    given = set(state.sites)
    outcomes = inner.run(inner.invocation.function.node.body, state)
    machine.journal.generators.post_states[call.span] = _agreed(exits.finish(inner, outcomes))
    if not inner.yields:
        return None
    chosen, value = inner.yields[machine.choose(len(inner.yields))]
    unseen = {site: state for site, state in machine.state.sites.items() if site not in given}
    machine.state.sites = {**unseen, **chosen.sites}
    return value


def _agreed(ends: States) -> dict[Site, Typestate]:
    """Give the typestates in which every end of a generator leaves a site alike, where it knows it at all."""
    known = {site: state for end in ends for site, state in end.sites.items()}
    return {site: state for site, state in known.items() if all(end.sites.get(site, state) == state for end in ends)}


def _take_back(machine: Activation, state: AbstractState, made: Span, line: int) -> None:
    post_states = machine.journal.generators.post_states.get(made, {})
    for site, typestate in state.sites.items():
        after = post_states.get(site) or post_states.get(unfocused(site))
        if after is not None and after.lease is not Lease.HELD:
            state.sites[site] = typestate.ending(after.lease, line, after.ended_by)
