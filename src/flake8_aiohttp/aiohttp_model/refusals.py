"""Values that aiohttp refuses, by the types of what is spelled out; `tests/live/test_refusals.py` asks aiohttp.

Same outcome on 3.8.6, 3.9.5, 3.10.11, 3.11.18, 3.12.15, 3.13.5, 3.14.5 and the development branch of 4.0, but for what
`LATER` names: where the older version fails differently, or later, the exception of the newest is named.
"""

from __future__ import annotations

import dataclasses
import enum


class Part(enum.Enum):
    """Which part of an argument a refusal is about."""

    WHOLE = "the argument itself"
    ITEM = "a value of its dict or of its pairs"
    KEY = "a key of its dict"
    ELEMENT = "an element of its list, tuple or set"
    ANYWHERE = "a value at any depth"


@dataclasses.dataclass(frozen=True, slots=True)
class Refusal:
    """A parameter that takes no value of these types: the exception, and what to write instead.

    `remedies` says it for a type of its own, `remedy` for all others; `{value}` is the value as it is written.
    """

    parameter: str
    part: Part
    types: frozenset[str]
    exception: str
    remedy: str
    remedies: tuple[tuple[str, str], ...] = ()

    def remedy_for(self, kind: str) -> str:
        """Say what to write instead of a value of this type."""
        return dict(self.remedies).get(kind, self.remedy)


def _types(names: str) -> frozenset[str]:
    return frozenset(names.split())


_NUMBERS = "bool int float"
_CONTAINERS = "dict list tuple set frozenset"

_PARAMS = (
    Refusal("params", Part.WHOLE, _types(f"{_NUMBERS} bytes set"), "TypeError", "write a dict, or a str"),
    Refusal(
        "params", Part.ITEM, _types("bool None bytes dict set"), "TypeError", "write a str or a number",
        (("bool", '`"true"` or `int(…)`'), ("None", "leave the key out"), ("bytes", "write a str")),
    ),
    Refusal("params", Part.KEY, _types("bool int float bytes tuple"), "TypeError", "write a str as key"),
)  # fmt: skip
_HEADERS = (
    Refusal("headers", Part.WHOLE, _types(f"{_NUMBERS} bytes set"), "TypeError", "write a dict"),
    Refusal("headers", Part.WHOLE, _types("str"), "ValueError", "write a dict"),
    Refusal(
        "headers", Part.ITEM, _types(f"None {_NUMBERS} bytes {_CONTAINERS}"), "TypeError", "write `str(…)`",
        (("None", "leave the header out"), ("bytes", "write a str"), ("dict", "write a str")),
    ),
)  # fmt: skip
_HEADERS_AS_A_WHOLE = tuple(refusal for refusal in _HEADERS if refusal.part is Part.WHOLE)
_COOKIES = (
    Refusal("cookies", Part.WHOLE, _types(_NUMBERS), "TypeError", "write a dict"),
    Refusal("cookies", Part.WHOLE, _types("str"), "ValueError", "write a dict, or a `Cookie` header"),
)
_AUTH = (
    Refusal("auth", Part.WHOLE, _types(f"{_NUMBERS} str bytes set"), "TypeError", "write an `Authorization` header"),
)
_SSL = (
    Refusal(
        "ssl", Part.WHOLE, _types(f"int float str bytes {_CONTAINERS}"), "TypeError",
        "write `False` or an `ssl.SSLContext`",
    ),
)  # fmt: skip
_PROXY = (Refusal("proxy", Part.WHOLE, _types(f"{_NUMBERS} bytes {_CONTAINERS}"), "TypeError", "write one URL"),)
_SESSION_TIMEOUT = (
    Refusal(
        "timeout", Part.WHOLE, _types(f"{_NUMBERS} str bytes {_CONTAINERS}"), "ValueError",
        "write `aiohttp.ClientTimeout(total=…)`",
    ),
)  # fmt: skip
_JSON = (
    Refusal(
        "json", Part.ANYWHERE, _types("bytes set frozenset"), "TypeError", "write a list",
        (("bytes", "write a str, or `data=` for bytes that are JSON already"),),
    ),
)  # fmt: skip
_URL = (
    Refusal("url", Part.WHOLE, _types(f"None {_NUMBERS} bytes {_CONTAINERS}"), "TypeError", "write a str or a URL"),
)
_BODY = (
    Refusal("data", Part.WHOLE, _types(f"{_NUMBERS} set"), "TypeError", "write bytes, a str, a dict, or `json=`"),
    Refusal(
        "data", Part.ELEMENT, _types(f"None {_NUMBERS} str bytes dict"), "TypeError",
        "write `json=`, or pairs of name and value",
    ),
)  # fmt: skip
_REQUEST = (*_URL, *_PARAMS, *_HEADERS, *_COOKIES, *_AUTH, *_SSL, *_PROXY, *_JSON, *_BODY)
_OF_SESSION = (
    *_REQUEST,
    Refusal(
        "timeout", Part.WHOLE, _types("str bytes dict set"), "TypeError",
        "write a number, or `aiohttp.ClientTimeout(…)`",
    ),
)  # fmt: skip
_TEXT = Refusal(
    "text", Part.WHOLE, _types(f"{_NUMBERS} bytes {_CONTAINERS}"), "TypeError", "write `str(…)`",
    (("bytes", "write `body=`"), ("dict", "use `web.json_response(…)`"), ("list", "use `web.json_response(…)`")),
)  # fmt: skip
_JSON_DATA = Refusal(
    "data", Part.ANYWHERE, _types("bytes set frozenset"), "TypeError", "write a list", (("bytes", "write a str"),)
)
_DURATION = _types(f"str bytes {_CONTAINERS}")

