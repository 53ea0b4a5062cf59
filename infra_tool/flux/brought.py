"""Flux Kustomizations as the builds bring them that apply them: patches on the way may have changed what one says."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from infra_tool import yamldoc
from infra_tool.flux.discover import Root
from infra_tool.flux.kustomization import FluxKustomization, is_flux
from infra_tool.kustomize.render import Resource, dump
from infra_tool.kustomize.render.manifest import value_from
from infra_tool.kustomize.render.value import Map, Origin
from infra_tool.yamldoc import Mapping, Position, YamlFile


@dataclass(frozen=True)
class _Patched(YamlFile):
    """A Flux Kustomization as it is applied: no file has its lines, so everything is where the written one begins."""

    place: Position

    def position(self, _: int) -> Position:
        """Return the one place."""
        return self.place


class Brought:
    """What the builds of one cluster so far brought."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._found: dict[int, Map] = {}

    def note(self, resources: Iterable[Resource]) -> None:
        """Note the Flux Kustomizations among the objects of a build."""
        for one in resources:
            if one.root.node is not None and is_flux_object(one):
                self._found[id(one.root.node)] = one.root

    def root(self, root: Root) -> Root:
        """Return a build with its Flux Kustomization as it was brought; as it is written where nothing brought it."""
        by = root.by
        found = self._found.get(id(by.root)) if by is not None else None
        if by is None or found is None:
            return root
        text = dump(found)
        written = value_from(by.root, Origin(by.file.path, by.file))
        if isinstance(written, Map) and dump(written) == text:
            return root
        return root._replace(by=_as_brought(by, text))


def is_flux_object(one: Resource) -> bool:
    """Tell whether an object is a Flux Kustomization."""
    node = one.root.node
    return isinstance(node, Mapping) and is_flux(node)


def _as_brought(by: FluxKustomization, text: str) -> FluxKustomization:
    """Return a Flux Kustomization that says `text`, in the place of the written one."""
    parsed = yamldoc.parse(text.encode(), by.file.path)
    root = parsed.documents[0].root
    if not isinstance(root, Mapping):
        return by
    place = by.file.position(by.root.start)
    return replace(by, root=root, file=_Patched(parsed.path, parsed.data, parsed.text, parsed.documents, place))
