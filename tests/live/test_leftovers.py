"""What a test leaves open is swept up, and what cannot be is the test's own failure."""

from __future__ import annotations

import asyncio
import weakref

import aiohttp
import pytest

from tests.live.leftovers import swept

pytestmark = pytest.mark.filterwarnings("error")


class Ring:
    """Holds a session, and itself: only the collector frees it."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session, self.ring = session, self


async def open_session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession()


def test_a_session_left_in_a_ring_is_collected_without_a_word() -> None:
    rings: weakref.WeakSet[Ring] = weakref.WeakSet()
    with swept():
        rings.add(Ring(asyncio.run(open_session())))
    assert not rings


def test_a_session_that_is_held_open_is_told() -> None:
    held = []
    with pytest.raises(AssertionError, match="held open"), swept():
        held.append(asyncio.run(open_session()))
    asyncio.run(held[0].close())


def test_a_closed_session_may_live_on() -> None:
    async def ask() -> aiohttp.ClientSession:
        async with aiohttp.ClientSession() as session:
            return session

    with swept():
        kept = asyncio.run(ask())
    assert kept.closed
