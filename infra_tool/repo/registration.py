"""How a cluster's list of what it runs is changed: the `resources` of `clusters/NAME/kustomization.yaml`."""

import posixpath
from collections.abc import Iterator
from typing import NamedTuple

from infra_tool import splice, yamldoc
from infra_tool.edits import Edits, File, Overlay, Tree
from infra_tool.errors import InfraToolError, UsageError
from infra_tool.repo.layout import cluster_root, kustomization_paths
from infra_tool.splice import Splice
from infra_tool.yamldoc import Mapping, Scalar, Sequence, Value, YamlFile

KEY = "resources"
FIRST = "flux-system"
"""What a cluster needs before all else, and is listed before all else."""


class ClusterList(NamedTuple):
    """The kustomization file of a cluster, or of any other directory."""

    file: YamlFile
    root: Mapping
    directory: str

    def entries(self) -> Iterator[tuple[int, str]]:
        """Iterate over the registered paths as they resolve, with their index."""
        listed = self.root.get(KEY)
        for index, item in enumerate(listed.values() if isinstance(listed, Sequence) else ()):
            if isinstance(item, Scalar):
                yield index, self.resolve(item.value)

    def resolve(self, entry: str) -> str:
        """Return the repo-relative path that an entry names."""
        return posixpath.normpath(posixpath.join(self.directory, entry))


def cluster_list(tree: Tree, cluster: str) -> ClusterList:
    """Return the kustomization file of a cluster.

    Raises UsageError when there is none, and InfraToolError when there are two or it is no mapping.
    """
    directory = cluster_root(cluster)
    if not kustomization_paths(tree, directory):
        raise UsageError(f"{directory} has no kustomization file", hint=f"run infra-tool new-cluster {cluster}")
    return _list(tree, directory)


def _list(tree: Tree, directory: str) -> ClusterList:
    paths = kustomization_paths(tree, directory)
    if len(paths) > 1:
        raise InfraToolError(f"{directory} has two kustomization files, which kustomize refuses", path=paths[1])
    file = yamldoc.parse(tree.read(paths[0]), paths[0])
    root = next((document.root for document in file.documents), None)
    if not isinstance(root, Mapping):
        raise InfraToolError("is no kustomization", path=paths[0], line=1)
    return ClusterList(file, root, directory)


def is_registered(tree: Tree, cluster: str, entry: str) -> bool:
    """Tell whether an entry, however it is spelt, is on a cluster's list."""
    listed = cluster_list(tree, cluster)
    return any(path == listed.resolve(entry) for _, path in listed.entries())


def register(tree: Tree, edits: Edits, cluster: str, entry: str) -> Edits:
    """Add an entry to a cluster's list, in `tree` as `edits` change it; a sorted list stays sorted.

    The list is written last, so that what it names is there when it is. An entry that is on the list already, however
    it is spelt, changes nothing. Raises UsageError for a cluster without a list, EditError where the list cannot be
    edited safely.
    """
    cluster_list(Overlay(tree, edits), cluster)
    return add_resource(tree, edits, cluster_root(cluster), entry)


def add_resource(tree: Tree, edits: Edits, directory: str, entry: str) -> Edits:
    """Add an entry to the list of a directory that has a kustomization file, as `register` does for a cluster."""
    listed = _list(Overlay(tree, edits), directory)
    if any(path == listed.resolve(entry) for _, path in listed.entries()):
        return edits
    made = _insertion(Overlay(tree, edits), directory, entry)
    index = _index(listed, made, entry)
    data = yamldoc.apply_checked(listed.file, [made], lambda documents: _with(documents, entry, index))
    return _last(tree, edits, listed.file.path, data)


def unregister(tree: Tree, edits: Edits, cluster: str, entry: str) -> Edits:
    """Take an entry, however it is spelt, off a cluster's list, in `tree` as `edits` change it.

    The list is written first, so that it never names what is gone. An entry that is not on the list changes nothing.
    """
    cluster_list(Overlay(tree, edits), cluster)
    return remove_resource(tree, edits, cluster_root(cluster), entry)


def remove_resource(tree: Tree, edits: Edits, directory: str, entry: str) -> Edits:
    """Take an entry off the list of a directory that has a kustomization file, as `unregister` does for a cluster."""
    listed = _list(Overlay(tree, edits), directory)
    index = next((index for index, path in listed.entries() if path == listed.resolve(entry)), None)
    sequence = listed.root.get(KEY)
    if index is None or not isinstance(sequence, Sequence):
        return edits
    made = yamldoc.remove_item(listed.file, sequence, index)
    data = yamldoc.apply_checked(listed.file, [made], lambda documents: _without(documents, index))
    path = listed.file.path
    first = Edits({path: File(data, Overlay(tree, edits).entries[path].mode)})
    return first.then(Edits({name: file for name, file in edits.files.items() if name != path}))


def _insertion(tree: Tree, directory: str, entry: str) -> Splice:
    """Return the splice for a new entry; `flux-system` at the top stays there and does not count as out of order."""
    listed = _list(tree, directory)
    first = yamldoc.lookup(listed.root, KEY, 0)
    if isinstance(first, Scalar) and first.value == FIRST:
        first.value = ""  # of this copy alone: sorts before every name
    return yamldoc.insert_item(listed.file, listed.root, KEY, entry, keep_sorted=True)


def _last(tree: Tree, edits: Edits, path: str, data: bytes) -> Edits:
    """Write the list behind everything else, also when it is among the edits already."""
    mode = Overlay(tree, edits).entries[path].mode
    return Edits({name: file for name, file in edits.files.items() if name != path}).write(path, data, mode)


def _index(listed: ClusterList, made: Splice, entry: str) -> int:
    """Return where a new entry lies on the list as spliced."""
    changed = yamldoc.parse(splice.apply(listed.file.data, [made]), listed.file.path)
    after = yamldoc.lookup(changed.documents[0].root, KEY) if changed.documents else None
    items = after.items if isinstance(after, Sequence) else []
    return next((index for index, item in enumerate(items) if yamldoc.text(item) == entry), len(items))


def _with(documents: list[Value], entry: str, index: int) -> list[Value]:
    root = documents[0]
    if isinstance(root, dict):
        listed = root.get(KEY) or []
        if isinstance(listed, list):
            root[KEY] = [*listed[:index], entry, *listed[index:]]
    return documents


def _without(documents: list[Value], index: int) -> list[Value]:
    root = documents[0]
    if isinstance(root, dict) and isinstance(listed := root.get(KEY), list):
        del listed[index]
    return documents
