"""Which document serves which service and alert, and where links lead."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from opsready.link.graph import RepositoryGraph
from opsready.model.alert import Alert
from opsready.model.document import Document
from opsready.model.service import Link, Service
from opsready.model.source import Known, Unknown, Unset, Value
from opsready.records import replace
from repositories import RepositorySpec, ServiceSpec, WorkloadSpec, report_of, runbook, text, verdicts_of
from unit.entities import document, graph, identity, link, place, service


def linked(
    documents: Sequence[Document], services: Sequence[Service], files: Sequence[str] = (), alerts: Sequence[Alert] = ()
) -> RepositoryGraph:
    return graph(alerts, services, documents, files)


def names(found: RepositoryGraph, item: Document) -> list[str]:
    return [owner.name for owner in found.services_of(item)]


def runbooks(found: RepositoryGraph, of: Service) -> list[Document | Link]:
    return list(found.runbooks_of(of))


CART, ORDERS = service("cart"), service("orders")


@pytest.mark.parametrize(
    "item",
    [
        document("docs/x.md", ["cart"]),
        document("docs/runbooks/cart.md"),
        document("docs/runbooks/Cart.md"),
        document("cart/docs/restart.md"),
        document("docs/runbooks/cart-restart.md"),
        document("docs/runbooks/cart_restart.md"),
    ],
)
def test_a_document_names_its_service_by_front_matter_file_or_folder(item: Document) -> None:
    found = linked([item], [CART, ORDERS])
    assert names(found, item) == ["cart"]
    assert runbooks(found, CART) == [item]
    assert runbooks(found, ORDERS) == []


def test_front_matter_is_believed_before_the_path() -> None:
    item = document("docs/runbooks/cart.md", ["orders"])
    assert names(linked([item], [CART, ORDERS]), item) == ["orders"]
    stranger = document("docs/runbooks/cart.md", ["somebody-else"])
    assert names(linked([stranger], [CART, ORDERS]), stranger) == []


def test_the_longest_name_that_a_file_begins_with_is_meant() -> None:
    item = document("docs/runbooks/cart-api-restart.md")
    assert names(linked([item], [CART, service("cart-api")]), item) == ["cart-api"]
    similar = document("docs/runbooks/cartography.md")
    assert names(linked([similar], [CART, ORDERS]), similar) == []


def test_a_service_whose_name_has_capitals_is_found_by_path() -> None:
    capital = service("CheckoutApi")
    item = document("docs/runbooks/checkoutapi.md")
    assert names(linked([item], [capital, CART]), item) == ["CheckoutApi"]


def test_an_alias_names_the_service_and_a_real_name_wins_over_an_alias() -> None:
    aliased = service("checkout", aliases=("till", "cart"))
    item, other = document("docs/till.md"), document("docs/cart.md")
    found = linked([item, other], [aliased, CART])
    assert names(found, item) == ["checkout"]
    assert names(found, other) == ["cart"]


def test_a_document_that_an_entry_links_belongs_to_its_service() -> None:
    item = document("docs/ops.md")
    cart = service("cart", links=(link("runbook", "docs/ops.md"),))
    found = linked([item], [cart, ORDERS])
    assert names(found, item) == ["cart"]
    assert runbooks(found, cart) == [item]


def test_a_stale_runbook_that_an_entry_links_costs_that_service() -> None:
    """Not `(shared)`: whoever looks at the service must see it."""
    entry = ServiceSpec(runbook=False).entry()
    entry["spec"]["docs"] = {"runbooks": ["docs/ops.md"]}
    spec = RepositorySpec(
        (
            ServiceSpec(declared=False, runbook=False),
            ServiceSpec(name="orders", workloads=(WorkloadSpec(name="orders"),)),
        )
    )
    stale = runbook("cart", "2020-01-01").replace("service: cart\n", "")
    report = report_of(spec.files() | {"cart/opsready-service.yaml": text(entry), "docs/ops.md": stale})
    (verdict,) = [v for v in verdicts_of(report, "runbook-stale") if v.outcome == "fail"]
    assert verdict.services == ("cart",)


def test_in_a_repository_of_one_service_every_document_is_its_own() -> None:
    item = document("docs/anything.md")
    assert runbooks(linked([item], [CART]), CART) == [item]
    assert runbooks(linked([item], [CART, ORDERS]), CART) == []


def test_templates_serve_nobody() -> None:
    assert runbooks(linked([document("cart/template.md", template=True)], [CART]), CART) == []


@pytest.mark.parametrize(
    ("target", "broken"),
    [
        ("docs/cart.md", False),
        ("docs/CART.md", False),
        ("docs/cart", False),
        ("./docs/cart.md", False),
        ("docs/cart.md#restart", False),
        ("docs", False),
        ("docs/", False),
        ("docs/*.md", False),
        ("docs/other.md", True),
        ("doc", True),
        ("docs/*.rst", True),
        ("#restart", True),
        ("https://wiki.example/cart", False),
    ],
)
def test_links_of_an_entry(target: str, broken: bool) -> None:
    cart = service("cart", links=(link("runbook", target),))
    found = linked([document("docs/cart.md")], [cart])
    assert bool(found.broken_links_of(cart)) is broken


def test_links_to_pages_elsewhere_and_to_files_of_another_kind() -> None:
    outside, handbook = link("runbook", "https://wiki.example/cart"), link("runbook", "docs/handbook.pdf")
    cart = service("cart", links=(outside, handbook, link("runbook", "docs/cart.md"), link("dashboard", "https://x")))
    found = linked([document("docs/cart.md")], [cart], ["docs/handbook.pdf"])
    assert runbooks(found, cart)[1:] == [outside, handbook]


def alert(runbook_link: Value[str]) -> Alert:
    return Alert(identity("Alert", "CartDown"), Unset(), True, Unset(), runbook_link)


@pytest.mark.parametrize(
    ("written", "outcome"),
    [
        ("docs/cart.md", "found"),
        ("docs/cart.md#restart", "found"),
        ("https://github.com/shop/shop/blob/main/docs/cart.md", "found"),
        ("https://gitlab.com/shop/shop/-/blob/main/docs/cart.md#restart", "found"),
        ("https://wiki.example/cart", "found"),
        ("//wiki.example/cart", "found"),
        ("docs/none.md", "missing"),
        ("TODO", "missing"),
        ("", "missing"),
        ("  ", "missing"),
        ("docs/{{ $labels.job }}.md", "unknown"),
    ],
)
def test_where_the_runbook_link_of_an_alert_leads(written: str, outcome: str) -> None:
    found = linked([document("docs/cart.md")], [CART])
    assert found.runbook_target(alert(Known(written, place()))).outcome == outcome


def test_an_alert_without_a_link_or_with_one_that_cannot_be_read() -> None:
    found = linked([], [CART])
    assert found.runbook_target(alert(Unset())).outcome == "missing"
    assert found.runbook_target(alert(Unknown("a patch changes it"))).reason == "a patch changes it"


def test_runbooks_that_alerts_link_are_runbooks_of_the_services_that_they_name() -> None:
    page = document("docs/page.md")
    texts = ("docs/page.md", "docs/page.md#a", "https://wiki.example/x")
    alerts = [replace(alert(Known(text, place())), matchers=(("job", "cart"),)) for text in texts]
    found = linked([page], [CART, ORDERS], alerts=alerts)
    assert runbooks(found, CART) == [page]
    assert runbooks(found, ORDERS) == []
