"""Constraints on versions as Terraform writes them: whether they have an end.

https://developer.hashicorp.com/terraform/language/expressions/version-constraints
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.patterns import pattern

if TYPE_CHECKING:
    from opsready.model.infrastructure import Bound

_ONE = pattern(r"(=|!=|>=|<=|~>|>|<)?\s*v?\d{1,9}(?:\.\d{1,9}){0,5}(?:[-+][\w.+-]{1,60})?\Z")
_ENDS = frozenset({None, "=", "<", "<=", "~>"})
_LONGEST = 500  # characters
# `1.9.5`, `v1.9.5`, and tfenv's `latest:^1.9`
_NAMED = pattern(r"(?:latest:\W{0,3})?v?\d")


def bound_of(constraint: str) -> Bound:
    """Whether a constraint lets any later version in (`open`); `unclear` where it is none."""
    if len(constraint) > _LONGEST:
        return "unclear"
    found = [_ONE.match(part.strip()) for part in constraint.split(",")]
    if any(one is None for one in found):
        return "unclear"
    return "bounded" if any(one is not None and one[1] in _ENDS for one in found) else "open"


def names_version(text: str) -> bool:
    """Whether what a version manager is told is a version, rather than `latest`."""
    return _NAMED.match(text) is not None
