"""What becomes of a value: it is used, kept, handed on, or leaves its function.

Each of these is written into the journal; what is handed to the unseen is known no more.
"""

from __future__ import annotations

import ast

from flake8_aiohttp.aiohttp_model.objects import MEMBERS, Effect, Kind
from flake8_aiohttp.aiohttp_model.typestate import Lease
from flake8_aiohttp.analysis.domain.state import READY, SITELESS, sites_of
from flake8_aiohttp.analysis.domain.typestate import Typestate
from flake8_aiohttp.analysis.domain.values import (
    AbstractObject,
    BodyValue,
    BoundMethod,
    Closure,
    Coroutine,
    Instance,
    MemberValue,
    SequenceValue,
    Site,
    Task,
    Value,
    parts,
)
from flake8_aiohttp.analysis.journal.entries import (
    FAILING,
    Departure,
    Escape,
    Expression,
    LifecycleEvent,
    Read,
    Role,
    Usage,
)
from flake8_aiohttp.analysis.journal.recorder import reaching_state
from flake8_aiohttp.analysis.machine.machine import Machine
from flake8_aiohttp.finding import Span
from flake8_aiohttp.python.source import walk

_BODIED = frozenset({Kind.RESPONSE, Kind.STREAM, Kind.SERVER_REQUEST})
_PENDING = frozenset({Kind.REQUEST, Kind.SOCKET_REQUEST, Kind.STANDALONE})
_AS_DATA = frozenset(
    {Usage.ATTRIBUTE, Usage.SUBSCRIPT, Usage.FORMATTED, Usage.OPERAND, Usage.ITERATED, Usage.UNPACKED, Usage.ARGUMENT}
)
"""Uses of a coroutine as if it were the body."""
_DATA = SITELESS - {Closure}


def note_event(machine: Machine, thing: AbstractObject, what: LifecycleEvent) -> None:
    """Write down what became of an object."""
    machine.journal.recorder.note_event(thing.site.span, what)


def use(machine: Machine, value: Value, usage: Usage | None, detail: str = "") -> None:
    """Write down a use of a value whose uses are of interest; None says that it was made."""
    if machine.mode.muted:
        return
    recorder = machine.journal.recorder
    match value:
        case Coroutine(owner=owner, name=name, span=span, text=text):
            role = Role.BODY if value.operation is not None and owner.kind in _BODIED else Role.CALL
            receiver = text.rpartition(f".{name}")[0]
        case BoundMethod(owner=owner, name=name, span=span, text=text):
            if owner.kind not in _BODIED or MEMBERS[owner.kind][name].operation is None:
                return
            role, receiver = Role.METHOD, text.rpartition(".")[0]
        case MemberValue(owner=owner, name=name, span=span, text=text, kind=Kind.STREAM | Kind.URL | Kind.CHUNKS):
            role, receiver = Role.OBJECT, text.rpartition(".")[0]
        case AbstractObject(kind=Kind.REQUEST | Kind.SOCKET_REQUEST | Kind.STANDALONE):
            assert usage is not None
            use_request(machine, value, usage, detail)
            return
        case _:
            return
    kind = value.kind if isinstance(value, MemberValue) and value.kind else owner.kind
    expression = Expression(span, text, kind, receiver, name, machine.invocation.asynchronous)
    recorder.use(expression, role, usage, detail, proof=machine.journal.allocations.proof_of(owner.site))
    if isinstance(value, Coroutine) and role is Role.BODY and usage in _AS_DATA:
        expect(machine, value)


def expect(machine: Machine, body: Coroutine) -> None:
    """Let a body that is not awaited raise what it would if it were: the handlers around it are there for that."""
    machine.may_raise("json()" if body.name == "json" else "")


def note(
    machine: Machine,
    node: ast.expr | ast.keyword,
    role: Role,
    usage: Usage,
    kind: Kind,
    *,
    receiver: str = "",
    member: str = "",
    detail: str = "",
    proof: Span | None = None,
) -> None:
    """Write down a use that shows at `node` itself; without a `receiver` of its own, `node` is that, too."""
    if machine.mode.muted:
        return
    source = machine.facts.source
    text = source.excerpt(node)
    expression = Expression(source.span(node), text, kind, receiver or text, member, machine.invocation.asynchronous)
    machine.journal.recorder.use(expression, role, usage, detail, proof=proof)


