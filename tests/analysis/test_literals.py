"""What flows into a request's arguments, and what is silent because it may have changed on the way."""

from __future__ import annotations

import sys
import textwrap

import pytest

from flake8_aiohttp.check import check

FRAME = """\
import aiohttp
{module}

async def load(session: aiohttp.ClientSession, url, given=None, *names, key=None, **options):
{body}
"""
SEND = "async with session.get(url, params=params) as response:\n    await response.read()"

REFUSED = {
    "a display": "params = {'a': True}",
    "a tuple of pairs": "params = (('a', True),)",
    "a dict that is called for": "params = dict(a=True)",
    "a dict that is called for with the unknown": "params = dict(a=given, b=True)",
    "a dict made of another": "params = dict({'a': 1}, b=True)",
    "a key that is put in": "params = {}\nparams['a'] = None",
    "a key that is not known": "params = {given: True}",
    "a key that is not known is put in": "params = {}\nparams[given] = True",
    "an item that another key leaves alone": "params = {'a': True}\nparams['b'] = 1\nparams.pop('c', None)",
    "an update": "params = {'a': 1}\nparams.update({'a': True})",
    "an update by keyword": "params = {'a': 1}\nparams.update(a=True)",
    "a union in place": "params = {'a': 1}\nparams |= {'a': True}",
    "a union": "params = given | {'a': True}",
    "a union of unions": "params = {'b': 1} | {'a': True} | {'c': 1}",
    "unpacked into another": "base = {'a': True}\nparams = {**base, 'b': 1}",
    "unpacked before another": "params = {**given, 'a': True}",
    "a name of a value": "full = not given\nparams = {'a': full}",
    "a test": "params = {'a': given in names, 'b': 1}",
    "isinstance": "params = {'a': isinstance(given, str)}",
    "bool()": "params = {'a': bool(given)}",
    "one of two": "params = {'a': given if given else None}",
    "the last resort": "params = {'a': given or None}",
    "a list of values": "params = {'a': [1, True]}",
    "bytes": "params = b'a=b'",
    "a negative number": "params = -1",
    "a branch": "params = {}\nif given:\n    params['a'] = True",
    "both branches": "if given:\n    params = {'a': True}\nelse:\n    params = {'a': False}",
    "a loop": "params = {}\nfor name in names:\n    params['a'] = True",
    "a loop that is left": "while True:\n    params = {'a': True}\n    if given:\n        break",
    "a handler": "params = {}\ntry:\n    params['a'] = int(given)\nexcept ValueError:\n    params['a'] = None",
    "the end of a try": "params = {}\ntry:\n    given()\nfinally:\n    params['a'] = None",
    "a case": (
        "params = {}\nmatch given:\n    case 1:\n        params['a'] = True\n    case _:\n        params['a'] = False"
    ),
    "a block": "with open(given) as file:\n    params = {'a': True}",
    "an annotation": "params: dict = {'a': True}",
    "a look at it": (
        "params = {'a': True}\nprint(params, params['a'], params.get('a'), 'a' in params, f'{params}', len(params))"
    ),
    "a copy of it": "params = {'a': True}\nother = {**params, 'b': 2}\nother['a'] = 1",
    "another request": "params = {'a': True}\nawait session.get(url, params=params)",
    "a class in between": "params = {'a': True}\nclass Local:\n    pass",
}

