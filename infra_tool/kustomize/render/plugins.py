"""What `generators` and `transformers` name: objects that configure kustomize's own plugins.

They stand in files, in directories that are built first, or in the kustomization file itself.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from infra_tool.kustomize.check import is_null, mistyped, pairs
from infra_tool.kustomize.entries import Entry, Fields, entries, is_inline, records, text_node
from infra_tool.kustomize.escape import refuse_slash
from infra_tool.kustomize.fields import PLUGIN
from infra_tool.kustomize.file import KustomizationFile
from infra_tool.kustomize.place import Is
from infra_tool.kustomize.render.emit import dump
from infra_tool.kustomize.render.fieldspec import Specs
from infra_tool.kustomize.render.labels import field_spec
from infra_tool.kustomize.render.manifest import resources_of, value_from
from infra_tool.kustomize.render.objects import Objects, conflicting
from infra_tool.kustomize.render.resource import Resource
from infra_tool.kustomize.render.sources import Sources
from infra_tool.kustomize.render.unsupported import UnsupportedError, unsupported
from infra_tool.kustomize.render.value import Leaf, Map, Origin, plain_value, string
from infra_tool.yamldoc import Mapping, Scalar, YamlFile, parse

Built = Callable[[KustomizationFile], Objects]
"""Builds a directory as far as a base is."""


class Plugin(NamedTuple):
    """The configuration of one plugin; `file` holds it, and is where paths in it are seen from."""

    file: KustomizationFile
    origin: Origin
    node: Mapping

    @property
    def fields(self) -> Fields:
        """Its fields."""
        return self.file.fields

    @property
    def kind(self) -> str:
        """The kind of a plugin of kustomize itself, empty for another."""
        version, kind = text_node(self.fields, "apiVersion"), text_node(self.fields, "kind")
        return kind.value if kind is not None and version is not None and version.value == "builtin" else ""

    def specs(self) -> Specs:
        """Return the places that it is for."""
        return Specs(field_spec(fields) for _, fields in records(self.fields, "fieldSpecs"))

    def inside(self, name: str) -> Fields:
        """Return the fields of a field that is a mapping."""
        found = self.fields.get(name.lower())
        return pairs(found[1]) if found is not None and isinstance(found[1], Mapping) else {}

    def text(self, name: str) -> Leaf | None:
        """Return a text field that is given."""
        node = text_node(self.fields, name)
        return string(node.value, self.origin, node) if node is not None and node.value else None

    def unsupported(self, field: str) -> UnsupportedError:
        """Return the error that refuses this plugin."""
        kind = text_node(self.fields, "kind")
        name = f"the {field} {kind.value if kind is not None else ''}"
        return unsupported(name, path=self.origin.path, line=self.origin.line(self.node))


def load(file: KustomizationFile, field: str, sources: Sources, built: Built) -> Iterator[Plugin]:
    """Yield what a field names, what stands in the kustomization file first; raises InfraToolError with the place."""
    found, seen = list(entries(file.fields, field)), Objects()
    inline = [entry for entry in found if is_inline(entry.text) or not entry.text]
    for entry in (*inline, *(entry for entry in found if entry not in inline)):
        resources = _resources(file, entry, sources, built, is_here=entry in inline)
        if (twice := seen.append(resources)) is not None:
            raise conflicting(twice, path=file.path, line=file.file.line(entry.node))
    yield from (_plugin(resource, file, sources) for resource in seen.items)


def _resources(
    file: KustomizationFile, entry: Entry, sources: Sources, built: Built, *, is_here: bool
) -> list[Resource]:
    if is_here:
        return _inline(file, entry.node, sources)
    what, path = sources.target(file, entry)
    if what is Is.DIRECTORY:
        return built(sources.kustomization(path)).items
    parsed = sources.yaml(sources.path(file, entry))
    return resources_of(parsed, sources.origin_of(parsed))


def _inline(file: KustomizationFile, node: Scalar, sources: Sources) -> list[Resource]:
    """Return the objects of a text in the kustomization file, on the lines that they have there."""
    if is_null(node):
        return []
    shift = file.file.line(node) - (0 if node.style in ("|", ">") else 1)
    parsed = refuse_slash(parse(("\n" * shift + node.value).encode(), file.path))
    return resources_of(parsed, sources.origin_of(parsed))


def _plugin(resource: Resource, file: KustomizationFile, sources: Sources) -> Plugin:
    """Return an object as a configuration; one that a build changed is read anew, as kustomize does."""
    root, node = resource.root, resource.root.node
    parsed = root.origin.file
    if parsed is None or not isinstance(node, Mapping) or not _is_as_written(root, node):
        parsed = parse(dump(root).encode(), root.origin.path)
        node = parsed.documents[0].root
    assert isinstance(node, Mapping)  # noqa: S101 -- every object is one
    _check(parsed, node)
    holder = KustomizationFile(file.directory, parsed, node, pairs(node))
    return Plugin(holder, sources.origin_of(parsed), node)


def _check(file: YamlFile, node: Mapping) -> None:
    """Refuse fields of wrong types; a number or boolean where a text should be is its text, unless in a list."""
    for problem in mistyped(file, node, PLUGIN):
        is_taken = problem.is_quotable and not problem.name.endswith("]")
        if not is_taken or not isinstance(problem.node, Scalar):
            raise problem.error()
        value = plain_value(problem.node.value)
        if (str(value).lower() if isinstance(value, bool) else str(value)) != problem.node.value:
            raise unsupported(f"{problem.name} that is no text", path=file.path, line=file.line(problem.node))


def _is_as_written(root: Map, node: Mapping) -> bool:
    written = value_from(node, root.origin)
    return isinstance(written, Map) and dump(written) == dump(root)
