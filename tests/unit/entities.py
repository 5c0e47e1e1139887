"""Entities as adapters make them, with everything that a test does not care about filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from opsready.link.files import Files
from opsready.link.graph import Facts, RepositoryGraph
from opsready.link.images import Images
from opsready.model.document import Document, Procedure
from opsready.model.entity import Entity, Identity, Ignore
from opsready.model.network import NetworkService
from opsready.model.opaque import Stub
from opsready.model.service import Attestation, Link, Repository, Service
from opsready.model.source import Items, Known, Place, Span, Unset, Value
from opsready.model.workload import (
    Autoscaler,
    Container,
    DisruptionBudget,
    ProgressiveDelivery,
    RollingUpdate,
    Selector,
    Workload,
    WorkloadKind,
)

_NEUTRAL_KINDS: dict[str, WorkloadKind] = {
    "Deployment": "service",
    "Rollout": "service",
    "StatefulSet": "ordered",
    "DaemonSet": "per-node",
    "Job": "run-to-completion",
    "CronJob": "scheduled",
    "Pod": "single",
}


def place(file: str = "k8s/a.yaml", line: int = 1, path: str = "") -> Place:
    """A place of one word in a file."""
    return Place(path, Span(file, line, 1, line, 9))


def identity(kind: str, name: str, **more: Any) -> Identity:
    """Who an entity is; by default in production, in the unit `k8s/`, in no namespace."""
    namespace = more.pop("namespace", None)
    return Identity(
        kind=kind,
        name=name,
        namespace=namespace,
        unit=more.pop("unit", "k8s/"),
        environment=more.pop("environment", ""),
        production=more.pop("production", True),
        place=more.pop("place", place()),
        written_name=more.pop("written_name", name),
        deploy_namespace=more.pop("deploy_namespace", namespace),
        **more,
    )


def ignore(rule: str, until: str = "2027-03-31", reason: str = "decided", problem: str = "", line: int = 5) -> Ignore:
    """An ignore as an annotation writes it."""
    return Ignore(rule, reason, until, place(line=line, path=f"metadata.annotations.{rule}"), problem)


def selector(**labels: str) -> Known[Selector]:
    """A selector by labels, as written."""
    return Known(Selector(tuple(labels.items())), place())


def container(name: str, owner: Identity, image: str = "shop/app:1") -> Container:
    """A main container with nothing but an image."""
    nothing: Any = Unset()
    return Container(
        identity("Container", name, unit=owner.unit, ignores=owner.ignores),
        role="main",
        workload_address=owner.address,
        workload_kind=_NEUTRAL_KINDS.get(owner.kind, "service"),
        image=Known(image, place()),
        readiness=nothing,
        liveness=nothing,
        startup=nothing,
        cpu_request=nothing,
        memory_request=nothing,
        cpu_limit=nothing,
        memory_limit=nothing,
        ports=Items(()),
    )


def workload(name: str, kind: str = "Deployment", **more: Any) -> Workload:
    """A workload whose pods have the label `app` of its name; further arguments are its identity's."""
    pod_labels: Mapping[str, str] = more.pop("pod_labels", {"app": name})
    replicas: Value[int] = more.pop("replicas", Unset(1))
    delegates_to: str | None = more.pop("delegates_to", None)
    image: str = more.pop("image", "shop/app:1")
    own = identity(kind, name, **more)
    return Workload(
        own,
        kind=_NEUTRAL_KINDS.get(kind, "service"),
        replicas=replicas,
        pod_labels=tuple(pod_labels.items()),
        containers=Items((container("app", own, image),)),
        spreads=Unset(()),
        strategy=Unset("RollingUpdate"),
        rolling_update=RollingUpdate(Unset(0.25), Unset(0.25)),
        delegates_to=delegates_to,
    )


def network_service(name: str, **more: Any) -> NetworkService:
    """A Kubernetes Service over the pods with the label `app` of its name."""
    return NetworkService(identity("Service", name, **more), selector(app=name), (("", 80), ("80", 80)))


def budget(name: str, **more: Any) -> DisruptionBudget:
    """A disruption budget over the pods with the label `app` of its name."""
    return DisruptionBudget(identity("PodDisruptionBudget", name, **more), selector(app=name), Unset(), Unset())


def autoscaler(name: str, minimum: Value[int], kind: str = "Deployment", **more: Any) -> Autoscaler:
    """An autoscaler of the workload of its name."""
    return Autoscaler(identity("HorizontalPodAutoscaler", name, **more), kind, name, minimum, Unset())


def canary(name: str, **more: Any) -> ProgressiveDelivery:
    """A Flagger Canary of the Deployment of its name."""
    return ProgressiveDelivery(identity("Canary", name, **more), "Deployment", name)


def service(name: str, **more: Any) -> Service:
    """A service that a catalogue entry declares."""
    at: Place = more.pop("place", place(f"{name}/opsready-service.yaml"))
    return Service(
        identity("Service", name, unit="", place=at, production=more.pop("production", True)),
        declared=more.pop("declared", True),
        source="opsready",
        owner=more.pop("owner", Unset()),
        owner_is_person=False,
        tier=more.pop("tier", Unset()),
        lifecycle=Unset(),
        **more,
    )


def link(kind: Any, target: str) -> Link:
    """A link of a catalogue entry."""
    return Link(kind, target, place("catalog-info.yaml"), external="://" in target)


def attestation(rule: str, given: str = "2026-10-01", expires: str = "2026-12-01") -> Attestation:
    """A person's word on a rule."""
    at = place("opsready-service.yaml", 9)
    return Attestation(rule, "we looked", "Ada", date.fromisoformat(given), date.fromisoformat(expires), at)


def stub(
    name: str, kind: str = "Deployment", *, third_party: bool = False, switched_off: bool = False, **more: Any
) -> Stub:
    """A workload that is known to be in a chart; of kind `Input` the chart itself."""
    holds = more.pop("could_hold", frozenset({"Workload", "Container"}))
    own = identity(kind, name, **{"unit": "chart/Chart.yaml", **more})
    return Stub(own, "chart `chart`", "render it", holds, "" if kind == "Input" else name, third_party, switched_off)


def document(path: str, services: Sequence[str] = (), kind: Any = "runbook", **more: Any) -> Document:
    """An operational document that names services in its front matter."""
    return Document(
        identity("Runbook", path, unit="", place=place(path), written_name=""),
        kind=kind,
        path=path,
        title=path,
        certain=more.pop("certain", True),
        template=more.pop("template", False),
        english=True,
        sections=(),
        procedure=Procedure(2, 0, 0, 0, 0, 0),
        words=100,
        placeholders=(),
        owner=Unset(),
        reviewed=Unset(),
        review_every=Unset(),
        services=tuple(services),
        **more,
    )


def repository(*attestations: Attestation) -> Repository:
    """The repository as a whole."""
    return Repository(identity("Repository", ".", unit=""), attestations)


def graph(
    entities: Iterable[Entity],
    catalogue: Sequence[Service] = (),
    documents: Sequence[Document] = (),
    files: Iterable[str] = (),
) -> RepositoryGraph:
    """The graph of entities; the paths of documents are among the files."""
    return RepositoryGraph(
        Facts(
            entities=tuple(entities),
            catalogue=tuple(catalogue),
            documents=tuple(documents),
            repository=repository(),
            images=Images({}, (), ()),
            foreign_kinds={},
            files=Files([*(item.path for item in documents), *files]),
            code_owner=lambda _: None,
        )
    )
