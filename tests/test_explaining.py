"""A rule as a page on a terminal, and as plain text elsewhere."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from flake8_aiohttp.explaining import explain, highlighted, page
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
        ("'''a\nb'''", "{s}'''a{e}\n{s}b'''{e}"),
        ("x = (", "x = ("),
        ("    a\n  b", "    a\n  b"),
    ],
)
@pytest.mark.parametrize("pygments", ["pygments", None])
def test_code_is_highlighted(code: str, painted: str, pygments: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """With pygments, and without it."""
    if pygments is None:
        monkeypatch.setitem(sys.modules, "pygments.lexers.python", None)
    styles = {"k": "\033[36m", "s": "\033[32m", "c": "\033[2m", "e": "\033[m"}
    assert highlighted(code, Paint(on=True)) == painted.format(**styles)
    assert highlighted(code, Paint(on=False)) == code


def test_pygments_knows_more_than_keywords(monkeypatch: pytest.MonkeyPatch) -> None:
    """And reads what does not parse."""
    code = "def get(url):\n    return 404, ("
    painted = highlighted(code, Paint(on=True))
    assert painted == ("\033[36mdef\033[m \033[1mget\033[m(url):\n    \033[36mreturn\033[m \033[35m404\033[m, (")
    monkeypatch.setitem(sys.modules, "pygments.lexers.python", None)
    assert highlighted(code, Paint(on=True)) == code


def explained(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    """Give the codes of the rules that `explain` tells about."""
    assert explain(words) == 0
    return re.findall(r"^(AIO\d+) .*\n===", capsys.readouterr().out, re.MULTILINE)


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (["AIO201"], ["AIO201"]),
        (["body-not-awaited", "aio201", "AIO101"], ["AIO101", "AIO201"]),
        (["AIO30", "Read-After-Context"], ["AIO301", "AIO302", "AIO303", "AIO201"]),
        (["AIO3"], ["AIO301", "AIO302", "AIO303"]),
    ],
)
def test_rules_are_named_by_code_beginning_or_name(
    capsys: pytest.CaptureFixture[str], words: list[str], codes: list[str]
) -> None:
    assert explained(capsys, *words) == codes


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("AIO999", "; did you mean AIO9"),
        ("body-not-awaitet", "; did you mean body-not-awaited?"),
        ("E501", "; `flake8-aiohttp rules` lists them"),
        ("AIO", "; "),
        ("", "; `flake8-aiohttp rules` lists them"),
    ],
)
def test_a_rule_that_is_none(capsys: pytest.CaptureFixture[str], word: str, said: str) -> None:
    assert explain(["AIO101", word]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"flake8-aiohttp explain: no rule is called {word}{said}")


def test_explain_has_a_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        explain(["--help"])
    assert exit_.value.code == 0
    assert capsys.readouterr().out.startswith("usage: flake8-aiohttp explain [-h] RULE [RULE ...]\n")


CLIENT = """\
import aiohttp


class Api:
    def __init__(self, http: aiohttp.ClientSession) -> None:
        self.http = http

    async def fetch(self, url):
        return await self.http.get(url)

    async def show(self, url):
        page = await self.fetch(url)
        print(page.text())
"""


def test_a_place_tells_what_is_known_there_and_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "client.py"
    path.write_text(CLIENT, encoding="utf-8")
    assert explain([f"{path}:13", f"{path}:6", f"{path}:1", f"{path}:99"]) == 0
    page, attribute, parameter, *nothing = capsys.readouterr().out.splitlines()
    kept = "because of attribute `http` of `Api` (line 4)"
    assert page == f"{path}:13: `page` is known as a response {kept}, by way of `http`, `get` and `fetch`"
    assert attribute == f"{path}:6: `self.http` is known as a session {kept}"
    annotated = "because of parameter `http: aiohttp.ClientSession` (line 5)"
    assert parameter == f"{path}:6: `http` is known as a session {annotated}"
    assert nothing == [f"{path}:{line}: nothing there is known to be aiohttp's" for line in (1, 99)]


def test_a_place_is_told_of_as_the_user_has_configured_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.py").write_text("from mylib import opened\n\nhttp = opened()\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert explain(["a.py:3"]) == 0
    (tmp_path / ".flake8").write_text("[flake8]\naiohttp-session-factories = mylib.opened\n", encoding="utf-8")
    assert explain(["a.py:3"]) == 0
    before, after, *_ = capsys.readouterr().out.splitlines()
    assert before == "a.py:3: nothing there is known to be aiohttp's"
    assert after == "a.py:3: `http` is known as a session because of global `http`"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["client.py:3", "AIO101"], "AIO101 is no FILE:LINE, as the others are"),
        (["missing.py:3"], "missing.py: [Errno 2]"),
        (["wrong.py:1"], "wrong.py: "),
    ],
)
@pytest.mark.usefixtures("own_folder")
def test_a_place_that_is_none(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("client.py").write_text(CLIENT, encoding="utf-8")
    Path("wrong.py").write_text("def", encoding="utf-8")
    assert explain(words) == 2
    assert f"flake8-aiohttp explain: {told}" in capsys.readouterr().err
