"""A file as flake8 reads it."""

from __future__ import annotations

import dataclasses
import io
import tokenize
from functools import cached_property


@dataclasses.dataclass(frozen=True)
class Page:
    """A file as flake8 reads it: `name` is what it prints, and each line ends in a line feed alone.

    A byte order mark is gone, even one that was read as latin-1.
    """

    name: str
    lines: list[str]

    @cached_property
    def text(self) -> str:
        """The whole file."""
        return "".join(self.lines)

    @classmethod
    def of_bytes(cls, name: str, data: bytes) -> Page:
        """Decode as flake8 does; what does not follow its encoding is read as latin-1."""
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            text = io.TextIOWrapper(io.BytesIO(data), encoding).read()
        except (LookupError, SyntaxError, UnicodeError):
            text = io.TextIOWrapper(io.BytesIO(data), "latin-1").read()
        return cls.of_text(name, text)

    @classmethod
    def of_text(cls, name: str, text: str) -> Page:
        """Split a text that is decoded already."""
        plain = text.removeprefix("\ufeff").removeprefix("ï»¿")
        return cls(name, io.StringIO(plain, newline=None).readlines())
