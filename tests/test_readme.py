"""README.md keeps its word: what it shows is what you see, and what it names is there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from collections import defaultdict
from importlib.metadata import metadata
from pathlib import Path

import pytest

from flake8_aiohttp.aiohttp_model.typestate import Body, Lease, Operation, fault
from flake8_aiohttp.check import check
from flake8_aiohttp.commands.arguments import USAGE
from flake8_aiohttp.editing.actions import FIX_ALL
from flake8_aiohttp.finding import Applicability
from flake8_aiohttp.lsp import setups
from flake8_aiohttp.rules import rules
from tests.fixture_files import programs
from tests.readme import BODIES, CHAPTERS, LEASES, README, READS, lifecycles, refreshed, shown, sureness, table

if sys.version_info < (3, 11):
    import tomli as tomllib
else:
    import tomllib

TEXT = README.read_text(encoding="utf-8")
ROOT = README.parent
SPANS = re.findall(r"`([^`\n]+)`", TEXT)
EXAMPLES = {"weather.py": ["AIO101", "AIO101"]}
SHOW = """\
import aiohttp


async def show(session: aiohttp.ClientSession, url: str) -> None:
    async with session.get(url) as response:
        print(response.text())
        print(response)
        print(response.status_code, await response.text())
"""
SELECTIONS = {
    "": ["AIO101", "AIO401"],
    "select = E,F,W": [],
    "select = E,F,W,AIO": ["AIO101", "AIO401"],
    "extend-select = AIO901": ["AIO101", "AIO401", "AIO901"],
    "extend-select = AIO9": ["AIO101", "AIO401", "AIO901", "AIO902"],
    "extend-ignore = AIO4": ["AIO101"],
    "select = A": ["AIO101", "AIO401"],
    "ignore = A": [],
    "ignore = A\nextend-select = AIO": ["AIO101", "AIO401"],
    "per-file-ignores = tests/*:AIO1": ["AIO101", "AIO401"],
    "per-file-ignores = *.py:AIO1": ["AIO401"],
}


def block(language: str, beginning: str = "") -> str:
    """Give the README's only block of a language that begins like that."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    (only,) = (each for each in found if each.startswith(beginning))
    return str(only)


def codes(command: str, folder: Path) -> list[str]:
    return re.findall(r": (AIO\d{3}) ", shown(command, folder))


