"""What lies in no document of the editor's is not told."""

from __future__ import annotations

from flake8_aiohttp.editing.actions import QUICK_FIX, Action
from flake8_aiohttp.editing.draft import Draft
from flake8_aiohttp.editing.edits import Edit
from flake8_aiohttp.editing.sheets import Sheet
from flake8_aiohttp.finding import Finding, Related, Span
from flake8_aiohttp.lsp.answers import Client, code_action, diagnostic

CLIENT = Client("utf-16", takes_related=True, takes_versions=True)
SHEET = Sheet("file:///a.py", "x = 1\n")
DRAFT = Draft(None, "a.py", [SHEET])
HERE, NOWHERE = Span(1, 0, 1, 1), Span(9, 0, 9, 1)


def test_steps_of_a_story() -> None:
    finding = Finding("AIO101", HERE, "said", related=(Related(HERE, "opened here"), Related(NOWHERE, "read here")))
    told = diagnostic(CLIENT, DRAFT, SHEET, finding)["relatedInformation"]
    assert [each["message"] for each in told] == ["opened here"]


def test_edits() -> None:
    action = Action("fix", QUICK_FIX, lambda: [Edit(NOWHERE, "y")], lambda: "it lies nowhere")
    assert code_action(CLIENT, DRAFT, SHEET, action) is None
