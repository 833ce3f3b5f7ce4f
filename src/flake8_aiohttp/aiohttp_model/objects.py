"""Who gives what: session -> request -> response -> stream, method -> coroutine -> body.

`MEMBERS` tells for each kind of aiohttp object what its attributes are, `TYPES` which class makes which
kind. Source: aiohttp 3.14.5, `client.py`, `client_reqrep.py`, `client_ws.py`, `streams.py`,
`web_request.py`, `web_response.py`, `web_ws.py`, `web_runner.py`, `test_utils.py`; names that only
older or newer versions have are marked.
"""

from __future__ import annotations

import dataclasses
import enum
import functools

from flake8_aiohttp.aiohttp_model.typestate import Operation


class Kind(enum.Enum):
    """What an aiohttp object is; the value is how a message calls it."""

    __hash__ = object.__hash__  # by identity: it is hashed all the time

    SESSION = "session"
    REQUEST = "request"  # what session.get(url) returns: to be awaited or entered
    STANDALONE = "standalone request"  # what aiohttp.request(…) returns: only to be entered
    RESPONSE = "response"
    STREAM = "stream"
    CHUNKS = "stream iterator"
    SOCKET_REQUEST = "WebSocket request"
    SOCKET = "WebSocket"
    URL = "URL"
    SERVER_REQUEST = "server request"
    SERVER_RESPONSE = "server response"
    SERVER_SOCKET = "server WebSocket"
    PARTS = "multipart reader"
    TEST_CLIENT = "test client"
    TEST_SERVER = "test server"
    RUNNER = "runner"
    SITE = "site"
    APPLICATION = "application"
    ROUTES = "route table"


class Calling(enum.Enum):
    """What a member is when it is fetched or called."""

    __hash__ = object.__hash__  # by identity: it is hashed all the time

    VALUE = "value"
    SYNC = "plain method"
    ASYNC = "coroutine method"
    REQUEST = "request method"  # its result is awaited or entered


class Effect(enum.Enum):
    """What a member does to its object beside reading."""

    RELEASE = "gives the connection back"
    CLOSE = "closes the session"
    CHECK = "raises on an error status"


@dataclasses.dataclass(frozen=True, slots=True)
class Member:
    """An attribute of an aiohttp object: how it is used, what it gives, what it does to a body."""

    calling: Calling
    gives: Kind | None = None
    operation: Operation | None = None
    effect: Effect | None = None


VALUE = Member(Calling.VALUE)
SYNC = Member(Calling.SYNC)
ASYNC = Member(Calling.ASYNC)

VERBS = frozenset({"get", "post", "put", "delete", "patch", "head", "options", "request"})


SHY = frozenset({"multipart"})
"""Body methods that read nothing where they raise: they look at the headers first."""

VOLATILE = frozenset({"closed", "close_code", "connection", "connector", "prepared", "content", "keep_alive"})
"""Attributes that a method of their object may change."""


def _all(names: str, member: Member) -> dict[str, Member]:
    return dict.fromkeys(names.split(), member)


_BODY = {
    "read": Member(Calling.ASYNC, None, Operation.READ),
    "text": Member(Calling.ASYNC, None, Operation.DECODE),
    "json": Member(Calling.ASYNC, None, Operation.DECODE),
}
BODY_METHODS = frozenset(_BODY)
"""Methods that read a whole body."""

_REQUESTS = {
    **dict.fromkeys(VERBS, Member(Calling.REQUEST, Kind.REQUEST)),
    "ws_connect": Member(Calling.REQUEST, Kind.SOCKET_REQUEST),
}
_SOCKET = {
    **_all(
        "send_str send_bytes send_json send_frame receive receive_str receive_bytes receive_json ping pong close",
        ASYNC,
    ),
    **_all("closed close_code protocol compress client_notakeover", VALUE),
    **_all("exception get_extra_info", SYNC),
}
_SERVER_RESPONSE = {
    **_all("prepare write write_eof", ASYNC),
    **_all("status reason headers cookies content_type charset body text prepared keep_alive", VALUE),
    **_all("set_cookie del_cookie set_status enable_compression enable_chunked_encoding force_close", SYNC),
}

