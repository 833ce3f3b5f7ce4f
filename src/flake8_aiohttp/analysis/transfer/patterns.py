"""`match`: which states a case takes, and what its pattern binds."""

from __future__ import annotations

import ast
from typing import Any

from flake8_aiohttp.analysis.domain.constraints import Condition
from flake8_aiohttp.analysis.domain.state import AbstractState, States
from flake8_aiohttp.analysis.domain.values import Constant, Text, Value
from flake8_aiohttp.analysis.journal.entries import Usage
from flake8_aiohttp.analysis.machine.machine import Machine
from flake8_aiohttp.analysis.transfer import branches, content_type, escapes
from flake8_aiohttp.python.source import walk


def _place(statement: ast.Match) -> str:
    return f"<match {statement.lineno}:{statement.col_offset}>"


def subject(machine: Machine, statement: ast.Match, states: States) -> States:
    """Evaluate what is matched, once, and remember it."""

    def action() -> Value:
        value = machine.evaluate(statement.subject)
        escapes.use(machine, value, Usage.COMPARED)
        machine.state.bind(_place(statement), value, shadows=True)
        return None

    return [state for state, _ in machine.explore(states, action)]


def match(machine: Machine, statement: ast.Match, case: ast.match_case, states: States) -> tuple[States, States]:
    """Split states into those that a case takes and those that go on to the next."""
    matched, others = [], []
    options = _options(case.pattern)
    always = isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None
    for state in states:
        held = state.store.get(_place(statement))
        truth = True if always else _decided(held, options)
        if truth is not False:
            taker = state.copy()
            if truth or _assume(taker, statement, options, case.pattern.lineno):
                _narrow(machine, taker, statement, case, way=True)
                _bind(taker, case.pattern, held)
                for option in options or ():
                    test = ast.Compare(statement.subject, [ast.Eq()], [ast.Constant(option)])
                    content_type.apply(taker, content_type.read(ast.copy_location(test, statement.subject), truth=True))
                matched.append(taker)
        if truth is not True and _assume(state, statement, options, -case.pattern.lineno):
            _narrow(machine, state, statement, case, way=False)
            others.append(state)
    if case.guard is not None:
        matched, refused = branches.split(machine, case.guard, matched)
        others += refused
    return matched, machine.join(others)


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
    if options is None or not isinstance(held, (Constant, Text)) or branches.is_hearsay(held):
        return None
    return None if isinstance(held, Text) and "\0" in held.value else held.value in options


def _assume(state: AbstractState, statement: ast.Match, options: list[Any] | None, line: int) -> bool:
    """Take (or, with a negative line, do not take) a case; say whether the state can."""
    state.branched(line)
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
    condition = Condition(ast.unparse(statement.subject), relation, constant, names)
    if not state.assume(condition):
        return False
    branches.learn_status(state, statement.subject, condition)
    return True


def _narrow(machine: Machine, state: AbstractState, statement: ast.Match, case: ast.match_case, *, way: bool) -> None:
    """Learn from `case aiohttp.ClientResponse():` what `isinstance` would tell."""
    pattern = case.pattern.pattern if isinstance(case.pattern, ast.MatchAs) else case.pattern
    if not isinstance(pattern, ast.MatchClass) or (
        not way and (pattern.patterns or pattern.kwd_patterns or case.guard)
    ):
        return
    test = ast.Call(ast.Name("isinstance", ast.Load()), [statement.subject, pattern.cls], [])
    branches.narrow(machine, state, ast.copy_location(test, pattern), way=way)


def _bind(state: AbstractState, pattern: ast.pattern, held: Value) -> None:
    """Bind the names of a pattern: a name that takes the whole subject holds it."""
    if isinstance(pattern, ast.MatchAs) and pattern.name is not None and pattern.pattern is None:
        state.bind(pattern.name, held, shadows=True)
        return
    for node in walk(pattern):
        name = getattr(node, "name", None) or getattr(node, "rest", None)
        if isinstance(name, str):
            state.bind(name, None, shadows=True)
