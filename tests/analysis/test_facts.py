"""What the facts of a file say of the trees of its functions, and where names may stand."""

from __future__ import annotations

import textwrap

import pytest

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.analysis.driver import services_of
from flake8_aiohttp.analysis.facts import holdings
from flake8_aiohttp.analysis.facts.identifiers import Identifiers
from flake8_aiohttp.analysis.machine.services import Services
from flake8_aiohttp.options import DEFAULT
from flake8_aiohttp.python.scopes import FileScopes
from flake8_aiohttp.python.source import Source


def facts(text: str) -> Services:
    return services_of(Source.parse(textwrap.dedent(text)), DEFAULT)


def named(services: Services, name: str) -> object:
    return next(function for function in services.facts.scopes.functions if function.name == name)


SAYING = """\
import name


@name
def decorated():
    pass


def outer():
    def inner():
        return name + renamed
    return ﬁt


value = "a name" + unnamed
"""


@pytest.mark.parametrize(
    ("word", "scopes"),
    [
        ("name", {"decorated", "inner", None}),
        ("renamed", {"inner"}),
        ("unnamed", {None}),
        ("fit", {"outer"}),
        ("nam", set()),
        ("missing", set()),
    ],
)
def test_where_a_name_may_stand(word: str, scopes: set[str | None]) -> None:
    source = Source.parse(SAYING)
    file_scopes = FileScopes(source.tree)
    identifiers = Identifiers(source, file_scopes.functions, file_scopes.imports.statements)
    assert {scope.name if scope else None for scope in identifiers.scopes_saying(word)} == scopes
    assert identifiers.says(word) is bool(scopes)


@pytest.mark.parametrize("comment", ["", "# \N{DEGREE SIGN}C"], ids=["ascii", "unicode"])
def test_which_of_many_names_may_stand_anywhere(comment: str) -> None:
    source = Source.parse(f"app.router.add_get('/png', zip(name)) {comment}\n")
    identifiers = Identifiers(source, (), ())
    assert identifiers.said_of(frozenset({"add_get", "png", "name", "add_post", "jpg"})) == {"add_get", "png", "name"}


CALLS = """
    import pytest


    def helper(): ...
    def alone(): alone()
    def get(): ...
    def uses():
        helper()
        known.get("x")


    class Api:
        def post(self): ...
        def put(self): ...


    async def send(api):
        api.put(1)
        result = await api.post()


    @pytest.fixture
    def make():
        def made(): ...
        return made


    def outer():
        def inner():
            inner()
        return inner
    """


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("helper", True),
        ("alone", False),
        ("get", False),
        ("post", True),
        ("put", False),
        ("made", True),
        ("inner", False),
        ("uses", False),
    ],
)
def test_who_has_callers(name: str, called: bool) -> None:  # noqa: FBT001  a column of the table
    services = facts(CALLS)
    assert services.facts.calls.has_callers(named(services, name)) is called


def test_a_call_that_was_followed_under_another_name_counts() -> None:
    services = facts(CALLS)
    services.facts.calls.followed.add(named(services, "uses"))
    assert services.facts.calls.has_callers(named(services, "uses"))


def test_what_is_compared_with_constants() -> None:
    services = facts(
        """
        def asks(kind, mode, state, other, reply):
            if kind == "text" or "raw" != mode or reply.form in ("a", "b") or other == kind or 1 < other < 2:
                pass
            match state:
                case 1:
                    pass
        """
    )
    function = named(services, "asks")
    told = [
        name for name in ("kind", "mode", "state", "form", "other") if services.facts.functions.compares(function, name)
    ]
    assert told == ["kind", "mode", "state", "form"]


KEPT = """
    class Kept:
        async def directly(self):
            return await self.page.text()

        async def by_name(self):
            found = self.answer
            if (other := self.reply):
                return await found.json(), other.content

        async def taken(self):
            first = await self.queue.get()
            for number, each in enumerate(self.pages):
                print(await each.text(), await first.read(), await self.row[0].text(), self.stack.pop().content)

        async def only_looked_at(self):
            print(self.idle.status, self.waiting[0].status)


    print(shelf[0].text)
    """


