"""Where a value goes: to what a rule may judge, or on to what nobody sees."""

from __future__ import annotations

import ast

from flake8_aiohttp.library_model.callees import CONSUMING, LOG_METHODS
from tests.injected.programs import Names, Program, own_nodes


def where(program: Program, node: ast.AST) -> str:
    """Say what becomes of an expression, in a word or two."""
    parent = program.parents[node]
    match parent:
        case ast.Call(func=func):
            return f"argument of {ast.unparse(func)}"
        case ast.keyword():
            return where(program, parent)
        case _:
            return type(parent).__name__.lower()


def is_unseen(program: Program, names: Names, node: ast.AST) -> bool:
    """Whether no rule may judge what becomes of a value: an unknown callee gets it, it is kept or given back.

    What is bound to one name is followed to where that is read.
    """
    parent = program.parents[node]
    match parent:
        case ast.Assign(targets=[ast.Name(id=name)]):
            loads = [each for each in own_nodes(names.function) if _reads(each, name)]
            return all(is_unseen(program, names, each) for each in loads)
        case ast.Assign() | ast.AnnAssign() | ast.Return() | ast.Yield():
            return True
        case ast.Tuple() | ast.List() | ast.Dict() | ast.Starred() | ast.IfExp() | ast.keyword():
            return is_unseen(program, names, parent)
        case ast.Call(func=func) if func is not node:
            return not _is_known(func)
        case _:
            return False


def _reads(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)


def _is_known(func: ast.expr) -> bool:
    """Whether a callee is one that takes data alone."""
    named = ast.unparse(func)
    method = f".{func.attr}" if isinstance(func, ast.Attribute) else ""
    return named in CONSUMING or method in CONSUMING or method[1:] in LOG_METHODS
