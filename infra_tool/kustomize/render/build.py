"""Build a kustomization: gather its objects, change them, name them for good."""

import posixpath
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from infra_tool.errors import InfraToolError
from infra_tool.kustomize.build import Build as Walked
from infra_tool.kustomize.entries import Entry
from infra_tool.kustomize.file import KustomizationFile
from infra_tool.kustomize.graph import Graph
from infra_tool.kustomize.place import Is
from infra_tool.kustomize.render import (
    configurations,
    final,
    generators,
    hashes,
    images,
    labels,
    names,
    namespace,
    patches,
    plugins,
    references,
    replacements,
    replicas,
    transformers,
    variables,
)
from infra_tool.kustomize.render.emit import quoted
from infra_tool.kustomize.render.fieldspec import Conflict
from infra_tool.kustomize.render.manifest import resources_of
from infra_tool.kustomize.render.objects import Objects, conflicting
from infra_tool.kustomize.render.resource import Resource
from infra_tool.kustomize.render.sources import Sources
from infra_tool.kustomize.render.unsupported import refuse, unsupported

Transform = Callable[[KustomizationFile, Objects, Sources], None]

TRANSFORMS: tuple[Transform, ...] = (
    patches.transform_merges,
    patches.transform,
    namespace.transform,
    names.transform_prefix,
    names.transform_suffix,
    labels.transform,
    labels.transform_annotations,
    patches.transform_json,
    replicas.transform,
    images.transform,
    replacements.transform,
)
"""The fields that change objects, in the order in which they act."""


def render(graph: Graph, directory: str) -> list[Resource]:
    """Return the objects of a directory's kustomization, as `kustomize build` orders them.

    Raises InfraToolError with the place for what kustomize refuses, and UnsupportedError for what is not done natively.
    """
    return rendered(graph, graph.build(directory))


def rendered(graph: Graph, found: Walked) -> list[Resource]:
    """Return the objects of a build that was walked already; see `render`."""
    root = checked(found)
    try:
        return Build(Sources(graph), "buildmetadata" in root.fields).objects_of(root)
    except RecursionError as error:
        raise InfraToolError("nested too deeply", path=root.path) from error


def checked(found: Walked) -> KustomizationFile:
    """Return the file that a build starts from; raises as `render` does for what can be told without building."""
    for problem in found.problems:
        raise problem.error()
    if found.root is None:
        raise InfraToolError("there is no kustomization file", path=found.directory or ".")
    for entry, owner in found.remotes:
        raise unsupported(f"a remote resource ({entry.field})", path=owner.path, line=owner.file.line(entry.node))
    for file in found.kustomizations:
        refuse(file)
    return found.root


@dataclass(frozen=True)
class Build:
    """A build under way; `is_noting`: objects get a note where they come from."""

    sources: Sources
    is_noting: bool = False

    def objects_of(self, root: KustomizationFile, beside: KustomizationFile | None = None) -> list[Resource]:
        """Return the finished objects of a kustomization; see `gathered`."""
        objects = self.gathered(root, Objects(), beside=beside)
        hashes.append(objects)
        references.fix(objects)
        variables.resolve(objects)
        return final.finished(root, objects)

    def gathered(
        self, file: KustomizationFile, objects: Objects, place: str = "", beside: KustomizationFile | None = None
    ) -> Objects:
        """Build one kustomization, without what happens at the very end.

        A component goes on with the objects of the one that includes it. `place` is the directory as seen from where
        the build began. `beside` is a file whose components and changes stand behind those of the kustomization, field
        by field, as Flux has some.
        """
        for entry in file.resources:
            self._resource(file, entry, objects, place)
        configurations.load(file, objects, self.sources)
        generators.generate(file, objects, self.sources, self._note(place, file.path.rpartition("/")[2]))
        for plugin in plugins.load(file, "generators", self.sources, self._base):
            if self.is_noting:
                raise plugin.unsupported("noted generator")
            generators.run(plugin, objects, self.sources)
        self._change((file,) if beside is None else (file, beside), objects, place)
        for plugin in plugins.load(file, "transformers", self.sources, self._base):
            transformers.run(plugin, objects, self.sources)
        variables.define(file, objects, self.sources)
        return objects

    def _change(self, files: tuple[KustomizationFile, ...], objects: Objects, place: str) -> None:
        for file in files:
            for entry in file.components:
                component = self.sources.kustomization(self.sources.target(file, entry).path)
                self.gathered(component, objects, self._note(place, entry.text))
        for transform in TRANSFORMS:
            for file in files:
                transform(file, objects, self.sources)

    def _base(self, file: KustomizationFile) -> Objects:
        return self.gathered(file, Objects())

    def _resource(self, file: KustomizationFile, entry: Entry, objects: Objects, place: str) -> None:
        what, path = self.sources.target(file, entry)
        there = self._note(place, entry.text)
        if what is Is.FILE:
            parsed = self.sources.yaml(path)
            found = resources_of(parsed, self.sources.origin_of(parsed))
            for resource in found:
                resource.note = f"path: {quoted(there)}\n" if there else ""
            self._add(file, entry, objects, found)
            return
        base = self.gathered(self.sources.kustomization(path), Objects(), there)
        self._add(file, entry, objects, base.items)
        try:
            objects.config = objects.config.merged(base.config)
        except Conflict as error:
            message = f"{error} is made if it is missing in the configuration of one resource, and not in another"
            raise InfraToolError(message, path=file.path, line=file.file.line(entry.node)) from error
        for variable in base.variables.values():
            variables.add(objects, variable)

    def _note(self, place: str, name: str) -> str:
        return posixpath.normpath(posixpath.join(place, name)) if self.is_noting else ""

    def _add(self, file: KustomizationFile, entry: Entry, objects: Objects, more: Iterable[Resource]) -> None:
        twice = objects.append(more)
        if twice is not None:
            raise conflicting(twice, path=file.path, line=file.file.line(entry.node))
