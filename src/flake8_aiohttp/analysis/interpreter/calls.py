"""What a call does: on aiohttp's objects, in this file, or out of sight."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable

from flake8_aiohttp.aiohttp_model.objects import MEMBERS, REQUEST_FUNCTIONS, SESSION_CLASSES, Kind
from flake8_aiohttp.analysis.domain.typestate import EndingCall
from flake8_aiohttp.analysis.domain.values import (
    AbstractObject,
    Argument,
    BodyValue,
    BoundMethod,
    ClassObject,
    Closure,
    Constant,
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
    Site,
    Super,
    SuspendedCall,
    Task,
    Text,
    Value,
)
from flake8_aiohttp.analysis.interpreter import concurrency, functions, with_blocks
from flake8_aiohttp.analysis.journal.entries import Usage
from flake8_aiohttp.analysis.machine.machine import Activation
from flake8_aiohttp.analysis.transfer import bodies, classes, containers, escapes, members, requests, text
from flake8_aiohttp.analysis.transfer.arguments import (
    arguments,
    consume,
    receive,
    receive_by_request,
    receive_unseen,
)
from flake8_aiohttp.library_model import callees

_OWN_METHODS = frozenset({"close", "send", "throw", "cancel", "add_done_callback"})
_CALLED = (BoundMethod, FunctionValue, Closure)
_CLOSING = frozenset({"close", "aclose"})
_TASK_METHODS = frozenset({"result", "add_done_callback", "cancel", "done", "cancelled", "exception"})


def call(machine: Activation, node: ast.Call) -> Value:
    """Evaluate a call."""
    func = node.func
    if isinstance(func, ast.Attribute):
        receiver = machine.evaluate(func.value)
        given = arguments(machine, node)
        return _call_member(machine, node, func, receiver, given)
    target = machine.evaluate(func)
    return _call_value(machine, node, target, arguments(machine, node))


def _call_member(
    machine: Activation, node: ast.Call, func: ast.Attribute, receiver: Value, given: list[Argument]
) -> Value:
    """Call a method of a value."""
    match receiver:
        case SequenceValue() | DictValue():
            return containers.call(machine, func, receiver, given)
        case Text() | BodyValue() | OpenFile():
            return text.call(machine, node, func, receiver, given)
        case MemberValue(kind=None):
            return _call_on_datum(machine, node, func, receiver, given)
        case AbstractObject(subclass=None) if func.attr in with_blocks.BY_HAND:
            return with_blocks.by_hand(machine, node, func.attr, receiver)
        case ContextStack():
            return concurrency.call_scope(machine, node, func.attr, receiver, given)
        case Task() if func.attr in _TASK_METHODS:
            return _call_on_task(machine, node, func.attr, receiver)
        case Coroutine() | Task() | SuspendedCall() | Gathered() if func.attr in _OWN_METHODS:
            escapes.use(machine, receiver, Usage.HANDED_ON)
            return None
        case None:
            return _call_unknown_method(machine, node, func, given)
    target = _replaced(machine, func, receiver) or machine.fetch(func, receiver)
    if target is None and isinstance(receiver, (ClassObject, Instance)):
        return _call_unknown_method(machine, node, func, given)  # a base class out of sight has it
    value = _call_value(machine, node, target, given)
    _forget_fields(machine, func.value, target)
    return value


def _forget_fields(machine: Activation, owner: ast.expr, called: Value) -> None:
    """Forget what is known of the attributes that a method of this file sets."""
    if isinstance(called, FunctionValue) and isinstance(owner, ast.Name):
        machine.state.forget_fields(owner.id, machine.facts.functions.assigned_fields(called.function))


def _replaced(machine: Activation, func: ast.Attribute, receiver: Value) -> Value:
    """Give what was put in the place of a method of an aiohttp object."""
    if isinstance(receiver, AbstractObject) and isinstance(func.value, ast.Name):
        return machine.state.store.get(f"{func.value.id}.{func.attr}")
    return None


def _call_on_task(machine: Activation, node: ast.Call, name: str, task: Task) -> Value:
    """Ask a task for its result, let somebody else ask, or call it off: then there may be none."""
    if name == "result":
        return functions.await_value(machine, node, task)
    escapes.publish(machine, task)
    if name != "add_done_callback":
        machine.state.suspend()  # whoever asks how it stands lets it run
    return None


def _call_on_datum(
    machine: Activation, node: ast.Call, func: ast.Attribute, datum: MemberValue, given: list[Argument]
) -> Value:
    """`response.headers.get("Content-Type")` is the content type; `session.connector.close()` closes the session."""
    name = func.attr
    if datum.name == "connector" and name in _CLOSING:
        bodies.close_session(machine, datum.owner, node.lineno, EndingCall("close", "connector"))
        bodies.close_unknown(machine, machine.facts.source.excerpt(func.value), node.lineno)
    if datum.name == "headers" and name == "get" and given and is_content_type(given[0].value):
        return dataclasses.replace(datum, name="content_type")
    return datum if datum.name == "content_type" and name in {"lower", "strip"} else None


def is_content_type(key: Value) -> bool:
    """Whether the key of a header is `Content-Type`."""
    return isinstance(key, Text) and key.value.lower() == "content-type"


def _call_value(machine: Activation, node: ast.Call, target: Value, given: list[Argument]) -> Value:
    """Call a value."""
    match target:
        case Imported(name=name) if (meant := classes.method(machine, node, name)) is not None:
            receive_by_request(machine, given)
            return members.call(machine, node, meant)
        case None | Imported() if node in machine.facts.proofs.requests:
            return _request_by_use(machine, node, given)
        case BoundMethod():
            receive_by_request(machine, given)
            return members.call(machine, node, target)
        case Imported(name=name):
            return _call_imported(machine, node, name, given)
        case FunctionValue() | Closure():
            return functions.call(machine, node, target, given)
        case ClassObject():
            return functions.construct(machine, node, target, given)
        case MemberValue():
            escapes.use(machine, target, Usage.CALLED)
    if isinstance(node.func, ast.Name):
        return _call_builtin(machine, node, node.func.id, given)
    receive_unseen(machine, given)
    machine.may_raise()
    return None


def _call_builtin(machine: Activation, node: ast.Call, name: str, given: list[Argument]) -> Value:
    """Call a name that nothing in the file defines: a builtin, a parameter, an unknown."""
    function = machine.invocation.function
    if function is not None and machine.facts.types.is_client_factory(function, name):
        span = machine.facts.source.span(node)
        return Task(AbstractObject(Kind.TEST_CLIENT, Site(span)), span)
    if name in machine.state.store or machine.facts.functions.is_parameter(function, name):
        receive_unseen(machine, given)
        machine.may_raise()
        return None
    if (handled := containers.BUILTINS.get(name)) is not None:
        return handled(machine, given)
    return _call_imported(machine, node, name, given)


def _call_imported(machine: Activation, node: ast.Call, name: str, given: list[Argument]) -> Value:
    """Call a function of another module by its qualified name."""
    if (special := _SPECIAL.get(name)) is not None:
        return special(machine, node, given)
    if name in REQUEST_FUNCTIONS:
        receive_by_request(machine, given)
        return requests.standalone(machine, node, name)
    if (method := _unbound(machine, node, name, given)) is not None:
        return _call_value(machine, node, method, given[1:])
    if name in callees.OPENERS:
        return text.open_file(given)
    if (made := machine.facts.types.made(name, machine.facts.source.span(node))) is not None:
        if made.kind is Kind.SERVER_RESPONSE:
            return receive(machine, name, given) or made
        receive_unseen(machine, given)
        return requests.session(machine, node, made) if name in SESSION_CLASSES else made
    if _logs(machine, name, given):
        return None
    wrapped = receive(machine, name, given)
    machine.may_raise()
    return text.bytes_taker(name, given) if wrapped is None else wrapped


def _unbound(machine: Activation, node: ast.Call, name: str, given: list[Argument]) -> BoundMethod | None:
    """Bind `aiohttp.ClientSession.get` to the session that it is called with."""
    definition, _, method = name.rpartition(".")
    owner = given[0].value if given else None
    if not isinstance(owner, AbstractObject) or machine.facts.types.kind(definition) is not owner.kind:
        return None
    if method not in MEMBERS[owner.kind]:
        return None
    source = machine.facts.source
    return BoundMethod(owner, method, source.span(node.func), source.excerpt(node.func))


def _logs(machine: Activation, callee: str, given: list[Argument]) -> bool:
    """Give arguments to a log, where a callee is one: `logging.warning`, `self.logger.debug`."""
    owner, _, name = callee.rpartition(".")
    if name not in callees.LOG_METHODS or "log" not in owner.lower():
        return False
    for argument in given:
        consume(machine, argument.value, callee, shows=True)
    return True


def _call_unknown_method(machine: Activation, node: ast.Call, func: ast.Attribute, given: list[Argument]) -> Value:
    """Call a method of something unknown: its name may still say what it does with its arguments."""
    name = func.attr
    if node in machine.facts.proofs.requests:
        return _request_by_use(machine, node, given)
    if name in callees.TASK_METHODS and given:
        return concurrency.make_task(machine, node, given)
    if name in callees.DEFERRING and concurrency.run_later(machine, node, given):
        return None
    if name in callees.RUNNER_METHODS and given:
        return concurrency.run(machine, node, given)
    if name in callees.LOG_METHODS and _logs(machine, ast.unparse(func), given):
        return None
    if name in callees.ENTERING and given:
        return concurrency.enter_into(machine, None, given)
    if name in containers.ADDING and given and _is_retained(machine, func.value, given[-1]):
        return None
    if name in _CLOSING:
        bodies.close_unknown(machine, machine.facts.source.excerpt(func.value), node.lineno)
    receive(machine, f".{name}", given)
    machine.havoc_fields(func.value)
    machine.may_raise()
    return None


def _request_by_use(machine: Activation, node: ast.Call, given: list[Argument]) -> Value:
    """Make a request of a session of unknown origin; `getattr(session, verb)(url)` may have any verb."""
    receive_by_request(machine, given)
    verb = node.func.attr if isinstance(node.func, ast.Attribute) else "request"
    return requests.by_use(machine, node, verb)


def _is_retained(machine: Activation, container: ast.expr, argument: Argument) -> bool:
    """Put a response, or a tuple with one, into an unknown list or queue, where that is what it is."""
    value = argument.value
    held = value.values if isinstance(value, SequenceValue) and value.exact else (value,)
    responses = [each for each in held if isinstance(each, AbstractObject) and each.kind is Kind.RESPONSE]
    if not responses:
        return False
    machine.journal.sightings.last_stored.update({each.site: argument.node for each in responses})
    escapes.publish(machine, value)
    return containers.retain(machine, container, value)


def _super(machine: Activation, _: ast.Call, __: list[Argument]) -> Value:
    function = machine.invocation.function
    if function is None or function.owner is None or function.self_name is None:
        return None
    return Super(function.owner, machine.lookup(function.self_name))


def _getattr(machine: Activation, node: ast.Call, given: list[Argument]) -> Value:
    """`getattr(session, "get")`; a name that is not known is a verb."""
    if len(given) < 2 or not isinstance(given[0].value, AbstractObject):
        return None
    owner, name = given[0].value, given[1].value
    if isinstance(name, Text) and "\0" not in name.value:
        if name.value not in MEMBERS[owner.kind]:
            return None  # timid: who asks so does not know what it is
        value = members.fetch(machine, _attribute(node, name.value), owner)
        return value if len(given) == 2 else None  # with a default it may be that
    span = machine.facts.source.span(node)
    return (
        BoundMethod(owner, "request", span, machine.facts.source.excerpt(node)) if owner.kind is Kind.SESSION else None
    )


def _attribute(node: ast.Call, name: str) -> ast.Attribute:
    return ast.copy_location(ast.Attribute(node.args[0], name, ast.Load()), node)


def _partial(machine: Activation, _: ast.Call, given: list[Argument]) -> Value:
    """`partial(session.get, headers=…)` is a verb like `session.get`."""
    for argument in given:
        escapes.publish(machine, argument.value)
    called = given[0].value if given else None
    return called if isinstance(called, BoundMethod) and called.owner.kind is Kind.SESSION else None


def _map(machine: Activation, node: ast.Call, given: list[Argument]) -> Value:
    """`map(session.get, urls)` gives what the function gives for each of many."""
    if not given or not isinstance(given[0].value, _CALLED):
        receive(machine, "map", given)
        return None
    before = set(machine.state.sites)
    value = _call_value(machine, node, given[0].value, _elements(machine, given[1:]))
    return SequenceValue((containers.summarise(machine.state, value, before),), exact=False)


def _elements(machine: Activation, given: list[Argument]) -> list[Argument]:
    """Take an element of each argument."""
    for argument in given:
        escapes.use(machine, argument.value, Usage.ITERATED)
    return [dataclasses.replace(argument, value=containers.element(machine, argument.value)) for argument in given]


def _filter(machine: Activation, node: ast.Call, given: list[Argument]) -> Value:
    """`filter(is_ok, responses)` gives some of them."""
    if len(given) < 2 or not isinstance(given[1].value, SequenceValue):
        receive(machine, "filter", given)
        return None
    if isinstance(given[0].value, _CALLED):
        escapes.use(machine, _call_value(machine, node, given[0].value, _elements(machine, given[1:])), Usage.TESTED)
    return dataclasses.replace(given[1].value, exact=False)


def _sorted(machine: Activation, node: ast.Call, given: list[Argument]) -> Value:
    """`sorted(responses, key=…)` gives them in another order."""
    if not given or not isinstance(given[0].value, SequenceValue):
        receive(machine, "sorted", given)
        return None
    for key in given[1:]:
        if isinstance(key.value, _CALLED):
            escapes.use(machine, _call_value(machine, node, key.value, _elements(machine, given[:1])), Usage.COMPARED)
    return dataclasses.replace(given[0].value, exact=False)


def _cast(machine: Activation, node: ast.Call, given: list[Argument]) -> Value:
    """`cast(ClientSession, app.session)` is what it says."""
    known = given[-1].value if given else None
    return machine.facts.types.annotated(node.args[0]) if known is None and node.args else known


def _join_url(machine: Activation, node: ast.Call, given: list[Argument]) -> Value:
    receive(machine, "urllib.parse.urljoin", given)
    return _join_path(machine, node, given)


def _range(_: Activation, __: ast.Call, given: list[Argument]) -> Value:
    """`range(3)`: three rounds stand for more."""
    numbers = [a.value.value for a in given if isinstance(a.value, Constant) and isinstance(a.value.value, int)]
    if len(numbers) != len(given) or not numbers or len(numbers) > 2:
        return SequenceValue((None,), exact=False)
    count = numbers[0] if len(numbers) == 1 else numbers[1] - numbers[0]
    return SequenceValue((None,) * max(0, min(count, 3)))


def _join_path(_: Activation, __: ast.Call, given: list[Argument]) -> Value:
    """`os.path.join(folder, "badge.png")`, `Path(folder, "badge.png")`."""
    return text.joined([piece for argument in given for piece in (argument.value, Text("/"))][:-1])


_SPECIAL: dict[str, Callable[[Activation, ast.Call, list[Argument]], Value]] = {
    **concurrency.FUNCTIONS,
    "super": _super,
    "getattr": _getattr,
    "functools.partial": _partial,
    "range": _range,
    "re.compile": lambda *_: Imported("re"),  # a pattern has the functions of `re`
    "os.path.join": _join_path,
    "pathlib.Path": _join_path,
    "urllib.parse.urljoin": _join_url,
    "yarl.URL": lambda _, __, given: given[0].value if given and isinstance(given[0].value, Text) else None,
    "typing.cast": _cast,
    "map": _map,
    "filter": _filter,
    "sorted": _sorted,
}
