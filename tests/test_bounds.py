"""No file takes for ever, and none makes the analysis stumble: long ones, deep ones, and ones by other people."""

from __future__ import annotations

import ast
import math
import random
import sysconfig
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flake8_aiohttp.analysis import driver
from flake8_aiohttp.analysis.machine.budget import Budget
from flake8_aiohttp.check import check
from flake8_aiohttp.fixing.apply import fix_text
from flake8_aiohttp.fixing.verification import compiles
from flake8_aiohttp.python.definitions import Function
from tests.bench.families import FAMILIES
from tests.bench.measure import growth
from tests.bench.programs import HEAD, PROGRAMS, branches, functions
from tests.fixture_files import programs
from tests.small_programs import programs as small_programs

SECONDS = 20
MOMENT = 2  # a machine may be busy: by hand none of 20,000 small programs takes half a second
MOST_GROWTH = 2.2 ** math.log2(10)  # 2.2 times as long where the file is twice as long
MOST_GROWTH_TWICE = 2.6
LIBRARY = Path(sysconfig.get_path("stdlib"))
FETCH = f"{HEAD}async def fetch(session: aiohttp.ClientSession, url: str, flags):\n"
OPENERS = {
    "if": "if flags[{n}]:",
    "while": "while flags[{n}]:",
    "for": "for flag_{n} in flags:",
    "async with": "async with session.get(url) as response_{n}:",
    "try": "try:",
    "match": "match flags[{n}]:",
}


