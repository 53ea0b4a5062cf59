"""The objects of one kustomization under way, with the rules for changing them."""

from collections.abc import Iterable
from typing import NamedTuple

from infra_tool.errors import InfraToolError
from infra_tool.kustomize.render.config import EMPTY, Config
from infra_tool.kustomize.render.resource import Id, Resource
from infra_tool.kustomize.render.value import Origin
from infra_tool.yamldoc import Node


class Variable(NamedTuple):
    """A text that is written `$(name)`: the value of a field of an object that says so."""

    name: str
    path: str
    origin: Origin
    node: Node


class Objects:
    """What was gathered so far. `config` says in which fields names, labels and images are; `variables` are by name."""

    def __init__(self, config: Config = EMPTY) -> None:
        """Start empty."""
        self.items: list[Resource] = []
        self.config = config
        self.variables: dict[str, Variable] = {}
        self._ids: set[Id] | None = set()
        self._by_name: dict[str, list[Resource]] | None = None

    def changed(self) -> None:
        """Note that names, namespaces or kinds may have changed, or objects were removed."""
        self._ids = self._by_name = None

    def append(self, resources: Iterable[Resource]) -> Id | None:
        """Add objects; returns what is there already, after which nothing more is added."""
        ids, self._by_name = self._ids, None
        if ids is None:
            ids = self._ids = {resource.id for resource in self.items}
        for resource in resources:
            identity = resource.id
            if identity in ids:
                return identity
            ids.add(identity)
            self.items.append(resource)
        return None

    def matching(self, identity: Id) -> list[Resource]:
        """Return the objects that are, or were, told apart by `identity`."""
        return [resource for resource in self.named(identity.name) if identity in resource.ids()]

    def named(self, name: str) -> list[Resource]:
        """Return the objects that have, or had, a name."""
        if self._by_name is None:
            self._by_name = {}
            for resource in self.items:
                for known in {resource.name, *(name for _, _, name in resource.previous)}:
                    self._by_name.setdefault(known, []).append(resource)
        return self._by_name.get(name, [])

    def conflict(self) -> Id | None:
        """Return what two objects are told apart by, if there are two."""
        seen: set[Id] = set()
        for resource in self.items:
            if (identity := resource.id) in seen:
                return identity
            seen.add(identity)
        return None


def conflicting(identity: Id, *, path: str, line: int) -> InfraToolError:
    """Return the error for two objects that cannot be told apart."""
    return InfraToolError(f"two objects are {identity}", path=path, line=line, hint="give one another name")
