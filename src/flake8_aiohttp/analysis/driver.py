"""The analysis of a file: each function that can matter is run, and the journal tells what was seen."""

from __future__ import annotations

import ast
import dataclasses
import itertools
from collections.abc import Iterator

from flake8_aiohttp.analysis.domain.state import AbstractState
from flake8_aiohttp.analysis.domain.values import Value
from flake8_aiohttp.analysis.facts.call_graph import CallGraph, MixedCallers
from flake8_aiohttp.analysis.facts.consumers import Consumers
from flake8_aiohttp.analysis.facts.file import FileFacts
from flake8_aiohttp.analysis.facts.functions import FunctionFacts
from flake8_aiohttp.analysis.facts.identifiers import Identifiers
from flake8_aiohttp.analysis.facts.inference import Proofs
from flake8_aiohttp.analysis.facts.intent import Intent
from flake8_aiohttp.analysis.facts.known import Known
from flake8_aiohttp.analysis.facts.may_hold import MayHold, Reach
from flake8_aiohttp.analysis.facts.module import ModuleFacts
from flake8_aiohttp.analysis.facts.retained import RetainedBodies
from flake8_aiohttp.analysis.facts.slices import Slices
from flake8_aiohttp.analysis.facts.trees import Trees
from flake8_aiohttp.analysis.facts.types import StaticTypes
from flake8_aiohttp.analysis.interpreter.frame import Frame
from flake8_aiohttp.analysis.interpreter.summaries import begin
from flake8_aiohttp.analysis.journal.allocations import Allocations
from flake8_aiohttp.analysis.journal.calls import Answer, Call, Mention
from flake8_aiohttp.analysis.journal.contradictions import credible
from flake8_aiohttp.analysis.journal.entries import Entry, Escape, Role, Usage, Use
from flake8_aiohttp.analysis.journal.journal import Journal
from flake8_aiohttp.analysis.journal.provenance import Provenance
from flake8_aiohttp.analysis.journal.recorder import Recorder
from flake8_aiohttp.analysis.journal.sightings import Sightings
from flake8_aiohttp.analysis.literals.answers import answers
from flake8_aiohttp.analysis.literals.calls import calls_and_mentions
from flake8_aiohttp.analysis.machine.budget import Budget, BudgetExceeded
from flake8_aiohttp.analysis.machine.invocation import Invocation
from flake8_aiohttp.analysis.machine.services import Services
from flake8_aiohttp.analysis.transfer.exits import finish
from flake8_aiohttp.options import Options
from flake8_aiohttp.python.definitions import Function
from flake8_aiohttp.python.scopes import FileScopes
from flake8_aiohttp.python.source import Source

