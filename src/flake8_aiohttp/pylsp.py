"""The door for python-lsp-server: quick fixes for the findings that its flake8 plugin shows.

It shows no findings of its own. pylsp's flake8 hands over code points for the columns, which editors take for UTF-16;
so a finding is known by its line and code, and its place is worked out anew.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pylsp import hookimpl

from flake8_aiohttp.editing.actions import QUICK_FIX, Action, is_wanted, quick_fixes
from flake8_aiohttp.editing.draft import Draft
from flake8_aiohttp.editing.projects import Projects
from flake8_aiohttp.editing.sheets import Range, Sheet
from flake8_aiohttp.finding import Finding
from flake8_aiohttp.host import PREFIX

if TYPE_CHECKING:
    from pylsp.workspace import Document, Workspace

_LOG = logging.getLogger(__name__)
_ENCODING = "utf-16"  # pylsp agrees on no other
_projects = Projects(_LOG.warning)

Json = dict[str, Any]


@hookimpl
def pylsp_settings() -> Json:
    """Be there unless the user says `pylsp.plugins.flake8_aiohttp.enabled = false`."""
    return {"plugins": {"flake8_aiohttp": {"enabled": True}}}


@hookimpl
def pylsp_code_actions(workspace: Workspace, document: Document, context: Json) -> list[Json]:
    """Offer fixes for the diagnostics that the editor asks about; whatever happens, other plugins' actions stay."""
    try:
        return list(_actions(workspace, document, context))
    except Exception:  # noqa: BLE001
        _LOG.exception("flake8-aiohttp failed on %s; please report it", document.path)
        return []


def _actions(workspace: Workspace, document: Document, context: Json) -> Iterator[Json]:
    shown = [each for each in context.get("diagnostics", ()) if str(each.get("code", "")).startswith(PREFIX)]
    if not shown or not is_wanted(QUICK_FIX, context.get("only") or ()):
        return
    sheet = Sheet(document.uri, document.source)
    draft = _draft(Path(document.path), Path(workspace.root_path or os.curdir), sheet)
    for diagnostic in shown:
        finding = _finding(draft, diagnostic)
        if finding is not None:
            for action in quick_fixes(draft, [finding]):
                yield _as_json(action, sheet, diagnostic)


def _draft(path: Path, root: Path, sheet: Sheet) -> Draft:
    here = Path.cwd()  # which is pylsp's own affair
    try:
        return Draft(_projects.host(path, root), str(path), [sheet])
    finally:
        os.chdir(here)


def _finding(draft: Draft, diagnostic: Json) -> Finding | None:
    """Give the finding that pylsp shows; where a line has several, the one whose column it has."""
    start = diagnostic["range"]["start"]
    same = [each for each in draft.findings if (each.span.line, each.code) == (start["line"] + 1, diagnostic["code"])]
    return min(same, key=lambda each: abs(each.span.column - start["character"]), default=None)


def _as_json(action: Action, sheet: Sheet, diagnostic: Json) -> Json:
    edits = [{"range": _range(sheet.range(edit.span, _ENCODING)), "newText": edit.text} for edit in action.work()]
    return {
        "title": action.title,
        "kind": action.kind,
        "diagnostics": [diagnostic],
        "isPreferred": action.preferred,
        "edit": {"changes": {sheet.uri: edits}},
    }


def _range(place: Range) -> Json:
    return {name: position._asdict() for name, position in place._asdict().items()}
