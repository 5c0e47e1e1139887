"""Check that every place of a JSON report is where the report says: `check_locations.py ROOT REPORT.json`.

Make the report with `opsready check ROOT --format json:REPORT.json --show all`. A verdict has to stand on its subject's
name as written there, on a key or an instruction that its rule reads, on what it names, or on the header of what could
not be opened.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

# The attributes that each rule reads, by the last step of their path; a block that would hold one counts as well.
_ATTRIBUTES: dict[str, frozenset[str]] = {
    "alert-without-runbook": frozenset({"runbook_url", "runbook", "runbook-url", "runbookUrl", "playbook_url"}),
    "broken-runbook-link": frozenset(
        {
            *("runbook_url", "runbook", "runbook-url", "runbookUrl", "playbook_url", "runbooks", "url"),
            "opsready.dev/runbook",
        }
    ),
    "broken-reference": frozenset(
        {
            *("name", "selector", "targetPort", "serviceAccountName", "serviceAccount", "serviceName", "secretName"),
            *("claimName", "matchLabels", "stableService", "canaryService", "activeService", "previewService"),
        }
    ),
    "disruption-budget-blocks-drain": frozenset({"minAvailable", "maxUnavailable", "selector", "matchExpressions"}),
    "downtime-on-deploy": frozenset(
        {"type", "strategy", "updateStrategy", "rollingUpdate", "maxUnavailable", "maxSurge", "replicas", "spec"}
    ),
    "image-not-pinned": frozenset({"image"}),
    "image-runs-as-root": frozenset({"securityContext", "runAsUser"}),
    "availability-target-too-low": frozenset({"target", "targetPercent", "objective"}),
    "missing-availability-slo": frozenset({"slo"}),
    "missing-error-budget-policy": frozenset(
        {"slo", "doc", "target", "targetPercent", "objective", "window", "duration"}
    ),
    "missing-error-rate-slo": frozenset({"slo"}),
    "missing-escalation-path": frozenset({"to", "escalation"}),
    "missing-latency-slo": frozenset({"slo"}),
    "missing-owner": frozenset({"team", "owner", "manager"}),
    "autoscaler-ineffective": frozenset({
        *("replicas", "minReplicas", "maxReplicas", "maxReplicaCount", "metrics", "resource", "containerResource"),
        *("type", "selectPolicy", "updateMode", "targetCPUUtilizationPercentage", "cpu", "memory"),
        *("autoscaling.keda.sh/paused", "autoscaling.keda.sh/paused-replicas"),
    }),
    "missing-autoscaling": frozenset({"replicas", "ports"}),
    "missing-liveness-probe": frozenset({"livenessProbe", "ports"}),
    "missing-memory-limit": frozenset({"memory", "limits", "resources"}),
    "probe-port-missing": frozenset({"readinessProbe", "livenessProbe", "startupProbe", "ports"}),
    "probes-identical": frozenset({"readinessProbe", "livenessProbe", "periodSeconds", "failureThreshold"}),
    "missing-readiness-probe": frozenset({"readinessProbe", "ports"}),
    "missing-resource-requests": frozenset({"cpu", "memory", "requests", "limits", "resources"}),
    "missing-runbook": frozenset({"runbooks", "opsready.dev/runbook", "url"}),
    "missing-tier": frozenset({"tier", "criticality", "opsready.dev/tier"}),
    "not-spread-across-zones": frozenset(
        {
            *("topologyKey", "topologySpreadConstraints", "affinity", "podAntiAffinity", "nodeAffinity", "key", "spec"),
            *("nodeSelector", "topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"),
        }
    ),
    "postmortem-incomplete": frozenset({"date", "incident_date"}),
    "rollback-impossible": frozenset({"revisionHistoryLimit"}),
    "rollout-not-progressive": frozenset(
        {
            *("setWeight", "pause", "analysis", "experiment", "plugin", "strategy", "canary", "blueGreen", "scaleDown"),
            *("autoPromotionEnabled", "autoPromotionSeconds", "prePromotionAnalysis", "skipAnalysis", "iterations"),
            *("stepWeight", "stepWeights", "mirror", "duration", "spec", "setCanaryScale", "setHeaderRoute"),
            *("setMirrorRoute", "canaryAnalysis", "replicas"),
        }
    ),
    "backup-retention-too-short": frozenset(
        {
            *("retentionPolicy", "ttl", "backup_retention_period", "backup_retention_days", "delete_after"),
            *("retained_backups", "recovery_period_in_days"),
        }
    ),
    "backup-shares-fate": frozenset(
        {
            *("volumeSnapshot", "barmanObjectStore", "destinationPath", "endpointURL", "skip_final_snapshot"),
            *("retain_backups_on_delete", "geo_redundant_backup_enabled", "point_in_time_recovery"),
        }
    ),
    "missing-backup": frozenset(
        {"backup_retention_period", "point_in_time_recovery", "backup_configuration", "enabled"}
    ),
    "missing-deletion-protection": frozenset(
        {
            *("whenDeleted", "deletion_protection", "deletion_protection_enabled", "prevent_destroy", "force_destroy"),
            *("argocd.argoproj.io/sync-options", "kustomize.toolkit.fluxcd.io/prune", "helm.sh/resource-policy"),
        }
    ),
    "missing-object-versioning": frozenset({"status", "versioning", "versioning_enabled", "enabled"}),
    "single-zone-datastore": frozenset(
        {
            *("instances", "topologyKey", "enablePodAntiAffinity", "topologySpreadConstraints", "multi_az"),
            *("availability_type", "high_availability", "mode"),
        }
    ),
    "stateless-with-data": frozenset({"stateful"}),
    "module-unpinned": frozenset({"module", "source", "version"}),
    "mutable-infrastructure": frozenset({
        *("provisioner", "resource", "image_tag_mutability", "immutable_tags", "upgrade_mode", "name", "name_prefix"),
        "max_instance_lifetime",
    }),
    **dict.fromkeys(
        ("terraform-lock-file-missing", "terraform-state-not-locked", "terraform-state-not-remote"),
        frozenset({"terraform", "provider", "backend", "cloud", "remote_state", "generate", "use_lockfile"}),
    ),
    "terraform-version-unpinned": frozenset({"terraform", "provider", "required_version", "aws", "generate"}),
    "rpo-not-declared": frozenset({"rpo", "opsready.dev/rpo"}),
    "rpo-too-long": frozenset({"rpo", "opsready.dev/rpo"}),
    "rto-not-declared": frozenset({"rto", "opsready.dev/rto"}),
    "rto-too-long": frozenset({"rto", "opsready.dev/rto"}),
    "runbook-stale": frozenset({"last_reviewed_on", "last_reviewed", "reviewed", "date", "updated"}),
    "secret-in-configuration": frozenset({"value", "valueFrom", "data", "stringData", "environment"}),
    "single-region": frozenset({"regions"}),
    "slo-invalid": frozenset(
        {
            *("target", "targetPercent", "objective", "window", "duration", "timeWindow", "timeWindows", "query"),
            *("metric", "error_query", "total_query", "errorQuery", "totalQuery", "apiVersion", "service"),
        }
    ),
    "slo-unbound": frozenset({"service"}),
    "too-few-replicas": frozenset(
        {"replicas", "minReplicas", "minReplicaCount", "idleReplicaCount", "count", "spec"}
    ),
    "ungraceful-shutdown": frozenset({"terminationGracePeriodSeconds", "preStop", "seconds", "command"}),
}  # fmt: skip
# The instructions of a Dockerfile that each rule reads; the last `FROM` is the header of what it builds.
_INSTRUCTIONS: dict[str, frozenset[str]] = {
    "configuration-baked-in": frozenset({"ENV"}),
    "container-runs-shell-as-pid-1": frozenset({"CMD", "ENTRYPOINT"}),
    "image-not-multi-stage": frozenset({"RUN"}),
    "image-not-pinned": frozenset({"FROM"}),
    "image-runs-as-root": frozenset({"USER", "CMD", "ENTRYPOINT"}),
    "image-without-healthcheck": frozenset({"HEALTHCHECK"}),
    "image-without-source-label": frozenset({"LABEL"}),
    "secret-in-configuration": frozenset({"ENV", "ARG"}),
}
_PLACEHOLDER = re.compile(r"TODO|TBD|FIXME|lorem ipsum|coming soon|<\s?insert", re.IGNORECASE)
_NAME_BEFORE = re.compile(r"(?:^|[\s{,-])[\"']?(?:name|generateName|alert)[\"']?\s*:\s*[\"']?$")
_KEY = re.compile(r"[\"']?(?P<key>[\w./-]+)[\"']?\s*:(?=\s|$)")


def violations(root: Path, report: Mapping[str, Any]) -> Iterator[str]:
    """Every place that is not where it should be, one sentence each."""
    files = _Files(root)
    for verdict in report["verdicts"]:
        for location, problem in _problems(files, verdict):
            if not problem:
                continue
            place = f"{location['file']}:{location['line']}:{location['column']}"
            yield f"{place}: {verdict['rule']} of {verdict['subject']['address']}: {problem}"


class _Files:
    """The lines of the files below a root; a place is looked up by the numbers that a report gives."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._lines: dict[str, list[str] | None] = {}

    def lines(self, file: str) -> list[str] | None:
        """A file's lines, None where there is no such file below the root."""
        if file not in self._lines:
            path = (self._root / file).resolve()
            here = path.is_relative_to(self._root) and path.is_file() and not Path(file).is_absolute()
            text = path.read_text(encoding="utf-8-sig", errors="replace") if here else ""
            self._lines[file] = [line.rstrip("\r") for line in text.split("\n")] if here else None
        return self._lines[file]

    def problem(self, location: Mapping[str, Any]) -> str:
        """Why a location is none at all; empty where it is one."""
        lines = self.lines(location["file"])
        if lines is None:
            return "there is no such file"
        line, end_line = location["line"], location["end_line"]
        if not 1 <= line <= end_line <= len(lines):
            return f"lines {line} to {end_line} of {len(lines)}"
        column, end_column = location["column"], location["end_column"]
        if not 1 <= column <= len(lines[line - 1]) + 1 or not 1 <= end_column <= len(lines[end_line - 1]) + 1:
            return f"columns {column} to {end_column} are not on their lines"
        if line == end_line and end_column < column:
            return "it ends before it begins"
        return ""

    def line(self, location: Mapping[str, Any]) -> str:
        """The first line of a place."""
        lines = self.lines(location["file"]) or []
        return lines[int(location["line"]) - 1]

    def text(self, location: Mapping[str, Any]) -> str:
        """What stands at a place, up to the end of its first line."""
        line = self.line(location)
        end = location["end_column"] - 1 if location["line"] == location["end_line"] else len(line)
        return line[location["column"] - 1 : end]


