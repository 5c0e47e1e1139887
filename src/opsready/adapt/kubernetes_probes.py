"""Health checks of containers: how and what they ask, and how long they put up with no for an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.adapt.attributes import is_placeholder
from opsready.model.source import Known, Unknown
from opsready.model.workload import ProbeHandler
from opsready.parse.syntax import Map, Seq, Withheld

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsready.adapt.attributes import Node
    from opsready.model.source import Place, Value

_HANDLERS = (("httpGet", "http"), ("tcpSocket", "tcp"), ("grpc", "grpc"), ("exec", "exec"))
_LONGEST_PORT = 6
# Defaults of https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
_FAILURES = 3
_PERIOD = 10  # seconds
_LARGEST = 2**31 - 1


def probe(container: Node, key: str, place: Place) -> Value[ProbeHandler]:
    """The health check that a container declares under a key, at a place."""
    node = container.node(key)
    if not node:
        return Unknown(f"`{container.inner_path(key)}` is not a mapping", place)
    for field, how in _HANDLERS:
        if field in node:
            handler = node.node(field)
            hidden: list[str] = [handler.withheld] if handler.withheld else []
            asks = "\n".join(_asked(handler, how, hidden))
            port, hidden_port = _port(handler)
            why = hidden[0] if hidden else ""
            return Known(ProbeHandler(how, port, place, asks, why, hidden_port, _tolerance(node)), place)
    return Known(ProbeHandler("", None, place, tolerance=_tolerance(node)), place)


def _asked(handler: Node, how: str, hidden: list[str]) -> Iterator[str]:
    """What a check asks besides its port, a line each; why a part cannot be read is added to `hidden`."""
    match how:
        case "http":
            yield "/" + _text(handler, "path", hidden).removeprefix("/")
            yield (_text(handler, "scheme", hidden) or "HTTP").upper()
            yield _text(handler, "host", hidden)
            headers = handler.items("httpHeaders")
            if headers.incomplete:
                hidden.append(headers.incomplete)
            yield from sorted(
                f"{_text(item, 'name', hidden)}: {_text(item, 'value', hidden)}" for item in headers.items
            )
        case "exec":
            yield from _command(handler, hidden)
        case "grpc":
            yield _text(handler, "service", hidden)
        case _:
            yield _text(handler, "host", hidden)


def _text(node: Node, key: str, hidden: list[str]) -> str:
    value = node.text(key)
    if isinstance(value, Unknown):
        hidden.append(value.reason)
    return value.value if isinstance(value, Known) else ""


def _command(handler: Node, hidden: list[str]) -> Iterator[str]:
    command = handler.raw("command")
    if isinstance(command, Unknown):
        hidden.append(command.reason)
    elif isinstance(command, Known):
        words = command.value if isinstance(command.value, Seq) else Seq()
        if not words or words.incomplete or any(isinstance(word, Map | Seq | Withheld) for word in words):
            hidden.append(f"`{handler.inner_path('command')}` is not a list of texts")
        yield from map(str, words)


def _port(handler: Node) -> tuple[int | str | None, str]:
    """The port, a number or a name, and why it cannot be read (empty: it can)."""
    value = handler.raw("port")
    if not isinstance(value, Known):
        return None, value.reason if isinstance(value, Unknown) else ""
    path, written = handler.inner_path("port"), value.value
    if not isinstance(written, int | str) or isinstance(written, bool):
        return None, f"`{path}` is neither a number nor a name"
    text = str(written)
    if is_placeholder(text):
        return None, f"`{path}` is `{text}`, which something fills in before it is deployed"
    return int(text) if text.isdecimal() and text.isascii() and len(text) < _LONGEST_PORT else written, ""


def _tolerance(node: Node) -> Value[int]:
    """For how many seconds a check may fail in a row; Kubernetes takes a written 0 for nothing written."""
    product, place = 1, node.place
    for key, default in (("failureThreshold", _FAILURES), ("periodSeconds", _PERIOD)):
        value = node.integer(key, default)
        if isinstance(value, Unknown):
            return value
        if isinstance(value, Known):
            place = value.place
            if not 0 <= value.value <= _LARGEST:
                return Unknown(f"`{node.inner_path(key)}` is a number that Kubernetes refuses", value.place)
        product *= (value.value if isinstance(value, Known) else 0) or default
    return Known(product, place)
