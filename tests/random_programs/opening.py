"""Statements that open and end responses and sessions."""

from __future__ import annotations

from .choices import chance, one_of, weighted
from .reading import reading
from .writer import Kind, Writer, statement

SESSION, RESPONSE, PAGES = Kind.SESSION, Kind.RESPONSE, Kind.PAGES


@statement(22, SESSION, compound=True)
def block(writer: Writer) -> None:
    """Write `async with session.get(url) as response:`."""
    session, name = writer.pick(SESSION, dead=0), writer.name(RESPONSE)
    entered = "await " if chance(writer.choices, 8) else ""
    with writer.under(f"async with {entered}{session}.get(url) as {name}:"):
        response = writer.bind(name, RESPONSE, writer.scope[session])
        writer.suite()
    writer.end(response)
    mourned(writer)


@statement(3, SESSION, compound=True)
def two_blocks_in_one(writer: Writer) -> None:
    """Write two requests in one `async with`."""
    session = writer.pick(SESSION, dead=0)
    one = writer.name(RESPONSE)
    first = writer.bind(one, RESPONSE, writer.scope[session])
    other = writer.name(RESPONSE)
    with writer.under(f"async with {session}.get(url) as {one}, {session}.get(url) as {other}:"):
        second = writer.bind(other, RESPONSE, writer.scope[session])
        writer.suite()
    writer.end(first)
    writer.end(second)


@statement(5, compound=True)
def session_block(writer: Writer) -> None:
    """Write `async with aiohttp.ClientSession() as client:`, sometimes with a request in the same line."""
    name = writer.name(SESSION)
    header = f"async with aiohttp.ClientSession() as {name}"
    session = writer.bind(name, SESSION)
    if chance(writer.choices, 40):
        response = writer.name(RESPONSE)
        header += f", {name}.get(url) as {response}"
        writer.bind(response, RESPONSE, session)
    with writer.under(f"{header}:"):
        if chance(writer.choices, 60):
            request(writer, name)
        writer.suite()
    writer.end(session)
    mourned(writer)


@statement(14, SESSION)
def plain_request(writer: Writer) -> None:
    """Write `response = await session.get(url)`."""
    request(writer, writer.pick(SESSION, dead=0))


def request(writer: Writer, session: str) -> None:
    """Bind a name to the response of a plain request."""
    name = writer.name(RESPONSE)
    writer.emit(f"{name} = await {session}.get(url)")
    writer.bind(name, RESPONSE, writer.scope[session])


def mourned(writer: Writer) -> None:
    """Read a response whose block, or whose session, has just ended; that is the commonest mistake of all."""
    ended = [name for name, thing in writer.scope.items() if thing.kind is RESPONSE and not thing.alive]
    if ended and chance(writer.choices, 20):
        body = writer.name(Kind.BODY)
        writer.emit(f"{body} = await {reading(writer, ended[-1])}")
        writer.bind(body, Kind.BODY)


@statement(3, RESPONSE, compound=True)
def entered_later(writer: Writer) -> None:
    """Write `async with response:` for a response that is there already."""
    name = writer.pick(RESPONSE)
    response = writer.scope[name]
    with writer.under(f"async with {name}:"):
        writer.suite()
    writer.end(response)


@statement(3)
def session_without_block(writer: Writer) -> None:
    """Write `client = aiohttp.ClientSession()`."""
    name = writer.name(SESSION)
    writer.emit(f"{name} = aiohttp.ClientSession()")
    writer.bind(name, SESSION)


@statement(6, SESSION, SESSION)
def session_closed(writer: Writer) -> None:
    """Write `await client.close()`, never for the session that the program was given."""
    own = [name for name, thing in writer.scope.items() if thing.kind is SESSION and not thing.given]
    name = one_of(writer.choices, own)
    writer.emit(f"await {name}.close()")
    writer.end(writer.scope[name])


@statement(5, RESPONSE)
def released(writer: Writer) -> None:
    """Write `response.release()` or `response.close()`."""
    name = writer.pick(RESPONSE)
    writer.emit(weighted(writer.choices, [(4, f"{name}.release()"), (4, f"{name}.close()")]))
    writer.end(writer.scope[name])


@statement(4, RESPONSE)
def alias(writer: Writer) -> None:
    """Give a response a second name."""
    name, other = writer.pick(RESPONSE), writer.name(RESPONSE)
    if name != other:
        writer.emit(f"{other} = {name}")
        writer.scope[other] = writer.scope[name]


@statement(2, RESPONSE, RESPONSE)
def either(writer: Writer) -> None:
    """Choose one of two responses."""
    one, two, name = writer.pick(RESPONSE), writer.pick(RESPONSE), writer.name(RESPONSE)
    writer.emit(f"{name} = {one} if {writer.condition()} else {two}")
    alive = writer.scope[one].alive and writer.scope[two].alive
    writer.bind(name, RESPONSE, writer.scope[one], alive=alive)


@statement(3, SESSION, compound=True)
def requested_in_both_arms(writer: Writer) -> None:
    """Bind one name to a response in each arm of an `if`."""
    one, two, name = writer.pick(SESSION, dead=0), writer.pick(SESSION, dead=0), writer.name(RESPONSE)
    with writer.under(f"if {writer.condition()}:"):
        writer.emit(f"{name} = await {one}.get(url)")
    with writer.under("else:"):
        writer.emit(f"{name} = await {two}.get(url)")
    writer.bind(name, RESPONSE, writer.scope[one])


@statement(2, SESSION, compound=True)
def exit_stack(writer: Writer) -> None:
    """Enter a request on an exit stack."""
    session, name = writer.pick(SESSION, dead=0), writer.name(RESPONSE)
    with writer.under("async with contextlib.AsyncExitStack() as stack:"):
        writer.emit(f"{name} = await stack.enter_async_context({session}.get(url))")
        response = writer.bind(name, RESPONSE, writer.scope[session])
        writer.suite()
    writer.end(response)


@statement(3, RESPONSE)
def looked_at(writer: Writer) -> None:
    """Look at what needs no body."""
    name = writer.pick(RESPONSE, dead=40)
    writer.emit(one_of(writer.choices, (f"print({name}.status)", f"print({name}.headers.get('Content-Type'))")))


@statement(2, RESPONSE)
def status_raised(writer: Writer) -> None:
    """Write `response.raise_for_status()`."""
    writer.emit(f"{writer.pick(RESPONSE, dead=0)}.raise_for_status()")


@statement(2, SESSION, compound=True)
def collected(writer: Writer) -> None:
    """Collect responses in a list, each in a block of its own or without one."""
    session, name, response = writer.pick(SESSION, dead=0), writer.name(PAGES), writer.name(RESPONSE)
    in_block = chance(writer.choices, 60)
    cached = chance(writer.choices, 50)
    request = f"async with {session}.get(url) as {response}:" if in_block else f"{response} = await {session}.get(url)"
    writer.emit(f"{name} = []")
    with writer.under("for _ in range(2):"):
        writer.emit(request)
        writer.depth += in_block
        if cached:
            writer.emit(f"await {response}.{one_of(writer.choices, ('text()', 'read()'))}")
        writer.emit(f"{name}.append({response})")
        writer.depth -= in_block
    writer.bind(name, PAGES, alive=not in_block)
