"""What a call of a function of this file does: it is run with the caller's values, once for each kind of call.

A summary says how a call can end: each end is a state that holds what is returned, what `self` holds by then and
the typestates of what the function was given or made. Two calls that give the function the same, as far as it
can matter, share a summary; so a helper with many callers is not run for each of them.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator

from flake8_aiohttp.aiohttp_model.media import binary_name, binary_type, binary_url
from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.aiohttp_model.typestate import Lease
from flake8_aiohttp.analysis.domain.constraints import Condition
from flake8_aiohttp.analysis.domain.limits import MOST_CALLS_DEEP, MOST_SUMMARIES
from flake8_aiohttp.analysis.domain.state import AbstractState, Unreachable, join
from flake8_aiohttp.analysis.domain.summary import Summary
from flake8_aiohttp.analysis.domain.typestate import Typestate
from flake8_aiohttp.analysis.domain.values import (
    NONE,
    AbstractObject,
    BodyValue,
    BoundMethod,
    ClassObject,
    Closure,
    Constant,
    Context,
    ContextStack,
    Coroutine,
    DictValue,
    FunctionValue,
    Gathered,
    Imported,
    Instance,
    MemberValue,
    OpenFile,
    SequenceValue,
    ShadowingUnknown,
    Site,
    SuspendedCall,
    Task,
    Text,
    Value,
    parts,
)
from flake8_aiohttp.analysis.journal.entries import Departure, Usage
from flake8_aiohttp.analysis.machine.flow import Completion
from flake8_aiohttp.analysis.machine.machine import Activation
from flake8_aiohttp.analysis.transfer import escapes, exits
from flake8_aiohttp.finding import Span
from flake8_aiohttp.python.definitions import Function

_ANY = Site(Span(0, 0, 0, 0))


def run(machine: Activation, call: SuspendedCall) -> Value:
    """Run a call of this file in the state at hand; give what it returns."""
    routine = call.routine
    if isinstance(routine, Closure) and isinstance(routine.node, ast.Lambda):
        return _run_lambda(machine, routine.node, call)
    function = machine.facts.functions.function_of(routine)
    prepared = None if machine.facts.functions.is_generator(function) else prepare(machine, call)
    if prepared is None:
        havoc_call(machine, call)
        return machine.facts.types.annotated(function.node.returns)
    inner, state = prepared
    for site in call.held:
        defer_past_block(machine, state, site, call)
    summary = _summarise(machine, inner, state)
    if summary is None:
        havoc_call(machine, call)
        return machine.facts.types.annotated(function.node.returns)
    _pass_raised(machine, summary, inner.invocation.context, explicit=state.explicit)
    if not summary.ends:
        raise Unreachable
    ends = summary.distinct_ends if machine.is_split else summary.ends
    end = summary.moved(ends[machine.choose(len(ends))], inner.invocation.context)
    _return_to(machine, function, call, state, end)
    machine.may_raise()
    return _given(machine, function, end.return_value, [other.return_value for other in ends])


def _given(machine: Activation, function: Function, result: Value, results: list[Value]) -> Value:
    """Give what a call that can give one of `results` gives in this case."""
    if _is_session(result) and None in results:
        return None  # timid: perhaps another library's session
    if isinstance(result, BodyValue) and not all(_is_alike(other, result) for other in results):
        return dataclasses.replace(result, name="")  # timid: callers ask for what suits them
    if result is not None or function in machine.journal.allocations.altering:
        return result
    return machine.facts.types.annotated(function.node.returns)


def _is_alike(value: Value, body: BodyValue) -> bool:
    """Whether a value is no body at all, or one that was read in the same way."""
    return value == NONE or (isinstance(value, BodyValue) and value.name == body.name)


def _is_session(value: Value) -> bool:
    return isinstance(value, AbstractObject) and value.kind is Kind.SESSION


def _run_lambda(machine: Activation, node: ast.Lambda, call: SuspendedCall) -> Value:
    kept = {name: machine.state.store.get(name) for name, _ in call.arguments}
    for name, value in call.arguments:
        machine.bind(name, value)
    value = machine.evaluate(node.body)
    for name, held in kept.items():
        machine.bind(name, held)
    return value


def havoc_call(machine: Activation, call: SuspendedCall) -> None:
    """Do not follow a call: what it was given is handed to the unseen."""
    function = None if is_lambda(call.routine) else machine.facts.functions.function_of(call.routine)
    for name, value in call.arguments:
        if function is None or name != function.self_name:
            escapes.escape(machine, value)
    if isinstance(call.routine, Closure):
        escapes.capture(machine, call.routine.node)
    machine.may_raise()


def is_lambda(routine: FunctionValue | Closure) -> bool:
    """Whether what is called is a lambda."""
    return isinstance(routine, Closure) and isinstance(routine.node, ast.Lambda)


def prepare(machine: Activation, call: SuspendedCall) -> tuple[Activation, AbstractState] | None:
    """Make the machine and the first state of a call; None where it is not worth following, or too deep."""
    routine = call.routine
    function = machine.facts.functions.function_of(routine)
    worth = isinstance(routine, Closure) or machine.facts.may_hold.follows(function)
    worth = worth or any(is_interesting(value) for _, value in call.arguments)
    followed = machine.invocation.is_inside(function) or len(machine.invocation.context) >= MOST_CALLS_DEEP
    if not worth or followed or machine.budget.is_short:
        return None
    machine.facts.calls.followed.add(function)
    for name, value in call.arguments:
        if is_interesting(value):
            machine.facts.mixed_callers.lend(function, name, call.span)
    if function.is_wrapped:
        for _, value in call.arguments:
            if isinstance(value, Coroutine):
                escapes.use(machine, value, Usage.AWAITED)  # timid: its decorator may do so
    inner, state = machine.activate(function, call), _entry(machine, function, call)
    inner.invocation.given = state.sites.copy()
    return inner, state


def is_interesting(value: Value) -> bool:
    """Whether a value is, or holds, something of aiohttp's: what a function does to it matters."""
    if isinstance(value, (SequenceValue, DictValue, Instance)):
        return any(map(is_interesting, parts(value)))
    return isinstance(
        value,
        (
            AbstractObject,
            BoundMethod,
            Coroutine,
            MemberValue,
            BodyValue,
            SuspendedCall,
            Task,
            Gathered,
            OpenFile,
            ContextStack,
        ),
    )


