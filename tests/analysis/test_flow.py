"""Control flow over a toy domain: a world is the string of letters that a program went by, each once.

a              goes by `a`                    raise E        raises; `except E` takes worlds that went by `E`
f()            goes by `f`, or raises `!`     return a       goes by `a` and returns
if p:          goes both ways                 if True:       goes one way
for x in y:    begins with `y`, takes `x` for each element, and ends with `>`
with a:        enters by `a` and leaves by `A`; `q` swallows exceptions
except E as e: ends with `~`
a += 1         goes by `a` again and again
raise G        raises a group: `except* E` may take a part of it, and may not
"""

from __future__ import annotations

import ast
import collections
import sys

import pytest

from flake8_aiohttp.analysis.interpreter import statements
from flake8_aiohttp.analysis.machine.flow import Completion, Interpreter, Outcomes

States = list[str]


def went_by(letter: str, states: States) -> States:
    """Let worlds go by a letter."""
    return [state if letter in state else state + letter for state in states]


def evaluated(node: ast.expr, states: States) -> tuple[States, States]:
    """Evaluate a name or a call; only a call may raise."""
    if isinstance(node, ast.Call):
        return went_by(node.func.id, states), went_by("!", states)
    return went_by(node.id, states), []


class Toy:
    """The domain described above; worlds that went by `z` pass compound statements by."""

    def __init__(self) -> None:
        self.tries = 0
        self.within: dict[str, int] = {}
        self.executed = 0

    def execute(self, statement: ast.stmt, states: States) -> Outcomes[str]:
        self.executed += 1
        match statement:
            case ast.Return(value=value):
                return Outcomes({Completion.RETURN: evaluated(value, states)[0]})
            case ast.Raise(exc=exception):
                return Outcomes({Completion.THROW: evaluated(exception, states)[0]})
            case ast.AugAssign(target=target):
                return Outcomes({Completion.NORMAL: [state + target.id for state in states]})
        self.within[ast.unparse(statement)] = self.tries
        outcomes: Outcomes[str] = Outcomes()
        done, raised = evaluated(statement.value, states)
        outcomes.add(Completion.NORMAL, done)
        outcomes.add(Completion.THROW, raised)
        return outcomes

    def pass_by(self, _: ast.stmt, states: States) -> tuple[Outcomes[str], States]:
        outcomes: Outcomes[str] = Outcomes()
        outcomes.add(Completion.NORMAL, [state for state in states if "z" in state])
        return outcomes, [state for state in states if "z" not in state]

    def test(self, test: ast.expr, states: States, **_: bool) -> tuple[States, States, States]:
        if isinstance(test, ast.Constant):
            return (states, [], []) if test.value else ([], states, [])
        raised = evaluated(test, states)[1]
        return states, states, raised

    def begin(self, loop: ast.For, states: States) -> tuple[States, States]:
        return evaluated(loop.iter, states)

    def advance(self, loop: ast.For, states: States, _: int) -> tuple[States, States, States]:
        return went_by(loop.target.id, states), states, []

    def finish(self, _: ast.For, states: States) -> States:
        return went_by(">", states)

    def enter(self, item: ast.withitem, _: ast.With, states: States) -> tuple[States, States]:
        return evaluated(item.context_expr, states)

    def leave(self, item: ast.withitem, _: ast.With, way: Completion, states: States) -> Outcomes[str]:
        name = ast.unparse(item.context_expr)[0]
        swallowed = name == "q" and way is Completion.THROW
        return Outcomes({Completion.NORMAL if swallowed else way: went_by(name.upper(), states)})

    def groups(self, states: States) -> tuple[States, States]:
        return [state for state in states if "G" not in state], [state for state in states if "G" in state]

    def regroup(self, states: States) -> States:
        return states

    def catch(self, handler: ast.ExceptHandler, states: States, *, grouped: bool = False) -> tuple[States, States]:
        if grouped:
            return states, states
        wanted = "" if handler.type is None else ast.unparse(handler.type)
        return [state for state in states if wanted in state], [state for state in states if wanted not in state]

    def caught(self, handler: ast.ExceptHandler, states: States) -> States:
        return went_by("~", states) if handler.name else states

    def subject(self, statement: ast.Match, states: States) -> tuple[States, States]:
        return evaluated(statement.subject, states)

    def match(self, _: ast.Match, case: ast.match_case, states: States) -> tuple[States, States, States]:
        raised = [] if case.guard is None else evaluated(case.guard, states)[1]
        return states, [] if isinstance(case.pattern, ast.MatchAs) else states, raised

    def join(self, states: States) -> States:
        return list(dict.fromkeys(states))

    def unseen(self, states: States, seen: States) -> States:
        fresh = [state for state in states if state not in seen]
        seen += fresh
        return fresh

    def unentered(self, states: States, entered: States) -> tuple[States, States]:
        return self.unseen(states, entered), []

    def begin_try(self, *_: object) -> None:
        self.tries += 1

    def end_try(self, _: ast.Try) -> None:
        self.tries -= 1


