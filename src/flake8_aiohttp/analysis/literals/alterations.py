"""Which names and attributes of a file may hold something else than what their assignment spells out."""

from __future__ import annotations

import ast
from collections.abc import Container
from functools import cached_property

from flake8_aiohttp.analysis.literals.definitions import ASKING
from flake8_aiohttp.python.source import walk


class Alterations:
    """Answers for one file; `requests` are the calls that are known to be aiohttp's and change nothing."""

    def __init__(self, tree: ast.Module, requests: Container[ast.AST]) -> None:
        self._tree = tree
        self._requests = requests

    @cached_property
    def names(self) -> set[str]:
        """The names that something in the file may alter in place, or bind from inside a function."""
        altered: set[str] = set()
        for node in walk(self._tree):
            match node:
                case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                    altered.add(name)
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) if method not in ASKING:
                    altered.add(name)
                case ast.AugAssign(target=ast.Name(id=name)):
                    altered.add(name)
                case ast.Global(names=names):
                    altered.update(names)
        return altered

    @cached_property
    def attributes(self) -> set[str]:
        """The attributes that something in the file may alter in place, or give another name."""
        looked_at: set[ast.AST] = set()
        fetched: list[ast.Attribute] = []
        for node in walk(self._tree):
            match node:
                case ast.Attribute(ctx=ast.Load()):
                    fetched.append(node)
                case ast.Subscript(value=value, ctx=ast.Load()):
                    looked_at.add(value)
                case ast.Dict(keys=keys, values=values):
                    looked_at.update(value for key, value in zip(keys, values, strict=True) if key is None)
                case ast.Call(func=ast.Attribute(value=value, attr=method)) if method in ASKING:
                    looked_at.add(value)
            if isinstance(node, ast.Call) and node in self._requests:
                looked_at.update(keyword.value for keyword in node.keywords)
        return {node.attr for node in fetched if node not in looked_at}
