"""Rule: a promise that the way in which data is copied cannot keep."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import (
    Applicability,
    CannotTell,
    Context,
    Finding,
    NotApplicable,
    Rule,
    cannot_tell,
    fails,
    keeps_own_data,
    passes,
)
from opsready.model.datastore import Datastore
from opsready.model.period import in_words
from opsready.model.source import Known, Unknown
from opsready.model.verdict import Related


class RpoNotAchievable(Rule[Datastore]):
    """A datastore is copied less often than its service promises."""

    name = "rpo-not-achievable"
    objective = "rpo"
    severity = "C/H/M/-"
    attestable = True

    def applies(self, store: Datastore, context: Context, /) -> Applicability:
        """Ask where something is promised; that nothing is, is another rule's to say."""
        promise = context.graph.datastores.promise(store)
        if isinstance(promise, Unknown):
            return CannotTell(promise.reason, promise.place)
        return keeps_own_data(store) if isinstance(promise, Known) else NotApplicable(_NO_PROMISE.format(store.name))

    def check(self, store: Datastore, context: Context, /) -> Iterator[Finding]:
        """Compare the promise with what a restore would cost."""
        promise = context.graph.datastores.promise(store)
        loses = context.graph.datastores.loses(store, context.standard)
        if not isinstance(promise, Known):
            return
        promised = in_words(promise.value.length)
        shown = [Related("what is promised", promise.place.span)]
        if loses.behind is not None and loses.behind <= promise.value.length:
            says = f"up to {in_words(loses.behind)} of data is lost, {promised} may be: {loses.way}"
            yield passes(store.place, says, related=shown)
        elif loses.outcome == "unknown":
            reason = f"how much data of `{store.name}` may be lost cannot be told: {loses.reason}"
            yield cannot_tell(store.place, reason, "say how often it is copied, or attest it", related=shown)
        elif loses.behind is None:
            message = f"all data of `{store.name}` may be lost, {promised} of it at most is promised: {loses.reason}"
            yield fails(store.place, message, _HELP, cause="missing-backup", related=shown)
        else:
            message = (
                f"up to {in_words(loses.behind)} of data of `{store.name}` may be lost, {promised} at most is "
                f"promised: {loses.reason}"
            )
            yield fails(store.place, message, _HELP, related=shown)


_NO_PROMISE = "nothing says how much data of `{}` may be lost"
_HELP = "archive its log so that it can be restored to a point in time, copy it more often, or promise less"
