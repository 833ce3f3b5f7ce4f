"""Findings and actions in the protocol's words."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from flake8_aiohttp import rules
from flake8_aiohttp.editing.actions import FIX_ALL, Action
from flake8_aiohttp.editing.draft import Draft
from flake8_aiohttp.editing.sheets import Range, Sheet
from flake8_aiohttp.finding import Finding, Span
from flake8_aiohttp.lsp.client import SOURCE, Client
from flake8_aiohttp.lsp.connection import Json

_WARNING, _INFORMATION = 2, 3  # severities
_RULES = Path(rules.__file__).parent


def diagnostics(client: Client, draft: Draft, sheet: Sheet) -> list[Json]:
    """Give what is wrong in one document."""
    return [diagnostic(client, draft, sheet, finding) for finding in draft.findings if finding.span in sheet]


def diagnostic(client: Client, draft: Draft, sheet: Sheet, finding: Finding) -> Json:
    """Tell of one finding, of its story, and where its rule is explained: the head of the module that judges it."""
    told: Json = {
        "range": as_json(sheet.range(finding.span, client.encoding)),
        "message": finding.message,
        "severity": _INFORMATION if finding.code.startswith("AIO9") else _WARNING,
        "code": finding.code,
        "source": SOURCE,
    }
    if client.takes_links:
        told["codeDescription"] = {"href": _page(finding.code)}
    if client.takes_related and (story := list(_story(client, draft, finding))):
        told["relatedInformation"] = story
    return told


@functools.cache
def _page(code: str) -> str:
    return next(_RULES.glob(f"{code.lower()}_*.py")).as_uri()


def _story(client: Client, draft: Draft, finding: Finding) -> Iterator[Json]:
    for related in finding.related:
        sheet = draft.sheet(related.span)
        if sheet is not None:
            place = as_json(sheet.range(related.span, client.encoding))
            yield {"location": {"uri": sheet.uri, "range": place}, "message": related.message}


def as_json(place: Range) -> Json:
    """Give a range as the protocol writes it."""
    return {name: position._asdict() for name, position in place._asdict().items()}


def code_action(client: Client, draft: Draft, sheet: Sheet, action: Action) -> Json | None:
    """Tell of what can be done; None where its edits do not lie in single documents.

    A client that can ask for the edits later gets what to ask with: `data`.
    """
    told: Json = {"title": action.title, "kind": action.kind}
    if client.resolves_edits and (action.kind != FIX_ALL or any(each.span in sheet for each in draft.fixable)):
        told["data"] = {"uri": sheet.uri}
        if action.finding:
            told["data"]["range"] = as_json(sheet.range(action.finding.span, client.encoding))
    elif (edit := workspace_edit(client, draft, sheet, action)) is not None:
        told["edit"] = edit
    else:
        return None
    if action.finding:
        told["diagnostics"] = [diagnostic(client, draft, sheet, action.finding)]
    if action.preferred:
        told["isPreferred"] = True
    return told


def workspace_edit(client: Client, draft: Draft, sheet: Sheet, action: Action) -> Json | None:
    """Give the edits of an action, document by document; None where there are none, or one lies in no document."""
    changes: defaultdict[str, list[Json]] = defaultdict(list)
    versions: dict[str, int | None] = {}
    for edit in action.work():
        where = draft.sheet(edit.span)
        if where is None:
            return None
        if where is sheet or action.kind != FIX_ALL:  # a notebook asks for each of its cells
            changes[where.uri].append({"range": as_json(where.range(edit.span, client.encoding)), "newText": edit.text})
            versions[where.uri] = where.version
    if not changes:
        return None
    if not client.takes_versions:
        return {"changes": changes}
    documents = [
        {"textDocument": {"uri": uri, "version": versions[uri]}, "edits": edits} for uri, edits in changes.items()
    ]
    return {"documentChanges": documents}


def hover(client: Client, sheet: Sheet, span: Span, text: str) -> Json:
    """Show a text beside a span."""
    content = {"kind": "markdown", "value": text}
    return {"contents": content, "range": as_json(sheet.range(span, client.encoding))}
