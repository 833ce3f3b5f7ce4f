"""What a `raise` makes, and what of its arguments travels with it."""

from __future__ import annotations

import ast

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.analysis.domain.values import (
    AbstractObject,
    Argument,
    BoundMethod,
    ClassObject,
    Coroutine,
    Value,
)
from flake8_aiohttp.analysis.interpreter import functions
from flake8_aiohttp.analysis.journal.entries import Usage
from flake8_aiohttp.analysis.machine.machine import Activation
from flake8_aiohttp.analysis.transfer import escapes


def make(machine: Activation, exception: ast.Call) -> None:
    """Make an exception: it takes data, and does not await."""
    name = ast.unparse(exception.func)
    arguments = [(node, None) for node in exception.args] + [(each.value, each.arg) for each in exception.keywords]
    given = [Argument(node, machine.evaluate(node), keyword) for node, keyword in arguments]
    carried = _carried(machine, exception, given)
    for argument in given:
        if isinstance(argument.value, (Coroutine, BoundMethod)):
            escapes.use(machine, argument.value, Usage.ARGUMENT, name)
        elif isinstance(argument.value, AbstractObject) and argument.value in carried:
            machine.journal.sightings.last_stored[argument.value.site] = argument.node
            machine.journal.stored.retained.add(argument.value.site)
            if carried[argument.value]:
                machine.journal.stored.read_anew.add(argument.value.site)
            escapes.publish(machine, argument.value)
        else:
            escapes.escape(machine, argument.value)


def _carried(machine: Activation, exception: ast.Call, given: list[Argument]) -> dict[Value, bool]:
    """Give what an exception of a class of this file keeps whose body the file reads elsewhere, and whether anew."""
    if not any(isinstance(each.value, AbstractObject) and each.value.kind is Kind.RESPONSE for each in given):
        return {}
    made = machine.evaluate(exception.func)
    if not isinstance(made, ClassObject):
        return {}
    retained = machine.facts.retained
    kept = functions.kept(machine, made.definition, given)
    return {
        value: retained.reads_anew(name) for name, value in kept if retained.reads(name, machine.invocation.function)
    }
