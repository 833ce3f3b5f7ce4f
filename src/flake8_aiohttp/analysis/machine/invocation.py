"""A call of a function, and how the run of it is watched."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable

from flake8_aiohttp.analysis.domain.typestate import Typestate
from flake8_aiohttp.analysis.domain.values import Context, Site, Value, unfocused
from flake8_aiohttp.python.definitions import Function


@dataclasses.dataclass(slots=True, eq=False)
class Invocation:
    """One call of a function; of the module, or of a lambda's body, where `function` is None.

    `context` holds the calls that led here from the function where the analysis began, the innermost of which is
    `caller`; `enclosing` what the functions around it hold; `shared` the names that it declares global or nonlocal;
    `given` the typestates of what it was given. It is `asynchronous` where an `await` may stand.
    """

    function: Function | None
    context: Context = ()
    enclosing: dict[str, Value] = dataclasses.field(default_factory=dict)
    caller: Invocation | None = None
    asynchronous: bool = True
    shared: set[str] = dataclasses.field(default_factory=set)
    given: dict[Site, Typestate] = dataclasses.field(default_factory=dict)

    def is_inside(self, function: Function) -> bool:
        """Whether this is a call of a function, or one that such a call led to."""
        invocation: Invocation | None = self
        while invocation is not None:
            if invocation.function is function:
                return True
            invocation = invocation.caller
        return False

    def given_at(self, site: Site, accepts: Callable[[Typestate], bool]) -> int:
        """Say how many calls deep the innermost function is that was given `site` in a typestate that is accepted.

        Where none was, it is the one that made it.
        """
        invocation: Invocation | None = self
        while invocation is not None:
            typestate = invocation.given.get(site)
            if typestate is not None and accepts(typestate):
                return len(invocation.context)
            invocation = invocation.caller
        return len(unfocused(site).context)


@dataclasses.dataclass(slots=True, eq=False)
class Mode:
    """How a run is watched at the moment.

    `observers`: how many handlers would see an exception; `muted`: nothing is written down; `ignores_escapes`: what
    leaves is not tracked any more, but nobody is said to have got it; `entering`: the context that a block enters.
    """

    observers: int = 0
    muted: bool = False
    ignores_escapes: bool = False
    entering: ast.expr | None = None
