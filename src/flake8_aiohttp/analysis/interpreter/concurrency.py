"""Many at once: tasks, `gather`, `wait`, task groups and exit stacks."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.analysis.domain.values import (
    AbstractObject,
    Argument,
    BoundMethod,
    Closure,
    ContextStack,
    Coroutine,
    FunctionValue,
    Gathered,
    SequenceValue,
    SuspendedCall,
    Task,
    Value,
)
from flake8_aiohttp.analysis.interpreter import functions, with_blocks
from flake8_aiohttp.analysis.journal.entries import LifecycleEvent, Usage
from flake8_aiohttp.analysis.machine.machine import Activation
from flake8_aiohttp.analysis.transfer import escapes
from flake8_aiohttp.analysis.transfer.arguments import receive_unseen
from flake8_aiohttp.library_model import callees


def _gather(machine: Activation, _: ast.Call, given: list[Argument]) -> Value:
    values: list[Value] = []
    exact = True
    for argument in given:
        if argument.keyword is not None:
            continue
        escapes.hand_on_requests(machine, argument.value)
        if not argument.starred:
            values.append(argument.value)
        elif isinstance(argument.value, SequenceValue):
            values += argument.value.values
            exact = exact and argument.value.exact
        else:
            escapes.escape(machine, argument.value)
            exact = False
    return Gathered(SequenceValue(tuple(values), exact))


def make_task(machine: Activation, node: ast.Call, given: list[Argument]) -> Value:
    """Hand an awaitable to the event loop: it runs without being awaited, as soon as somebody waits."""
    task = _wrap(machine, node, given)
    if isinstance(task, Task) and isinstance(task.inner, (SuspendedCall, Coroutine)):
        machine.state.bind(escapes.ready_path(task.span), task)
    return task


def run_later(machine: Activation, node: ast.Call, given: list[Argument]) -> bool:
    """Hand a function of this file on with its arguments, to be called later: `background.add_task(save, response)`."""
    called = given[0].value if given else None
    if not isinstance(called, (FunctionValue, Closure)):
        return False
    if isinstance(called, Closure) and isinstance(called.node, ast.Lambda):
        return False
    if not machine.facts.functions.function_of(called).is_async:
        return False
    call = functions.call(machine, node, called, given[1:])
    make_task(machine, node, [dataclasses.replace(given[0], value=call)])
    return True


def _wrap(machine: Activation, node: ast.Call, given: list[Argument]) -> Value:
    """Wrap an awaitable: it runs when it is awaited."""
    first = given[0].value if given else None
    if isinstance(first, (Coroutine, SuspendedCall, Gathered, Task)) or (
        isinstance(first, AbstractObject) and first.kind is Kind.REQUEST
    ):
        escapes.use(machine, first, Usage.AWAITED if isinstance(first, AbstractObject) else Usage.HANDED_ON)
        for argument in given[1:]:
            escapes.escape(machine, argument.value)
        if isinstance(first, SuspendedCall):
            escapes.publish(machine, first)
        span = machine.facts.source.span(node)
        functions.begin_task(machine, span)
        return Task(first, span)
    for argument in given:
        escapes.escape(machine, argument.value)
    return None


def run(machine: Activation, _: ast.Call, given: list[Argument]) -> Value:
    """Run an awaitable to its end from synchronous code."""
    if not given:
        return None
    value = functions.await_value(machine, given[0].node, given[0].value)
    machine.state.suspend()
    return value


def _wait(machine: Activation, _: ast.Call, given: list[Argument]) -> Value:
    """`done, pending = await asyncio.wait(tasks)`."""
    if given and isinstance(given[0].value, SequenceValue):
        return Gathered(given[0].value, waits=True)
    receive_unseen(machine, given)
    return None


def _as_completed(machine: Activation, _: ast.Call, given: list[Argument]) -> Value:
    if given and isinstance(given[0].value, SequenceValue):
        return SequenceValue(given[0].value.values, exact=False)
    receive_unseen(machine, given)
    return None


def _scope(name: str) -> Callable[[Activation, ast.Call, list[Argument]], Value]:
    def make(machine: Activation, node: ast.Call, _: list[Argument]) -> Value:
        return ContextStack(name, machine.facts.source.span(node))

    return make


def call_scope(machine: Activation, node: ast.Call, name: str, scope: ContextStack, given: list[Argument]) -> Value:
    """Call a method of an exit stack or task group."""
    if name in callees.TASK_METHODS and given:
        task = make_task(machine, node, given)
        _put(machine, scope, task)
        return task
    if name in callees.ENTERING and given:
        return enter_into(machine, scope, given)
    if name in {"aclose", "close"}:
        _close_scope(machine, node, scope)
    for argument in given:
        if isinstance(argument.value, BoundMethod):
            escapes.note_event(machine, argument.value.owner, LifecycleEvent.RELEASED)
        escapes.publish(machine, argument.value)
    return None


def _close_scope(machine: Activation, node: ast.Call, scope: ContextStack) -> None:
    with_blocks.left(machine, scope, node)


def _put(machine: Activation, scope: ContextStack, value: Value) -> None:
    path = f"<scope {scope.span.line}:{scope.span.column}>"
    held = machine.state.store.get(path)
    values = held.values if isinstance(held, SequenceValue) else ()
    machine.bind(path, SequenceValue((*values, value)))


def enter_into(machine: Activation, scope: ContextStack | None, given: list[Argument]) -> Value:
    """Enter a context now, and leave it when its exit stack does."""
    value = with_blocks.entered(machine, given[0].value, in_block=False)
    if scope is not None and value is not None:
        _put(machine, scope, value)
    return Task(value, machine.facts.source.span(given[0].node)) if value is not None else None


FUNCTIONS: dict[str, Callable[[Activation, ast.Call, list[Argument]], Value]] = {
    **dict.fromkeys(callees.GATHERING, _gather),
    **dict.fromkeys(callees.TASKS, make_task),
    **dict.fromkeys(callees.WRAPPERS, _wrap),
    **dict.fromkeys(callees.RUNNERS, run),
    **dict.fromkeys(callees.WAITING, _wait),
    **dict.fromkeys(callees.COMPLETING, _as_completed),
    **{name: _scope(name) for name in callees.SCOPES},
}
