"""Sees to it that what a test leaves unclosed is gone when the test ends, and not found during another."""

from __future__ import annotations

import contextlib
import functools
import gc
import warnings
import weakref
from collections.abc import Iterator
from typing import Any
from unittest import mock

import aiohttp

Closable = aiohttp.ClientSession | aiohttp.BaseConnector


def _remembering(owner: type[Closable], made: weakref.WeakSet[Closable]) -> Any:
    """Give `owner.__init__`, which writes down what is made."""
    plain = owner.__init__

    @functools.wraps(plain)
    def __init__(self: Closable, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        made.add(self)
        plain(self, *args, **kwargs)

    return __init__


@contextlib.contextmanager
def swept() -> Iterator[None]:
    """Collect what was left open inside, silently; no session or connector may outlive the block.

    Some tests leave one open on purpose, or have its constructor fail half-way. Python says so when it
    collects them, which would be during whichever test comes to it. What was there before is not searched,
    now or later: a collection, here or in the test, takes a hundredth of the time.
    """
    made: weakref.WeakSet[Closable] = weakref.WeakSet()
    gc.freeze()
    with contextlib.ExitStack() as stack:
        for owner in (aiohttp.ClientSession, aiohttp.BaseConnector):
            stack.enter_context(mock.patch.object(owner, "__init__", _remembering(owner, made)))
        yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
    assert all(each.closed for each in made), "a session or connector is held open beyond its test"
