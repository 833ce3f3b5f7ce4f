"""What a call does: on aiohttp's objects, in this file, or out of sight."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

from flake8_aiohttp.aiohttp_model.objects import MEMBERS, STANDALONE_REQUESTS, Kind
from flake8_aiohttp.analysis.domain.values import (
    AbstractObject,
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
from flake8_aiohttp.analysis.interpreter import functions, with_blocks
from flake8_aiohttp.analysis.journal.recorder import Usage
from flake8_aiohttp.analysis.transfer import containers, escapes, members, text
from flake8_aiohttp.library_model import callees

if TYPE_CHECKING:
    from flake8_aiohttp.analysis.interpreter.frame import Frame
from flake8_aiohttp.analysis.interpreter import concurrency
from flake8_aiohttp.analysis.transfer.arguments import (
    Argument,
    arguments,
    consume,
    receive,
    receive_by_request,
    receive_unseen,
)

_OWN_METHODS = frozenset({"close", "send", "throw", "cancel", "add_done_callback"})
_CALLED = (BoundMethod, FunctionValue, Closure)
_TASK_METHODS = frozenset({"result", "add_done_callback", "cancel"})


def call(frame: Frame, node: ast.Call) -> Value:
    """Evaluate a call."""
    func = node.func
    if isinstance(func, ast.Attribute):
        receiver = frame.evaluate(func.value)
        given = arguments(frame, node)
        return _call_member(frame, node, func, receiver, given)
    target = frame.evaluate(func)
    return _call_value(frame, node, target, arguments(frame, node))


def _call_member(frame: Frame, node: ast.Call, func: ast.Attribute, receiver: Value, given: list[Argument]) -> Value:
    """Call a method of a value."""
    match receiver:
        case SequenceValue() | DictValue():
            return containers.call(frame, func, receiver, given)
        case Text() | BodyValue() | OpenFile():
            return text.call(frame, node, func, receiver, given)
        case MemberValue(kind=None):
            return _call_on_datum(func.attr, receiver, given)
        case AbstractObject(subclass=None) if func.attr in with_blocks.BY_HAND:
            return with_blocks.by_hand(frame, node, func.attr, receiver)
        case ContextStack():
            return concurrency.call_scope(frame, node, func.attr, receiver, given)
        case Task() if func.attr in _TASK_METHODS:
            return _call_on_task(frame, node, func.attr, receiver)
        case Coroutine() | Task() | SuspendedCall() | Gathered() if func.attr in _OWN_METHODS:
            escapes.use(frame, receiver, Usage.HANDED_ON)
            return None
        case None:
            return _call_unknown_method(frame, node, func, given)
    target = _replaced(frame, func, receiver) or frame.fetch(func, receiver)
    if target is None and isinstance(receiver, (ClassObject, Instance)):
        return _call_unknown_method(frame, node, func, given)  # a base class out of sight has it
    return _call_value(frame, node, target, given)


def _replaced(frame: Frame, func: ast.Attribute, receiver: Value) -> Value:
    """Give what was put in the place of a method of an aiohttp object."""
    if isinstance(receiver, AbstractObject) and isinstance(func.value, ast.Name):
        return frame.state.store.get(f"{func.value.id}.{func.attr}")
    return None


def _call_on_task(frame: Frame, node: ast.Call, name: str, task: Task) -> Value:
    """Ask a task for its result, let somebody else ask, or call it off: then there may be none."""
    if name == "result":
        return functions.await_value(frame, node, task)
    escapes.publish(frame, task)
    return None


def _call_on_datum(name: str, datum: MemberValue, given: list[Argument]) -> Value:
    """`response.headers.get("Content-Type")` is the content type, and so is its lower case."""
    if datum.name == "headers" and name == "get" and given and is_content_type(given[0].value):
        return dataclasses.replace(datum, name="content_type")
    return datum if datum.name == "content_type" and name in {"lower", "strip"} else None


def is_content_type(key: Value) -> bool:
    """Whether the key of a header is `Content-Type`."""
    return isinstance(key, Text) and key.value.lower() == "content-type"


def _call_value(frame: Frame, node: ast.Call, target: Value, given: list[Argument]) -> Value:
    """Call a value."""
    match target:
        case BoundMethod():
            receive_by_request(frame, given)
            return members.call(frame, node, target)
        case Imported(name=name):
            return _call_imported(frame, node, name, given)
        case FunctionValue() | Closure():
            return functions.call(frame, node, target, given)
        case ClassObject():
            return functions.construct(frame, node, target, given)
        case MemberValue():
            escapes.use(frame, target, Usage.CALLED)
    if isinstance(node.func, ast.Name):
        return _call_builtin(frame, node, node.func.id, given)
    receive_unseen(frame, given)
    frame.may_raise()
    return None


def _call_builtin(frame: Frame, node: ast.Call, name: str, given: list[Argument]) -> Value:
    """Call a name that nothing in the file defines: a builtin, a parameter, an unknown."""
    if name in frame.state.store or frame.engine.is_parameter(frame, name):
        if frame.function is not None and frame.engine.types.is_client_factory(frame.function, name):
            return Task(
                AbstractObject(Kind.TEST_CLIENT, Site(frame.engine.source.span(node))), frame.engine.source.span(node)
            )
        receive_unseen(frame, given)
        frame.may_raise()
        return None
    if (handled := containers.BUILTINS.get(name)) is not None:
        return handled(frame, given)
    return _call_imported(frame, node, name, given)


def _call_imported(frame: Frame, node: ast.Call, name: str, given: list[Argument]) -> Value:
    """Call a function of another module by its qualified name."""
    if (special := _SPECIAL.get(name)) is not None:
        return special(frame, node, given)
    if name in STANDALONE_REQUESTS:
        receive_by_request(frame, given)
        return frame.engine.requests.standalone(frame, node)
    if name in callees.OPENERS:
        return text.open_file(given)
    if (made := frame.engine.types.made(name, frame.engine.source.span(node))) is not None:
        if made.kind is Kind.SERVER_RESPONSE:
            return receive(frame, name, given) or made
        receive_unseen(frame, given)
        owned = made.kind is Kind.SESSION and name in {
            "aiohttp.ClientSession",
            "aiohttp.client.ClientSession",
        }
        return frame.engine.requests.session(frame, node, made) if owned else made
    if _logs(frame, name, given):
        return None
    wrapped = receive(frame, name, given)
    frame.may_raise()
    return wrapped


def _logs(frame: Frame, callee: str, given: list[Argument]) -> bool:
    """Give arguments to a log, where a callee is one: `logging.warning`, `self.logger.debug`."""
    owner, _, name = callee.rpartition(".")
    if name not in callees.LOG_METHODS or "log" not in owner.lower():
        return False
    for argument in given:
        consume(frame, argument.value, callee, shows=True)
    return True


def _call_unknown_method(frame: Frame, node: ast.Call, func: ast.Attribute, given: list[Argument]) -> Value:
    """Call a method of something unknown: its name may still say what it does with its arguments."""
    name = func.attr
    if node in frame.engine.gate.proven:
        receive_by_request(frame, given)
        return frame.engine.requests.by_use(frame, node, name)
    if name in callees.TASK_METHODS and given:
        return concurrency.make_task(frame, node, given)
    if name in callees.RUNNER_METHODS and given:
        return concurrency.run(frame, node, given)
    if name in callees.LOG_METHODS and _logs(frame, ast.unparse(func), given):
        return None
    if name in callees.ENTERING and given:
        return concurrency.enter_into(frame, None, given)
    if name in containers.ADDING and given and _is_retained(frame, func.value, given[-1]):
        return None
    receive(frame, f".{name}", given)
    frame.havoc_fields(func.value)
    frame.may_raise()
    return None


def _is_retained(frame: Frame, container: ast.expr, argument: Argument) -> bool:
    """Put a response into an unknown list or queue, where that is what it is."""
    value = argument.value
    if not isinstance(value, AbstractObject) or value.kind is not Kind.RESPONSE:
        return False
    frame.engine.last_stored[value.site] = argument.node
    escapes.publish(frame, value)
    return containers.retain(frame, container, value)


def _super(frame: Frame, _: ast.Call, __: list[Argument]) -> Value:
    function = frame.function
    if function is None or function.owner is None or function.self_name is None:
        return None
    return Super(function.owner, frame.lookup(function.self_name))


def _getattr(frame: Frame, node: ast.Call, given: list[Argument]) -> Value:
    """`getattr(session, "get")`; a name that is not known is a verb."""
    if len(given) < 2 or not isinstance(given[0].value, AbstractObject):
        return None
    owner, name = given[0].value, given[1].value
    if isinstance(name, Text) and "\0" not in name.value:
        if name.value not in MEMBERS[owner.kind]:
            return None  # timid: who asks so does not know what it is
        return members.fetch(frame, _attribute(node, name.value), owner) if len(given) == 2 else None
    span = frame.engine.source.span(node)
    return (
        BoundMethod(owner, "request", span, frame.engine.source.excerpt(node)) if owner.kind is Kind.SESSION else None
    )


def _attribute(node: ast.Call, name: str) -> ast.Attribute:
    return ast.copy_location(ast.Attribute(node.args[0], name, ast.Load()), node)


def _partial(frame: Frame, _: ast.Call, given: list[Argument]) -> Value:
    """`partial(session.get, headers=…)` is a verb like `session.get`."""
    for argument in given:
        escapes.publish(frame, argument.value)
    called = given[0].value if given else None
    return called if isinstance(called, BoundMethod) and called.owner.kind is Kind.SESSION else None


def _map(frame: Frame, node: ast.Call, given: list[Argument]) -> Value:
    """`map(session.get, urls)` gives what the function gives for each of many."""
    if not given or not isinstance(given[0].value, _CALLED):
        receive(frame, "map", given)
        return None
    before = set(frame.state.sites)
    value = _call_value(frame, node, given[0].value, _elements(frame, given[1:]))
    return SequenceValue((containers.summarise(frame.state, value, before),), exact=False)


def _elements(frame: Frame, given: list[Argument]) -> list[Argument]:
    """Take an element of each argument."""
    for argument in given:
        escapes.use(frame, argument.value, Usage.ITERATED)
    return [dataclasses.replace(argument, value=containers.element(frame, argument.value)) for argument in given]


def _filter(frame: Frame, node: ast.Call, given: list[Argument]) -> Value:
    """`filter(is_ok, responses)` gives some of them."""
    if len(given) < 2 or not isinstance(given[1].value, SequenceValue):
        receive(frame, "filter", given)
        return None
    if isinstance(given[0].value, _CALLED):
        escapes.use(frame, _call_value(frame, node, given[0].value, _elements(frame, given[1:])), Usage.TESTED)
    return dataclasses.replace(given[1].value, exact=False)


def _sorted(frame: Frame, node: ast.Call, given: list[Argument]) -> Value:
    """`sorted(responses, key=…)` gives them in another order."""
    if not given or not isinstance(given[0].value, SequenceValue):
        receive(frame, "sorted", given)
        return None
    for key in given[1:]:
        if isinstance(key.value, _CALLED):
            escapes.use(frame, _call_value(frame, node, key.value, _elements(frame, given[:1])), Usage.COMPARED)
    return dataclasses.replace(given[0].value, exact=False)


def _cast(frame: Frame, node: ast.Call, given: list[Argument]) -> Value:
    """`cast(ClientSession, app.session)` is what it says."""
    known = given[-1].value if given else None
    return frame.engine.types.annotated(node.args[0]) if known is None and node.args else known


def _join_url(frame: Frame, node: ast.Call, given: list[Argument]) -> Value:
    receive(frame, "urllib.parse.urljoin", given)
    return _join_path(frame, node, given)


def _range(_: Frame, __: ast.Call, given: list[Argument]) -> Value:
    """`range(3)`: three rounds stand for more."""
    numbers = [a.value.value for a in given if isinstance(a.value, Constant) and isinstance(a.value.value, int)]
    if len(numbers) != len(given) or not numbers or len(numbers) > 2:
        return SequenceValue((None,), exact=False)
    count = numbers[0] if len(numbers) == 1 else numbers[1] - numbers[0]
    return SequenceValue((None,) * max(0, min(count, 3)))


def _join_path(_: Frame, __: ast.Call, given: list[Argument]) -> Value:
    """`os.path.join(folder, "badge.png")`, `Path(folder, "badge.png")`."""
    return text.joined([piece for argument in given for piece in (argument.value, Text("/"))][:-1])


_SPECIAL: dict[str, Callable[[Frame, ast.Call, list[Argument]], Value]] = {
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
