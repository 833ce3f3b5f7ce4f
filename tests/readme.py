"""Writes the parts of README.md that can be worked out: the rules, the lifecycles, and what the examples print.

    python -m tests.readme

A block of Python that begins with `# name.py` is a file; a block `console` is run where these files lie.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flake8_aiohttp.aiohttp_model.typestate import Body, Fault, Lease, Operation, fault
from flake8_aiohttp.finding import Rule, sections
from flake8_aiohttp.rules import rules

README = Path(__file__).parents[1] / "README.md"
MODULES = {"flake8": "flake8", "flake8-aiohttp": "flake8_aiohttp"}
CHAPTERS = {
    "AIO1": "Awaiting",
    "AIO2": "Lifetime: the block, the session, the stream",
    "AIO3": "Content",
    "AIO4": "Habits from requests and httpx",
    "AIO9": "Off until you select them",
    "AIO0": "The plugin itself",
}
OUTCOMES = {
    Fault.AFTER_CONTEXT: "AIO201",
    Fault.AFTER_RELEASE: "AIO204",
    Fault.AFTER_SESSION: "AIO205",
    Fault.CONSUMED: "AIO206",
    None: "fine",
}
LEASES = {
    Lease.HELD: "in its block, or awaited without one",
    Lease.EXITED: "after its `async with` block",
    Lease.RELEASED: "after `release()` or `close()`",
    Lease.ORPHANED: "without a block, after its session was closed",
}
BODIES = {  # one that is ABSENT is fine everywhere, and one that is SPOILT was reported when it became so
    Body.UNREAD: "unread",
    Body.TAPPED: "stream read in part",
    Body.DRAINED: "stream read to its end",
    Body.CACHED: "read by `read()`, `text()` or `json()`",
}
READS = {
    "`text()`, `json()`": (Operation.DECODE,),
    "`read()`": (Operation.READ,),
    "`content`": (Operation.TAP, Operation.DRAIN),
}
_FILE = re.compile(r"^```python\n(# (\w+\.py)\n.*?)^```$", re.MULTILINE | re.DOTALL)
_CONSOLE = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
_LIFECYCLES = re.compile(r"(?<=^<!-- lifecycles -->\n).*?(?=^<!-- end of lifecycles -->$)", re.MULTILINE | re.DOTALL)
_RULES = re.compile(r"(?<=^<!-- rules -->\n).*?(?=^<!-- end of rules -->$)", re.MULTILINE | re.DOTALL)


def sureness(rule: Rule) -> list[str]:
    """Say how sure the fixes of a rule are: `safe`, `suggested`, both, or neither where there are none."""
    words = re.findall(r"\b(?:safe|suggested)\b", sections(rule.documentation)["Fix"].lower())
    return list(dict.fromkeys(words))


def table() -> str:
    """Tell of all rules, chapter by chapter."""
    rows = [row for prefix, title in CHAPTERS.items() for row in _chapter(prefix, title)]
    return "\n".join(["", "| code | name | what is wrong | fix |", "|---|---|---|---|", *rows, "", ""])


def _chapter(prefix: str, title: str) -> Iterator[str]:
    yield f"| | | **{title}** | |"
    for rule in rules():
        if rule.code.startswith(prefix):
            what = sections(rule.documentation)["What"]
            fix = ", ".join(sureness(rule)) or "\N{EN DASH}"
            yield f"| {rule.code} | {rule.name} | {what} | {fix} |"


def lifecycles() -> str:
    """Tell which read goes wrong when, from the rows of the typestate; rows that say the same are one."""
    rows = ["", f"| response | its body so far | {' | '.join(READS)} |", f"{'|---' * (len(READS) + 2)}|"]
    for lease, when in LEASES.items():
        alike: dict[tuple[str, ...], list[str]] = {}
        for body, so_far in BODIES.items():
            alike.setdefault(tuple(_outcome(each, body, lease) for each in READS.values()), []).append(so_far)
        first = when
        for cells, so_fars in alike.items():
            rows.append(f"| {first} | {', or '.join(so_fars)} | {' | '.join(cells)} |")
            first = ""
    return "\n".join([*rows, "", ""])


def _outcome(operations: tuple[Operation, ...], body: Body, lease: Lease) -> str:
    (only,) = {OUTCOMES[fault(operation, body, lease)] for operation in operations}
    return only


def shown(command: str, folder: Path) -> str:
    """Run a command of an example, and give what a person sees."""
    program, *arguments = shlex.split(command)
    done = subprocess.run(
        [sys.executable, "-m", MODULES[program], *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


def write_files(text: str, folder: Path) -> None:
    """Put the README's files into a folder."""
    for content, name in _FILE.findall(text):
        (folder / name).write_text(content, encoding="utf-8")


def refreshed(text: str, folder: Path) -> str:
    """Work the README's parts out anew; its files are put into `folder`."""
    write_files(text, folder)

    def run(block: re.Match[str]) -> str:
        commands = [line for line in block[0].splitlines() if line.startswith("$ ")]
        return "".join(f"{each}\n{shown(each[2:], folder)}" for each in commands)

    text = _LIFECYCLES.sub(lambda _: lifecycles(), _RULES.sub(lambda _: table(), text))
    return _CONSOLE.sub(run, text)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as room:
        README.write_text(refreshed(README.read_text(encoding="utf-8"), Path(room)), encoding="utf-8")
