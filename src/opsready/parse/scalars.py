"""What a plain YAML scalar means to Kubernetes: the rules of sigs.k8s.io/yaml, which kubectl, Helm and Kustomize use.

They differ from PyYAML's: `on` and `y` are booleans, `0644` and `0o644` are octal, `1e3` is a number, `12:30:45`,
`2001-12-14` and `=` are text (https://github.com/kubernetes-sigs/yaml, goyaml.v2/resolve.go).
"""

from __future__ import annotations

import re
from math import inf, isinf

_WORDS: dict[str, object] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_FIRST_CHARACTERS = frozenset("0123456789+-.~yYnNtTfFoO")
_INTEGER = re.compile(r"[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])_(?=[0-9])")
_DATE = re.compile(r"[0-9]{4}-[0-9]")
_LONGEST_REMEMBERED = 40
_LONGEST_NUMBER = 400  # CPython refuses to convert much longer ones, and nobody writes them
_DIGITS_OF_ANY_INTEGER = 19  # of 64 bits
_FIRST_WITH_EXPONENT = 1e16
_seen: dict[str, object] = {}


def plain_value(text: str) -> object:
    """The value of an unquoted scalar without an explicit tag: text, a number, a boolean or None."""
    try:
        return _seen[text]
    except KeyError:
        value = _resolve(text)
        if len(text) < _LONGEST_REMEMBERED:
            _seen[text] = value
        return value


def _resolve(text: str) -> object:
    if text and text[0] not in _FIRST_CHARACTERS:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if text[0] != "0" and len(text) < _DIGITS_OF_ANY_INTEGER and text.isascii() and text.isdecimal():
        return int(text)
    if text[0] in "~yYnNtTfFoO" or len(text) > _LONGEST_NUMBER or _DATE.match(text):
        return text
    digits = _BETWEEN_DIGITS.sub("", text) if text[0] == "." else text.replace("_", "")
    if _INTEGER.match(digits):
        whole = _integer(digits)
        if -(1 << 63) <= whole < 1 << 64:
            return whole
    number = float(digits) if _FLOAT.match(digits) else inf
    return text if isinf(number) else number


def _integer(digits: str) -> int:
    sign = -1 if digits[0] == "-" else 1
    unsigned = digits.lstrip("+-")
    if len(unsigned) > 1 and unsigned[0] == "0" and unsigned[1] in "01234567":
        return sign * int(unsigned, 8)
    return sign * int(unsigned, 0)


def key_text(value: object) -> str:
    """The text of a mapping key: Kubernetes' JSON knows no other kind of key."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < _FIRST_WITH_EXPONENT:
        return str(int(value))
    return str(value)
