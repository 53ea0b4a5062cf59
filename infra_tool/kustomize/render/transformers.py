"""`transformers`: objects that configure kustomize's own transformers; any other plugin is refused."""

from collections.abc import Callable

from infra_tool.kustomize import entries
from infra_tool.kustomize.entries import Entry, Patch, is_inline, text_node
from infra_tool.kustomize.render import hashes, images, labels, names, namespace, patches, replacements, replicas
from infra_tool.kustomize.render.fieldspec import Specs
from infra_tool.kustomize.render.labels import flag, texts
from infra_tool.kustomize.render.objects import Objects
from infra_tool.kustomize.render.plugins import Plugin
from infra_tool.kustomize.render.sources import Sources
from infra_tool.kustomize.render.value import Leaf, string
from infra_tool.yamldoc import Mapping, Scalar

Run = Callable[[Plugin, Objects, Sources], None]


def run(plugin: Plugin, objects: Objects, sources: Sources) -> None:
    """Do what a transformer says; raises UnsupportedError for one that is not kustomize's own."""
    if plugin.kind not in KINDS:
        raise plugin.unsupported("transformer")
    KINDS[plugin.kind](plugin, objects, sources)
    objects.items = [resource for resource in objects.items if resource.root]


def _affix(change: Callable[[Objects, Leaf, Specs], None], field: str) -> Run:
    def run(plugin: Plugin, objects: Objects, _: Sources) -> None:
        if "fieldspecs" not in plugin.fields:
            raise plugin.origin.error(f"a transformer of {field}es needs fieldSpecs", plugin.node)
        text = plugin.text(field) or string("", plugin.origin, plugin.node)
        change(objects, text, plugin.specs())

    return run


PREFIX, SUFFIX = _affix(names.prefix, "prefix"), _affix(names.suffix, "suffix")


def _affixes(plugin: Plugin, objects: Objects, sources: Sources) -> None:
    PREFIX(plugin, objects, sources)
    SUFFIX(plugin, objects, sources)


def _namespace(plugin: Plugin, objects: Objects, _: Sources) -> None:
    mode = text_node(plugin.fields, "setRoleBindingSubjects")
    subjects = mode.value if mode is not None and mode.value else "defaultOnly"
    if subjects not in namespace.SUBJECTS:
        raise plugin.origin.error(f"setRoleBindingSubjects is one of {', '.join(namespace.SUBJECTS)}", mode)
    node = text_node(plugin.inside("metadata"), "namespace")
    if node is None or not node.value:
        return
    change = namespace.Change(
        string(node.value, plugin.origin, node), plugin.specs(), flag(plugin.fields, "unsetOnly"), subjects
    )
    namespace.apply(objects, change)


def _labels(field: str) -> Run:
    def run(plugin: Plugin, objects: Objects, _: Sources) -> None:
        labels.apply(objects, texts(plugin.fields, field, plugin.origin), plugin.specs())

    return run


def _images(plugin: Plugin, objects: Objects, _: Sources) -> None:
    image = entries.image(plugin.node, plugin.inside("imageTag"))
    images.apply(objects, images.override(image, plugin.origin), plugin.specs())


def _replicas(plugin: Plugin, objects: Objects, _: Sources) -> None:
    replicas.apply(objects, plugin.inside("replica"), plugin.specs(), plugin.origin, plugin.node)


def _patch(plugin: Plugin, objects: Objects, sources: Sources) -> None:
    patches.apply(plugin.file, _as_patch(plugin, "patches", "patch"), objects, sources)


def _json(plugin: Plugin, objects: Objects, sources: Sources) -> None:
    patches.apply_json(plugin.file, _as_patch(plugin, "patchesJson6902", "jsonOp"), objects, sources)


def _as_patch(plugin: Plugin, field: str, inline: str) -> Patch:
    path, target = text_node(plugin.fields, "path"), plugin.fields.get("target")
    entry = Entry("transformers", path.value, path) if path is not None and path.value else None
    selected = target[1] if target is not None and isinstance(target[1], Mapping) else None
    return Patch(field, entry, text_node(plugin.fields, inline), selected, plugin.node)


def _merges(plugin: Plugin, objects: Objects, sources: Sources) -> None:
    found = [_merge(entry.node) for entry in entries.entries(plugin.fields, "paths")]
    if (text := text_node(plugin.fields, "patches")) is not None and text.value:
        found.append(Patch("patchesStrategicMerge", None, text, None, text))
    patches.apply_merges(plugin.file, found, objects, sources)


def _merge(node: Scalar) -> Patch:
    field = "patchesStrategicMerge"
    if is_inline(node.value):
        return Patch(field, None, node, None, node)
    return Patch(field, Entry(field, node.value, node), None, None, node)


def _hash(_: Plugin, objects: Objects, __: Sources) -> None:
    hashes.append(objects)


def _replacements(plugin: Plugin, objects: Objects, sources: Sources) -> None:
    replacements.transform(plugin.file, objects, sources)


KINDS: dict[str, Run] = {
    "PrefixTransformer": PREFIX,
    "SuffixTransformer": SUFFIX,
    "PrefixSuffixTransformer": _affixes,
    "NamespaceTransformer": _namespace,
    "LabelTransformer": _labels("labels"),
    "AnnotationsTransformer": _labels("annotations"),
    "ImageTagTransformer": _images,
    "ReplicaCountTransformer": _replicas,
    "PatchTransformer": _patch,
    "PatchJson6902Transformer": _json,
    "PatchStrategicMergeTransformer": _merges,
    "ReplacementTransformer": _replacements,
    "HashTransformer": _hash,
}
