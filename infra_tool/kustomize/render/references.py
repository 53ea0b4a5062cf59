"""References by name to objects that were renamed or moved to another namespace; followed once, at the end."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeGuard

from infra_tool.errors import InfraToolError
from infra_tool.kustomize.render.fieldspec import FieldSpec, Visit
from infra_tool.kustomize.render.objects import Objects
from infra_tool.kustomize.render.resource import CLUSTER, Gvk, Resource, put, written
from infra_tool.kustomize.render.value import Leaf, List, Map, Value, is_null, text_of, value_of

Candidates = list[Resource]


def fix(objects: Objects) -> None:
    """Write the present names into everything that refers to objects by an earlier one.

    Raises InfraToolError where it is not clear which object is meant, or whether one can be meant at all.
    """
    known: dict[str, Candidates] = {}
    for resource in objects.items:
        for name in {name for _, _, name in resource.previous}:
            known.setdefault(name, []).append(resource)
    for resource in objects.items:
        places = objects.config.references_of(resource.first_id.gvk)
        if places:
            deque(bound_namespaces(resource), maxlen=0)
        for target, spec in places:
            Referrer(resource, target, spec, known).fix()
    objects.changed()


@dataclass(frozen=True)
class Referrer:
    """An object, what it may refer to, and where; `known` holds the objects by their earlier names."""

    resource: Resource
    target: Gvk
    spec: FieldSpec
    known: dict[str, Candidates]

    def fix(self) -> None:
        """Change the references."""
        root = self.resource.root
        Visit(self.spec, self._changed, None, (root.origin, root.node)).run(root)

    def _changed(self, value: Value) -> Value:
        if is_null(value):
            return value
        if isinstance(value, Leaf):
            return self._scalar(value)
        if isinstance(value, Map):
            self._mapping(value)
            return value
        for place, item in enumerate(value):
            if isinstance(item, List):
                raise item.origin.error("a reference cannot be a list", item.node)
            value[place] = self._changed(item)
        return value

    def _scalar(self, value: Leaf) -> Leaf:
        if value.text not in self.known:
            return value
        found = self._select(value.text, self._visible(self.known[value.text]), value, named_alike)
        if found is None or found.name == value.text:
            return value
        return written(_taken(found, "name"), value)

    def _mapping(self, value: Map) -> None:
        name = value.get("name")
        if name is None:
            raise value.origin.error("a reference lacks its name", value.node)
        if not isinstance(name, Leaf) or name.text not in self.known:
            return
        candidates = self._visible(self.known[name.text])
        if "namespace" in value:
            candidates = self._in_namespace(text_of(value["namespace"]), candidates)
        found = self._select(name.text, candidates, name, placed_alike)
        if found is None or (found.name == name.text and not found.namespace):
            return
        put(value, "name", _taken(found, "name"))
        if found.namespace:
            put(value, "namespace", _taken(found, "namespace"))

    def _visible(self, candidates: Candidates) -> Candidates:
        """Return the objects that the referrer can refer to at all."""
        place = self.resource.id.namespace
        if place == CLUSTER:
            return candidates
        bound = self._bound()
        return [one for one in candidates if one.id.namespace in (place, CLUSTER) or one.namespace in bound]

    def _bound(self) -> set[str]:
        """Return the namespaces of the service accounts that a role binding names."""
        return {text_of(namespace) for namespace in bound_namespaces(self.resource)}

    def _in_namespace(self, namespace: str, candidates: Candidates) -> Candidates:
        """Return the objects that were in a namespace at first; if none ever was, those that are."""
        if any(one.first_id.namespace == namespace for one in self._everything()):
            return [one for one in candidates if one.first_id.namespace == namespace]
        return [one for one in candidates if one.id.namespace == namespace]

    def _everything(self) -> Candidates:
        every = {id(one): one for group in self.known.values() for one in group}
        return self._visible(list(every.values()))

    def _select(self, name: str, candidates: Candidates, at: Leaf, alike: "Alike") -> Resource | None:
        found = [one for one in candidates if self._is_meant(one, name)]
        if len(found) == 1:
            return found[0]
        found = [one for one in found if _same_affixes(one, self.resource, loosely=True)]
        if len(found) > 1:
            found = [one for one in found if _same_affixes(one, self.resource, loosely=False)]
        if len(found) <= 1 or alike(found):
            return found[0] if found else None
        names = ", ".join(str(one.id) for one in found)
        message = f"{self.spec.path} of {self.resource.id} could refer to several objects: {names}"
        raise InfraToolError(message, path=at.origin.path, line=at.origin.line(at.node))

    def _is_meant(self, candidate: Resource, name: str) -> bool:
        earlier = candidate.earlier()
        if not any(one.name == name for one in earlier):
            return False
        if not any(one.gvk.is_selected(self.target) for one in earlier):
            return False
        role = self._role()
        if role is not None and not any(one.gvk.is_selected(role) for one in earlier):
            return False
        place = self.resource.id.namespace
        is_anywhere = place == CLUSTER or candidate.gvk.kind == "ServiceAccount"
        return is_anywhere or candidate.id.namespace in (CLUSTER, place)

    def _role(self) -> Gvk | None:
        """Return the kind that a role binding says it refers to."""
        if not self.spec.path.endswith("roleRef/name"):
            return None
        role = self.resource.root.get("roleRef")
        if not isinstance(role, Map) or "apiGroup" not in role or "kind" not in role:
            return None
        group, kind = role["apiGroup"], role["kind"]
        return Gvk(group.text if isinstance(group, Leaf) else "", "", kind.text if isinstance(kind, Leaf) else "")


def bound_namespaces(resource: Resource) -> Iterator[Leaf]:
    """Yield the namespaces of the service accounts that a role binding names; raises InfraToolError for no texts."""
    subjects = resource.root.get("subjects") if resource.gvk.kind == "RoleBinding" else None
    for subject in subjects if isinstance(subjects, List) else ():
        if not isinstance(subject, Map):
            raise subject.origin.error("a subject must be a mapping", subject.node)
        namespace, kind = subject.get("namespace"), subject.get("kind")
        if namespace is None or kind is None:
            continue
        if not _is_text(kind):
            raise kind.origin.error("the kind of a subject must be a text", kind.node)
        if text_of(kind) == "ServiceAccount":
            if not _is_text(namespace):
                raise namespace.origin.error("the namespace of a service account must be a text", namespace.node)
            yield namespace


def _is_text(value: Value) -> TypeGuard[Leaf]:
    return isinstance(value, Leaf) and not value.is_null and isinstance(value_of(value), str)


class Alike:
    """Tells whether it does not matter which of several objects is meant; by name, or by name and namespace."""

    def __init__(self, *, with_namespace: bool) -> None:
        """Compare names, and namespaces where those are written too."""
        self._with_namespace = with_namespace

    def __call__(self, resources: Iterable[Resource]) -> bool:
        """Compare."""
        return len({(one.name, one.namespace if self._with_namespace else "") for one in resources}) == 1


named_alike = Alike(with_namespace=False)
placed_alike = Alike(with_namespace=True)


def _taken(resource: Resource, field: str) -> Leaf:
    """Return a text of an object's metadata as it is written elsewhere."""
    value = resource.metadata[field]
    return Leaf(text_of(value), value.origin, value.node)


def _same_affixes(one: Resource, other: Resource, *, loosely: bool) -> bool:
    return _ends_alike(one.prefixes, other.prefixes, loosely=loosely) and _ends_alike(
        one.suffixes, other.suffixes, loosely=loosely
    )


def _ends_alike(one: list[str], other: list[str], *, loosely: bool) -> bool:
    """Tell whether the shorter list is the end of the longer; an empty one is so only loosely."""
    if not one or not other:
        return loosely or one == other
    length = min(len(one), len(other))
    return one[-length:] == other[-length:]
