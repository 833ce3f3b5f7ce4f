"""Why a fix is left undone; when in doubt, the file stays as it is and the reason is told."""

from __future__ import annotations

import enum


class Refusal(enum.Enum):
    """All that makes a fix timid."""

    NOT_ASYNC = "there is no `async def` around it, so `await` and `async` are not allowed"
    LAMBDA = "it stands inside a lambda, which cannot await"
    GENERATOR = "it stands inside a generator expression, which would become asynchronous"
    ASYNC_GENERATOR = "it stands inside a generator expression that may be asynchronous by it"
    NESTED = "it stands inside another comprehension, which Python takes for asynchronous only from 3.11 on"
    ANNOTATION = "it stands inside an annotation"
    SCHEDULED = "it is handed to what takes a coroutine"
    NOT_FOUND = "the code there is not what the fix expects"
    ASSIGNED = "it is assigned to"
    NOQA = "a `# noqa` stands on a line that would change"
    COMMENT = "a comment would be lost"
    MIXED_ITEMS = "another item of the `with` may not be asynchronous"
    ENCODED = "what it gives is encoded there, as bytes cannot be"
    DECODED = "what it gives is decoded there by another codec"
    TYPE = "something that the value reaches takes text alone, and no bytes"
    SHADOWED = "the name that is needed means something else there"
    NOT_ADJACENT = "the statement does not directly follow the block"
    BLOCK_LEAVES = "the block ends before the statement would run"
    ONE_LINER = "the suite stands on the line of its header"
    NOT_A_SIMPLE_NAME = "the value does not go to one name in a statement of its own"
    USED_ELSEWHERE = "the name is also used outside the statements that would be indented"
    REBOUND = "the name is bound again"
    IN_NESTED_FUNCTION = "a nested function uses it"
    NO_ROUND_TRIP = "libcst does not give the file back unchanged"
    TOO_WIDE = "more lines would change than the fix is about"
    NO_ROOM = "there is no room for the change without touching its surroundings"
    NOT_DECODABLE = "the file's bytes do not follow its encoding"
    NOT_COMPILABLE = "the result would not compile"
    STILL_THERE = "the finding would still be there"
    NEW_FINDING = "the fix would lead to a new finding"
    BROKEN = "the fixer itself failed; please report it"
    ENDLESS = "one fix led to another without end"


class TimidError(Exception):
    """Raised where a fix is hard to do right; carries the reason."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
