"""`.opsready/waivers.yaml` as it is read: what is no waiver has no effect, and one sentence says why."""

from __future__ import annotations

import time
from datetime import date

import pytest

from opsready.adapt.waivers import MOST, Written, load_waivers
from opsready.model.decisions import WAIVERS_FILE
from opsready.tree import MAX_FILE_SIZE, MemoryTree

RULES = ("too-few-replicas", "missing-runbook")
GOOD = {
    "rule": "too-few-replicas",
    "subject": "Deployment/shop/cart",
    "reason": "one writer",
    "owner": "team-cart",
    "approver": "ana",
    "created": "2026-11-01",
    "expires": "2027-01-30",
}


def read(text: str | bytes) -> Written:
    return load_waivers(MemoryTree({WAIVERS_FILE: text}), RULES, frozenset({"tbd", "n/a"}))


def entry(**changes: str | None) -> str:
    """One entry as lines; None leaves a key out, and what is given is written as it is."""
    lines = [f"{key}: {value}" for key, value in (GOOD | changes).items() if value is not None]
    return "  - " + "\n    ".join(lines) + "\n"


def test_a_waiver_is_read_with_its_place() -> None:
    found = read("# ours\nwaivers:\n" + entry(issue="https://tracker.example/1", **{"x-ticket": "7"}))
    assert found.diagnostics == ()
    (waiver,) = found.waivers
    assert (waiver.rule, waiver.service, waiver.subject) == ("too-few-replicas", "", "Deployment/shop/cart")
    assert (waiver.reason, waiver.owner, waiver.approver) == ("one writer", "team-cart", "ana")
    assert (waiver.created, waiver.expires) == (date(2026, 11, 1), date(2027, 1, 30))
    assert (waiver.issue, waiver.place.span.line, waiver.place.span.column) == ("https://tracker.example/1", 3, 5)


@pytest.mark.parametrize("text", ["", "# nothing\n", "waivers:\n", "waivers: []\n", "x-note: 1\n"])
def test_no_waivers_are_nothing_to_complain_about(text: str) -> None:
    assert read(text) == Written()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"expires": "9999-99-99"}, "`expires` is `9999-99-99`, which is no day as YYYY-MM-DD"),
        ({"expires": "2027-02-30"}, "`expires` is `2027-02-30`, which is no day"),
        ({"expires": "soon"}, "`expires` is `soon`, which is no day"),
        ({"created": "2026-13-01"}, "`created` is `2026-13-01`, which is no day"),
        ({"expires": "20270130"}, "`expires` is `20270130`, which is no day"),
        ({"expires": "[2027-01-30]"}, "`expires` is `a list`, which is no day"),
        ({"expires": "2026-10-31"}, "it expires before the day on which it was created"),
        ({"expires": None}, "it has no `expires`"),
        ({"expires": "null"}, "it has no `expires`"),
        ({"expires": None, "approver": None}, "it has no `approver` and no `expires`"),
        ({"reason": "''"}, "`reason` is no text"),
        ({"reason": "' '"}, "`reason` is no text"),
        ({"reason": "7"}, "`reason` is no text: `7`"),
        ({"owner": "true"}, "`owner` is no text: `true`"),
        ({"owner": "{team: a}"}, "`owner` is no text: `a mapping`"),
        ({"owner": "TBD"}, "`owner` is `TBD`, which stands for nobody"),
        ({"approver": "n/a"}, "`approver` is `n/a`, which stands for nobody"),
        ({"approver": "Team-Cart"}, "`team-cart` is the owner and approves it as well"),
        ({"approver": "' team-cart '"}, "`team-cart` is the owner and approves it as well"),
        ({"service": "cart"}, "it has both `service` and `subject`"),
        ({"subject": None}, "it has neither `service` nor `subject`"),
        ({"subject": "'*'"}, "`subject` stands for everything"),
        ({"subject": "'**/*'"}, "`subject` stands for everything"),
        ({"rule": "too-few-replica"}, "did you mean `too-few-replicas`?"),
        ({"rule": "zzz"}, "`opsready rules` lists them"),
        ({"rule": "input-not-evaluated"}, "`input-not-evaluated` cannot be waived"),
        ({"expiry": "2027-01-30"}, "it has an unknown key `expiry`"),
        ({"expires": None, "expries": "2027-01-30"}, "unknown key `expries`; did you mean `expires`?"),
    ],
)
def test_what_is_no_waiver_has_no_effect_and_says_why(changes: dict[str, str | None], words: str) -> None:
    found = read("waivers:\n" + entry(**changes) + entry(subject="Deployment/other"))
    assert [waiver.subject for waiver in found.waivers] == ["Deployment/other"]
    (problem,) = found.diagnostics
    assert (problem.kind, problem.file, problem.line) == ("waiver-malformed", WAIVERS_FILE, 2)
    assert "has no effect" in problem.message
    assert words in problem.message


@pytest.mark.parametrize("item", ["7", "[]", "text", "null", "2026-11-01"])
def test_an_item_of_another_type(item: str) -> None:
    found = read(f"waivers:\n  - {item}\n{entry()}")
    assert len(found.waivers) == 1
    assert [problem.line for problem in found.diagnostics] == [2]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("- rule: a\n", 1, "no mapping with a list `waivers`"),
        ("waivers: {a: 1}\n", 1, "no mapping with a list `waivers`"),
        ("waivers: text\n", 1, "no mapping with a list `waivers`"),
        ("waivers: []\n---\nwaivers: []\n", 3, "second document"),
        ("waivers: [\n", 2, "cannot read this YAML document"),
        ("waivers: []\nwaivers: []\n", 2, "written twice"),
        (b"\xff\xfew", 1, "UTF-16"),
        (b"waivers: \x00", 1, "not text"),
    ],
)
def test_a_file_of_another_shape(text: str | bytes, line: int, words: str) -> None:
    found = read(text)
    assert found.waivers == ()
    (problem,) = found.diagnostics
    assert (problem.kind, problem.line) == ("waiver-malformed", line)
    assert "no waiver has an effect" in problem.message
    assert words in problem.message


def test_a_key_beside_the_list_is_told_and_the_list_still_counts() -> None:
    found = read("waiver:\n" + "waivers:\n" + entry())
    assert len(found.waivers) == 1
    assert [(problem.line, "`waiver`" in problem.message) for problem in found.diagnostics] == [(1, True)]


def test_ten_megabytes_are_not_read() -> None:
    found = read("waivers:\n" + entry() * (2 * MAX_FILE_SIZE // len(entry())))
    assert found.waivers == ()
    (problem,) = found.diagnostics
    assert problem.kind == "waiver-malformed"
    assert "over the limit" in problem.message


def test_more_waivers_than_anybody_can_look_at_have_no_effect_and_end_soon() -> None:
    began = time.perf_counter()
    found = read("waivers:\n" + entry() * (MOST + 1))
    assert found.waivers == ()
    assert [problem.message for problem in found.diagnostics] == [
        "no waiver has an effect: the file holds more than 1,000"
    ]
    wrong = read("waivers:\n" + entry(expires="9999-99-99") * 3000)
    assert len(wrong.diagnostics) == 51
    assert time.perf_counter() - began < 10
