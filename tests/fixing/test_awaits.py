"""`await` and `async`: put in with parentheses exactly where precedence needs them, taken out with them."""

from __future__ import annotations

import ast

import pytest

from flake8_aiohttp.fixing.refusal import Refusal
from flake8_aiohttp.rewrite import (
    AwaitRead,
    CallAndAwait,
    CallGetEncoding,
    DropAwait,
    InsertAwait,
    MakeAsync,
    ReturnAwait,
    Rewrite,
)
from tests.fixing.brackets import CLOSE, OPEN, fixed, in_coroutine, refusal

AWAITED = [
    # as it stands
    ("x = ⟨r.text()⟩", "x = await r.text()"),
    ("⟨r.read()⟩", "await r.read()"),
    ("print(⟨r.text()⟩, end=⟨r.text()⟩)", "print(await r.text(), end=await r.text())"),
    ("print(*⟨r.json()⟩, **⟨r.json()⟩)", "print(*await r.json(), **await r.json())"),
    ("x = [*⟨r.json()⟩, {**⟨r.json()⟩}]", "x = [*await r.json(), {**await r.json()}]"),
    ("x = a[⟨r.json()⟩:⟨r.json()⟩]", "x = a[await r.json():await r.json()]"),
    ("x = not ⟨r.text()⟩", "x = not await r.text()"),
    ("x = -⟨r.json()⟩ ** ⟨r.json()⟩", "x = -await r.json() ** await r.json()"),
    ("x = 'a' + ⟨r.text()⟩ + 'b'", "x = 'a' + await r.text() + 'b'"),
    ("x = 'a' in ⟨r.text()⟩ != ⟨r.text()⟩", "x = 'a' in await r.text() != await r.text()"),
    (
        "x = ⟨r.json()⟩ if ⟨r.text()⟩ else ⟨r.read()⟩",
        "x = await r.json() if await r.text() else await r.read()",
    ),
    ("if (x := ⟨r.json()⟩) and x: pass", "if (x := await r.json()) and x: pass"),
    ("while x := ⟨r.content.read(9)⟩: pass", "while x := await r.content.read(9): pass"),
    ("for x in ⟨r.json()⟩: pass", "for x in await r.json(): pass"),
    ("x = [y for y in ⟨r.json()⟩ if ⟨r.text()⟩]", "x = [y for y in await r.json() if await r.text()]"),
    ("x = (y for y in ⟨r.json()⟩)", "x = (y for y in await r.json())"),
    ("x, *y = ⟨r.json()⟩", "x, *y = await r.json()"),
    ("assert ⟨r.text()⟩, ⟨r.text()⟩", "assert await r.text(), await r.text()"),
    ("yield ⟨r.text()⟩", "yield await r.text()"),
    ("with open(⟨r.text()⟩) as fh: pass", "with open(await r.text()) as fh: pass"),
    ("del x[⟨r.json()⟩]", "del x[await r.json()]"),
    # f-strings
    ("x = f'{⟨r.text()⟩}'", "x = f'{await r.text()}'"),
    ("x = f'{⟨r.text()⟩!r:>{⟨r.json()⟩}}'", "x = f'{await r.text()!r:>{await r.json()}}'"),
    ("x = f'ä{⟨r.json()⟩[0]}'", "x = f'ä{(await r.json())[0]}'"),
    ('x = f"""a\n  {⟨r.text()⟩}"""', 'x = f"""a\n  {await r.text()}"""'),
    # parentheses
    ("x = ⟨r.json()⟩['a']['b']", "x = (await r.json())['a']['b']"),
    ("x = ⟨r.text()⟩.strip()", "x = (await r.text()).strip()"),
    ("x = ⟨r.json()⟩()", "x = (await r.json())()"),
    ("⟨r.json()⟩['a'] = 1", "(await r.json())['a'] = 1"),
    ("x = (⟨r.text()⟩).strip()", "x = (await r.text()).strip()"),
    ("x = (⟨r.text()⟩)", "x = (await r.text())"),
    ("x = ⟨r.json( # why\n    )⟩['a']", "x = (await r.json( # why\n    ))['a']"),
    ("x = (⟨r  # why\n    .text()⟩)", "x = (await r  # why\n    .text())"),
    ("return(⟨(r).text()⟩)", "return(await (r).text())"),
    # an await that binds too late
    ("x = await ⟨r.json()⟩['a']", "x = (await r.json())['a']"),
    ("x = await ⟨r.text()⟩.strip().lower()", "x = (await r.text()).strip().lower()"),
    ("x = (await ⟨r.json()⟩['a']).get('b')", "x = (await r.json())['a'].get('b')"),
    ("x = await (⟨r.json()⟩['a'])", "x = (await r.json())['a']"),
    # an await of another coroutine stays
    ("x = await ⟨session.get(url)⟩.json()", "x = await (await session.get(url)).json()"),
    ("x = (await ⟨session.get(url)⟩.json())['a']", "x = (await (await session.get(url)).json())['a']"),
    ("x = await ⟨session.get(url)⟩.status", "x = (await session.get(url)).status"),
    ("x = await f(⟨r.text()⟩)", "x = await f(await r.text())"),
    # the scope of defaults, decorators and bases is that around the function
    ("def g(x, y=⟨r.text()⟩): pass", "def g(x, y=await r.text()): pass"),
    ("g = lambda x=⟨r.text()⟩: x", "g = lambda x=await r.text(): x"),
    ("@⟨r.json()⟩['a']\n    def g(): pass", "@(await r.json())['a']\n    def g(): pass"),
    ("class A(⟨r.json()⟩): pass", "class A(await r.json()): pass"),
]


