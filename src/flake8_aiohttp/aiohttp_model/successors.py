"""What to write instead of the names that aiohttp has no more: the table of versions says which those are."""

from __future__ import annotations

_ERROR = "`aiohttp.ClientError` or one of its subclasses"
_SESSION = "`async with aiohttp.ClientSession() as session`, then `session.{name}(…)`"

SUCCESSORS: dict[str, str] = {
    **dict.fromkeys("get post put delete patch head options ws_connect".split(), _SESSION),
    **dict.fromkeys(
        "ClientDisconnectedError ClientHttpProcessingError ClientRequestError DisconnectedError HttpProcessingError "
        "ProxyConnectionError HttpProxyError errors".split(),
        _ERROR,
    ),
    **dict.fromkeys(
        "MultiDict CIMultiDict MultiDictProxy CIMultiDictProxy istr upstr".split(),
        "the package `multidict`",
    ),
    "BodyPartWriter": "`aiohttp.MultipartWriter`",
    "ClientTimeoutError": "`asyncio.TimeoutError`",
    "FingerprintMismatch": "`aiohttp.ServerFingerprintMismatch`",
    "MsgType": "`aiohttp.WSMsgType`",
    "ProxyConnector": "`proxy=` in the request",
    "Request": "`aiohttp.web.Request`",
    "Response": "`aiohttp.web.Response`",
    "Signal": "`aiosignal.Signal`",
    "Timeout": "`asyncio.timeout(…)`, or `aiohttp.ClientTimeout(…)` for a request",
    "create_future": "`loop.create_future()`",
    "ensure_future": "`asyncio.ensure_future(…)`",
    "signals": "the package `aiosignal`",
    "frozenlist": "the package `frozenlist`",
    "web_reqrep": "`aiohttp.web`",
    "WSClientDisconnectedError": "`aiohttp.ClientConnectionError`",
}
"""By the last part of the name."""
