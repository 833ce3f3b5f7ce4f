"""The oracle is asked about programs whose outcome is known."""

from __future__ import annotations

import asyncio
import re
import textwrap

import pytest

from .observation import Observation, Verdict
from .oracle import oracle

HEAD = "import asyncio\nimport contextlib\n\nimport aiohttp\n\n\n"
SIGNATURE = "async def program(session: aiohttp.ClientSession, url: str, a: bool, b: bool, c: bool):\n"
MARK = re.compile(r"# (always|sometimes|never|unreached)(?: (AIO\d{3}))?$")
VERDICTS = {verdict.name.lower(): verdict for verdict in Verdict}

# A mark says how the read on its line ends, and the code that is due where it fails.
KNOWN = {
    "read in the block": """
        async with session.get(url) as response:
            body = await response.text()  # never
    """,
    "read after the block": """
        async with session.get(url) as response:
            print(response.status)
        body = await response.text()  # always AIO201
    """,
    "text of a cached body after the block, and read()": """
        async with session.get(url) as response:
            await response.read()  # never
        body = await response.text()  # never
        data = await response.json()  # never
        raw = await response.read()  # always AIO201
    """,
    "stream after the block": """
        async with session.get(url) as response:
            await response.read()  # never
        async for chunk in response.content.iter_chunked(65536):  # always AIO201
            print(chunk)
    """,
    "coroutine made in the block, awaited after": """
        async with session.get(url) as response:
            pending = response.text()  # always AIO202
        body = await pending
    """,
    "coroutine awaited in the block": """
        async with session.get(url) as response:
            pending = response.text()  # never
            body = await pending
    """,
    "task awaited after the block": """
        async with session.get(url) as response:
            task = asyncio.create_task(response.text())  # always AIO202
        body = await task
    """,
    "task never awaited": """
        async with session.get(url) as response:
            task = asyncio.create_task(response.text())  # never
    """,
    "coroutine returned out of the block": """
        async with session.get(url) as response:
            return response.text()  # always AIO202
    """,
    "response returned out of the block to an unknown caller": """
        async with session.get(url) as response:
            return response  # always AIO203
    """,
    "cached response returned": """
        async with session.get(url) as response:
            await response.read()  # never
            return response  # never
    """,
    "released": """
        response = await session.get(url)
        response.release()
        body = await response.text()  # always AIO204
    """,
    "closed after a read": """
        response = await session.get(url)
        await response.text()  # never
        response.close()
        body = await response.text()  # never
        data = await response.read()  # always AIO204
    """,
    "released when a flag says so": """
        response = await session.get(url)
        if a:
            response.release()
        if not a:
            body = await response.text()  # never
        data = await response.read()  # sometimes AIO204
    """,
    "session closed: the small body works, the large does not": """
        async with aiohttp.ClientSession() as client:
            response = await client.get(url)
        body = await response.text()  # sometimes AIO205
    """,
    "cached before its session closed": """
        client = aiohttp.ClientSession()
        response = await client.get(url)
        await response.read()  # never
        await client.close()
        body = await response.read()  # never
    """,
    "stream, then the whole body": """
        async with session.get(url) as response:
            await response.content.read()  # never
            body = await response.text()  # always AIO206
    """,
    "whole body, then the stream": """
        async with session.get(url) as response:
            body = await response.text()  # never
            rest = await response.content.read()  # always AIO206
    """,
    "drained twice": """
        async with session.get(url) as response:
            async for chunk in response.content.iter_any():  # never
                print(chunk)
            rest = await response.content.read()  # always AIO206
    """,
    "tapped, then the rest as such": """
        async with session.get(url) as response:
            head = await response.content.read(4)  # never
            rest = await response.content.read()  # never
    """,
    "tapped, then the whole body": """
        async with session.get(url) as response:
            head = await response.content.read(4)  # never
            body = await response.read()  # always AIO206
    """,
    "piece after piece": """
        async with session.get(url) as response:
            while piece := await response.content.read(65536):  # never
                print(piece)
            body = await response.text()  # always AIO206
    """,
    "read twice": """
        async with session.get(url) as response:
            one = await response.read()  # never
            two = await response.text()  # never
    """,
    "never awaited": """
        async with session.get(url) as response:
            print(response.text())  # always AIO101
    """,
    "never called": """
        async with session.get(url) as response:
            print(response.text)  # always AIO102
    """,
    "awaited on one path only: not proven forgotten": """
        async with session.get(url) as response:
            pending = response.text()
            if a:
                return None
            await pending
    """,
    "nobody comes here": """
        async with session.get(url) as response:
            return await response.text()  # never
        body = await response.text()  # unreached
    """,
    "after a failure": """
        async with session.get(url) as response:
            print(response.status)
        body = await response.text()  # always AIO201
        data = await response.read()  # unreached
    """,
    "the failure is caught": """
        async with session.get(url) as response:
            print(response.status)
        with contextlib.suppress(aiohttp.ClientError):
            body = await response.text()  # always AIO201
        data = await response.read()  # always AIO201
    """,
    "read after a failing raise_for_status without a block": """
        response = await session.get(url)
        try:
            response.raise_for_status()
        except aiohttp.ClientResponseError:
            print(await response.text())  # always AIO204
        print(await response.text())  # never
    """,
    "the server hangs up: nobody's fault": """
        async with session.get(url) as response:
            try:
                body = await response.text()  # never
            except aiohttp.ClientError:
                print("failed")
    """,
    "a broken body raises the same again, whoever closes the response": """
        response = await session.get(url)
        try:
            body = await response.text()  # never
        except aiohttp.ClientError:
            response.close()
        data = await response.text()  # never
    """,
}


