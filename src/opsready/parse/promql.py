"""Whether a PromQL query can be read, with templates that tools fill in, and without letting it hurt us."""

from __future__ import annotations

import re
from typing import Literal

from opsready.records import dataclass

# What tools put where a window belongs, and names that they fill in elsewhere.
_WINDOW = re.compile(
    r"\{\{-?\s{0,9}\.window\s{0,9}-?\}\}|\$__(?:rate_interval|interval|range)\b|\$\{__(?:rate_interval|interval|range)\}"
)
_IN_BRACKETS = re.compile(r"\[(?P<before>\s{0,9})(?:\{\{[^{}]{0,200}\}\}|\$\{?\w{1,60}\}?|window)\s{0,9}(?=[\]:])")
_TEMPLATE = re.compile(r"\{\{[^{}]{0,500}\}\}|\$\{\w{1,100}(?::\w{1,20})?\}|\$[A-Za-z_]\w{0,99}|<%[^%]{0,500}%>")
# Grammar of newer Prometheus and of MetricsQL that the parser does not know: refusing it says nothing about the query.
_BEYOND = re.compile(
    r"\b(?:anchored|smoothed|holt_winters|keep_metric_names|default|if|ifnot|WITH)\b|\?\?|\bfill\w{0,6}\s{0,9}\("
    r"|\[[^\]\"']{0,40}[*/+][^\]\"']{0,40}\]|\d_\d|unknown function"
)
_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`[^`]*`")
_DEPTH = re.compile(r"[-+*/%^(<>!=]|\b(?:and|or|unless|atan2)\b", re.IGNORECASE)
_LONGEST = 20_000
# The parser works by recursion in native code, whose stack overflow would end the process: 800 levels do so with the
# stack of 1 MiB that a thread has on Windows, 200 are read with half of that.
_DEEPEST = 200


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a query; `selector` is true where it is a plain vector selector, `reason` says what is wrong."""

    outcome: Literal["valid", "invalid", "unknown"]
    reason: str = ""
    selector: bool = False


def check(query: str) -> Checked:
    """Parse a query; what it holds beyond the parser's grammar, or is filled in later, cannot be told."""
    if len(query) > _LONGEST:
        return Checked("unknown", f"it is longer than {_LONGEST} characters")
    filled = _IN_BRACKETS.sub(r"[\g<before>5m", _WINDOW.sub("5m", query))
    templated = _TEMPLATE.search(filled)
    if templated is not None:
        filled = _TEMPLATE.sub("x", filled)
    if len(_DEPTH.findall(_STRING.sub('""', filled))) > _DEEPEST:
        return Checked("unknown", f"it has more than {_DEEPEST} operators and parentheses")
    return _parsed(filled, templated[0] if templated is not None else "")


def _parsed(query: str, template: str) -> Checked:
    import promql_parser

    try:
        found = promql_parser.parse(query)
    except ValueError as error:
        message = " ".join(str(error).split())[:200]
    except BaseException as error:
        # A panic of native code is no Exception; neither are an interrupt and an exit, which are not ours to keep.
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
            raise
        return Checked("unknown", "the parser of PromQL failed on it")
    else:
        return Checked("valid", selector=isinstance(found, promql_parser.VectorSelector))
    if template:
        return Checked("unknown", f"`{template[:60]}` is filled in by a tool")
    if _BEYOND.search(_STRING.sub('""', query)) or _BEYOND.search(message):
        return Checked("unknown", f"it goes beyond the PromQL that is read here ({message})")
    return Checked("invalid", message)
