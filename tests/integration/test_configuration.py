"""The configuration as a user meets it: every setting through `opsready check`, who decides, and hostile files."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from integration.commands import Result, Run, write
from opsready.config.load import KEYS
from repositories import ContainerSpec, RepositorySpec, ServiceSpec, WorkloadSpec, runbook, text

SINGLE = WorkloadSpec(replicas=1)
BATCH = WorkloadSpec(name="batch", replicas=1)
PERFECT = RepositorySpec((ServiceSpec(),)).files()
ONE_REPLICA = RepositorySpec((ServiceSpec(workloads=(SINGLE,)),)).files()
TWO_SERVICES = RepositorySpec(
    (ServiceSpec(workloads=(SINGLE,)), ServiceSpec("batch", tier=1, workloads=(BATCH,)))
).files()
UNPINNED = RepositorySpec(
    (ServiceSpec(workloads=(WorkloadSpec(containers=(ContainerSpec(image="shop/app"),)),)),)
).files()
FILE = ".opsready/config.yaml"
README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def check(command: Run, tmp_path: Path) -> Run:
    """Checks files with a configuration (a text, or a tree), as of a day on which they are good."""
    numbers = iter(range(100))

    def execute(files: Mapping[str, str | bytes], configured: object, *arguments: object) -> Result:
        content = configured if isinstance(configured, str | bytes) else yaml.safe_dump(configured)
        root = write(tmp_path / f"repository-{next(numbers)}", {**files, FILE: content})
        return command("check", root, "--as-of", "2026-11-24", "--format", "json", *arguments)

    return execute


# Limits of the gate.


def test_fail_on_is_configured(check: Run) -> None:
    assert check(ONE_REPLICA, {"fail-on": "high"}).code == 1
    assert check(ONE_REPLICA, {"fail-on": "critical"}).code == 0
    assert check(ONE_REPLICA, {"fail-on": "never"}).code == 0


def test_a_score_may_be_wanted_of_the_whole_or_of_pillars(check: Run) -> None:
    configured = {"fail-on": "never", "min-score": 99.5}
    result = check(ONE_REPLICA, configured)
    assert (result.code, "the score is " in result.err, "below 99.5" in result.err) == (1, True, True)
    assert check(PERFECT, configured).code == 0
    result = check(ONE_REPLICA, {"fail-on": "never", "min-score": {"overall": 10, "capacity-and-resilience": 90}})
    assert result.code == 1
    assert result.json["gate"]["reasons"] == [result.json["gate"]["reasons"][0]]
    assert "Capacity" in result.json["gate"]["reasons"][0]
    result = check(PERFECT, {"min-score": {"capacity": 90}})
    assert result.code == 2
    assert f"{FILE}:1: min-score names `capacity`, which is no pillar" in result.err


def test_evidence_may_be_wanted(check: Run) -> None:
    charted = RepositorySpec((ServiceSpec(), ServiceSpec("shop", workloads=(WorkloadSpec(name="shop"),))))
    files = RepositorySpec(charted.services, charted=frozenset({"shop"})).files()
    assert check(files, {"fail-on": "never"}).code == 0
    result = check(files, {"fail-on": "never", "min-evidence": 99})
    assert (result.code, "below 99 %" in result.err) == (1, True)
    assert check(PERFECT, {"min-evidence": 99}).code == 0


def test_a_floor_is_for_the_services_of_its_tier(check: Run) -> None:
    def reasons(floors: Mapping[int, float]) -> list[str]:
        result = check(TWO_SERVICES, {"fail-on": "never", "floors": dict(floors)})
        assert result.code == (1 if result.json["gate"]["reasons"] else 0)
        found: list[str] = result.json["gate"]["reasons"]
        return found

    scores = {service["name"]: service["score"] for service in check(TWO_SERVICES, {}).json["services"]}
    (reason,) = reasons({1: scores["batch"] + 0.1, 2: scores["cart"]})
    assert reason == (
        f"1 service scores below {scores['batch'] + 0.1:g}, the floor of tier 1: `batch` ({scores['batch']:.1f})"
    )
    assert len(reasons({1: 100, 2: 100, 3: 100})) == 2
    assert reasons({3: 100, 4: 100}) == []
    assert reasons({1: scores["batch"], 2: scores["cart"]}) == []


def test_a_service_without_a_tier_has_the_floor_of_tier_2(check: Run) -> None:
    files = RepositorySpec((ServiceSpec(tier=None, workloads=(SINGLE,)),)).files()
    assert check(files, {"fail-on": "never", "floors": {1: 100, 3: 100}}).code == 0
    assert check(files, {"fail-on": "never", "floors": {2: 100}}).code == 1


def test_a_profile_stands_for_limits_and_changes_no_score(check: Run) -> None:
    unpinned = [check(UNPINNED, {"profile": name}) for name in ("baseline", "standard", "strict")]
    assert len({result.value for result in unpinned}) == 1
    assert check(ONE_REPLICA, {"profile": "baseline"}).code == 0
    assert check(ONE_REPLICA, {"profile": "standard"}).code == 1
    strict = check(UNPINNED, {"profile": "strict", "fail-on": "never"})
    assert strict.code == 0
    low = RepositorySpec((ServiceSpec(tier=1, runbook=False, escalation=False, workloads=(SINGLE,)),)).files()
    result = check(low, {"profile": "strict", "fail-on": "never"})
    assert (result.code, "below 85, the floor of tier 1" in result.err) == (1, True)
    assert check(low, {"profile": "standard", "fail-on": "never"}).code == 0
    assert check(UNPINNED, {"profile": "strict"}).code == 1
    assert check(PERFECT, {"profile": "strict"}).code == 0


# Filters.


def test_ignore_and_select_change_what_is_listed_and_gated_and_never_the_score(check: Run) -> None:
    plain = check(ONE_REPLICA, {})
    ignoring = check(ONE_REPLICA, {"ignore": ["capacity-and-resilience"]})
    selecting = check(ONE_REPLICA, {"select": ["runbooks"]})
    assert plain.value == ignoring.value == selecting.value
    assert (plain.code, ignoring.code, selecting.code) == (1, 0, 0)
    assert plain.verdicts("too-few-replicas") != []
    assert ignoring.verdicts("too-few-replicas") == selecting.verdicts("too-few-replicas") == []
    assert plain.json["counts"] == ignoring.json["counts"] == selecting.json["counts"]


def test_the_report_says_what_the_configuration_leaves_out(check: Run) -> None:
    result = check(ONE_REPLICA, {"ignore": ["too-few-replicas"]})
    (note,) = result.notes("not-listed")
    assert "1 failure(s) that the score counts are neither listed nor gated here: `too-few-replicas` (1)" in note
    assert check(PERFECT, {"ignore": ["too-few-replicas"]}).notes("not-listed") == []
    assert check(ONE_REPLICA, {}, "--ignore", "too-few-replicas").notes("not-listed") == []


def test_a_name_that_is_none_is_an_error_with_its_place(check: Run) -> None:
    result = check(ONE_REPLICA, "fail-on: low\nignore: [too-few-replica]\n")
    assert result.code == 2
    assert f"{FILE}:2: ignore names `too-few-replica`" in result.err
    assert "did you mean `too-few-replicas`" in result.err


# Who decides.


def test_a_flag_comes_before_a_variable_and_that_before_the_configuration(
    check: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured = {"fail-on": "critical"}
    assert check(ONE_REPLICA, configured).code == 0
    monkeypatch.setenv("OPSREADY_FAIL_ON", "high")
    assert check(ONE_REPLICA, configured).code == 1
    assert check(ONE_REPLICA, configured, "--fail-on", "never").code == 0


@pytest.mark.parametrize(
    ("variable", "value", "code"),
    [
        ("OPSREADY_FAIL_ON", "never", 0),
        ("OPSREADY_PROFILE", "baseline", 0),
        ("OPSREADY_IGNORE", "missing-owner, too-few-replicas,capacity-and-resilience", 0),
        ("OPSREADY_SELECT", "runbooks", 0),
        ("OPSREADY_MIN_SCORE", "runbooks=1", 2),
        ("OPSREADY_MIN_SCORE", "99,capacity-and-resilience=99", 1),
        ("OPSREADY_MIN_EVIDENCE", "many", 2),
        ("OPSREADY_FAIL_ON", "", 1),
        ("OPSREADY_FAIL_ON", "huge", 2),
        ("OPSREADY_PROFILE", "lax", 2),
        ("OPSREADY_IGNORE", "nothing-at-all", 2),
    ],
)
def test_variables_say_what_flags_say(
    check: Run, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, code: int
) -> None:
    monkeypatch.setenv(variable, value)
    result = check(ONE_REPLICA, {})
    assert result.code == code
    if code == 2:
        assert variable in result.err


def test_what_is_said_first_of_a_profile_and_its_limits_is_who_says_it(check: Run) -> None:
    assert check(ONE_REPLICA, {"profile": "baseline", "fail-on": "high"}).code == 1
    assert check(ONE_REPLICA, {"fail-on": "high"}, "--profile", "baseline").code == 0
    assert check(ONE_REPLICA, {"fail-on": "never"}, "--profile", "baseline", "--fail-on", "low").code == 1
    assert check(ONE_REPLICA, {}, "--profile", "baseline").code == 0


def test_a_flag_that_selects_stands_in_for_all_that_is_configured_about_the_list(check: Run) -> None:
    configured = {"ignore": ["too-few-replicas"], "select": ["runbooks"]}
    assert check(ONE_REPLICA, configured, "--select", "too-few-replicas").verdicts("too-few-replicas") != []
    assert check(ONE_REPLICA, {"ignore": ["runbooks"]}, "--ignore", "missing-owner").verdicts("too-few-replicas") != []


def test_config_show_says_who_decided(command: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write(tmp_path, {FILE: "profile: strict\nmin-score: {overall: 70}\nenvironments: {prod: [live/]}\n"})
    monkeypatch.setenv("OPSREADY_IGNORE", "missing-owner")
    shown = command("config", "show", root, "--format", "json", "--fail-on", "low").json
    assert list(shown) == list(KEYS)
    assert shown["fail-on"] == {"value": "low", "origin": "--fail-on"}
    assert shown["ignore"] == {"value": ["missing-owner"], "origin": "OPSREADY_IGNORE"}
    assert shown["min-score"] == {"value": {"overall": 70}, "origin": f"{FILE}:2: min-score"}
    assert shown["floors"]["origin"] == f"profile strict ({FILE}:1: profile)"
    assert shown["floors"]["value"] == {"1": 85, "2": 75, "3": 60}
    assert shown["environments"] == {"value": {"prod": ["live/"]}, "origin": f"{FILE}:3: environments"}
    assert shown["exclude"] == {"value": [], "origin": "default"}
    lines = command("config", "show", root, "--origin").out.splitlines()
    assert f'profile: "strict"  # {FILE}:1: profile' in lines
    assert command("config", "show", root).out.splitlines()[0] == 'environments: {"prod": ["live/"]}'
    assert command("config", "show", root, "--format", "xml").code == 2


def test_config_show_is_a_configuration_itself(command: Run, check: Run, tmp_path: Path) -> None:
    configured = {
        "fail-on": "critical",
        "floors": {"1": 50},
        "adopted": "2026-01-01",
        "overrides": [{"paths": ["a/"], "severity": {"too-few-replicas": "low"}, "parameters": {"rpo": "PT2H"}}],
    }
    first = command("config", "show", write(tmp_path / "a", {FILE: yaml.safe_dump(configured)})).out
    written = "".join(line + "\n" for line in first.splitlines() if not line.startswith("attestations"))
    assert command("config", "show", write(tmp_path / "b", {FILE: written})).out == first
    assert check(ONE_REPLICA, written).code == 0


# Overrides.

LOW = {"severity": {"too-few-replicas": "low"}, "reason": "a second one would idle"}
ELSEWHERE: list[dict[str, Any]] = [
    {"paths": ["services/shop/**"]},
    {"namespaces": ["team-*"]},
    {"services": ["ship*"]},
    {"environments": ["production"]},
    {"paths": ["services/cart/**"], "services": ["shipping"]},
]
HERE: list[dict[str, Any]] = [
    {},
    {"paths": ["services/cart/**"]},
    {"paths": ["cart.yaml"]},
    {"paths": ["*.yaml", "!docs/**"]},
    {"namespaces": ["sh?p"]},
    {"services": ["ca*"]},
    {"paths": ["services/"], "namespaces": ["shop"], "services": ["other", "cart"]},
]
NAMESPACED = RepositorySpec((ServiceSpec(workloads=(WorkloadSpec(replicas=1, namespace="shop"),)),)).files()


@pytest.mark.parametrize("scope", HERE)
def test_an_override_changes_severity_gate_and_score_and_says_so(check: Run, scope: dict[str, Any]) -> None:
    plain, lowered = check(NAMESPACED, {}), check(NAMESPACED, {"overrides": [{**scope, **LOW}]})
    (was,), (now,) = plain.verdicts("too-few-replicas"), lowered.verdicts("too-few-replicas")
    assert (was["severity"], now["severity"]) == ("high", "low")
    assert was["fingerprint"] == now["fingerprint"]
    assert lowered.value > plain.value
    (change,) = now["overridden"]
    assert (change["what"], change["was"], change["now"]) == ("severity", "high", "low")
    assert (change["reason"], change["location"]["file"]) == ("a second one would idle", FILE)
    assert "overridden" not in was
    (note,) = lowered.notes("overridden")
    assert note == ("the severity of `too-few-replicas` is low instead of high in 1 verdict: a second one would idle")


@pytest.mark.parametrize("scope", ELSEWHERE)
def test_an_override_for_something_else_changes_nothing_and_is_named(check: Run, scope: dict[str, Any]) -> None:
    plain, same = check(NAMESPACED, {}), check(NAMESPACED, {"overrides": [{**scope, **LOW}]})
    assert plain.json["score"] == same.json["score"]
    assert plain.verdicts("too-few-replicas") == same.verdicts("too-few-replicas")
    assert len(same.notes("override-unused")) == 1
    assert same.notes("overridden") == []


def test_an_override_of_an_environment(check: Run) -> None:
    workload = WorkloadSpec(replicas=1)
    files = RepositorySpec((ServiceSpec(workloads=()),)).files() | {
        "deploy/prod/cart.yaml": text(*workload.objects()),
        "deploy/staging/cart.yaml": text(*workload.objects()),
    }
    result = check(files, {"overrides": [{"environments": ["stag*"], **LOW}]})
    found = {verdict["environment"]: verdict["severity"] for verdict in result.verdicts("too-few-replicas")}
    assert found == {"prod": "high", "staging": "low"}


def test_an_override_may_raise_and_a_later_one_comes_first(check: Run) -> None:
    raised = {"severity": {"too-few-replicas": "critical"}}
    plain, result = check(ONE_REPLICA, {}), check(ONE_REPLICA, {"overrides": [LOW, raised]})
    (found,) = result.verdicts("too-few-replicas")
    assert (found["severity"], found["overridden"][0]["was"]) == ("critical", "high")
    assert result.value < plain.value
    assert check(ONE_REPLICA, {"overrides": [raised, LOW]}).verdicts("too-few-replicas")[0]["severity"] == "low"


def test_severities_by_tier(check: Run) -> None:
    by_tier = {"severity": {"too-few-replicas": ["medium", "low", "info", "info"]}}
    result = check(TWO_SERVICES, {"overrides": [by_tier]})
    found = {verdict["services"][0]: verdict["severity"] for verdict in result.verdicts("too-few-replicas")}
    assert found == {"batch": "medium", "cart": "low"}


def test_a_rule_that_a_tier_is_not_asked_stays_unasked(check: Run) -> None:
    files = RepositorySpec((ServiceSpec(tier=4, workloads=(SINGLE,)),)).files()
    raised = {"severity": {"too-few-replicas": "critical"}}
    assert check(files, {"overrides": [raised]}).verdicts("too-few-replicas") == []


def test_a_shared_subject_is_meant_where_all_its_services_are(check: Run) -> None:
    other = ServiceSpec("shop", workloads=()).entry()
    other["spec"]["scope"] = {"workloads": ["Deployment/cart"]}
    files = {**ONE_REPLICA, "services/shop/opsready-service.yaml": text(other)}
    entry = ServiceSpec().entry()
    entry["spec"]["scope"] = {"workloads": ["Deployment/cart"]}
    files["services/cart/opsready-service.yaml"] = text(entry)
    one = check(files, {"overrides": [{"services": ["cart"], **LOW}]}).verdicts("too-few-replicas")
    both = check(files, {"overrides": [{"services": ["cart", "shop"], **LOW}]}).verdicts("too-few-replicas")
    assert [verdict["services"] for verdict in one] == [["cart", "shop"]]
    assert [verdict["severity"] for verdict in one + both] == ["high", "low"]


def test_the_worst_rendition_is_told_by_the_severities_that_hold_there(check: Run) -> None:
    workload = WorkloadSpec(replicas=1)
    files = RepositorySpec((ServiceSpec(workloads=()),)).files() | {
        "a/cart.yaml": text(*workload.objects()),
        "b/cart.yaml": text(*workload.objects()),
    }
    for folder in ("a", "b"):
        (found,) = check(files, {"overrides": [{"paths": [f"{folder}/"], **LOW}]}).verdicts("too-few-replicas")
        assert found["severity"] == "high"
        assert not found["location"]["file"].startswith(folder)


def test_a_parameter_is_another_for_a_part(check: Run) -> None:
    objectives = {"overrides": [{"services": ["cart"], "parameters": {"availability-target": 0.9995}}]}
    plain, result = check(PERFECT, {}, "--show", "all"), check(PERFECT, objectives, "--show", "all")
    (found,) = [verdict for verdict in plain.verdicts("availability-target-too-low") if verdict["message"]] or [{}]
    assert found == {}
    (found,) = [verdict for verdict in result.verdicts("availability-target-too-low") if verdict["message"]]
    assert (found["outcome"], result.value < plain.value) == ("fail", True)
    assert [(change["what"], change["was"], change["now"]) for change in found["overridden"]] == [
        ("availability-target", "0.999", "0.9995")
    ]
    assert result.notes("overridden") == [
        "`availability-target` for `availability-target-too-low` is 0.9995 instead of 0.999 in 1 verdict"
    ]
    elsewhere = {"overrides": [{"services": ["shop"], "parameters": {"availability-target": 0.9995}}]}
    assert check(PERFECT, elsewhere).value == plain.value


def test_a_parameter_that_is_as_it_was_changes_nothing(check: Run) -> None:
    same = {"parameters": {"availability-target": 0.999}}
    raised = {"parameters": {"availability-target": 0.9995}}
    for written, unused in (([same], 1), ([raised, same], 2)):
        result = check(PERFECT, {"overrides": written})
        assert (result.value, len(result.notes("override-unused")), result.notes("overridden")) == (100, unused, [])


def test_a_parameter_by_tier(check: Run) -> None:
    files = RepositorySpec(
        (
            ServiceSpec(workloads=(WorkloadSpec(replicas=2),)),
            ServiceSpec("shop", tier=1, workloads=(WorkloadSpec("shop", replicas=2),)),
        )
    ).files()
    result = check(files, {"overrides": [{"parameters": {"minimum-replicas": [3, 2, 2, 2]}}]})
    assert [verdict["services"] for verdict in result.verdicts("too-few-replicas")] == [["shop"]]


def test_every_text_says_what_was_overridden(command: Run, tmp_path: Path) -> None:
    root = write(tmp_path, {**ONE_REPLICA, FILE: yaml.safe_dump({"overrides": [LOW]})})
    for format_ in ("concise", "full"):
        out = " ".join(command("check", root, "--as-of", "2026-11-24", "--format", format_).out.split())
        assert f"severity low instead of high by {FILE}:4" in out


def test_hostile_words_of_a_reason_are_escaped(command: Run, tmp_path: Path) -> None:
    hostile = {"severity": {"too-few-replicas": "low"}, "reason": "a\x1b[31m\n::error::b"}
    root = write(tmp_path, {**ONE_REPLICA, FILE: json.dumps({"overrides": [hostile]})})
    for format_ in ("concise", "full", "github", "markdown"):
        out = command("check", root, "--as-of", "2026-11-24", "--format", format_).out
        assert "\x1b[31m" not in out
        assert "\n::error::b" not in out


# Where links lead, and parts of the platform.


def test_a_base_address_leads_to_files(check: Run) -> None:
    base = "https://runbooks.acme.example/shop"

    def outcome(link: str, configured: object) -> list[str]:
        entry = ServiceSpec().entry()
        entry["spec"].setdefault("docs", {})["runbooks"] = [link]
        files = {
            **PERFECT,
            "services/cart/opsready-service.yaml": text(entry),
            "docs/runbooks/x/index.md": runbook("x"),
        }
        result = check(files, configured, "--show", "all")
        return [
            found["outcome"] for found in result.verdicts("broken-runbook-link") if found["subject"]["name"] == "cart"
        ]

    configured = {"runbook-base-urls": {base: "docs/runbooks"}}
    for page in ("cart", "cart/", "cart.md", "Cart.html", "cart#diagnosis", "cart?a=b", "x", "x/"):
        assert outcome(f"{base}/{page}", configured) == ["pass"], page
        assert outcome(f"{base}/{page}", {}) == ["not-applicable"], page
    for page in ("gone", "gone.html", "cart/gone", "../runbooks/gone"):
        assert outcome(f"{base}/{page}", configured) == ["fail"], page
    assert outcome(f"{base}ping/gone", configured) == ["not-applicable"]
    assert outcome(f"{base}/docs/runbooks/cart", {"runbook-base-urls": {f"{base}/": "."}}) == ["pass"]


def test_parts_of_the_platform_belong_to_nobody(check: Run) -> None:
    slo = ServiceSpec("vault").objectives()
    files = {**PERFECT, "platform/vault-slo.yaml": text(slo)}
    unbound = check(files, {}).verdicts("slo-unbound")
    assert [found["outcome"] for found in unbound] == ["fail", "fail"]
    assert check(files, {"platform-services": ["Vault"]}).verdicts("slo-unbound") == []


def test_the_version_of_the_standard_is_pinned(check: Run) -> None:
    version = check(PERFECT, {}).json["standard"]["version"]
    assert check(PERFECT, {"standard": f"opsready/{version}"}).code == 0
    result = check(PERFECT, {"standard": "opsready/0.9.9"})
    assert result.code == 2
    assert f"{FILE}:1:1: `standard` pins version 0.9.9" in result.err


# Patterns, places, files.


def test_patterns_are_relative_to_the_folder_that_is_configured(
    command: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured = {"exclude": ["/services/cart/k8s/"], "overrides": [{"paths": ["/services/cart/**"], **LOW}]}
    root = write(tmp_path, {**ONE_REPLICA, FILE: yaml.safe_dump(configured)})
    reports = []
    for folder in (root, root / "services", root / "services/cart"):
        monkeypatch.chdir(folder)
        reports.append(command("check", "--as-of", "2026-11-24", "--format", "json").json["score"])
    assert reports[0] == reports[1] == reports[2]
    assert reports[0] != command("check", "--root", root / "services", "--format", "json").json["score"]


def test_pyproject_says_the_same(command: Run, tmp_path: Path) -> None:
    toml = """\