def test_it_shows_what_you_see(tmp_path: Path) -> None:
    assert refreshed(TEXT, tmp_path) == TEXT, "`python -m tests.readme` works it out anew"


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_are_what_they_are_said_to_be(example: str) -> None:
    told = re.search(rf"^\$ flake8 {example}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    assert told
    assert re.findall(rf"^{example}:\d+:\d+: (AIO\d+) ", told[1], re.MULTILINE) == EXAMPLES[example]


def test_the_command_mends_the_first_example(tmp_path: Path) -> None:
    refreshed(TEXT, tmp_path)  # it shows `--fix`, which leaves the corrected file
    assert (tmp_path / "weather.py").read_text(encoding="utf-8").count("await ") == 2
    assert shown("flake8 weather.py", tmp_path) == ""


def test_the_table_has_every_rule() -> None:
    assert re.findall(r"^\| (AIO\d{3}) \| (\S+) ", table(), re.MULTILINE) == [
        (rule.code, rule.name) for prefix in CHAPTERS for rule in rules() if rule.code.startswith(prefix)
    ]
    assert sum(rule.code.startswith(tuple(CHAPTERS)) for rule in rules()) == len(rules())


def test_the_table_knows_how_sure_the_fixes_are() -> None:
    seen: dict[str, set[Applicability]] = defaultdict(set)
    for fixture in programs():
        for finding in () if fixture.ok else check(fixture.text, fixture.name):
            if finding.fix:
                seen[finding.code].add(finding.fix.applicability)
    told = {rule.code: set(sureness(rule)) for rule in rules()}
    assert {code: {each.value for each in seen[code]} for code in told} == told


LIFE = {
    Lease.HELD: ("async with session.get(url) as r:", "pass"),
    Lease.EXITED: ("async with session.get(url) as r:", ""),
    Lease.RELEASED: ("if r := await session.get(url):", "r.release()"),
    Lease.ORPHANED: ("if r := await session.get(url):", "await session.close()"),
}
SO_FAR = {
    Body.UNREAD: "r.status",
    Body.TAPPED: "await r.content.read(1)",
    Body.DRAINED: "await r.content.read()",
    Body.CACHED: "await r.read()",
}
NOW = {
    Operation.DECODE: "await r.text()",
    Operation.READ: "await r.read()",
    Operation.TAP: "await r.content.readline()",
    Operation.DRAIN: "await r.content.read()",
}


@pytest.mark.parametrize("now", NOW)
@pytest.mark.parametrize("body", SO_FAR)
@pytest.mark.parametrize("lease", LIFE)
def test_the_lifecycles_are_what_is_reported(lease: Lease, body: Body, now: Operation) -> None:
    opening, end = LIFE[lease]
    inside = f"        {end}\n        return {NOW[now]}" if end else f"    return {NOW[now]}"
    text = (
        "import aiohttp\nasync def get(url):\n    session = aiohttp.ClientSession()\n"
        f"    {opening}\n        {SO_FAR[body]}\n{inside}\n"
    )
    rows = lifecycles().split("| " + LEASES[lease] + " |")[1].split("\n")
    cells = next(row for row in rows if BODIES[body] in row.split("|")[-5]).split("|")
    column = next(number for number, operations in enumerate(READS.values()) if now in operations)
    found = [each.code for each in check(text) if each.code.startswith("AIO20") and each.code < "AIO207"]
    assert found == [cells[column - 4].strip()] * (cells[column - 4].strip() != "fine")


def test_a_body_that_is_absent_is_fine_everywhere() -> None:
    assert {fault(operation, Body.ABSENT, lease) for operation in Operation for lease in Lease} == {None}
    assert {*LEASES} == {*Lease}
    assert {*BODIES} == {*Body} - {Body.ABSENT, Body.SPOILT}
    assert {each for operations in READS.values() for each in operations} == {*Operation}


@pytest.mark.parametrize("written", SELECTIONS)
def test_which_codes_are_on(tmp_path: Path, written: str) -> None:
    (tmp_path / "show.py").write_text(SHOW)
    (tmp_path / ".flake8").write_text(f"[flake8]\n{written}\n")
    assert sorted(codes("flake8 show.py", tmp_path)) == SELECTIONS[written]


@pytest.mark.parametrize("name", [".flake8", "setup.cfg", "tox.ini"])
def test_where_the_configuration_may_stand(tmp_path: Path, name: str) -> None:
    assert f"`{name}`" in TEXT
    (tmp_path / "show.py").write_text(SHOW)
    (tmp_path / name).write_text("[flake8]\nselect = AIO901\n")
    assert codes("flake8 show.py", tmp_path) == ["AIO901"]


def test_every_selection_that_is_told_is_tried() -> None:
    told = [span for span in SPANS if re.match(r"(extend-)?(select|ignore) = ", span)]
    assert len(told) > 5
    assert set(told) <= {line for written in SELECTIONS for line in written.splitlines()}


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("# noqa: AIO101", ["E501"]),
        ("# noqa: AIO", []),
        ("# noqa: body-not-awaited", []),
        ("# noqa : AIO101", []),
        ("#noqa:AIO101", ["AIO101", "E501", "E262"]),
    ],
)
def test_silence_for_one_line(tmp_path: Path, comment: str, left: list[str]) -> None:
    assert f"`{comment}`" in TEXT
    line = f"        print(response.text(), {'1' * 80})"
    (tmp_path / "show.py").write_text(SHOW.replace("        print(response.text())", f"{line}  {comment}"))
    told = re.findall(r"^show.py:6:\d+: (\w+) ", shown("flake8 show.py", tmp_path), re.MULTILINE)
    assert sorted(told) == sorted(left)


def test_silence_stands_on_the_line_of_the_finding(tmp_path: Path) -> None:
    lines = ["        print(", "            response.text(),", "        )"]
    for silent, found in enumerate([["AIO101"], [], ["AIO101"]]):
        call = "\n".join(line + "  # noqa: AIO101" * (number == silent) for number, line in enumerate(lines))
        (tmp_path / "show.py").write_text(SHOW.replace("        print(response.text())", call))
        assert codes("flake8 --select=AIO101 show.py", tmp_path) == found


def test_names_of_your_own(tmp_path: Path) -> None:
    (tmp_path / "ours.py").write_text(
        "from mylib.http import Reply, get_session\n\n\n"
        "async def first(url: str) -> None:\n"
        "    async with get_session().get(url) as response:\n        print(response.text())\n\n\n"
        "async def second(reply: Reply) -> None:\n    print(reply.text())\n"
    )
    assert codes("flake8 ours.py", tmp_path) == []
    (tmp_path / ".flake8").write_text(block("ini"))
    assert codes("flake8 ours.py", tmp_path) == ["AIO101", "AIO101"]


