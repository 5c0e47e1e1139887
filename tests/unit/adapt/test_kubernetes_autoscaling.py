"""Autoscalers as neutral entities: bounds, what they scale by, and what keeps them from scaling."""

from __future__ import annotations

import pytest

from opsready.model.scaling import VerticalAutoscaler
from opsready.model.source import Known, Unknown, Unset, known
from opsready.model.workload import Autoscaler, Container, Workload
from unit.adapt.test_kubernetes import obj, one

TARGET = "scaleTargetRef: {kind: Deployment, name: cart}"


def horizontal(spec: str, api: str = "autoscaling/v2", metadata: str = "{name: cart}") -> Autoscaler:
    text = obj("HorizontalPodAutoscaler", f"{{{TARGET}, {spec}}}", api=api, metadata=metadata)
    return one(Autoscaler, text)


def scaled(spec: str, metadata: str = "{name: cart}") -> Autoscaler:
    text = obj("ScaledObject", f"{{{TARGET}, {spec}}}", api="keda.sh/v1alpha1", metadata=metadata)
    return one(Autoscaler, text)


def shown(found: Autoscaler) -> list[tuple[str, bool, str]]:
    return [(metric.name, metric.of_requests, metric.container) for metric in found.metrics.items]


@pytest.mark.parametrize(
    ("api", "spec", "metrics"),
    [
        ("autoscaling/v2", "maxReplicas: 3", [("cpu", True, "")]),
        ("autoscaling/v2", "metrics: []", [("cpu", True, "")]),
        ("autoscaling/v1", "targetCPUUtilizationPercentage: 60", [("cpu", True, "")]),
        (
            "autoscaling/v2beta2",
            "metrics: [{type: Resource, resource: {name: memory, target: {averageUtilization: 60}}}]",
            [("memory", True, "")],
        ),
        (
            "autoscaling/v2",
            "metrics: [{type: Resource, resource: {name: cpu, target: {averageValue: 500m}}}]",
            [("cpu", False, "")],
        ),
        (
            "autoscaling/v2",
            (
                "metrics: [{type: ContainerResource, containerResource: "
                "{name: cpu, container: api, target: {averageUtilization: 60}}}]"
            ),
            [("cpu", True, "api")],
        ),
        (
            "autoscaling/v2beta1",
            (
                "metrics: [{type: Resource, resource: {name: cpu, targetAverageUtilization: 60}}, "
                "{type: Pods, pods: {metricName: requests, targetAverageValue: 1}}]"
            ),
            [("cpu", True, ""), ("requests", False, "")],
        ),
        (
            "autoscaling/v2",
            "metrics: [{type: External, external: {metric: {name: lag}}}, {type: Object}, {}]",
            [("lag", False, ""), ("Object", False, ""), ("an unnamed metric", False, "")],
        ),
        # No API serves the share of anything but CPU and memory.
        (
            "autoscaling/v2",
            "metrics: [{type: Resource, resource: {name: disk, target: {averageUtilization: 60}}}]",
            [("disk", False, "")],
        ),
    ],
)
def test_a_horizontal_one_says_what_it_scales_by(api: str, spec: str, metrics: list[tuple[str, bool, str]]) -> None:
    assert shown(horizontal(spec, api)) == metrics


@pytest.mark.parametrize("spec", ["metrics: text", "metrics: [1]", "targetCPUUtilizationPercentage: 60, metrics: [x]"])
def test_metrics_that_are_none_are_said_to_be_unread_unless_the_old_field_decides(spec: str) -> None:
    found = horizontal(spec)
    assert bool(found.metrics.incomplete) != bool(found.metrics.items)


def test_metrics_in_the_annotation_of_an_old_version_are_not_read() -> None:
    metadata = "{name: cart, annotations: {autoscaling.alpha.kubernetes.io/metrics: '[]'}}"
    assert "is not read" in horizontal("maxReplicas: 3", "autoscaling/v1", metadata).metrics.incomplete


def test_a_target_whose_name_cannot_be_read_is_hidden() -> None:
    text = obj("HorizontalPodAutoscaler", "{scaleTargetRef: {name: [a]}}", api="autoscaling/v2")
    assert one(Autoscaler, text).target_hidden
    text = obj("HorizontalPodAutoscaler", "{scaleTargetRef: text}", api="autoscaling/v2")
    assert one(Autoscaler, text).target_hidden
    assert not horizontal("maxReplicas: 3").target_hidden


@pytest.mark.parametrize(
    ("spec", "least", "most"),
    [
        ("triggers: [{type: kafka}]", 0, 100),
        ("minReplicaCount: 2, maxReplicaCount: 5, triggers: [{type: kafka}]", 2, 5),
        ("minReplicaCount: 2, idleReplicaCount: 0, triggers: [{type: kafka}]", 0, 100),
        ("triggers: [{type: cpu}, {type: memory}]", 1, 100),
        ("minReplicaCount: 0, triggers: [{type: cpu}]", 1, 100),
        ("minReplicaCount: 3, triggers: [{type: cpu}]", 3, 100),
        ("minReplicaCount: 0, triggers: [{type: cpu}, {type: kafka}]", 0, 100),
        ("triggers: []", 0, 100),
        ("fallback: {failureThreshold: 3, replicas: 9}, triggers: [{type: kafka}]", 0, 100),
    ],
)
def test_a_scaled_object_has_bounds(spec: str, least: int, most: int) -> None:
    found = scaled(spec)
    assert (known(found.minimum), known(found.maximum), found.from_zero) == (least, most, True)


