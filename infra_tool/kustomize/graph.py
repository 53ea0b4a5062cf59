"""The kustomizations of a tree, each read once, and the builds that they make."""

from collections.abc import Iterator
from typing import NamedTuple

from infra_tool.edits import Tree
from infra_tool.errors import InfraToolError
from infra_tool.kustomize import file as kustomization
from infra_tool.kustomize import krm
from infra_tool.kustomize.build import Build
from infra_tool.kustomize.escape import refuse_slash
from infra_tool.kustomize.file import KustomizationFile
from infra_tool.kustomize.place import Is, Places
from infra_tool.kustomize.problems import Problem, TwoFiles, Unreadable
from infra_tool.kustomize.reader import Read, Reader
from infra_tool.kustomize.walk import Walk
from infra_tool.yamldoc import YamlFile


class Loaded(NamedTuple):
    """The kustomization file of a directory; None when there is none, or a problem keeps it from being read."""

    file: KustomizationFile | None
    problem: Problem | None = None


class Graph:
    """The kustomizations of one tree; what was read for one build is not read again for the next."""

    def __init__(self, tree: Tree, read: Read | None = None, *, manifests: bool = True) -> None:
        """Look at `tree`; `read` where the caller parses files already, which Graph asks for once a path.

        `manifests` False leaves all but kustomization files unread; then no document is judged.
        """
        self.places = Places(tree)
        self.manifests = manifests
        self._read: Read = read or Reader(tree)
        self._loaded: dict[str, Loaded] = {}
        self._manifests: dict[str, krm.Manifest] = {}
        self._builds: dict[str, Build] = {}

    def load(self, directory: str) -> Loaded:
        """Return the kustomization file of a directory."""
        if directory not in self._loaded:
            self._loaded[directory] = self._load(directory)
        return self._loaded[directory]

    def _load(self, directory: str) -> Loaded:
        paths = self.places.kustomizations(directory)
        if not paths:
            return Loaded(None)
        if len(paths) > 1:
            return Loaded(None, TwoFiles(_unread(paths[1]), paths[1], None, paths))
        try:
            return Loaded(kustomization.of(self.read(paths[0]), directory))
        except InfraToolError as error:
            return Loaded(None, Unreadable(_unread(paths[0]), paths[0], None, paths[0], error))

    def manifest(self, path: str) -> krm.Manifest:
        """Return what a file that is listed as a resource holds."""
        if path not in self._manifests:
            self._manifests[path] = self._manifest(path)
        return self._manifests[path]

    def _manifest(self, path: str) -> krm.Manifest:
        if not self.manifests:
            return krm.Manifest(None, has_objects=True)
        try:
            return krm.judge(self.read(path))
        except InfraToolError as error:
            return krm.Manifest(None, has_objects=True, error=error)

    def build(self, directory: str) -> Build:
        """Return what `kustomize build` of a directory would include."""
        if directory not in self._builds:
            if isinstance(self._read, Reader):
                self._fetch(self._read, directory)
            self._builds[directory] = Walk(self).build(directory)
        return self._builds[directory]

    def build_of(self, file: KustomizationFile) -> Build:
        """Return what a build of a kustomization file would include that is in no tree, as Flux makes some."""
        return Walk(self).build_of(file)

    def read(self, path: str) -> YamlFile:
        """Return a parsed file; raises InfraToolError when it cannot be read or is no YAML that kustomize takes."""
        return refuse_slash(self._read(path))

    def _fetch(self, reader: Reader, directory: str) -> None:
        """Read together what lies at the same distance: one by one, a partial clone would fetch as often."""
        frontier, seen, manifests = [directory], {directory}, list[str]()
        while frontier:
            reader.fetch(path for name in frontier for path in self.places.kustomizations(name))
            targets = [target for name in frontier for target in self._targets(name)]
            manifests += [path for what, path in targets if what is Is.FILE]
            frontier = list(dict.fromkeys(path for what, path in targets if what is Is.DIRECTORY and path not in seen))
            seen.update(frontier)
        if self.manifests:
            reader.fetch(manifests)

    def _targets(self, directory: str) -> Iterator[tuple[Is, str]]:
        loaded = self.load(directory).file
        if loaded is not None:
            for entry in (*loaded.resources, *loaded.components, *loaded.plugins):
                yield self.places.target(directory, entry.text)


def _unread(path: str) -> YamlFile:
    return YamlFile(path, b"", "", ())


def load(tree: Tree, directory: str, read: Read | None = None) -> KustomizationFile | None:
    """Return the kustomization file of a directory, None when it has none.

    Raises InfraToolError when there are two, or it cannot be read.
    """
    loaded = Graph(tree, read).load(directory)
    if isinstance(loaded.problem, Unreadable):
        raise loaded.problem.reason
    if loaded.problem is not None:
        raise loaded.problem.error()
    return loaded.file


def walk(tree: Tree, directory: str, read: Read | None = None, *, manifests: bool = True) -> Build:
    """Return what `kustomize build` of a directory would include; see Graph for several builds of one tree."""
    return Graph(tree, read, manifests=manifests).build(directory)
