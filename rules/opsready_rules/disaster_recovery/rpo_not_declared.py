"""Rule: nobody knows how much data a disaster may cost, so nobody knows how often to copy it."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, NotApplicable, Rule, Yes, cannot_tell, fails, passes
from opsready.model.continuity import NOTHING_DECLARED
from opsready.model.recovery import Volume
from opsready.model.service import Service
from opsready.model.source import Known, Unknown, Unset

_HELP = "agree on how much data may be lost, and write it as `objectives.rpo` into the service file"
_UNREADABLE = "write it as `1h` or `PT1H`"


class RpoNotDeclared(Rule[Service]):
    """A service keeps data and does not say how much of it may be lost."""

    name = "rpo-not-declared"
    objective = "rpo"
    severity = "H/M/L/-"
    caps_objective = True

    def applies(self, service: Service, context: Context, /) -> Applicability:
        """Ask of services that keep data, or that promise something about it."""
        declared = service.continuity or NOTHING_DECLARED
        if not isinstance(declared.rpo, Unset):
            return Yes()
        data = context.graph.volumes.data_of(service, context.standard)
        return NotApplicable(data.because) if data.state == "none" else Yes()

    def check(self, service: Service, context: Context, /) -> Iterator[Finding]:
        """Look for the service's own promise, then for one about each of its datastores."""
        declared = service.continuity or NOTHING_DECLARED
        if isinstance(declared.rpo, Known):
            yield passes(declared.rpo.place, f"`{service.name}` may lose `{declared.rpo.value.text}` of data")
            return
        if isinstance(declared.rpo, Unknown):
            yield cannot_tell(declared.rpo.place or service.place, declared.rpo.reason, _UNREADABLE)
            return
        data = context.graph.volumes.data_of(service, context.standard)
        if data.state == "unknown":
            yield cannot_tell(
                service.place,
                data.because,
                "say so with `data.stateful` in the service file",
                whole=True,
                cause="" if service.declared else "uncatalogued-service",
            )
        else:
            yield _by_datastores(service, data.because, context)


def _by_datastores(service: Service, because: str, context: Context) -> Finding:
    """What the promises about single datastores come to: enough where all data is in one that has a promise."""
    declared = service.continuity or NOTHING_DECLARED
    stores = declared.datastores.items
    unreadable = next((store.rpo for store in stores if isinstance(store.rpo, Unknown)), None)
    if unreadable is not None:
        return cannot_tell(unreadable.place or service.place, unreadable.reason, _UNREADABLE)
    without = [store.ref for store in stores if not isinstance(store.rpo, Known)]
    without.extend(
        volume.name
        for volume in context.graph.volumes.volumes_of(service, context.standard)
        if not any(_is(store.ref, volume, context) for store in stores)
    )
    promised = [store.rpo for store in stores if isinstance(store.rpo, Known)]
    if promised and not without:
        return passes(promised[0].place, f"`{service.name}` says for each of its datastores how much may be lost")
    if promised:
        message = f"`{service.name}` says for some of its data how much may be lost, and not for `{without[0]}`"
        return fails(service.place, message, _HELP)
    partial = next((promise.failure for promise in declared.by_failure if isinstance(promise.rpo, Known)), "")
    if partial:
        message = f"`{service.name}` says how much a failure of `{partial}` may cost, and not how much in general"
        return fails(service.place, message, _HELP)
    return fails(
        service.place,
        f"`{service.name}` does not say how much data may be lost, and {because}",
        _HELP,
        cause="" if service.declared else "uncatalogued-service",
    )


def _is(ref: str, volume: Volume, context: Context) -> bool:
    """Whether a datastore that a service file names is a volume, or the workload that mounts it."""
    kind, slash, rest = ref.lower().partition("/")
    name = rest.rpartition("/")[2] if slash else kind
    identities = (volume.identity, *(workload.identity for workload in context.graph.volumes.mounted_by(volume)))
    return any(
        name == identity.name.lower() and (not slash or kind == identity.kind.lower()) for identity in identities
    )