@pytest.mark.parametrize(
    ("trigger", "metric"),
    [
        ("{type: cpu}", ("cpu", True, "")),
        ("{type: cpu, metricType: AverageValue}", ("cpu", False, "")),
        ("{type: memory, metadata: {type: Utilization, containerName: api}}", ("memory", True, "api")),
        ("{type: memory, metadata: {type: AverageValue}}", ("memory", False, "")),
        ("{type: prometheus, metricType: Utilization}", ("prometheus", False, "")),
        ("{}", ("an unnamed trigger", False, "")),
    ],
)
def test_a_trigger_of_resources_is_a_share_unless_it_says_otherwise(
    trigger: str, metric: tuple[str, bool, str]
) -> None:
    assert shown(scaled(f"triggers: [{trigger}]")) == [metric]


def test_triggers_that_cannot_be_read_are_no_missing_ones() -> None:
    found = scaled("triggers: text")
    assert found.metrics.incomplete
    assert found.stopped == ()
    assert [why for why, _ in scaled("triggers: []").stopped] == ["it has no trigger"]


@pytest.mark.parametrize(
    ("annotations", "stopped", "held"),
    [
        ("autoscaling.keda.sh/paused: 'true'", ["`autoscaling.keda.sh/paused` pauses it"], None),
        ("autoscaling.keda.sh/paused: 'false'", [], None),
        ("autoscaling.keda.sh/paused-replicas: '4'", ["`autoscaling.keda.sh/paused-replicas` pauses it"], 4),
        (
            "autoscaling.keda.sh/paused-replicas: '0', autoscaling.keda.sh/paused: 'true'",
            ["`autoscaling.keda.sh/paused-replicas` pauses it"],
            0,
        ),
        ("autoscaling.keda.sh/paused-replicas: '999999'", ["`autoscaling.keda.sh/paused-replicas` pauses it"], None),
        ("autoscaling.keda.sh/paused-replicas: many", ["`autoscaling.keda.sh/paused-replicas` pauses it"], None),
    ],
)
def test_a_pause_is_an_annotation(annotations: str, stopped: list[str], held: int | None) -> None:
    found = scaled("triggers: [{type: kafka}]", f"{{name: cart, annotations: {{{annotations}}}}}")
    assert ([why for why, _ in found.stopped], found.paused_at) == (stopped, held)


def test_scaling_up_may_be_disabled_and_scaling_down_may_well_be() -> None:
    up, down = "behavior: {scaleUp: {selectPolicy: Disabled}}", "behavior: {scaleDown: {selectPolicy: Disabled}}"
    assert [why for why, _ in horizontal(up).stopped] == ["`scaleUp` is disabled"]
    assert horizontal(down).stopped == ()
    nested = f"advanced: {{horizontalPodAutoscalerConfig: {{{up}}}}}, triggers: [{{type: kafka}}]"
    assert [why for why, _ in scaled(nested).stopped] == ["`scaleUp` is disabled"]


def test_a_scaled_object_may_take_an_autoscaler_over() -> None:
    spec = "advanced: {horizontalPodAutoscalerConfig: {name: old}}, triggers: [{type: kafka}]"
    key = "scaledobject.keda.sh/transfer-hpa-ownership"
    assert scaled(spec, f"{{name: cart, annotations: {{{key}: 'true'}}}}").takes_over == "old"
    assert scaled(spec, f"{{name: cart, annotations: {{{key}: 'false'}}}}").takes_over == ""


@pytest.mark.parametrize(
    ("spec", "resizes", "resources"),
    [
        ("", Unset, {"cpu", "memory"}),
        ("updatePolicy: {updateMode: 'Off'}", Known, {"cpu", "memory"}),
        ("updatePolicy: {updateMode: [x]}", Unknown, {"cpu", "memory"}),
        ("resourcePolicy: {containerPolicies: text}", Unknown, {"cpu", "memory"}),
        (
            "resourcePolicy: {containerPolicies: [{containerName: '*', controlledResources: [memory]}]}",
            Unset,
            {"memory"},
        ),
        ("resourcePolicy: {containerPolicies: [{containerName: '*', mode: 'Off'}]}", Unset, set()),
        ("resourcePolicy: {containerPolicies: [{containerName: api, mode: 'Off'}]}", Unset, {"cpu", "memory"}),
    ],
)
def test_a_vertical_one_resizes_all_that_it_is_not_told_to_leave(spec: str, resizes: type, resources: set[str]) -> None:
    text = obj(
        "VerticalPodAutoscaler", f"{{targetRef: {{kind: Deployment, name: cart}}, {spec}}}", api="autoscaling.k8s.io/v1"
    )
    found = one(VerticalAutoscaler, text)
    assert isinstance(found.resizes, resizes)
    assert (found.target_kind, found.target_name, found.resources) == ("Deployment", "cart", resources)


def test_a_scaled_job_ends() -> None:
    template = "{metadata: {labels: {app: a}}, spec: {containers: [{name: x, image: y}]}}"
    text = obj("ScaledJob", f"{{jobTargetRef: {{template: {template}}}}}", api="keda.sh/v1alpha1")
    found = one(Workload, text)
    assert (found.kind, found.runs_forever, found.selected_labels) == ("run-to-completion", False, {"app": "a"})
    assert one(Container, text).address == "ScaledJob/cart[x]"
