"""What is dropped where values, places or states become too many: it is known no more, and counts as handed on."""

from __future__ import annotations

from flake8_aiohttp.analysis.domain.limits import MOST_ENTRIES
from flake8_aiohttp.analysis.domain.size import is_large
from flake8_aiohttp.analysis.domain.state import Shadows, States, differing_sites, sites_within
from flake8_aiohttp.analysis.domain.values import SHADOWING, Value
from flake8_aiohttp.analysis.machine.machine import Machine
from flake8_aiohttp.analysis.transfer import escapes


def bounded(machine: Machine, value: Value) -> Value:
    """Give a value, or the unknown for one that is too large: what it holds is lost sight of."""
    if not is_large(value):
        return value
    escapes.untrack(machine, value)
    return None


def drop_oldest(machine: Machine, kept: str, shadows: Shadows) -> None:
    """Know nothing any more of the place that was bound first, parameters and what blocks keep aside."""
    function = machine.invocation.function
    parameters = machine.facts.functions.parameters(function) if function is not None else {}
    for path, value in machine.state.store.items():
        if value is not SHADOWING and path[0] != "<" and path != kept and path not in parameters:
            escapes.untrack(machine, value)
            machine.state.bind_unknown(path, shadows)
            return


def drop_unreachable(machine: Machine, states: States) -> None:
    """Drop what became of responses that were made here and no value leads to: states need not differ by it."""
    context = machine.invocation.context
    differing = {site for site in differing_sites(states) if site.context[: len(context)] == context}
    differing -= machine.journal.stored.retained
    if not differing:
        return
    differing -= sites_within(machine.yielded())
    for state in states:
        for site in differing - sites_within((state.return_value, *state.store.values())):
            typestate = state.sites.pop(site, None)
            if typestate is not None:
                machine.dropped.add((site, typestate))


def unentered(machine: Machine, states: States, entered: States) -> tuple[States, States]:
    """Split off the states in which a loop was not entered before, and those that are too many to enter it."""
    fresh = [state for state in states if not any(state.is_covered(known) for known in entered)]
    left = MOST_ENTRIES - len(entered)
    fresh, others = fresh[:left], fresh[left:]
    entered += [state.copy() for state in fresh]
    for machine.state in others:
        for value in machine.state.store.values():
            escapes.untrack(machine, value)
    return fresh, others
