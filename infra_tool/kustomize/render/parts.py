"""The objects of a build in parts that do not change each other, so that one that cannot be built hides no other."""

from collections.abc import Iterator
from typing import NamedTuple

from infra_tool.errors import InfraToolError
from infra_tool.kustomize.build import Build as Walked
from infra_tool.kustomize.entries import Entry
from infra_tool.kustomize.file import KustomizationFile
from infra_tool.kustomize.place import Is
from infra_tool.kustomize.render import references
from infra_tool.kustomize.render.build import Build, checked
from infra_tool.kustomize.render.config import DEFAULT
from infra_tool.kustomize.render.final import is_local
from infra_tool.kustomize.render.manifest import resources_of
from infra_tool.kustomize.render.objects import Objects
from infra_tool.kustomize.render.resource import Resource
from infra_tool.kustomize.render.sources import Sources
from infra_tool.kustomize.render.unsupported import UnsupportedError, unsupported

PLAIN = {"apiversion", "kind", "metadata", "resources"}
"""The fields of a kustomization file that changes nothing of what it lists."""
REFERRERS = ("RoleBinding", "ClusterRoleBinding", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
"""Kinds that name the namespace of what they refer to."""


class Part(NamedTuple):
    """Some objects of a build; `error` tells why they could not be built.

    `is_refused`: kustomize would refuse to build them, for a reason that no walk of the files shows. `namespace` is the
    one that the kustomization of the part gives to all of them, None where it gives none.
    """

    objects: tuple[Resource, ...]
    error: InfraToolError | None = None
    is_refused: bool = False
    namespace: str | None = None


def parts(sources: Sources, root: KustomizationFile, beside: KustomizationFile | None = None) -> Iterator[Part]:
    """Yield the parts of a build.

    Generated names have no hash, and nothing is sorted. `beside` is a file whose fields stand behind those of `root`:
    Flux has some.
    """
    yield from _Parts(sources, root, beside).of(root, ())


class _Parts:
    """The parts of one build."""

    def __init__(self, sources: Sources, root: KustomizationFile, beside: KustomizationFile | None) -> None:
        self._graph = sources.graph
        self._root = root
        self._beside = beside
        self._build = Build(sources)
        patches = beside.patches if beside is not None else ()
        self._whole = any(patch.target is None for patch in patches) or bool(beside is not None and beside.components)

    def of(self, file: KustomizationFile, above: tuple[KustomizationFile, ...]) -> Iterator[Part]:
        if self._whole or not PLAIN.issuperset(file.fields):
            yield self._one(file)
            return
        for entry in file.resources:
            what, path = self._graph.places.target(file.directory, entry.text)
            child = self._graph.load(path).file if what is Is.DIRECTORY else None
            if child is not None and child not in (*above, file):
                yield from self.of(child, (*above, file))
            elif what is Is.FILE:
                yield self._manifest(path)
            else:
                yield Part((), _missing(file, entry, what))

    def _manifest(self, path: str) -> Part:
        sources = self._build.sources
        objects = Objects(DEFAULT)
        try:
            parsed = sources.yaml(path)
            objects.append(resources_of(parsed, sources.origin_of(parsed)))
            return Part(self._finished(objects))
        except InfraToolError as error:
            return Part((), error)

    def _one(self, file: KustomizationFile) -> Part:
        namespace = file.namespace.value if file.namespace is not None else None
        try:
            checked(self._walked(file))
        except InfraToolError as error:
            return Part((), error, namespace=namespace)
        try:
            if file is self._root:
                return Part(_named(self._build.gathered(file, Objects(), beside=self._beside)), namespace=namespace)
            return Part(self._finished(self._build.gathered(file, Objects())), namespace=namespace)
        except InfraToolError as error:
            return Part((), error, is_refused=not isinstance(error, UnsupportedError), namespace=namespace)
        except RecursionError:
            return Part((), InfraToolError("nested too deeply", path=file.path), namespace=namespace)

    def _walked(self, file: KustomizationFile) -> Walked:
        is_in_tree = self._graph.load(file.directory).file is file
        return self._graph.build(file.directory) if is_in_tree else self._graph.build_of(file)

    def _finished(self, objects: Objects) -> tuple[Resource, ...]:
        """Return the objects of a part of what a root lists that changes nothing itself."""
        return _named(objects if self._beside is None else self._build.gathered(self._beside, objects))


def _named(objects: Objects) -> tuple[Resource, ...]:
    """Return objects after what refers to renamed ones follows them."""
    if any(_is_renamed(one) or one.gvk.kind in REFERRERS for one in objects.items if one.previous):
        references.fix(objects)
    return tuple(one for one in objects.items if not is_local(one))


def _missing(file: KustomizationFile, entry: Entry, what: Is) -> InfraToolError:
    line = file.file.line(entry.node)
    if what is Is.REMOTE:
        return unsupported("a remote resource", path=file.path, line=line)
    return InfraToolError(f"{entry.text} cannot be built", path=file.path, line=line)


def _is_renamed(resource: Resource) -> bool:
    return any(name != resource.name for _, _, name in resource.previous)
