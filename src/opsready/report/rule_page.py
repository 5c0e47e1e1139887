"""What other programs show of a rule's page: why it exists, one example of each side, when to ignore it."""

from __future__ import annotations

import re
from collections.abc import Iterator

_EXPECTATION = re.compile(r"\s*# expect: .*$")
_FENCE = re.compile(r"^(\s*)(`{3,}|~{3,})(\w*).*$")
_HEADING = re.compile(r"^(#{1,3}) (.*)$")
_EXAMPLES = ("Fails", "Passes")
_TEXTS = ("Severity", "When to ignore")
# A longer example is read in the page itself.
_LONGEST_EXAMPLE = 60


def introduction(page: str) -> str:
    """The first paragraph of a page, on one line; it says what is wrong with what fails."""
    paragraphs = [block for block in page.split("\n\n") if block.strip() and not block.startswith("#")]
    return " ".join(paragraphs[0].split()) if paragraphs else ""


def essentials(page: str, rule: str) -> str:
    """The page without its title, and with the first example only of what fails and what passes."""
    parts = []
    for title, lines in _sections(page):
        if title and title not in _EXAMPLES + _TEXTS:
            continue
        body = "\n".join(_first_example(lines) if title in _EXAMPLES else lines).strip()
        if body:
            parts.append(f"## {title}\n\n{body}" if title else body)
    parts.append(f"All examples: `opsready explain {rule}`.")
    return "\n\n".join(parts) + "\n"


def _sections(page: str) -> Iterator[tuple[str, list[str]]]:
    """Each section of the second level with its lines, what stands before the first one under the empty title."""
    title = ""
    lines: list[str] = []
    for level, line in _lines(page):
        if level == 2:
            yield title, lines
            title, lines = line[3:].strip(), []
        elif level != 1:
            lines.append(line)
    yield title, lines


def _lines(page: str) -> Iterator[tuple[int, str]]:
    """Each line with its level as a heading (0: none), and without what is only for the page's own tests."""
    fence = ""
    for line in page.splitlines():
        found = _FENCE.match(line)
        if fence:
            if found is not None and line.strip() == fence:
                fence = ""
            yield 0, _EXPECTATION.sub("", line)
        elif found is not None:
            fence = found.group(2)
            yield 0, "".join(found.groups())
        else:
            heading = _HEADING.match(line)
            yield len(heading.group(1)) if heading else 0, line


def _first_example(lines: list[str]) -> list[str]:
    starts = [number for number, line in enumerate(lines) if line.startswith("### ")]
    if not starts:
        return []
    first = lines[starts[0] : starts[1] if len(starts) > 1 else len(lines)]
    return first if len(first) <= _LONGEST_EXAMPLE else []
