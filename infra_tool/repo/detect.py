"""Which layout a cluster has: how its services are registered."""

from collections import Counter
from collections.abc import Iterator

from infra_tool import yamldoc
from infra_tool.edits import Tree, children
from infra_tool.repo.config import Config, Layout
from infra_tool.repo.layout import APPS, cluster_root, kustomization_paths
from infra_tool.repo.registration import cluster_list
from infra_tool.yamldoc import YamlError

FLUX = "kustomize.toolkit.fluxcd.io/"


def detect_layout(tree: Tree, config: Config, cluster: str) -> Layout:
    """Return the layout of a cluster: as configured, else as most of its services are registered, else the default.

    `shared`: the cluster's list names `../../apps/SERVICE`; `isolated`: it names files that hold a Flux Kustomization
    whose path is `apps/SERVICE`. Raises InfraToolError when the cluster's kustomization file cannot be read.
    """
    if "layout" in config.stated:
        return config.layout
    found = Counter(_registrations(tree, cluster))
    if not found:
        return config.layout
    return "isolated" if found["isolated"] > found["shared"] else "shared"


def _registrations(tree: Tree, cluster: str) -> Iterator[Layout]:
    """Yield the way in which each service of a cluster is registered."""
    for path in _listed(tree, cluster):
        if path.startswith(f"{APPS}/"):
            yield "shared"
        elif path in tree.entries and _applies_service(tree, path):
            yield "isolated"


def _listed(tree: Tree, cluster: str) -> Iterator[str]:
    """Yield what a cluster's list names; without a list Flux applies every file of the directory."""
    directory = cluster_root(cluster)
    if kustomization_paths(tree, directory):
        yield from (path for _, path in cluster_list(tree, cluster).entries())
    else:
        yield from (f"{directory}/{name}" for name in children(tree, directory) if name.endswith(yamldoc.SUFFIXES))


def _applies_service(tree: Tree, path: str) -> bool:
    data = tree.read(path)
    if FLUX.encode() not in data:
        return False
    try:
        file = yamldoc.parse(data, path)
    except YamlError:
        # What is wrong with the file is for lint to say; it registers nothing.
        return False
    return any(
        (yamldoc.text(document.root, "apiVersion") or "").startswith(FLUX)
        and (yamldoc.text(document.root, "spec", "path") or "").removeprefix("./").startswith(f"{APPS}/")
        for document in file.documents
    )
