"""Statements that move into a block, and blocks that open around them."""

from __future__ import annotations

import textwrap

import pytest

from flake8_aiohttp.fixing.refusal import Refusal
from flake8_aiohttp.rewrite import EnterBlock, MoveIntoBlock, ReadFirst
from tests.fixing.brackets import fixed, refusal


def text(program: str) -> str:
    return textwrap.dedent(program).lstrip("\n")


MOVED = {
    "right behind": (
        """
        async def f(session, url):
            async with session.get(url) as r:
                status = r.status
            body = await ⟨r.text()⟩
            return status, body
        """,
        """
        async def f(session, url):
            async with session.get(url) as r:
                status = r.status
                body = await r.text()
            return status, body
        """,
        2,
    ),
    "with comments and blank lines": (
        """
        class A:
            class B:
                async def f(self, url):
                    async with self.session.get(url) as r:
                        status = r.status
                        # that is all

                    # now the body
                    return await ⟨r.json(
                        # no matter what it says
                        content_type=None,
                    )⟩  # done
        """,
        """
        class A:
            class B:
                async def f(self, url):
                    async with self.session.get(url) as r:
                        status = r.status
                        # that is all
                        # now the body
                        return await r.json(
                            # no matter what it says
                            content_type=None,
                        )  # done
        """,
        4,
    ),
    "out of two blocks": (
        """
        async def f(url):
        \tasync with ClientSession() as session:
        \t\tasync with session.get(url) as r:
        \t\t\tpass
        \treturn await ⟨r.text()⟩
        """,
        """
        async def f(url):
        \tasync with ClientSession() as session:
        \t\tasync with session.get(url) as r:
        \t\t\treturn await r.text()
        """,
        3,
    ),
    "a loop over the body": (
        """
        async def f(session, url):
            async with session.get(url) as r:
                r.raise_for_status()
            for row in await ⟨r.json()⟩:
                print(row, '''
        as it is''')
            print()
        """,
        """
        async def f(session, url):
            async with session.get(url) as r:
                r.raise_for_status()
                for row in await r.json():
                    print(row, '''
        as it is''')
            print()
        """,
        2,
    ),
}


@pytest.mark.parametrize(("before", "after", "line"), MOVED.values(), ids=MOVED)
def test_statement_moves_into_the_block(before: str, after: str, line: int) -> None:
    assert fixed(text(before), MoveIntoBlock(line)) == text(after)


NOT_MOVED = {
    "something stands between": (
        """
        async def f(session, url):
            async with session.get(url) as r:
                pass
            print()
            return await ⟨r.text()⟩
        """,
        Refusal.NOT_ADJACENT,
    ),
    "another block stands between": (
        """
        async def f(session, url):
            async with session.get(url) as r:
                pass
            async with session.get(url) as other:
                pass
            return await ⟨r.text()⟩
        """,
        Refusal.NOT_ADJACENT,
    ),
    "the first statement": ("async def f(r):\n    return await ⟨r.text()⟩\n", Refusal.NOT_ADJACENT),
    "the block returns": (
        """
        async def f(session, url):
            async with session.get(url) as r:
                return r.status
            return await ⟨r.text()⟩
        """,
        Refusal.BLOCK_LEAVES,
    ),
    "in a nested function": (
        """
        async def f(session, url):
            async with session.get(url) as r:
                pass
            async def g():
                return await ⟨r.text()⟩
        """,
        Refusal.NOT_ADJACENT,
    ),
    "the block is one line": (
        """
        async def f(session, url):
            async with session.get(url) as r: pass
            return await ⟨r.text()⟩
        """,
        Refusal.ONE_LINER,
    ),
    "a noqa in the block": (
        """
        async def f(session, url):
            async with session.get(url) as r:  # noqa
                pass
            return await ⟨r.text()⟩
        """,
        Refusal.NOQA,
    ),
}


@pytest.mark.parametrize(("before", "reason"), NOT_MOVED.values(), ids=NOT_MOVED)
def test_statement_stays(before: str, reason: Refusal) -> None:
    assert refusal(text(before), MoveIntoBlock(2)) is reason


