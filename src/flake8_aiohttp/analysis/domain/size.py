"""How much there is within a value."""

from __future__ import annotations

from flake8_aiohttp.analysis.domain.limits import MOST_PARTS
from flake8_aiohttp.analysis.domain.values import FunctionValue, Super, SuspendedCall, Value, parts


def is_large(value: Value) -> bool:
    """Whether a value holds more than `MOST_PARTS` others; one that it holds twice counts twice.

    Values share their parts: after `a = (a, a)`, twenty times, one has a million of them, so that whatever walks a
    value, compares it or takes its hash needs to know that there are few.
    """
    pending: list[Value] = [value]
    count = 0
    while pending:
        held = _components(pending.pop())
        count += len(held)
        if count > MOST_PARTS:
            return True
        pending += held
    return False


def _components(value: Value) -> tuple[Value, ...]:
    """Give all values within a value: its parts, and what its function is bound to."""
    match value:
        case FunctionValue(receiver=receiver) | Super(receiver=receiver):
            return (receiver,)
        case SuspendedCall(routine=routine):
            return (routine, *parts(value))
    return parts(value)
