"""The examples in the formats of platforms: valid, complete, and within what the platforms take."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from opsready.cli.app import run
from opsready.cli.replay import VARIABLES
from unit.report.junit_schema import problems

ROOT = Path(__file__).parents[2]
ANY_EXAMPLE = pytest.mark.parametrize("example", ["storefront-ready", "storefront-on-fire"])


@pytest.fixture(autouse=True)
def _no_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def checked(example: str, form: str, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    run(["check", str(ROOT / "examples" / example), "--format", form, "--as-of", "2026-11-24", "--no-cache", *options])
    return capsys.readouterr().out


@ANY_EXAMPLE
@pytest.mark.parametrize("show", ["failures", "all"])
def test_sarif(example: str, show: str, capsys: pytest.CaptureFixture[str]) -> None:
    schema = json.loads((ROOT / "tests/schemas/sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    report: dict[str, Any] = json.loads(checked(example, "sarif", capsys, "--show", show))
    validator = jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(report)] == []
    (found,) = report["runs"]
    for result in found["results"]:
        place = result["locations"][0]["physicalLocation"]
        assert (ROOT / "examples" / example / place["artifactLocation"]["uri"]).is_file()
    for rule in found["tool"]["driver"]["rules"]:
        assert rule["shortDescription"]["text"] != rule["fullDescription"]["text"]
        assert "## When to ignore" in rule["help"]["markdown"]
        assert "# expect" not in rule["help"]["markdown"]
        assert len(rule["properties"]["tags"]) <= 10


@ANY_EXAMPLE
def test_sarif_lists_every_finding(example: str, capsys: pytest.CaptureFixture[str]) -> None:
    listed = json.loads(checked(example, "json", capsys))["verdicts"]
    results = json.loads(checked(example, "sarif", capsys))["runs"][0]["results"]
    objectives = sum(len(result["properties"]["objectives"]) for result in results)
    assert objectives == len(listed)


@ANY_EXAMPLE
@pytest.mark.parametrize("show", ["failures", "all"])
def test_junit(example: str, show: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert problems(checked(example, "junit", capsys, "--show", show)) == []


@ANY_EXAMPLE
def test_gitlab(example: str, capsys: pytest.CaptureFixture[str]) -> None:
    for issue in json.loads(checked(example, "gitlab", capsys)):
        assert (ROOT / "examples" / example / issue["location"]["path"]).is_file()


@ANY_EXAMPLE
def test_annotations(example: str, capsys: pytest.CaptureFixture[str]) -> None:
    commands = [line for line in checked(example, "github", capsys).splitlines() if line.startswith("::")]
    place = r"file=[^,:]+,line=\d+,endLine=\d+(,col=\d+,endColumn=\d+)?"
    form = re.compile(rf"::(error|warning|notice) {place},title=[^,:]+::.+")
    assert [command for command in commands if not form.fullmatch(command)] == []
    assert len(commands) <= 30


@ANY_EXAMPLE
def test_a_comment_is_short_enough_for_a_pull_request(example: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(checked(example, "markdown", capsys)) < 65_536
