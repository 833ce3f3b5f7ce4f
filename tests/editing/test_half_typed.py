"""While a line is half typed, what stands in other functions can still be read, and nothing is made up."""

from __future__ import annotations

import pytest

from flake8_aiohttp.editing.draft import Draft
from flake8_aiohttp.editing.half_typed import readable
from flake8_aiohttp.editing.sheets import Sheet
from flake8_aiohttp.host import Host

HEAD = "import aiohttp\n\n\n"
WRONG = """\
async def wrong(session: aiohttp.ClientSession, url: str) -> None:
    async with session.get(url) as response:
        print(response.text())
"""
TYPED = """\


@decorated
async def typed(session: aiohttp.ClientSession, url: str) -> None:
    response = await session.get(url)
{}


"""
HELPER = """\
async def helper(session: aiohttp.ClientSession, url: str) -> str:
    return await read(await session.get(url))


async def read(response: aiohttp.ClientResponse) -> str:
{}


"""
HALVES = [
    "    await response.te(",
    "    print(await response.text(",
    "    if response.status == ",
    "    for line in",
    "    x = '",
    '    """Read',
    "    async with session.get(",
    "    async with session.get(url) as\n        print(1)\n        print(2)\n        print(3)",
    "    try:\n        await response.text()\n    exc",
    "    return {",
    "   wrongly_indented()",
    "    await",
]


def codes(text: str, before: Draft | None = None) -> tuple[Draft, list[tuple[str, int]]]:
    draft = Draft(Host.of_command_line(["--isolated"]), "a.py", [Sheet("file:///a.py", text)], before=before)
    return draft, [(each.code, each.span.line) for each in draft.findings]


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_other_functions_keep_their_findings(half: str, newline: str) -> None:
    whole = (HEAD + WRONG + TYPED.format("    print(await response.text())") + WRONG.replace("wrong", "other")).replace(
        "\n", newline
    )
    broken = (HEAD + WRONG + TYPED.format(half) + WRONG.replace("wrong", "other")).replace("\n", newline)
    moved = broken.count("\n") - whole.count("\n")
    before, found = codes(whole)
    assert found == [("AIO101", 6), ("AIO101", 17)]
    draft, still = codes(broken, before)
    assert still == [("AIO101", 6), ("AIO101", 17 + moved)]
    assert draft.all_fixed == []
    assert draft.corrected(draft.findings[0]) == []
    assert codes(broken)[1] == [], "what was never whole may be anything"
    assert codes(whole, draft)[1] == found


@pytest.mark.parametrize("half", ["    return await response.te(", "    return await response."])
def test_what_a_half_typed_helper_seems_to_leave_undone_is_not_told(half: str) -> None:
    before, found = codes(HEAD + HELPER.format("    return await response.text()") + WRONG)
    assert found == [("AIO101", 14)]
    assert codes(HEAD + HELPER.format(half) + WRONG, before)[1] == [("AIO101", 14)]


def test_two_places_are_too_much() -> None:
    broken = HEAD + WRONG + TYPED.format("    x = (") + WRONG.replace("print(", "print((")
    before, found = codes(HEAD + WRONG)
    assert found == [("AIO101", 6)]
    draft, still = codes(broken, before)
    assert still == []
    assert codes(HEAD + WRONG + TYPED.format("    x = ("), draft)[1] == found, "it is remembered"


@pytest.mark.parametrize("wrong", ["x = '\ud800'\n", "x = '\0'\n"])
def test_half_a_character_is_no_half_typed_line(wrong: str) -> None:
    before, _ = codes(HEAD + WRONG)
    draft, found = codes(HEAD + WRONG + wrong, before)
    assert codes(HEAD + WRONG + TYPED.format("    x = ("), draft)[1] == [("AIO101", 6)]
    assert found in ([], [("AIO101", 6)]), "Python 3.12 tells the line of a NUL"


def test_lines_that_are_not_there() -> None:
    assert readable("x = (\n", 99).text == "pass\n"
    assert readable("x = (", 0).text == "pass"