SILENT = {
    "nothing": "params = {}",
    "the unknown": "params = given",
    "a text": "params = f'{given}'",
    "what was waited for": "params = await given",
    "options": "params = options",
    "a key that is replaced": "params = {'a': True}\nparams['a'] = 'true'",
    "a key that is replaced in a display": "params = {'a': True, 'a': 'x'}",
    "a key that may be replaced": "params = {'a': True}\nif given:\n    params['a'] = 'true'",
    "a key that is removed": "params = {'a': True}\ndel params['a']",
    "a key that is popped": "params = {'a': True}\nparams.pop('a')",
    "any key may be popped": "params = {'a': True}\nparams.pop(given)",
    "any item may go": "params = {'a': True}\nparams.popitem()",
    "cleared": "params = {'a': True}\nparams.clear()",
    "bound anew": "params = {'a': True}\nparams = {k: str(v) for k, v in params.items()}",
    "bound by a loop": "params = {'a': True}\nfor params in names:\n    pass",
    "bound by a case": (
        "params = {'a': True}\nmatch given:\n    case {'b': params}:\n        pass\n    case _:\n        params = {}"
    ),
    "bound by a handler": (
        "params = {'a': True}\ntry:\n    given()\nexcept OSError as params:\n    params = {}\nelse:\n    params = {}"
    ),
    "updated with the unknown": "params = {'a': True}\nparams.update(given)",
    "updated with one of two": "params = {'a': 1}\nparams.update(given or {})",
    "updated with unknown items": "params = {'a': True}\nparams.update({**given})",
    "updated with keywords of a dict": "params = {'a': True}\nparams.update(**given)",
    "updated by key": "params = {'a': True}\nparams.update({'a': 1})",
    "a union with the unknown": "params = {'a': True} | given",
    "a union in place with the unknown": "params = {'a': True}\nparams |= given",
    "unpacked before the unknown": "params = {'a': True, **given}",
    "no union at all": "params = given | names",
    "another operation": "params = given + names",
    "handed on": "params = {'a': True}\ngiven(params)",
    "handed on by keyword": "params = {'a': True}\ngiven(params=params)",
    "kept elsewhere": "params = {'a': True}\nsession.kept = params",
    "called by another name": "params = {'a': True}\nother = params",
    "seen from inside": "params = {'a': True}\ndef change():\n    params['a'] = 1\nchange()",
    "seen by a lambda": "params = {'a': True}\ngiven(lambda: params.clear())",
    "global": "global params\nparams = {'a': True}",
    "a test that belongs together": "params = {}\nif given:\n    params['a'] = True\nif given:\n    return",
    "a dict of two uses": "params = {}\nif given:\n    params['a'] = True\nawait session.post(url, json=params)",
    "a scalar that may be another": "params = 'a=b'\nif given:\n    params = True",
    "str(True)": "params = {'a': str(True)}",
    "a name that hides bool": "bool = str\nparams = {'a': bool(given)}",
    "comparisons may be anything": "params = {'a': given == 1, 'b': 1 < given < 3}",
    "one of two that is right": "params = {'a': '1' if given else 2}",
    "and": "params = {'a': given and True}",
    "a call": "params = given({'a': True})",
    "a dict made of the unknown": "params = dict(given)",
    "a dict of two dicts": "params = dict(**given)",
    "minus the unknown": "params = -given",
    "its own name": "params = params",
    "too many names": "a = True\nb = a\nc = b\nd = c\ne = d\nparams = {'a': e}",
    "a lost loop": "params = {'a': True}\nfor name in list(params):\n    del params[name]",
    "a return in between": "params = {}\nif given:\n    params['a'] = True\n    return",
    "a raise in between": "params = {}\nif given:\n    params['a'] = True\n    raise ValueError",
}

MODULES = {
    "a constant": ("PARAMS = {'a': True}", "params = PARAMS", True),
    "a constant of a constant": ("FULL = True\nPARAMS = {'a': FULL}", "params = PARAMS", True),
    "a constant that changes": ("PARAMS = {'a': True}\nPARAMS['a'] = 1", "params = PARAMS", False),
    "a constant that may be another": ("PARAMS = {'a': True}\nPARAMS = {'a': 1}", "params = PARAMS", False),
    "a constant that grows": ("PARAMS = {'a': True}\nPARAMS |= {'a': 1}", "params = PARAMS", False),
    "a global": ("PARAMS = True\ndef set():\n    global PARAMS\n    PARAMS = None", "params = PARAMS", False),
    "a constant without a value": ("PARAMS: dict", "params = PARAMS", False),
    "a helper": ("def make():\n    return {'a': True}", "params = make()", True),
    "a helper that builds": (
        "def make(x):\n    made = {'a': x}\n    made['b'] = None\n    return made", "params = make(1)", True
    ),
    "a helper with two ends": (
        "def make(x):\n    if x:\n        return {}\n    return {'a': None}", "params = make(1)", False
    ),
    "a helper without an end": ("def make(x):\n    return", "params = make(1)", False),
    "a generator": ("def make(x):\n    yield 1\n    return {'a': None}", "params = make(1)", False),
    "a decorated helper": ("@given\ndef make():\n    return {'a': None}", "params = make()", False),
    "a helper of itself": ("def make():\n    return make()", "params = make()", False),
    "an own isinstance": ("def isinstance(a, b):\n    return 1", "params = {'a': isinstance(1, 2)}", False),
}  # fmt: skip


def codes(module: str, body: str) -> list[str]:
    text = FRAME.format(module=module, body=textwrap.indent(f"{body}\n{SEND}", "    "))
    return [finding.code for finding in check(text) if finding.code == "AIO405"]


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_refused(body: str) -> None:
    assert codes("", body)


@pytest.mark.parametrize("body", SILENT.values(), ids=SILENT)
def test_silent(body: str) -> None:
    assert not codes("", body)


@pytest.mark.parametrize(("module", "body", "refused"), MODULES.values(), ids=MODULES)
def test_of_the_module(module: str, body: str, refused: bool) -> None:  # noqa: FBT001
    assert bool(codes(module, body)) is refused


def test_what_a_group_of_exceptions_leaves() -> None:
    if sys.version_info < (3, 11):
        pytest.skip("needs except*")
    assert codes("", "params = {'a': True}\ntry:\n    params['b'] = given()\nexcept* OSError:\n    params['b'] = 1")