ENTERED = {
    "what uses it is indented": (
        """
        async def f(session, url):
            # the front page
            r = await ⟨session.get(
                url,
            )⟩  # why

            if r.status == 200:
                x = '''
        as it is'''
                # so far
            log(r.url,
                x)
            # end
            return x
        """,
        """
        async def f(session, url):
            # the front page
            async with session.get(
                url,
            ) as r:  # why
                if r.status == 200:
                    x = '''
        as it is'''
                    # so far
                log(r.url,
                    x)
            # end
            return x
        """,
    ),
    "nothing uses it": (
        """
        class A:
          class B:
            async def f(self, url):
              await ⟨self.session.post(url)⟩
              return 1
        """,
        """
        class A:
          class B:
            async def f(self, url):
              async with self.session.post(url):
                pass
              return 1
        """,
    ),
    "a session on several lines, and what it gives": (
        """
        async def f(url):
            session = ⟨aiohttp.ClientSession(
                trust_env=True,
            )⟩
            get = session.get
            async with get(url) as r:
                print(r.status)
            return None
        """,
        """
        async def f(url):
            async with aiohttp.ClientSession(
                trust_env=True,
            ) as session:
                get = session.get
                async with get(url) as r:
                    print(r.status)
            return None
        """,
    ),
    "a session": (
        """
        async def f(url):
        \tsession = ⟨aiohttp.ClientSession()⟩
        \treturn await session.get(url, session=1)
        """,
        """
        async def f(url):
        \tasync with aiohttp.ClientSession() as session:
        \t\treturn await session.get(url, session=1)
        """,
    ),
    "the call needs its parentheses": (
        """
        async def f(session, url):
            (r) = (
                await ⟨session
                .get(url)⟩
            )
            print(r)
        """,
        """
        async def f(session, url):
            async with (
                session
                .get(url)
            ) as r:
                print(r)
        """,
    ),
    "in a branch": (
        """
        async def f(session, url):
            if url:
                r = await ⟨session.get(url)⟩
                print([x for x in r.headers], a.r)
            print()
        """,
        """
        async def f(session, url):
            if url:
                async with session.get(url) as r:
                    print([x for x in r.headers], a.r)
            print()
        """,
    ),
    "down to the last use of a socket": (
        """
        async def f(url):
            reply = None
            s = ⟨ClientSession()⟩
            ws = await s.ws_connect(url)
            reply = await ws.receive()
            print(reply)
            print(url)
        """,
        """
        async def f(url):
            reply = None
            async with ClientSession() as s:
                ws = await s.ws_connect(url)
                reply = await ws.receive()
                print(reply)
            print(url)
        """,
    ),
    "not down to the last use of a body": (
        """
        async def f(url):
            s = ⟨ClientSession()⟩
            r = await s.get(url)
            rows, kind = (await r.json())["rows"], None
            ids = (await r.json())["ids"].keys()
            status = r.status
            print(ids, status)
        """,
        """
        async def f(url):
            async with ClientSession() as s:
                r = await s.get(url)
                rows, kind = (await r.json())["rows"], None
                ids = (await r.json())["ids"].keys()
                status = r.status
            print(ids, status)
        """,
    ),
}


@pytest.mark.parametrize(("before", "after"), ENTERED.values(), ids=ENTERED)
def test_block_is_opened(before: str, after: str) -> None:
    assert fixed(text(before), EnterBlock()) == text(after)


