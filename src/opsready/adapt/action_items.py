"""What postmortems decided to do: rows of tables and items of lists, below a heading about actions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.adapt.action_words import (
    due_of_text,
    owner_of_text,
    plain,
    state_of_cell,
    state_of_text,
    tracker_of,
    without_facts,
)
from opsready.adapt.document_sections import BOLD, blocks_in_sections
from opsready.adapt.durations import last_day
from opsready.adapt.postmortems import tells_actions, tells_no_actions
from opsready.model import headings
from opsready.model.entity import Identity
from opsready.model.postmortem import ActionItem
from opsready.model.source import Known, Place, Span, Unknown, Unset
from opsready.parse.markdown import Heading, Item, Paragraph, Row
from opsready.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from opsready.adapt.document_sections import Opening
    from opsready.model.document import Document
    from opsready.model.postmortem import ActionState
    from opsready.model.source import Value
    from opsready.parse.markdown import Block, Inline, MarkdownPage

_COLUMNS: dict[str, tuple[str, ...]] = {
    "owner": ("owner*", "who", "assignee*", "assigned*", "responsible*", "dri", "lead", "person", "team"),
    "due": ("due*", "deadline*", "by when", "when", "eta", "target date", "until"),
    "status": ("status", "state", "done", "progress", "complete*", "resolution"),
    "tracker": ("ticket*", "issue*", "bug*", "tracking*", "tracker", "jira*", "link*", "reference*", "pr", "url"),
    "what": ("action*", "item*", "task*", "what", "description", "todo", "to do", "title", "summary", "follow up*"),
}
_NO_VALUE = frozenset({"", "-", "–", "—", "n/a", "na", "none", "tbd", "tba", "tbc", "todo", "?", "??", "???", "..."})
_NOTHING_TO_DO = re.compile(
    r"\W{0,9}(?:none|nothing|n/?a|no (?:further |more )?(?:action|follow)|tb[dc]|todo)\b", re.IGNORECASE
)
_PLACEHOLDER = re.compile(r"\W{0,3}(?:\{\{.{0,200}\}\}|<[^<>]{1,200}>)\W{0,3}\Z")
_CHECKBOX = re.compile(r"\s{0,3}\[(?P<mark>[ xX~-])\](?:\s|\Z)")
_NOT_WORDS = re.compile(r"[\W_]+")
_SHORT_CELL = 20
_SHOWN = 80
_LONGEST_KEY = 120
# Beyond these a page is no longer written for people, and reading on would only take time.
_LONGEST_TEXT = 2000
_MOST_LINKS = 20
_MOST_ITEMS = 500


@dataclass(slots=True)
class _Draft:
    """An action that is still being read, or a `group` of some; `what` is to be done, `box` is its checkbox."""

    what: str
    line: int
    text: str
    state: ActionState = "open"
    owner: str = ""
    due: str = ""
    tracker: str = ""
    depth: int = 1
    box: str = ""
    group: bool = False

    def take(self, inline: Inline) -> None:
        """Take the facts that running text gives and nobody gave before; code names nobody."""
        text = inline.text[:_LONGEST_TEXT]
        self.tracker = self.tracker or tracker_of(text, inline.links[:_MOST_LINKS])
        self.owner = self.owner or owner_of_text(inline.prose[:_LONGEST_TEXT])
        self.due = self.due or due_of_text(text)


def action_items(page: MarkdownPage, document: Document) -> tuple[ActionItem, ...]:
    """The actions of a postmortem, in order; text below such a heading that is neither table nor list is none."""
    found: list[ActionItem] = []
    met: dict[str, int] = {}
    for draft in _drafts(page):
        key = _NOT_WORDS.sub("-", draft.what.lower())[:_LONGEST_KEY].strip("-")
        if not key or _NOTHING_TO_DO.match(draft.what) or _PLACEHOLDER.match(draft.what):
            continue
        met[key] = count = met.get(key, 0) + 1
        found.append(_item(draft, f"{key}-{count}" if count > 1 else key, page, document))
        if len(found) >= _MOST_ITEMS:
            break
    return tuple(found)


def _item(draft: _Draft, key: str, page: MarkdownPage, document: Document) -> ActionItem:
    """The finished action; its address holds the page's path, since two pages may decide the same."""
    start, end = page.find(draft.what, draft.line)
    place = Place(f"actions[{key}]", Span(page.file, draft.line, start, draft.line, end))
    shown = draft.what if len(draft.what) <= _SHOWN else f"{draft.what[: _SHOWN - 1].rstrip()}…"
    identity = Identity(
        "ActionItem", f"{document.path}#{key}", None, "", "", production=True, place=place, written_name=shown
    )
    return ActionItem(identity, document, draft.state, draft.owner, _due(draft, place, page), draft.tracker)


def _due(draft: _Draft, item: Place, page: MarkdownPage) -> Value[date]:
    """When it is due; shown at the date, where that stands in the line on which the item begins."""
    text = plain(draft.due)
    if not text:
        return Unset()
    start, end = page.find(text, draft.line)
    span = Span(page.file, draft.line, start, draft.line, end) if end - start > 1 else item.span
    at = Place(f"{item.path}.due", span)
    day = last_day(text)
    return Unknown(f"`{text[:40]}` is not a date as YYYY-MM-DD", at) if day is None else Known(day, at)


