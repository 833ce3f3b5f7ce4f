"""The server keeps up with somebody who types into a long file, and does not grow."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lsp.load import MOST_GROWTH, MOST_SECONDS, measure, nearly_all

LENIENCE = 3  # whoever else uses the processor makes it slower

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/schedstat").exists(), reason="only Linux tells what a process uses"
)


@pytest.mark.parametrize(
    ("lines", "edits"), [(500, 30), pytest.param(2000, 150, marks=pytest.mark.slow)], ids=["short", "long"]
)
def test_answers_come_at_once_and_memory_does_not_grow(tmp_path: Path, lines: int, edits: int) -> None:
    measured = measure(tmp_path, lines, edits)
    assert nearly_all(measured.worked) < LENIENCE * MOST_SECONDS
    assert measured.growth < MOST_GROWTH
