"""Statements that read bodies: at once, later, as a task, in pieces, and wrongly."""

from __future__ import annotations

from .choices import chance, one_of, weighted
from .writer import Kind, Writer, statement

RESPONSE, PAGES, BODY, COROUTINE, TASK = Kind.RESPONSE, Kind.PAGES, Kind.BODY, Kind.COROUTINE, Kind.TASK


def reading(writer: Writer, response: str) -> str:
    """Give the call that reads a whole body."""
    options = [(8, "text()"), (5, "json()"), (6, "read()"), (2, "content.read()")]
    return f"{response}.{weighted(writer.choices, options)}"


def used(writer: Writer, body: str) -> None:
    """Do something with a body, so that it is read for a reason."""
    if chance(writer.choices, 60):
        writer.emit(one_of(writer.choices, (f"print(len({body}))", f"print({body})")))


@statement(44, RESPONSE)
def read(writer: Writer) -> None:
    """Read a body at once."""
    call = reading(writer, writer.pick(RESPONSE))
    shape = weighted(writer.choices, [(10, "bound"), (3, "bare"), (3, "printed"), (2, "walrus")])
    if shape == "bare":
        writer.emit(f"await {call}")
    elif shape == "printed":
        writer.emit(f"print(len(await {call}))")
    elif shape == "walrus":
        name = writer.name(BODY)
        with writer.under(f"if {name} := await {call}:"):
            writer.emit(f"print(len({name}))")
        writer.bind(name, BODY)
    else:
        name = writer.name(BODY)
        writer.emit(f"{name} = await {call}")
        writer.bind(name, BODY)
        used(writer, name)


@statement(1, RESPONSE)
def read_over_its_own_name(writer: Writer) -> None:
    """Write `response = await response.json()`: the name holds the body from then on."""
    name = writer.pick(RESPONSE)
    writer.emit(f"{name} = await {reading(writer, name)}")
    writer.bind(name, BODY)


@statement(1, RESPONSE)
def read_if(writer: Writer) -> None:
    """Read in one arm of a conditional expression."""
    call, name = reading(writer, writer.pick(RESPONSE)), writer.name(BODY)
    writer.emit(f"{name} = await {call} if {writer.condition()} else None")
    writer.bind(name, BODY)


@statement(1, RESPONSE)
def read_with_timeout(writer: Writer) -> None:
    """Read under `asyncio.wait_for`."""
    call, name = reading(writer, writer.pick(RESPONSE)), writer.name(BODY)
    writer.emit(f"{name} = await asyncio.wait_for({call}, 5)")
    writer.bind(name, BODY)


@statement(3, RESPONSE)
def tap(writer: Writer) -> None:
    """Read the first bytes; four, for the small body has more than twice as many."""
    name = writer.name(BODY)
    writer.emit(f"{name} = await {writer.pick(RESPONSE)}.content.read(4)")
    writer.bind(name, BODY)


@statement(3, RESPONSE, compound=True)
def chunks(writer: Writer) -> None:
    """Loop over the stream, to its end or not."""
    response = writer.pick(RESPONSE)
    stream = one_of(writer.choices, ("content.iter_chunked(65536)", "content.iter_any()"))
    with writer.under(f"async for chunk in {response}.{stream}:"):
        writer.emit("print(len(chunk))")
        ending = weighted(writer.choices, [(6, ""), (1, "break"), (1, "if")])
        if ending == "break":
            writer.emit("break")
        elif ending == "if":
            with writer.under(f"if {writer.condition()}:"):
                writer.emit("break")


@statement(1, RESPONSE, compound=True)
def pieces(writer: Writer) -> None:
    """Take piece after piece until one is empty."""
    with writer.under(f"while chunk := await {writer.pick(RESPONSE)}.content.read(65536):"):
        writer.emit("print(len(chunk))")


