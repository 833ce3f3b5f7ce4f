"""Where a file may say a name: an index of identifiers, and the one place where the analysis looks at text.

An identifier that a tree holds stands in the source of that tree, whole and unbroken, whatever the layout. So a name
that the text of a function lacks is not in the function: a necessary condition, found without a look at the tree. A
hit in a comment or a string costs a look at a tree, and decides nothing.
"""

from __future__ import annotations

import ast
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from itertools import accumulate

from flake8_aiohttp.python.definitions import Function, FunctionNode
from flake8_aiohttp.python.source import Source

Scope = Function | None
"""A function of the file; None stands for the statements outside of all functions."""

_MANY = 100
"""So many names are looked for one by one."""

_IMPORT = "import"
"""What stands for the lines of imports."""


def _continues(character: str) -> bool:
    """Whether a character beside a name makes it another, longer name."""
    return character.isalnum() or character == "_"


_SPACES = {code: " " for code in range(128) if not _continues(chr(code))}
"""Makes a space of every ASCII character that is in no identifier."""


class Identifiers:
    """Answers for each name which scopes of a file may say it; every name is looked up once.

    Parameters: `source` is the file, `functions` are all functions in it, each after those around it, and `imports` its
    import statements: what they say is not counted.
    """

    def __init__(self, source: Source, functions: Iterable[Function], imports: Iterable[ast.stmt]) -> None:
        text, lines = source.text, source.lines
        if not text.isascii() and not unicodedata.is_normalized("NFKC", text):
            text = unicodedata.normalize("NFKC", text)  # so Python reads identifiers; no newline comes or goes
            lines = [f"{line}\n" for line in text.split("\n")]
        self._text = text
        self._lines = lines
        self._functions = functions
        self._imports = imports
        self._said: dict[str, frozenset[Scope]] = {}
        self._searches = 0

    @cached_property
    def _starts(self) -> list[int]:
        """The offset at which each line of the text starts."""
        return [0, *accumulate(map(len, self._lines))]

    @cached_property
    def _innermost(self) -> list[Scope | str]:
        """The scope of each line, the first at 1; decorators and defaults count to the function they stand at."""
        scopes: list[Scope | str] = [None] * (len(self._starts) + 1)
        for function in self._functions:
            node = function.node
            first = _first_line(node)
            last = node.end_lineno or node.lineno
            scopes[first : last + 1] = [function] * (last + 1 - first)
        for statement in self._imports:
            last = statement.end_lineno or statement.lineno
            scopes[statement.lineno : last + 1] = [_IMPORT] * (last + 1 - statement.lineno)
        return scopes

    def said_of(self, names: frozenset[str]) -> frozenset[str]:
        """Give those of some identifiers that the file may say: of many this is faster than to look for each."""
        if self._text.isascii():
            return names & self._words
        return frozenset(name for name in names if name in self._text)

    @cached_property
    def _words(self) -> frozenset[str]:
        """All that may be an identifier in a text of ASCII alone."""
        return frozenset(self._text.translate(_SPACES).split())

    def says(self, name: str) -> bool:
        """Whether the file may say an identifier anywhere."""
        return bool(self.scopes_saying(name))

    def may_begin(self, *beginnings: str) -> bool:
        """Whether the file may say an identifier that begins so."""
        return any(beginning in self._text for beginning in beginnings)

    def holds(self, name: str) -> bool:
        """Whether the file may say an identifier anywhere; no scope is looked for."""
        return self._stands_between(name, 0, len(self._text))

    def _stands_between(self, name: str, first: int, last: int) -> bool:
        """Whether an identifier may stand between two offsets of the text."""
        return self._next(name, first, last) >= 0

    def _next(self, name: str, first: int, last: int) -> int:
        """Give the offset at which an identifier stands next, as a whole; -1 where it does not."""
        text = self._text
        start = text.find(name, first, last)
        while start >= 0:
            end = start + len(name)
            if not _continues(text[end : end + 1]) and not _continues(text[start - 1 : start]):
                break
            start = text.find(name, end, last)
        return start

    def says_any(self, names: Iterable[str], scope: Scope) -> bool:
        """Whether a scope, or a function in it, may say one of some identifiers."""
        if scope is None:
            return any(None in self.scopes_saying(name) for name in names)
        first, last = self._extent(scope)
        return any(self._stands_between(name, first, last) for name in names)

    def _extent(self, function: Function) -> tuple[int, int]:
        """Give the offsets in the text at which a function starts and ends."""
        node = function.node
        return self._starts[_first_line(node) - 1], self._starts[node.end_lineno or node.lineno]

    @cached_property
    def _lines_of_words(self) -> dict[str, list[int]]:
        """The lines on which each word stands: of many words this is faster than to look for each."""
        found: dict[str, list[int]] = {}
        for number, line in enumerate(self._lines, 1):
            for word in dict.fromkeys(line.translate(_SPACES).split()):
                found.setdefault(word, []).append(number)
        return found

    def scopes_saying(self, name: str) -> frozenset[Scope]:
        """Give the innermost scopes that may say an identifier."""
        if name not in self._said:
            self._said[name] = frozenset(self._find(name)) if name in self._text else frozenset()
        return self._said[name]

    def scope_at(self, line: int) -> Scope:
        """Give the innermost scope of a line; the first line is 1, and lines that do not exist are in none."""
        scope = self._innermost[line] if 0 < line < len(self._innermost) else None
        return None if isinstance(scope, str) else scope

    def is_import(self, line: int) -> bool:
        """Whether an import stands on a line."""
        return self._innermost[line] == _IMPORT

    def _find(self, name: str) -> set[Scope]:
        found = {self._innermost[line] for line in self.lines_saying(name)}
        return {scope for scope in found if not isinstance(scope, str)}

    def lines_saying(self, name: str, home: Scope = None) -> list[int]:
        """Give the lines, of a function or else of the file, that may say an identifier, in order."""
        if home is not None:
            return self._lines_between(name, *self._extent(home))
        self._searches += 1
        if self._searches > _MANY and name.isidentifier() and self._text.isascii():
            return self._lines_of_words.get(name, [])
        return self._lines_between(name, 0, len(self._text))

    def _lines_between(self, name: str, first: int, last: int) -> list[int]:
        """Give the lines between two offsets of the text that may say an identifier."""
        starts = self._starts
        found: list[int] = []
        start = self._next(name, first, last)
        while start >= 0:
            line = bisect_right(starts, start)
            found.append(line)
            end = starts[line] - 1 if line < len(starts) else start + len(name)  # once a line is enough
            start = self._next(name, end, last)
        return found


def _first_line(node: FunctionNode) -> int:
    """Give the line on which a function begins, with its decorators."""
    return node.decorator_list[0].lineno if node.decorator_list else node.lineno
