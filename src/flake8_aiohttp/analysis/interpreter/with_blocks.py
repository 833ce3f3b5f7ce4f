"""`with` and `async with`: what a block binds, and what its end takes back."""

from __future__ import annotations

import ast
import dataclasses

from flake8_aiohttp.aiohttp_model.objects import ENTERED, Kind
from flake8_aiohttp.analysis.domain.state import AbstractState, States, sites_of
from flake8_aiohttp.analysis.domain.typestate import EndingCall
from flake8_aiohttp.analysis.domain.values import (
    AbstractObject,
    ContextStack,
    Coroutine,
    Instance,
    MemberValue,
    SequenceValue,
    SuspendedCall,
    Task,
    Value,
)
from flake8_aiohttp.analysis.interpreter import functions, generators, statements
from flake8_aiohttp.analysis.journal.entries import LifecycleEvent, Role, Usage
from flake8_aiohttp.analysis.machine.flow import Completion, Outcomes
from flake8_aiohttp.analysis.machine.machine import Activation
from flake8_aiohttp.analysis.transfer import bodies, classes, escapes, exits, text
from flake8_aiohttp.library_model import callees

BY_HAND = frozenset({"__aenter__", "__aexit__"})
_ASYNC_ONLY = frozenset({Kind.REQUEST, Kind.STANDALONE, Kind.RESPONSE, Kind.SESSION, Kind.SOCKET_REQUEST})


def _place(item: ast.withitem) -> str:
    return f"<with {item.context_expr.lineno}:{item.context_expr.col_offset}>"


def enter(machine: Activation, item: ast.withitem, block: ast.With | ast.AsyncWith, states: States) -> States:
    """Open a context and bind what it gives."""

    def action() -> Value:
        if isinstance(block, ast.AsyncWith):
            machine.state.suspend()
        machine.mode.entering = item.context_expr
        value = classes.entered(machine, item.context_expr, _context(machine, item.context_expr))
        if isinstance(block, ast.With):
            _note_plain_with(machine, item.context_expr, value)
        given = entered(machine, value)
        if not isinstance(value, Task):  # what `nullcontext(…)` lends stays open
            machine.state.bind(
                _place(item), value if isinstance(value, (ContextStack, SuspendedCall)) else given, shadows=True
            )
        if item.optional_vars is not None:
            statements.bind_target(machine, item.optional_vars, given)
        machine.may_raise()
        return None

    return [state for state, _ in machine.explore(states, action)]


def _context(machine: Activation, node: ast.expr) -> Value:
    """Evaluate the context of a block, looking through `aclosing(…)` and `nullcontext(…)`."""
    if isinstance(node, ast.Call) and node.args:
        if _is_call_of(machine, node, callees.TRANSPARENT_CONTEXTS):
            return machine.evaluate(node.args[0])
        if _is_call_of(machine, node, callees.NULL_CONTEXTS):
            value = machine.evaluate(node.args[0])
            return Task(value, machine.facts.source.span(node)) if value is not None else None
    return machine.evaluate(node)


def _is_call_of(machine: Activation, node: ast.expr, names: frozenset[str]) -> bool:
    return isinstance(node, ast.Call) and machine.facts.scopes.qualified(node.func) in names