@pytest.mark.parametrize(("before", "after"), AWAITED)
def test_await_is_put_in(before: str, after: str) -> None:
    text = fixed(in_coroutine(before), InsertAwait())
    assert text == in_coroutine(after)
    compile(text, "fixed", "exec")


NOT_AWAITED = [
    ("def g(r):\n    return ⟨r.text()⟩\n", Refusal.NOT_ASYNC),
    ("x = ⟨r.text()⟩\n", Refusal.NOT_ASYNC),
    ("async def g(r):\n    class A:\n        x = ⟨r.text()⟩\n", Refusal.NOT_ASYNC),
    ("async def g(r):\n    def h():\n        return ⟨r.text()⟩\n", Refusal.NOT_ASYNC),
    ("async def g(r):\n    return lambda: ⟨r.text()⟩\n", Refusal.LAMBDA),
    ("async def g(rs):\n    return (⟨r.text()⟩ for r in rs)\n", Refusal.GENERATOR),
    ("async def g(rs):\n    return all(⟨r.text()⟩ for r in rs)\n", Refusal.GENERATOR),
    ("async def g(rs):\n    return (r for r in rs if ⟨r.text()⟩)\n", Refusal.GENERATOR),
    ("async def g(rs):\n    return (x for r in rs for x in ⟨r.json()⟩)\n", Refusal.GENERATOR),
    ("async def g(rs):\n    return ([⟨r.json()⟩] for r in rs)\n", Refusal.GENERATOR),
    ("async def g(r):\n    def h(x: ⟨r.json()⟩): pass\n", Refusal.ANNOTATION),
    ("async def g(r):\n    def h() -> ⟨r.json()⟩: pass\n", Refusal.ANNOTATION),
    ("async def g(r):\n    return await ⟨r.text()⟩\n", Refusal.NOT_FOUND),
    ("async def g(r):\n    return asyncio.create_task(⟨r.text()⟩)\n", Refusal.SCHEDULED),
    ("async def g(r):\n    return await gather(r.read(), *[x, ⟨r.text()⟩])\n", Refusal.SCHEDULED),
    ("async def g(rs):\n    return await gather(*[⟨r.text()⟩ for r in rs])\n", Refusal.SCHEDULED),
    ("async def g(r):\n    return ⟨r.text⟩()\n", Refusal.NOT_FOUND),
    ("async def g(r):\n    return ⟨r⟩.text()\n", Refusal.NOT_FOUND),
    ("async def g(r):\n    return⟨(r).text()⟩\n", Refusal.NO_ROOM),
    ("async def g(r):\n    return ⟨r.text()⟩  # noqa\n", Refusal.NOQA),
    ("async def g(r):\n    return ⟨r.text()⟩  # NoQA : AIO101\n", Refusal.NOQA),
    ("async def g(r):\n    return ⟨r.text(\n    )⟩  # noqa: E501, AIO101\n", Refusal.NOQA),
    ("async def g(r):\n    return ⟨r.text(  # noqa:AIO\n    )⟩\n", Refusal.NOQA),
]


