"""Every rewrite by its name, and a round of them on a file."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import libcst as cst

from flake8_aiohttp.finding import Finding, Fix, Span
from flake8_aiohttp.fixing import awaits, blocks, names, returns
from flake8_aiohttp.fixing.locate import Change, Plan, Tree
from flake8_aiohttp.fixing.pieces import Piece, binds, cut, splice, split_lines
from flake8_aiohttp.fixing.refusal import Refusal, TimidError
from flake8_aiohttp.rewrite import (
    AwaitRead,
    CallAndAwait,
    CallGetEncoding,
    CallIt,
    DropAwait,
    DropEncode,
    DropKeyword,
    EnterBlock,
    InsertAwait,
    MakeAsync,
    MakeBasicAuth,
    MoveIntoBlock,
    ReadBytes,
    ReadFirst,
    RenameAttribute,
    ReplaceKeyword,
    ReplaceValue,
    ReturnAwait,
    ReturnBody,
    Rewrite,
    WrapInStr,
)

REWRITES: dict[type[Rewrite], Callable[[Tree, Span, Any], Plan]] = {
    InsertAwait: awaits.insert_await,
    CallIt: names.call,
    CallAndAwait: awaits.call_and_await,
    MakeAsync: awaits.make_async,
    DropAwait: awaits.drop_await,
    ReturnAwait: awaits.insert_await,
    MoveIntoBlock: blocks.move_into_block,
    EnterBlock: blocks.enter_block,
    ReadFirst: blocks.read_first,
    ReturnBody: returns.return_body,
    ReadBytes: names.read_bytes,
    DropEncode: names.drop_encode,
    RenameAttribute: names.rename_attribute,
    AwaitRead: awaits.await_read,
    CallGetEncoding: names.call_get_encoding,
    WrapInStr: names.wrap_in_str,
    MakeBasicAuth: names.make_basic_auth,
    DropKeyword: names.drop_keyword,
    ReplaceKeyword: names.replace_keyword,
    ReplaceValue: names.replace_value,
}

_NOQA = re.compile(r"#\s*noqa(?:\s*:\s*(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?", re.IGNORECASE)


class Fixable(NamedTuple):
    """A finding that has a fix."""

    finding: Finding
    fix: Fix


@dataclasses.dataclass(slots=True)
class Round:
    """What became of a file and of the findings to be fixed; the others wait for the next round."""

    text: str
    done: list[Finding] = dataclasses.field(default_factory=list)
    refused: dict[Finding, Refusal] = dataclasses.field(default_factory=dict)


def rewrite(text: str, findings: Iterable[Finding]) -> Round:
    """Apply the fixes of `findings` that do not overlap; raises SyntaxError where `text` is no Python."""
    fixable = [Fixable(each, each.fix) for each in findings if each.fix is not None]
    result = Round(text)
    spliced = []
    for piece in cut(text, [_extent(text, fix) for _, fix in fixable]):
        here = [each for each in fixable if each.fix.span in piece]
        try:
            spliced.append((piece, _rewrite_piece(piece, here, result)))
        except TimidError as error:
            result.refused.update({each.finding: error.refusal for each in here})
        except Exception:  # noqa: BLE001  whatever it is, the other fixes and files go on
            result.refused.update({each.finding: Refusal.BROKEN for each in here})
    result.text = splice(text, spliced)
    return result


def _extent(text: str, fix: Fix) -> Span:
    """Give the place that a rewrite has to see whole: that of the fix, or the file with all callers."""
    if not isinstance(fix.rewrite, ReturnBody):
        return fix.span
    return Span(1, 0, len(split_lines(text)), 0)


def _rewrite_piece(piece: Piece, fixable: Sequence[Fixable], result: Round) -> str:
    """Give the new text of a piece, and note in `result` what was done."""
    to_be_async = {piece.local(fix.span) for _, fix in fixable if isinstance(fix.rewrite, MakeAsync)}
    tree = Tree(piece, to_be_async, result.text)
    plans: dict[Finding, Plan] = {}
    for finding, fix in fixable:
        try:
            plan = _plan(tree, fix, result.text)
            _refuse_noqa(tree, plan.span, finding.code)
        except TimidError as error:
            result.refused[finding] = error.refusal
            continue
        if all(_go_together(plan, other) for other in plans.values()):
            plans[finding] = plan
    try:
        text = _apply(tree, plans.values())
    except TimidError:
        text = _apply(tree, _those_that_work(tree, plans, result))
    result.done += (finding for finding in plans if finding not in result.refused)
    return text


def _plan(tree: Tree, fix: Fix, whole_file: str) -> Plan:
    if fix.rewrite.writes_str and binds(whole_file, "str"):
        raise TimidError(Refusal.SHADOWED)
    return REWRITES[type(fix.rewrite)](tree, tree.piece.local(fix.span), fix.rewrite)


def _those_that_work(tree: Tree, plans: dict[Finding, Plan], result: Round) -> list[Plan]:
    reasons = {finding: _objection(tree, plan) for finding, plan in plans.items()}
    result.refused.update({finding: reason for finding, reason in reasons.items() if reason is not None})
    return [plan for finding, plan in plans.items() if reasons[finding] is None]


def _objection(tree: Tree, plan: Plan) -> Refusal | None:
    try:
        _apply(tree, [plan])
    except TimidError as error:
        return error.refusal
    return None


def _refuse_noqa(tree: Tree, span: Span, code: str) -> None:
    """Refuse where a noqa comment names no codes, or the code at hand, or as much of it as flake8 takes for all."""
    lines = split_lines(tree.module.code)[span.line - 1 : span.end_line]
    for match in (match for line in lines for match in _NOQA.finditer(line)):
        named = (match["codes"] or "").upper().replace(",", " ").split()
        if not named or code.startswith(tuple(named)):
            raise TimidError(Refusal.NOQA)


def _go_together(one: Plan, other: Plan) -> bool:
    """Say whether both can be done at once: they are apart, or two items of one `with`."""
    first, second = sorted([one.span, other.span])
    apart = (first.end_line, first.end_column) <= (second.line, second.column)
    return apart or one.changes == other.changes


class _Changer(cst.CSTTransformer):
    def __init__(self, changes: dict[cst.CSTNode, Change]) -> None:
        super().__init__()
        self.changes = changes

    def on_visit(self, node: cst.CSTNode) -> bool:
        del node
        return True

    def on_visit_attribute(self, node: cst.CSTNode, attribute: str) -> None:
        """Do nothing; libcst would look for a method for each."""

    def on_leave_attribute(self, original_node: cst.CSTNode, attribute: str) -> None:
        """Do nothing."""

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> cst.CSTNode:  # type: ignore[override]
        change = self.changes.get(original_node)
        return updated_node if change is None else change(updated_node)


def _apply(tree: Tree, plans: Collection[Plan]) -> str:
    changer = _Changer({node: change for plan in plans for node, change in plan.changes})
    try:
        code = tree.module.visit(changer).code
    except (cst.CSTValidationError, cst.ParserSyntaxError) as error:
        # `return(x).text()` has no blank where `await` must go.
        raise TimidError(Refusal.NO_ROOM) from error
    _refuse_wide_change(tree.module.code, code, plans)
    return code.removeprefix(tree.piece.header)


def _refuse_wide_change(before: str, after: str, plans: Iterable[Plan]) -> None:
    """Refuse where a line changes that no fix is about; which of several blank lines goes is all one."""
    allowed = {line for plan in plans for line in range(plan.span.line, plan.span.end_line + 1)}
    old = [(number in allowed, line) for number, line in enumerate(split_lines(before), 1) if line.strip()]
    new = ["", *(line for line in split_lines(after) if line.strip()), ""]  # neither end may move
    start = 0
    for may_change, numbered in itertools.groupby([(False, ""), *old, (False, "")], itemgetter(0)):
        if may_change:
            continue
        run = [line for _, line in numbered]
        places = range(start, len(new) - len(run) + 1)
        place = next((place for place in places if new[place : place + len(run)] == run), None)
        if place is None:
            raise TimidError(Refusal.TOO_WIDE)
        start = place + len(run)
