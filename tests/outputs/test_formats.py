"""`flake8-aiohttp --output-format`: what each says, and that what others read keeps to its grammar."""

from __future__ import annotations

import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from flake8_aiohttp import outputs
from flake8_aiohttp.editing.edits import Edit, applied
from flake8_aiohttp.finding import Span
from flake8_aiohttp.outputs import FORMATS
from tests.commands.notebook import notebook
from tests.outputs.published import jenkins_schema, sarif_schema
from tests.test_cli import BAD, GOOD, SUGGESTED, UNMENDABLE, Command, command

__all__ = ["command"]
BROKEN = "import aiohttp\nx = (\n"
NASTY = BAD.replace('"name"]', '"a<b>&\'"]').replace("response", "rёsp")
GITHUB = re.compile(
    r"::error (?:(?:title|file|line|col|endLine|endColumn)=[^:,\r\n]*(?:,(?=\w)|(?=::)))+::(?:[^%\r\n]|%25|%0D|%0A)+"
)
SCHEMAS = {
    "json": Path(outputs.__file__).with_name("findings.schema.json"),
    "gitlab": Path(__file__).with_name("gitlab.schema.json"),
}


@pytest.fixture
def project(command: Command) -> Command:
    """Give a folder with a file of each kind, a notebook, and a file whose name is not nice."""
    command.write(a=BAD, b=UNMENDABLE, c=SUGGESTED, e=BROKEN, good=GOOD)
    command.folder.joinpath("n.ipynb").write_text(notebook("import aiohttp\n", BAD.partition("\n\n\n")[2]))
    command.folder.joinpath("od,d: %\x1b[31m.py").write_text(NASTY)
    return command


def printed(project: Command, name: str, *argv: str) -> str:
    run = project(f"--output-format={name}", *argv, ".")
    assert (run.code, run.err) == (1, "")
    return run.out


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_tells_every_finding(project: Command, name: str) -> None:
    told = printed(project, name)
    for code, count in {"AIO101": 3, "AIO204": 1, "AIO201": 1, "E999": 1}.items():
        assert len(re.findall(rf"\b{code}\b(?=[ \"(:])", told.replace('"name"', ""))) >= count, code
    assert "\x1b" not in told
    assert project(f"--output-format={name}", "--exit-zero", ".").code == 0


@pytest.mark.parametrize("name", FORMATS)
def test_no_finding_is_a_document_as_well(project: Command, name: str) -> None:
    run = project(f"--output-format={name}", "good.py")
    assert (run.code, run.err) == (0, "")
    if name in {"json", "gitlab"}:
        assert json.loads(run.out) == []
    if name in {"sarif", "junit"}:
        assert run.out
    if name in {"full", "concise", "grouped", "json-lines", "github"}:
        assert run.out == ""


def test_concise_and_grouped(project: Command) -> None:
    a, b = "`response.json()` is never awaited: ", "`response.text()` after `release()` in line 6: "
    concise = project("--output-format=concise", "a.py", "b.py", "n.ipynb").out.splitlines()
    assert concise[0].startswith(f"a.py:6:16: AIO101 [*] {a}")
    assert concise[1].startswith(f"b.py:7:18: AIO204 {b}")
    assert concise[2].startswith(f"n.ipynb:cell 2:3:16: AIO101 [*] {a}")
    grouped = project("--output-format=grouped", "a.py", "b.py").out.splitlines()
    assert [grouped[0], grouped[2], grouped[3]] == ["a.py:", "", "b.py:"]
    assert grouped[1].startswith(f"  6:16 AIO101 [*] {a}")


def test_full_is_what_a_terminal_shows(project: Command) -> None:
    assert project("--output-format=full", "a.py").out == project("--format=aiohttp-framed", "a.py").out
    told = project("--output-format=full", "n.ipynb").out
    assert told.startswith("n.ipynb:cell 2:3:16: AIO101 ")
    assert ' 3 │ +         return (await response.json())["name"]\n' in told


