"""`.opsready/waivers.yaml`: faults that two people accepted for a while. What is not written well has no effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.adapt.durations import calendar_date
from opsready.model.decisions import WAIVERS_FILE
from opsready.model.source import Place
from opsready.model.verdict import Diagnostic
from opsready.model.waiver import Waiver
from opsready.parse.syntax import Map, Seq, line_of, span
from opsready.records import dataclass
from opsready.spelling import closest

if TYPE_CHECKING:
    from collections.abc import Collection

    from opsready.model.source import Span
    from opsready.tree import Tree

MALFORMED = "waiver-malformed"
REQUIRED = ("rule", "reason", "owner", "approver", "created", "expires")
KEYS = (*REQUIRED, "service", "subject", "issue")
_TEXTS = ("rule", "service", "subject", "reason", "owner", "approver", "issue")
_DATES = ("created", "expires")
_NOT_OPENED = "input-not-evaluated"
# More than anybody could look at again every quarter: such a list is a mistake, or is meant to keep us busy.
MOST = 1000
_MOST_SHOWN = 50
_LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Written:
    """The waivers of a repository as written, and what is wrong with the others."""

    waivers: tuple[Waiver, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def load_waivers(tree: Tree, rules: Collection[str], placeholders: Collection[str]) -> Written:
    """Read the waivers at the root of a tree, for the rules of these names.

    `placeholders` are names, in lower case, that stand for nobody.
    """
    from opsready.discover import decode
    from opsready.parse.yaml import parse_yaml

    text, problem = decode(WAIVERS_FILE, tree.read(WAIVERS_FILE))
    if text is None:
        said = problem.message if problem else "cannot be read"
        return Written((), (_malformed(problem.line if problem else 1, f"no waiver has an effect: the file {said}"),))
    parsed = parse_yaml(text, WAIVERS_FILE)
    if parsed.diagnostics:
        first = parsed.diagnostics[0]
        return Written((), (_malformed(first.line, f"no waiver has an effect: {first.message}"),))
    if not parsed.documents:
        return Written()
    root = parsed.documents[0].root
    if len(parsed.documents) > 1:
        line = line_of(parsed.documents[1].start)
        return Written((), (_malformed(line, "no waiver has an effect: here begins a second document; join the two"),))
    return _listed(root, rules, placeholders)


def _listed(root: object, rules: Collection[str], placeholders: Collection[str]) -> Written:
    items = root.get("waivers") if isinstance(root, Map) else None
    if not isinstance(root, Map) or not isinstance(items, Seq | None):
        return Written((), (_malformed(1, "no waiver has an effect: the file is no mapping with a list `waivers`"),))
    found = [
        _malformed(line_of(root.pos[key][0]), f"the file has a key `{_shown(key)}`; the only one is `waivers`")
        for key in root
        if key != "waivers" and not key.startswith("x-")
    ]
    reader = _Reader(rules, placeholders)
    waivers: list[Waiver] = []
    for item, (start, _) in zip(items or (), items.pos if items is not None else (), strict=False):
        read = reader.waiver(item)
        if isinstance(read, Waiver):
            waivers.append(read)
        else:
            message = f"this waiver has no effect: {read}"
            found.append(_malformed(line_of(start), message, f"#{len(found)}", _first_pair(item, start)))
        if len(waivers) > MOST or len(found) > _MOST_SHOWN:
            break
    if len(found) > _MOST_SHOWN:
        found[_MOST_SHOWN:] = [_malformed(1, f"more than {_MOST_SHOWN} waivers are malformed; the rest was not read")]
    if len(waivers) > MOST:
        waivers.clear()
        found.append(_malformed(1, f"no waiver has an effect: the file holds more than {MOST:,}"))
    return Written(tuple(waivers), tuple(found))


def _malformed(line: int, message: str, name: str = "", at: Span | None = None) -> Diagnostic:
    return Diagnostic(MALFORMED, WAIVERS_FILE, line, message, f"{WAIVERS_FILE}{name}", at)


def _first_pair(item: object, start: int) -> Span:
    """Where an entry begins, with its first key and value."""
    end = next(iter(item.pos.values()))[2] if isinstance(item, Map) and item.pos else start
    return span(WAIVERS_FILE, start, max(start, end))


class _Reader:
    """Makes waivers of mappings; a text says why one is none."""

    def __init__(self, rules: Collection[str], placeholders: Collection[str]) -> None:
        self._rules = rules
        self._placeholders = placeholders

    def waiver(self, item: object) -> Waiver | str:
        if not isinstance(item, Map):
            return "it is no mapping with `rule`, `service` or `subject`, `reason`, and so on"
        problem = _keys(item) or _texts(item) or self._names(item)
        if problem:
            return problem
        created, expires = calendar_date(item["created"]), calendar_date(item["expires"])
        if created is None or expires is None:
            key = "created" if created is None else "expires"
            return f"`{key}` is `{_shown(item[key])}`, which is no day as YYYY-MM-DD"
        if expires < created:
            return "it expires before the day on which it was created"
        texts = {key: str(item.get(key) or "").strip() for key in _TEXTS}
        start, _, end = item.pos["rule"]
        place = Place(f"waivers[{texts['rule']}]", span(WAIVERS_FILE, start, end))
        return Waiver(**texts, created=created, expires=expires, place=place)

    def _names(self, item: Map) -> str:
        """What is wrong with the rule and the people."""
        rule = str(item["rule"]).strip()
        if rule == _NOT_OPENED:
            return f"`{rule}` cannot be waived: nobody knows what is inside; render it, or exclude it"
        if rule not in self._rules:
            close = closest(rule[:_LONGEST_SHOWN], self._rules)
            hint = f"did you mean `{close}`?" if close else "`opsready rules` lists them"
            return f"there is no rule `{_shown(rule)}` that can be waived; {hint}"
        owner, approver = (" ".join(str(item[key]).split()).casefold() for key in ("owner", "approver"))
        for key, name in (("owner", owner), ("approver", approver)):
            if name in self._placeholders:
                return f"`{key}` is `{_shown(item[key])}`, which stands for nobody"
        if owner == approver:
            return f"`{_shown(item['owner'])}` is the owner and approves it as well; somebody else has to"
        return ""


def _keys(item: Map) -> str:
    """What is wrong with the keys of a waiver."""
    for key in item:
        if key not in KEYS and not key.startswith("x-"):
            close = closest(key[:_LONGEST_SHOWN], KEYS)
            hint = f"; did you mean `{close}`?" if close else ""
            return f"it has an unknown key `{_shown(key)}`{hint}"
    missing = [key for key in REQUIRED if item.get(key) is None]
    if missing:
        return f"it has no {' and no '.join(f'`{key}`' for key in missing)}"
    targets = [key for key in ("service", "subject") if item.get(key) is not None]
    if len(targets) != 1:
        return "it has both `service` and `subject`" if targets else "it has neither `service` nor `subject`"
    return ""


def _texts(item: Map) -> str:
    """What is wrong with the texts of a waiver."""
    for key in _TEXTS:
        value = item.get(key)
        if value is not None and (not isinstance(value, str) or not value.strip()):
            return f"`{key}` is no text: `{_shown(value)}`"
    if not str(item.get("subject") or "x").strip("*/ "):
        return "`subject` stands for everything; name a service, or an address"
    return ""


def _shown(value: object) -> str:
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
