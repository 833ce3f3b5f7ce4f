"""The assertions of `unittest.TestCase`, as the tests that they make."""

from __future__ import annotations

import ast

_COMPARING: dict[str, type[ast.cmpop]] = {
    "assertEqual": ast.Eq,
    "assertEquals": ast.Eq,
    "assertNotEqual": ast.NotEq,
    "assertIs": ast.Is,
    "assertIsNot": ast.IsNot,
    "assertIn": ast.In,
    "assertNotIn": ast.NotIn,
    "assertLess": ast.Lt,
    "assertLessEqual": ast.LtE,
    "assertGreater": ast.Gt,
    "assertGreaterEqual": ast.GtE,
}
"""Assertions of two operands: each raises AssertionError where the comparison does not hold."""

_OF_NONE: dict[str, type[ast.cmpop]] = {"assertIsNone": ast.Is, "assertIsNotNone": ast.IsNot}


def read_assertion(call: ast.Call) -> ast.expr | None:
    """Give what `self.assertEqual(response.status, 200)` tests; None where the call is no assertion that is known."""
    test: ast.expr | None = None
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=name), args=[first, second, *_]) if (
            name in _COMPARING
        ):
            test = ast.Compare(first, [_COMPARING[name]()], [second])
        case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=name), args=[first, *_]) if name in _OF_NONE:
            test = ast.Compare(first, [_OF_NONE[name]()], [ast.copy_location(ast.Constant(None), call)])
        case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr="assertTrue"), args=[test, *_]):
            return test
    return ast.copy_location(test, call) if test is not None else None
