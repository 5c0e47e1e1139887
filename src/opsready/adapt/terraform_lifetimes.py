"""After how long a bucket deletes every object in it, by the rules of its lifecycle."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from opsready.adapt.terraform_blocks import inner, number, switch
from opsready.model.datastore import Lifetime
from opsready.model.source import Known, Unknown, Unset

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opsready.adapt.attributes import Node
    from opsready.adapt.terraform_blocks import Block, Blocks
    from opsready.model.source import Value

_MOST_DAYS = 9999


def aws_lifetime(block: Block, blocks: Blocks) -> Lifetime:
    """By the rules of a resource beside the bucket, and by the blocks of older providers."""
    return _shortest(_aws_ages(block, blocks))


def google_lifetime(block: Block) -> Lifetime:
    """By the rules that delete and ask for an age alone."""
    return _shortest(_google_ages(block.node))


def _aws_ages(block: Block, blocks: Blocks) -> Iterator[tuple[Value[int], str]]:
    """The age at which each rule in force deletes objects, and why it may leave some out."""
    for rule in block.node.items("lifecycle_rule").items:
        enabled = switch(rule, "enabled")
        if isinstance(enabled, Known) and enabled.value:
            yield from _age(rule, "expiration", "days", (rule, "prefix"), (rule, "tags"))
    for item in blocks.naming("aws_s3_bucket_lifecycle_configuration", "bucket", block):
        if item.conditional:
            doubt = f"whether `{item.address}` exists cannot be told: {item.conditional}"
            yield Unknown(doubt, item.identity.place), doubt
            continue
        for rule in item.node.items("rule").items:
            if rule.plain_text("status") == "Enabled":
                yield from _age(rule, "expiration", "days", (rule, "prefix"), (inner(rule, "filter"), ""))


def _google_ages(node: Node) -> Iterator[tuple[Value[int], str]]:
    for rule in node.items("lifecycle_rule").items:
        if inner(rule, "action").plain_text("type") == "Delete":
            condition = inner(rule, "condition")
            others = sorted({*(condition.tree or {})} - {"age"})
            yield from _age(rule, "condition", "age", *((condition, key) for key in others))


def _age(rule: Node, block: str, key: str, *filters: tuple[Node, str]) -> Iterator[tuple[Value[int], str]]:
    """The age that a rule asks for, unless it asks for more than that; `""` is anything in a mapping."""
    age = number(inner(rule, block), key)
    if isinstance(age, Unset):
        return
    asked = [_asked(node, name) for node, name in filters]
    if not any(value is True for value in asked):
        yield age, next((value.reason for value in asked if isinstance(value, Unknown)), "")


def _asked(node: Node, key: str) -> bool | Unknown:
    """Whether anything is written at a key of a mapping, or in the mapping, that is not empty."""
    if node.withheld:
        return Unknown(node.withheld, node.place)
    found = [node.raw(name) for name in ([key] if key else node.tree or ())]
    if any(isinstance(value, Known) and value.value for value in found):
        return True
    return next((value for value in found if isinstance(value, Unknown)), False)


def _shortest(ages: Iterable[tuple[Value[int], str]]) -> Lifetime:
    found = list(ages)
    known = [(age, spares) for age, spares in found if isinstance(age, Known)]
    if known:
        age, spares = min(known, key=lambda item: (item[0].value, item[1]))
        return Lifetime(Known(timedelta(days=max(0, min(age.value, _MOST_DAYS))), age.place), spares)
    return Lifetime(next((age for age, _ in found if isinstance(age, Unknown)), Unset()))
