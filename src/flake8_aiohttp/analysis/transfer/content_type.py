"""What a branch says about the content of a body.

A branch that tested the content type for a binary type knows that the body is binary. One that knows an
error status knows nothing: error pages are text whatever the URL says.
"""

from __future__ import annotations

import ast
import dataclasses

from flake8_aiohttp.aiohttp_model.media import binary_family
from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.analysis.domain.state import AbstractState
from flake8_aiohttp.analysis.domain.typestate import Evidence, Signal
from flake8_aiohttp.analysis.domain.values import AbstractObject, MemberValue
from flake8_aiohttp.analysis.machine.machine import Machine
from flake8_aiohttp.python.source import walk

_FOUND = 300


Lesson = tuple[ast.expr, Evidence | None] | None
"""A response that a test tells something of, and the evidence that its body is binary, None where it is none."""


def learn(machine: Machine, state: AbstractState, test: ast.expr, *, truth: bool) -> None:
    """Note what a test of the program that came out as `truth` says of the responses in it; each is read once."""
    if not state.sites:
        return
    lessons = machine.memory.lessons
    if (test, truth) not in lessons:
        lessons[test, truth] = read(test, truth=truth)
    apply(state, lessons[test, truth])


def apply(state: AbstractState, lesson: Lesson) -> None:
    """Note what a test said."""
    if lesson is not None:
        _set(state, *lesson)


def read(test: ast.expr, *, truth: bool) -> Lesson:
    """Read what a test that came out as `truth` says of the responses in it."""
    subject = _error_status(test, truth=truth)
    return _read_type(test, truth=truth) if subject is None else (subject, None)


def doubt(state: AbstractState, test: ast.expr) -> None:
    """Unlearn what an assertion of `application/octet-stream` said: so servers call what they do not know."""
    found = _content_type_test(test)
    if found is not None and found[1].startswith("application/octet-stream"):
        _set(state, found[0], None)


def _read_type(test: ast.expr, *, truth: bool) -> Lesson:
    if truth and (found := _content_type_test(test)) is not None:
        return found[0], Evidence(Signal.BRANCH, found[1], test.lineno)
    subject = _text_type(test)
    return None if subject is None else (subject, None)


def _set(state: AbstractState, subject: ast.expr, evidence: Evidence | None) -> None:
    held = _held(state, subject)
    if not isinstance(held, AbstractObject) or held.kind is not Kind.RESPONSE:
        return
    typestate = state.sites.get(held.site)
    if typestate is not None and typestate.evidence != evidence:
        state.sites[held.site] = dataclasses.replace(typestate, evidence=evidence)


def _held(state: AbstractState, node: ast.expr) -> object:
    if isinstance(node, ast.Name):
        found = state.store.get(node.id)
        return found.owner if isinstance(found, MemberValue) and found.name == "content_type" else found
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return state.store.get(f"{node.value.id}.{node.attr}")
    return None


def _content_type_test(test: ast.expr) -> tuple[ast.expr, str] | None:
    """Read `r.content_type == "image/png"`, `"image" in r.headers["Content-Type"]`, `….startswith("image/")`."""
    match test:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[ast.Constant(value=str() as text)]):
            subject = _content_type(left)
        case ast.Compare(
            left=left,
            ops=[ast.In()],
            comparators=[ast.Tuple(elts=kinds) | ast.List(elts=kinds) | ast.Set(elts=kinds)],
        ):
            texts = [kind.value for kind in kinds if isinstance(kind, ast.Constant) and isinstance(kind.value, str)]
            same = len(texts) == len(kinds) > 0 and all(binary_family(text) for text in texts)
            return (subject, texts[0]) if same and (subject := _content_type(left)) is not None else None
        case ast.Compare(left=ast.Constant(value=str() as text), ops=[ast.In()], comparators=[right]):
            subject = _content_type(right)
        case ast.Call(func=ast.Attribute(value=value, attr="startswith"), args=[ast.Constant(value=str() as text)]):
            subject = _content_type(value)
        case _:
            return None
    return (subject, text) if subject is not None and binary_family(text) else None


def _content_type(node: ast.expr) -> ast.expr | None:
    """Give the response whose content type an expression is; a plain name may hold it."""
    match node:
        case ast.Attribute(value=value, attr="content_type"):
            return value
        case ast.Subscript(value=ast.Attribute(value=value, attr="headers"), slice=ast.Constant(value=str() as key)):
            return value if key.lower() == "content-type" else None
        case ast.Call(
            func=ast.Attribute(value=ast.Attribute(value=value, attr="headers"), attr="get"),
            args=[ast.Constant(value=str() as key), *_],
        ):
            return value if key.lower() == "content-type" else None
        case ast.Call(func=ast.Attribute(value=value, attr="lower" | "strip"), args=[]):
            return _content_type(value)
        case ast.Name():
            return node
    return None


def _text_type(test: ast.expr) -> ast.expr | None:
    """Give the response that a branch knows to be no binary: any other test of its content type."""
    for node in walk(test):
        if isinstance(node, ast.expr) and not isinstance(node, ast.Name):
            subject = _content_type(node)
            if subject is not None and not isinstance(node, ast.Name):
                return subject
    return None


def _error_status(test: ast.expr, *, truth: bool) -> ast.expr | None:
    """Give the response whose status a branch knows to be an error."""
    match test:
        case ast.Attribute(value=value, attr="ok"):
            return None if truth else value
        case ast.Compare(left=ast.Attribute(value=value, attr="status"), ops=[op], comparators=[right]):
            return value if _is_error(op, right, truth=truth) else None
    asked = (node for node in walk(test) if isinstance(node, ast.Attribute) and node.attr == "status")
    return next((node.value for node in asked), None)  # timid: either way may be the error's


def _is_error(op: ast.cmpop, right: ast.expr, *, truth: bool) -> bool:
    bound = right.value if isinstance(right, ast.Constant) else None
    success = isinstance(bound, int) and bound < _FOUND
    if isinstance(op, (ast.Eq, ast.In)):
        return not truth if success or bound is None else truth
    if isinstance(op, (ast.NotEq, ast.NotIn)):
        return truth if success or bound is None else not truth
    if not isinstance(bound, int):
        return False
    above = isinstance(op, (ast.Gt, ast.GtE))
    return truth is above and bound >= _FOUND - 1
