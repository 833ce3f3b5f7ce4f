"""Messages to and from an editor: JSON-RPC 2.0, framed by `Content-Length`."""

from __future__ import annotations

import contextlib
import json
import queue
import threading
from collections import deque
from io import RawIOBase
from typing import Any, BinaryIO

Json = dict[str, Any]

# Why a request has no result: JSON-RPC's words, and the protocol's.
INVALID_REQUEST, NO_SUCH_METHOD, INVALID_PARAMS, FAILED = -32600, -32601, -32602, -32603
NOT_INITIALIZED, WITHDRAWN, CHANGED = -32002, -32800, -32802

_END = b"\r\n\r\n"
_MOST_AT_ONCE = 1 << 16  # bytes


class Connection:
    """Reads on a thread of its own, so that a message is there before its turn comes and may be withdrawn until then.

    `source` is read without a buffer of Python's: a thread that waits on one would hold its lock when the program ends.
    """

    def __init__(self, source: RawIOBase, sink: BinaryIO) -> None:
        self._source, self._sink = source, sink
        self._arrived: queue.SimpleQueue[Json | None] = queue.SimpleQueue()
        self._waiting: deque[Json | None] = deque()
        self._withdrawn: set[object] = set()
        self._asked = 0
        threading.Thread(target=self._read, name="reader", daemon=True).start()

    def _read(self) -> None:
        try:
            rest = b""
            while True:
                rest, message = _message(self._source, rest)
                self._arrived.put(message)
        except (EOFError, OSError, ValueError):  # the other side is gone, or speaks another language
            self._arrived.put(None)

    def next(self, seconds: float | None) -> Json | None:
        """Give the next message; None where none comes within `seconds` (None: wait), or one that takes another back.

        Raises EOFError at the end.
        """
        with contextlib.suppress(queue.Empty):
            if not self._waiting:
                self._take(self._arrived.get(timeout=seconds))
            while True:
                self._take(self._arrived.get_nowait())
        if not self._waiting:
            return None
        message = self._waiting.popleft()
        if message is None:
            raise EOFError
        return message

    def _take(self, message: Json | None) -> None:
        if message is not None and message.get("method") == "$/cancelRequest":
            self._withdrawn.add(message["params"]["id"])
        else:
            self._waiting.append(message)

    def is_withdrawn(self, number: object) -> bool:
        """Say whether the editor has taken a request back; it is told once."""
        if number in self._withdrawn:
            self._withdrawn.remove(number)
            return True
        return False

    def answer(self, number: object, result: object) -> None:
        """Give the result of a request."""
        self._send({"id": number, "result": result})

    def refuse(self, number: object, code: int, why: str) -> None:
        """Say why a request has no result; `code` is one of those above."""
        self._send({"id": number, "error": {"code": code, "message": why}})

    def notify(self, method: str, params: object) -> None:
        """Tell the editor something."""
        self._send({"method": method, "params": params})

    def ask(self, method: str, params: object) -> str:
        """Ask the editor for something; gives the identifier that its answer will have."""
        self._asked += 1
        number = f"flake8-aiohttp-{self._asked}"
        self._send({"id": number, "method": method, "params": params})
        return number

    def _send(self, message: Json) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}, separators=(",", ":")).encode()
        self._sink.write(b"Content-Length: %d%b%b" % (len(body), _END, body))
        self._sink.flush()


def _message(source: RawIOBase, rest: bytes) -> tuple[bytes, Json]:
    """Read one message behind what was read before; gives what was read beyond it, too."""
    while _END not in rest:
        rest += _piece(source)
    head, _, rest = rest.partition(_END)
    fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n"))
    length = int(fields[b"content-length"])
    pieces, missing = [rest], length - len(rest)
    while missing > 0:
        pieces.append(_piece(source))
        missing -= len(pieces[-1])
    whole = b"".join(pieces)
    return whole[length:], json.loads(whole[:length])


def _piece(source: RawIOBase) -> bytes:
    piece = source.read(_MOST_AT_ONCE)
    if not piece:
        raise EOFError
    return piece