def nested(opener: str, depth: int = 90) -> str:
    """Write blocks within blocks; Python allows for a hundred levels of indentation."""
    lines, closing, indent = ["    response = await session.get(url)"], [], 4
    for n in range(depth // 2 if opener == "match" else depth):
        lines.append(" " * indent + OPENERS[opener].format(n=n))
        if opener == "try":
            closing.append(f"{' ' * indent}finally:\n{' ' * indent}    await response.text()")
        if opener == "match":
            indent += 1
            lines.append(f"{' ' * indent}case {n}:")
        indent += 1
    lines.append(f"{' ' * indent}await response.text()")
    return FETCH + "\n".join([*lines, *reversed(closing), "    return await response.text()\n"])


def mutual_recursion(size: int) -> str:
    """Write functions each of which hands its response on to all of them."""
    return HEAD + "".join(
        f"async def read_{n}(response: aiohttp.ClientResponse, depth: int) -> str:\n"
        + "".join(f"    if depth == {m}:\n        return await read_{m}(response, depth - 1)\n" for m in range(size))
        + "    return await response.text()\n\n\n"
        for n in range(size)
    )


def callers_and_helpers(callers: int, helpers: int) -> str:
    """Write functions each of which hands its response on to all helpers."""
    helping = (
        f"async def help_{n}(response, flag):\n    if flag:\n        await response.read()\n    return response\n\n\n"
        for n in range(helpers)
    )
    calls = "".join(f"    response = await help_{n}(response, flags[{n}])\n" for n in range(helpers))
    calling = (
        f"async def call_{n}(session: aiohttp.ClientSession, flags):\n"
        f"    response = await session.get('https://example.org/{n}')\n{calls}    return await response.text()\n\n\n"
        for n in range(callers)
    )
    return HEAD + "".join(helping) + "".join(calling)


def body(line: str, size: int, before: str = "", after: str = "") -> str:
    """Write a function of one statement that repeats something."""
    return f"{FETCH}    {before}{''.join(line.format(n=n) for n in range(size))}{after}\n"


LONG = {
    "20,000 lines": functions(20_000 // 13 + 1),
    "a list of texts": body("'https://example.org/{n}', ", 3000, "urls = [", "]\n    return urls[0]"),
    "a list of requests": body("session.get('https://example.org/{n}'), ", 3000, "await asyncio.gather(", ")"),
    "a list of responses": body("await session.get(url), ", 3000, "pages = [", "]\n    await pages[-1].text()"),
    "a dictionary of coroutines": body("{n}: (await session.get(url)).text(), ", 3000, "return {{", "}}"),
    "conditional expressions in one": body("await session.get(url) if flags[{n}] else ", 60, "r = ", "None"),
    "conditional expressions in a list": body("(await session.get(url)).text() if flags[{n}] else 0, ", 300, "[", "]"),
    "a long condition": body("(await session.get(url)).ok and ", 300, "return ", "True"),
    "a long sum": body("(await session.get(url)).status + ", 600, "return ", "0"),
    "a long chain of calls": body(".text()", 300, "return session.get(url)"),
    "300 branches": branches(300),
    "mutual recursion": mutual_recursion(10),
    "100 callers of 20 helpers": callers_and_helpers(100, 20),
    **{f"nested {opener}": nested(opener) for opener in OPENERS},
}


def again(line: str, times: int = 40) -> str:
    """Write a function that does to a response what doubles the value that holds it, again and again."""
    helpers = "async def h(*many): ...\nclass Box:\n    def __init__(self, one, other):\n        self.one = one\n"
    started = "    a = await session.get(url)\n"
    return (
        f"import functools\n{HEAD}{helpers}{FETCH.removeprefix(HEAD)}{started}"
        + f"    {line}\n" * times
        + "    return a\n"
    )


def nests(depth: int, opener: str) -> str:
    """Write loops in loops, each of which may have begun with a response of its own."""
    lines, indent = ["    r = await session.get(url)"], 4
    for n in range(depth):
        lines.append(" " * indent + opener.format(n=n))
        indent += 4
    inner = f"{' ' * indent}await r.text()"
    after = [f"{' ' * (4 * n + 8)}r = await session.get(url)" for n in reversed(range(depth))]
    return FETCH + "\n".join([*lines, inner, *after, "    return await r.text()\n"])


def entered_in_many_ways(count: int) -> str:
    """Write a loop that is come to with each subset of some responses, and reads none of them."""
    opened = "".join(f"        if flags[{n}]:\n            r{n} = await session.get(url)\n" for n in range(count))
    kept = ", ".join(f"r{n}" for n in range(count))
    return f"{FETCH}    for flag in flags:\n{opened}        for one in flag:\n            print(one, {kept})\n"


SMALL = {
    **{
        line: again(line)
        for line in (
            "a = (a, a)",
            "a = [a, *[a]]",
            "a = {'x': a, 'y': a}",
            "a = Box(a, a)",
            "a = h(a, a)",
            "a = functools.partial(h, a, a)",
            "a = (lambda: (a, a)), a",
            "a.append(a)",
            "a['x'] = a",
            "a += [a, a]",
            "a = [a]; a.append(a); a = [a]; a.append(a); a = [a]; a.append(a)",
        )
    },
    "closures that use each other": again("a = (lambda: (b, a)); b = (lambda: (a, b)); h(a, b)"),
    "functions that may be each other": FAMILIES["functions that may be each other"][0](60),
    "a text that doubles": FAMILIES["texts that double"][0](60),
    "a global text that doubles": "".join(
        [HEAD, "U0 = 'a.png'\n", *(f"U{n + 1} = U{n} + U{n}\n" for n in range(60)), "aiohttp.request('GET', U60)\n"]
    ),
    "while in while": nests(12, "while flags[{n}]:"),
    "for in for": nests(12, "for flag_{n} in flags:"),
    "a loop that is entered in many ways": entered_in_many_ways(6),
}


def chain(link: str, before: str = "", after: str = "", size: int = 1200) -> str:
    """Write what stands for what stands for … a session, so often that nobody can climb down to it."""
    links = "".join(link.format(n=n, k=n + 1) for n in range(size))
    return f"{HEAD}{before}{links}{after.format(n=size)}"


CHAINS = {
    "globals": chain("S{n} = S{k}\n", after="S{n} = aiohttp.ClientSession()\nS0.get('')\n"),
    "texts": chain("S{n} = 'a' + S{k}\n", after="S{n} = 'a.png'\naiohttp.request('GET', S0)\n"),
    "functions": chain(
        "def s{n}():\n    return s{k}()\n", after="def s{n}():\n    return aiohttp.ClientSession()\ns0()\n"
    ),
    "attributes": chain(
        "        self.s{n} = self.s{k}\n",
        "class Client:\n    def __init__(self, session: aiohttp.ClientSession):\n",
        "        self.s{n} = session\n        self.s0.get('')\n",
    ),
    "classes": chain(
        "class S{n}(S{k}):\n    pass\n", after="class S{n}(aiohttp.ClientSession):\n    pass\nS0().get('')\n"
    ),
}


@pytest.mark.parametrize("text", CHAINS.values(), ids=CHAINS)
def test_what_lies_deep_is_unknown_and_no_failure(text: str) -> None:
    check(text)


@pytest.mark.parametrize("text", SMALL.values(), ids=SMALL)
def test_small_programs_that_multiply_are_done_at_once(text: str) -> None:
    start = time.process_time()
    check(text)
    assert time.process_time() - start < MOMENT


def test_random_small_programs_are_done_at_once() -> None:
    """A seed of many: `python -m tests.small_programs` runs 20,000."""
    for seed, text in small_programs(0, 150):
        start = time.process_time()
        check(text)
        assert time.process_time() - start < MOMENT, f"seed {seed}"


def work(text: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Say how much work a file costs: a count, the same on every machine."""
    made: list[Budget] = []
    monkeypatch.setattr(driver, "Budget", lambda met: made.append(Budget(met)) or made[-1])
    check(text)
    return made[0].spent


@pytest.mark.parametrize("opener", ["while flags[{n}]:", "for flag_{n} in flags:"])
def test_loops_in_loops_cost_their_sum(monkeypatch: pytest.MonkeyPatch, opener: str) -> None:
    """Each of them is entered with the response of each loop around, and nothing multiplies."""
    few, many = (work(nests(depth, opener), monkeypatch) for depth in (4, 8))
    assert many < 5 * few


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_long_and_deep_files_end(text: str) -> None:
    start = time.process_time()
    check(text)
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize(("program", "size"), PROGRAMS.values(), ids=PROGRAMS)
def test_ten_times_the_file_takes_about_ten_times_as_long(program: Callable[[int], str], size: int) -> None:
    tries = (growth(program, size, rounds=3) for _ in range(3))  # a busy machine has empty caches
    assert any(grown < MOST_GROWTH for grown in tries)


@pytest.mark.parametrize(("program", "size"), FAMILIES.values(), ids=FAMILIES)
def test_twice_the_file_takes_about_twice_as_long(program: Callable[[int], str], size: int) -> None:
    tries = (growth(program, size, rounds=2, times=2) for _ in range(4))  # short files have the larger errors
    assert any(grown < MOST_GROWTH_TWICE for grown in tries)


def written_by_others(*names: str) -> Iterator[tuple[Path, str]]:
    """Give files of the standard library, with the word in front that makes us look at them."""
    for name in names:
        found = LIBRARY / name
        for path in sorted(found.rglob("*.py")) if found.is_dir() else [found]:
            if path.exists():  # some systems ship Python without its tests
                yield path, f"import aiohttp\n{path.read_text(encoding='utf-8')}"


def test_code_by_others_is_read_to_its_end() -> None:
    start = time.process_time()
    for _, text in written_by_others("asyncio", "test/test_asyncio", "unittest", "http", "email", "importlib"):
        check(text)
    assert time.process_time() - start < SECONDS


def test_every_statement_of_python_is_understood(no_gates: list[Function | None]) -> None:
    """Everything is run; nothing of it is aiohttp's."""
    kinds = "grammar asyncgen coroutines patma with fstring named_expressions"
    for path, text in written_by_others("asyncio", *(f"test/test_{kind}.py" for kind in kinds.split())):
        assert check(text, str(path)) == [], path
    assert len(no_gates) > 1000


def mutants(count: int) -> Iterator[str]:
    """Delete a line of a fixture, repeat, indent or dedent it, or let it change places; give those that parse."""
    chance = random.Random(1)  # noqa: S311  the same mutants in every run
    texts = [fixture.text.split("\n") for fixture in programs()]
    while count:
        lines = chance.choice(texts).copy()
        one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.choice("delete double swap indent dedent".split()):
            case "delete":
                del lines[one]
            case "double":
                lines.insert(one, lines[one])
            case "indent":
                lines[one] = f"    {lines[one]}"
            case "dedent":
                lines[one] = lines[one].removeprefix("    ")
            case _:
                lines[one], lines[other] = lines[other], lines[one]
        text = "\n".join(lines)
        try:
            ast.parse(text)
        except SyntaxError:
            continue
        count -= 1
        yield text


def test_programs_that_make_no_sense_are_read_all_the_same() -> None:
    for number, text in enumerate(mutants(300)):
        check(text)
        if number % 5 == 0:
            corrected = fix_text(text, check, unsafe=True).text
            assert corrected == text or compiles(corrected)
