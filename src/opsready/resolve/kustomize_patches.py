"""Patches of a kustomization: which attributes each can touch.

A patch is not applied. What it can touch is withheld, with the patch's name as the reason; everything else stays known.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opsready.parse.syntax import Map, Seq, Withheld
from opsready.patterns import pattern
from opsready.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from opsready.resolve.kustomize_drafts import Draft

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
_LONGEST_NAME = 253
# Wildcards and alternatives with at most one group, which is not repeated.
_SIMPLE = pattern(r"[\w.\-|*+^$]{0,100}(?:\([\w.\-|*+^$]{0,100}\)(?![*+])[\w.\-|*+^$]{0,100})?")


@dataclass(frozen=True, slots=True)
class Target:
    """Which resources a patch is for; None matches everything.

    Names are regular expressions, as Kustomize has them, but for `literal` ones, which the patch itself carries.
    """

    kind: str | None = None
    name: str | None = None
    namespace: str | None = None
    labels: str | None = None
    literal: bool = False

    def matches(self, draft: Draft) -> bool:
        """Whether the patch is for this resource."""
        if self.literal:
            return self.kind == draft.kind and self.name in {draft.written_name, draft.name}
        return (
            _whole_match(self.kind, draft.kind)
            and (_whole_match(self.name, draft.written_name) or _whole_match(self.name, draft.name))
            and (self.namespace is None or draft.namespace is None or _whole_match(self.namespace, draft.namespace))
            and _selects(self.labels, draft.tree)
        )


def _whole_match(pattern: str | None, text: str) -> bool:
    if pattern is None or pattern == text:
        return True
    # A hostile expression must not be able to hang us: more than wildcards and alternatives fits everything.
    if len(text) > _LONGEST_NAME or not _SIMPLE.fullmatch(pattern) or pattern.count("*") + pattern.count("+") > 2:
        return True
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error:
        return True


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
        for key in ("path", "from") if operation.get("op") == "move" else ("path",):
            path = operation.get(key)
            if isinstance(path, str) and path.startswith("/"):
                tokens = [token.replace("~1", "/").replace("~0", "~") for token in path[1:].split("/")]
                if operation.get("op") != "replace" and tokens[-1].isdecimal():
                    tokens.pop()  # every item behind it gets another number
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


def withhold_merge(tree: Map, patch: Map, reason: str, *, lists_merge: bool = True) -> None:
    """Withhold what a strategic merge patch can touch; the names that only find the target do not count.

    `lists_merge` is false for kinds of which Kustomize has no schema: a list of theirs is replaced.
    """
    merge = _Merge(reason, _MERGE_KEYS if lists_merge else {})
    for key, value in patch.items():
        if key in {"apiVersion", "kind"} or key.startswith("$"):
            continue
        merge.key(tree, key, value, top=key == "metadata")


@dataclass(frozen=True, slots=True)
class _Merge:
    """One strategic merge; `keys` finds the items of lists."""

    reason: str
    keys: Mapping[str, str]

    def key(self, tree: Map, key: str, value: object, *, top: bool = False) -> None:
        """Withhold what a value of the patch can touch below a key."""
        own = tree.get(key)
        if isinstance(value, Map) and isinstance(own, Map):
            if "$patch" in value:
                _withhold_key(tree, key, self.reason)
                return
            for inner, inner_value in value.items():
                if not (top and inner in {"name", "namespace"}):
                    self.key(own, inner, inner_value)
        elif isinstance(value, Seq) and isinstance(own, Seq):
            self.items(tree, key, own, value)
        elif not isinstance(own, Withheld):
            _withhold_key(tree, key, self.reason)

    def items(self, tree: Map, key: str, own: Seq, patch: Seq) -> None:
        """Withhold what the items of a list of the patch can touch."""
        merge_key = self._merge_key(key, patch)
        if merge_key is None or any(isinstance(item, Map) and item.get("$patch") == "replace" for item in patch):
            _withhold_key(tree, key, self.reason)
            return
        for item in patch:
            name = item.get(merge_key) if isinstance(item, Map) else None
            found = [
                i for i, o in enumerate(own) if name is not None and isinstance(o, Map) and o.get(merge_key) == name
            ]
            if not isinstance(item, Map) or not found:
                own.incomplete = own.incomplete or self.reason
            elif item.get("$patch") == "delete":
                del own[found[0]], own.pos[found[0]]
            else:
                self._item(own[found[0]], item, merge_key)

    def _item(self, own: object, patch: Map, merge_key: str) -> None:
        for key, value in patch.items():
            if key != merge_key and isinstance(own, Map):
                self.key(own, key, value)

    def _merge_key(self, key: str, patch: Seq) -> str | None:
        if key == "ports" and self.keys:
            return next((name for name in _PORT_KEYS if any(isinstance(i, Map) and name in i for i in patch)), None)
        return self.keys.get(key)


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
        kind, name, namespace = (_text(selected.get(key)) for key in ("kind", "name", "namespace"))
        target = Target(kind, name, namespace)
        written = paths if isinstance(paths, Seq) else ("metadata.name",)
        yield target, [_dotted(path) for path in written if isinstance(path, str)]


def _dotted(path: str) -> list[str]:
    """`a.b.[name=x].c` in its steps; a dot inside brackets or behind a backslash does not divide."""
    return [part.replace("\\.", ".") for part in re.findall(r"(?:\[[^\]]*\]|\\.|[^.\[\\])+", path)]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
