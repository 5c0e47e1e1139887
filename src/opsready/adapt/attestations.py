"""People's dated words: attestations, wherever they are written, and objectives that a service is excused from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from opsready.adapt.durations import calendar_date
from opsready.model.service import Attestation, Exemption
from opsready.model.source import Known, Place
from opsready.parse.syntax import Map, Seq, span
from opsready.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.adapt.attributes import Node

REQUIRED = ("rule", "statement", "by", "date", "expires")
KEYS = (*REQUIRED, "evidence")


@dataclass(frozen=True, slots=True)
class Flaw:
    """What keeps an attestation from being one, and the key that it is about."""

    key: str
    what: Literal["missing", "no-text", "no-date", "ends-before"]


def attestation(item: Map, file: str) -> Attestation | Flaw:
    """The attestation that a mapping is; for how long it may hold is the standard's to say."""
    for key in REQUIRED:
        if item.get(key) is None:
            return Flaw(key, "missing")
    texts = {key: item.get(key) for key in ("rule", "statement", "by", "evidence")}
    for key, value in texts.items():
        if value is not None and (not isinstance(value, str) or not value.strip()):
            return Flaw(key, "no-text")
    given, expires = calendar_date(item["date"]), calendar_date(item["expires"])
    if given is None or expires is None:
        return Flaw("date" if given is None else "expires", "no-date")
    if expires < given:
        return Flaw("expires", "ends-before")
    rule, statement, by = (str(texts[key]).strip() for key in ("rule", "statement", "by"))
    start, _, end = item.pos["rule"]
    place = Place(f"attestations[{rule}]", span(file, start, end))
    return Attestation(rule, statement, by, given, expires, place, str(texts["evidence"] or "").strip())


def attestations(node: Node) -> Iterator[tuple[Attestation | Flaw, Map]]:
    """Every attestation of a service's `spec`, each with the mapping that it was read from."""
    for item in _mappings(node, "attestations"):
        yield attestation(item, node.file), item


def exemptions(node: Node) -> Iterator[Exemption]:
    """The objectives that a service's `spec` says make no sense for it; the schema complains about what is no such."""
    for item in _mappings(node, "not_applicable"):
        review_by = calendar_date(item.get("review_by"))
        objective, reason, by = (_words(item.get(key)) for key in ("objective", "reason", "by"))
        if review_by is not None and objective and reason and by:
            start, _, end = item.pos["objective"]
            place = Place(f"not_applicable[{objective}]", span(node.file, start, end))
            yield Exemption(objective, reason, by, review_by, place)


def _words(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _mappings(node: Node, key: str) -> Iterator[Map]:
    listed = node.raw(key)
    if isinstance(listed, Known) and isinstance(listed.value, Seq):
        yield from (item for item in listed.value if isinstance(item, Map))
