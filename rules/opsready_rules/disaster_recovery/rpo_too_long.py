"""Rule: a promise that allows more data to be lost than anybody agreed to."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, NotApplicable, Rule, Yes, cannot_tell, fails, passes
from opsready.model.continuity import NOTHING_DECLARED, Promise, readable, unreadable
from opsready.model.period import in_words
from opsready.model.service import Service
from opsready.model.source import Value
from opsready.model.verdict import Related


class RpoTooLong(Rule[Service]):
    """A service may lose more data than the standard allows."""

    name = "rpo-too-long"
    objective = "rpo"
    severity = "H/H/M/-"

    def applies(self, service: Service, context: Context, /) -> Applicability:
        """Ask of what is promised; that nothing is, or that it cannot be read, is another rule's to say."""
        del context
        if readable(_promises(service)) or unreadable(_promises(service)) is not None:
            return Yes()
        return NotApplicable(f"`{service.name}` promises nothing that can be compared")

    def check(self, service: Service, context: Context, /) -> Iterator[Finding]:
        """Compare the longest promise with the standard."""
        limit = context.standard.length("rpo", context.tier)
        ranked = sorted(readable(_promises(service)), key=lambda item: item[1].value.length, reverse=True)
        too_long = [item for item in ranked if item[1].value.length > limit]
        unclear = unreadable(_promises(service))
        if too_long:
            what, longest = too_long[0]
            yield fails(
                longest.place,
                f"{what} may cost `{longest.value.text}` of data, more than {in_words(limit)}",
                f"copy the data every {in_words(limit)} or more often, or replicate it, and promise that",
                related=[
                    Related(f"{also} may cost `{promise.value.text}`", promise.place.span)
                    for also, promise in too_long[1:]
                ],
            )
        elif unclear is not None:
            yield cannot_tell(unclear.place or service.place, unclear.reason, "write it as `1h` or `PT1H`")
        else:
            longest = ranked[0][1]
            yield passes(
                longest.place, f"at most `{longest.value.text}` of data may be lost, not more than {in_words(limit)}"
            )


def _promises(service: Service) -> tuple[tuple[str, Value[Promise]], ...]:
    return (service.continuity or NOTHING_DECLARED).data_promises
