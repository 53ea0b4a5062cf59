"""`namePrefix` and `nameSuffix`."""

from infra_tool.kustomize.file import KustomizationFile
from infra_tool.kustomize.render.fieldspec import Specs, Visit
from infra_tool.kustomize.render.objects import Objects
from infra_tool.kustomize.render.resource import Gvk, written
from infra_tool.kustomize.render.sources import Sources
from infra_tool.kustomize.render.value import Leaf, Value

KEPT = (
    Gvk("", "", "CustomResourceDefinition"),
    Gvk("apiregistration.k8s.io", "", "APIService"),
    Gvk("", "", "Namespace"),
)
"""What keeps its name."""


def transform_prefix(file: KustomizationFile, objects: Objects, sources: Sources) -> None:
    """Do what `namePrefix` says."""
    if (node := file.name_prefix) is not None and node.value:
        prefix(objects, Leaf(node.value, sources.origin(file), node), objects.config.name_prefix)


def transform_suffix(file: KustomizationFile, objects: Objects, sources: Sources) -> None:
    """Do what `nameSuffix` says."""
    if (node := file.name_suffix) is not None and node.value:
        suffix(objects, Leaf(node.value, sources.origin(file), node), objects.config.name_suffix)


def prefix(objects: Objects, text: Leaf, specs: Specs) -> None:
    """Put a text before names."""
    _rename(objects, text, specs, "{0}{1}")


def suffix(objects: Objects, text: Leaf, specs: Specs) -> None:
    """Put a text behind names."""
    _rename(objects, text, specs, "{1}{0}")


def _rename(objects: Objects, text: Leaf, specs: Specs, form: str) -> None:
    def change(old: Value) -> Value:
        if not isinstance(old, Leaf):
            raise old.origin.error("a name is set where there is no scalar", old.node)
        return written(Leaf(form.format(text.text, old.text), text.origin, text.node), old)

    for resource in objects.items:
        gvk = resource.first_id.gvk
        if any(gvk.is_selected(kept) for kept in KEPT):
            continue
        for spec in specs.of(gvk):
            if spec.path == "metadata/name" and text.text:
                (resource.suffixes if form.endswith("{0}") else resource.prefixes).append(text.text)
                resource.remember()
            if resource.gvk.is_selected(spec.gvk):
                Visit(spec, change, "scalar", (text.origin, text.node)).run(resource.root)
    objects.changed()
