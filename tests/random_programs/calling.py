"""Functions of the same file, and the statements that call them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from .choices import Choices, chance, one_of, weighted
from .reading import awaited, used
from .writer import Kind, Thing, Writer, statement

RESPONSE, SESSION, BODY = Kind.RESPONSE, Kind.SESSION, Kind.BODY

READS = (
    "return await response.text()",
    "return await response.read()",
    "return await response.json()",
    "return await response.content.read()",
    "async with response:\n    return await response.text()",
    "data = await response.read()\nprint(len(data))\nreturn data",
)
OPENS = (
    (2, True, "return await session.get(url)"),
    (2, True, "response = await session.get(url)\nresponse.raise_for_status()\nreturn response"),
    (3, False, "async with session.get(url) as response:\n    return response"),
    (2, False, "async with session.get(url) as response:\n    print(response.status)\nreturn response"),
    (2, True, "async with session.get(url) as response:\n    await response.read()\n    return response"),
    (
        1,
        False,
        "async with session.get(url) as response:\n    await response.content.read()\n    return response",
    ),
    (1, False, "async with aiohttp.ClientSession() as client:\n    return await client.get(url)"),
    (1, False, "response = await session.get(url)\nresponse.release()\nreturn response"),
)
FETCHES = (
    (3, "return await response.text()"),
    (2, "return await response.json()"),
    (1, "body = await response.read()\nreturn body"),
    (1, "try:\n    return await response.text()\nexcept aiohttp.ClientError:\n    return None"),
    (2, "return response.text()"),
    (1, "return asyncio.create_task(response.read())"),
)
ENDS = ("response.release()", "response.close()", "print(response.status)")


@dataclasses.dataclass(frozen=True)
class Function:
    """A function of the program's file: what it takes and gives, and whether what it gives can be read."""

    name: str
    shape: str
    alive: bool = True


def indented(text: str, depth: int) -> str:
    """Put a text under headers."""
    return "\n".join("    " * depth + line for line in text.split("\n"))


def annotated(choices: Choices) -> str:
    """Give the parameter of a function that takes a response."""
    return "response: aiohttp.ClientResponse" if chance(choices, 60) else "response"


def reader(choices: Choices) -> tuple[Function, str]:
    """Write a function that reads the response it is given."""
    body = indented(one_of(choices, READS), 1)
    name = one_of(choices, ("read_body", "parse", "content_of"))
    return Function(name, "reader"), f"async def {name}({annotated(choices)}):\n{body}"


def opener(choices: Choices) -> tuple[Function, str]:
    """Write a function that gives a response, mostly out of its block."""
    alive, body = weighted(choices, [(weight, (alive, body)) for weight, alive, body in OPENS])
    name = one_of(choices, ("open_page", "request", "get_response"))
    signature = "session: aiohttp.ClientSession, url: str"
    return Function(name, "opener", alive), f"async def {name}({signature}):\n{indented(body, 1)}"


def fetcher(choices: Choices) -> tuple[Function, str]:
    """Write a function that gives a body, or a coroutine in its place."""
    body = weighted(choices, FETCHES)
    name = one_of(choices, ("fetch", "load", "download_page"))
    shape = "fetcher" if "await" in body else "late fetcher"
    head = f"async def {name}(session: aiohttp.ClientSession, url: str):"
    return Function(name, shape), f"{head}\n    async with session.get(url) as response:\n{indented(body, 2)}"


def ender(choices: Choices) -> tuple[Function, str]:
    """Write a plain function that does something to a response, but reads nothing."""
    body = one_of(choices, ENDS)
    name = one_of(choices, ("finish", "note", "done_with"))
    return Function(name, "ender", "print" in body), f"def {name}({annotated(choices)}):\n    {body}"


def context(choices: Choices) -> tuple[Function, str]:
    """Write a context manager that gives a response for the length of its block."""
    name = one_of(choices, ("opened", "page_at"))
    head = f"@contextlib.asynccontextmanager\nasync def {name}(session: aiohttp.ClientSession, url: str):"
    return Function(name, "context"), f"{head}\n    async with session.get(url) as response:\n        yield response"


def stream(choices: Choices) -> tuple[Function, str]:
    """Write a generator that gives one response after the other."""
    name = one_of(choices, ("all_pages", "responses_of"))
    head = f"async def {name}(session: aiohttp.ClientSession, url: str):\n    for _ in range(2):"
    body = "async with session.get(url) as response:\n    yield response"
    return Function(name, "stream"), f"{head}\n{indented(body, 2)}"


