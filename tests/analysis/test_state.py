"""Worlds: what a binding makes them forget, and when they are one again."""

from __future__ import annotations

import ast

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.aiohttp_model.typestate import Body, Lease
from flake8_aiohttp.analysis.conditions import Condition, read_condition
from flake8_aiohttp.analysis.state import FEW_WORLDS, MOST_WORLDS, Typestate, World, join
from flake8_aiohttp.analysis.values import OPAQUE, Site, Text, Thing
from flake8_aiohttp.finding import Span

SITE = Site(Span(1, 0, 1, 9))
RESPONSE = Thing(Kind.RESPONSE, SITE)


def condition(test: str) -> Condition:
    """Read a test."""
    found = read_condition(ast.parse(test, mode="eval").body)
    assert found is not None
    return found


def world(*assumed: str, body: Body | None = Body.UNREAD, **places: str) -> World:
    """Make a world of one response, some texts and some conditions."""
    made = World({"response": RESPONSE, **{name: Text(text) for name, text in places.items()}})
    made.sites[SITE] = Typestate(body)
    for test in assumed:
        assert made.assume(condition(test))
    return made


def sessioned(number: int, *assumed: str, **places: str) -> World:
    """Make a world that holds a session of its own."""
    made = world(*assumed, **places)
    made.places["session"] = Thing(Kind.SESSION, Site(Span(number, 0, number, 9)))
    return made


def subjects(made: World) -> list[str]:
    """Give what a world's conditions are about."""
    return [each.subject for each in made.conditions]


def test_alike_worlds_become_one_and_keep_the_conditions_of_both() -> None:
    (joined,) = join([world("a", "b"), world("b", "c"), world("b")])
    assert subjects(joined) == ["b"]


def test_opposite_conditions_are_none() -> None:
    (joined,) = join([world("a == 1"), world("a != 1")])
    assert joined.conditions == ()


def test_worlds_that_differ_stay_apart() -> None:
    raising, strange, returning = world(), world(), world()
    raising.raising, strange.plain, returning.result = "ValueError", False, RESPONSE
    worlds = [world(), world(body=Body.CACHED), sessioned(1), raising, strange, returning]
    assert len(join(worlds)) == len(worlds)


def test_a_few_worlds_may_differ_in_plain_data() -> None:
    worlds = [world(name=str(number)) for number in range(FEW_WORLDS)]
    assert [each.places["name"] for each in join(worlds)] == [Text(str(number)) for number in range(FEW_WORLDS)]


def test_many_worlds_may_not() -> None:
    worlds = [world("a", f"b == {number}", name=str(number), same="s") for number in range(FEW_WORLDS + 1)]
    (joined,) = join(worlds)
    assert joined.places == {"response": RESPONSE, "same": Text("s")}
    assert joined.sites == {SITE: Typestate(Body.UNREAD)}
    assert subjects(joined) == ["a"]


def test_what_is_not_known_any_more_goes_on_hiding_a_global() -> None:
    worlds = [world(name=str(number), url=str(number)) for number in range(FEW_WORLDS + 1)]
    (joined,) = join(worlds, lambda place: place == "url")
    assert joined.places == {"response": RESPONSE, "url": OPAQUE}


def test_a_joined_world_is_nobody_elses() -> None:
    one, twin = world("a"), world("a")
    (joined,) = join([one, twin])
    joined.bind("response", None)
    assert one.places["response"] == twin.places["response"] == RESPONSE


def test_as_many_worlds_as_may_be_are_told_apart() -> None:
    assert len(join([sessioned(number) for number in range(MOST_WORLDS)])) == MOST_WORLDS


def test_too_many_worlds_forget_where_they_differ() -> None:
    worlds = [sessioned(number, "a", f"b == {number}", same="s") for number in range(MOST_WORLDS + 1)]
    worlds[0].plain, worlds[0].result = False, RESPONSE
    (blurred,) = join(worlds)
    assert blurred.places == {"response": RESPONSE, "same": Text("s")}
    assert blurred.sites == {SITE: Typestate(Body.UNREAD)}
    assert subjects(blurred) == ["a"]
    assert (blurred.plain, blurred.result) == (True, None)


def test_a_typestate_that_worlds_do_not_share_is_forgotten_among_many() -> None:
    worlds = [sessioned(number) for number in range(MOST_WORLDS + 1)]
    worlds[0].sites = {SITE: Typestate(Body.CACHED)}
    (blurred,) = join(worlds)
    assert blurred.sites == {}


def test_many_worlds_that_are_alike_are_not_too_many() -> None:
    worlds = [sessioned(number % 2, f"a == {number}") for number in range(3 * MOST_WORLDS)]
    assert sorted(each.places["session"].site.span.line for each in join(worlds)) == [0, 1]


def test_binding_a_name_drops_what_was_known_of_it() -> None:
    bound = world("response.status == 200", "response", "flag", "responses")
    bound.places.update({"response.content": OPAQUE, "response.a.b": OPAQUE, "responses": OPAQUE})
    bound.bind("response", Text("a"))
    assert subjects(bound) == ["flag", "responses"]
    assert bound.places == {"response": Text("a"), "responses": OPAQUE}


def test_binding_an_attribute_leaves_its_owner_alone() -> None:
    bound = world("self", "self.page", "self.page.ready")
    bound.bind("self.page", None)
    assert subjects(bound) == ["self"]


def test_an_unknown_value_hides_a_name_only_when_asked_to() -> None:
    bound = world(name="a", other="b")
    bound.bind("name", None)
    bound.bind("other", None, hides=True)
    assert "name" not in bound.places
    assert bound.places["other"] is OPAQUE


def test_a_world_that_contradicts_itself_is_impossible() -> None:
    known = world("response.status == 200")
    assert known.assume(condition("response.status < 400"))
    assert not known.assume(condition("response.status >= 400"))
    assert known.assume(condition("response.status == 200"))
    assert subjects(known).count("response.status") == 2


def test_a_copy_goes_its_own_way() -> None:
    first = world("a", name="a")
    second = first.copy()
    second.bind("name", None)
    second.sites.clear()
    assert second.assume(condition("b"))
    assert (first.places["name"], list(first.sites), subjects(first)) == (Text("a"), [SITE], ["a"])


def test_a_stream_comes_to_its_end_only_where_it_was_begun() -> None:
    for body, after in ((Body.TAPPED, Body.DRAINED), (Body.UNREAD, Body.UNREAD), (Body.CACHED, Body.CACHED)):
        read = world(body=body)
        read.turn_out(SITE, Body.DRAINED)
        assert read.sites[SITE].body is after


def test_what_is_given_back_stays_so() -> None:
    released = Typestate().ending(Lease.RELEASED, 3)
    assert released.ending(Lease.ORPHANED, 5) == released
    assert Typestate().ending(Lease.ORPHANED, 3).ending(Lease.EXITED, 5).lease is Lease.EXITED


def test_forgetting_a_value_forgets_the_sites_that_it_leads_to() -> None:
    known = world()
    known.forget(RESPONSE)
    assert known.sites == {}
