"""A standard of one's own: what it changes from end to end, whether it is kept, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from integration.commands import Result, Run, write
from opsready.standard import builtin_standard
from repositories import RepositorySpec, ServiceSpec, WorkloadSpec

FILE = ".opsready/standard.yaml"
FILES = RepositorySpec(
    (
        ServiceSpec(workloads=(WorkloadSpec(replicas=2, spread=False),)),
        ServiceSpec("shop", workloads=(WorkloadSpec("shop", replicas=3),)),
    )
).files()
VERSION = builtin_standard().version
PLAIN: dict[str, Any] = {
    "extends": f"opsready/{VERSION}",
    "name": "Acme operations",
    "version": "2.0.0",
    "owner": "platform-board",
    "last-updated": "2026-10-01",
    "changelog": [{"version": "2.0.0", "date": "2026-10-01", "changes": "Availability is wanted higher."}],
}


@pytest.fixture
def check(command: Run, tmp_path: Path) -> Run:
    """Checks the files by a standard (a text, or a tree), as of a day on which they are good."""
    numbers = iter(range(100))

    def execute(standard: object, *arguments: object, files: Mapping[str, str] = FILES) -> Result:
        root = tmp_path / f"repository-{next(numbers)}"
        content = standard if isinstance(standard, str) else yaml.safe_dump(standard)
        write(root, {".opsready/config.yaml": "", **files, **({FILE: content} if standard else {})})
        return command("check", root, "--as-of", "2026-11-24", "--format", "json", "--fail-on", "never", *arguments)

    return execute


def own(**changes: object) -> dict[str, Any]:
    return {**PLAIN, **{key.replace("_", "-"): value for key, value in changes.items()}}


def objectives(**changes: object) -> dict[str, Any]:
    named = {name.replace("_", "-"): change for name, change in changes.items()}
    return {"pillars": {"observability": {"objectives": named}}}


# What it changes.


def test_without_changes_it_has_another_name_and_the_same_score(check: Run) -> None:
    plain, mine = check(None), check(PLAIN)
    assert plain.json["standard"] == {"name": "Operational Excellence", "version": VERSION}
    assert mine.json["standard"] == {
        "name": "Acme operations",
        "version": "2.0.0",
        "extends": f"opsready/{VERSION}",
    }
    assert plain.json["score"] == mine.json["score"]
    assert plain.json["verdicts"] == mine.json["verdicts"]
    assert mine.noted == {
        "standard-overlaid": f"this is judged by `Acme operations` 2.0.0, which differs from opsready/{VERSION} "
        "in nothing that is judged"
    }


def test_targets_are_others(check: Run) -> None:
    plain, mine = check(None), check(own(parameters={"availability-target": 0.9995, "minimum-replicas": [4, 3, 2, 2]}))
    assert plain.failures("availability-target-too-low") == plain.failures("too-few-replicas") == []
    assert len(mine.failures("availability-target-too-low")) == 2
    assert [found["services"] for found in mine.failures("too-few-replicas")] == [["cart"]]
    assert mine.value < plain.value
    assert "`availability-target` is 0.9995 instead of 0.999" in mine.noted["standard-overlaid"]


def test_severities_are_others(check: Run) -> None:
    plain, mine = check(None), check(own(severities={"not-spread-across-zones": "critical"}))
    (was,), (now,) = plain.failures("not-spread-across-zones"), mine.failures("not-spread-across-zones")
    assert (was["severity"], now["severity"]) == ("high", "critical")
    assert was["fingerprint"] == now["fingerprint"]
    assert mine.value < plain.value
    assert check(own(severities={"not-spread-across-zones": ["info", "info", "info", "info"]})).value > plain.value


def test_severities_reach_what_cannot_be_opened(check: Run) -> None:
    charted = RepositorySpec((ServiceSpec(),), charted=frozenset({"cart"})).files()
    rules = ("collector-pipeline-broken", "telemetry-disabled", "telemetry-without-service-name")

    def severity(standard: object) -> str:
        found = check(standard, files=charted).json["verdicts"]
        (severity,) = {
            verdict["severity"]
            for verdict in found
            if verdict["rule"] == "input-not-evaluated" and verdict["objective"] == "telemetry-pipeline"
        }
        return str(severity)

    assert severity(None) == "high"
    assert severity(own(severities=dict.fromkeys(rules, "low"))) == "low"


def test_weights_are_others(check: Run) -> None:
    def scored(standard: object) -> tuple[float, float, float]:
        result = check(standard)
        pillar = next(found for found in result.json["pillars"] if found["name"] == "capacity-and-resilience")
        return result.value, pillar["score"], pillar["weight"]

    plain = scored(None)
    heavy = scored(own(pillars={"capacity-and-resilience": {"weight": 80}}))
    assert (heavy[0] < plain[0], heavy[1] == plain[1], heavy[2]) == (True, True, 80)
    objective = {"high-availability": {"weight": 90}}
    inside = scored(own(pillars={"capacity-and-resilience": {"objectives": objective}}))
    assert (inside[0] < plain[0], inside[1] < plain[1], inside[2]) == (True, True, plain[2])


def test_an_objective_of_one_s_own_is_scored_by_the_rules_that_serve_it(check: Run) -> None:
    spreading = {
        "title": "Spread",
        "weight": 40,
        "target": "Nothing stands in one zone.",
        "rules": ["not-spread-across-zones"],
    }
    plain, mine = check(None), check(own(**objectives(spreading=spreading)))
    (found,) = mine.failures("not-spread-across-zones")
    assert (found["objective"], found["pillar"]) == ("spreading", "observability")
    assert mine.json["score"]["objectives_total"] == plain.json["score"]["objectives_total"] + 1
    assert mine.json["score"]["objectives_assessed"] == plain.json["score"]["objectives_assessed"] + 1
    assert mine.value != plain.value
    listed = check(own(**objectives(spreading=spreading)), "--select", "spreading").json["verdicts"]
    assert [verdict["rule"] for verdict in listed] == ["not-spread-across-zones"]


def test_an_objective_that_no_rule_serves_is_not_assessed_and_costs_nothing(check: Run) -> None:
    checks = {"title": "Synthetic checks", "weight": 40, "target": "Somebody buys a shirt every minute."}
    plain, mine = check(None), check(own(**objectives(synthetic_checks=checks)))
    assert mine.value == plain.value
    assert mine.json["score"]["objectives_total"] == plain.json["score"]["objectives_total"] + 1
    assert mine.json["score"]["objectives_assessed"] == plain.json["score"]["objectives_assessed"]


def test_overrides_come_on_top(check: Run) -> None:
    files = {**FILES, ".opsready/config.yaml": "overrides: [{parameters: {minimum-replicas: 5}, services: [shop]}]\n"}
    result = check(own(parameters={"minimum-replicas": 4}), files=files)
    messages = {found["services"][0]: found["message"] for found in result.failures("too-few-replicas")}
    assert "fewer than 4" in messages["cart"]
    assert "fewer than 5" in messages["shop"]


# Whether it is kept.


@pytest.mark.parametrize(
    ("changes", "kind", "said"),
    [
        ({"last-updated": "2026-08-17"}, "", ""),
        ({"last-updated": "2026-08-16"}, "standard-review-overdue", "was to be looked at again by 2026-11-16"),
        ({"last-updated": "2026-11-25"}, "standard-in-the-future", "after the day that is judged"),
        ({"owner": "TBD"}, "standard-without-owner", "owned by `TBD`, who is nobody"),
        ({"changelog": []}, "standard-without-changelog", "has no entry for this version"),
        ({"version": "2.0.1"}, "standard-without-changelog", "the changelog of `Acme operations` 2.0.1"),
        ({"parameters": {"standard-review-cadence": "P1M"}}, "standard-review-overdue", "again by 2026-11-01"),
    ],
)
def test_review_owner_and_changelog_are_looked_at(check: Run, changes: dict[str, Any], kind: str, said: str) -> None:
    notes = check({**PLAIN, **changes}).noted
    assert set(notes) == {"standard-overlaid", *([kind] if kind else [])}
    assert said in notes.get(kind, "")


# The verb.


def test_the_verb_prints_it(command: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    builtin = command("standard", tmp_path).out
    assert builtin.startswith(f"Operational Excellence {VERSION}, owned by ")
    assert "What differs" not in builtin
    assert "  availability-target: 0.999\n" in builtin
    (tmp_path / ".opsready").mkdir()
    checks = {"title": "Synthetic checks", "weight": 4, "target": "Somebody buys a shirt every minute."}
    mine = own(
        parameters={"rpo": "PT15M"}, severities={"missing-tracing": "high"}, **objectives(synthetic_checks=checks)
    )
    (tmp_path / FILE).write_text(yaml.safe_dump(mine), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    out = command("standard").out
    assert out.startswith(f"Acme operations 2.0.0, extending opsready/{VERSION}, owned by platform-board")
    assert "  `rpo` is PT15M instead of PT1H\n" in out
    assert "  the severity of `missing-tracing` is high\n" in out
    assert "missing-tracing H/H/H/-" in out
    assert "  synthetic-checks 4: Somebody buys a shirt every minute.\n      not assessed: no rule serves it\n" in out
    assert out.splitlines()[-1].startswith("Assessed: ")
    assert "synthetic-checks" in out.splitlines()[-1]


def test_the_verb_reads_no_more_than_it_must(command: Run, tmp_path: Path) -> None:
    (tmp_path / ".opsready").mkdir()
    (tmp_path / FILE).write_bytes(b"#" * 30_000_000)
    result = command("standard", tmp_path)
    assert (result.code, "is larger than" in result.err) == (2, True)


# What is wrong with one.

_HEAD = yaml.safe_dump(
    {key: PLAIN[key] for key in ("extends", "name", "version", "owner", "last-updated")}, sort_keys=False
)
_SIX = f"{_HEAD}pillars: {{observability: {{objectives: "


@pytest.mark.parametrize(
    ("content", "place", "said"),
    [
        ("", ":1:1:", "the standard has no `extends`"),
        ("- a", ":1:1:", "a standard is a mapping of `extends`"),
        (_HEAD.replace(f"opsready/{VERSION}", "opsready/0.0.1"), ":1:10:", "`extends` names version 0.0.1"),
        (_HEAD.replace(f"opsready/{VERSION}", "acme"), ":1:10:", "`extends` is `acme`, which names no version"),
        (_HEAD.replace("2.0.0", "two"), ":3:10:", "`version` is the text `two`, which is no version"),
        (_HEAD.replace("2026-10-01", "9999-99-99"), ":5:15:", "`last-updated` is `9999-99-99`, which is no date"),
        (_HEAD.replace("platform-board", "7"), ":4:8:", "`owner` must be a text, not the number `7`"),
        (_HEAD.replace("owner", "ownr"), ":4:1:", "unknown key `ownr` of the standard; did you mean `owner`?"),
        (f"{_HEAD}parameters: {{rpos: PT1H}}", ":6:14:", "did you mean `rpo`?"),
        (f"{_HEAD}parameters: {{rpo: 7}}", ":6:14:", "`rpo` is the number `7`, which is not a text"),
        (f"{_HEAD}severities: {{too-few-replica: low}}", ":6:14:", "is no rule; did you mean `too-few-replicas`?"),
        (f"{_HEAD}severities: {{too-few-replicas: lowest}}", ":6:32:", "which is no severity"),
        (f"{_HEAD}pillars: {{observabilty: {{weight: 1}}}}", ":6:11:", "did you mean `observability`?"),
        (f"{_HEAD}pillars: {{observability: {{weight: 0}}}}", ":6:35:", "which is no weight"),
        (f"{_HEAD}pillars: {{observability: {{weight: .nan}}}}", ":6:35:", "which is no weight"),
        (f"{_HEAD}pillars: {{observability: {{weight: 1e300}}}}", ":6:35:", "which is no weight"),
        (f"{_HEAD}pillars: {{observability: 7}}", ":6:26:", "must map `weight` and `objectives`"),
        (
            f"{_SIX}{{alertin: {{weight: 5}}}}}}}}",
            ":6:40:",
            "and has no `title`; did you mean `alerting`?",
        ),
        (f"{_SIX}{{runbooks: {{weight: 5}}}}}}}}", ":6:40:", "`runbooks` is an objective of `incident-management`"),
        (f"{_SIX}{{A B: {{weight: 5}}}}}}}}", ":6:40:", "`A B` is no name of an objective"),
        (f"{_SIX}{{alerting: {{decidable: files}}}}}}}}", ":6:51:", "is not for a standard to say"),
        (f"{_SIX}{{alerting: {{rules: [nothing]}}}}}}}}", ":6:51:", "`nothing` is no rule"),
        (f"{_SIX}{{alerting: {{rules: [slo-invalid, slo-invalid]}}}}}}}}", ":6:58:", "serves `alerting` already"),
        (f"{_HEAD}changelog: [{{version: 1.0}}]", ":6:13:", "the entry has no `date`"),
        (
            f"{_HEAD}changelog: [{{version: 1.0, date: never, changes: x}}]",
            ":6:34:",
            "`date` is `never`, which is no date",
        ),
        (f"{_HEAD}---\na: b", ":7:1:", "a standard is one document"),
        ("a: &a [*a]", ":1", ""),
    ],
)
def test_a_wrong_standard_is_one_error_with_its_place(check: Run, content: str, place: str, said: str) -> None:
    result = check(content or "# nothing")
    assert (result.code, result.out) == (2, "")
    first, second = result.err.splitlines()
    assert f"{FILE}{place}" in first
    assert said in first
    assert second.startswith("  help: ")


def test_the_schema_accepts_what_is_read(command: Run) -> None:
    validator = Draft202012Validator(command("schema", "overlay").json)
    spreading = {
        "title": "Spread",
        "weight": 4,
        "decidable": "files",
        "target": "x",
        "rules": ["not-spread-across-zones"],
    }
    whole = own(
        review_cycle="Quarterly",
        parameters={"availability-target": [0.9, 0.9, 0.9, 0.9], "rpo": "PT15M"},
        severities={"missing-tracing": "high", "missing-owner": ["high", "low", "low", "low"]},
        **objectives(spreading=spreading),
    )
    validator.validate(whole)
    for wrong in ({}, own(extends="acme"), own(pillars={"observability": {"weight": 0}}), own(ownr="x")):
        assert not validator.is_valid(wrong), wrong
