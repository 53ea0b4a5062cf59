"""How a cluster reaches a directory, found by reading little: a repo may hold a thousand other services.

A cluster starts at `clusters/NAME`; a Flux Kustomization that it applies starts another build, whose root it names.
Inside of a build, what lies no deeper than the directory is read, and nothing below the others.
"""

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from infra_tool.apps.places.entry import EntryPlace, entries
from infra_tool.edits import Tree, children, is_directory
from infra_tool.errors import InfraToolError
from infra_tool.flux.kustomization import is_flux, normalised
from infra_tool.kustomize import Build, Graph, Is, KustomizationFile, Loaded, Manifest, Places, Reader
from infra_tool.kustomize.walk import Walk
from infra_tool.repo import cluster_root
from infra_tool.yamldoc import SUFFIXES, Mapping, lookup, text


class Root(NamedTuple):
    """A directory that Flux builds, and the `images:` of the Flux Kustomization that says so."""

    directory: str
    entries: tuple[EntryPlace, ...] = ()


class Way(NamedTuple):
    """One way from a cluster to a directory: the build that includes it, and what its root adds from outside.

    `build` is None for a directory that is applied without any kustomization file.
    """

    cluster: str
    directory: str
    root: Root
    build: Build | None


@dataclass
class Search:
    """Looks for some directories in one tree; what was read is kept."""

    tree: Tree
    reader: Reader
    graph: Graph
    wanted: frozenset[str]

    def from_cluster(self, cluster: str, service: str) -> list[Way]:
        """Return the ways from a cluster.

        Where a service is registered as we do it, nothing else is read: on the cluster's list, or by a Flux
        Kustomization in a file of its name.
        """
        found, files = self._build(cluster, Root(cluster_root(cluster)))
        own = [path for path in files if posixpath.splitext(posixpath.basename(path))[0] == service]
        for some in (own, files):
            if found and len(self.wanted) == 1:
                break
            found += self._through_flux(cluster, some)
        return list({(way.directory, way.root): way for way in found}.values())

    def _through_flux(self, cluster: str, files: Iterable[str]) -> list[Way]:
        """Follow the Flux Kustomizations in some files, and in what those apply."""
        found: list[Way] = []
        seen: set[str] = set()
        todo = list(files)
        while todo:
            self.reader.fetch(todo)
            roots = [root for path in todo for root in self._roots(path)]
            seen.update(todo)
            todo = []
            for root in roots:
                ways, more = self._build(cluster, root)
                found += ways
                todo += [path for path in more if path not in seen]
        return found

    def _roots(self, path: str) -> Iterator[Root]:
        """Yield what the Flux Kustomizations of a file build; a path with a variable in it leads nowhere.

        So does a file that cannot be read: what is wrong with it is for lint to say.
        """
        try:
            documents = self.reader(path).documents
        except InfraToolError:
            return
        for document in documents:
            spec = lookup(document.root, "spec")
            directory = normalised(text(spec, "path") or "")
            if is_flux(document.root) and isinstance(spec, Mapping) and directory is not None:
                yield Root(directory, entries(self.reader(path), spec))

    def _build(self, cluster: str, root: Root) -> tuple[list[Way], list[str]]:
        """Return the ways through one build, and the manifests met on the way to them."""
        found: list[Way] = []
        files: list[str] = []
        for directory in self._made_of(root.directory, files):
            hits, beside = self._descend(directory, files)
            build = Walk(_Outline(self.graph, beside)).build(directory) if hits else None
            found += [Way(cluster, hit, root, build) for hit in hits]
        found += [Way(cluster, plain, root, None) for plain in self.wanted if self._is_plain(root.directory, plain)]
        return found, files

    def _made_of(self, directory: str, files: list[str]) -> Iterator[str]:
        """Yield the kustomizations that Flux makes a directory of: its own, else all below, beside single files."""
        if self.graph.places.kustomizations(directory):
            yield directory
            return
        for name in children(self.tree, directory):
            path = f"{directory}/{name}" if directory else name
            if is_directory(self.tree, path):
                yield from self._made_of(path, files)
            elif path.endswith(SUFFIXES):
                files.append(path)

    def _is_plain(self, root: str, directory: str) -> bool:
        """Tell whether Flux applies a directory's files without any kustomization file on the way."""
        if directory != root and root and not directory.startswith(f"{root}/"):
            return False
        while directory != root and not self.graph.places.kustomizations(directory):
            directory = posixpath.dirname(directory)
        return not self.graph.places.kustomizations(directory)

    def _descend(self, root: str, files: list[str]) -> tuple[list[str], frozenset[str]]:
        """Return the wanted directories that are nearest to the root of a build, and those that lie beside them."""
        frontier, seen = [root], {root}
        while frontier:
            hits = [directory for directory in frontier if directory in self.wanted]
            if hits:
                return hits, frozenset(frontier) - self.wanted
            self.reader.fetch(path for name in frontier for path in self.graph.places.kustomizations(name))
            following: list[str] = []
            for directory in frontier:
                following += self._targets(directory, files)
            frontier = [path for path in dict.fromkeys(following) if path not in seen]
            seen.update(frontier)
        return [], frozenset()

    def _targets(self, directory: str, files: list[str]) -> Iterator[str]:
        """Yield the directories that a kustomization includes; its manifests are added to `files`."""
        loaded = self.graph.load(directory).file
        for entry in loaded.resources if loaded is not None else ():
            what, path = self.graph.places.target(directory, entry.text)
            if what is Is.DIRECTORY:
                yield path
            elif what is Is.FILE and path.endswith(SUFFIXES):
                files.append(path)


class _Outline:
    """A build without its manifests, and without the kustomizations beside the way."""

    def __init__(self, graph: Graph, beside: frozenset[str]) -> None:
        self.places: Places = graph.places
        self._graph = graph
        self._beside = beside

    def load(self, directory: str) -> Loaded:
        return Loaded(None) if directory in self._beside else self._graph.load(directory)

    def manifest(self, _path: str) -> Manifest:
        return Manifest(None, has_objects=True)


def acting(kustomizations: Iterable[KustomizationFile], outer: tuple[EntryPlace, ...] = ()) -> tuple[EntryPlace, ...]:
    """Return the `images:` entries that act on a manifest, in their order; `outer`, those of Flux, come last."""
    own = (entry for one in kustomizations if isinstance(one.root, Mapping) for entry in entries(one.file, one.root))
    return (*own, *outer)
