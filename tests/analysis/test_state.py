"""Worlds: what a binding makes them forget, and when they are one again."""

from __future__ import annotations

import ast

from flake8_aiohttp.aiohttp_model.objects import Kind
from flake8_aiohttp.aiohttp_model.typestate import Body, Lease
from flake8_aiohttp.analysis.domain.constraints import Condition, read_condition
from flake8_aiohttp.analysis.domain.limits import FEW_DISJUNCTS, MOST_DISJUNCTS
from flake8_aiohttp.analysis.domain.state import AbstractState, join, join_with_results
from flake8_aiohttp.analysis.domain.typestate import Typestate
from flake8_aiohttp.analysis.domain.values import NONE, SHADOWING, AbstractObject, Instance, Site, Text
from flake8_aiohttp.finding import Span
from flake8_aiohttp.python.definitions import Class

SITE = Site(Span(1, 0, 1, 9))
RESPONSE = AbstractObject(Kind.RESPONSE, SITE)


def condition(test: str) -> Condition:
    """Read a test."""
    found = read_condition(ast.parse(test, mode="eval").body)
    assert found is not None
    return found


def state(*assumed: str, body: Body | None = Body.UNREAD, **store: str) -> AbstractState:
    """Make a world of one response, some texts and some conditions."""
    made = AbstractState({"response": RESPONSE, **{name: Text(text) for name, text in store.items()}})
    made.sites[SITE] = Typestate(body)
    for test in assumed:
        assert made.assume(condition(test))
    return made


def sessioned(number: int, *assumed: str, **store: str) -> AbstractState:
    """Make a world that holds a session of its own."""
    made = state(*assumed, **store)
    made.store["session"] = AbstractObject(Kind.SESSION, Site(Span(number, 0, number, 9)))
    return made


def subjects(made: AbstractState) -> list[str]:
    """Give what a world's conditions are about."""
    return [each.subject for each in made.conditions]


def test_alike_worlds_become_one_and_keep_the_conditions_of_both() -> None:
    (joined,) = join([state("a", "b"), state("b", "c"), state("b")])
    assert subjects(joined) == ["b"]


def test_opposite_conditions_are_none() -> None:
    (joined,) = join([state("a == 1"), state("a != 1")])
    assert joined.conditions == ()


def test_worlds_that_differ_stay_apart() -> None:
    pending_exception, strange, returning = state(), state(), state()
    pending_exception.pending_exception, strange.explicit, returning.return_value = "ValueError", False, RESPONSE
    states = [state(), state(body=Body.CACHED), sessioned(1), pending_exception, strange, returning]
    assert len(join(states)) == len(states)


def test_a_few_worlds_may_differ_in_plain_data() -> None:
    states = [state(name=str(number)) for number in range(FEW_DISJUNCTS)]
    assert [each.store["name"] for each in join(states)] == [Text(str(number)) for number in range(FEW_DISJUNCTS)]


def test_many_worlds_may_not() -> None:
    states = [state("a", f"b == {number}", name=str(number), same="s") for number in range(FEW_DISJUNCTS + 1)]
    (joined,) = join(states)
    assert joined.store == {"response": RESPONSE, "same": Text("s")}
    assert joined.sites == {SITE: Typestate(Body.UNREAD)}
    assert subjects(joined) == ["a"]


def test_what_is_not_known_any_more_goes_on_hiding_a_global() -> None:
    states = [state(name=str(number), url=str(number)) for number in range(FEW_DISJUNCTS + 1)]
    (joined,) = join(states, lambda path: path == "url")
    assert joined.store == {"response": RESPONSE, "url": SHADOWING}


def test_a_joined_world_is_nobody_elses() -> None:
    one, twin = state("a"), state("a")
    (joined,) = join([one, twin])
    joined.bind("response", None)
    assert one.store["response"] == twin.store["response"] == RESPONSE


def test_as_many_worlds_as_may_be_are_told_apart() -> None:
    assert len(join([sessioned(number) for number in range(MOST_DISJUNCTS)])) == MOST_DISJUNCTS


def test_too_many_worlds_forget_where_they_differ() -> None:
    states = [sessioned(number, "a", f"b == {number}", same="s") for number in range(MOST_DISJUNCTS + 1)]
    states[0].explicit, states[0].return_value = False, RESPONSE
    (blurred,) = join(states)
    assert blurred.store == {"response": RESPONSE, "same": Text("s")}
    assert blurred.sites == {SITE: Typestate(Body.UNREAD)}
    assert subjects(blurred) == ["a"]
    assert (blurred.explicit, blurred.return_value) == (True, None)