def _drafts(page: MarkdownPage) -> Iterator[_Draft]:
    """Everything that is to be done, from every part of the page that is about it."""
    below: list[Block] = []
    state: ActionState | None = None
    for block, opened, stack in blocks_in_sections(page):
        if isinstance(block, Heading):
            yield from _below_one_heading(below, state)
            below = []
        titles = _titles(stack)
        if not titles or any(map(tells_no_actions, titles)):
            continue
        state = next(filter(None, map(state_of_cell, titles)), None)
        if not isinstance(block, Heading) and not any(tells_actions(opening.title) for opening in opened):
            below.append(block)
    yield from _below_one_heading(below, state)


def _titles(stack: Sequence[Opening]) -> list[str]:
    """The titles from the one about actions inwards; empty where there is none. Bold words inside name single ones."""
    first = next((index for index, opening in enumerate(stack) if tells_actions(opening.title)), len(stack))
    return [
        opening.title
        for index, opening in enumerate(stack)
        if index == first or (first < index and opening.level < BOLD)
    ]


def _below_one_heading(blocks: Sequence[Block], state: ActionState | None) -> Iterator[_Draft]:
    """The actions among blocks below one heading, which may tell the state of them all."""
    for draft in sorted((*_rows(blocks), *_listed(blocks)), key=lambda draft: draft.line):
        draft.state = state or draft.state
        yield draft


def _rows(blocks: Sequence[Block]) -> Iterator[_Draft]:
    """The rows of tables that have a column that actions have."""
    columns: dict[str, int] = {}
    for row in blocks:
        if not isinstance(row, Row):
            continue
        if row.header:
            columns = _columns([cell.text for cell in row.cells])
        elif columns.get("what", len(row.cells)) < len(row.cells):
            yield _row(row, columns)


def _columns(titles: Sequence[str]) -> dict[str, int]:
    """Which column holds what; without one that says what is to be done, it is the first that says nothing else."""
    found: dict[str, int] = {}
    words = [_NOT_WORDS.sub(" ", title[:_SHOWN]).strip().lower() for title in titles]
    for name, heads in _COLUMNS.items():
        for index, title in enumerate(words):
            if name not in found and index not in found.values() and headings.says(title, heads):
                found[name] = index
    if found and "what" not in found:
        free = [index for index in range(len(titles)) if index not in found.values()]
        found["what"] = free[0] if free else found.pop("tracker", len(titles))
    return found


def _row(row: Row, columns: dict[str, int]) -> _Draft:
    cells = {name: row.cells[index] for name, index in columns.items() if index < len(row.cells)}
    draft = _draft(cells["what"], row.line)
    draft.owner = _value(cells.get("owner")) or draft.owner
    draft.due = _value(cells.get("due")) or draft.due
    if said := _value(cells.get("tracker")):
        draft.tracker = next(iter(cells["tracker"].links), said)
    for cell in row.cells:
        draft.tracker = draft.tracker or tracker_of(cell.text[:_LONGEST_TEXT], cell.links[:_MOST_LINKS])
        if cell in (cells.get("status"), cells.get("due")) or (
            cell is not cells["what"] and len(cell.text) <= _SHORT_CELL
        ):
            draft.state = state_of_cell(cell.text[:_LONGEST_TEXT]) or draft.state
    return draft


def _value(cell: Inline | None) -> str:
    text = " ".join(cell.text[:_LONGEST_TEXT].split()) if cell is not None else ""
    return "" if text.lower() in _NO_VALUE else text


def _listed(blocks: Sequence[Block]) -> Iterator[_Draft]:
    """The items of lists: what stands below one belongs to it, unless it only names a group."""
    within: list[_Draft] = []
    found: list[_Draft] = []
    for block in blocks:
        if isinstance(block, Item):
            draft = _draft(block.inline, block.line, block.depth)
            while within and within[-1].depth >= block.depth:
                within.pop()
            if within and not _names_group(within[-1], draft):
                _join(within[-1], block.inline)
                continue
            if within:
                within[-1].group = True
            found.append(draft)
            within.append(draft)
        elif isinstance(block, Paragraph) and block.depth and within:
            _join(within[-1], block.inline)
    for draft in found:
        if draft.group:
            continue
        if draft.state == "open" and not draft.box:
            draft.state = state_of_text(draft.text)
        yield draft


def _names_group(parent: _Draft, child: _Draft) -> bool:
    """Whether an item only names a group of others: it ends in a colon, or only what is below it can be ticked off."""
    return parent.text.rstrip(" *_\n").endswith(":") or bool(child.box and not parent.box)


def _join(draft: _Draft, inline: Inline) -> None:
    """Take what stands below an item as a part of it."""
    if len(draft.text) < _LONGEST_TEXT:
        draft.text = f"{draft.text}\n{inline.text[:_LONGEST_TEXT]}"
        draft.take(inline)


def _draft(inline: Inline, line: int, depth: int = 1) -> _Draft:
    box = _CHECKBOX.match(inline.text)
    text = inline.text[box.end() if box else 0 : _LONGEST_TEXT]
    draft = _Draft(
        without_facts(text, linked=bool(inline.links)), line, text, depth=depth, box=box["mark"] if box else ""
    )
    if draft.box in ("x", "X"):
        draft.state = "done"
    elif draft.box in ("~", "-"):
        draft.state = "dropped"
    draft.take(inline)
    return draft
