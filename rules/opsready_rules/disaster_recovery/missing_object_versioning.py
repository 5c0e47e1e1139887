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
        length = bucket.lifetime.length
        if not reason and isinstance(length, Known) and not bucket.lifetime.spares and _is_short(length.value, context):
            reason = f"every object in it is deleted after {in_words(length.value)}"
        return NotApplicable(reason) if reason else Yes()

    def check(self, bucket: Bucket, context: Context, /) -> Iterator[Finding]:
        """See whether former versions are kept."""
        versioning, lifetime = bucket.versioning, bucket.lifetime
        place = versioning.place_in(bucket)
        if versioning.effective is None:
            reason = f"whether `{bucket.name}` keeps former versions cannot be told: {versioning.reason}"
            yield cannot_tell(place, reason, versioning.remedy)
        elif versioning.effective:
            yield passes(place, versioning.says)
        elif isinstance(lifetime.length, Unknown):
            reason = f"how long objects stay in `{bucket.name}` cannot be told: {lifetime.length.reason}"
            yield cannot_tell(place, reason, versioning.remedy)
        elif isinstance(lifetime.length, Known) and lifetime.spares and _is_short(lifetime.length.value, context):
            reason = f"whether every object in `{bucket.name}` is deleted after {in_words(lifetime.length.value)}"
            yield cannot_tell(place, f"{reason} cannot be told: {lifetime.spares}", versioning.remedy)
        else:
            yield fails(place, f"`{bucket.name}` keeps no former versions: {versioning.says}", versioning.remedy)


def _is_short(length: timedelta, context: Context) -> bool:
    """Whether objects go so soon that nobody would ask for a former version."""
    return length <= context.standard.length("object-lifetime-short", context.tier)
