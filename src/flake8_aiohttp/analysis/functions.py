"""Functions of the same file: a call is run with the caller's values, so that one engine serves both."""

from __future__ import annotations

import ast
import dataclasses
from typing import TYPE_CHECKING

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.aiohttp_model.typestate import Body, Lease
from flake8_aiohttp.analysis import operations
from flake8_aiohttp.analysis.flow import Flow, Way
from flake8_aiohttp.analysis.journal import Role, Usage
from flake8_aiohttp.analysis.state import Dead, Typestate, World
from flake8_aiohttp.analysis.values import (
    NONE,
    OPAQUE,
    BodyValue,
    Call,
    ClassObject,
    Closure,
    Coroutine,
    Datum,
    Elements,
    Gathering,
    Instance,
    Mapping,
    Method,
    OpenFile,
    Routine,
    Scope,
    Site,
    Task,
    Thing,
    Value,
)
from flake8_aiohttp.finding import Span
from flake8_aiohttp.python.names import Function

if TYPE_CHECKING:
    from flake8_aiohttp.analysis.calls import Argument
    from flake8_aiohttp.analysis.frame import Frame

DEEPEST = 5
"""So many calls are followed into each other."""


def bound(frame: Frame, node: ast.Attribute, function: Function, receiver: Value) -> Value:
    """Fetch a method of a class of this file; a property is run at once."""
    if function.decorated_by("property", "cached_property"):
        call = Call(Routine(function, receiver), _with_self(function, receiver), frame.engine.source.span(node))
        return call if function.is_async else run(frame, node, call)
    return Routine(function, receiver)


def _with_self(function: Function, receiver: Value) -> tuple[tuple[str, Value], ...]:
    return ((function.self_name, receiver),) if function.self_name else ()


def member(frame: Frame, node: ast.Attribute, owner: Instance, definition: object) -> Value:
    """Fetch an attribute of an object of a class of this file."""
    origins = frame.engine.origins
    method = origins.method(owner.definition, node.attr)
    if method is not None:
        return bound(frame, node, method, owner)
    given = next((value for name, value in owner.fields if name == node.attr), None)
    return given if given is not None else origins.attribute(owner.definition, node.attr)


def construct(frame: Frame, node: ast.Call, target: ClassObject, given: list[Argument]) -> Value:
    """Make an object of a class of this file; what its constructor keeps is known of it."""
    origins, definition = frame.engine.origins, target.definition
    made = origins.instance(definition, frame.engine.source.span(node))
    init = origins.method(definition, "__init__")
    names = [a.arg for a in init.parameters[1:]] if init else list(definition.attributes)
    arguments = _bind(names, given)
    for argument in given:
        operations.keep(frame, argument.value)
    if isinstance(made, Thing):
        return frame.engine.requests.session(frame, node, made) if made.kind is Kind.SESSION else made
    fields = []
    for name, assigned in definition.attributes.items():
        for one in assigned:
            source = one.value.id if isinstance(one.value, ast.Name) else name if init is None else ""
            if arguments.get(source) is not None:
                fields.append((name, arguments[source]))
    frame.engine.learn(definition, fields)
    return Instance(definition, tuple(fields))


def call(frame: Frame, node: ast.Call, target: Routine | Closure, given: list[Argument]) -> Value:
    """Call a function of this file: an `async def` waits to be awaited, any other is run."""
    span = frame.engine.source.span(node)
    if isinstance(target, Closure) and isinstance(target.node, ast.Lambda):
        names = [a.arg for a in (*target.node.args.posonlyargs, *target.node.args.args)]
        return run(frame, node, Call(target, tuple(_bind(names, given).items()), span))
    function = frame.engine.function_of(target)
    names = [a.arg for a in function.parameters]
    receiver = target.receiver if isinstance(target, Routine) else None
    own = _with_self(function, receiver) if receiver is not None else ()
    arguments = _bind(names[len(own) :], given, function.node.args)
    held = tuple(site for value in arguments.values() for site in operations.held_sites(frame, value))
    made = Call(target, (*own, *arguments.items()), span, held)
    frame.engine.calls[span] = frame.engine.source.excerpt(node)
    if function.is_async or frame.engine.is_generator(function):
        return made
    return run(frame, node, made)


