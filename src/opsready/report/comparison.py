"""What became of a repository between two reports."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from opsready.model.changes import classify
from opsready.records import dataclass
from opsready.report.escape import in_json, on_one_line
from opsready.report.saved import SavedReport, SavedVerdict
from opsready.report.wording import decimal, percent, plural

JsonObject = dict[str, object]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Failures by what became of them, each list in the order of the newer report (`fixed`: of the older).

    `worse` fails still, and at a higher severity. `hidden` failed, and is now waived or cannot be told: that is no fix.
    `undecided` is what cannot be told now and was no finding before. `notes` say why numbers may not be comparable.
    """

    before: SavedReport
    after: SavedReport
    new: tuple[SavedVerdict, ...]
    worse: tuple[SavedVerdict, ...]
    hidden: tuple[SavedVerdict, ...]
    undecided: tuple[SavedVerdict, ...]
    fixed: tuple[SavedVerdict, ...]
    still: tuple[SavedVerdict, ...]
    notes: tuple[str, ...]


def compare(before: SavedReport, after: SavedReport) -> Comparison:
    """Say what became of each verdict."""
    changes = classify([verdict.told for verdict in before.verdicts], [verdict.told for verdict in after.verdicts])
    found: dict[str, list[SavedVerdict]] = defaultdict(list)
    # What is listed in the newer report with another outcome is fixed as much as what is not listed any more.
    for index, change in changes.gone:
        found[change].append(before.verdicts[index])
    for verdict, change in zip(after.verdicts, changes.newer, strict=True):
        found[change].append(verdict)
    return Comparison(
        before=before,
        after=after,
        new=tuple(found["new"]),
        worse=tuple(found["worse"]),
        hidden=tuple(found["hidden"]),
        undecided=tuple(found["undecided"]),
        fixed=tuple(found["fixed"]),
        still=tuple(found["still"]),
        notes=tuple(_notes(before, after)),
    )


def _notes(before: SavedReport, after: SavedReport) -> Iterator[str]:
    for what, old in before.judged_by.items():
        new = after.judged_by[what]
        if old != new:
            yield f"judged by another {what} ({old}, then {new}): a part of the difference may come from that"
    for name, report in (("older", before), ("newer", after)):
        listed = sum(verdict.outcome == "fail" for verdict in report.verdicts)
        if listed != report.failures:
            yield f"the {name} report lists {listed} of {report.failures} failures: it was filtered"


def as_text(found: Comparison) -> Iterator[str]:
    """One line for each change, what got worse first, and the numbers last."""
    for note in found.notes:
        yield f"note: {on_one_line(note)}\n"
    for word, verdicts in _changes(found):
        for verdict in verdicts:
            yield f"{word} {_line(verdict)}\n"
    counts = [f"{len(verdicts)} {word}" for word, verdicts in _changes(found) if verdicts or word in {"new", "fixed"}]
    yield f"{', '.join(counts)}, {plural(len(found.still), 'failure')} as before\n"
    before, after = found.before, found.after
    evidence = f"evidence {percent(before.evidence)} -> {percent(after.evidence)}"
    yield f"score {_delta(before.score, after.score)}; debt {_delta(before.debt, after.debt)}; {evidence}\n"
    for title, score in after.pillars.items():
        old = before.pillars.get(title)
        if old != score:
            yield f"  {on_one_line(title)} {_delta(old, score)}\n"


def _changes(found: Comparison) -> Sequence[tuple[str, Sequence[SavedVerdict]]]:
    return (
        ("new", found.new),
        ("worse", found.worse),
        ("hidden", found.hidden),
        ("undecided", found.undecided),
        ("fixed", found.fixed),
    )


def _line(verdict: SavedVerdict) -> str:
    word = "cannot tell" if verdict.outcome == "unknown" else verdict.severity
    return on_one_line(f"{verdict.place}: {word} {verdict.rule}: {verdict.said}")


def _delta(before: float | None, after: float | None) -> str:
    difference = "" if before is None or after is None else f" ({after - before:+.1f})"
    return f"{decimal(before)} -> {decimal(after)}{difference}"


def as_json(found: Comparison) -> Iterator[str]:
    """The same as one object, one verdict a line."""
    before, after = found.before, found.after
    yield "{\n"
    numbers = {
        "score": _numbers(before.score, after.score),
        "debt": _numbers(before.debt, after.debt),
        "evidence": _numbers(before.evidence, after.evidence),
        "pillars": {title: _numbers(before.pillars.get(title), score) for title, score in after.pillars.items()},
        "notes": found.notes,
    }
    for key, value in numbers.items():
        yield f'"{key}":{_encoded(value)},\n'
    lists = (*_changes(found), ("still", found.still))
    for number, (key, verdicts) in enumerate(lists, start=1):
        lines = ",".join(f"\n{_encoded(_object(verdict))}" for verdict in verdicts)
        yield f'"{key}":[{lines}]{"," if number < len(lists) else ""}\n'
    yield "}\n"


def _encoded(value: object) -> str:
    return in_json(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _numbers(before: float | None, after: float | None) -> Mapping[str, float | None]:
    change = None if before is None or after is None else round(after - before, 4)
    return {"before": before, "after": after, "change": change}


def _object(verdict: SavedVerdict) -> JsonObject:
    return {
        "rule": verdict.rule,
        "outcome": verdict.outcome,
        "severity": verdict.severity,
        "place": verdict.place,
        "message": verdict.said,
        "fingerprint": verdict.fingerprint,
    }
