"""Sessions without a name come into a block."""

from __future__ import annotations

import pytest

from flake8_aiohttp.fixing.refusal import Refusal
from flake8_aiohttp.rewrite import EnterBlock
from tests.fixing.brackets import fixed, in_coroutine, refusal

ENTERED = {
    "the session of a request in a block": (
        ("async with ⟨ClientSession()⟩.get(url) as r:", "    print(r)"),
        ("async with ClientSession() as session, session.get(url) as r:", "    print(r)"),
    ),
    "between other items, in parentheses": (
        ("async with (", "    a() as b,", "    ⟨ClientSession()⟩.get(url) as r,", "    c(),", "):", "    print(r, b)"),
        (
            "async with (",
            "    a() as b,",
            "    ClientSession() as session, session.get(url) as r,",
            "    c(),",
            "):",
            "    print(r, b)",
        ),
    ),
    "a name is taken": (
        ("session = 1", "async with ⟨ClientSession()⟩.get(url) as r:", "    print(r)"),
        ("session = 1", "async with ClientSession() as client_session, client_session.get(url) as r:", "    print(r)"),
    ),
    "awaited under a name": (
        ("r = await ⟨ClientSession()⟩.get(url)  # why", "data = await r.json()", "print(data)"),
        (
            "async with ClientSession() as session, session.get(url) as r:  # why",
            "    data = await r.json()",
            "print(data)",
        ),
    ),
    "what came of the response is used later": (
        ("r = await ⟨ClientSession()⟩.get(url)", "read = r.read", "print(await read())"),
        (
            "async with ClientSession() as session, session.get(url) as r:",
            "    read = r.read",
            "    print(await read())",
        ),
    ),
    "awaited and dropped": (
        ("await ⟨aiohttp.ClientSession().post(url)⟩",),
        ("async with aiohttp.ClientSession() as session, session.post(url):", "    pass"),
    ),
    "in one breath": (
        ("# why", "return (await (await ⟨ClientSession()⟩.get(url)).json())['a']"),
        ("# why", "async with ClientSession() as session:", "    return (await (await session.get(url)).json())['a']"),
    ),
    "awaited under a name, in parentheses that the session needs": (
        ("r = await (⟨ClientSession", "    ()⟩.get", "    (url))", "print(r.status)"),
        (
            "async with (ClientSession",
            "    ()) as session, (session.get",
            "    (url)) as r:",
            "    print(r.status)",
        ),
    ),
    "in a block, in parentheses that the session needs": (
        ("async with (⟨ClientSession", "    ()⟩.get(url)) as r:", "    print(r)"),
        ("async with (ClientSession", "    ()) as session, (session.get(url)) as r:", "    print(r)"),
    ),
    "in one breath, in parentheses that the session needs": (
        ("return await (await (⟨ClientSession", "    ()⟩.get(url))).json()"),
        ("async with (ClientSession", "    ()) as session:", "    return await (await (session.get(url))).json()"),
    ),
    "on several lines of its own": (
        ("r = await ⟨ClientSession(", "    auth=None", ")⟩.get(url)", "print(r.status)"),
        (
            "async with ClientSession(",
            "    auth=None",
            ") as session, session.get(url) as r:",
            "    print(r.status)",
        ),
    ),
    "what a function gives is left alone": (
        ("r = await ⟨make_session().get(url)⟩", "print(r.status)"),
        ("async with make_session().get(url) as r:", "    print(r.status)"),
    ),
}


@pytest.mark.parametrize(("before", "after"), ENTERED.values(), ids=ENTERED)
def test_entered(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    marked = in_coroutine(*before).replace("(r, session, url)", "(url)")
    assert fixed(marked, EnterBlock()) == in_coroutine(*after).replace("(r, session, url)", "(url)")


REFUSED = {
    "every name is taken": (
        ("print(client_session, http_session)", "async with ⟨ClientSession()⟩.get(url) as r:", "    print(r)"),
        Refusal.SHADOWED,
    ),
    "a class of one's own": (("r = await ⟨Session().get(url)⟩", "print(r)"), Refusal.NOT_A_SIMPLE_NAME),
    "a status in one breath": (
        ("x = (await ⟨ClientSession()⟩.get(url)).status", "print(x)"),
        Refusal.NOT_A_SIMPLE_NAME,
    ),
    "a body that nobody awaits": (("x = (await ⟨ClientSession()⟩.get(url)).json()",), Refusal.NOT_A_SIMPLE_NAME),
    "a bound method": (("x = (await ⟨ClientSession()⟩.get(url)).json",), Refusal.NOT_A_SIMPLE_NAME),
    "returned": (("return await ⟨ClientSession()⟩.get(url)",), Refusal.NOT_A_SIMPLE_NAME),
    "on the line of its header": (("if url: x = await (await ⟨ClientSession()⟩.get(url)).json()",), Refusal.ONE_LINER),
    "a plain block": (("with ⟨ClientSession()⟩.get(url) as r:", "    print(r)"), Refusal.NOT_FOUND),
}


@pytest.mark.parametrize(("lines", "reason"), REFUSED.values(), ids=REFUSED)
def test_refused(lines: tuple[str, ...], reason: Refusal) -> None:
    assert refusal(in_coroutine(*lines), EnterBlock()) is reason
