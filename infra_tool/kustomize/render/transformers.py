"""`transformers`: files that configure kustomize's own transformers; any other plugin is refused."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from infra_tool.kustomize.check import pairs
from infra_tool.kustomize.entries import Entry, Fields, Patch, entries, records, text_node
from infra_tool.kustomize.file import KustomizationFile
from infra_tool.kustomize.place import Is
from infra_tool.kustomize.render import labels, names, namespace, patches
from infra_tool.kustomize.render.fieldspec import Specs
from infra_tool.kustomize.render.labels import field_spec, flag, texts
from infra_tool.kustomize.render.manifest import resources_of
from infra_tool.kustomize.render.objects import Objects
from infra_tool.kustomize.render.sources import Sources
from infra_tool.kustomize.render.unsupported import unsupported
from infra_tool.kustomize.render.value import Leaf, Origin, string
from infra_tool.yamldoc import Mapping


class Plugin(NamedTuple):
    """The configuration of one transformer; paths in it are seen from `file`."""

    fields: Fields
    origin: Origin
    node: Mapping
    file: KustomizationFile

    def specs(self) -> Specs:
        """Return the places that it is for."""
        return Specs(field_spec(fields) for _, fields in records(self.fields, "fieldSpecs"))

    def text(self, name: str) -> Leaf | None:
        """Return a text field that is given."""
        node = text_node(self.fields, name)
        return string(node.value, self.origin, node) if node is not None and node.value else None


def transform(file: KustomizationFile, objects: Objects, sources: Sources) -> None:
    """Do what the transformers say."""
    for plugin in _plugins(file, sources):
        version, kind = text_node(plugin.fields, "apiVersion"), text_node(plugin.fields, "kind")
        name = kind.value if kind is not None else ""
        if version is None or version.value != "builtin" or name not in KINDS:
            raise unsupported(f"the transformer {name}", path=plugin.origin.path, line=plugin.origin.line(plugin.node))
        KINDS[name](plugin, objects, sources)


def _plugins(file: KustomizationFile, sources: Sources) -> Iterator[Plugin]:
    for entry in entries(file.fields, "transformers"):
        what, path = sources.target(file, entry)
        if what is not Is.FILE:
            name = "a transformer that is no file"
            raise unsupported(name, path=file.path, line=file.file.line(entry.node))
        parsed = sources.yaml(path)
        origin = sources.origin_of(parsed)
        resources_of(parsed, origin)
        for document in parsed.documents:
            if isinstance(document.root, Mapping):
                yield Plugin(pairs(document.root), origin, document.root, file)


def _affix(change: Callable[[Objects, Leaf, Specs], None], field: str) -> Callable[[Plugin, Objects, Sources], None]:
    def run(plugin: Plugin, objects: Objects, _: Sources) -> None:
        if "fieldspecs" not in plugin.fields:
            raise plugin.origin.error(f"a transformer of {field}es needs fieldSpecs", plugin.node)
        text = plugin.text(field) or string("", plugin.origin, plugin.node)
        change(objects, text, plugin.specs())

    return run


def _namespace(plugin: Plugin, objects: Objects, _: Sources) -> None:
    metadata = plugin.fields.get("metadata")
    node = text_node(pairs(metadata[1]), "namespace") if metadata and isinstance(metadata[1], Mapping) else None
    if node is None or not node.value:
        return
    mode = text_node(plugin.fields, "setRoleBindingSubjects")
    subjects = mode.value if mode is not None and mode.value else "defaultOnly"
    if subjects not in namespace.SUBJECTS:
        raise plugin.origin.error(f"setRoleBindingSubjects is one of {', '.join(namespace.SUBJECTS)}", mode)
    change = namespace.Change(
        string(node.value, plugin.origin, node), plugin.specs(), flag(plugin.fields, "unsetOnly"), subjects
    )
    namespace.apply(objects, change)


def _labels(field: str) -> Callable[[Plugin, Objects, Sources], None]:
    def run(plugin: Plugin, objects: Objects, _: Sources) -> None:
        labels.apply(objects, texts(plugin.fields, field, plugin.origin), plugin.specs())

    return run


def _patch(plugin: Plugin, objects: Objects, sources: Sources) -> None:
    path, target = text_node(plugin.fields, "path"), plugin.fields.get("target")
    entry = Entry("transformers", path.value, path) if path is not None and path.value else None
    selected = target[1] if target is not None and isinstance(target[1], Mapping) else None
    patch = Patch("patches", entry, text_node(plugin.fields, "patch"), selected, plugin.node)
    patches.apply(plugin.file, patch, objects, sources)


KINDS: dict[str, Callable[[Plugin, Objects, Sources], None]] = {
    "PrefixTransformer": _affix(names.prefix, "prefix"),
    "SuffixTransformer": _affix(names.suffix, "suffix"),
    "NamespaceTransformer": _namespace,
    "LabelTransformer": _labels("labels"),
    "AnnotationsTransformer": _labels("annotations"),
    "PatchTransformer": _patch,
}
