"""What is offered to an editor."""

from __future__ import annotations

from flake8_aiohttp.editing.actions import quick_fixes
from flake8_aiohttp.editing.draft import Draft
from flake8_aiohttp.editing.sheets import Sheet
from flake8_aiohttp.host import Host
from tests.test_cli import BAD


def titles(text: str) -> list[str]:
    """Give the titles of what is offered for the findings of a text."""
    draft = Draft(Host.of_command_line(["--isolated"]), "a.py", [Sheet("file:///a.py", text)])
    assert [finding.code for finding in draft.findings] == ["AIO101"]
    return [action.title for action in quick_fixes(draft, draft.findings)]


def test_a_finding_is_mended_or_silenced() -> None:
    assert titles(BAD) == ["AIO101: insert await", "AIO101: disable for this line"]


def test_what_cannot_be_done_is_not_offered() -> None:
    in_a_string = BAD.replace('["name"]', '["""\n# noqa: E501\n"""]')
    assert titles(in_a_string) == ["AIO101: insert await"]
    assert titles(f"{BAD}    nonlocal name\n") == ["AIO101: disable for this line"]
