"""What aiohttp does with habits from requests and httpx: names, keywords, a URL that is no string."""

from __future__ import annotations

import json
import re
import urllib.parse
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import ClientSession

from tests.live.facts import Code, Errors, Facts, ask

facts = Facts()
fact = facts.fact


@fact(
    raises=AttributeError,
    name=[
        "status_code", "encoding", "apparent_encoding", "elapsed", "is_success", "iter_content", "iter_lines",
        "reason_phrase", "aiter_lines", "aiter_bytes", "is_redirect",
    ],
)  # fmt: skip
async def name_of_requests_and_httpx(session: ClientSession, root: str, name: str) -> None:
    async with session.get(f"{root}/small") as response:
        getattr(response, name)


@fact(
    name="status ok reason headers cookies links history url real_url charset content_type method host closed"
    " request_info".split()
)
async def name_that_exists(session: ClientSession, root: str, name: str) -> None:
    async with session.get(f"{root}/small") as response:
        getattr(response, name)


@fact(
    raises=TypeError,
    keywords=[
        {"verify": False}, {"stream": True}, {"files": {}}, {"cert": "x"}, {"hooks": {}}, {"proxies": {}},
        {"auth": ("user", "password")}, {"timeout": (3, 5)},
    ],
)  # fmt: skip
async def keyword_of_requests(session: ClientSession, root: str, keywords: dict[str, Any]) -> None:
    async with session.get(f"{root}/small", **keywords):
        pass


@fact(keywords=[{"timeout": 5}, {"ssl": False}])
async def keyword_of_aiohttp(session: ClientSession, root: str, keywords: dict[str, Any]) -> None:
    async with session.get(f"{root}/small", **keywords) as response:
        assert response.status == 200


URL_MISUSES: dict[str, Callable[[Any], Any]] = {
    "startswith": lambda url: url.startswith("http"),
    "split": lambda url: url.split("/"),
    "in": lambda url: "small" in url,
    "url + str": lambda url: url + "x",
    "str + url": lambda url: "x" + url,
    "slice": lambda url: url[:4],
    "urlparse": urllib.parse.urlparse,
    "urljoin": lambda url: urllib.parse.urljoin(url, "x"),
    "regex": lambda url: re.match("http", url),
    "json": json.dumps,
}


@fact(raises=(AttributeError, TypeError), misuse=URL_MISUSES)
async def url_used_as_str(session: ClientSession, root: str, misuse: str) -> None:
    async with session.get(f"{root}/small") as response:
        URL_MISUSES[misuse](response.url)


@fact()
async def url_used_as_url(session: ClientSession, root: str) -> None:
    async with session.get(f"{root}/small") as response:
        assert response.url != f"{root}/small"
        assert f"{response.url}" == str(response.url) == f"{root}/small"
        assert str(response.url / "x") == f"{root}/small/x"


@pytest.mark.filterwarnings("ignore:The 'auth' parameter is deprecated:DeprecationWarning")
@pytest.mark.parametrize(("code", "known", "raises"), facts.cases)
def test_fact(root: str, code: Code, known: dict[str, Any], raises: Errors | None) -> None:
    ask(root, code, known, raises)