def _expects(machine: Activation, node: ast.expr) -> bool:
    """Whether a block expects an exception: `pytest.raises(…)`, `self.assertRaises(…)`."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in callees.EXPECTING_METHODS
    ):
        return True
    return _is_call_of(machine, node, callees.EXPECTING)


def _swallows(machine: Activation, item: ast.withitem) -> bool:
    return _is_call_of(machine, item.context_expr, callees.SUPPRESSING)


def observes(machine: Activation, statement: ast.Try | ast.withitem) -> bool:
    """Whether a statement sees the exceptions of what stands inside it: of blocks, one that suppresses them."""
    return not isinstance(statement, ast.withitem) or _swallows(machine, statement)


def _note_plain_with(machine: Activation, node: ast.expr, value: Value) -> None:
    """Write down that an object with asynchronous contexts met a plain `with`."""
    if not isinstance(value, AbstractObject) or value.kind not in _ASYNC_ONLY:
        return
    if _is_call_of(machine, node, callees.TRANSPARENT_CONTEXTS):
        return
    escapes.note(machine, node, Role.OBJECT, Usage.SYNC_BLOCK, value.kind)


def entered(machine: Activation, value: Value, *, in_block: bool = True) -> Value:
    """Give what entering a value binds; an exit stack enters it beside the block of its own."""
    match value:
        case AbstractObject(kind=kind) if kind in ENTERED:
            escapes.note_event(machine, value, LifecycleEvent.ENTERED)
            if kind in {Kind.REQUEST, Kind.SOCKET_REQUEST, Kind.STANDALONE}:
                escapes.use(machine, value, Usage.AWAITED)
            typestate = machine.state.sites.get(value.site)
            if typestate is not None and ENTERED[kind] is Kind.RESPONSE:
                machine.state.sites[value.site] = dataclasses.replace(typestate, in_block=in_block)
            return dataclasses.replace(value, kind=ENTERED[kind])
        case ContextStack() | MemberValue():
            return value
        case Instance(definition=definition):
            enters = any(machine.facts.types.method(definition, name) for name in ("__aenter__", "__enter__"))
            return value if enters else None
        case SuspendedCall():
            return generators.enter_context(machine, value)
        case Coroutine():
            escapes.use(machine, value, Usage.HANDED_ON)
            return None
    return text.entered_file(value) or (value.inner if isinstance(value, Task) else None)


def by_hand(machine: Activation, node: ast.Call, name: str, thing: AbstractObject) -> Value:
    """Enter or leave a context as `async with` does: `await session.get(url).__aenter__()`."""
    if name == "__aenter__":
        return Task(entered(machine, thing), machine.facts.source.span(node))
    if thing.kind is Kind.SESSION:
        bodies.close_session(machine, thing, node.lineno, EndingCall("__aexit__"))
    elif ENTERED.get(thing.kind) is Kind.RESPONSE:
        bodies.release(machine, thing, node.lineno, EndingCall("__aexit__"))
    return None


def leave(
    machine: Activation, item: ast.withitem, block: ast.With | ast.AsyncWith, way: Completion, states: States
) -> Outcomes[AbstractState]:
    """Close a context on a way out: what it held is given back."""

    def action() -> Value:
        value = machine.state.store.pop(_place(item), None)
        left(machine, value, block)
        if isinstance(block, ast.AsyncWith):
            if machine.state.explicit and isinstance(value, AbstractObject) and value.kind is Kind.RESPONSE:
                exits.run_ready(machine)
            machine.state.suspend()
        if isinstance(item.optional_vars, ast.Name):
            bodies.close_unknown(machine, item.optional_vars.id, block.lineno)
        _drop_dead(machine, item.optional_vars, block)
        return None

    if _expects(machine, item.context_expr) or (_swallows(machine, item) and way is Completion.THROW):
        way = _expected(way, states)
    outcomes: Outcomes[AbstractState] = Outcomes()
    outcomes.add(way, [state for state, _ in machine.explore(states, action)])
    return outcomes


def _drop_dead(machine: Activation, target: ast.expr | None, block: ast.With | ast.AsyncWith) -> None:
    """Drop the response of a block whose name is said in the block alone: states need not carry it on."""
    if not isinstance(target, ast.Name) or machine.invocation.function is None:
        return
    functions = machine.facts.functions
    first, last = functions.lines_of(machine.invocation.function, target.id)
    if first < block.lineno or last > (block.end_lineno or block.lineno):
        return
    if functions.is_captured(machine.invocation.function, target.id):
        return
    state = machine.state
    value = state.store.pop(target.id, None)
    living = (state.return_value, *state.store.values(), *machine.yielded())
    stored = machine.journal.stored
    if not isinstance(value, AbstractObject) or value.site in stored.retained | stored.stowed:
        return
    if not any(value.site in sites_of(held) for held in living):
        state.sites.pop(value.site, None)


def _expected(way: Completion, states: States) -> Completion:
    for state in states:
        state.pending_exception = None
    return Completion.NORMAL if way is Completion.THROW else way


def left(machine: Activation, value: Value, block: ast.With | ast.AsyncWith | ast.Call) -> None:
    """Leave a context that was entered."""
    match value:
        case AbstractObject(kind=Kind.RESPONSE, site=site):
            bodies.leave_block(machine, site, block.lineno)
        case AbstractObject(kind=Kind.SESSION):
            bodies.close_session(machine, value, block.lineno, None)
        case SuspendedCall():
            generators.leave_context(machine, value, block.lineno)
        case ContextStack(span=span):
            held = machine.state.store.pop(f"<scope {span.line}:{span.column}>", None)
            for inner in reversed(held.values) if isinstance(held, SequenceValue) else ():
                if isinstance(inner, Task):
                    node = block if isinstance(block, ast.Call) else block.items[0].context_expr
                    functions.await_value(machine, node, inner)
                else:
                    left(machine, inner, block)
