"""Files are cut at whole functions, and put together again unchanged."""

from __future__ import annotations

import pytest

from flake8_aiohttp.finding import Span
from flake8_aiohttp.fixing.pieces import Piece, binds, cut, splice, split_lines

FILE = """\
import a; b = 1

@decorated
async def f():
    def inner():
        pass

class A:
    x = [
        1,
    ]

    if x:
        async def g(self): return 1

    async def h(self):
        return '''
'''; pass
y = 1; z = (
)
"""


@pytest.mark.parametrize(
    ("line", "first", "last"),
    [(1, 1, 1), (3, 3, 6), (5, 3, 6), (9, 8, 18), (14, 14, 14), (17, 16, 18), (19, 19, 20), (20, 19, 20)],
)
def test_a_piece_is_the_outermost_function_or_a_statement_of_the_module(line: int, first: int, last: int) -> None:
    lines = split_lines(FILE)
    assert cut(FILE, [Span(line, 0, line, 1)]) == [Piece(first, last, "".join(lines[first - 1 : last]))]


def test_a_piece_inside_another_is_left_out() -> None:
    assert [(piece.first, piece.last) for piece in cut(FILE, [Span(9, 0, 9, 1), Span(14, 0, 14, 1)])] == [(8, 18)]


def test_functions_are_found_in_every_kind_of_block() -> None:
    blocks = [
        "if a:\n    pass\nelse:\n    def f():\n        x\n",
        "try:\n    pass\nexcept a:\n    def f():\n        x\n",
        "try:\n    pass\nfinally:\n    \n    def f():\n        x\n",
        "match a:\n  case 1:\n    def f():\n        x\n",
        "with a:\n  for b in c:\n    def f():\n        x\n",
    ]
    for text in blocks:
        last = len(split_lines(text))
        (piece,) = cut(text, [Span(last, 8, last, 9)])
        assert piece.text == "    def f():\n        x\n"


def test_an_indented_piece_gets_a_header_in_the_newlines_of_the_file() -> None:
    (piece,) = cut("class A:\r\n  def f():\r\n    x\r\n", [Span(3, 4, 3, 5)])
    assert piece.header == "if 1:\r\n"
    assert piece.local(Span(3, 4, 3, 5)) == Span(3, 4, 3, 5)
    (piece,) = cut("\ndef f():\n  x", [Span(3, 2, 3, 3)])
    assert piece.header == ""
    assert piece.local(Span(3, 2, 3, 3)) == Span(2, 2, 2, 3)


@pytest.mark.parametrize(
    "text",
    ["", "\n", "a", "a\n", "a\r\nb\rc\n\n", "a\fb\n\vc\u2028d\x1ce\n", "\r\r\n\n\r", "a\\\nb"],
)
def test_lines_are_those_of_the_tokenizer(text: str) -> None:
    lines = split_lines(text)
    assert "".join(lines) == text
    assert all(lines)
    assert [line.rstrip("\r\n") for line in lines] == text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[
        : len(lines)
    ]


def test_pieces_are_put_back() -> None:
    pieces = cut(FILE, [Span(1, 0, 1, 1), Span(5, 0, 5, 1), Span(20, 0, 20, 1)])
    assert splice(FILE, [(piece, piece.text) for piece in pieces]) == FILE
    assert splice(FILE, [(pieces[1], "")]).startswith("import a; b = 1\n\n\nclass A:\n")


BINDING = [
    "str = 1",
    "import a as str",
    "import str",
    "def str(): pass",
    "def f(*, str=1): pass",
    "for a, str in b: pass",
    "class str: pass",
    "async def str(): pass",
]


@pytest.mark.parametrize("text", BINDING)
def test_what_binds_a_name(text: str) -> None:
    assert binds(text, "str")
    assert not binds(text, "int")


@pytest.mark.parametrize("text", ["x = str(1)", "a.str = 1", "f(str=1)", "'str'"])
def test_what_does_not(text: str) -> None:
    assert not binds(text, "str")
