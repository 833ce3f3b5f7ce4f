"""Names, calls and arguments: formatting, quotes and comments stay, and nothing is lost in silence."""

from __future__ import annotations

import pytest

from flake8_aiohttp.finding import Rewrite
from flake8_aiohttp.fixing.refusal import Refusal
from tests.fixing.brackets import fixed, in_coroutine, refusal

CHANGED = [
    (Rewrite.RENAME_ATTRIBUTE, "status", "if ⟨r.status_code⟩ == 200: pass", "if r.status == 200: pass"),
    (Rewrite.RENAME_ATTRIBUTE, "status", "x = (⟨self.r .status_code⟩)", "x = (self.r .status)"),
    (Rewrite.CALL_GET_ENCODING, "", "x = ⟨r.encoding⟩ or 'a'", "x = r.get_encoding() or 'a'"),
    (Rewrite.CALL_GET_ENCODING, "", "x = ⟨r.encoding⟩.lower()", "x = r.get_encoding().lower()"),
    (Rewrite.WRAP_IN_STR, "", "x = ⟨r.url⟩.startswith('a')", "x = str(r.url).startswith('a')"),
    (Rewrite.WRAP_IN_STR, "", "x = 'a'in ⟨r.url⟩+ 'b'", "x = 'a'in str(r.url)+ 'b'"),
    (Rewrite.READ_BYTES, "", "x = await ⟨r.text()⟩", "x = await r.read()"),
    (
        Rewrite.READ_BYTES,
        "",
        "x = await ⟨r.text( 'utf-8', errors='ignore', )⟩  # a",
        "x = await r.read()  # a",
    ),
    (Rewrite.READ_BYTES, "", "x = await ⟨r.text(\n        encoding='a'\n    )⟩", "x = await r.read()"),
    (Rewrite.DROP_ENCODE, "", "x = ⟨(await r.text()).encode()⟩", "x = await r.read()"),
    (Rewrite.DROP_ENCODE, "", "f(x=⟨(await r.text()).encode('utf-8')⟩)", "f(x=await r.read())"),
    (Rewrite.DROP_ENCODE, "", "x = ⟨(await r.text()).encode()⟩[1:]", "x = (await r.read())[1:]"),
    (Rewrite.DROP_ENCODE, "", "x = (⟨(await r.text()).encode()⟩).strip()", "x = (await r.read()).strip()"),
    (
        Rewrite.DROP_ENCODE,
        "",
        "x = ⟨(await r.text()).encode('utf8')⟩.decode()",
        "x = await r.text()",
    ),
    (Rewrite.DROP_ENCODE, "", "x = ⟨(await r.text()).encode()⟩.decode('UTF-8')[1:]", "x = (await r.text())[1:]"),
    (Rewrite.REPLACE_KEYWORD, "ssl=False", "s.get(u, ⟨verify=False⟩ , a=1)", "s.get(u, ssl=False , a=1)"),
    (
        Rewrite.REPLACE_VALUE,
        '"true"',
        "s.get(u, params={'a': ⟨True⟩, 'b': 1})",
        "s.get(u, params={'a': \"true\", 'b': 1})",
    ),
    (Rewrite.REPLACE_VALUE, "str(not x).lower()", "p['a'] = (⟨not x⟩)", "p['a'] = (str(not x).lower())"),
    (
        Rewrite.CALL,
        "",
        "async with ⟨aiohttp.ClientSession⟩ as s: pass",
        "async with aiohttp.ClientSession() as s: pass",
    ),
    (Rewrite.CALL, "", "async with (⟨ClientSession⟩) as s: pass", "async with (ClientSession()) as s: pass"),
    (
        Rewrite.MAKE_BASIC_AUTH,
        "aiohttp.BasicAuth",
        's.get(\n        u,  # a\n        ⟨auth=("a", "b")⟩,  # b\n    )',
        's.get(\n        u,  # a\n        auth=aiohttp.BasicAuth("a", "b"),  # b\n    )',
    ),
    (Rewrite.MAKE_BASIC_AUTH, "BasicAuth", "s.get(u, ⟨auth = [u, 'p  w']⟩)", "s.get(u, auth = BasicAuth(u, 'p  w'))"),
    (
        Rewrite.MAKE_BASIC_AUTH,
        "BasicAuth",
        "s.get(u, ⟨auth=(\n        u,  # a\n        p,  # b\n    )⟩)",
        "s.get(u, auth=BasicAuth(\n        u,  # a\n        p,  # b\n    ))",
    ),
    (Rewrite.REPLACE_KEYWORD, "", "s.get(u, ⟨stream=True⟩)", "s.get(u)"),
    (Rewrite.REPLACE_KEYWORD, "", "s.get(u, ⟨stream=True⟩, )", "s.get(u, )"),
    (Rewrite.REPLACE_KEYWORD, "", "s.get(u, ⟨stream=True⟩, a=1)", "s.get(u, a=1)"),
    (Rewrite.REPLACE_KEYWORD, "", "s.get(⟨stream=True⟩, url=u)", "s.get(url=u)"),
    (Rewrite.REPLACE_KEYWORD, "", "s.get( ⟨stream=True⟩ )", "s.get()"),
    (
        Rewrite.REPLACE_KEYWORD,
        "",
        "s.get(\n        u,\n        ⟨stream=True⟩,\n    )",
        "s.get(\n        u,\n    )",
    ),
    (
        Rewrite.REPLACE_KEYWORD,
        "",
        "s.get(\n        u,  # a\n        ⟨stream=True⟩,\n        a=1,\n    )",
        "s.get(\n        u,  # a\n        a=1,\n    )",
    ),
]


