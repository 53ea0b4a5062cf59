"""`labels`, `commonLabels` and `commonAnnotations`."""

from collections.abc import Iterator, Mapping
from functools import partial

from infra_tool.kustomize.check import is_null
from infra_tool.kustomize.entries import Fields, records, text_node
from infra_tool.kustomize.file import KustomizationFile
from infra_tool.kustomize.render import value as values
from infra_tool.kustomize.render.fieldspec import Conflict, FieldSpec, Specs, Visit
from infra_tool.kustomize.render.objects import Objects
from infra_tool.kustomize.render.resource import Gvk, put
from infra_tool.kustomize.render.sources import Sources
from infra_tool.kustomize.render.value import Leaf, Map, Origin, Value, string
from infra_tool.yamldoc import Content, Scalar, resolve_scalar
from infra_tool.yamldoc import Mapping as MappingNode
from infra_tool.yamldoc.resolve import is_merge

METADATA = FieldSpec(Gvk("", "", ""), "metadata/labels", create=True)


def transform(file: KustomizationFile, objects: Objects, sources: Sources) -> None:
    """Do what `labels`, then `commonLabels` say."""
    origin = sources.origin(file)
    for node, entry in records(file.fields, "labels"):
        try:
            specs = _specs(entry, objects)
        except Conflict as error:
            message = f"labels at {error} are made if missing in one place, and not in another"
            raise origin.error(message, node) from error
        apply(objects, texts(entry, "pairs", origin), specs)
    apply(objects, texts(file.fields, "commonLabels", origin), objects.config.common_labels)


def transform_annotations(file: KustomizationFile, objects: Objects, sources: Sources) -> None:
    """Do what `commonAnnotations` says."""
    apply(objects, texts(file.fields, "commonAnnotations", sources.origin(file)), objects.config.common_annotations)


def _specs(entry: Fields, objects: Objects) -> Specs:
    config = objects.config
    found = Specs(field_spec(fields) for _, fields in records(entry, "fields")).merged(config.labels.all)
    if flag(entry, "includeSelectors"):
        return found.merged(config.common_labels.all)
    if flag(entry, "includeTemplates"):
        found = found.merged(config.template_labels.all)
    return found.merged((METADATA,))


def field_spec(fields: Fields) -> FieldSpec:
    """Return a spec as kustomization and configuration files write it."""
    words = {name: text_node(fields, name) for name in ("group", "version", "kind", "path")}
    group, version, kind, path = (node.value if node is not None else "" for node in words.values())
    return FieldSpec(Gvk(group, version, kind), path, flag(fields, "create"))


def flag(fields: Fields, name: str) -> bool:
    """Return a field that is true or false."""
    node = text_node(fields, name)
    return node is not None and resolve_scalar(node, "kustomization") is True


def texts(fields: Fields, name: str, origin: Origin) -> Mapping[str, Leaf]:
    """Return a field that maps names to texts, sorted by name."""
    node = fields[name.lower()][1] if name.lower() in fields else None
    if not isinstance(node, MappingNode):
        return {}
    found = {_name(key): string(_text(value), origin, value) for key, value in _entries(node)}
    return dict(sorted(found.items()))


def _entries(node: MappingNode) -> Iterator[tuple[Scalar, Content]]:
    """Yield the entries of a mapping, merge keys expanded; of two with one name the later counts."""
    for key, value in node.pairs():
        if is_merge(key) and isinstance(value, MappingNode):
            yield from _entries(value)
    yield from ((key, value) for key, value in node.pairs() if not is_merge(key))


def _name(key: Scalar) -> str:
    """Return a key as the JSON of the kustomization file has it."""
    value = resolve_scalar(key, "kustomization")
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else key.value


def _text(node: Content) -> str:
    return node.value if isinstance(node, Scalar) and not is_null(node) else ""


def apply(objects: Objects, wanted: Mapping[str, Leaf], specs: Specs) -> None:
    """Set labels or annotations at all places of the objects."""
    for resource in objects.items if wanted else ():
        applicable = specs.of(resource.gvk)
        for key, value in wanted.items():
            change = partial(_set, key=key, value=value.copy())
            for spec in applicable:
                Visit(spec, change, "map", (value.origin, value.node)).run(resource.root)


def _set(old: Value, *, key: str, value: Leaf) -> Value:
    if values.is_null(old):
        old = Map(value.origin, value.node)
    if not isinstance(old, Map):
        raise old.origin.error(f"{key} is set where there is no mapping", old.node)
    put(old, key, value)
    return old
