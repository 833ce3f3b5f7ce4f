"""What the tests of a program say about each other.

Two tests of the same unchanged condition are one condition: after `if flag:` was taken, a later
`if not flag:` is not. A test is read as a subject (`response.status`), a relation and a constant; facts
of one subject that exclude each other make a path impossible.
"""

from __future__ import annotations

import ast
import dataclasses
import operator
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flake8_aiohttp.python.source import walk

_RELATIONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.Is: "==",
    ast.NotEq: "!=",
    ast.IsNot: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
}
_OPPOSITE = {"==": "!=", "<": ">=", "<=": ">", "in": "not in", "true": "false"}
_OPPOSITE.update({after: before for before, after in list(_OPPOSITE.items())})
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}
_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda value, options: value in options,
    "not in": lambda value, options: value not in options,
    "true": lambda value, _: bool(value),
    "false": lambda value, _: not value,
}


@dataclasses.dataclass(frozen=True, slots=True)
class Condition:
    """`subject` stands in `relation` to `constant`; `names` are the places that it depends on."""

    subject: str
    relation: str
    constant: object
    names: frozenset[str]

    def negated(self) -> Condition:
        """Give the condition that holds where this one does not."""
        return dataclasses.replace(self, relation=_OPPOSITE[self.relation])

    def renamed(self, old: str, new: str) -> Condition | None:
        """Give the condition on what is called `new` elsewhere; None where it is not about `old`."""
        if self.subject != old and not self.subject.startswith(f"{old}."):
            return None
        subject = new + self.subject[len(old) :]
        return dataclasses.replace(self, subject=subject, names=frozenset({new, subject}))

    def excludes(self, other: Condition) -> bool:
        """Whether both cannot hold at once."""
        for known, asked in ((self, other), (other, self)):
            if known.relation == "==":
                return not _holds(asked.relation, known.constant, asked.constant)
            if known.relation == "in" and isinstance(known.constant, tuple):
                return not any(_holds(asked.relation, one, asked.constant) for one in known.constant)
        if {self.relation, other.relation} == {"true", "false"}:
            return True
        if self.relation == other.relation == "!=" and _are_true_and_false(self.constant, other.constant):
            return True  # timid: nobody thought of a third
        return (self.constant == other.constant and other.relation == _OPPOSITE[self.relation]) or _apart(self, other)


def _are_true_and_false(one: object, other: object) -> bool:
    return isinstance(one, bool) and isinstance(other, bool) and one is not other


def decided(op: ast.cmpop, left: object, right: object) -> bool | None:
    """Say how a comparison of two constants comes out; None where Python would raise."""
    try:
        return _HOLDS[_RELATIONS[type(op)]](left, right)
    except TypeError:
        return None


def _holds(relation: str, value: object, constant: object) -> bool:
    try:
        return _HOLDS[relation](value, constant)
    except TypeError:
        return True


def _apart(one: Condition, other: Condition) -> bool:
    """Whether two bounds leave nothing between them: `< 300` and `>= 400`."""
    if one.relation[0] == ">":
        one, other = other, one
    if one.relation[0] != "<" or other.relation[0] != ">":
        return False
    touching = "<=" if one.relation == "<" or other.relation == ">" else "<"
    return _holds(touching, one.constant, other.constant)


def read_condition(test: ast.expr) -> Condition | None:
    """Read a test; None where it does something (awaits, assigns) beside testing."""
    match test:
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _read_comparison(left, _RELATIONS[type(op)], right)
        case ast.Attribute(value=value, attr="ok"):  # aiohttp: `ok` is `status < 400`
            return _about(ast.Attribute(value, "status", ast.Load()), "<", 400)
    return _about(test, "true", None)


def _read_comparison(left: ast.expr, relation: str, right: ast.expr) -> Condition | None:
    known, constant = _constant(right)
    if known:
        return _about(left, relation, constant)
    known, constant = _constant(left)
    if known and relation in _MIRRORED:
        return _about(right, _MIRRORED[relation], constant)
    return _about(ast.Compare(left, [ast.Eq()], [right]), relation, "") if relation in _MIRRORED else None


def _constant(node: ast.expr) -> tuple[bool, object]:
    if isinstance(node, ast.Constant):
        return True, node.value
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        elements = [_constant(element) for element in node.elts]
        return all(known for known, _ in elements), tuple(constant for _, constant in elements)
    match node:
        case ast.Attribute(value=ast.Attribute() as member, attr="value"):
            return _constant(member)
        case ast.Attribute(value=ast.Attribute(attr="HTTPStatus") | ast.Name(id="HTTPStatus"), attr=name):
            status = HTTPStatus.__members__.get(name)
            return status is not None, status and status.value
    return False, None


def _about(subject: ast.expr, relation: str, constant: object) -> Condition | None:
    names = set()
    for node in walk(subject):
        if isinstance(node, (ast.Await, ast.NamedExpr, ast.Yield, ast.YieldFrom)):
            return None
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Attribute):
            names.add(written(node))
    return Condition(written(subject), relation, constant, frozenset(names))


def written(node: ast.expr) -> str:
    """Write an expression: dotted names, which most subjects are, without `ast.unparse`, which is slow."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{written(node.value)}.{node.attr}"
    return ast.unparse(node)
