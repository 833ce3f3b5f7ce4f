"""Runs the examples of every rule's documentation: the bad ones misbehave, the good ones do not."""

from __future__ import annotations

import ast
import contextlib
import re
import textwrap
from pathlib import Path

import pytest

import flake8_aiohttp
from flake8_aiohttp.finding import sections
from tests.live.harness import Lines, Program, accuses, observe, shows

NO_EXAMPLE = {  # neither a bug of the plugin nor a comment is a mistake that runs
    "aio000_plugin_failure",
    "aio001_unused_noqa",
}
MODULES = sorted(Path(flake8_aiohttp.__file__).parent.glob("rules/aio*.py"))
FRAME = """\
import asyncio

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

{module}


async def snippet(session, client, root, url):
{snippet}


async def main(root):
    async with aiohttp.ClientSession() as session, TestClient(TestServer(web.Application())) as client:
        got = await snippet(session, client, root, root + {path!r})
        if asyncio.iscoroutine(got):
            got = await got
        if isinstance(got, aiohttp.ClientResponse):
            await got.text()
"""

EXAMPLES = [module for module in MODULES if module.stem not in NO_EXAMPLE]
pytestmark = pytest.mark.usefixtures("own_folder")
each_module = pytest.mark.parametrize("module", EXAMPLES, ids=lambda module: module.stem)


def documentation(module: Path) -> dict[str, str]:
    """Give the sections of a rule module's docstring."""
    return sections(ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or "")


def as_written(snippet: str) -> str:
    """Give a snippet its first indentation back, which `sections` takes as it strips."""
    for text in (textwrap.dedent(snippet), textwrap.dedent(f"    {snippet}")):
        with contextlib.suppress(SyntaxError):
            ast.parse(f"async def snippet():\n{textwrap.indent(text, '    ')}")
            return text
    raise AssertionError(f"no Python: {snippet}")


def framed(snippet: str) -> str:
    """Give a program that runs a snippet.

    `# url: /path` at its head says where its `url` leads, `# module` that it does not stand in a coroutine.
    """
    snippet = as_written(snippet)
    head = re.match(r"# url: (/\S+)", snippet)
    module = snippet if snippet.startswith("# module") else ""
    inside = "pass" if module else snippet
    return FRAME.format(snippet=textwrap.indent(inside, "    "), path=head[1] if head else "/large", module=module)


@each_module
def test_bad_example_misbehaves(module: Path, root: str) -> None:
    seen = observe(Program(str(module), framed(documentation(module)["Bad"])), root)
    assert any(shows(sighting, module.stem[:6].upper()) for sighting in seen), "\n".join(map(str, seen))


@each_module
def test_good_example_does_not(module: Path, root: str) -> None:
    text = framed(documentation(module)["Good"])
    seen = observe(Program(str(module), text), root)
    assert [each for each in seen if accuses(each, Lines(text))] == [], "\n".join(map(str, seen))
