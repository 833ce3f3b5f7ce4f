"""The README's picture is what a person sees."""

from __future__ import annotations

from tests.picture import PICTURE, drawing, printed
from tests.readme import README
from tests.terminals import COLOURS


def test_the_picture_is_what_is_printed() -> None:
    text = printed()
    assert drawing(text) == PICTURE.read_text(encoding="utf-8"), "`python -m tests.picture` draws it anew"
    assert "the block ends here" in COLOURS.sub("", text)


def test_the_readme_shows_it() -> None:
    assert f"](.github/{PICTURE.name})" in README.read_text(encoding="utf-8")
