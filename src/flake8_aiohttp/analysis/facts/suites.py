"""Where in a function things stand: the statement (or part of one) that evaluates a call, and the tests around it."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from flake8_aiohttp.python.definitions import Function
from flake8_aiohttp.python.scopes import blocks
from flake8_aiohttp.python.source import walk

Anchor = ast.stmt | ast.expr | ast.withitem
"""What the control flow evaluates in one go: a plain statement, or the head of a compound one."""

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Suites:
    """The anchors of a function's body, the `if`s around each, and what each name is mentioned by."""

    def __init__(self, body: list[ast.stmt]) -> None:
        self.anchors: dict[ast.AST, Anchor] = {}
        self.tests: dict[Anchor, tuple[ast.expr, ...]] = {}
        self.guarded: set[Anchor] = set()
        self.mentions: defaultdict[str, list[Anchor]] = defaultdict(list)
        self.captured: set[str] = set()
        self.stored: set[str] = set()
        self.yields = False
        self.roles: defaultdict[str, set[str]] = defaultdict(set)
        self._enter(body, ())

    def _enter(self, body: list[ast.stmt], tests: tuple[ast.expr, ...]) -> None:
        for statement in body:
            if isinstance(statement, _SCOPES):
                self.captured |= _names(statement)
                continue
            inner = (*tests, statement.test) if isinstance(statement, (ast.If, ast.While)) else tests
            for anchor in heads(statement):
                self._add(anchor, tests)
            before = set(self.tests)
            for block in blocks(statement):
                self._enter(block, inner)
                if isinstance(statement, ast.Try) and block is statement.body and _catches_refusals(statement):
                    self.guarded |= self.tests.keys() - before

    def _add(self, anchor: Anchor, tests: tuple[ast.expr, ...]) -> None:
        self.tests[anchor] = tests
        for node in walk(anchor):
            self.anchors[node] = anchor
            if isinstance(node, ast.Name):
                if not isinstance(node.ctx, ast.Load):
                    self.stored.add(node.id)
                if anchor not in self.mentions[node.id][-1:]:
                    self.mentions[node.id].append(anchor)
            elif isinstance(node, ast.Lambda):
                self.captured |= _names(node)
            elif isinstance(node, ast.keyword) and node.arg and isinstance(node.value, ast.Name):
                self.roles[node.value.id].add(node.arg)
            elif isinstance(node, (ast.Global, ast.Nonlocal)):
                self.captured.update(node.names)
            elif isinstance(node, (ast.Yield, ast.YieldFrom)):
                self.yields = True

    def is_retested(self, made: Anchor, used: Anchor) -> bool:
        """Whether another test may belong together with those that decide whether `made` is run before `used`."""
        own = [test for test in self.tests[made] if test not in self.tests[used]]
        names = {name for test in own for name in _names(test)}
        tests = {test for each in self.tests.values() for test in each}
        others = (test for test in tests if test not in self.tests[made])
        return any(not names.isdisjoint(_names(test)) for test in others)


def _catches_refusals(statement: ast.Try) -> bool:
    """Whether a handler names what a wrong argument raises."""
    caught = (_names(handler.type) for handler in statement.handlers if handler.type is not None)
    return any({"TypeError", "ValueError"} & names for names in caught)


def bound_by(function: Function) -> frozenset[str]:
    """Give the parameters of a function, and the names that its statements bind; those in expressions aside."""
    arguments = function.node.args
    others = (each for each in (*arguments.kwonlyargs, arguments.vararg, arguments.kwarg) if each)
    bound = {each.arg for each in (*function.parameters, *others)}
    pending: list[list[ast.stmt]] = [function.node.body]
    while pending:
        for statement in pending.pop():
            if isinstance(statement, _SCOPES):
                bound.add(statement.name)
                continue
            bound.update(each.id for target in _targets(statement) for each in walk(target) if _is_stored(each))
            pending += blocks(statement)
    return frozenset(bound)


def _targets(statement: ast.stmt) -> list[ast.expr]:
    match statement:
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            return targets
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target) | ast.For(target=target):
            return [target]
        case ast.AsyncFor(target=target):
            return [target]
        case ast.With(items=items) | ast.AsyncWith(items=items):
            return [item.optional_vars for item in items if item.optional_vars is not None]
    return []


def _is_stored(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)


def heads(statement: ast.stmt) -> Iterator[Anchor]:
    """Give what a statement evaluates itself: all of a plain one, of a compound one what stands in its head."""
    match statement:
        case ast.If(test=test) | ast.While(test=test):
            yield test
        case ast.For(target=target, iter=iterable) | ast.AsyncFor(target=target, iter=iterable):
            yield iterable
            yield target
        case ast.With(items=items) | ast.AsyncWith(items=items):
            yield from items
        case ast.Match(subject=subject):
            yield subject
        case _:
            if not blocks(statement):
                yield statement


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in walk(node) if isinstance(each, ast.Name)}
