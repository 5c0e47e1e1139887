"""Kustomizations, evaluated as far as they are simple: resources, names, labels, images, replicas, bases, components.

Fields after https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/. What a patch or a generator can
touch becomes unknown with its name; what lies elsewhere becomes an opaque input.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from opsready.model.source import Origin, Place
from opsready.parse.syntax import Map, Masked, Seq, Withheld, span
from opsready.records import dataclass, field
from opsready.resolve.kustomize_drafts import Draft
from opsready.resolve.kustomize_files import FILE_NAMES, Kustomization
from opsready.resolve.kustomize_patches import (
    Target,
    deletes,
    field_paths,
    withhold_at,
    withhold_json_patch,
    withhold_merge,
)
from opsready.resolve.kustomize_transforms import copied, set_image, set_labels, set_replicas, withhold_all
from opsready.resolve.manifests import objects_in
from opsready.resolve.sources import join
from opsready.resolve.units import ANY_KUBERNETES, Opaque

if TYPE_CHECKING:
    from opsready.resolve.sources import ParsedFile, Sources

_MAX_DEPTH = 32
_MAX_RESOURCES = 50_000
_MAX_EVALUATIONS = 2_000
_REMOTE_MARKS = ("://", "git@", "github.com/", "gitlab.com/", "bitbucket.org/", "?ref=")
_PARSED_SUFFIXES = (".yaml", ".yml", ".json")
# Kustomize renames everything but these.
_KEEP_THEIR_NAMES = frozenset({"Namespace", "CustomResourceDefinition", "APIService"})


@dataclass(slots=True)
class Build:
    """What a kustomization gives: drafts, what could not be opened, and kinds of objects that nobody reads."""

    drafts: list[Draft] = field(default_factory=list)
    opaque: list[Opaque] = field(default_factory=list)
    other_kinds: list[str] = field(default_factory=list)


class Evaluator:
    """Builds kustomizations of one repository."""

    def __init__(self, sources: Sources, found: dict[str, Kustomization]) -> None:
        """Know the repository's files and kustomizations."""
        self.sources = sources
        self.found = found
        self._evaluations = 0

    def build(self, directory: str) -> Build:
        """Evaluate the kustomization of a directory."""
        build = Build()
        self._evaluations = 0
        self._evaluate(self.found[directory], build, (directory,))
        return build

    def _evaluate(self, kustomization: Kustomization, build: Build, trail: tuple[str, ...]) -> None:
        """Add a kustomization's own resources to a build, then let it work on all that it added."""
        self._evaluations += 1
        inner = Build()
        for key in ("resources", "bases"):
            for item, place in kustomization.listed(key):
                self._add(kustomization, item, place, inner, trail)
        self._generate(kustomization, inner)
        for item, place in kustomization.listed("components"):
            self._apply_component(kustomization, item, place, inner, trail)
        self._transform(kustomization, inner)
        build.drafts.extend(inner.drafts)
        build.opaque.extend(inner.opaque)
        build.other_kinds.extend(inner.other_kinds)

    def _add(
        self, kustomization: Kustomization, item: object, place: Place, build: Build, trail: tuple[str, ...]
    ) -> None:
        if not isinstance(item, str) or len(build.drafts) > _MAX_RESOURCES:
            return
        target = None if any(mark in item for mark in _REMOTE_MARKS) else join(kustomization.directory, item)
        if target is None:
            build.opaque.append(_opaque(f"remote base `{item}`", item, place, "commit a copy of it to this repository"))
        elif target in self.sources.parsed:
            parsed = self.sources.parsed[target]
            build.drafts.extend(_drafts(parsed))
            if parsed.broken:
                build.opaque.append(_opaque(f"file `{target}`", target, place, "repair its YAML"))
        elif target in self.sources.other_kinds:
            build.other_kinds.extend(self.sources.other_kinds[target])
        elif target in self.found and self._may_evaluate(target, trail):
            self._evaluate(self.found[target], build, (*trail, target))
        else:
            build.opaque.extend(self._unopened(item, target, place))

    def _may_evaluate(self, target: str, trail: tuple[str, ...]) -> bool:
        """Whether a kustomization is neither part of a circle nor one too many."""
        return target not in trail and len(trail) < _MAX_DEPTH and self._evaluations < _MAX_EVALUATIONS

    def _unopened(self, item: str, target: str, place: Place) -> Iterator[Opaque]:
        """What stands for a path that leads to nothing readable; nothing for a file of kinds that nobody reads."""
        if target in self.found:
            yield _opaque(f"`{item}`", target, place, f"remove the circle that `{item}` is part of")
        elif target in self.sources.unjudged or f"{target}/{FILE_NAMES[0]}" in self.sources.unjudged:
            what = f"`{item}`, which lies where nothing is judged by default"
            yield _opaque(what, target, place, f"move what `{item}` names, or check its directory by itself")
        elif target not in self.sources.paths:
            yield _opaque(f"`{item}`", target, place, f"commit what `{item}` names, or remove the line")
        elif not target.endswith(_PARSED_SUFFIXES):
            yield _opaque(f"file `{item}`", target, place, f"give `{item}` a name that ends in `.yaml`")

    def _apply_component(
        self, kustomization: Kustomization, item: object, place: Place, build: Build, trail: tuple[str, ...]
    ) -> None:
        """A component adds its resources to those that are there, and works on all of them."""
        if not isinstance(item, str):
            return
        target = None if any(mark in item for mark in _REMOTE_MARKS) else join(kustomization.directory, item)
        component = self.found.get(target) if target is not None else None
        if component is None or target is None:
            reason = f"component `{item}` of {kustomization.path} is not in this repository"
            for draft in build.drafts:
                withhold_all(draft.tree, reason)
            build.opaque.append(_opaque(f"component `{item}`", item, place, "commit a copy of it to this repository"))
        elif self._may_evaluate(target, trail):
            self._evaluations += 1
            for key in ("resources", "bases"):
                for inner, inner_place in component.listed(key):
                    self._add(component, inner, inner_place, build, (*trail, target))
            self._generate(component, build)
            for inner, inner_place in component.listed("components"):
                self._apply_component(component, inner, inner_place, build, (*trail, target))
            self._transform(component, build)

    def _generate(self, kustomization: Kustomization, build: Build) -> None:
        for key, kind in (("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")):
            for item, _ in kustomization.listed(key):
                if isinstance(item, Map) and isinstance(item.get("name"), str):
                    _add_generated(build.drafts, _generated(kustomization, kind, item), item.get("behavior"))
        for item, place in kustomization.listed("helmCharts"):
            name = item.get("releaseName", item.get("name")) if isinstance(item, Map) else None
            build.opaque.append(
                _opaque(f"chart `{name}`", str(name), place, "render it with `helm template` and commit it")
            )
        for item, place in kustomization.listed("generators"):
            build.opaque.append(_opaque(f"generator `{item}`", str(item), place, "commit what it generates"))

    def _transform(self, kustomization: Kustomization, build: Build) -> None:
        tree, drafts = kustomization.tree, build.drafts
        for target, patch, reason in self._patches(kustomization):
            _withhold(drafts, target, patch, reason)
        for item, _ in kustomization.listed("transformers"):
            for draft in drafts:
                withhold_all(draft.tree, f"transformer `{item}` in {kustomization.path} may change it")
        namespace = tree.get("namespace")
        if isinstance(namespace, str) and namespace:
            for draft in drafts:
                draft.deploy_namespace = namespace
        prefix, suffix = (str(tree.get(key) or "") for key in ("namePrefix", "nameSuffix"))
        if prefix or suffix:
            for draft in drafts:
                if draft.kind not in _KEEP_THEIR_NAMES:
                    draft.name = f"{prefix}{draft.name}{suffix}"
        _label(kustomization, drafts)
        _override(kustomization, drafts)
        for item, _ in kustomization.listed("replacements"):
            self._replace(kustomization, item, drafts)

    def _replace(self, kustomization: Kustomization, item: object, drafts: list[Draft]) -> None:
        reason = f"`replacements` in {kustomization.path} changes it"
        entries: list[object] = [item]
        if isinstance(item, Map) and isinstance(item.get("path"), str):
            path = join(kustomization.directory, str(item["path"]))
            parsed = self.sources.parsed.get(path or "")
            roots = [document.root for document in parsed.documents] if parsed else []
            entries = [entry for root in roots for entry in (root if isinstance(root, Seq) else [root])]
        for entry in entries:
            for target, paths in field_paths(entry) if isinstance(entry, Map) else ():
                for draft in drafts:
                    if target.matches(draft):
                        for path_tokens in paths:
                            withhold_at(draft.tree, path_tokens, reason)

    def _patches(self, kustomization: Kustomization) -> Iterator[tuple[Target | None, object, str]]:
        """Every patch: its target (None: named by the patch itself), its content, and how to name it.

        The content is None where it cannot be read.
        """
        for key in ("patches", "patchesStrategicMerge", "patchesJson6902"):
            for item, _ in kustomization.listed(key):
                target = _target(item) if isinstance(item, Map) else None
                inline = item.get("patch") if isinstance(item, Map) else item
                path = item.get("path") if isinstance(item, Map) else item
                if isinstance(inline, str) and (inline is not path or _is_inline(inline)):
                    reason = f"`{key}` in {kustomization.path} changes it"
                    roots = _inline_roots(inline, kustomization.path)
                elif isinstance(path, str):
                    reason, roots = self._patch_file(kustomization, path)
                else:
                    continue
                for root in roots:
                    yield target, root, reason

    def _patch_file(self, kustomization: Kustomization, written: str) -> tuple[str, list[object]]:
        """How to name a file of patches, and its content, with None for what cannot be read."""
        path = join(kustomization.directory, written)
        parsed = self.sources.parsed.get(path or "")
        if parsed is not None:
            unreadable = [None] if parsed.broken else []
            return f"the patch {parsed.path} changes it", [*(found.root for found in parsed.documents), *unreadable]
        judged = path in self.sources.paths and path not in self.sources.unjudged
        if judged and written.endswith(_PARSED_SUFFIXES):
            return "", []  # it is about kinds that nobody reads
        return f"the patch `{written}`, which cannot be read here, changes it", [None]


