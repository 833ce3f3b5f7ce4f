"""Notebooks: the cells are read together, and each gets its own findings and fixes."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types

from tests.lsp.editor import Editor, edit

HEAD = "%pip install aiohttp\nimport aiohttp\nsession = aiohttp.ClientSession()"
READ = 'response = await session.get("https://example.org")\nprint("🙂", response.text())'
CORRECTED = READ.replace("response.text()", "await response.text()")
SHELL = "%%bash\naiohttp is no Python (here"


class Notebook:
    """A notebook that is open in the editor."""

    def __init__(self, editor: Editor, name: str) -> None:
        self.editor, self.uri, self.version = editor, editor.uri(name), 1

    def cell(self, number: int) -> str:
        return f"vscode-notebook-cell:{self.uri.partition(':')[2]}#W{number}"

    def document(self, number: int, text: str) -> types.TextDocumentItem:
        self.editor.texts[self.cell(number)] = text
        return types.TextDocumentItem(self.cell(number), "python", 1, text)

    def open(self, *texts: str) -> None:
        numbers = range(len(texts))
        cells = [types.NotebookCell(types.NotebookCellKind.Code, self.cell(number)) for number in numbers]
        notebook = types.NotebookDocument(self.uri, "jupyter-notebook", 1, cells)
        documents = [self.document(number, text) for number, text in enumerate(texts)]
        self.editor.client.notebook_document_did_open(types.DidOpenNotebookDocumentParams(notebook, documents))

    def change(self, cells: types.NotebookDocumentCellChanges) -> None:
        self.version += 1
        self.editor.client.notebook_document_did_change(
            types.DidChangeNotebookDocumentParams(
                types.VersionedNotebookDocumentIdentifier(self.version, self.uri),
                types.NotebookDocumentChangeEvent(cells=cells),
            )
        )

    def type(self, number: int, text: str) -> None:
        self.editor.texts[self.cell(number)] = text
        document = types.VersionedTextDocumentIdentifier(self.version + 1, self.cell(number))
        whole = types.TextDocumentContentChangeWholeDocument(text)
        self.change(
            types.NotebookDocumentCellChanges(
                text_content=[types.NotebookDocumentCellContentChanges(document, [whole])]
            )
        )

    async def codes(self, *numbers: int) -> list[list[object]]:
        return [[each.code for each in await self.editor.answer(self.cell(number))] for number in numbers]


def test_a_session_of_one_cell_is_known_in_the_next(tmp_path: Path) -> None:
    async def story(editor: Editor) -> None:
        notebook = Notebook(editor, "a.ipynb")
        notebook.open(HEAD, SHELL, READ)
        assert await notebook.codes(0, 1) == [[], []]
        (found,) = await editor.answer(notebook.cell(2))
        assert (found.code, found.range) == ("AIO101", types.Range(types.Position(1, 12), types.Position(1, 27)))
        fix, silence = await editor.actions(notebook.cell(2), found.range)
        assert editor.applied(fix, notebook.cell(2)) == CORRECTED
        assert editor.applied(silence, notebook.cell(2)) == f"{READ}  # noqa: AIO101"
        assert await editor.hover(notebook.cell(2), 1, 15)
        assert await editor.hover(notebook.cell(0), 1, 15) is None
        notebook.type(2, CORRECTED)
        assert await notebook.codes(0, 1, 2) == [[], [], []]

    edit(story, tmp_path)


def test_fix_all_of_a_cell_leaves_the_others_alone(tmp_path: Path) -> None:
    async def story(editor: Editor) -> None:
        notebook = Notebook(editor, "a.ipynb")
        notebook.open(HEAD, f"!ls\n{READ}\nresponse?", READ.replace("response", "reply"))
        assert await notebook.codes(0, 1, 2) == [[], ["AIO101"], ["AIO101"]]
        nowhere = types.Range(types.Position(0, 0), types.Position(0, 0))
        (action,) = await editor.actions(notebook.cell(1), nowhere, "source.fixAll")
        assert editor.applied(action, notebook.cell(1)) == f"!ls\n{CORRECTED}\nresponse?"
        assert await editor.actions(notebook.cell(0), nowhere, "source.fixAll") == []

    edit(story, tmp_path)


def test_cells_come_and_go(tmp_path: Path) -> None:
    (tmp_path / ".flake8").write_text("[flake8]\nper-file-ignores = old.ipynb:AIO\n")

    async def story(editor: Editor) -> None:
        silent = Notebook(editor, "old.ipynb")
        silent.open(HEAD, READ)
        assert await silent.codes(0, 1) == [[], []]
        notebook = Notebook(editor, "untitled:a.ipynb")
        notebook.open(READ, READ)
        assert await notebook.codes(0, 1) == [[], []], "where the session comes from, nobody knows"
        head = types.NotebookCell(types.NotebookCellKind.Code, notebook.cell(7))
        added = types.NotebookDocumentCellChangeStructure(
            types.NotebookCellArrayChange(0, 1, [head]),
            did_open=[notebook.document(7, HEAD)],
            did_close=[types.TextDocumentIdentifier(notebook.cell(0))],
        )
        notebook.change(types.NotebookDocumentCellChanges(structure=added))
        assert await notebook.codes(0, 7, 1) == [[], [], ["AIO101"]]
        closed = [types.TextDocumentIdentifier(notebook.cell(number)) for number in (7, 1)]
        editor.client.notebook_document_did_close(
            types.DidCloseNotebookDocumentParams(types.NotebookDocumentIdentifier(notebook.uri), closed)
        )
        assert await notebook.codes(7, 1) == [[], []]

    edit(story, tmp_path)


def test_a_cell_that_does_not_parse_silences_only_itself(tmp_path: Path) -> None:
    async def story(editor: Editor) -> None:
        notebook = Notebook(editor, "a.ipynb")
        notebook.open(HEAD, READ, f"{READ}\nif (")
        assert await notebook.codes(0, 1, 2) == [[], ["AIO101"], []]

    edit(story, tmp_path)