@pytest.mark.parametrize(("before", "reason"), NOT_AWAITED)
def test_await_is_not_put_in(before: str, reason: Refusal) -> None:
    assert refusal(before, InsertAwait()) is reason


@pytest.mark.parametrize("noqa", ["# noqa: E501", "# noqa:E501,W291", "#noqa: B008", "# noqa: AIO401,E501"])
def test_a_noqa_about_something_else_does_not_matter(noqa: str) -> None:
    assert fixed(in_coroutine(f"x = ⟨r.text()⟩  {noqa}"), InsertAwait()) == in_coroutine(f"x = await r.text()  {noqa}")


CALLED = [
    ("print(⟨r.text⟩, await ⟨r.text⟩)", "print(await r.text(), await r.text())"),
    ("x = await (⟨r.text⟩)", "x = await (r.text())"),
    ("x = ⟨r.json⟩['a']", "x = (await r.json())['a']"),
    ("x = await ⟨r.json⟩['a']", "x = (await r.json())['a']"),
    ("x = ⟨r.text⟩.strip()", "x = (await r.text()).strip()"),
    ("x = 'a' in ⟨r.text⟩ or not ⟨r.text⟩", "x = 'a' in await r.text() or not await r.text()"),
    ("x = f'{⟨r.text⟩}'", "x = f'{await r.text()}'"),
    ("x = ⟨self.r  . text⟩", "x = await self.r  . text()"),
]


@pytest.mark.parametrize(("before", "after"), CALLED)
def test_method_is_called_and_awaited(before: str, after: str) -> None:
    assert fixed(in_coroutine(before), CallAndAwait()) == in_coroutine(after)


@pytest.mark.parametrize("before", ["⟨r.text⟩ = 1", "del ⟨r.text⟩", "⟨r.text⟩ += 'a'", "⟨r.text⟩: str = 'a'"])
@pytest.mark.parametrize("change", [CallAndAwait(), AwaitRead(), CallGetEncoding()])
def test_what_is_assigned_to_stays(before: str, change: Rewrite) -> None:
    assert refusal(in_coroutine(before), change) is Refusal.ASSIGNED


def test_content_is_read() -> None:
    before = in_coroutine("x = ⟨r.content⟩.decode() + b'a' in ⟨r.content⟩, await ⟨r.content⟩")
    after = in_coroutine("x = (await r.read()).decode() + b'a' in await r.read(), await r.read()")
    assert fixed(before, AwaitRead()) == after


def test_returned_coroutine_is_awaited() -> None:
    assert fixed(in_coroutine("return ⟨r.text()⟩"), ReturnAwait()) == in_coroutine("return await r.text()")


NOT_NEEDED = [
    ("x = ⟨await r.status⟩", "x = r.status"),
    ("⟨await r.close()⟩", "r.close()"),
    ("x = f'{⟨await r.content_type⟩}'", "x = f'{r.content_type}'"),
    (
        "async with ⟨await aiohttp.request('GET', url)⟩ as r: pass",
        "async with aiohttp.request('GET', url) as r: pass",
    ),
    # parentheses that only the await needed
    ("x = (⟨await r.headers⟩)['a']", "x = r.headers['a']"),
    ("x = ⟨await (await r.text())⟩", "x = await r.text()"),
    ("x = (⟨await (await r.text())⟩).strip()", "x = (await r.text()).strip()"),
    ("x = await (⟨await r.text()⟩)", "x = await r.text()"),
    ("x = ⟨await(r.status)⟩", "x = r.status"),
    # and others
    ("x = (⟨await r.status⟩)", "x = (r.status)"),
    ("x = ⟨await (r.status or 1)⟩", "x = (r.status or 1)"),
    ("x = (⟨await r\n        .headers⟩)['a']", "x = (r\n        .headers)['a']"),
    ("x = ⟨await (\n        r.status)⟩", "x = (\n        r.status)"),
    ("x = (y for y in ⟨await r.headers⟩)", "x = (y for y in r.headers)"),
]


@pytest.mark.parametrize(("before", "after"), NOT_NEEDED)
def test_needless_await_goes(before: str, after: str) -> None:
    text = fixed(in_coroutine(before), DropAwait())
    assert text == in_coroutine(after)
    compile(text, "fixed", "exec")