def program(body: str) -> str:
    """Put a body under the signature."""
    return HEAD + SIGNATURE + textwrap.indent(textwrap.dedent(body).strip("\n"), "    ") + "\n"


def asked(text: str) -> Observation:
    """Ask the oracle about one program."""

    async def ask() -> Observation:
        async with oracle() as known:
            return await known.observe(text)

    return asyncio.run(ask())


@pytest.mark.parametrize("name", KNOWN)
def test_oracle_knows_the_outcome(name: str) -> None:
    text = program(KNOWN[name])
    observed = asked(text)
    codes = {failure.reading.line: failure.reading.code for failure in observed.failures}
    marked = set()
    for number, line in enumerate(text.splitlines(), 1):
        if mark := MARK.search(line):
            marked.add(number)
            assert (observed.verdict(number), codes.get(number)) == (VERDICTS[mark[1]], mark[2]), line
    assert set(codes) <= marked


def test_oracle_tells_the_way_that_a_response_took() -> None:
    text = f"""{HEAD}async def fetch(session, url):
    async with session.get(url) as response:
        return response


async def read_body(response):
    return await response.text()


{SIGNATURE}    response = await fetch(session, url)
    return await read_body(response)
"""
    (failure,) = asked(text).failures
    lines = {text.splitlines()[line - 1].strip() for line in failure.reading.lines}
    assert failure.reading.code == "AIO203"
    assert lines == {"return response", "return await response.text()", "return await read_body(response)"}


def test_oracle_sees_what_stays_open() -> None:
    body = """
        left = await session.get(url)
        read = await session.get(url)
        await read.text()
        client = aiohttp.ClientSession()
        closed = aiohttp.ClientSession()
        await closed.close()
        maybe = aiohttp.ClientSession()
        if a:
            await maybe.close()
    """
    text = program(body)
    lines = text.splitlines()
    unclosed = {lines[line - 1].split()[0]: verdict for line, verdict in asked(text).unclosed.items()}
    always, never, sometimes = Verdict.ALWAYS, Verdict.NEVER, Verdict.SOMETIMES
    assert unclosed == {"left": always, "read": never, "client": always, "closed": never, "maybe": sometimes}


@pytest.mark.parametrize(
    ("reason", "body", "word"),
    [
        ("shadowed", "async with session.get(url) as r:\n    pass\nawait r.text()\nawait r.read()", "r.read"),
        ("on an exception", "r = await session.get(url)\ntry:\n    print(1)\nfinally:\n    r.release()", ""),
        (
            "by luck",
            """
            async with session.get(url) as r:
                task = asyncio.create_task(r.text())
                await asyncio.sleep(0.2)
            await task
            """,
            "create_task",
        ),
    ],
)
def test_oracle_explains_other_worlds(reason: str, body: str, word: str) -> None:
    text = program(body)
    line = next((n for n, line in enumerate(text.splitlines(), 1) if word and word in line), 1)

    async def explain() -> str:
        async with oracle() as known:
            return await known.explain(text, line)

    assert asyncio.run(explain()) == (reason if word else "")


def test_oracle_lets_the_network_fail_in_any_step() -> None:
    body = """
        first = await session.get(url)
        try:
            second = await session.get(url)
        except aiohttp.ClientError:
            first.close()
        await first.text()
    """
    text = program(body)

    async def explain() -> str:
        async with oracle() as known:
            return await known.explain(text, text.count("\n"))

    assert asked(text).failures == []
    assert asyncio.run(explain()) == "on an exception"
