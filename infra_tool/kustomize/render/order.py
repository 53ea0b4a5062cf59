"""The order in which objects come out."""

from collections.abc import Sequence

from infra_tool.kustomize.render.resource import Gvk, Resource

FIRST = (
    "Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount", "PodSecurityPolicy",
    "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret", "Endpoints", "Service",
    "LimitRange", "PriorityClass", "PersistentVolume", "PersistentVolumeClaim", "Deployment", "StatefulSet", "CronJob",
    "PodDisruptionBudget",
)  # fmt: skip
LAST = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")


def by_kind(resources: Sequence[Resource], first: Sequence[str] = FIRST, last: Sequence[str] = LAST) -> list[Resource]:
    """Return objects by kind, then by what else tells them apart."""
    ranks = {kind: index - len(first) for index, kind in enumerate(first)}
    ranks.update({kind: index + 1 for index, kind in enumerate(last)})
    return sorted(resources, key=lambda resource: _key(resource, ranks))


def _key(resource: Resource, ranks: dict[str, int]) -> tuple[int, bool, tuple[int, ...], str, str]:
    gvk = resource.gvk
    # Namespaces of Kubernetes itself come before others of that kind, and are sorted backwards.
    is_own = gvk.kind == "Namespace" and not gvk.group
    backwards = tuple(-ord(character) for character in sort_text(gvk)) if is_own else ()
    return ranks.get(gvk.kind, 0), not is_own, backwards, sort_text(gvk), _id_text(resource, gvk)


def sort_text(gvk: Gvk) -> str:
    """Return what kinds of one rank are sorted by; no group comes after every group."""
    return f"{gvk.group or '~G'}_{gvk.version or '~V'}_{gvk.kind or '~K'}"


def _id_text(resource: Resource, gvk: Gvk) -> str:
    kind = ".".join((gvk.kind or "[noKind]", gvk.version or "[noVer]", gvk.group or "[noGrp]"))
    return f"{kind}|{resource.namespace or '~X'}|{resource.name or '~N'}"


def rank(gvk: Gvk) -> tuple[int, str]:
    """Return what kustomize sorts its own tables by."""
    order = FIRST.index(gvk.kind) - len(FIRST) if gvk.kind in FIRST else 0
    return (LAST.index(gvk.kind) + 1 if gvk.kind in LAST else order), sort_text(gvk)
