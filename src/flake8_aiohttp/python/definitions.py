"""What a file defines: its classes and functions, and each assignment of a name or attribute."""

from __future__ import annotations

import ast
import dataclasses
from functools import cached_property

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclasses.dataclass(eq=False)
class Class:
    """A class of the file: its methods, and what its bodies assign to attributes of `self` or the class."""

    node: ast.ClassDef
    methods: dict[str, Function] = dataclasses.field(default_factory=dict)
    attributes: dict[str, list[Attribute]] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(eq=False)
class Function:
    """A function of the file with the class or function around it."""

    node: FunctionNode
    owner: Class | None
    parent: Function | None

    @property
    def name(self) -> str:
        """The function's own name."""
        return self.node.name

    @property
    def is_async(self) -> bool:
        """Whether it is an `async def`."""
        return isinstance(self.node, ast.AsyncFunctionDef)

    @cached_property
    def parameters(self) -> list[ast.arg]:
        """Its parameters that can be given by position, in order."""
        return [*self.node.args.posonlyargs, *self.node.args.args]

    @cached_property
    def self_name(self) -> str | None:
        """The name of the parameter that is the instance (or class), where it is a method."""
        if self.owner is None or not self.parameters or self.decorated_by("staticmethod"):
            return None
        return self.parameters[0].arg

    @property
    def is_property(self) -> bool:
        """Whether it is called by being fetched."""
        return self.decorated_by("property", "cached_property")

    @property
    def is_wrapped(self) -> bool:
        """Whether some decorator may have put another function in its place."""
        return any(_last_name(one) not in {"staticmethod", "classmethod"} for one in self.node.decorator_list)

    def decorated_by(self, *names: str) -> bool:
        """Whether one of its decorators ends in one of `names`."""
        return any(_last_name(decorator) in names for decorator in self.node.decorator_list)


@dataclasses.dataclass(eq=False, slots=True)
class Attribute:
    """One assignment or annotation of a name or attribute; `function` is where it stands, if in one.

    One that is `entered` is bound to what the context `value` gives.
    """

    value: ast.expr | None
    annotation: ast.expr | None
    function: Function | None
    entered: bool = False


def _last_name(node: ast.expr) -> str:
    while isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
