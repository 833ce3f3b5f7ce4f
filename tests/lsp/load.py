"""Types into a long file for a while, and tells how long the server took to start and to answer, and how much it grew.

    python -m tests.lsp.load [--edits 1000] [--lines 2000]

On a busy machine the time that passes says little; the processor time of the server is told beside it.
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.lsp.editor import Editor, edit
from tests.lsp.raw import RawClient, talk

MOST_SECONDS = 0.1
MOST_GROWTH = 20.0  # MB
MOST_START = 0.5  # seconds
WARM_UP = 20
HEAD = "import dataclasses\n\nimport aiohttp\n\n\n"
CLASS = '''class Client{n}:
    """Talks to one part of the service."""

    def __init__(self, session: aiohttp.ClientSession, root: str, token: str) -> None:
        self._session = session
        self._root = root
        self._headers = {{"Authorization": f"Bearer {{token}}"}}

    async def items(self, kind: str, limit: int = 100) -> list[dict]:
        """Give what there is, page by page."""
        found, page = [], 1
        while len(found) < limit:
            parameters = {{"kind": kind, "page": page}}
            async with self._session.get(f"{{self._root}}/items", params=parameters, headers=self._headers) as response:
                response.raise_for_status()
                part = await response.json()
            found += part["items"]
            if not part["more"]:
                break
            page += 1
        return found[:limit]

    async def add(self, item: dict) -> str:
        """Add something, and give its name."""
        async with self._session.post(f"{{self._root}}/items", json=item, headers=self._headers) as response:
            if response.status == 409:
                raise ValueError(await response.text())
            return (await response.json())["name"]


'''
ITEM = '''@dataclasses.dataclass
class Item{n}_{m}:
    """One thing."""

    name: str
    size: int
    tags: list[str]

    def summary(self, width: int = 80) -> str:
        """Say it in a line."""
        text = f"{{self.name}} ({{self.size}})"
        if self.tags:
            text += " " + ", ".join(sorted(self.tags))
        if len(text) > width:
            text = text[: width - 1] + "…"
        return text

    def merged(self, other: "Item{n}_{m}") -> "Item{n}_{m}":
        """Put two together."""
        tags = [*self.tags]
        for tag in other.tags:
            if tag not in tags:
                tags.append(tag)
        return Item{n}_{m}(self.name, self.size + other.size, tags)


'''
TYPED = "    async with session.get(url) as response:\n        print(response.text())\n"


def program(lines: int) -> str:
    """Write a file as the client of a service might have it: a quarter of its functions use aiohttp."""
    pieces = [HEAD]
    for n in range(lines):
        pieces += [CLASS.format(n=n), *(ITEM.format(n=n, m=m) for m in range(3))]
        if sum(piece.count("\n") for piece in pieces) >= lines:
            break
    return "".join(pieces)


def keystrokes(text: str) -> Iterator[str]:
    """Type a function into the middle of a file, key by key, over and over; most of the time it does not parse."""
    lines = text.splitlines(keepends=True)
    middle = next(number for number in range(len(lines) // 2, len(lines)) if lines[number].startswith("class "))
    before, after = "".join(lines[:middle]), "".join(lines[middle:])
    head = "async def show(session: aiohttp.ClientSession, url: str) -> None:\n"
    for number in itertools.count():
        yield f"{before}# {number}\n{head}    pass\n\n\n{after}"
        for end in range(0, len(TYPED) + 1, 3):
            yield f"{before}{head}    pass\n{TYPED[:end]}\n\n\n{after}"


@dataclasses.dataclass
class Measured:
    """Seconds from each change to its answer, seconds of the processor in them, and megabytes before and after."""

    passed: list[float]
    worked: list[float]
    before: float
    after: float

    @property
    def growth(self) -> float:
        return self.after - self.before


def nearly_all(seconds: list[float]) -> float:
    """Give the time that 95 of 100 answers take no longer than."""
    return statistics.quantiles(seconds, n=20)[-1]


def megabytes(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


def processor_seconds(process: int) -> float:
    """Give the time that a process has run on its first thread, which does all but the reading."""
    return int(Path(f"/proc/{process}/schedstat").read_text(encoding="utf-8").split()[0]) / 1e9


def measure(folder: Path, lines: int, edits: int) -> Measured:
    """Open a file and change it `edits` times, one answer after another."""
    passed: list[float] = []
    worked: list[float] = []
    sizes: list[float] = []

    async def story(editor: Editor) -> None:
        text = program(lines)
        await editor.open("a.py", text)
        process = editor.client._server.pid  # type: ignore[union-attr]
        for number, changed in enumerate(itertools.islice(keystrokes(text), WARM_UP + edits)):
            if number == WARM_UP:
                sizes.append(megabytes(process))
            start, busy = time.perf_counter(), processor_seconds(process)
            await editor.change("a.py", changed)
            passed.append(time.perf_counter() - start)
            worked.append(processor_seconds(process) - busy)
        sizes.append(megabytes(process))

    edit(story, folder)
    return Measured(passed[WARM_UP:], worked[WARM_UP:], *sizes)


def start(folder: Path) -> tuple[float, float]:
    """Start a server and let it go; gives the seconds until it has answered, and those of the processor in its life."""
    answered: list[float] = []

    async def story(_: RawClient) -> None:
        answered.append(time.perf_counter())

    before, busy = time.perf_counter(), children_seconds()
    talk(story, folder, "flake8_aiohttp", "server")
    return answered[0] - before, children_seconds() - busy


def children_seconds() -> float:
    times = os.times()
    return times.children_user + times.children_system


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=1000)
    parser.add_argument("--lines", type=int, default=2000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        started = min(start(Path(folder)) for _ in range(5))
        measured = measure(Path(folder), chosen.lines, chosen.edits)
    print("start: {:.2f} s, processor {:.2f} s (aim {:.1f} s)".format(*started, MOST_START))
    print(f"{program(chosen.lines).count(chr(10))} lines, {chosen.edits} edits")
    for what, seconds in (("answers", measured.passed), ("processor", measured.worked)):
        told = [1000 * each for each in (statistics.median(seconds), nearly_all(seconds), max(seconds), MOST_SECONDS)]
        print("{}: median {:.0f} ms, 95 % within {:.0f} ms, longest {:.0f} ms (aim {:.0f} ms)".format(what, *told))
    print(f"memory: {measured.before:.1f} MB, then {measured.growth:+.1f} MB (aim {MOST_GROWTH:.0f} MB)")
    return int(nearly_all(measured.passed) > MOST_SECONDS or measured.growth > MOST_GROWTH)


if __name__ == "__main__":
    raise SystemExit(main())
