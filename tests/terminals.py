"""A terminal for tests: runs a command in it, and gives what it wrote there."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path

MODULES = {"flake8": "flake8", "flake8-aiohttp": "flake8_aiohttp"}
COLOURS = re.compile(r"\033\[[\d;]*m")


def in_terminal(
    argv: Sequence[str],
    folder: Path,
    *,
    columns: int = 80,
    variables: Mapping[str, str] | None = None,
    stdin: bytes = b"",
) -> str:
    """Run one of our commands with stdout on a terminal, and give what it prints there, colours and all."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    program, *arguments = argv
    unwanted = {"NO_COLOR", "COLUMNS", "LINES"}
    environment = {name: value for name, value in os.environ.items() if name not in unwanted} | {"TERM": "xterm"}
    with subprocess.Popen(
        [sys.executable, "-m", MODULES[program], *arguments],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=slave,
        stderr=slave,
        env=environment | dict(variables or {}),
    ) as running:
        os.close(slave)
        assert running.stdin is not None
        running.stdin.write(stdin)
        running.stdin.close()
        written = _read_all(master)
    os.close(master)
    return written.decode().replace("\r\n", "\n")


def _read_all(terminal: int) -> bytes:
    pieces = []
    try:
        while piece := os.read(terminal, 65536):
            pieces.append(piece)
    except OSError:  # so Linux says that the other side is closed
        pass
    return b"".join(pieces)
