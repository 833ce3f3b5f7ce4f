"""What a fix can do to the expression or statement at its span: one record a kind, with what the kind has to know.

A rule names the change; `fixing/rewrites.py` knows who makes it. Kinds that know nothing are plain classes: to make a
dataclass takes a millisecond at each start.
"""

from __future__ import annotations

import dataclasses
from typing import ClassVar


@dataclasses.dataclass(frozen=True)
class Rewrite:
    """A change of a known kind; `title` is what a person reads of it. Two of one kind that know the same are equal."""

    title: ClassVar[str]

    @property
    def writes_str(self) -> bool:
        """Whether the new code calls the builtin `str`, so that nothing else may have that name in the file."""
        return False


class InsertAwait(Rewrite):
    """`r.text()` becomes `await r.text()`."""

    title = "insert await"


class ReturnAwait(Rewrite):
    """`return r.text()` becomes `return await r.text()`."""

    title = "return await"


class DropAwait(Rewrite):
    """`await r.status` becomes `r.status`."""

    title = "drop await"


@dataclasses.dataclass(frozen=True)
class CallAndAwait(Rewrite):
    """`r.text` becomes `await r.text()`, or `await r.json()` where `method` says `json`."""

    title = "call and await"
    method: str | None = None


class CallIt(Rewrite):
    """`aiohttp.ClientSession` becomes `aiohttp.ClientSession()`."""

    title = "call it"


class MakeAsync(Rewrite):
    """`with` becomes `async with`, `for` becomes `async for`."""

    title = "make it async"


@dataclasses.dataclass(frozen=True)
class MoveIntoBlock(Rewrite):
    """The statement moves to the end of the `async with` that begins on `line`."""

    title = "move into the block"
    line: int


class EnterBlock(Rewrite):
    """`r = await session.get(url)` becomes `async with session.get(url) as r:` around what uses `r`."""

    title = "open it with `async with`"


@dataclasses.dataclass(frozen=True)
class ReadFirst(Rewrite):
    """`await r.read()` comes before the statement in which `response` leaves."""

    title = "read the body first"
    response: str


class ReturnBody(Rewrite):
    """`return r` becomes `return await r.text()`, and the callers take it for what they read."""

    title = "return the body"


class ReadBytes(Rewrite):
    """`r.text()` becomes `r.read()`."""

    title = "read bytes"


class DropEncode(Rewrite):
    """`(await r.text()).encode()` becomes `await r.read()`."""

    title = "read bytes instead of encoding text"


@dataclasses.dataclass(frozen=True)
class RenameAttribute(Rewrite):
    """`r.status_code` becomes `r.status`, where that is the `name`."""

    title = "rename the attribute"
    name: str


class AwaitRead(Rewrite):
    """`r.content` becomes `await r.read()`."""

    title = "await read()"


class CallGetEncoding(Rewrite):
    """`r.encoding` becomes `r.get_encoding()`."""

    title = "call get_encoding()"


class WrapInStr(Rewrite):
    """`r.url` becomes `str(r.url)`."""

    title = "wrap in str()"

    @property
    def writes_str(self) -> bool:
        """It does."""
        return True


@dataclasses.dataclass(frozen=True)
class MakeBasicAuth(Rewrite):
    """`auth=("user", "password")` becomes `auth=aiohttp.BasicAuth("user", "password")`; `maker` is its name there."""

    title = "make it a BasicAuth"
    maker: str


class DropKeyword(Rewrite):
    """`stream=True` goes, with its comma."""

    title = "drop the keyword"


@dataclasses.dataclass(frozen=True)
class ReplaceKeyword(Rewrite):
    """`verify=False` becomes `ssl=False`, where that is the `argument`."""

    title = "replace the keyword"
    argument: str


@dataclasses.dataclass(frozen=True)
class ReplaceValue(Rewrite):
    """`True` becomes `"true"`, where that is the `value`."""

    title = "write another value"
    value: str

    @property
    def writes_str(self) -> bool:
        """Whether the value is made by `str(…)`."""
        return self.value.startswith("str(")
