"""Runs a program against the live server, and says whether each of its marks is proven by what was seen."""

from __future__ import annotations

import ast
import asyncio
import dataclasses
import gc
import inspect
import json
import re
import sys
import traceback
import types

import aiohttp
import pytest

from tests.fixture_files import Fixture, Mark
from tests.live.sightings import Kind, Sighting
from tests.live.watching import Watch, watching

PATIENCE = 10.0  # a busy machine is slow; only before aiohttp 3.10 does a program wait in vain
NAME = "the_program_under_observation"


@dataclasses.dataclass(frozen=True)
class Program:
    """A text with coroutine functions to run, each of one parameter, the server's root."""

    path: str
    text: str
    mains: tuple[str, ...] = ("main",)


async def _drive(module: types.ModuleType, main: str, root: str, watch: Watch) -> None:
    loop = asyncio.get_running_loop()
    loop.slow_callback_duration = PATIENCE
    loop.set_exception_handler(watch.see_context)
    try:
        got = await asyncio.wait_for(vars(module)[main](root), PATIENCE)
        if inspect.isawaitable(got):  # `return response.text()` leaves it to the caller
            await got
    except BaseException as error:  # noqa: BLE001
        watch.see_error(Kind.ESCAPED, error)
        traceback.clear_frames(error.__traceback__)  # they hold what would otherwise be found unclosed
    vars(module).clear()
    for _ in range(2):  # a response is found unclosed after its session is, and the connection after that
        await asyncio.sleep(0.002)
        gc.collect()


def observe(program: Program, root: str) -> list[Sighting]:
    """Run each main of a program, and give what was seen; in a test, `root` makes the collections cheap."""
    seen: list[Sighting] = []
    code = compile(program.text, program.path, "exec")
    for main in program.mains:
        module = sys.modules[NAME] = types.ModuleType(NAME)
        try:
            with watching(program.path) as watch:
                try:
                    exec(code, vars(module))  # noqa: S102
                except Exception as error:  # noqa: BLE001
                    watch.see_error(Kind.ESCAPED, error)
                else:
                    asyncio.run(_drive(module, main, root, watch), debug=True)
                gc.collect()
        finally:
            del sys.modules[NAME]
        seen += watch.sightings
    return seen


LIFETIME_ERRORS = (
    aiohttp.ClientConnectionError,
    aiohttp.ClientPayloadError,
    RuntimeError,
    asyncio.CancelledError,  # aiohttp 3.8 and 3.9 wait for ever for what a closed session lost
)
LOST_BODY = {Kind.SHORT: (), Kind.FAILED_READ: LIFETIME_ERRORS, Kind.ESCAPED: LIFETIME_ERRORS}
BROKEN_CODE = {Kind.ESCAPED: (TypeError, AttributeError), Kind.UNHANDLED: (TypeError, AttributeError)}
Proof = dict[Kind, tuple[type[BaseException], ...]]

# What has to be seen on a marked line. Where errors are named, one of them has to be behind the sighting.
PROOFS: dict[str, Proof] = {
    "AIO101": {Kind.NEVER_AWAITED: ()},
    "AIO102": {Kind.NEVER_CALLED: ()},
    "AIO103": {Kind.NEVER_AWAITED: (), Kind.ESCAPED: (AttributeError,)},
    "AIO104": BROKEN_CODE,
    "AIO105": BROKEN_CODE,
    "AIO106": {Kind.NEVER_AWAITED: ()},
    "AIO107": BROKEN_CODE,
    "AIO201": LOST_BODY,
    "AIO202": LOST_BODY,
    "AIO203": LOST_BODY,
    "AIO204": LOST_BODY,
    "AIO205": LOST_BODY,
    "AIO206": {Kind.SHORT: ()},
    "AIO207": {Kind.UNCLOSED: ()},
    "AIO208": {Kind.UNCLOSED: ()},
    "AIO209": {Kind.ESCAPED: (RuntimeError,)},
    "AIO301": {
        Kind.MOJIBAKE: (),
        Kind.FAILED_READ: (UnicodeDecodeError,),
        Kind.ESCAPED: (TypeError, UnicodeDecodeError),
    },
    "AIO302": {Kind.FAILED_READ: (aiohttp.ContentTypeError, json.JSONDecodeError, UnicodeDecodeError)},
    "AIO303": {Kind.ROUNDTRIP: (), Kind.FAILED_READ: (UnicodeDecodeError,)},
    "AIO401": BROKEN_CODE,
    "AIO402": {**BROKEN_CODE, Kind.URL_COMPARED: ()},
    "AIO403": BROKEN_CODE,
    "AIO404": {Kind.ESCAPED: (AttributeError, ImportError)},
    "AIO405": {
        Kind.ESCAPED: (TypeError, ValueError, AttributeError, AssertionError)
    },  # older versions fail in other ways
    "AIO901": {Kind.ERROR_PAGE: ()},
    "AIO902": {Kind.FORMATTED: ()},
    "AIO903": {Kind.KEPT_COPY: ()},
    "AIO904": LOST_BODY,
}


