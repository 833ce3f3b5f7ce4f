"""Findings, written for people and for programs.

`FORMATS` are those of `flake8-aiohttp --output-format`; each gets the sections in which something was found, and
flake8's options, and gives the whole text. flake8's own formatters are chosen by `--format`, as ever.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from flake8_aiohttp.outputs import code_quality, github, junit, objects, sarif, text
from flake8_aiohttp.outputs.report import Section

Format = Callable[[Sequence[Section], argparse.Namespace], str]

FORMATS: dict[str, Format] = {
    "full": text.full,
    "concise": text.concise,
    "grouped": text.grouped,
    "json": objects.array,
    "json-lines": objects.lines,
    "github": github.commands,
    "gitlab": code_quality.issues,
    "sarif": sarif.log,
    "junit": junit.suites,
}
FOR_PEOPLE = {"full", "concise", "grouped"}