def _bind(names: list[str], given: list[Argument], signature: ast.arguments | None = None) -> dict[str, Value]:
    bound: dict[str, Value] = {}
    left = iter(names)
    rest: list[Value] = []
    extra: list[tuple[str | None, Value]] = []
    known = {*names, *((a.arg for a in signature.kwonlyargs) if signature else ())}
    for argument in given:
        if argument.keyword is not None:
            if argument.keyword in known:
                bound[argument.keyword] = argument.value
            else:
                extra.append((argument.keyword, argument.value))
        elif argument.starred:
            left = iter(())
        elif (name := next(left, None)) is not None:
            bound[name] = argument.value
        else:
            rest.append(argument.value)
    if signature is not None:
        if signature.vararg and rest:
            bound[signature.vararg.arg] = Elements(tuple(rest))
        if signature.kwarg and extra:
            bound[signature.kwarg.arg] = Mapping(tuple(extra))
    return bound


# Awaiting


def await_value(frame: Frame, node: ast.expr, value: Value) -> Value:
    """Await a value."""
    match value:
        case Call():
            return run(frame, node, value)
        case Task():
            return _await_task(frame, node, value)
        case Gathering(elements=elements, waits=waits):
            results = tuple(await_value(frame, node, element) for element in elements.values)
            if waits:
                done = Elements(elements.values, exact=False)
                return Elements((done, done))
            return Elements(results, elements.exact)
    return operations.await_(frame, node, value)


def _await_task(frame: Frame, node: ast.expr, task: Task) -> Value:
    """Await a task: what it does it has done once, however often it is asked for its result."""
    place = f"<task {task.span.line}:{task.span.column}>"
    if place in frame.world.places:
        held = frame.world.places[place]
        return None if held is OPAQUE else held
    inner = task.inner
    if isinstance(inner, Thing) and inner.kind is not Kind.REQUEST:
        return inner
    result = await_value(frame, node, inner)
    frame.world.bind(place, result, hides=True)
    return result


# Running


def _interesting(value: Value) -> bool:
    """Whether a value is, or holds, something of aiohttp's: what a function does to it matters."""
    if isinstance(value, Elements):
        return any(map(_interesting, value.values))
    if isinstance(value, Mapping):
        return any(_interesting(held) for _, held in value.pairs)
    if isinstance(value, Instance):
        return any(_interesting(held) for _, held in value.fields)
    return isinstance(value, (Thing, Method, Coroutine, Datum, BodyValue, Call, Task, Gathering, OpenFile, Scope))


def run(frame: Frame, node: ast.expr, call: Call) -> Value:
    """Run a call of this file in the world at hand; give what it returns."""
    routine = call.routine
    if isinstance(routine, Closure) and isinstance(routine.node, ast.Lambda):
        return _run_lambda(frame, routine.node, call)
    function = frame.engine.function_of(routine)
    prepared = None if frame.engine.is_generator(function) else prepare(frame, call)
    if prepared is None:
        for name, value in call.arguments:
            if name != function.self_name:
                operations.escape(frame, value)
        if isinstance(routine, Closure):
            frame.engine.capture(frame, routine.node)
        frame.may_raise()
        return frame.engine.origins.annotated(function.node.returns) if function.node.returns else None
    inner, world = prepared
    for site in call.held:
        _come_late(frame, world, site, call)
    flow = inner.run(function.node.body, world)
    _pass_raised(frame, flow)
    ends = finish(inner, flow)
    if not ends:
        raise Dead
    end = ends[frame.choose(len(ends))]
    _return_to(frame, function, end)
    frame.may_raise()
    if end.result is None and function.node.returns is not None:
        return frame.engine.origins.annotated(function.node.returns)
    return end.result