[project]
name = "shop"

[tool.opsready]
fail-on = "critical"
select = ["capacity-and-resilience"]
min-score = 5
runbook-base-urls = { "https://wiki.acme.example" = "docs" }

[tool.opsready.floors]
1 = 10

[[tool.opsready.overrides]]
services = ["cart"]
reason = "a second one would idle"
[tool.opsready.overrides.severity]
too-few-replicas = "low"
"""
    root = write(tmp_path, {**ONE_REPLICA, "pyproject.toml": toml})
    result = command("check", root, "--as-of", "2026-11-24", "--format", "json")
    assert result.code == 0
    (found,) = result.verdicts("too-few-replicas")
    (change,) = found["overridden"]
    assert (found["severity"], change["location"]["file"], change["location"]["line"]) == ("low", "pyproject.toml", 17)
    assert 'floors: {"1": 10}  # pyproject.toml:10: floors' in command("config", "show", root, "--origin").out


def test_two_configurations_are_an_error(check: Run) -> None:
    result = check({**PERFECT, "pyproject.toml": "[tool.opsready]\nfail-on = 'low'\n"}, {})
    assert result.code == 2
    assert "pyproject.toml:1: `.opsready/config.yaml` and `[tool.opsready]` are both here" in result.err


# Hostile files.

_OVER = "overrides:\n- "


@pytest.mark.parametrize(
    ("content", "place", "said"),
    [
        ("fail_on: low", ":1:1:", "unknown key `fail_on` of the configuration; did you mean `fail-on`?"),
        ("fail-on: hihg", ":1:10:", "`fail-on` is the text `hihg`, which is no severity; did you mean `high`?"),
        ("fail-on: [high]", ":1:10:", "`fail-on` is a list, which is no severity"),
        ("profile: 7", ":1:10:", "which is no profile"),
        ("profile: strickt", ":1:10:", "did you mean `strict`?"),
        ("floors: {1: 99999}", ":1:13:", "`1` is the number `99999`, which is no score"),
        ("floors: {1: -1}", ":1:13:", "which is no score"),
        ("floors: {1: .nan}", ":1:13:", "which is no score"),
        ("floors: {1: .inf}", ":1:13:", "which is no score"),
        ("floors: {1: true}", ":1:13:", "which is no score"),
        (f"floors: {{1: {'9' * 5000}}}", ":1:13:", "which is no score"),
        ("floors: {5: 10}", ":1:10:", "`floors` names the tier `5`"),
        ("floors: [85]", ":1:9:", "`floors` must map tiers to scores, not be a list"),
        ("min-score: '80'", ":1:12:", "`min-score` is the text `80`, which is no score"),
        ("min-score: {overall: 101}", ":1:22:", "`overall` is the number `101`, which is no score"),
        ("min-evidence: [1]", ":1:15:", "which is no percentage"),
        ("select: all", ":1:9:", "`select` must be a list of names"),
        ("select: [{a: b}]", ":1:10:", "`select` must hold names of rules"),
        ("platform-services: [a b]", ":1:20:", "no service's name holds a space"),
        ("runbook-base-urls: {wiki: docs}", ":1:21:", "`wiki` is no address that pages may lie below"),
        ("runbook-base-urls: {'https://a.example/?q': docs}", ":1:21:", "is no address"),
        (
            "runbook-base-urls: {'https://a.example': ../../etc}",
            ":1:42:",
            "`../../etc` is no folder of this repository",
        ),
        ("runbook-base-urls: {'https://a.example': /etc}", ":1:42:", "`/etc` is no folder of this repository"),
        ("runbook-base-urls: {'https://a.example': [a]}", ":1:42:", "must name a folder, not a list"),
        ("standard: 1.3.2", ":1:11:", "`standard` is `1.3.2`, which names no version"),
        ("standard: [opsready/1.3.2]", ":1:11:", "`standard` must be a text, not a list"),
        ("exclude: ['!']", ":1:11:", "`exclude` holds `!`, which is no pattern"),
        ("environments: {prod: [a/, '!']}", ":1:27:", "`prod` holds `!`, which is no pattern"),
        ("overrides: {}", ":1:12:", "`overrides` must be a list of overrides, not a mapping"),
        ("overrides: [a]", ":1:13:", "an override is a mapping, not the text `a`"),
        (f"{_OVER}reason: because", ":2:3:", "the override changes nothing"),
        (f"{_OVER}severity: {{}}", ":2:3:", "the override changes nothing"),
        (f"{_OVER}path: [a]", ":2:3:", "unknown key `path` of the override; did you mean `paths`?"),
        (f"{_OVER}paths: []\n  severity: {{too-few-replicas: low}}", ":2:3:", "`paths` is empty"),
        (f"{_OVER}services:\n  severity: {{too-few-replicas: low}}", ":2:3:", "`services` is empty"),
        (f"{_OVER}paths: ['!']\n  severity: {{too-few-replicas: low}}", ":2:11:", "`!`, which is no pattern"),
        (f"{_OVER}severity: low", ":2:13:", "`severity` must map rules to severities"),
        (f"{_OVER}severity: {{too-few-replicas: off}}", ":2:32:", "which is no severity"),
        (f"{_OVER}severity: {{too-few-replicas: [low]}}", ":2:32:", "has 1 severities, and there are 4 tiers"),
        (f"{_OVER}severity: {{too-few-replicas: [low, low, low, [low]]}}", ":2:32:", "is a list, which is no severity"),
        (f"{_OVER}severity: {{too-few-replica: low}}", ":2:14:", "is no rule; did you mean `too-few-replicas`?"),
        (f"{_OVER}severity: {{input-not-evaluated: info}}", ":2:14:", "`input-not-evaluated` is no rule"),
        (f"{_OVER}parameters: {{rpos: PT1H}}", ":2:16:", "is no parameter of the standard; did you mean `rpo`?"),
        (f"{_OVER}parameters: {{rpo: 1 hour}}", ":2:16:", "which is not a length of time"),
        (f"{_OVER}parameters: {{rpo: [PT1H, PT2H]}}", ":2:16:", "has 2 values, and there are 4 tiers"),
        (f"{_OVER}parameters: {{drill-cadence: P3X}}", ":2:16:", "which is not a period"),
        (f"{_OVER}parameters: {{minimum-replicas: two}}", ":2:16:", "which is not a number"),
        (f"{_OVER}parameters: {{minimum-replicas: 2.5}}", ":2:16:", "which is not a whole number"),
        (f"{_OVER}parameters: {{minimum-replicas: -1}}", ":2:16:", "which is not a number"),
        (f"{_OVER}parameters: {{minimum-replicas: {'9' * 5000}}}", ":2:16:", "which is not a number"),
        (f"{_OVER}parameters: {{availability-target: 99.9}}", ":2:16:", "which is not a ratio from 0 to 1"),
        (f"{_OVER}parameters: {{availability-target: {{a: b}}}}", ":2:16:", "which is not a number"),
        (f"{_OVER}parameters: {{datastore-ports: postgres}}", ":2:16:", "which is not a list of numbers"),
        (f"{_OVER}parameters: {{postmortem-adoption: 9999-99-9}}", ":2:16:", "which is not a day"),
        (f"{_OVER}parameters: {{waiver-maximum: P900D}}", ":2:16:", "holds for the repository as a whole"),
        (f"{_OVER}parameters: {{platform-services: ''}}", ":2:16:", "which is not a text"),
        ("a: &a [*a]", ":1", ""),
        ("select: &a [*a]", ":1", ""),
        ("a: &a [x]\nb: *a", ":1:1:", "unknown key `a`"),
        ("? [a]\n: b", ":1", ""),
        ("!!python/object/apply:os.system [id]", ":1", ""),
        (f"{'k' * 900}: 1", ":1:1:", "unknown key `kkk"),
        (f"{'k' * 100_000}: 1", ":1:", ""),
        (f"fail-on: {'x' * 100_000}", ":1:10:", "which is no severity"),
        ("[" * 20_000, ":1", ""),
    ],
)
def test_a_wrong_configuration_is_one_error_with_its_place(check: Run, content: str, place: str, said: str) -> None:
    result = check(PERFECT, content)
    assert (result.code, result.out) == (2, "")
    first, second = result.err.splitlines()
    assert first.startswith("opsready: ")
    assert f"{FILE}{place}" in first
    assert said in first
    assert second.startswith("  help: ")
    assert len(result.err) < 1500


@pytest.mark.parametrize(
    "content",
    [
        b"exclude:\n" + b"- a\n" * 3_000_000,
        b"\xff\xfe\x00\xd8",
        b"a: \xff",
        b"exclude: [a, \x00]",
        b"x: &a [1]\n" + b"".join(b"y%d: [*a, *a, *a]\n" % number for number in range(50)),
        "".join(
            f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" if i else "a0: &a0 [x]\n" for i in range(20)
        ).encode(),
    ],
    ids=["huge", "no text", "no utf-8", "a zero", "aliases", "bomb"],
)
def test_a_configuration_that_would_hurt_is_one_error(check: Run, content: bytes) -> None:
    result = check(PERFECT, content)
    assert (result.code, result.out) == (2, "")
    assert FILE in result.err
    assert "help: " in result.err
    assert "Traceback" not in result.err
    assert len(result.err) < 1500


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("[tool.opsready]\nfloors = {1 = 99999}\n", "pyproject.toml:2:1: `1` is the number `99999`"),
        ("[tool.opsready]\n\nfail-on = 3\n", "pyproject.toml:3:1: `fail-on` is the number `3`"),
        ("[tool]\nopsready = 3\n", ""),
        ("[tool.opsready.floors]\n# first\n1 = 1\n7 = 3\n", "pyproject.toml:4:1: `floors` names the tier `7`"),
        (
            "[[tool.opsready.overrides]]\nseverity = {too-few-replicas = 'x'}\n",
            "pyproject.toml:2:1: `too-few-replicas`",
        ),
        ("[tool.opsready]\nx = " + "[" * 100_000, "pyproject.toml"),
        ("[tool.opsready]\nadopted = 20:00:00\n", "pyproject.toml:2:1: `adopted` is"),
        ("[tool.opsready]\n'a b' = 1\n", "pyproject.toml:2:1: unknown key `a b`"),
        ("[tool.opsready]\nselect = '''\nfloors = 1\n'''\nfloors = 2\n", "pyproject.toml:2:1: `select` must be a list"),
    ],
)
def test_a_wrong_table_is_one_error_with_its_place(command: Run, tmp_path: Path, table: str, said: str) -> None:
    result = command("check", write(tmp_path, {**PERFECT, "pyproject.toml": table}), "--as-of", "2026-11-24")
    assert result.code == (2 if said else 0)
    assert said in result.err
    assert "Traceback" not in result.err


# The schema for editors.

_EVERYTHING = f"""
standard: opsready/1.3.2
profile: standard
select: [runbooks]
ignore: [missing-owner]
fail-on: medium
min-score: {{overall: 10, observability: 20.5}}
min-evidence: 30
floors: {{"1": 80, "4": 10}}
platform-services: [vault]
runbook-base-urls: {{"https://wiki.acme.example/runbooks": docs/runbooks}}
{_OVER}paths: [a/**]
  namespaces: [b]
  services: [c]
  environments: [d]
  severity: {{too-few-replicas: low, missing-owner: [high, high, low, info]}}
  parameters: {{rpo: PT2H, availability-target: [0.99, 0.99, 0.9, 0.9]}}
  reason: because
"""


def test_the_schema_knows_everything_that_is_read(command: Run, check: Run) -> None:
    schema = command("schema", "config").json
    assert sorted(schema["properties"]) == sorted(KEYS)
    validator = Draft202012Validator(schema)
    validator.validate(yaml.safe_load(_EVERYTHING))
    assert check(PERFECT, _EVERYTHING).code == 0
    for wrong in (
        {"fail_on": "low"},
        {"fail-on": "off"},
        {"floors": {"5": 1}},
        {"floors": {"1": 99999}},
        {"min-score": "80"},
        {"overrides": [{"paths": ["a"]}]},
        {"overrides": [{"severity": {"a": ["low"]}}]},
        {"overrides": [{"severity": {"a": "off"}}]},
        {"standard": "1.3.2"},
        {"platform-services": ["a b"]},
        {"runbook-base-urls": {"wiki": "docs"}},
    ):
        assert not validator.is_valid(wrong), wrong


def test_what_the_readme_shows_is_right(command: Run, check: Run) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    (configured,) = [block for block in blocks if "\nprofile:" in block]
    (standard,) = [block for block in blocks if block.startswith("extends:")]
    result = check({**PERFECT, ".opsready/standard.yaml": standard}, configured)
    assert (result.code, result.json["standard"]["name"]) == (0, "Acme operations")
    Draft202012Validator(command("schema", "config").json).validate(quoted(configured))
    Draft202012Validator(command("schema", "overlay").json).validate(quoted(standard))


def quoted(content: str) -> Any:
    """A text as our own reader reads it: dates and keys are texts."""
    return json.loads(json.dumps(yaml.safe_load(content), default=str))


def test_a_report_with_overrides_is_valid(command: Run, check: Run) -> None:
    schema = command("schema", "report").json
    Draft202012Validator(schema).validate(check(ONE_REPLICA, {"overrides": [LOW]}).json)
