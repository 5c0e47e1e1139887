"""The standard: what it holds, and how a wrong one is refused."""

from __future__ import annotations

import copy
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
import yaml

from opsready.errors import ConfigurationError
from opsready.model.standard import Standard
from opsready.parse.yaml import parse_yaml
from opsready.standard import builtin_standard, load_standard

# The weights are a contract: a score means the same in every release of the same standard.
WEIGHTS = {
    "observability": (
        20,
        {
            "slo-availability": 10,
            "slo-latency": 6,
            "slo-error-rate": 6,
            "slo-saturation": 3,
            "otel-metrics": 6,
            "otel-logs": 6,
            "otel-traces": 6,
            "telemetry-pipeline": 6,
            "alerting": 6,
            "error-budget-defined": 6,
            "error-budget-tracked": 3,
            "error-budget-gate": 6,
        },
    ),
    "incident-management": (
        15,
        {
            "ownership": 6,
            "runbooks": 10,
            "playbooks": 3,
            "escalation": 10,
            "postmortems": 6,
            "action-items": 6,
        },
    ),
    "disaster-recovery": (
        20,
        {
            "backups": 10,
            "backup-retention": 6,
            "rpo": 6,
            "rto": 6,
            "drills": 6,
            "recovery-docs": 10,
            "deletion-protection": 6,
        },
    ),
    "infrastructure-as-code": (
        15,
        {
            "terraform": 10,
            "kubernetes-manifests": 10,
            "container-images": 6,
            "configuration-as-code": 6,
            "immutable-infrastructure": 6,
        },
    ),
    "progressive-delivery": (
        10,
        {
            "progressive-rollout": 10,
            "zero-downtime": 10,
            "feature-flags": 3,
            "rollback": 10,
        },
    ),
    "capacity-and-resilience": (
        20,
        {
            "high-availability": 10,
            "health-checks": 10,
            "autoscaling": 6,
            "cost-optimization": 6,
            "capacity-planning": 6,
            "multi-region": 10,
            "regular-reviews": 3,
        },
    ),
}
PARAMETERS = {
    "availability-target": 0.999,
    "minimum-replicas": 2,
    "minimum-zones": 2,
    "backup-interval": "P1D",
    "backup-retention": "P30D",
    "rpo": "PT1H",
    "rto": "PT4H",
    "drill-cadence": "P3M",
    "drill-kinds": (
        *("restore failover region-evacuation",) * 2,
        *("restore failover region-evacuation tabletop",) * 2,
    ),
    "review-cadence": "P1M",
    "document-cadence": ("P6M", "P6M", "P12M", "P12M"),
    "grace": "P7D",
    "runbook-minimum-words": 60,
    "escalation-minimum-steps": 2,
    "escalation-first-step-minutes": (15, 30, 60, 60),
    "attestation-maximum": "P90D",
    "slo-window-minimum": "P7D",
    "slo-window-maximum": "P90D",
}
TEXT = files("opsready_rules").joinpath("standard.yaml").read_text(encoding="utf-8")

Tree = Any  # what a YAML reader yields: it is edited below in ways that no type allows


@pytest.fixture
def tree() -> Tree:
    return copy.deepcopy(yaml.safe_load(TEXT))


@pytest.fixture(scope="module")
def standard() -> Standard:
    return builtin_standard()


def test_names_weights_and_order_are_those_of_the_contract(standard: Standard) -> None:
    found = {
        pillar.name: (pillar.weight, {objective.name: objective.weight for objective in pillar.objectives})
        for pillar in standard.pillars
    }
    assert found == WEIGHTS
    assert list(standard.objectives) == [name for _, objectives in WEIGHTS.values() for name in objectives]


def test_it_says_which_standard_it_is(standard: Standard) -> None:
    assert (standard.name, standard.version) == ("Operational Excellence", "1.3.2")
    assert (standard.owner, standard.review_cycle) == ("Technical Governance Committee", "Quarterly")
    assert standard.last_updated == "2025-01-10"


def test_every_objective_belongs_to_its_pillar_and_says_what_it_asks_for(standard: Standard) -> None:
    for pillar in standard.pillars:
        for objective in pillar.objectives:
            assert objective.pillar == pillar.name
            assert objective.target[0].isupper()
            assert objective.target.endswith(".")
            assert ". " not in objective.target, "one sentence"


