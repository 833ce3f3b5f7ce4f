"""Whole programs: `async def program(session, url, a, b, c)` and the functions that it calls.

`write_program` needs only a source of choices; `program_texts` is the same grammar as a Hypothesis strategy.
"""

from __future__ import annotations

from hypothesis import strategies as st

from . import branching, opening  # noqa: F401 - they register their statements
from .calling import FETCH_TEXT, MAKERS, Function
from .choices import Choices, DrawnChoices, SeededChoices, weighted
from .writer import Kind, Thing, Writer

FLAGS = ("a", "b", "c")
SIGNATURE = "async def program(session: aiohttp.ClientSession, url: str, a: bool, b: bool, c: bool):"
MODULES = ("asyncio", "contextlib")


def write_program(choices: Choices) -> str:
    """Write one program."""
    functions, texts = write_functions(choices)
    writer = Writer(choices, FLAGS, choices.integer(3, 12))
    writer.scope["session"] = Thing(Kind.SESSION, given=True)
    writer.functions = list(functions)
    while writer.budget > 0 or not writer.lines:
        if writer.one_statement():
            break
    close_what_is_open(writer)
    text = "\n\n\n".join([*texts, "\n".join([SIGNATURE, *writer.lines])])
    if "fetch_text(" in text:
        text = f"{FETCH_TEXT}\n\n\n{text}"
    imports = [f"import {module}\n" for module in MODULES if f"{module}." in text]
    return "".join([*imports, *(["\n"] if imports else []), "import aiohttp\n\n\n", text, "\n"])


def write_functions(choices: Choices) -> tuple[list[Function], list[str]]:
    """Write the functions beside the program: none in most files, no two of one name."""
    functions: list[Function] = []
    texts: list[str] = []
    for _ in range(weighted(choices, [(10, 0), (8, 1), (4, 2)])):
        function, text = weighted(choices, MAKERS)(choices)
        if function.name not in {known.name for known in functions}:
            functions.append(function)
            texts.append(text)
    return functions, texts


def close_what_is_open(writer: Writer) -> None:
    """Close the program's own sessions that are still open at its end, as most people do."""
    if writer.lines[-1].lstrip().startswith(("return", "raise")):
        return
    for name, thing in writer.scope.items():
        if thing.kind is Kind.SESSION and not thing.given and thing.alive and writer.choices.integer(0, 3):
            writer.emit(f"await {name}.close()")


def program_of_seed(seed: int, number: int) -> str:
    """Give the program of this number in the run of this seed."""
    return write_program(SeededChoices(seed * 1_000_003 + number))


@st.composite
def program_texts(draw: st.DrawFn) -> str:
    """Programs as a Hypothesis strategy."""
    return write_program(DrawnChoices(draw))
