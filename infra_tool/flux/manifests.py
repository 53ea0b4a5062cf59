"""The files of a tree that may hold Flux Kustomizations."""

from collections.abc import Iterator

from infra_tool.edits import Tree
from infra_tool.errors import InfraToolError
from infra_tool.kustomize import Graph, Reader
from infra_tool.yamldoc import SUFFIXES, YamlFile


def reader(tree: Tree) -> Reader:
    """Return a reader of a tree that has read its YAML files: together, since git is asked once then, not for each."""
    found = Reader(tree)
    found.fetch(path for path in tree.entries if path.endswith(SUFFIXES))
    return found


def manifests(graph: Graph) -> Iterator[YamlFile]:
    """Iterate over the YAML files of a tree by their names; what cannot be read is for lint to tell."""
    for path in graph.places.tree.entries:
        if path.endswith(SUFFIXES):
            try:
                yield graph.read(path)
            except InfraToolError:
                continue