def test_what_no_file_can_show_takes_a_word_of_a_person(standard: Standard) -> None:
    attested = {name for name, objective in standard.objectives.items() if objective.decidable == "attestation"}
    assert attested == {"otel-metrics", "otel-logs", "escalation"}


def test_numbers_that_rules_use(standard: Standard) -> None:
    assert {name: standard.parameters[name] for name in PARAMETERS} == PARAMETERS
    assert standard.number("escalation-first-step-minutes", 1) == 15
    assert standard.number("minimum-replicas", 4) == 2
    assert [standard.text("document-cadence", tier) for tier in (1, 2, 3, 4)] == ["P6M", "P6M", "P12M", "P12M"]


def test_the_words_of_production_are_names_of_environments(standard: Standard) -> None:
    assert {"prod", "production", "live"} <= standard.production_names <= standard.environment_names
    assert {"dev", "staging", "qa", "preprod", "sandbox"} <= standard.environment_names - standard.production_names


@pytest.mark.parametrize("word", ["base", "common", "demo", "ci", "apps", "k8s", "main", "release", "src"])
def test_words_that_also_name_other_things_are_not_environments(standard: Standard, word: str) -> None:
    assert word not in standard.environment_names


def test_moving_tags_are_words_and_never_versions(standard: Standard) -> None:
    assert {"latest", "main", "master", "stable", "edge", "nightly", "canary"} <= standard.moving_tags
    assert not {tag for tag in standard.moving_tags if any(letter.isdigit() for letter in tag)}


def test_severities_and_owners_that_rules_look_up(standard: Standard) -> None:
    assert {"critical", "page", "p1"} <= standard.paging_severities
    assert not {"warning", "info", "none", "high"} & standard.paging_severities
    assert {"unknown", "tbd", "todo", "guests", "nobody", "example", "null", "n/a"} <= standard.placeholder_owners


def test_images_of_others_are_named_without_registry_and_tag(standard: Standard) -> None:
    images = {known.image: known.product for known in standard.third_party_images}
    assert len(images) == len(standard.third_party_images), "no image stands for two products"
    assert images["postgres"] == "PostgreSQL"
    assert images["brancz/kube-rbac-proxy"] == "kube-rbac-proxy"
    assert not [image for image in images if ":" in image or "." in image.split("/")[0].removesuffix(".com")]


@pytest.mark.parametrize(
    "image", ["python", "node", "golang", "openjdk", "tomcat", "istio/examples-bookinfo-reviews-v1"]
)
def test_images_that_run_a_program_of_the_team_are_not_of_others(standard: Standard, image: str) -> None:
    from fnmatch import fnmatchcase

    assert not [known for known in standard.third_party_images if fnmatchcase(image, known.image)]


def test_charts_of_others(standard: Standard) -> None:
    assert {
        "redis",
        "postgresql",
        "kube-prometheus-stack",
        "ingress-nginx",
        "cert-manager",
    } <= standard.third_party_charts


def test_both_yaml_readers_yield_the_same_standard(standard: Standard, tree: Tree) -> None:
    assert load_standard(tree, "standard.yaml") == standard


def _remove(*path: str) -> Callable[[Tree], None]:
    def edit(tree: Tree) -> None:
        for key in path[:-1]:
            tree = tree[key]
        del tree[path[-1]]

    return edit


def _put(value: object, *path: str) -> Callable[[Tree], None]:
    def edit(tree: Tree) -> None:
        for key in path[:-1]:
            tree = tree[key]
        tree[path[-1]] = value

    return edit


