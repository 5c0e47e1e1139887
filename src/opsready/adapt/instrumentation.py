"""What environment variables and command lines say to the libraries and agents that emit telemetry.

Names and defaults: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/, and the pages of
each product.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.adapt.log_formats import log_formats
from opsready.model.source import Known, Unknown, Unset
from opsready.model.telemetry import Attribute, Sign, Variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from opsready.model.source import Entry, Place, Value
    from opsready.model.telemetry import Signal

OPENTELEMETRY = "OpenTelemetry"
W3C = ("tracecontext", "baggage")
_SIGNALS: tuple[Signal, ...] = ("traces", "metrics", "logs")
_TRUE = frozenset({"true", "1", "yes", "on", "enabled"})
_FALSE = frozenset({"false", "0", "no", "off", "disabled"})

# What puts an agent beside a program, and whose agent it is. Expressions are compiled when the first text needs them.
_AGENTS = (
    r"(?P<OpenTelemetry>-javaagent:\S{0,300}?(?:opentelemetry|otel)[\w./-]{0,100}"
    r"|\bopentelemetry-instrument\b|@opentelemetry/auto-instrumentations-node[\w/-]{0,40})"
    r"|(?P<Datadog>-javaagent:\S{0,300}?dd-java-agent[\w./-]{0,100}|\bddtrace-run\b|\bdd-trace/init[\w.]{0,20})"
    r"|(?P<Elastic>-javaagent:\S{0,300}?elastic-apm-agent[\w./-]{0,100}|\belastic-apm-node/start[\w-]{0,20})"
    r"|(?P<NewRelic>-javaagent:\S{0,300}?newrelic[\w./-]{0,100}|\bnewrelic-admin\b)"
    r"|(?P<ApplicationInsights>-javaagent:\S{0,300}?applicationinsights[\w./-]{0,100})"
)
# One of them is in whatever that expression finds; looking for them takes a thousandth of compiling it.
_AGENT_WORDS = ("-javaagent:", "opentelemetry", "ddtrace", "dd-trace", "elastic-apm-node", "newrelic-admin")
_PRODUCTS = {"NewRelic": "New Relic", "ApplicationInsights": "Application Insights"}
_PROPERTY = r"(?:^|\s)(?:-D|--)((?:otel|spring|management|dd|quarkus|logging)\.[\w.-]{1,100})=(\S{0,500})"
_OPTIONS = ("_OPTS", "_OPTIONS")

# Variables that only a library of a product reads: the signals that they show.
_READERS: tuple[tuple[str, str, tuple[Signal, ...]], ...] = (
    ("DD_AGENT_HOST", "Datadog", ("traces", "metrics")),
    ("DD_TRACE_AGENT_URL", "Datadog", ("traces",)),
    ("DD_SERVICE", "Datadog", ("traces",)),
    ("ELASTIC_APM_SERVER_URL", "Elastic", ("traces", "metrics")),
    ("ELASTIC_APM_SERVER_URLS", "Elastic", ("traces", "metrics")),
    ("ELASTIC_APM_SERVICE_NAME", "Elastic", ("traces",)),
    ("NEW_RELIC_LICENSE_KEY", "New Relic", ("traces", "metrics")),
    ("NEW_RELIC_APP_NAME", "New Relic", ("traces",)),
    ("APPLICATIONINSIGHTS_CONNECTION_STRING", "Application Insights", ("traces", "metrics")),
    ("JAEGER_AGENT_HOST", "Jaeger", ("traces",)),
    ("JAEGER_ENDPOINT", "Jaeger", ("traces",)),
    ("JAEGER_SERVICE_NAME", "Jaeger", ("traces",)),
    ("ZIPKIN", "Zipkin", ("traces",)),
    ("ZIPKIN_URL", "Zipkin", ("traces",)),
    ("ZIPKIN_ENDPOINT", "Zipkin", ("traces",)),
    ("ZIPKIN_BASE_URL", "Zipkin", ("traces",)),
    ("SPRING_ZIPKIN_BASEURL", "Zipkin", ("traces",)),
    ("SPRING_ZIPKIN_BASE_URL", "Zipkin", ("traces",)),
    ("AWS_XRAY_DAEMON_ADDRESS", "X-Ray", ("traces",)),
    ("MANAGEMENT_OTLP_TRACING_ENDPOINT", "Spring Boot", ("traces",)),
    ("MANAGEMENT_ZIPKIN_TRACING_ENDPOINT", "Spring Boot", ("traces",)),
    ("MANAGEMENT_TRACING_SAMPLING_PROBABILITY", "Spring Boot", ("traces",)),
    ("MANAGEMENT_OTLP_METRICS_EXPORT_URL", "Spring Boot", ("metrics",)),
)
# Switches, by the product whose tracing they turn on or off; an empty one is the program's own and goes for all.
_SWITCHES: tuple[tuple[str, str, Signal, bool], ...] = (
    ("ENABLE_TRACING", "", "traces", True),
    ("TRACING_ENABLED", "", "traces", True),
    ("ENABLE_TRACES", "", "traces", True),
    ("DISABLE_TRACING", "", "traces", False),
    ("ENABLE_METRICS", "", "metrics", True),
    ("METRICS_ENABLED", "", "metrics", True),
    ("DD_TRACE_ENABLED", "Datadog", "traces", True),
    ("JAEGER_DISABLED", "Jaeger", "traces", False),
    ("ELASTIC_APM_ENABLED", "Elastic", "traces", True),
    ("NEW_RELIC_ENABLED", "New Relic", "traces", True),
    ("SPRING_ZIPKIN_ENABLED", "Zipkin", "traces", True),
    ("SPRING_SLEUTH_ENABLED", "Zipkin", "traces", True),
    ("MANAGEMENT_TRACING_ENABLED", "Spring Boot", "traces", True),
)
# The formats in which a product passes traces on where nobody says so.
_DEFAULT_FORMATS = {"Jaeger": ("jaeger",), "Zipkin": ("b3",), "X-Ray": ("xray",)}

_NAMES: tuple[tuple[str, str], ...] = (
    ("OTEL_SERVICE_NAME", "service.name"),
    ("DD_SERVICE", "service.name"),
    ("ELASTIC_APM_SERVICE_NAME", "service.name"),
    ("NEW_RELIC_APP_NAME", "service.name"),
    ("JAEGER_SERVICE_NAME", "service.name"),
    ("SPRING_APPLICATION_NAME", "service.name"),
    ("DD_VERSION", "service.version"),
    ("ELASTIC_APM_SERVICE_VERSION", "service.version"),
    ("DD_ENV", "deployment.environment.name"),
    ("ELASTIC_APM_ENVIRONMENT", "deployment.environment.name"),
)


def signs(variables: Mapping[str, Variable], arguments: Iterable[Entry]) -> tuple[Sign, ...]:
    """All that shows which signals a program emits, or that it emits none."""
    texts = tuple(_option_texts(variables, arguments))
    known = {**variables, **_properties(texts)}
    agents = tuple(_agents(texts))
    found = [*_opentelemetry(known, agents), *_other_products(known, agents), *_switches(known)]
    off = {(sign.product, sign.signal) for sign in found if sign.state == "off"}
    return (*(sign for sign in found if sign.state == "off" or not _silenced(sign, off)), *log_formats(known, texts))


def attributes(variables: Mapping[str, Variable], arguments: Iterable[Entry]) -> Iterator[Attribute]:
    """What a program is told to say about itself."""
    known = {**variables, **_properties(_option_texts(variables, arguments))}
    for name, attribute in _NAMES:
        found = given(known, name)
        if found is not None:
            yield Attribute(attribute, found.value, f"`{found.name}`", found.place)
    listed = given(known, "OTEL_RESOURCE_ATTRIBUTES")
    if listed is not None and isinstance(listed.value, Known):
        for pair in listed.value.value.split(","):
            key, _, value = (part.strip() for part in pair.partition("="))
            if value:
                yield Attribute(key, Known(value, listed.place), f"`{listed.name}`", listed.place)


def given(variables: Mapping[str, Variable], name: str) -> Variable | None:
    """A variable that has a value; an empty one counts as unset, as OpenTelemetry has it."""
    found = variables.get(name)
    return None if found is None or (isinstance(found.value, Known) and not found.value.value.strip()) else found


def _silenced(sign: Sign, off: set[tuple[str, Signal]]) -> bool:
    """Whether the product of a sign, or the program as a whole, is told to keep silent."""
    return ("", sign.signal) in off or (sign.product, sign.signal) in off


def _option_texts(variables: Mapping[str, Variable], arguments: Iterable[Entry]) -> Iterator[tuple[str, str, Place]]:
    """Texts that hold several settings: words of the command line, and the variables that run times add to them."""
    for word in arguments:
        if isinstance(word.value, Known):
            yield word.value.value, "", word.value.place
    for name, variable in variables.items():
        if name.endswith(_OPTIONS) and isinstance(variable.value, Known):
            yield variable.value.value, f" in `{name}`", variable.place


def _properties(texts: Iterable[tuple[str, str, Place]]) -> dict[str, Variable]:
    """System properties of Java and arguments of Spring, under the names of the variables that they win over."""
    found = {}
    for text, _, place in texts:
        if "=" not in text:
            continue
        for name, value in re.findall(_PROPERTY, text):
            # What follows is for the products' tables; people are shown what they wrote.
            found[re.sub(r"[.-]", "_", name).upper()] = Variable(name, Known(value, place), place)
    return found


def _agents(texts: Iterable[tuple[str, str, Place]]) -> Iterator[tuple[str, str, Place]]:
    """The agents that are put beside a program: whose, what shows it, and where."""
    for text, where, place in texts:
        if not any(word in text for word in _AGENT_WORDS):
            continue
        for found in re.finditer(_AGENTS, text):
            product = str(found.lastgroup)
            yield _PRODUCTS.get(product, product), f"`{found[0]}`{where}", place


def _opentelemetry(known: Mapping[str, Variable], agents: Iterable[tuple[str, str, Place]]) -> Iterator[Sign]:
    agent = next((found for found in agents if found[0] == OPENTELEMETRY), None)
    disabled = given(known, "OTEL_SDK_DISABLED")
    if disabled is not None and isinstance(disabled.value, Unknown):
        yield from _unknown(disabled, _SIGNALS)
        return
    if disabled is not None and isinstance(disabled.value, Known) and disabled.value.value.strip().lower() == "true":
        yield from (_off(OPENTELEMETRY, signal, disabled) for signal in _SIGNALS)
        return
    for name in ("OTEL_CONFIG_FILE", "OTEL_EXPERIMENTAL_CONFIG_FILE"):
        file = given(known, name)
        if file is not None:
            reason = f"`{name}` names the file that decides, in place of all other variables"
            yield from (
                Sign(signal, "unknown", OPENTELEMETRY, f"`{name}`", file.place, reason=reason) for signal in _SIGNALS
            )
            return
    for signal in _SIGNALS:
        yield from _signal(signal, known, agent)


def _signal(signal: Signal, known: Mapping[str, Variable], agent: tuple[str, str, Place] | None) -> Iterator[Sign]:
    """Whether OpenTelemetry emits one signal: its exporter and sampler decide, else whatever shows that it is there."""
    exporter = given(known, f"OTEL_{signal.upper()}_EXPORTER")
    if exporter is not None and isinstance(exporter.value, Unknown):
        yield from _unknown(exporter, (signal,))
        return
    if exporter is not None and isinstance(exporter.value, Known) and _only_none(exporter.value.value):
        yield _off(OPENTELEMETRY, signal, exporter)
        return
    propagators = _propagators(known, "OTEL_PROPAGATORS", W3C) if signal == "traces" else None
    if signal == "traces":
        sampler = _sampler(known)
        if sampler is not None:
            yield sampler
            return
    if agent is not None and signal != "logs":
        yield Sign(signal, "on", *agent, automatic=True, propagators=propagators)
        return
    shown = next((found for name in _shows(signal, known) if (found := given(known, name)) is not None), None)
    if shown is not None and not (shown.name.endswith("_ENABLED") and _is(shown, _FALSE)):
        yield Sign(signal, "on", OPENTELEMETRY, f"`{shown.name}`", shown.place, propagators=propagators)


def _shows(signal: Signal, known: Mapping[str, Variable]) -> Iterator[str]:
    """The variables that show that OpenTelemetry emits a signal, the most telling one first."""
    word = signal.upper()
    yield f"OTEL_{word}_EXPORTER"
    yield f"OTEL_EXPORTER_OTLP_{word}_ENDPOINT"
    if signal == "logs":
        # Log records reach the library only through a bridge, which the endpoint for everything does not show.
        yield "OTEL_PYTHON_LOGGING_AUTO_INSTRUMENTATION_ENABLED"
        return
    yield "OTEL_EXPORTER_OTLP_ENDPOINT"
    prefixes: tuple[str, ...] = ("OTEL_METRIC_", "OTEL_METRICS_", "OTEL_EXPORTER_PROMETHEUS_")
    if signal == "traces":
        prefixes = ("OTEL_TRACES_", "OTEL_BSP_", "OTEL_SPAN_", "OTEL_EXPORTER_JAEGER_", "OTEL_EXPORTER_ZIPKIN_")
    yield from sorted(name for name in known if name.startswith(prefixes))
    if signal == "traces":
        yield from ("OTEL_PROPAGATORS", "OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES")


def _sampler(known: Mapping[str, Variable]) -> Sign | None:
    """The sampler, where it keeps no trace or cannot be read."""
    sampler, share = given(known, "OTEL_TRACES_SAMPLER"), given(known, "OTEL_TRACES_SAMPLER_ARG")
    if sampler is None:
        return None
    if isinstance(sampler.value, Unknown):
        return next(_unknown(sampler, ("traces",)))
    name = sampler.value.value.strip().lower() if isinstance(sampler.value, Known) else ""
    if name in {"always_off", "parentbased_always_off"}:
        return _off(OPENTELEMETRY, "traces", sampler)
    if (
        name.endswith("traceidratio")
        and share is not None
        and isinstance(share.value, Known)
        and _zero(share.value.value)
    ):
        return _off(OPENTELEMETRY, "traces", share)
    return None


def _propagators(known: Mapping[str, Variable], name: str, default: tuple[str, ...]) -> Value[tuple[str, ...]]:
    variable = given(known, name)
    if variable is None:
        return Unset(default)
    if isinstance(variable.value, Known):
        words = re.split(r"[,\s]+", variable.value.value.strip().lower())
        return Known(tuple(word for word in words if word), variable.place)
    reason = variable.value.reason if isinstance(variable.value, Unknown) else f"`{name}` cannot be read"
    return Unknown(reason, variable.place)


def _other_products(known: Mapping[str, Variable], agents: Iterable[tuple[str, str, Place]]) -> Iterator[Sign]:
    met = set()
    for agent in agents:
        if agent[0] != OPENTELEMETRY:
            for signal in _SIGNALS[:2]:
                met.add((agent[0], signal))
                yield Sign(signal, "on", *agent, automatic=True, propagators=_formats(agent[0], known))
    for name, product, signals in _READERS:
        variable = given(known, name)
        if variable is None:
            continue
        for signal in signals:
            if (product, signal) not in met:
                met.add((product, signal))
                shown = f"`{variable.name}`"
                if name.endswith("_PROBABILITY") and isinstance(variable.value, Known) and _zero(variable.value.value):
                    yield _off(product, signal, variable)
                else:
                    yield Sign(signal, "on", product, shown, variable.place, propagators=_formats(product, known))


def _formats(product: str, known: Mapping[str, Variable]) -> Value[tuple[str, ...]]:
    if product == "Datadog":
        return _propagators(known, "DD_TRACE_PROPAGATION_STYLE", ("datadog", *W3C))
    if product == "Jaeger" and given(known, "JAEGER_PROPAGATION") is not None:
        found = _propagators(known, "JAEGER_PROPAGATION", ())
        return Known(W3C, found.place) if isinstance(found, Known) and "w3c" in found.value else found
    return Unset(_DEFAULT_FORMATS.get(product, W3C))


def _switches(known: Mapping[str, Variable]) -> Iterator[Sign]:
    for name, product, signal, on in _SWITCHES:
        variable = given(known, name)
        if variable is None:
            continue
        if isinstance(variable.value, Unknown):
            yield from _unknown(variable, (signal,), product)
            continue
        if _is(variable, _FALSE if on else _TRUE):
            yield _off(product, signal, variable)
        elif on and _is(variable, _TRUE):
            yield Sign(signal, "on", product, _assignment(variable), variable.place, propagators=Unset(W3C))


def _off(product: str, signal: Signal, variable: Variable) -> Sign:
    return Sign(signal, "off", product, _assignment(variable), variable.place)


def _assignment(variable: Variable) -> str:
    value = variable.value.value if isinstance(variable.value, Known) else ""
    return f"`{variable.name}={value.strip()[:60]}`"


def _unknown(variable: Variable, signals: Iterable[Signal], product: str = OPENTELEMETRY) -> Iterator[Sign]:
    reason = variable.value.reason if isinstance(variable.value, Unknown) else f"`{variable.name}` cannot be read"
    for signal in signals:
        yield Sign(signal, "unknown", product, f"`{variable.name}`", variable.place, reason=reason)


def _is(variable: Variable, words: frozenset[str]) -> bool:
    return isinstance(variable.value, Known) and variable.value.value.strip().lower() in words


def _only_none(exporters: str) -> bool:
    return {word.strip().lower() for word in exporters.split(",")} == {"none"}


def _zero(text: str) -> bool:
    try:
        return float(text) == 0
    except ValueError:
        return False
