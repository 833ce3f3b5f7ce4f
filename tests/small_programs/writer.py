"""Writes small random programs of what multiplies work: loops in loops, `try`, tuples of tuples, helpers, closures."""

from __future__ import annotations

import random

NAMES = ("a", "b", "c", "d")
HEAD = """import aiohttp, asyncio, functools
from contextlib import AsyncExitStack
class Box:
    def __init__(self, session: aiohttp.ClientSession, held=None):
        self.session = session
        self.held = held
    async def get(self, url):
        return await self.session.get(url)
    async def read(self, r):
        self.held = r
        return await r.text()
"""
HELPERS = {
    "g": "session",
    "h": "a, b, c=None, d=None, session=None, url='u', flag=0",
    "k": "a, session, *rest, **more",
}


class Writer:
    """Writes one program; the same seed gives the same program."""

    def __init__(self, seed: int, most: int = 56) -> None:
        self._chance = random.Random(seed)  # noqa: S311  the same programs in every run
        self._left = most - HEAD.count("\n")

    def program(self) -> str:
        """Give a program of at most so many lines."""
        parts = [HEAD]
        for name, parameters in HELPERS.items():
            if self._chance.random() < 0.7:
                parts.append(self._function(name, parameters, self._chance.randint(3, 10)))
        parts.append(self._function("f", "session: aiohttp.ClientSession, a, b, c, d, flag, url", self._left))
        return "".join(parts)

    def _function(self, name: str, parameters: str, most: int) -> str:
        most = min(most, self._left) - 1
        self._left -= 1
        if most < 1:
            return ""
        head = "async def" if self._chance.random() < 0.9 else "def"
        lines = self._suite(1, most)
        if head == "def":
            lines = [line.replace("await ", "").replace("async ", "") for line in lines]
        return "\n".join([f"{head} {name}({parameters}):", *lines, ""])

    def _suite(self, depth: int, most: int) -> list[str]:
        lines: list[str] = []
        wanted = self._chance.randint(1, 4) if depth > 1 else most
        for _ in range(wanted):
            if len(lines) >= most or self._left < 1:
                break
            lines += self._statement(depth, most - len(lines))
        if not lines:
            lines = [f"{'    ' * depth}pass"]
        return lines

    def _statement(self, depth: int, most: int) -> list[str]:
        indent = "    " * depth
        if most < 4 or depth > 7 or self._chance.random() < 0.5:
            self._left -= 1
            return [indent + self._simple()]
        return self._compound(indent, depth, most)

    def _compound(self, indent: str, depth: int, most: int) -> list[str]:
        name, other = self._name(), self._name()
        opener = self._chance.choice(
            [
                f"while {name}:",
                f"while flag[{name}]:",
                f"for {name} in {other}:",
                f"for {name} in url:",
                f"async for {name} in {other}.content:",
                f"async with session.get(url) as {name}:",
                f"async with aiohttp.ClientSession() as {name}:",
                f"if flag[{name}]:",
                f"if {name} is None:",
                "try:",
                "try:",
                f"match {name}:",
            ]
        )
        self._left -= 1
        if opener == "try:":
            return self._try(indent, depth, most)
        if opener.startswith("match"):
            body = self._suite(depth + 2, most - 2)
            return [indent + opener, f"{indent}    case {{'x': {other}}} if {other}:", *body]
        lines = [indent + opener, *self._suite(depth + 1, most - 1)]
        if opener.startswith(("while", "for", "if")) and self._chance.random() < 0.3 and most - len(lines) > 1:
            lines += [f"{indent}else:", *self._suite(depth + 1, most - len(lines) - 1)]
        return lines

    def _try(self, indent: str, depth: int, most: int) -> list[str]:
        lines = [f"{indent}try:", *self._suite(depth + 1, most // 2)]
        handled = self._chance.random() < 0.8
        if handled:
            lines += [f"{indent}except {self._chance.choice(['E', 'Exception', 'aiohttp.ClientError'])}:"]
            lines += self._suite(depth + 1, max(1, most - len(lines) - 2))
        if not handled or self._chance.random() < 0.5:
            lines += [f"{indent}finally:", *self._suite(depth + 1, max(1, most - len(lines) - 1))]
        return lines

    def _simple(self) -> str:
        name, other, third = self._name(), self._name(), self._name()
        return self._chance.choice(
            [
                f"{name} = await session.get(url)",
                f"{name} = session.get(url)",
                f"{name} = {other}.text()",
                f"await {name}.text()",
                f"await {name}.read()",
                f"{name}.release()",
                f"{name} = ({other}, {third})",
                f"{name} = ({other}, {other})",
                f"{name} = [{other}, *{third}]",
                f"{name} = {{'x': {other}, 'y': {third}}}",
                f"{name}, {other} = {other}, {name}",
                f"{name}.append({other})",
                f"{name}[{other}] = {third}",
                f"{name} = {other}['x']",
                f"{name} = {other}[0]",
                f"{name} += [{other}]",
                f"{name} = x.y[{other}]",
                f"{name} = {other} if flag else {third}",
                f"{name} = {other} or {third}",
                f"{name} = await asyncio.gather({other}, {third})",
                f"{name} = await asyncio.gather(*{other})",
                f"{name} = asyncio.create_task(h({other}, {third}))",
                f"{name} = [h({other}, q) for q in {third}]",
                f"{name} = functools.partial(h, {other}, {third})",
                f"{name} = await {other}({third})",
                f"{name} = lambda {other}: ({other}, {third})",
                f"{name} = {other}({third})",
                f"{name} = await h({other}, {third}, *{name})",
                f"{name} = await h({other}, {third}, c={name}, d={other}, session=session)",
                f"{name} = h({other}, {third}, {name}, {other}, session)",
                f"{name} = await g(session)",
                f"{name} = await k({other}, session, {third}, {name}, z={other})",
                f"{name} = Box(session, {other})",
                f"{name} = await {other}.get(url)",
                f"{name} = await {other}.read({third})",
                f"{name}.held = {other}",
                f"{name} = {other}.held",
                f"yield {name}",
                f"return {name}",
                f"return ({name}, {other})",
                "break",
                "continue",
                "raise E",
                f"await f(session, {name}, {other}, {third}, {name}, flag, url)",
            ]
        )

    def _name(self) -> str:
        return self._chance.choice(NAMES)
