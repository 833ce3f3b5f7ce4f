"""The rooms of the house, and the order of its floors: imports go only downward."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import flake8_aiohttp

HOUSE = "flake8_aiohttp"
ROOT = Path(flake8_aiohttp.__file__).parent
FLOORS = (
    {"__init__", "finding", "options", "rewrite"},
    {"python", "aiohttp_model", "library_model"},
    {"analysis"},
    {"rules"},
    {"check"},
    {"fixing"},
    # the doors, which know one another
    set("cli commands editing explaining framing highlighting host lsp".split())
    | set("outputs plugin pylsp reporting terminal __main__".split()),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
STOREYS = ("domain", "facts", "journal", "machine", "literals", "transfer", "interpreter", "driver")
"""The packages of the analysis, each of which imports itself and those before it."""

MOST_LINES, MOST_LINES_OF_A_FUNCTION, MOST_ATTRIBUTES = 400, 50, 12

GUESTS = {  # who may let them in
    "aiohttp": set(),
    "flake8": {"host"},
    "libcst": {"fixing"},
    "lsprotocol": set(),
    "pygls": set(),
    "pathspec": {"host"},
    "pygments": {"highlighting"},
    "pylsp": {"pylsp"},
    "shtab": {"commands"},
}
FLAKE8_IN_PUBLIC = {"flake8.formatting.base", "flake8.formatting.default", "flake8.options.manager", "flake8.violation"}
PUBLIC_DOORS = {"outputs", "plugin", "reporting"}


@functools.cache
def imported(path: Path) -> list[str]:
    """Give the dotted names that a module imports, wherever in it the imports stand."""
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno}: an import names its module in full"
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def room(name: str) -> str:
    """Give the room of a dotted name of the house."""
    first = name.split(".")[1]
    return first if first in FLOOR else "__init__"  # a name of `__init__` itself, such as the version


def room_of(path: Path) -> str:
    """Give the room that a file stands in."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def files_behind(path: Path, seen: set[Path]) -> set[Path]:
    """Give `path` and every file of the house that it imports, near or far."""
    if path not in seen:
        seen.add(path)
        for name in imported(path):
            inside = name.split(".")[1:] if name.startswith(f"{HOUSE}.") else []
            for end in range(1, len(inside) + 1):
                stem = ROOT.joinpath(*inside[:end])
                for found in (stem.with_suffix(".py"), stem / "__init__.py"):
                    if found.exists():
                        files_behind(found, seen)
    return seen


FILES = sorted(ROOT.rglob("*.py"))
MODULES = {
    ".".join((HOUSE, *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__"): path for path in FILES
}
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))


@each_file
def test_imports_go_only_downward(path: Path) -> None:
    here = room_of(path)
    rooms = {room(name) for name in imported(path) if name.startswith(f"{HOUSE}.")}
    beside = FLOORS[0] | FLOORS[-1] | {here}
    assert {there for there in rooms if FLOOR[there] > FLOOR[here]} == set()
    assert {there for there in rooms if FLOOR[there] == FLOOR[here]} <= beside


def modules_behind(name: str) -> set[str]:
    """Give the modules of the house that a module imports, those that only type checkers import included."""
    found = set()
    for each in imported(MODULES[name]):
        found |= {known for known in (each, each.rpartition(".")[0]) if known in MODULES and known != HOUSE}
    return found - {name}


def circles() -> Iterator[set[str]]:
    """Give the sets of modules that import one another, each set once."""
    behind = {name: modules_behind(name) for name in MODULES}
    reached: dict[str, set[str]] = {}
    for name in MODULES:
        pending, seen = [name], set()
        while pending:
            for there in behind[pending.pop()] - seen:
                seen.add(there)
                pending.append(there)
        reached[name] = seen
    told: set[str] = set()
    for name in sorted(MODULES):
        if name in reached[name] and name not in told:
            circle = {other for other in reached[name] if name in reached[other]}
            told |= circle
            yield circle


def test_no_modules_import_one_another() -> None:
    assert list(circles()) == []


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith(f"{HOUSE}.analysis.")])
def test_packages_of_the_analysis_import_only_those_before_them(name: str) -> None:
    here = STOREYS.index(name.split(".")[2])
    above = {there for there in modules_behind(name) if there.startswith(f"{HOUSE}.analysis.")}
    assert {there for there in above if STOREYS.index(there.split(".")[2]) > here} == set()


@each_file
def test_a_guest_stays_where_it_was_let_in(path: Path) -> None:
    here = room_of(path)
    for name in imported(path):
        if here in PUBLIC_DOORS and name.rpartition(".")[0] in FLAKE8_IN_PUBLIC:
            continue
        guest = name.split(".")[0]
        assert here in GUESTS.get(guest, {here}), f"{name} is imported in {here}"


@each_file
def test_a_module_its_functions_and_classes_can_be_taken_in_at_once(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < MOST_LINES_OF_A_FUNCTION, node.name
        elif isinstance(node, ast.ClassDef):
            assert len(attributes(node)) <= MOST_ATTRIBUTES, node.name


def attributes(definition: ast.ClassDef) -> set[str]:
    """Give the attributes of a class: what its body annotates, and what its constructor assigns."""
    found = {
        one.target.id for one in definition.body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
    }
    for method in definition.body:
        if isinstance(method, ast.FunctionDef) and method.name == "__init__":
            found |= {
                one.attr
                for one in ast.walk(method)
                if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store)
            }
    return found


@pytest.mark.parametrize("package", ["commands", "editing", "fixing", "lsp"])
def test_the_guide_of_a_room_names_each_of_its_modules(package: str) -> None:
    guide = ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8"))) or ""
    modules = {path.name for path in (ROOT / package).glob("*.py")} - {"__init__.py"}
    assert modules - set(re.findall(r"\w+\.py", guide)) == set()


def test_the_guide_of_the_analysis_names_its_packages_in_their_order() -> None:
    guide = ast.get_docstring(ast.parse((ROOT / "analysis" / "__init__.py").read_text(encoding="utf-8"))) or ""
    assert re.findall(rf"^    ({'|'.join(STOREYS)}) {{2,}}", guide, re.MULTILINE) == list(STOREYS)


@each_file
def test_no_room_is_named_for_odds_and_ends(path: Path) -> None:
    assert not {"utils", "helpers", "common", "base"} & set(path.relative_to(ROOT).with_suffix("").parts)


def test_the_model_is_data_and_reads_no_tree() -> None:
    readers = [path for path in FILES if room_of(path) == "aiohttp_model" and "ast" in set(imported(path))]
    assert readers == []


def test_control_flow_knows_nothing_of_aiohttp() -> None:
    behind = files_behind(ROOT / "analysis" / "machine" / "flow.py", set())
    assert {room_of(path) for path in behind} <= {"__init__", "analysis", "python", "finding"}


ANALYSIS = [path for path in FILES if room_of(path) == "analysis"]
NAMES_ALONE = {"arms", "receivers"}  # they ask single names for the words in them


@pytest.mark.parametrize("path", ANALYSIS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_analysis_reads_trees_and_no_text(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    measured = [
        node.args[0] for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "len"
    ]
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "text"]
    owners = [ast.unparse(text.value) for text in texts if text not in measured]
    sources = [owner for owner in owners if owner.rpartition(".")[2].strip("_") == "source"]
    assert sources == [] or path.stem == "identifiers"
    assert "re" not in {name.split(".")[0] for name in imported(path)} or path.stem in NAMES_ALONE
