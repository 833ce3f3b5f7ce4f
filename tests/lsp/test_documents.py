"""Texts that change piece by piece are what the editor has."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flake8_aiohttp.editing.sheets import rows
from flake8_aiohttp.lsp.connection import Json
from flake8_aiohttp.lsp.documents import Document, Documents, path_of

UNITS = {"utf-8": lambda c: len(c.encode()), "utf-16": lambda c: len(c.encode("utf-16-le")) // 2, "utf-32": len}
texts = st.text(st.sampled_from("ab \n\r\f\u2028🙂ä"), max_size=12)


def place(text: str, offset: int, encoding: str) -> Json:
    """Say where an editor is that has moved over the first characters of a text."""
    lines = rows(text[:offset])
    return {"line": len(lines) - 1, "character": sum(map(UNITS[encoding], lines[-1]))}


@settings(deadline=None)
@given(
    texts,
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12), texts), max_size=4),
    st.sampled_from(sorted(UNITS)),
)
def test_pieces(text: str, changes: list[tuple[int, int, str]], encoding: str) -> None:
    document = Document("file:///a.py", "python", 1, text)
    for one, other, new in changes:
        start, end = sorted((min(one, len(text)), min(other, len(text))))
        if any(text[each - 1 : each + 1] == "\r\n" for each in (start, end)):
            continue  # no editor stands between the two
        where = {"start": place(text, start, encoding), "end": place(text, end, encoding)}
        text = text[:start] + new + text[end:]
        document.change([{"range": where, "text": new}], encoding)
        assert document.text == text


def test_behind_the_end_is_the_end() -> None:
    document = Document("file:///a.py", "python", 1, "a\nb")
    far = {"line": 9, "character": 9}
    document.change(
        [
            {"range": {"start": far, "end": far}, "text": "c"},
            {"range": {"start": {"line": 0, "character": 9}, "end": far}, "text": "!"},
        ],
        "utf-16",
    )
    assert document.text == "a!"


def test_addresses() -> None:
    assert path_of("file:///a%20b/%C3%A4.py") == Path("/a b/ä.py")
    assert path_of("file://localhost/a.py") == Path("/a.py")
    assert path_of("file:///c%3A/a.py") == Path("c:/a.py")
    assert path_of("file://server/share/a.py") == Path("//server/share/a.py")
    assert path_of("untitled:a.py") is None


@pytest.mark.parametrize("uri", ["file:///a b.py", "file:///a%20b.py"])
def test_an_address_may_be_quoted_or_not(uri: str) -> None:
    documents = Documents()
    documents.open({"uri": "file:///a%20b.py", "languageId": "python", "version": 1, "text": ""})
    assert [each.uri for each in documents.sheets(uri)] == ["file:///a%20b.py"]
    documents.close(uri)
    assert list(documents.sheets(uri)) == []


def test_what_is_not_open_does_not_change() -> None:
    documents = Documents()
    documents.change({"uri": "file:///a.py", "version": 2}, [{"text": "x"}])
    assert (
        documents.change_notebook(
            "file:///a.ipynb", {"cells": {"structure": {"array": {"start": 0, "deleteCount": 0}}}}
        )
        == []
    )
    assert documents.change_notebook("file:///a.ipynb", {"metadata": {}}) == []
    assert documents.all() == []