class Lines:
    """Which lines of a text belong together: those of a statement's head, those of a function."""

    def __init__(self, text: str) -> None:
        self.heads: list[range] = []
        self.functions: list[range] = []
        self.raises: set[int] = set()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                self.functions.append(range(node.lineno, _end(node) + 1))
            if isinstance(node, ast.Raise | ast.Assert):
                self.raises |= set(range(node.lineno, _end(node) + 1))
            if isinstance(node, ast.stmt):
                inner = [each.lineno for each in ast.walk(node) if isinstance(each, ast.stmt) and each is not node]
                self.heads.append(range(node.lineno, min([*inner, _end(node) + 1], default=0)))

    def of_statement(self, line: int) -> range:
        """Give the lines of the statement, or of the head of the block, that has `line`."""
        return min((head for head in self.heads if line in head), key=len, default=range(line, line + 1))

    def of_function(self, line: int) -> range:
        """Give the lines of the function that has `line`."""
        return min((each for each in self.functions if line in each), key=len, default=range(line, line + 1))


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def shows(sighting: Sighting, code: str) -> bool:
    """Say whether a sighting is of the kind that a rule speaks of."""
    assert code in PROOFS, f"PROOFS has no row that says how a running aiohttp shows {code}"
    errors = PROOFS[code].get(sighting.kind)
    return errors == () or (errors is not None and any(issubclass(error, errors) for error in sighting.errors))


def proves(sighting: Sighting, mark: Mark, lines: Lines) -> bool:
    """Say whether a sighting shows the mistake that a mark tells of.

    A response that leaves its block or session unread (AIO203, AIO205) fails where it is read, which may be
    anywhere. It is known by its request, which was made in the function it leaves.
    """
    if not shows(sighting, mark.code):
        return False
    if mark.code in {"AIO203", "AIO205", "AIO904"} and sighting.asked in lines.of_function(mark.line):
        return True
    return any(line in lines.of_statement(mark.line) for line in sighting.lines)


def accuses(sighting: Sighting, lines: Lines) -> bool:
    """Say whether a sound program cannot show this. What a program raises itself, its author meant."""
    return sighting.kind.wrong and sighting.raised not in lines.raises


VERSIONS = {
    "aiohttp": tuple(int(part) for part in re.findall(r"\d+", aiohttp.__version__)[:3]),
    "Python": sys.version_info[:2],
}
# What only some versions have, or do right.
SINCE = {
    "AIO101/session_of_an_app": ("aiohttp", (3, 9)),  # AppKey
    "AIO101/session_of_a_typed_key": ("aiohttp", (3, 9)),  # AppKey
    "AIO201/task_group": ("Python", (3, 11)),  # asyncio.TaskGroup
    **dict.fromkeys(
        (
            "AIO209/at_module_level",
            "AIO209/connector",
            "AIO209/cookie_jar",
            "AIO209/class_body",
            "AIO209/default_value",
        ),
        ("aiohttp", (3, 10)),  # older versions take a loop that never runs
    ),
    "AIO204/ok_handler_inside_block": ("aiohttp", (3, 10, 6)),  # a failing raise_for_status() spares its block
}


def skip_if_too_old(fixture: Fixture) -> None:
    """Skip a fixture, or its fixed text, that the versions at hand cannot run."""
    what, since = SINCE.get(fixture.name.removesuffix(".py").removesuffix(".fixed"), ("Python", ()))
    if VERSIONS[what] < since:
        pytest.skip(f"needs {what} {'.'.join(map(str, since))}")