def leads_on(value: Value) -> bool:
    """Whether whoever gets a value may come by something of aiohttp's."""
    match value:
        case None | ShadowingUnknown() | Constant() | Text():
            return False
        case Imported(name=name):
            return "aiohttp" in name
        case SequenceValue() | DictValue():
            return any(map(leads_on, parts(value)))
    return True


def _entry(machine: Activation, function: Function, call: SuspendedCall) -> AbstractState:
    """Make the state in which a function begins: what it was given, and the typestates that it can reach."""
    state = AbstractState(machine.facts.functions.parameters(function))
    for name, value in call.arguments:
        if _tells(value) or (isinstance(value, Text) and machine.facts.functions.compares(function, name)):
            state.store[name] = _any_session(value) if isinstance(value, AbstractObject) else value
    if _same_self(machine, function, call):
        state.store.update(_renamed(machine.state, _self_of(machine), f"{function.self_name}."))
    reachable = {site for value in state.store.values() for site in escapes.all_sites(value)}
    fresh = _unseen(machine, function, call)
    closure = isinstance(call.routine, Closure)
    for site, typestate in machine.state.sites.items():
        if site in fresh:
            continue
        loose = typestate.session is not None and typestate.lease is Lease.HELD and not typestate.in_block
        if closure or loose or site in reachable:
            state.sites[site] = typestate
    state.explicit = machine.state.explicit
    state.conditions = call.conditions
    return begin(state)


def _unseen(machine: Activation, function: Function, call: SuspendedCall) -> set[Site]:
    """Give the sites that stand for another object in each call: they are known by an annotation alone."""
    given = {site for _, value in call.arguments for site in escapes.all_sites(value)}
    said = machine.facts.functions.parameters(function).values()
    return ({site for value in said for site in escapes.all_sites(value)} - given) | {_ANY}


def _any_session(thing: AbstractObject) -> AbstractObject:
    """Give any session for one that nobody saw being made: calls need not differ by it."""
    unseen = _is_session(thing) and not thing.site.span.line and thing.subclass is None
    return dataclasses.replace(thing, site=_ANY) if unseen else thing


def _tells(value: Value) -> bool:
    """Whether an argument can matter: any other one only makes calls look different."""
    if isinstance(value, Text):
        text = value.value
        return bool(binary_url(text)) or binary_name(text) or binary_type(text) or text.upper() == "HEAD"
    if isinstance(value, Constant):
        return value.value is None or isinstance(value.value, bool)
    return value is not None and not isinstance(value, (Imported, ClassObject))


