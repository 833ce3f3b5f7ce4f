"""Comprehensions and generator expressions: evaluated as if they ran where they stand, once."""

from __future__ import annotations

import ast

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.analysis.domain.values import DictValue, MemberValue, SequenceValue, Value
from flake8_aiohttp.analysis.interpreter import generators, loops, statements
from flake8_aiohttp.analysis.journal.entries import Usage
from flake8_aiohttp.analysis.machine.machine import Activation
from flake8_aiohttp.analysis.transfer import escapes
from flake8_aiohttp.analysis.transfer.containers import element, summarise
from flake8_aiohttp.python.source import walk


def _exhaust(machine: Activation, generators_of: list[ast.comprehension]) -> None:
    """Come to the end of the generators that a comprehension collects from."""
    for generator in generators_of:
        generators.exhaust(machine, machine.state, generator.iter)


def comprehension(machine: Activation, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Value:
    """Evaluate a comprehension or generator expression as if it ran here, once."""
    stream = _lazily(machine, node) if isinstance(node, ast.GeneratorExp) else None
    if stream is not None:
        return stream
    kept = machine.state.store.copy()
    before = set(machine.state.sites)
    exact = _generators(machine, node.generators)
    collected = _collected(machine, node.elt)
    values = tuple(summarise(machine.state, value, before) for value in collected.values)
    _restore(machine, node.generators, kept)
    _exhaust(machine, node.generators)
    return SequenceValue(values, exact=exact == 1 and collected.exact)


def _lazily(machine: Activation, node: ast.GeneratorExp) -> Value:
    """Give the stream that `(line async for line in response.content)` reads when somebody iterates over it."""
    first = node.generators[0]
    if not first.is_async or any(isinstance(inner, ast.Await) for inner in walk(first.iter)):
        return None
    with machine.unrecorded():
        value = machine.evaluate(first.iter)
    is_stream = isinstance(value, MemberValue) and value.kind in {Kind.STREAM, Kind.CHUNKS}
    return machine.evaluate(first.iter) if is_stream else None


def _collected(machine: Activation, node: ast.expr) -> SequenceValue:
    """Give what one round of a comprehension adds: `[*row for row in rows]`, from Python 3.15 on, all of a row."""
    value = machine.evaluate(node)
    if not isinstance(node, ast.Starred):
        return SequenceValue((value,))
    if isinstance(value, SequenceValue):
        return value
    escapes.use(machine, value, Usage.UNPACKED)
    return SequenceValue((), exact=False)


def dict_comprehension(machine: Activation, node: ast.DictComp) -> Value:
    """Evaluate a dict comprehension as if it ran here, once."""
    kept = machine.state.store.copy()
    before = set(machine.state.sites)
    _generators(machine, node.generators)
    pairs = _added(machine, node.key, node.value)
    _restore(machine, node.generators, kept)
    return DictValue(tuple((key, summarise(machine.state, value, before)) for key, value in pairs))


def _added(machine: Activation, key: ast.expr, item: ast.expr | None) -> tuple[tuple[str | None, Value], ...]:
    """Give what one round of a dict comprehension adds: `{**row for row in rows}`, from Python 3.15 on, all of a row.

    There the row stands in the place of the key, and there is no `item`.
    """
    value = machine.evaluate(key)
    if item is not None:
        return ((None, machine.evaluate(item)),)
    escapes.use(machine, value, Usage.UNPACKED)
    return value.pairs if isinstance(value, DictValue) else ((None, None),)


def _generators(machine: Activation, generators: list[ast.comprehension]) -> int | None:
    count: int | None = 1
    for generator in generators:
        iterable = loops.iterable(machine, generator.iter, is_async=bool(generator.is_async))
        exact = isinstance(iterable, SequenceValue) and iterable.exact
        count = len(iterable.values) if exact and isinstance(iterable, SequenceValue) and count == 1 else None
        statements.bind_target(machine, generator.target, element(machine, iterable))
        for condition in generator.ifs:
            escapes.use(machine, machine.evaluate(condition), Usage.TESTED)
            count = None
    return count


def _restore(machine: Activation, generators: list[ast.comprehension], kept: dict[str, Value]) -> None:
    for generator in generators:
        for name in walk(generator.target):
            if isinstance(name, ast.Name):
                if name.id in kept:
                    machine.state.store[name.id] = kept[name.id]
                else:
                    machine.state.store.pop(name.id, None)


# Subscripts
