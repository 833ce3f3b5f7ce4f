"""Requests and sessions being made: `session.get(url, …)`, `ClientSession()`."""

from __future__ import annotations

import ast
import dataclasses
from typing import TYPE_CHECKING

from flake8_aiohttp.aiohttp_model.lookalikes import KEYWORDS
from flake8_aiohttp.aiohttp_model.media import binary_accept, binary_url
from flake8_aiohttp.aiohttp_model.objects import MEMBERS, Kind
from flake8_aiohttp.aiohttp_model.typestate import Body
from flake8_aiohttp.analysis.domain.state import Typestate
from flake8_aiohttp.analysis.domain.values import AbstractObject, DictValue, SequenceValue, Site, Text
from flake8_aiohttp.analysis.facts.fixtures import is_given
from flake8_aiohttp.analysis.journal.recorder import LifecycleEvent, Role, Usage
from flake8_aiohttp.analysis.transfer import escapes
from flake8_aiohttp.finding import Span
from flake8_aiohttp.python.scopes import Function

if TYPE_CHECKING:
    from flake8_aiohttp.analysis.interpreter.frame import Frame

_UPLOADS = frozenset({"PUT", "PATCH", "DELETE"})
"""Methods whose URL names what is sent or removed, as that of a POST with data may: the reply is something else."""

_TUPLES = frozenset({"auth", "timeout"})


@dataclasses.dataclass(frozen=True, slots=True)
class Allocation:
    """A request as it is written; `kept` where nobody is asked to release its response."""

    text: str
    receiver: str
    verb: str
    asynchronous: bool
    kept: bool
    certain: bool


class Allocations:
    """The requests of a file, by the place of their call."""

    def __init__(self) -> None:
        self.made: dict[Span, Allocation] = {}
        self._unowned: set[Site] = set()
        self._altered: set[Span] = set()
        self.altering: set[Function] = set()  # those that replace a method of a session they may give

    def open(self, frame: Frame, node: ast.Call, owner: AbstractObject, verb: str) -> AbstractObject:
        """Make what `session.get(url)` returns, and the site of its response."""
        member = MEMBERS[owner.kind][verb]
        assert member.gives is not None
        return self._make(frame, node, verb, member.gives, owner)

    def standalone(self, frame: Frame, node: ast.Call) -> AbstractObject:
        """Make what `aiohttp.request(…)` returns: it opens and closes a session of its own."""
        return self._make(frame, node, "request", Kind.STANDALONE, None)

    def by_use(self, frame: Frame, node: ast.Call, verb: str) -> AbstractObject:
        """Make a request that is known by the use of its response: its session may be a wrapper."""
        assert isinstance(node.func, ast.Attribute)
        served = is_given(frame.function, node.func.value)  # timid: perhaps a test client's fixture
        owner = AbstractObject(Kind.TEST_CLIENT if served else Kind.SESSION, Site(frame.engine.source.span(node.func)))
        return self._make(frame, node, verb, Kind.REQUEST, owner, certain=False)

    def alter(self, frame: Frame, owner: AbstractObject) -> None:
        """Note that a method of an object was replaced: what becomes of its responses is somebody else's care."""
        self._altered.add(owner.site.span)
        escapes.publish(frame, owner)

    def is_unsure(self, response: AbstractObject) -> bool:
        """Whether a response is known by its use alone, or its session is one of somebody's own."""
        made = self.made.get(response.site.span)
        return made is not None and not made.certain

    def _make(
        self,
        frame: Frame,
        node: ast.Call,
        verb: str,
        kind: Kind,
        owner: AbstractObject | None,
        *,
        certain: bool = True,
    ) -> AbstractObject:
        source = frame.engine.source
        certain = certain and (owner is None or _is_plain(frame, owner))
        site = Site(source.span(node), frame.context)
        session: Site | None = site  # aiohttp.request() has a session of its own
        altered = owner is not None and owner.site.span in self._altered
        if owner is not None:
            session = None if altered or owner.site in self._unowned else owner.site
        body = Body.ABSENT if _is_head(frame, node, verb) else Body.UNREAD
        frame.state.sites[site] = Typestate(body, session=session, evidence=_evidence(frame, node, verb))
        receiver = source.excerpt(node.func.value) if isinstance(node.func, ast.Attribute) else "aiohttp"
        kept = body is Body.ABSENT or altered or owner is None or owner.kind is Kind.TEST_CLIENT
        self.made[site.span] = Allocation(source.excerpt(node), receiver, verb, frame.asynchronous, kept, certain)
        if certain and not altered:
            _note_keywords(frame, node, receiver)
        if kind is not Kind.SOCKET_REQUEST and not frame.muted:
            text = source.excerpt(node)
            frame.engine.recorder.made(site.span, Kind.RESPONSE, text, asynchronous=frame.asynchronous)
            if frame.engine.says("raise_for_status="):
                frame.engine.recorder.note_event(site.span, LifecycleEvent.CHECKED)
        return AbstractObject(kind, site)

    def awaited(self, frame: Frame, node: ast.expr, site: Site) -> None:
        """Note that a response was had without a block: somebody has to release it."""
        made = self.made.get(site.span)
        if made is None or made.kept or frame.engine.is_mocked:
            return
        if not frame.engine.is_expected(node.lineno):
            frame.engine.recorder.note_event(site.span, LifecycleEvent.AWAITED)

    def session(self, frame: Frame, node: ast.Call, made: AbstractObject) -> AbstractObject:
        """Make a session: somebody has to close it."""
        source = frame.engine.source
        site = Site(source.span(node), frame.context)
        if frame.function is not None and not frame.muted:
            text = source.excerpt(node)
            frame.engine.recorder.made(site.span, Kind.SESSION, text, asynchronous=frame.asynchronous)
        if any(keyword.arg == "connector_owner" for keyword in node.keywords):
            self._unowned.add(site)  # closing the session leaves the connections open
        return AbstractObject(made.kind, site, made.subclass)


