"""What the clusters get from a tree, object by object, as Flux applies it."""

from collections.abc import Iterable
from typing import NamedTuple

from infra_tool.errors import InfraToolError
from infra_tool.flux import substitution
from infra_tool.flux.discover import Root
from infra_tool.flux.values import get
from infra_tool.flux.variables import Key, Known
from infra_tool.kustomize.render import Resource
from infra_tool.kustomize.render.merge_keys import shape_of
from infra_tool.kustomize.render.resource import CLUSTER, as_text
from infra_tool.kustomize.render.value import Map, Value


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
        """Its namespace, empty for a kind that has none; a kind that Kubernetes does not bring has what is written."""
        gvk = self.resource.gvk
        if shape_of(gvk.api_version, gvk.kind) is None:
            return self.resource.namespace
        namespace = self.resource.id.namespace
        return "" if namespace == CLUSTER else namespace

    @property
    def key(self) -> Key:
        """What it is called in the cluster."""
        gvk = self.resource.gvk
        return (gvk.group, gvk.kind), self.namespace, self.resource.name


class Refused(NamedTuple):
    """An object that Flux could not read again after its variables were replaced; it stays as it is written."""

    object: Object
    error: InfraToolError


def finish(objects: Iterable[Object], *, substitutes: bool = True, with_secrets: bool = False) -> tuple[Refused, ...]:
    """Do to all objects of one cluster what Flux does after a build: variables, as far as known, and metadata.

    `substitutes` False leaves `${VAR}` as it is written; `with_secrets`: variables may be values of Secrets too. The
    objects of a Flux Kustomization come after itself.
    """
    every = tuple(objects)
    known = Known(((one.key, one.value) for one in every), with_secrets=with_secrets)
    refused = list[Refused]()
    for one in every:
        by = one.root.by
        if by is None:
            continue
        variables = known.variables(by)
        if substitutes and variables.act:
            try:
                substitution.substitute(one.value, variables.get)
            except InfraToolError as error:
                refused.append(Refused(one, error))
        add_metadata(one.value, known.root(by))
    return tuple(refused)


def add_metadata(value: Map, by: Value) -> None:
    """Give an object the labels and annotations that a Flux Kustomization has for all of its objects."""
    metadata = value.get("metadata")
    for field in ("labels", "annotations"):
        given = get(by, "spec", "commonMetadata", field)
        if isinstance(given, Map) and isinstance(metadata, Map):
            held = metadata.get(field)
            if not isinstance(held, Map):
                held = metadata[field] = Map(given.origin, given.node)
            held.update((key, as_text(text)) for key, text in given.items())
