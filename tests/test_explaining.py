"""A rule as a page on a terminal, and as plain text elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_aiohttp.explaining import highlighted, page
from flake8_aiohttp.finding import Rule, sections
from flake8_aiohttp.rules import rules
from flake8_aiohttp.terminal import Paint
from tests.terminals import COLOURS, in_terminal

each_rule = pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)


@each_rule
def test_a_page_is_wrapped_and_says_all_that_is_known(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "72")
    shown = page(rule)
    assert shown.startswith(f"{rule.code} {rule.name}{' (opt-in)' if rule.opt_in else ''}\n\n")
    code = [row for text in sections(rule.documentation).values() for row in text.split("\n")]
    assert [row for row in shown.split("\n") if len(row) > 72 and row.strip() not in map(str.strip, code)] == []
    headings = {f"{title}:": title for title in ("Bad", "Good", "Fix", "Silent")}
    parts = sections(rule.documentation)
    told = [headings.get(word, word) for word in rule.documentation.split() if parts.get(word[:-1], "told")]
    assert shown.removeprefix(f"{rule.code} {rule.name}").removeprefix(" (opt-in)").split() == told


@each_rule
def test_colours_change_no_word(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = page(rule)
    monkeypatch.setattr("flake8_aiohttp.explaining.takes_colour", lambda: True)
    assert page(rule).startswith(f"\033[1;31m{rule.code}\033[m ")
    assert COLOURS.sub("", page(rule)) == plain


def test_pages_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = in_terminal(["flake8-aiohttp", "explain", "AIO101", "aio901"], Path.cwd(), variables={"NO_COLOR": "1"})
    told = {rule.code: page(rule) for rule in rules()}
    assert shown == f"{told['AIO101']}\n\n{told['AIO901']}\n"


@pytest.mark.parametrize(
    ("code", "painted"),
    [
        ("await x  # why", "{k}await{e} x  {c}# why{e}"),
        ("print('a', is_in)\nif not y:\n    pass", "print({s}'a'{e}, is_in)\n{k}if{e} {k}not{e} y:\n    {k}pass{e}"),
        ("'''a\nb'''", "'''a\nb'''"),  # timid: a string of several lines
        ("x = (", "x = ("),
        ("    a\n  b", "    a\n  b"),
    ],
)
def test_code_is_highlighted(code: str, painted: str) -> None:
    styles = {"k": "\033[34;1m", "s": "\033[32m", "c": "\033[2m", "e": "\033[m"}
    assert highlighted(code, Paint(on=True)) == painted.format(**styles)
    assert highlighted(code, Paint(on=False)) == code
