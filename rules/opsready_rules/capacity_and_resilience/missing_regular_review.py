"""Rule: a service whose cost or capacity nobody looked at for longer than the standard allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from opsready.api import Context, Finding, Rule, cannot_tell, fails, passes
from opsready.model.period import in_future
from opsready.model.preparedness import Review
from opsready.model.service import Service
from opsready.model.source import Known, Unknown

_KINDS = ("cost", "capacity")
_HOLD = "hold the review, and add it to `reviews` of the service file or write minutes that name the service"
_SETTLE = "write `type: review`, `kind`, `services` and `date` into the front matter of the minutes"


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
    own = [review for review in context.graph.preparedness.reviews_of(service) if kind in review.kinds]
    sure = [review for review in own if review.certain]
    last = _last(sure, context)
    if last is not None and _is_current(last, context):
        return passes(last.place, f"the {kind} of `{service.name}` was reviewed on {_day(last)}", aspect=kind)
    candidate = next((review for review in own if not review.certain and _is_current(review, context)), None)
    if candidate is not None:
        file = candidate.place.span.file
        reason = f"`{file}` may be a {kind} review of `{service.name}`, by its path alone"
        return cannot_tell(candidate.place, reason, _SETTLE, aspect=kind)
    of_nobody = (review for review in context.graph.preparedness.reviews_of_nobody() if kind in review.kinds)
    general = next((review for review in of_nobody if _is_current(review, context)), None)
    if general is not None:
        reason = (
            f"`{general.place.span.file}` is a {kind} review that names no service, so whether it covers "
            f"`{service.name}` is unknown"
        )
        return cannot_tell(general.place, reason, _SETTLE, aspect=kind)
    if last is not None:
        due = context.standard.cadence("review-cadence", context.tier).due_after(_day(last))
        message = f"the {kind} of `{service.name}` was last reviewed on {_day(last)}; the next review was due on {due}"
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


def _last(reviews: Iterable[Review], context: Context) -> Review | None:
    """The last review that took place."""
    held = [
        review
        for review in reviews
        if isinstance(review.date, Known) and not in_future(review.date.value, context.as_of)
    ]
    return max(held, key=_day, default=None)


def _day(review: Review) -> date:
    return review.date.value if isinstance(review.date, Known) else date.min


def _is_current(review: Review, context: Context) -> bool:
    """Whether a review took place and the next one is not overdue."""
    if not isinstance(review.date, Known) or in_future(review.date.value, context.as_of):
        return False
    cadence = context.standard.cadence("review-cadence", context.tier)
    return not cadence.overdue(cadence.due_after(review.date.value), context.as_of)
