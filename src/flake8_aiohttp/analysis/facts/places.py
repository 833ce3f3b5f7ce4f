"""The cells of a file by name, and what is done to what they hold.

Locals are kept by the outermost function around them: a nested function shares them with those around it. Attributes
are kept by name alone, whatever object they belong to; so are the methods of all classes.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator, Mapping

from flake8_aiohttp.aiohttp_model.objects import APPLICATIONS, CLIENT_FIXTURES, REQUEST_FUNCTIONS, Kind
from flake8_aiohttp.analysis.domain.values import Text
from flake8_aiohttp.analysis.facts import holdings
from flake8_aiohttp.analysis.facts.cells import Call, Callee, Cell, Cells, Reason, Target, pairs
from flake8_aiohttp.analysis.facts.deeds import Deeds
from flake8_aiohttp.analysis.facts.holdings import BITS, Holding
from flake8_aiohttp.analysis.facts.identifiers import Scope
from flake8_aiohttp.analysis.facts.trees import Trees
from flake8_aiohttp.analysis.facts.types import StaticTypes
from flake8_aiohttp.finding import Span
from flake8_aiohttp.python.definitions import Class, Function
from flake8_aiohttp.python.scopes import FileScopes

_CONSTRUCTORS = frozenset({"aiohttp.ClientSession", "aiohttp.client.ClientSession"})
_ASYNCHRONOUS = functools.reduce(
    int.__or__, (BITS[kind] for kind in (Kind.SOCKET, Kind.SOCKET_REQUEST, Kind.SERVER_SOCKET, Kind.PARTS))
)
"""What has the protocol of `async for`, and no body that is read by it."""
_PASSIVE = holdings.TELLING | holdings.MEMBER | holdings.DATA


class Places:
    """Makes the cells of a file as its scopes are looked at; `deeds` keeps account of what these do.

    `proven` are requests that are known by the use of their responses, each with that use.
    """

    def __init__(
        self, scopes: FileScopes, types: StaticTypes, trees: Trees, proven: Mapping[ast.Call, ast.expr]
    ) -> None:
        self.scopes = scopes
        self._types = types
        self._trees = trees
        self._proven = proven
        self._known_lasts = _lasts(types.names.all)
        self.deeds = Deeds()
        self.cells = Cells(self.deeds.touch, self._carry, self._link)
        self._locals: dict[Scope, dict[str, Cell]] = {}
        self._fields: dict[str, Cell] = {}
        self._results: dict[Scope, Cell] = {}
        self._callees: dict[Function | Class, Callee] = {}
        self._namesakes = _namesakes(scopes)

    # Cells by name

    def locals_of(self, scope: Scope) -> dict[str, Cell]:
        """Give the cells of the names that a scope shares with those around it and in it, made so far."""
        return self._locals.setdefault(outermost(scope), {})

    def name(self, scope: Scope, name: str) -> Cell:
        """Give the cell of a name as a scope sees it."""
        scope = None if name in self.scopes.bindings.globals_declared else outermost(scope)
        cells = self._locals.setdefault(scope, {})
        cell = cells.get(name)
        if cell is None:
            cell = cells[name] = Cell(name)
            if scope is None:
                self._fill_global(cell, name)
            elif self._is_global(name):
                self.cells.flow(self.name(None, name), cell)
            cell.home = scope
            self._begin(cell)
        return cell

    def _begin(self, cell: Cell) -> None:
        """Let a cell carry what it holds, now and later, and the functions that it may be later."""
        cell.carries = not cell.holding
        if cell.holding:
            self._carry(cell)

    def _is_global(self, name: str) -> bool:
        scopes = self.scopes
        return (
            name in scopes.imports.names
            or name in scopes.module_functions
            or name in scopes.classes
            or name in scopes.bindings.assigned
        )

    def _fill_global(self, cell: Cell, name: str) -> None:
        scopes = self.scopes
        if (qualified := scopes.imports.names.get(name)) is not None:
            self.cells.add(cell, self._of_qualified(qualified), Reason(f"import of `{qualified}`", 0))
        elif (function := scopes.module_functions.get(name)) is not None:
            self.cells.add(cell, 0, None, (self.callee(function),))
        elif (definition := scopes.classes.get(name)) is not None:
            made = holdings.of_value(self._types.instance(definition, Span(0, 0, 0, 0)))
            self.cells.add(cell, made, Reason(f"class `{name}`", definition.node.lineno), (self._class(definition),))
        elif name in scopes.bindings.assigned:
            value = self._types.global_value(name)
            held = holdings.of_text(value.value) if isinstance(value, Text) else holdings.of_value(value)
            self.cells.add(cell, held, Reason(f"global `{name}`", 0))

    def _of_qualified(self, qualified: str) -> Holding:
        """Give what calling a name of another module gives."""
        if qualified in REQUEST_FUNCTIONS:
            return BITS[Kind.STANDALONE] | BITS[Kind.REQUEST]
        kind = self._types.kind(qualified)
        return 0 if kind is None else BITS[kind]

    def field(self, name: str) -> Cell:
        """Give the cell of an attribute, whatever object it belongs to; a property gives what a call of it would."""
        cell = self._fields.get(name)
        if cell is None:
            cell = self._fields[name] = Cell(name)
            methods, holders = self._namesakes.get(name, ((), ()))
            for method in methods:
                if method.is_property:
                    change = holdings.suspended if method.is_async else None
                    self.cells.flow(self.result(method), cell, change)
            self.cells.add(cell, 0, None, [self.callee(method) for method in methods if not method.is_property])
            for definition in holders:
                self._fill_field(cell, definition, name)
            self._begin(cell)
        return cell

    def _fill_field(self, cell: Cell, definition: Class, name: str) -> None:
        value = self._types.attribute(definition, name)
        held = holdings.of_text(value.value) if isinstance(value, Text) else holdings.of_value(value)
        self.cells.add(cell, held, Reason(f"attribute `{name}` of `{definition.node.name}`", definition.node.lineno))

    def result(self, scope: Scope) -> Cell:
        """Give the cell of what a function returns or yields."""
        cell = self._results.get(scope)
        if cell is None:
            cell = self._results[scope] = Cell(scope.name if scope else "", carries=scope is not None)
        return cell

    def callee(self, function: Function) -> Callee:
        """Give a function as a call sees it."""
        if function not in self._callees:
            suspends = function.is_async and not self._trees.is_generator(function)
            self._callees[function] = self._with_signature(function, self.result(function), suspends=suspends)
        return self._callees[function]

    def _with_signature(self, function: Function, result: Cell, *, suspends: bool = False) -> Callee:
        signature = function.node.args
        own = [a.arg for a in function.parameters if a.arg != function.self_name]
        named = [*own, *(a.arg for a in signature.kwonlyargs)]
        rest = [a.arg for a in (signature.vararg, signature.kwarg) if a is not None]
        cells = {name: self.name(function, name) for name in (*named, *rest)}
        return Callee(
            [cells[name] for name in own],
            {name: cells[name] for name in named},
            [cells[name] for name in rest],
            result,
            function,
            suspends=suspends,
        )

    def _class(self, definition: Class) -> Callee:
        """Give a class as a call sees it: its constructor, or the fields of a dataclass."""
        if definition not in self._callees:
            init = self._types.method(definition, "__init__")
            if init is not None:
                callee = self._with_signature(init, Cell())
            else:
                fields = {name: self.field(name) for name in definition.attributes}
                callee = Callee(list(fields.values()), fields, [], Cell(), None)
            callee.definition = definition
            self._callees[definition] = callee
        return self._callees[definition]

    # What is said without words

    def annotated(self, annotation: ast.expr) -> Holding:
        """Give what a place with this annotation holds."""
        return holdings.of_value(self._types.annotated(annotation))

    def imported(self, node: ast.Attribute) -> Holding:
        """Give what calling a dotted name of another module gives."""
        if node.attr not in self._known_lasts:
            return 0
        qualified = self.scopes.qualified(node)
        return 0 if qualified is None else self._of_qualified(qualified)

    def kept_by_key(self, key: ast.expr) -> Holding:
        """Give what an application keeps under a key."""
        match key:
            case ast.Constant(value=str() as name) | ast.Name(id=name) if name in self._types.app_keys:
                return holdings.of_value(self._types.app_value(name))
        return 0

    def made_by(self, scope: Scope, node: ast.Call, result: Cell) -> None:
        """Note what a call makes that its callee alone does not tell."""
        func = node.func
        last = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
        qualified = self.scopes.qualified(func) if last in self._known_lasts else None
        if node in self._proven:
            self.deeds.act(scope, result)
            proof = self._proven[node]
            self.cells.add(result, BITS[Kind.REQUEST], Reason(f"its use `{ast.unparse(proof)}`", proof.lineno))
        elif qualified in _CONSTRUCTORS:
            self.deeds.act(scope, result)
        elif last in CLIENT_FIXTURES:
            self.cells.add(result, BITS[Kind.TEST_CLIENT], Reason(f"pytest's `{last}`", node.lineno))
        elif last in {"isinstance", "cast"}:
            self._tell_type(scope, node, result)

    def _tell_type(self, scope: Scope, node: ast.Call, result: Cell) -> None:
        """`isinstance(x, ClientResponse)` tells of `x`, `cast(ClientSession, x)` of its result."""
        match node:
            case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), kind]):
                place = self.name(scope, name)
            case ast.Call(args=[kind, *_]):
                place = result
            case _:
                return
        if held := self.annotated(kind):
            self.cells.add(place, held, Reason(f"`{ast.unparse(node)}`", node.lineno))

    # What is done

    def _link(self, call: Call, target: Target) -> None:
        self.deeds.linked[call] = None
        suspends = isinstance(target, Callee) and target.suspends
        self.cells.flow(target.result, call.result, holdings.suspended if suspends else None)

    def promote(self, call: Call, target: Target, *, is_known: bool) -> None:
        """Let what a target makes of what a call gives be the caller's own; `is_known` ones own what they are given."""
        if is_known and isinstance(target, Callee):
            for source, place in pairs(call, target):
                self.cells.flow(source, place)
        suspends = isinstance(target, Callee) and target.suspends
        self.cells.flow(target.result, call.result, _suspended_own if suspends else holdings.as_own)

    def _carry(self, cell: Cell) -> None:
        self.deeds.carry(cell.home, cell.name)

    def fetches(self, scope: Scope, owner: Cell, node: ast.Attribute, result: Cell) -> None:
        """Note that a scope fetches an attribute of what a cell holds."""
        name, deeds = node.attr, self.deeds

        def change(holding: Holding) -> Holding:
            if scope not in deeds.acting and holdings.acts(holdings.own_ready(holding), name):
                deeds.act(scope, owner)
            if scope not in deeds.serving and holdings.acts(holdings.handed_ready(holding), name):
                deeds.serve(scope, owner)
            return holdings.member(holding, name)

        self.cells.flow(owner, result, change)
        if name in APPLICATIONS:
            self.cells.flow(owner, result, _application)

    def awaits(self, scope: Scope, inner: Cell) -> None:
        """Note that a scope awaits what a cell holds: what is no awaitable is acted upon."""
        self._watch(scope, inner, holdings.TELLING)

    def enters(self, scope: Scope, inner: Cell) -> None:
        """Note that a scope enters what a cell holds."""
        self._watch(scope, inner, _PASSIVE)

    def iterates(self, scope: Scope, inner: Cell) -> None:
        """Note that a scope iterates over what a cell holds: some of it can only be iterated over by `async for`."""
        self._watch(scope, inner, ~_ASYNCHRONOUS)

    def calls(self, call: Call, callee: Cell) -> None:
        """Note that a call calls what a cell holds: a method stands for its result, a value is acted upon."""
        self._watch(call.scope, callee, ~holdings.MEMBER)
        self.cells.flow(callee, call.result, _as_called)

    def _watch(self, scope: Scope, cell: Cell, spared: Holding) -> None:
        def change(holding: Holding) -> Holding:
            if holdings.own_ready(holding) & ~spared:
                self.deeds.act(scope, cell)
            if holdings.handed_ready(holding) & ~spared:
                self.deeds.serve(scope, cell)
            return 0

        self.cells.flow(cell, _NOWHERE, change)

    def sign(self, function: Function) -> None:
        """Note what the signature of a function says, or what somebody out of sight gives it."""
        for argument in (*function.parameters, *function.node.args.kwonlyargs):
            held = holdings.of_value(self._types.argument(function, argument))
            cell = self.name(function, argument.arg)
            if held:
                self.cells.add(cell, held, Reason(f"parameter `{ast.unparse(argument)}`", argument.lineno))
        returns = function.node.returns
        if returns is not None and (held := self.annotated(returns)):
            reason = Reason(f"`-> {ast.unparse(returns)}`", function.node.lineno)
            self.cells.add(self.result(function), held, reason)

    def names_held(self) -> Iterator[str]:
        """Give the names of all globals, attributes and functions that hold, or give, something."""
        yield from (name for name, cell in self.locals_of(None).items() if cell.holding)
        yield from (name for name, cell in self._fields.items() if cell.holding)
        yield from (scope.name for scope, cell in self._results.items() if scope is not None and cell.holding)