def use_request(machine: Machine, thing: AbstractObject, usage: Usage, detail: str = "") -> None:
    """Write down a use of a request that was not awaited."""
    made = machine.journal.allocations.made.get(thing.site.span)
    if made is None or machine.mode.muted:
        return
    if usage is Usage.HANDED_ON:
        note_event(machine, thing, LifecycleEvent.HANDED_ON)
    helper = None if made.asynchronous else _calling(machine, thing.site)
    text = machine.journal.sightings.calls[helper] if helper else made.text
    asynchronous = machine.invocation.asynchronous if helper else made.asynchronous
    span = helper or thing.site.span
    expression = Expression(span, text, thing.kind, made.receiver, made.verb, asynchronous)
    machine.journal.recorder.use(expression, Role.REQUEST, usage, detail)


def _calling(machine: Machine, site: Site) -> Span | None:
    """Give the call of a plain function by which the function at hand came by what was made there.

    An element that was taken out of a list says in its context where that was: this is no call.
    """
    context, depth = machine.invocation.context, len(machine.invocation.context)
    if len(site.context) <= depth or site.context[:depth] != context:
        return None
    return site.context[depth] if site.context[depth] in machine.journal.sightings.calls else None


def hand_on_requests(machine: Machine, value: Value) -> None:
    """Give requests to `gather`: whoever gets its results looks after the responses."""
    for one in value.values if isinstance(value, SequenceValue) else (value,):
        if isinstance(one, AbstractObject) and one.kind in _PENDING:
            use(machine, one, Usage.HANDED_ON)


def escape(machine: Machine, value: Value) -> None:
    """Hand a value on to what cannot be seen: nothing is known of it any more."""
    if value is None or type(value) in _DATA:
        return
    _hand_on(machine, value)
    if not _stays_known(machine, value):
        machine.state.havoc(value)


def _stays_known(machine: Machine, value: Value) -> bool:
    """Whether nothing becomes of a response by what is handed on: a task that is yet to run, the end of its block."""
    match value:
        case Task(span=span):
            return ready_path(span) in machine.state.store
        case BoundMethod(owner=owner, name=name) if MEMBERS[owner.kind][name].effect is Effect.RELEASE:
            typestate = machine.state.sites.get(owner.site)
            return typestate is not None and typestate.in_block
    return False


def ready_path(span: Span) -> str:
    """Give the path under which a task is kept until somebody lets it run."""
    return f"{READY}{span.line}:{span.column}>"


def publish(machine: Machine, value: Value) -> None:
    """Store a value where others may find it; what is known of it stays known here."""
    _hand_on(machine, value)


def untrack(machine: Machine, value: Value) -> None:
    """Lose sight of a value: whatever became of it, nothing is said of it."""
    with machine.without_escapes():
        _hand_on(machine, value)


def drop_pending(machine: Machine) -> None:
    """Give up the state at hand: the coroutines that were kept beyond their blocks are not awaited any more."""
    for value in machine.state.store.values():
        for held in (value, *parts(value)):
            if isinstance(held, Coroutine) and is_late(machine, held.owner.site):
                use(machine, held, Usage.HANDED_ON)


def _hand_on(machine: Machine, value: Value) -> None:
    match value:
        case Coroutine() | BoundMethod():
            use(machine, value, Usage.HANDED_ON)
            if isinstance(value, Coroutine) and value.name == "close":
                note_event(machine, value.owner, LifecycleEvent.RELEASED)
            if isinstance(value, Coroutine) and not machine.mode.ignores_escapes and is_late(machine, value.owner.site):
                write_late(machine, value)  # whoever awaits it from now on fails
            note_event(machine, value.owner, LifecycleEvent.HANDED_ON)
        case AbstractObject():
            if value.kind in _PENDING:
                use(machine, value, Usage.HANDED_ON)
            if not machine.mode.ignores_escapes:
                _depart_late(machine, value)
            note_event(machine, value, LifecycleEvent.HANDED_ON)
        case MemberValue(kind=Kind.STREAM):
            use(machine, value, Usage.HANDED_ON)
            note_event(machine, value.owner, LifecycleEvent.HANDED_ON)
        case Closure(node=node):
            capture(machine, node)
    for part in parts(value):
        _hand_on(machine, part)


def _depart_late(machine: Machine, thing: AbstractObject) -> None:
    """Note that a response which came too late out of a function of this file goes on to the unseen."""
    typestate = machine.state.sites.get(thing.site)
    if typestate is not None and typestate.escaped is not None:
        record_escape(machine, thing.site, typestate, read_by_caller=True)


def record_escape(
    machine: Machine, site: Site, typestate: Typestate, *, read_by_caller: bool | None, read: Span | None = None
) -> None:
    """Write down that a response left its function after its block or session had ended."""
    if machine.mode.muted or typestate.escaped is None:
        return
    sightings = machine.journal.sightings
    text = sightings.escapes.get(typestate.escaped, "the response")
    departure = sightings.departures.get(typestate.escaped, Departure.RESPONSE)
    function, provenance = machine.invocation.function, machine.journal.provenance
    entry = Escape(
        typestate.escaped, text, typestate, site.span, function, read_by_caller, provenance, read, departure,
        site in machine.journal.stored.read_anew,
    )  # fmt: skip
    machine.journal.recorder.record_escape(entry)


