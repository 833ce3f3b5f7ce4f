"""Programs that try to make a safe fix break code; what stands behind each `=>` was judged by reading it.

The lines are the body of a response's block. Nothing may come of a fix that Python refuses, that gives text to what
takes bytes or bytes to what takes text, that asks a body for what it has not, or that undoes what is done on purpose.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from flake8_aiohttp.check import check
from flake8_aiohttp.fixing.apply import fix_text
from flake8_aiohttp.fixing.verification import compiles

FOLDER = Path(__file__).with_name("traps")
KEPT = "as it is"
AROUND = """import aiohttp, asyncio, atexit, aiofiles, base64, gzip, hashlib, inspect
import io, json, logging, re, sys, tempfile, zipfile
from contextlib import closing, suppress
from pathlib import Path
import pandas as pd
import pytest
from aiohttp import web
from bs4 import BeautifulSoup
from PIL import Image
from tqdm import tqdm

logger = logging.getLogger()


async def f(session: aiohttp.ClientSession, url, key):
    async with session.get(url) as r:
"""


def program(body: str) -> str:
    """Put lines into the block of a response."""
    return AROUND + "".join(f"        {line}\n" for line in body.split("\n") if line)


TRAPS = [
    tuple(each.strip("\n").split("\n=>"))
    for path in sorted(FOLDER.glob("*.txt"))
    for each in path.read_text(encoding="utf-8").strip("\n").split("\n---\n")
]


def test_there_are_many() -> None:
    assert len(TRAPS) > 300
    assert len({before for before, _ in TRAPS}) == len(TRAPS)


@pytest.mark.parametrize(("before", "after"), TRAPS, ids=[before.replace("\n", "; ")[:60] for before, _ in TRAPS])
def test_trap(before: str, after: str) -> None:
    text = program(before)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outcome = fix_text(text, check)
    assert compiles(outcome.text)
    assert outcome.text == (text if after.strip() == KEPT else program(after.strip("\n")))
