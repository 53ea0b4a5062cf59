"""Which services a cluster has, and in which layout each is registered."""

from collections.abc import Mapping
from typing import NamedTuple

from infra_tool import repo, yamldoc
from infra_tool.edits import Tree
from infra_tool.flux import is_flux
from infra_tool.repo import Layout
from infra_tool.yamldoc import YamlFile


class Registered(NamedTuple):
    """A service on a cluster's list: its layout and the path that the list names, a directory or a file."""

    layout: Layout
    path: str


def registered(tree: Tree, cluster: str) -> Mapping[str, Registered]:
    """Return the services of a cluster by name, those of its list that are directories of `apps/` or apply one."""
    found: dict[str, Registered] = {}
    known = {f"{repo.APPS}/{name}": name for name in repo.services(tree)}
    for _, path in repo.cluster_list(tree, cluster).entries():
        if path in known:
            found[known[path]] = Registered("shared", path)
        elif path in tree.entries and (applied := _applied(tree, path)) in known:
            found[known[applied]] = Registered("isolated", path)
    return found


def _applied(tree: Tree, path: str) -> str:
    """Return the directory that a Flux Kustomization in a file applies; "" where there is none."""
    data = tree.read(path)
    if b"fluxcd.io/" not in data:
        return ""
    try:
        root = flux_kustomization(yamldoc.parse(data, path))
    except yamldoc.YamlError:
        # What is wrong with the file is for lint to say; it registers nothing.
        return ""
    return (yamldoc.text(root, "spec", "path") or "").removeprefix("./").rstrip("/")


def flux_kustomization(file: YamlFile) -> yamldoc.Mapping | None:
    """Return the Flux Kustomization in a file, the first one."""
    for document in file.documents:
        if isinstance(document.root, yamldoc.Mapping) and is_flux(document.root):
            return document.root
    return None