MISTAKES = [
    (_remove("pillars"), "s.yaml: `pillars` is missing"),
    (_put(1, "pilars"), "s.yaml: pilars: is not a key that the standard knows; did you mean `pillars`?"),
    (_put(1.3, "version"), "s.yaml: version: must be a text, not `1.3` (write it in quotes)"),
    (_put(" ", "owner"), "s.yaml: owner: must be a text, not empty"),
    (_put("10 January", "last-updated"), "s.yaml: last-updated: must be a day as YYYY-MM-DD, not `10 January`"),
    (_put("20250110", "last-updated"), "s.yaml: last-updated: must be a day as YYYY-MM-DD, not `20250110`"),
    (_put({}, "pillars"), "s.yaml: pillars: must have a pillar at least"),
    (_put([], "pillars"), "s.yaml: pillars: must be a mapping, not a list"),
    (
        _remove("pillars", "observability", "objectives", "alerting", "weight"),
        "s.yaml: pillars.observability.objectives.alerting: `weight` is missing",
    ),
    (
        _put(0, "pillars", "observability", "weight"),
        "s.yaml: pillars.observability.weight: must be a number above 0, not `0`",
    ),
    (
        _put(True, "pillars", "observability", "weight"),
        "s.yaml: pillars.observability.weight: must be a number above 0, not `true`",
    ),
    (
        _put(float("nan"), "pillars", "observability", "weight"),
        "s.yaml: pillars.observability.weight: must be a number above 0, not `nan`",
    ),
    (
        _put({}, "pillars", "observability", "objectives"),
        "s.yaml: pillars.observability.objectives: must have an objective at least",
    ),
    (
        _put("guess", "pillars", "disaster-recovery", "objectives", "rpo", "decidable"),
        "s.yaml: pillars.disaster-recovery.objectives.rpo.decidable: must be `files` or `attestation`, not `guess`",
    ),
    (
        _put({}, "pillars", "disaster-recovery", "objectives", "alerting"),
        "s.yaml: pillars.disaster-recovery.objectives.alerting: `alerting` is an objective of `observability` already",
    ),
    (
        _put(3, "governance", "objectives", "waivers", "weight"),
        "s.yaml: governance.objectives.waivers.weight: is not a key that the standard knows",
    ),
    (_put([1, 2], "parameters", "grace"), "s.yaml: parameters.grace: must have four values, for tiers 1 to 4, not 2"),
    (
        _put([1, 2, "P3D", 4], "parameters", "grace"),
        "s.yaml: parameters.grace: must have four numbers or four texts, not some of both",
    ),
    (_put(None, "parameters", "grace"), "s.yaml: parameters.grace: must be a number or a text, not empty"),
    (
        _put([1, 2, 3, [4]], "parameters", "grace"),
        "s.yaml: parameters.grace[3]: must be a number or a text, not a list",
    ),
    (_put("latest", "moving-tags"), "s.yaml: moving-tags: must be a list, not `latest`"),
    (_put(["HEAD"], "moving-tags"), "s.yaml: moving-tags[0]: must be in lower case: `head`"),
    (_put([None], "placeholder-owners"), "s.yaml: placeholder-owners[0]: must be a text, not empty"),
    (
        _put(["prod", "moon"], "environments", "production"),
        "s.yaml: environments.production[1]: `moon` is not among the names of environments",
    ),
    (_put({"PostgreSQL": "postgres"}, "third-party-images"), "PostgreSQL: must be a list, not `postgres`"),
]


@pytest.mark.parametrize(("edit", "message"), MISTAKES, ids=[message for _, message in MISTAKES])
def test_a_mistake_is_refused_with_its_place(tree: Tree, edit: Callable[[Tree], None], message: str) -> None:
    edit(tree)
    with pytest.raises(ConfigurationError) as caught:
        load_standard(tree, "s.yaml")
    assert message in str(caught.value)


@pytest.mark.parametrize("tree", [None, [], "text"])
def test_what_is_no_mapping_is_refused(tree: object) -> None:
    with pytest.raises(ConfigurationError, match=r"s\.yaml: must be a mapping"):
        load_standard(tree, "s.yaml")


def test_a_mistake_is_refused_with_its_line() -> None:
    lines = TEXT.splitlines()
    line = lines.index("  rpo: PT1H") + 1
    lines[line - 1] = "  rpo:"
    (document,) = parse_yaml("\n".join(lines), "s.yaml").documents
    with pytest.raises(ConfigurationError, match=rf"^s\.yaml:{line}: parameters\.rpo: must be a number or a text"):
        load_standard(document.root, "s.yaml")


def test_a_wrong_word_is_refused_with_its_line() -> None:
    lines = TEXT.splitlines()
    line = lines.index("  - nightly") + 1
    lines[line - 1] = "  - Nightly"
    (document,) = parse_yaml("\n".join(lines), "s.yaml").documents
    with pytest.raises(ConfigurationError, match=rf"^s\.yaml:{line}: moving-tags\[\d+\]: must be in lower case"):
        load_standard(document.root, "s.yaml")
