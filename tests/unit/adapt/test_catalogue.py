"""Services from catalogue entries, and what becomes of several entries of one service."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsready.adapt.catalogue import merge, services_in
from opsready.adapt.catalogue_words import tier_of
from opsready.model.service import Service
from opsready.model.source import Known, Unknown, Unset, known
from opsready.model.verdict import Diagnostic
from opsready.parse.yaml import parse_yaml

FILE = "services/cart/opsready-service.yaml"
HEAD = "apiVersion: opsready.dev/v1\nkind: Service\nmetadata: {name: cart}\n"


def read(text: str, file: str = FILE) -> tuple[Service | None, tuple[Diagnostic, ...]]:
    return services_in(parse_yaml(text, file).documents[0].root, file)


def spec(*lines: str) -> Service:
    service, diagnostics = read(HEAD + "spec:\n" + "".join(f"  {line}\n" for line in lines))
    assert diagnostics == ()
    assert service is not None
    return service


def notes(*lines: str) -> list[tuple[str, int, str]]:
    _, found = read(HEAD + "spec:\n" + "".join(f"  {line}\n" for line in lines))
    return [(note.kind, note.line, note.message) for note in found]


def component(metadata: str = "", body: str = "type: service, owner: payments") -> Service:
    text = (
        f"apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: cart, {metadata}}}\nspec: {{{body}}}\n"
    )
    service, _ = read(text, "catalog-info.yaml")
    assert service is not None
    return service


def test_a_name_is_enough() -> None:
    service, diagnostics = read(HEAD)
    assert service is not None
    assert diagnostics == ()
    assert (service.name, service.declared, service.source, service.address) == (
        "cart",
        True,
        "opsready",
        "Service/cart",
    )
    assert (service.place.span.line, service.place.path) == (3, "")
    assert isinstance(service.owner, Unset)
    assert isinstance(service.tier, Unset)


def test_a_whole_service() -> None:
    service = spec(
        "owner: {team: payments, contact: 'slack:#payments'}",
        "tier: 1",
        "lifecycle: production",
        "scope: {workloads: [deploy/shop/cart]}",
        "docs:",
        "  runbooks: [docs/runbooks/cart-*.md, ./more.md, https://wiki.example/cart]",
        "  recovery_procedure: docs/dr/cart.md",
        "  postmortems: docs/postmortems/",
        "escalation:",
        "  - {to: 'schedule:primary', within: 5m}",
        "  - {to: 'role:manager'}",
    )
    assert known(service.owner) == "payments"
    assert known(service.tier) == 1
    assert known(service.lifecycle) == "production"
    assert service.workload_patterns == ("deploy/shop/cart",)
    assert [(link.kind, link.target, link.external) for link in service.links] == [
        ("runbook", "docs/runbooks/cart-*.md", False),
        ("runbook", "services/cart/more.md", False),
        ("runbook", "https://wiki.example/cart", True),
        ("recovery-procedure", "docs/dr/cart.md", False),
        ("postmortem", "docs/postmortems/", False),
    ]
    assert [(step.to, step.within) for step in service.escalation] == [
        ("schedule:primary", timedelta(minutes=5)),
        ("role:manager", None),
    ]
    assert service.links[0].place.span.line == 10


def test_what_is_not_modelled_yet_is_no_complaint() -> None:
    spec(
        "objectives: {rpo: 1h, rto: PT4H}",
        "data: {stateful: true, datastores: [{ref: aws_rds_cluster.orders, rpo: 5m}]}",
        "drills: [{date: 2026-09-18, kind: restore, result: pass}]",
        "reviews: [{kind: cost, date: 2026-11-03}]",
        "x-anything: {a: 1}",
    )


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("teir: 1", ("unknown-key", 5, "`spec.teir` is no key of a service file; did you mean `tier`?")),
        (
            "docs: {runbook: [a.md]}",
            ("unknown-key", 5, "`spec.docs.runbook` is no key of a service file; did you mean `runbooks`?"),
        ),
        ("zzz: 1", ("unknown-key", 5, "`spec.zzz` is no key of a service file")),
        ("tier: 5", ("invalid-value", 5, "`spec.tier` is `5`, not one of `1`, `2`, `3`, `4`")),
        ("tier: true", ("invalid-value", 5, "`spec.tier` is `true`, not one of `1`, `2`, `3`, `4`")),
        ("owner: payments", ("invalid-value", 5, "`spec.owner` must be a mapping, not `payments`")),
        (
            "drills: [{date: 2026-02-30, kind: restore, result: pass}]",
            ("invalid-value", 5, "`spec.drills[0].date` is no date as YYYY-MM-DD: `2026-02-30`"),
        ),
        ("escalation: [{within: 5m}]", ("missing-key", 5, "`spec.escalation[0].to` is missing")),
        (
            "escalation: [{to: a, within: soon}]",
            ("invalid-value", 5, "`spec.escalation[0].within` is not written as it must be: `soon`"),
        ),
    ],
)
def test_what_the_schema_does_not_allow_is_a_diagnostic(line: str, complaint: tuple[str, int, str]) -> None:
    assert notes(line) == [complaint]


def test_a_file_that_names_nothing_is_no_service() -> None:
    service, diagnostics = read("apiVersion: opsready.dev/v1\nkind: Service\nmetadata: {}\n")
    assert service is None
    assert [(note.kind, note.message) for note in diagnostics] == [("missing-key", "`metadata.name` is missing")]


def test_a_wrong_version_or_kind_is_a_diagnostic() -> None:
    _, diagnostics = read("apiVersion: opsready.dev/v2\nkind: Service\nmetadata: {name: cart}\n")
    assert [note.message for note in diagnostics] == ["`apiVersion` is `opsready.dev/v2`, not `opsready.dev/v1`"]


def test_what_is_wrong_does_not_take_the_rest_along() -> None:
    service, _ = read(HEAD + "spec: {tier: gold, owner: payments, teir: 3}\n")
    assert service is not None
    assert (known(service.tier), known(service.owner)) == (2, "payments")


def attestation(**changes: str) -> str:
    fields = {
        "rule": "missing-runbook",
        "statement": "it is there",
        "by": "ana",
        "date": "2026-10-10",
        "expires": "2027-01-08",
    }
    return ", ".join(f"{key}: {value}" for key, value in {**fields, **changes}.items() if value)


def test_attestations_of_ninety_days_at_most() -> None:
    (found,) = spec(f"attestations: [{{{attestation()}}}]").attestations
    assert (found.rule, found.by, found.given, found.expires) == (
        "missing-runbook",
        "ana",
        date(2026, 10, 10),
        date(2027, 1, 8),
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"expires": "2026-10-09"},
            "expires on 2026-10-09, before it was given on 2026-10-10",
        ),
        ({"date": "2026-10-32"}, "`spec.attestations[0].date` is no date as YYYY-MM-DD: `2026-10-32`"),
        ({"by": ""}, "`spec.attestations[0].by` is missing"),
    ],
)
def test_an_attestation_that_cannot_hold_does_not_count(changes: dict[str, str], message: str) -> None:
    service, diagnostics = read(f"{HEAD}spec:\n  attestations: [{{{attestation(**changes)}}}]\n")
    assert service is not None
    assert service.attestations == ()
    (note,) = diagnostics
    assert note.message.endswith(message)


def test_a_backstage_component() -> None:
    service = component(
        "annotations: {backstage.io/kubernetes-id: cart-k8s, pagerduty.com/service-id: PABC, "
        "opsready.dev/runbook: docs/cart.md}, links: [{url: 'https://wiki.example/rb', title: Cart runbook, "
        "icon: dashboard}, {url: 'https://wiki.example', icon: dashboard}]",
        "type: service, owner: 'group:default/payments', lifecycle: GA",
    )
    assert (service.source, service.kubernetes_id, service.on_call) == ("backstage", "cart-k8s", ("pagerduty:PABC",))
    assert (known(service.owner), service.owner_is_person) == ("group:default/payments", False)
    assert known(service.lifecycle) == "production"
    assert [(link.kind, link.target, link.external) for link in service.links] == [
        ("runbook", "docs/cart.md", False),
        ("runbook", "https://wiki.example/rb", True),
        ("other", "https://wiki.example", True),
    ]


def test_a_person_is_told_by_the_kind_of_the_reference() -> None:
    assert component(body="type: service, owner: 'user:ana'").owner_is_person
    assert not component(body="type: service, owner: user-experience").owner_is_person


def test_an_integration_key_does_not_enter_the_model() -> None:
    service = component("annotations: {pagerduty.com/integration-key: abc123}")
    assert service.on_call == ("pagerduty",)


@pytest.mark.parametrize(
    ("metadata", "tier"),
    [
        ("labels: {tier: '3'}", 3),
        ("labels: {criticality: high}", 1),
        ("annotations: {criticality: tier-2}", 2),
        ("annotations: {opsready.dev/tier: '1'}, labels: {tier: '3'}", 1),
        ("labels: {tier: backend}", None),
        ("labels: {tier: backend, criticality: low}", 4),
    ],
)
def test_backstage_tiers(metadata: str, tier: int | None) -> None:
    assert known(component(metadata).tier) == tier


def test_our_own_annotation_is_unknown_where_it_is_no_tier() -> None:
    assert isinstance(component("annotations: {opsready.dev/tier: urgent}").tier, Unknown)


@pytest.mark.parametrize(
    ("word", "tier"),
    [
        ("1", 1),
        ("TIER_1", 1),
        ("P1", 1),
        ("Mission Critical", 1),
        ("gold", 2),
        ("b", 2),
        ("Standard", 3),
        ("tier-4", 4),
        ("0", None),
        ("backend", None),
        ("", None),
    ],
)
def test_words_for_tiers(word: str, tier: int | None) -> None:
    assert tier_of(word) == tier


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: cart}\n",
        "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: cart}\n",
        "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {name: cart}\n",
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: '${{ values.name }}'}\n",
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: cart}\nspec: {type: library}\n",
        "apiVersion: backstage.io/v1alpha1\nkind: Component\n",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cart}\n",
        "- a\n",
        "kind: Service\n",
    ],
)
def test_what_is_no_service(text: str) -> None:
    assert read(text, "catalog-info.yaml") == (None, ())


def test_entries_of_one_service_become_one() -> None:
    backstage = component(
        "labels: {tier: '1'}, annotations: {pagerduty.com/service-id: PABC}, "
        "links: [{url: 'https://a.example', title: Runbook}]"
    )
    own = spec("tier: 3", "docs: {runbooks: [docs/cart.md, 'https://a.example']}")
    (merged,) = merge([backstage, own])
    assert merged.place == own.place
    assert (known(merged.tier), known(merged.owner)) == (1, "payments")
    assert [link.target for link in merged.links] == ["docs/cart.md", "https://a.example"]
    assert merged.links[1].place == own.links[1].place
    assert merged.on_call == ("pagerduty:PABC",)


def test_an_alias_names_the_same_service() -> None:
    own, _ = read("apiVersion: opsready.dev/v1\nkind: Service\nmetadata: {name: shop, aliases: [cart]}\n")
    assert own is not None
    (merged,) = merge([component(), own])
    assert (merged.name, merged.aliases) == ("shop", ("cart",))


def test_an_owner_that_is_written_counts_over_one_that_is_not() -> None:
    (merged,) = merge([component(body="type: service, owner: 'user:ana'"), spec("tier: 2")])
    assert (known(merged.owner), merged.owner_is_person) == ("user:ana", True)


def test_an_unrecognised_tier_stays_unless_another_entry_has_one() -> None:
    wrong, _ = read(HEAD + "spec: {tier: 7}\n")
    assert wrong is not None
    assert isinstance(merge([wrong, component()])[0].tier, Unknown)
    assert isinstance(merge([wrong, component("labels: {tier: '2'}")])[0].tier, Known)


def test_components_of_several_namespaces_stay_apart() -> None:
    assert len(merge([component("namespace: eu"), component("namespace: us"), component("namespace: default")])) == 3
    assert len(merge([component("namespace: eu"), spec("tier: 2")])) == 1


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "name",
                        "owner",
                        "tier",
                        "docs",
                        "runbooks",
                        "escalation",
                        "to",
                        "attestations",
                        "links",
                        "url",
                        "labels",
                        "annotations",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_any_shape_is_read(tree: object) -> None:
    for head in (
        '"apiVersion": "opsready.dev/v1", "kind": "Service", "metadata": {"name": "a"}, "spec": ',
        '"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "spec": {"type": "service"}, "metadata": ',
    ):
        for document in parse_yaml("{" + head + json.dumps(tree) + "}", FILE).documents:
            service, _ = services_in(document.root, FILE)
            merge([service, service] if service else [])
