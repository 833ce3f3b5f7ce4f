"""`match`: which worlds a case takes, and what its pattern binds."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from flake8_aiohttp.analysis import evidence, tests, uses
from flake8_aiohttp.analysis.conditions import Condition
from flake8_aiohttp.analysis.journal import Usage
from flake8_aiohttp.analysis.state import World
from flake8_aiohttp.analysis.values import Constant, Text, Value
from flake8_aiohttp.python.source import walk

if TYPE_CHECKING:
    from flake8_aiohttp.analysis.frame import Frame


def _place(statement: ast.Match) -> str:
    return f"<match {statement.lineno}:{statement.col_offset}>"


def subject(frame: Frame, statement: ast.Match, worlds: list[World]) -> list[World]:
    """Evaluate what is matched, once, and remember it."""

    def action() -> Value:
        value = frame.evaluate(statement.subject)
        uses.use(frame, value, Usage.COMPARED)
        frame.world.bind(_place(statement), value, hides=True)
        return None

    return [world for world, _ in frame.outcomes(worlds, action)]


def match(
    frame: Frame, statement: ast.Match, case: ast.match_case, worlds: list[World]
) -> tuple[list[World], list[World]]:
    """Split worlds into those that a case takes and those that go on to the next."""
    matched, others = [], []
    options = _options(case.pattern)
    always = isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None
    for world in worlds:
        held = world.places.get(_place(statement))
        truth = True if always else _decided(held, options)
        if truth is not False:
            taker = world.copy()
            if truth or _assume(taker, statement, options, case.pattern.lineno):
                _bind(taker, case.pattern, held)
                for option in options or ():
                    test = ast.Compare(statement.subject, [ast.Eq()], [ast.Constant(option)])
                    evidence.learn(
                        taker, ast.copy_location(test, statement.subject), truth=True, typed=frame.engine.is_typed
                    )
                matched.append(taker)
        if truth is not True and _assume(world, statement, options, -case.pattern.lineno):
            others.append(world)
    if case.guard is not None:
        matched, refused = tests.split(frame, case.guard, matched)
        others += refused
    return matched, frame.join(others)


def _options(pattern: ast.pattern) -> list[Any] | None:
    """Give the constants that a pattern takes, or None where it takes more."""
    match pattern:
        case ast.MatchValue(value=ast.Constant(value=constant)):
            return [constant]
        case ast.MatchSingleton(value=singleton):
            return [singleton]
        case ast.MatchOr(patterns=patterns):
            found = [_options(inner) for inner in patterns]
            return None if None in found else [one for options in found for one in options or ()]
    return None


def _decided(held: Value, options: list[Any] | None) -> bool | None:
    if options is None or not isinstance(held, (Constant, Text)) or (isinstance(held, Text) and "\0" in held.value):
        return None
    return held.value in options


def _assume(world: World, statement: ast.Match, options: list[Any] | None, line: int) -> bool:
    """Take (or, with a negative line, do not take) a case; say whether the world can."""
    world.trail = (*world.trail[-12:], line)
    if options is None:
        return True
    names = frozenset(n.id for n in walk(statement.subject) if isinstance(n, ast.Name))
    if any(isinstance(n, ast.Await) for n in walk(statement.subject)):
        return True
    relation = "in" if line > 0 else "not in"
    if len(options) == 1:
        relation, constant = ("==" if line > 0 else "!="), options[0]
    else:
        constant = tuple(options)
    return world.assume(Condition(ast.unparse(statement.subject), relation, constant, names))


def _bind(world: World, pattern: ast.pattern, held: Value) -> None:
    """Bind the names of a pattern: a name that takes the whole subject holds it."""
    if isinstance(pattern, ast.MatchAs) and pattern.name is not None and pattern.pattern is None:
        world.bind(pattern.name, held, hides=True)
        return
    for node in walk(pattern):
        name = getattr(node, "name", None) or getattr(node, "rest", None)
        if isinstance(name, str):
            world.bind(name, None, hides=True)
