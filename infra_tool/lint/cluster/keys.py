"""The keys of ConfigMaps and Secrets."""

from infra_tool.kustomize.render.value import Leaf, Map
from infra_tool.lint.cluster import producers
from infra_tool.lint.cluster.cluster import Cluster
from infra_tool.lint.cluster.object import Kind, Object
from infra_tool.lint.cluster.values import get, text

FIELDS = ("data", "stringData", "binaryData")
FILLED = "kubernetes.io/service-account-token"
"""The type of a Secret that Kubernetes itself fills."""


def keys_of(cluster: Cluster, kind: Kind, namespace: str, name: str) -> frozenset[str] | None:
    """Return the keys that an object has in the cluster; None where that is not known."""
    one, made = cluster.find(kind, namespace, name), cluster.made(kind, namespace, name)
    if one is None:
        return made.keys or None if made is not None else None
    if made is not None or text(one.value, "type") == FILLED or producers.is_copied(one):
        return None
    return _written(one)


def _written(one: Object) -> frozenset[str] | None:
    """Return the keys that an object is written with; one without any is for others to fill."""
    keys: set[str] = set()
    for field in FIELDS:
        found = get(one.value, field)
        if isinstance(found, Leaf):
            return None
        keys.update(found if isinstance(found, Map) else ())
    return None if any("$" in key for key in keys) else frozenset(keys) or None
