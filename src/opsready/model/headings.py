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


# The parts of a postmortem, as templates of Google, Etsy, GitHub, PagerDuty, Atlassian, Amazon and Microsoft head them.
ACCOUNT_SUMMARY = (
    *("summary", "overview", "synopsis", "abstract", "tl dr", "tldr", "gist", "in short", "at a glance", "background"),
    *(
        "what happened",
        "description",
        "executive summary",
        "introduction",
        "narrative",
        "problem*",
    ),
)
ACCOUNT_IMPACT = (
    *("impact*", "effect*", "affected", "consequence*", "damage*", "blast radius", "customer experience"),
    *("user experience", "scope", "what broke", "symptom*"),
)
ACCOUNT_TIMELINE = (
    *("timeline*", "time line*", "chronolog*", "sequence of events", "key events", "course of events", "event log"),
    *("incident log", "how did we respond", "what happened when", "narrative", "order of events"),
)
ACCOUNT_FACTORS = (
    *("root cause*", "rootcause*", "contribut*", "cause*", "trigger*", "rca", "what went wrong", "why*", "five whys"),
    *("5 whys", "fault", "leadup", "lead up", "how did this happen", "how it happened", "how did it happen"),
    *("technical detail*", "technical analysis", "analysis", "investigation*", "diagnos*", "explanation", "enabl*"),
    *("underlying*", "what led to*", "findings", "factors", "conclusion*", "what caused*"),
)
ACCOUNT_ACTIONS = (
    *("action item*", "actions", "action", "follow up*", "followup*", "next steps", "corrective*", "preventative*"),
    *(
        "preventive*",
        "prevention*",
        "preventing*",
        "remediation*",
        "recommendation*",
        "review actions",
        "to do",
        "to dos",
    ),
    *("todo*", "tasks", "repair item*", "improvement*", "what s next", "what next", "moving forward", "going forward"),
    *("what we are doing*", "what we re doing*", "what are we doing*", "how are we making*", "what will we do*"),
    *("what we will do*", "changes we are making", "planned changes", "commitments"),
)
# Below a heading with one of these words stands what was done or learned already, not what is still to be done.
NOT_ACTIONS = ("taken", "question*", "went", "lucky", "luck", "lesson*", "immediate", "emergency", "during", "learn*")


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