MEMBERS: dict[Kind, dict[str, Member]] = {
    Kind.SESSION: {
        **_REQUESTS,
        "close": Member(Calling.ASYNC, None, None, Effect.CLOSE),
        **_all(
            "closed connector cookie_jar headers auth timeout json_serialize connector_owner raise_for_status "
            "auto_decompress trust_env trace_configs version requote_redirect_url skip_auto_headers loop",
            VALUE,
        ),
        "detach": Member(Calling.SYNC, None, None, Effect.CLOSE),
    },
    Kind.RESPONSE: {
        **_BODY,
        "content": Member(Calling.VALUE, Kind.STREAM),
        "url": Member(Calling.VALUE, Kind.URL),
        "real_url": Member(Calling.VALUE, Kind.URL),
        "release": Member(Calling.SYNC, None, None, Effect.RELEASE),
        "close": Member(Calling.SYNC, None, None, Effect.RELEASE),
        "raise_for_status": Member(Calling.SYNC, None, None, Effect.CHECK),
        "wait_for_close": ASYNC,
        "get_encoding": SYNC,
        **_all(
            "status ok reason version headers raw_headers cookies charset content_type content_length history "
            "method host links request_info closed connection content_disposition output_size",
            VALUE,
        ),
    },
    Kind.STREAM: {
        "read": Member(Calling.ASYNC, None, Operation.DRAIN),  # read(n) taps: see `stream_operation`
        **_all("readany readline readexactly readuntil readchunk", Member(Calling.ASYNC, None, Operation.TAP)),
        **_all("iter_chunked iter_any iter_chunks", Member(Calling.SYNC, Kind.CHUNKS)),
        **_all("at_eof is_eof exception on_eof feed_eof feed_data unread_data total_raw_bytes", SYNC),
        "read_nowait": SYNC,
        "wait_eof": ASYNC,
    },
    Kind.CHUNKS: {},
    Kind.PARTS: {},
    Kind.SOCKET: _SOCKET,
    Kind.URL: {},
    Kind.SERVER_REQUEST: {
        **_BODY,
        "post": Member(Calling.ASYNC, None, Operation.READ),
        "multipart": Member(Calling.ASYNC, Kind.PARTS, Operation.TAP),
        "content": Member(Calling.VALUE, Kind.STREAM),
        "release": ASYNC,
        **_all("get_extra_info clone", SYNC),
        **_all("url rel_url", Member(Calling.VALUE, Kind.URL)),
        **_all("cookies host match_info method path path_qs query query_string remote scheme version", VALUE),
    },
    Kind.SERVER_RESPONSE: _SERVER_RESPONSE,
    Kind.SERVER_SOCKET: {**_SERVER_RESPONSE, **_SOCKET, "can_prepare": SYNC},
    Kind.TEST_CLIENT: {
        **_REQUESTS,
        **_all("start_server close", ASYNC),
        **_all("host port server app", VALUE),
        "session": Member(Calling.VALUE, Kind.SESSION),
        "make_url": SYNC,
    },
    Kind.TEST_SERVER: {**_all("start_server close", ASYNC), "make_url": SYNC},
    Kind.RUNNER: _all("setup cleanup shutdown", ASYNC),
    Kind.SITE: _all("start stop", ASYNC),
    Kind.APPLICATION: {},
    Kind.ROUTES: {},
    Kind.REQUEST: {},
    Kind.STANDALONE: {},
    Kind.SOCKET_REQUEST: {},
}

ENTERED: dict[Kind, Kind] = {
    Kind.REQUEST: Kind.RESPONSE,
    Kind.STANDALONE: Kind.RESPONSE,
    Kind.RESPONSE: Kind.RESPONSE,
    Kind.SESSION: Kind.SESSION,
    Kind.SOCKET_REQUEST: Kind.SOCKET,
    Kind.TEST_CLIENT: Kind.TEST_CLIENT,
    Kind.TEST_SERVER: Kind.TEST_SERVER,
}
"""What `async with` binds."""

TYPES: dict[str, Kind] = {
    "aiohttp.ClientSession": Kind.SESSION,
    "aiohttp.client.ClientSession": Kind.SESSION,
    "aiohttp.ClientResponse": Kind.RESPONSE,
    "aiohttp.client.ClientResponse": Kind.RESPONSE,
    "aiohttp.client_reqrep.ClientResponse": Kind.RESPONSE,
    "aiohttp.StreamReader": Kind.STREAM,
    "aiohttp.streams.StreamReader": Kind.STREAM,
    "aiohttp.ClientWebSocketResponse": Kind.SOCKET,
    "aiohttp.client_ws.ClientWebSocketResponse": Kind.SOCKET,
    "aiohttp.web.Request": Kind.SERVER_REQUEST,
    "aiohttp.web.BaseRequest": Kind.SERVER_REQUEST,
    "aiohttp.web_request.Request": Kind.SERVER_REQUEST,
    "aiohttp.web_request.BaseRequest": Kind.SERVER_REQUEST,
    "aiohttp.web.StreamResponse": Kind.SERVER_RESPONSE,
    "aiohttp.web.Response": Kind.SERVER_RESPONSE,
    "aiohttp.web.WebSocketResponse": Kind.SERVER_SOCKET,
    "aiohttp.web_ws.WebSocketResponse": Kind.SERVER_SOCKET,
    "aiohttp.web.AppRunner": Kind.RUNNER,
    "aiohttp.web.ServerRunner": Kind.RUNNER,
    "aiohttp.web_runner.AppRunner": Kind.RUNNER,
    "aiohttp.web.TCPSite": Kind.SITE,
    "aiohttp.web.UnixSite": Kind.SITE,
    "aiohttp.web.SockSite": Kind.SITE,
    "aiohttp.web.Application": Kind.APPLICATION,
    "aiohttp.web.RouteTableDef": Kind.ROUTES,
    "aiohttp.test_utils.TestClient": Kind.TEST_CLIENT,
    "aiohttp.test_utils.TestServer": Kind.TEST_SERVER,
    "aiohttp.test_utils.RawTestServer": Kind.TEST_SERVER,
    "pytest_aiohttp.plugin.AiohttpClient": Kind.TEST_CLIENT,
}