def test_ruff_leaves_our_comments_alone_when_told(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("print(1)  # noqa: AIO101\n")
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\n")
    check_noqa = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--no-cache",
        "--select=RUF100,RUF102",
        "--preview",
        "a.py",
    ]
    assert subprocess.run(check_noqa, cwd=tmp_path, capture_output=True, check=False).returncode == 1
    (tmp_path / "pyproject.toml").write_text(block("toml", "[tool.ruff]"))
    assert subprocess.run(check_noqa, cwd=tmp_path, capture_output=True, check=False).returncode == 0


def test_every_option_exists(tmp_path: Path) -> None:
    known = set(re.findall(r"--[a-z0-9-]+", shown("flake8-aiohttp --help", tmp_path) + USAGE))
    written = re.findall(r"(?<![\w-])--[a-z][a-z0-9-]+", TEXT.replace("<!--", "").replace("-->", ""))
    configured = [span.split(" = ")[0] for span in SPANS if re.match(r"[a-z0-9-]+ = ", span)]
    configured += re.findall(r"^([a-z0-9-]+) = ", block("ini"), re.MULTILINE)
    assert written
    assert configured
    assert {*written, *(f"--{each}" for each in configured)} - known == set()


def test_every_command_exists() -> None:
    words = re.findall(r"\bflake8-aiohttp ([a-z]+)\b", USAGE)
    told = {span.split()[1] for span in SPANS if span.startswith("flake8-aiohttp ")}
    assert {each for each in told if not each.startswith("-")} <= {*words, "src"}


def test_editors_are_told_of_what_is_there(tmp_path: Path) -> None:
    """Vim's set-up is tried by `python -m tests.editors`."""
    assert {FIX_ALL, "flake8-aiohttp server", "flake8-aiohttp server --help"} <= set(SPANS)
    told = shown("flake8-aiohttp server --help", tmp_path)
    for setup in (setups.VSCODE, setups.NEOVIM, setups.HELIX, setups.EMACS, setups.ALE):
        assert textwrap.indent(setup, "    ") in told
    (settings,) = re.findall(r"^    (\{.*\})$", setups.VSCODE, re.MULTILINE)
    assert json.loads(settings)["flake8.severity"] == {"AIO": "Warning"}
    assert tomllib.loads(setups.HELIX)["language-server"]["flake8-aiohttp"]["args"] == ["server"]
    for setup in (setups.NEOVIM, setups.EMACS):
        assert re.search(r'"flake8-aiohttp"\W+"server"', setup), setup
    for option in ("select", "extendSelect", "ignore", "unsafeFixes", "configurationFile"):
        assert re.search(rf"\b{option}\b", told), option


def test_every_code_exists() -> None:
    known = [rule.code for rule in rules()]
    assert [code for code in re.findall(r"AIO\d+", TEXT) if not any(each.startswith(code) for each in known)] == []


def test_every_hook_and_formatter_of_ours_exists() -> None:
    offered = re.findall(r"^- id: (\S+)", (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"), re.MULTILINE)
    assert re.findall(r"^  - id: (\S+)", block("yaml", "repos:"), re.MULTILINE) == offered[::-1]
    (address,) = re.findall(r"^- repo: (\S+)", block("yaml", "repos:"), re.MULTILINE)
    urls = dict(each.split(", ") for each in metadata("flake8-aiohttp").get_all("Project-URL") or ())
    assert urls["Repository"] == address
    formats = re.findall(r"^(aiohttp-\w+) = ", (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert formats == ["aiohttp-diff", "aiohttp-framed"]
    assert [each for each in formats if f"`flake8 --format={each} src`" not in TEXT] == []


def test_it_is_half_as_long_as_it_was() -> None:
    """Of 484 lines nobody reads the last; the table of rules, a row of the 40 each, may grow."""
    without_table = re.sub(r"<!-- rules -->.*<!-- end of rules -->", "", TEXT, flags=re.DOTALL)
    assert without_table.count("\n") <= 484 // 2 - 40
    unfolded = re.sub(r"^<details>.*?^</details>$", "", TEXT, flags=re.MULTILINE | re.DOTALL)
    assert unfolded.count("\n") <= 484 // 3
    first_screen = TEXT.split("\n")[:50]
    for wanted in (
        "![On a terminal",
        "pip install flake8-aiohttp",
        "$ flake8 weather.py",
        "$ flake8-aiohttp --fix weather.py",
    ):
        assert any(line.startswith(wanted) for line in first_screen), wanted


def test_every_link_to_a_file_leads_somewhere() -> None:
    targets = re.findall(r"\]\((?!https?:)([^)]+)\)", TEXT)
    assert targets
    assert [each for each in targets if not (ROOT / each).exists()] == []