def test_colours_on_demand(project: Command) -> None:
    assert (
        "\033[1;31mAIO101\033[m [\033[1;32m*\033[m]" in project("--output-format=concise", "--color=always", "a.py").out
    )


def test_statistics_name_the_rules(project: Command) -> None:
    told = project("--output-format=concise", "--statistics", "--count", ".").out.splitlines()
    assert told[-5:-1] == [
        "3  AIO101  [*]  body-not-awaited",
        "1  AIO201  [ ]  read-after-context",
        "1  AIO204  [ ]  read-after-release",
        "1  E999  [ ]",
    ]
    assert told[-1] == "6"
    run = project("--output-format=json", "--statistics", "--count", "a.py")
    assert len(json.loads(run.out)) == 1
    assert run.err == "1  AIO101  [*]  body-not-awaited\n1\n"


def fixed(text: str, edits: Sequence[dict[str, Any]]) -> str:
    made = [
        Edit(
            Span(
                each["location"]["row"],
                each["location"]["column"] - 1,
                each["end_location"]["row"],
                each["end_location"]["column"] - 1,
            ),
            each["content"],
        )
        for each in edits
    ]
    return applied(text, made)


def test_json_holds_ends_fixes_and_addresses(project: Command) -> None:
    found = {each["filename"][2:]: each for each in json.loads(printed(project, "json"))}
    lines = [json.loads(line) for line in printed(project, "json-lines").splitlines()]
    assert lines == json.loads(printed(project, "json"))
    one = found["a.py"]
    assert (one["code"], one["name"], one["cell"]) == ("AIO101", "body-not-awaited", None)
    assert (one["location"], one["end_location"]) == ({"row": 6, "column": 16}, {"row": 6, "column": 31})
    assert one["fix"]["applicability"] == "safe"
    assert fixed(BAD, one["fix"]["edits"]) == GOOD
    assert found["c.py"]["fix"]["applicability"] == "suggested"
    assert [each["message"] for each in found["c.py"]["related"]] == ["opened here", "the block ends here"]
    assert found["b.py"]["fix"] is None
    assert found["n.ipynb"]["cell"] == 2
    assert found["n.ipynb"]["location"] == {"row": 3, "column": 16}
    assert (found["e.py"]["code"], found["e.py"]["url"]) == ("E999", None)
    assert one["url"].endswith("#aio101-body-not-awaited")


def test_a_fix_that_would_not_work_is_not_told(command: Command) -> None:
    """Awaiting the text of a picture would be another mistake."""
    command.write(
        a=BAD.replace("(url)", '("https://example.org/logo.png")').replace('.json()["name"]', ".text().strip()")
    )
    told = json.loads(command("--output-format=json", "a.py").out)
    assert "AIO101" in [each["code"] for each in told]
    for each in told:
        assert each["fix"] is None or each["fix"]["edits"]


def test_github_commands_keep_to_their_grammar(project: Command) -> None:
    lines = printed(project, "github").splitlines()
    assert [line for line in lines if not GITHUB.fullmatch(line)] == []
    assert lines[0].startswith(
        "::error title=AIO101 (body-not-awaited),file=a.py,line=6,col=16,endLine=6,endColumn=31::"
    )
    assert any("file=od%2Cd%3A %25" in line for line in lines)
    assert any("file=n.ipynb::./n.ipynb:cell 2:3:16: AIO101" in line for line in lines)


def test_gitlab_issues_have_what_gitlab_asks_for(project: Command) -> None:
    """https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format: a table, and no schema."""
    project.write(twice=BAD + BAD.partition("\n\n\n")[2])
    issues = json.loads(printed(project, "gitlab"))
    prints = [issue["fingerprint"] for issue in issues]
    assert len(set(prints)) == len(prints)
    project.write(a="\n\n" + BAD)
    assert issues[0]["fingerprint"] == json.loads(printed(project, "gitlab"))[0]["fingerprint"], "lines may move"