def _is_plain(frame: Frame, owner: AbstractObject) -> bool:
    """Whether a session is aiohttp's own, not a subclass or perhaps a wrapper with keywords of its own."""
    return owner.subclass is None and owner.site not in frame.engine.types.unsure


def _argument(node: ast.Call, verb: str, name: str, index: int) -> ast.expr | None:
    for keyword in node.keywords:
        if keyword.arg == name:
            return keyword.value
    position = index + (verb == "request")
    explicit = position < len(node.args) and not any(isinstance(a, ast.Starred) for a in node.args[: position + 1])
    return node.args[position] if explicit else None


def _is_head(frame: Frame, node: ast.Call, verb: str) -> bool:
    return _method(frame, node, verb) == "HEAD"


def _method(frame: Frame, node: ast.Call, verb: str) -> str:
    """Give the HTTP method of a request, where it is known."""
    if verb != "request":
        return verb.upper()
    value = _quietly(frame, _argument(node, verb, "method", -1))
    return value.value.upper() if isinstance(value, Text) else ""


def _quietly(frame: Frame, node: ast.expr | None) -> object:
    """Evaluate an argument once more, for what it says alone."""
    if node is None:
        return None
    with frame.unrecorded():
        return frame.evaluate(node)


def _evidence(frame: Frame, node: ast.Call, verb: str) -> str:
    """Say why the request asks for binary content, or nothing."""
    headers = _quietly(frame, _argument(node, verb, "headers", 99))
    if isinstance(headers, DictValue):
        for key, value in headers.pairs:
            if key is not None and key.lower() == "accept" and isinstance(value, Text) and "\0" not in value.value:
                return f"the request accepts `{value.value}`" if binary_accept(value.value) else ""
    method = _method(frame, node, verb)
    if method in _UPLOADS or (method == "POST" and _argument(node, verb, "data", 99) is not None):
        return ""
    url = _quietly(frame, _argument(node, verb, "url", 0))
    tail = binary_url(url.value) if isinstance(url, Text) else ""
    return f"the URL ends in `{tail}`" if tail else ""


def _note_keywords(frame: Frame, node: ast.Call, receiver: str) -> None:
    """Write down keywords that only requests takes."""
    source = frame.engine.source
    for keyword in node.keywords:
        if keyword.arg is None:
            continue
        value = _quietly(frame, keyword.value) if keyword.arg in _TUPLES else None
        is_pair = isinstance(value, SequenceValue) and value.exact
        if keyword.arg not in KEYWORDS and not is_pair:
            continue
        maker = _basic_auth(frame) if keyword.arg == "auth" and _is_written_pair(keyword.value) else ""
        for detail in (source.excerpt(keyword.value), maker):
            escapes.note(
                frame,
                keyword,
                Role.KEYWORD,
                Usage.ARGUMENT,
                Kind.REQUEST,
                receiver=receiver,
                member=keyword.arg,
                detail=detail,
            )


def _is_written_pair(node: ast.expr) -> bool:
    if not isinstance(node, (ast.Tuple, ast.List)) or len(node.elts) != 2:
        return False  # timid: under a name it may also be None
    return not any(isinstance(element, ast.Starred) for element in node.elts)


def _basic_auth(frame: Frame) -> str:
    """Give what this file calls `aiohttp.BasicAuth`, or nothing."""
    if frame.engine.says("TYPE_CHECKING"):
        return ""  # timid: perhaps imported for checkers alone
    for name, qualified in frame.engine.scopes.imports.items():
        if qualified in {"aiohttp", "aiohttp.BasicAuth"}:
            return f"{name}.BasicAuth" if qualified == "aiohttp" else name
    return ""
