"""Actions of postmortems: rows and items, whoever wrote the page, with a name that survives edits."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsready.adapt.documents import document
from opsready.model.postmortem import ActionItem
from opsready.model.source import Known, Unknown, Unset
from opsready.parse.markdown import parse_markdown

PATH = "docs/postmortems/2026-10-02-cart.md"


def read(text: str, path: str = PATH) -> list[ActionItem]:
    found = document(parse_markdown(text, path), "postmortem").actions
    return [item for item in found if isinstance(item, ActionItem)]


def items(*lines: str, heading: str = "## Action items") -> list[ActionItem]:
    return read(f"# Cart\n\n{heading}\n\n" + "\n".join(lines) + "\n")


def one(line: str) -> ActionItem:
    (item,) = items(line)
    return item


def names(found: list[ActionItem]) -> list[str]:
    return [item.name for item in found]


@pytest.mark.parametrize(
    ("line", "tracker"),
    [
        ("- Watch the pool (SHOP-12)", "SHOP-12"),
        ("- SHOP-12: watch the pool", "SHOP-12"),
        ("- Watch the pool #12", "#12"),
        ("- Watch the pool acme/shop#12", "acme/shop#12"),
        ("- Watch the pool !12", "!12"),
        ("- Watch the pool b/12345", "b/12345"),
        ("- Watch [the pool](https://github.com/a/b/issues/1)", "https://github.com/a/b/issues/1"),
        ("- Watch the pool https://github.com/a/b/pull/1", "https://github.com/a/b/pull/1"),
        ("- Watch the pool <https://gitlab.com/a/b/-/issues/1>", "https://gitlab.com/a/b/-/issues/1"),
        ("- Watch the pool https://a.atlassian.net/browse/AB-1", "https://a.atlassian.net/browse/AB-1"),
        ("- Watch the pool https://linear.app/a/issue/AB-1/x", "https://linear.app/a/issue/AB-1/x"),
        ("- Watch [the pool](https://a.example/docs)", ""),
        ("- Watch #pool in UTF-8, as SHA-256, for SEV-1 and CVE-2026-1234", ""),
        ("- Watch the pool, see [above](#1)", ""),
        ("- Watch the colour &#12; and page/#12", ""),
    ],
)
def test_tickets(line: str, tracker: str) -> None:
    assert one(line).tracker == tracker


@pytest.mark.parametrize(
    ("line", "owner"),
    [
        ("- Watch the pool — @ada", "ada"),
        ("- Watch the pool @acme/platform", "acme/platform"),
        ("- Watch the pool (owner: Ada Berg)", "Ada Berg"),
        ("- Watch the pool, assigned to Ada, soon", "Ada"),
        ("- Watch the pool **Owner:** ada", "ada"),
        ("- Watch the pool ada@shop.example", "ada@shop.example"),
        ("- Watch `@Transactional`", ""),
        ("- Tell every owner and all who lead", ""),
    ],
)
def test_owners(line: str, owner: str) -> None:
    assert one(line).owner == owner


@pytest.mark.parametrize(
    ("line", "due"),
    [
        ("- Watch the pool — @ada, 2026-11-09", date(2026, 11, 9)),
        ("- Watch the pool (due 2026-11-09)", date(2026, 11, 9)),
        ("- Watch the pool by 9 November 2026", date(2026, 11, 9)),
        ("- Watch the pool, ETA: Nov 9th, 2026", date(2026, 11, 9)),
        ("- Watch the pool by the end of November 2026", date(2026, 11, 30)),
        ("- Watch the pool, due: Q4 2026", date(2026, 12, 31)),
        ("- Watch the pool, due: 2026-02", date(2026, 2, 28)),
    ],
)
def test_due_dates(line: str, due: date) -> None:
    found = one(line).due
    assert isinstance(found, Known)
    assert found.value == due


@pytest.mark.parametrize(
    "line",
    [
        "- The node died on 2026-10-02 of old age",
        "- Restore what was lost by restarting on 2026-10-02 the node",
        "- Watch the pool by hand",
        "- Watch the pool",
    ],
)
def test_dates_of_something_else(line: str) -> None:
    assert isinstance(one(line).due, Unset)


@pytest.mark.parametrize("written", ["soon", "next sprint", "2026-99-99", "11/09/2026"])
def test_a_due_date_that_cannot_be_read_is_unknown(written: str) -> None:
    for found in (
        one(f"- Watch the pool (due: {written})"),
        items("|Action|Due|", "|---|---|", f"|Watch|{written}|")[0],
    ):
        assert isinstance(found.due, Unknown)
        assert written in found.due.reason


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("- [x] Watch the pool", "done"),
        ("- [X] Watch the pool", "done"),
        ("- [ ] Watch the pool", "open"),
        ("- [ ] Watch the pool (done)", "open"),
        ("- [~] Watch the pool", "dropped"),
        ("- Watch the pool (DONE)", "done"),
        ("- Watch the pool — done on 2026-11-01", "done"),
        ("- DONE: watch the pool", "done"),
        ("- **[Fixed]** watch the pool", "done"),
        ("- ✅ Watch the pool", "done"),
        ("- ~~Watch the pool~~", "done"),
        ("- Watch the pool\n  - This has been done: #12", "done"),
        ("- Watch the pool (won't fix: too dear)", "dropped"),
        ("- Watch the pool - cancelled", "dropped"),
        ("- Watch the pool (not done)", "open"),
        ("- Watch the pool, 80 % done", "open"),
        ("- Say when it is fixed", "open"),
        ("- Tell everybody when it is done", "open"),
        ("- Fixed addresses for the pool", "open"),
    ],
)
def test_states(line: str, state: str) -> None:
    assert one(line).state == state


def test_a_table() -> None:
    found = items(
        "| Item | Type | Who | Priority | Bug # | Due Date | Status |",
        "|---|---|---|---|---|---|---|",
        "| Watch the pool | prevent | ada | P1 | SHOP-12 | 2026-11-09 | in progress |",
        "| Limit retries | mitigate | - | P2 | TBD | | Done |",
        "| | | | | | | |",
        "| Ask | | bo | | [x](https://a.example/1) | 2026-10-01, done | |",
    )
    assert [(item.name, item.owner, item.tracker, item.state) for item in found] == [
        ("Watch the pool", "ada", "SHOP-12", "open"),
        ("Limit retries", "", "", "done"),
        ("Ask", "bo", "https://a.example/1", "done"),
    ]
    assert [item.place.span.line for item in found] == [7, 8, 10]


@pytest.mark.parametrize(
    "header",
    [
        "| What | Who | When |",
        "| Issue | Owner | Deadline |",
        "| Improvement | Assignee | Due |",
        "| Action | DRI | ETA |",
    ],
)
def test_columns_by_other_names(header: str) -> None:
    (item,) = items(header, "|---|---|---|", "| Watch | ada | 2026-11-09 |")
    assert (item.name, item.owner, isinstance(item.due, Known)) == ("Watch", "ada", True)


def test_a_table_about_something_else_has_no_actions() -> None:
    assert items("| Region | Requests |", "|---|---|", "| eu | 12 |") == []


def test_what_stands_below_an_item_belongs_to_it() -> None:
    found = items(
        "1. Watch the pool", "   of every replica", "   - owner: ada", "", "   See SHOP-12.", "2. Limit retries"
    )
    assert [(item.name, item.owner, item.tracker) for item in found] == [
        ("Watch the pool of every replica", "ada", "SHOP-12"),
        ("Limit retries", "", ""),
    ]


def test_a_group_is_no_action() -> None:
    found = items("- Database:", "  - Watch the pool", "- The queue", "  - [ ] Limit retries", "    - SHOP-12")
    assert names(found) == ["Watch the pool", "Limit retries"]
    assert found[1].tracker == "SHOP-12"


def test_only_what_stands_below_such_a_heading() -> None:
    text = (
        "# Cart\n\n- not this\n\n## Action items\n\n### What went well\n\n- nor this\n\n### Process\n\n- this\n\n"
        "Some words.\n\n### Done\n\n- and this\n\n## Supporting information\n\n- nor that\n"
    )
    assert [(item.name, item.state) for item in read(text)] == [("this", "open"), ("and this", "done")]


def test_bold_words_in_the_stead_of_a_heading() -> None:
    found = items("- watch", "- **Pool**: limit", heading="**Action items**")
    assert names(found) == ["watch", "Pool: limit"]
    assert names(items("- watch", "- limit", heading="**Follow-ups:**")) == ["watch", "limit"]


@pytest.mark.parametrize(
    "line", ["- None", "- N/A", "- No further action", "- TODO", "- {{ summary }}", "- <action>", "-"]
)
def test_what_is_no_action(line: str) -> None:
    assert items(line) == []


def test_templates_have_no_actions() -> None:
    assert read("# T\n\n## Action items\n\n- Fix it\n", "docs/postmortems/template.md") == []


@pytest.mark.parametrize(
    "changed",
    [
        "- [x] Watch the pool",
        "- Watch the pool.",
        "- Watch `the pool`",
        "- Watch the pool (SHOP-12)",
        "- Watch the pool — @ada, 2026-11-09, https://github.com/a/b/issues/1",
        "- Watch the pool by 2026-11-09",
        "- Watch the pool (owner: ada)",
        "- Watch the pool (not done)",
        "- DONE: Watch the pool",
        "- Watch the pool [issue](https://github.com/a/b/issues/1)",
        "- [SHOP-12](https://a.atlassian.net/browse/SHOP-12) Watch the pool",
        "\n\n\n- Watch the pool",
        "- Limit retries\n- Watch the pool",
    ],
)
def test_an_action_keeps_its_identity_while_its_state_and_its_line_change(changed: str) -> None:
    before = one("- Watch the pool")
    after = items(changed)[-1]
    assert after.address == before.address == f"ActionItem/{PATH}#watch-the-pool"
    assert after.place.path == before.place.path


def test_two_of_one_name_differ() -> None:
    assert [item.address[-6:] for item in items("- Watch", "- Watch")] == ["#watch", "atch-2"]


def test_a_long_one_is_shortened() -> None:
    (item,) = items("- " + "Watch the pool of every replica " * 100)
    assert len(item.name) <= 80
    assert item.name.endswith("…")
    assert len(item.address) < 200


def test_a_page_of_thousands_ends_somewhere() -> None:
    assert len(items(*(f"- Watch pool {number}" for number in range(2000)))) == 500


LINES = st.sampled_from(
    [
        "- [x] a",
        "  - b",
        "1. c #1",
        "| Action | Due |",
        "|---|---|",
        "| a | b |",
        "## Follow-ups",
        "**Actions**",
        "- **a:**",
    ]
)


@given(st.lists(st.one_of(LINES, st.text(max_size=12)), max_size=30))
def test_never_raises(lines: list[str]) -> None:
    found = items(*lines)
    assert len({item.address for item in found}) == len(found)
