"""One of the two trees that are compared: the builds of its clusters, and what comes out of them."""

from collections.abc import Iterable, Iterator, Mapping

from infra_tool import flux
from infra_tool.diff.stays import Name, Specs
from infra_tool.edits import Tree
from infra_tool.errors import InfraToolError
from infra_tool.flux import FluxKustomization, Root, rendering
from infra_tool.flux.applied import Object
from infra_tool.flux.brought import Brought
from infra_tool.flux.variables import Known
from infra_tool.kustomize import Graph
from infra_tool.kustomize.render import Sources

BuildName = tuple[str, str]
"""What a build is told apart by: the Flux Kustomization that makes it, else its directory."""


class Side:
    """A tree."""

    def __init__(self, tree: Tree, remote: str | None) -> None:
        """Find the builds of `tree`; `remote` is the URL of the repo where it is known."""
        self.tree = tree
        graph = Graph(tree, flux.reader(tree))
        self._sources = Sources(graph)
        self._found = flux.discover(graph, lambda: flux.manifests(graph), remote)
        self._brought: dict[str | None, Brought] = {}

    @property
    def clusters(self) -> Iterable[str | None]:
        """The clusters that get something, None where no directory of `clusters/` leads to it."""
        return dict.fromkeys(root.cluster for root in self._found.roots)

    def builds(self, cluster: str | None) -> Mapping[BuildName, Root]:
        """Return the builds of a cluster."""
        return {build_name(root): root for root in self._found.roots if root.cluster == cluster}

    def elsewhere(self, cluster: str | None) -> frozenset[BuildName]:
        """Return the Flux Kustomizations of a cluster whose builds are not of this tree."""
        builds = self.builds(cluster)
        return frozenset(
            name for by in self._kustomizations(cluster) if (name := (by.namespace, by.name)) not in builds
        )

    def whole(self, root: Root) -> tuple[Object, ...]:
        """Return the objects of a build; raises InfraToolError when it cannot be built.

        The build that brings its Flux Kustomization comes before it.
        """
        brought = self._brought.setdefault(root.cluster, Brought())
        found = rendering.whole(self._sources, brought.root(root))
        brought.note(found)
        return tuple(Object(one, root, one.needs_hash) for one in found)

    def pieces(self, root: Root) -> tuple[tuple[Object, ...], tuple[InfraToolError, ...]]:
        """Return the objects of a build that can be built, generated ones without hash, and why others cannot."""
        brought = self._brought.setdefault(root.cluster, Brought())
        parts = tuple(rendering.rendered(self._sources, brought.root(root)))
        errors = tuple(part.error for part in parts if part.error is not None)
        found = [one for part in parts for one in part.objects]
        brought.note(found)
        return tuple(Object(one, root) for one in found), errors

    def specs(self, cluster: str | None, objects: Iterable[Object]) -> Specs:
        """Return the Flux Kustomizations of a cluster as it gets them, by namespace and name."""
        known = Known((one.key, one.value) for one in objects)
        return {(by.namespace, by.name): known.root(by) for by in self._kustomizations(cluster)}

    def _kustomizations(self, cluster: str | None) -> Iterator[FluxKustomization]:
        return (by for by in self._found.kustomizations if by.cluster == cluster)


def by_name(objects: Iterable[Object], specs: Specs) -> Mapping[Name, Object]:
    """Return the Flux Kustomizations among the objects."""
    names = {id(root): name for name, root in specs.items()}
    return {names[id(one.value)]: one for one in objects if id(one.value) in names}


def build_name(root: Root) -> BuildName:
    """Return what a build is told apart by."""
    return (root.by.namespace, root.by.name) if root.by is not None else ("", root.build.directory)
