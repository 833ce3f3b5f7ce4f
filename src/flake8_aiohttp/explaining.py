"""Tells about the rules: `flake8-aiohttp explain CODE` and `flake8-aiohttp rules`.

On a terminal a rule is a page, wrapped to its width, with highlighted code; elsewhere it is its documentation
as it is written.
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

from flake8_aiohttp.finding import Rule, sections
from flake8_aiohttp.highlighting import highlighted
from flake8_aiohttp.rules import rules
from flake8_aiohttp.terminal import Paint, columns, takes_colour

_FAMILY = len("AIO")
_WIDEST = 100  # prose in longer lines is hard to read
_QUOTED = re.compile(r"`[^`]+`")
_PLACE = re.compile(r"(.+\.pyi?):(\d+)")
_STYLES = {"Bad": "wrong", "Good": "right", "Fix": "title", "Silent": "title"}


def explain(argv: Sequence[str]) -> int:
    """Print what rules report and why; they are named by their codes, by how codes begin, or by their names."""
    parser = argparse.ArgumentParser(
        prog="flake8-aiohttp explain",
        description="Tell what a rule reports, what happens at run time, and what to write instead.",
        epilog="`flake8-aiohttp rules` lists them.",
    )
    parser.add_argument(
        "rules",
        nargs="+",
        metavar="RULE",
        help="AIO201, read-after-context, or AIO2 for all that begin so; FILE:LINE for what is known there, and why",
    )
    words = parser.parse_args(argv).rules
    if any(map(_PLACE.fullmatch, words)):
        return _explain_places(words)
    named = {word: _named(word) for word in words}
    unknown = [word for word in words if not named[word]]
    if unknown:
        sys.stderr.write(
            "".join(f"flake8-aiohttp explain: no rule is called {word}{_meant(word)}\n" for word in unknown)
        )
        return 2
    told = page if sys.stdout.isatty() else _as_text
    wanted = dict.fromkeys(rule for word in words for rule in named[word])
    sys.stdout.write("\n\n".join(map(told, wanted)) + "\n")
    return 0


def _explain_places(words: list[str]) -> int:
    """Print what is known of the names on lines, given as `client.py:12`, and why."""
    from flake8_aiohttp.host import ConfigurationError, Host, Page  # noqa: PLC0415  rules are explained without flake8

    for word in words:
        place = _PLACE.fullmatch(word)
        if place is None:
            sys.stderr.write(f"flake8-aiohttp explain: {word} is no FILE:LINE, as the others are\n")
            return 2
        try:
            page = Page.of_bytes(place[1], Path(place[1]).read_bytes())
            known = Host.of_current_folder().known_on(page, int(place[2]))
        except (OSError, SyntaxError, ValueError, ConfigurationError) as error:
            sys.stderr.write(f"flake8-aiohttp explain: {place[1]}: {error}\n")
            return 2
        told = [f"{word}: {each.message}" for each in known] or [f"{word}: nothing there is known to be aiohttp's"]
        sys.stdout.write("".join(f"{line}\n" for line in told))
    return 0


def _named(word: str) -> list[Rule]:
    """Give the rules that a word names."""
    code = word.upper()
    return [
        rule for rule in rules() if rule.name == word.lower() or (rule.code.startswith(code) and len(code) > _FAMILY)
    ]


def _meant(word: str) -> str:
    known = {name: name for rule in rules() for name in (rule.code, rule.name)}
    near = difflib.get_close_matches(word.upper(), known, 1) or difflib.get_close_matches(word.lower(), known, 1)
    return f"; did you mean {near[0]}?" if near else "; `flake8-aiohttp rules` lists them"


def _as_text(rule: Rule) -> str:
    title = f"{rule.code} {rule.name}{_reservation(rule)}"
    return f"{title}\n{'=' * len(title)}\n\n{rule.documentation.strip()}"


def _reservation(rule: Rule) -> str:
    return " (opt-in)" if rule.opt_in else ""


def page(rule: Rule) -> str:
    """Give the documentation of a rule as a person reads it on a terminal."""
    paint = Paint(on=takes_colour())
    parts = sections(rule.documentation)
    rows = [f"{paint('wrong', rule.code)} {paint('title', rule.name)}{_reservation(rule)}"]
    rows += ["", _prose(parts.pop("What"), paint)]
    for paragraph in re.split(r"\n\s*\n", parts.pop("Why")):
        rows += ["", _prose(paragraph, paint)]
    for title, text in parts.items():
        if text:
            code = title in {"Bad", "Good"}
            rows += ["", paint(_STYLES[title], title)]
            rows.append(textwrap.indent(highlighted(text, paint), "    ") if code else _prose(text, paint, "    "))
    return "\n".join(rows)


def _prose(text: str, paint: Paint, indent: str = "") -> str:
    room = min(columns(), _WIDEST)
    wrapped = textwrap.fill(
        " ".join(text.split()),
        room,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return _QUOTED.sub(lambda match: paint("note", match[0]), wrapped)


def list_rules(argv: Sequence[str]) -> int:
    """List the rules, for people or as JSON."""
    parser = argparse.ArgumentParser(prog="flake8-aiohttp rules", description="List the rules.")
    parser.add_argument("--json", action="store_true", help="with all that is known of each")
    if parser.parse_args(argv).json:
        json.dump([_as_json(rule) for rule in rules()], sys.stdout, indent=2)
        sys.stdout.write("\n")
        return 0
    width = max(len(rule.name) for rule in rules())
    for rule in rules():
        what = sections(rule.documentation)["What"]
        sys.stdout.write(f"{rule.code}  {rule.name:{width}}  {what}{_reservation(rule)}\n")
    return 0


def _as_json(rule: Rule) -> dict[str, object]:
    parts = {title.lower(): text for title, text in sections(rule.documentation).items()}
    return {"code": rule.code, "name": rule.name, "opt_in": rule.opt_in, **parts}
