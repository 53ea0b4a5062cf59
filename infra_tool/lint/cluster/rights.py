"""Which namespaces have something in them that may make objects, by its rights to the API."""

from collections.abc import Iterator

from infra_tool.lint.cluster.object import (
    CLUSTER_ROLE,
    CLUSTER_ROLE_BINDING,
    CONFIG_MAP,
    POD,
    ROLE,
    ROLE_BINDING,
    SECRET,
    Kind,
    Object,
)
from infra_tool.lint.cluster.values import get, maps, text, words

ROLES = (ROLE, CLUSTER_ROLE)
RESOURCES = {SECRET: "secrets", CONFIG_MAP: "configmaps", POD: "pods"}
VERBS = {"create", "patch", "update", "*"}


def makers(objects: tuple[Object, ...]) -> Iterator[tuple[str, Kind]]:
    """Yield the namespaces of service accounts that may make, or change, objects of a kind: operators do."""
    granted = {(one.kind, one.namespace, one.name): tuple(_kinds(one)) for one in objects if one.kind in ROLES}
    for binding in objects:
        if binding.kind in (ROLE_BINDING, CLUSTER_ROLE_BINDING):
            role = get(binding.value, "roleRef")
            is_local = text(role, "kind") == ROLE.name
            key = (ROLE if is_local else CLUSTER_ROLE, binding.namespace if is_local else "", text(role, "name"))
            for subject in maps(binding.value, "subjects"):
                for kind in granted.get(key, ()):
                    yield text(subject, "namespace") or binding.namespace, kind
                    if binding.namespace:
                        yield binding.namespace, kind


def _kinds(role: Object) -> Iterator[Kind]:
    for rule in maps(role.value, "rules"):
        resources = set(words(get(rule, "resources")))
        if VERBS & set(words(get(rule, "verbs"))):
            yield from (kind for kind, name in RESOURCES.items() if resources & {name, "*"})
