"""The places of a finding's story: where the response was opened, where its life ended, what leads there."""

from __future__ import annotations

import ast
import textwrap

import pytest

from flake8_aiohttp.check import check
from flake8_aiohttp.finding import Finding, Span
from flake8_aiohttp.python.source import Source
from tests.fixture_files import Fixture, programs

STORIES = {
    "block": (
        """\
        async def page(session: aiohttp.ClientSession, url: str) -> str:
            async with session.get(url) as response:
                if response.ok:
                    print(
                        "fine",
                    )  # and so on
                # the end
            return await response.text()
        """,
        [("session.get(url)", "opened here"), (")", "the block ends here")],
    ),
    "block of one line": (
        """\
        async def page(session: aiohttp.ClientSession, url: str) -> str:
            async with session.get(url) as response: print("ä", response.status)
            return await response.text()
        """,
        [
            ("session.get(url)", "opened here"),
            ('async with session.get(url) as response: print("ä", response.status)', "the block ends here"),
        ],
    ),
    "test": (
        """\
        async def page(session: aiohttp.ClientSession, url: str, quiet: bool) -> str:
            response = await session.get(url)
            if not quiet:
                response.close()
            return await response.text()
        """,
        [
            ("session.get(url)", "opened here"),
            ("response.close()", "closed here"),
            ("not quiet", "this test holds"),
        ],
    ),
    "case": (
        """\
        async def page(session: aiohttp.ClientSession, url: str, mode: str) -> str:
            response = await session.get(url)
            match mode:
                case "bare":
                    response.release()
            return await response.text()
        """,
        [
            ("session.get(url)", "opened here"),
            ("response.release()", "released here"),
            ('case "bare":', "this case is taken"),
        ],
    ),
    "loop": (
        """\
        async def page(session: aiohttp.ClientSession, url: str, names: list[str]) -> str:
            async with session.get(url) as response:
                for name in names:
                    await response.read()
            return await response.text()
        """,
        [
            ("session.get(url)", "opened here"),
            ("await response.read()", "the block ends here"),
            ("names", "this loop never goes round"),
        ],
    ),
    "two reads on a line": (
        """\
        async def page(session: aiohttp.ClientSession, url: str) -> str:
            async with session.get(url) as response:
                head = await response.content.readline(); line = await response.content.readline()
                return await response.text()
        """,
        [
            ("session.get(url)", "opened here"),
            ("head = await response.content.readline(); line = await response.content.readline()", "read here first"),
        ],
    ),
    "caller that reads": (
        """\
        async def fetch(session: aiohttp.ClientSession, url: str):
            async with session.get(url) as response:
                return response

        async def page(session: aiohttp.ClientSession, url: str) -> str:
            response = await fetch(session, url)
            return await response.text()
        """,
        [
            ("session.get(url)", "opened here"),
            ("return response", "the block ends here"),
            ("response.text()", "read here"),
        ],
    ),
    "helper that reads": (
        """\
        async def body(response) -> str:
            return await response.text()

        async def page(url: str) -> str:
            async with aiohttp.ClientSession() as session:
                response = await session.get(url)
            return await body(response)
        """,
        [
            ("session.get(url)", "opened here"),
            ("response = await session.get(url)", "the session's block ends here"),
            ("response.text()", "read here"),
        ],
    ),
    "awaited late": (
        """\
        async def page(session: aiohttp.ClientSession, url: str) -> str:
            async with session.get(url) as response:
                reading = response.text()
            return await reading
        """,
        [
            ("session.get(url)", "opened here"),
            ("reading = response.text()", "the block ends here"),
            ("reading", "awaited here"),
        ],
    ),
    "server": (
        """\
        async def echo(request: aiohttp.web.Request) -> str:
            await request.text()
            return await request.content.read()
        """,
        [("request.text()", "read here first")],
    ),
}


def lines_of(text: str) -> list[str]:
    return text.split("\n")


def said_at(text: str, span: Span) -> str:
    """Give what stands at a place of one line."""
    assert span.line == span.end_line
    return lines_of(text)[span.line - 1][span.column : span.end_column]


def only_finding(text: str) -> Finding:
    (finding,) = (each for each in check(text) if not each.code.startswith("AIO9"))
    return finding


@pytest.mark.parametrize("name", STORIES)
def test_story(name: str) -> None:
    program, steps = STORIES[name]
    text = "import aiohttp\n\n" + textwrap.dedent(program)
    assert [(said_at(text, step.span), step.message) for step in only_finding(text).related] == steps


def test_the_message_speaks_of_the_test_as_it_is_written() -> None:
    text = "import aiohttp\n\n" + textwrap.dedent(STORIES["test"][0])
    assert "(where the test of line 5 holds)" in only_finding(text).message


BAD = [fixture for fixture in programs() if not fixture.ok]


def ends_a_block(fixture: Fixture, finding: Finding) -> bool:
    """Whether a finding is the last statement of a block: it says itself where that ends."""
    source = Source.parse(fixture.text)
    blocks = (node for node in ast.walk(source.tree) if isinstance(node, ast.AsyncWith))
    return any(source.span(block.body[-1]) == finding.span for block in blocks)


@pytest.mark.parametrize("fixture", BAD, ids=lambda fixture: fixture.name)
def test_every_place_of_a_story_is_in_the_file(fixture: Fixture) -> None:
    lines = lines_of(fixture.text)
    for finding in check(fixture.text):
        assert len(set(finding.related)) == len(finding.related)
        for step in finding.related:
            span = step.span
            assert span != finding.span
            assert 1 <= span.line <= span.end_line <= len(lines)
            assert 0 <= span.column < len(lines[span.line - 1])
            assert 0 < span.end_column <= len(lines[span.end_line - 1])
            assert not lines[span.line - 1][span.column].isspace()
        if finding.code.startswith(("AIO201", "AIO203", "AIO204", "AIO205")) and not ends_a_block(fixture, finding):
            assert any(
                step.message.endswith(("ends here", "closed here", "releases it", "released here"))
                for step in finding.related
            )
