"""What the clusters get from a tree, object by object, as Flux applies it."""

from collections.abc import Iterable
from typing import NamedTuple

from infra_tool.flux import substitution
from infra_tool.flux.discover import Root
from infra_tool.flux.variables import Key, Variables, holding, variables_of
from infra_tool.kustomize.render import Resource
from infra_tool.kustomize.render.resource import CLUSTER
from infra_tool.kustomize.render.value import Map


class Object(NamedTuple):
    """An object of a build; `is_hashed`: its name ends with a hash of its content."""

    resource: Resource
    root: Root
    is_hashed: bool = False

    @property
    def base(self) -> str:
        """Its name without such a hash."""
        name = self.resource.name
        return name.rpartition("-")[0] if self.is_hashed else name

    @property
    def value(self) -> Map:
        """The object itself."""
        return self.resource.root

    @property
    def namespace(self) -> str:
        """Its namespace, empty for a kind that has none."""
        namespace = self.resource.id.namespace
        return "" if namespace == CLUSTER else namespace

    @property
    def key(self) -> Key:
        """What it is called in the cluster."""
        gvk = self.resource.gvk
        return (gvk.group, gvk.kind), self.namespace, self.resource.name


def substitute(objects: Iterable[Object]) -> None:
    """Put into all objects of one cluster what is known of their variables."""
    every = tuple(objects)
    held = holding((one.key, one.value) for one in every)
    known: dict[int, Variables] = {}
    for one in every:
        by = one.root.by
        if by is None:
            continue
        if id(by) not in known:
            known[id(by)] = variables_of(by, held)
        if known[id(by)].act:
            substitution.substitute(one.value, known[id(by)].get)
