"""A service as the clusters get it: its directory, its manifests, and what acts on them from outside."""

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple

from infra_tool import repo
from infra_tool.apps.places import EntryPlace, KeyPlace, key
from infra_tool.apps.ways import Search, Way, acting
from infra_tool.edits import Tree, children
from infra_tool.errors import UsageError
from infra_tool.kustomize import Graph, Reader
from infra_tool.repo import Config
from infra_tool.yamldoc import SUFFIXES, YamlFile

ENCRYPTED = re.compile(r"\.enc\.ya?ml$")
HOLD = ".hold"
NAME = re.compile(r"\w[\w.-]*")
NO_SERVICE = "a service is a directory with a kustomization file; --commit and --push see only what is committed"


class AppManifest(NamedTuple):
    """A manifest of a service; `entries` are the `images:` entries that act on it, in their order."""

    file: YamlFile
    entries: tuple[EntryPlace, ...]


class Reach(NamedTuple):
    """What one way brings to a cluster; `root` is the directory that it starts at."""

    root: str
    manifests: tuple[AppManifest, ...]


@dataclass(frozen=True)
class App:
    """One service. `reaches` has one for each way to a cluster; for a service that no cluster gets, its own build.

    `keys` are the further places that the configuration names.
    """

    name: str
    directory: str
    reaches: tuple[Reach, ...]
    keys: tuple[KeyPlace, ...] = ()

    @property
    def hold_path(self) -> str:
        """The file that holds deploys back when it is there."""
        return f"{self.directory}/{HOLD}"


class Shelf:
    """What was read of one tree, for finding several services in it."""

    def __init__(self, tree: Tree) -> None:
        """Start with nothing."""
        self.reader = Reader(tree)
        self.graph = Graph(tree, self.reader, manifests=False)


def find(tree: Tree, config: Config, name: str, shelf: Shelf | None = None) -> App:
    """Return the service of a name: the registered directory of that name, else the only one with a kustomization file.

    Encrypted files are left unread. Raises UsageError when there is none or more than one.
    """
    wanted = _candidates(tree, name)
    shelf = shelf or Shelf(tree)
    reader = shelf.reader
    reader.fetch(likely(tree, (name,)))
    search = Search(tree, reader, shelf.graph, wanted)
    ways = [way for cluster in _clusters(tree, config) for way in search.from_cluster(cluster, name)]
    directory = _chosen(tree, name, wanted, ways)
    found = [(way.root.directory, _paths(tree, way)) for way in ways if way.directory == directory]
    if not found:
        found = [(directory, [(one.path, acting(one.transformers)) for one in search.graph.build(directory).files])]
    reaches = tuple(Reach(root, _manifests(reader, paths)) for root, paths in found)
    reader.fetch(one.path for one in config.images if one.path in tree.entries)
    return App(name, directory, reaches, tuple(key.find(tree, reader, config, directory)))


def _candidates(tree: Tree, name: str) -> frozenset[str]:
    """Return the directories of a name."""
    if not NAME.fullmatch(name):
        raise UsageError(f"{name!r} cannot be the name of a service")
    below = (path for path in tree.entries if f"/{name}/" in f"/{path}")
    ways = (str(parent) for path in below for parent in PurePosixPath(path).parents if parent.name == name)
    return frozenset(ways)


def _clusters(tree: Tree, config: Config) -> tuple[str, ...]:
    known = repo.clusters(tree)
    return (config.cluster,) if config.cluster in known else known


def likely(tree: Tree, names: Iterable[str]) -> list[str]:
    """Return the files that finding some services will probably read, the configuration too, for one fetch."""
    wanted = [repo.PATH]
    for cluster in repo.clusters(tree):
        root = repo.cluster_root(cluster)
        wanted += [
            *repo.kustomization_paths(tree, root),
            *(f"{root}/{name}{end}" for name in names for end in SUFFIXES),
        ]
    for directory in (directory for name in names for directory in _candidates(tree, name)):
        wanted += [f"{directory}/{child}" for child in children(tree, directory) if _is_plain(child) or child == HOLD]
    return [path for path in wanted if path in tree.entries]


def _is_plain(path: str) -> bool:
    """Tell whether a file may name an image: encrypted ones do not."""
    return path.endswith(SUFFIXES) and not ENCRYPTED.search(path)


def _chosen(tree: Tree, name: str, wanted: frozenset[str], ways: list[Way]) -> str:
    registered = sorted({way.directory for way in ways})
    found = registered or sorted(path for path in wanted if repo.kustomization_paths(tree, path))
    if len(found) > 1:
        raise UsageError(f"{name} may be one of {', '.join(found)}", hint="name the file: --file PATH --image NAME")
    if not found:
        known = {posixpath.basename(posixpath.dirname(path)) for path in tree.entries if _is_kustomization(path)}
        hint = repo.did_you_mean(name, known) or NO_SERVICE
        raise UsageError(f"there is no service {name}", hint=hint)
    return found[0]


def _is_kustomization(path: str) -> bool:
    return posixpath.basename(path) in repo.KUSTOMIZATION_FILES


Paths = list[tuple[str, tuple[EntryPlace, ...]]]


def _paths(tree: Tree, way: Way) -> Paths:
    """Return the manifests of a service that a way includes, with the entries that act on each."""
    if way.build is None:
        return [(path, way.root.entries) for path in tree.entries if path.startswith(f"{way.directory}/")]
    return [
        (reached.path, acting(reached.transformers, way.root.entries))
        for reached in way.build.files
        if any(one.directory == way.directory for one in reached.chain)
    ]


def _manifests(reader: Reader, paths: Paths) -> tuple[AppManifest, ...]:
    plain = [(path, entries) for path, entries in paths if _is_plain(path)]
    reader.fetch(path for path, _ in plain)
    return tuple(AppManifest(reader(path), entries) for path, entries in plain)
