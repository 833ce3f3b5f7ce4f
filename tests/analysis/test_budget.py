"""The budget: what is counted, when it is short, and that nothing is said of what was not run to its end."""

from __future__ import annotations

import pytest

from flake8_aiohttp.analysis import driver
from flake8_aiohttp.analysis.domain import limits
from flake8_aiohttp.analysis.machine import budget
from flake8_aiohttp.analysis.machine.budget import Budget, BudgetExceeded
from flake8_aiohttp.analysis.machine.services import Memory
from flake8_aiohttp.check import check
from tests.bench.programs import HEAD

KEPT = f"""{HEAD}async def ask(session: aiohttp.ClientSession, url, flags):
    body = await start(session, url)
    for flag in flags:
        while flag:
            print(flag, url, session)
    return await body


async def start(session: aiohttp.ClientSession, url):
    response = await session.get(url)
    return read(response)


def read(response: aiohttp.ClientResponse):
    body = response.text()
    return body
"""


def test_a_function_has_work_of_its_own_and_the_file_an_end() -> None:
    file = Budget(lambda: 0)
    file.begin()
    file.spend(limits.WORK_A_FUNCTION)
    with pytest.raises(BudgetExceeded):
        file.spend()
    assert not file.is_short
    while not file.is_short:
        file.begin()
        file.spend(limits.WORK_A_FUNCTION)
    file.begin()
    file.spend(limits.WORK_A_FILE - file.spent)
    with pytest.raises(BudgetExceeded):
        file.spend()


def test_each_node_that_is_met_gives_more_work() -> None:
    met = [0]
    file = Budget(lambda: met[0])
    file.begin()
    met[0] = 1_000
    file.spend(limits.WORK_A_FUNCTION + 1_000 * limits.WORK_A_NODE)
    with pytest.raises(BudgetExceeded):
        file.spend()
    file.begin()
    assert file.left == limits.WORK_A_FUNCTION


def test_neither_comments_nor_layout_give_more(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Budget] = []
    monkeypatch.setattr(driver, "Budget", lambda met: made.append(Budget(met)) or made[-1])
    for text in (KEPT, f"{KEPT}# {'a comment ' * 1_000}\n", KEPT.replace("\n    ", "\n\n    #\n    ")):
        check(text)
    assert len({(file.spent, file.left) for file in made}) == 1
    assert made[0].spent > 0


@pytest.mark.parametrize("work", [*range(0, 60, 3), *range(60, 300, 20)])
def test_of_what_was_not_run_to_its_end_nothing_is_said(monkeypatch: pytest.MonkeyPatch, work: int) -> None:
    """Wherever the work ends, the coroutine that nobody has awaited by then is not said to be lost."""
    monkeypatch.setattr(budget, "WORK_A_NODE", 0)
    monkeypatch.setattr(budget, "WORK_A_FUNCTION", work)
    assert check(KEPT) == []


def test_a_mistake_is_found_with_work_enough_and_passed_over_without(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = f"{HEAD}async def ask(session: aiohttp.ClientSession, url):\n    print((await session.get(url)).text())\n"
    assert [finding.code for finding in check(wrong)] == ["AIO101"]
    monkeypatch.setattr(budget, "WORK_A_NODE", 0)
    monkeypatch.setattr(budget, "WORK_A_FILE", 2)
    assert check(wrong) == []


def test_what_was_too_costly_is_not_begun_again_with_less() -> None:
    memory = Memory()
    memory.refuse(None, 0)
    memory.give_up(None, 10)
    memory.give_up(None, 5)
    memory.refuse(None, 11)
    with pytest.raises(BudgetExceeded):
        memory.refuse(None, 10)


def test_what_is_too_much_at_once_leaves_others_their_work() -> None:
    file = Budget(lambda: 0)
    file.begin()
    with pytest.raises(BudgetExceeded):
        file.spend(2 * limits.WORK_A_FILE)
    assert file.left == 0
    file.begin()
    assert file.left == limits.WORK_A_FUNCTION
