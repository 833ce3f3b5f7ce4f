"""Requests and sessions being made: `session.get(url, …)`, `ClientSession()`."""

from __future__ import annotations

import ast
import dataclasses

from flake8_aiohttp.aiohttp_model.media import binary_accept, binary_url
from flake8_aiohttp.aiohttp_model.objects import MEMBERS, STANDALONE_REQUESTS, Kind
from flake8_aiohttp.aiohttp_model.typestate import Body
from flake8_aiohttp.analysis.domain.typestate import Evidence, Signal, Typestate
from flake8_aiohttp.analysis.domain.values import AbstractObject, DictValue, MemberValue, Site, Text
from flake8_aiohttp.analysis.facts.entry_points import is_given
from flake8_aiohttp.analysis.journal.allocations import Allocation
from flake8_aiohttp.analysis.journal.calls import Noted
from flake8_aiohttp.analysis.journal.entries import LifecycleEvent
from flake8_aiohttp.analysis.machine.machine import Machine
from flake8_aiohttp.analysis.transfer import escapes

_UPLOADS = frozenset({"PUT", "PATCH", "DELETE"})
"""Methods whose URL names what is sent or removed, as that of a POST with data may: the reply is something else."""


def open_request(machine: Machine, node: ast.Call, owner: AbstractObject, verb: str) -> AbstractObject:
    """Make what `session.get(url)` returns, and the site of its response."""
    member = MEMBERS[owner.kind][verb]
    assert member.gives is not None
    return _make(machine, node, verb, member.gives, owner)


def standalone(machine: Machine, node: ast.Call, name: str) -> AbstractObject:
    """Make what `aiohttp.request(…)` returns: it opens and closes a session of its own.

    `aiohttp.get(…)`, which is gone, gave what could be awaited as well.
    """
    kind = Kind.STANDALONE if name in STANDALONE_REQUESTS else Kind.REQUEST
    return _make(machine, node, name.rpartition(".")[2], kind, None)


def by_use(machine: Machine, node: ast.Call, verb: str) -> AbstractObject:
    """Make a request that is known by the use of its response: its session may be a wrapper."""
    served = isinstance(node.func, ast.Attribute) and is_given(machine.invocation.function, node.func.value)
    # timid: perhaps a test client's fixture
    owner = AbstractObject(Kind.TEST_CLIENT if served else Kind.SESSION, Site(machine.facts.source.span(node.func)))
    member = MEMBERS[owner.kind][verb]
    assert member.gives is not None
    return _make(machine, node, verb, member.gives, owner, proof=machine.facts.proofs.requests[node])


def alter(machine: Machine, owner: AbstractObject) -> None:
    """Note that a method of an object was replaced: what becomes of its responses is somebody else's care."""
    machine.journal.allocations.altered.add(owner.site.span)
    escapes.publish(machine, owner)


def _make(
    machine: Machine,
    node: ast.Call,
    verb: str,
    kind: Kind,
    owner: AbstractObject | None,
    *,
    proof: ast.expr | None = None,
) -> AbstractObject:
    source = machine.facts.source
    if proof is None and owner is not None:
        proof = machine.facts.types.unseen.unsure.get(owner.site)
    certain = proof is None and (owner is None or _is_plain(machine, owner))
    site = machine.journal.allocations.site(source.span(node), machine.invocation.context)
    session: Site | None = site  # aiohttp.request() has a session of its own
    altered = owner is not None and owner.site.span in machine.journal.allocations.altered
    if owner is not None:
        session = None if altered or owner.site in machine.journal.allocations.unowned else owner.site
    body = Body.ABSENT if _is_head(machine, node, verb) else Body.UNREAD
    evidence = _evidence(machine, node, verb)
    machine.state.open(site, Typestate(body, session=session, evidence=evidence))
    receiver = source.excerpt(node.func.value) if isinstance(node.func, ast.Attribute) else "aiohttp"
    served = owner is not None and (owner.kind is Kind.TEST_CLIENT or (proof is not None and _is_path(node, verb)))
    kept = body is Body.ABSENT or altered or owner is None or served
    machine.journal.allocations.made[site.span] = Allocation(
        source.excerpt(node),
        receiver,
        verb,
        machine.invocation.asynchronous,
        kept,
        certain,
        served,
        source.span(proof) if proof is not None else None,
    )
    if owner is not None and certain and not altered and not machine.mode.muted:
        machine.journal.noted_calls[node] = Noted(f"session.{verb}", receiver, machine.invocation.function, served)
    if kind is not Kind.SOCKET_REQUEST and not machine.mode.muted:
        text = source.excerpt(node)
        machine.journal.recorder.made(site.span, Kind.RESPONSE, text, asynchronous=machine.invocation.asynchronous)
        if machine.facts.intent.checks_all or served:  # a test that compares the body sees an error page for itself
            machine.journal.recorder.note_event(site.span, LifecycleEvent.CHECKED)
    return AbstractObject(kind, site, foreign=owner is not None and owner.foreign)