def test_comment_after_an_await_that_would_go_stays() -> None:
    before = in_coroutine("x = (⟨await  # why", "    r.status⟩)")
    assert refusal(before, DropAwait()) is Refusal.COMMENT
    before = in_coroutine("x = (await  # why", "    ⟨r.json()⟩['a'])")
    assert refusal(before, InsertAwait()) is Refusal.COMMENT


MADE_ASYNC = [
    ("with ⟨session.get(url)⟩ as r: pass", "async with session.get(url) as r: pass"),
    ("with ⟨await session.get(url)⟩ as r: pass", "async with await session.get(url) as r: pass"),
    (
        "with ⟨A()⟩ as s, ⟨s.get(url)⟩ as r:  # two\n        pass",
        "async with A() as s, s.get(url) as r:  # two\n        pass",
    ),
    (
        "with (⟨A()⟩ as s,\n          ⟨s.get(url)⟩ as r): pass",
        "async with (A() as s,\n          s.get(url) as r): pass",
    ),
    ("for x in ⟨r.content⟩: pass\n    else: pass", "async for x in r.content: pass\n    else: pass"),
    ("x = [y for y in ⟨r.content⟩ if y]", "x = [y async for y in r.content if y]"),
    ("x = {y: 1 for r in rs for y in ⟨r.content⟩}", "x = {y: 1 for r in rs async for y in r.content}"),
    ("x = {y for y in ⟨r.content.iter_any()⟩}", "x = {y async for y in r.content.iter_any()}"),
]


@pytest.mark.parametrize(("before", "after"), MADE_ASYNC)
def test_made_async(before: str, after: str) -> None:
    text = fixed(in_coroutine(before), MakeAsync())
    assert text == in_coroutine(after)
    compile(text, "fixed", "exec")


NOT_MADE_ASYNC = [
    ("def f():\n    with ⟨s.get(u)⟩ as r: pass\n", Refusal.NOT_ASYNC),
    ("with ⟨s.get(u)⟩ as r: pass\n", Refusal.NOT_ASYNC),
    ("def f():\n    return [x for x in ⟨r.content⟩]\n", Refusal.NOT_ASYNC),
    ("async def f():\n    return lambda: [x for x in ⟨r.content⟩]\n", Refusal.LAMBDA),
    ("async def f():\n    return list(x for x in ⟨r.content⟩)\n", Refusal.GENERATOR),
    ("async def f():\n    return (x for r in rs for x in ⟨r.content⟩)\n", Refusal.GENERATOR),
    ("async def f():\n    with open(p) as fh, ⟨s.get(u)⟩ as r: pass\n", Refusal.MIXED_ITEMS),
    ("async def f():\n    for i, x in enumerate(⟨r.content⟩): pass\n", Refusal.NOT_FOUND),
    ("async def f():\n    with ⟨s⟩.get(u): pass\n", Refusal.NOT_FOUND),
    ("async def f():\n    with ⟨s.get(u)⟩:  # noqa: AIO\n        pass\n", Refusal.NOQA),
]


@pytest.mark.parametrize(("before", "reason"), NOT_MADE_ASYNC)
def test_not_made_async(before: str, reason: Refusal) -> None:
    assert refusal(before, MakeAsync()) is reason


SHAPES = """
[X] | (X, 1) | X[0] | X.a | X(1) | a[X] | X + 1 | 1 ** X | X ** 1 | -X | not X | X or 1 | 1 < X < 2
X if X else X | lambda x=X: x | (x := X) | f'{X}' | *X, | a(*X, **X) | {**X, X: X} | [x for x in X if X]
a[X:X] | X is None | ~X & 1
"""


@pytest.mark.parametrize("shape", [each.strip() for each in SHAPES.replace("\n", "|").split("|") if each.strip()])
def test_what_stands_around_the_call_means_what_it_meant(shape: str) -> None:
    before = in_coroutine("return " + shape.replace("X", f"{OPEN}_(){CLOSE}"))
    expected = in_coroutine("return " + shape.replace("X", "(await _())"))
    assert ast.dump(ast.parse(fixed(before, InsertAwait()))) == ast.dump(ast.parse(expected))
