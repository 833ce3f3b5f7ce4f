"""What the imports of a file name."""

from __future__ import annotations

import ast

_IMPORTING = frozenset({"import_module", "importorskip"})
"""Functions of `importlib` and pytest that give the module that they are given the name of."""


class Imports:
    """The imports of a file, wherever they stand in it.

    `names` maps a name of the file to the qualified name it stands for; a name that two imports give different meanings
    stands for none. `statements` are the imports themselves, `packages` the top-level packages that are imported,
    `modules` what `import a.b` names.
    """

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.statements: list[ast.Import | ast.ImportFrom] = []
        self.packages: set[str] = set()
        self.modules: set[str] = set()
        self._ambiguous: set[str] = set()

    def add(self, node: ast.Import | ast.ImportFrom) -> None:
        """Note an import; `settle` follows the last one."""
        self.statements.append(node)
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                self.packages.add(top)
                self.modules.add(alias.name)
                self._bind(alias.asname or top, alias.name if alias.asname else top)
            return
        module = "." * node.level + (node.module or "")
        if not node.level:
            self.packages.add(module.partition(".")[0])
        prefix = f"{module}."
        for alias in node.names:
            self._bind(alias.asname or alias.name, prefix + alias.name)

    def add_assigned(self, node: ast.Assign | ast.AnnAssign) -> None:
        """Note `aiohttp = pytest.importorskip("aiohttp")`, which is an import, too."""
        if type(node.value) is not ast.Call:
            return
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(func=ast.Attribute(attr=func) | ast.Name(id=func), args=[ast.Constant(str(module)), *_]),
            ) if func in _IMPORTING:
                self.packages.add(module.partition(".")[0])
                self.modules.add(module)
                self._bind(name, module)

    def _bind(self, name: str, qualified: str) -> None:
        if self.names.setdefault(name, qualified) != qualified:
            self._ambiguous.add(name)

    def settle(self) -> None:
        """Forget the names that stand for more than one thing."""
        for name in self._ambiguous:
            del self.names[name]
        self._ambiguous.clear()

    def qualified(self, node: ast.expr) -> str | None:
        """Give the dotted name that an expression (`web.Request`) stands for, or None."""
        members: list[str] = []
        while isinstance(node, ast.Attribute):
            members.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id not in self.names:
            return None
        return ".".join([self.names[node.id], *reversed(members)])
