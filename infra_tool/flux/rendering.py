"""The objects that a cluster gets from one of its builds, after what Flux does to them."""

from collections.abc import Iterator

from infra_tool.errors import InfraToolError
from infra_tool.flux.discover import Root
from infra_tool.flux.kustomization import FluxKustomization
from infra_tool.kustomize import Graph, KustomizationFile
from infra_tool.kustomize.check import is_null, pairs
from infra_tool.kustomize.render import Part, parts
from infra_tool.yamldoc import Mapping, lookup

FIELDS = {
    "targetnamespace": "namespace",
    "nameprefix": "nameprefix",
    "namesuffix": "namesuffix",
    "patches": "patches",
    "patchesstrategicmerge": "patchesstrategicmerge",
    "patchesjson6902": "patchesjson6902",
    "images": "images",
    "components": "components",
}
"""The fields of a Flux Kustomization that are those of a kustomization file, and their names there."""


def rendered(graph: Graph, root: Root) -> Iterator[Part]:
    """Yield the objects of a build in parts, generated names without hash, `${VAR}` as it is written."""
    if root.build.root is None:
        problem = next(iter(root.build.problems), None)
        yield Part((), problem.error() if problem else InfraToolError("has no kustomization file"))
        return
    yield from parts(graph, root.build.root, acting(root.by) if root.by is not None else None)


def acting(by: FluxKustomization) -> KustomizationFile | None:
    """Return what a Flux Kustomization does to the objects of its directory; None where it does nothing."""
    spec = lookup(by.root, "spec")
    found = pairs(spec) if isinstance(spec, Mapping) else {}
    fields = {FIELDS[name]: entry for name, entry in found.items() if name in FIELDS and not is_null(entry[1])}
    return KustomizationFile(by.path or "", by.file, by.root, fields) if fields else None
