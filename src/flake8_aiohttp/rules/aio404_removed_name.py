"""A name of aiohttp is used that aiohttp has no more: `aiohttp.get`, `aiohttp.Timeout`, `aiohttp.MsgType`.

Old answers and tutorials still show them. Fetching one raises AttributeError, importing one ImportError.

Bad:
    async with aiohttp.get(url) as response:
        print(await response.text())
Good:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        print(await response.text())
Fix: none: what took the place of the name is another thing, mostly.
Silent: a name that some aiohttp from 3.8 on has; behind `except ImportError`, `hasattr` or a test of the version.
"""

from __future__ import annotations

from flake8_aiohttp.aiohttp_model import versions
from flake8_aiohttp.aiohttp_model.successors import SUCCESSORS
from flake8_aiohttp.analysis.journal.calls import Mention
from flake8_aiohttp.finding import Finding, Rule

rule = Rule("AIO404", "removed-name")


@rule.on(Mention)
def removed_name(mention: Mention) -> Finding | None:
    """Judge a name that is gone."""
    gone = versions.removed(mention.qualified)
    assert gone is not None
    name = gone[0].rpartition(".")[2]
    successor = SUCCESSORS.get(name, "").format(name=name)
    raises = "ImportError" if mention.imported else "AttributeError"
    remedy = f"; write {successor}" if successor else ""
    message = f"`{mention.text}`: no aiohttp after {gone[1]} has `{gone[0]}` ({raises}){remedy}"
    return Finding(rule.code, mention.span, message)
