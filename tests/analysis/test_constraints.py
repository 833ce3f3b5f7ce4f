"""What one test says about another, and on which names a test depends."""

from __future__ import annotations

import ast

import pytest

from flake8_aiohttp.analysis.domain.constraints import Condition, decided, read_condition


def condition(test: str) -> Condition | None:
    """Read a test."""
    return read_condition(ast.parse(test, mode="eval").body)


def condition_of(test: str) -> Condition:
    """Read a test that can be read."""
    found = condition(test)
    assert found is not None, test
    return found


def exclude(one: str, other: str) -> bool:
    """Say whether two tests of one subject cannot both hold; it must not matter which is asked."""
    first, second = condition_of(one), condition_of(other)
    assert first.subject == second.subject
    assert first.excludes(second) == second.excludes(first)
    return first.excludes(second)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("s == 200", "s == 404"),
        ("s == 200", "s != 200"),
        ("s == 200", "s >= 400"),
        ("s == 200", "s in (404, 500)"),
        ("s == 200", "s not in [200, 204]"),
        ("s == 0", "s"),
        ("s is None", "s"),
        ("s is None", "s is not None"),
        ("s < 400", "s >= 400"),
        ("s <= 399", "s > 399"),
        ("s < 300", "s >= 400"),
        ("s < 400", "s == 404"),
        ("200 == s", "s == 404"),
        ("400 <= s", "s < 400"),
        ("400 > s", "s >= 500"),
        ("s in (200, 204)", "s not in (200, 204)"),
        ("s in (301, 302)", "s < 300"),
        ("s in (301, 302)", "s in (303, 307)"),
        ("s == 'a'", "s == 'b'"),
        ("s == HTTPStatus.OK", "s != HTTPStatus.OK"),
        ("s == http.HTTPStatus.OK", "s != HTTPStatus.OK"),
        ("r.ok", "r.status >= 400"),
        ("r.ok", "r.status == 404"),
        ("f(x)", "f(x) == 0"),
        ("a == b", "a != b"),
    ],
)
def test_these_exclude_each_other(one: str, other: str) -> None:
    assert exclude(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("s == 200", "s == 200"),
        ("s == 200", "s == 200.0"),
        ("s == 200", "s != 404"),
        ("s == 200", "s < 400"),
        ("s == 200", "s in (200, 204)"),
        ("s == 200", "s"),
        ("s != 200", "s != 404"),
        ("s != 200", "s"),
        ("s < 400", "s >= 300"),
        ("s <= 400", "s >= 400"),
        ("s < 400", "s < 300"),
        ("s >= 400", "s >= 500"),
        ("s in (200, 204)", "s not in (200,)"),
        ("s in (200, 204)", "s in (204, 206)"),
        ("s in (200, 404)", "s < 300"),
        ("s == 'a'", "s < 400"),
        ("r.ok", "r.status == 200"),
        ("r.ok", "r.status >= 300"),
        ("s == HTTPStatus.OK", "s == 200"),
    ],
)
def test_these_may_hold_together(one: str, other: str) -> None:
    assert not exclude(one, other)


@pytest.mark.parametrize(
    "test", ["s", "s == 1", "s != 1", "s < 1", "s <= 1", "s > 1", "s >= 1", "s in (1, 2)", "a < b"]
)
def test_a_condition_excludes_what_holds_where_it_does_not(test: str) -> None:
    known = condition_of(test)
    assert known.excludes(known.negated())
    assert known.negated().excludes(known)
    assert known.negated().negated() == known
    assert not known.excludes(known)


@pytest.mark.parametrize(
    ("one", "other"),
    [("200 == s", "s == 200"), ("400 <= s", "s >= 400"), ("r.ok", "r.status < 400"), ("s in [1, 2]", "s in (1, 2)")],
)
def test_one_condition_written_in_two_ways(one: str, other: str) -> None:
    assert condition_of(one) == condition_of(other)


@pytest.mark.parametrize(
    ("test", "names"),
    [
        ("flag", {"flag"}),
        ("response.status == 200", {"response", "response.status"}),
        ("response.ok", {"response", "response.status"}),
        ("self.pages[number].ready", {"self", "self.pages", "number", "self.pages[number].ready"}),
        ("left < right", {"left", "right"}),
        ("len(items) > 3", {"len", "items"}),
        ("kind == HTTPStatus.OK", {"kind"}),
    ],
)
def test_a_condition_depends_on_every_name_in_it(test: str, names: set[str]) -> None:
    assert condition_of(test).names == names


@pytest.mark.parametrize("test", ["await ready()", "(line := next(lines))", "(await r.text()) == 'a'", "1 in options"])
def test_a_test_that_does_something_is_no_condition(test: str) -> None:
    assert condition(test) is None


@pytest.mark.parametrize(
    ("comparison", "outcome"),
    [
        ("200 == 200", True),
        ("200 >= 400", False),
        ("'a' in ('a', 'b')", True),
        ("'a' not in ('a', 'b')", False),
        ("None is None", True),
        ("None < 400", None),
    ],
)
def test_constants_are_compared_as_python_does(comparison: str, *, outcome: bool | None) -> None:
    node = ast.parse(comparison, mode="eval").body
    assert isinstance(node, ast.Compare)
    left, right = (ast.literal_eval(side) for side in (node.left, node.comparators[0]))
    assert decided(node.ops[0], left, right) is outcome
