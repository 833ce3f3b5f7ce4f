"""Diagnostics for editors that ask for them: of one document, and of the whole workspace.

Each report has an identifier made of what it says; who has it already is told so, and no more. A workspace is read
file by file, while the editor says nothing; a question to which there is no new answer waits until something changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from flake8_aiohttp.editing.draft import Draft
from flake8_aiohttp.host import Page
from flake8_aiohttp.lsp.answers import diagnostics
from flake8_aiohttp.lsp.connection import CHANGED, FAILED, WITHDRAWN, Json
from flake8_aiohttp.lsp.session import Session, garbage_taken_out

Report = tuple[str, list[Json]]  # its identifier, and the diagnostics
_OVER = object()


def of_document(session: Session, uri: str, known: str | None) -> Json:
    """Report on a document of which the editor has the report `known`."""
    return _report(_identified(_diagnostics(session, session.draft(uri), uri)), known)


def _identified(items: list[Json]) -> Report:
    return hashlib.blake2s(json.dumps(items).encode(), digest_size=8).hexdigest(), items


def _report(report: Report, known: str | None) -> Json:
    identifier, items = report
    if identifier == known:
        return {"kind": "unchanged", "resultId": identifier}
    return {"kind": "full", "resultId": identifier, "items": items}


_NOTHING = _identified([])


class Workspace:
    """Answers one question about the workspace at a time; a later one takes the place of an earlier one."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._seen: dict[Path, tuple[object, Report]] = {}
        self._question: Json | None = None
        self._work: Iterator[object] | None = None

    @property
    def is_at_work(self) -> bool:
        """Whether there is a step to take."""
        return self._work is not None

    def ask(self, number: object, params: Json) -> None:
        """Begin with a question, given by the identifier and the parameters of its request."""
        if self._question is not None:
            self._refuse(CHANGED, "asked again")
        self._question = {"id": number, **params}
        self.look_again()

    def look_again(self) -> None:
        """Something has changed: look again."""
        if self._question is not None:
            self._work = self._answer(self._question)

    def step(self) -> None:
        """Look at one file more, if there is a question and nobody has taken it back."""
        if self._question is None:
            return
        if self._session.connection.is_withdrawn(self._question["id"]):
            self._refuse(WITHDRAWN, "withdrawn")
            return
        try:
            if self._work is not None and next(self._work, _OVER) is _OVER:
                self._work = None
        except Exception as error:  # noqa: BLE001
            self._session.report_failure()
            self._refuse(FAILED, f"{type(error).__name__}: {error}")

    def _refuse(self, code: int, why: str) -> None:
        assert self._question
        self._session.connection.refuse(self._question["id"], code, why)
        self._question = self._work = None

    def _answer(self, question: Json) -> Iterator[None]:
        known = {each["uri"]: each["value"] for each in question.get("previousResultIds") or ()}
        said = []
        for path in self._files():
            yield
            uri = path.as_uri()
            report = self._look(path, uri)
            if report[0] != known.pop(uri, _NOTHING[0]):
                said.append(self._document(uri, report))
        said += [self._document(uri, _NOTHING) for uri, identifier in known.items() if identifier != _NOTHING[0]]
        if said:
            self._question = None
            self._session.connection.answer(question["id"], {"items": said})

    def _document(self, uri: str, report: Report) -> Json:
        version = next((sheet.version for sheet in self._session.documents.sheets(uri)), None)
        return {"uri": uri, "version": version, **_report(report, None)}

    def _files(self) -> list[Path]:
        return [each for folder in self._session.folders for each in self._session.files(folder)]

    def _look(self, path: Path, uri: str) -> Report:
        """Report on a file; where it is open, on what the editor has of it."""
        if any(self._session.documents.sheets(uri)):
            return _identified(_diagnostics(self._session, self._session.draft(uri), uri))
        try:
            state = path.stat()
            stamp = state.st_mtime_ns, state.st_size, self._session.host(path)
            if path not in self._seen or self._seen[path][0] != stamp:
                draft = self._session.draft_of_file(path, Page.of_bytes(str(path), path.read_bytes()).text)
                self._seen[path] = stamp, _identified(_diagnostics(self._session, draft, uri))
        except OSError:  # it has gone meanwhile
            return _NOTHING
        return self._seen[path][1]


def _diagnostics(session: Session, draft: Draft, uri: str) -> list[Json]:
    with garbage_taken_out():
        sheet = next((each for each in draft.sheets if each.uri == uri), None)
        return diagnostics(session.client, draft, sheet) if sheet else []
