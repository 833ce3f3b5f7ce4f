"""Times two pieces of work against each other.

Both run in one process, turn by turn on the same file, over several rounds whose order changes. Of each the
shortest time counts: whatever else the machine does can only make a time longer.
"""

from __future__ import annotations

import ast
import dataclasses
import gc
import io
import time
import tracemalloc
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from flake8.checker import FileChecker
from flake8.options.parse_args import parse_args

from flake8_aiohttp.plugin import Plugin

BARE = {"mccabe", "pycodestyle", "pyflakes"}  # what flake8 brings along
Work = Callable[[], object]


@dataclasses.dataclass(frozen=True)
class File:
    """A file as flake8 hands it to plugins."""

    name: str
    text: str

    @property
    def lines(self) -> list[str]:
        """The lines with their ends: only a newline ends one, though a form feed may stand in it."""
        return list(io.StringIO(self.text))

    @property
    def says_aiohttp(self) -> bool:
        """Whether the word stands in it at all."""
        return "aiohttp" in self.text

    @property
    def parses(self) -> bool:
        """Whether this Python can parse it, and finds a statement in it."""
        try:
            return bool(ast.parse(self.text).body)
        except (SyntaxError, ValueError, RecursionError):
            return False


@dataclasses.dataclass(frozen=True)
class Times:
    """Seconds that the plugin took on a file, and seconds of what it is compared with."""

    file: File
    plugin: float
    other: float

    @property
    def ratio(self) -> float:
        """How many times as long as the other the plugin took."""
        return self.plugin / self.other


def read(path: Path) -> File | None:
    """Read a file, if it is UTF-8."""
    try:
        return File(str(path), path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        return None


def plugin_alone(file: File) -> Work:
    """Give what flake8 does more when the plugin is there; the tree is flake8's own, and made already."""
    tree, lines = ast.parse(file.text), file.lines
    return lambda: list(Plugin(tree, lines).run())


def parsing(file: File) -> Work:
    """Give the making of the tree."""
    return lambda: ast.parse(file.text)


def bare_flake8() -> Callable[[File], Work]:
    """Give what flake8 does to a file, from reading it on, with no plugin but its own."""
    plugins, options = parse_args(["--isolated"])
    checkers = type(plugins.checkers)(
        *([plugin for plugin in kind if plugin.plugin.package in BARE] for kind in plugins.checkers)
    )
    return lambda file: lambda: FileChecker(filename=file.name, plugins=checkers, options=options).run_checks()


def seconds(work: Work) -> float:
    """Time one run, by what this thread has of the processor: others may be busy beside it."""
    start = time.thread_time()
    work()
    return time.thread_time() - start


def shortest(works: Sequence[Work], rounds: int) -> list[float]:
    """Time several pieces of work turn by turn, and give the shortest time of each."""
    best = [float("inf")] * len(works)
    for number in range(rounds):
        order = range(len(works)) if number % 2 else reversed(range(len(works)))
        for index in order:
            best[index] = min(best[index], seconds(works[index]))
    return best


def compare(files: Iterable[File], other: Callable[[File], Work], rounds: int) -> list[Times]:
    """Time the plugin against something else, on each file."""
    return [Times(file, *shortest([plugin_alone(file), other(file)], rounds)) for file in files]


def growth(program: Callable[[int], str], size: int, rounds: int, times: int = 10) -> float:
    """Say how many times as long the plugin takes on a generated file that is so many times as long."""
    small, large = (plugin_alone(File("generated.py", program(factor * size))) for factor in (1, times))
    short, long = shortest([small, large], rounds)
    return long / short


def memory(file: File) -> float:
    """Say how many times as much memory as its tree the check of a file takes at most, the tree included."""
    gc.collect()
    tracemalloc.start()
    tree = ast.parse(file.text)
    gc.collect()
    of_tree = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    list(Plugin(tree, file.lines).run())
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / of_tree
