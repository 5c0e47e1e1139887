"""Rule: objects of which only the last version is left."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Applicability, Context, Finding, NotApplicable, Rule, Yes, cannot_tell, fails, passes
from opsready.model.datastore import Bucket


class MissingObjectVersioning(Rule[Bucket]):
    """An object that is overwritten or deleted in a bucket is gone."""

    name = "missing-object-versioning"
    objective = "backups"
    severity = "H/M/L/L"
    attestable = True

    def applies(self, bucket: Bucket, context: Context, /) -> Applicability:
        """Ask of buckets whose objects would be missed and may change."""
        del context
        reason = bucket.disposable or bucket.written_once
        return NotApplicable(reason) if reason else Yes()

    def check(self, bucket: Bucket, context: Context, /) -> Iterator[Finding]:
        """See whether former versions are kept."""
        del context
        versioning = bucket.versioning
        place = versioning.place_in(bucket)
        if versioning.effective is None:
            reason = f"whether `{bucket.name}` keeps former versions cannot be told: {versioning.reason}"
            yield cannot_tell(place, reason, versioning.remedy)
        elif versioning.effective:
            yield passes(place, versioning.says)
        else:
            yield fails(place, f"`{bucket.name}` keeps no former versions: {versioning.says}", versioning.remedy)
