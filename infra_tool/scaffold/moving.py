"""One service out of one layout into the other: its Namespace, its entry on the list, who applies it."""

import posixpath
import re
from typing import NamedTuple

from infra_tool import repo, yamldoc
from infra_tool.apps import Registered
from infra_tool.edits import Edits, Overlay, Tree, children
from infra_tool.errors import UsageError
from infra_tool.kustomize import Graph, render
from infra_tool.kustomize.render.resource import CLUSTER
from infra_tool.scaffold import answers, names, registration
from infra_tool.scaffold.wanted import Layout

OURS = {"Namespace", "ServiceAccount", "RoleBinding", "Kustomization"}
"""What a file that registers an isolated service holds."""

MARKER = re.compile(r"\A---[ \t]*\r?\n")


class _Namespace(NamedTuple):
    """A Namespace in a file of its own: where, what it is called, and its manifest."""

    path: str
    name: str
    manifest: str


def to_isolated(tree: Tree, edits: Edits, cluster: str, service: str) -> Edits:
    """Let a Flux Kustomization of its own apply a service.

    Raises UsageError when the service has what its account could not apply, or its Namespace not in a file of its own.
    """
    now = Overlay(tree, edits)
    directory = f"{repo.APPS}/{service}"
    namespace = _only_namespace(now, service)
    own = _own_namespace(now, directory)
    if own is not None and own.name != namespace:
        raise UsageError(f"the objects of {service} are in {namespace}, not in the Namespace {own.name}", path=own.path)
    path = f"{repo.cluster_root(cluster)}/{service}.yaml"
    if path in now.entries:
        raise UsageError(f"is there already, so that {service} cannot be registered in it", path=path)
    manifest = own.manifest if own else ""
    content = registration.isolated(now, cluster, service, namespace=namespace, manifest=manifest)
    edits = edits.write(path, content)
    if own is not None:
        edits = repo.remove_resource(tree, edits, directory, own.path.removeprefix(f"{directory}/")).delete(own.path)
    return _entry(tree, _recorded(tree, edits, directory, "isolated"), cluster, service, directory)


def to_shared(tree: Tree, edits: Edits, cluster: str, service: str, registered: Registered) -> Edits:
    """Let the Flux Kustomization of the cluster apply a service.

    Raises UsageError when the file that registers it holds more than infra-tool wrote there.
    """
    now = Overlay(tree, edits)
    directory = f"{repo.APPS}/{service}"
    file = yamldoc.parse(now.read(registered.path), registered.path)
    kinds = [yamldoc.text(document.root, "kind") for document in file.documents]
    if more := sorted({str(kind) for kind in kinds} - OURS):
        raise UsageError(f"holds {', '.join(more)} too", path=registered.path, hint="move that elsewhere first")
    for document, kind in zip(file.documents, kinds, strict=True):
        if kind == "Namespace" and document.root is not None and f"{directory}/namespace.yaml" not in now.entries:
            text = f"{file.text[document.root.start : document.end].rstrip()}\n"
            edits = edits.write(f"{directory}/namespace.yaml", text.encode())
            edits = repo.add_resource(tree, edits, directory, "namespace.yaml")
    edits = _recorded(tree, edits, directory, "shared")
    return _entry(tree, edits.delete(registered.path), cluster, service, registered.path)


def _only_namespace(tree: Tree, service: str) -> str:
    """Return the namespace of all objects of a service; an account of its own can be confined to one alone."""
    graph = Graph(tree)
    found = [one.id for one in render.rendered(graph, graph.build(f"{repo.APPS}/{service}"))]
    outside = [one for one in found if one.namespace == CLUSTER and one.gvk.kind != "Namespace"]
    if outside:
        told = ", ".join(f"{one.gvk.kind}/{one.name}" for one in outside)
        raise UsageError(
            f"{service} has what is in no namespace: {told}", hint="move it out of the service, or leave it shared"
        )
    inside = sorted({one.namespace for one in found if one.namespace != CLUSTER})
    if len(inside) != 1 or inside[0] in names.RESERVED:
        raise UsageError(
            f"the objects of {service} are in {' and '.join(inside) or 'no namespace'}",
            hint="a service of the isolated layout has one namespace of its own: set namespace in its kustomization",
        )
    return inside[0]


def _own_namespace(tree: Tree, directory: str) -> _Namespace | None:
    """Return the Namespace that is written in the directory of a service."""
    for name in children(tree, directory):
        path = f"{directory}/{name}"
        if path not in tree.entries or not name.endswith(yamldoc.SUFFIXES):
            continue
        file = yamldoc.parse(tree.read(path), path)
        roots = [document.root for document in file.documents]
        if any(yamldoc.text(root, "kind") == "Namespace" for root in roots):
            if len(roots) > 1:
                raise UsageError("holds a Namespace and more", path=path, hint="give the Namespace a file of its own")
            return _Namespace(
                path, yamldoc.text(roots[0], "metadata", "name") or "", MARKER.sub("", file.text).strip("\n")
            )
    return None


def _recorded(tree: Tree, edits: Edits, directory: str, layout: Layout) -> Edits:
    """Record the layout where the service was made from a template."""
    path = f"{directory}/{answers.NAME}"
    if path not in tree.entries:
        return edits
    file = yamldoc.parse(tree.read(path), path)
    scalar = yamldoc.lookup(file.documents[0].root, "layout") if file.documents else None
    if not isinstance(scalar, yamldoc.Scalar):
        return edits
    return edits.splice(tree, path, [yamldoc.replace_scalar(file, scalar, layout)])


def _entry(tree: Tree, edits: Edits, cluster: str, service: str, old: str) -> Edits:
    """Let the list of a cluster name a service as the other layout does, and no more the path that it named."""
    edits = repo.unregister(tree, edits, cluster, posixpath.relpath(old, repo.cluster_root(cluster)))
    layout: Layout = "isolated" if old.startswith(f"{repo.APPS}/") else "shared"
    return repo.register(tree, edits, cluster, registration.entry(layout, service))
