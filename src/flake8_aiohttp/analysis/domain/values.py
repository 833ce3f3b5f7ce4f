"""What a place may hold.

A value is frozen, compares by content, and is None where nothing is known: the unknown has no
attributes, no faults, and costs no code.
"""

from __future__ import annotations

import ast
import dataclasses

from flake8_aiohttp.aiohttp_model.objects import ENTERED, Kind
from flake8_aiohttp.aiohttp_model.typestate import Body, Lease, Operation
from flake8_aiohttp.analysis.domain.constraints import Condition
from flake8_aiohttp.finding import Span
from flake8_aiohttp.python.definitions import Class, Function

Context = tuple[Span, ...]

NOWHERE = Span(0, 0, 0, 0)
"""Where an object is made that nobody saw being made."""


@dataclasses.dataclass(frozen=True, slots=True)
class Site:
    """The expression that made an aiohttp object, and the calls that led there.

    `is_summary` marks a site that stands for several objects at once: the elements of a list.
    """

    span: Span
    context: Context = ()
    is_summary: bool = False
    _hash: int = dataclasses.field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.span, self.context, self.is_summary)))

    def __hash__(self) -> int:
        return self._hash  # it is the key of every table of what is known

    def __repr__(self) -> str:
        return f"Site({self.span.line}:{self.span.column}{'*' if self.is_summary else ''})"


@dataclasses.dataclass(frozen=True, slots=True)
class AbstractObject:
    """An aiohttp object; `subclass` is its class where the file defines one.

    One that is `foreign` is of another library's class that is used as aiohttp's is: it may have and take more.
    """

    kind: Kind
    site: Site
    subclass: Class | None = None
    foreign: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class BoundMethod:
    """A bound method, fetched and not called: `response.text`."""

    owner: AbstractObject
    name: str
    span: Span
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Coroutine:
    """An un-awaited coroutine of aiohttp: `response.text()`, `session.close()`."""

    owner: AbstractObject
    name: str
    span: Span
    text: str
    operation: Operation | None = None
    born: Lease | None = None  # the lease of its response when it was made
    lenient: bool = False  # json(content_type=None), text("latin-1")


@dataclasses.dataclass(frozen=True, slots=True)
class MemberValue:
    """A plain attribute of an aiohttp object, or what its plain method returned: `response.status`.

    `kind` is its own where it is an aiohttp object itself: `response.content`, `response.url`.
    """

    owner: AbstractObject
    name: str
    span: Span
    text: str = ""
    kind: Kind | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class BodyValue:
    """A body that was read: the str, bytes or parsed JSON that `name` (text, read, json) gave; "" may be any."""

    name: str
    span: Span
    site: Site | None = None
    empty: Body | None = None  # what has become of the bytes where this turns out to be empty


@dataclasses.dataclass(frozen=True, slots=True)
class Constant:
    """None, a number, a bool or bytes."""

    value: object


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """A string; pieces that are not known are NUL characters.

    One that is not `settled` is what an attribute or global begins with: by now it may be another.
    """

    value: str
    settled: bool = True


@dataclasses.dataclass(frozen=True, slots=True)
class Imported:
    """A name of another module: `asyncio.gather`."""

    name: str


@dataclasses.dataclass(frozen=True, slots=True)
class FunctionValue:
    """A function of this file, bound to `receiver` where it was fetched from an instance."""

    function: Function
    receiver: Value = None


@dataclasses.dataclass(frozen=True, slots=True)
class Closure:
    """A lambda, or a function that was defined inside the function at hand."""

    node: ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef


@dataclasses.dataclass(frozen=True, slots=True)
class ClassObject:
    """A class of this file."""

    definition: Class


@dataclasses.dataclass(frozen=True, slots=True)
class Instance:
    """An object of a class of this file; `fields` were given to it.

    One that was not seen being `made`, of which an annotation tells, may be None.
    """

    definition: Class
    fields: tuple[tuple[str, Value], ...] = ()
    made: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Super:
    """`super()` in a method of a class of this file."""

    definition: Class
    receiver: Value


@dataclasses.dataclass(frozen=True, slots=True)
class SuspendedCall:
    """An un-awaited call of an `async def` (or generator) of this file."""

    routine: FunctionValue | Closure
    arguments: tuple[tuple[str, Value], ...]
    span: Span
    held: tuple[Site, ...] = ()  # the responses among the arguments that were held in their blocks by then
    conditions: tuple[Condition, ...] = ()  # what tests have told of the arguments


@dataclasses.dataclass(frozen=True, slots=True)
class Task:
    """Something awaitable that was handed to the event loop, or wrapped: `create_task(…)`, `wait_for(…)`.

    `of_many` says that it was taken out of a container: another one of these has a result of its own.
    """

    inner: Value
    span: Span
    of_many: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Gathered:
    """`asyncio.gather(…)` before it is awaited: it gives the results in order.

    One that `waits` is `asyncio.wait(…)`: it gives two sets of tasks.
    """

    elements: SequenceValue
    waits: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class SequenceValue:
    """A list, tuple, set or iterator. `exact`: these in this order; else any number of each, in any order."""

    values: tuple[Value, ...]
    exact: bool = True