@statement(4, RESPONSE)
def coroutine(writer: Writer) -> None:
    """Make the coroutine now, to await it later."""
    response, name = writer.pick(RESPONSE), writer.name(COROUTINE)
    writer.emit(f"{name} = {reading(writer, response)}")
    writer.bind(name, COROUTINE, writer.scope[response])
    awaited(writer, name)


@statement(4, RESPONSE)
def task(writer: Writer) -> None:
    """Start a task that reads."""
    response, name = writer.pick(RESPONSE), writer.name(TASK)
    writer.emit(f"{name} = asyncio.create_task({reading(writer, response)})")
    writer.bind(name, TASK, writer.scope[response])
    awaited(writer, name)


def awaited(writer: Writer, name: str) -> None:
    """Await a coroutine or task soon, in about half of the cases."""
    if chance(writer.choices, 45):
        if chance(writer.choices, 40):
            writer.emit("print('waiting')")
        await_it(writer, name)


@statement(16, COROUTINE)
def coroutine_awaited(writer: Writer) -> None:
    """Await a coroutine that was made before."""
    await_it(writer, writer.pick(COROUTINE))


@statement(16, TASK)
def task_awaited(writer: Writer) -> None:
    """Await a task that was started before."""
    await_it(writer, writer.pick(TASK))


def await_it(writer: Writer, name: str) -> None:
    """Await what `name` holds; a coroutine can be awaited once, so its name is forgotten."""
    body = writer.name(BODY)
    del writer.scope[name]
    writer.emit(f"{body} = await {name}")
    writer.bind(body, BODY)
    used(writer, body)


@statement(3, RESPONSE, RESPONSE)
def gathered(writer: Writer) -> None:
    """Read two bodies at once."""
    one, two = writer.pick(RESPONSE), writer.pick(RESPONSE)
    calls = [reading(writer, one)]
    if writer.scope[one] is not writer.scope[two]:
        calls.append(reading(writer, two))
    writer.emit(f"bodies = await asyncio.gather({', '.join(calls)})")


@statement(4, PAGES, compound=True)
def pages_read(writer: Writer) -> None:
    """Read every response of a list."""
    pages = writer.pick(PAGES)
    method = weighted(writer.choices, [(4, "text"), (2, "json"), (2, "read")])
    if chance(writer.choices, 50):
        writer.emit(f"bodies = [await each.{method}() for each in {pages}]")
        return
    with writer.under(f"for each in {pages}:"):
        writer.emit(f"print(len(await each.{method}()))")


@statement(2, RESPONSE)
def mistaken(writer: Writer) -> None:
    """Forget the `await`, or the call."""
    response = writer.pick(RESPONSE)
    method = one_of(writer.choices, ("text", "json", "read"))
    shapes = (f"{response}.{method}()", f"print({response}.{method}())", f"print({response}.{method})")
    writer.emit(one_of(writer.choices, shapes))


@statement(3)
def returned(writer: Writer) -> bool:
    """Return something; only what the function is there to return, if it is there for something."""
    options = [(3, "return None")] if writer.returns is None else []
    kinds = {thing.kind for thing in writer.scope.values()}
    if BODY in kinds and writer.returns in {None, BODY}:
        options.append((4, f"return {writer.pick(BODY)}"))
    if RESPONSE in kinds and writer.returns in {None, BODY}:
        options.append((4, f"return await {reading(writer, writer.pick(RESPONSE))}"))
    if RESPONSE in kinds and writer.returns in {None, RESPONSE}:
        options.append((1, f"return {writer.pick(RESPONSE)}"))
    if RESPONSE in kinds and writer.returns in {None, COROUTINE}:
        options.append((1, f"return {reading(writer, writer.pick(RESPONSE))}"))
    if options:
        writer.emit(weighted(writer.choices, options))
    return bool(options)


@statement(2)
def printed(writer: Writer) -> None:
    """Do something that has nothing to do with aiohttp."""
    writer.emit(one_of(writer.choices, ("print('working')", "await asyncio.sleep(0)")))
