"""Findings, written for people and for programs.

`FORMATS` are those of `flake8-aiohttp --output-format`; each gets the sections in which something was found, and
flake8's options, and gives the whole text. flake8's own formatters are chosen by `--format`, as ever.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable, Sequence

from flake8_aiohttp.outputs.report import Section

Format = Callable[[Sequence[Section], argparse.Namespace], str]

# Module and function; a run imports the one that it needs.
FORMATS = {
    "full": ("text", "full"),
    "concise": ("text", "concise"),
    "grouped": ("text", "grouped"),
    "json": ("objects", "array"),
    "json-lines": ("objects", "lines"),
    "github": ("github", "commands"),
    "gitlab": ("code_quality", "issues"),
    "sarif": ("sarif", "log"),
    "junit": ("junit", "suites"),
}
FOR_PEOPLE = {"full", "concise", "grouped"}


def format_named(name: str) -> Format:
    """Give the function that writes in a format."""
    module, function = FORMATS[name]
    found: Format = getattr(importlib.import_module(f"{__name__}.{module}"), function)
    return found
