"""What the aiohttp at hand takes as keywords, has as members, and exports; asks aiohttp alone, and needs nothing else.

It runs as a script in the environment of each version (`python collect.py`, prints JSON), and as a module in the
test that asks the installed aiohttp.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import pkgutil
import warnings
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp import test_utils, web

Facts = dict[str, dict[str, list[str]]]

CALLABLES: dict[str, Callable[..., Any]] = {
    "BaseConnector": aiohttp.BaseConnector,
    "ClientSession": aiohttp.ClientSession,
    "ClientTimeout": aiohttp.ClientTimeout,
    "CookieJar": aiohttp.CookieJar,
    "TCPConnector": aiohttp.TCPConnector,
    "UnixConnector": aiohttp.UnixConnector,
    "web.FileResponse": web.FileResponse,
    "web.HTTPFound": web.HTTPFound,
    "web.HTTPMovedPermanently": web.HTTPMovedPermanently,
    "web.HTTPPermanentRedirect": web.HTTPPermanentRedirect,
    "web.HTTPSeeOther": web.HTTPSeeOther,
    "web.HTTPTemporaryRedirect": web.HTTPTemporaryRedirect,
    "web.Response": web.Response,
    "web.StreamResponse": web.StreamResponse,
    "web.WebSocketResponse": web.WebSocketResponse,
    "web.json_response": web.json_response,
}
PASSED_ON = "str_or_url"
"""The parameter of `ClientSession._request` that its callers name otherwise."""


def facts() -> Facts:
    """Give the keywords of callables, the members of objects, and what modules export and what they have at all."""
    exported, present = names()
    return {"keywords": keywords(), "members": asyncio.run(members()), "exported": exported, "present": present}


def keywords() -> dict[str, list[str]]:
    """Give the parameters that each callable takes by keyword; methods of a session are `session.get` and so on."""
    session, passed_on = aiohttp.ClientSession, _parameters(aiohttp.ClientSession._request) - {"method", PASSED_ON}
    found = {name: _parameters(function) for name, function in CALLABLES.items()}
    for verb in ("get", "post", "put", "delete", "patch", "head", "options", "request"):
        found[f"session.{verb}"] = _parameters(getattr(session, verb)) | passed_on
    found["session.ws_connect"] = _parameters(session._ws_connect) | _parameters(session.ws_connect)
    found["request"] = _parameters(aiohttp.request) | passed_on
    return {name: sorted(each) for name, each in found.items()}


def _parameters(function: Callable[..., Any]) -> set[str]:
    by_keyword = {inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY}
    parameters = inspect.signature(function).parameters.values()
    return {each.name for each in parameters if each.kind in by_keyword} - {"self"}


async def members() -> dict[str, list[str]]:
    """Give the public attributes of live objects, by the name of their kind in the model."""
    served: list[Any] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        served.extend([request, web.Response(), web.WebSocketResponse()])
        if request.path != "/socket":
            return web.Response(text="answer")
        await served[-1].prepare(request)
        await served[-1].close()
        return served[-1]

    application = web.Application()
    application.router.add_get("/{path}", answer)
    async with test_utils.TestServer(application) as server, aiohttp.ClientSession() as session:
        request = session.get(server.make_url("/text"))
        async with request as response, session.ws_connect(server.make_url("/socket")) as socket:
            found = {"SESSION": session, "REQUEST": request, "RESPONSE": response, "STREAM": response.content}
            found |= dict(zip(["SERVER_REQUEST", "SERVER_RESPONSE"], served[:2], strict=True))
            found |= {"SOCKET": socket, "SERVER_SOCKET": served[-1]}
            return {kind: [name for name in dir(each) if not name.startswith("_")] for kind, each in found.items()}


def names() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Give what each public module of aiohttp exports, submodules included, and all that it has beside."""
    exported, present = {}, {}
    for module in ["aiohttp", *(f"aiohttp.{each.name}" for each in pkgutil.iter_modules(aiohttp.__path__))]:
        if "._" in module or module in {"aiohttp.worker", "aiohttp.pytest_plugin"}:
            continue  # private, or for the guests of other packages
        loaded = importlib.import_module(module)
        inside = [each.name for each in pkgutil.iter_modules(getattr(loaded, "__path__", ()))]
        exported[module] = sorted({*getattr(loaded, "__all__", ()), *inside})
        present[module] = sorted({*exported[module], *dir(loaded)})
    return exported, present


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(json.dumps({"version": aiohttp.__version__, **facts()}))
