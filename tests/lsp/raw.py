"""A client of fifty lines that says what it is told to: pytest-lsp does not understand how pylsp introduces itself."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

SECONDS = 60
Json = dict[str, Any]


def framed(message: Json) -> bytes:
    """Give a message as it goes over the wire."""
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


class RawClient:
    """Writes messages to a server and reads what comes back."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin
        assert process.stdout
        self._in, self._out = process.stdin, process.stdout
        self._last = 0

    def notify(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def ask(self, method: str, params: Any) -> int:
        """Send a request, and do not wait; gives its number."""
        self._last += 1
        self._send({"id": self._last, "method": method, "params": params})
        return self._last

    async def answer(self, number: int) -> Json:
        return await self.wait_for(lambda message: message.get("id") == number and "method" not in message)

    async def request(self, method: str, params: Any) -> Any:
        answer = await self.answer(self.ask(method, params))
        assert "error" not in answer, answer
        return answer["result"]

    async def diagnostics(self, uri: str) -> list[Json]:
        told = await self.wait_for(lambda message: message.get("params", {}).get("uri") == uri)
        return list(told["params"]["diagnostics"])

    async def wait_for(self, fits: Callable[[Json], bool]) -> Json:
        while not fits(message := await asyncio.wait_for(self._receive(), SECONDS)):
            pass
        return message

    def _send(self, message: Json) -> None:
        self._in.write(framed(message))

    async def _receive(self) -> Json:
        head = (await self._out.readuntil(b"\r\n\r\n")).decode()
        (length,) = (int(line.split(":")[1]) for line in head.splitlines() if line.lower().startswith("content-length"))
        message: Json = json.loads(await self._out.readexactly(length))
        return message


PYTHON = (sys.executable, "-m")


def talk(
    story: Callable[[RawClient], Awaitable[None]],
    folder: Path,
    *command: str,
    launcher: tuple[str, ...] = PYTHON,
    **options: Any,
) -> None:
    """Start `python -m command`, or what else launches it, in a folder, tell it the story, and let it go."""

    async def run() -> None:
        process = await asyncio.create_subprocess_exec(
            *launcher,
            *command,
            cwd=folder,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        client = RawClient(process)
        await client.request(
            "initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}, **options}
        )
        client.notify("initialized", {})
        await story(client)
        await client.request("shutdown", None)
        client.notify("exit", None)
        assert await asyncio.wait_for(process.wait(), SECONDS) == 0

    asyncio.run(run())