SESSION_CLASSES = frozenset({"aiohttp.ClientSession", "aiohttp.client.ClientSession"})
"""Names of aiohttp's own class."""

SESSION_WRAPPERS = frozenset(
    {
        "aiohttp_retry.RetryClient",
        "aiohttp_retry.client.RetryClient",
        "aiohttp_client_cache.CachedSession",
        "aiohttp_client_cache.session.CachedSession",
        "aiohttp_proxy.ProxyClientSession",
    }
)
"""Classes of other packages that are used just as a ClientSession is."""

SHARED_SESSIONS = frozenset(
    {
        "homeassistant.helpers.aiohttp_client.async_get_clientsession",
        "homeassistant.helpers.aiohttp_client.async_create_clientsession",
        "aiohttp_client.async_get_clientsession",
    }
)
"""Functions that give a session which somebody else closes."""

UNMADE = frozenset({Kind.RESPONSE, Kind.STREAM, Kind.SOCKET, Kind.SERVER_REQUEST})
"""Kinds that a program is given, never constructs: calling their class tells nothing."""

CLIENT_FIXTURES = frozenset({"aiohttp_client", "test_client"})
"""pytest's fixtures (pytest-aiohttp): awaiting their call gives a test client."""

STANDALONE_REQUESTS = frozenset({"aiohttp.request", "aiohttp.client.request"})
"""`aiohttp.request()` opens a session of its own and works only as `async with`."""

REMOVED_REQUESTS = frozenset(f"aiohttp.{verb}" for verb in VERBS - {"request"})
"""Functions that made a request without a session, until aiohttp 2: it was awaited or entered as a session's is."""

REQUEST_FUNCTIONS = STANDALONE_REQUESTS | REMOVED_REQUESTS

ROUTERS = frozenset(
    {
        "add_get",
        "add_post",
        "add_put",
        "add_delete",
        "add_patch",
        "add_head",
        "add_options",
        "add_route",
        "add_view",
    }
)
ROUTE_FUNCTIONS = frozenset(
    f"aiohttp.web.{verb}" for verb in ("get", "post", "put", "delete", "patch", "head", "options", "route")
)
ROUTE_DECORATORS = frozenset({"get", "post", "put", "delete", "patch", "head", "options", "route"})


APPLICATIONS = frozenset({"app", "config_dict"})
"""Attributes by which a request gives its application, or what that and those around it hold."""

SIGNALS = frozenset({"on_startup", "on_shutdown", "on_cleanup", "cleanup_ctx"})
"""Attributes of an application; functions that are appended to them are given it."""

INHERITED: dict[tuple[str, str], Kind] = {
    ("aiohttp.web.View", "request"): Kind.SERVER_REQUEST,
    ("aiohttp.web_urldispatcher.View", "request"): Kind.SERVER_REQUEST,
    ("aiohttp.test_utils.AioHTTPTestCase", "client"): Kind.TEST_CLIENT,
    ("aiohttp.test_utils.AioHTTPTestCase", "server"): Kind.TEST_SERVER,
}
"""Attributes that subclasses find set."""


def stream_operation(name: str, *, whole: bool) -> Operation:
    """Say what a method of the stream does: `read()` without a size drains, everything else taps."""
    return Operation.DRAIN if name == "read" and whole else Operation.TAP


@functools.cache
def session_names(factories: frozenset[str]) -> frozenset[str]:
    """Give the names of what makes sessions, those included that the user configured."""
    return SESSION_WRAPPERS | SHARED_SESSIONS | factories


@functools.cache
def known_names(factories: frozenset[str], responses: frozenset[str]) -> frozenset[str]:
    """Give the names of other modules that stand for something of aiohttp's, or make it."""
    return frozenset(TYPES) | REQUEST_FUNCTIONS | session_names(factories) | responses