@dataclasses.dataclass(frozen=True, slots=True)
class DictValue:
    """A dict; the key of a pair is None where it is not a known string."""

    pairs: tuple[tuple[str | None, Value], ...]


@dataclasses.dataclass(frozen=True, slots=True)
class ContextStack:
    """A context that others are put into: an AsyncExitStack, a TaskGroup, by its qualified name."""

    name: str
    span: Span


@dataclasses.dataclass(frozen=True, slots=True)
class OpenFile:
    """What `open()` gave, or another maker of what bytes are written to, if it takes no text.

    It is open for bytes, or else its name has a binary `extension`; `maker` is the other callee that made it.
    """

    extension: str = ""
    maker: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class ShadowingUnknown:
    """Something unknown that hides an import or global of the same name."""


Value = (
    AbstractObject
    | BoundMethod
    | Coroutine
    | MemberValue
    | BodyValue
    | Constant
    | Text
    | Imported
    | FunctionValue
    | Closure
    | ClassObject
    | Instance
    | Super
    | SuspendedCall
    | Task
    | Gathered
    | SequenceValue
    | DictValue
    | ContextStack
    | OpenFile
    | ShadowingUnknown
    | None
)


@dataclasses.dataclass(frozen=True, slots=True)
class Argument:
    """An argument as it was given: its value, and the keyword or `*` it came with."""

    node: ast.expr
    value: Value
    keyword: str | None = None
    starred: bool = False


def parts(value: Value) -> tuple[Value, ...]:
    """Give the values that a value holds: elements, items, arguments, what a task runs."""
    if type(value) not in COMPOSITE_TYPES or (type(value) is Instance and not value.fields):
        return ()
    match value:
        case SequenceValue(values=values):
            return values
        case DictValue(pairs=pairs) | Instance(fields=pairs) | SuspendedCall(arguments=pairs):
            return tuple([held for _, held in pairs])
        case Task(inner=inner) | Gathered(elements=inner):
            return (inner,)
    return ()


def summary_of(value: Value) -> Value:
    """Let an object stand for several of its kind that nobody saw being made; of a tuple or dict, each object in it."""
    match value:
        case AbstractObject():
            return dataclasses.replace(value, site=Site(NOWHERE, (), is_summary=True))
        case SequenceValue(values=values):
            return dataclasses.replace(value, values=tuple(map(summary_of, values)))
        case DictValue(pairs=pairs):
            return DictValue(tuple((key, summary_of(held)) for key, held in pairs))
    return value


def unfocused(site: Site) -> Site:
    """Give the site of many, one of which is looked at."""
    context = site.context
    while context[-1:] == (site.span,):
        context = context[:-1]
    return site if context is site.context else Site(site.span, context)


def awaited(value: Value) -> Value:
    """Give what awaiting a value gives: a request becomes its response."""
    pending = isinstance(value, AbstractObject) and value.kind in {Kind.REQUEST, Kind.SOCKET_REQUEST}
    return entered(value) if pending else value


def entered(value: Value) -> Value:
    """Give what a block that enters a value binds."""
    if not isinstance(value, AbstractObject) or value.kind not in ENTERED:
        return None
    return AbstractObject(ENTERED[value.kind], value.site, foreign=value.foreign)


def nature(value: Value) -> object:
    """What two values must agree on to be the same for an attribute."""
    if isinstance(value, AbstractObject):
        return value.kind
    if isinstance(value, (Text, Imported)):
        return value
    if isinstance(value, (SequenceValue, DictValue)):
        return type(value), *map(nature, parts(value))
    return value.definition if isinstance(value, Instance) else type(value)


_PAIR = 2


def normalise(value: Value) -> Value:
    """Give a value, or None for a dict or list that holds nothing of interest: states need not differ by it."""
    if isinstance(value, SequenceValue) and value.values and all(map(is_plain, value.values)):
        telling = any(isinstance(held, Text) and "/" in held.value for held in value.values)
        return value if telling or (value.exact and len(value.values) == _PAIR) else None
    if isinstance(value, DictValue) and value.pairs and all(is_plain(held) for _, held in value.pairs):
        return value if any(key is not None and key.lower() == "accept" for key, _ in value.pairs) else None
    return value


def heard_of(value: Constant | Instance) -> Value:
    """Give what is known of a value in a place that others may change at any time: an object's class, no constant."""
    return dataclasses.replace(value, made=False) if isinstance(value, Instance) else None


def is_plain(value: Value) -> bool:
    """Whether nothing of aiohttp's can be reached from a value."""
    match value:
        case None | Constant() | Text() | Imported() | ShadowingUnknown() | BodyValue():
            return True
        case MemberValue(kind=kind):
            return kind is None
        case SequenceValue() | DictValue():
            return all(map(is_plain, parts(value)))
    return False


COMPOSITE = (SequenceValue, DictValue, Instance, FunctionValue, Super, SuspendedCall, Task, Gathered)
"""Values that hold others."""

COMPOSITE_TYPES = frozenset(COMPOSITE)
"""The same, for a test that is made all the time."""

NONE = Constant(None)
SHADOWING = ShadowingUnknown()
