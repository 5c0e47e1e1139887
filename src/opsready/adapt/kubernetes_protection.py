"""What keeps an object of a cluster from being deleted together with its data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsready.model.datastore import Trait
from opsready.model.source import Known, Unknown

if TYPE_CHECKING:
    from opsready.adapt.attributes import Node

_HELM = "helm.sh/resource-policy"  # https://helm.sh/docs/howto/charts_tips_and_tricks/
_FLUX = "kustomize.toolkit.fluxcd.io/prune"  # https://fluxcd.io/flux/components/kustomize/kustomizations/
_ARGO = "argocd.argoproj.io/sync-options"  # https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/
_ARGO_KEEPS = frozenset({"Prune=false", "Prune=confirm", "Delete=false", "Delete=confirm"})
_REMEDY = f"annotate it with `{_ARGO}: Prune=confirm,Delete=confirm`, `{_FLUX}: disabled` or `{_HELM}: keep`"


def kept_on_deletion(root: Node) -> Trait[bool]:
    """Whether what deploys an object is told to leave it there; a cluster itself protects nothing by default."""
    annotations = root.node("metadata").node("annotations")
    options = {option.strip() for option in annotations.plain_text(_ARGO).split(",")}
    for key, keeps in (
        (_HELM, annotations.plain_text(_HELM) == "keep"),
        (_FLUX, annotations.plain_text(_FLUX) == "disabled"),
        (_ARGO, bool(options & _ARGO_KEEPS)),
    ):
        if keeps:
            says = f"`{key}` is `{annotations.plain_text(key)[:80]}`"
            return Trait(Known(value=True, place=annotations.key_place(key)), says)
    return Trait(
        Unknown(
            annotations.withheld
            or "nothing here keeps anybody from deleting it, and whether the cluster does "
            "(an admission policy) is not in its manifest"
        ),
        remedy=_REMEDY,
    )
