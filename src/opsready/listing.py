"""What a user asked to see: filters change what is listed and gated by severity, never the score."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from opsready.errors import UsageError
from opsready.model.verdict import Diagnostic
from opsready.plugins import GOVERNANCE, GOVERNANCE_RULES
from opsready.spelling import closest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opsready.model.standard import Standard
    from opsready.model.verdict import Verdict
    from opsready.options import Options
    from opsready.plugins import RuleSet


class Listing:
    """The filters of one run."""

    def __init__(self, options: Options, rules: RuleSet, standard: Standard) -> None:
        """Take the options; a name that is no rule, objective or pillar is a UsageError that suggests one."""
        known = {*rules.names, *standard.objectives, *(pillar.name for pillar in standard.pillars)}
        known |= {GOVERNANCE, "waivers", *GOVERNANCE_RULES}
        for flag, names in (("--select", options.select), ("--ignore", options.ignore)):
            for name in names:
                if name not in known:
                    raise _unknown(options.origins.get(flag[2:], flag), name, known)
        self._select = frozenset(options.select)
        self._ignore = frozenset(options.ignore)
        self._paths = tuple(path for path in options.paths if path not in {"", "."})
        self._configured = options.configured
        self._everything = not (self._select or self._ignore or self._paths)

    def includes(self, verdict: Verdict) -> bool:
        """Whether a verdict is listed: the most specific name decides, and `--ignore` wins over `--select`."""
        if self._everything:
            return True
        names = (verdict.rule, verdict.objective, verdict.pillar)
        for name in names:
            if name in self._ignore:
                return False
            if name in self._select:
                return self._in_paths(verdict)
        return not self._select and self._in_paths(verdict)

    def left_out(self, verdicts: Iterable[Verdict]) -> list[Diagnostic]:
        """What the configuration keeps from being listed: nobody has asked for that on the command line."""
        if not self._configured or not (self._select or self._ignore):
            return []
        counts = Counter(
            verdict.rule
            for verdict in verdicts
            if verdict.outcome == "fail" and verdict.scored and not self.includes(verdict) and self._in_paths(verdict)
        )
        if not counts:
            return []
        rules = ", ".join(f"`{rule}` ({count})" for rule, count in sorted(counts.items()))
        message = f"{counts.total()} failure(s) that the score counts are neither listed nor gated here: {rules}"
        return [Diagnostic("not-listed", *self._configured, message)]

    def _in_paths(self, verdict: Verdict) -> bool:
        if not self._paths:
            return True
        places = [verdict.place.span.file] if verdict.place else []
        places.extend(related.span.file for related in verdict.related)
        return any(file == path or file.startswith(f"{path}/") for path in self._paths for file in places)


def _unknown(flag: str, name: str, known: set[str]) -> UsageError:
    close = closest(name, sorted(known))
    suggestion = f"did you mean `{close}`? " if close else ""
    message = f"{flag} names `{name}`, which is no rule, objective or pillar"
    return UsageError(message, help=f"{suggestion}`opsready rules` and `opsready standard` list them")
