"""The examples, as users see them: reports word by word, exit codes, and the last words on standard error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from opsready import __version__
from opsready.cli.app import run
from opsready.model.verdict import OUTCOMES
from opsready.plugins import GOVERNANCE_RULES, INPUT_NOT_EVALUATED, builtin_rules

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).resolve().parent
DATE = "2026-11-24"
FILES = {"full": "full.txt", "concise": "concise.txt", "json": "report.json"}
EXAMPLES = ("storefront-ready", "storefront-on-fire")


@pytest.fixture(autouse=True)
def _a_plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("FORCE_COLOR", raising=False)


def check(example: str, *options: str) -> int:
    return run(["check", f"examples/{example}", "--as-of", DATE, *options])


def reported(example: str, capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    check(example, "--format", "json", *options)
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize("form", FILES)
@pytest.mark.parametrize("example", EXAMPLES)
def test_the_report_is_the_golden_one(
    example: str, form: str, capsys: pytest.CaptureFixture[str], golden: Callable[[Path, str], None]
) -> None:
    check(example, "--format", form)
    # A release must not change every golden file.
    text = capsys.readouterr().out.replace(f'"version":"{__version__}"', '"version":"VERSION"', 1)
    golden(GOLDEN / example / FILES[form], text)


def test_the_ready_one_meets_every_gate(capsys: pytest.CaptureFixture[str]) -> None:
    assert check("storefront-ready", "--min-score", "90") == 0
    assert check("storefront-ready", "--min-score", "100", "--fail-on", "info", "--strict") == 0
    assert capsys.readouterr().err == ""


def test_the_ready_one_has_nothing_left_open(capsys: pytest.CaptureFixture[str]) -> None:
    found = reported("storefront-ready", capsys)
    assert [found["score"][key] for key in ("value", "best", "debt", "evidence")] == [100.0, 100.0, 0.0, 1.0]
    assert (found["verdicts"], found["diagnostics"], found["coverage"]["opaque"]) == ([], [], [])


def test_the_burning_one_misses_the_gate_and_says_why_last(
    capsys: pytest.CaptureFixture[str], golden: Callable[[Path, str], None]
) -> None:
    verdicts = reported("storefront-on-fire", capsys)["verdicts"]
    assert check("storefront-on-fire") == 1
    last = capsys.readouterr().err.splitlines()[-1]
    severe = [v for v in verdicts if v["outcome"] == "fail" and v["severity"] in {"critical", "high"}]
    assert last.startswith(f"opsready: gate missed: {len(severe)} failures of severity high or worse: ")
    golden(GOLDEN / "storefront-on-fire" / "last-line.txt", last + "\n")


def test_the_burning_one_names_every_limit_that_it_misses(capsys: pytest.CaptureFixture[str]) -> None:
    assert check("storefront-on-fire", "--min-score", "90", "--min-score", "observability=90") == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.count("below 90") == 2


def test_the_burning_one_is_no_error_where_nobody_sets_a_gate(capsys: pytest.CaptureFixture[str]) -> None:
    assert check("storefront-on-fire", "--fail-on", "never") == 0
    assert capsys.readouterr().err == ""


def test_what_cannot_be_read_is_an_error_under_strict(capsys: pytest.CaptureFixture[str]) -> None:
    assert check("storefront-on-fire", "--strict") == 2
    assert "services/mailer/deploy/cronjob.yaml:" in capsys.readouterr().err


def test_every_rule_fails_somewhere_in_the_burning_one(capsys: pytest.CaptureFixture[str]) -> None:
    found = reported("storefront-on-fire", capsys)
    failing = {rule["name"] for rule in found["rules"] if rule["counts"]["fail"]}
    # What could not be opened is never a failure, and who has a bad postmortem has one.
    apart = {INPUT_NOT_EVALUATED, "missing-postmortem-practice"}
    assert failing - {*GOVERNANCE_RULES} == {name for name in builtin_rules().names if name not in apart}


def test_every_outcome_occurs_in_the_burning_one(capsys: pytest.CaptureFixture[str]) -> None:
    found = reported("storefront-on-fire", capsys, "--show", "all")
    assert {verdict["outcome"] for verdict in found["verdicts"]} == set(OUTCOMES)
    assert all(found["counts"].values())


@pytest.mark.parametrize("show", ["failures", "all"])
@pytest.mark.parametrize("example", EXAMPLES)
def test_the_json_report_keeps_its_schema(example: str, show: str, capsys: pytest.CaptureFixture[str]) -> None:
    schema = json.loads((ROOT / "schemas/opsready_schemas/report.v1.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    found = reported(example, capsys, "--show", show)
    problems = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(found)]
    assert problems == []