def _is_inline(patch: str) -> bool:
    return "\n" in patch or patch.lstrip().startswith(("{", "["))


def _inline_roots(text: str, file: str) -> list[object]:
    from opsready.parse.yaml import parse_yaml

    parsed = parse_yaml(text, file)
    return [*(document.root for document in parsed.documents), *([None] if parsed.broken else [])]


def _opaque(what: str, name: str, place: Place, opens_with: str) -> Opaque:
    return Opaque(what, name, opens_with, place, ANY_KUBERNETES)


def _drafts(parsed: ParsedFile) -> Iterator[Draft]:
    for found in objects_in(parsed):
        yield Draft(
            found.api_version,
            found.kind,
            found.name,
            found.written_name,
            found.namespace,
            found.deploy_namespace,
            found.file,
            copied(found.tree),
        )


def _target(item: Map) -> Target | None:
    target = item.get("target")
    if not isinstance(target, Map):
        return None
    kind, name, namespace, labels = (
        str(value) if isinstance(value := target.get(key), str) and value else None
        for key in ("kind", "name", "namespace", "labelSelector")
    )
    return Target(kind, name, namespace, labels)


def _withhold(drafts: list[Draft], target: Target | None, patch: object, reason: str) -> None:
    if isinstance(patch, Map):
        metadata = patch.get("metadata")
        if target is None:
            name = metadata.get("name") if isinstance(metadata, Map) else None
            target = Target(str(patch.get("kind")), str(name), literal=True)
        if deletes(patch):
            drafts[:] = [draft for draft in drafts if not target.matches(draft)]
    for draft in drafts:
        if target is not None and not target.matches(draft):
            continue
        if isinstance(patch, Map):
            withhold_merge(draft.tree, patch, reason, lists_merge=_is_built_in(draft))
        elif isinstance(patch, Seq):
            withhold_json_patch(draft.tree, patch, reason)
        else:
            withhold_all(draft.tree, reason)


