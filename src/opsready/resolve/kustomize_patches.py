"""Patches of a kustomization: which attributes each can touch.

A patch is not applied. What it can touch is withheld, with the patch's name as the reason; everything else stays known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsready.parse.syntax import Map, Seq, Withheld

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from opsready.resolve.kustomize import Draft

# The key by which a strategic merge finds an item of a list
# (https://kubernetes.io/docs/reference/kubernetes-api/: "patch merge key").
_MERGE_KEYS = {
    "containers": "name",
    "initContainers": "name",
    "volumes": "name",
    "env": "name",
    "volumeMounts": "mountPath",
    "imagePullSecrets": "name",
    "hostAliases": "ip",
}
_PORT_KEYS = ("containerPort", "port")


@dataclass(frozen=True, slots=True)
class Target:
    """Which resources a patch is for; None matches everything. Names are regular expressions, as Kustomize has them."""

    kind: str | None = None
    name: str | None = None
    namespace: str | None = None
    labels: str | None = None

    def matches(self, draft: Draft) -> bool:
        """Whether the patch is for this resource."""
        return (
            _whole_match(self.kind, draft.kind)
            and (_whole_match(self.name, draft.written_name) or _whole_match(self.name, draft.name))
            and (self.namespace is None or draft.namespace is None or _whole_match(self.namespace, draft.namespace))
            and _selects(self.labels, draft.tree)
        )


def _whole_match(pattern: str | None, text: str) -> bool:
    if pattern is None or pattern == text:
        return True
    # Only plain alternatives and wildcards: a hostile expression must not be able to hang us.
    if not re.fullmatch(r"[\w.\-|*()^$]{1,200}", pattern) or pattern.count("*") > 3:
        return False
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error:
        return False


def _selects(selector: str | None, tree: Map) -> bool:
    """Whether an equality selector fits the written labels; anything more clever fits everything."""
    if not selector or not re.fullmatch(r"[\w./\-]+==?[\w.\-]+(,[\w./\-]+==?[\w.\-]+)*", selector):
        return True
    metadata = tree.get("metadata")
    labels = metadata.get("labels") if isinstance(metadata, Map) else None
    if not isinstance(labels, Map):
        return False
    pairs = (part.replace("==", "=").split("=") for part in selector.split(","))
    return all(labels.get(key) == value for key, value in pairs)


def withhold_json_patch(tree: Map, operations: Iterable[object], reason: str) -> None:
    """Withhold what the operations of a JSON 6902 patch can touch."""
    for operation in operations:
        if not isinstance(operation, Map) or operation.get("op") == "test":
            continue
        for key in ("path", "from") if operation.get("op") in {"move", "copy"} else ("path",):
            path = operation.get(key)
            if isinstance(path, str) and path.startswith("/"):
                tokens = [token.replace("~1", "/").replace("~0", "~") for token in path[1:].split("/")]
                withhold_at(tree, tokens, reason)


def withhold_at(tree: Map, tokens: Sequence[str], reason: str) -> None:
    """Withhold the value at a path; where the path leaves what is written, the last written step is withheld."""
    node: object = tree
    for depth, token in enumerate(tokens):
        last = depth == len(tokens) - 1
        if isinstance(node, Map):
            if last or not isinstance(node.get(token), Map | Seq):
                _withhold_key(node, token, reason)
                return
            node = node[token]
        elif isinstance(node, Seq):
            found = _item(node, token)
            if found is None:
                node.incomplete = node.incomplete or reason
                return
            if last:
                node[found] = Withheld(reason)
                return
            node = node[found]
        else:
            return


def _item(items: Seq, token: str) -> int | None:
    """The index that a path's token names: a number, or `[name=x]` as replacements write it."""
    if token.isdecimal() and len(token) < 7:
        return int(token) if int(token) < len(items) else None
    named = re.fullmatch(r"\[([\w.-]+)=(.*)\]", token)
    if named:
        return next(
            (i for i, item in enumerate(items) if isinstance(item, Map) and item.get(named[1]) == named[2]), None
        )
    return None


def _withhold_key(node: Map, key: str, reason: str) -> None:
    node[key] = Withheld(reason)
    node.pos.setdefault(key, (node.start, node.start, node.start))


def withhold_merge(tree: Map, patch: Map, reason: str) -> None:
    """Withhold what a strategic merge patch can touch; the names that only find the target do not count."""
    for key, value in patch.items():
        if key in {"apiVersion", "kind"} or key.startswith("$"):
            continue
        _merge_key(tree, key, value, reason, top=key == "metadata")


def _merge_key(tree: Map, key: str, value: object, reason: str, *, top: bool = False) -> None:
    own = tree.get(key)
    if isinstance(value, Map) and isinstance(own, Map):
        if "$patch" in value:
            _withhold_key(tree, key, reason)
            return
        for inner, inner_value in value.items():
            if not (top and inner in {"name", "namespace"}):
                _merge_key(own, inner, inner_value, reason)
    elif isinstance(value, Seq) and isinstance(own, Seq):
        _merge_items(own, key, value, reason, tree)
    elif not isinstance(own, Withheld):
        _withhold_key(tree, key, reason)


def _merge_items(own: Seq, key: str, patch: Seq, reason: str, tree: Map) -> None:
    merge_key = _MERGE_KEYS.get(key)
    if key == "ports":
        merge_key = next((name for name in _PORT_KEYS if any(isinstance(i, Map) and name in i for i in patch)), None)
    if merge_key is None:
        _withhold_key(tree, key, reason)
        return
    for item in patch:
        if not isinstance(item, Map):
            own.incomplete = own.incomplete or reason
            continue
        found = next((o for o in own if isinstance(o, Map) and o.get(merge_key) == item.get(merge_key)), None)
        if found is None or "$patch" in item:
            own.incomplete = own.incomplete or reason
            continue
        for inner, value in item.items():
            if inner != merge_key:
                _merge_key(found, inner, value, reason)


def deletes(patch: Map) -> bool:
    """Whether a strategic merge patch removes its target."""
    return patch.get("$patch") == "delete"


def field_paths(replacement: Map) -> Iterator[tuple[Target, list[list[str]]]]:
    """The targets of one `replacements` entry and the paths that it writes."""
    targets = replacement.get("targets")
    for entry in targets if isinstance(targets, Seq) else ():
        if not isinstance(entry, Map):
            continue
        select, paths = entry.get("select"), entry.get("fieldPaths")
        selected = select if isinstance(select, Map) else Map()
        target = Target(*(_text(selected.get(key)) for key in ("kind", "name", "namespace")))
        written = paths if isinstance(paths, Seq) else ("metadata.name",)
        yield target, [_dotted(path) for path in written if isinstance(path, str)]


def _dotted(path: str) -> list[str]:
    """`a.b.[name=x].c` in its steps; a dot inside brackets or behind a backslash does not divide."""
    return [part.replace("\\.", ".") for part in re.findall(r"(?:\[[^\]]*\]|\\.|[^.\[\\])+", path)]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
