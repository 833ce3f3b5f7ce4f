"""What a place may hold, as a set of kinds packed into one integer, and what is done with such sets.

A set has four groups of 32 bits each. What a function comes by itself is its *own*; what only its callers in this file
can tell it is *handed*; either may still be *suspended*, the result of a call that nobody has awaited. Within a group
each kind of aiohttp's objects has a bit, and so have the bodies that were read from them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from flake8_aiohttp.aiohttp_model.media import EXTENSIONS, binary_name, binary_type, binary_url
from flake8_aiohttp.aiohttp_model.objects import ENTERED, MEMBERS, Calling, Kind, Member
from flake8_aiohttp.analysis.domain.values import AbstractObject, DictValue, SequenceValue, Value, parts

Holding = int
"""A set of kinds; 0 is empty."""

BITS: dict[Kind, Holding] = {kind: 1 << number for number, kind in enumerate(Kind)}
_NEXT = 1 << len(BITS)
READING_TEXT, READING_DATA, TEXT, DATA, MEMBER, TELLING = (_NEXT << number for number in range(6))
"""`text` or its coroutine; another method or coroutine; a text that was read; other data that was; what an attribute
that is no object gives; a string that tells of binary content."""

_WIDTH = 32
_GROUP = (1 << _WIDTH) - 1
_READY = (1 << 2 * _WIDTH) - 1

_SPOKEN_OF = (
    Kind.REQUEST,
    Kind.STANDALONE,
    Kind.SOCKET_REQUEST,
    Kind.RESPONSE,
    Kind.STREAM,
    Kind.CHUNKS,
    Kind.URL,
)
ACTIVE = functools.reduce(int.__or__, (BITS[kind] for kind in _SPOKEN_OF), READING_TEXT | READING_DATA | TEXT)
"""What a function that merely touches it may be told something about."""

ANY_ACTIVE = ACTIVE | ACTIVE << _WIDTH | ACTIVE << 2 * _WIDTH | ACTIVE << 3 * _WIDTH
"""The same in each group."""

_STRICT = frozenset({Kind.SESSION, Kind.SERVER_SOCKET, Kind.SOCKET})
"""Kinds of which an unknown attribute may be a mistake."""

_TAKING = frozenset(
    "get pop popleft get_nowait popitem setdefault values items copy result __aenter__ __anext__ __next__".split()
)
"""Methods of containers and tasks that give what these hold."""

_NOT_CONTAINED = BITS[Kind.APPLICATION] | DATA | MEMBER | TELLING
_PENDING = BITS[Kind.REQUEST] | BITS[Kind.SOCKET_REQUEST] | READING_TEXT | READING_DATA


def own(holding: Holding) -> Holding:
    """Give what the function at hand came by itself, suspended or not, as kinds alone."""
    return (holding | holding >> 2 * _WIDTH) & _GROUP


def handed(holding: Holding) -> Holding:
    """Give what callers hand to the function at hand, suspended or not, as kinds alone."""
    return own(holding >> _WIDTH)


def own_ready(holding: Holding) -> Holding:
    """Give what the function at hand came by itself and need not await."""
    return holding & _GROUP


def handed_ready(holding: Holding) -> Holding:
    """Give what callers hand to the function at hand and it need not await."""
    return holding >> _WIDTH & _GROUP


def as_handed(holding: Holding) -> Holding:
    """Give what a callee holds when it is given this."""
    both = holding | holding >> _WIDTH
    return (both & _GROUP) << _WIDTH | (both >> 2 * _WIDTH & _GROUP) << 3 * _WIDTH


def as_own(holding: Holding) -> Holding:
    """Give the same, as if the function at hand had come by all of it itself."""
    kept = _GROUP | _GROUP << 2 * _WIDTH
    return holding & kept | holding >> _WIDTH & kept


def suspended(holding: Holding) -> Holding:
    """Give what a call of a coroutine function gives that will give this."""
    return (holding & _READY) << 2 * _WIDTH | holding & ~_READY


def _each_level(holding: Holding, change: Callable[[Holding], Holding]) -> Holding:
    ready = holding & _READY
    if ready <= _GROUP:
        return change(ready)
    return change(ready & _GROUP) | change(ready >> _WIDTH) << _WIDTH


def awaited(holding: Holding) -> Holding:
    """Give what awaiting gives."""
    return _each_level(holding, _awaited) | holding >> 2 * _WIDTH


@functools.lru_cache(maxsize=4096)
def _awaited(kinds: Holding) -> Holding:
    result = kinds & ~_PENDING
    for pending, given in (
        (BITS[Kind.REQUEST], BITS[Kind.RESPONSE]),
        (BITS[Kind.SOCKET_REQUEST], BITS[Kind.SOCKET]),
        (READING_TEXT, TEXT),
        (READING_DATA, DATA),
    ):
        result |= given if kinds & pending else 0
    return result


def entered(holding: Holding) -> Holding:
    """Give what a `with` block binds."""
    return _each_level(holding, _entered) | holding >> 2 * _WIDTH | holding & ~_READY


@functools.lru_cache(maxsize=4096)
def _entered(kinds: Holding) -> Holding:
    result = kinds
    for kind, given in ENTERED.items():
        result |= BITS[given] if kinds & BITS[kind] else 0
    return result


def elements(holding: Holding) -> Holding:
    """Give what iterating, subscripting and unpacking give: a container holds what its elements do."""
    return holding & ~(_NOT_CONTAINED | _NOT_CONTAINED << _WIDTH)


def member(holding: Holding, name: str) -> Holding:
    """Give what an attribute gives; a method is what a call of it gives."""
    ready = holding & _READY
    result = _member(ready & _GROUP, name) if ready else 0
    if ready > _GROUP:
        result |= _member(ready >> _WIDTH, name) << _WIDTH
    if name in _TAKING:
        result |= elements(holding) | holding >> 2 * _WIDTH
    return result


@functools.lru_cache(maxsize=65536)
def _member(kinds: Holding, name: str) -> Holding:
    result = 0
    for kind, bit in BITS.items():
        found = MEMBERS[kind].get(name) if kinds & bit else None
        if found is not None:
            result |= _given_by(found, name)
    return result | (kinds & (TEXT | TELLING))


def _given_by(found: Member, name: str) -> Holding:
    if found.gives is not None:
        return BITS[found.gives]
    if found.calling is Calling.ASYNC:
        return READING_TEXT if name == "text" else READING_DATA
    return MEMBER


@functools.lru_cache(maxsize=65536)
def acts(kinds: Holding, name: str) -> bool:
    """Whether fetching an attribute of one of these kinds does something, or may be a mistake."""
    for kind, bit in BITS.items():
        if kinds & bit:
            found = MEMBERS[kind].get(name)
            if found is None:
                if kind in _STRICT and name not in _TAKING:
                    return True
            elif found.operation or found.effect or found.gives or found.calling is Calling.ASYNC:
                return True
    return False


def of_value(value: Value) -> Holding:
    """Give what an abstract value is, or holds."""
    if isinstance(value, AbstractObject):
        return BITS[value.kind]
    if isinstance(value, (SequenceValue, DictValue)):
        return functools.reduce(int.__or__, map(of_value, parts(value)), 0)
    return 0


def of_text(text: str) -> Holding:
    """Give what a string is: telling, where it may say that a body is binary, or that there is none."""
    if "." in text or "/" in text:
        return TELLING if binary_name(text) or binary_type(text) or binary_url(text) else 0
    return TELLING if text.upper() == "HEAD" or text.lower() in EXTENSIONS else 0


BODIES = {"text": TEXT | READING_TEXT, "body": DATA | READING_DATA}
"""What a body that was read is called, or that a coroutine is about to read."""


def kinds_in(holding: Holding) -> list[str]:
    """Give the names of the kinds in a set, for people to read."""
    kinds = own(holding) | handed(holding)
    found = [kind.value for kind, bit in BITS.items() if kinds & bit]
    return found + [what for what, bit in BODIES.items() if kinds & bit]
