"""What variables and command lines say: which signal, whose, in which formats; and what they keep to themselves."""

from __future__ import annotations

import pytest

from opsready.adapt.instrumentation import attributes, signs
from opsready.model.source import Entry, Known, Unknown, known
from opsready.model.telemetry import Sign, Variable
from unit.entities import place


def variables(**values: str) -> dict[str, Variable]:
    return {
        name: Variable(name, Unknown("later", place()) if value == "?" else Known(value, place()), place())
        for name, value in values.items()
    }


def words(*texts: str) -> tuple[Entry, ...]:
    return tuple(Entry("args", Known(text, place())) for text in texts)


def states(found: tuple[Sign, ...]) -> set[tuple[str, str, str]]:
    return {(sign.signal, sign.state, sign.product) for sign in found}


def said(*arguments: str, **values: str) -> set[tuple[str, str, str]]:
    return states(signs(variables(**values), words(*arguments)))


OTEL = "OpenTelemetry"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, set()),
        ({"OTEL_SERVICE_NAME": ""}, set()),
        ({"OTEL_SERVICE_NAME": "cart"}, {("traces", "on", OTEL)}),
        ({"OTEL_COLLECTOR_NAME": "cart"}, set()),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c"}, {("traces", "on", OTEL), ("metrics", "on", OTEL)}),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "?"}, {("traces", "on", OTEL), ("metrics", "on", OTEL)}),
        ({"OTEL_METRICS_EXPORTER": "prometheus"}, {("metrics", "on", OTEL)}),
        ({"OTEL_LOGS_EXPORTER": "otlp"}, {("logs", "on", OTEL)}),
        ({"OTEL_TRACES_EXPORTER": "None, none"}, {("traces", "off", OTEL)}),
        ({"OTEL_TRACES_EXPORTER": "none,otlp"}, {("traces", "on", OTEL)}),
        ({"OTEL_TRACES_EXPORTER": "?"}, {("traces", "unknown", OTEL)}),
        ({"OTEL_TRACES_SAMPLER": "always_on"}, {("traces", "on", OTEL)}),
        ({"OTEL_TRACES_SAMPLER": "ALWAYS_OFF"}, {("traces", "off", OTEL)}),
        ({"OTEL_TRACES_SAMPLER": "?"}, {("traces", "unknown", OTEL)}),
        ({"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0"}, {("traces", "off", OTEL)}),
        ({"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.01"}, {("traces", "on", OTEL)}),
        ({"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "little"}, {("traces", "on", OTEL)}),
        ({"OTEL_TRACES_SAMPLER": "always_on", "OTEL_TRACES_SAMPLER_ARG": "0"}, {("traces", "on", OTEL)}),
        ({"OTEL_TRACES_SAMPLER_ARG": "0"}, {("traces", "on", OTEL)}),
        ({"OTEL_BSP_SCHEDULE_DELAY": "1"}, {("traces", "on", OTEL)}),
        ({"OTEL_METRIC_EXPORT_INTERVAL": "1"}, {("metrics", "on", OTEL)}),
        ({"JAEGER_AGENT_HOST": "j"}, {("traces", "on", "Jaeger")}),
        ({"JAEGER_AGENT_HOST": "j", "JAEGER_DISABLED": "true"}, {("traces", "off", "Jaeger")}),
        ({"JAEGER_AGENT_HOST": "j", "JAEGER_DISABLED": "false"}, {("traces", "on", "Jaeger")}),
        ({"ENABLE_TRACING": "yes"}, {("traces", "on", "")}),
        ({"ENABLE_TRACING": "0"}, {("traces", "off", "")}),
        ({"ENABLE_TRACING": "perhaps"}, set()),
        ({"ENABLE_TRACING": "?"}, {("traces", "unknown", "")}),
        ({"DISABLE_TRACING": "false"}, set()),
        ({"ENABLE_TRACING": "no", "OTEL_SERVICE_NAME": "cart", "DD_SERVICE": "c"}, {("traces", "off", "")}),
        (
            {"DD_TRACE_ENABLED": "false", "OTEL_SERVICE_NAME": "c"},
            {("traces", "off", "Datadog"), ("traces", "on", OTEL)},
        ),
        ({"MANAGEMENT_TRACING_SAMPLING_PROBABILITY": "0.0"}, {("traces", "off", "Spring Boot")}),
        ({"MANAGEMENT_TRACING_SAMPLING_PROBABILITY": "1"}, {("traces", "on", "Spring Boot")}),
        (
            {"OTEL_SDK_DISABLED": "True", "OTEL_SERVICE_NAME": "cart"},
            {("traces", "off", OTEL), ("metrics", "off", OTEL), ("logs", "off", OTEL)},
        ),
        ({"OTEL_SDK_DISABLED": "1", "OTEL_SERVICE_NAME": "cart"}, {("traces", "on", OTEL)}),
        (
            {"OTEL_CONFIG_FILE": "/a", "OTEL_TRACES_EXPORTER": "none"},
            {("traces", "unknown", OTEL), ("metrics", "unknown", OTEL), ("logs", "unknown", OTEL)},
        ),
    ],
)
def test_what_variables_say(values: dict[str, str], expected: set[tuple[str, str, str]]) -> None:
    assert said(**values) == expected


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("-javaagent:/otel/opentelemetry-javaagent.jar", OTEL),
        ("exec java -javaagent:/opt/aws-opentelemetry-agent.jar=debug -jar a.jar", OTEL),
        ("opentelemetry-instrument", OTEL),
        ("--require=@opentelemetry/auto-instrumentations-node/register", OTEL),
        ("-javaagent:/dd/dd-java-agent.jar", "Datadog"),
        ("ddtrace-run", "Datadog"),
        ("-javaagent:/elastic-apm-agent-1.50.jar", "Elastic"),
        ("-javaagent:/newrelic/newrelic.jar", "New Relic"),
        ("-javaagent:/applicationinsights-agent-3.jar", "Application Insights"),
    ],
)
def test_agents(text: str, product: str) -> None:
    assert said(text) == {("traces", "on", product), ("metrics", "on", product)}
    assert said(JAVA_TOOL_OPTIONS=text) == {("traces", "on", product), ("metrics", "on", product)}
    assert all(sign.automatic for sign in signs({}, words(text)))


