"""What some version of aiohttp takes as a keyword or has as a member, and what none has any more.

The table `versions.json` is generated from aiohttp 3.8 to its development branch (`python -m tests.versions`); names
that went earlier are from 0.22 to 3.4. Since 3.8 no release refuses a keyword or lacks a member that an older one had.
"""

from __future__ import annotations

import functools
import json
import pkgutil
from typing import NamedTuple

from flake8_aiohttp.aiohttp_model.objects import Kind


class Table(NamedTuple):
    """The names that any supported version knows, by their owner, and the last version of each name that is gone."""

    known: dict[str, frozenset[str]]
    removed: dict[str, str]


OF_TEST_CLIENT = frozenset({"path"})
"""What the requests of `aiohttp.test_utils.TestClient` take beside a session's keywords: a path for its `url`."""


def keywords(callee: str, *, served: bool = False) -> frozenset[str]:
    """Give the keywords that some version of a callable takes: `session.get`, `ClientSession`, `web.Response`.

    Those of a test client are asked for as a session's that is `served`.
    """
    known = table().known[callee]
    return known | OF_TEST_CLIENT if served else known


def members(kind: Kind) -> frozenset[str]:
    """Give the public attributes that objects of a kind have in some version."""
    return table().known[kind.name]


def removed(qualified: str) -> tuple[str, str] | None:
    """Give the removed name that a dotted name leads through, and the last version that had it.

    `aiohttp.errors.DisconnectedError` leads through `aiohttp.errors`.
    """
    gone = table().removed
    parts = qualified.split(".")
    leading = (".".join(parts[:end]) for end in range(2, len(parts) + 1))
    return next(((name, gone[name]) for name in leading if name in gone), None)


@functools.cache
def table() -> Table:
    """Read the table."""
    data = json.loads(pkgutil.get_data(__package__, "versions.json") or b"")
    known = {
        owner: frozenset(" ".join(ranges.values()).split())
        for owners, ranges in (data["keywords"] | data["members"]).items()
        for owner in owners.split()
    }
    removed = {
        f"{module}.{name}": version
        for module, by_version in data["removed"].items()
        for version, names in by_version.items()
        for name in names.split()
    }
    return Table(known, removed)
