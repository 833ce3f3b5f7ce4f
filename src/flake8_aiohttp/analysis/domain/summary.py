"""How a call of a function of the file can end."""

from __future__ import annotations

import dataclasses
from typing import Any

from flake8_aiohttp.analysis.domain.limits import MOST_CALLS_TOLD
from flake8_aiohttp.analysis.domain.state import AbstractState, States, join_with_results
from flake8_aiohttp.analysis.domain.typestate import Typestate
from flake8_aiohttp.analysis.domain.values import (
    AbstractObject,
    BodyValue,
    BoundMethod,
    Context,
    Coroutine,
    DictValue,
    Gathered,
    Instance,
    MemberValue,
    SequenceValue,
    Site,
    SuspendedCall,
    Task,
)

_HOLDERS = (
    AbstractObject,
    BoundMethod,
    Coroutine,
    MemberValue,
    BodyValue,
    SuspendedCall,
    Task,
    Gathered,
    SequenceValue,
    DictValue,
    Instance,
    Typestate,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Summary:
    """The ways a call can end: with a value, or with an exception."""

    ends: States
    raised: States
    context: Context

    @property
    def distinct_ends(self) -> States:
        """The ends that differ in more than plain data."""
        return join_with_results(self.ends)

    def moved(self, state: AbstractState, context: Context) -> AbstractState:
        """Give one of the states for the same call from another place: what it made was made there."""
        return state if context == self.context else _moved_world(state, self.context, context)


def _moved_world(state: AbstractState, old: Context, new: Context) -> AbstractState:
    moved = state.copy()
    moved.store = {path: _moved(value, old, new) for path, value in state.store.items()}
    moved.sites = {_moved(site, old, new): _moved(state, old, new) for site, state in state.sites.items()}
    moved.return_value = _moved(state.return_value, old, new)
    return moved


def _moved(value: Any, old: Context, new: Context) -> Any:  # noqa: ANN401  gives what it is given, moved
    """Give a value whose sites were made in the calls `new`, not in `old`."""
    if isinstance(value, Site):
        if value.context[: len(old)] != old:
            return value
        context = (*new, *value.context[len(old) :])
        far = len(context) > MOST_CALLS_TOLD
        return Site(value.span, context[:MOST_CALLS_TOLD], value.is_summary or far)
    if isinstance(value, tuple):
        return tuple(_moved(one, old, new) for one in value)
    if not isinstance(value, _HOLDERS):
        return value
    fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return dataclasses.replace(value, **{name: _moved(held, old, new) for name, held in fields.items()})
