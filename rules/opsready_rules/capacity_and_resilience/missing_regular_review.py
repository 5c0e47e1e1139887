"""Rule: a service whose cost or capacity nobody looked at for longer than the standard allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from opsready.api import Context, Finding, Rule, cannot_tell, fails, passes
from opsready.model.period import past
from opsready.model.preparedness import Review
from opsready.model.service import Service
from opsready.model.source import Known, Place, Unknown

_KINDS = ("cost", "capacity")
_HOLD = "hold the review, and add it to `reviews` of the service file or write minutes that name the service"
_SETTLE = "write `type: review`, `kind`, `services` and `date` into the front matter of the minutes"


class _Held(NamedTuple):
    """A review that took place, and where it is written down."""

    day: date
    place: Place


class MissingRegularReview(Rule[Service]):
    """The cost or the capacity of a service was not reviewed within the month."""

    name = "missing-regular-review"
    objective = "regular-reviews"
    severity = "M/M/L/-"
    attestable = True

    def check(self, service: Service, context: Context, /) -> Iterator[Finding]:
        """Look for the last review of each kind; one review may be of both kinds, and of several services."""
        answers = [_judge(service, kind, context) for kind in _KINDS]
        lacking = [answer for answer in answers if answer.outcome != "pass"]
        if lacking:
            yield from lacking
        else:
            yield passes(answers[0].place, *(text for answer in answers for text in answer.evidence))


def _judge(service: Service, kind: str, context: Context) -> Finding:
    """The answer for reviews of one kind."""
    preparedness = context.graph.preparedness
    own = [review for review in preparedness.reviews_of(service) if kind in review.kinds]
    sure = [review for review in own if review.certain]
    last = _last(sure, context)
    cadence = context.standard.cadence("review-cadence", context.tier)
    if last is not None and cadence.current(last.day, context.as_of):
        return passes(last.place, f"the {kind} of `{service.name}` was reviewed on {last.day}", aspect=kind)
    candidate = _last(own, context)
    if candidate is not None and cadence.current(candidate.day, context.as_of):
        reason = f"`{candidate.place.span.file}` may be a {kind} review of `{service.name}`, by its path alone"
        return cannot_tell(candidate.place, reason, _SETTLE, aspect=kind)
    general = _last((review for review in preparedness.reviews_of_nobody() if kind in review.kinds), context)
    if general is not None and cadence.current(general.day, context.as_of):
        file, name = general.place.span.file, service.name
        reason = f"`{file}` names no service, so whether its {kind} review covers `{name}` is unknown"
        return cannot_tell(general.place, reason, _SETTLE, aspect=kind)
    if last is not None:
        due = cadence.due_after(last.day)
        message = f"the {kind} of `{service.name}` was last reviewed on {last.day}; the next review was due on {due}"
        return fails(last.place, message, _HOLD, aspect=kind)
    return _none(service, kind, sure)


def _none(service: Service, kind: str, reviews: list[Review]) -> Finding:
    """What there is instead of a review that took place."""
    if not reviews:
        cause = "" if service.declared else "uncatalogued-service"
        return fails(service.place, f"`{service.name}` has no {kind} review", _HOLD, cause=cause, aspect=kind)
    review, what = reviews[0], f"the {kind} review of `{service.name}`"
    if isinstance(review.date, Known):
        message = f"{what} is dated {review.date.value}, in the future"
    elif isinstance(review.date, Unknown):
        message = f"the date of {what} cannot be read: {review.date.reason}"
    else:
        message = f"{what} has no date"
    return fails(review.place, message, _HOLD, aspect=kind)


def _last(reviews: Iterable[Review], context: Context) -> _Held | None:
    """The last review that took place."""
    dated = ((past(review.date, context.as_of), review.place) for review in reviews)
    held = [_Held(day, place) for day, place in dated if day is not None]
    return max(held, key=lambda review: review.day, default=None)
