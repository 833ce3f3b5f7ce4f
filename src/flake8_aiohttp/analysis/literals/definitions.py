"""Reaching definitions of one name of a function: what it holds, and what its dict holds, where a statement begins.

    params = {"q": q}            defines the whole
    if full:
        params["full"] = True    defines the item "full"
    params.pop("full", None)     kills it

A definition that is killed on some way stays known as one that may be gone: nothing is said of it.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable, Container, Iterable

from flake8_aiohttp.analysis.domain.literals import Item, Literal
from flake8_aiohttp.analysis.facts.suites import Anchor
from flake8_aiohttp.analysis.machine.flow import Completion, Interpreter, Outcomes
from flake8_aiohttp.python.source import walk

Evaluate = Callable[[ast.expr, Anchor], "Literal | None"]

ASKING = frozenset({"get", "items", "keys", "values", "copy"})
"""Methods of a dict that leave it as it is."""

_LOOKING = frozenset(
    "print len str repr bool sorted list tuple set dict any all sum isinstance iter format dumps urlencode "
    "debug info warning error exception log".split()
)
"""Functions, by their last name, that look at what they are given."""

WHOLE = "\0whole"
ANY = "\0any"


@dataclasses.dataclass(frozen=True, slots=True)
class Definition:
    """An item that was put under a key, or (under WHOLE) a value that is no dict; ANY is a key that is not known."""

    key: str
    item: Item
    anchor: Anchor


@dataclasses.dataclass(frozen=True, slots=True)
class Reaching:
    """What reaches a place: definitions that some way brings, that every way brings, and that some way has killed.

    `lost` says that the value has another name, by which it may change unseen.
    """

    live: frozenset[Definition] = frozenset()
    sure: frozenset[Definition] = frozenset()
    killed: frozenset[Definition] = frozenset()
    lost: bool = False

    def kill(self, matches: Callable[[str], bool], *, surely: bool = True) -> Reaching:
        """Take out the definitions whose key matches; where that is not sure, they may be gone."""
        hit = frozenset(each for each in self.live if matches(each.key))
        live = self.live - hit if surely else self.live
        return Reaching(live, self.sure - hit, self.killed | hit, self.lost)

    def kill_key(self, key: ast.expr) -> Reaching:
        """Take out what is under a key; of a key that is not known on either side it is not sure."""
        if not isinstance(key, ast.Constant):
            return self.kill(lambda _: True, surely=False)
        spelled = ast.unparse(key)
        return self.kill(lambda known: known == ANY, surely=False).kill(lambda known: known == spelled)

    def define(self, definitions: Iterable[Definition]) -> Reaching:
        """Add definitions."""
        new = frozenset(definitions)
        return Reaching(self.live | new, self.sure | new, self.killed - new, self.lost)


def joined(states: list[Reaching]) -> Reaching:
    """Merge what several ways bring."""
    first = states[0]
    live, sure, killed, lost = first.live, first.sure, first.killed, first.lost
    for state in states[1:]:
        live, sure, killed, lost = live | state.live, sure & state.sure, killed | state.killed, lost or state.lost
    return Reaching(live, sure, killed, lost)


class Definitions:
    """The domain of the control flow for one name; `at` has what reaches each anchor that mentions it."""

    def __init__(self, name: str, mentions: Iterable[Anchor], evaluate: Evaluate, requests: Container[ast.AST]) -> None:
        self.at: dict[Anchor, Reaching] = {}
        self._name = name
        self._mentions = frozenset(mentions)
        self._evaluate = evaluate
        self._requests = requests
        self._tries = 0
        self._raised: list[Reaching] = []

    def run(self, body: list[ast.stmt]) -> None:
        """Run the body of a function."""
        Interpreter(self).run(body, [Reaching()])

    # What an anchor does

    def _pass(self, anchor: Anchor, states: list[Reaching]) -> list[Reaching]:
        """Let states go through an anchor; inside a `try` each may end there."""
        if not states or anchor not in self._mentions:
            return states
        before = joined(states)
        known = self.at.get(anchor)
        self.at[anchor] = before if known is None else joined([known, before])
        after = self._after(anchor, before)
        if self._tries:
            self._raised += [before, after]
        return [after]

    def _after(self, anchor: Anchor, state: Reaching) -> Reaching:
        match anchor:
            case (
                ast.Assign(targets=[ast.Name(id=self._name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=self._name), value=ast.expr() as value)
            ):
                return self._rebound(value, anchor, self._looked_at(value, state))
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=self._name), slice=key)], value=value):
                return self._put(key, value, anchor, self._looked_at(value, state))
            case ast.AugAssign(target=ast.Name(id=self._name), op=ast.BitOr(), value=value):
                return self._merged(value, anchor, state)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=self._name), attr=method)) as call):
                return self._called(method, call, anchor, state)
            case ast.Delete(targets=[ast.Subscript(value=ast.Name(id=self._name), slice=key)]):
                return state.kill_key(key)
        return self._looked_at(anchor, state)

    def _rebound(self, value: ast.expr, anchor: Anchor, state: Reaching) -> Reaching:
        """Bind the name anew."""
        literal = self._evaluate(value, anchor)
        state = dataclasses.replace(state.kill(lambda _: True), lost=False)
        if literal is None:
            return state
        if literal.type == "dict":
            return state.define(self._items(literal, anchor))
        return state.define([Definition(WHOLE, Item(literal), anchor)])

    def _items(self, literal: Literal, anchor: Anchor) -> Iterable[Definition]:
        return [Definition(item.key or ANY, item, anchor) for item in literal.items]

    def _put(self, key: ast.expr, value: ast.expr, anchor: Anchor, state: Reaching) -> Reaching:
        """`params["full"] = True`."""
        state = state.kill_key(key)
        literal = self._evaluate(value, anchor)
        if literal is None:
            return state
        spelled = ast.unparse(key) if _is_constant(key) else ""
        return state.define([Definition(spelled or ANY, Item(literal, spelled), anchor)])

    def _merged(self, value: ast.expr, anchor: Anchor, state: Reaching) -> Reaching:
        """`params |= {…}`, `params.update({…})`."""
        literal = self._evaluate(value, anchor)
        if not isinstance(value, ast.Dict) or None in value.keys:
            state = state.kill(lambda _: True, surely=False)  # what else is there may replace anything
        else:
            for key in value.keys:
                assert key is not None
                state = state.kill_key(key)
        if literal is None or literal.type != "dict":
            return state
        return state.define(self._items(literal, anchor))

    def _called(self, method: str, call: ast.Call, anchor: Anchor, state: Reaching) -> Reaching:
        """Call a method of the name as a statement."""
        match method, call:
            case "update", ast.Call(args=[value], keywords=[]):
                return self._merged(value, anchor, state)
            case "update", ast.Call(args=[]) if all(keyword.arg for keyword in call.keywords):
                for keyword in call.keywords:
                    state = self._put(ast.Constant(keyword.arg), keyword.value, anchor, state)
                return state
            case "pop", ast.Call(args=[key, *_]):
                return state.kill_key(key)
            case "clear", _:
                return state.kill(lambda _: True)
        return state.kill(lambda _: True, surely=False)

    def _looked_at(self, node: ast.AST, state: Reaching) -> Reaching:
        """Go through expressions that mention the name: some only look, some may change it, some give it another."""
        harmless: set[ast.AST] = set()
        for inner in walk(node):
            harmless.update(self._harmless(inner))
        for inner in walk(node):
            if not isinstance(inner, ast.Name) or inner.id != self._name or inner in harmless:
                continue
            if isinstance(inner.ctx, ast.Load):
                state = dataclasses.replace(state, lost=True)
            state = state.kill(lambda _: True)
        return state

    def _harmless(self, node: ast.AST) -> Iterable[ast.AST]:
        """Give the operands of a node that it only looks at."""
        match node:
            case ast.Subscript(value=value, slice=key, ctx=ast.Load()):
                return [value, key]
            case ast.Call():
                return self._looked_at_by(node)
            case ast.Compare(left=left, comparators=others):
                return [left, *others]
            case ast.FormattedValue(value=value) | ast.UnaryOp(operand=value):
                return [value]
            case ast.BinOp(left=left, right=right):
                return [left, right]
            case ast.Dict(keys=keys, values=values):
                return [value for key, value in zip(keys, values, strict=True) if key is None]
            case ast.comprehension(iter=value):
                return [value]
            case ast.IfExp(test=test):
                return [test]
        return []

    def _looked_at_by(self, call: ast.Call) -> Iterable[ast.AST]:
        """Give what a call only looks at."""
        match call.func:
            case ast.Attribute(value=value, attr=name) if name in ASKING:
                return [value, *call.args]
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in _LOOKING:
                return [*call.args, *(keyword.value for keyword in call.keywords)]
        is_request = call in self._requests
        return [keyword.value for keyword in call.keywords if keyword.arg is None or is_request]

    # What the flow asks

    def execute(self, statement: ast.stmt, states: list[Reaching]) -> Outcomes[Reaching]:
        """Run a statement that has no suite of its own."""
        way = {ast.Return: Completion.RETURN, ast.Raise: Completion.THROW}.get(type(statement), Completion.NORMAL)
        outcomes: Outcomes[Reaching] = Outcomes()
        outcomes.add(way, self._pass(statement, states))
        return self._with_raised(outcomes)

    def _with_raised(self, outcomes: Outcomes[Reaching]) -> Outcomes[Reaching]:
        outcomes.add(Completion.THROW, self._take_raised())
        return outcomes

    def _take_raised(self) -> list[Reaching]:
        raised, self._raised = self._raised, []
        return raised

    def pass_by(self, statement: ast.stmt, states: list[Reaching]) -> tuple[Outcomes[Reaching], list[Reaching]]:
        """Pass nothing by; whatever stands in a `try` may raise."""
        del statement
        outcomes: Outcomes[Reaching] = Outcomes()
        if self._tries:
            outcomes.add(Completion.THROW, states)
        return outcomes, states

    def test(
        self, test: ast.expr, states: list[Reaching], *, again: bool = False
    ) -> tuple[list[Reaching], list[Reaching], list[Reaching]]:
        """Go both ways."""
        del again
        states = self._pass(test, states)
        endless = isinstance(test, ast.Constant) and bool(test.value)
        return states, [] if endless else states, self._take_raised()

    def begin(self, loop: ast.For | ast.AsyncFor, states: list[Reaching]) -> tuple[list[Reaching], list[Reaching]]:
        """Evaluate what a loop iterates over."""
        return self._pass(loop.iter, states), self._take_raised()

    def advance(
        self, loop: ast.For | ast.AsyncFor, states: list[Reaching], rounds: int
    ) -> tuple[list[Reaching], list[Reaching], list[Reaching]]:
        """Go on or end."""
        del rounds
        return self._pass(loop.target, states), states, self._take_raised()

    def finish(self, loop: ast.For | ast.AsyncFor, states: list[Reaching]) -> list[Reaching]:
        """End a loop."""
        del loop
        return states

    def enter(
        self, item: ast.withitem, block: ast.With | ast.AsyncWith, states: list[Reaching]
    ) -> tuple[list[Reaching], list[Reaching]]:
        """Open a context."""
        del block
        return self._pass(item, states), self._take_raised()

    def leave(
        self, item: ast.withitem, block: ast.With | ast.AsyncWith, way: Completion, states: list[Reaching]
    ) -> Outcomes[Reaching]:
        """Close a context."""
        del item, block
        return Outcomes({way: states})

    def catch(
        self, handler: ast.ExceptHandler, states: list[Reaching], *, grouped: bool = False
    ) -> tuple[list[Reaching], list[Reaching]]:
        """Let a handler take what it may, and let it go on as well."""
        del grouped
        if handler.name == self._name:
            return [state.kill(lambda _: True) for state in states], states
        return states, states

    def caught(self, handler: ast.ExceptHandler, states: list[Reaching]) -> list[Reaching]:
        """Leave a handler."""
        del handler
        return states

    def subject(self, statement: ast.Match, states: list[Reaching]) -> tuple[list[Reaching], list[Reaching]]:
        """Evaluate what a `match` looks at."""
        return self._pass(statement.subject, states), self._take_raised()

    def match(
        self, statement: ast.Match, case: ast.match_case, states: list[Reaching]
    ) -> tuple[list[Reaching], list[Reaching], list[Reaching]]:
        """Go both ways, but past a case that takes all."""
        del statement
        captures = {getattr(node, "name", None) for node in walk(case.pattern)}
        if self._name in captures:
            states = [state.kill(lambda _: True) for state in states]
        takes_all = isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None and case.guard is None
        return states, [] if takes_all else states, []

    def join(self, states: list[Reaching]) -> list[Reaching]:
        """Merge all states into one."""
        return [joined(states)] if states else []

    def unseen(self, states: list[Reaching], seen: list[Reaching]) -> list[Reaching]:
        """Give the states that no round of a loop began with yet."""
        fresh = [state for state in states if state not in seen]
        seen += fresh
        return fresh

    def groups(self, states: list[Reaching]) -> tuple[list[Reaching], list[Reaching]]:
        """Take every exception for a group."""
        return [], states

    def unentered(self, states: list[Reaching], entered: list[Reaching]) -> tuple[list[Reaching], list[Reaching]]:
        """Give the states in which a loop was not entered before."""
        return self.unseen(states, entered), []

    def regroup(self, states: list[Reaching]) -> list[Reaching]:
        """Go on to the next `except*`."""
        return states

    def begin_try(self, statement: ast.Try | ast.withitem) -> None:
        """Begin to run what handlers, or a `finally`, stand around."""
        self._tries += not isinstance(statement, ast.withitem)

    def end_try(self, statement: ast.Try | ast.withitem) -> None:
        """End it."""
        self._tries -= not isinstance(statement, ast.withitem)


def _is_constant(key: ast.expr) -> bool:
    return isinstance(key, ast.Constant)
