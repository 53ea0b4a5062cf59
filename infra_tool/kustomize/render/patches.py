"""`patches`, `patchesStrategicMerge` and `patchesJson6902`."""

import json
from collections.abc import Iterator

from infra_tool.errors import InfraToolError
from infra_tool.kustomize.check import pairs
from infra_tool.kustomize.entries import Patch
from infra_tool.kustomize.file import KustomizationFile
from infra_tool.kustomize.render import json_patch, merge
from infra_tool.kustomize.render.associative import DIRECTIVE
from infra_tool.kustomize.render.labels import flag
from infra_tool.kustomize.render.manifest import KeyTwiceError, resources_of
from infra_tool.kustomize.render.objects import Objects, conflicting
from infra_tool.kustomize.render.paths import lookup
from infra_tool.kustomize.render.resource import Resource
from infra_tool.kustomize.render.selector import selector
from infra_tool.kustomize.render.sources import Sources
from infra_tool.kustomize.render.unsupported import unsupported
from infra_tool.kustomize.render.value import Leaf, Map, Origin, copy_map, is_null
from infra_tool.yamldoc import Mapping, Sequence, YamlFile

NOTED = ("", "/metadata", "/metadata/annotations")
"""Paths of values in which kustomize keeps notes while it builds."""


def transform_merges(file: KustomizationFile, objects: Objects, sources: Sources) -> None:
    """Do what `patchesStrategicMerge` says."""
    found = list(_of(file, "patchesStrategicMerge"))
    if found:
        apply_merges(file, found, objects, sources)


def apply_merges(file: KustomizationFile, patches: list[Patch], objects: Objects, sources: Sources) -> None:
    """Do what patches say that name their targets; raises InfraToolError when there is not one among them."""
    found: list[tuple[Patch, Resource]] = []
    for patch in patches:
        if patch.inline is not None and not patch.inline.value.strip():
            continue
        parsed, origin = _parsed(file, patch, sources)
        found += [(patch, one) for one in _merges(parsed, origin)]
    if not found:
        raise sources.origin(file).error("there is no object in the patches", patches[0].node if patches else file.root)
    for patch, one in found:
        _merge_into(objects, [_target(objects, one, file, patch)], one)


def transform_json(file: KustomizationFile, objects: Objects, sources: Sources) -> None:
    """Do what `patchesJson6902` says."""
    for patch in _of(file, "patchesJson6902"):
        apply_json(file, patch, objects, sources)


def apply_json(file: KustomizationFile, patch: Patch, objects: Objects, sources: Sources) -> None:
    """Do what one JSON patch says."""
    parsed, origin = _parsed(file, patch, sources)
    if patch.target is None or "name" not in pairs(patch.target):
        raise sources.origin(file).error("a JSON patch needs a target with a name", patch.node)
    root = _json_root(parsed, patch)
    if root is None or not root.items:
        raise sources.origin(file).error("the JSON patch is empty", patch.node)
    _json(file, patch, objects, sources, json_patch.operations(root, origin))


def transform(file: KustomizationFile, objects: Objects, sources: Sources) -> None:
    """Do what `patches` says."""
    for patch in _of(file, "patches"):
        apply(file, patch, objects, sources)


def apply(file: KustomizationFile, patch: Patch, objects: Objects, sources: Sources) -> None:
    """Do what one entry says."""
    parsed, origin = _parsed(file, patch, sources)
    root = _json_root(parsed, patch)
    if root is not None:
        _json(file, patch, objects, sources, json_patch.operations(root, origin))
    else:
        _merge_patch(file, patch, objects, sources, _merges(parsed, origin))


def _of(file: KustomizationFile, field: str) -> Iterator[Patch]:
    return (patch for patch in file.patches if patch.field == field)


