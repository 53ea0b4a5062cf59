"""`namespace`: every object that can have one gets it, as do the places that name it."""

from collections.abc import Iterator
from typing import NamedTuple

from infra_tool.kustomize.file import KustomizationFile
from infra_tool.kustomize.render.fieldspec import FieldSpec, Specs, Visit
from infra_tool.kustomize.render.objects import Objects, conflicting
from infra_tool.kustomize.render.resource import Gvk, put, written
from infra_tool.kustomize.render.sources import Sources
from infra_tool.kustomize.render.value import Leaf, List, Map, Value, is_null, string, text_of
from infra_tool.kustomize.scope import is_cluster_scoped

BINDINGS = ("RoleBinding", "ClusterRoleBinding")
SUBJECTS = ("defaultOnly", "allServiceAccounts", "none")
OWN = FieldSpec(Gvk("", "", ""), "metadata/namespace", create=True)


class Change(NamedTuple):
    """The namespace for all objects, and where else it goes.

    `unset_only` leaves what has one; `subjects` tells which subjects of role bindings get it.
    """

    namespace: Leaf
    specs: Specs
    unset_only: bool = False
    subjects: str = SUBJECTS[0]

    def of_scalar(self, old: Value) -> Value:
        """Return a scalar after the change."""
        if self.unset_only and text_of(old):
            return old
        if not isinstance(old, Leaf):
            raise old.origin.error("a namespace is set where there is no scalar", old.node)
        return written(self.namespace, old)


def transform(file: KustomizationFile, objects: Objects, sources: Sources) -> None:
    """Do what `namespace` says."""
    node = file.namespace
    if node is not None and node.value:
        apply(objects, Change(string(node.value, sources.origin(file), node), objects.config.namespace))


def apply(objects: Objects, change: Change) -> None:
    """Give all objects a namespace; raises InfraToolError when two cannot be told apart afterwards."""
    place = change.namespace.origin, change.namespace.node
    for resource in objects.items:
        resource.remember()
        gvk, root = resource.gvk, resource.root
        if gvk.kind in BINDINGS:
            _subjects(root.get("subjects"), change)
        for spec in _places(gvk, change.specs):
            Visit(spec, change.of_scalar, "scalar", place).run(root)
    objects.changed()
    if (identity := objects.conflict()) is not None:
        raise conflicting(identity, path=place[0].path, line=place[0].line(place[1]))


def _places(gvk: Gvk, specs: Specs) -> Iterator[FieldSpec]:
    if not is_cluster_scoped(gvk.kind, gvk.group, gvk.version):
        yield OWN
    for spec in specs.of(gvk):
        is_own = spec.path == "metadata/namespace" or (spec.path == "metadata/name" and gvk.api_version != "v1")
        is_subject = spec.path == "subjects/namespace" and spec.gvk.kind in BINDINGS
        if not is_own and not (is_subject and gvk.kind in BINDINGS):
            yield spec


def _subjects(value: Value | None, change: Change) -> None:
    if is_null(value) or change.subjects == "none":
        return
    if not isinstance(value, List):
        raise change.namespace.origin.error("subjects must be a list", change.namespace.node)
    key, wanted = ("name", "default") if change.subjects == SUBJECTS[0] else ("kind", "ServiceAccount")
    for subject in value:
        if not isinstance(subject, Map) or text_of(subject.get(key)) != wanted:
            continue
        if not (change.unset_only and text_of(subject.get("namespace"))):
            put(subject, "namespace", change.namespace.copy())
