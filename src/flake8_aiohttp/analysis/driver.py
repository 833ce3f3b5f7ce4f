"""The analysis of a file: each function that can matter is run, and the journal tells what was seen."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator
from functools import cached_property

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.analysis.domain.constraints import Condition, read_condition
from flake8_aiohttp.analysis.domain.state import AbstractState, States, Typestate
from flake8_aiohttp.analysis.domain.values import (
    SHADOWING,
    AbstractObject,
    ClassObject,
    Closure,
    FunctionValue,
    Imported,
    Instance,
    Site,
    Value,
)
from flake8_aiohttp.analysis.facts.gate import Gate
from flake8_aiohttp.analysis.facts.hoards import Hoards
from flake8_aiohttp.analysis.facts.relevance import Relevance
from flake8_aiohttp.analysis.facts.sharing import Sharing
from flake8_aiohttp.analysis.facts.types import StaticTypes
from flake8_aiohttp.analysis.facts.wording import Wording, used_as
from flake8_aiohttp.analysis.interpreter.frame import Frame
from flake8_aiohttp.analysis.interpreter.summaries import Summary, begin, leads_on
from flake8_aiohttp.analysis.journal.provenance import Provenance
from flake8_aiohttp.analysis.journal.recorder import Entry, Escape, Recorder, Role, Usage, Use
from flake8_aiohttp.analysis.transfer.escapes import escape
from flake8_aiohttp.analysis.transfer.exits import finish
from flake8_aiohttp.analysis.transfer.requests import Allocations
from flake8_aiohttp.finding import Span
from flake8_aiohttp.options import Options
from flake8_aiohttp.python.scopes import Class, FileScopes, Function
from flake8_aiohttp.python.source import Source, children, walk

MOST_STEPS = 5_000
"""Statements (in a state each) that are run from one function, those of its callees included."""

STEPS_A_LINE = 30
"""More of them for each line of the function."""

ENOUGH_STEPS = 20_000
"""When a file has taken so many, calls are not followed any more."""


class BudgetExceeded(Exception):  # noqa: N818  it is no error: the function is too much to follow
    """The function at hand has too many ways through it."""


class Engine:
    """The facts of a file, and what the frames share while they run."""

    def __init__(self, source: Source, options: Options) -> None:
        self.source = source
        self.scopes = FileScopes(source.tree)
        self.types = StaticTypes(self.scopes, options)
        self.wording = Wording(source, self.scopes)
        self.gate = Gate(self.wording, self.scopes, self.types)
        self.hoards = Hoards(self.wording, self.scopes.functions)
        self.sharing = Sharing(source, self.scopes, self._is_known)
        self.recorder = Recorder(self.sharing)
        self.provenance = Provenance(source)
        self.requests = Allocations()
        self.summaries: dict[object, Summary] = {}
        self.called: set[Function] = set()
        self.last_read: dict[Site, ast.expr] = {}
        self.last_stored: dict[Site, ast.expr] = {}
        self.retained: set[Site] = set()
        self.last_fetched: dict[Span, ast.expr] = {}
        self.calls: dict[Span, str] = {}
        self.needed: set[ast.expr] = set()
        self.needless: dict[Span, ast.expr] = {}
        self.escapes: dict[Span, str] = {}
        self.generators: dict[Span, Span] = {}
        self.post_states: dict[object, dict[Site, Typestate]] = {}
        self.deliberate: list[tuple[int, int]] = []
        self.fallbacks: list[tuple[int, int]] = []
        self.lookups: list[tuple[int, int]] = []
        self._enclosing: dict[ast.AST, dict[str, Value]] = {}
        self._conditions: dict[ast.expr, Condition | None] = {}
        self._chains: dict[ast.Compare, ast.BoolOp] = {}
        self._lines: dict[Function, dict[str, tuple[int, int]]] = {}
        self._unread: dict[Function, set[str]] = {}
        self._generators: dict[Function, bool] = {}
        self._module: dict[str, Value] = {}
        self._fields: dict[tuple[Class, str], Value] = {}
        self._said: dict[str, bool] = {}
        self._run: set[Function] = set()
        self._giving: set[str] = set()
        self._steps = 0
        self._all_steps = 0
        self._most_steps = MOST_STEPS

    # Running

    def entries(self) -> Iterator[Entry]:
        """Run every function that can matter, and the module itself; give what was seen."""
        if self._module_body:
            self._run_root(None)
        while due := [function for function in self.scopes.functions if self._is_due(function)]:
            for function in due:
                self._run_root(function)
        return (self._settled(entry) for entry in self.recorder.entries() if not self._is_deliberate(entry))

    def _settled(self, entry: Entry) -> Entry:
        """Say of a response that left its function whether callers in this file look no further than its status.

        Of a needless await say whether the same one is needed for what else comes there.
        """
        match entry:
            case Use(role=Role.AWAITED) if self.needless[entry.span] in self.needed:
                return dataclasses.replace(entry, usages=entry.usages | {Usage.NEEDED})
            case Escape(leaver=Function() as leaver, read_by_caller=None) if self.has_callers(leaver):
                return dataclasses.replace(entry, read_by_caller=False)
        return entry

    def is_expected(self, line: int) -> bool:
        """Whether a line stands in `pytest.raises`, or where aiohttp itself is mocked."""
        return any(first <= line <= last for first, last in self.deliberate)

    def _is_deliberate(self, entry: Entry) -> bool:
        """Whether an entry stands where a mistake is wanted: in `pytest.raises`, or as the other kind's fallback."""
        line = entry.span.line
        if self.is_expected(line):
            return True
        if not isinstance(entry, Use):
            return False
        lookups = self.lookups if entry.role is Role.OBJECT else []
        return any(first <= line <= last for first, last in (*self.fallbacks, *lookups))

    def _is_due(self, function: Function) -> bool:
        """Whether a function comes by an aiohttp object: on its own, or from one that was run already."""
        if function in self._run or not self.matters(function):
            return False
        return (
            function in self.gate.beginning or function.parent in self._run or self.wording.uses(function, self._giving)
        )

    def _run_root(self, function: Function | None) -> None:
        frame = Frame(
            self,
            function,
            enclosing=self._around(function),
            asynchronous=function is None or function.is_async,
        )
        state = AbstractState(self.parameters(function) if function else {})
        body = function.node.body if function else self._module_body
        self._steps, self._all_steps = 0, self._all_steps + self._steps
        self._most_steps = MOST_STEPS + STEPS_A_LINE * ((body[-1].end_lineno or 0) - body[0].lineno)
        try:
            ends = finish(frame, frame.run(body, begin(state)))
        except (BudgetExceeded, RecursionError):
            self.recorder.incomplete(body)
            ends = None
        if function is not None:
            self._run.add(function)
            if ends is None or self._gives(function, ends):
                self._giving.add(used_as(function))

    def _gives(self, function: Function, ends: States) -> bool:
        """Whether a function gave its callers something to go on with, by how it ended."""
        if self.is_generator(function) or self.types.annotated(function.node.returns) is not None:
            return True
        return any(leads_on(end.return_value) for end in ends)

    @cached_property
    def relevance(self) -> Relevance:
        """Which statements can matter; asked for only where some function does."""
        return Relevance(self.scopes, self.types, self.gate.mattering, self.gate.proven)

    @cached_property
    def _module_body(self) -> list[ast.stmt]:
        definitions = (ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        body = [statement for statement in self.source.tree.body if not isinstance(statement, definitions)]
        return body if self.wording.module_matters(body) else []

    def _around(self, function: Function | None) -> dict[str, Value]:
        """Give what the functions around a nested function hold."""
        store: dict[str, Value] = {}
        while function is not None:
            for name, value in self._enclosing.get(function.node, {}).items():
                store.setdefault(name, value)
            function = function.parent
            if function is not None:
                for name, value in self.parameters(function).items():
                    store.setdefault(name, value)
        return store

    def step(self, count: int = 1) -> None:
        """Count statements; raises OutOfSteps where the function at hand has too many ways through it."""
        self._steps += count
        if self._steps > self._most_steps:
            raise BudgetExceeded

    @property
    def is_exhausted(self) -> bool:
        """Whether the file has taken so long that calls are not followed any more."""
        return self._all_steps > ENOUGH_STEPS + STEPS_A_LINE * len(self.source.lines)

    # Facts

    def matters(self, function: Function) -> bool:
        """Whether a function can do something to an aiohttp object."""
        return function in self.gate.mattering

    def parameters(self, function: Function) -> dict[str, Value]:
        """Give what the parameters of a function hold when nobody calls it that we see."""
        arguments = function.node.args
        store: dict[str, Value] = {}
        named = (*function.parameters, *arguments.kwonlyargs)
        for argument in (*named, *(a for a in (arguments.vararg, arguments.kwarg) if a)):
            value = self.types.parameter(function, argument.arg) if argument in named else None
            store[argument.arg] = SHADOWING if value is None else value
        return store

    def is_parameter(self, frame: Frame, name: str) -> bool:
        """Whether a name is a parameter of the function at hand."""
        return frame.function is not None and name in self.parameters(frame.function)

    def says(self, words: str) -> bool:
        """Whether the file says something anywhere; looked up once."""
        if words not in self._said:
            self._said[words] = words in self.source.text
        return self._said[words]

    @cached_property
    def is_typed(self) -> bool:
        """Whether the file speaks of content types."""
        text = self.source.text.lower()
        return "content-type" in text or "content_type" in text

    @cached_property
    def is_mocked(self) -> bool:
        """Whether the file answers requests itself, by aioresponses: there is no connection to give back."""
        return any(name.partition(".")[0] == "aioresponses" for name in self.scopes.imports.values())

    def module_value(self, name: str) -> Value:
        """Give what a name of the module stands for."""
        if name not in self._module:
            self._module[name] = self._find(name)
        return self._module[name]

    def _find(self, name: str) -> Value:
        scopes = self.scopes
        if name in scopes.imports:
            return Imported(scopes.imports[name])
        if name in scopes.module_functions:
            return FunctionValue(scopes.module_functions[name])
        if name in scopes.classes:
            return ClassObject(scopes.classes[name])
        return self.types.global_value(name)

    def function_of(self, routine: FunctionValue | Closure) -> Function:
        """Give the function that is called."""
        if isinstance(routine, FunctionValue):
            return routine.function
        return self.scopes.by_node[routine.node]

    def is_generator(self, function: Function) -> bool:
        """Whether a function yields."""
        if function not in self._generators:
            self._generators[function] = self.wording.says(function, "yield") and any(map(_yields, function.node.body))
        return self._generators[function]

    def lines_of(self, function: Function, name: str) -> tuple[int, int]:
        """Give the first and the last line on which a function says a name."""
        if function not in self._lines:
            lines: dict[str, tuple[int, int]] = {}
            for node in walk(function.node):
                if isinstance(node, ast.Name):
                    first, last = lines.get(node.id, (node.lineno, node.lineno))
                    lines[node.id] = min(first, node.lineno), max(last, node.lineno)
            self._lines[function] = lines
        return self._lines[function].get(name, (0, 0))

    def only_assigns(self, function: Function, name: str) -> bool:
        """Whether a function binds a name and never asks for it."""
        if function not in self._unread:
            named = [node for node in walk(function.node) if isinstance(node, ast.Name)]
            asked = {node.id for node in named if isinstance(node.ctx, ast.Load)}
            self._unread[function] = {node.id for node in named} - asked
        return name in self._unread[function]

    def condition(self, test: ast.expr) -> Condition | None:
        """Read a test, once."""
        if test not in self._conditions:
            condition = read_condition(test)
            if condition is not None and not condition.names.isdisjoint(self.scopes.nonlocals):
                condition = None  # an inner function may change it at any time
            self._conditions[test] = condition
        return self._conditions[test]

    def chained(self, test: ast.Compare) -> ast.BoolOp:
        """Read `400 <= status <= 499` as two comparisons, once."""
        if test not in self._chains:
            operands = [test.left, *test.comparators]
            pairs = zip(operands, test.ops, operands[1:], strict=False)
            tests: list[ast.expr] = [ast.copy_location(ast.Compare(a, [op], [b]), test) for a, op, b in pairs]
            self._chains[test] = ast.copy_location(ast.BoolOp(ast.And(), tests), test)
        return self._chains[test]

    def _is_known(self, call: ast.Call) -> bool:
        """Whether a call makes a request or session, or is one of a function of this file or of asyncio."""
        span, name = self.source.span(call), self.scopes.qualified(call.func) or ""
        ours = name.startswith(("aiohttp.", "asyncio.")) or self.types.kind(name) is not None
        return ours or span in self.requests.made or span in self.calls

    def exception_name(self, node: ast.expr | None) -> str:
        """Give the qualified name of an exception or of the class of one; "" where it is not known."""
        if isinstance(node, ast.Call):
            node = node.func
        if node is None:
            return ""
        return self.scopes.qualified(node) or (node.id if isinstance(node, ast.Name) else "")

    def has_callers(self, function: Function) -> bool:
        """Whether a function is called in this file, or by what pytest makes of it."""
        if function.parent is not None and function.parent.decorated_by("fixture"):
            return True  # timid: tests call what fixtures return
        return function in self.called or self.wording.is_called_elsewhere(function)

    # What is learnt on the way

    def enclose(self, frame: Frame, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Remember what the places around a nested function hold."""
        known = {
            name: value for name, value in frame.state.store.items() if isinstance(value, (AbstractObject, Instance))
        }
        self._enclosing.setdefault(node, {}).update(known)

    def capture(self, frame: Frame, node: ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Let a nested function go where it is not seen: so goes what it uses."""
        if not isinstance(node, ast.Lambda):
            self.enclose(frame, node)
        for inner in walk(node):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load):
                held = frame.state.store.get(inner.id)
                if held is not None and not (isinstance(held, Closure) and held.node is node):
                    escape(frame, held)

    def learn(self, definition: Class, fields: list[tuple[str, Value]]) -> None:
        """Remember what constructors of the file are given."""
        for name, value in fields:
            if not isinstance(value, AbstractObject) or not self.types.learn(definition, name, value):
                continue
            if value.kind is Kind.SESSION and self.wording.is_made_once(definition):
                self.relevance.admit({name, *(f.name for f in self.gate.admit(f".{name}"))})


def _yields(statement: ast.stmt) -> bool:
    """Whether a statement yields, nested functions aside."""
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            pending += children(node)
    return False
