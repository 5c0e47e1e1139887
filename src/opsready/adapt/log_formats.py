"""In which format a program is told to write its log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.model.source import Known, Unknown
from opsready.model.telemetry import Sign

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from opsready.model.source import Place
    from opsready.model.telemetry import Variable

_JSON = frozenset({"json", "ecs", "gelf", "logstash", "jsonl", "ndjson", "structured", "stackdriver", "bunyan"})
_TEXT = frozenset(
    {"text", "txt", "plain", "plaintext", "console", "logfmt", "pretty", "human", "simple", "line", "tty", "color"}
)
_TRUE = frozenset({"true", "1", "yes", "on"})
_FALSE = frozenset({"false", "0", "no", "off"})
# `LOG_FORMAT`, `GUNICORN_LOG_FORMATTER`, `LOGGING_STRUCTURED_FORMAT_CONSOLE`, `Logging__Console__FormatterName`;
# access logs have formats of their own.
_FORMAT = (
    r"(?:[A-Z0-9]+_)*LOG(?:S|GING|GER)?_{0,2}(?:[A-Z]+_{1,2})*"
    r"(?:FORMAT|FORMATTER|FORMATTERNAME|ENCODING|ENCODER)(?:_CONSOLE)?"
)
_IS_JSON = r"(?:[A-Z0-9]+_)*(?:LOG(?:S|GING)?_(?:[A-Z]+_)*JSON(?:_ENABLED)?|JSON_LOG(?:S|GING)?)"
_FLAG = (
    r"(?:^|\s)-{1,2}((?:log|logs|logging|logger|zap)(?:[.-](?:format|formatter|encoding|encoder|json))?|json-logs)"
    r"(?:=[\"']?([\w-]{1,40}))?(?=[\s\"']|$)"
)
_FLAGS = ("-log", "-zap", "-json-logs")  # one of them is in whatever that expression finds
_WORDS = ("FORMAT", "ENCOD", "JSON")
_LONGEST_NAME = 100


def log_formats(variables: Mapping[str, Variable], texts: Iterable[tuple[str, str, Place]]) -> Iterator[Sign]:
    """Every word on the format of a log; `on` is JSON, `off` is a format for people."""
    for name, variable in variables.items():
        upper = name.upper()
        named = "LOG" in upper and any(word in upper for word in _WORDS) and "ACCESS" not in upper
        if len(name) > _LONGEST_NAME or not named:
            continue
        if re.fullmatch(_IS_JSON, upper):
            yield from _judged(variable, _TRUE, _FALSE)
        elif re.fullmatch(_FORMAT, upper):
            yield from _judged(variable, _JSON, _TEXT)
    for text, where, place in texts:
        if not any(beginning in text for beginning in _FLAGS):
            continue
        for found in re.finditer(_FLAG, text):
            yield from _flag(found, where, place)


def _judged(variable: Variable, structured: frozenset[str], plain: frozenset[str]) -> Iterator[Sign]:
    if isinstance(variable.value, Unknown):
        shown = f"`{variable.name}`"
        yield Sign("logs", "unknown", "", shown, variable.place, reason=variable.value.reason)
    elif isinstance(variable.value, Known) and variable.value.value.strip():
        word = variable.value.value.strip()
        shown = f"`{variable.name}={word[:60]}`"
        if word.lower() in structured or (word.startswith("{") and structured is _JSON):
            yield Sign("logs", "on", "", shown, variable.place)
        elif word.lower() in plain or "%(" in word:
            yield Sign("logs", "off", "", shown, variable.place)
        else:
            reason = f"{shown} names no format that is known here"
            yield Sign("logs", "unknown", "", shown, variable.place, reason=reason)


def _flag(found: re.Match[str], where: str, place: Place) -> Iterator[Sign]:
    """A flag of a command line: `--log-format=json`, `--logger=json`, `--log-json`; most others are no formats."""
    name, value = found[1], (found[2] or "").lower()
    shown = f"`{found[0].strip()}`{where}"
    if name.endswith("json") or name == "json-logs":
        if value not in _FALSE:
            yield Sign("logs", "on", "", shown, place)
    elif value in _JSON:
        yield Sign("logs", "on", "", shown, place)
    elif value in _TEXT:
        yield Sign("logs", "off", "", shown, place)
