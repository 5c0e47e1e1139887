"""Rule: objects of which only the last version is left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from opsready.api import Applicability, Context, Finding, NotApplicable, Rule, Yes, cannot_tell, fails, passes
from opsready.model.datastore import Bucket
from opsready.model.period import in_words
from opsready.model.source import Known, Unknown


class MissingObjectVersioning(Rule[Bucket]):
    """An object that is overwritten or deleted in a bucket is gone."""

    name = "missing-object-versioning"
    objective = "backups"
    severity = "H/M/L/L"
    attestable = True

    def applies(self, bucket: Bucket, context: Context, /) -> Applicability:
        """Ask of buckets whose objects would be missed and may change."""
        reason = bucket.disposable or bucket.written_once
        if reason:
            return NotApplicable(reason)
        soon = _soon(bucket, context)
        if soon is None or bucket.lifetime.spares:
            return Yes()
        return NotApplicable(f"every object in it is deleted after {in_words(soon)}")

    def check(self, bucket: Bucket, context: Context, /) -> Iterator[Finding]:
        """See whether former versions are kept."""
        versioning, lifetime = bucket.versioning, bucket.lifetime
        place, soon = versioning.place_in(bucket), _soon(bucket, context)
        if versioning.effective is None:
            reason = f"whether `{bucket.name}` keeps former versions cannot be told: {versioning.reason}"
            yield cannot_tell(place, reason, versioning.remedy)
        elif versioning.effective:
            yield passes(place, versioning.says)
        elif isinstance(lifetime.length, Unknown):
            reason = f"how long objects stay in `{bucket.name}` cannot be told: {lifetime.length.reason}"
            yield cannot_tell(place, reason, versioning.remedy)
        elif soon is not None:
            reason = f"whether every object in `{bucket.name}` is deleted after {in_words(soon)} cannot be told"
            yield cannot_tell(place, f"{reason}: {lifetime.spares}", versioning.remedy)
        else:
            yield fails(place, f"`{bucket.name}` keeps no former versions: {versioning.says}", versioning.remedy)


def _soon(bucket: Bucket, context: Context) -> timedelta | None:
    """After how long objects are deleted, where that is so soon that nobody would ask for a former version."""
    length = bucket.lifetime.length
    if isinstance(length, Known) and length.value <= context.standard.length("object-lifetime-short", context.tier):
        return length.value
    return None