AnyEntry = Entry | Call | Mention | Answer
_DEFINITIONS = (ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_UNAWAITED = frozenset({Role.BODY, Role.METHOD, Role.REQUEST})


def analyse(source: Source, options: Options, reach: Reach = Reach.MAY_HOLD) -> Iterator[AnyEntry]:
    """Run every function of a file that can matter, and the module itself; give what was seen.

    With `Reach.EVERYTHING` what cannot matter is run as well: the entries that rules judge are the same.
    """
    return Driver(services_of(source, options, reach)).entries()


def known_on(source: Source, options: Options, line: int) -> list[Known]:
    """Give what the names on a line of a file may hold of aiohttp's, and how the analysis came to think so."""
    return services_of(source, options).facts.may_hold.known_on(source, line)


def services_of(source: Source, options: Options, reach: Reach = Reach.MAY_HOLD) -> Services:
    """Read the facts of a file, and make what the run writes into."""
    scopes = FileScopes(source.tree)
    identifiers = Identifiers(source, scopes.functions, scopes.imports.statements)
    types = StaticTypes(source, scopes, identifiers, options)
    proofs = Proofs(scopes, types)
    allocations, sightings = Allocations(), Sightings()

    def is_known(call: ast.Call) -> bool:
        """Whether a call makes a request or session, or is one of a function of this file or of asyncio."""
        span, name = source.span(call), scopes.qualified(call.func) or ""
        ours = name.startswith(("aiohttp.", "asyncio.")) or types.kind(name) is not None
        return ours or span in allocations.made or span in sightings.calls

    trees = Trees(identifiers, scopes.functions, source.tree)
    calls = CallGraph(identifiers, scopes, source.tree)
    mixed_callers = MixedCallers(source, scopes, calls, is_known)
    may_hold = MayHold(
        identifiers, scopes, types, trees=trees, calls=calls, tree=source.tree, proofs=proofs, reach=reach
    )
    facts = FileFacts(
        source=source,
        scopes=scopes,
        types=types,
        proofs=proofs,
        may_hold=may_hold,
        slices=Slices(scopes, types, may_hold, proofs.requests.keys()),
        module=ModuleFacts(scopes, types),
        functions=FunctionFacts(scopes, types, trees),
        calls=calls,
        mixed_callers=mixed_callers,
        retained=RetainedBodies(trees, calls, types),
        intent=Intent(identifiers, scopes, source.tree),
    )
    recorder = Recorder(mixed_callers, Consumers(source, scopes.imports.names))
    journal = Journal(recorder, Provenance(source), allocations, sightings)
    return Services(facts, journal, Budget(facts.slices.met))


class Driver:
    """Runs the functions of a file that may come by an aiohttp object."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def entries(self) -> Iterator[AnyEntry]:
        """Run what can matter; give what was seen."""
        services = self._services
        for scope in services.facts.may_hold.roots:
            if body := self._module_body() if scope is None else scope.node.body:
                self._run_root(scope, body)
        names = calls_and_mentions(
            services.facts.source,
            services.facts.scopes,
            services.facts.may_hold.identifiers,
            services.facts.intent,
            services.journal.noted_calls,
        )
        found = itertools.chain(
            credible(list(services.journal.recorder.entries()), services.facts.scopes.classes.values()),
            names,
            answers(services.facts.source, services.facts.types, services.facts.may_hold.identifiers),
        )
        return (self._settled(entry) for entry in found if not self._is_deliberate(entry))

    def _settled(self, entry: AnyEntry) -> AnyEntry:
        """Say of a response that left its function whether callers in this file look no further than its status.

        Of a needless await say whether the same one is needed for what else comes there.
        """
        services = self._services
        match entry:
            case Use(role=Role.AWAITED) if services.journal.awaits.is_right_for_others(entry.span):
                return dataclasses.replace(entry, usages=entry.usages | {Usage.NEEDED})
            case Escape(leaver=Function() as leaver, read_by_caller=None) if services.facts.calls.has_callers(leaver):
                return dataclasses.replace(entry, read_by_caller=False)
        return entry

    def _is_deliberate(self, entry: AnyEntry) -> bool:
        """Whether an entry stands where a mistake is wanted: in `pytest.raises`, or as the other kind's fallback."""
        line, intent = entry.span.line, self._services.facts.intent
        if intent.is_expected(line):
            return True
        if isinstance(entry, Use) and entry.role is Role.REQUEST and intent.mocks_requests:
            return True  # timid: in a helper of the tests
        if isinstance(entry, Use) and _looks_up(entry) and intent.is_lookup(line):
            return True
        if isinstance(entry, Use) and entry.role in _UNAWAITED and intent.is_tried(line, entry.member):
            return True
        return isinstance(entry, (Use, Call)) and intent.is_fallback(line)

    def _run_root(self, function: Function | None, body: list[ast.stmt]) -> None:
        services = self._services
        asynchronous = function is None or function.is_async
        frame = Frame(services, Invocation(function, enclosing=self._around(function), asynchronous=asynchronous))
        state = AbstractState(services.facts.functions.parameters(function) if function else {})
        services.budget.begin()
        try:
            finish(frame, frame.run(body, begin(state)))
        except (BudgetExceeded, RecursionError):
            services.journal.recorder.incomplete(body)

    def _module_body(self) -> list[ast.stmt]:
        return [
            statement for statement in self._services.facts.source.tree.body if not isinstance(statement, _DEFINITIONS)
        ]

    def _around(self, function: Function | None) -> dict[str, Value]:
        """Give what the functions around a nested function hold."""
        store: dict[str, Value] = {}
        while function is not None:
            for name, value in self._services.memory.closures.get(function.node, {}).items():
                store.setdefault(name, value)
            function = function.parent
            if function is not None:
                for name, value in self._services.facts.functions.parameters(function).items():
                    store.setdefault(name, value)
        return store


def _looks_up(use: Use) -> bool:
    """Whether a use may be there to see whether an object has an attribute."""
    return use.role is Role.OBJECT or use.usages == {Usage.DROPPED}
