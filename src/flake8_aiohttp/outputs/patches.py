"""A patch as a person sees it on a terminal."""

from __future__ import annotations

from flake8_aiohttp.terminal import Paint, shown, takes_colour

_STYLES = {"---": "title", "+++": "title", "@@ ": "note", "-": "old", "+": "new"}


def painted(patch: bytes) -> bytes:
    """Give a patch in colours, and harmless: what would move the cursor is shown by its picture."""
    paint = Paint(on=takes_colour())
    rows = patch.decode("utf-8", "replace").split("\n")
    return "\n".join(_row(row, paint) for row in rows).encode("utf-8", "replace")


def _row(row: str, paint: Paint) -> str:
    style = next((style for start, style in _STYLES.items() if row.startswith(start)), None)
    text = "\t".join(map(shown, row.removesuffix("\r").split("\t")))
    return paint(style, text) if style else text
