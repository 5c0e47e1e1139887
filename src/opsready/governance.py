"""The standard that a repository asks to be judged by, and whether its own one is kept; imported where it asks."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from opsready.errors import ConfigurationError
from opsready.model.verdict import UNDECLARED_TIER, Diagnostic
from opsready.records import replace
from opsready.spelling import closest
from opsready.standard import builtin_standard

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opsready.api import RuleEntry
    from opsready.config.model import Configuration
    from opsready.model.overlay import Overlay
    from opsready.model.standard import Standard
    from opsready.plugins import RuleSet

LETTERS = {"critical": "C", "high": "H", "medium": "M", "low": "L", "info": "I"}


def standard_for(configuration: Configuration, as_of: date) -> tuple[Standard, list[Diagnostic]]:
    """The standard with all that the configuration says of it, and what is to be said of that."""
    _check_pin(configuration)
    overlay = configuration.overlay
    standard = builtin_standard() if overlay is None else overlay.standard
    diagnostics = [] if overlay is None else list(_kept(overlay, as_of))
    parameters = dict(standard.parameters)
    if configuration.platform_services:
        known = standard.text("platform-services", UNDECLARED_TIER)
        names = (name.lower() for name in configuration.platform_services)
        parameters["platform-services"] = " ".join((known, *names))
    day = configuration.adopted
    if day is not None and day > as_of:  # it would excuse everything
        span = configuration.places["adopted"]
        message = f"`adopted` is {day}, after the day that is judged: it has no effect"
        diagnostics.append(Diagnostic("adoption-in-the-future", span.file, span.line, message))
    elif day is not None:
        parameters["postmortem-adoption"] = day.isoformat()
    return replace(standard, parameters=parameters), diagnostics


def _check_pin(configuration: Configuration) -> None:
    version = builtin_standard().version
    if configuration.standard and configuration.standard != version:
        span = configuration.places["standard"]
        message = f"`standard` pins version {configuration.standard}, and this opsready judges by {version}"
        raise ConfigurationError(
            f"{span.file}:{span.line}:{span.column}: {message}",
            help="install the opsready that has it, or read what changed and pin anew",
        )


def rules_for(overlay: Overlay, rules: RuleSet) -> RuleSet:
    """The rules with the severities and objectives of a standard; a name that is no rule is a ConfigurationError."""
    known = {entry.name: entry for entry in rules.entries}
    for key, names in (("severities", overlay.severities), ("rules", overlay.serving)):
        for name in names:
            if name not in known:
                close = closest(name, known) if len(name) < 100 else ""
                hint = f"; did you mean `{close}`?" if close else ""
                span = overlay.places[f"{key}.{name}"]
                message = f"{span.file}:{span.line}:{span.column}: `{name[:60]}` is no rule{hint}"
                raise ConfigurationError(message, help="`opsready rules` lists them")
    return replace(rules, entries=tuple(_changed(entry, overlay) for entry in rules.entries))


def _changed(entry: RuleEntry, overlay: Overlay) -> RuleEntry:
    words = overlay.severities.get(entry.name)
    severity = entry.severity if words is None else severity_text(entry.severity, words)
    return entry._replace(severity=severity, objective=overlay.serving.get(entry.name, entry.objective))


def severity_text(was: str, words: Sequence[str]) -> str:
    """Severities for tiers 1 to 4 as `C/H/M/-`; a tier that was not asked is not asked because of another severity."""
    letters = zip(was.split("/"), words, strict=True)
    return "/".join("-" if letter == "-" else LETTERS[word] for letter, word in letters)


def _kept(overlay: Overlay, as_of: date) -> Iterator[Diagnostic]:
    """What differs from ours, and whether somebody answers for it, looks at it and writes down what changed."""
    standard = overlay.standard
    name = f"`{standard.name}` {standard.version}"
    differing = [*overlay.changes, *other_rules(overlay)]
    same = "in nothing that is judged"
    message = f"this is judged by {name}, which differs from {standard.extends} {'in: ' if differing else same}"
    yield _note(overlay, "standard-overlaid", "extends", message + "; ".join(differing))
    if standard.owner.strip().lower() in standard.placeholder_owners:
        yield _note(overlay, "standard-without-owner", "owner", f"{name} is owned by `{standard.owner}`, who is nobody")
    if standard.version not in overlay.changelog:
        key = "changelog" if "changelog" in overlay.places else "version"
        message = f"the changelog of {name} has no entry for this version: write down what it changed, and why"
        yield _note(overlay, "standard-without-changelog", key, message)
    reviewed = date.fromisoformat(standard.last_updated)
    cadence = standard.cadence("standard-review-cadence", UNDECLARED_TIER)
    due = cadence.due_after(reviewed)
    if reviewed > as_of:
        message = f"{name} was looked at on {reviewed}, after the day that is judged"
        yield _note(overlay, "standard-in-the-future", "last-updated", message)
    elif cadence.overdue(due, as_of):
        message = f"{name} was last looked at on {reviewed}, and was to be looked at again by {due}"
        yield _note(overlay, "standard-review-overdue", "last-updated", message)


def other_rules(overlay: Overlay) -> Iterator[str]:
    """What an overlay changes of rules, in words."""
    for rule, words in overlay.severities.items():
        by_tier = words[0] if len(set(words)) == 1 else ", ".join(words)
        yield f"the severity of `{rule}` is {by_tier}"
    for rule, objective in overlay.serving.items():
        yield f"`{rule}` serves `{objective}`"


def _note(overlay: Overlay, kind: str, key: str, message: str) -> Diagnostic:
    span = overlay.places[key]
    return Diagnostic(kind, span.file, span.line, message)
