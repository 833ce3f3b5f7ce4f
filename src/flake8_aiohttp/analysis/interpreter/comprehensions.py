"""Comprehensions and generator expressions: evaluated as if they ran where they stand, once."""

from __future__ import annotations

import ast

from flake8_aiohttp.analysis.domain.values import DictValue, SequenceValue, Value
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
    kept = machine.state.store.copy()
    before = set(machine.state.sites)
    exact = _generators(machine, node.generators)
    value = machine.evaluate(node.elt)
    value = summarise(machine.state, value, before)
    _restore(machine, node.generators, kept)
    _exhaust(machine, node.generators)
    return SequenceValue((value,), exact=exact is not None and exact == 1)


def dict_comprehension(machine: Activation, node: ast.DictComp) -> Value:
    """Evaluate a dict comprehension as if it ran here, once."""
    kept = machine.state.store.copy()
    before = set(machine.state.sites)
    _generators(machine, node.generators)
    machine.evaluate(node.key)
    value = summarise(machine.state, machine.evaluate(node.value), before)
    _restore(machine, node.generators, kept)
    return DictValue(((None, value),))


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
