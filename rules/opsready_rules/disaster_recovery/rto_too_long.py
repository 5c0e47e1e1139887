"""Rule: a promise that lets a service be gone for longer than anybody agreed to."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, NotApplicable, Rule, Yes, cannot_tell, fails, passes
from opsready.model.continuity import NOTHING_DECLARED, Promise, readable, unreadable
from opsready.model.period import in_words
from opsready.model.service import Service
from opsready.model.source import Value
from opsready.model.verdict import Related


class RtoTooLong(Rule[Service]):
    """A service may be down for longer than the standard allows."""

    name = "rto-too-long"
    objective = "rto"
    severity = "H/H/M/-"

    def applies(self, service: Service, context: Context, /) -> Applicability:
        """Ask of what is promised; that nothing is, or that it cannot be read, is another rule's to say."""
        del context
        if readable(_promises(service)) or unreadable(_promises(service)) is not None:
            return Yes()
        return NotApplicable(f"`{service.name}` promises nothing that can be compared")

    def check(self, service: Service, context: Context, /) -> Iterator[Finding]:
        """Compare the longest promise with the standard."""
        limit = context.standard.length("rto", context.tier)
        ranked = sorted(readable(_promises(service)), key=lambda item: item[1].value.length, reverse=True)
        too_long = [item for item in ranked if item[1].value.length > limit]
        unclear = unreadable(_promises(service))
        if too_long:
            what, longest = too_long[0]
            yield fails(
                longest.place,
                f"recovery from {what} may take `{longest.value.text}`, longer than {in_words(limit)}",
                f"prepare a recovery that takes {in_words(limit)} at most, rehearse it, and promise that",
                related=[
                    Related(f"recovery from {also} may take `{promise.value.text}`", promise.place.span)
                    for also, promise in too_long[1:]
                ],
            )
        elif unclear is not None:
            yield cannot_tell(unclear.place or service.place, unclear.reason, "write it as `1h` or `PT1H`")
        else:
            longest = ranked[0][1]
            yield passes(
                longest.place, f"recovery takes `{longest.value.text}` at most, not longer than {in_words(limit)}"
            )


def _promises(service: Service) -> tuple[tuple[str, Value[Promise]], ...]:
    return (service.continuity or NOTHING_DECLARED).recovery_promises
