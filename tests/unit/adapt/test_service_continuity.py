"""What catalogue entries declare about data, recovery and regions, and what becomes of nonsense."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opsready.adapt.catalogue import merge
from opsready.model.continuity import Continuity, Promise
from opsready.model.source import Known, Unknown, Unset, Value
from unit.adapt.test_catalogue import component, notes, read, spec


def declared(*lines: str) -> Continuity:
    found = spec(*lines).continuity
    assert found is not None
    return found


def tolerated(*lines: str) -> Continuity:
    """What is read of a file that the schema complains about."""
    service, diagnostics = read(
        "apiVersion: opsready.dev/v1\nkind: Service\nmetadata: {name: cart}\nspec:\n"
        + "".join(f"  {line}\n" for line in lines)
    )
    assert diagnostics
    assert service is not None
    assert service.continuity is not None
    return service.continuity


def length(value: Value[Promise]) -> timedelta | None:
    return value.value.length if isinstance(value, Known) else None


def test_nothing_is_read_where_nothing_is_declared() -> None:
    assert spec("tier: 1").continuity is None
    assert component().continuity is None


def test_everything_that_may_be_declared() -> None:
    found = declared(
        "data:",
        "  stateful: true",
        "  datastores:",
        "    - {ref: db, rpo: 5m, rto: 1h, backup: {frequency: 1d, retention: 35d, pitr: true, offsite: eu-west-1}}",
        "    - {ref: bucket}",
        "objectives: {rpo: 1h, rto: PT4H, by_failure: {zone: {rto: 1m}, region: {rpo: 1h, rto: 4h}}}",
        "capacity: {regions: {primary: eu-north-1, others: [eu-west-1], mode: active-passive}}",
    )
    assert isinstance(found.stateful, Known)
    assert found.stateful.value
    database, bucket = found.datastores.items
    assert (database.ref, length(database.rpo), length(database.rto)) == (
        "db",
        timedelta(minutes=5),
        timedelta(hours=1),
    )
    assert database.backup is not None
    assert length(database.backup.frequency) == timedelta(days=1)
    assert length(database.backup.retention) == timedelta(days=35)
    assert isinstance(database.backup.point_in_time, Known)
    assert isinstance(database.backup.offsite, Known)
    assert (bucket.ref, bucket.rpo, bucket.backup) == ("bucket", Unset(), None)
    assert (length(found.rpo), length(found.rto)) == (timedelta(hours=1), timedelta(hours=4))
    assert [(item.failure, length(item.rpo), length(item.rto)) for item in found.by_failure] == [
        ("zone", None, timedelta(minutes=1)),
        ("region", timedelta(hours=1), timedelta(hours=4)),
    ]
    assert found.regions is not None
    assert (found.regions.names, found.regions.mode) == (("eu-north-1", "eu-west-1"), "active-passive")


def test_a_promise_has_its_words_and_its_place() -> None:
    value = declared("objectives: {rto: 90m}").rto
    assert isinstance(value, Known)
    assert (value.value.text, value.place.path, value.place.span.line) == ("90m", "spec.objectives.rto", 5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0s", timedelta()), ("P3M", timedelta(days=90)), ("P1Y", timedelta(days=360)), ("2w", timedelta(weeks=2))],
)
def test_lengths(text: str, expected: timedelta) -> None:
    assert length(declared(f"objectives: {{rpo: {text}}}").rpo) == expected


@pytest.mark.parametrize("text", ["soon", "60", "-1h", "[1h]", "1.5h", "9999-99-9"])
def test_what_is_no_length_is_unknown_and_complained_about(text: str) -> None:
    assert isinstance(tolerated(f"objectives: {{rpo: {text}}}").rpo, Unknown)


def test_a_length_that_nobody_can_count_is_unknown() -> None:
    assert isinstance(declared("objectives: {rpo: 999999999999999999d}").rpo, Unknown)
    assert isinstance(declared("objectives: {rpo: P99999999999999999999Y}").rpo, Unknown)


@pytest.mark.parametrize(
    "lines",
    [
        ["data: 7"],
        ["data: {stateful: 7, datastores: 7}"],
        ["data: {datastores: [7, {ref: [a]}, {rpo: 1h}]}"],
        ["objectives: [rpo]"],
        ["objectives: {by_failure: [zone]}"],
        ["objectives: {by_failure: {zone: 7, region: {rpo: {a: b}}}}"],
        ["capacity: {regions: eu}"],
        ["capacity: {regions: {primary: [eu], others: us, mode: 7}}"],
    ],
)
def test_wrong_types_cost_themselves_only(lines: list[str]) -> None:
    found = tolerated(*lines)
    assert not any(isinstance(value, Known) for value in (found.rpo, found.rto))
    assert found.datastores.items == ()
    assert found.regions is None or found.regions.names == ()


def test_a_datastore_without_an_address_is_left_out_with_a_diagnostic() -> None:
    assert notes("data: {datastores: [{rpo: 1h}]}") == [("missing-key", 5, "`spec.data.datastores[0].ref` is missing")]


def test_regions_are_each_named_once() -> None:
    found = declared("capacity: {regions: {primary: eu, others: [us, eu]}}").regions
    assert found is not None
    assert found.names == ("eu", "us")


def test_annotations_of_a_component() -> None:
    found = component("annotations: {opsready.dev/rpo: 1h, opsready.dev/rto: never}").continuity
    assert found is not None
    assert length(found.rpo) == timedelta(hours=1)
    assert found.rto == Unknown("`rto` is `never`, which is no length of time", found.rto.place)  # type: ignore[union-attr]
    one = component("annotations: {opsready.dev/rto: 4h}").continuity
    assert one is not None
    assert (one.rpo, length(one.rto)) == (Unset(), timedelta(hours=4))


def test_several_entries_of_one_service_are_one() -> None:
    first = spec("objectives: {rpo: 1h}", "data: {stateful: false, datastores: [{ref: a, rpo: 1h}]}")
    second = spec(
        "objectives: {rpo: 2h, rto: 4h, by_failure: {zone: {rto: 1m}}}",
        "data: {stateful: true, datastores: [{ref: a, rpo: 9h}, {ref: b}]}",
        "capacity: {regions: {primary: eu}}",
    )
    (merged,) = merge([first, second])
    found = merged.continuity
    assert found is not None
    assert (length(found.rpo), length(found.rto)) == (timedelta(hours=1), timedelta(hours=4))
    # Whoever says that there is data is believed.
    assert isinstance(found.stateful, Known)
    assert found.stateful.value
    assert [(item.ref, length(item.rpo)) for item in found.datastores.items] == [("a", timedelta(hours=1)), ("b", None)]
    assert [item.failure for item in found.by_failure] == ["zone"]
    assert found.regions is not None


def test_an_entry_that_declares_nothing_takes_nothing_away() -> None:
    (merged,) = merge([spec("tier: 1"), spec("objectives: {rto: 4h}")])
    assert merged.continuity is not None
    assert length(merged.continuity.rto) == timedelta(hours=4)
    (merged,) = merge([spec("tier: 1"), spec("tier: 2")])
    assert merged.continuity is None
