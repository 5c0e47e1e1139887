"""Where links to runbooks lead, whose address is this repository's, and that a dead link is one fault."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from opsready.adapt.documents import document as read_document
from opsready.link.files import Files
from opsready.link.graph import RepositoryGraph
from opsready.model.alert import Alert
from opsready.model.document import Document, anchor_key
from opsready.model.source import Items, Known, Unknown, Unset, Value
from opsready.parse.markdown import MAX_CHARACTERS, parse_markdown
from opsready.records import replace
from opsready.report.groups import fold
from repositories import RepositorySpec, ServiceSpec, report_of, text, verdicts_of
from unit.entities import document, graph, identity, link, place, service

HOST = "https://github.com/acme/shop/blob/main/"


def alert(runbook: Value[str] | str, name: str = "CartDown", *, paging: bool = True) -> Alert:
    written = Known(runbook, place()) if isinstance(runbook, str) else runbook
    return Alert(identity("Alert", name), Unset(), paging, Unset(), written)


def state(written: str, *others: str, files: Sequence[str] = (), pages: Sequence[Document] = ()) -> str:
    subject = alert(written)
    found = graph([subject, *(alert(other, str(n)) for n, other in enumerate(others))], (), pages, files)
    led = found.runbook_links.of_alert(subject)
    return led.state if led is not None else "none"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("docs/cart.md", "here"),
        ("docs/cart", "here"),
        ("DOCS/Cart.md", "here"),
        (HOST + "docs/cart.md", "here"),
        ("https://gitlab.com/a/b/-/blob/main/docs/cart.md#restart", "here"),
        ("docs/none.md", "missing"),
        ("./none", "missing"),
        ("/none", "missing"),
        ("none.md", "missing"),
        ("docs/none", "missing"),
        ("docs/*.txt", "missing"),
        ("go/cart", "elsewhere"),
        ("TODO", "elsewhere"),
        ("wiki.example/cart", "elsewhere"),
        ("//wiki.example/cart.md", "elsewhere"),
        ("https://wiki.example/docs/cart.md", "elsewhere"),
        (HOST + "docs/none.md", "elsewhere"),
        ("https://wiki.example/{{ $labels.a }}", "elsewhere"),
        ("docs/{{ $labels.a }}.md", "unknown"),
        ("docs/${A}.md", "unknown"),
        ("", "none"),
        ("  ", "none"),
    ],
)
def test_where_a_link_leads(written: str, expected: str) -> None:
    assert state(written, files=["docs/cart.md"]) == expected


def test_what_cannot_be_read_is_unknown_and_what_is_not_there_is_none() -> None:
    hidden, without = alert(Unknown("a patch changes it")), alert(Unset())
    links = graph([hidden, without]).runbook_links
    found = links.of_alert(hidden)
    assert found is not None
    assert (found.state, found.reason) == ("unknown", "a patch changes it")
    assert links.of_alert(without) is None


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([], "elsewhere"),
        (["docs/cart.md"], "missing"),
        (["docs/cart.md", "docs/old.md"], "elsewhere"),
        (["docs/cart.md", "docs/pay.md", "docs/old.md"], "missing"),
        (["docs/cart.md", "docs/{{ $labels.job }}.md"], "missing"),
    ],
)
def test_an_address_is_our_own_where_its_pages_are_here_as_often_as_not(others: list[str], expected: str) -> None:
    written = [HOST + other for other in others]
    assert state(HOST + "docs/none.md", *written, files=["docs/cart.md", "docs/pay.md"]) == expected


@pytest.mark.parametrize("page", ["README.md", "docs/README.md", "docs/index.md", "LICENSE"])
def test_what_every_repository_has_does_not_make_an_address_our_own(page: str) -> None:
    assert state(HOST + page, files=[page]) == "elsewhere"
    assert state(HOST + "docs/none.md", HOST + page, files=[page]) == "elsewhere"
    assert state(page, files=[page]) == "here"


PAGE = """# Cart

## 1. CPU > 90 %

## :fire: Restart `all`

### <a name="old-name"></a>New name

## Scale {#scale-out .note}

