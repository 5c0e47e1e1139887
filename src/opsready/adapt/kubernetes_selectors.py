"""Label selectors in Kubernetes' two spellings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.adapt.attributes import is_placeholder
from opsready.model.source import Known, Unknown, Unset, Value
from opsready.model.workload import Selector
from opsready.parse.syntax import Map, Withheld

if TYPE_CHECKING:
    from opsready.adapt.attributes import Node
    from opsready.model.source import Place


def label_selector(owner: Node, key: str, *, all_when_empty: bool) -> Value[Selector]:
    """A selector with `matchLabels` and `matchExpressions`."""
    value = owner.raw(key)
    if not isinstance(value, Known):
        return value if isinstance(value, Unknown) else Unset()
    return selector_in(owner.node(key), owner.key_place(key), all_when_empty=all_when_empty)


def selector_in(node: Node, place: Place, *, all_when_empty: bool) -> Value[Selector]:
    """The selector that a mapping with `matchLabels` and `matchExpressions` is."""
    labels, expressions = node.raw("matchLabels"), node.items("matchExpressions")
    if isinstance(labels, Unknown) or not expressions.complete:
        reason = labels.reason if isinstance(labels, Unknown) else expressions.incomplete
        return Unknown(reason, node.place)
    hidden = hidden_value(node, "matchLabels")
    if hidden:
        return Unknown(hidden, node.place)
    return Known(
        Selector(
            node.pairs("matchLabels"),
            tuple(
                (item.plain_text("key"), item.plain_text("operator"), item.texts("values").items)
                for item in expressions.items
            ),
            all_when_empty,
        ),
        place,
    )


def plain_selector(owner: Node, key: str) -> Value[Selector]:
    """A selector that is a mapping of labels, as a Service has it; an empty one selects nothing."""
    value = owner.raw(key)
    if not isinstance(value, Known):
        return value if isinstance(value, Unknown) else Unset()
    hidden = hidden_value(owner, key)
    if hidden:
        return Unknown(hidden, owner.key_place(key))
    selector = Selector(owner.pairs(key))
    return Unset() if selector.empty else Known(selector, owner.key_place(key))


def hidden_value(owner: Node, key: str) -> str:
    """Why a label's value in a mapping cannot be read; empty where all can."""
    labels = owner.tree.get(key) if owner.tree is not None else None
    if isinstance(labels, Withheld):
        return labels.reason
    if not isinstance(labels, Map):
        return "" if labels is None else f"`{owner.inner_path(key)}` is not a mapping"
    for name, value in labels.items():
        if isinstance(value, Withheld):
            return value.reason
        if isinstance(value, str) and is_placeholder(value):
            return f"the label `{name}` is `{value}`, which something fills in before it is deployed"
    return ""