def begin(state: AbstractState) -> AbstractState:
    """Give a typestate to the responses and server requests that a function is handed: who knows what was read."""
    for value in state.store.values():
        if isinstance(value, AbstractObject) and value.kind in {Kind.RESPONSE, Kind.SERVER_REQUEST}:
            state.sites.setdefault(value.site, Typestate(None))
    return state


def _self_of(machine: Activation) -> str:
    function = machine.invocation.function
    return f"{function.self_name}." if function and function.self_name else ""


def _same_self(machine: Activation, function: Function, call: SuspendedCall) -> bool:
    """Whether a method is called on the object whose method the caller is."""
    receiver = call.routine.receiver if isinstance(call.routine, FunctionValue) else None
    own = _self_of(machine)
    return bool(own and function.self_name) and receiver is not None and receiver == machine.lookup(own[:-1])


def _renamed(state: AbstractState, old: str, new: str) -> dict[str, Value]:
    """Give the places behind one name as they are called behind another."""
    return {new + path[len(old) :]: value for path, value in state.store.items() if path.startswith(old)}


def defer_past_block(machine: Activation, state: AbstractState, site: Site, call: SuspendedCall) -> None:
    """Note that a response was handed to a call within its block, and the call runs only after it."""
    typestate = state.sites.get(site)
    if typestate is not None and typestate.lease is Lease.EXITED and typestate.escaped is None:
        sightings, functions = machine.journal.sightings, machine.facts.functions
        text = sightings.escapes[call.span] = sightings.calls[call.span]
        streams = not text.endswith(")") or functions.is_generator(functions.function_of(call.routine))
        sightings.departures[call.span] = Departure.STREAM if streams else Departure.CALL
        state.sites[site] = dataclasses.replace(typestate, escaped=call.span)


def _summarise(machine: Activation, inner: Activation, state: AbstractState) -> Summary | None:
    """Run a function, or remember how such a call ended before; None where it was run for too many different calls.

    A run on an explicit path has seen whatever one on an implicit path would see, and one whose exceptions are watched
    whatever another one would.
    """
    function = inner.invocation.function
    assert function is not None
    given = (
        function,
        frozenset(state.store.items()),
        frozenset(state.sites.items()),
        state.conditions,
        machine.mode.muted,
        frozenset(inner.invocation.enclosing.items()),
    )
    summaries = machine.memory.summaries
    watched = bool(machine.mode.observers)
    alike = ((state.explicit, watched), (True, watched), (state.explicit, True), (True, True))
    summary = next((summaries[given, flags] for flags in alike if (given, flags) in summaries), None)
    inputs = machine.memory.inputs
    if summary is None and inputs[function] >= MOST_SUMMARIES:
        return None
    if summary is None:
        inputs[function] += 1
        outcomes = inner.run(function.node.body, state.copy())
        raised = outcomes.get(Completion.THROW, []) if machine.mode.observers else []
        for ended in raised:
            exits.leave_behind(inner, ended)
        summary = Summary(exits.finish(inner, outcomes), join(raised), inner.invocation.context)
        summaries[given, alike[0]] = summary
    return summary


def _pass_raised(machine: Activation, summary: Summary, context: Context, *, explicit: bool) -> None:
    """Let the caller's handlers see the exceptions of a call."""
    for state in summary.raised if machine.mode.observers else ():
        raised = machine.state.copy()
        raised.sites.update(summary.moved(state, context).sites)
        raised.pending_exception, raised.explicit = state.pending_exception, state.explicit and explicit
        machine.raised.append(raised)


def _return_to(
    machine: Activation, function: Function, call: SuspendedCall, begun: AbstractState, end: AbstractState
) -> None:
    """Go on in the caller: what the function did to what it was given has happened here."""
    state = machine.state
    for site in begun.sites:
        state.sites.pop(site, None)
    fresh = _unseen(machine, function, call)
    state.sites.update({site: typestate for site, typestate in end.sites.items() if site not in fresh})
    state.explicit = end.explicit and begun.explicit
    state.branched(*end.branch_history)
    if _same_self(machine, function, call):
        state.store.update(_renamed(end, f"{function.self_name}.", _self_of(machine)))
    if not all(map(state.assume, _told(state, call, end))):
        raise Unreachable


def _told(state: AbstractState, call: SuspendedCall, end: AbstractState) -> Iterator[Condition]:
    """Give what a call found out of the status of a response that it was given, as conditions of its caller."""
    for condition in end.conditions:
        parameter = condition.subject.partition(".")[0]
        given = next((value for name, value in call.arguments if name == parameter), None)
        places = [path for path, value in state.store.items() if value == given] if given is not None else []
        yield from filter(None, (condition.renamed(parameter, path) for path in places))
