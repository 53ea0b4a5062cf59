"""`replicas`: how many pods of a workload."""

from infra_tool.kustomize.entries import Fields, records, text_node
from infra_tool.kustomize.file import KustomizationFile
from infra_tool.kustomize.render.fieldspec import Specs, Visit
from infra_tool.kustomize.render.objects import Objects
from infra_tool.kustomize.render.resource import written
from infra_tool.kustomize.render.sources import Sources
from infra_tool.kustomize.render.value import Leaf, Origin, Value
from infra_tool.yamldoc import Node, resolve_scalar


def transform(file: KustomizationFile, objects: Objects, sources: Sources) -> None:
    """Do what `replicas` says; raises InfraToolError when there is no such workload."""
    origin = sources.origin(file)
    for node, fields in records(file.fields, "replicas"):
        apply(objects, fields, objects.config.replicas, origin, node)


def apply(objects: Objects, fields: Fields, specs: Specs, origin: Origin, node: Node) -> None:
    """Do what one entry says; `specs` tells where kinds have replicas."""
    name, count = text_node(fields, "name"), text_node(fields, "count")
    number = resolve_scalar(count, "kustomization") if count is not None else 0
    value = Leaf(str(number), origin, count or node, "", "int")
    if not _set(objects, name.value if name is not None else "", value, specs):
        raise origin.error("no workload of that name has replicas", name or node)


def _set(objects: Objects, name: str, count: Leaf, specs: Specs) -> bool:
    def change(old: Value) -> Value:
        if not isinstance(old, Leaf):
            raise old.origin.error("replicas must be a number", old.node)
        return written(count, old)

    found = False
    for spec in specs.all:
        for resource in objects.named(name):
            if any(known.name == name and known.gvk.is_selected(spec.gvk) for known in resource.ids()):
                found = True
                if resource.gvk.is_selected(spec.gvk):
                    Visit(spec, change, "scalar", (count.origin, count.node)).run(resource.root)
    return found
