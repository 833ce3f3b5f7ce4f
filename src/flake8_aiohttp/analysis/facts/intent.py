"""Lines on which a mistake is meant: `pytest.raises`, mocks of aiohttp, fallbacks for another kind of object."""

from __future__ import annotations

Lines = tuple[int, int]


class Intent:
    """Where mistakes are meant, as ranges of lines (from 1, both ends included).

    In `deliberate` any mistake is, in `fallbacks` any misuse of a value, in `lookups` one of an attribute.
    """

    def __init__(self) -> None:
        self.deliberate: list[Lines] = []
        self.fallbacks: list[Lines] = []
        self.lookups: list[Lines] = []

    def is_expected(self, line: int) -> bool:
        """Whether a line stands in `pytest.raises`, or where aiohttp itself is mocked."""
        return _is_in(self.deliberate, line)

    def is_fallback(self, line: int) -> bool:
        """Whether a line stands where the other kind of object is handled."""
        return _is_in(self.fallbacks, line)

    def is_lookup(self, line: int) -> bool:
        """Whether a line tries an attribute that may be missing."""
        return _is_in(self.lookups, line)


def _is_in(ranges: list[Lines], line: int) -> bool:
    return any(first <= line <= last for first, last in ranges)