def test_sarif_points_to_rules_and_fixes(project: Command) -> None:
    (run,) = json.loads(printed(project, "sarif"))["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert "ruleIndex" not in result or rules[result["ruleIndex"]]["id"] == result["ruleId"]
    by_file = {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]: each for each in run["results"]}
    assert "od%2Cd%3A%20%25%1B%5B31m.py" in by_file
    (change,) = by_file["a.py"]["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"]["text"].startswith("(await ")
    assert [each["message"]["text"] for each in by_file["c.py"]["relatedLocations"]] == [
        "opened here",
        "the block ends here",
    ]
    assert (
        by_file["n.ipynb"]["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "cell 2, line 3, column 16"
    )
    project.write(a=BAD)
    (run,) = json.loads(project("--output-format=sarif", str(project.folder / "a.py")).out)["runs"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == (project.folder / "a.py").as_uri()


def test_junit_counts_what_it_lists(project: Command) -> None:
    root = ET.fromstring(printed(project, "junit"))  # noqa: S314  our own
    assert root.get("failures") == root.get("tests") == str(len(root.findall(".//failure")))
    assert {suite.get("name") for suite in root} >= {"./a.py", "./n.ipynb:cell 2"}


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_ignored_is_told_in_no_format(project: Command, name: str) -> None:
    run = project(f"--output-format={name}", "--extend-ignore=E9,AIO2", "b.py", "e.py", "gone.py")
    assert (run.code, run.err) == (0, "")
    assert "E9" not in run.out.replace("AIO9", "")


def test_a_file_that_cannot_be_read_is_told_in_every_format(command: Command) -> None:
    for name in FORMATS:
        run = command(f"--output-format={name}", "gone.py")
        assert (run.code, run.err) == (1, "")
        assert "E902" in run.out


def test_an_output_file_is_the_same_wherever_it_is_written(project: Command) -> None:
    for name in ("concise", "sarif"):
        told = printed(project, name)
        run = project(f"--output-format={name}", "--output-file=told", ".")
        assert (run.code, run.out) == (1, "")
        path = project.folder / "told"
        assert path.read_text() == told
        path.unlink()
        assert project(f"--output-format={name}", "--output-file=told", "--tee", ".").out == told
        path.unlink()


@pytest.mark.parametrize("paths", [["."], ["good.py"], ["gone.py"]])
@pytest.mark.parametrize(("name", "schema"), SCHEMAS.items())
def test_the_schemas_that_are_written_down_agree(project: Command, name: str, schema: Path, paths: list[str]) -> None:
    """Of JSON our own, which is installed beside the code; of GitLab's reports what its table says."""
    import jsonschema  # noqa: PLC0415  for this test and the next alone

    rules = json.loads(schema.read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(rules)
    validator.check_schema(rules)
    told = json.loads(project(f"--output-format={name}", *paths).out)
    validator(rules).validate(told)
    for key in told[0] if told else ():
        wrong = [{other: value for other, value in told[0].items() if other != key}]
        assert not validator(rules).is_valid(wrong), f"nobody would miss {key}"


@pytest.mark.slow
@pytest.mark.parametrize("paths", [["."], ["good.py"], ["gone.py"]])
def test_the_published_schemas_agree(
    project: Command, paths: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    import jsonschema  # noqa: PLC0415  as above
    import xmlschema  # noqa: PLC0415  as above

    room = tmp_path_factory.mktemp("schemas")
    log = json.loads(project("--output-format=sarif", *paths).out)
    schema = sarif_schema(room)
    jsonschema.validators.validator_for(schema)(schema).validate(log)
    document = project("--output-format=junit", *paths).out
    xmlschema.XMLSchema(io.StringIO(jenkins_schema(room))).validate(io.BytesIO(document.encode()))