def run(source: str, toy: Toy | None = None) -> dict[str, str]:
    """Give the worlds of each way out; `-` is the world that went by nothing."""
    outcomes = Interpreter(toy or Toy()).run(ast.parse(source).body, [""])
    return {
        way.value: " ".join(sorted(state or "-" for state in set(states)))
        for way, states in collections.OrderedDict(outcomes).items()
        if states
    }


@pytest.mark.parametrize(
    ("source", "ways"),
    [
        ("a; b", {"next": "ab"}),
        ("pass", {"next": "-"}),
        ("return a\nb", {"return": "a"}),
        ("raise E\nb", {"raise": "E"}),
        ("f()\na", {"next": "fa", "raise": "!"}),
        ("if p: a\nb", {"next": "ab b"}),
        ("if p: a\nelif p: b\nelse: c\nd", {"next": "ad bd cd"}),
        ("if True: a\nelse: b", {"next": "a"}),
        ("if f(): a", {"next": "- a", "raise": "!"}),
        ("if p: return a\nb", {"next": "b", "return": "a"}),
        ("if p: return a\nelse: raise E\nb", {"return": "a", "raise": "E"}),
        ("z\nif p: return a\nb", {"next": "zb"}),
    ],
)
def test_branches(source: str, ways: dict[str, str]) -> None:
    assert run(source) == ways


@pytest.mark.parametrize(
    ("source", "ways"),
    [
        ("while p: a\nb", {"next": "ab b"}),
        ("while p: a\nelse: b\nc", {"next": "abc bc"}),
        ("while f(): a", {"next": "- a", "raise": "! a!"}),
        ("while True: a\nb", {}),
        ("while True:\n a\n if p: break\nelse: b\nc", {"next": "ac"}),
        ("while p:\n a\n break\n b\nelse: c", {"next": "a c"}),
        ("while p:\n a\n continue\n b\nelse: c", {"next": "ac c"}),
        ("while p: return a", {"next": "-", "return": "a"}),
        ("while True:\n for x in y: break\n a\n break\nb", {"next": "y>ab yxab"}),
        ("for x in y: a\nb", {"next": "y>b yxa>b"}),
        ("async for x in y: a\nb", {"next": "y>b yxa>b"}),
        ("for x in f(): a", {"next": "f> fxa>", "raise": "!"}),
        ("for x in y:\n if p: break\n a\nelse: b\nc", {"next": "y>bc yxa>bc yxac yxc"}),
        ("for x in y:\n if p: continue\n a\nb", {"next": "y>b yx>b yxa>b"}),
        ("for x in y: return a\nb", {"next": "y>b", "return": "yxa"}),
        ("for x in y: pass\nelse: return a", {"return": "y>a yx>a"}),
    ],
)
def test_loops(source: str, ways: dict[str, str]) -> None:
    assert run(source) == ways


def test_a_loop_that_changes_in_every_round_is_left() -> None:
    assert run("while p: a += 1\nb") == {"next": "aaaaab aaaab aaab aab ab b"}


@pytest.mark.parametrize(
    ("source", "ways"),
    [
        ("try: f()\nexcept: a\nb", {"next": "!ab fb"}),
        ("try: f()\nexcept: a\nelse: b\nfinally: c\nd", {"next": "!acd fbcd"}),
        ("try: raise E\nexcept D: a\nexcept E: b\nexcept: c", {"next": "Eb"}),
        ("try: raise E\nexcept D: a\nfinally: b\nc", {"raise": "Eb"}),
        ("try: a\nexcept: b\nelse: raise E", {"raise": "aE"}),
        ("try: f()\nexcept: raise E\nfinally: a", {"next": "fa", "raise": "!Ea"}),
        ("try: raise E\nexcept E as e: a\nb", {"next": "Ea~b"}),
        ("try: raise E\nexcept E as e: return a", {"return": "Ea~"}),
        ("try:\n try: raise E\n finally: a\nexcept E: b", {"next": "Eab"}),
        ("try:\n try: raise E\n except D: a\nexcept E: b", {"next": "Eb"}),
        ("try: return a\nexcept: b", {"return": "a"}),
        ("try: return a\nfinally: b\nc", {"return": "ab"}),
        ("try: return a\nfinally: return b", {"return": "ab"}),
        ("try: raise E\nfinally: return a", {"return": "Ea"}),
        ("try: return a\nfinally: f()", {"return": "af", "raise": "a!"}),
        ("try: f()\nfinally:\n if p: return a", {"next": "f", "return": "!a fa", "raise": "!"}),
        ("while True:\n try: return a\n finally: break\nb", {"next": "ab"}),
        ("while p:\n try: break\n finally: a\nelse: b", {"next": "a b"}),
        ("while p:\n try: continue\n finally: a\nelse: b", {"next": "ab b"}),
    ],
)
def test_try(source: str, ways: dict[str, str]) -> None:
    assert run(source) == ways


