"""The same program in another shape: other indents, more comments, parentheses, blanks and line breaks."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Callable
from random import Random

COMMENTS = ["# why", "# ä ö ü", "#", "# \U0001f40d\u2028 not a line", "# 'quoted'  ", "# noqa: E501"]
Change = Callable[[str, Random], str]


def tokens(text: str) -> list[tokenize.TokenInfo]:
    """Give the tokens of a program."""
    return list(tokenize.generate_tokens(io.StringIO(text).readline))


def comments(text: str) -> list[str]:
    """Give the comments of a program, sorted."""
    return sorted(each.string for each in tokens(text) if each.type == tokenize.COMMENT)


def insert(text: str, places: list[tuple[int, int, str]]) -> str:
    """Put strings into a program, each at a line and column."""
    lines = text.split("\n")
    for line, column, new in sorted(places, reverse=True):
        lines[line - 1] = lines[line - 1][:column] + new + lines[line - 1][column:]
    return "\n".join(lines)


def _outside_of_strings(text: str) -> list[tuple[tokenize.TokenInfo, int]]:
    """Give the tokens that are not part of an f-string, with the depth of the brackets around each."""
    found, depth, strings = [], 0, 0
    for token in tokens(text):
        kind = tokenize.tok_name[token.type]
        strings += kind.endswith("STRING_START") - kind.endswith("STRING_END")
        if not strings:
            depth -= token.string in {")", "]", "}"}
            found.append((token, depth))
            depth += token.string in {"(", "[", "{"}
    return found


def with_comments(text: str, random: Random) -> str:
    """Comment the ends of some lines, and put some comments and blank lines between."""
    places = []
    for token, _ in _outside_of_strings(text):
        if token.type == tokenize.NEWLINE and random.random() < 0.4:
            places.append((*token.start, f"  {random.choice(COMMENTS)}"))
    lines = insert(text, places).split("\n")
    starts = {
        token.start[0]
        for token in tokens("\n".join(lines))
        if token.type == tokenize.NAME and not token.line[: token.start[1]].strip()
    }
    depths = {token.start[0]: depth for token, depth in reversed(_outside_of_strings("\n".join(lines)))}
    for line in sorted(starts, reverse=True):
        if depths.get(line) == 0 and random.random() < 0.3:
            indent = lines[line - 1][: len(lines[line - 1]) - len(lines[line - 1].lstrip())]
            lines.insert(line - 1, random.choice(["", f"{indent}{random.choice(COMMENTS)}", "\f"]))
    return "\n".join(lines)


def with_line_breaks(text: str, random: Random) -> str:
    """Go on on a new line, commented or not, inside some brackets."""
    places = []
    for token, depth in _outside_of_strings(text):
        if depth > 0 and token.type in {tokenize.NAME, tokenize.OP} and random.random() < 0.15:
            comment = random.choice(["", "", f"  {random.choice(COMMENTS)}"])
            places.append((*token.start, f"{comment}\n{' ' * random.randrange(12)}"))
    return insert(text, places)


def with_blanks(text: str, random: Random) -> str:
    """Put blanks around some brackets, commas and operators."""
    places = []
    for token, depth in _outside_of_strings(text):
        if token.type == tokenize.OP and token.string != "@" and random.random() < 0.2:
            places.append((*(token.end if depth or random.random() < 0.5 else token.start), " " * random.randrange(3)))
    return insert(text, places)


def with_parentheses(text: str, random: Random) -> str:
    """Put parentheses, blanks in them or not, around some expressions."""
    same = ast.dump(ast.parse(text))
    for node in [each for each in ast.walk(ast.parse(text)) if isinstance(each, ast.expr)]:
        if random.random() < 0.25 and isinstance(node, ast.Call | ast.Attribute | ast.Await | ast.Name | ast.Subscript):
            matching = [each for each in ast.walk(ast.parse(text)) if ast.dump(each) == ast.dump(node)]
            chosen = random.choice(matching)
            assert isinstance(chosen, ast.expr)
            blank = random.choice(["", " "])
            end = (chosen.end_lineno or 0, chosen.end_col_offset or 0)
            changed = insert(text, [(chosen.lineno, chosen.col_offset, f"({blank}"), (*end, f"{blank})")])
            if _means(changed, same):
                text = changed
    return text


def _means(text: str, dump: str) -> bool:
    try:
        return ast.dump(ast.parse(text)) == dump
    except SyntaxError:
        return False


def with_indents(text: str, random: Random) -> str:
    """Indent with tabs, or with another number of blanks."""
    unit = random.choice(["\t", " ", "  ", "   ", "        "])
    lines = text.split("\n")
    inside = set()
    for token in tokens(text):
        if token.type != tokenize.NEWLINE and token.start[0] != token.end[0]:
            inside |= set(range(token.start[0] + 1, token.end[0] + 1))
    for number, line in enumerate(lines, 1):
        depth = (len(line) - len(line.lstrip(" "))) // 4
        if number not in inside and line.strip():
            lines[number - 1] = unit * depth + line[depth * 4 :]
    return "\n".join(lines)


CHANGES: list[Change] = [with_indents, with_parentheses, with_blanks, with_line_breaks, with_comments]


def reformatted(text: str, random: Random) -> str:
    """Change the shape of a program in some ways, but not what it means."""
    same = ast.dump(ast.parse(text))
    for change in CHANGES:
        if random.random() < 0.6:
            changed = change(text, random)
            if _means(changed, same):
                text = changed
    return text if random.random() < 0.5 else text.rstrip("\n")
