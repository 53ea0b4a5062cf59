"""Kubernetes objects that a tree holds already, found by kind and name in whatever file they are."""

import posixpath
from collections.abc import Iterator
from typing import NamedTuple

from infra_tool import repo, yamldoc
from infra_tool.edits import Tree
from infra_tool.yamldoc import SUFFIXES, Node, text

FLUX_KUSTOMIZATION = "kustomize.toolkit.fluxcd.io"
GIT_REPOSITORY = "source.toolkit.fluxcd.io"


class Found(NamedTuple):
    """An object and the file it is in."""

    path: str
    root: Node

    def text(self, *keys: str) -> str | None:
        """Return the text of a field."""
        return text(self.root, *keys)


class Sync(NamedTuple):
    """How a cluster directory is applied: the name of the Flux Kustomization, its source and its decryption key."""

    name: str
    path: str
    source_kind: str
    source: str
    decryption: str | None


def flux_objects(tree: Tree, cluster: str) -> tuple[Found, ...]:
    """Return the Flux Kustomizations and git sources that a cluster may have: not those of other clusters."""
    own, others = f"{repo.cluster_root(cluster)}/", (f"{repo.APPS}/", f"{repo.CLUSTERS}/")
    paths = [
        path
        for path in tree.entries
        if path.endswith(SUFFIXES) and (path.startswith(own) or not path.startswith(others))
    ]
    # CRDs mention the groups too, and are large; only what has an API version is parsed.
    marks = (f"{FLUX_KUSTOMIZATION}/v".encode(), f"{GIT_REPOSITORY}/v".encode())
    found: list[Found] = []
    for path, data in tree.read_many(paths).items():
        if any(mark in data for mark in marks):
            found += (Found(path, root) for root in _roots(path, data))
    return tuple(found)


def _roots(path: str, data: bytes) -> Iterator[Node]:
    try:
        file = yamldoc.parse(data, path)
    except yamldoc.YamlError:
        # A broken file is lint's to name; here it holds no object.
        return
    for document in file.documents:
        if document.root is not None and text(document.root, "kind") in {"Kustomization", "GitRepository"}:
            yield document.root


def named(objects: tuple[Found, ...], kind: str, name: str) -> Found | None:
    """Return the Flux object of this kind and name."""
    group = FLUX_KUSTOMIZATION if kind == "Kustomization" else GIT_REPOSITORY
    for found in objects:
        is_kind = found.text("kind") == kind and (found.text("apiVersion") or "").startswith(f"{group}/")
        if is_kind and found.text("metadata", "name") == name:
            return found
    return None


def covering(tree: Tree, objects: tuple[Found, ...], directory: str) -> Sync | None:
    """Return the Flux Kustomization that applies `directory`: the one whose path is it or is nearest above it.

    One above counts only where Flux makes the kustomization file itself, from everything below.
    """
    reaching = []
    for found in objects:
        if not (found.text("apiVersion") or "").startswith(f"{FLUX_KUSTOMIZATION}/"):
            continue
        path = posixpath.normpath(found.text("spec", "path") or ".").lstrip("/").removeprefix(".")
        is_above = not path or directory.startswith(f"{path}/")
        if directory == path or (is_above and not repo.kustomization_paths(tree, path)):
            reaching.append((len(path), found))
    if not reaching:
        return None
    found = max(reaching, key=lambda pair: pair[0])[1]
    return Sync(
        found.text("metadata", "name") or "",
        found.path,
        found.text("spec", "sourceRef", "kind") or "GitRepository",
        found.text("spec", "sourceRef", "name") or "flux-system",
        found.text("spec", "decryption", "secretRef", "name"),
    )
