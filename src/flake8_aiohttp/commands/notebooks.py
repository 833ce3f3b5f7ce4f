"""The code of a Jupyter notebook in its JSON, read and changed so that every other byte stays."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping, Sequence

from flake8_aiohttp.fixing.pieces import split_lines

_DECODER = json.JSONDecoder()
_BLANK = re.compile(r"[ \t\r\n]*")
_PYTHON = {"python", "python3", "ipython", "ipython3", "xpython"}


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """A code cell: its number among all cells, from 1, and its source, which stands in `[start:end]` of the JSON."""

    number: int
    source: str
    start: int
    end: int


def code_cells(data: bytes) -> list[Cell]:
    """Give the code cells of a notebook; none if it is not in Python. Raises ValueError where it is no notebook."""
    text = data.decode()
    notebook = json.loads(text)
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise ValueError("it is no notebook of version 4: it has no list of cells")  # noqa: TRY004  the file is wrong
    return list(_code_cells(text)) if _language(notebook) in _PYTHON else []


def _language(notebook: Mapping[str, object]) -> str:
    metadata = notebook.get("metadata")
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        about = metadata.get(key) if isinstance(metadata, dict) else None
        if isinstance(about, dict) and name in about:
            return str(about[name]).lower()
    return "python"


def _code_cells(text: str) -> Iterator[Cell]:
    cells, _ = _members(text, 0)["cells"]
    for number, (start, _) in enumerate(_values(text, cells), 1):
        members = _members(text, start)
        kind, source = (members.get(name) for name in ("cell_type", "source"))
        if kind and source and json.loads(text[slice(*kind)]) == "code":
            said = json.loads(text[slice(*source)])
            yield Cell(number, said if isinstance(said, str) else "".join(map(str, said)), *source)


def _members(text: str, start: int) -> dict[str, tuple[int, int]]:
    """Give where the values of an object stand, by their names."""
    places = list(_values(text, start))
    return {json.loads(text[slice(*name)]): value for name, value in zip(places[::2], places[1::2], strict=True)}


def _values(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Give where the values between a bracket and the one that closes it stand, the names of an object among them."""
    place = _after_blanks(text, _after_blanks(text, start) + 1)
    while text[place] not in "]}":
        _, end = _DECODER.raw_decode(text, place)
        yield place, end
        place = _after_blanks(text, end)
        if text[place] in ",:":
            place = _after_blanks(text, place + 1)


def _after_blanks(text: str, place: int) -> int:
    blank = _BLANK.match(text, place)
    assert blank, "it matches nothing, too"
    return blank.end()


def rewritten(data: bytes, cells: Sequence[Cell], sources: Mapping[int, str]) -> bytes:
    """Give the notebook with other sources, by the number of their cells; lines that stay are written as they were."""
    text = data.decode()
    for cell in reversed(cells):
        if sources[cell.number] != cell.source:
            old = text[cell.start : cell.end]
            text = text[: cell.start] + _source(old, sources[cell.number]) + text[cell.end :]
    return text.encode()


def _source(old: str, new: str) -> str:
    """Write a source in the manner of the old one: a string, or a list of lines."""
    ascii_only = old.isascii()
    if not old.startswith("["):
        return json.dumps(new, ensure_ascii=ascii_only)
    places = list(_values(old, 0))
    written = {json.loads(old[slice(*place)]): old[slice(*place)] for place in places}
    lines = [written.get(line) or json.dumps(line, ensure_ascii=ascii_only) for line in split_lines(new)]
    between = old[places[0][1] : places[1][0]] if len(places) > 1 else f",{old[1 : places[0][0]] or ' '}"
    return old[: places[0][0]] + between.join(lines) + old[places[-1][1] :]
