"""Many at once: tasks, `gather`, `wait`, task groups and exit stacks."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.analysis.domain.values import (
    AbstractObject,
    BoundMethod,
    ContextStack,
    Coroutine,
    Gathered,
    SequenceValue,
    SuspendedCall,
    Task,
    Value,
)
from flake8_aiohttp.analysis.interpreter import functions
from flake8_aiohttp.analysis.journal.recorder import LifecycleEvent, Usage
from flake8_aiohttp.analysis.transfer import escapes
from flake8_aiohttp.library_model import callees

if TYPE_CHECKING:
    from flake8_aiohttp.analysis.interpreter.frame import Frame
from flake8_aiohttp.analysis.interpreter import with_blocks
from flake8_aiohttp.analysis.transfer.arguments import Argument, receive_unseen


def _gather(frame: Frame, _: ast.Call, given: list[Argument]) -> Value:
    values: list[Value] = []
    exact = True
    for argument in given:
        if argument.keyword is not None:
            continue
        escapes.hand_on_requests(frame, argument.value)
        if not argument.starred:
            values.append(argument.value)
        elif isinstance(argument.value, SequenceValue):
            values += argument.value.values
            exact = exact and argument.value.exact
        else:
            escapes.escape(frame, argument.value)
            exact = False
    return Gathered(SequenceValue(tuple(values), exact))


def make_task(frame: Frame, node: ast.Call, given: list[Argument]) -> Value:
    """Hand an awaitable to the event loop, or wrap it: it runs without being awaited, or when it is."""
    first = given[0].value
    if isinstance(first, (Coroutine, SuspendedCall, Gathered, Task)) or (
        isinstance(first, AbstractObject) and first.kind is Kind.REQUEST
    ):
        escapes.use(frame, first, Usage.AWAITED if isinstance(first, AbstractObject) else Usage.HANDED_ON)
        for argument in given[1:]:
            escapes.escape(frame, argument.value)
        if isinstance(first, SuspendedCall):
            escapes.publish(frame, first)
        span = frame.engine.source.span(node)
        functions.begin_task(frame, span)
        return Task(first, span)
    for argument in given:
        escapes.escape(frame, argument.value)
    return None


def _wrap(frame: Frame, node: ast.Call, given: list[Argument]) -> Value:
    return make_task(frame, node, given) if given else None


def run(frame: Frame, _: ast.Call, given: list[Argument]) -> Value:
    """Run an awaitable to its end from synchronous code."""
    if not given:
        return None
    return functions.await_value(frame, given[0].node, given[0].value)


def _wait(frame: Frame, _: ast.Call, given: list[Argument]) -> Value:
    """`done, pending = await asyncio.wait(tasks)`."""
    if given and isinstance(given[0].value, SequenceValue):
        return Gathered(given[0].value, waits=True)
    receive_unseen(frame, given)
    return None


def _as_completed(frame: Frame, _: ast.Call, given: list[Argument]) -> Value:
    if given and isinstance(given[0].value, SequenceValue):
        return SequenceValue(given[0].value.values, exact=False)
    receive_unseen(frame, given)
    return None


def _scope(name: str) -> Callable[[Frame, ast.Call, list[Argument]], Value]:
    def make(frame: Frame, node: ast.Call, _: list[Argument]) -> Value:
        return ContextStack(name, frame.engine.source.span(node))

    return make


def call_scope(frame: Frame, node: ast.Call, name: str, scope: ContextStack, given: list[Argument]) -> Value:
    """Call a method of an exit stack or task group."""
    if name in callees.TASK_METHODS and given:
        task = make_task(frame, node, given)
        _put(frame, scope, task)
        return task
    if name in callees.ENTERING and given:
        return enter_into(frame, scope, given)
    if name in {"aclose", "close"}:
        _close_scope(frame, node, scope)
    for argument in given:
        if isinstance(argument.value, BoundMethod):
            escapes.note_event(frame, argument.value.owner, LifecycleEvent.RELEASED)
        escapes.publish(frame, argument.value)
    return None


def _close_scope(frame: Frame, node: ast.Call, scope: ContextStack) -> None:
    with_blocks.left(frame, scope, node)


def _put(frame: Frame, scope: ContextStack, value: Value) -> None:
    path = f"<scope {scope.span.line}:{scope.span.column}>"
    held = frame.state.store.get(path)
    values = held.values if isinstance(held, SequenceValue) else ()
    frame.state.bind(path, SequenceValue((*values, value)))


def enter_into(frame: Frame, scope: ContextStack | None, given: list[Argument]) -> Value:
    """Enter a context now, and leave it when its exit stack does."""
    value = with_blocks.entered(frame, given[0].value, 0)
    if scope is not None and value is not None:
        _put(frame, scope, value)
    return Task(value, frame.engine.source.span(given[0].node)) if value is not None else None


FUNCTIONS: dict[str, Callable[[Frame, ast.Call, list[Argument]], Value]] = {
    **dict.fromkeys(callees.GATHERING, _gather),
    **dict.fromkeys(callees.TASKS | callees.WRAPPERS, _wrap),
    **dict.fromkeys(callees.RUNNERS, run),
    **dict.fromkeys(callees.WAITING, _wait),
    **dict.fromkeys(callees.COMPLETING, _as_completed),
    **{name: _scope(name) for name in callees.SCOPES},
}
