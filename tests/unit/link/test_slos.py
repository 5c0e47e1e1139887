"""Which objective belongs to which service, and what is known beside objectives."""

from __future__ import annotations

from typing import Any

from opsready.link.graph import RepositoryGraph
from opsready.model.alert import Alert
from opsready.model.service import Service
from opsready.model.slo import Slo
from opsready.model.source import Known, Unknown, Unset
from unit.entities import document, graph, identity, link, place, service, stub, workload


def slo(name: str = "requests", file: str = "slo/a.yaml", service: str = "", **more: Any) -> Slo:
    nothing: Any = Unset()
    at = place(file)
    return Slo(
        identity("SLO", name, unit=file, place=at, production=more.pop("production", True)),
        format="OpenSLO",
        service=more.pop("named", Known(service, at) if service else nothing),
        measures=more.pop("measures", Known(frozenset({"availability"}), at)),
        target=Known(0.999, at),
        window=nothing,
        **more,
    )


def alert(expression: str, *matchers: tuple[str, str]) -> Alert:
    nothing: Any = Unset()
    return Alert(
        identity("Alert", "A"),
        nothing,
        paging=True,
        expression=Known(expression, place()),
        runbook=nothing,
        matchers=matchers,
    )


def owners(found: Slo, *catalogue: Service, **more: Any) -> list[str]:
    made: RepositoryGraph = graph([found, *more.pop("entities", ())], catalogue, files=more.pop("files", ()))
    assert made.services_of(found) == made.slos.services_of(found)
    return [owner.name for owner in made.services_of(found)]


CART, ORDERS = service("cart"), service("orders")


def test_by_the_service_it_names() -> None:
    assert owners(slo(service="cart"), CART, ORDERS) == ["cart"]
    assert owners(slo(service="basket"), service("cart", aliases=("basket",)), ORDERS) == ["cart"]
    assert owners(slo("cart-requests", service="basket", matchers=(("service", "cart"),)), CART, ORDERS) == []


def test_by_the_name_of_a_workload_of_the_service() -> None:
    scoped = service("cart", workload_patterns=("Deployment/basket",))
    assert owners(slo(service="basket"), scoped, ORDERS, entities=[workload("basket")]) == ["cart"]


def test_by_the_service_file_that_names_it() -> None:
    linking = service("cart", links=(link("slo", "slo/a.yaml"),))
    files = ("slo/a.yaml",)
    assert owners(slo(), linking, ORDERS, files=files) == ["cart"]
    assert owners(slo(service="basket"), linking, ORDERS, files=files) == ["cart"]
    assert owners(slo(named=Unknown("filled in")), linking, ORDERS, files=files) == ["cart"]
    # What it says itself comes first.
    assert owners(slo(service="orders"), linking, ORDERS, files=files) == ["orders"]


def test_by_labels_that_name_services_before_those_of_what_runs() -> None:
    assert owners(slo(matchers=(("job", "orders"), ("service", "cart"))), CART, ORDERS) == ["cart"]
    assert owners(slo(matchers=(("service", "orders"), ("service", "cart"))), CART, ORDERS) == ["cart", "orders"]
    assert owners(slo(matchers=(("job", "orders"),)), CART, ORDERS) == ["orders"]


def test_by_its_own_name() -> None:
    longer = service("cart-api")
    assert owners(slo("cart-api-latency"), CART, longer) == ["cart-api"]
    assert owners(slo("cart-latency"), CART, longer) == ["cart"]
    assert owners(slo("cartography"), CART, longer) == []


def test_by_its_place() -> None:
    assert owners(slo(file="cart/slo/a.yaml"), CART, ORDERS) == ["cart"]
    assert owners(slo(file="a.yaml"), CART, ORDERS) == []
    assert owners(slo(file="a.yaml"), CART) == ["cart"]
    assert owners(slo(file="a.yaml", grouping=("job",)), CART) == []
    assert owners(slo(file="a.yaml", grouping=("route",)), CART) == ["cart"]


def test_one_for_staging_promises_nothing_to_production() -> None:
    staged = slo(service="cart", production=False)
    made = graph([staged], [CART])
    assert made.services_of(staged)
    assert made.slos.of(made.services[0]) == ()
    assert made.slos.measured(made.services[0], "availability").outcome == "missing"


def measured(
    *entities: Any, measure: Any = "availability", catalogue: tuple[Service, ...] = (CART,), **more: Any
) -> str:
    made = graph(entities, catalogue, **more)
    return made.slos.measured(next(s for s in made.services if s.name == "cart"), measure).outcome


def test_what_is_measured() -> None:
    assert measured() == "missing"
    assert measured(slo(service="cart")) == "found"
    assert measured(slo(service="cart"), measure="latency") == "missing"
    assert measured(slo(service="cart", measures=Unknown("a plugin")), measure="latency") == "unknown"
    assert measured(slo(named=Unknown("filled in"))) == "unknown"


def test_an_alert_counts_for_the_error_rate_alone() -> None:
    failing = alert('rate(http_requests_total{job="cart",code="500"}[5m]) > 1', ("job", "cart"))
    assert measured(failing, measure="error-rate") == "found"
    assert measured(failing) == "missing"
    burning = alert('slo:current_burn_rate:ratio{sloth_service="cart"} > 14', ("sloth_service", "cart"))
    assert measured(burning) == "unknown"
    anybody = alert('rate(http_requests_total{code="500"}[5m]) > 1')
    assert measured(anybody, measure="error-rate") == "unknown"
    assert measured(anybody) == "missing"
    somebody = alert('rate(http_requests_total{job="apiserver",code="500"}[5m]) > 1', ("job", "apiserver"))
    assert measured(somebody, measure="error-rate") == "missing"


def test_what_could_not_be_opened_may_hold_an_objective() -> None:
    def chart(name: str, *, unit: str = "chart/Chart.yaml", third_party: bool = False, kind: str = "Input") -> Any:
        from opsready.records import replace

        return replace(stub(name, kind, unit=unit, third_party=third_party), could_hold=frozenset({"Slo"}))

    assert measured(stub("cart")) == "missing"
    assert measured(chart("cart", kind="Deployment")) == "unknown"
    assert measured(chart("objectives")) == "unknown"
    assert measured(chart("objectives", unit="k8s/")) == "missing"
    assert measured(chart("cart", third_party=True)) == "missing"
    assert measured(chart("orders"), catalogue=(CART, ORDERS)) == "missing"


def test_policies_of_the_service_and_of_all() -> None:
    own = document("docs/cart.md", ["cart"], "policy")
    other = document("docs/orders.md", ["orders"], "policy")
    general = document("docs/error-budget-policy.md", kind="policy")
    template = document("docs/template.md", kind="policy", template=True)
    unheard = document("docs/x.md", ["unheard-of"], "policy")
    elsewhere = link("policy", "https://wiki.example/policy")
    linking = service("cart", links=(elsewhere, link("policy", "docs/error-budget-policy.md")))
    made = graph([], [linking, ORDERS], [own, other, general, template, unheard])
    assert list(made.slos.policies_of(linking)) == [own, general, elsewhere]
    assert list(made.slos.policies_of(ORDERS)) == [other, general]
