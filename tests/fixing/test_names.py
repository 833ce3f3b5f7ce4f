"""Names, calls and arguments: formatting, quotes and comments stay, and nothing is lost in silence."""

from __future__ import annotations

import pytest

from flake8_aiohttp.fixing.refusal import Refusal
from flake8_aiohttp.rewrite import (
    CallGetEncoding,
    CallIt,
    DropEncode,
    DropKeyword,
    MakeBasicAuth,
    ReadBytes,
    RenameAttribute,
    ReplaceKeyword,
    ReplaceValue,
    Rewrite,
    WrapInStr,
)
from tests.fixing.brackets import fixed, in_coroutine, refusal

CHANGED = [
    (RenameAttribute("status"), "if ⟨r.status_code⟩ == 200: pass", "if r.status == 200: pass"),
    (RenameAttribute("status"), "x = (⟨self.r .status_code⟩)", "x = (self.r .status)"),
    (CallGetEncoding(), "x = ⟨r.encoding⟩ or 'a'", "x = r.get_encoding() or 'a'"),
    (CallGetEncoding(), "x = ⟨r.encoding⟩.lower()", "x = r.get_encoding().lower()"),
    (WrapInStr(), "x = ⟨r.url⟩.startswith('a')", "x = str(r.url).startswith('a')"),
    (WrapInStr(), "x = 'a'in ⟨r.url⟩+ 'b'", "x = 'a'in str(r.url)+ 'b'"),
    (ReadBytes(), "x = await ⟨r.text()⟩", "x = await r.read()"),
    (
        ReadBytes(),
        "x = await ⟨r.text( 'utf-8', errors='ignore', )⟩  # a",
        "x = await r.read()  # a",
    ),
    (ReadBytes(), "x = await ⟨r.text(\n        encoding='a'\n    )⟩", "x = await r.read()"),
    (DropEncode(), "x = ⟨(await r.text()).encode()⟩", "x = await r.read()"),
    (DropEncode(), "f(x=⟨(await r.text()).encode('utf-8')⟩)", "f(x=await r.read())"),
    (DropEncode(), "x = ⟨(await r.text()).encode()⟩[1:]", "x = (await r.read())[1:]"),
    (DropEncode(), "x = (⟨(await r.text()).encode()⟩).strip()", "x = (await r.read()).strip()"),
    (
        DropEncode(),
        "x = ⟨(await r.text()).encode('utf8')⟩.decode()",
        "x = await r.text()",
    ),
    (DropEncode(), "x = ⟨(await r.text()).encode()⟩.decode('UTF-8')[1:]", "x = (await r.text())[1:]"),
    (ReplaceKeyword("ssl=False"), "s.get(u, ⟨verify=False⟩ , a=1)", "s.get(u, ssl=False , a=1)"),
    (
        ReplaceValue('"true"'),
        "s.get(u, params={'a': ⟨True⟩, 'b': 1})",
        "s.get(u, params={'a': \"true\", 'b': 1})",
    ),
    (ReplaceValue("str(not x).lower()"), "p['a'] = (⟨not x⟩)", "p['a'] = (str(not x).lower())"),
    (
        CallIt(),
        "async with ⟨aiohttp.ClientSession⟩ as s: pass",
        "async with aiohttp.ClientSession() as s: pass",
    ),
    (CallIt(), "async with (⟨ClientSession⟩) as s: pass", "async with (ClientSession()) as s: pass"),
    (
        MakeBasicAuth("aiohttp.BasicAuth"),
        's.get(\n        u,  # a\n        ⟨auth=("a", "b")⟩,  # b\n    )',
        's.get(\n        u,  # a\n        auth=aiohttp.BasicAuth("a", "b"),  # b\n    )',
    ),
    (MakeBasicAuth("BasicAuth"), "s.get(u, ⟨auth = [u, 'p  w']⟩)", "s.get(u, auth = BasicAuth(u, 'p  w'))"),
    (
        MakeBasicAuth("BasicAuth"),
        "s.get(u, ⟨auth=(\n        u,  # a\n        p,  # b\n    )⟩)",
        "s.get(u, auth=BasicAuth(\n        u,  # a\n        p,  # b\n    ))",
    ),
    (DropKeyword(), "s.get(u, ⟨stream=True⟩)", "s.get(u)"),
    (DropKeyword(), "s.get(u, ⟨stream=True⟩, )", "s.get(u, )"),
    (DropKeyword(), "s.get(u, ⟨stream=True⟩, a=1)", "s.get(u, a=1)"),
    (DropKeyword(), "s.get(⟨stream=True⟩, url=u)", "s.get(url=u)"),
    (DropKeyword(), "s.get( ⟨stream=True⟩ )", "s.get()"),
    (
        DropKeyword(),
        "s.get(\n        u,\n        ⟨stream=True⟩,\n    )",
        "s.get(\n        u,\n    )",
    ),
    (
        DropKeyword(),
        "s.get(\n        u,  # a\n        ⟨stream=True⟩,\n        a=1,\n    )",
        "s.get(\n        u,  # a\n        a=1,\n    )",
    ),
]


