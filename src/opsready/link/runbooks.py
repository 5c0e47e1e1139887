"""Where the links to runbooks lead, followed as far as this repository goes."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from opsready.link.files import host_address
from opsready.model.document import RunbookLink, anchor_key
from opsready.model.network import Resolution
from opsready.model.source import Known, Unknown
from opsready.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opsready.link.files import Files
    from opsready.model.alert import Alert
    from opsready.model.document import Document
    from opsready.model.service import Service
    from opsready.model.source import Place

_TEMPLATED = ("{{", "${", "<%")
_REPEATED = pattern(r"[-_]\d{1,3}\Z")
_PAGE = pattern(r"\.(?:md|markdown|mdx|rst|adoc|txt|html?)\Z", re.IGNORECASE)
# What code hosts and browsers make of the part behind `#` themselves: lines, and text to highlight.
_NO_SECTION = pattern(r"\AL\d+|\A:~:|\Alines-\d+", re.IGNORECASE)


class RunbookLinks:
    """The links of alerts and of catalogue entries to runbooks."""

    def __init__(
        self,
        documents: Mapping[str, Document],
        files: Files,
        alerts: Iterable[Alert] = (),
        services: Iterable[Service] = (),
    ) -> None:
        """Learn which address is this repository's own; `documents` are by path in lower case."""
        self._documents = documents
        self._files = files
        written = [alert.runbook.value for alert in alerts if isinstance(alert.runbook, Known)]
        written.extend(link.target for service in services for link in service.links)
        self._own_addresses = self._learn(written)

    def _learn(self, links: Iterable[str]) -> frozenset[str]:
        """Where pages of a code host are files here, at least as often as not, every page there should be one."""
        counted: Counter[str] = Counter()
        for link in links:
            address = host_address(link)
            if address and not _is_templated(link):
                counted[address] += 1 if self._files.linked(link) else -1
            if address and self._files.linked(link):
                counted[f"found {address}"] += 1
        return frozenset(a for a, balance in counted.items() if balance >= 0 and counted[f"found {a}"])

    def of_alert(self, alert: Alert, /) -> RunbookLink | None:
        """Where an alert's link leads; None where it has none."""
        link = alert.runbook
        if isinstance(link, Unknown):
            return RunbookLink("", link.place or alert.place, "unknown", link.reason)
        if not isinstance(link, Known) or not link.value.strip():
            return None
        written = link.value.strip()
        if _is_templated(written) and "://" not in written:
            reason = f"its runbook link `{written}` is filled in when it fires"
            return RunbookLink(written, link.place, "unknown", reason)
        return self._followed(written, link.place)

    def of_service(self, service: Service, /) -> tuple[RunbookLink, ...]:
        """Where each link of a catalogue entry to a runbook leads."""
        return tuple(
            self._followed(link.target, link.place)
            if link.external
            else self._at(link.target, link.place, self._files.at(link.target))
            for link in service.links
            if link.kind == "runbook"
        )

    def resolution(self, alert: Alert, /) -> Resolution:
        """What became of an alert's link, for whoever asks only whether there is a page."""
        link = self.of_alert(alert)
        if link is None:
            return Resolution("missing", "it links no runbook")
        shown = link.target if "://" in link.target else f"`{link.target}`"
        if link.state == "unknown" and not link.page:
            return Resolution("unknown", link.reason, link.place)
        if link.page:
            return Resolution("found", f"its runbook is `{link.page}`", link.place)
        if link.state == "elsewhere" and ("://" in link.target or link.target.startswith("//")):
            return Resolution("found", f"its runbook is {link.target}", link.place)
        of_this = " of this repository" if "://" in link.target else ""
        return Resolution("missing", f"its runbook link {shown} leads to no file{of_this}", link.place)

    def _followed(self, written: str, place: Place) -> RunbookLink:
        """A link as an alert or a page writes it: a path, or an address."""
        if _is_templated(written):
            return RunbookLink(written, place, "elsewhere")
        found = self._files.linked(written)
        if found or self._may_be_here(written):
            return self._at(written, place, found)
        return RunbookLink(written, place, "elsewhere")

    def _may_be_here(self, written: str) -> bool:
        """Whether a link is meant to lead into this repository: `go/cart` and `wiki.example/cart` are not."""
        if self._files.below_base(written) is not None:
            return True
        if "://" in written:
            return host_address(written) in self._own_addresses
        path = written.partition("#")[0].strip()
        if path.startswith("//") or " " in path:
            return False
        first = path.removeprefix("./").strip("/").partition("/")[0]
        return path.startswith(("./", "/")) or _PAGE.search(path) is not None or self._files.has(first)

    def _at(self, written: str, place: Place, found: list[str]) -> RunbookLink:
        if not found and _is_templated(written):
            return RunbookLink(written, place, "unknown", f"`{written}` is filled in by a template")
        if not found:
            return RunbookLink(written, place, "missing")
        page = self._documents.get(found[0].lower()) if len(found) == 1 else None
        anchor = written.partition("#")[2]
        if page is None or not anchor or self._has_section(page, anchor):
            return RunbookLink(written, place, "here", page=found[0])
        if not page.anchors.complete:
            reason = f"whether `{page.path}` has a section `{anchor}` is unknown: {page.anchors.incomplete}"
            return RunbookLink(written, place, "unknown", reason, found[0])
        return RunbookLink(written, place, "no-section", page=found[0])

    def _has_section(self, page: Document, anchor: str) -> bool:
        """Whether a part of the page is called so, however a site spells it; the second of one name has a number."""
        if "%" in anchor:
            from urllib.parse import unquote

            anchor = unquote(anchor)
        anchor = anchor.removeprefix("user-content-")
        names = page.anchors.items
        keys = (anchor_key(anchor), anchor_key(_REPEATED.sub("", anchor)))
        return _NO_SECTION.match(anchor) is not None or any(key in names for key in keys)


def _is_templated(text: str) -> bool:
    return any(mark in text for mark in _TEMPLATED)
