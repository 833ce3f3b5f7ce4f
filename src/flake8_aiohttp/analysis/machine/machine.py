"""What an evaluator may ask of the run of a function."""

from __future__ import annotations

import ast
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import NoReturn, Protocol

from flake8_aiohttp.analysis.domain.state import AbstractState, States
from flake8_aiohttp.analysis.domain.typestate import Typestate
from flake8_aiohttp.analysis.domain.values import Site, SuspendedCall, Value
from flake8_aiohttp.analysis.facts.file import FileFacts
from flake8_aiohttp.analysis.journal.journal import Journal
from flake8_aiohttp.analysis.machine.budget import Budget
from flake8_aiohttp.analysis.machine.flow import Outcomes
from flake8_aiohttp.analysis.machine.invocation import Invocation, Mode
from flake8_aiohttp.analysis.machine.services import Memory
from flake8_aiohttp.python.definitions import Function


class Machine(Protocol):
    """One activation of a function (or of the module, or of a lambda's body), as transfer functions see it.

    `invocation` says of what; `state` is the abstract state at hand, `dropped` what was known of sites made here that
    no value leads to any more. An evaluator may be run again for another choice (`choose`): beside `state` it may
    change only what comes out the same when done twice.
    """

    facts: FileFacts
    journal: Journal
    memory: Memory
    budget: Budget
    invocation: Invocation
    mode: Mode
    state: AbstractState
    dropped: set[tuple[Site, Typestate]]

    def evaluate(self, node: ast.expr) -> Value:
        """Evaluate an expression in the state at hand."""

    def fetch(self, node: ast.Attribute, owner: Value) -> Value:
        """Fetch an attribute of a value."""

    def lookup(self, name: str) -> Value:
        """Give what a name holds: in this state, in the functions around, or in the module."""

    def bind(self, path: str, value: Value) -> None:
        """Let an access path of the state at hand hold a value."""

    def bounded(self, value: Value) -> Value:
        """Give a value, or the unknown for one that is too large: what it holds is lost sight of."""

    def is_shared(self, name: str) -> bool:
        """Whether others see what a name is bound to: it is global, or belongs to a function around."""

    def choose(self, count: int) -> int:
        """Choose one of `count` ways; the others are explored afterwards."""

    def explore(self, states: States, action: Callable[[], Value]) -> list[tuple[AbstractState, Value]]:
        """Do something in each state, for each way to go through it; give the states and what came out."""

    def join(self, states: States) -> States:
        """Merge the states that are alike; what too many states disagree on is not known any more."""

    def may_raise(self, exception: str = "", *, explicit: bool = False) -> None:
        """Note that the state at hand may end here; asked for only where a handler could see it."""

    def fail(self, exception: str, *, explicit: bool = True) -> NoReturn:
        """End the state at hand with an exception: raises Unreachable."""

    def unrecorded(self) -> AbstractContextManager[None]:
        """Write nothing down meanwhile."""

    def without_escapes(self) -> AbstractContextManager[None]:
        """Report no escapes meanwhile: values are not tracked any more, but not handed to anybody."""

    def havoc_fields(self, receiver: ast.expr) -> None:
        """Note that an object did something unseen: the typestates behind its attributes are not known any more."""

    def run_detached(self, call: SuspendedCall) -> None:
        """Run a call that somebody else will run, for what is seen of it; the state at hand stays as it is."""

    def is_inert(self, node: ast.stmt | ast.expr, state: AbstractState) -> bool:
        """Whether nothing in a statement or expression can be aiohttp's in a state."""

    def yielded(self) -> tuple[Value, ...]:
        """Give what was handed to the consumer so far: it lives on when this function has ended."""


class Activation(Machine, Protocol):
    """A machine as the interpreter sees it, which runs functions inside functions.

    `yields` collects the states at each `yield` of a generator that is iterated over; `raised` the states that ended in
    exceptions.
    """

    yields: list[tuple[AbstractState, Value]] | None
    raised: States

    @property
    def is_split(self) -> bool:
        """Whether many choices were made on the way through the expression at hand."""

    def run(self, body: list[ast.stmt], state: AbstractState) -> Outcomes[AbstractState]:
        """Run a suite from one state."""

    def activate(self, function: Function, call: SuspendedCall) -> Activation:
        """Make the activation in which a call of a function of this file runs."""

    def take_raised(self) -> States:
        """Give the states that ended in exceptions since it was last asked."""