@pytest.mark.parametrize("text", ["-javaagent:/jmx_exporter.jar", "opentelemetry-collector", "--otel", "node app.js"])
def test_what_is_no_agent(text: str) -> None:
    assert said(text) == set()


def test_a_property_wins_over_the_variable_of_its_name() -> None:
    off = {(signal, "off", OTEL) for signal in ("traces", "metrics", "logs")}
    assert said("-Dotel.sdk.disabled=true", OTEL_SDK_DISABLED="false", OTEL_SERVICE_NAME="cart") == off
    assert said("--management.tracing.enabled=false") == {("traces", "off", "Spring Boot")}
    assert said("java -Dspring.application.name=a -Dapp.otel.x=1") == set()


@pytest.mark.parametrize(
    ("values", "formats"),
    [
        ({"OTEL_SERVICE_NAME": "c"}, ("tracecontext", "baggage")),
        ({"OTEL_SERVICE_NAME": "c", "OTEL_PROPAGATORS": "B3, xray"}, ("b3", "xray")),
        ({"DD_SERVICE": "c"}, ("datadog", "tracecontext", "baggage")),
        ({"DD_SERVICE": "c", "DD_TRACE_PROPAGATION_STYLE": "datadog"}, ("datadog",)),
        ({"ZIPKIN_URL": "z"}, ("b3",)),
        ({"JAEGER_ENDPOINT": "z"}, ("jaeger",)),
        ({"JAEGER_ENDPOINT": "z", "JAEGER_PROPAGATION": "jaeger,w3c"}, ("tracecontext", "baggage")),
        ({"AWS_XRAY_DAEMON_ADDRESS": "z"}, ("xray",)),
        ({"OTEL_SERVICE_NAME": "c", "OTEL_PROPAGATORS": "?"}, None),
    ],
)
def test_formats_in_which_traces_are_passed_on(values: dict[str, str], formats: tuple[str, ...] | None) -> None:
    (sign,) = signs(variables(**values), ())
    assert sign.propagators is not None
    assert known(sign.propagators) == formats


def test_what_telemetry_says_of_itself() -> None:
    listed = "service.version=1, deployment.environment.name=prod,broken,=x,empty=,a=b=c"
    values = variables(OTEL_SERVICE_NAME="cart", OTEL_RESOURCE_ATTRIBUTES=listed, DD_ENV="?", DD_VERSION=" ")
    found = [(item.name, known(item.value)) for item in attributes(values, words("-Dotel.service.name=basket"))]
    assert found == [
        ("service.name", "basket"),
        ("deployment.environment.name", None),
        ("service.version", "1"),
        ("deployment.environment.name", "prod"),
        ("", "x"),
        ("a", "b=c"),
    ]


@pytest.mark.parametrize(
    ("name", "value", "state"),
    [
        ("LOG_FORMAT", "JSON", "on"),
        ("LOG_FORMAT", "text", "off"),
        ("LOG_FORMAT", "%(message)s", "off"),
        ("LOG_FORMAT", '{"m": "%(message)s"}', "on"),
        ("LOG_FORMAT", "custom", "unknown"),
        ("LOG_FORMAT", "?", "unknown"),
        ("LOG_FORMAT", " ", ""),
        ("APP_LOG_FORMAT", "json", "on"),
        ("LOG_ENCODING", "console", "off"),
        ("LOG_OUTPUT_FORMAT", "json", "on"),
        ("LOGGING_STRUCTURED_FORMAT_CONSOLE", "gelf", "on"),
        ("Logging__Console__FormatterName", "Json", "on"),
        ("Logging__Console__FormatterName", "simple", "off"),
        ("QUARKUS_LOG_CONSOLE_JSON_ENABLED", "true", "on"),
        ("JSON_LOGS", "1", "on"),
        ("JSON_LOGS", "0", "off"),
        ("ACCESS_LOG_FORMAT", "text", ""),
        ("CATALOG_FORMAT", "text", ""),
        ("LOG_LEVEL", "text", ""),
        ("BLOG_FORMAT", "text", ""),
    ],
)
def test_formats_of_logs(name: str, value: str, state: str) -> None:
    assert {sign.state for sign in signs(variables(**{name: value}), ())} == ({state} if state else set())


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("--log-format=json", "on"),
        ("-log.format=logfmt", "off"),
        ("--logging-format=json", "on"),
        ("--logger=json", "on"),
        ("--zap-encoder=console", "off"),
        ("run --log-format='json' --port 1", "on"),
        ("--log-json", "on"),
        ("--log-json=false", ""),
        ("--log-level=text", ""),
        ("--blog-format=text", ""),
        ("--log-format=other", ""),
        ("--log-jsonfile=a", ""),
    ],
)
def test_flags_about_logs(text: str, state: str) -> None:
    assert {sign.state for sign in signs({}, words(text))} == ({state} if state else set())


def test_a_hostile_text_takes_no_time() -> None:
    for text in ("-javaagent:" * 50_000, "-Dotel." * 50_000, "--log" * 50_000, "-" * 100_000, "a" * 500_000):
        signs(variables(JAVA_OPTS=text, **{"LOG_" * 5_000 + "FORMAT": "json"}), words(text[:10_000]))
