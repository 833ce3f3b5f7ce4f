"""The table of `aiohttp_model/versions.json`: one column of facts a version, made into ranges of versions."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator

from tests.versions.collect import Facts

NEWEST = "3.14"
"""The newest release; what only a development version refuses is no mistake yet."""


def table(columns: dict[str, Facts], before: dict[str, dict[str, list[str]]]) -> str:
    """Give the text of the table.

    `columns` has the facts of each supported version, oldest first; `before` what the modules of older ones exported.
    """
    rows: dict[str, object] = {"versions": list(columns), "newest": NEWEST}
    for topic in ("keywords", "members"):
        owners = sorted({owner for column in columns.values() for owner in column[topic]})
        rows[topic] = _alike({o: _ranges({v: column[topic][o] for v, column in columns.items()}) for o in owners})
    exported = {**before, **{version: column["exported"] for version, column in columns.items()}}
    still = {v: column["present"] for v, column in columns.items() if v == NEWEST or v.endswith("dev")}
    rows["removed"] = dict(sorted(_removed(exported, list(still.values())).items()))
    return json.dumps(rows, indent=1) + "\n"


def _alike(rows: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Give owners of the same names one row: `session.get session.post`."""
    found: dict[str, tuple[list[str], dict[str, str]]] = {}
    for owner, row in rows.items():
        found.setdefault(json.dumps(row), ([], row))[0].append(owner)
    return {" ".join(owners): row for owners, row in found.values()}


def _ranges(by_version: dict[str, list[str]]) -> dict[str, str]:
    """Give the names of each range of versions (`3.8..3.11 3.13..3.14`), as words of one text."""
    versions = list(by_version)
    found: dict[str, list[str]] = {}
    for name in sorted({name for names in by_version.values() for name in names if not name.startswith("_")}):
        having = [version for version in versions if name in by_version[version]]
        found.setdefault(" ".join(_runs(versions, having)), []).append(name)
    return {key: " ".join(names) for key, names in sorted(found.items())}


def _runs(versions: list[str], having: list[str]) -> Iterator[str]:
    for has, run in itertools.groupby(versions, having.__contains__):
        if has:
            one = list(run)
            yield f"{one[0]}..{one[-1]}"


def _removed(
    exported: dict[str, dict[str, list[str]]], present: Iterable[dict[str, list[str]]]
) -> dict[str, dict[str, str]]:
    """Give for each module the names that it has no more, by the last version that had them."""
    last: dict[str, dict[str, str]] = {}
    for version, modules in exported.items():
        for module, names in modules.items():
            last.setdefault(module, {}).update(dict.fromkeys(names, version))
    kept = {module: {name for each in present for name in each.get(module, ())} for module in last}
    removed: dict[str, dict[str, list[str]]] = {}
    for module, names in last.items():
        if not any(module in each for each in present):
            continue  # the module itself is a name that is gone
        for name, version in sorted(names.items()):
            if name not in kept[module] and not name.startswith("_"):
                removed.setdefault(module, {}).setdefault(version, []).append(name)
    return {module: {version: " ".join(names) for version, names in each.items()} for module, each in removed.items()}
