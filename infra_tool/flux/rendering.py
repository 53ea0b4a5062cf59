"""The objects that a cluster gets from one of its builds, after what Flux does to them."""

from collections.abc import Iterator

from infra_tool.errors import InfraToolError
from infra_tool.flux.discover import Root
from infra_tool.flux.merged import Merged, merged
from infra_tool.kustomize.render import Part, Resource, Sources, parts
from infra_tool.kustomize.render.build import Build, checked


def whole(sources: Sources, root: Root) -> list[Resource]:
    """Return the objects of a build as kustomize orders and names them, `${VAR}` as it is written.

    Raises InfraToolError with the place for what kustomize refuses, and UnsupportedError for what is not done natively.
    """
    checked(root.build)
    if root.left_out is not None:
        raise root.left_out
    file, beside = _merged(sources, root)
    try:
        return Build(sources).objects_of(file, beside)
    except RecursionError as error:
        raise InfraToolError("nested too deeply", path=file.path) from error


def rendered(sources: Sources, root: Root) -> Iterator[Part]:
    """Yield the objects of a build in parts, generated names without hash, `${VAR}` as it is written."""
    if root.build.root is None:
        problem = next(iter(root.build.problems), None)
        yield Part((), problem.error() if problem else InfraToolError("has no kustomization file"))
        return
    try:
        file, beside = _merged(sources, root)
    except InfraToolError as error:
        yield Part((), error)
        return
    yield from parts(sources, file, beside)


def _merged(sources: Sources, root: Root) -> Merged:
    file = root.build.root
    assert file is not None  # noqa: S101 -- its callers look
    return Merged(file, None) if root.by is None else merged(file, root.by, sources.graph.places)
