"""The options of `opsready check`, as plain data: the only place where one is defined.

`arguments.py` reads a plain command line by them, and `command.py` makes the Typer command from them, which reads
every other one and explains them all. Each is a keyword of `check.check`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.verdict import SEVERITIES
from opsready.records import dataclass

if TYPE_CHECKING:
    from typing import Literal

    Kind = Literal["text", "path", "flag"]

NEVER = "never"

_WHAT, _LIST, _GATE = "What is checked", "What is listed", "The gate"
_CHANGE = "The gate of a change, judged by what its base decided"


@dataclass(frozen=True, slots=True)
class Option:
    """One option, or the PATHs where it has no `flag`.

    `name` is the keyword. `help` is as Typer writes it, so `[` has a backslash before it. `default` is None where
    there is none; it is then in words in `help` if anywhere. `choices` are all that the text may be, where it is one of
    a few words. `variable` is the environment's variable that says it where no flag does.
    """

    name: str
    flag: str
    help: str
    metavar: str = ""
    panel: str = ""
    kind: Kind = "text"
    default: str | None = None
    repeatable: bool = False
    choices: tuple[str, ...] = ()
    variable: str = ""


PATHS = Option(
    "paths", "", "List only what is in these files and directories.", "[PATH]...", kind="path", repeatable=True
)
SHOW = Option(
    "show",
    "--show",
    "Whether passes are listed as well.",
    "failures|all",
    _LIST,
    default="failures",
    choices=("failures", "all"),
)
FAIL_ON = Option(
    "fail_on",
    "--fail-on",
    "Fail on failures of this severity or worse, or never. \\[default: high]",
    "SEVERITY",
    _GATE,
    choices=(*SEVERITIES, NEVER),
    variable="OPSREADY_FAIL_ON",
)
PROFILE = Option(
    "profile",
    "--profile",
    "Use baseline, standard or strict limits.",
    "NAME",
    _GATE,
    choices=("baseline", "standard", "strict"),
    variable="OPSREADY_PROFILE",
)
SELECT = Option(
    "select",
    "--select",
    "List only these rules, objectives or pillars.",
    "NAME,...",
    _LIST,
    repeatable=True,
    variable="OPSREADY_SELECT",
)
IGNORE = Option(
    "ignore", "--ignore", "Do not list these.", "NAME,...", _LIST, repeatable=True, variable="OPSREADY_IGNORE"
)
MIN_SCORE = Option(
    "min_score",
    "--min-score",
    "Fail below this score.",
    "[PILLAR=]N",
    _GATE,
    repeatable=True,
    variable="OPSREADY_MIN_SCORE",
)
MIN_EVIDENCE = Option(
    "min_evidence",
    "--min-evidence",
    "Fail below this percentage of evidence.",
    "N",
    _GATE,
    variable="OPSREADY_MIN_EVIDENCE",
)
OPTIONS = (
    Option("root", "--root", "The repository's root, instead of finding it.", "DIR", _WHAT, kind="path"),
    Option("exclude", "--exclude", "Leave these out, and out of the score.", "GLOB", _WHAT, repeatable=True),
    Option("as_of", "--as-of", "The day to judge by. \\[default: today, UTC]", "DATE", _WHAT),
    Option("staged", "--staged", "Judge what is staged for the next commit.", panel=_WHAT, kind="flag"),
    Option("no_ignores", "--no-ignores", "Judge as if nothing were ignored in place.", panel=_WHAT, kind="flag"),
    Option("no_cache", "--no-cache", "Judge again even if nothing has changed.", panel=_WHAT, kind="flag"),
    SELECT,
    IGNORE,
    SHOW,
    Option("add_ignores", "--add-ignores", "Write an ignore where each of these is, instead.", "REASON", _LIST),
    Option(
        "formats",
        "--format",
        "full, concise, json, sarif, junit, gitlab, github, markdown or badge. \\[default: full on a terminal]",
        "FORMAT[:FILE]",
        _LIST,
        repeatable=True,
    ),
    FAIL_ON,
    Option("no_baseline", "--no-baseline", "Fail on what the baseline accepts as well.", panel=_GATE, kind="flag"),
    MIN_SCORE,
    MIN_EVIDENCE,
    PROFILE,
    Option("strict", "--strict", "Unreadable input is an error (exit 2).", panel=_GATE, kind="flag"),
    Option("allow_empty", "--allow-empty", "Nothing to check is no error (exit 0).", panel=_GATE, kind="flag"),
    Option("base", "--base", "Gate only what is worse than where HEAD left REF.", "REF", _CHANGE),
    Option("max_debt_increase", "--max-debt-increase", "Fail if the debt rises by more.", "N", _CHANGE),
    Option("no_new_ignores", "--no-new-ignores", "Fail on ignores that are new.", panel=_CHANGE, kind="flag"),
)
# What the configuration says as well.
SETTINGS = (PROFILE, SELECT, IGNORE, FAIL_ON, MIN_SCORE, MIN_EVIDENCE)


def unsaid(option: Option) -> str | bool | list[str] | None:
    """The value of an option that nobody gives."""
    if option.repeatable:
        return []
    return False if option.kind == "flag" else option.default
