"""How wide a text is on a terminal, what of it is shown, and what never reaches the terminal as it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flake8_aiohttp.terminal import Line, Paint, shown, takes_colour, width

WIDTHS = {
    "": 0,
    "text": 4,
    "日本": 4,
    "\uff46": 2,  # a fullwidth Latin letter
    "ﾊﾟ": 2,  # halfwidth katakana
    "e\u0301": 1,  # é of two characters
    "한": 2,
    "\u1112\u1161\u11ab": 2,  # the same syllable in its three parts
    "👍": 2,
    "❤": 1,
    "🇩🇪": 2,
}


@pytest.mark.parametrize("text", WIDTHS)
def test_width(text: str) -> None:
    assert width(text) == WIDTHS[text]


def test_tabs_go_to_the_next_stop() -> None:
    line = Line("a\tbc\t日\td")
    assert "".join(line.glyphs) == "a   bc  日  d"
    assert line.cells == [0, 1, 4, 5, 6, 8, 10, 12, 13]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("\x1b[31m", "␛[31m"),
        ("\x07", "␇"),
        ("\x0c", "␌"),
        ("\x9b", "\ufffd"),
        ("\x7f", "\ufffd"),
        ("\u202e", "\ufffd"),  # turns the text around
        ("\u2028", "\ufffd"),
        ("\u00ad", "\ufffd"),  # is seen by some terminals, and not by others
    ],
)
def test_what_would_move_the_cursor_is_a_sign(text: str, sign: str) -> None:
    assert shown(text) == sign
    assert "".join(Line(text).glyphs) == sign


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("👩\u200d💻", "👩💻"),  # two cells on some, four on others
        ("❤\ufe0f", "❤"),  # two or one
        ("1\ufe0f\u20e3", "1\u20e3"),
        ("👍🏽", "👍"),  # two or four
        ("🏽", "🏽"),
        ("क\u094d\u200dष", "क\u094dष"),
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴"),
    ],
)
def test_what_terminals_disagree_about_is_left_out(text: str, drawn: str) -> None:
    assert shown(text) == drawn


LONG = "0123456789" * 5
WINDOWS = {
    (LONG, 0, 5, 60): (LONG, 0, 5),
    (LONG, 0, 5, 20): ("0123456789012345678…", 0, 5),
    (LONG, 30, 32, 20): ("…123456789012345678…", 10, 12),
    (LONG, 48, 50, 20): ("…1234567890123456789", 18, 20),
    (LONG, 5, 45, 20): ("0123456789012345678…", 5, 20),
    (LONG, 15, 45, 20): ("…567890123456789012…", 1, 20),
    ("日" * 30, 20, 21, 20): ("…日日日日日日日日日…", 9, 11),
    ("abc" + "e\u0301" * 60, 60, 62, 20): ("…" + "e\u0301" * 18 + "…", 10, 11),
}


@pytest.mark.parametrize(("text", "first", "last", "room"), WINDOWS)
def test_a_long_line_is_shown_around_what_matters(text: str, first: int, last: int, room: int) -> None:
    window = Line(text).window((first, last), room)
    assert (window.text, window.cell(first), window.cell(last)) == WINDOWS[text, first, last, room]
    assert width(window.text) <= room


@settings(deadline=None)
@given(st.text(max_size=200), st.data())
def test_a_window_has_room_for_its_focus(text: str, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(text)))
    last = data.draw(st.integers(first, len(text)))
    line = Line(text)
    window = line.window((first, last), 40)
    assert width(window.text) <= 40
    assert 0 <= window.cell(first) <= window.cell(last) <= 40
    if line.cells[last] - line.cells[first] < 30:
        assert window.cell(last) - window.cell(first) == line.cells[last] - line.cells[first]


def test_paint() -> None:
    assert Paint(on=True)("new", "x") == "\033[32mx\033[m"
    assert Paint(on=True)("new", "") == ""
    assert Paint(on=False)("new", "x") == "x"


@pytest.mark.parametrize(
    ("terminal", "variables", "expected"),
    [
        (True, {"TERM": "xterm"}, True),
        (False, {"TERM": "xterm"}, False),
        (True, {"TERM": "dumb"}, False),
        (True, {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (True, {"TERM": "xterm", "NO_COLOR": ""}, True),  # no-color.org: "when present and not an empty string"
    ],
)
def test_colour(monkeypatch: pytest.MonkeyPatch, terminal: object, variables: dict[str, str], expected: object) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert takes_colour() is expected
