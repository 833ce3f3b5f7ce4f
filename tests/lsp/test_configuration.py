"""The language server follows each project's flake8 configuration, and notices when it changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from tests.lsp.editor import Editor, capabilities, edit
from tests.test_cli import BAD
from tests.test_readme import SHOW


async def codes(editor: Editor, name: str, text: str) -> list[object]:
    return sorted(each.code for each in await editor.open(name, text) if isinstance(each.code, str))


CONFIGURATIONS = [
    (".flake8", "", ["AIO101", "AIO401"]),
    (".flake8", "[flake8]\nextend-ignore = AIO4\n", ["AIO101"]),
    ("setup.cfg", "[flake8]\nextend-select = AIO901\n", ["AIO101", "AIO401", "AIO901"]),
    ("tox.ini", "[flake8]\nselect = AIO9\n", ["AIO901", "AIO902"]),
    (".flake8", "[flake8]\nselect = E,W,F\n", []),
    (".flake8", "[flake8]\nper-file-ignores = src/*:AIO1\n", ["AIO401"]),
    (".flake8", "[flake8]\nper-file-ignores = deep/*:AIO1\n", ["AIO101", "AIO401"]),
    (".flake8", "[flake8]\nexclude = src\n", []),
    (".flake8", "[flake8]\nextend-exclude = src/deep\n", []),
    (".flake8", "[flake8]\nexclude = deep/a.py\n", ["AIO101", "AIO401"]),
]
BROKEN = [
    ("[flake8]\nignore = E501 # why\n", "Error code '#' supplied to 'ignore' option does not match", 0),
    ("[flake8]\naiohttp-session-factories = make\n", "'make' is no dotted name such as mylib", 0),
    ("[flake8]\njobs = many\n", "many", 0),
    ("[flake8]\nignore = E5\nignore = E6\n", "option 'ignore' in section 'flake8' already exists", 0),
    ("[flake8]\nselect = E\n", "flake8's `select` or `ignore` leaves out AIO; add it, or use `extend-select = AIO`", 0),
    ("[flake8\nselect = E\n", "ignoring unparseable config", 1),
]


def test_the_users_configuration_holds(tmp_path: Path) -> None:
    async def story(editor: Editor) -> None:
        for number, (name, written, found) in enumerate(CONFIGURATIONS):
            project = tmp_path / str(number)
            (project / "src/deep").mkdir(parents=True)
            (project / name).write_text(written)
            assert await codes(editor, f"{number}/src/deep/a.py", SHOW) == found, written

    edit(story, tmp_path)


def test_each_folder_has_its_own(tmp_path: Path) -> None:
    """Options of ours, too, which flake8 keeps in one place for the whole process."""
    folders = one, other, outside = [tmp_path / name for name in ("one", "other", "outside")]
    for folder in folders:
        (folder / "tests").mkdir(parents=True)
    (one / ".flake8").write_text("[flake8]\naiohttp-session-factories = ours.make\nextend-select = AIO902\n")
    (other / ".flake8").write_text("[flake8]\nper-file-ignores = tests/*:AIO101\n")
    text = (
        "from ours import make\nasync def f(url):\n    async with make().get(url) as r:\n        print(r, r.text())\n"
    )

    async def story(editor: Editor) -> None:
        for _ in range(2):
            assert await codes(editor, "tests/a.py", text) == ["AIO101", "AIO902"]
            assert await codes(editor, (other / "tests/a.py").as_uri(), text) == []
            assert await codes(editor, (other / "a.py").as_uri(), BAD) == ["AIO101"]
            assert await codes(editor, (other / "tests/b.py").as_uri(), BAD) == []
            assert await codes(editor, (outside / "tests/a.py").as_uri(), text) == []

    edit(story, one, None, other)


def test_a_change_of_the_configuration_is_noticed(tmp_path: Path) -> None:
    async def story(editor: Editor) -> None:
        assert await codes(editor, "a.py", BAD) == ["AIO101"]
        (tmp_path / ".flake8").write_text("[flake8]\nignore = AIO\n")
        assert await editor.change("a.py", f"{BAD}\n") == [], "whether or not the editor tells us"
        (tmp_path / ".flake8").write_text("[flake8]\nignore = E50\n")
        change = types.FileEvent((tmp_path / ".flake8").as_uri(), types.FileChangeType.Changed)
        editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([change]))
        assert len(await editor.answer(editor.uri("a.py"))) == 1

    edit(story, tmp_path)


@pytest.mark.parametrize(("name", "asked"), [("visual-studio-code", True), ("neovim@v0.7.0", False)])
def test_editors_that_can_are_asked_to_watch(tmp_path: Path, name: str, asked: bool) -> None:  # noqa: FBT001
    async def story(editor: Editor) -> None:
        await editor.open("a.py", BAD)
        registered = [each.method for params in editor.registered for each in params.registrations]
        assert registered == ["workspace/didChangeWatchedFiles"] * asked

    edit(story, tmp_path, capabilities(name))


def test_a_broken_configuration_is_told_once(tmp_path: Path) -> None:
    async def story(editor: Editor) -> None:
        await editor.open("a.py", BAD)
        for number, (written, told, found) in enumerate(BROKEN):
            (tmp_path / ".flake8").write_text(written)
            assert len(await editor.change("a.py", f"{BAD}\n")) == found, written
            message = editor.client.messages[number].message
            assert message.startswith(f"flake8-aiohttp: {tmp_path}: ")
            assert told in message
            assert len(await editor.change("a.py", f"{BAD}\n\n")) == found
        (tmp_path / ".flake8").write_text("[flake8]\n")
        assert len(await editor.change("a.py", BAD)) == 1
        assert len(editor.client.messages) == len(BROKEN)

    edit(story, tmp_path)
