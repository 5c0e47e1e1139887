"""Words that head the same part of operational documents, whoever wrote them.

A word ending in `*` stands for every word that begins so; a group of words is found anywhere in a title.
"""

from __future__ import annotations

TRIGGER = (
    *("meaning", "symptom*", "alert*", "when to use", "when to run", "trigger*", "overview", "purpose", "problem*"),
    *("background", "summary", "what is happening", "what happened", "description"),
)
IMPACT = ("impact", "severity", "effect*", "consequence*")
DIAGNOSE = ("diagnos*", "investigat*", "triage", "troubleshoot*", "debug*", "check*", "possible cause*", "cause*")
ACT = (
    *("mitigat*", "resol*", "remediat*", "fix", "fixes", "fixing", "step*", "procedure*", "recover*", "restor*"),
    *("solution*", "instruction*", "action*", "how to", "what to do", "workaround*", "response"),
)
VERIFY = ("verif*", "validat*", "confirm*", "expected result*", "checks to see")
ROLLBACK = ("rollback", "roll back", "revert*", "undo", "back out")
ESCALATE = ("escalat*", "contact*", "support", "getting help", "who to call")
PREPARE = ("prerequisite*", "pre requisite*", "requirements", "before you begin")
RECOVERY = ("disaster*", "restor*", "failover", "fail over", "recover*")
AUTHORITY = ("authori*", "decision*", "who decides", "who may", "declar*", "approv*", "in charge", "commander")

SEVERITY = ("severit*", "priorit*", "classification", "declar*", "levels")
ROLES = ("role*", "responsib*", "commander", "team*")
COMMUNICATION = ("communicat*", "stakeholder*", "status page", "notif*")
CONTAIN = ("contain*", "eradicat*", "recover*", "mitigat*", "respon*")

TIMELINE = ("timeline", "time line", "chronology", "sequence of events", "key events")
CAUSE = ("root cause*", "contribut*", "cause*", "trigger*", "what went wrong", "five whys", "5 whys")
FOLLOW_UP = (
    *("action item*", "actions", "next steps", "follow up*", "corrective*", "preventative*", "recommendation*"),
    *("lessons learned", "what went well", "remediation*", "review actions"),
)

GOALS = ("goal*", "objective*", "target*", "scope")
BUDGET_SPENT = (
    "miss policy",
    "budget spent",
    "spent budget",
    "exhaust*",
    "freez*",
    "outage policy",
    "threshold*",
    "consequence*",
)
EXEMPT = ("exempt*", "exception*", "exclu*", "non goal*")


def says(title: str, words: tuple[str, ...]) -> bool:
    """Whether a title, as `Section.title` has it, contains one of the words."""
    parts = title.split()
    return any(_holds(parts, word) for word in words)


def _holds(parts: list[str], word: str) -> bool:
    wanted = word.removesuffix("*").split()
    whole = not word.endswith("*")
    length = len(wanted)
    for start in range(len(parts) - length + 1):
        here = parts[start : start + length]
        if here[:-1] == wanted[:-1] and (here[-1] == wanted[-1] if whole else here[-1].startswith(wanted[-1])):
            return True
    return False
