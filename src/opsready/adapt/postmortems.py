"""What a postmortem tells of an incident: when it was, and what stands in each part that a postmortem needs."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from opsready.adapt.document_facts import said_near_the_top
from opsready.adapt.document_sections import blocks_in_sections, count_words, inlines, section_title
from opsready.adapt.durations import calendar_date, written_date
from opsready.model import headings
from opsready.model.postmortem import Account, Part
from opsready.model.source import Known, Place, Span, Unknown, Unset
from opsready.parse.markdown import Code, Heading, Paragraph, Row
from opsready.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from opsready.adapt.attributes import Node
    from opsready.adapt.document_sections import Opening
    from opsready.model.source import Value
    from opsready.parse.markdown import Block, MarkdownPage

_PARTS = {
    "summary": headings.ACCOUNT_SUMMARY,
    "impact": headings.ACCOUNT_IMPACT,
    "timeline": headings.ACCOUNT_TIMELINE,
    "factors": headings.ACCOUNT_FACTORS,
    "actions": headings.ACCOUNT_ACTIONS,
}
_DATE_KEYS = ("incident_date", "incident-date", "date", "occurred", "started", "start", "start_time")
_DATE_LINE = re.compile(
    r"\W{0,9}(?:incident date|date of (?:the )?incident|date|when|started|start time|start)\b\W{0,9}[:|]"
    r"\W{0,9}(?P<said>\w.{0,80})",
    re.IGNORECASE,
)
_STATUS_LINE = re.compile(r"\W{0,9}status\W{0,9}[:|]\W{0,9}(?P<said>\w.{0,60})", re.IGNORECASE)
_BEING_WRITTEN = ("draft", "in progress", "in review", "wip", "work in progress", "investigating", "ongoing")
_DATE_IN_PATH = re.compile(r"(?<!\d)(20\d\d)[-_./]?([01]\d)[-_./]?([0-3]\d)(?!\d)")
_TO_BE_WRITTEN = re.compile(
    r"\W{0,9}(?:tb[dcw]|todo|fixme|xxx|coming soon|to be (?:done|written|determined|defined|added|completed|filled in)"
    r"|fill (?:this )?in|pending)\b.{0,40}\Z",
    re.IGNORECASE | re.DOTALL,
)
_TIME = re.compile(
    r"(?<![\d:.])(?:[01]?\d|2[0-4])[:.h][0-5]\d(?!\d)|\b(?:1[0-2]|0?[1-9])\s?[ap]\.?m\b|\bT\s?[+-]\s?\d"
    r"|\b\d{4}-\d{2}-\d{2}\b|\b[01]\d[0-5]\d\s?(?:utc|gmt|z)\b|\+\s?\d{1,4}\s?(?:m|min|h|s|d)\b",
    re.IGNORECASE,
)
# Names and dates hold digits that measure nothing.
_NO_MEASURE = re.compile(
    r"\b\d{4}-\d{2}-\d{2}\b|\bsev(?:erity)?[ -]?\d\b|\bp[ -]?\d\b|#\d+|https?://\S+|\bhttp[ /]?\d\S*"
    r"|(?<![\w.])[45]\d\ds?\b(?= (?:error|respon|status|code|bad|internal|service|gateway))"
    r"|\b20[0-3]\d\b",
    re.IGNORECASE,
)
_NUMBER = r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?"
_MEASURE = re.compile(
    r"(?<![\w.-])[~≈<>±$€£]?\s?\d[\d.,]*"
    rf"|\b(?:{_NUMBER}|half|a third|two thirds|a quarter|an hour|a day|a minute|percent)\b"
    r"|\b(?:nobody|no one|none|everyone|everybody|everything|nothing)\b"
    r"|\b(?:all|every|each|no|zero|the entire|the whole)\s(?:[\w-]+\s){0,2}(?:users?|customers?|clients?|visitors?"
    r"|requests?|orders?|payments?|traffic|people|services?|impact|effect|data|members?|sessions?|sites?|calls?)\b",
    re.IGNORECASE,
)
_EXPLAINED = re.compile(
    r"\b(?:because|(?:root )?cause[ds]? (?:by|was|is|of|were)|due to|as a result of|triggered by|result(?:ed|ing) from"
    r"|stemmed from|turned out)\b",
    re.IGNORECASE,
)
_FIELD = re.compile(r"\W{0,9}\w[\w /-]{0,30}\W{0,3}:")
_LEAD_WORDS = 8
_FIELD_WORDS = 3


@dataclass(slots=True)
class _Telling:
    """A part that is still being read."""

    place: Place
    words: int = 0
    measured: bool = False
    explained: bool = False
    times: int = 0
    elsewhere: str = ""

    def add(self, text: str, links: Sequence[str]) -> None:
        """Take one paragraph, item, cell or line."""
        if not _TO_BE_WRITTEN.match(text):
            self.words += count_words(text)
        self.measured = self.measured or _MEASURE.search(_NO_MEASURE.sub(" ", text)) is not None
        self.explained = self.explained or _EXPLAINED.search(text) is not None
        self.elsewhere = self.elsewhere or next((link for link in links if "://" in link), "")

    def told(self) -> Part:
        """The part as the model has it."""
        return Part(self.place, self.words, self.measured, self.explained, self.times, self.elsewhere)


def account(page: MarkdownPage, front: Node, title: str, title_place: Place, *, declared: bool) -> Account:
    """Read all that a postmortem tells."""
    parts = _parts(page)
    lead = _lead(page, title_place)
    if lead is not None:
        parts.setdefault("summary", lead)
    told = {name: part.told() for name, part in parts.items()}
    return Account(
        date=_incident_date(page, front, title, title_place),
        draft=_is_draft(page, front),
        declared=declared,
        summary=told.get("summary"),
        impact=told.get("impact"),
        timeline=told.get("timeline"),
        factors=told.get("factors"),
        actions=told.get("actions"),
    )


@lru_cache(maxsize=1000)
def tells_actions(title: str) -> bool:
    """Whether a heading is about what is still to be done."""
    return headings.says(title, headings.ACCOUNT_ACTIONS) and not tells_no_actions(title)


@lru_cache(maxsize=1000)
def tells_no_actions(title: str) -> bool:
    """Whether a heading is about what was done or learned, although it stands among actions or has such a word."""
    return headings.says(title, headings.NOT_ACTIONS)


@lru_cache(maxsize=1000)
def _about(part: str, title: str) -> bool:
    return tells_actions(title) if part == "actions" else headings.says(title, _PARTS[part])


def _parts(page: MarkdownPage) -> dict[str, _Telling]:
    """Every part that something heads, with all that stands below any of its headings."""
    parts: dict[str, _Telling] = {}
    for block, opened, stack in blocks_in_sections(page):
        for opening in opened:
            for name in _PARTS:
                if _about(name, opening.title):
                    parts.setdefault(name, _Telling(opening.place))
        for name in _PARTS:
            if any(_about(name, opening.title) for opening in stack):
                _tell(parts[name], block, opened)
        if isinstance(block, Row):
            _take_field(parts, page.file, block)
    return parts


def _tell(part: _Telling, block: Block, opened: Sequence[Opening]) -> None:
    """Add a block to a part: a heading tells a time at most, and bold words in its stead are no text of their own."""
    if isinstance(block, Code):
        part.times += sum(_TIME.search(line) is not None for line in block.text.splitlines())
        part.add(block.text, ())
        return
    if isinstance(block, Row):
        part.times += _TIME.search(" ".join(cell.text for cell in block.cells)) is not None
    else:
        part.times += sum(_TIME.search(line) is not None for line in block.inline.text.split("\n"))
    if isinstance(block, Heading) or (isinstance(block, Row) and block.header):
        return
    for inline in inlines(block):
        text = inline.text.strip().removeprefix(inline.bold) if opened else inline.text
        part.add(text.lstrip(": "), inline.links)


def _take_field(parts: dict[str, _Telling], file: str, row: Row) -> None:
    """Many pages begin with a table of fields: `| Impact | 34 minutes |`."""
    if len(row.cells) != 2:
        return
    key, value = row.cells
    title = section_title(key.text)
    for name in _PARTS:
        if len(title.split()) <= _FIELD_WORDS and _about(name, title):
            place = Place(f"sections[{title}]", Span(file, row.line, 1, row.line, 2))
            parts.setdefault(name, _Telling(place)).add(value.text, value.links)


def _lead(page: MarkdownPage, place: Place) -> _Telling | None:
    """The words before the first heading below the title, where they say something: a summary without a heading."""
    found = _Telling(place)
    for block in page.blocks:
        if isinstance(block, Heading) and (block.level > 1 or found.words):
            break
        if isinstance(block, Paragraph) and not _FIELD.match(block.inline.text):
            found.add(block.inline.text, block.inline.links)
    return found if found.words >= _LEAD_WORDS else None


def _incident_date(page: MarkdownPage, front: Node, title: str, title_place: Place) -> Value[date]:
    """The day of the incident: by front matter, a line, the title or the path, else the first in the timeline."""
    unreadable: Unknown | None = None
    for written in _written_dates(page, front):
        found = calendar_date(written.value) or written_date(str(written.value)[:200])
        if found is not None:
            return Known(found, written.place)
        reason = f"`{str(written.value)[:40]}` is not a date as YYYY-MM-DD"
        unreadable = unreadable or Unknown(reason, written.place)
    in_path = _DATE_IN_PATH.search(page.file)
    from_path = calendar_date("-".join(in_path.groups())) if in_path else None
    found = written_date(title) or from_path
    if found is not None:
        return Known(found, title_place)
    return unreadable or _first_date(page)


def _written_dates(page: MarkdownPage, front: Node) -> Iterator[Known[object]]:
    for key in _DATE_KEYS:
        value = front.raw(key)
        if isinstance(value, Known):
            yield value
    line = said_near_the_top(page, _DATE_LINE, "date")
    if isinstance(line, Known):
        yield Known(line.value, line.place)


def _first_date(page: MarkdownPage) -> Value[date]:
    """The first date of the timeline."""
    for block, _, stack in blocks_in_sections(page):
        if isinstance(block, Code) or not any(_about("timeline", opening.title) for opening in stack):
            continue
        for inline in inlines(block):
            found = written_date(inline.text)
            if found is not None:
                return Known(found, Place("date", Span(page.file, block.line, 1, block.line, 2)))
    return Unset()


def _is_draft(page: MarkdownPage, front: Node) -> bool:
    status = front.plain_text("status")
    if not status:
        line = said_near_the_top(page, _STATUS_LINE, "status")
        status = line.value if isinstance(line, Known) else ""
    return status.strip().lower().startswith(_BEING_WRITTEN)
