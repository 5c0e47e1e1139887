"""What is known of the levels of a service: its objectives, alerts beside them, the policy for a spent budget."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from opsready.model.service import Link
from opsready.model.slo import Measured
from opsready.model.source import Known, Unknown, known
from opsready.model.verdict import Related
from opsready.resolve.charts import FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from opsready.link.documents import Documents
    from opsready.link.files import Files
    from opsready.link.slo_binding import Slos
    from opsready.model.alert import Alert
    from opsready.model.document import Document
    from opsready.model.entity import Entity
    from opsready.model.network import ConfigObject
    from opsready.model.opaque import Stub
    from opsready.model.service import Service
    from opsready.model.slo import Measure, Slo

_LINK = "slo"


class ServiceLevels:
    """What bears on the levels of each service; `slos` is None where there is no objective at all."""

    def __init__(
        self,
        slos: Slos | None,
        alerts: Iterable[Alert],
        stubs: Iterable[Stub],
        services_of: Callable[[Entity], tuple[Service, ...]],
        documents: Documents,
        files: Files,
        config_objects: Iterable[ConfigObject] = (),
    ) -> None:
        """Index what besides an objective that can be read bears on a service."""
        self._slos = slos
        self._documents = documents
        self._files = files
        self._alerts_of: dict[str, list[Alert]] = defaultdict(list)
        self._of_everybody: list[Alert] = []
        for alert in alerts:
            owners = services_of(alert)
            for service in owners:
                self._alerts_of[service.name].append(alert)
            if not owners and _covers_everybody(alert):
                self._of_everybody.append(alert)
        self._unread_rules = next((item for item in config_objects if item.holds_alerts), None)
        self._stub_of: dict[str, Stub] = {}
        self._stub_of_nobody: Stub | None = None
        for stub in stubs:
            if "Slo" in stub.could_hold and not stub.third_party:
                owners = services_of(stub)
                for service in owners:
                    self._stub_of.setdefault(service.name, stub)
                if not owners and stub.identity.unit.rpartition("/")[2] == FILE_NAME:
                    self._stub_of_nobody = self._stub_of_nobody or stub

    def of(self, service: Service, /) -> tuple[Slo, ...]:
        """The objectives of a service that hold where it runs; one for staging promises nothing to production."""
        return self._slos.of(service) if self._slos is not None else ()

    def services_of(self, slo: Slo, /) -> tuple[Service, ...]:
        """The services that an objective belongs to."""
        return self._slos.services_of(slo) if self._slos is not None else ()

    @property
    def knows_services(self) -> bool:
        """Whether there is any service that an objective could belong to."""
        return self._slos is not None and self._slos.knows_services

    def measured(self, service: Service, measure: Measure, /) -> Measured:
        """What measures something of a service: an objective, for the error rate an alert as well."""
        slos = self.of(service)
        for slo in slos:
            if isinstance(slo.measures, Known) and measure in slo.measures.value:
                return Measured("found", f"`{slo.name}` is an objective of `{service.name}`", related=(_at(slo),))
        if measure == "error-rate" and (found := self._alert_on_failures(service)) is not None:
            reason = f"alert `{found.name}` watches the failed requests of `{service.name}`"
            return Measured("found", reason, related=(_at(found),))
        for slo in slos:
            if isinstance(slo.measures, Unknown):
                reason = f"what `{slo.name}` measures is unknown: {slo.measures.reason}"
                remedy = f"say what it measures in its label `category`, such as `{measure}`"
                return Measured("unknown", reason, remedy, related=(_at(slo),))
        return self._perhaps(service, measure) or self._none(service)

    def _alert_on_failures(self, service: Service) -> Alert | None:
        alerts = self._alerts_of.get(service.name)
        if not alerts:
            return None
        from opsready.adapt.indicators import counts_failed_requests

        return next((alert for alert in alerts if counts_failed_requests(known(alert.expression) or "")), None)

    def _perhaps(self, service: Service, measure: Measure) -> Measured | None:
        """Why there may be an objective after all."""
        for link, paths in self._links(service):
            if link.external:
                reason = f"the objectives of `{service.name}` are elsewhere ({link.target}), where nobody looked"
                return Measured("unknown", reason, "keep them in this repository, or attest what they are", link.place)
            unread = next((path for path in paths if self._slos is None or path not in self._slos.paths), "")
            if unread:
                reason = f"`{unread}` holds no objective in a format that is read here"
                remedy = "write it in OpenSLO, Sloth or Pyrra, or attest what it is"
                return Measured("unknown", reason, remedy, link.place)
        return self._by_unbound(service) or self._by_alert(service, measure) or self._by_stub(service)

    def _by_unbound(self, service: Service) -> Measured | None:
        for slo in self._slos.perhaps_of_anybody if self._slos is not None else ():
            if isinstance(slo.service, Unknown):
                reason = f"which service `{slo.name}` belongs to is unknown: {slo.service.reason}"
                return Measured("unknown", reason, "write the name of its service", related=(_at(slo),))
            grouping = " and ".join(f"`{label}`" for label in slo.grouping)
            reason = f"`{slo.name}` is computed for each {grouping}: `{service.name}` may be one of them"
            remedy = "give the service an objective of its own, or attest it"
            return Measured("unknown", reason, remedy, related=(_at(slo),))
        return None

    def _by_alert(self, service: Service, measure: Measure) -> Measured | None:
        for alert in self._of_everybody if measure == "error-rate" else ():
            reason = (
                f"alert `{alert.name}` is for every service: whether `{service.name}` has its metric is not said here"
            )
            remedy = "name the service in an alert or an objective, or attest it"
            return Measured("unknown", reason, remedy, related=(_at(alert),))
        if measure == "error-rate" and self._unread_rules is not None:
            address = self._unread_rules.address
            reason = (
                f"the alert rules in `{address}` are not read: one may watch the failed requests of `{service.name}`"
            )
            related = Related(f"`{address}`", self._unread_rules.place.span)
            return Measured(
                "unknown", reason, "keep the rules in a file of their own, or attest it", related=(related,)
            )
        alerts = self._alerts_of.get(service.name)
        if not alerts:
            return None
        from opsready.adapt.indicators import follows_objective

        for alert in alerts:
            if follows_objective(known(alert.expression) or ""):
                reason = f"alert `{alert.name}` follows an objective of `{service.name}` that is not defined here"
                remedy = "keep the objective in this repository, or attest it"
                return Measured("unknown", reason, remedy, related=(_at(alert),))
        return None

    def _by_stub(self, service: Service) -> Measured | None:
        stub = self._stub_of.get(service.name) or self._stub_of_nobody
        if stub is None:
            return None
        reason = f"an objective of `{service.name}` may be in {stub.input}, which could not be opened"
        return Measured("unknown", reason, stub.opens_with, related=(Related(stub.input, stub.place.span),))

    def _none(self, service: Service) -> Measured:
        for link, paths in self._links(service):
            if not link.external and not paths:
                reason = f"the file of objectives `{link.target}` does not exist"
                return Measured("missing", reason, "write it, or correct the link", link.place)
        return Measured("missing")

    def _links(self, service: Service) -> Iterator[tuple[Link, list[str]]]:
        """The files of objectives that a service's entry names, each with the paths that it leads to."""
        for link in service.links:
            if link.kind == _LINK:
                yield link, [] if link.external else self._files.at(link.target)

    def policies_of(self, service: Service, /) -> tuple[Document | Link, ...]:
        """The policies for a spent budget: of the service itself, of every service, then those that are elsewhere."""
        own = self._documents.about(service, "policy")
        general = [item for item in self._documents.general("policy") if item not in own]
        return (*own, *general, *self._documents.links_to_other_files(service, "policy"))


def _at(entity: Slo | Alert) -> Related:
    return Related(f"{'alert' if entity.identity.kind == 'Alert' else 'objective'} `{entity.name}`", entity.place.span)


def _covers_everybody(alert: Alert) -> bool:
    """Whether an alert on failed requests is about whatever has its metric: no name of what runs narrows it down."""
    from opsready.adapt.alerts import matchers_in
    from opsready.adapt.indicators import counts_requests_of_anything

    expression = known(alert.expression) or ""
    return counts_requests_of_anything(expression) and next(matchers_in(expression), None) is None
