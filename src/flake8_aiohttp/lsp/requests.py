"""What an editor asks for: diagnostics, actions and their edits, the text of a rule, a command carried out."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_aiohttp.editing.actions import FIX_ALL, FIX_NOTEBOOK, QUICK_FIX, Action, actions
from flake8_aiohttp.editing.draft import Draft
from flake8_aiohttp.editing.pages import page
from flake8_aiohttp.editing.sheets import Position, Range, Sheet
from flake8_aiohttp.editing.silence import code_at
from flake8_aiohttp.finding import Finding, Span
from flake8_aiohttp.lsp import pulling
from flake8_aiohttp.lsp.answers import as_json, code_action, hover, workspace_edit
from flake8_aiohttp.lsp.connection import INVALID_PARAMS, Json
from flake8_aiohttp.lsp.conversation import Conversation, Handler, RefusedError

COMMANDS = EXPLAIN, FIX = ("flake8-aiohttp.explain", "flake8-aiohttp.fixAll")


def _place(conversation: Conversation, uri: str) -> tuple[Draft, Sheet] | None:
    """Give the document under an address, and the draft that it belongs to; None where it is no Python."""
    if not any(conversation.session.documents.sheets(uri)):
        return None
    draft = conversation.session.draft(uri)
    sheet = next((each for each in draft.sheets if each.uri == uri), None)
    return (draft, sheet) if sheet else None


def _diagnostic(conversation: Conversation, params: Json) -> Json:
    return pulling.of_document(conversation.session, params["textDocument"]["uri"], params.get("previousResultId"))


# Actions


def _code_actions(conversation: Conversation, params: Json) -> list[Json]:
    """Offer what can be done about the findings in a range, or, if there are none, on its lines."""
    place = _place(conversation, params["textDocument"]["uri"])
    if place is None:
        return []
    draft, sheet = place
    client = conversation.session.client
    places = {each: sheet.range(each.span, client.encoding) for each in draft.findings if each.span in sheet}
    asked = Range(_position(params["range"]["start"]), _position(params["range"]["end"]))
    here = [each for each, its in places.items() if its.meets(asked)]
    here = here or [each for each, its in places.items() if _on_lines(its, asked)]
    offered = actions(draft, here, params["context"].get("only") or (), lazily=client.resolves_edits)
    told = (code_action(client, draft, sheet, action) for action in offered)
    return [each for each in told if each is not None]


def _on_lines(place: Range, asked: Range) -> bool:
    return place.start.line <= asked.end.line and asked.start.line <= place.end.line


def _position(position: Json) -> Position:
    return Position(position["line"], position["character"])


def _resolve(conversation: Conversation, params: Json) -> Json:
    """Work out the edits of an action that was offered without them; where there are none, say why."""
    place = _place(conversation, params["data"]["uri"])
    action = place and next(_meant(conversation, *place, params), None)
    if place and action:
        edit = workspace_edit(conversation.session.client, *place, action)
        if edit is not None:
            return {**params, "edit": edit}
    why = action.why_not() if action else "there is nothing left to fix"
    if params["kind"] == QUICK_FIX:  # else an editor asked for it, on each save maybe
        conversation.session.warn(f"{params['title'].partition(': ')[0]}: nothing was changed: {why}")
    return {**params, "disabled": {"reason": why}}


def _meant(conversation: Conversation, draft: Draft, sheet: Sheet, offered: Json) -> Iterator[Action]:
    """Give the actions that may be offered now and are the one that was offered then."""
    kind, at = offered["kind"], offered["data"].get("range")
    encoding = conversation.session.client.encoding
    here = [each for each in draft.findings if each.span in sheet and as_json(sheet.range(each.span, encoding)) == at]
    for action in actions(draft, here, [kind], lazily=True):
        if action.title == offered["title"]:
            yield action


def _execute(conversation: Conversation, params: Json) -> object:
    """Carry out a command: make all fixes in the document of an address, or give the text of a rule as Markdown."""
    command, arguments = params["command"], params.get("arguments") or [""]
    if command == EXPLAIN and (told := page(str(arguments[0]).upper())):
        return told
    if command == FIX:
        _fix_all(conversation, str(arguments[0]))
        return None
    raise RefusedError(INVALID_PARAMS, f"no such command or rule: {command} {arguments[0]}")


def _fix_all(conversation: Conversation, uri: str) -> None:
    """Ask the editor to make all fixes in a document, or in its whole notebook."""
    place = _place(conversation, uri)
    if place is None:
        return
    draft, sheet = place
    for action in actions(draft, [], [FIX_NOTEBOOK if draft.is_notebook else FIX_ALL]):
        edit = workspace_edit(conversation.session.client, draft, sheet, action)
        if edit:
            conversation.connection.ask("workspace/applyEdit", {"label": action.title, "edit": edit})


# What stands under the mouse


def _hover(conversation: Conversation, params: Json) -> Json | None:
    """Show the rule of a finding, and why something there is known as aiohttp's; or the rule of a `# noqa` comment."""
    place = _place(conversation, params["textDocument"]["uri"])
    if place is None:
        return None
    draft, sheet = place
    client = conversation.session.client
    line, column = sheet.place(_position(params["position"]), client.encoding)
    for finding in draft.findings:
        if finding.span in sheet and _meet(finding.span, Span(line, column, line, column)):
            return hover(client, sheet, finding.span, _told(draft, finding))
    code, start, end = code_at(sheet.lines[line - sheet.first], column) or ("", column, column)
    return hover(client, sheet, Span(line, start, line, end), page(code)) if page(code) else None


def _told(draft: Draft, finding: Finding) -> str:
    """Give the text of a finding's rule, and what is known of the names in the finding, or else on its line."""
    known = draft.known_on(finding.span.line)
    inside = [each for each in known if _meet(each.span, finding.span)]
    return "\n".join([page(finding.code), "", *(f"* {each.message}" for each in inside or known)])


def _meet(one: Span, other: Span) -> bool:
    """Say whether two spans overlap or touch."""
    first, second = sorted([one, other])
    return (second.line, second.column) <= (first.end_line, first.end_column)


REQUESTS: dict[str, Handler] = {
    "textDocument/diagnostic": _diagnostic,
    "textDocument/codeAction": _code_actions,
    "codeAction/resolve": _resolve,
    "textDocument/hover": _hover,
    "workspace/executeCommand": _execute,
}
