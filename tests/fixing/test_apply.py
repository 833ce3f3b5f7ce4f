"""Rounds and the gate, with a check that is simple enough to see through."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable, Sequence

import pytest

from flake8_aiohttp.finding import Applicability, Finding, Fix, Span
from flake8_aiohttp.fixing.apply import Outcome, decode, encode, fix_text
from flake8_aiohttp.fixing.locate import Plan, Tree
from flake8_aiohttp.fixing.pieces import Piece
from flake8_aiohttp.fixing.refusal import Refusal, TimidError
from flake8_aiohttp.fixing.rewrites import REWRITES
from flake8_aiohttp.rewrite import CallAndAwait, InsertAwait, ReadBytes, ReadFirst, RenameAttribute, Rewrite
from tests.fixing.brackets import in_coroutine

SAFE, SUGGESTED = Applicability.SAFE, Applicability.SUGGESTED
Check = Callable[[str], Sequence[Finding]]


def pattern(code: str, regex: str, change: Rewrite | None, applicability: Applicability = SAFE) -> Check:
    """Make a check that finds a regular expression; its group is what the fix is about."""

    def check(text: str) -> list[Finding]:
        found = []
        for number, line in enumerate(text.split("\n"), 1):
            for match in re.finditer(regex, line):
                span = Span(number, match.start(1), number, match.end(1))
                fix = change and Fix(change, span, applicability)
                found.append(Finding(code, span, f"{match[1]} is wrong", fix))
        return found

    return check


def both(*checks: Check) -> Check:
    return lambda text: sorted((each for check in checks for each in check(text)), key=lambda each: each.sort_key)


not_awaited = pattern("AIO101", r"(?<!await )\b(r\.\w+\((?:r\.text\(\)\[0\])?\))", InsertAwait())
status_code = pattern("AIO401", r"(\w+\.status_code)", RenameAttribute("status"))


def codes(findings: Sequence[Finding]) -> list[tuple[str, int]]:
    return [(each.code, each.span.line) for each in findings]


def test_nothing_to_fix() -> None:
    assert fix_text("x = 1\n", not_awaited) == Outcome("x = 1\n", left=[])


def test_everything_at_once() -> None:
    text = in_coroutine("x = r.text()[1:]", "y = r.status_code") + "def g(r):\n    return r.status_code\n"
    outcome = fix_text(text, both(not_awaited, status_code))
    assert outcome.text == in_coroutine("x = (await r.text())[1:]", "y = r.status") + "def g(r):\n    return r.status\n"
    assert codes(outcome.fixed) == [("AIO101", 2), ("AIO401", 3), ("AIO401", 5)]
    assert outcome.left == []
    assert outcome.refused == {}


def test_twice_is_once() -> None:
    once = fix_text(in_coroutine("x = r.text()[1:]"), not_awaited).text
    assert fix_text(once, not_awaited).text == once


def test_what_overlaps_waits_for_the_next_round() -> None:
    checks = both(not_awaited, pattern("AIO301", r"\b(r\.text\(\))", ReadBytes()))
    outcome = fix_text(in_coroutine("x = r.json(r.text()[0])", "y = r.text()"), checks)
    assert outcome.text == in_coroutine("x = await r.json((await r.read())[0])", "y = await r.read()")
    assert codes(outcome.fixed) == [("AIO101", 2), ("AIO101", 3), ("AIO101", 2), ("AIO301", 3), ("AIO301", 2)]


@pytest.mark.parametrize(
    "use",
    [
        "open('page', 'w').write(await r.text())",
        "json.dumps(await r.text())",
        "(await r.text()).encode('utf-8')",
        "x = await r.text(); x.split('\\n')",
        "x = await r.text() + '\\n'",
        "x: str = await r.text()",
        "assert '<html>' in await r.text()",
        "assert (await r.text())['name']",
    ],
)
def test_no_bytes_where_text_alone_is_taken(use: str) -> None:
    text = "import json\n" + in_coroutine(use)
    outcome = fix_text(text, pattern("AIO301", r"\b(r\.text\(\))", ReadBytes()))
    assert outcome.text == text
    assert set(outcome.refused.values()) == {Refusal.TYPE}


def test_timid_where_it_cannot_be_right() -> None:
    text = in_coroutine("x = lambda: r.text()", "y = r.text()") + "def g(r):\n    return r.read()\n"
    outcome = fix_text(text, not_awaited)
    assert outcome.text == text.replace("y = r", "y = await r")
    assert codes(outcome.left) == [("AIO101", 2), ("AIO101", 5)]
    assert [(each.span.line, reason) for each, reason in outcome.refused.items()] == [
        (2, Refusal.LAMBDA),
        (5, Refusal.NOT_ASYNC),
    ]


def test_what_awaits_outside_of_functions_may_do_it_again() -> None:
    """So do notebooks; a program that does not would no longer compile."""
    assert fix_text("await x\nr.read()\n", not_awaited).text == "await x\nawait r.read()\n"
    inside = "await x\ndef f(r):\n    r.read()\nclass A:\n    r.read()\n"
    assert fix_text(inside, not_awaited).text == inside
    assert fix_text("r.read()\n", not_awaited).text == "r.read()\n"


def test_suggested_fixes_only_when_asked_for() -> None:
    check = pattern("AIO401", r"(\w+\.status_code)", RenameAttribute("status"), SUGGESTED)
    assert fix_text("r.status_code\n", check).text == "r.status_code\n"
    assert fix_text("r.status_code\n", check, unsafe=True).text == "r.status\n"


def test_only_what_is_reported_is_fixed() -> None:
    def reported(text: str, findings: Sequence[Finding]) -> list[Finding]:
        lines = text.split("\n")
        return [each for each in findings if "hush" not in lines[each.span.line - 1]]

    text = in_coroutine("r.read()  # hush", "print(1)") + in_coroutine("r.read()")
    outcome = fix_text(text, not_awaited, reported=reported)
    assert outcome.text == in_coroutine("r.read()  # hush", "print(1)") + in_coroutine("await r.read()")
    assert codes(outcome.left) == [("AIO101", 2)]


def test_a_fix_that_brings_another_to_light_is_followed_up() -> None:
    hidden = pattern("AIO102", r"await r\.json\(\)\).(?P<x>)(b\.status_code)".replace("(?P<x>)", ""), None)
    follow_up = pattern("AIO401", r"\(await (r\.status_code)", RenameAttribute("status"))
    check = both(pattern("AIO102", r"[^ ](r\.status_code)\b", CallAndAwait()), hidden, follow_up)
    outcome = fix_text(in_coroutine("x = (r.status_code)"), check)
    assert outcome.text == in_coroutine("x = (await r.status())")
    assert codes(outcome.fixed) == [("AIO102", 2), ("AIO401", 2)]


def test_no_fix_makes_a_new_finding() -> None:
    consumed = pattern("AIO206", r"await (r\.read\(\))", None)
    text = in_coroutine("r.read()", "r.text()")
    outcome = fix_text(text, both(not_awaited, consumed))
    assert outcome.text == in_coroutine("r.read()", "await r.text()")
    assert codes(outcome.fixed) == [("AIO101", 3)]
    assert [(each.span.line, reason) for each, reason in outcome.refused.items()] == [(2, Refusal.NEW_FINDING)]


def test_matters_of_taste_do_not_stand_in_the_way() -> None:
    unchecked = pattern("AIO901", r"await (r\.read\(\))", None)
    assert fix_text(in_coroutine("r.read()"), both(not_awaited, unchecked)).text == in_coroutine("await r.read()")


def test_a_request_that_is_sent_at_last_may_show_that_it_is_not_released() -> None:
    sent = pattern("AIO103", r"(?<!await )(s\.post\(\))", InsertAwait())
    unreleased = pattern("AIO207", r"await (s\.post\(\))", None)
    elsewhere = pattern("AIO207", r"(#)", None)
    outcome = fix_text(in_coroutine("s.post()"), both(sent, unreleased))
    assert outcome.text == in_coroutine("await s.post()")
    assert codes(outcome.left) == [("AIO207", 2)]
    text = in_coroutine("pass", "s.post()")
    assert fix_text(text, lambda text: [*sent(text), *elsewhere("#" if "await" in text else "")]).text == text


def test_a_fix_that_does_not_help_is_not_made() -> None:
    stubborn = pattern("AIO401", r"(r\.status)", RenameAttribute("status"))
    outcome = fix_text("r.status = r.status\n", lambda text: stubborn(text)[1:])
    assert outcome.text == "r.status = r.status\n"
    assert set(outcome.refused.values()) == {Refusal.ENDLESS}
    stays = pattern("AIO401", r"(r\.status\w*)", None)
    outcome = fix_text("x = r.status_code\n", lambda text: status_code(text) or stays(text))
    assert outcome.text == "x = r.status_code\n"
    assert set(outcome.refused.values()) == {Refusal.STILL_THERE}


def test_a_result_that_would_not_compile_is_not_written() -> None:
    check = pattern("AIO401", r"(\w+\.status_code)", RenameAttribute("class"))
    outcome = fix_text("r.status_code\n", check)
    assert outcome.text == "r.status_code\n"
    assert set(outcome.refused.values()) == {Refusal.NOT_COMPILABLE}


def test_a_bad_fix_does_not_hold_up_the_good_ones() -> None:
    bad = pattern("AIO401", r"(\w+\.elapsed)", RenameAttribute("class"))
    text = in_coroutine("r.read()", "r.elapsed", "r.status_code")
    outcome = fix_text(text, both(not_awaited, bad, status_code))
    assert outcome.text == in_coroutine("await r.read()", "r.elapsed", "r.status")
    assert codes(outcome.left) == [("AIO401", 3)]
    assert list(outcome.refused.values()) == [Refusal.NOT_COMPILABLE]


def test_a_failure_of_the_fixer_spoils_one_function_only(monkeypatch: pytest.MonkeyPatch) -> None:
    rename = REWRITES[RenameAttribute]

    def fail_at_first(tree: Tree, span: Span, change: RenameAttribute) -> Plan:
        if tree.piece.first == 1:
            raise RecursionError
        return rename(tree, span, change)

    monkeypatch.setitem(REWRITES, RenameAttribute, fail_at_first)
    text = in_coroutine("r.status_code")
    outcome = fix_text(text + text, status_code)
    assert outcome.text == text + in_coroutine("r.status")
    assert list(outcome.refused.values()) == [Refusal.BROKEN]


def test_one_fix_that_has_no_room_does_not_hold_up_its_neighbours() -> None:
    unspaced = pattern("AIO101", r"return(\(r\)\.text\(\))", InsertAwait())
    outcome = fix_text(in_coroutine("x = r.read()", "return(r).text()"), both(not_awaited, unspaced))
    assert outcome.text == in_coroutine("x = await r.read()", "return(r).text()")
    assert list(outcome.refused.values()) == [Refusal.NO_ROOM]


@pytest.mark.parametrize("span", [Span(1, 0, 2, 99), Span(4, 0, 4, 99)])
def test_a_change_beyond_its_lines_is_refused(monkeypatch: pytest.MonkeyPatch, span: Span) -> None:
    rename = REWRITES[RenameAttribute]
    monkeypatch.setitem(
        REWRITES,
        RenameAttribute,
        lambda *given: dataclasses.replace(rename(*given), span=span),
    )
    text = in_coroutine("pass", "r.status_code", "pass")
    outcome = fix_text(text, status_code)
    assert outcome.text == text
    assert list(outcome.refused.values()) == [Refusal.TOO_WIDE]
    insertion = pattern("AIO203", r"(\br\b)(?=$)", ReadFirst("r"))
    read_first = REWRITES[ReadFirst]
    monkeypatch.setitem(REWRITES, ReadFirst, lambda *given: dataclasses.replace(read_first(*given), span=span))
    outcome = fix_text(in_coroutine("pass", "pass", "pass", "pass", "return r"), insertion)
    assert list(outcome.refused.values()) == [Refusal.TOO_WIDE]


def test_a_line_that_comes_to_be_like_its_neighbour_is_no_other_change() -> None:
    outcome = fix_text(
        in_coroutine("print(r.read())", "print(await r.read())", "r.status_code"), both(not_awaited, status_code)
    )
    assert outcome.text == in_coroutine("print(await r.read())", "print(await r.read())", "r.status")
    assert outcome.refused == {}


def test_what_libcst_cannot_read_is_left_alone() -> None:
    with pytest.raises(TimidError, match="libcst"):
        Tree(Piece(1, 1, "x = (\n"))


def test_lone_carriage_returns_are_left_alone() -> None:
    text = "async def f(r):\r    x = r.text()\r"
    outcome = fix_text(text, lambda text: not_awaited(text.replace("\r", "\n")))
    assert outcome.text == text
    assert set(outcome.refused.values()) == {Refusal.NO_ROUND_TRIP}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("indent", ["  ", "\t", "        "])
@pytest.mark.parametrize("end", ["", "\n", "\n\n\f\n# end"])
def test_formatting_is_kept(newline: str, indent: str, end: str) -> None:
    text = f"class A:\n  async def f(r):\n  {indent}# ä\u2028\n  {indent}x = 'ä', r.text()[1:]{end}".replace(
        "\n", newline
    )
    outcome = fix_text(text, lambda text: not_awaited(text.replace("\r\n", "\n")))
    assert outcome.text == text.replace("r.text()", "(await r.text())")


def test_libcst_is_not_imported_for_nothing() -> None:
    program = """
    import sys
    from flake8_aiohttp.finding import Finding, Span
    from flake8_aiohttp.fixing.apply import fix_text
    outcome = fix_text("r.read()", lambda text: [Finding("AIO204", Span(1, 0, 1, 8), "", None)])
    assert len(outcome.left) == 1
    assert "libcst" not in sys.modules
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=True)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"x = '\xc3\xa4'\n", "x = 'ä'\n"),
        (b"\xef\xbb\xbfx = 1\r\n", "x = 1\r\n"),
        (b"# -*- coding: cp1251 -*-\nx = '\xdf'\n", "# -*- coding: cp1251 -*-\nx = 'Я'\n"),
        (b"x = '\xff'\n", None),
        (b"# coding: no-such\n", None),
        (b"# coding: utf-7\nx = '+AGE-'\n", None),
    ],
)
def test_bytes_lead_to_a_text_that_leads_back(data: bytes, text: str | None) -> None:
    decoded = decode(data)
    assert (decoded and decoded[0]) == text
    if decoded is not None:
        assert decoded[0].encode(decoded[1]) == data


def test_a_text_is_encoded_as_it_says() -> None:
    assert encode("# coding: latin-1\nx = 'ä'\n") == b"# coding: latin-1\nx = '\xe4'\n"
    assert encode("x = 'ä'\n") == b"x = '\xc3\xa4'\n"
