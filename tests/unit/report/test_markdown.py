"""Comments and job summaries: readable, within the platform's limit, and nobody's words but ours."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from opsready.model.verdict import Diagnostic
from opsready.report.markdown import render
from opsready.report.markup import code_in_markdown, in_html, in_markdown
from opsready.report.model import Coverage, Gate, NextStep, OpaqueInput, Report
from unit.report.reports import finding, place, report, service, verdict

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
OURS = re.compile(r"</?(details|summary|b|code|sub|span)>")


def rendered(given: Report, **options: Any) -> str:
    return "".join(render(given, **options))


def tokens(text: str) -> list[Token]:
    found = READER.parse(text)
    return [*found, *(child for token in found for child in token.children or ())]


def shown(text: str) -> str:
    """What a reader sees of one paragraph."""
    return unescape(re.sub(r"<[^>]+>", "", READER.render(text))).strip()


def test_score_gate_and_next_steps_come_first() -> None:
    step = NextStep("cart: set `replicas: 2` or more", ("too-few-replicas",), ("Deployment/cart",), "cart", 4.2)
    text = rendered(report(finding(), next_steps=(step,)))
    assert text.startswith(
        "## Operational readiness: 61.4 / 100\n\n❌ **Gate missed**: a failure is at or above `high`\n"
    )
    assert "1. **+4.2** cart: set `replicas: 2` or more\n" in text
    assert "| `cart` (tier 1) | 61.4 |" in text
    assert text.index("Do these next") < text.index("What fails")


def test_a_gate_that_is_met_is_said_too() -> None:
    assert "✅ **Gate passed**\n" in rendered(report())
    assert "nothing to check" in rendered(report(score=None, best=None))


def test_a_rule_is_a_block_with_its_places_and_one_help() -> None:
    text = rendered(report(finding(), finding(name="shop")))
    assert "<summary><b>high</b> <code>too-few-replicas</code>: 2 places, costs 4.0 points</summary>" in text
    assert "- `deploy/cart.yaml:7`: `cart` runs a single replica\n- `deploy/shop.yaml:7`: `shop`" in text
    assert text.count("**Help:** set `replicas: 2` or more") == 1


def test_each_place_has_its_own_help_where_they_differ() -> None:
    text = rendered(report(finding(help="do this"), finding(name="shop", help="do that")))
    assert "replica. *Help:* do this\n" in text
    assert "**Help:**" not in text


def test_places_are_links_where_the_platform_has_an_address() -> None:
    text = rendered(report(finding(place=place("a b.yaml"))), files="https://github.com/o/r/blob/abc/")
    assert "[`a b.yaml:7`](https://github.com/o/r/blob/abc/a%20b.yaml#L7)" in text


def test_outcomes_have_parts_of_their_own() -> None:
    text = rendered(report(finding(), finding(name="b", outcome="unknown"), finding(name="c", production=False)))
    order = [text.index(part) for part in ("What fails", "What cannot be told", "Listed, not scored")]
    assert order == sorted(order)
    assert "costs" not in text[order[2] :]


def test_an_unopened_input_is_said_once() -> None:
    both = (finding("x", objective=name, outcome="unknown") for name in ("runbooks", "high-availability"))
    assert rendered(report(*both)).count("has no default (2 objectives)") == 1


def test_notes_and_unopened_inputs_are_listed() -> None:
    coverage = Coverage(9, 4, (), (OpaqueInput("chart shop", "shop/Chart.yaml", "render it"),), {})
    text = rendered(report(coverage=coverage, diagnostics=(Diagnostic("no-git", "", 0, "no git here"),)))
    assert "- `shop/Chart.yaml:1` chart shop; to open it: render it" in text
    assert "- no git here" in text


@pytest.mark.parametrize(("count", "more"), [(11, False), (12, True)])
def test_many_places_are_counted(count: int, more: bool) -> None:
    text = rendered(report(*(finding(name=f"a{number}") for number in range(count))))
    assert ("and 2 more" in text) is more


def test_a_page_stays_below_the_limit_and_says_what_it_leaves_out() -> None:
    many = [finding(f"rule-{number:03}", message="x" * 300, help="é" * 300) for number in range(300)]
    services = [service(f"service-{number}") for number in range(300)]
    for most in (65_000, 20_000):
        text = rendered(report(*many, services=tuple(services)), most=most)
        assert most * 0.8 < len(text.encode()) < most
        (left,) = re.findall(r"\*\*Left out:\*\* (\d+) blocks with (\d+) findings", text)
        assert text.count("<details>") + int(left[0]) == 300
        assert "280 services with a better score" in text
        assert text.count("<details>") == text.count("</details>")


def test_long_texts_are_cut() -> None:
    given = report(finding(message="m" * 90_000, help="h" * 90_000), gate=Gate(passed=False, reasons=("r" * 90_000,)))
    assert len(rendered(given)) < 5_000


EVIL = (
    "[click](https://evil.example) ![i](https://evil.example/x.png) <img src=x onerror=y> <!-- @octocat o/r#12 "
    "https://evil.example www.evil.example a|b **bold** _it_ ~~no~~ `code` ``` ``x` \\` $x$ &lt; "
    "</details> a@evil.example"
)


def test_hostile_text_has_no_meaning_anywhere() -> None:
    given = report(
        finding(EVIL, message=EVIL, help=EVIL, title=EVIL, place=place(EVIL), objective=EVIL),
        finding("b", outcome="unknown", reason=EVIL, help=EVIL),
        finding("c", production=False, environment=EVIL),
        services=(service(EVIL), service("z" + EVIL)),
        next_steps=(NextStep(EVIL, (EVIL,), (EVIL,), EVIL, 1.0),),
        diagnostics=(Diagnostic("kind", EVIL, 1, EVIL),),
        coverage=Coverage(1, 1, (), (OpaqueInput(EVIL, EVIL, EVIL),), {}),
        gate=Gate(passed=False, reasons=(EVIL,)),
    )
    text = rendered(given)
    found = tokens(text)
    assert not [token.type for token in found if token.type in {"link_open", "image", "s_open"}]
    html = "".join(token.content for token in found if token.type in {"html_block", "html_inline"})
    assert not re.search(r"<(?!/?(details|summary|b|code|sub|span)>)", html)
    assert not re.search(r"<details>|</details>", "".join(t.content for t in found if t.type == "html_inline"))
    assert html.count("<details>") == html.count("</details>")
    words = re.sub(r"`[^`\n]*`|<code>.*?</code>", "", text)
    assert not re.search(r"@\w|(?<!&)#\w|https?://|www\.", words)
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) == 1


@pytest.mark.parametrize(
    "text",
    [
        EVIL,
        "plain",
        "`code` and `more`",
        "odd ` one",
        "``",
        "a `` b",
        "` `",
        "`a|b`",
        "*x*",
        "1 < 2 & 3 > 2",
        "#12 @me",
    ],
)
def test_what_is_read_is_what_was_said(text: str) -> None:
    assert shown(in_markdown(text)) == re.sub("`", "", text).strip() or "`" in text
    assert unescape(re.sub(r"<[^>]+>", "", in_html(text))).replace("`", "") == text.replace("`", "")


def test_code_is_code_whatever_it_holds() -> None:
    for name in ("a`b", "a|b", " ", "<b>", "*x*", "[a](b)", "`"):
        html = READER.render(f"x {code_in_markdown(name)} y")
        assert unescape(html) == f"<p>x <code>{name}</code> y</p>\n"


def test_a_waived_verdict_is_no_finding() -> None:
    assert "What fails" not in rendered(report(others=(verdict(outcome="waived"),)))
