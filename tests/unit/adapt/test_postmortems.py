"""What is read from postmortems: the day of the incident, and what stands in each part."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsready.adapt.documents import document
from opsready.adapt.postmortems import tells_actions
from opsready.model.postmortem import Account, Part
from opsready.model.source import Known, Unknown, Unset
from opsready.parse.markdown import parse_markdown

PATH = "docs/postmortems/cart.md"


def account(text: str, path: str = PATH) -> Account:
    found = document(parse_markdown(text, path), "postmortem").document
    assert found is not None
    assert found.account is not None
    return found.account


def impact(text: str) -> Part:
    found = account(f"# Cart\n\n## Impact\n\n{text}\n").impact
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "path", "day"),
    [
        ("---\ndate: 2026-10-02\n---\n# Cart\n", PATH, date(2026, 10, 2)),
        ("---\nincident_date: '2026-10-02'\ndate: 2026-10-09\n---\n# Cart\n", PATH, date(2026, 10, 2)),
        ("---\ndate: 2 October 2026\n---\n# Cart\n", PATH, date(2026, 10, 2)),
        ("# Cart\n\n**Date:** 2026-10-02, 17:52 UTC\n", PATH, date(2026, 10, 2)),
        ("# Cart\n\n- Date of incident: Oct 2nd, 2026\n", PATH, date(2026, 10, 2)),
        ("# Cart\n\n| Field | Value |\n|---|---|\n| Date | 2026-10-02 |\n", PATH, date(2026, 10, 2)),
        ("# 2026-10-02: cart\n", "docs/postmortems/2026-10-05-cart.md", date(2026, 10, 2)),
        ("# Cart\n", "docs/postmortems/2026-10-02-cart.md", date(2026, 10, 2)),
        ("# Cart\n", "docs/postmortems/cart_20261002.md", date(2026, 10, 2)),
        ("# Cart\n", "docs/incidents/2026/10-02-cart.md", date(2026, 10, 2)),
        ("# Cart\n\n## Timeline\n\n- 2026-10-02 17:52 errors\n- 2026-10-03 fine\n", PATH, date(2026, 10, 2)),
        ("---\ndate: 10/02/2026\n---\n# Cart\n", "docs/postmortems/2026-10-02.md", date(2026, 10, 2)),
    ],
)
def test_the_day_of_the_incident(text: str, path: str, day: date) -> None:
    found = account(text, path).date
    assert isinstance(found, Known)
    assert found.value == day


@pytest.mark.parametrize("written", ["10/02/2026", "2026-99-99", "yesterday", "[1, 2]", "99900"])
def test_a_day_that_cannot_be_read_is_unknown(written: str) -> None:
    found = account(f"---\ndate: {written}\n---\n# Cart\n").date
    assert isinstance(found, Unknown)
    assert found.place is not None
    assert found.place.span.line == 2


def test_no_day_anywhere() -> None:
    assert isinstance(account("# Cart\n\nOn 2026-10-02 it was down.\n").date, Unset)
    assert isinstance(account("# Cart\n", "docs/postmortems/2026-99-99.md").date, Unset)


@pytest.mark.parametrize(
    ("status", "draft"),
    [
        ("draft", True),
        ("In review", True),
        ("Draft, waiting for the vendor", True),
        ("reviewed", False),
        ("closed", False),
        ("Complete, action items in progress", False),
    ],
)
def test_a_draft_says_so(status: str, draft: bool) -> None:
    assert account(f"---\nstatus: {status}\n---\n# Cart\n").draft is draft
    assert account(f"# Cart\n\n**Status:** {status}\n").draft is draft


@pytest.mark.parametrize(
    "text",
    [
        *("34 minutes", "91% of the requests", "1,240 customers", "~2k orders", "$4000", "two hours", "half of Europe"),
        *("Nobody noticed.", "No customer was affected.", "All users.", "the entire site was down for an hour"),
        *("v2 failed 3 times", "from 17:52 to 18:26"),
    ],
)
def test_what_measures_an_impact(text: str) -> None:
    assert impact(text).measured


@pytest.mark.parametrize(
    "text",
    [
        *("", "Customers could not buy.", "On 2026-10-02.", "SEV1", "a Sev-2 incident", "v2 of `api-3` failed", "p99"),
        *("500 errors", "HTTP 503", "see #4312", "https://a.example/12", "in 2026", "Some of them could not pay."),
    ],
)
def test_what_measures_nothing(text: str) -> None:
    assert not impact(text).measured


@pytest.mark.parametrize("text", ["TBD", "TODO: ask ada", "to be written", "", "..."])
def test_what_is_still_to_be_written_counts_no_words(text: str) -> None:
    assert impact(text).words == 0


def times(*lines: str) -> int:
    found = account("# Cart\n\n## Timeline\n\n" + "\n".join(lines) + "\n").timeline
    assert found is not None
    return found.times


@pytest.mark.parametrize(
    "lines",
    [
        ("- 17:52 a", "- 17:57 b", "- 18:26 c"),
        ("17:52 a", "17:57 b", "18:26 c"),
        ("| Time | What |", "|---|---|", "| 17:52 | a |", "| 5pm | b |", "| T+30 | c |"),
        ("### 17:52 UTC", "a", "### 17:57", "b", "### 2026-10-03", "c"),
        ("```", "[17:52] a", "[17:57] b", "[18:26] c", "```"),
        ("- **17.52** a", "- 9:40 am b", "- 2026-10-03 c"),
    ],
)
def test_times_of_a_timeline(lines: tuple[str, ...]) -> None:
    assert times(*lines) == 3


def test_numbers_that_are_no_times() -> None:
    assert times("- 12 pods", "- version 1.2.3", "- 99:99", "- 10 % of 500", "- :80") == 0


def test_what_a_part_links() -> None:
    found = account("# Cart\n\n## Timeline\n\n[here](#impact) and [there](https://chat.example/1)\n").timeline
    assert found is not None
    assert found.elsewhere == "https://chat.example/1"


def test_parts_under_bold_words_and_in_a_table_of_fields() -> None:
    text = (
        "# Cart\n\n| Impact | 34 minutes |\n|---|---|\n| Root cause | A full disk |\n\n**Action items:** buy a disk\n"
    )
    found = account(text)
    assert (found.impact and found.impact.measured, found.factors and found.factors.words) == (True, 3)
    assert (found.actions and found.actions.words, found.timeline) == (3, None)


def test_an_introduction_is_a_summary_and_a_list_of_fields_is_none() -> None:
    said = account("# Cart\n\nThe store ran out of connections, because an export took all of them.\n").summary
    assert said is not None
    assert said.explained
    fields = account("# Cart\n\nAuthors: ada and bo and carl and dora\nStatus: done and reviewed by all\n")
    assert fields.summary is None


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("action items", True),
        ("follow ups", True),
        ("next steps", True),
        ("what s next", True),
        ("corrective and preventative measures", True),
        ("actions taken", False),
        ("questions for follow up", False),
        ("immediate actions", False),
        ("lessons learned", False),
        ("resolution", False),
    ],
)
def test_headings_about_what_is_still_to_be_done(title: str, told: bool) -> None:
    assert tells_actions(title) is told


LINES = st.sampled_from(
    ["## Impact", "## Timeline", "## Action items", "**Summary:** x", "- 17:52", "| a | b |", "|---|---|", "```", "TBD"]
)


@given(st.lists(st.one_of(LINES, st.text(max_size=12)), max_size=30))
def test_never_raises(lines: list[str]) -> None:
    document(parse_markdown("\n".join(lines), PATH), "postmortem")