@pytest.mark.skipif(sys.version_info < (3, 11), reason="`except*` came with Python 3.11")
def test_exception_groups_are_handled_like_exceptions() -> None:
    assert run("try: f()\nexcept* D: a\nexcept* E: b\nfinally: c") == {"next": "fc", "raise": "!c"}
    assert run("try: raise E\nexcept* D: a\nexcept* E: b\nc") == {"next": "Ebc"}


@pytest.mark.skipif(sys.version_info < (3, 11), reason="`except*` came with Python 3.11")
def test_of_a_group_one_handler_after_another_takes_its_part() -> None:
    ways = {"next": "Gabc Gac Gbc", "raise": "G Ga Gab Gb"}
    assert run("try: raise G\nexcept* D: a\nexcept* E: b\nc") == ways
    assert run("try: raise G\nexcept* D: return a\nexcept* E: b") == {"next": "Gb", "raise": "G Gb", "return": "Ga"}


@pytest.mark.parametrize(
    ("source", "ways"),
    [
        ("with a: b\nc", {"next": "abAc"}),
        ("async with a: b\nc", {"next": "abAc"}),
        ("with a, b: c", {"next": "abcBA"}),
        ("with a: return b", {"return": "abA"}),
        ("with a: raise E", {"raise": "aEA"}),
        ("with q: raise E\nb", {"next": "qEQb"}),
        ("with q: return b\nc", {"return": "qbQ"}),
        ("with a, q: raise E", {"next": "aqEQA"}),
        ("with f(): a", {"next": "faF", "raise": "!"}),
        ("with a, f(): b", {"next": "afbFA", "raise": "a!A"}),
        ("with q, f(): b", {"next": "q!Q qfbFQ"}),
        ("while True:\n with a: break\nb", {"next": "aAb"}),
        ("while p:\n with a: continue\nelse: b", {"next": "aAb b"}),
        ("with a:\n try: return b\n finally: c", {"return": "abcA"}),
        ("with a:\n if p: return b\n c\nd", {"next": "acAd", "return": "abA"}),
        ("try:\n with a: raise E\nexcept E: b", {"next": "aEAb"}),
    ],
)
def test_contexts_are_left_on_every_way_out(source: str, ways: dict[str, str]) -> None:
    assert run(source) == ways


@pytest.mark.parametrize(
    ("source", "ways"),
    [
        ("match s:\n case 1: a\n case 2: b\nc", {"next": "sac sbc sc"}),
        ("match s:\n case 1: a\n case _: b\nc", {"next": "sac sbc"}),
        ("match s:\n case 1: return a\n case _: b\nc", {"next": "sbc", "return": "sa"}),
        ("match f():\n case 1: a", {"next": "f fa", "raise": "!"}),
        ("match s:\n case 1 if f(): a", {"next": "s sa", "raise": "s!"}),
    ],
)
def test_match(source: str, ways: dict[str, str]) -> None:
    assert run(source) == ways


def test_handlers_stand_around_the_body_of_a_try_alone() -> None:
    toy = Toy()
    run("a\ntry:\n b\n try: c\n except D: pass\n f()\nexcept: d\nelse: e", toy)
    assert toy.within == {"a": 0, "b": 1, "c": 2, "f()": 1, "d": 0, "e": 0}


def test_a_finally_stands_around_all_but_itself() -> None:
    toy = Toy()
    run("try: a\nfinally: b\ntry: f()\nexcept: d\nelse: e\nfinally: g", toy)
    assert toy.within == {"a": 1, "b": 0, "f()": 2, "d": 1, "e": 1, "g": 0}


def test_a_context_stands_around_its_block_alone() -> None:
    toy = Toy()
    run("a\nwith b, q: c\nd", toy)
    assert toy.within == {"a": 0, "c": 2, "d": 0}


def test_worlds_that_are_alike_are_one_from_the_next_statement_on() -> None:
    toy = Toy()
    assert run("if p: a\nelse: b\nc\n" + "if p: d\n" * 50, toy) == {"next": "ac acd bc bcd"}
    assert toy.executed < 60


def test_every_kind_of_statement_is_run() -> None:
    """One that a newer Python brings is silent until it has a row: CONTRIBUTING.md tells where."""
    rows = Interpreter(Toy())._compound.keys() | statements._RUNNERS.keys()
    without_effect = {"Import", "ImportFrom", "TypeAlias"}
    assert {kind.__name__ for kind in ast.stmt.__subclasses__() if kind not in rows} <= without_effect
