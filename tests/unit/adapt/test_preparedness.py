"""What a service file says of drills, reviews, projections and datastores, and what becomes of nonsense in it."""

from __future__ import annotations

from datetime import date

import pytest

from opsready.adapt.catalogue import merge, services_in
from opsready.model.preparedness import Preparedness
from opsready.model.service import Service
from opsready.model.source import Known, Unknown, Unset
from opsready.parse.yaml import parse_yaml
from repositories import report_of, verdicts_of

HEAD = "apiVersion: opsready.dev/v1\nkind: Service\nmetadata: {name: cart}\nspec:\n"


def read(spec: str) -> tuple[Service, tuple[str, ...]]:
    (parsed,) = parse_yaml(HEAD + spec, "opsready-service.yaml").documents
    service, diagnostics = services_in(parsed.root, "opsready-service.yaml")
    assert service is not None
    return service, tuple(f"{found.line}: {found.message}" for found in diagnostics)


def prepared(spec: str) -> Preparedness:
    found = read(spec)[0].preparedness
    assert found is not None
    return found


def test_a_file_that_says_nothing_has_none() -> None:
    assert read("  tier: 2\n")[0].preparedness is None


def test_a_drill_is_read_with_its_place() -> None:
    (drill,) = prepared(
        "  drills:\n    - {date: 2026-09-18, kind: restore, result: pass, evidence: docs/drill.md}\n"
    ).drills
    assert isinstance(drill.date, Known)
    assert (drill.date.value, drill.kind, drill.result) == (date(2026, 9, 18), "restore", "pass")
    assert (drill.evidence, drill.certain) == ("docs/drill.md", True)
    assert (drill.place.path, drill.place.span.line) == ("spec.drills[0]", 6)


def test_reviews_projections_and_datastores() -> None:
    found = prepared(
        "  reviews: [{kind: cost, date: 2026-11-03}]\n"
        "  capacity: {projections: [{metric: peak_rps, projected: 1500, by: 2027-04-01}]}\n"
        "  data: {datastores: [{ref: aws_rds_cluster.orders}, {ref: aws_rds_cluster.orders}]}\n"
    )
    assert [review.kinds for review in found.reviews] == [("cost",)]
    (projection,) = found.projections
    assert isinstance(projection.by, Known)
    assert (projection.metric, projection.by.value) == ("peak_rps", date(2027, 4, 1))
    assert found.datastores == ("aws_rds_cluster.orders",)


@pytest.mark.parametrize("written", ["9999-99-9", "2026-02-30", "yesterday", "[]", "{}", "2026"])
def test_a_date_that_is_none_is_unknown_and_one_diagnostic(written: str) -> None:
    service, diagnostics = read(f"  drills: [{{date: {written}, kind: restore, result: pass}}]\n")
    assert service.preparedness is not None
    assert isinstance(service.preparedness.drills[0].date, Unknown)
    assert len(diagnostics) == 1
    assert diagnostics[0].startswith("5: `spec.drills[0].date`")


@pytest.mark.parametrize("written", ["2026-09-18", "'2026-09-18'", "2026-09-18T10:00:00Z"])
def test_dates_as_yaml_has_them(written: str) -> None:
    (drill,) = prepared(f"  drills: [{{date: {written}, kind: restore, result: pass}}]\n").drills
    assert isinstance(drill.date, Known)
    assert drill.date.value == date(2026, 9, 18)


@pytest.mark.parametrize(
    "spec",
    [
        "  drills: 7\n",
        "  drills: {a: b}\n",
        "  drills: [1, null, [], {}]\n",
        "  reviews: text\n",
        "  reviews: [{kind: [a], date: {b: c}}]\n",
        "  capacity: [1]\n",
        "  capacity: {projections: {by: 1}}\n",
        "  capacity: {projections: [{by: true, metric: {}}]}\n",
        "  data: [a]\n",
        "  data: {datastores: [a, {ref: [b]}, {ref: ''}]}\n",
    ],
)
def test_other_types_are_diagnostics_and_never_a_crash(spec: str) -> None:
    service, diagnostics = read(spec)
    assert service.name == "cart"
    assert diagnostics


def test_an_unknown_key_is_one_diagnostic_and_the_rest_counts() -> None:
    service, diagnostics = read(
        "  drils: []\n  drills: [{date: 2026-09-18, kind: restore, result: pass, mesured_rto: 4h}]\n"
    )
    assert service.preparedness is not None
    assert len(service.preparedness.drills) == 1
    assert [line.partition(";")[2] for line in diagnostics] == [
        " did you mean `drills`?",
        " did you mean `measured_rto`?",
    ]


def test_two_entries_of_a_service_are_united() -> None:
    first = read("  drills: [{date: 2026-09-18, kind: restore, result: pass}]\n")[0]
    second = read("  reviews: [{kind: cost, date: 2026-11-03}]\n")[0]
    silent = read("  tier: 1\n")[0]
    (merged,) = merge([silent, first, second])
    assert merged.preparedness is not None
    assert len(merged.preparedness.drills) == len(merged.preparedness.reviews) == 1
    (unprepared,) = merge([silent, silent])
    assert unprepared.preparedness is None


def test_a_log_of_ten_thousand_reviews_is_read_in_one_go() -> None:
    lines = [f"    - {{kind: {('cost', 'capacity')[n % 2]}, date: 2016-01-{n % 28 + 1:02}}}\n" for n in range(10_000)]
    last = "    - {kind: cost, date: 2026-11-03}\n    - {kind: capacity, date: 2026-11-04}\n"
    files = {"opsready-service.yaml": HEAD + "  reviews:\n" + "".join(lines) + last}
    (verdict,) = verdicts_of(report_of(files), "missing-regular-review")
    assert verdict.outcome == "pass"
    assert verdict.evidence == (
        "the cost of `cart` was reviewed on 2026-11-03",
        "the capacity of `cart` was reviewed on 2026-11-04",
    )


def test_what_has_no_date_is_unset() -> None:
    assert isinstance(prepared("  reviews: [{kind: cost}]\n").reviews[0].date, Unset)
