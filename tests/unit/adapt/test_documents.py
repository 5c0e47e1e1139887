"""Which pages are operational documents, and what is read from them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsready.adapt.document_paths import kind_of_path, worth_reading
from opsready.adapt.document_sections import section_title
from opsready.adapt.documents import Read, document, recognise
from opsready.adapt.procedures import is_imperative
from opsready.model.document import Document, DocumentKind
from opsready.model.source import Known, Unknown, Unset, known
from opsready.parse.markdown import parse_markdown

RUNBOOK = "docs/runbooks/cart.md"


def read(text: str, path: str = RUNBOOK, referenced: DocumentKind | None = None) -> Read:
    return document(parse_markdown(text, path), referenced)


def found(text: str, path: str = RUNBOOK, referenced: DocumentKind | None = None) -> Document:
    result = read(text, path, referenced).document
    assert result is not None
    return result


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("docs/runbooks/cart.md", "runbook"),
        ("docs/run-books/cart.md", "runbook"),
        ("services/cart/RUNBOOK.md", "runbook"),
        ("services/cart/cart-runbook.md", "runbook"),
        ("alerts/CartDown.md", "runbook"),
        ("source/runbooks/cart.html.md.erb", "runbook"),
        ("docs/playbooks/incident.md", "playbook"),
        ("docs/postmortems/2026-10-02-cart.md", "postmortem"),
        ("docs/post-mortems/cart.md", "postmortem"),
        ("docs/incidents/2026-10-02.md", "postmortem"),
        ("docs/runbooks/postmortem-template.md", "postmortem"),
        (".github/ISSUE_TEMPLATE/postmortem.md", "postmortem"),
        ("docs/incidents/README.md", None),
        ("docs/runbooks/index.md", None),
        ("docs/runbooks/_index.md", None),
        ("docs/runbooks/README.md", None),
        ("docs/runbooks/add-a-new-runbook.md", None),
        ("docs/writing-runbooks.md", None),
        (".github/skills/runbooks/cart.md", None),
        ("docs/retrospectives/sprint-41.md", None),
        ("docs/alerting.md", None),
        ("docs/architecture.md", None),
        ("src/alert/README.md", None),
    ],
)
def test_kind_of_path(path: str, kind: DocumentKind | None) -> None:
    assert kind_of_path(path) == kind


@pytest.mark.parametrize(
    ("path", "head", "expected"),
    [
        ("docs/runbooks/cart.md", "", True),
        ("docs/cart.md", "---\ntype: runbook\n---\n", True),
        ("docs/cart.md", "---\ntitle: a\nkind: 'postmortem'\n---\n", True),
        ("docs/cart.md", "---\nopsready:\n  type: playbook\n---\n", True),
        ("docs/cart.md", "type: runbook\n", False),
        ("docs/cart.md", "---\ntype: reference\n---\n", False),
        ("docs/cart.md", "# Cart\n", False),
        ("docs/runbooks/cart.png", "", False),
    ],
)
def test_only_pages_that_may_be_documents_are_read(path: str, head: str, *, expected: bool) -> None:
    assert worth_reading(path, head) is expected


def test_a_page_knows_best_what_it_is() -> None:
    assert recognise("docs/runbooks/cart.md", "Post-mortem") == "postmortem"
    assert recognise("docs/cart.md", "", "runbook") == "runbook"
    assert recognise("docs/playbooks/cart.md", "", "runbook") == "runbook"
    assert recognise("docs/cart.md", "guide") is None


@pytest.mark.parametrize(
    ("text", "path", "referenced"),
    [
        ("# Cart\n", RUNBOOK, "runbook"),
        ("---\ntype: runbook\n---\n# Cart\n", "docs/cart.md", None),
        ("# Runbook for the cart\n", RUNBOOK, None),
        ("# Cart\n## Symptoms\n## Diagnosis\n## Mitigation\n", RUNBOOK, None),
        ("---\nservice: cart\n---\n# Cart\n", RUNBOOK, None),
        ("# The cart was down\n## Summary\n## Impact\n## Timeline\n## Action items\n", "docs/postmortems/a.md", None),
        ("# Incident on 2026-10-02\n", "docs/incidents/2026-10-02.md", None),
    ],
)
def test_certain(text: str, path: str, referenced: DocumentKind | None) -> None:
    assert found(text, path, referenced).certain


@pytest.mark.parametrize(
    "text", ["# Cart\n\nIt holds things.\n", "# Cart\n## Symptoms\n## Mitigation\n", "# Runbooks\n"]
)
def test_a_path_alone_is_not_certain(text: str) -> None:
    assert not found(text).certain


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("---\nredirect_to: https://wiki.example\n---\n# Cart\n", RUNBOOK),
        ("---\ndraft: true\n---\n# Cart\n", RUNBOOK),
        ("# Cart\n\nThis page has moved to [the wiki](https://wiki.example).\n", RUNBOOK),
        ("# Cart\n- [a](a.md)\n- [b](b.md)\n- [c](c.md)\n", RUNBOOK),
        ("# Playbooks\n```sh\nansible-playbook site.yml\n```\n", "docs/playbooks/site.md"),
        ("# Playbook\n", "ansible/playbooks/site.md"),
    ],
)
def test_what_is_no_document_after_all(text: str, path: str) -> None:
    assert read(text, path).document is None


def test_a_folder_is_referred_to_with_its_list_but_a_readme_may_be_the_runbook() -> None:
    assert read("# Runbooks\n\nNone yet.\n", "docs/runbooks/README.md", "runbook").document is None
    assert read("# Cart\n1. Stop it.\n2. Start it.\n", "cart/README.md", "runbook").document is not None


@pytest.mark.parametrize(
    ("path", "title", "template"),
    [
        ("docs/postmortems/template.md", "X", True),
        ("docs/postmortems/_template.md", "X", True),
        ("docs/postmortem-template.md", "X", True),
        ("docs/templates/runbook.md", "X", True),
        ("docs/runbooks/cart.md", "Runbook template", True),
        ("docs/runbooks/email-templates-broken.md", "Email templates are broken", False),
        ("template-service/docs/runbooks/cart.md", "Cart", False),
    ],
)
def test_templates(path: str, title: str, *, template: bool) -> None:
    assert found(f"# {title}\n", path, "runbook").template is template


def test_title_falls_back_to_front_matter_and_to_the_name() -> None:
    assert found("---\ntitle: Cart\n---\n# <%= current_page.data.title %>\n").title == "Cart"
    assert found("Text.\n").title == "cart"
    assert found("# `cart` is  down\n").title == "cart is down"


def test_place_is_the_title() -> None:
    span = found("---\ntype: runbook\n---\n\n# Cart errors\n").place.span
    assert (span.line, span.column, span.end_column) == (5, 3, 14)


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("1. Symptoms", "symptoms"),
        ("2.1 Impact:", "impact"),
        (":seedling: Blameless root cause", "blameless root cause"),
        ("🔥 What to do?", "what to do"),
        ("Step 1: restart", "step 1 restart"),
        ("Incident on 2026-04-15", "incident on 2026 04 15"),
        ("ii) Steps", "steps"),
    ],
)
def test_section_title(written: str, title: str) -> None:
    assert section_title(written) == title


def test_sections_count_the_words_of_what_is_below_them() -> None:
    sections = found(
        "# Cart\n\none two\n\n## Impact\n\nthree\n\n### Users\n\nfour five `code here`\n\n## Steps\n"
    ).sections
    assert [(section.title, section.level, section.words) for section in sections] == [
        ("cart", 1, 5),
        ("impact", 2, 3),
        ("users", 3, 2),
        ("steps", 2, 0),
    ]


def test_bold_words_stand_in_for_headings() -> None:
    sections = found("# Cart\n\n**Diagnosis:** look at it\n\n**Mitigation**\n\n- **Restart** the pods\n").sections
    assert [section.title for section in sections] == ["cart", "diagnosis", "mitigation"]


@pytest.mark.parametrize(
    ("text", "followable"),
    [
        ("1. Stop it.\n2. Start it.\n", True),
        ("1. Stop it.\n", False),
        ("## Step 1\n\n## Step 2\n", True),
        ("**Step 1: a**\n\n**Step 2: b**\n", True),
        ("## Stop the service\n\n## Start the service\n", True),
        ("```sh\nls\n```\n\n```sh\nls\n```\n", True),
        ("Run this:\n\n```sh\nls\n```\n", True),
        ("It shows this:\n\n```yaml\na: b\n```\n\n```json\n{}\n```\n", False),
        ("```\n$ kubectl get pods\n```\nThen restart it.\n", True),
        ("```\n$ kubectl get pods\n```\nIt shows the pods.\n", False),
        ("- Restart the pods\n- Check the logs\n", True),
        ("- [ ] Restart the pods\n- [x] Check the logs\n", True),
        ("- The pods\n- The logs\n", False),
        ("Use `kubectl get pods` and `kubectl get nodes`.\n", True),
        ("Use `kubectl` and `helm`.\n", False),
        ("1. [Symptoms](#symptoms)\n2. [Impact](#impact)\n", False),
        ("The cart stores things. Restart it.\n", False),
    ],
)
def test_followable(text: str, *, followable: bool) -> None:
    assert found(f"# Cart\n\n{text}").procedure.followable is followable


@pytest.mark.parametrize(
    ("sentence", "imperative"),
    [
        ("Restart the pods", True),
        ("Then, please restart the pods", True),
        ("If the pods crash, restart them", True),
        ("If the pods crash, they restart", False),
        ("[ ] Check the logs", True),
        ("The pods restart", False),
        ("Pods", False),
        ("", False),
    ],
)
def test_imperative(sentence: str, *, imperative: bool) -> None:
    assert is_imperative(sentence) is imperative


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("## Steps\n\nTODO\n", [5]),
        ("## Mitigation\n\n1. one\n2. TBD: ask ana\n", [6]),
        ("## Steps\n\n### More\n\nComing soon\n", [7]),
        ("## Steps\n\nCall <insert name>.\n", [5]),
        ("## Steps\n\n| what | who |\n|---|---|\n| restart | TODO |\n", [7]),
        ("## Background\n\nTODO\n", []),
        ("## Steps\n\nRestart it.\n\n## Background\n\nTODO\n", []),
        ("## Steps\n\nUse <NAMESPACE> and `TODO`.\n", []),
        ("## Steps\n\n```sh\n# TODO: nothing\n```\n", []),
        ("## Steps\n\nAdd a TODO to the board of the team.\n", []),
    ],
)
def test_placeholders_count_in_instructions_only(text: str, lines: list[int]) -> None:
    assert [place.span.line for place in found(f"# Cart\n\n{text}").placeholders] == lines


def test_words_are_prose() -> None:
    assert found("# Not counted\n\none two - three\n\n- four `five six`\n\n```\nseven\n```\n<br>\n").words == 4


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("last_reviewed_on: 2026-05-01", Known),
        ("last-reviewed: '2026-05-01'", Known),
        ("last_reviewed_on: 2026-13-01", Unknown),
        ("last_reviewed_on: 9999-99-9", Unknown),
        ("last_reviewed_on:", Unset),
        ("owner: ana", Unset),
    ],
)
def test_reviewed_in_front_matter(written: str, expected: type) -> None:
    reviewed = found(f"---\n{written}\n---\n# Cart\n").reviewed
    assert isinstance(reviewed, expected)
    if isinstance(reviewed, Known):
        assert reviewed.value == date(2026, 5, 1)
        assert reviewed.place.span.line == 2


@pytest.mark.parametrize(
    "line",
    ["**Last reviewed:** 2026-05-01", "Last reviewed on: 2026-05-01.", "| Last reviewed | 2026-05-01 |\n|---|---|"],
)
def test_reviewed_in_the_page(line: str) -> None:
    reviewed = found(f"# Cart\n\nOwner: @payments\n\n{line}\n").reviewed
    assert isinstance(reviewed, Known)
    assert (reviewed.value, reviewed.place.span.line) == (date(2026, 5, 1), 5)


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("review_in: 6 months", 184),
        ("review_in: 1 year", 365),
        ("review_every: P30D", 30),
        ("next_review: 2026-06-01", 31),
        ("owner: a", None),
    ],
)
def test_cadence_is_exact_from_the_review_on(written: str, days: int | None) -> None:
    cadence = known(found(f"---\nlast_reviewed_on: 2026-05-01\n{written}\n---\n# Cart\n").review_every)
    assert cadence == (None if days is None else timedelta(days=days))


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("---\nowner: payments\n---\n", "payments"),
        ("---\nowners: [payments, ana]\n---\n", "payments, ana"),
        ("---\nowner_slack: '#payments'\n---\n", "#payments"),
        ("# Cart\n\n**Owner:** Payments Team\n", "Payments Team"),
        ("# Cart\n", None),
    ],
)
def test_owner(text: str, owner: str | None) -> None:
    assert known(found(text).owner) == owner


def test_services_and_alerts() -> None:
    page = found("---\nservice: cart\nservices: [orders, cart]\nalerts: [CartDown]\n---\n# Cart\n")
    assert (page.services, page.alerts) == (("cart", "orders"), ("CartDown",))


def test_broken_front_matter_is_a_diagnostic_and_the_page_is_read() -> None:
    result = read("---\ntitle: [a\n---\n# Runbook\n")
    assert result.document is not None
    assert [(note.kind, note.file) for note in result.diagnostics] == [("broken-front-matter", RUNBOOK)]


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Restart the pods.", True),
        ("Restart pods. Check logs. " * 20, True),
        ("The cart is down when the store is full, and you have to restart it. " * 3, True),
        ("Der Warenkorb ist nicht da, wenn der Speicher voll ist, und du musst ihn neu starten. " * 3, False),
        ("Le panier est vide et les clients ne peuvent pas acheter dans la boutique. " * 3, False),
        ("El carrito no responde y los clientes no pueden comprar en la tienda. " * 3, False),
        ("Корзина не отвечает", False),
        ("カートが応答しない場合は再起動する", False),
    ],
)
def test_language(text: str, *, english: bool) -> None:
    assert found(f"# Cart\n\n{text}\n").english is english


@given(
    st.lists(
        st.sampled_from(
            ["# A\n", "## Steps\n", "TODO\n", "- x\n", "**B:** c\n", "---\n", "owner: a\n", "\n", "| a |\n|-|\n"]
        ),
        max_size=20,
    )
)
def test_never_raises(parts: list[str]) -> None:
    read("".join(parts), RUNBOOK, "runbook")
