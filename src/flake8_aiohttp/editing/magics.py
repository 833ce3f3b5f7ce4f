"""What a notebook says that is no Python: `%time`, `!pip install`, `json?`, cells in other languages.

Such a line is put behind a mask that Python takes for a comment, and comes out from behind it as it was.
"""

from __future__ import annotations

import ast
import re

_MASK = "#\ue000"  # private use: nobody writes this
_MASKED = re.compile(rf"(?:pass  )?{_MASK}")
_MAGIC = re.compile(r"^([ \t]*)((?:[%!?]|[\w.]+\?{1,2}[ \t]*$).*)", re.MULTILINE)
_LINE = re.compile(r"^(?=.)", re.MULTILINE)


def masked(cell: str) -> str:
    """Put what is no Python behind a mask: nothing, single lines, or the whole cell if nothing less will do."""
    if not cell.startswith("%%"):
        for text in (cell, _MAGIC.sub(rf"\1pass  {_MASK}\2", cell)):
            if _parses(text):
                return text
    return _LINE.sub(_MASK, cell)


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


def unmasked(text: str) -> str:
    """Take the mask off."""
    return _MASKED.sub("", text)