NOT_ENTERED = {
    "what it gave is used after its suite": (
        """
        async def f(url):
            if url:
                s = ⟨ClientSession()⟩
                ws = await s.ws_connect(url)
            return await ws.receive()
        """,
        Refusal.USED_ELSEWHERE,
    ),
    "what it gave is used in a nested function": (
        """
        async def f(url):
            s = ⟨ClientSession()⟩
            get = s.get
            return lambda: get(url)
        """,
        Refusal.IN_NESTED_FUNCTION,
    ),
    "used after its suite": (
        """
        async def f(session, url):
            if url:
                r = await ⟨session.get(url)⟩
            return r.status
        """,
        Refusal.USED_ELSEWHERE,
    ),
    "bound before": (
        """
        async def f(session, url):
            r = None
            r = await ⟨session.get(url)⟩
            return r.status
        """,
        Refusal.USED_ELSEWHERE,
    ),
    "global": (
        """
        async def f(session, url):
            global r
            r = await ⟨session.get(url)⟩
        """,
        Refusal.USED_ELSEWHERE,
    ),
    "bound again": (
        """
        async def f(session, url):
            r = await ⟨session.get(url)⟩
            (a, [r, *b]) = r.status, [1]
        """,
        Refusal.REBOUND,
    ),
    "deleted": (
        """
        async def f(session, url):
            r = await ⟨session.get(url)⟩
            del r
        """,
        Refusal.REBOUND,
    ),
    "bound by a loop": (
        """
        async def f(session, url):
            r = await ⟨session.get(url)⟩
            for r in r.history: pass
        """,
        Refusal.REBOUND,
    ),
    "used in a lambda": (
        """
        async def f(session, url):
            r = await ⟨session.get(url)⟩
            return later(lambda: r.status)
        """,
        Refusal.IN_NESTED_FUNCTION,
    ),
    "used in a nested function": (
        """
        async def f(session, url):
            r = await ⟨session.get(url)⟩
            def g(): return r.status
        """,
        Refusal.IN_NESTED_FUNCTION,
    ),
    "a comment in its parentheses": (
        "async def f(s):\n    a = (  # why\n        await ⟨s.get()⟩)\n",
        Refusal.COMMENT,
    ),
    "an attribute": ("async def f(self):\n    self.r = await ⟨self.s.get()⟩\n", Refusal.NOT_A_SIMPLE_NAME),
    "two names": ("async def f(s):\n    a = b = await ⟨s.get()⟩\n", Refusal.NOT_A_SIMPLE_NAME),
    "a part of it": ("async def f(s):\n    a = (await ⟨s.get()⟩).status\n", Refusal.NOT_A_SIMPLE_NAME),
    "two statements": ("async def f(s):\n    a = await ⟨s.get()⟩; print(a)\n", Refusal.NOT_A_SIMPLE_NAME),
    "one line": ("async def f(s):\n    if s: a = await ⟨s.get()⟩\n", Refusal.ONE_LINER),
    "no coroutine": ("def f(s):\n    a = ⟨ClientSession()⟩\n", Refusal.NOT_ASYNC),
}


@pytest.mark.parametrize(("before", "reason"), NOT_ENTERED.values(), ids=NOT_ENTERED)
def test_block_is_not_opened(before: str, reason: Refusal) -> None:
    assert refusal(text(before), EnterBlock()) is reason


def test_body_is_read_first() -> None:
    before = """
        async def f(self, url):
            async with self.session.get(url) as r:
                # cached

                if r.ok:
                    return ⟨r⟩
    """
    after = """
        async def f(self, url):
            async with self.session.get(url) as r:
                # cached

                if r.ok:
                    await r.read()
                    return r
    """
    assert fixed(text(before), ReadFirst("r")) == text(after)


@pytest.mark.parametrize("name", ["r.content", "r.content.iter_any()", "[r]", "{'a': …}", ""])
def test_what_is_no_response_is_not_read_first(name: str) -> None:
    before = "async def f(s):\n    async with s.get() as r:\n        return ⟨r⟩\n"
    assert refusal(before, ReadFirst(name)) is Refusal.NOT_A_SIMPLE_NAME
    assert fixed(before, ReadFirst("self.r_1")) == text(
        """
        async def f(s):
            async with s.get() as r:
                await self.r_1.read()
                return r
        """
    )


def test_what_is_stored_is_read_first_by_the_name_it_had() -> None:
    before = "async def f(self):\n    async with g() as r:\n        ⟨self.last⟩ = {}\n"
    after = "async def f(self):\n    async with g() as r:\n        await r.read()\n        self.last = r\n"
    assert fixed(before.format("r"), ReadFirst("self.last")) == after
    in_parentheses = fixed(before.format("( r)"), ReadFirst("self.last"))
    assert in_parentheses == after.replace("last = r", "last = ( r)")
    assert refusal(before.format("(r, 1)"), ReadFirst("self.last")) is Refusal.NOT_A_SIMPLE_NAME


def test_body_is_not_read_first_on_one_line() -> None:
    before = "async def f(s):\n    async with s.get() as r: return ⟨r⟩\n"
    assert refusal(before, ReadFirst("r")) is Refusal.ONE_LINER
