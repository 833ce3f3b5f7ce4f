"""Draws `.github/framed.svg`: what the command prints on a terminal for examples of the README.

    python -m tests.picture

Each piece of a row stands at its cell and is as wide as its cells, whatever font shows it.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from flake8_aiohttp.terminal import width
from tests.readme import README, write_files
from tests.terminals import in_terminal

PICTURE = README.parent / ".github" / "framed.svg"
COMMAND = "flake8-aiohttp news.py"
COLUMNS = 80
CELL, ROW, EDGE = 8.4, 19, 16
_PIECE = re.compile(r"\033\[([\d;]*)m|([^\033]+)")
_CLASSES = {"1": "title", "1;31": "wrong", "35": "note", "2": "frame", "31": "old", "32": "new"}
_HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across:.0f} {down}" width="{across:.0f}" role="img">
<title>{title}</title>
<style>
svg {{ --ground: #fbfbfa; --text: #24292f; --wrong: #c4232d; --note: #8a3fb0; --frame: #8c959f; --new: #1a7f37; }}
@media (prefers-color-scheme: dark) {{
svg {{ --ground: #161b22; --text: #e6edf3; --wrong: #ff7b72; --note: #d2a8ff; --frame: #7d8590; --new: #56d364; }}
}}
rect {{ fill: var(--ground); stroke: var(--frame); stroke-opacity: 0.4; }}
text {{ fill: var(--text); font: 14px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }}
.title {{ font-weight: bold; }}
.wrong {{ font-weight: bold; fill: var(--wrong); }}
.old {{ fill: var(--wrong); }}
.note {{ fill: var(--note); }}
.frame {{ fill: var(--frame); }}
.new {{ fill: var(--new); }}
</style>
<rect x="0.5" y="0.5" width="{inner:.0f}" height="{lower}" rx="8"/>
"""


def printed() -> str:
    """Run the command on a terminal, and give what a person sees there."""
    with tempfile.TemporaryDirectory() as room:
        write_files(README.read_text(encoding="utf-8"), Path(room))
        return f"$ {COMMAND}\n" + in_terminal(COMMAND.split(), Path(room), columns=COLUMNS).rstrip("\n")


def drawing(text: str) -> str:
    """Draw what was printed, colours and all."""
    rows = text.split("\n")
    across, down = COLUMNS * CELL + 2 * EDGE, len(rows) * ROW + 2 * EDGE
    head = _HEAD.format(across=across, down=down, inner=across - 1, lower=down - 1, title=escape(COMMAND))
    return head + "".join(piece for number, row in enumerate(rows) for piece in _row(row, number)) + "</svg>\n"


def _row(row: str, number: int) -> Iterator[str]:
    style, cell = "", 0
    for match in _PIECE.finditer(row):
        codes, text = match.groups()
        if text is None:
            style = _CLASSES.get(codes, "")
            continue
        if text.strip():
            start = cell + width(text) - width(text.lstrip())
            yield _piece(text.strip(), style, start, number)
        cell += width(text)


def _piece(text: str, style: str, cell: int, number: int) -> str:
    place = f'x="{EDGE + cell * CELL:.1f}" y="{EDGE + (number + 1) * ROW - 5}"'
    look = f' class="{style}"' if style else ""
    length = f'textLength="{width(text) * CELL:.1f}"'
    return f'<text {place} {length}{look} xml:space="preserve">{escape(text)}</text>\n'


if __name__ == "__main__":
    PICTURE.write_text(drawing(printed()), encoding="utf-8")
