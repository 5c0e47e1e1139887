"""What the text of an action says of itself: its owner, its due date, its ticket, whether it is done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.adapt.durations import last_day

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opsready.model.postmortem import ActionState

_DONE = (
    "done|complete|completed|closed|fixed|resolved|merged|shipped|deployed|implemented|finished|released|landed"
    "|delivered"
)
_DROPPED = (
    r"wont ?fix|won['’]t (?:fix|do)|will not (?:fix|do)|rejected|declined|cancell?ed|dropped|abandoned|obsolete"
    r"|duplicate|superseded|not planned|not needed|descoped"
)
_TICKS = "✅✔☑"
_NOT_YET = re.compile(
    rf"\b(?:not|be|being|nearly|almost|half|partly|partially|mostly|when|if|until|once)[ -](?:yet )?(?:{_DONE})\b"
    r"|(?<!100)(?<!100 )%",
    re.IGNORECASE,
)
_DONE_CELL = re.compile(rf"\b(?:{_DONE}|yes)\b|:(?:white|heavy)_check_mark:|\[x\]|[{_TICKS}]", re.IGNORECASE)
_DROPPED_CELL = re.compile(rf"\b(?:{_DROPPED})\b", re.IGNORECASE)
_DONE_TEXT = re.compile(
    rf"\A[\s(\[*_]{{0,5}}(?:{_DONE})\s?[:\])–—]"
    rf"|\A\s{{0,3}}(?:this|that|it)?\s?(?:has|have|was|is|were) (?:already )?(?:been )?(?:{_DONE})\b"
    rf"|[(\[–—:,;.-]\s{{0,3}}[*_]{{0,2}}(?:{_DONE})(?: (?:on|in|by|with|at) .{{0,60}})?[*_)\]!.]{{0,4}}\s{{0,3}}\Z"
    rf"|\A\s{{0,3}}[{_TICKS}]|[{_TICKS}]\s{{0,3}}\Z|:(?:white|heavy)_check_mark:|\A~~.{{1,2000}}~~\W{{0,9}}\Z",
    re.IGNORECASE | re.DOTALL,
)
_DROPPED_TEXT = re.compile(
    rf"\A[\s(\[*_]{{0,5}}(?:{_DROPPED})\s?[:\])–—]|(?:[(\[–—:;]|\s-)\s{{0,3}}(?:{_DROPPED})\b[^()]{{0,200}}\)?\W{{0,4}}\Z",
    re.IGNORECASE,
)
_ADDRESS_END = r"[^\s<>()|\]]"
_TRACKER_ADDRESS = re.compile(
    rf"https?://{_ADDRESS_END}{{1,200}}?(?:/(?:issues?|pulls?|pull-requests|merge_requests|browse|tickets?|bugs?"
    rf"|_?work_?items(?:/edit)?|stor(?:y|ies)|tasks?|cards?|epics?)/|/show_bug\.cgi\?|[?&](?:selectedIssue|workitem)=)"
    rf"{_ADDRESS_END}{{1,300}}"
    rf"|https?://(?:app\.asana\.com|trello\.com|linear\.app|app\.shortcut\.com)/{_ADDRESS_END}{{1,300}}",
    re.IGNORECASE,
)
# Names of standards, severities and the like have the shape of a ticket of Jira's.
_NO_PROJECTS = (
    "UTF|SHA|ISO|RFC|CVE|CWE|HTTP|TLS|SSL|SEV|AES|RSA|UTC|GMT|COVID|GPT|IPV|MD|EC|TCP|UDP|SLO|SLA|TIER|LAYER|PHASE|STEP"
)
_TICKET = re.compile(
    rf"(?<![\w/-])(?!(?:{_NO_PROJECTS})-\d)[A-Z][A-Z0-9_]{{1,14}}-\d{{1,7}}(?![\w-])"
    r"|(?<![\w&/#.-])(?:[\w.-]{1,80}(?:/[\w.-]{1,80})?)?#\d{1,7}(?![\w-])"
    r"|(?<![\w!])![1-9]\d{0,6}\b|(?<![\w/.])b/\d{4,12}\b"
)
_OWNER_SAID = re.compile(
    r"\b(?:owners?|owned by|assignees?|assigned to|responsible|dri)\b[*_]{0,2}(?:\s{0,3}[:=]|(?<=by)|(?<=to))"
    r"[\s*_]{0,4}(?P<who>[^\s,;()\[\]|–—][^,;()\[\]|\n–—]{0,60})",
    re.IGNORECASE,
)
_MENTION = re.compile(
    r"(?<![\w./@])@(?P<who>[A-Za-z][\w-]{0,60}(?:/[\w-]{1,60})?)"
    r"|(?P<mail>(?<![\w.+-])[\w.+-]{1,60}@[\w-]{1,60}\.[\w.-]{1,60})"
)
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DUE_SAID = re.compile(
    r"\b(?:due(?: date)?(?: by| on)?|deadline|eta|target(?: date)?|until|by)\b[*_]{0,2}\s{0,3}[:=]?[\s*_]{0,4}"
    rf"(?:the )?(?:end of )?(?P<when>(?:\d|Q[1-4]|(?:{_MONTHS}))[\w ,./-]{{3,24}})",
    re.IGNORECASE,
)
_DUE_FIELD = re.compile(
    r"\b(?:due(?: date)?|deadline|eta)\b[*_]{0,2}\s{0,3}[:=][\s*_]{0,4}(?P<when>[^\s,;()\[\]|][^,;()\[\]|\n]{0,40})",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[,;()\[\]|\n]|\s[–—-]\s")
_ONLY_A_DATE = 20
_TRAILING_LINK = re.compile(r"\s(?:github )?(?:issue|pr|pull request|ticket|link)s?\W*\Z", re.IGNORECASE)
_STATE_BEFORE = re.compile(
    rf"\A[\s(\[*_]{{0,5}}(?:(?:{_DONE}|{_DROPPED})\s?[:\])–—]\W{{0,3}}|[{_TICKS}]\s{{0,3}})", re.IGNORECASE
)
_OPEN_WORDS = frozenset(
    {"open", "not done", "todo", "to do", "in progress", "started", "not started", "ongoing", "wip"}
)
_LINK_WORDS = frozenset({"issue", "pr", "pull request", "ticket", "link", "jira", "link to issue", "github issue"})
_MARKS = re.compile(r"[\s`]+")


def state_of_cell(text: str) -> ActionState | None:
    """What a cell or a heading says of the state of an action; None where it says nothing or that it is open."""
    if _DROPPED_CELL.search(text):
        return "dropped"
    return "done" if _DONE_CELL.search(text) and not _NOT_YET.search(text) else None


def state_of_text(text: str) -> ActionState:
    """What the text of a list item says of its state, at its beginning, at its end, or at the end of a line of it."""
    for part in (" ".join(text.split()), *text.split("\n")):
        if _DROPPED_TEXT.search(part):
            return "dropped"
        if _DONE_TEXT.search(part) and not _NOT_YET.search(part[-40:]):
            return "done"
    return "open"


def tracker_of(text: str, links: Iterable[str] = ()) -> str:
    """The ticket that a text names or links; a link to any other page is none."""
    linked = next((link for link in links if _TRACKER_ADDRESS.match(link)), "")
    found = None if linked else _TRACKER_ADDRESS.search(text) or _TICKET.search(text)
    return found[0] if found else linked


def owner_of_text(text: str) -> str:
    """The person or team that a text names as its owner, or mentions."""
    said = _OWNER_SAID.search(text)
    if said is not None:
        return " ".join(said["who"].split()).strip("*_ .")
    mention = _MENTION.search(text)
    return (mention["who"] or mention["mail"]) if mention else ""


def due_of_text(text: str) -> str:
    """The text that says when something is due: behind such a word, or a date that stands alone between two commas."""
    for pattern in (_DUE_SAID, _DUE_FIELD):
        for found in pattern.finditer(text):
            if pattern is _DUE_FIELD or last_day(found["when"]) is not None:
                return found["when"].strip()
    parts = (part.strip(" *_.") for part in _BETWEEN.split(text)[1:])
    return next((part for part in parts if len(part) <= _ONLY_A_DATE and last_day(part) is not None), "")


def without_facts(text: str, *, linked: bool = False) -> str:
    """What is to be done: the text up to its first owner, date, ticket or state, in one line and without marks.

    It names the action, so it must stay the same when one of those is added or changed. `linked` says that it links a
    page, by a word such as `issue`.
    """
    text = _STATE_BEFORE.sub("", text)
    end, start = len(text), 0
    for mark in (*_BETWEEN.finditer(text), None):
        part = text[start : mark.start() if mark else len(text)]
        if any(map(str.isalnum, text[:start])) and _is_fact(part):
            end = start
            break
        start = mark.end() if mark else len(text)
    found = text[:end]
    for pattern in (_TRACKER_ADDRESS, _TICKET, _MENTION):
        found = pattern.sub(" ", found)
    found = plain(_DUE_SAID.sub(lambda due: due[0] if last_day(due["when"]) is None else " ", found))
    return (_TRAILING_LINK.sub("", found) if linked else found).rstrip(" .,;:([|–—-")


def _is_fact(part: str) -> bool:
    words = part.strip(" *_.:").lower()
    if words in _LINK_WORDS or words in _OPEN_WORDS or tracker_of(part) or owner_of_text(part) or due_of_text(part):
        return True
    return (len(words) <= _ONLY_A_DATE and last_day(words) is not None) or state_of_text(f"({words})") != "open"


def plain(text: str) -> str:
    """A text in one line, without the marks of code and emphasis around it."""
    return _MARKS.sub(" ", text).strip(" *_~")