def test_an_attribute_of_an_object_of_either_library() -> None:
    text = """
        import aiohttp, httpx

        def show(reply):
            print(reply.data, reply.status_code)

        async def one(session: aiohttp.ClientSession, url):
            async with session.get(url) as response:
                await response.read()
                show(response)

        def two(url):
            show(httpx.get(url))
    """
    assert [each.message for each in check(textwrap.dedent(text)) if ".data" in each.message] == []


CLASS = """\
import aiohttp

class Client:
    auth = None

    def __init__(self, session: aiohttp.ClientSession, user, password):
        self.session = session
        self.params = {params}

    def make(self):
        return {{"a": None}}

    async def load(self, url):
        async with self.session.get(url, params=self.{name}) as response:
            await response.read()
"""


@pytest.mark.parametrize(
    ("params", "name", "refused"),
    [("True", "params", True), ("None", "make()", True), ("{'a': True}", "params", True), ("user", "params", False),
     ("1", "other", False), ("1", "session.params", False), ("1", "params if url else url.params", True)],
)  # fmt: skip
def test_of_a_class(params: str, name: str, refused: bool) -> None:  # noqa: FBT001
    found = [each.code for each in check(CLASS.format(params=params, name=name))]
    assert ("AIO405" in found) is refused


def test_a_variable_of_the_function_around_is_not_the_module_s() -> None:
    inner = (
        "async def inner():\n    async with session.get(url, params=FULL) as response:\n        await response.read()"
    )
    text = FRAME.format(module="FULL = True", body=textwrap.indent(f"FULL = 'a=b'\n{inner}\nawait inner()", "    "))
    assert "AIO405" not in [finding.code for finding in check(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from .aiohttp import get\nimport aiohttp\naiohttp.get", ["AIO404"]),
        ("from . import aiohttp", []),
        ("from aiohttp import get, ClientSession\nget(url)", ["AIO404"]),
        ("import aiohttp, pytest\nwith pytest.raises(TypeError):\n    aiohttp.ClientTimeout(a=1)", []),
        ("import aiohttp\nwith open(aiohttp.ClientTimeout(a=1)):\n    pass", ["AIO403"]),
        ("import aiohttp\nwith lock:\n    x = aiohttp.ClientTimeout(a=1)", ["AIO403"]),
        ("import aiohttp\nclass A(aiohttp.Timeout, metaclass=aiohttp.get): pass", ["AIO404", "AIO404"]),
        ("import aiohttp\n@aiohttp.get\ndef f(x: aiohttp.get = aiohttp.post): pass", ["AIO404", "AIO404"]),
        ("import aiohttp\nx: aiohttp.get = aiohttp.post\ny: aiohttp.get", ["AIO404"]),
        ("import aiohttp\nf = lambda x=aiohttp.post: aiohttp.get", ["AIO404"]),
        ("import aiohttp\nfor x in aiohttp.get:\n    pass\nwhile aiohttp.get:\n    pass", ["AIO404", "AIO404"]),
        ("import aiohttp\naiohttp.ClientTimeout(*x, total='5')", ["AIO405"]),
        ("import aiohttp\naiohttp.ClientTimeout(5, 3, 2, 1, 0)", []),
        ("import aiohttp\nif x:\n    aiohttp.ClientSession(**options)", []),
        ("import aiohttp\nawait x\naiohttp.ClientSession()", []),
        ("import aiohttp\nasync with x:\n    aiohttp.ClientSession()", []),
        ("import aiohttp\nif x:\n    await x\naiohttp.ClientSession()", []),
        ("import aiohttp\nclass A:\n    def f(self):\n        aiohttp.ClientTimeout(a=1)", ["AIO403"]),
        ("import aiohttp\naiohttp.ClientSession(connector=None)", ["AIO209"]),
        ("import aiohttp\naiohttp.ClientSession(aiohttp.x)", ["AIO209"]),
        ("import aiohttp\nx = 'aiohttp.get'  # aiohttp.get", []),
        ("import aiohttp\ndef f(aiohttp): aiohttp.get", []),
        ("import aiohttp\ndef f(*aiohttp): aiohttp.get", []),
        ("import asyncio", []),
        ("'aiohttp'", []),
    ],
)
def test_names(text: str, found: list[str]) -> None:
    codes = [each.code for each in check(text) if each.code in {"AIO209", "AIO403", "AIO404", "AIO405"}]
    assert codes == found


def test_an_attribute_in_a_dict() -> None:
    text = CLASS.format(params="True", name="params").replace(
        "        async with", '        made = {"a": self.params, "b": url.params}\n        async with'
    )
    assert "AIO405" in [each.code for each in check(text.replace("params=self.params", "params=made"))]
