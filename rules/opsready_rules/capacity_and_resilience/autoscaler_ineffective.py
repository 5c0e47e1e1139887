"""Rule: an autoscaler that looks like capacity and is none."""

from __future__ import annotations

from collections.abc import Iterator

from opsready.api import Context, Finding, Rule, cannot_tell, fails, passes
from opsready.model.scaling import ScalingMetric
from opsready.model.source import Known, Unknown, known
from opsready.model.verdict import Related
from opsready.model.workload import Autoscaler, Container, Workload


class AutoscalerIneffective(Rule[Autoscaler]):
    """An autoscaler cannot scale its target, or something works against it."""

    name = "autoscaler-ineffective"
    objective = "autoscaling"
    severity = "H/H/M/M"

    def check(self, autoscaler: Autoscaler, context: Context, /) -> Iterator[Finding]:
        """Follow it to its target, and look for everything that keeps it from scaling that."""
        targets = context.graph.scaling.targets_of(autoscaler)
        if not targets:
            yield _without_target(autoscaler, context)
            return
        found = [*_bounds(autoscaler), *_stopped(autoscaler)]
        aspects = {finding.aspect for finding in found}
        for target in targets:
            for finding in _about(autoscaler, target, context):
                if finding.aspect not in aspects:
                    aspects.add(finding.aspect)
                    found.append(finding)
        least, most = known(autoscaler.minimum), known(autoscaler.maximum)
        evidence = f"`{autoscaler.name}` scales `{targets[0].address}` between {least} and {most} replicas"
        yield from found or [passes(autoscaler.place, evidence)]


def _without_target(autoscaler: Autoscaler, context: Context) -> Finding:
    if autoscaler.target_hidden:
        return cannot_tell(autoscaler.place, autoscaler.target_hidden)
    resolution = context.graph.scaling.target(autoscaler)
    if resolution.outcome != "missing":
        return cannot_tell(autoscaler.place, resolution.reason)
    message = f"`{autoscaler.name}` scales nothing: {resolution.reason}"
    return fails(autoscaler.place, message, "name the workload that it is meant for", cause="broken-reference")


def _bounds(autoscaler: Autoscaler) -> Iterator[Finding]:
    """Whether there is anything between the least and the most; that the least is two is `too-few-replicas`."""
    least, most = autoscaler.minimum, autoscaler.maximum
    for value in (least, most):
        if isinstance(value, Unknown):
            yield cannot_tell(value.place or autoscaler.place, value.reason, aspect="bounds")
            return
    low, high = known(least) or 0, known(most)
    if high is None:
        message = f"`{autoscaler.name}` sets no maximum, without which Kubernetes refuses it"
        yield fails(autoscaler.place, message, "set `maxReplicas` to what its dependencies can bear", aspect="bounds")
    elif high <= low:
        how = (
            f"its minimum and its maximum are both {low}"
            if high == low
            else f"its maximum {high} is below its minimum {low}"
        )
        place = most.place if isinstance(most, Known) else autoscaler.place
        help_text = "raise the maximum to what its dependencies can bear, or drop the autoscaler"
        yield fails(place, f"`{autoscaler.name}` never scales: {how}", help_text, aspect="bounds")


def _stopped(autoscaler: Autoscaler) -> Iterator[Finding]:
    for why, place in autoscaler.stopped[:1]:
        message = f"`{autoscaler.name}` does not scale up: {why}"
        yield fails(place, message, "let it scale, or drop it and say why the size is fixed", aspect="stopped")


def _about(autoscaler: Autoscaler, target: Workload, context: Context) -> Iterator[Finding]:
    """What is wrong between an autoscaler and one of its targets."""
    if target.kind not in {"service", "ordered"}:
        message = f"`{autoscaler.name}` scales nothing: `{target.address}` has no number of replicas"
        yield fails(autoscaler.place, message, "drop the autoscaler", aspect="target")
        return
    rival = context.graph.scaling.rival_of(autoscaler, target)
    if rival is not None:
        yield fails(
            autoscaler.place,
            f"`{autoscaler.address}` and `{rival.address}` both scale `{target.address}`, each against the other",
            "leave one autoscaler to each workload",
            related=[Related(f"`{rival.address}`", rival.place.span)],
            aspect="rival",
        )
    yield from _fixed(autoscaler, target)
    pods = context.graph.scaling.pods_of(target)
    if pods is None:
        reason = f"`{target.delegates_to}`, whose pods `{target.name}` runs, is not declared here"
        yield cannot_tell(autoscaler.place, reason, aspect="requests")
        return
    if autoscaler.metrics.incomplete:
        yield cannot_tell(autoscaler.place, autoscaler.metrics.incomplete, aspect="metrics")
    for metric in autoscaler.metrics.items:
        if metric.of_requests:
            yield from _requested(autoscaler, metric, pods, context)
            yield from _resized(autoscaler, metric, target, context)


