"""What code scanning gets: valid by the official schema, and within what GitHub takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from opsready.model.source import Place, Span
from opsready.model.verdict import Diagnostic, Related, Suppression
from opsready.report import sarif
from opsready.report.model import Finding, Report, RuleSummary
from unit.report.reports import finding, place, report, verdict

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
PAGE = """# too-few-replicas

One replica is one
reboot away.

More of it.

## Fails

### one

```yaml title="k8s/cart.yaml"
replicas: 1  # expect: `cart` runs 1 replica
## no heading
```

### another

Second.

## Passes

### two

```yaml
replicas: 2
```

## Cannot tell

Never.

## When to ignore

Leader election.
"""


def loaded(given: Report, page: str = PAGE) -> dict[str, Any]:
    value: dict[str, Any] = json.loads("".join(sarif.render(given, lambda _: page)))
    validator = jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)] == []
    (run,) = value["runs"]
    return dict(run)


def reported(*findings: Finding, **given: Any) -> Report:
    """A report whose rules are known, as those of a run are."""
    verdicts = [*(item.verdict for item in findings), *given.get("others", ())]
    names = sorted({item.rule for item in verdicts})
    rules = tuple(RuleSummary(name, f"{name} title.", "high-availability", {}, "high") for name in names)
    return report(*findings, **{"rules": rules, **given})


def results(*findings: Finding, **given: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = loaded(reported(*findings, **given))["results"]
    return found


def test_a_run_without_results_is_valid() -> None:
    run = loaded(reported())
    assert run["results"] == []
    assert run["tool"]["driver"]["rules"] == []
    assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]
    assert run["properties"]["score"] == 61.4
    assert run["properties"]["asOf"] == "2026-10-12"


def test_a_result_says_what_where_and_what_to_do() -> None:
    (found,) = results(finding())
    assert found["message"]["text"] == "`cart` runs a single replica\nhelp: set `replicas: 2` or more"
    (location,) = found["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "deploy/cart.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 7, "startColumn": 13, "endLine": 7, "endColumn": 14},
    }
    assert location["logicalLocations"] == [{"name": "cart", "fullyQualifiedName": "Deployment/cart"}]
    assert found["partialFingerprints"] == {"opsready/v1": verdict().fingerprint}


def test_what_is_said_of_the_repository_stands_at_the_start_of_the_file_for_it() -> None:
    (found,) = results(finding(place=None))
    physical = found["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "README.md"
    assert physical["region"] == {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1}


@pytest.mark.parametrize(
    ("given", "kind", "level"),
    [
        ({"severity": "critical"}, "fail", "error"),
        ({"severity": "high"}, "fail", "error"),
        ({"severity": "medium"}, "fail", "warning"),
        ({"severity": "low"}, "fail", "note"),
        ({"severity": "info"}, "fail", "note"),
        ({"severity": "critical", "production": False}, "fail", "note"),
        ({"severity": "critical", "third_party": True}, "fail", "note"),
        ({"severity": "critical", "outcome": "unknown"}, "open", "none"),
    ],
)
def test_levels(given: dict[str, Any], kind: str, level: str) -> None:
    (found,) = results(finding(**given))
    assert (found["kind"], found["level"]) == (kind, level)


def test_what_cannot_be_told_says_so_and_why() -> None:
    (found,) = results(finding(outcome="unknown"))
    assert found["message"]["text"] == "cannot tell: `var.replicas` has no default"


def test_an_unopened_input_is_one_result_for_all_its_objectives() -> None:
    both = [
        finding("input-not-evaluated", outcome="unknown", objective=name, severity=severity, discriminator=name)
        for name, severity in (("runbooks", "low"), ("high-availability", "high"))
    ]
    (found,) = results(*both)
    assert found["properties"]["objectives"] == ["high-availability", "runbooks"]
    assert found["properties"]["severity"] == "high"
    assert found["partialFingerprints"]["opsready/v1"] == both[1].verdict.fingerprint


def test_two_verdicts_of_one_objective_that_read_alike_stay_two() -> None:
    assert len(results(finding(), finding())) == 2


def test_a_waived_fault_keeps_its_level_and_says_why_and_until_when() -> None:
    ignored = Suppression("ignore", "leader [election](x)", "2026-12-31", place(line=3))
    excused = Suppression("not-applicable", "no users", "", place())
    first, second = results(
        others=(
            verdict(outcome="waived", suppression=ignored),
            verdict(outcome="not-applicable", suppression=excused),
            verdict(outcome="pass"),
        )
    )
    assert (first["kind"], first["level"]) == ("fail", "error")
    (suppression,) = first["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("inSource", "accepted")
    assert suppression["justification"] == "leader [election](x) (until 2026-12-31)"
    assert suppression["location"]["physicalLocation"]["region"]["startLine"] == 3
    assert (second["kind"], second["level"]) == ("notApplicable", "none")
    assert second["suppressions"][0]["kind"] == "external"
    assert second["suppressions"][0]["justification"] == "no users"


def test_passes_are_listed_where_asked_for() -> None:
    others = (verdict(outcome="pass"), verdict(outcome="not-applicable"))
    assert results(others=others) == []
    listed = results(others=others, show="all")
    assert [(found["kind"], found["level"]) for found in listed] == [("pass", "none"), ("notApplicable", "none")]


def test_the_most_urgent_results_come_first_and_the_rest_is_cut_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "_MOST_RESULTS", 3)
    run = loaded(
        reported(
            finding(name="a", severity="low"),
            finding(name="b", outcome="unknown"),
            finding(name="c", production=False),
            finding(name="d", severity="critical"),
            finding(name="e", severity="medium"),
        )
    )
    names = [found["locations"][0]["logicalLocations"][0]["name"] for found in run["results"]]
    assert names == ["d", "e", "a"]
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"].startswith("2 results of the least urgent left out")


def test_a_rule_has_what_its_page_says() -> None:
    (rule,) = loaded(reported(finding()))["tool"]["driver"]["rules"]
    assert (rule["id"], rule["name"]) == ("too-few-replicas", "TooFewReplicas")
    assert rule["fullDescription"]["text"] == "One replica is one reboot away."
    assert rule["defaultConfiguration"]["level"] == "error"
    assert rule["properties"]["tags"] == ["operational-readiness", "capacity-and-resilience", "high-availability"]
    markdown = rule["help"]["markdown"]
    assert "More of it." in markdown
    assert "```yaml\nreplicas: 1\n## no heading\n```" in markdown
    assert "## Passes\n\n### two" in markdown
    assert "Leader election." in markdown
    for absent in ("another", "expect", "Cannot tell", "title=", "# too-few"):
        assert absent not in markdown
    assert "`opsready explain too-few-replicas`" in rule["help"]["text"]


def test_results_point_at_their_rule() -> None:
    run = loaded(reported(finding("b-rule"), finding("a-rule"), others=(verdict("unused-rule", outcome="pass"),)))
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["a-rule", "b-rule"]
    assert all(rules[found["ruleIndex"]]["id"] == found["ruleId"] for found in run["results"])


def test_notes_on_the_input_are_notifications_and_a_crash_is_no_success() -> None:
    diagnostics = (Diagnostic("no-git", "", 0, "no git"), Diagnostic("rule-crashed", "a b.yaml", 0, "it broke"))
    (invocation,) = loaded(reported(diagnostics=diagnostics))["invocations"]
    assert invocation["executionSuccessful"] is False
    first, second = invocation["toolExecutionNotifications"]
    assert (first["level"], second["level"]) == ("warning", "error")
    assert "locations" not in first
    assert second["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b.yaml"


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("a b/ü%.yaml", "a%20b/%C3%BC%25.yaml"),
        ("c:x.yaml", "c%3Ax.yaml"),
        ("a?b#c[d].yaml", "a%3Fb%23c%5Bd%5D.yaml"),
        ("k8s-\udcff.yaml", "k8s-%FF.yaml"),
        ("k8s-\ud800.yaml", "k8s-%ED%A0%80.yaml"),
        ("\u202egnp.yaml", "%E2%80%AEgnp.yaml"),
    ],
)
def test_file_names_are_encoded(file: str, uri: str) -> None:
    (found,) = results(finding(place=place(file)))
    assert found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_no_name_makes_a_link_or_a_placeholder() -> None:
    (found,) = results(finding(message="`[here](https://evil.example)` has {0}", help=""))
    assert found["message"]["text"] == r"`\[here\](https://evil.example)` has {{0}}"


def test_what_is_too_long_is_cut() -> None:
    (found,) = results(finding(message="\U0001f600" * 2000, help=""))
    text = found["message"]["text"]
    assert len(text.encode("utf-16-le")) // 2 <= 1000
    assert text.endswith("\U0001f600…")


def test_no_region_ends_before_it_begins() -> None:
    (found,) = results(finding(place=Place("", Span("a.yaml", 4, 9, 2, 3))))
    region = found["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 4, "startColumn": 9, "endLine": 4, "endColumn": 9}
    (found,) = results(finding(place=Place("", Span("a.yaml", 0, 0, 0, 0))))
    assert found["locations"][0]["physicalLocation"]["region"]["startLine"] == 1


def test_further_places_are_related_locations() -> None:
    related = tuple(Related("also in", Span("b.yaml", line, 1, line, 2)) for line in range(150))
    (found,) = results(finding(related=related))
    assert len(found["relatedLocations"]) == 100
    assert found["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 1
    assert found["relatedLocations"][1]["message"]["text"] == "also in"


def test_each_result_has_a_line_and_arrives_in_pieces() -> None:
    pieces = list(sarif.render(reported(finding(name="a"), finding(name="b")), lambda _: PAGE))
    assert max(piece.count('"partialFingerprints"') for piece in pieces) == 1
    assert sum('"partialFingerprints"' in line for line in "".join(pieces).splitlines()) == 2
