"""Rule: a runbook that says what is wrong, or that something is, but not what to do."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, CannotTell, Context, Finding, Rule, Yes, certainly, fails, passes
from opsready.model.document import Document
from opsready.model.headings import ACT, DIAGNOSE, ESCALATE, IMPACT, TRIGGER, says

_INTRODUCTION_WORDS = 8
_ENOUGH_COMMANDS = 2
_TITLE_WORDS = 3


class RunbookNotActionable(Rule[Document]):
    """A runbook cannot be followed step by step."""

    name = "runbook-not-actionable"
    objective = "runbooks"
    severity = "H/M/M/L"

    def applies(self, document: Document, context: Context, /) -> Applicability:
        """Ask of runbooks in English that are certainly runbooks."""
        del context
        runbook = certainly(document, "runbook", "a runbook")
        if not isinstance(runbook, Yes):
            return runbook
        if not document.english:
            return CannotTell(f"`{document.path}` is in a language whose instructions are not recognised")
        return Yes()

    def check(self, document: Document, context: Context, /) -> Iterator[Finding]:
        """Collect what keeps a person from following the page; what is unfinished is shown where it stands."""
        for number, place in enumerate(document.placeholders, 1):
            yield fails(
                place,
                f"an instruction of `{document.path}` is still to be written",
                "write the instruction, or remove the placeholder",
                aspect=f"placeholder {number}",
            )
        minimum = int(context.standard.number("runbook-minimum-words", context.tier))
        problems = list(_problems(document, minimum))
        if problems:
            yield fails(
                document.place,
                f"`{document.path}` {', and '.join(problems)}",
                "say when to use the page, how to find the cause, and what to do, as steps and commands",
            )
        elif not document.placeholders:
            yield passes(document.place, f"`{document.path}` can be followed: {_evidence(document)}")


def _problems(document: Document, minimum: int) -> Iterator[str]:
    procedure = document.procedure
    commands = procedure.command_blocks + procedure.inline_commands
    if document.words < minimum and commands < _ENOUGH_COMMANDS:
        yield f"has {document.words} words, fewer than {minimum}"
    if not procedure.followable:
        yield "has neither steps nor commands"
    elif _only_diagnoses(document):
        yield "says what is wrong but not what to do"
    if not _says_when(document):
        yield "does not say when to use it"


def _only_diagnoses(document: Document) -> bool:
    """Whether every part below the title is about finding out: a how-to names its parts in words of its own."""
    largest = _largest(document)
    parts = [section.title for section in document.sections if section.level > largest]
    finding_out = (*TRIGGER, *IMPACT, *DIAGNOSE, *ESCALATE)
    return any(says(part, DIAGNOSE) for part in parts) and all(
        says(part, finding_out) and not says(part, ACT) for part in parts
    )


def _says_when(document: Document) -> bool:
    """Whether the page says what it is for: in a part of its own, in its title, or in words before its first part."""
    if any(says(section.title, (*TRIGGER, *DIAGNOSE, *IMPACT)) for section in document.sections):
        return True
    if len(document.title.split()) >= _TITLE_WORDS:
        return True
    largest = _largest(document)
    inside = sum(section.words for section in document.sections if section.level == largest + 1)
    return document.words - inside >= _INTRODUCTION_WORDS


def _largest(document: Document) -> int:
    return min((section.level for section in document.sections), default=0)


def _evidence(document: Document) -> str:
    procedure = document.procedure
    steps = procedure.ordered_items + procedure.step_headings + procedure.imperative_bullets
    commands = procedure.command_blocks + procedure.inline_commands
    counted = ((steps, "step"), (commands, "command"))
    return " and ".join(f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counted if count)
