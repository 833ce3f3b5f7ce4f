"""A response that is returned too late becomes the body that its callers read."""

from __future__ import annotations

import pytest

from flake8_aiohttp.finding import Applicability, Finding, Fix
from flake8_aiohttp.fixing.refusal import Refusal
from flake8_aiohttp.fixing.rewrites import Round, rewrite
from flake8_aiohttp.rewrite import ReturnBody
from tests.fixing.brackets import read


def returned(program: str) -> Round:
    """Fix the response in brackets."""
    text, (span,) = read(program)
    fix = Fix(ReturnBody(), span, Applicability.SUGGESTED)
    return rewrite(text, [Finding("AIO203", span, "made by hand", fix)])


FETCH = """
async def fetch(session, url){annotation}:
    async with session.get(url) as r:
        return ⟨r⟩


"""


@pytest.mark.parametrize(
    ("annotation", "after", "method"),
    [("", "", "json"), (" -> ClientResponse", " -> str", "text"), (' -> "ClientResponse"', " -> bytes", "read")],
)
def test_body_is_returned(annotation: str, after: str, method: str) -> None:
    callers = """\
async def one(session):
    x = await fetch(session, "a")
    return (await x.{method}())[0]


class Two:
    async def two(self, session, *, a=1):
        y = await fetch(session, "b")
        print(await y.{method}(), a)
"""
    before = FETCH.format(annotation=annotation) + callers.format(method=method)
    result = returned(before)
    assert result.refused == {}
    gone = before.replace("⟨", "").replace("⟩", "").replace("return r\n", f"return await r.{method}()\n")
    expected = gone.replace(annotation + ":", after + ":") if annotation else gone
    assert result.text == expected.replace(f"await x.{method}()", "x").replace(f"await y.{method}()", "y")


CALLER = "async def one(session):\n"
ONE = "    x = await fetch(session, 1)\n    await x.text()\n"
REFUSED = {
    "another thing is asked": (FETCH, "    x = await fetch(session, 1)\n    print(x.status, await x.text())\n"),
    "two bodies are asked": (FETCH, "    x = await fetch(session, 1)\n    print(await x.json(), await x.text())\n"),
    "it is told a codec": (FETCH, "    x = await fetch(session, 1)\n    print(await x.text('utf-8'))\n"),
    "it is handed on": (FETCH, "    x = await fetch(session, 1)\n    print(x, await x.text())\n"),
    "it is no body": (FETCH, "    x = await fetch(session, 1)\n    print(await x.release())\n"),
    "nobody awaits the body": (FETCH, "    x = await fetch(session, 1)\n    print(x.text())\n"),
    "it is not called": (FETCH, "    x = await fetch(session, 1)\n    print(await x.text)\n"),
    "the function is handed on": (FETCH, "    x = await run(fetch)\n    print(await x.text())\n"),
    "it has no name": (FETCH, "    print(await (await fetch(session, 1)).text())\n"),
    "two names": (FETCH, "    x = y = await fetch(session, 1)\n    print(await x.text(), y)\n"),
    "the function is used elsewhere": (f"fetch = 1\n{FETCH}", ONE),
    "something else is returned, too": (
        FETCH.replace("    async with", "    if url: return None\n    async with"),
        ONE,
    ),
    "a decorator": (FETCH.replace("async def", "@retry\nasync def"), ONE),
    "an attribute of it": (FETCH, "    x = await fetch.other\n    await x.text()\n"),
    "what it gave is given back": (FETCH, "    x = await fetch(session, 1)\n    return x\n"),
    "it is made a global": (FETCH, f"    global fetch\n{ONE}"),
    "nobody calls it": (FETCH, "    pass\n"),
    "nobody reads it": (FETCH, "    x = await fetch(session, 1)\n"),
}


@pytest.mark.parametrize(("fetch", "caller"), REFUSED.values(), ids=REFUSED)
def test_refused(fetch: str, caller: str) -> None:
    result = returned(fetch.format(annotation="") + CALLER + caller)
    assert result.done == []
    assert set(result.refused.values()) == {Refusal.USED_ELSEWHERE}


def test_json_has_no_one_type() -> None:
    caller = "    x = await fetch(session, 1)\n    await x.json()\n"
    result = returned(FETCH.format(annotation=" -> ClientResponse") + CALLER + caller)
    assert set(result.refused.values()) == {Refusal.ANNOTATION}


def test_keywords_and_attributes_of_that_name_are_others() -> None:
    caller = "    x = await fetch(session, 1)\n    other(x=session.x, y=await x.text())\n"
    result = returned(FETCH.format(annotation="") + CALLER + caller)
    assert "other(x=session.x, y=x)" in result.text


def test_a_read_may_go_on_on_a_new_line() -> None:
    caller = "    x = await fetch(session, 1)\n    print(await (x.text(\n    )\n    ))\n"
    result = returned(FETCH.format(annotation="") + CALLER + caller)
    assert "        return await r.text()\n" in result.text
    assert result.text.endswith("    print(x)\n")


@pytest.mark.parametrize(
    ("fetch", "caller"),
    [
        (FETCH, "    x = await fetch(session, 1)\n    print(await (x.text(  # why\n    )))\n"),
        (FETCH.replace("return ⟨r⟩", "return (  # why\n            ⟨r⟩)"), ONE),
    ],
    ids=["in the read", "in what is returned"],
)
def test_a_comment_is_not_lost(fetch: str, caller: str) -> None:
    result = returned(fetch.format(annotation="") + CALLER + caller)
    assert set(result.refused.values()) == {Refusal.COMMENT}
