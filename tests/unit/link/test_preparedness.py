"""What each service has for recovery and capacity, and what a recovery procedure leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from time import perf_counter
from typing import Any

import pytest

from opsready.link.graph import RepositoryGraph
from opsready.model.document import Document, Recovery
from opsready.model.entity import Entity
from opsready.model.mentions import stems
from opsready.model.preparedness import Drill, Preparedness, Review
from opsready.model.service import Service
from opsready.model.source import Known
from opsready.model.workload import VolumeClaim, Workload
from opsready.records import replace
from unit.entities import document, graph, link, place, service, stub, workload

CART, ORDERS = service("cart"), service("orders")


def linked(
    documents: Sequence[Document] = (),
    services: Sequence[Service] = (CART, ORDERS),
    entities: Sequence[Entity] = (),
    files: Sequence[str] = (),
) -> RepositoryGraph:
    return graph(entities, services, documents, files)


def procedure(path: str, text: str = "", services: Sequence[str] = ("cart",), **more: Any) -> Document:
    recovery = Recovery(verifies=True, decides=True, stems=stems(text))
    return document(path, services, **{"kind": "recovery-procedure", "recovery": recovery, **more})


def database(name: str, *, own: bool = True, kind: str = "StatefulSet", **more: Any) -> Workload:
    return replace(workload(name, kind, **more), volume_claims=(VolumeClaim("data", own=own),))


def drill(**more: Any) -> Drill:
    return Drill(
        **{"date": Known(date(2026, 9, 18), place()), "kind": "restore", "result": "pass"} | more, place=place()
    )


REVIEW = Review(Known(date(2026, 11, 3), place()), ("cost",), place())


# Where a service's procedure or plan is.


@pytest.mark.parametrize(
    ("documents", "outcome"),
    [
        ([procedure("docs/dr/cart.md")], "found"),
        ([procedure("docs/dr/cart.md", certain=False)], "unknown"),
        ([procedure("docs/dr/cart.md", template=True)], "missing"),
        ([procedure("docs/dr/all.md", services=())], "unknown"),
        ([procedure("docs/dr/all.md", services=(), certain=False)], "missing"),
        ([procedure("docs/dr/all.md", services=(), template=True)], "missing"),
        ([procedure("docs/dr/orders.md", services=("orders",))], "missing"),
        ([procedure("docs/dr/x.md", services=("somebody-else",))], "missing"),
        ([document("docs/capacity/cart.md", kind="capacity-plan")], "missing"),
        ([], "missing"),
    ],
)
def test_a_procedure_by_its_page(documents: list[Document], outcome: str) -> None:
    assert linked(documents).preparedness.written(CART, "recovery-procedure").outcome == outcome


def test_a_page_for_everything_is_that_of_the_only_service() -> None:
    found = linked([procedure("docs/dr/all.md", services=())], [CART])
    assert found.preparedness.written(CART, "recovery-procedure").outcome == "found"


@pytest.mark.parametrize(
    ("target", "files", "outcome"),
    [
        ("docs/dr.adoc", ["docs/dr.adoc"], "found"),
        ("docs/dr.md", ["docs/dr.md"], "unknown"),
        ("docs/dr", ["docs/dr/README.md"], "unknown"),
        ("https://wiki.example/cart", [], "outside"),
        ("docs/dr.md", [], "missing"),
    ],
)
def test_a_procedure_by_a_link(target: str, files: list[str], outcome: str) -> None:
    named = service("cart", links=(link("recovery-procedure", target),))
    assert linked([], [named], files=files).preparedness.written(named, "recovery-procedure").outcome == outcome


def test_a_page_of_another_kind_counts_where_it_is_named() -> None:
    named = service("cart", links=(link("recovery-procedure", "docs/runbooks/lost.md"),))
    found = linked([document("docs/runbooks/lost.md")], [named, ORDERS])
    assert found.preparedness.written(named, "recovery-procedure").outcome == "found"


@pytest.mark.parametrize(
    ("title", "certain", "outcome"),
    [
        ("Restore the cart", True, "unknown"),
        ("Disaster-recovery", True, "unknown"),
        ("Restore the cart", False, "missing"),
        ("Errors", True, "missing"),
    ],
)
def test_a_runbook_may_be_the_procedure_by_its_title(title: str, outcome: str, *, certain: bool) -> None:
    runbook = replace(document("docs/runbooks/cart.md", certain=certain), title=title)
    found = linked([runbook])
    assert found.preparedness.written(CART, "recovery-procedure").outcome == outcome
    assert found.preparedness.written(CART, "capacity-plan").outcome == "missing"


# Drills and reviews.


def test_drills_and_reviews_come_from_the_log_and_from_pages() -> None:
    logged = service("cart", preparedness=Preparedness(drills=(drill(),), reviews=(REVIEW,)))
    reported = document("docs/drills/a.md", ["cart", "orders"], kind="drill", drill=drill(kind="failover"))
    minuted = document("docs/reviews/a.md", ["cart", "orders"], kind="review", review=REVIEW)
    found = linked([reported, minuted], [logged, ORDERS]).preparedness
    assert [item.kind for item in found.drills_of(logged)] == ["restore", "failover"]
    assert [item.kind for item in found.drills_of(ORDERS)] == ["failover"]
    assert (len(found.reviews_of(logged)), len(found.reviews_of(ORDERS))) == (2, 1)
    assert (found.drills_of_nobody(), found.reviews_of_nobody()) == ((), ())


def test_pages_that_name_no_service_are_nobodys() -> None:
    pages = [
        document("docs/drills/a.md", kind="drill", drill=drill()),
        document("docs/drills/b.md", kind="drill", drill=drill(), certain=False),
        document("docs/reviews/a.md", kind="review", review=REVIEW),
    ]
    found = linked(pages).preparedness
    assert (len(found.drills_of_nobody()), len(found.reviews_of_nobody())) == (1, 1)
    assert found.drills_of(CART) == ()


@pytest.mark.parametrize(
    ("evidence", "lacks"),
    [("", False), ("https://wiki.example/drill", False), ("docs/drill.md", False), ("docs/other.md", True)],
)
def test_a_report_that_is_not_here(evidence: str, *, lacks: bool) -> None:
    assert linked(files=["docs/drill.md"]).preparedness.lacks_report(drill(evidence=evidence)) is lacks


# What a procedure leaves out.


@pytest.mark.parametrize(
    ("text", "item", "uncovered"),
    [
        ("Restore ledger.", database("ledger"), ()),
        ("Restore everything.", database("ledger"), ("ledger",)),
        ("Restore everything.", database("ledger", own=False), ()),
        ("Restore everything.", database("ledger-cache"), ()),
        ("Restore everything.", database("ledger", production=False, environment="dev"), ()),
        ("Restore everything.", workload("ledger", "StatefulSet"), ()),
    ],
)
def test_workloads_with_volumes_of_their_own_have_to_be_mentioned(
    text: str, item: Workload, uncovered: tuple[str, ...]
) -> None:
    owner = service("cart", workload_patterns=("StatefulSet/ledger*",))
    page = procedure("docs/dr/cart.md", text)
    assert linked([page], [owner, ORDERS], [item]).preparedness.uncovered(page) == uncovered


def test_declared_datastores_have_to_be_mentioned_once() -> None:
    declared = Preparedness(datastores=("aws_rds_cluster.ledger", "StatefulSet/shop/stock"))
    owner = service("cart", workload_patterns=("StatefulSet/stock",), preparedness=declared)
    page = procedure("docs/dr/cart.md", "Restore everything.")
    found = linked([page], [owner, ORDERS], [database("stock")])
    assert found.preparedness.uncovered(page) == ("aws_rds_cluster.ledger", "StatefulSet/shop/stock")


def test_the_first_of_several_procedures_answers_for_all() -> None:
    owner = service("cart", preparedness=Preparedness(datastores=("ledger", "stock", "prices")))
    first, second = procedure("docs/dr/a.md", "ledger"), procedure("docs/dr/b.md", "stock")
    found = linked([second, first], [owner, ORDERS]).preparedness
    assert found.uncovered(first) == ("prices",)
    assert found.uncovered(second) == ()


def test_what_may_be_covered_elsewhere_is_not_missing() -> None:
    links = (link("recovery-procedure", "https://wiki.example/cart"),)
    owner = service("cart", links=links, preparedness=Preparedness(datastores=("ledger",)))
    page = procedure("docs/dr/cart.md", "Restore everything.")
    assert linked([page], [owner, ORDERS]).preparedness.uncovered(page) == ()


def test_a_page_without_a_service_is_about_the_only_one() -> None:
    owner = service("cart", preparedness=Preparedness(datastores=("ledger",)))
    page = procedure("docs/dr/all.md", "Restore everything.", services=())
    assert linked([page], [owner]).preparedness.uncovered(page) == ("ledger",)
    assert linked([page], [owner, ORDERS]).preparedness.uncovered(page) == ()


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (stub("ledger", "StatefulSet"), "whether `ledger` keeps data is unknown: chart `chart` could not be opened"),
        (stub("stock", "StatefulSet"), ""),
        (stub("ledger", "Deployment"), ""),
        (stub("cart", "Input"), "what `cart` keeps in chart `chart` is unknown: it could not be opened"),
    ],
)
def test_what_cannot_be_opened_may_keep_data(item: Entity, reason: str) -> None:
    owner = service("cart", workload_patterns=("StatefulSet/*", "Deployment/*", "Input/*"))
    page = procedure("docs/dr/cart.md", "Restore stock.")
    assert linked([page], [owner, ORDERS], [item]).preparedness.may_leave_out(page) == reason


def test_ten_thousand_datastores_take_no_time() -> None:
    names = tuple(f"aws_dynamodb_table.t{number}" for number in range(10_000))
    owner = service("cart", preparedness=Preparedness(datastores=names))
    pages = [procedure(f"docs/dr/{number}.md", "word " * 2_000) for number in range(50)]
    found = linked(pages, [owner, ORDERS]).preparedness
    started = perf_counter()
    missing = [found.uncovered(page) for page in pages]
    assert perf_counter() - started < 5
    assert sum(map(len, missing)) == 10_000