@pytest.mark.parametrize(("change", "before", "after"), CHANGED)
def test_changed(change: Rewrite, before: str, after: str) -> None:
    assert fixed(in_coroutine(before), change) == in_coroutine(after)


UNCHANGED = [
    (RenameAttribute("status"), "⟨r.status_code⟩ = 1", Refusal.ASSIGNED),
    (WrapInStr(), "⟨r.url⟩ = 1", Refusal.ASSIGNED),
    (ReadBytes(), "x = await ⟨r.text(\n        # old pages\n        'latin-1')⟩", Refusal.COMMENT),
    (ReadBytes(), "x = await ⟨text()⟩", Refusal.NOT_FOUND),
    (DropEncode(), "x = ⟨(await r.text(\n        # why\n    )).encode()⟩", Refusal.COMMENT),
    (DropEncode(), "x = ⟨x.encode()⟩", Refusal.NOT_FOUND),
    (DropEncode(), "x = ⟨(await r.text()).encode()⟩.decode('unicode-escape')", Refusal.DECODED),
    (ReadBytes(), "x = (await ⟨r.text()⟩).encode('latin-1')", Refusal.ENCODED),
    (DropEncode(), "x = ⟨encode()⟩", Refusal.NOT_FOUND),
    (DropEncode(), "x = ⟨(await r.json()).encode()⟩", Refusal.NOT_FOUND),
    (DropEncode(), "x = ⟨x.decode()⟩", Refusal.NOT_FOUND),
    (DropKeyword(), "s.get(\n        u,  # why\n        ⟨stream=True⟩,\n    )", Refusal.COMMENT),
    (MakeBasicAuth("BasicAuth"), "s.get(u, ⟨auth=pair⟩)", Refusal.NOT_FOUND),
    (DropKeyword(), "s.get(⟨stream=  # why\n        True⟩)", Refusal.COMMENT),
    (ReplaceValue("1"), "x = ⟨[\n        True,  # why\n    ]⟩", Refusal.COMMENT),
    (DropKeyword(), "s.get(\n        ⟨stream=True⟩,  # why\n        a=1,\n    )", Refusal.COMMENT),
    (DropKeyword(), "s.get(u, ⟨stream=True⟩)  # noqa: AIO1", Refusal.NOQA),
]


@pytest.mark.parametrize(("change", "before", "reason"), UNCHANGED)
def test_unchanged(change: Rewrite, before: str, reason: Refusal) -> None:
    assert refusal(in_coroutine(before), change) is reason


def test_names_are_changed_outside_of_coroutines_too() -> None:
    assert fixed("x = ⟨r.url⟩ + ''\n", WrapInStr()) == "x = str(r.url) + ''\n"


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
    assert refusal(before, WrapInStr()) is Refusal.SHADOWED
