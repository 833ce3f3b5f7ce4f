"""Programs in which brackets mark what a finding is about: `x = ⟨r.text()⟩["a"]`."""

from __future__ import annotations

from flake8_aiohttp.finding import Applicability, Finding, Fix, Span
from flake8_aiohttp.fixing.refusal import Refusal
from flake8_aiohttp.fixing.rewrites import rewrite
from flake8_aiohttp.rewrite import Rewrite

OPEN, CLOSE = "⟨", "⟩"


def read(marked: str) -> tuple[str, list[Span]]:
    """Give the program without its brackets, and what they enclose."""
    text, spans, opened = "", [], []
    line, column = 1, 0
    for character in marked:
        if character == OPEN:
            opened.append((line, column))
        elif character == CLOSE:
            spans.append(Span(*opened.pop(), line, column))
        else:
            text += character
            line, column = (line + 1, 0) if character == "\n" else (line, column + 1)
    assert not opened
    return text, sorted(spans)


def finding(span: Span, change: Rewrite, code: str = "AIO101") -> Finding:
    """Make a finding whose fix is about `span`."""
    return Finding(code, span, "made by hand", Fix(change, span, Applicability.SAFE))


def fixed(marked: str, change: Rewrite) -> str:
    """Apply one rewrite at every bracket of a program; each must go through at once."""
    text, spans = read(marked)
    result = rewrite(text, [finding(span, change) for span in spans])
    assert result.refused == {}
    assert len(result.done) == len(spans)
    return result.text


def refusal(marked: str, change: Rewrite) -> Refusal:
    """Say why a rewrite leaves a program with one bracket as it is."""
    text, spans = read(marked)
    result = rewrite(text, [finding(span, change) for span in spans])
    assert result.text == text
    assert result.done == []
    (reason,) = set(result.refused.values())
    return reason


def in_coroutine(*lines: str) -> str:
    """Put lines into a coroutine function."""
    return "async def f(r, session, url):\n" + "".join(f"    {line}\n" for line in lines)