**Bold words** are no section.
"""


def cart(text_of_page: str = PAGE) -> Document:
    found = read_document(parse_markdown(text_of_page, "docs/cart.md"), "runbook").document
    assert found is not None
    return found


@pytest.mark.parametrize(
    "anchor",
    [
        *("cart", "1-cpu--90", "1-cpu-90", "fire-restart-all", "old-name", "new-name", "scale", "scale-out", "Cart"),
        *("cart-1", "user-content-cart", "L10", "L10-L20", ":~:text=cart", "scale%20out", ""),
    ],
)
def test_sections_that_are_there(anchor: str) -> None:
    assert state(f"docs/cart.md#{anchor}", pages=[cart()]) == "here"


@pytest.mark.parametrize("anchor", ["stop", "restart", "bold-words", "note", "cartoon"])
def test_sections_that_are_not(anchor: str) -> None:
    assert state(f"docs/cart.md#{anchor}", pages=[cart()]) == "no-section"


def test_the_sections_of_a_page_that_was_not_read_to_its_end_are_unknown() -> None:
    page = cart(PAGE + "word " * (MAX_CHARACTERS // 5))
    assert state("docs/cart.md#cart", pages=[page]) == "here"
    assert state("docs/cart.md#stop", pages=[page]) == "unknown"


def test_the_sections_of_another_kind_of_file_are_not_asked_for() -> None:
    assert state("docs/cart.adoc#stop", files=["docs/cart.adoc"]) == "here"
    assert state("docs#stop", pages=[cart(), document("docs/pay.md")]) == "here"


def test_spellings_of_an_anchor() -> None:
    assert {anchor_key(text) for text in ("CPU > 90 %", "cpu-90", "cpu--90", "CPU_90")} == {"cpu90"}


def test_each_link_of_a_service() -> None:
    links = [link("runbook", target) for target in ("docs/cart.md", "docs/none.md", "https://wiki.example/a", HOST)]
    links += [link("runbook", "docs/${{ name }}.md"), link("postmortem", "docs/gone")]
    found: RepositoryGraph = graph([], [owner := service("cart", links=tuple(links))], [cart()])
    assert [item.state for item in found.runbook_links.of_service(owner)] == [
        *("here", "missing", "elsewhere", "elsewhere", "unknown")
    ]


def test_a_service_may_link_its_own_code_host() -> None:
    owner = service("cart", links=(link("runbook", HOST + "docs/cart.md"), link("runbook", HOST + "docs/none.md")))
    page = replace(cart(), anchors=Items(()))
    found = graph([], [owner, service("pay")], [page])
    assert [item.state for item in found.runbook_links.of_service(owner)] == ["here", "missing"]
    assert found.runbooks_of(owner)[0] is page
    assert found.services_of(page) == (owner,)


def broken(*, paging: bool, tier: int = 2) -> list[tuple[str, list[str]]]:
    """The failures that are shown about one alert with a dead link, each with what is folded under it."""
    spec = ServiceSpec(alert_links_runbook=True, tier=tier)
    files = RepositorySpec((spec,)).files()
    path = next(path for path in files if path.endswith("alerts.yaml"))
    files[path] = files[path].replace("docs/runbooks/cart.md", "docs/runbooks/gone.md")
    if not paging:
        files[path] = files[path].replace("critical", "warning").replace("page", "warning")
    shown = fold(report_of(files).findings)
    return [(entry.verdict.rule, [f.verdict.rule for f in entry.folded]) for entry in shown]


def test_a_dead_link_of_an_alert_is_one_finding() -> None:
    assert broken(paging=True) == [("alert-without-runbook", ["broken-runbook-link"])]
    assert broken(paging=False) == [("broken-runbook-link", [])]
    # Of tier 4 nobody asks whether its alerts have runbooks.
    assert broken(paging=True, tier=4) == [("broken-runbook-link", [])]


@pytest.mark.parametrize(
    ("targets", "shown"),
    [
        (["docs/runbooks/gone.md"], [("missing-runbook", ["broken-runbook-link"])]),
        (["docs/runbooks/gone.md", "docs/lost.md"], [("missing-runbook", ["broken-runbook-link"] * 2)]),
        (["docs/runbooks/cart.md", "docs/runbooks/gone.md"], [("broken-runbook-link", [])]),
        (["docs/runbooks/cart.md"], []),
    ],
)
def test_a_dead_link_of_a_service_is_one_finding(targets: list[str], shown: list[tuple[str, list[str]]]) -> None:
    spec = ServiceSpec(runbook="docs/runbooks/cart.md" in targets)
    entry = spec.entry()
    entry["spec"]["docs"] = {"runbooks": targets}
    files = RepositorySpec((spec,)).files() | {"services/cart/opsready-service.yaml": text(entry)}
    found = fold(report_of(files).findings)
    assert [(item.verdict.rule, [f.verdict.rule for f in item.folded]) for item in found] == shown


def test_every_step_of_a_repair_raises_the_score() -> None:
    entry = ServiceSpec().entry()
    scores = []
    for targets, page in ((["docs/runbooks/gone.md"], False), (["docs/runbooks/gone.md"], True), ([], True)):
        entry["spec"]["docs"] = {"runbooks": targets}
        files = RepositorySpec((ServiceSpec(runbook=page),)).files()
        report = report_of(files | {"services/cart/opsready-service.yaml": text(entry)})
        scores.append(report.score or 0)
        assert {v.outcome for v in verdicts_of(report, "broken-runbook-link")} == {
            "fail" if targets else "not-applicable"
        }
    assert scores == sorted(scores)
    assert len(set(scores)) == len(scores)


@pytest.mark.parametrize(
    ("name", "there"), [("docs", True), ("DOCS", True), ("a.md", True), ("doc", False), ("cart.md", False), ("", False)]
)
def test_what_lies_at_the_root(name: str, there: bool) -> None:
    assert Files(["docs/cart.md", "a.md", "docs-old/x"]).has(name) is there
