"""Tells about the rules: `flake8-aiohttp explain CODE` and `flake8-aiohttp rules`.

On a terminal a rule is a page, wrapped to its width, with highlighted code; elsewhere it is its documentation
as it is written.
"""

from __future__ import annotations

import argparse
import io
import json
import keyword
import re
import sys
import textwrap
import tokenize
from collections.abc import Iterator, Sequence

from flake8_aiohttp.finding import Rule, sections
from flake8_aiohttp.rules import rules
from flake8_aiohttp.terminal import Paint, columns, takes_colour

_WIDEST = 100  # prose in longer lines is hard to read
_QUOTED = re.compile(r"`[^`]+`")
_STYLES = {"Bad": "wrong", "Good": "right", "Fix": "title", "Silent": "title"}


def explain(argv: Sequence[str]) -> int:
    """Print what a rule reports and why."""
    known = {rule.code: rule for rule in rules()}
    codes = [code.upper() for code in argv]
    unknown = [code for code in codes if code not in known]
    if not codes or unknown:
        said = f"unknown: {', '.join(unknown)}" if unknown else "usage: flake8-aiohttp explain CODE ..."
        sys.stderr.write(f"{said}\nthe codes are {', '.join(known)}\n")
        return 2
    told = page if sys.stdout.isatty() else _as_text
    sys.stdout.write("\n\n".join(told(known[code]) for code in codes) + "\n")
    return 0


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


def highlighted(code: str, paint: Paint) -> str:
    """Paint the keywords, strings and comments of a piece of code; what is no Python stays plain."""
    lines = code.split("\n")
    try:
        for row, first, last, style in reversed(list(_styled(code))):
            line = lines[row]
            lines[row] = line[:first] + paint(style, line[first:last]) + line[last:]
    except (tokenize.TokenError, SyntaxError):
        return code
    return "\n".join(lines)


def _styled(code: str) -> Iterator[tuple[int, int, int, str]]:
    """Give the pieces of code that have a style: row, first and last column."""
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        style = _style(token)
        (row, first), (end_row, last) = token.start, token.end
        if style and row == end_row:
            yield row - 1, first, last, style


def _style(token: tokenize.TokenInfo) -> str | None:
    if token.type == tokenize.COMMENT:
        return "comment"
    if token.type == tokenize.STRING or tokenize.tok_name[token.type].startswith("FSTRING"):
        return "string"
    return "keyword" if token.type == tokenize.NAME and keyword.iskeyword(token.string) else None


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
