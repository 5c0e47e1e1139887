"""Pages become blocks with the lines of their file, whatever they hold."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsready.parse.markdown import MAX_CHARACTERS, Code, Heading, Item, MarkdownPage, Paragraph, Row, parse_markdown

MARKS = [
    "---\n",
    "+++\n",
    "# ",
    "- ",
    "1. ",
    "> ",
    "```\n",
    "~~~",
    "| a |\n|---|\n",
    "<!--",
    "-->",
    "<%",
    "%>",
    "{{<",
    ">}}",
]
text = st.lists(
    st.one_of(st.sampled_from([*MARKS, "**", "`", "\n", "\r\n", "\t", "    "]), st.text(max_size=8)), max_size=40
)


def page(*lines: str) -> MarkdownPage:
    return parse_markdown("\n".join(lines) + "\n", "docs/page.md")


def shown(found: MarkdownPage) -> list[tuple[str, int, str]]:
    return [
        (
            type(block).__name__,
            block.line,
            block.text
            if isinstance(block, Code)
            else "|".join(cell.text for cell in block.cells)
            if isinstance(block, Row)
            else block.inline.text,
        )
        for block in found.blocks
    ]


@given(text)
def test_never_raises_and_every_line_is_in_the_file(parts: list[str]) -> None:
    written = "".join(parts)
    found = parse_markdown(written, "page.md")
    last = written.count("\n") + written.count("\r") + 1
    assert all(1 <= block.line <= last for block in found.blocks)


@given(st.text())
def test_never_raises_on_arbitrary_text(written: str) -> None:
    parse_markdown(written, "page.md")


def test_blocks_have_the_lines_of_the_file() -> None:
    found = page(
        "# Cart",
        "",
        "Some",
        "words.",
        "",
        "1. one",
        "2. two",
        "",
        "```sh",
        "ls",
        "```",
        "",
        "| a | b |",
        "|---|---|",
        "| c | d |",
    )
    assert shown(found) == [
        ("Heading", 1, "Cart"),
        ("Paragraph", 3, "Some\nwords."),
        ("Item", 6, "one"),
        ("Item", 7, "two"),
        ("Code", 9, "ls\n"),
        ("Row", 13, "a|b"),
        ("Row", 15, "c|d"),
    ]


def test_front_matter_is_kept_apart_with_its_line() -> None:
    found = page("---", "type: runbook", "owner: payments", "---", "# Cart")
    assert found.front_matter is not None
    assert found.front_matter.text == "type: runbook\nowner: payments\n"
    assert found.front_matter.padded.split("\n")[1] == "type: runbook"
    assert shown(found) == [("Heading", 5, "Cart")]


@pytest.mark.parametrize("lines", [("# Cart", "---", "a: b", "---"), ("", "---", "a: b", "---")])
def test_front_matter_begins_on_the_first_line_only(lines: tuple[str, ...]) -> None:
    assert page(*lines).front_matter is None


def test_front_matter_that_is_never_closed_is_a_diagnostic() -> None:
    found = page("---", "type: runbook", "", "# Cart")
    assert found.front_matter is None
    assert [(note.kind, note.line) for note in found.diagnostics] == [("broken-front-matter", 1)]
    assert ("Heading", 4, "Cart") in shown(found)


def test_toml_front_matter_is_no_text_of_the_page() -> None:
    assert shown(page("+++", 'title = "a"', "+++", "# Cart")) == [("Heading", 4, "Cart")]


def test_comments_and_template_marks_are_gone_and_lines_stay() -> None:
    found = page("<!--", "# not a heading", "-->", "# <%= current_page.data.title %>", "{{< note >}}", "## Steps")
    assert shown(found) == [("Heading", 4, ""), ("Heading", 6, "Steps")]


def test_code_is_left_as_it_is() -> None:
    found = page("```", "echo '<!-- not a comment'", "echo '<%= 1 %>'", "```", "", "Text <!-- gone --> here.")
    assert shown(found) == [
        ("Code", 1, "echo '<!-- not a comment'\necho '<%= 1 %>'\n"),
        ("Paragraph", 6, "Text  here."),
    ]


def test_an_indented_fence_holds_no_heading() -> None:
    found = page("- one", "", "  ```", "  # returns zone", "  ```")
    assert shown(found) == [("Item", 1, "one"), ("Code", 3, "# returns zone\n")]


def test_items_go_on_over_lines_and_later_paragraphs_are_not_items() -> None:
    found = page("- one", "  goes on", "", "  more", "- two")
    assert shown(found) == [("Item", 1, "one\ngoes on"), ("Paragraph", 4, "more"), ("Item", 5, "two")]


def test_placeholders_in_angle_brackets_survive() -> None:
    assert shown(page("Call <insert name> now.")) == [("Paragraph", 1, "Call <insert name> now.")]


def test_running_text_tells_code_links_and_leading_bold() -> None:
    (found,) = page("**Diagnosis:** run `kubectl get pods`, see [the board](https://a.example/b).").blocks
    assert isinstance(found, Paragraph)
    assert found.inline.bold == "Diagnosis:"
    assert found.inline.codes == ("kubectl get pods",)
    assert found.inline.links == ("https://a.example/b",)
    assert "kubectl" in found.inline.text
    assert "kubectl" not in found.inline.prose


def test_ordered_items_are_told_from_bullets() -> None:
    found = page("1. one", "   - nested", "2. two").blocks
    assert [(block.ordered, block.line) for block in found if isinstance(block, Item)] == [
        (True, 1),
        (False, 2),
        (True, 3),
    ]


def test_a_page_that_is_too_long_is_cut_with_a_diagnostic() -> None:
    found = parse_markdown("# Cart\n" + "word " * MAX_CHARACTERS, "page.md")
    assert isinstance(found.blocks[0], Heading)
    assert [note.kind for note in found.diagnostics] == ["page-too-long"]


def test_the_parser_is_imported_only_when_a_page_is_read() -> None:
    program = "import sys, opsready.adapt.documents; print('markdown_it' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603
    assert result.stdout.strip() == "False"


def test_items_and_their_paragraphs_know_how_deep_they_stand() -> None:
    found = page("- a", "  - b", "", "    c", "- d", "", "  e", "", "f").blocks
    assert [(block.inline.text, block.depth) for block in found if isinstance(block, Item | Paragraph)] == [
        ("a", 1),
        ("b", 2),
        ("c", 2),
        ("d", 1),
        ("e", 1),
        ("f", 0),
    ]


def test_words_are_found_in_their_line() -> None:
    found = page("- **watch** the pool", "", "  x")
    assert found.find("watch the pool", 1) == (5, 10)
    assert found.find("the pool (soon)", 1) == (13, 21)
    assert found.find("limit", 3) == (3, 4)
    assert found.find("limit", 2) == (1, 1)
    assert found.find("limit", 99) == (1, 1)