def _parsed(file: KustomizationFile, patch: Patch, sources: Sources) -> tuple[YamlFile, Origin]:
    inline = patch.inline is not None and bool(patch.inline.value.strip())
    if inline == (patch.entry is not None):
        raise sources.origin(file).error("a patch has either a path or a patch", patch.node)
    if inline and patch.inline is not None:
        return sources.inline(file, patch.inline)
    if patch.entry is None:
        raise sources.origin(file).error("a patch has either a path or a patch", patch.node)
    parsed = sources.patch(sources.path(file, patch.entry))
    return parsed, sources.origin_of(parsed)


def _merges(parsed: YamlFile, origin: Origin) -> list[Resource]:
    """Return the objects of a patch."""
    try:
        return resources_of(parsed, origin)
    except KeyTwiceError as error:
        name = f"a patch in which {error.message}"
        raise unsupported(name, path=error.path or parsed.path, line=error.line or 1) from error


def _json_root(parsed: YamlFile, patch: Patch) -> Sequence | None:
    """Return the list of steps of a JSON patch, None for another patch."""
    root = parsed.documents[0].root if parsed.documents else None
    if not isinstance(root, Sequence):
        return None
    text = parsed.text if patch.entry is not None else parsed.text.strip()
    if text.startswith("["):
        try:
            json.loads(text)
        except ValueError as error:
            raise InfraToolError("a patch that begins with [ must be JSON", path=parsed.path, line=1) from error
    return root


def _json(
    file: KustomizationFile,
    patch: Patch,
    objects: Objects,
    sources: Sources,
    steps: tuple[json_patch.Operation, ...],
) -> None:
    """Change the objects that a JSON patch is for; kustomize makes their annotations texts on the way."""
    if patch.target is None:
        raise sources.origin(file).error("a JSON patch needs a target", patch.node)
    for resource in _selected(file, patch, objects, sources):
        if patch.field == "patches":
            resource.remember()
        if resource.has_notes:
            _refuse_notes(steps, is_noted=bool(resource.note))
            resource.metadata.setdefault("annotations", Map(resource.root.origin, resource.root.node))
        resource.root = json_patch.apply(resource.root, steps)
        resource.set_texts("annotations", resource.texts("annotations"))
        for path in (("kind",), ("metadata", "name")):
            _check_kept(resource, path, patch, sources.origin(file))
    objects.changed()


def _check_kept(resource: Resource, path: tuple[str, ...], patch: Patch, origin: Origin) -> None:
    """See that a JSON patch left an object what every object must have."""
    value = lookup(resource.root, path)
    if not isinstance(value, Leaf) or is_null(value) or not value.text:
        raise origin.error(f"the patch leaves an object without {'.'.join(path)}", patch.node)


def _refuse_notes(steps: tuple[json_patch.Operation, ...], *, is_noted: bool) -> None:
    """Refuse steps that would see the annotations which kustomize keeps for itself, or take a noted origin away."""
    for step in steps:
        seen = step.source if step.op in ("copy", "move") else step.path if step.op == "test" or is_noted else None
        if seen in NOTED:
            raise unsupported(f"{step.op} {seen}", path=step.origin.path, line=step.origin.line(step.node))


def _selected(file: KustomizationFile, patch: Patch, objects: Objects, sources: Sources) -> list[Resource]:
    assert isinstance(patch.target, Mapping)  # noqa: S101 -- its callers look
    wanted = selector(patch.target, sources.origin(file))
    found = [resource for resource in objects.items if wanted.takes(resource)]
    sources.aim(file, patch, is_hit=bool(found))
    return found


def _merge_patch(
    file: KustomizationFile, patch: Patch, objects: Objects, sources: Sources, patches: list[Resource]
) -> None:
    options = _options(patch)
    if patch.target is None:
        for one in patches:
            target = _target(objects, one, file, patch)
            _merge(target, one.root, options)
        objects.items = [resource for resource in objects.items if resource.root]
        objects.changed()
        return
    if len(patches) > 1:
        raise sources.origin(file).error("a patch with a target has one document", patch.node)
    if patches:
        _merge_into(objects, _selected(file, patch, objects, sources), patches[0], options)
        if (twice := objects.conflict()) is not None:
            raise conflicting(twice, path=file.path, line=file.file.line(patch.node))


