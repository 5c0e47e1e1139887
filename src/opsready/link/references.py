"""What becomes of the names that declarations use for one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.network import ConfigObject, NetworkService, Reference, Resolution
from opsready.model.workload import Workload
from opsready.spelling import closest

if TYPE_CHECKING:
    from collections.abc import Callable

    from opsready.link.scopes import ByLabels, ByName
    from opsready.model.entity import Entity

# Made by Kubernetes in every namespace.
_ALWAYS_THERE = {
    ("ServiceAccount", "default"),
    ("ConfigMap", "kube-root-ca.crt"),
    ("ConfigMap", "openshift-service-ca.crt"),
}
_WORKLOAD_KINDS = frozenset(
    {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Rollout"}
)
_READ_KINDS = _WORKLOAD_KINDS | {"ConfigMap", "Secret", "ServiceAccount", "PersistentVolumeClaim", "Service"}
# Objects that make a Secret of their own name.
_SECRET_MAKERS = ("SealedSecret", "ExternalSecret")


class References:
    """Resolves references against everything that is declared."""

    def __init__(
        self,
        objects: ByName[Entity],
        pods: ByLabels,
        elsewhere: Callable[[Entity, str], str],
        foreign: Callable[[str], tuple[str, ...]],
    ) -> None:
        """Take the indexes, why a counterpart may be elsewhere, and the kinds of a unit that nobody here reads."""
        self._objects = objects
        self._pods = pods
        self._elsewhere = elsewhere
        self._foreign = foreign

    def resolve(self, reference: Reference) -> Resolution:
        """Follow a reference."""
        if reference.asks in {"selector", "port"}:
            return self._resolve_pods(reference)
        return self._resolve_object(reference)

    def moot(self, reference: Reference) -> bool:
        """Whether another reference of the same owner tells all that this one could."""
        if reference.asks == "port" and reference.selector is not None:
            return not self._pods.nearest(reference.identity, reference.selector)
        if reference.asks == "key":
            return self._resolve_object(reference).place is None
        return reference.entry_follows and self._resolve_object(reference).place is not None

    def _resolve_pods(self, reference: Reference) -> Resolution:
        selector = reference.selector
        selected = self._pods.nearest(reference.identity, selector) if selector is not None else []
        if not selected:
            return self._nothing_selected(reference)
        names = ", ".join(f"`{workload.address}`" for workload in selected[:2])
        if reference.asks == "selector":
            return Resolution("found", f"`{reference.owner_address}` selects {names}", selected[0].place)
        return self._named_port(reference, selected, names)

    def _nothing_selected(self, reference: Reference) -> Resolution:
        elsewhere = self._elsewhere(reference, "Workload")
        if elsewhere:
            return Resolution(
                "unknown", f"`{reference.owner_address}` selects no pods that can be read here: {elsewhere}"
            )
        hidden = self._pods.hidden(reference.identity.unit)
        if hidden:
            return Resolution(
                "unknown", f"`{reference.owner_address}` selects no pods whose labels can be read: {hidden}"
            )
        makers = self._foreign(reference.identity.unit)
        if makers:
            shown = ", ".join(f"`{maker}`" for maker in makers[:2])
            reason = f"`{reference.owner_address}` selects no pods that are declared here; {shown} may create them"
            return Resolution("unknown", reason)
        if not any(self._objects.declared(kind, reference.identity.unit) for kind in (*_WORKLOAD_KINDS, "Pod")):
            reason = (
                f"`{reference.owner_address}` selects no pods that are declared here, "
                "and the workloads that it is deployed with are not in its unit"
            )
            return Resolution("unknown", reason)
        namespace = reference.identity.deploy_namespace
        if namespace is not None and not self._pods.any_in(namespace):
            # A Service for what a platform or somebody's chart runs in a namespace of its own.
            reason = (
                f"`{reference.owner_address}` selects no pods that are declared here, "
                f"and nothing says that it is deployed to its namespace `{namespace}`"
            )
            return Resolution("unknown", reason)
        return Resolution(
            "missing",
            f"`{reference.owner_address}` selects no pods: no pod template has the labels `{reference.target_name}`",
        )

    def _named_port(self, reference: Reference, selected: list[Workload], names: str) -> Resolution:
        for workload in selected:
            containers = workload.containers
            for container in containers.items:
                if any(port.name == reference.key for port in container.ports.items):
                    return Resolution(
                        "found", f"port `{reference.key}` is declared by `{container.address}`", container.place
                    )
            hidden = containers.incomplete or next(
                (c.ports.incomplete for c in containers.items if not c.ports.complete), ""
            )
            if hidden:
                return Resolution(
                    "unknown", f"whether {names} declares a port `{reference.key}` cannot be read: {hidden}"
                )
        return Resolution(
            "missing",
            f"`{reference.owner_address}` sends to port `{reference.key}`, which no container of {names} declares",
        )

    def _resolve_object(self, reference: Reference) -> Resolution:
        kind, name = reference.target_kind, reference.target_name
        if (kind, name) in _ALWAYS_THERE:
            return Resolution("found", f"Kubernetes makes `{kind}/{name}` in every namespace")
        if kind not in _READ_KINDS:
            return Resolution("unknown", f"`{kind}/{name}` is of a kind that is not read here")
        found = self._objects.nearest(reference.identity, kind, name)
        if kind == "Secret" and not found:
            for maker in _SECRET_MAKERS:
                found = found or self._objects.nearest(reference.identity, maker, name)
        if found:
            return self._entry(reference, found)
        return self._missing_object(reference)

    def _entry(self, reference: Reference, found: list[Entity]) -> Resolution:
        place = found[0].place
        if reference.asks != "key":
            return Resolution("found", f"`{found[0].address}` is declared", place)
        for target in found:
            if isinstance(target, ConfigObject):
                if reference.key in target.keys:
                    return Resolution("found", f"`{target.address}` has the key `{reference.key}`", target.place)
                if not target.complete:
                    # A secret's entries are kept where the secret is, and that is not here by right.
                    reason = f"not all keys of `{target.address}` can be read here"
                    secret = reference.target_kind == "Secret"
                    return Resolution("outside" if secret else "unknown", reason, target.place)
            elif isinstance(target, NetworkService) and any(str(port) == reference.key for port, _ in target.ports):
                return Resolution("found", f"`{target.address}` has the port `{reference.key}`", target.place)
        entry = "port" if reference.target_kind == "Service" else "key"
        return Resolution(
            "missing",
            f"`{reference.owner_address}` names {entry} `{reference.key}` of `{found[0].address}`, "
            f"which has no such {entry}{_closest(reference.key, found)}",
            place,
        )

    def _missing_object(self, reference: Reference) -> Resolution:
        kind, unit = reference.target_kind, reference.identity.unit
        who = f"`{reference.owner_address}` names `{kind}/{reference.target_name}`"
        elsewhere = self._elsewhere(reference, kind)
        if elsewhere:
            return Resolution("unknown", f"{who}, which may be elsewhere: {elsewhere}")
        if kind == "Secret":
            return Resolution("outside", f"{who}; secrets are kept outside the repository")
        if not self._objects.declared(kind, unit):
            return Resolution(
                "unknown", f"{who}, and nothing of that kind is declared beside it: it may be made elsewhere"
            )
        return Resolution("missing", f"{who}, which is not declared")


def _closest(key: str, found: list[Entity]) -> str:
    """The entry that was probably meant, in brackets; empty where none is close."""
    keys = [name for target in found if isinstance(target, ConfigObject) for name in target.keys]
    close = closest(key[:80], keys[:500])
    return f" (it has `{close}`)" if close else ""