def _is_built_in(draft: Draft) -> bool:
    """Whether Kustomize knows the schema of a kind, and so how to merge its lists."""
    group = draft.api_version.rpartition("/")[0]
    return "." not in group or group.endswith(".k8s.io")


def _label(kustomization: Kustomization, drafts: list[Draft]) -> None:
    common = kustomization.tree.get("commonLabels")
    if isinstance(common, Map):
        for draft in drafts:
            set_labels(draft.tree, _fields_of(draft, kustomization), common, selectors=True, templates=True)
    for item, _ in kustomization.listed("labels"):
        pairs = item.get("pairs") if isinstance(item, Map) else None
        if isinstance(item, Map) and isinstance(pairs, Map):
            selectors = item.get("includeSelectors") is True
            templates = selectors or item.get("includeTemplates") is True
            for draft in drafts:
                kind = _fields_of(draft, kustomization)
                set_labels(draft.tree, kind, pairs, selectors=selectors, templates=templates)


def _fields_of(draft: Draft, kustomization: Kustomization) -> str:
    """The built-in kind whose fields are set: a Rollout is another Deployment where `configurations` tells of it."""
    return "Deployment" if draft.kind == "Rollout" and "configurations" in kustomization.tree else draft.kind


def _override(kustomization: Kustomization, drafts: list[Draft]) -> None:
    for item, _ in kustomization.listed("images"):
        if isinstance(item, Map) and isinstance(item.get("name"), str):
            for draft in drafts:
                set_image(draft.tree, item, kustomization.origin("images", item, "digest", "newTag", "newName"))
    for item, _ in kustomization.listed("replicas"):
        if isinstance(item, Map) and isinstance(item.get("count"), int):
            for draft in drafts:
                if item.get("name") in {draft.written_name, draft.name}:
                    kind = _fields_of(draft, kustomization)
                    set_replicas(draft.tree, kind, item["count"], kustomization.origin("replicas", item, "count"))


