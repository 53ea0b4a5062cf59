"""What happens once, at the very end: what kustomize notes in annotations goes, and the objects are sorted."""

from infra_tool.errors import InfraToolError
from infra_tool.kustomize.check import pairs
from infra_tool.kustomize.entries import entries, text_node
from infra_tool.kustomize.file import KustomizationFile
from infra_tool.kustomize.render import order
from infra_tool.kustomize.render.objects import Objects
from infra_tool.kustomize.render.resource import Resource, put
from infra_tool.kustomize.render.value import Leaf, Map, Origin, string
from infra_tool.yamldoc import Mapping

LOCAL = "config.kubernetes.io/local-config"
MANAGED_BY, MANAGER = "app.kubernetes.io/managed-by", "kustomize-v5.8.1"
ORIGIN = "config.kubernetes.io/origin"
INTERNAL = "internal.config.kubernetes.io/"
NOTES = frozenset(
    (
        *(f"{INTERNAL}{name}" for name in ("path", "index", "seqindent", "id", "annotations-migration-resource-id")),
        f"{INTERNAL}helm-generated",
        *(f"config.kubernetes.io/{name}" for name in ("index", "path")),
        ORIGIN,
        "config.k8s.io/id",
        "alpha.config.kubernetes.io/transformations",
    )
)
"""Annotations that kustomize takes for its own and removes."""


def finished(root: KustomizationFile, objects: Objects) -> list[Resource]:
    """Return the objects of a whole build as they come out."""
    kept = [resource for resource in objects.items if not is_local(resource)]
    wanted = {entry.text: entry.node for entry in entries(root.fields, "buildMetadata")}
    for resource in kept:
        _clean(resource, with_note="originAnnotations" in wanted)
        if (node := wanted.get("managedByLabel")) is not None:
            _mark(resource, Leaf(MANAGER, Origin(root.path, root.file), node, "", "str"))
    return _sorted(root, kept)


def _sorted(root: KustomizationFile, resources: list[Resource]) -> list[Resource]:
    """Return the objects in the order that `sortOptions` asks for, by kind where it does not."""
    field = root.fields.get("sortoptions")
    if field is None or not isinstance(field[1], Mapping):
        return order.by_kind(resources)
    fields = pairs(field[1])
    node = text_node(fields, "order")
    wanted, given = node.value if node is not None else "", fields.get("legacysortoptions")
    options = given[1] if given is not None and isinstance(given[1], Mapping) else None
    if wanted not in ("fifo", "legacy"):
        raise InfraToolError("order must be fifo or legacy", path=root.path, line=root.file.line(field[1]))
    if wanted == "fifo":
        if options is not None:
            raise InfraToolError(
                "legacySortOptions go with order: legacy", path=root.path, line=root.file.line(options)
            )
        return resources
    if options is None:
        return order.by_kind(resources)
    lists = pairs(options)
    first, last = ([entry.text for entry in entries(lists, name)] for name in ("orderFirst", "orderLast"))
    return order.by_kind(resources, first, last)


def is_local(resource: Resource) -> bool:
    """Tell whether an object is only for the build itself."""
    annotations = resource.metadata.get("annotations")
    return (
        isinstance(annotations, dict) and LOCAL in annotations and resource.texts("annotations")[LOCAL].text != "false"
    )


def _clean(resource: Resource, *, with_note: bool) -> None:
    if "annotations" not in resource.metadata and not with_note:
        return
    texts = {key: value for key, value in resource.texts("annotations").items() if key not in NOTES}
    if with_note and resource.note:
        texts[ORIGIN] = string(resource.note, resource.root.origin, resource.root.node)
    resource.set_texts("annotations", texts)


def _mark(resource: Resource, value: Leaf) -> None:
    labels = resource.metadata.get("labels")
    if not isinstance(labels, Map):
        labels = resource.metadata["labels"] = Map(value.origin, value.node)
    put(labels, MANAGED_BY, value)
