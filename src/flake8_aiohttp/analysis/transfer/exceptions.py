"""Exceptions: which handler takes which."""

from __future__ import annotations

import ast
import builtins

from flake8_aiohttp.analysis.domain.state import States
from flake8_aiohttp.analysis.machine.machine import Machine

_ANCESTORS = {
    "aiohttp.ClientResponseError": ("aiohttp.ClientError",),
    "aiohttp.ClientConnectionError": ("aiohttp.ClientError",),
    "json()": (
        "aiohttp.ContentTypeError",
        "aiohttp.ClientResponseError",
        "aiohttp.ClientError",
        "json.JSONDecodeError",
        "ValueError",
    ),
}
"""aiohttp's `client_exceptions.py`: the classes above those that the analysis raises, and what `json()` may raise."""

_EVERYTHING = frozenset({"Exception", "BaseException"})
_ALIASES = {
    "aiohttp.client_exceptions.ClientError": "aiohttp.ClientError",
    "aiohttp.client_exceptions.ClientResponseError": "aiohttp.ClientResponseError",
    "aiohttp.client_exceptions.ClientConnectionError": "aiohttp.ClientConnectionError",
    "aiohttp.client_exceptions.ContentTypeError": "aiohttp.ContentTypeError",
    "aiohttp.client.ContentTypeError": "aiohttp.ContentTypeError",
    "json.decoder.JSONDecodeError": "json.JSONDecodeError",
    "aiohttp.http_exceptions.HttpProcessingError": "aiohttp.ClientResponseError",
}


_GROUPS = frozenset({"ExceptionGroup", "BaseExceptionGroup"})


def groups(states: States) -> tuple[States, States]:
    """Split states into those that ended in one exception, and those that may have ended in a group of them."""
    single = [state for state in states if state.pending_exception and state.pending_exception not in _GROUPS]
    return single, [state for state in states if state not in single]


def regroup(states: States) -> States:
    """Give the states in which the rest of a group goes on behind an `except*` that has dealt with its part."""
    going = [state.copy() for state in states]
    for state in going:
        state.pending_exception = "ExceptionGroup"
    return going


def catch(machine: Machine, handler: ast.ExceptHandler, states: States, *, grouped: bool) -> tuple[States, States]:
    """Split states into those that the handler may take and those that it may miss; of a group it may take a part."""
    taken, missed = [], []
    names = handled_names(machine, handler.type)
    for state in states:
        takes = None if grouped else _takes(names, state.pending_exception or "")
        if takes is not True:
            missed.append(state.copy())
        if takes is not False:
            state.pending_exception = None
            state.explicit = state.explicit and (takes is True or grouped)
            if handler.name:
                state.bind(handler.name, None, shadows=True)
            taken.append(state)
    return taken, missed


def handled_names(machine: Machine, node: ast.expr | None) -> list[str]:
    """Give the qualified names of the exceptions that a handler names; "" is one unknown."""
    if node is None:
        return ["BaseException"]
    if isinstance(node, ast.Tuple):
        return [name for element in node.elts for name in handled_names(machine, element)]
    name = machine.facts.module.exception_name(node)
    return [_ALIASES.get(name, name)]


def _takes(names: list[str], pending_exception: str) -> bool | None:
    """Say whether a handler of these names takes the exception; None is perhaps."""
    if _EVERYTHING & set(names) or (pending_exception and pending_exception in names):
        return True
    if not pending_exception:
        return None
    above = _ANCESTORS.get(pending_exception) or _builtin_ancestors(pending_exception)
    if above is None:
        return None if any(not name or not _is_library(name) for name in names) else False
    if set(above) & set(names):
        return True
    return None if "" in names else False


def _builtin_ancestors(name: str) -> tuple[str, ...] | None:
    found = getattr(builtins, name, None)
    if isinstance(found, type) and issubclass(found, BaseException):
        return tuple(ancestor.__name__ for ancestor in found.__mro__)
    return None


def _is_library(name: str) -> bool:
    return name.startswith(("aiohttp.", "asyncio.")) or _builtin_ancestors(name) is not None