def _problems(files: _Files, verdict: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The places of a verdict that are wrong, and why."""
    own, suppression = verdict["location"], verdict["suppression"]
    if own is not None:
        yield own, files.problem(own) or _verdict_problem(files, verdict, own)
    if suppression is not None:
        at = suppression["location"]
        misplaced = "" if files.problem(at) or _is_decision(files.line(at)) else "no decision stands there"
        yield at, files.problem(at) or misplaced
    for related in verdict["related"]:
        yield related["location"], files.problem(related["location"])


def _verdict_problem(files: _Files, verdict: Mapping[str, Any], location: Mapping[str, Any]) -> str:
    subject, shown = verdict["subject"], files.text(location)
    line = files.line(location)
    accepted = (
        _is_name(shown, subject["name"])
        or _is_attribute(line[location["column"] - 1 :], verdict["rule"])
        or (_speaks_of_page(subject, location) and _is_part_of_page(files, location))
        or _is_header_of_input(verdict, location, line)
        or (verdict["pillar"] == "governance" and _is_decision(line))
        or (subject["type"] in {"Telemetry", "Collector"} and _is_what_it_names(verdict, shown))
        or (subject["type"] == "Image" and _is_instruction(shown, verdict["rule"]))
        or (location["file"].endswith(".tf") and _is_terraform(shown, subject["name"], verdict["rule"]))
        or (location["file"].rpartition("/")[2] == "CODEOWNERS" and "@" in shown)
        or (verdict["rule"] == "action-item-overdue" and any(map(str.isdigit, shown)))
        or (verdict["rule"] == "broken-runbook-link" and _is_link(shown, verdict))
    )
    return "" if accepted else f"neither its name nor an attribute of the rule stands there, but `{shown[:60]}`"


def _is_decision(line: str) -> bool:
    """Whether an ignore, as an annotation or a comment, or the rule of a waiver is on a line."""
    return any(word in line for word in ("opsready.dev/ignore.", "opsready: ignore[", "rule: "))


def _speaks_of_page(subject: Mapping[str, Any], location: Mapping[str, Any]) -> bool:
    """A document's verdict stands on its page; a service's may stand on a page about the service."""
    return subject["type"] == "Document" or (subject["type"] == "Service" and location["file"].endswith(".md"))


def _is_name(shown: str, name: str) -> bool:
    """Whether the subject's name is written: a kustomization may add to it, two alerts of one name are numbered."""
    written = shown.strip().strip("\"'") or "nothing"
    return (
        written == name.partition("#")[0] or (len(written) > 2 and name.startswith(written)) or name.endswith(written)
    )


def _is_what_it_names(verdict: Mapping[str, Any], shown: str) -> bool:
    """Whether a verdict speaks of what stands there: a variable, an annotation, a component of a pipeline."""
    said = " ".join((verdict["message"], verdict["reason"], *verdict["evidence"]))
    return re.split(r"[=:\s]", shown.strip().strip("\"'"))[0] in said


def _is_link(shown: str, verdict: Mapping[str, Any]) -> bool:
    """Whether an item of a list is the link that the verdict is about."""
    written = shown.strip().strip("\"'")
    return bool(written) and written in " ".join((verdict["message"], verdict["reason"], *verdict["evidence"]))


def _is_attribute(text: str, rule: str) -> bool:
    found = _KEY.match(text)
    return found is not None and found["key"] in _ATTRIBUTES.get(rule, frozenset())


def _is_instruction(shown: str, rule: str) -> bool:
    """Whether an instruction of a Dockerfile begins there that the rule reads."""
    word = shown.split(maxsplit=1)[0].upper() if shown.strip() else ""
    return word == "FROM" or word in _INSTRUCTIONS.get(rule, frozenset())


def _is_terraform(shown: str, name: str, rule: str) -> bool:
    """Whether the labels of the subject's block stand there, or an attribute or a nested block that the rule reads."""
    labels = re.match(r'resource "(\w+)" "([\w-]+)"', shown)
    if labels is not None and "resource" not in _ATTRIBUTES.get(rule, ()):
        unindexed = re.sub(r"\[[^\]]*\]", "", name)
        return f".{labels[1]}.{labels[2]}" in f".{unindexed}"
    key = re.match(r"(\w+)(?: *[={]| *\Z| \")", shown)
    return key is not None and key[1] in _ATTRIBUTES.get(rule, frozenset())


def _is_part_of_page(files: _Files, location: Mapping[str, Any]) -> bool:
    """A heading, an entry of the front matter, a placeholder, or the first line of a page without any of them."""
    lines = files.lines(location["file"]) or []
    covered = lines[location["line"] - 1 : location["end_line"]]
    below = lines[location["end_line"]] if location["end_line"] < len(lines) else ""
    first = covered[0].lstrip()
    heading = first.startswith("#") or re.fullmatch(r"(?:=+|-+)\s*", below) is not None
    return heading or location["line"] == 1 or any(_PLACEHOLDER.search(line) for line in covered)


def _is_header_of_input(verdict: Mapping[str, Any], location: Mapping[str, Any], line: str) -> bool:
    """What is in a chart stands at its name, what a kustomization names at that entry, a broken file at its top.

    So does the service that a workload in a chart implies.
    """
    if verdict["rule"] != "input-not-evaluated" and verdict["subject"]["type"] != "Service":
        return False
    before = line[: location["column"] - 1]
    if location["file"].rpartition("/")[2] == "Chart.yaml":
        return _NAME_BEFORE.search(before) is not None or location["line"] == 1
    is_item = re.fullmatch(r"\s*-\s*[\"']?", before) is not None
    return is_item or (location["line"], location["column"]) == (1, 1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print every violation; 1 where there is one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("root", type=Path, metavar="ROOT")
    parser.add_argument("report", type=Path, metavar="REPORT.json")
    given = parser.parse_args(arguments)
    report = json.loads(given.report.read_text(encoding="utf-8"))
    found = list(violations(given.root, report))
    for sentence in found:
        print(sentence)
    placed = sum(verdict["location"] is not None for verdict in report["verdicts"])
    print(f"{placed} places, {len(found)} wrong", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
