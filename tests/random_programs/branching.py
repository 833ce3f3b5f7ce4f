"""Statements that branch, repeat, and fail."""

from __future__ import annotations

from .choices import chance, one_of, weighted
from .writer import Kind, Writer, statement


@statement(16, compound=True)
def branch(writer: Writer) -> None:
    """Write an `if`, with or without its other arms."""
    shape = weighted(writer.choices, [(6, "if"), (5, "else"), (2, "elif")])
    writer.arm(f"if {writer.condition()}:")
    if shape == "elif":
        writer.arm(f"elif {writer.condition()}:")
    if shape != "if":
        writer.arm("else:")


@statement(2, compound=True)
def matched(writer: Writer) -> None:
    """Write a `match` on a flag."""
    with writer.under(f"match {writer.flag()}:"):
        writer.arm("case True:")
        writer.arm(one_of(writer.choices, ("case _:", "case False:")))


@statement(6, compound=True)
def counted(writer: Writer) -> None:
    """Write `for _ in range(2)`, with or without an `else`."""
    writer.loops += 1
    variable = one_of(writer.choices, ("_", "attempt", "number"))
    writer.arm(f"for {variable} in range(2):", 3)
    writer.loops -= 1
    if chance(writer.choices, 20):
        writer.arm("else:", 1)


@statement(2, compound=True)
def repeated(writer: Writer) -> None:
    """Write a `while` that ends."""
    shape = one_of(writer.choices, ("counter", "forever"))
    if shape == "counter":
        writer.emit("tries = 0")
    before = dict(writer.scope)
    loops, writer.loops = writer.loops, shape == "counter"  # a `continue` of the other one never ends
    with writer.under("while tries < 2:" if shape == "counter" else "while True:"):
        if shape == "counter":
            writer.emit("tries += 1")
        writer.suite()
        if shape == "forever":
            writer.emit("break")
    writer.loops = loops
    writer.scope = {name: thing for name, thing in before.items() if writer.scope.get(name) is thing}


@statement(6, compound=True, when=lambda writer: writer.loops > 0)
def left_or_skipped(writer: Writer) -> None:
    """Leave a loop, or skip the rest of its round, when a flag says so."""
    with writer.under(f"if {writer.condition()}:"):
        writer.emit(one_of(writer.choices, ("break", "continue")))


@statement(6, compound=True)
def tried(writer: Writer) -> None:
    """Write a `try` with handlers, `else` and `finally` as they come."""
    shape = weighted(writer.choices, [(6, "except"), (2, "except finally"), (3, "finally"), (1, "except else")])
    writer.arm("try:", 3)
    if "except" in shape:
        handled(writer)
    if "else" in shape:
        writer.arm("else:", 1)
    if "finally" in shape:
        writer.arm("finally:", 1)


def handled(writer: Writer) -> None:
    """Write a handler: a word and a way out, or a suite like any other."""
    header = one_of(writer.choices, ("except aiohttp.ClientError:", "except aiohttp.ClientError as error:"))
    if chance(writer.choices, 40):
        writer.arm(header, 2)
        return
    with writer.under(header):
        writer.emit("print('failed')")
        if writer.returns is None and chance(writer.choices, 40):
            writer.emit(one_of(writer.choices, ("return None", "raise")))


@statement(1, compound=True)
def suppressed(writer: Writer) -> None:
    """Write `with contextlib.suppress(aiohttp.ClientError):`."""
    writer.arm("with contextlib.suppress(aiohttp.ClientError):")


@statement(1, when=lambda writer: not writer.loops)
def toggled(writer: Writer) -> None:
    """Change a flag, so that a later test of it is another condition."""
    flag = writer.flag()
    writer.emit(one_of(writer.choices, (f"{flag} = not {flag}", f"{flag} = False", f"{flag} = True")))


@statement(1, compound=True)
def refused(writer: Writer) -> None:
    """Raise when a flag says so."""
    with writer.under(f"if {writer.condition()}:"):
        writer.emit(one_of(writer.choices, ("raise ValueError('no')", "raise aiohttp.ClientError('no')")))


@statement(2, Kind.SESSION, Kind.RESPONSE, compound=True)
def cleaned_up(writer: Writer) -> None:
    """Release a response in `finally`, as older code does."""
    name = writer.pick(Kind.RESPONSE, dead=0)
    response = writer.scope[name]
    writer.arm("try:", 3)
    with writer.under("finally:"):
        writer.emit(one_of(writer.choices, (f"{name}.release()", f"{name}.close()")))
    writer.end(response)