def test_a_typestate_that_worlds_do_not_share_is_forgotten_among_many() -> None:
    states = [sessioned(number) for number in range(MOST_DISJUNCTS + 1)]
    states[0].sites = {SITE: Typestate(Body.CACHED)}
    (blurred,) = join(states)
    assert blurred.sites == {}


def test_many_worlds_that_are_alike_are_not_too_many() -> None:
    states = [sessioned(number % 2, f"a == {number}") for number in range(3 * MOST_DISJUNCTS)]
    assert sorted(each.store["session"].site.span.line for each in join(states)) == [0, 1]


def test_binding_a_name_drops_what_was_known_of_it() -> None:
    bound = state("response.status == 200", "response", "flag", "responses")
    bound.store.update({"response.content": SHADOWING, "response.a.b": SHADOWING, "responses": SHADOWING})
    bound.bind("response", Text("a"))
    assert subjects(bound) == ["flag", "responses"]
    assert bound.store == {"response": Text("a"), "responses": SHADOWING}


def test_binding_an_attribute_leaves_its_owner_alone() -> None:
    bound = state("self", "self.page", "self.page.ready")
    bound.bind("self.page", None)
    assert subjects(bound) == ["self"]


def test_an_unknown_value_hides_a_name_only_when_asked_to() -> None:
    bound = state(name="a", other="b")
    bound.bind("name", None)
    bound.bind("other", None, shadows=True)
    assert "name" not in bound.store
    assert bound.store["other"] is SHADOWING


def test_a_world_that_contradicts_itself_is_impossible() -> None:
    known = state("response.status == 200")
    assert known.assume(condition("response.status < 400"))
    assert not known.assume(condition("response.status >= 400"))
    assert known.assume(condition("response.status == 200"))
    assert subjects(known).count("response.status") == 2


def test_a_copy_goes_its_own_way() -> None:
    first = state("a", name="a")
    second = first.copy()
    second.bind("name", None)
    second.sites.clear()
    assert second.assume(condition("b"))
    assert (first.store["name"], list(first.sites), subjects(first)) == (Text("a"), [SITE], ["a"])


def test_a_stream_comes_to_its_end_only_where_it_was_begun() -> None:
    for body, after in ((Body.TAPPED, Body.DRAINED), (Body.UNREAD, Body.UNREAD), (Body.CACHED, Body.CACHED)):
        read = state(body=body)
        read.resolve_body(SITE, Body.DRAINED)
        assert read.sites[SITE].body is after


def test_what_is_given_back_stays_so() -> None:
    released = Typestate().ending(Lease.RELEASED, 3)
    assert released.ending(Lease.ORPHANED, 5) == released
    assert Typestate().ending(Lease.ORPHANED, 3).ending(Lease.EXITED, 5).lease is Lease.EXITED


def test_forgetting_a_value_forgets_the_sites_that_it_leads_to() -> None:
    known = state()
    known.havoc(RESPONSE)
    assert known.sites == {}


def test_ends_that_differ_in_plain_data_are_one_where_asked_for() -> None:
    ends = [state(), state(name="a"), state()]
    for end, result in zip(ends, (NONE, Text("a"), NONE), strict=True):
        end.return_value = result
    (joined,) = join_with_results(ends)
    assert joined.return_value is None
    assert "name" not in joined.store
    assert [end.return_value for end in ends] == [NONE, Text("a"), NONE]


def test_ends_that_differ_in_more_than_data_stay_apart() -> None:
    read, given_back = state(body=Body.CACHED), state()
    given_back.return_value = RESPONSE
    assert len(join_with_results([state(), read, given_back])) == 3


def test_of_many_worlds_an_object_that_was_made_is_one_that_was_given() -> None:
    (node,) = ast.parse("class Box: ...").body
    assert isinstance(node, ast.ClassDef)
    box = Class(node)
    many = [state(note=str(number)) for number in range(FEW_DISJUNCTS + 1)]
    for number, each in enumerate(many):
        each.store["box"] = Instance(box, made=bool(number % 2))
    (joined,) = join(many)
    assert joined.store["box"] == Instance(box)
    assert joined.sites == many[0].sites
