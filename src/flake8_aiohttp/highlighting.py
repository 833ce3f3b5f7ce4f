"""Python in colours: by pygments, which also reads what does not parse, or where that is missing by Python's tokens."""

from __future__ import annotations

import io
import itertools
import keyword
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

from flake8_aiohttp.terminal import Paint

# First and last character of a piece of a line, and its style.
Piece = tuple[int, int, str]


def highlighted(code: str, paint: Paint) -> str:
    """Paint the keywords, strings and comments of a piece of code; what is no Python stays plain."""
    lines = code.split("\n")
    for row, pieces in styles(lines).items():
        for first, last, style in reversed(pieces):
            line = lines[row - 1]
            lines[row - 1] = line[:first] + paint(style, line[first:last]) + line[last:]
    return "\n".join(lines)


def styles(lines: Sequence[str]) -> dict[int, list[Piece]]:
    """Give the pieces that have a style, by the number of their line; none where the lines are no Python."""
    found: dict[int, list[Piece]] = {}
    try:
        for row, first, last, style in _styled("\n".join(lines)):
            found.setdefault(row, []).append((first, last, style))
    except (tokenize.TokenError, SyntaxError):
        return {}
    return found


def _styled(code: str) -> Iterator[tuple[int, int, int, str]]:
    """Give the row, the first and last character and the style of each piece that has one."""
    try:
        from pygments.lexers.python import PythonLexer  # noqa: PLC0415  an extra
        from pygments.token import Comment, Keyword, Name, Number, Operator, String  # noqa: PLC0415  as above
    except ImportError:
        return _styled_by_tokens(code)
    kinds = {
        Comment: "comment",
        String: "string",
        Keyword: "keyword",
        Operator.Word: "keyword",
        Number: "number",
        Name.Function: "definition",
        Name.Class: "definition",
        Name.Decorator: "definition",
    }
    tokens = PythonLexer().get_tokens_unprocessed(code)
    return _placed(
        (next((style for kind, style in kinds.items() if each in kind), ""), text) for _, each, text in tokens
    )


def _placed(pieces: Iterable[tuple[str, str]]) -> Iterator[tuple[int, int, int, str]]:
    """Count rows and characters along pieces of code that follow one another, each with its style or none."""
    row, column = 1, 0
    for style, alike in itertools.groupby(pieces, itemgetter(0)):
        for number, piece in enumerate("".join(text for _, text in alike).split("\n")):
            row, column = (row + 1, 0) if number else (row, column)
            if style and piece:
                yield row, column, column + len(piece), style
            column += len(piece)


def _styled_by_tokens(code: str) -> Iterator[tuple[int, int, int, str]]:
    lines = code.split("\n")
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        style = _style(token)
        (row, first), (end_row, last) = token.start, token.end
        for number in range(row, end_row + 1) if style else ():
            start = first if number == row else 0
            yield number, start, last if number == end_row else len(lines[number - 1]), style or ""


def _style(token: tokenize.TokenInfo) -> str | None:
    if token.type == tokenize.COMMENT:
        return "comment"
    if token.type == tokenize.STRING or tokenize.tok_name[token.type].startswith("FSTRING"):
        return "string"
    return "keyword" if token.type == tokenize.NAME and keyword.iskeyword(token.string) else None