REFUSALS: dict[str, tuple[Refusal, ...]] = {
    **dict.fromkeys((f"session.{v}" for v in "get post put delete patch head options request".split()), _OF_SESSION),
    "session.ws_connect": (*_URL, *_PARAMS, *_HEADERS, *_AUTH, *_SSL, *_PROXY),
    "request": (*_REQUEST, *_SESSION_TIMEOUT),
    "ClientSession": (*_HEADERS, *_COOKIES, *_AUTH, *_SESSION_TIMEOUT),
    "TCPConnector": (
        *_SSL,
        Refusal("limit", Part.WHOLE, _types("str bytes list set"), "TypeError", "write a number"),
    ),
    "ClientTimeout": tuple(
        Refusal(name, Part.WHOLE, _DURATION, "TypeError when a request starts", "write a number of seconds")
        for name in ("total", "sock_connect")
    ),
    "web.Response": (
        *_HEADERS_AS_A_WHOLE,
        _TEXT,
        Refusal(
            "body", Part.WHOLE, _types(f"{_NUMBERS} {_CONTAINERS}"), "ValueError", "write bytes, or `text=`",
            (("dict", "use `web.json_response(…)`"), ("list", "use `web.json_response(…)`")),
        ),
    ),
    "web.json_response": (*_HEADERS_AS_A_WHOLE, _TEXT, _JSON_DATA),
}  # fmt: skip
"""For each callable what it refuses; its name is that of the table of versions."""

REDIRECTS = frozenset(
    f"web.{name}"
    for name in "HTTPFound HTTPMovedPermanently HTTPPermanentRedirect HTTPSeeOther HTTPTemporaryRedirect".split()
)
"""Exceptions that cannot be made without the place to go to (TypeError), not even by `raise` of the class."""

TOGETHER: dict[str, tuple[tuple[str, str], ...]] = {
    **dict.fromkeys(
        (f"session.{v}" for v in "get post put delete patch head options request".split()), (("data", "json"),)
    ),
    "request": (("data", "json"),),
    "web.Response": (("text", "body"),),
    "web.json_response": (("data", "text"), ("data", "body")),
}
"""Parameters that cannot both be given (ValueError); None counts as not given."""

POSITIONAL: dict[str, tuple[str, ...]] = {
    **dict.fromkeys((f"session.{v}" for v in "get post put delete patch head options ws_connect".split()), ("url",)),
    "session.request": ("method", "url"),
    "request": ("method", "url"),
    "ClientSession": ("base_url",),
    "TCPConnector": (),
    "ClientTimeout": ("total", "connect", "sock_read", "sock_connect"),
    "web.Response": (),
    "web.json_response": ("data",),
    **dict.fromkeys(REDIRECTS, ("location",)),
}
"""The parameters that arguments without a keyword go to."""

LATER = {
    ("ClientSession", "timeout"): "AttributeError before aiohttp 3.9",
    ("request", "timeout"): "AttributeError before aiohttp 3.9",
    ("ClientSession", "base_url"): "AssertionError, by the first request, before aiohttp 3.11",
}
"""Where older versions fail in another way."""