def prepare(frame: Frame, call: Call) -> tuple[Frame, World] | None:
    """Make the frame and the first world of a call; None where it is not worth following, or too deep."""
    routine = call.routine
    function = frame.engine.function_of(routine)
    worth = frame.engine.matters(function) or any(_interesting(value) for _, value in call.arguments)
    worth = worth or isinstance(routine, Closure)
    followed = any(other.function is function for other in frame.stack()) or len(frame.context) >= DEEPEST
    if not worth or followed:
        return None
    frame.engine.called.add(function)
    _note_arguments(frame, call)
    return _frame(frame, function, routine, call), _entry(frame, function, call)


def _come_late(frame: Frame, world: World, site: Site, call: Call) -> None:
    """A response was handed to a call within its block, and the call runs only after it."""
    typestate = world.sites.get(site)
    if typestate is not None and typestate.lease is Lease.EXITED and typestate.departed is None:
        frame.engine.departures[call.span] = frame.engine.calls[call.span]
        world.sites[site] = dataclasses.replace(typestate, departed=call.span)


def is_lambda(routine: Routine | Closure) -> bool:
    """Whether what is called is a lambda."""
    return isinstance(routine, Closure) and isinstance(routine.node, ast.Lambda)


def _note_arguments(frame: Frame, call: Call) -> None:
    """Handing a response to a function of this file is no end of it, but it is looked after there."""
    for _, value in call.arguments:
        if isinstance(value, Coroutine):
            operations.use(frame, value, Usage.HANDED_ON)


def _run_lambda(frame: Frame, node: ast.Lambda, call: Call) -> Value:
    kept = {name: frame.world.places.get(name) for name, _ in call.arguments}
    for name, value in call.arguments:
        frame.bind(name, value)
    value = frame.evaluate(node.body)
    for name, held in kept.items():
        frame.bind(name, held)
    return value


def _frame(frame: Frame, function: Function, routine: Routine | Closure, call: Call) -> Frame:
    enclosing = {**frame.enclosing, **frame.world.places} if isinstance(routine, Closure) else None
    return type(frame)(
        frame.engine,
        function,
        context=(*frame.context, call.span),
        enclosing=enclosing,
        caller=frame,
        asynchronous=function.is_async,
    )


def _entry(frame: Frame, function: Function, call: Call) -> World:
    world = World(frame.engine.parameters(function))
    for name, value in call.arguments:
        if value is not None:
            world.places[name] = value
    caller_self = frame.function.self_name if frame.function else None
    if function.self_name and caller_self and _same_self(frame, call):
        prefix = f"{caller_self}."
        for place, value in frame.world.places.items():
            if place.startswith(prefix):
                world.places[f"{function.self_name}.{place[len(prefix) :]}"] = value
    world.sites = {**begin(world).sites, **frame.world.sites}
    world.plain = frame.world.plain
    world.trail = frame.world.trail
    return world


def begin(world: World) -> World:
    """Give the responses and server requests that a function is handed a typestate: who knows what was read?"""
    for value in world.places.values():
        if isinstance(value, Thing) and value.kind in {Kind.RESPONSE, Kind.SERVER_REQUEST}:
            world.sites.setdefault(value.site, Typestate(None))
    return world


def _same_self(frame: Frame, call: Call) -> bool:
    routine = call.routine
    assert frame.function is not None
    return (
        isinstance(routine, Routine)
        and frame.function.self_name is not None
        and routine.receiver is not None
        and routine.receiver == frame.lookup(frame.function.self_name)
    )


def _pass_raised(frame: Frame, flow: Flow[World]) -> None:
    """Let the caller's handlers see the exceptions of a call."""
    if not frame.handlers:
        return
    for world in flow.get(Way.RAISE, ()):
        raised = frame.world.copy()
        raised.sites, raised.raising, raised.plain = world.sites, world.raising, world.plain
        frame.raised.append(raised)


