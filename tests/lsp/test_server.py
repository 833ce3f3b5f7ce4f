"""The language server, as editors see it: what is shown, what is offered, and what stays quiet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lsprotocol import types

from flake8_aiohttp.editing.sheets import rows
from tests.lsp.editor import Editor, capabilities, edit, edits_of, utf_16
from tests.test_cli import BAD, GOOD, MOVED, SUGGESTED

UNITS: dict[str, Callable[[str], int]] = {
    "utf-8": lambda text: len(text.encode()),
    "utf-16": utf_16,
    "utf-32": len,
}
EDITORS = ["visual-studio-code", "neovim@v0.7.0", "neovim@v0.11.0", "emacs"]
READ_LATE = """\
import aiohttp


async def name(session: aiohttp.ClientSession, url: str) -> str:
    async with session.get(url) as response:
        print(response.status)
    return await response.text()
"""
TWICE = BAD + BAD.partition("\n\n\n")[2].replace("async def name", "\n\nasync def other")
TWICE_GOOD = TWICE.replace("response.json()", "(await response.json())")
NOWHERE = types.Range(types.Position(0, 0), types.Position(0, 0))


def codes(found: list[types.Diagnostic]) -> list[object]:
    return [each.code for each in found]


def titles(offered: list[types.CodeAction]) -> list[str]:
    return [each.title for each in offered]


def text_at(text: str, place: types.Range, units: Callable[[str], int]) -> str:
    """Give what an editor marks: counted in `units`, on one line."""
    assert place.start.line == place.end.line
    marked, count = "", 0
    for character in rows(text)[place.start.line]:
        if place.start.character <= count < place.end.character:
            marked += character
        count += units(character)
    return marked


@pytest.mark.parametrize("name", EDITORS)
def test_a_mistake_is_shown_mended_and_gone(tmp_path: Path, name: str) -> None:
    async def story(editor: Editor) -> None:
        (found,) = await editor.open("a.py", BAD)
        assert (found.code, found.source, found.severity) == (
            "AIO101",
            "flake8-aiohttp",
            types.DiagnosticSeverity.Warning,
        )
        assert found.message.startswith("`response.json()` is never awaited: ")
        assert text_at(BAD, found.range, len) == "response.json()"
        fix, silence = await editor.actions("a.py", found.range)
        assert (fix.title, fix.kind, fix.is_preferred) == ("AIO101: insert await", "quickfix", True)
        assert codes(list(fix.diagnostics or ())) == ["AIO101"]
        assert (silence.title, silence.is_preferred) == ("AIO101: disable for this line", None)
        assert await editor.change("a.py", editor.applied(fix, "a.py")) == []
        assert editor.texts[editor.uri("a.py")] == GOOD

    edit(story, tmp_path, capabilities(name))


def test_edits_name_the_version_that_they_are_for(tmp_path: Path) -> None:
    async def story(editor: Editor) -> None:
        await editor.open("a.py", GOOD)
        (found,) = await editor.change("a.py", BAD)
        (change,) = (await editor.actions("a.py", found.range))[0].edit.document_changes or ()  # type: ignore[union-attr]
        assert isinstance(change, types.TextDocumentEdit)
        assert (change.text_document.uri, change.text_document.version) == (editor.uri("a.py"), 2)

    edit(story, tmp_path)


@pytest.mark.parametrize("encoding", UNITS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_columns_are_counted_as_agreed(tmp_path: Path, encoding: str, newline: str) -> None:
    """An emoji and an umlaut before the finding, form feeds and a line separator above it."""
    line = '        return "🙂ä", response.json()["name"], "🙂"'
    head = "import aiohttp\n\f\n# \f \u2028 \x1c\n"
    bad = head + BAD.partition("\n")[2].replace('        return response.json()["name"]', line)
    good = bad.replace("response.json()", "(await response.json())")
    bad, good = bad.replace("\n", newline), good.replace("\n", newline)

    async def story(editor: Editor) -> None:
        (found,) = await editor.open("a.py", bad)
        assert text_at(bad, found.range, UNITS[encoding]) == "response.json()"
        assert editor.applied((await editor.actions("a.py", found.range))[0], "a.py", UNITS[encoding]) == good
        (fix_all,) = await editor.actions("a.py", NOWHERE, "source.fixAll")
        assert editor.applied(fix_all, "a.py", UNITS[encoding]) == good
        silence = (await editor.actions("a.py", found.range))[1]
        silent = editor.applied(silence, "a.py", UNITS[encoding])
        assert silent == bad.replace('"🙂"', '"🙂"  # noqa: AIO101')
        assert await editor.change("a.py", silent) == []

    edit(story, tmp_path, capabilities("visual-studio-code", encoding))


def test_edits_after_a_form_feed_reach_their_line(tmp_path: Path) -> None:
    async def story(editor: Editor) -> None:
        assert await editor.open("a.py", "import aiohttp\n\fa = 1\n") == []
        bad = BAD.replace("\n", "\n\f# what a page\n", 1)
        (found,) = await editor.change("a.py", bad)
        assert text_at(bad, found.range, len) == "response.json()"

    edit(story, tmp_path)


def test_the_story_of_a_finding(tmp_path: Path) -> None:
    async def story(editor: Editor) -> None:
        (found,) = await editor.open("a.py", READ_LATE)
        told = {each.message: each.location for each in found.related_information or ()}
        assert {each.uri for each in told.values()} == {editor.uri("a.py")}
        marked = {message: text_at(READ_LATE, place.range, len) for message, place in told.items()}
        assert marked == {"opened here": "session.get(url)", "the block ends here": "print(response.status)"}

    edit(story, tmp_path)


def test_a_suggestion_is_marked_as_one_and_stays_out_of_fix_all(tmp_path: Path) -> None:
    async def story(editor: Editor) -> None:
        (found,) = await editor.open("a.py", SUGGESTED)
        fix = (await editor.actions("a.py", found.range))[0]
        assert (fix.title, fix.is_preferred) == ("AIO201: move into the block (suggested)", None)
        assert editor.applied(fix, "a.py") == MOVED
        assert await editor.actions("a.py", found.range, "source.fixAll") == []

    edit(story, tmp_path)


def test_only_what_is_asked_for_is_offered(tmp_path: Path) -> None:
    async def story(editor: Editor) -> None:
        first, _ = await editor.open("a.py", TWICE)
        fix, silence, everything = [
            "AIO101: insert await",
            "AIO101: disable for this line",
            "flake8-aiohttp: make all safe fixes",
        ]
        assert titles(await editor.actions("a.py", first.range)) == [fix, silence, everything]
        assert titles(await editor.actions("a.py", first.range, "quickfix")) == [fix, silence]
        for only in ("source", "source.fixAll", "source.fixAll.flake8-aiohttp"):
            (action,) = await editor.actions("a.py", NOWHERE, only)
            assert (action.title, action.kind) == (everything, "source.fixAll.flake8-aiohttp")
            assert editor.applied(action, "a.py") == TWICE_GOOD
        for only in ("source.fixAll.ruff", "source.organizeImports", "refactor", "quick"):
            assert await editor.actions("a.py", first.range, only) == []

    edit(story, tmp_path)


def test_a_cursor_on_the_line_will_do(tmp_path: Path) -> None:
    async def story(editor: Editor) -> None:
        await editor.open("a.py", BAD)
        for line, offered in ((5, 2), (4, 0)):
            cursor = types.Range(types.Position(line, 0), types.Position(line, 0))
            assert len(await editor.actions("a.py", cursor)) == offered

    edit(story, tmp_path)


def test_the_rule_of_a_finding_or_of_a_noqa_is_shown(tmp_path: Path) -> None:
    async def story(editor: Editor) -> None:
        (found,) = await editor.open("a.py", BAD)
        shown = await editor.hover("a.py", 5, 16)
        assert shown
        assert shown.range == found.range
        assert isinstance(shown.contents, types.MarkupContent)
        assert shown.contents.value.startswith("**AIO101** body-not-awaited\n\nThe coroutine of a body is used as if")
        assert "Bad:\n```python\nasync with session.get(url) as response:\n" in shown.contents.value
        assert "* `response` is known as a response because of " in shown.contents.value
        silent = BAD.replace('"]\n', '"]  # noqa: E501, AIO201 🙂\n')
        await editor.change("a.py", silent)
        noqa = await editor.hover("a.py", 5, silent.splitlines()[5].index("AIO201") + 3)
        assert noqa
        assert noqa.range
        assert text_at(silent, noqa.range, len) == "AIO201"
        assert "read-after-context" in str(noqa.contents)
        assert await editor.hover("a.py", 5, 2) is None
        assert await editor.hover("a.py", 99, 0) is None

    edit(story, tmp_path)


def test_what_does_not_parse_has_no_findings(tmp_path: Path) -> None:
    async def story(editor: Editor) -> None:
        assert codes(await editor.open("a.py", BAD)) == ["AIO101"]
        assert await editor.change("a.py", f"{BAD}    return (\n") == []
        assert await editor.actions("a.py", NOWHERE) == []
        assert await editor.change("a.py", "import aiohttp\x00") == []
        assert codes(await editor.change("a.py", BAD)) == ["AIO101"]

    edit(story, tmp_path)


def test_saving_answers_and_closing_clears(tmp_path: Path) -> None:
    async def story(editor: Editor) -> None:
        document = types.TextDocumentIdentifier(editor.uri("a.py"))
        await editor.open("a.py", BAD)
        editor.client.text_document_did_save(types.DidSaveTextDocumentParams(document))
        assert codes(await editor.answer(document.uri)) == ["AIO101"]
        editor.type("a.py", BAD)
        editor.client.text_document_did_close(types.DidCloseTextDocumentParams(document))
        assert await editor.answer(document.uri) == []

    edit(story, tmp_path)


def test_a_document_without_a_file(tmp_path: Path) -> None:
    (tmp_path / ".flake8").write_text("[flake8]\nextend-ignore = AIO2\n")

    async def story(editor: Editor) -> None:
        assert codes(await editor.open("untitled:Untitled-1", BAD)) == ["AIO101"]
        assert await editor.open("untitled:/Untitled-2.py", READ_LATE) == []
        assert codes(await editor.open("not/yet/there.py", BAD)) == ["AIO101"]

    edit(story, tmp_path)


def test_a_burst_of_changes_is_answered_a_few_times(tmp_path: Path) -> None:
    async def story(editor: Editor) -> None:
        await editor.open("a.py", BAD)
        for number in range(100):
            last = editor.type("a.py", f"{BAD}# {number}\n")
        answers = 1
        while (told := await editor.told.get()).version != last:
            answers += 1
        assert codes(list(told.diagnostics)) == ["AIO101"]
        assert answers < 20

    edit(story, tmp_path)


@pytest.mark.parametrize("quick", [True, False])
def test_actions_see_what_was_typed_last(tmp_path: Path, quick: bool) -> None:  # noqa: FBT001
    async def story(editor: Editor) -> None:
        await editor.open("a.py", GOOD)
        version = editor.type("a.py", f"\n{BAD}")
        if not quick:
            await editor.answer(editor.uri("a.py"), version)
        line = types.Range(types.Position(6, 0), types.Position(6, 0))
        assert editor.applied((await editor.actions("a.py", line))[0], "a.py") == f"\n{GOOD}"

    edit(story, tmp_path)


def test_clients_that_can_do_little(tmp_path: Path) -> None:
    async def story(editor: Editor) -> None:
        (found,) = await editor.open("a.py", READ_LATE)
        assert not found.related_information
        fix = (await editor.actions("a.py", found.range))[0]
        assert fix.edit
        assert fix.edit.document_changes is None
        assert list(edits_of(fix)) == [editor.uri("a.py")]

    edit(story, tmp_path, types.ClientCapabilities())
