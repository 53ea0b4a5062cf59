"""The objects that a cluster gets from one of its builds, after what Flux does to them."""

from collections.abc import Iterator
from dataclasses import replace

from infra_tool.errors import InfraToolError
from infra_tool.flux.discover import Root
from infra_tool.flux.kustomization import FluxKustomization
from infra_tool.kustomize import KustomizationFile
from infra_tool.kustomize.check import is_null, pairs
from infra_tool.kustomize.entries import Fields
from infra_tool.kustomize.render import Part, Resource, Sources, final, hashes, parts, references
from infra_tool.kustomize.render.build import Build, checked
from infra_tool.kustomize.render.config import DEFAULT
from infra_tool.kustomize.render.objects import Objects
from infra_tool.yamldoc import Mapping, Sequence, lookup

FIELDS = {
    "targetnamespace": "namespace",
    "nameprefix": "nameprefix",
    "namesuffix": "namesuffix",
    "patches": "patches",
    "patchesstrategicmerge": "patchesstrategicmerge",
    "patchesjson6902": "patchesjson6902",
    "images": "images",
}
"""The fields of a Flux Kustomization that are those of a kustomization file, and their names there."""
COMPONENTS = "components"


def whole(sources: Sources, root: Root) -> list[Resource]:
    """Return the objects of a build as `kustomize build` orders and names them, `${VAR}` as it is written.

    Raises InfraToolError with the place for what kustomize refuses, and UnsupportedError for what is not done natively.
    """
    file = checked(root.build)
    build = Build(sources)
    found = pairs(spec) if root.by is not None and isinstance(spec := lookup(root.by.root, "spec"), Mapping) else {}
    try:
        objects = build.gathered(_with_components(file, found), Objects(DEFAULT))
        acting = _acting(root.by, found) if root.by is not None else None
        if acting is not None:
            build.gathered(acting, objects)
        hashes.append(objects)
        references.fix(objects)
        return final.finished(file, objects)
    except RecursionError as error:
        raise InfraToolError("nested too deeply", path=file.path) from error


def rendered(sources: Sources, root: Root) -> Iterator[Part]:
    """Yield the objects of a build in parts, generated names without hash, `${VAR}` as it is written."""
    if root.build.root is None:
        problem = next(iter(root.build.problems), None)
        yield Part((), problem.error() if problem else InfraToolError("has no kustomization file"))
        return
    if root.by is None:
        yield from parts(sources, root.build.root)
        return
    spec = lookup(root.by.root, "spec")
    found = pairs(spec) if isinstance(spec, Mapping) else {}
    yield from parts(sources, _with_components(root.build.root, found), _acting(root.by, found))


def _with_components(file: KustomizationFile, spec: Fields) -> KustomizationFile:
    """Return a kustomization file that lists the components of a Flux Kustomization after its own."""
    more, own = (fields[COMPONENTS][1] if COMPONENTS in fields else None for fields in (spec, file.fields))
    if not isinstance(more, Sequence) or not more.items:
        return file
    joined = Sequence(more.start)
    joined.items = [*(own.items if isinstance(own, Sequence) else ()), *more.items]
    return replace(file, fields={**file.fields, COMPONENTS: (spec[COMPONENTS][0], joined)})


def _acting(by: FluxKustomization, found: Fields) -> KustomizationFile | None:
    """Return what a Flux Kustomization does to the objects of its directory; None where it does nothing."""
    fields = {FIELDS[name]: entry for name, entry in found.items() if name in FIELDS and not is_null(entry[1])}
    return KustomizationFile(by.path or "", by.file, by.root, fields) if fields else None
