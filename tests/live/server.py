"""The server that every live test talks to: one aiohttp application on 127.0.0.1.

`CONTENTS` is the truth about it. What a client reads of a path is compared with the bytes named here, so a
reply that came out empty or short is seen without any knowledge of the code that read it.

Run `python -m tests.live.server` to try a fixture by hand; it prints its root. Works on aiohttp 3.8 to 3.14.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import inspect
import io
import json
import struct
import threading
import zipfile
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

from aiohttp import WSMsgType, web

PIECE = 64 * 1024
HEAVY = "/heavy"  # the same paths under this one give the same bodies with 3 MB of blanks after them
PADDING = (b" " * 1023 + b"\n") * 3 * 1024


@dataclasses.dataclass(frozen=True)
class Content:
    """What one path answers with."""

    body: bytes
    content_type: str = "text/plain"
    status: int = 200
    delay: float = 0.0
    piece: int = 0  # bytes of one write; 0: the whole body at once
    chunked: bool = False

    @property
    def header(self) -> str:
        """The Content-Type header. aiohttp 3.8 guesses the charset of a text that names none, and says so."""
        return f"{self.content_type}; charset=utf-8" if self.content_type.startswith("text/") else self.content_type


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00\xff\x80\x00")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("bytes.bin", bytes(range(256)))
    return buffer.getvalue()


PNG = _png()
LARGE_JSON = json.dumps(["x" * 1000] * 3000, indent=1).encode()  # lines of a kilobyte, 3 MB
LINES = b"".join(b"line %d\n" % number for number in range(1, 6))
CONTENTS = {
    "/small": Content(b"small ok"),
    "/large": Content(b"0123456789abcde\n" * (3 * 1024 * 1024 // 16), piece=PIECE),
    "/empty": Content(b""),
    "/no-content": Content(b"", status=204),
    "/json": Content(json.dumps({"name": "ada", "items": [1, 2, 3], "token": "t"}).encode(), "application/json"),
    "/large.json": Content(LARGE_JSON, "application/json", piece=PIECE),
    "/lines": Content(LINES, piece=len(b"line 1\n"), chunked=True),
    "/image/png": Content(PNG, "image/png"),
    "/picture.png": Content(PNG, "image/png"),
    "/logo.gif": Content(b"GIF89a\x01\x00\x01\x00\x00\xff\xfe;", "image/gif"),
    "/archive.zip": Content(_zip(), "application/zip"),
    "/report.pdf": Content(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n%%EOF\n", "application/pdf"),
    "/page.html": Content(b"<html><body><h1>hello</h1></body></html>", "text/html"),
    "/error": Content(b'{"error": "broken"}', "application/json", status=500),
    "/not-found": Content(b"nothing here", status=404),
    "/slow": Content(b"slow ok", delay=0.2),
}


def _content(request: web.Request) -> Content:
    path = request.path
    if not path.startswith(HEAVY):
        return CONTENTS[path]
    content = CONTENTS[path.removeprefix(HEAVY)]
    return dataclasses.replace(content, body=content.body + PADDING, piece=PIECE) if content.body else content


async def _answer(request: web.Request) -> web.StreamResponse:
    content = _content(request)
    await asyncio.sleep(content.delay)
    if content.piece and request.method != "HEAD":
        return await _in_pieces(request, content)
    headers = {"Content-Type": content.header}
    return web.Response(body=content.body, status=content.status, headers=headers)


async def _in_pieces(request: web.Request, content: Content) -> web.StreamResponse:
    response = web.StreamResponse(status=content.status)
    response.headers["Content-Type"] = content.header
    if content.chunked:
        response.enable_chunked_encoding()
    else:
        response.content_length = len(content.body)
    await response.prepare(request)
    with contextlib.suppress(ConnectionResetError):  # the client left: that is what many tests are about
        for start in range(0, len(content.body), content.piece):
            await response.write(content.body[start : start + content.piece])
        await response.write_eof()
    return response


async def _dropped(request: web.Request) -> web.StreamResponse:
    """Promise 1,000 bytes, send 100, and hang up."""
    response = web.StreamResponse()
    response.content_length = 1000
    await response.prepare(request)
    await response.write(b"x" * 100)
    if request.transport is not None:
        request.transport.close()
    return response


async def _echo(request: web.Request) -> web.Response:
    return web.Response(body=await request.read(), content_type=request.content_type, charset=request.charset)


async def _redirect(request: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": request.path.replace("redirect", "small")})


async def _websocket(request: web.Request) -> web.WebSocketResponse:
    """Say every text (json is text to a websocket) and binary message back."""
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for message in socket:
        if message.type is WSMsgType.TEXT:
            await socket.send_str(message.data)
        elif message.type is WSMsgType.BINARY:
            await socket.send_bytes(message.data)
    return socket


def make_app() -> web.Application:
    """Give a new application with all the paths."""
    app = web.Application(client_max_size=16 * 1024 * 1024)
    for prefix in ("", HEAVY):
        for path in CONTENTS:
            app.router.add_route("*", prefix + path, _answer)
        app.router.add_route("*", f"{prefix}/dropped", _dropped)
        app.router.add_route("*", f"{prefix}/echo", _echo)
        app.router.add_route("*", f"{prefix}/redirect", _redirect)
        app.router.add_get(f"{prefix}/ws", _websocket)
    return app


@contextlib.asynccontextmanager
async def serve(port: int = 0) -> AsyncIterator[str]:
    """Serve until the block ends; gives the root, such as `http://127.0.0.1:8080`, without a slash.

    A client that leaves a large body unread keeps its handler waiting, hence the short time to shut down. It
    is an option of the runner from aiohttp 3.9 on, of the site before.
    """
    patience: dict[str, Any] = {"shutdown_timeout": 0.1}
    of_runner = "shutdown_timeout" in inspect.signature(web.BaseRunner.__init__).parameters
    runner = web.AppRunner(make_app(), access_log=None, **(patience if of_runner else {}))
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port, **({} if of_runner else patience))
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@contextlib.contextmanager
def serve_in_thread() -> Iterator[str]:
    """Serve from a thread with a loop of its own: what a test sees of its loop is the client's alone."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="live server", daemon=True)
    thread.start()
    server = serve()
    try:
        root = asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result(timeout=10)
        yield root
        asyncio.run_coroutine_threadsafe(server.__aexit__(None, None, None), loop).result(timeout=10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.close()


async def _until_interrupted() -> None:
    async with serve() as root:
        print(root, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_until_interrupted())
