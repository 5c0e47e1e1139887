"""What workloads, namespaces and operators' objects say about telemetry, as they write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.adapt.attributes import Node, is_placeholder
from opsready.adapt.kubernetes_objects import identity_of, root_node
from opsready.adapt.kubernetes_selectors import label_selector
from opsready.model.source import Entry, Known, Place, Unknown, Unset
from opsready.model.telemetry import Import, Injection, Monitor, NamespaceDefaults, Program, Telemetry, Variable
from opsready.parse.syntax import Map, Seq, Withheld, span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.model.entity import Entity, Identity
    from opsready.model.source import Value
    from opsready.model.standard import Standard
    from opsready.model.workload import Container, Workload
    from opsready.resolve.units import Resource, Unit

# Names of variables and words of command lines that may say something about telemetry.
_PREFIXES = (
    *("OTEL_", "DD_", "JAEGER_", "ZIPKIN", "ELASTIC_APM_", "NEW_RELIC_", "APPLICATIONINSIGHTS_", "AWS_XRAY_"),
    *("SPRING_", "MANAGEMENT_", "QUARKUS_", "JAVA_", "_JAVA_", "JDK_JAVA_", "JVM_", "CATALINA_OPTS", "NODE_OPTIONS"),
)
_WORDS = ("LOG", "TRAC", "METRIC")
_ARGUMENT_WORDS = ("otel", "opentelemetry", "trac", "log", "metric", "javaagent", "newrelic", "elastic-apm", "spring.")
# Variables that hold several settings: what is filled in later is then only a part of them.
_COMPOUND = ("OTEL_RESOURCE_ATTRIBUTES",)
_COMPOUND_ENDINGS = ("_OPTS", "_OPTIONS")
_FIELDS = (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret"))
_ANNOTATIONS = (
    *("instrumentation.opentelemetry.io/", "resource.opentelemetry.io/", "sidecar.opentelemetry.io/"),
    *("prometheus.io/", "ad.datadoghq.com/", "admission.datadoghq.com/", "tags.datadoghq.com/"),
    *("sidecar.istio.io/inject", "istio-injection", "istio.io/rev", "istio.io/dataplane-mode", "linkerd.io/inject"),
    *("oneagent.dynatrace.com/inject",),
)
INJECT = "instrumentation.opentelemetry.io/inject-"
_LONGEST_ARGUMENT = 10_000  # characters


def matters(name: str) -> bool:
    """Whether a variable of this name may be about telemetry."""
    upper = name.upper()
    return upper.startswith(_PREFIXES) or any(word in upper for word in _WORDS)


def telemetry(workload: Workload, root: Node, pod_metadata: Node, pod: Node) -> Telemetry:
    """What a workload's own declaration says about its telemetry."""
    nodes = (*pod.items("containers").items, *pod.items("initContainers").items)
    both = zip(workload.containers.items, nodes, strict=False)
    programs = tuple(_program(container, node) for container, node in both if container.role != "init")
    inert = () if root.node("metadata").place == pod_metadata.place else tuple(_asked_too_high(root.node("metadata")))
    return Telemetry(
        workload.identity,
        workload,
        programs,
        tuple(_telling(pod_metadata)),
        inert,
        pod_metadata.withheld or pod_metadata.node("annotations").withheld,
    )


def _telling(metadata: Node) -> Iterator[Entry]:
    """The annotations and labels that say something about telemetry."""
    for field in ("annotations", "labels"):
        node = metadata.node(field)
        for key in node.tree or ():
            if key.startswith(_ANNOTATIONS):
                yield Entry(key, node.text(key))


def _asked_too_high(metadata: Node) -> Iterator[Entry]:
    """Injections that are asked for on the workload itself, where the operator does not look."""
    return (entry for entry in _telling(metadata) if entry.name.startswith(INJECT))


def _program(container: Container, node: Node) -> Program:
    listed = node.raw("env")
    env, hidden = Seq(), ""
    if isinstance(listed, Unknown):
        hidden = listed.reason
    elif isinstance(listed, Known):
        env = listed.value if isinstance(listed.value, Seq) else env
        hidden = env.incomplete if isinstance(listed.value, Seq) else f"`{node.inner_path('env')}` is not a list"
    hidden = hidden or next((item.reason for item in env if isinstance(item, Withheld)), "")
    imports = node.items("envFrom") if "envFrom" in node else None
    return Program(
        container,
        tuple(_variables(env, node)),
        tuple(found for source in imports.items for found in _imports(source)) if imports else (),
        tuple(_arguments(node)),
        hidden or (imports.incomplete if imports else ""),
    )


def _variables(env: Seq, container: Node) -> Iterator[Variable]:
    for item in env:
        name = item.get("name") if isinstance(item, Map) else None
        if isinstance(item, Map) and isinstance(name, str) and matters(name):
            path = f"{container.inner_path('env')}[{name}]"
            _, start, end = item.pos["name"]
            yield variable(Node(item, container.file, path, Place(path, span(container.file, start, max(start, end)))))