def _add_generated(drafts: list[Draft], made: Draft, behavior: object) -> None:
    """Add what a generator makes, in place of what it replaces or adds to."""
    if behavior in {"merge", "replace"}:
        names = (made.name, made.written_name)
        earlier = [d for d in drafts if d.kind == made.kind and (d.written_name in names or d.name in names)]
        for draft in earlier:
            drafts.remove(draft)
            made.name, made.written_name = draft.name, draft.written_name
            if behavior == "merge":
                _keep_entries(draft, made.tree)
    drafts.append(made)


def _keep_entries(earlier: Draft, made: Map) -> None:
    """Keep the entries of an object that a generator only adds to, each where it is written."""
    for field_name in ("data", "stringData", "binaryData"):
        value, own = earlier.tree.get(field_name), made.get(field_name)
        if isinstance(value, Map) and isinstance(own, Map):
            for key in [key for key in value if key not in own]:
                own[key] = value[key]
                own.pos[key] = (own.start, own.start, own.start)
                start, _, end = value.pos[key]
                origin = (value.origins or {}).get(key) or Origin(earlier.file, span(earlier.file, start, end))
                own.origins = {**(own.origins or {}), key: origin}
        elif field_name in earlier.tree and field_name not in made:
            made[field_name] = value
            made.pos[field_name] = earlier.tree.pos[field_name]


def _add_literals(data: Map, literals: Seq, *, secret: bool) -> None:
    """Add `key=value` texts as entries; quotes around a value are not a part of it."""
    for entry, (start, end) in zip(literals, literals.pos, strict=False):
        key, _, value = str(entry).partition("=")
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        if isinstance(entry, Masked):
            data[key] = entry.of(value)
        else:
            data[key] = "" if secret else value
        data.pos[key] = (start, start, end)


def _generated(kustomization: Kustomization, kind: str, item: Map) -> Draft:
    """The object that a generator makes; the hash at the end of its name follows every reference, so it is left out."""
    name = str(item["name"])
    data = Map(item.start)
    literals, files = item.get("literals"), item.get("files")
    if isinstance(literals, Seq):
        _add_literals(data, literals, secret=kind == "Secret")
    for entry in files if isinstance(files, Seq) else ():
        key, given, path = str(entry).partition("=")
        key = key if given else (path or key).rpartition("/")[2]
        data[key] = Withheld(f"`{entry}` holds the entry `{key}`")
        data.pos[key] = (item.start, item.start, item.start)
    metadata = Map(item.start)
    metadata["name"] = name
    metadata.pos["name"] = item.pos["name"]
    tree = Map(item.start)
    # A generator is given a secret as it is, without base64.
    for key, value in (("metadata", metadata), ("stringData" if kind == "Secret" else "data", data)):
        tree[key] = value
        tree.pos[key] = (item.start, item.start, item.start)
    if "envs" in item or "env" in item:
        reason = f"`{kind[0].lower()}{kind[1:]}Generator` in {kustomization.path} adds more keys"
        tree["binaryData"] = Withheld(reason)
        tree.pos["binaryData"] = (item.start, item.start, item.start)
    namespace = item.get("namespace")
    written = namespace if isinstance(namespace, str) else None
    return Draft("v1", kind, name, name, written, written, kustomization.path, tree)
