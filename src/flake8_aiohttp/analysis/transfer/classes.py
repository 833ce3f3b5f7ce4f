"""Classes of aiohttp that are used as if they were objects: nobody has called them."""

from __future__ import annotations

import ast
import dataclasses

from flake8_aiohttp.aiohttp_model.objects import MEMBERS, SESSION_CLASSES, TYPES, Calling, Kind
from flake8_aiohttp.analysis.domain.values import AbstractObject, BoundMethod, Imported, Site, Value
from flake8_aiohttp.analysis.journal.entries import Role, Usage
from flake8_aiohttp.analysis.machine.machine import Machine
from flake8_aiohttp.analysis.transfer import escapes, members

_MADE = frozenset({Kind.SESSION, Kind.SERVER_SOCKET, Kind.SERVER_RESPONSE, Kind.RUNNER})
_TAKING = frozenset({"prepare", "request", "send_bytes", "send_json", "send_str", "write"})
"""Methods that need an argument, or one more than other requests."""

_NAMED = frozenset({"method", "url"})


def entered(machine: Machine, node: ast.expr, value: Value) -> Value:
    """Take a session's class that a block enters for the session that was meant."""
    if not isinstance(value, Imported) or value.name not in SESSION_CLASSES:
        return value
    escapes.note(machine, node, Role.CLASS, Usage.ENTERED, Kind.SESSION)
    return _meant(machine, node)


def method(machine: Machine, node: ast.Call, name: str) -> BoundMethod | None:
    """Give the method that `aiohttp.ClientSession.get(url)` meant; one that is given a session is a function."""
    owner, _, own = name.rpartition(".")
    kind = Kind.SESSION if owner in SESSION_CLASSES else TYPES.get(owner)
    member = MEMBERS[kind].get(own) if kind in _MADE else None
    if kind is None or member is None or member.calling is Calling.VALUE or not isinstance(node.func, ast.Attribute):
        return None
    if not _lacks_self(node, needed=1 + (member.calling is Calling.REQUEST) + (own in _TAKING)):
        return None
    escapes.note(machine, node.func.value, Role.CLASS, Usage.CALLED, kind, member=own, detail=owner)
    found = members.fetch(machine, node.func, dataclasses.replace(_meant(machine, node.func.value), kind=kind))
    assert isinstance(found, BoundMethod)
    return found


def _lacks_self(node: ast.Call, *, needed: int) -> bool:
    """Whether a call has too few arguments for the first to be a session."""
    if any(isinstance(argument, ast.Starred) for argument in node.args) or not all(k.arg for k in node.keywords):
        return False
    given = len(node.args) + sum(keyword.arg in _NAMED for keyword in node.keywords)
    return not node.args or given < needed


def _meant(machine: Machine, node: ast.expr) -> AbstractObject:
    return AbstractObject(Kind.SESSION, Site(machine.facts.source.span(node), machine.invocation.context))
