"""Says how much longer flake8 takes with the plugin, measured on a folder of published code.

    python -m tests.bench FOLDER [--clients FOLDER] [--limit 3000] [--rounds 5]

The first folder is of code that uses aiohttp among other things (an application and its integrations), that of the
clients of code that does little else (libraries around one service): there every function matters.
Every figure is a ratio of two times of this run, so that it means the same on a slow machine.
"""

from __future__ import annotations

import argparse
import hashlib
import platform
import statistics
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

from tests.bench.families import FAMILIES
from tests.bench.measure import File, Times, bare_flake8, compare, growth, memory, parsing, read
from tests.bench.programs import PROGRAMS

MOST_ADDED = 0.005
MOST_OF_PARSING = 1.0
MOST_OF_PARSING_CLIENTS = 2.0
MOST_OF_PARSING_A_FILE = 10.0
MOST_GROWTH = 11.0
MOST_GROWTH_TWICE = 2.2
MOST_SECONDS_MORE = 0.1
MOST_MEMORY = 5.0


class Report:
    """What was measured, and whether every aim was met."""

    def __init__(self) -> None:
        self.met = True

    def tell(self, what: str, figure: float, aim: float, *, percent: bool = False) -> None:
        """Print a figure beside its aim."""
        figure, aim, unit = (figure * 100, aim * 100, " %") if percent else (figure, aim, "")
        verdict = "" if figure <= aim else "   MISSED"
        self.met = self.met and figure <= aim
        print(f"{what:<62}{figure:>9.3f}{unit:<2}   aim <= {aim:g}{unit}{verdict}", flush=True)

    @staticmethod
    def note(text: str) -> None:
        """Print what is worth knowing beside a figure."""
        print(f"    {text}", flush=True)


def mixed(folder: Path) -> list[Path]:
    """Order the folder's files so that all packages mix, in the same way in every run."""
    paths = folder.rglob("*.py")
    return sorted(paths, key=lambda path: hashlib.sha256(str(path.relative_to(folder)).encode()).digest())


def pick(folder: Path, limit: int) -> tuple[list[File], list[File]]:
    """Pick files that never say aiohttp, and files that do: at most `limit` together, half of each kind."""
    picked: dict[bool, list[File]] = {False: [], True: []}
    for file in filter(None, map(read, mixed(folder))):
        kind = picked[file.says_aiohttp]
        if len(kind) < limit // 2 and file.parses:
            kind.append(file)
    return picked[False], picked[True]


def total(times: Sequence[Times]) -> float:
    """Give the ratio of all the seconds, where a long file weighs more than a short one."""
    return sum(one.plugin for one in times) / sum(one.other for one in times)


def tell_of_silent_files(report: Report, files: Sequence[File], rounds: int) -> None:
    """Compare with bare flake8, file by file."""
    times = compare(files, bare_flake8(), rounds)
    report.tell("never says aiohttp: added to bare flake8", total(times), MOST_ADDED, percent=True)
    plugin, other = (sum(getattr(one, kind) for one in times) / len(times) for kind in ("plugin", "other"))
    report.note(f"a file: {plugin * 1e6:.1f} µs beside flake8's {other * 1e3:.2f} ms")


def tell_of_speaking_files(report: Report, what: str, files: Sequence[File], aim: float, rounds: int) -> None:
    """Compare with the parsing of the same files."""
    times = compare(files, parsing, rounds)
    report.tell(f"{what}: times ast.parse of the same files", total(times), aim)
    lines = sum(len(file.lines) for file in files)
    worst = max(times, key=lambda one: one.ratio)
    report.tell(f"{what}: times ast.parse of its worst file", worst.ratio, MOST_OF_PARSING_A_FILE)
    slowest = max(times, key=lambda one: one.plugin)
    report.note(f"{sum(one.plugin for one in times) * 1e6 / lines:.2f} µs a line ({lines:,} lines)")
    report.note(f"median file {statistics.median(one.ratio for one in times):.3f} times")
    report.note(f"worst file {worst.ratio:.2f} times: {worst.file.name}")
    report.note(f"slowest file {slowest.plugin * 1e3:.1f} ms: {slowest.file.name}")


def tell_of_family(report: Report, name: str, program: Callable[[int], str], size: int, rounds: int) -> None:
    """Compare a generated file with one that is twice as long, and with its tree: its time and its memory."""
    report.tell(f"twice as many {name}: times as long", growth(program, 5 * size, rounds, 2), MOST_GROWTH_TWICE)
    file = File("generated.py", program(10 * size))
    (one,) = compare([file], parsing, rounds)
    more = one.plugin - MOST_OF_PARSING_A_FILE * one.other
    report.tell(f"{name}: seconds beyond ten times ast.parse", more, MOST_SECONDS_MORE)
    report.tell(f"{name}: times the memory of the tree", memory(file), MOST_MEMORY)


def main() -> int:
    """Measure, print, and fail when an aim was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("folder", type=Path, help="a folder of Python files, of which some use aiohttp")
    parser.add_argument("--clients", type=Path, help="another folder, of code that does little but to use aiohttp")
    parser.add_argument("--limit", type=int, default=3000, help="how many files at most")
    parser.add_argument("--rounds", type=int, default=5, help="how often each file is timed")
    arguments = parser.parse_args()
    silent, speaking = pick(arguments.folder, arguments.limit)
    rounds = arguments.rounds
    print(f"Python {platform.python_version()}, flake8 {version('flake8')}, best of {rounds} rounds")
    print(f"{len(silent)} files that never say aiohttp, {len(speaking)} that do\n")
    report = Report()
    tell_of_speaking_files(report, "says aiohttp", speaking, MOST_OF_PARSING, rounds)
    if arguments.clients is not None:
        _, clients = pick(arguments.clients, arguments.limit)
        tell_of_speaking_files(report, "clients", clients, MOST_OF_PARSING_CLIENTS, rounds)
    for name, (program, size) in PROGRAMS.items():
        report.tell(f"ten times as many {name}: times as long", growth(program, size, rounds), MOST_GROWTH)
    for name, (program, size) in FAMILIES.items():
        tell_of_family(report, name, program, size, rounds)
    if silent:
        tell_of_silent_files(report, silent, rounds)
    return 0 if report.met else 1


raise SystemExit(main())