def variable(node: Node) -> Variable:
    """One variable of a list, whatever gives its value."""
    name, source = node.plain_text("name"), node.node("valueFrom")
    for field, kind in _FIELDS:
        target = source.node(field)
        if target:
            key = target.plain_text("key")
            return Variable(name, Unset(), node.place, kind, target.plain_text("name"), key)
    if source or source.withheld:
        return Variable(name, Unknown(f"the platform fills in `{name}`", node.place), node.place)
    return Variable(name, readable(name, node.text("value")), node.place)


def readable(name: str, value: Value[str]) -> Value[str]:
    """A variable's value, unless something fills it in before the program sees it."""
    compound = name in _COMPOUND or name.endswith(_COMPOUND_ENDINGS)
    if isinstance(value, Known) and is_placeholder(value.value) and not (compound and "=" in value.value):
        return Unknown(
            f"`{name}` is `{value.value[:60]}`, which something fills in before the program starts", value.place
        )
    return value


def _imports(source: Node) -> Iterator[Import]:
    for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
        target = source.node(field)
        if "name" in target:
            yield Import(kind, target.plain_text("name"), source.plain_text("prefix"), target.key_place("name"))


def _arguments(node: Node) -> Iterator[Entry]:
    """Words of the command line that may be about telemetry; `--flag value` reads as `--flag=value`."""
    for field in ("command", "args"):
        value = node.raw(field)
        if not isinstance(value, Known) or not isinstance(value.value, Seq):
            continue
        words = value.value
        for index, (word, (start, end)) in enumerate(zip(words, words.pos, strict=False)):
            if not isinstance(word, str) or len(word) > _LONGEST_ARGUMENT:
                continue
            if any(part in word.lower() for part in _ARGUMENT_WORDS):
                following = words[index + 1] if index + 1 < len(words) else None
                joined = word
                if word.startswith("-") and "=" not in word and isinstance(following, str) and following[:1] != "-":
                    joined = f"{word}={following}"
                place = Place(f"{node.inner_path(field)}[{index}]", span(node.file, start, max(start, end)))
                yield Entry(field, Known(joined, place))


def operators(resource: Resource, unit: Unit, standard: Standard) -> Iterator[Entity]:
    """The entities of a Namespace, an Instrumentation, a ServiceMonitor or a PodMonitor."""
    del standard
    root = root_node(resource)
    identity = identity_of(resource, unit)
    spec = root.node("spec")
    match resource.kind:
        case "Namespace":
            entries = tuple(_telling(root.node("metadata")))
            if entries:
                yield NamespaceDefaults(identity, entries)
        case "Instrumentation":
            yield _injection(spec, identity)
        case _:
            yield _monitor(resource.kind, spec, identity)


# What of an Instrumentation the operator gives to a program under which name, unless the program has it already.
_GIVEN = (
    (("exporter", "endpoint"), "OTEL_EXPORTER_OTLP_ENDPOINT"),
    (("sampler", "type"), "OTEL_TRACES_SAMPLER"),
    (("sampler", "argument"), "OTEL_TRACES_SAMPLER_ARG"),
)


def _injection(spec: Node, identity: Identity) -> Injection:
    # v1beta1 has below `envConfig` what v1alpha1 has in `spec` itself.
    owners = (spec, spec.node("envConfig"))
    variables = [variable(item) for owner in owners for item in owner.items("env").items]
    attributes: list[Entry] = []
    for owner in owners:
        for (section, key), name in _GIVEN:
            node = owner.node(section)
            if key in node:
                variables.append(Variable(name, readable(name, node.text(key)), node.key_place(key)))
        listed = owner.raw("propagators")
        if not isinstance(listed, Unset):
            place = owner.key_place("propagators")
            found = owner.texts("propagators")
            hidden = listed.reason if isinstance(listed, Unknown) else found.incomplete
            value: Value[str] = Unknown(hidden, place) if hidden else Known(",".join(found.items), place)
            variables.append(Variable("OTEL_PROPAGATORS", value, place))
        node = owner.node("resource").node("resourceAttributes")
        attributes.extend(Entry(key, node.text(key)) for key in node.tree or ())
    return Injection(identity, tuple(attributes), tuple(variables))


def _monitor(kind: str, spec: Node, identity: Identity) -> Monitor:
    of_services = kind == "ServiceMonitor"
    scope = spec.node("namespaceSelector")
    namespaces: tuple[str, ...] | None = None
    if scope.plain_text("any") == "true":
        namespaces = ()
    elif scope.texts("matchNames").items:
        namespaces = scope.texts("matchNames").items
    endpoints = spec.items("endpoints" if of_services else "podMetricsEndpoints")
    return Monitor(
        identity,
        of_services,
        label_selector(spec, "selector", all_when_empty=True),
        namespaces,
        tuple(endpoint.plain_text("port") for endpoint in endpoints.items),
    )
