"""How a fact about aiohttp is written: a coroutine of a session and the server's root, and a decorator."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientSession

Code = Callable[..., Awaitable[Any]]
Errors = type[BaseException] | tuple[type[BaseException], ...]


class Facts:
    """The facts of one file, a test each."""

    def __init__(self) -> None:
        self.cases: list[Any] = []

    def fact(self, raises: Errors | None = None, **choices: Any) -> Callable[[Code], Code]:
        """Register a fact: it raises that, or asserts; a keyword's values give one test a value."""

        def register(code: Code) -> Code:
            known = [{name: value} for name, values in choices.items() for value in values] or [{}]
            for each in known:
                suffix = "".join(f"[{value}]" for value in each.values())
                self.cases.append(pytest.param(code, each, raises, id=code.__name__ + suffix))
            return code

        return register


def ask(root: str, code: Code, known: dict[str, Any], raises: Errors | None) -> None:
    """Ask aiohttp whether a fact is true."""

    async def drive() -> None:
        async with ClientSession() as session:
            with pytest.raises(raises) if raises else contextlib.nullcontext():
                await code(session, root, **known)

    asyncio.run(drive())
