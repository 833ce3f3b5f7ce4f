"""Findings and actions in the protocol's words."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterator

from lsprotocol import types
from pygls.capabilities import get_capability

from flake8_aiohttp.editing.actions import FIX_ALL, Action
from flake8_aiohttp.editing.draft import Draft
from flake8_aiohttp.editing.sheets import Range, Sheet
from flake8_aiohttp.finding import Finding, Span

SOURCE = "flake8-aiohttp"


@dataclasses.dataclass(frozen=True)
class Client:
    """What a client understands: how it counts columns, and what it takes beside the bare minimum."""

    encoding: str
    takes_related: bool
    takes_versions: bool

    @classmethod
    def of_capabilities(cls, capabilities: types.ClientCapabilities, encoding: str) -> Client:
        """Read what the client says of itself."""
        return cls(
            encoding,
            bool(get_capability(capabilities, "text_document.publish_diagnostics.related_information")),
            bool(get_capability(capabilities, "workspace.workspace_edit.document_changes")),
        )


def diagnostics(client: Client, draft: Draft, sheet: Sheet) -> list[types.Diagnostic]:
    """Give what is wrong in one document."""
    return [diagnostic(client, draft, sheet, finding) for finding in draft.findings if finding.span in sheet]


def diagnostic(client: Client, draft: Draft, sheet: Sheet, finding: Finding) -> types.Diagnostic:
    """Tell of one finding, and of its story."""
    taste = finding.code.startswith("AIO9")
    return types.Diagnostic(
        range=_range(sheet.range(finding.span, client.encoding)),
        message=finding.message,
        severity=types.DiagnosticSeverity.Information if taste else types.DiagnosticSeverity.Warning,
        code=finding.code,
        source=SOURCE,
        related_information=(list(_story(client, draft, finding)) or None) if client.takes_related else None,
    )


def _story(client: Client, draft: Draft, finding: Finding) -> Iterator[types.DiagnosticRelatedInformation]:
    for related in finding.related:
        sheet = draft.sheet(related.span)
        if sheet is not None:
            place = _range(sheet.range(related.span, client.encoding))
            yield types.DiagnosticRelatedInformation(types.Location(sheet.uri, place), related.message)


def _range(span: Range) -> types.Range:
    return types.Range(types.Position(*span.start), types.Position(*span.end))


def code_action(client: Client, draft: Draft, sheet: Sheet, action: Action) -> types.CodeAction | None:
    """Tell of what can be done; None where its edits do not lie in single documents."""
    edit = _workspace_edit(client, draft, sheet, action)
    if edit is None:
        return None
    finding = action.finding
    return types.CodeAction(
        title=action.title,
        kind=action.kind,
        diagnostics=[diagnostic(client, draft, sheet, finding)] if finding else None,
        is_preferred=True if action.preferred else None,
        edit=edit,
    )


def _workspace_edit(client: Client, draft: Draft, sheet: Sheet, action: Action) -> types.WorkspaceEdit | None:
    changes: defaultdict[str, list[types.TextEdit]] = defaultdict(list)
    versions: dict[str, int | None] = {}
    for edit in action.edits:
        where = draft.sheet(edit.span)
        if where is None:
            return None
        if where is sheet or action.kind != FIX_ALL:  # a notebook asks for each of its cells
            changes[where.uri].append(types.TextEdit(_range(where.range(edit.span, client.encoding)), edit.text))
            versions[where.uri] = where.version
    if not changes:
        return None
    if not client.takes_versions:
        return types.WorkspaceEdit(changes=changes)
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri, versions[uri]), changes[uri])
            for uri in changes
        ]
    )


def hover(client: Client, sheet: Sheet, span: Span, text: str) -> types.Hover:
    """Show a text beside a span."""
    content = types.MarkupContent(types.MarkupKind.Markdown, text)
    return types.Hover(content, _range(sheet.range(span, client.encoding)))
