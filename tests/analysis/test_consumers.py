"""What takes a value, and whether it would take another type: `@` stands before the value."""

from __future__ import annotations

import pytest

from flake8_aiohttp.analysis.facts.consumers import Consumers, Fit, ValueType
from flake8_aiohttp.finding import Span
from flake8_aiohttp.python.scopes import FileScopes
from flake8_aiohttp.python.source import Source

BYTES, JSON, TEXT = ValueType.BYTES, ValueType.JSON, ValueType.TEXT
HEAD = """import base64, csv, gzip, hashlib, io, json, tempfile, zipfile
from hashlib import sha256
from pathlib import Path
"""

TAKEN = [
    (BYTES, "io.BytesIO(@value)"),
    (BYTES, "sha256(@value)"),
    (BYTES, "x = @value\nreturn sha256(x), len(x), bool(x), not x"),
    (BYTES, "x = @value\nif x: pass\nassert x\nwhile x: pass\nreturn io.BytesIO(x.strip())"),
    (BYTES, "io.BytesIO(await (@value))"),
    (BYTES, "if (x := @value): io.BytesIO(x)"),
    (BYTES, "return 1 if @value else 2"),
    (BYTES, "(@value).decode('utf-8')"),
    (BYTES, "(@value).strip().hex()"),
    (BYTES, "(@value).startswith(b'PNG')"),
    (BYTES, "(@value)[:4].hex()"),
    (BYTES, "b'PNG' in @value"),
    (BYTES, "bytes(@value)"),
    (BYTES, "str(@value, 'utf-8')"),
    (BYTES, "Path('a').write_bytes(@value)"),
    (BYTES, "with open('a', 'wb') as f: f.write(@value)"),
    (BYTES, "with open('a', mode='ab') as f: f.write(@value)"),
    (BYTES, "open('a', 'wb').write(@value)"),
    (BYTES, "with Path('a').open('wb') as f: f.write(@value)"),
    (BYTES, "with gzip.open('a') as f: f.write(@value)"),
    (BYTES, "with tempfile.TemporaryFile() as f: f.write(@value)"),
    (BYTES, "h = hashlib.new('md5')\nh.update(@value)"),
    (BYTES, "f = io.BytesIO()\nf.write(@value)"),
    (BYTES, "f = await open_it(io.BytesIO())\nf = io.BytesIO()\nreturn len(@value)"),
    (TEXT, "io.StringIO(@value)"),
    (TEXT, "with gzip.open('a', 'wt') as f: f.write(@value)"),
    (TEXT, "f = io.StringIO()\nf.write(@value)"),
    (TEXT, "Path('a').write_text(@value)"),
    (TEXT, "'a' + (@value)"),
    (TEXT, "(@value) + f'{1}'"),
    (TEXT, "(@value).startswith('a')"),
]
UNKNOWN = [
    (BYTES, "return @value"),
    (BYTES, "f'{@value}'"),
    (BYTES, "json.loads(@value)"),
    (BYTES, "other(@value)"),
    (BYTES, "io.BytesIO(1, @value)"),
    (BYTES, "other(a=@value)"),
    (BYTES, "x = @value\nx = 5\nio.BytesIO(x)"),
    (BYTES, "x = ''\nio.BytesIO(x)\nx = @value"),
    (BYTES, "x = y = @value"),
    (BYTES, "self.x = @value"),
    (BYTES, "global x\nx = @value"),
    (BYTES, "x: bytes = @value\nother(x)"),
    (BYTES, "x = @value\ny = (x := io.BytesIO(x))"),
    (BYTES, "(@value) + other"),
    (BYTES, "(@value).split()"),
    (BYTES, "(@value).strip"),
    (BYTES, "(@value)[0]"),
    (BYTES, "(@value) == 5"),
    (BYTES, "x = (@value) or other\nio.BytesIO(x)"),
    (BYTES, "f.write(@value)"),
    (BYTES, "f.g.write(@value)"),
    (BYTES, "mode = 'wb'\nwith open('a', mode) as f: f.write(@value)"),
    (BYTES, "with open('a') as f: f.write(@value)"),
    (BYTES, "with zipfile.ZipFile('a').open('b.txt') as f: f.write(@value)"),
    (BYTES, "with open('a', 'wb') as f:\n    for f in f: f.write(@value)"),
    (BYTES, "f = open('a', 'wb') if other else open('a', 'w')\nf.write(@value)"),
    (BYTES, "h = {}\nh.update(@value)"),
    (BYTES, "h = dict()\nh.update(@value)"),
    (BYTES, "len = repr\nlen(@value)"),
    (BYTES, "def sha(value): pass\nsha(@value)"),
    (BYTES, "class sha: pass\nsha(@value)"),
    (JSON, "(@value)['a']"),
    (JSON, "(@value).get('a')"),
    (JSON, "(@value).upper"),
    (JSON, "io.BytesIO(@value)"),
    (JSON, "'a' in @value"),
]
KEYED = [(TEXT, "(@value)[key]"), (BYTES, "x = @value\nx[key]")]
REFUSED = [
    (BYTES, "io.StringIO(@value)"),
    (BYTES, "csv.reader(@value)"),
    (BYTES, "x: str = @value"),
    (BYTES, "with open('a', 'w') as f: f.write(@value)"),
    (BYTES, "(@value).split('a')"),
    (BYTES, "(@value) + 'a'"),
    (BYTES, "(@value) or 'a'"),
    (BYTES, "zipfile.ZipFile(@value)"),
    (BYTES, "bytes(@value, 'utf-8')"),
    (TEXT, "base64.b64encode(@value)"),
    (TEXT, "str(@value, 'utf-8')"),
    (JSON, "json.loads(@value)"),
]
LACKING = [
    (BYTES, "(@value).encode()"),
    (BYTES, "x = @value\nx['a']"),
    (TEXT, "(@value)['a']"),
    (TEXT, "(@value).get('a')"),
    (TEXT, "-(@value)"),
    (JSON, "(@value).status"),
]
CASES = [
    (fit, *case)
    for fit, cases in (
        (Fit.TAKEN, TAKEN),
        (Fit.UNKNOWN, UNKNOWN),
        (Fit.KEYED, KEYED),
        (Fit.REFUSED, REFUSED),
        (Fit.LACKING, LACKING),
    )
    for case in cases
]


