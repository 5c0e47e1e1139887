"""A JSON report, read again: as much of it as a comparison needs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn, cast

from opsready.errors import UsageError
from opsready.model.changes import Told
from opsready.model.verdict import OUTCOMES, SEVERITY_RANK
from opsready.records import dataclass
from opsready.report.model import SCHEMA_VERSION

if TYPE_CHECKING:
    from opsready.model.verdict import Outcome, Severity


@dataclass(frozen=True, slots=True)
class SavedVerdict:
    """A listed verdict; `place` is `file:line:column`, or `.` for the repository as a whole."""

    told: Told
    place: str
    said: str

    @property
    def rule(self) -> str:
        """The rule's name."""
        return self.told.rule

    @property
    def fingerprint(self) -> str:
        """The verdict's name from one report to the next."""
        return self.told.fingerprint

    @property
    def outcome(self) -> Outcome:
        """The verdict's outcome."""
        return self.told.outcome

    @property
    def severity(self) -> Severity:
        """The verdict's severity."""
        return self.told.severity


@dataclass(frozen=True, slots=True)
class SavedReport:
    """A report; `judged_by` is what must be the same for two scores to mean the same."""

    judged_by: Mapping[str, str]
    score: float | None
    debt: float
    evidence: float
    pillars: Mapping[str, float | None]
    failures: int
    verdicts: tuple[SavedVerdict, ...]


def read(text: str, file: str) -> SavedReport:
    """Read what `--format json` wrote; a UsageError names the file and what is wrong with it."""
    try:
        return _report(json.loads(text, parse_constant=_refuse), file)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = f"`{file}` is no report of opsready in JSON"
        raise UsageError(message, help="write one with `opsready check --format json:FILE`") from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _report(data: Any, file: str) -> SavedReport:
    version = data["schema_version"]
    if version != SCHEMA_VERSION or isinstance(version, bool):
        message = f"`{file}` is a report of version {version!r}, and only version {SCHEMA_VERSION} is known"
        raise UsageError(message, help="write it again with this opsready")
    score, standard = data["score"], data["standard"]
    return SavedReport(
        judged_by={
            "opsready": _text(data["tool"]["version"]),
            "standard": f"{_text(standard['name'])} {_text(standard['version'])}",
            "score model": str(_whole(data["score_model"])),
            "day": _text(data["as_of"]),
        },
        score=_optional(score["value"]),
        debt=_number(score["debt"]),
        evidence=_number(score["evidence"]),
        pillars={_text(pillar["title"]): _optional(pillar["score"]) for pillar in data["pillars"]},
        failures=_whole(data["counts"]["fail"]),
        verdicts=tuple(_verdict(item) for item in data["verdicts"]),
    )


def _verdict(item: Any) -> SavedVerdict:
    evidence = "; ".join(map(_text, item["evidence"]))
    said = _text(item["message"]) or _text(item["reason"]) or evidence or _text(item["subject"]["address"])
    subject, rule, objective = item["subject"], _text(item["rule"]), _text(item["objective"])
    told = Told(
        rule,
        _text(item["fingerprint"]),
        (rule, objective, _text(item["environment"]), _text(subject["type"]), _text(subject["address"])),
        cast("Outcome", _known(item["outcome"], OUTCOMES.__contains__)),
        cast("Severity", _known(item["severity"], SEVERITY_RANK.__contains__)),
        frozenset((_text(name), objective) for name in item["services"]),
    )
    return SavedVerdict(told, _place(item["location"]), said)


def _place(location: Any) -> str:
    if location is None:
        return "."
    return f"{_text(location['file'])}:{_whole(location['line'])}:{_whole(location['column'])}"


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _known(value: Any, is_one: Callable[[str], bool]) -> str:
    if not is_one(_text(value)):
        raise ValueError(value)
    return str(value)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(value)
    return float(value)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(value)
    return value


def _optional(value: Any) -> float | None:
    return None if value is None else _number(value)