def composed(choices: Choices) -> tuple[Function, str]:
    """Write a function with the whole grammar: it takes a flag and gives a response or a body."""
    writer = Writer(choices, ("flag",), 4)
    writer.scope["session"] = Thing(SESSION, given=True)
    writer.returns = one_of(choices, (RESPONSE, BODY))
    writer.suite(3)
    names = [name for name, thing in writer.scope.items() if thing.kind is writer.returns]
    if not names:
        call = "session.get(url)" if writer.returns is RESPONSE else "fetch_text(session, url)"
        writer.emit(f"return await {call}")
    else:
        writer.emit(f"return {names[-1]}")
    alive = bool(not names or writer.scope[names[-1]].alive)
    shape = "composed opener" if writer.returns is RESPONSE else "composed fetcher"
    head = "async def prepare(session: aiohttp.ClientSession, url: str, flag: bool):"
    return Function("prepare", shape, alive), "\n".join([head, *writer.lines])


FETCH_TEXT = (
    "async def fetch_text(session: aiohttp.ClientSession, url: str):\n"
    "    async with session.get(url) as response:\n"
    "        return await response.text()"
)
MAKERS = (
    (6, reader),
    (6, opener),
    (4, fetcher),
    (2, ender),
    (1, context),
    (1, stream),
    (3, composed),
)


def functions_of(writer: Writer, *shapes: str) -> list[Function]:
    """Give the functions of the file that have one of these shapes."""
    return [function for function in writer.functions if isinstance(function, Function) and function.shape in shapes]


def of_shape(*shapes: str) -> Callable[[Writer], bool]:
    """Give a condition: the file has a function of one of these shapes."""
    return lambda writer: bool(functions_of(writer, *shapes))


@statement(18, RESPONSE, when=of_shape("reader"))
def reader_called(writer: Writer) -> None:
    """Hand a response to the function that reads it: at once, later, or as a task."""
    function = one_of(writer.choices, functions_of(writer, "reader"))
    response = writer.pick(RESPONSE)
    call = f"{function.name}({response})"
    shape = weighted(writer.choices, [(8, "at once"), (1, "later"), (1, "task")])
    if shape == "at once":
        name = writer.name(BODY)
        writer.emit(f"{name} = await {call}")
        writer.bind(name, BODY)
        used(writer, name)
        return
    kind = Kind.COROUTINE if shape == "later" else Kind.TASK
    name = writer.name(kind)
    writer.emit(f"{name} = {call}" if shape == "later" else f"{name} = asyncio.create_task({call})")
    writer.bind(name, kind, writer.scope[response])
    awaited(writer, name)


@statement(18, SESSION, when=of_shape("opener", "composed opener"))
def opener_called(writer: Writer) -> None:
    """Take a response from a function, sometimes into a block."""
    function = one_of(writer.choices, functions_of(writer, "opener", "composed opener"))
    session, name = writer.pick(SESSION, dead=0), writer.name(RESPONSE)
    flag = f", {writer.condition()}" if "composed" in function.shape else ""
    call = f"{function.name}({session}, url{flag})"
    if chance(writer.choices, 25) and writer.depth < 4:
        with writer.under(f"async with await {call} as {name}:"):
            writer.bind(name, RESPONSE, writer.scope[session], alive=function.alive)
            writer.suite(2)
        writer.end(writer.scope.get(name, Thing(RESPONSE)))
        return
    writer.emit(f"{name} = await {call}")
    writer.bind(name, RESPONSE, writer.scope[session], alive=function.alive)


@statement(9, SESSION, when=of_shape("fetcher", "late fetcher", "composed fetcher"))
def fetcher_called(writer: Writer) -> None:
    """Take a body from a function; a coroutine that it gives is awaited once more, or forgotten."""
    function = one_of(writer.choices, functions_of(writer, "fetcher", "late fetcher", "composed fetcher"))
    session, name = writer.pick(SESSION, dead=0), writer.name(BODY)
    flag = f", {writer.condition()}" if "composed" in function.shape else ""
    call = f"await {function.name}({session}, url{flag})"
    if function.shape == "late fetcher" and chance(writer.choices, 70):
        call = f"await ({call})"
    writer.emit(f"{name} = {call}")
    writer.bind(name, BODY)
    used(writer, name)


@statement(4, RESPONSE, when=of_shape("ender"))
def ender_called(writer: Writer) -> None:
    """Hand a response to a plain function."""
    function = one_of(writer.choices, functions_of(writer, "ender"))
    name = writer.pick(RESPONSE)
    writer.emit(f"{function.name}({name})")
    if not function.alive:
        writer.end(writer.scope[name])


@statement(8, SESSION, compound=True, when=of_shape("context", "stream"))
def context_entered(writer: Writer) -> None:
    """Enter a context manager of the file, or walk over its generator."""
    function = one_of(writer.choices, functions_of(writer, "context", "stream"))
    session, name = writer.pick(SESSION, dead=0), writer.name(RESPONSE)
    call = f"{function.name}({session}, url)"
    header = f"async with {call} as {name}:" if function.shape == "context" else f"async for {name} in {call}:"
    with writer.under(header):
        response = writer.bind(name, RESPONSE, writer.scope[session])
        writer.suite(2)
    writer.end(response)
