"""No file takes for ever, and none makes the analysis stumble: long ones, deep ones, and ones by other people."""

from __future__ import annotations

import ast
import random
import sysconfig
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flake8_aiohttp.check import check
from flake8_aiohttp.fixing.apply import fix_text
from flake8_aiohttp.fixing.verification import compiles
from flake8_aiohttp.python.scopes import Function
from tests.bench.measure import growth
from tests.bench.programs import HEAD, PROGRAMS, branches, functions
from tests.fixture_files import programs

SECONDS = 20
MOST_GROWTH = 13
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
    **{f"nested {opener}": nested(opener) for opener in OPENERS if opener != "while"},
    "nested while": nested("while", 20),
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_long_and_deep_files_end(text: str) -> None:
    start = time.process_time()
    check(text)
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize(("program", "size"), PROGRAMS.values(), ids=PROGRAMS)
def test_ten_times_the_file_takes_about_ten_times_as_long(program: Callable[[int], str], size: int) -> None:
    tries = (growth(program, size, rounds=3) for _ in range(3))  # a busy machine has empty caches
    assert any(grown < MOST_GROWTH for grown in tries)


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
            mended = fix_text(text, check, unsafe=True).text
            assert mended == text or compiles(mended)