def _fixed(autoscaler: Autoscaler, target: Workload) -> Iterator[Finding]:
    """A number of replicas in the manifest, which every deploy puts back into force."""
    replicas = target.replicas
    if isinstance(replicas, Unknown):
        yield cannot_tell(replicas.place or autoscaler.place, replicas.reason, aspect="replicas")
    elif isinstance(replicas, Known) and replicas.value == 0 and not autoscaler.from_zero:
        message = f"`replicas: 0` of `{target.address}` switches `{autoscaler.name}` off"
        yield fails(replicas.place, message, "remove `replicas` from the workload", aspect="replicas")
    elif isinstance(replicas, Known):
        number = f"{replicas.value} replica{'' if replicas.value == 1 else 's'}"
        message = f"every deploy sets `{target.address}` back to {number}, against `{autoscaler.name}`"
        help_text = "remove `replicas` from the workload and leave the number to the autoscaler"
        yield fails(replicas.place, message, help_text, severity="medium", aspect="replicas")


def _requested(autoscaler: Autoscaler, metric: ScalingMetric, pods: Workload, context: Context) -> Iterator[Finding]:
    """Whether there is anything to compare the use of a resource with: one container without a request is enough."""
    aspect = f"requests of {metric.name} {metric.container}".strip()
    running = [container for container in pods.containers.items if container.role != "init"]
    measured = [container for container in running if metric.container in {"", container.name}]
    answers = {container.name: _requests(container, metric.name, context) for container in measured}
    missing = [name for name, answer in answers.items() if answer is False]
    unknown = next((answer for answer in answers.values() if isinstance(answer, Unknown)), None)
    if missing:
        names = " and ".join(f"`{name}`" for name in missing)
        verb = "requests" if len(missing) == 1 else "request"
        yield fails(
            metric.place,
            f"`{autoscaler.name}` scales by the share of requested `{metric.name}` in use, and {names} {verb} none",
            f"set `resources.requests.{metric.name}` on each container of `{pods.address}`",
            aspect=aspect,
        )
    elif unknown is not None:
        yield cannot_tell(unknown.place or metric.place, unknown.reason, aspect=aspect)
    elif pods.containers.incomplete:
        yield cannot_tell(metric.place, pods.containers.incomplete, aspect=aspect)
    elif not measured:
        message = f"`{autoscaler.name}` scales by container `{metric.container}`, which `{pods.address}` does not have"
        yield fails(metric.place, message, "correct the container's name", aspect=aspect)


def _requests(container: Container, resource: str, context: Context) -> bool | Unknown:
    """Whether a container requests a resource; where it does not itself, its limit, its pod or its namespace may."""
    request, limit = (
        (container.cpu_request, container.cpu_limit)
        if resource == "cpu"
        else (container.memory_request, container.memory_limit)
    )
    if isinstance(request, Known) or isinstance(limit, Known):
        return True
    if resource in context.graph.default_requests(container):
        return True
    hidden = [value for value in (request, limit) if isinstance(value, Unknown)]
    return hidden[0] if hidden else False


def _resized(autoscaler: Autoscaler, metric: ScalingMetric, target: Workload, context: Context) -> Iterator[Finding]:
    """A vertical autoscaler that moves the requests which this one compares with."""
    for vertical in context.graph.scaling.resized_by(target):
        aspect = f"size of {metric.name}"
        if metric.name not in vertical.resources:
            continue
        if isinstance(vertical.resizes, Unknown):
            yield cannot_tell(vertical.resizes.place or vertical.place, vertical.resizes.reason, aspect=aspect)
        elif known(vertical.resizes):
            yield fails(
                metric.place,
                f"`{vertical.address}` changes the requested `{metric.name}` by which `{autoscaler.name}` scales",
                f"take `{metric.name}` from one of the two, or set the vertical one to `updateMode: Off`",
                related=[Related(f"`{vertical.address}`", vertical.place.span)],
                aspect=aspect,
            )