def asked(program: str) -> tuple[Consumers, Span]:
    """Give the file, and the place that the program marks by `@`."""
    line = next(number for number, each in enumerate(program.split("\n"), 1) if "@" in each)
    column = program.split("\n")[line - 1].index("@")
    source = Source.parse(program.replace("@", ""))
    end = column + len("value")
    return Consumers(source, FileScopes(source.tree).imports.names), Span(line, column, line, end)


def in_function(body: str) -> str:
    return HEAD + "async def f(self, key, other, value):\n" + "".join(f"    {line}\n" for line in body.split("\n"))


@pytest.mark.parametrize(("fit", "given", "body"), CASES, ids=lambda each: each if isinstance(each, str) else each.name)
def test_fit(fit: Fit, given: ValueType, body: str) -> None:
    consumers, span = asked(in_function(body))
    assert consumers.fit(span, given) is fit


def test_of_the_module_nobody_sees_all() -> None:
    consumers, span = asked(f"{HEAD}x = @value\nio.BytesIO(x)\n")
    assert consumers.fit(span, BYTES) is Fit.UNKNOWN


def test_what_is_not_there_is_unknown() -> None:
    consumers, _ = asked("@value\n")
    assert consumers.fit(Span(5, 0, 5, 1), BYTES) is Fit.UNKNOWN
    assert not consumers.is_read_before(Span(5, 0, 5, 1), "r")


@pytest.mark.parametrize(
    ("body", "read"),
    [
        ("await r.read()\n@value", True),
        ("x = await r.text()\nif other:\n    @value", True),
        ("async with other as q:\n    x = await r.json()\nother(@value)", True),
        ("(await r.read()).decode(@value)", True),
        ("@value\nawait r.read()", False),
        ("if other:\n    await r.read()\n@value", False),
        ("await q.read()\n@value", False),
        ("def g():\n    return r.read()\n@value", False),
        ("other(@value)", False),
    ],
)
def test_read_before(body: str, read: bool) -> None:  # noqa: FBT001
    consumers, span = asked(in_function(body))
    assert consumers.is_read_before(span, "r") is read