def note_owner_event(machine: Machine, value: Coroutine | BoundMethod) -> None:
    """Write down that a member of an object was handed on."""
    note_event(machine, value.owner, LifecycleEvent.HANDED_ON)


def write_late(machine: Machine, coroutine: Coroutine, *, returned: bool = False) -> None:
    """Write down that a coroutine goes where it is awaited too late: out of its function, or on after its block."""
    typestate = machine.state.sites.get(coroutine.owner.site)
    if coroutine.operation is None or typestate is None or machine.mode.muted:
        return
    fault = typestate.fault(coroutine.operation)
    if fault is None or any(machine.journal.recorder.has(Role.BODY, coroutine.span, usage) for usage in FAILING):
        return  # nobody comes to await what was used as the body before
    use(machine, coroutine, Usage.LATE)
    born_inside = coroutine.born is Lease.HELD
    reaching = reaching_state(
        machine.state, typestate, fault, coroutine.owner.site.span, machine.invocation.context, born_inside=born_inside
    )
    machine.journal.recorder.read(as_read(machine, coroutine, returned=returned), None, reaching)


def as_read(machine: Machine, coroutine: Coroutine, *, returned: bool = False, awaited_by_name: bool = False) -> Read:
    """Give the coroutine of a body as the read that awaiting it is, without the states that come there."""
    assert coroutine.operation is not None
    receiver = coroutine.text.rpartition(f".{coroutine.name}")[0] or coroutine.text
    return Read(
        coroutine.span, coroutine.text, coroutine.owner.kind, receiver, coroutine.name, machine.invocation.asynchronous,
        coroutine.operation, (), coroutine.lenient, machine.journal.provenance,
        returned=returned, awaited_by_name=awaited_by_name,
    )  # fmt: skip


def held_sites(machine: Machine, value: Value) -> list[Site]:
    """Give the responses in a value that are held in a block of their own."""
    sites = machine.state.sites
    return [s for s in sites_of(value) if s in sites and sites[s].lease is Lease.HELD and sites[s].in_block]


def captured_values(machine: Machine, closure: Closure) -> list[Value]:
    """Give what the names hold that a nested function asks the one around it for."""
    names = machine.facts.functions.captured(closure.node)
    return [held for name, held in machine.state.store.items() if name in names]


def is_late(machine: Machine, site: Site) -> bool:
    """Whether a response has left its block."""
    typestate = machine.state.sites.get(site)
    return typestate is not None and typestate.lease is Lease.EXITED


def all_sites(value: Value) -> list[Site]:
    """Give the sites that a value leads to."""
    return list(sites_of(value))


def sink(machine: Machine, body: BodyValue, usage: Usage, detail: str) -> None:
    """Write down that a body went where bytes go: into which callee, or into a file with which binary extension."""
    if body.name == "text":
        use_text(machine, body, usage, detail)


def use_text(machine: Machine, body: BodyValue, usage: Usage, detail: str = "") -> None:
    """Write down a use of a text, or of the bytes that it was encoded to."""
    if machine.mode.muted:
        return
    expression = Expression(body.span, "", Kind.RESPONSE, "", body.name, machine.invocation.asynchronous)
    machine.journal.recorder.use(expression, Role.TEXT, usage, detail)


def enclose(machine: Machine, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    """Remember what the names around a nested function hold."""
    store = machine.state.store
    known = {name: value for name, value in store.items() if isinstance(value, (AbstractObject, Instance))}
    machine.memory.closures.setdefault(node, {}).update(known)


def keep(machine: Machine, definition: ast.ClassDef) -> None:
    """Let a class that is made in a function keep what its methods speak of."""
    for node in walk(definition):
        held = machine.state.store.get(node.id) if isinstance(node, ast.Name) else None
        if isinstance(held, AbstractObject):
            publish(machine, held)


def capture(machine: Machine, node: ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    """Let a nested function go where it is not seen: so goes what it uses, each function within that once."""
    captured = machine.journal.sightings.captured
    if node in captured:
        return
    is_first = not captured
    captured.add(node)
    machine.budget.spend()
    try:
        if not isinstance(node, ast.Lambda):
            enclose(machine, node)
        for inner in walk(node):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load):
                escape(machine, machine.state.store.get(inner.id))
    finally:
        if is_first:
            captured.clear()
