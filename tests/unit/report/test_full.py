"""The face of the product."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest

from opsready.model.source import Place, Span
from opsready.model.verdict import Diagnostic, Related, Skip, SubjectReference
from opsready.report.full import render
from opsready.report.model import Coverage, Finding, Gate, NextStep, OpaqueInput, Report
from opsready.report.terminal.screen import cells
from unit.report.reports import finding, place, report, service, verdict


def shown(given: Report, width: int = 100, *, colour: bool = False, unicode: bool = True) -> str:
    return "".join(render(given, width=width, colour=colour, unicode=unicode))


def many(count: int, rule: str = "too-few-replicas", **given: Any) -> list[Finding]:
    return [finding(rule, f"app-{number}", **given) for number in range(count)]


class TestHead:
    def test_the_first_lines_say_the_score_and_what_it_rests_on(self) -> None:
        first, second = shown(report()).splitlines()[:2]
        assert first == "score 61.4 / 100   best 78.9   evidence 84 %   debt 3.5"
        assert second == (
            "assessed 17 of 41 objectives · severities of tier 1 · as of 2026-10-12 · Operational Excellence 2.1"
        )

    def test_nothing_to_judge_is_no_score(self) -> None:
        text = shown(report(score=None, best=None, services=(), pillars=()))
        assert text.startswith("score none: nothing here can be judged")

    def test_services_stand_worst_first_and_shared_last(self) -> None:
        services = (service("good", 90.0), service("(shared)", 10.0, None), service("bad", 20.0, None))
        text = shown(report(services=services))
        rows = ("repository ", "bad ", "good ", "(shared) ")
        lines = [line for line in text.splitlines() if line.startswith(rows)]
        assert [line.split()[0] for line in lines] == ["repository", "bad", "good", "(shared)"]
        assert "no tier" in lines[1]
        assert "no tier counts as tier 2" in text
        assert "tier 1 " in lines[2]
        assert "tier" not in lines[3]

    def test_of_many_services_the_better_ones_are_one_line(self) -> None:
        text = shown(report(services=tuple(service(f"app-{number:02}", 50.0 + number) for number in range(20))))
        assert "app-09" in text
        assert "app-10" not in text
        assert "… and 10 better ones, mean 64.5" in text

    def test_services_outside_production_are_named_under_their_environment(self) -> None:
        elsewhere = service("sandbox", None, None, scored=False, environments=("staging",))
        assert "only in staging, not scored: sandbox\n" in shown(report(services=(service(), elsewhere)))

    def test_bars_need_no_block_characters(self) -> None:
        given = report(services=(service(score=50.0),))
        assert "████░░░░  50" in shown(given, 140)
        plain = shown(given, 140, unicode=False)
        assert "####----  50" in plain
        assert plain.isascii()

    def test_a_pillar_in_which_nothing_applies_has_no_number(self) -> None:
        line = shown(report(services=(service(score=None),))).splitlines()[4]
        assert line.split() == ["cart", "tier", "1", "none", "-", "-", "-", "-", "-", "-"]


class TestFindings:
    def test_a_finding_says_what_where_and_what_to_do(self) -> None:
        given = report(finding(), snippet=lambda file, _: "  replicas: 1" if file == "deploy/cart.yaml" else None)
        assert (
            "high  too-few-replicas  1 finding, costs 2.0 points\n"
            "  Too few replicas\n"
            "  objective high-availability: A failing instance or node is no outage; in cart\n"
            "\n"
            "  `cart` runs a single replica\n"
            "    deploy/cart.yaml:7:13\n"
            "    7 |   replicas: 1\n"
            "      |             ^\n"
            "  help: set `replicas: 2` or more\n"
        ) in shown(given)

    def test_a_group_costs_once_per_set_of_services(self) -> None:
        same = [finding(name="cart"), finding(name="cart"), finding(name="shop", cost=1.5)]
        assert "3 findings, costs 3.5 points" in shown(report(*same))

    def test_what_costs_most_comes_first(self) -> None:
        text = shown(report(finding("cheap-rule", cost=0.5, severity="critical"), finding("dear-rule", cost=3.0)))
        assert text.index("dear-rule") < text.index("cheap-rule")

    def test_help_that_differs_stands_at_each_place(self) -> None:
        text = shown(report(finding(name="cart", help="fix cart"), finding(name="shop", help="fix shop")))
        assert text.count("help: ") == 2
        assert shown(report(finding(name="cart"), finding(name="shop"))).count("help: ") == 1

    def test_related_places_and_evidence_are_told(self) -> None:
        related = (Related("also deployed by", place("deploy/eu/cart.yaml", 3, 1).span),)
        text = shown(report(finding(related=related, evidence=("the platform's default is 1",))))
        assert "    see also: also deployed by deploy/eu/cart.yaml:3:1\n" in text
        assert "    because: the platform's default is 1\n" in text

    def test_of_many_places_a_few_are_shown_and_the_rest_counted(self) -> None:
        text = shown(report(*many(40)))
        assert text.count("runs a single replica") == 6
        assert "… and 34 more: `opsready check --show all`" in text

    def test_all_places_are_shown_where_all_is_asked_for(self) -> None:
        assert shown(report(*many(40), show="all")).count("runs a single replica") == 40

    def test_two_hundred_findings_are_a_few_pages(self) -> None:
        given = [each for number in range(20) for each in many(12, f"rule-{number}")]
        assert len(shown(report(*given)).splitlines()) < 320

    def test_what_follows_from_a_cause_is_a_count_under_it(self) -> None:
        given = [*many(2), *many(2, "missing-disruption-budget", cause="too-few-replicas")]
        text = shown(report(*given))
        assert "  also counted: 2 missing-disruption-budget\n" in text
        assert text.count("missing-disruption-budget") == 1

    def test_what_follows_from_a_cause_that_is_not_listed_stands_alone(self) -> None:
        text = shown(report(finding("missing-disruption-budget", cause="too-few-replicas")))
        assert "high  missing-disruption-budget  1 finding" in text

    def test_a_cause_elsewhere_explains_nothing(self) -> None:
        text = shown(report(finding(name="shop"), finding("missing-disruption-budget", cause="too-few-replicas")))
        assert "high  missing-disruption-budget  1 finding" in text

    def test_a_chain_of_causes_ends_under_its_first_one_and_a_circle_hides_nothing(self) -> None:
        chain = [finding("first"), finding("second", cause="first"), finding("third", cause="second")]
        assert "also counted: 1 second, 1 third" in shown(report(*chain))
        circle = [finding("first", cause="second"), finding("second", cause="first")]
        assert "high  first" in shown(report(*circle))
        assert "high  second" in shown(report(*circle))

    def test_services_outside_the_catalogue_are_one_line(self) -> None:
        def about(rule: str, name: str, cause: str = "") -> Finding:
            subject = SubjectReference("Service", "Service", name, f"Service/{name}")
            return finding(rule, name, subject=subject, cause=cause)

        given = [about("uncatalogued-service", "cart"), about("uncatalogued-service", "shop")]
        given += [about("missing-owner", "cart", "uncatalogued-service")]
        text = shown(report(*given))
        assert "  2 services without a catalogue entry: cart, shop\n  also counted: 1 missing-owner\n" in text
        assert "deploy/cart.yaml" not in text

    def test_severity_is_a_word_and_colour_adds_nothing_else(self) -> None:
        given = report(finding(), finding("missing-runbook", outcome="unknown"), gate=Gate(passed=True, reasons=()))
        coloured = shown(given, colour=True)
        assert "\x1b[31mhigh" in coloured
        assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == shown(given)


class TestExcerpt:
    @staticmethod
    def marked(line: str, column: int, end_column: int, width: int = 100) -> tuple[str, str]:
        """What stands above the mark, and the whole source line as shown."""
        found = finding(place=Place("", Span("a.yaml", 7, column, 7, end_column)))
        lines = shown(report(found, snippet=lambda *_: line), width).splitlines()
        source, mark = next(pair for pair in pairwise(lines) if pair[0].startswith("    7 | "))
        start, end = mark.index("^"), len(mark)
        above, position = "", 0
        for character in source:
            if start <= position < end:
                above += character
            position += cells(character)
        return above, source

    def test_the_place_is_underlined(self) -> None:
        assert self.marked("image: shop:latest", 8, 19)[0] == "shop:latest"

    def test_tabs_and_wide_characters_keep_the_mark_in_place(self) -> None:
        assert self.marked("\tFROM\tshop:latest", 7, 18)[0] == "shop:latest"
        assert self.marked("名前: 注文, owner: todo", 16, 20)[0] == "todo"

    def test_a_long_line_is_cut_around_the_place(self) -> None:
        line = "a" * 200 + " here " + "b" * 200
        above, source = self.marked(line, 202, 206, 80)
        assert above == "here"
        assert source.count("…") == 2
        assert cells(source) <= 80

    def test_a_place_that_is_wider_than_the_screen_is_marked_from_its_start(self) -> None:
        above, source = self.marked("x" * 30 + "=" + "y" * 300, 32, 332, 60)
        assert above.startswith("yyyy")
        assert cells(source) <= 60

    def test_a_place_beyond_a_masked_line_is_marked_at_its_end(self) -> None:
        assert self.marked("password: ***", 40, 60)[1].endswith("***")

    def test_without_the_source_the_place_is_enough(self) -> None:
        assert "deploy/cart.yaml:7:13" in shown(report(finding()))


class TestBelow:
    def test_what_cannot_be_told_comes_after_failures_with_what_would_decide_it(self) -> None:
        unknown = finding("missing-runbook", outcome="unknown", help="attest it")
        text = shown(report(unknown, finding()))
        assert text.index("too-few-replicas") < text.index("cannot tell  1 open question")
        assert "    deploy/cart.yaml:7:13  `var.replicas` has no default\n    to decide: attest it\n" in text

    def test_an_input_that_cannot_be_opened_is_told_once(self) -> None:
        given = [finding("input-not-evaluated", outcome="unknown", objective=f"o-{number}") for number in range(9)]
        assert shown(report(*given)).count("has no default (9 objectives)") == 1

    def test_findings_outside_production_stand_under_their_environment(self) -> None:
        text = shown(report(*many(3, production=False, environment="staging")))
        assert (
            "staging  3 findings, not scored\n"
            "  deploy/app-0.yaml:7:13 (and 2 more)  high too-few-replicas: `app-0` runs a single replica\n"
        ) in text

    def test_a_third_party_chart_is_not_blamed_on_the_team(self) -> None:
        assert "third party  1 finding, not scored" in shown(report(finding(third_party=True)))

    def test_counts_coverage_and_notes(self) -> None:
        coverage = Coverage(
            12, 7, (Skip("in tests", 3),), (OpaqueInput("chart `shop`", "shop/Chart.yaml", "`--render auto`"),), {}
        )
        notes = tuple(Diagnostic("duplicate-key", "a.yaml", number, "written twice") for number in range(1, 12))
        text = shown(report(finding(), coverage=coverage, diagnostics=notes))
        assert "\n1 failed, 12 passed, 3 not applicable\n" in text
        assert "read 7 of 12 files; not judged: 3 in tests\n" in text
        assert "not opened: chart `shop` (shop/Chart.yaml); to open it: `--render auto`\n" in text
        assert "  a.yaml:8  written twice\n  … and 3 more" in text

    def test_what_to_do_next_says_what_it_brings(self) -> None:
        steps = (
            NextStep("Run two replicas of `cart`", (), (), "cart", 4.23),
            NextStep("Render `shop`", (), (), "shop", 11.0),
        )
        text = shown(report(next_steps=steps))
        assert "Do these next\n  1.  +4.2  Run two replicas of `cart`\n  2. +11.0  Render `shop`\n" in text

    def test_the_gate_is_the_last_word(self) -> None:
        assert shown(report()).endswith("\ngate passed\n")
        assert shown(report(finding())).endswith("\ngate missed: a failure is at or above `high`\n")
        both = shown(report(gate=Gate(passed=False, reasons=("too many", "too low"))))
        assert both.endswith("\ngate missed:\n  too many\n  too low\n")

    def test_all_shows_what_passed_and_why(self) -> None:
        passed = verdict("missing-runbook", outcome="pass", evidence=("`cart.md` has 4 steps",))
        assert "Deployment/cart: `cart.md` has 4 steps" in shown(report(others=(passed,), show="all"))
        assert "cart.md" not in shown(report(others=(passed,)))

    def test_a_clean_repository_fits_on_half_a_screen(self) -> None:
        assert len(shown(report(score=100.0, best=100.0), 80).splitlines()) <= 12


@pytest.mark.parametrize("width", [10, 40, 80, 140])
def test_no_line_of_prose_is_wider_than_the_screen(width: int) -> None:
    long = "a message of a dozen words that says in some detail what is wrong with this thing here"
    given = report(*many(9, message=long, help=long), finding("missing-runbook", outcome="unknown", reason=long))
    assert max(cells(line) for line in shown(given, width).splitlines()) <= max(width, 40)


def test_a_name_between_backticks_is_never_broken() -> None:
    text = shown(report(finding(message="x" * 30 + " `kubectl get pods` tells more")), 40)
    assert "`kubectl get pods`" in text
