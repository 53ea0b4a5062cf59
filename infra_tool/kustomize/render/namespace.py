"""`namespace`: every object that can have one gets it, as do the places that name it."""

from collections.abc import Iterator

from infra_tool.kustomize.file import KustomizationFile
from infra_tool.kustomize.render.fieldspec import FieldSpec, Specs, Visit
from infra_tool.kustomize.render.objects import Objects, conflicting
from infra_tool.kustomize.render.resource import Gvk, Resource, put, written
from infra_tool.kustomize.render.scope import is_cluster_scoped
from infra_tool.kustomize.render.sources import Sources
from infra_tool.kustomize.render.value import Leaf, List, Map, Value, is_null, string, text_of

BINDINGS = ("RoleBinding", "ClusterRoleBinding")
OWN = FieldSpec(Gvk("", "", ""), "metadata/namespace", create=True)


def transform(file: KustomizationFile, objects: Objects, sources: Sources) -> None:
    """Do what `namespace` says."""
    node = file.namespace
    if node is None or not node.value:
        return
    apply(objects, string(node.value, sources.origin(file), node))


def apply(objects: Objects, namespace: Leaf, *, unset_only: bool = False, subjects: str = "defaultOnly") -> None:
    """Give all objects a namespace.

    `unset_only` leaves those that have one; `subjects` tells which subjects of role bindings get it. Raises
    InfraToolError when two objects cannot be told apart afterwards.
    """
    for resource in objects.items:
        resource.remember()
        _apply(resource, namespace, objects.config.namespace, unset_only=unset_only, subjects=subjects)
    objects.changed()
    if (identity := objects.conflict()) is not None:
        raise conflicting(identity, path=namespace.origin.path, line=namespace.origin.line(namespace.node))


def _apply(resource: Resource, namespace: Leaf, specs: Specs, *, unset_only: bool, subjects: str) -> None:
    def change(old: Value) -> Value:
        if unset_only and text_of(old):
            return old
        if not isinstance(old, Leaf):
            raise old.origin.error("a namespace is set where there is no scalar", old.node)
        return written(namespace, old)

    gvk, root = resource.gvk, resource.root
    if gvk.kind in BINDINGS:
        _subjects(root.get("subjects"), namespace, subjects, unset_only=unset_only)
    for spec in _places(gvk, specs):
        Visit(spec, change, "scalar", (namespace.origin, namespace.node)).run(root)


def _places(gvk: Gvk, specs: Specs) -> Iterator[FieldSpec]:
    if not is_cluster_scoped(gvk.api_version, gvk.kind):
        yield OWN
    for spec in specs.of(gvk):
        is_own = spec.path == "metadata/namespace" or (spec.path == "metadata/name" and gvk.api_version != "v1")
        is_subject = spec.path == "subjects/namespace" and spec.gvk.kind in BINDINGS
        if not is_own and not (is_subject and gvk.kind in BINDINGS):
            yield spec


def _subjects(value: Value | None, namespace: Leaf, which: str, *, unset_only: bool) -> None:
    if is_null(value) or which == "none":
        return
    if not isinstance(value, List):
        raise namespace.origin.error("subjects must be a list", namespace.node)
    key, wanted = ("name", "default") if which == "defaultOnly" else ("kind", "ServiceAccount")
    for subject in value:
        if not isinstance(subject, Map) or text_of(subject.get(key)) != wanted:
            continue
        if not (unset_only and text_of(subject.get("namespace"))):
            put(subject, "namespace", namespace.copy())
