"""What containers hold that live longer than a function."""

from __future__ import annotations

import textwrap

import pytest

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.analysis.domain.values import AbstractObject, DictValue, SequenceValue, Value
from flake8_aiohttp.analysis.facts.identifiers import Identifiers
from flake8_aiohttp.analysis.facts.types import StaticTypes
from flake8_aiohttp.options import DEFAULT
from flake8_aiohttp.python.scopes import FileScopes
from flake8_aiohttp.python.source import Source

HEAD = "from aiohttp import ClientSession, web\nfrom collections import defaultdict, deque\n\n"


def types_of(text: str) -> StaticTypes:
    """Read the facts of a program."""
    source = Source.parse(HEAD + textwrap.dedent(text))
    scopes = FileScopes(source.tree)
    return StaticTypes(source, scopes, Identifiers(source, scopes.functions, scopes.imports.statements), DEFAULT)


def shape(value: Value) -> str:
    """Tell a container by its shape: `[session]`, `{[server WebSocket]}`."""
    match value:
        case SequenceValue(values=(held,), exact=False):
            return f"[{shape(held)}]"
        case DictValue(pairs=((None, held),)):
            return f"{{{shape(held)}}}"
        case AbstractObject(kind=kind):
            return kind.value
    return "unknown"


@pytest.mark.parametrize(
    ("begun", "filled", "held"),
    [
        ("[]", "BOX.append(ClientSession())", "[session]"),
        ("set()", "BOX.add(web.WebSocketResponse())", "[server WebSocket]"),
        ("deque(maxlen=3)", "BOX.appendleft(ClientSession())", "[session]"),
        ("{}", "BOX['x'] = ClientSession()", "{session}"),
        ("{}", "return BOX.setdefault('x', ClientSession())", "{session}"),
        ("defaultdict(list)", "BOX['x'].append(ClientSession())", "{[session]}"),
        ("{}", "BOX.setdefault('x', []).append(ClientSession())", "{[session]}"),
        ("None", "BOX.append(ClientSession())", "[session]"),
        ("[ClientSession()]", "BOX.append(ClientSession())", "[session]"),
        ("[ClientSession() for _ in 'ab']", "BOX.append(ClientSession())", "[session]"),
        ("[]", "s = ClientSession()\n    BOX.append(s)", "[session]"),
        ("[]", "async with ClientSession() as s:\n        BOX.append(s)", "[session]"),
        ("[web.Application()]", "BOX.append(ClientSession())", "unknown"),
        ("[]", "BOX.append(ClientSession())\n    BOX.append(other)", "unknown"),
        ("[]", "BOX.append(ClientSession())\n    BOX['x'][1].append(ClientSession())", "[session]"),
        ("[]", "BOX.append(None)", "unknown"),
        ("ClientSession()", "BOX.append(ClientSession())", "session"),
        ("list(given)", "BOX.append(ClientSession())", "unknown"),
        ("given", "BOX.append(ClientSession())", "unknown"),
        ("[]", "BOX = []\n    BOX.append(ClientSession())", "unknown"),
        ("[]", "def inner():\n        BOX.append(ClientSession())", "[session]"),
        ("[]", "make().append(ClientSession())", "unknown"),
    ],
)
def test_a_global(begun: str, filled: str, held: str) -> None:
    types = types_of(f"BOX = {begun}\n\nasync def fill(other):\n    {filled}\n")
    assert shape(types.global_value("BOX")) == held


@pytest.mark.parametrize(
    ("begun", "filled", "held"),
    [
        ("self.box = []", "self.box.append(ClientSession())", "[session]"),
        ("self.box: list = []", "Box.box.append(ClientSession())", "[session]"),
        ("pass", "self.box.append(ClientSession())", "[session]"),
        ("self.box = given", "self.box.append(ClientSession())", "unknown"),
        ("self.box = field(default_factory=list)", "self.box.append(ClientSession())", "[session]"),
        ("self.box = field()", "self.box.append(ClientSession())", "unknown"),
        ("self.box = 3", "self.box.append(ClientSession())", "unknown"),
        ("self.box = []", "other.box.append(ClientSession())", "unknown"),
        ("self.box = {'a': ClientSession(), 'b': ClientSession()}", "pass", "{session}"),
        ("self.box = {k: ClientSession() for k in given}", "pass", "{session}"),
        ("self.box = [ClientSession(), None]", "pass", "unknown"),
        ("self.box = [ClientSession(), given]", "pass", "unknown"),
        ("self.box = []", "def inner():\n            self.box.append(ClientSession())", "[session]"),
    ],
)
def test_an_attribute(begun: str, filled: str, held: str) -> None:
    types = types_of(
        f"class Box:\n    def __init__(self, given):\n        {begun}\n\n    def fill(self, other):\n        {filled}\n"
    )
    assert shape(types.attribute(types.scopes.classes["Box"], "box")) == held


@pytest.mark.parametrize(
    ("filled", "key", "held"),
    [
        ("request.app['box'].append(ClientSession())", "box", "[session]"),
        ("self._app[BOX].add(ClientSession())", "BOX", "[session]"),
        ("main_app['box']['x'] = ClientSession()", "box", "{session}"),
        ("app[make()].append(ClientSession())", "box", "unknown"),
        ("data['box'].append(ClientSession())", "box", "unknown"),
        ("make()['box'].append(ClientSession())", "box", "unknown"),
    ],
)
def test_what_an_application_keeps(filled: str, key: str, held: str) -> None:
    types = types_of(f"class Box:\n    def fill(self, request, app, main_app, data):\n        {filled}\n")
    assert shape(types.app_value(key)) == held
    assert (key in types.app_keys) is (held != "unknown")


def test_an_element_stands_for_many() -> None:
    value = types_of("BOX = []\n\ndef fill():\n    BOX.append(ClientSession())\n").global_value("BOX")
    assert isinstance(value, SequenceValue)
    (element,) = value.values
    assert isinstance(element, AbstractObject)
    assert (element.kind, element.site.is_summary) == (Kind.SESSION, True)
