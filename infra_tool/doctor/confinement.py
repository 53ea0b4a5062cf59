"""Whether Flux confines what a service of the layout isolated brings to the rights of the service's account.

The account is admin of its namespace, and Flux lets an admin make Flux objects there (its ClusterRole flux-edit). One
without `serviceAccountName` is applied with all rights of its controller, unless that has a default account.
"""

import re
from collections.abc import Iterator

from infra_tool.doctor.line import Line
from infra_tool.edits import Tree
from infra_tool.errors import InfraToolError
from infra_tool.flux.values import get, maps, text, words
from infra_tool.kustomize import Graph
from infra_tool.kustomize.render import render
from infra_tool.scaffold import health_checks

APPLIER = "kustomize-controller"
CONTROLLERS = (APPLIER, "helm-controller")
"""What applies for others, and so must not do it with rights of its own."""

DEFAULT = re.compile(r"--default-service-account[= ][^\s-]")
FIX = "--default-service-account=default, which needs a serviceAccountName first (docs/threat-model.md)"
REST = "what its pods and secrets reach is told in docs/threat-model.md"


def line(tree: Tree, cluster: str) -> Line:
    """Tell of a cluster whose layout is isolated."""
    head = f"{cluster} is isolated"
    directory = health_checks.directory(tree, cluster)
    if directory is None:
        return Line("unchecked", f"{head}; Flux itself is not in this repo, so what that confines is not known", FIX)
    try:
        found = dict(_controllers(tree, directory))
    except InfraToolError as error:
        return Line("unchecked", f"{head}; {directory}, which holds Flux, cannot be built: {error}", FIX)
    if APPLIER not in found:
        return Line("unchecked", f"{head}; {directory}, which holds Flux, has no {APPLIER}", FIX)
    free = " and ".join(name for name in CONTROLLERS if found.get(name) is False)
    if not free:
        return Line("ok", f"{head}: Flux acts for a service in its namespace alone; {REST}")
    act = "act with all their rights" if " " in free else "acts with all its rights"
    return Line("warn", f"{head} against mistakes alone: {free} {act} on Flux objects that a service brings", FIX)


def _controllers(tree: Tree, directory: str) -> Iterator[tuple[str, bool]]:
    """Yield the name of each controller of Flux, and whether it has a default account, as kustomize builds it."""
    for resource in render(Graph(tree), directory):
        name = text(resource.root, "metadata", "name")
        if text(resource.root, "kind") == "Deployment" and name in CONTROLLERS:
            containers = maps(resource.root, "spec", "template", "spec", "containers")
            yield name, any(DEFAULT.search(" ".join(words(get(one, "args")))) for one in containers)