def _is_path(node: ast.Call, verb: str) -> bool:
    """Whether a request has a path for its URL: a session asks nothing of that, but a test client does."""
    place = int(verb == "request")
    url: ast.expr | None = node.args[place] if len(node.args) > place else None
    if isinstance(url, ast.JoinedStr):
        url = url.values[0] if url.values else None
    return isinstance(url, ast.Constant) and isinstance(url.value, str) and url.value.startswith("/")


def awaited(machine: Machine, node: ast.expr, site: Site) -> None:
    """Note that a response was had without a block: somebody has to release it."""
    made = machine.journal.allocations.made.get(site.span)
    if made is None or made.kept or machine.facts.intent.is_mocked:
        return
    if not machine.facts.intent.is_expected(node.lineno):
        machine.journal.recorder.note_event(site.span, LifecycleEvent.AWAITED)


def session(machine: Machine, node: ast.Call, made: AbstractObject) -> AbstractObject:
    """Make a session: somebody has to close it."""
    source = machine.facts.source
    site = machine.journal.allocations.site(source.span(node), machine.invocation.context)
    if machine.invocation.function is not None and not machine.mode.muted:
        text = source.excerpt(node)
        machine.journal.recorder.made(site.span, Kind.SESSION, text, asynchronous=machine.invocation.asynchronous)
    if any(keyword.arg == "connector_owner" for keyword in node.keywords):
        machine.journal.allocations.unowned.add(site)  # closing the session leaves the connections open
    opened = dataclasses.replace(made, site=site)
    for keyword in node.keywords:
        if keyword.arg == "connector":
            _connect(machine, keyword.value, opened)
    return opened


def _connect(machine: Machine, connector: ast.expr, opened: AbstractObject) -> None:
    """Give a session its connector: whoever closes that by its name closes the session."""
    source = machine.facts.source
    machine.journal.allocations.connected.setdefault(source.excerpt(connector), set()).add(opened)
    if isinstance(connector, ast.Name):
        machine.state.bind(connector.id, MemberValue(opened, "connector", source.span(connector)))


def _is_plain(machine: Machine, owner: AbstractObject) -> bool:
    """Whether a session is aiohttp's own, not a subclass or perhaps a wrapper with keywords of its own."""
    return owner.subclass is None and not owner.foreign and owner.site not in machine.facts.types.unseen.unsure


def _argument(node: ast.Call, verb: str, name: str, index: int) -> ast.expr | None:
    for keyword in node.keywords:
        if keyword.arg == name:
            return keyword.value
    position = index + (verb == "request")
    explicit = position < len(node.args) and not any(isinstance(a, ast.Starred) for a in node.args[: position + 1])
    return node.args[position] if explicit else None


def _is_head(machine: Machine, node: ast.Call, verb: str) -> bool:
    return _method(machine, node, verb) == "HEAD"


def _method(machine: Machine, node: ast.Call, verb: str) -> str:
    """Give the HTTP method of a request, where it is known."""
    if verb != "request":
        return verb.upper()
    value = _quietly(machine, _argument(node, verb, "method", -1))
    return value.value.upper() if isinstance(value, Text) else ""


def _quietly(machine: Machine, node: ast.expr | None) -> object:
    """Evaluate an argument once more, for what it says alone."""
    if node is None:
        return None
    with machine.unrecorded():
        return machine.evaluate(node)


def _evidence(machine: Machine, node: ast.Call, verb: str) -> Evidence | None:
    """Say why the request asks for binary content, or nothing."""
    headers = _quietly(machine, _argument(node, verb, "headers", 99))
    if isinstance(headers, DictValue):
        for key, value in headers.pairs:
            if key is not None and key.lower() == "accept" and isinstance(value, Text) and "\0" not in value.value:
                return Evidence(Signal.ACCEPT, value.value) if binary_accept(value.value) else None
    method = _method(machine, node, verb)
    if method in _UPLOADS or (method == "POST" and _argument(node, verb, "data", 99) is not None):
        return None
    url = _quietly(machine, _argument(node, verb, "url", 0))
    tail = binary_url(url.value) if isinstance(url, Text) else ""
    return Evidence(Signal.URL, tail) if tail else None
