"""Which pages are about recovery, drills, capacity and reviews, how surely, and what is read from them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsready.adapt.document_paths import kind_of_path, worth_reading
from opsready.adapt.documents import Read, document, recognise
from opsready.model.document import Document, DocumentKind
from opsready.model.preparedness import Drill, Review
from opsready.model.source import Unknown, Unset, known
from opsready.parse.markdown import parse_markdown
from repositories import report_of, verdicts_of

PROCEDURE = "docs/dr/cart.md"
REPORT = "docs/drills/2026-09-18-cart.md"


def read(text: str, path: str, referenced: DocumentKind | None = None) -> Read:
    return document(parse_markdown(text, path), referenced)


def found(text: str, path: str, referenced: DocumentKind | None = None) -> Document:
    result = read(text, path, referenced).document
    assert result is not None
    return result


def drill(text: str, path: str = REPORT) -> Drill:
    result = found(text, path).drill
    assert result is not None
    return result


def review(text: str, path: str = "docs/minutes.md") -> Review:
    result = found(text, path).review
    assert result is not None
    return result


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("docs/dr/cart.md", "recovery-procedure"),
        ("docs/disaster-recovery.md", "recovery-procedure"),
        ("docs/restore-orders.md", "recovery-procedure"),
        ("docs/failover/cart.md", "recovery-procedure"),
        ("docs/BCP/cart.md", "recovery-procedure"),
        ("docs/backups/cart.md", "recovery-procedure"),
        ("docs/dr/drills/2026-09-18-restore.md", "drill"),
        ("docs/game-days/2026-q3.md", "drill"),
        ("docs/dr-tests/2026/cart.md", "drill"),
        ("docs/dr-tests/cart-2026.md", "drill"),
        ("docs/capacity/cart.md", "capacity-plan"),
        ("docs/load-tests/cart.md", "capacity-plan"),
        ("docs/cost-review/2026-11.md", "review"),
        ("docs/reviews/2026-11-capacity.md", "review"),
        # What is called a runbook is one, whatever it is about.
        ("docs/runbooks/restore.md", "runbook"),
        ("docs/disaster-recovery/runbooks/cart.md", "runbook"),
        ("docs/postmortems/2026-10-02-failover.md", "postmortem"),
        # How drills are held is no report of one.
        ("docs/drills/policy.md", None),
        ("docs/autoscaling.md", None),
        ("docs/drone.md", None),
        ("docs/reviews/design-of-the-cart.md", None),
        ("docs/code-review/checklist.md", None),
        ("docs/dr/README.md", None),
        ("docs/adr/0007-backup.md", None),
        ("docs/rfcs/failover.md", None),
        ("docs/blog/2026/scaling.md", None),
        ("docs/api/restore.md", None),
        (".github/skills/capacity/cart.md", None),
    ],
)
def test_kind_of_path(path: str, kind: DocumentKind | None) -> None:
    assert kind_of_path(path) == kind


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("recovery-procedure", "recovery-procedure"),
        ("Recovery procedure", "recovery-procedure"),
        ("disaster_recovery", "recovery-procedure"),
        ("drill-report", "drill"),
        ("drill", "drill"),
        ("capacity_plan", "capacity-plan"),
        ("review", "review"),
        ("preview", None),
    ],
)
def test_front_matter_is_believed_before_everything_else(written: str, kind: DocumentKind | None) -> None:
    assert recognise("docs/page.md", written) == kind
    assert worth_reading("docs/page.md", f"---\ntype: {written}\n---\n") is (kind is not None)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("---\ntype: recovery-procedure\n---\n# Cart\n", "docs/cart.md"),
        ("# Disaster recovery of the cart\n", PROCEDURE),
        ("# How to restore the cart\n", PROCEDURE),
        ("# Restoring the cart from a snapshot\n", PROCEDURE),
        ("# Cart\n## Restore\n## RTO and RPO\n## Verification\n", PROCEDURE),
        ("---\nservice: cart\n---\n# Cart\n", PROCEDURE),
        ("# Restore drill\n", REPORT),
        ("# Autumn\n## Scenario\n## Result\n## Findings\n", REPORT),
        ("# Capacity plan\n", "docs/capacity/cart.md"),
        ("# Cart\n## Current load\n## Projection\n## Headroom\n", "docs/capacity/cart.md"),
        ("# Review of cost\n", "docs/cost-review/cart.md"),
    ],
)
def test_certain(text: str, path: str) -> None:
    assert found(text, path).certain


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("# Cart\n\nSnapshots are taken every night.\n", PROCEDURE),
        ("# Cart\n## Restore\n## RTO\n", PROCEDURE),
        ("# Autumn\n## Scenario\n", REPORT),
        ("# Cart\n## Growth\n## Limits\n", "docs/capacity/cart.md"),
        ("# November\n", "docs/cost-review/cart.md"),
    ],
)
def test_a_path_alone_is_not_certain(text: str, path: str) -> None:
    assert not found(text, path).certain


@pytest.mark.parametrize(
    ("text", "path", "referenced"),
    [
        ("---\ndraft: true\n---\n# Disaster recovery\n", PROCEDURE, "recovery-procedure"),
        ("# Cart\n\nThis page has moved to [the wiki](https://wiki.example).\n", PROCEDURE, "recovery-procedure"),
        ("# Pages\n- [a](a.md)\n- [b](b.md)\n- [c](c.md)\n", PROCEDURE, None),
        ("# Recovery\n\nNone yet.\n", "docs/dr/README.md", "recovery-procedure"),
        # A film is reviewed as well.
        ("---\ntype: review\nkind: film\n---\n# A good film\n", "docs/film.md", None),
    ],
)
def test_what_is_no_document_after_all(text: str, path: str, referenced: DocumentKind | None) -> None:
    assert read(text, path, referenced).document is None


@pytest.mark.parametrize(
    "path", ["docs/dr/template.md", "docs/drills/template-2026.md", "docs/templates/capacity-plan.md"]
)
def test_templates(path: str) -> None:
    assert found("---\nservice: cart\n---\n# Title\n", path).template


def test_kinds_have_addresses_in_words() -> None:
    assert found("# Cart\n", PROCEDURE).address == f"RecoveryProcedure/{PROCEDURE}"
    assert found("# Cart\n", REPORT).address == f"Drill/{REPORT}"


# Drills and reviews.


@pytest.mark.parametrize(
    ("text", "path", "day"),
    [
        ("---\ndate: 2026-09-17\n---\n", REPORT, date(2026, 9, 17)),
        ("# Drill\n\n**Date:** 2026-09-17\n", REPORT, date(2026, 9, 17)),
        ("# Drill\n\n| Date | 2026-09-17 |\n|---|---|\n", REPORT, date(2026, 9, 17)),
        ("# Drill\n", REPORT, date(2026, 9, 18)),
        ("# Drill\n", "docs/drills/2026-99-99.md", None),
        ("# Drill\n", "docs/drills/autumn-2026.md", None),
    ],
)
def test_the_day_of_a_drill(text: str, path: str, day: date | None) -> None:
    assert known(drill(text, path).date) == day


def test_a_day_that_does_not_exist_is_not_taken_from_the_name() -> None:
    assert isinstance(drill("---\ndate: 9999-99-9\n---\n").date, Unknown)
    assert isinstance(drill("# Drill\n\nDate: 9999-99-9\n").date, Unknown)
    assert isinstance(drill("# Drill\n", "docs/drills/autumn-2026.md").date, Unset)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("---\nresult: pass\n---\n", "pass"),
        ("---\noutcome: Success\n---\n", "pass"),
        ("---\nresult: partial\n---\n", "partial"),
        ("# Drill\n\n**Result:** failed, the snapshot was empty\n", "fail"),
        ("# Drill\n\n## Result\n\nPassed after 47 minutes.\n", "pass"),
        ("# Drill\n\n## Results of the day\n\n- Partially: orders only\n", "partial"),
        ("# Drill\n\n## Result\n\nThe cart came back.\n", ""),
        ("# Drill\n\n## Scenario\n\nPass the salt.\n", ""),
        ("---\nresult: [pass]\n---\n", ""),
        ("---\nresult: 7\n---\n", ""),
    ],
)
def test_how_a_drill_ended(text: str, result: str) -> None:
    assert drill(text).result == result


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("---\ntype: drill-report\nkind: Region evacuation\n---\n", "region-evacuation"),
        ("---\ntype: drill-report\nkind: restore\n---\n# Failover\n", "restore"),
        ("---\nkind: drill-report\n---\n# Failover drill\n", "failover"),
        ("# Restoring the cart\n", "restore"),
        ("# Table-top exercise about a restore\n", "tabletop"),
        ("# Game day\n", "game-day"),
        ("# Evacuation of a region\n", "region-evacuation"),
        ("# Autumn\n", ""),
    ],
)
def test_what_was_rehearsed(text: str, kind: str) -> None:
    assert drill(text).kind == kind


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("---\ntype: review\nkind: cost\nservice: cart\n---\n", ("cost",)),
        ("---\ntype: review\nkind: [capacity, cost]\n---\n", ("cost", "capacity")),
        ("---\ntype: review\nkinds: cost and capacity\n---\n", ("cost", "capacity")),
        ("---\ntype: review\nkind: dr\n---\n# Costs\n", ("dr",)),
        ("---\ntype: review\n---\n# Cost and capacity in November\n", ("cost", "capacity")),
        ("---\nkind: review\n---\n# The capacity of the cart\n", ("capacity",)),
    ],
)
def test_what_was_reviewed(text: str, kinds: tuple[str, ...]) -> None:
    assert review(text).kinds == kinds


def test_one_review_names_several_services() -> None:
    item = found("---\ntype: review\nkind: cost\nservices: [cart, orders]\ndate: 2026-11-03\n---\n# A\n", "a.md")
    assert item.services == ("cart", "orders")
    assert item.review is not None
    assert known(item.review.date) == date(2026, 11, 3)


# Recovery procedures.


@pytest.mark.parametrize(
    ("text", "verifies", "decides"),
    [
        ("Restore it.\n", False, False),
        ("## Verification\n\nLook at it.\n\n## Who decides\n\nAna.\n", True, True),
        ("1. Restore it.\n2. Make sure that customers can buy.\n", True, False),
        ("Check whether orders are complete.\n", True, False),
        ("| Step | Who |\n|---|---|\n| Restore | the commander |\n", False, True),
        ("The manager on duty authorises it.\n", False, True),
        ("```sh\nverify --decide\n```\n", False, False),
        ("Check the disk, then undeclared and unverified.\n", False, False),
    ],
)
def test_verification_and_authority(text: str, *, verifies: bool, decides: bool) -> None:
    recovery = found(f"# Cart\n\n{text}", PROCEDURE, "recovery-procedure").recovery
    assert recovery is not None
    assert (recovery.verifies, recovery.decides) == (verifies, decides)


def test_everything_that_is_written_is_a_mention() -> None:
    text = "# Cart\n\n## One\n\n- two\n\n| three | four |\n|---|---|\n\n```sh\nfive\n```\n\n`six` seven\n"
    recovery = found(text, PROCEDURE).recovery
    assert recovery is not None
    assert recovery.stems >= {"cart", "one", "two", "three", "four", "five", "six", "seven"}


@pytest.mark.parametrize(
    ("text", "in_order"),
    [
        ("1. Stop it.\n2. Start it.\n", True),
        ("1. Stop it.\n", False),
        ("- Stop it.\n- Start it.\n", False),
        ("## Step 1\n\n## Step 2\n", True),
        ("```sh\nls\n```\n\n```sh\nls\n```\n", True),
        ("Run this:\n\n```sh\nls\n```\n", True),
        ("```sh\nls\n```\n", False),
        ("Restore it. Start it.\n", False),
    ],
)
def test_steps_in_order(text: str, *, in_order: bool) -> None:
    assert found(text, PROCEDURE, "recovery-procedure").procedure.in_order is in_order


# Bad input.


def test_broken_front_matter_is_one_diagnostic_and_the_rest_is_judged() -> None:
    files = {
        "opsready-service.yaml": "apiVersion: opsready.dev/v1\nkind: Service\nmetadata: {name: cart}\n",
        PROCEDURE: "---\ntype: recovery-procedure\nservices: [cart\n---\n# Disaster recovery of the cart\n",
    }
    report = report_of(files)
    assert [note.kind for note in report.diagnostics] == ["broken-front-matter"]
    (verdict,) = verdicts_of(report, "missing-recovery-procedure")
    assert verdict.outcome == "pass"


@settings(max_examples=30)
@given(st.text(max_size=200))
def test_never_a_crash(text: str) -> None:
    for path in (PROCEDURE, REPORT, "docs/capacity/cart.md", "docs/cost-review/cart.md"):
        for front in ("", f"---\ntype: drill-report\ndate: {text}\nresult: {text}\n---\n"):
            read(f"{front}# {text}\n\n{text}\n", path)


def test_a_title_of_a_hundred_thousand_words_takes_no_time() -> None:
    for word in ("restoring ", "region ", "cost ", "evacuat "):
        read(f"# {word * 100_000}\n", "docs/dr/drills/2026.md")
        read(f"# {word * 100_000}\n", "docs/cost-review/a.md")