@pytest.mark.parametrize(("change", "argument", "before", "after"), CHANGED)
def test_changed(change: Rewrite, argument: str, before: str, after: str) -> None:
    assert fixed(in_coroutine(before), change, argument) == in_coroutine(after)


UNCHANGED = [
    (Rewrite.RENAME_ATTRIBUTE, "⟨r.status_code⟩ = 1", Refusal.ASSIGNED),
    (Rewrite.WRAP_IN_STR, "⟨r.url⟩ = 1", Refusal.ASSIGNED),
    (Rewrite.READ_BYTES, "x = await ⟨r.text(\n        # old pages\n        'latin-1')⟩", Refusal.COMMENT),
    (Rewrite.READ_BYTES, "x = await ⟨text()⟩", Refusal.NOT_FOUND),
    (Rewrite.DROP_ENCODE, "x = ⟨(await r.text(\n        # why\n    )).encode()⟩", Refusal.COMMENT),
    (Rewrite.DROP_ENCODE, "x = ⟨x.encode()⟩", Refusal.NOT_FOUND),
    (Rewrite.DROP_ENCODE, "x = ⟨(await r.text()).encode()⟩.decode('unicode-escape')", Refusal.DECODED),
    (Rewrite.READ_BYTES, "x = (await ⟨r.text()⟩).encode('latin-1')", Refusal.ENCODED),
    (Rewrite.DROP_ENCODE, "x = ⟨encode()⟩", Refusal.NOT_FOUND),
    (Rewrite.DROP_ENCODE, "x = ⟨(await r.json()).encode()⟩", Refusal.NOT_FOUND),
    (Rewrite.DROP_ENCODE, "x = ⟨x.decode()⟩", Refusal.NOT_FOUND),
    (Rewrite.REPLACE_KEYWORD, "s.get(\n        u,  # why\n        ⟨stream=True⟩,\n    )", Refusal.COMMENT),
    (Rewrite.MAKE_BASIC_AUTH, "s.get(u, ⟨auth=pair⟩)", Refusal.NOT_FOUND),
    (Rewrite.REPLACE_KEYWORD, "s.get(⟨stream=  # why\n        True⟩)", Refusal.COMMENT),
    (Rewrite.REPLACE_VALUE, "x = ⟨[\n        True,  # why\n    ]⟩", Refusal.COMMENT),
    (Rewrite.REPLACE_KEYWORD, "s.get(\n        ⟨stream=True⟩,  # why\n        a=1,\n    )", Refusal.COMMENT),
    (Rewrite.REPLACE_KEYWORD, "s.get(u, ⟨stream=True⟩)  # noqa: AIO1", Refusal.NOQA),
]


@pytest.mark.parametrize(("change", "before", "reason"), UNCHANGED)
def test_unchanged(change: Rewrite, before: str, reason: Refusal) -> None:
    assert refusal(in_coroutine(before), change) is reason


def test_names_are_changed_outside_of_coroutines_too() -> None:
    assert fixed("x = ⟨r.url⟩ + ''\n", Rewrite.WRAP_IN_STR) == "x = str(r.url) + ''\n"


@pytest.mark.parametrize(
    "before",
    [
        "def f(str):\n    return ⟨r.url⟩ + ''\n",
        "str = repr\ndef f():\n    return ⟨r.url⟩ + ''\n",
        "from a import str\nx = ⟨r.url⟩ + ''\n",
        "class str: pass\nx = ⟨r.url⟩ + ''\n",
    ],
)
def test_url_is_not_wrapped_where_str_is_something_else(before: str) -> None:
    assert refusal(before, Rewrite.WRAP_IN_STR) is Refusal.SHADOWED
