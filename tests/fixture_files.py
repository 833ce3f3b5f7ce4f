"""The fixtures: what lies in `fixtures/`, and the marks that say where a finding stands.

A mark is the comment `# AIO201` at the end of a line, or `# AIO201:11` to pin the column as flake8 prints it.
"""

from __future__ import annotations

import ast
import dataclasses
import functools
import io
import re
import tokenize
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "fixtures"
_MARK = re.compile(r"(AIO\d{3})(?::(\d+))?")
_MARKS = re.compile(rf"#\s*{_MARK.pattern}(?:\s+{_MARK.pattern})*\s*")


@dataclasses.dataclass(frozen=True, order=True)
class Mark:
    """A finding that a fixture calls for; the column counts from 1, 0 if it is not pinned."""

    line: int
    code: str
    column: int = 0


@dataclasses.dataclass(frozen=True)
class Fixture:
    """One file of a rule's folder: bad, or a near-miss (`ok_…`), or the text after fixing (`….fixed.py`)."""

    path: Path

    @functools.cached_property
    def name(self) -> str:
        """Its folder and file, `AIO201/after_block.py`."""
        return self.path.relative_to(FOLDER).as_posix()

    @property
    def code(self) -> str:
        """The rule it belongs to."""
        return self.path.parent.name

    @property
    def ok(self) -> bool:
        """Whether it is a near-miss, which must be silent."""
        return self.path.name.startswith("ok_")

    @property
    def fixed(self) -> Path:
        """Where the text after fixing is kept, if there is one."""
        return self.path.with_suffix(".fixed.py")

    @functools.cached_property
    def text(self) -> str:
        """The file's text, marks and all."""
        return self.path.read_text(encoding="utf-8")

    @functools.cached_property
    def marks(self) -> list[Mark]:
        """What it calls for, sorted."""
        return marks(self.text)

    @functools.cached_property
    def mains(self) -> list[str]:
        """The coroutine functions that run it: `main` and `main_…`, at the top, of one parameter `root`."""
        functions = (node for node in ast.parse(self.text).body if isinstance(node, ast.AsyncFunctionDef))
        return [each.name for each in functions if re.fullmatch(r"main(_\w+)?", each.name) and _takes_root(each)]


def _takes_root(function: ast.AsyncFunctionDef) -> bool:
    return [parameter.arg for parameter in function.args.args] == ["root"]


def comments(text: str) -> list[tokenize.TokenInfo]:
    """Give the comments of a program."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [token for token in tokens if token.type == tokenize.COMMENT]


def marks(text: str) -> list[Mark]:
    """Read the marks of a program."""
    found = []
    for comment in comments(text):
        if _MARKS.fullmatch(comment.string):
            for code, column in _MARK.findall(comment.string):
                found.append(Mark(comment.start[0], code, int(column or 0)))
    return sorted(found)


def without_marks(text: str) -> str:
    """Take the marks out of a program, and the blanks before them."""
    lines = text.splitlines(keepends=True)
    for comment in comments(text):
        if _MARKS.fullmatch(comment.string):
            row, column = comment.start
            end = lines[row - 1][len(lines[row - 1].rstrip("\r\n")) :]
            lines[row - 1] = lines[row - 1][:column].rstrip() + end
    return "".join(lines)


@functools.cache
def programs() -> tuple[Fixture, ...]:
    """Give every fixture but the fixed texts."""
    return tuple(Fixture(path) for path in sorted(FOLDER.glob("AIO*/*.py")) if not path.name.endswith(".fixed.py"))


@functools.cache
def fixed_texts() -> tuple[Fixture, ...]:
    """Give the texts after fixing."""
    return tuple(Fixture(path) for path in sorted(FOLDER.glob("AIO*/*.fixed.py")))