@pytest.mark.parametrize(
    ("name", "read", "taken"),
    [
        ("page", True, False),
        ("answer", True, False),
        ("reply", True, False),
        ("queue", False, True),
        ("pages", False, True),
        ("row", False, True),
        ("stack", False, True),
        ("shelf", False, True),
        ("idle", False, False),
        ("waiting", False, False),
    ],
)
def test_bodies_that_are_read_where_they_are_kept(name: str, read: bool, taken: bool) -> None:  # noqa: FBT001
    services = facts(KEPT)
    assert services.facts.retained.reads(name, None) is read
    assert services.facts.retained.takes_out(name) is taken


def test_what_somebody_reads_in_the_block_is_not_read_elsewhere() -> None:
    services = facts(
        """
        class Kept:
            def leave(self):
                self.page = page
                self.show()

            def show(self):
                print(self.page.text())

            def later(self):
                print(self.other.text())
        """
    )
    assert not services.facts.retained.reads("page", named(services, "leave"))
    assert services.facts.retained.reads("page", named(services, "later"))


INTENT = """\
import unittest.mock
import pytest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import BasicAuth

def test():
    with pytest.raises(ValueError):
        first()
    with unittest.mock.patch("aiohttp.ClientSession"):
        second()
    with unittest.mock.patch(target), unittest.mock.patch("os.path"), opened():
        third()
    try:
        fourth()
    except (AttributeError, KeyError):
        fifth()
    except TypeError:
        sixth()
    except aiohttp.ClientError:
        seventh()
"""


def test_where_mistakes_are_meant() -> None:
    intent = facts(INTENT).facts.intent
    lines = range(1, INTENT.count("\n") + 1)
    assert [line for line in lines if intent.is_expected(line)] == [9, 10, 11, 12]
    assert [line for line in lines if intent.is_fallback(line)] == [18, 20]
    assert [line for line in lines if intent.is_lookup(line)] == [16]
    assert intent.imported_for_checkers == {"BasicAuth"}


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("make(raise_for_status=True)", True),
        ('options = {"raise_for_status": True}', True),
        ('options["raise_for_status"] = True', True),
        ("@app.get(raise_for_status=True)\ndef f(): ...", False),
        ("response.raise_for_status()", False),
        ("# raise_for_status=True", False),
    ],
)
def test_keywords_that_are_given(text: str, given: bool) -> None:  # noqa: FBT001
    assert facts(text).facts.intent.checks_all is given


SESSION, RESPONSE, REQUEST = (holdings.BITS[kind] for kind in (Kind.SESSION, Kind.RESPONSE, Kind.REQUEST))


def test_what_is_handed_is_not_ones_own() -> None:
    given = holdings.as_handed(SESSION | holdings.suspended(RESPONSE))
    assert (holdings.own(given), holdings.handed(given)) == (0, SESSION | RESPONSE)
    assert holdings.handed_ready(given) == SESSION
    assert holdings.own_ready(holdings.as_own(given)) == SESSION
    assert holdings.awaited(holdings.as_own(given)) & RESPONSE


@pytest.mark.parametrize(
    ("holding", "name", "given", "acts"),
    [
        (SESSION, "get", REQUEST, True),
        (SESSION, "closed", holdings.MEMBER, False),
        (SESSION, "unheard_of", 0, True),
        (RESPONSE, "text", holdings.READING_TEXT, True),
        (RESPONSE, "json", holdings.READING_DATA, True),
        (RESPONSE, "content", holdings.BITS[Kind.STREAM], True),
        (holdings.BITS[Kind.SERVER_REQUEST], "transport", 0, False),
    ],
)
def test_what_attributes_give_and_do(holding: int, name: str, given: int, acts: bool) -> None:  # noqa: FBT001
    assert holdings.member(holding, name) & ~holding == given
    assert holdings.acts(holding, name) is acts


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("https://example.org/a.png", True),
        ("image/png", True),
        ("png", True),
        ("head", True),
        ("a.txt", False),
        ("a", False),
    ],
)
def test_texts_that_tell_of_binary_content(text: str, told: bool) -> None:  # noqa: FBT001
    assert bool(holdings.of_text(text)) is told


def test_a_set_is_read_by_people() -> None:
    assert holdings.kinds_in(SESSION | holdings.as_handed(RESPONSE) | holdings.TEXT) == ["session", "response", "text"]
