"""The table of versions says what the installed aiohttp does."""

from __future__ import annotations

import importlib
import importlib.metadata
import inspect
import json
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from flake8_aiohttp.aiohttp_model import objects, versions
from tests.versions import collect
from tests.versions.__main__ import SUPPORTED, TABLE
from tests.versions.table import NEWEST, table

INSTALLED = ".".join(importlib.metadata.version("aiohttp").split(".")[:2])
DATA: dict[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
ORDER: list[str] = DATA["versions"]


def column(topic: str, version: str) -> dict[str, set[str]]:
    """Give what the table says of one version."""
    place = ORDER.index(version)
    found: dict[str, set[str]] = {}
    for owners, ranges in DATA[topic].items():
        for owner in owners.split():
            for key, names in ranges.items():
                runs = [run.partition("..") for run in key.split()]
                if any(ORDER.index(first) <= place <= ORDER.index(last) for first, _, last in runs):
                    found.setdefault(owner, set()).update(names.split())
    return found


@pytest.mark.skipif(INSTALLED not in ORDER, reason="newer than the table: python -m tests.versions")
@pytest.mark.parametrize("topic", ["keywords", "members"])
def test_installed_aiohttp_agrees(topic: str) -> None:
    asked = collect.facts()[topic]
    public = {owner: {name for name in names if not name.startswith("_")} for owner, names in asked.items()}
    assert column(topic, INSTALLED) == public


@pytest.mark.parametrize("verb", ["get", "post", "request", "ws_connect"])
def test_a_test_client_takes_a_path(verb: str) -> None:
    parameters = inspect.signature(getattr(TestClient, verb)).parameters
    taken = {name for name, each in parameters.items() if each.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD}
    assert taken - {"self", "method"} == versions.OF_TEST_CLIENT
    assert versions.keywords(f"session.{verb}", served=True) >= taken - {"self"}


def test_removed_names_are_gone() -> None:
    for name, last in versions.table().removed.items():
        module, _, attribute = name.rpartition(".")
        if last in ORDER and ORDER.index(last) >= ORDER.index(INSTALLED):
            continue
        assert not hasattr(importlib.import_module(module), attribute), name
        with pytest.raises(ImportError):
            importlib.import_module(name)


def test_no_release_refuses_what_an_older_one_took() -> None:
    """Else a finding would have to say since when."""
    for topic in ("keywords", "members"):
        newest = column(topic, NEWEST)
        for version in SUPPORTED:
            for owner, names in column(topic, version).items():
                assert names <= newest[owner], (version, owner)


def test_what_rules_ask() -> None:
    assert {"params", "ssl", "auth"} <= versions.keywords("session.get")
    assert "verify" not in versions.keywords("session.get")
    assert "status" in versions.members(objects.Kind.RESPONSE)
    assert "status_code" not in versions.members(objects.Kind.RESPONSE)
    assert versions.removed("aiohttp.errors.DisconnectedError") == ("aiohttp.errors", "1.3")
    assert versions.removed("aiohttp.ClientSession.get") is None


@pytest.mark.parametrize("kind", [objects.Kind.SESSION, objects.Kind.RESPONSE, objects.Kind.STREAM])
def test_every_member_of_the_model_is_known(kind: objects.Kind) -> None:
    """`MEMBERS` says what a member does; the table says that it exists."""
    assert objects.MEMBERS[kind].keys() <= versions.members(kind)


def test_table_tells_ranges() -> None:
    def facts(*names: str) -> dict[str, Any]:
        return {"keywords": {"f": [*names, "_own"]}, "members": {}, "exported": {"aiohttp": [*names]}, "present": {}}

    facts_of_newest = {**facts("a"), "present": {"aiohttp": ["a", "c"]}}
    columns = {"3.8": facts("a", "b"), "3.9": facts("a"), "3.14": facts_of_newest}
    told = json.loads(table(columns, {"1.3": {"aiohttp": ["c", "d"]}}))
    assert told["keywords"] == {"f": {"3.8..3.14": "a", "3.8..3.8": "b"}}
    assert told["removed"] == {"aiohttp": {"3.8": "b", "1.3": "d"}}
