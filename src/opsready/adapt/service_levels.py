"""What a service file says of levels: the files of its objectives, and the policy for the day a budget is spent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.adapt.durations import calendar_period, duration
from opsready.model.source import Known, Unknown, Unset

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from opsready.adapt.attributes import Node
    from opsready.model.service import Link
    from opsready.model.source import Value


def level_links(spec: Node) -> Iterator[Link]:
    """The files of objectives and the policy, as links."""
    from opsready.adapt.service_file import link, texts

    for target, place in texts(spec.node("objectives"), "slo"):
        yield link("slo", target, place)
    for target, place in texts(spec.node("error_budget_policy"), "doc"):
        yield link("policy", target, place)


def budget_window(spec: Node) -> Value[timedelta]:
    """The time over which a budget is counted; Unknown where what is written has no fixed number of days."""
    written = spec.node("error_budget_policy").text("window")
    if not isinstance(written, Known):
        return Unset() if isinstance(written, Unset) else written
    length = duration(written.value)
    if length is None and calendar_period(written.value) is None:
        return Unknown(f"`{written.value[:40]}` is no length of time", written.place)
    return (
        Unknown(f"`{written.value[:40]}` has no fixed number of days", written.place)
        if length is None
        else Known(length, written.place)
    )