def _namesakes(scopes: FileScopes) -> dict[str, tuple[list[Function], list[Class]]]:
    """Give the methods of a name, and the classes that have an attribute of it."""
    known: dict[str, tuple[list[Function], list[Class]]] = {}
    for definition in scopes.classes.values():
        for name, method in definition.methods.items():
            known.setdefault(name, ([], []))[0].append(method)
        for name in definition.attributes:
            known.setdefault(name, ([], []))[1].append(definition)
    return known


@functools.lru_cache(maxsize=16)
def _lasts(names: frozenset[str]) -> frozenset[str]:
    """Give the last parts of dotted names."""
    return frozenset(name.rpartition(".")[2] for name in names)


_NOWHERE = Cell()
"""Where flows end that are only watched."""


def _as_called(holding: Holding) -> Holding:
    """Give what calling a value gives: a method stands for its result, a string's gives strings."""
    return holding & ~(holdings.MEMBER | holdings.DATA)


def _suspended_own(holding: Holding) -> Holding:
    return holdings.suspended(holdings.as_own(holding))


def _application(holding: Holding) -> Holding:
    """Give the application of a server request: what it keeps is known by key."""
    return holding & 0


def outermost(scope: Scope) -> Scope:
    """Give the function around all others in which a scope stands."""
    while scope is not None and scope.parent is not None:
        scope = scope.parent
    return scope
