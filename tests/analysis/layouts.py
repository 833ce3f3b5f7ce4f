"""The same program in other layouts, with other comments: what is found in it must not change."""

from __future__ import annotations

import ast
import io
import itertools
import tokenize
from collections.abc import Callable

Change = Callable[[str], str]
EVERYTHING = """\
# session client response resp reply page pages r s .get( await self._session.get(url) async with .text() .json()
# self.pages[0].text would come too late; pages.pop().text, seen.get(0).read(), kept.content; fetch(session, url)
# raise_for_status= response_class=Own TYPE_CHECKING content-type content_type "image/png" aioresponses yield
# pytest.raises(AttributeError) except TypeError: main(root) load(url) show(response) get(url) Api() Client(session)
# import httpx, requests; ClientSession() aiohttp_client test_client await await await (await x)
"""


def by_unparse(text: str) -> str:
    """Write the tree anew."""
    return ast.unparse(ast.parse(text))


def naming_everything(text: str) -> str:
    """Add a comment that names everything."""
    return f"{text.rstrip()}\n{EVERYTHING}"


def saying_its_own_calls(text: str) -> str:
    """Add a comment that says every line of the file once more."""
    return f"{text.rstrip()}\n" + "".join(f"# {line}\n" for line in text.split("\n"))


def _tokens(text: str) -> list[tokenize.TokenInfo]:
    return list(tokenize.generate_tokens(io.StringIO(text).readline))


def _rejoined(text: str, between: Callable[[tokenize.TokenInfo, tokenize.TokenInfo, int], str]) -> str:
    """Put something between each two tokens of a logical line; `between` is given both, and the depth of brackets."""
    lines = text.split("\n")
    places: list[tuple[int, int, str]] = []
    depth = formatted = 0
    for token, following in itertools.pairwise(_tokens(text)):
        depth += (token.string in {"(", "[", "{"}) - (token.string in {")", "]", "}"})
        kind = tokenize.tok_name[token.type]
        formatted += kind.endswith("STRING_START") - kind.endswith("STRING_END")
        if token.end[0] != following.start[0] or formatted or following.type in {tokenize.NEWLINE, tokenize.COMMENT}:
            continue
        if token.type not in {tokenize.INDENT, tokenize.DEDENT, tokenize.NL} and (
            new := between(token, following, depth)
        ):
            places.append((*token.end, new))
    for line, column, new in sorted(places, reverse=True):
        lines[line - 1] = lines[line - 1][:column] + new + lines[line - 1][column:]
    return "\n".join(lines)


def _is_dot(token: tokenize.TokenInfo, following: tokenize.TokenInfo) -> bool:
    return "." in {token.string, following.string}


def blanks_around_dots(text: str) -> str:
    """Put a blank on both sides of every dot."""
    return _rejoined(text, lambda token, following, _: " " if _is_dot(token, following) else "")


def breaks_around_dots(text: str) -> str:
    """Break the line before and behind every dot."""
    return _rejoined(text, lambda token, following, depth: ("\n " if depth else "\\\n ") * _is_dot(token, following))


def comments_between_tokens(text: str) -> str:
    """Put a comment between any two tokens in brackets, and a line break between any others."""
    return _rejoined(text, lambda _, __, depth: " # r.text await x.get(\n " if depth else " \\\n ")


LAYOUTS: list[Change] = [
    by_unparse,
    naming_everything,
    saying_its_own_calls,
    blanks_around_dots,
    breaks_around_dots,
    comments_between_tokens,
]
