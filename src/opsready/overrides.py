"""Which override of the configuration changes what for a subject; imported where one is written."""

from __future__ import annotations

from collections import Counter
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from opsready.config.parameters import problem
from opsready.errors import ConfigurationError
from opsready.governance import severity_text
from opsready.model.override import Change
from opsready.model.verdict import Diagnostic
from opsready.records import dataclass, field, replace
from opsready.spelling import closest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from opsready.api import Context, RuleEntry
    from opsready.model.entity import Entity
    from opsready.model.override import Override
    from opsready.model.service import Service
    from opsready.model.source import Span
    from opsready.model.standard import Standard
    from opsready.model.verdict import Verdict
    from opsready.plugins import RuleSet

# What is decided for a repository as a whole, and not for a subject of it.
_OF_THE_WHOLE = ("attestation-maximum", "waiver-maximum", "standard-review-cadence")


class _Read(dict[str, object]):
    """The parameters of a standard, which remember which of the changed ones a rule has read."""

    def __init__(self, values: dict[str, object], changed: Iterable[str]) -> None:
        super().__init__(values)
        self.changed = frozenset(changed)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> object:
        if name in self.changed:
            self.read.add(name)
        return super().__getitem__(name)


@dataclass(frozen=True, slots=True, eq=False)
class Adjusted:
    """What holds for some subjects: rules with other severities by name, and a standard with other parameters.

    `contexts` are what rules are asked in, by tier, made when the first is.
    """

    entries: dict[str, RuleEntry]
    standard: Standard
    severities: dict[str, Change]
    parameters: dict[str, Change]
    read: _Read
    contexts: dict[int, Context] = field(default_factory=dict)

    def within(self, contexts: Mapping[int, Context]) -> dict[int, Context]:
        """The contexts of the tiers, with this standard in them."""
        if not self.contexts:
            self.contexts.update({tier: replace(context, standard=self.standard) for tier, context in contexts.items()})
        return self.contexts

    def changes(self, rule: str) -> tuple[Change, ...]:
        """What was changed for the answers that a rule has just given; what it read is forgotten."""
        found = [self.severities[rule]] if rule in self.severities else []
        found.extend(self.parameters[name] for name in sorted(self.read.read))
        self.read.read.clear()
        return tuple(found)


class Overrides:
    """All overrides of a configuration; a later one wins over an earlier one."""

    def __init__(self, written: Sequence[Override], rules: RuleSet, standard: Standard) -> None:
        """Take what is written; a name that is none, or a value of the wrong sort, is a ConfigurationError."""
        self._written = tuple(written)
        self._rules = {entry.name: entry for entry in rules.entries}
        self._standard = standard
        self._adjusted: dict[tuple[int, ...], Adjusted] = {}
        for override in self._written:
            self._check(override)
        self._matchers = [_matcher(override) for override in self._written]

    def _check(self, override: Override) -> None:
        for rule in override.severities:
            if rule not in self._rules:
                close = closest(rule, self._rules) if len(rule) < 100 else ""
                hint = f"; did you mean `{close}`?" if close else ""
                message = f"`{rule[:60]}` is no rule{hint}"
                raise _mistake(override.places[f"severity.{rule}"], message, "`opsready rules` lists them")
        for name, value in override.parameters.items():
            wrong = problem(name, value, self._standard.parameters)
            if wrong is None and name in _OF_THE_WHOLE:
                wrong = f"`{name}` holds for the repository as a whole", "change it in `.opsready/standard.yaml`"
            if wrong is not None:
                raise _mistake(override.places[f"parameters.{name}"], *wrong)

    def of(self, subject: Entity, services: Sequence[Service]) -> Adjusted | None:
        """What holds for a subject of some services; None where nothing is changed.

        One for services holds where it names every service of the subject.
        """
        matching = tuple([index for index, matches in enumerate(self._matchers) if matches(subject, services)])
        if not matching:
            return None
        found = self._adjusted.get(matching)
        if found is None:
            found = self._adjusted[matching] = self._adjust([self._written[index] for index in matching])
        return found

    def _adjust(self, overrides: Sequence[Override]) -> Adjusted:
        entries: dict[str, RuleEntry] = {}
        severities: dict[str, Change] = {}
        parameters: dict[str, Change] = {}
        values = dict(self._standard.parameters)
        for override in overrides:
            for rule, words in override.severities.items():
                entry = self._rules[rule]
                text = severity_text(entry.severity, words)
                entries[rule] = entry._replace(severity=text)
                span = override.places[f"severity.{rule}"]
                severities[rule] = Change("severity", entry.severity, text, span, override.reason)
            for name, value in override.parameters.items():
                values[name] = value
                was = self._standard.parameters[name]
                span = override.places[f"parameters.{name}"]
                parameters[name] = Change(name, _shown(was), _shown(value), span, override.reason)
                if value == was:
                    del parameters[name]
        read = _Read(values, parameters)
        return Adjusted(entries, replace(self._standard, parameters=read), severities, parameters, read)

    def diagnostics(self, verdicts: Iterable[Verdict]) -> list[Diagnostic]:
        """What each override did, so that nobody has to look for it, and which did nothing."""
        counted = Counter(
            (change.span, change.what, change.was, change.now, change.reason, verdict.rule)
            for verdict in verdicts
            if verdict.outcome != "not-applicable"
            for change in verdict.overridden
        )
        found = []
        for (span, what, was, now, reason, rule), count in counted.items():
            of = f"the severity of `{rule}`" if what == "severity" else f"`{what}` for `{rule}`"
            times = "1 verdict" if count == 1 else f"{count} verdicts"
            message = f"{of} is {now} instead of {was} in {times}{f': {reason}' if reason else ''}"
            found.append(Diagnostic("overridden", span.file, span.line, message))
        effective = {key[0] for key in counted}
        for override in self._written:
            for what, span in override.places.items():
                if span not in effective:
                    name = what.partition(".")[2]
                    message = f"the override of `{name}` changes nothing: no verdict here would be another without it"
                    found.append(Diagnostic("override-unused", span.file, span.line, message))
        return found


def _shown(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _mistake(span: Span, message: str, remedy: str) -> ConfigurationError:
    return ConfigurationError(f"{span.file}:{span.line}:{span.column}: {message}", help=remedy)


def _matcher(override: Override) -> Callable[[Entity, Sequence[Service]], bool]:
    """Whether an override is for a subject: every scope that it has must match."""
    in_paths = _path_matcher(override.paths)

    def matches(subject: Entity, services: Sequence[Service]) -> bool:
        identity = subject.identity
        if in_paths is not None and not in_paths(identity.place.span.file):
            return False
        namespace = identity.deploy_namespace or identity.namespace or ""
        if override.namespaces and not _any(namespace, override.namespaces):
            return False
        if override.environments and not _any(identity.environment, override.environments):
            return False
        if not override.services:
            return True
        return bool(services) and all(_any(service.name, override.services) for service in services)

    return matches


def _path_matcher(paths: tuple[str, ...]) -> Callable[[str], bool] | None:
    if not paths:
        return None
    from pathspec import GitIgnoreSpec

    spec = GitIgnoreSpec.from_lines(paths)
    known: dict[str, bool] = {"": False}

    def matches(file: str) -> bool:
        found = known.get(file)
        if found is None:
            found = known[file] = bool(spec.match_file(file))
        return found

    return matches


def _any(name: str, globs: tuple[str, ...]) -> bool:
    return bool(name) and any(fnmatchcase(name, glob) for glob in globs)
