"""The harness sees what it claims to see, where it happens, and accuses nobody else."""

from __future__ import annotations

import textwrap

import pytest
from aiohttp import ClientConnectionError

from tests.fixture_files import Mark
from tests.live.harness import Lines, Program, accuses, observe, proves
from tests.live.sightings import Kind, Sighting

HEAD = """\
import asyncio
import aiohttp

async def main(root):
    async with aiohttp.ClientSession() as session:
"""
FIRST = HEAD.count("\n") + 1
SHOWN = {
    Kind.ESCAPED: """
        async with session.get(root) as response:
            response.status_code
    """,
    Kind.UNHANDLED: """
        asyncio.get_running_loop().call_soon(lambda:
            root.status_code)
        await asyncio.sleep(0.01)
    """,
    Kind.NEVER_AWAITED: """
        async with session.get(root) as response:
            response.text()
    """,
    Kind.UNCLOSED: """
        async def ask():
            await session.get(root + "/large")
        await ask()
    """,
    Kind.ENDED: """
        await asyncio.sleep(0)
        await session.get(root + "/large")
    """,
    Kind.SHORT: """
        async with session.get(root + "/small") as response:
            assert await response.content.read(); await response.text()
    """,
    Kind.MOJIBAKE: """
        async with session.get(root + "/picture.png") as response:
            await response.text(encoding="cp437")
    """,
    Kind.FAILED_READ: """
        async with session.get(root + "/picture.png") as response: pass
        await asyncio.gather(response.read(), return_exceptions=True)
    """,
    Kind.NEVER_CALLED: """
        async with session.get(root + "/small") as response:
            print(response.text)
    """,
    Kind.ROUNDTRIP: """
        async with session.get(root + "/small") as response:
            (await response.text()).encode()
    """,
    Kind.ERROR_PAGE: """
        async with session.get(root + "/error") as response:
            await response.json()
    """,
    Kind.FORMATTED: """
        async with session.get(root + "/small") as response:
            print(response)
    """,
    Kind.KEPT_COPY: """
        async with session.get(root + "/small") as response: await response.read()
        await response.text()
    """,
    Kind.URL_COMPARED: """
        async with session.get(root + "/small") as response:
            assert response.url != root
    """,
}
SOUND = """
    async with session.get(root + "/large") as response:
        assert len(await response.read()) == len(await response.text())
    async with session.get(root + "/lines") as response:
        async for line in response.content:
            assert line
    async with session.get(root + "/picture.png") as response:
        while await response.content.readany():
            pass
    response = await session.get(root + "/small")
    task = asyncio.create_task(response.json(content_type=None))
    assert isinstance((await asyncio.gather(task, return_exceptions=True))[0], ValueError)
    assert str(response.url) == root + "/small"
    async with session.ws_connect(root + "/ws") as socket:
        await socket.send_str("hello")
        assert await socket.receive_str() == "hello"
    async with session.head(root + "/small") as response:
        assert await response.text() == ""
"""


def program(body: str) -> Program:
    """Give a program that does `body` in the block of a session."""
    return Program("program.py", HEAD + textwrap.indent(textwrap.dedent(body).lstrip("\n"), " " * 8))


@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.name)
def test_each_kind_is_seen_on_its_line(kind: Kind, root: str) -> None:
    seen = [each for each in observe(program(SHOWN[kind]), root) if each.kind is kind]
    assert {line for each in seen for line in each.lines} == {FIRST + 1}


def test_a_sound_program_is_not_accused(root: str) -> None:
    sound = program(SOUND)
    seen = observe(sound, root)
    assert [each for each in seen if accuses(each, Lines(sound.text))] == [], "\n".join(map(str, seen))


def test_a_mark_is_proven_by_what_its_rule_speaks_of_on_its_line() -> None:
    lines = Lines(program(SHOWN[Kind.SHORT]).text)
    short = Sighting(Kind.SHORT, frozenset({FIRST + 1}))
    assert proves(short, Mark(FIRST + 1, "AIO206"), lines)
    assert not proves(short, Mark(FIRST, "AIO206"), lines)
    assert not proves(short, Mark(FIRST + 1, "AIO101"), lines)


def test_a_failed_read_needs_the_error_its_rule_speaks_of() -> None:
    lines = Lines(program(SHOWN[Kind.SHORT]).text)
    lost = Sighting(Kind.FAILED_READ, frozenset({FIRST + 1}), errors=(ClientConnectionError,))
    assert proves(lost, Mark(FIRST + 1, "AIO201"), lines)
    assert not proves(lost, Mark(FIRST + 1, "AIO301"), lines)


def test_a_departure_is_proven_by_the_request_of_its_function() -> None:
    text = "async def fetch():\n    a\n    return a\n\nasync def main():\n    b\n"
    lost = Sighting(Kind.FAILED_READ, frozenset({6}), errors=(ClientConnectionError,), asked=2)
    assert proves(lost, Mark(3, "AIO203"), Lines(text))
    assert not proves(lost, Mark(3, "AIO201"), Lines(text))


def test_what_a_program_raises_itself_is_its_own_affair(root: str) -> None:
    raising = program("raise ValueError(root)")
    seen = observe(raising, root)
    assert [each.kind for each in seen] == [Kind.ESCAPED]
    assert not accuses(seen[0], Lines(raising.text))
