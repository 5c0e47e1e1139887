"""What only some configurations say: limits, what is listed, overrides, and where links lead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.config.profiles import PROFILES
from opsready.config.reader import kind, shown
from opsready.model.verdict import SEVERITIES, TIERS
from opsready.records import replace

if TYPE_CHECKING:
    from opsready.config.model import Configuration
    from opsready.config.reader import Reader
    from opsready.parse.syntax import Map

NEVER = "never"
WHOLE = "overall"
_ADDRESS = re.compile(r"https?://[^\s/?#]+(?:/[^\s?#]*)?\Z", re.IGNORECASE)
_VERSION = re.compile(r"opsready/(\d{1,4}\.\d{1,4}\.\d{1,4})\Z")
_NAMES = "names of rules, objectives or pillars"


def with_settings(found: Configuration, reader: Reader, root: Map) -> Configuration:
    """The configuration with everything that `root` says besides."""
    from opsready.config.overrides import overrides

    return replace(
        found,
        profile=reader.choice(root, "profile", tuple(PROFILES), "profile"),
        select=reader.texts(root, "select", _NAMES),
        ignore=reader.texts(root, "ignore", _NAMES),
        fail_on=reader.choice(root, "fail-on", (*SEVERITIES, NEVER), "severity"),
        min_scores=_min_scores(reader, root),
        min_evidence=_min_evidence(reader, root),
        floors=_floors(reader, root),
        overrides=overrides(reader, root) if root.get("overrides") is not None else (),
        platform_services=_platform_services(reader, root),
        runbook_bases=_runbook_bases(reader, root),
        standard=_standard(reader, root),
    )


def _min_scores(reader: Reader, root: Map) -> tuple[tuple[str, float], ...]:
    from opsready.parse.syntax import Map

    value = root.get("min-score")
    if value is None:
        return ()
    if not isinstance(value, Map):
        return (("", reader.percentage(root, "min-score", "score")),)
    return tuple(("" if name == WHOLE else name, reader.percentage(value, name, "score")) for name in value)


def _min_evidence(reader: Reader, root: Map) -> float | None:
    if root.get("min-evidence") is None:
        return None
    return reader.percentage(root, "min-evidence", "percentage")


def _floors(reader: Reader, root: Map) -> dict[int, float]:
    mapping = reader.mapping(root, "floors", "tiers to scores", "floors: {1: 85, 2: 75}")
    found = {}
    for name in mapping:
        if name not in map(str, TIERS):
            message = f"`floors` names the tier `{shown(name)}`"
            raise reader.mistake(mapping.pos[name][0], message, "the tiers are 1 (critical) to 4")
        found[int(name)] = reader.percentage(mapping, name, "score")
    return found


def _platform_services(reader: Reader, root: Map) -> tuple[str, ...]:
    names = reader.texts(root, "platform-services", "names of services")
    wrong = next((name for name in names if len(name.split()) > 1), None)
    if wrong is not None:
        message = f"`platform-services` names `{shown(wrong)}`, and no service's name holds a space"
        raise reader.mistake(root.pos["platform-services"][1], message, "write each name as an item of its own")
    return names


def _runbook_bases(reader: Reader, root: Map) -> dict[str, str]:
    example = "runbook-base-urls: {'https://wiki.acme.example/runbooks/': docs/runbooks}"
    mapping = reader.mapping(root, "runbook-base-urls", "addresses to folders", example)
    found = {}
    for address in mapping:
        key, value, _ = mapping.pos[address]
        if not _ADDRESS.match(address):
            message = f"`{shown(address)}` is no address that pages may lie below"
            raise reader.mistake(key, message, "write it with `https://` and without a query")
        folder = mapping[address]
        if not isinstance(folder, str) or not folder.strip():
            message = f"`{shown(address)}` must name a folder, not {kind(folder)}"
            raise reader.mistake(value, message, f"write `{example}`")
        parts = folder.strip("/").split("/")
        if folder.startswith("/") or ".." in parts:
            message = f"`{shown(folder)}` is no folder of this repository"
            raise reader.mistake(value, message, "write a path relative to the root, `.` for the root itself")
        found[address] = "/".join(part for part in parts if part != ".")
    return found


def _standard(reader: Reader, root: Map) -> str:
    written = reader.text(root, "standard")
    if not written:
        return ""
    version = _VERSION.match(written)
    if version is None:
        message = f"`standard` is `{shown(written)}`, which names no version of a standard"
        raise reader.mistake(root.pos["standard"][1], message, "write it as `opsready/1.3.2`")
    return version[1]