def _return_to(frame: Frame, function: Function, end: World) -> None:
    frame.world.sites = end.sites.copy()
    frame.world.plain = end.plain
    frame.world.trail = end.trail
    caller_self = frame.function.self_name if frame.function else None
    if function.self_name and caller_self:
        prefix = f"{function.self_name}."
        for place, value in end.places.items():
            if place.startswith(prefix):
                frame.world.places[f"{caller_self}.{place[len(prefix) :]}"] = value


def finish(frame: Frame, flow: Flow[World]) -> list[World]:
    """Come to the end of a function: what it returns is looked at as it is by then."""
    ends = []
    for way in (Way.RETURN, Way.NEXT):
        for world in flow.get(way, ()):
            if way is Way.NEXT:
                world.result = NONE
            frame.world = world
            _look_back(frame, world.result)
            _look_at_stored(frame)
            _leave_behind(frame, world)
            ends.append(world)
    return frame.join(ends)


def _leave_behind(frame: Frame, world: World) -> None:
    """Drop what nobody can reach once the function has ended: ends need not differ by it."""
    prefix = f"{frame.function.self_name}." if frame.function else "<"
    world.places = {place: value for place, value in world.places.items() if place.startswith(prefix)}
    world.conditions = ()
    reachable = {site for value in (world.result, *world.places.values()) for site in operations.all_sites(value)}
    depth = len(frame.context)
    world.sites = {s: state for s, state in world.sites.items() if len(s.context) < depth or s in reachable}


def _look_back(frame: Frame, result: Value) -> None:
    """See what leaves the function too late to be read."""
    match result:
        case Thing(kind=Kind.RESPONSE, site=site):
            _depart(frame, site)
        case Datum(owner=owner, span=span, text=text, kind=Kind.STREAM | Kind.CHUNKS):
            _depart(frame, owner.site, span, text)
        case Coroutine(operation=operation) if operation is not None:
            _look_at_coroutine(frame, result)
        case Elements(values=values):
            for value in values:
                _look_back(frame, value)
        case Mapping(pairs=pairs):
            for _, value in pairs:
                _look_back(frame, value)
        case Instance(fields=fields):
            for _, value in fields:
                _look_back(frame, value)
        case Task(inner=inner):
            _look_back(frame, inner)
        case Gathering(elements=elements):
            _look_back(frame, elements)


def _look_at_stored(frame: Frame) -> None:
    """See which responses stay behind on an object whose attribute is read elsewhere."""
    for place, value in frame.world.places.items():
        _, dot, attribute = place.partition(".")
        if dot and isinstance(value, Thing) and value.kind is Kind.RESPONSE and frame.engine.gate.reads(attribute):
            _depart(frame, value.site)


def _depart(frame: Frame, site: Site, span: Span | None = None, text: str = "") -> None:
    typestate = frame.world.sites.get(site)
    late = {Lease.EXITED, Lease.ORPHANED}
    if typestate is None or typestate.lease not in late or typestate.departed is not None:
        return
    if typestate.body not in {Body.UNREAD, Body.TAPPED}:
        return
    node = frame.engine.stored.get(site) or frame.engine.shown.get(site)
    if span is None:
        span = frame.engine.source.span(node) if node is not None else site.span
        text = frame.engine.source.excerpt(node) if node is not None else frame.engine.requests.made[site.span].text
    frame.engine.departures[span] = text
    frame.world.sites[site] = typestate = dataclasses.replace(typestate, departed=span)
    operations.depart(frame, site, typestate, read_by_caller=frame.engine.has_callers(frame))


def _look_at_coroutine(frame: Frame, coroutine: Coroutine) -> None:
    """A coroutine that was made in a block goes out of it: whoever awaits it is too late."""
    collected = frame.engine.journal.has(Role.BODY, coroutine.span, Usage.COLLECTED)
    if coroutine.born is Lease.HELD and not collected:
        operations.write_late(frame, coroutine)


