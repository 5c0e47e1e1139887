"""Kubernetes quantities: `500m` cores, `128Mi` of memory (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/)."""

from __future__ import annotations

import re
from math import isfinite

from opsready.model.workload import Quantity
from opsready.patterns import pattern

_QUANTITY = pattern(
    r"([+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30}))(?:[eE]([+-]?\d{1,3})|(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?)\Z",
    re.ASCII,
)
_FACTORS = {
    "n": 1e-9,
    "u": 1e-6,
    "m": 1e-3,
    "k": 1e3,
    "M": 1e6,
    "G": 1e9,
    "T": 1e12,
    "P": 1e15,
    "E": 1e18,
    "Ki": 2.0**10,
    "Mi": 2.0**20,
    "Gi": 2.0**30,
    "Ti": 2.0**40,
    "Pi": 2.0**50,
    "Ei": 2.0**60,
}
_UNIT_LETTERS = "numkKMGTPEi"
_MOST_DIGITS = 30


def quantity(text: str) -> Quantity | None:
    """Read a quantity; None where the text is not one."""
    digits = text.rstrip(_UNIT_LETTERS)
    unit = text[len(digits) :]
    # Most are whole numbers with a unit: the expression takes longer to compile than all of them to read.
    if len(digits) <= _MOST_DIGITS and digits.isascii() and digits.isdecimal() and (not unit or unit in _FACTORS):
        return Quantity(text, float(digits) * _FACTORS.get(unit, 1.0))
    found = _QUANTITY.match(text.strip())
    if found is None:
        return None
    number, exponent, unit = found.groups()
    amount = float(f"{number}e{exponent}") if exponent else float(number) * _FACTORS.get(unit or "", 1.0)
    return Quantity(text, amount) if isfinite(amount) else None