def _options(patch: Patch) -> tuple[bool, bool]:
    """Return whether a patch may change names, and kinds."""
    node = pairs(patch.node).get("options") if isinstance(patch.node, Mapping) else None
    if node is None or not isinstance(node[1], Mapping):
        return False, False
    fields = pairs(node[1])
    return flag(fields, "allowNameChange"), flag(fields, "allowKindChange")


def _target(objects: Objects, patch: Resource, file: KustomizationFile, entry: Patch) -> Resource:
    """Return the object that a patch names."""
    found = objects.matching(patch.id)
    if len(found) != 1:
        message = f"{'several objects are' if found else 'there is no'} {patch.id}, which the patch is for"
        place = _misnamed(objects, patch) if not found else None
        if place is not None:
            raise place.origin.error(message, place.node, hint=f"{file.path}:{file.file.line(entry.node)} applies it")
        raise InfraToolError(message, path=file.path, line=file.file.line(entry.node))
    return found[0]


def _misnamed(objects: Objects, patch: Resource) -> Leaf | None:
    """Return what is wrong in how a patch calls its target: the kind or namespace, if all else fits, else the name."""
    named = [one for one in objects.items if one.name == patch.name]
    found = patch.metadata.get("name")
    if named and all(one.gvk.kind != patch.gvk.kind for one in named):
        found = patch.root.get("kind")
    elif named:
        found = patch.metadata.get("namespace", found)
    return found if isinstance(found, Leaf) and found.node is not None else None


def _merge_into(
    objects: Objects, targets: list[Resource], patch: Resource, options: tuple[bool, bool] = (False, False)
) -> None:
    """Merge a patch into objects that were selected; kustomize makes its labels and annotations texts first."""
    for field in ("labels", "annotations"):
        merge.texts_only(patch.root, field)
    for target in targets:
        own = copy_map(patch.root)
        gvk = target.gvk
        own["apiVersion"] = Leaf(gvk.api_version, own.origin, own.node)
        if not options[1]:
            own["kind"] = Leaf(gvk.kind, own.origin, own.node)
        written = target.root.get("apiVersion")
        _merge(target, own, options)
        if not gvk.api_version and target.root:
            target.root["apiVersion"] = written or Leaf("", own.origin, own.node, "", "null")
    objects.items = [resource for resource in objects.items if resource.root]
    objects.changed()


def _refuse_removal(target: Resource, patch: Map) -> None:
    """Refuse a patch that takes away the annotations as a whole, and with them what kustomize notes there."""
    metadata = patch.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, Map) else None
    marked = (one for one in (metadata, annotations) if isinstance(one, Map) and DIRECTIVE in one)
    removed = next(marked, annotations if annotations is not None and is_null(annotations) else None)
    if removed is not None and target.has_notes:
        name = "a patch that removes all annotations"
        raise unsupported(name, path=removed.origin.path, line=removed.origin.line(removed.node))


def _merge(target: Resource, patch: Map, options: tuple[bool, bool]) -> None:
    """Change one object; one that is deleted has an empty root."""
    names, kinds = options
    _refuse_removal(target, patch)
    if names or kinds:
        target.remember()
    kind, name, namespace = target.root.get("kind"), target.metadata.get("name"), target.metadata.get("namespace")
    kept = [value.copy() if isinstance(value, Leaf) else None for value in (kind, name, namespace)]
    found = merge.merge(target.root, patch)
    if found is None:
        target.root = Map(target.root.origin, target.root.node)
        return
    target.root = found
    if not kinds and kept[0] is not None:
        found["kind"] = kept[0]
    if not names and kept[1] is not None:
        target.metadata["name"] = kept[1]
    target.metadata.pop("namespace", None)
    if kept[2] is not None and kept[2].text:
        target.metadata["namespace"] = kept[2]
