"""Where `# noqa: CODE` has to stand so that flake8 honours it.

flake8 looks for the comment in the physical line of the finding. Lines that a triple-quoted string or a backslash
ties together count as one, and in them no comment can stand but at the end.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator

from flake8_aiohttp.editing.edits import Edit
from flake8_aiohttp.finding import Finding, Span

# As flake8 has it, with the codes apart.
NOQA = re.compile(r"# noqa(?P<codes>:\s?(?:[A-Z]+[0-9]+(?:[,\s]+)?)+)?", re.IGNORECASE)
_CODE = re.compile(r"AIO\d{3}")
_NEWLINES = {tokenize.NL, tokenize.NEWLINE}
_WITHOUT_PLACE = {tokenize.ENDMARKER, tokenize.DEDENT, tokenize.INDENT}


def silenced(text: str, finding: Finding) -> Edit | None:
    """Give the edit that silences a finding; None where no comment can, or `text` is no Python."""
    line = next((each for each in tied_lines(text) if each[0].start[0] <= finding.span.line <= each[-1].end[0]), None)
    if line is None:
        return None
    *before, end = line
    if any(NOQA.search(token.string) for token in before if token.type != tokenize.COMMENT):
        return None  # timid: flake8 heeds the first, within a string
    comment = next((token for token in before if token.type == tokenize.COMMENT), end)
    found = NOQA.search(comment.string)
    if found is None:
        return _inserted(end.start, f"  # noqa: {finding.code}")
    if found["codes"] is None:
        return None
    row, column = comment.start
    listed = found[0].rstrip(", \t")
    separator = "," if re.search(r",\S", listed) else ", "
    return _inserted((row, column + found.start() + len(listed)), f"{separator}{finding.code}")


def _inserted(place: tuple[int, int], text: str) -> Edit:
    return Edit(Span(*place, *place), text)


def tied_lines(text: str) -> Iterator[list[tokenize.TokenInfo]]:
    """Give the tokens of each physical line, or of several that are tied together; the last one is the newline."""
    line: list[tokenize.TokenInfo] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline=None).readline):
            if token.type not in _WITHOUT_PLACE:
                line.append(token)
            if token.type in _NEWLINES:
                yield line
                line = []
    except (SyntaxError, tokenize.TokenError):
        return


def code_at(line: str, column: int) -> tuple[str, int, int] | None:
    """Give the code of ours in a `# noqa` comment that stands at a column of a line, its start and its end."""
    for comment in NOQA.finditer(line):
        for code in _CODE.finditer(line, *comment.span()):
            if code.start() <= column <= code.end():
                return code[0], *code.span()
    return None
