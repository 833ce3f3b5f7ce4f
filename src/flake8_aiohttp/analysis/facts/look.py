"""From the tree of one scope to cells and what flows between them: one rule for each kind of syntax.

What an expression may hold is a cell, or None where it holds nothing whatever the rest of the file says. What the
scope does to it (awaits, enters, fetches an attribute) is noted as an edge beside the flow.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from flake8_aiohttp.analysis.facts import holdings
from flake8_aiohttp.analysis.facts.cells import Call, Callee, Cell, Change, Reason
from flake8_aiohttp.analysis.facts.identifiers import Scope
from flake8_aiohttp.analysis.facts.places import Places
from flake8_aiohttp.library_model import callees
from flake8_aiohttp.python.source import children


class Look:
    """One look at the statements of a scope."""

    def __init__(self, places: Places, scope: Scope) -> None:
        self._places = places
        self._cells = places.cells
        self._scope = scope
        self._result = places.result(scope)
        self._in_class = False
        self._mine = places.locals_of(scope)

    # Statements

    def at(self, statement: ast.stmt, *, in_class: bool = False) -> None:
        """Look at a statement, but not at those in it."""
        self._in_class = in_class
        rule = self._statements.get(type(statement))
        for inner in children(statement) if rule is None else rule(self, statement):
            if isinstance(inner, ast.expr):
                self.value(inner)

    def _assign(self, node: ast.Assign) -> tuple[()]:
        source = self.value(node.value)
        for target in node.targets:
            self.bind(target, source)
        return ()

    def _annotated(self, node: ast.AnnAssign) -> tuple[()]:
        source = self.value(node.value) if node.value is not None else None
        self.bind(node.target, source)
        said = self._places.annotated(node.annotation)
        if said and (place := self._place_of(node.target)) is not None:
            self._cells.add(place, said, Reason(f"annotation `{ast.unparse(node.annotation)}`", node.lineno))
        return ()

    def _augmented(self, node: ast.AugAssign) -> tuple[()]:
        self.bind(node.target, self.value(node.value))
        return ()

    def _for(self, node: ast.For | ast.AsyncFor) -> tuple[()]:
        self._iterate(node.target, node.iter)
        return ()

    def _iterate(self, target: ast.expr, iterable: ast.expr) -> None:
        source = self.value(iterable)
        if source is not None:
            self._places.iterates(self._scope, source)
        self.bind(target, self._changed(source, holdings.elements))

    def _with(self, node: ast.With | ast.AsyncWith) -> tuple[()]:
        for item in node.items:
            source = self.value(item.context_expr)
            if source is not None:
                self._places.enters(self._scope, source)
                if item.optional_vars is not None:
                    self.bind(item.optional_vars, self._changed(source, holdings.entered))
        return ()

    def _return(self, node: ast.Return) -> tuple[()]:
        self._flow(self.value(node.value) if node.value is not None else None, self._result)
        return ()

    def _define(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
        function = self._places.scopes.by_node.get(node)
        if function is not None and function.parent is self._scope and function.owner is None and self._scope:
            self._cells.add(self._name(node.name), 0, None, (self._places.callee(function),))
        defaults = (*node.args.defaults, *(default for default in node.args.kw_defaults if default is not None))
        return [*node.decorator_list, *defaults]

    def _match(self, node: ast.Match) -> list[ast.expr]:
        subject = self.value(node.subject)
        place = self._place_of(node.subject) or subject or Cell("", self._scope)
        for case in node.cases:
            for pattern in _patterns(case.pattern):
                if isinstance(pattern, ast.MatchClass) and (said := self._places.annotated(pattern.cls)):
                    self._cells.add(place, said, Reason(f"pattern `{ast.unparse(pattern)}`", pattern.lineno))
                if name := getattr(pattern, "name", None) or getattr(pattern, "rest", None):
                    self._flow(place, self._name(name))
        return [case.guard for case in node.cases if case.guard is not None]

    # Binding

    def bind(self, target: ast.expr, source: Cell | None) -> None:
        """Let a target hold what a cell does."""
        if isinstance(target, (ast.Tuple, ast.List)):
            inner = self._changed(source, holdings.elements)
            for element in target.elts:
                self.bind(element, inner)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, source)
        else:
            if isinstance(target, (ast.Attribute, ast.Subscript)):
                self.value(target.value)
            if source is not None and (place := self._place_of(target)) is not None:
                self._flow(source, place)

    def _place_of(self, target: ast.expr) -> Cell | None:
        """Give the cell that is stored into: for `pages[0]` and `self.pages[0]` that of the container."""
        while isinstance(target, ast.Subscript):
            target = target.value
        if isinstance(target, ast.Name):
            return self._places.field(target.id) if self._in_class else self._name(target.id)
        return self._places.field(target.attr) if isinstance(target, ast.Attribute) else None

    # Expressions

    def value(self, node: ast.expr) -> Cell | None:
        """Give the cell of an expression; look at all expressions in it."""
        rule = self._expressions.get(type(node))
        if rule is not None:
            return rule(self, node)
        for inner in children(node):
            if isinstance(inner, ast.expr):
                self.value(inner)
        return None

    def _flow(self, source: Cell | None, target: Cell, change: Change | None = None) -> None:
        if source is not None and source is not target:
            self._cells.flow(source, target, change)

    def _changed(self, source: Cell | None, change: Change) -> Cell | None:
        """Give a cell that holds what is left of another after a change; functions are not changed."""
        if source is None:
            return None
        cell = Cell("", self._scope)
        self._cells.flow(source, cell, change)
        return cell

    def _any(self, sources: Iterable[Cell | None]) -> Cell | None:
        """Give a cell that holds what any of others does."""
        known = [source for source in sources if source is not None]
        if len(known) < 2:
            return known[0] if known else None
        cell = Cell()
        for source in known:
            self._cells.flow(source, cell)
        return cell

    def _name(self, name: str) -> Cell:
        cell = self._mine.get(name) or self._places.name(self._scope, name)
        if self._scope not in cell.readers:
            self._cells.read(cell, self._scope)
        return cell

    def _named(self, node: ast.Name) -> Cell:
        return self._name(node.id)

    def _attribute(self, node: ast.Attribute) -> Cell:
        cell = Cell(node.attr, self._scope)
        owner = self.value(node.value)
        if owner is not None:
            self._places.fetches(self._scope, owner, node, cell)
        self._flow(self._places.field(node.attr), cell)
        known = self._places.imported(node)
        if known:
            self._cells.add(cell, known, Reason(f"`{ast.unparse(node)}`", node.lineno))
        return cell

    def _await(self, node: ast.Await) -> Cell | None:
        inner = self.value(node.value)
        if inner is not None:
            self._places.awaits(self._scope, inner)
        return self._changed(inner, holdings.awaited)

    def _subscript(self, node: ast.Subscript) -> Cell | None:
        self.value(node.slice)
        kept = self._places.kept_by_key(node.slice)
        inner = self._changed(self.value(node.value), holdings.elements)
        if kept:
            inner = inner or Cell("", self._scope)
            self._cells.add(inner, kept, Reason(f"what `{ast.unparse(node)}` keeps", node.lineno))
        return inner

    def _constant(self, node: ast.Constant) -> Cell | None:
        told = holdings.of_text(node.value) if isinstance(node.value, str) else 0
        return self._telling(node) if told else None

    def _telling(self, node: ast.expr) -> Cell:
        cell = Cell()
        self._cells.add(cell, holdings.TELLING, Reason("a text", node.lineno))
        return cell

    def _text(self, node: ast.JoinedStr | ast.BinOp) -> Cell | None:
        parts = [each.value if isinstance(each, ast.FormattedValue) else each for each in children(node)]
        sources = [self.value(part) for part in parts if isinstance(part, ast.expr)]
        for part in children(node):
            if isinstance(part, ast.FormattedValue) and part.format_spec is not None:
                self.value(part.format_spec)
        return (
            self._changed(self._any(sources), _only_telling) if isinstance(node, ast.JoinedStr) else self._any(sources)
        )

    def _choice(self, node: ast.BoolOp | ast.IfExp) -> Cell | None:
        sources = [self.value(inner) for inner in children(node) if isinstance(inner, ast.expr)]
        return self._any(sources)  # of `a if test else b` the test, too: that is as good as nothing

    def _display(self, node: ast.Tuple | ast.List | ast.Set | ast.Dict) -> Cell | None:
        return self._any([self.value(inner) for inner in children(node) if isinstance(inner, ast.expr)])

    def _compare(self, node: ast.Compare) -> None:
        for operand in (node.left, *node.comparators):
            self.value(operand)

    def _unary(self, node: ast.UnaryOp) -> None:
        self.value(node.operand)

    def _walrus(self, node: ast.NamedExpr) -> Cell | None:
        source = self.value(node.value)
        self.bind(node.target, source)
        return source

    def _inner(self, node: ast.Starred | ast.FormattedValue | ast.YieldFrom) -> Cell | None:
        inner = self.value(node.value)
        return self._changed(inner, holdings.awaited) if isinstance(node, ast.YieldFrom) else inner

    def _yield(self, node: ast.Yield) -> None:
        self._flow(self.value(node.value) if node.value is not None else None, self._result)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Cell | None:
        for generator in node.generators:
            self._comprehend(generator)
        if isinstance(node, ast.DictComp):  # from Python 3.15 on, one without a value: `{**row for row in rows}`
            return [self.value(each) for each in filter(None, (node.key, node.value))][-1]
        return self.value(node.elt)

    def _comprehend(self, generator: ast.comprehension) -> None:
        self._iterate(generator.target, generator.iter)
        for condition in generator.ifs:
            self.value(condition)

    def _lambda(self, node: ast.Lambda) -> Cell:
        signature = node.args
        for default in (*signature.defaults, *signature.kw_defaults):
            if default is not None:
                self.value(default)
        places = [self._name(a.arg) for a in (*signature.posonlyargs, *signature.args)]
        named = {a.arg: self._name(a.arg) for a in (*signature.args, *signature.kwonlyargs)}
        rest = [self._name(a.arg) for a in (signature.vararg, signature.kwarg) if a is not None]
        result = Cell()
        self._flow(self.value(node.body), result)
        cell = Cell()
        self._cells.add(cell, 0, None, (Callee(places, named, rest, result, self._scope),))
        return cell

    # Calls

    def _call(self, node: ast.Call) -> Cell:
        callee = self.value(node.func)
        given = [None if isinstance(a, ast.Starred) else self.value(a) for a in node.args]
        named = {k.arg: cell for k in node.keywords if k.arg and (cell := self.value(k.value)) is not None}
        unpacked = [a.value for a in node.args if isinstance(a, ast.Starred)]
        unpacked += [k.value for k in node.keywords if k.arg is None]
        spread = [cell for each in unpacked if (cell := self.value(each)) is not None]
        result = Cell("", self._scope)
        call = Call(self._scope, given, named, spread, result, node.lineno)
        self._places.made_by(self._scope, node, result)
        name = _last_name(node.func)
        if name in callees.PASSING:
            self._pass_through(call)
        if name in callees.APPLYING:
            self._apply(call)
        if name in callees.ADDING and isinstance(node.func, ast.Attribute):
            for source in (*given, *named.values(), *spread):
                self.bind_into(node.func.value, source)
        if callee is not None:
            self._places.calls(call, callee)
            self._cells.call(callee, call)
        return result

    def bind_into(self, container: ast.expr, source: Cell | None) -> None:
        """Let a container hold what is added to it."""
        if source is not None and (place := self._place_of(container)) is not None:
            self._flow(source, place)

    def _pass_through(self, call: Call) -> None:
        for source in (*call.given, *call.named.values(), *call.spread):
            self._flow(source, call.result)
            self._flow(source, call.result, holdings.awaited)

    def _apply(self, call: Call) -> None:
        """`map(show, responses)` calls its first argument with the elements of the others; `sorted` has a `key`."""
        applied = [*call.given[:1], call.named.get("key")]
        for function in applied:
            if function is not None:
                inner = Call(self._scope, call.given[1:] or call.given, {}, call.spread, call.result, call.line)
                self._places.calls(inner, function)
                self._cells.call(function, inner)

    _statements: ClassVar[dict[type[ast.AST], Callable[[Any, Any], Iterable[Any]]]] = {
        ast.Assign: _assign,
        ast.AnnAssign: _annotated,
        ast.AugAssign: _augmented,
        ast.For: _for,
        ast.AsyncFor: _for,
        ast.With: _with,
        ast.AsyncWith: _with,
        ast.Return: _return,
        ast.FunctionDef: _define,
        ast.AsyncFunctionDef: _define,
        ast.Match: _match,
    }
    _expressions: ClassVar[dict[type[ast.expr], Callable[[Any, Any], Cell | None]]] = {
        ast.Name: _named,
        ast.Attribute: _attribute,
        ast.Call: _call,
        ast.Await: _await,
        ast.Subscript: _subscript,
        ast.Constant: _constant,
        ast.JoinedStr: _text,
        ast.BinOp: _text,
        ast.BoolOp: _choice,
        ast.Compare: _compare,
        ast.UnaryOp: _unary,
        ast.IfExp: _choice,
        ast.Tuple: _display,
        ast.List: _display,
        ast.Set: _display,
        ast.Dict: _display,
        ast.NamedExpr: _walrus,
        ast.Starred: _inner,
        ast.FormattedValue: _inner,
        ast.YieldFrom: _inner,
        ast.Yield: _yield,
        ast.ListComp: _comprehension,
        ast.SetComp: _comprehension,
        ast.GeneratorExp: _comprehension,
        ast.DictComp: _comprehension,
        ast.Lambda: _lambda,
    }


def _only_telling(holding: holdings.Holding) -> holdings.Holding:
    """Give what is left of strings that are put together."""
    return holding & holdings.TELLING


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _patterns(pattern: ast.pattern) -> Iterable[ast.AST]:
    pending: list[Any] = [pattern]
    while pending:
        current = pending.pop()
        yield current
        pending += [inner for inner in children(current) if isinstance(inner, ast.pattern)]
