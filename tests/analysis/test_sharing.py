"""A fix in a function that two kinds of callers share is no safe one."""

from __future__ import annotations

import textwrap

import pytest

from flake8_aiohttp.check import check
from flake8_aiohttp.finding import Applicability

HEAD = """
import aiohttp, functools

def status(r, strict=True):
    return r.status_code

class Checks:
    def status(self, r, *, strict=True):
        return r.status_code

    async def get(self, s: aiohttp.ClientSession):
        async with s.get("u") as r:
            return self.status(r)

async def get(s: aiohttp.ClientSession):
    async with s.get("u") as r:
        return status(r)
"""

SHARED = {
    "another_library": "async def other(c):\n    return status(await c.get('u')), Checks().status(await c.get('u'))",
    "by_keyword": "async def other(c):\n    return status(strict=c, r=await c.get('u')), c.status(r=c.reply)",
    "module": "status(functools.reply), Checks().status(functools.reply)",
    "imports": "import httpx\ndef other(reply):\n    return status(reply), Checks().status(reply)",
    "parameter_lent_others": (
        "def other(reply):\n    return status(reply), Checks().status(reply)\n"
        "async def both(s: aiohttp.ClientSession, c):\n"
        "    other(await c.post('u'))\n    async with s.get('u') as r:\n        other(r)"
    ),
}

OWN = {
    "nobody_else": "",
    "nothing_given": "status(None), Checks().status(), status(), (lambda: 1)(2)",
    "parameter": "def other(reply):\n    return status(reply), Checks().status(reply)",
    "parameter_lent_ours": (
        "def other(reply):\n    return status(reply), Checks().status(reply)\n"
        "async def both(s: aiohttp.ClientSession):\n    async with s.get('u') as r:\n        other(r)"
    ),
}


def sureness(text: str) -> set[Applicability]:
    findings = [each for each in check(textwrap.dedent(text)) if each.code == "AIO401"]
    assert len(findings) == 2
    return {each.fix.applicability for each in findings if each.fix}


@pytest.mark.parametrize("rest", SHARED.values(), ids=SHARED)
def test_shared(rest: str) -> None:
    assert sureness(f"{HEAD}\n{rest}\n") == {Applicability.SUGGESTED}


@pytest.mark.parametrize("rest", OWN.values(), ids=OWN)
def test_not_shared(rest: str) -> None:
    assert sureness(f"{HEAD}\n{rest}\n") == {Applicability.SAFE}


def test_recursion_lends_nothing_new() -> None:
    text = HEAD.replace("    return r.status_code\n", "    status(r.history)\n    return r.status_code\n", 1)
    assert sureness(text) == {Applicability.SAFE}


def test_two_that_call_each_other() -> None:
    text = HEAD.replace("    return r.status_code\n", "    again(r)\n    return r.status_code\n", 1)
    assert sureness(f"{text}\ndef again(r):\n    return status(r)\n") == {Applicability.SAFE}


def test_an_annotation_promises() -> None:
    text = HEAD.replace("def status(r,", "def status(r: aiohttp.ClientResponse,").replace(
        "(self, r,", "(self, r: 'aiohttp.ClientResponse',"
    )
    assert sureness(f"{text}\nstatus(functools.reply)\n") == {Applicability.SAFE}


CHOICES = {
    "response": (
        "    r = None\n"
        "    if c:\n        r = c.fetch()\n    else:\n        r = await s.get('u')\n"
        "    print(r.status_code, await r.text())\n"
    ),
    "session": (
        "    c = httpx.AsyncClient() if c else s\n    r = await c.get('u')\n    print(r.status_code, await r.text())\n"
    ),
    "entered": (
        "    if c:\n        with c.fetch() as r:\n            print(r.reason)\n"
        "    else:\n        r = await s.get('u')\n"
        "    print(r.status_code, await r.text())\n"
    ),
}
OURS = {
    "once": "    r = await s.get('u')\n    print(r.status_code, await r.text())\n",
    "none": (
        "    r = None\n    r = await (s.get('u') if c else s.post('u'))\n    print(r.status_code, await r.text())\n"
    ),
    "before": "    r = await s.get('u')\n    print(r.status_code, await r.text())\n    r = c.fetch()\n",
    "attribute": "    c.r = c.fetch()\n    c.r = await s.get('u')\n    print(await c.r.text(), c.r.status_code)\n",
    "no name": "    print((await s.get('u')).status_code)\n",
}


def sureness_in_a_coroutine(body: str) -> list[Applicability | None]:
    text = f"import aiohttp, httpx\nasync def f(s: aiohttp.ClientSession, c):\n{body}"
    return [each.fix and each.fix.applicability for each in check(text) if each.code == "AIO401"]


@pytest.mark.parametrize("body", CHOICES.values(), ids=CHOICES)
def test_a_name_that_branches_give_either(body: str) -> None:
    assert sureness_in_a_coroutine(body) == [Applicability.SUGGESTED]


@pytest.mark.parametrize("body", OURS.values(), ids=OURS)
def test_a_name_that_is_ours(body: str) -> None:
    assert sureness_in_a_coroutine(body) == [Applicability.SAFE]


def test_at_the_top_of_a_notebook() -> None:
    text = "import aiohttp\ns = aiohttp.ClientSession()\nr = await s.get('u')\nprint(r.status_code)\n"
    assert [each.fix and each.fix.applicability for each in check(text) if each.code == "AIO401"] == [
        Applicability.SAFE
    ]
