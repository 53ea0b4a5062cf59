"""The objects of a cluster before and after: which are new, which are gone, and what becomes of those."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from infra_tool.diff.fields import UNKNOWN, changes
from infra_tool.diff.plain import Place, place_of, plain_object
from infra_tool.diff.shown import Field, fields
from infra_tool.flux.applied import Object
from infra_tool.flux.kustomization import GROUP
from infra_tool.flux.values import texts
from infra_tool.kustomize.render.merge_keys import shape_of

Action = Literal["created", "changed", "deleted", "stays"]
Key = tuple[object, ...]

ALWAYS = {f"{GROUP}reconcile": "disabled", f"{GROUP}ssa": "ignore"}
CHANGES = {**ALWAYS, f"{GROUP}ssa": "ignore ifnotpresent"}
"""Labels or annotations, and their values in lower case, with which Flux does not make, or not change, an object."""

ROLLED_OUT = ("Deployment", "StatefulSet", "DaemonSet")
TEMPLATE = "spec.template."


@dataclass(frozen=True)
class ObjectChange:
    """What happens to an object of a cluster.

    `stays`: it is not in the new tree, and nothing removes it; `why` says so. `was` is the earlier name of a generated
    object whose content changed, `by` the Flux Kustomization that applies it, None where the repo does not say. `place`
    is where it is written, or was. `unapplied` says why Flux does not do it. `restarts`: its pods are replaced.
    """

    cluster: str | None
    action: Action
    api_version: str
    kind: str
    namespace: str
    name: str
    by: str | None
    place: Place
    was: str | None = None
    why: str | None = None
    unapplied: str | None = None
    fields: tuple[Field, ...] = ()
    restarts: bool = False

    def __str__(self) -> str:
        """Return `Kind namespace/name`, without the namespace where there is none."""
        return f"{self.kind} {'/'.join(part for part in (self.namespace, self.name) if part)}"


def keyed(objects: Iterable[Object]) -> Mapping[Key, Object]:
    """Return objects by what they are matched by; generated ones by their name without the hash."""
    found: dict[Key, Object] = {}
    for one in objects:
        gvk = one.resource.gvk
        key: Key = (gvk.group, gvk.kind, one.namespace, one.base, one.is_hashed)
        count = 0
        while (*key, count) in found:
            count += 1
        found[*key, count] = one
    return found


def created(cluster: str | None, new: Object) -> ObjectChange:
    """Return what happens to an object that is new."""
    return replace(_told(cluster, "created", new), unapplied=_unapplied(new, ALWAYS))


def gone(cluster: str | None, old: Object, why: str | None) -> ObjectChange:
    """Return what happens to an object that is in the old tree alone; `why` it stays, if it does."""
    if why is not None:
        return replace(_told(cluster, "stays", old), why=why)
    return replace(_told(cluster, "deleted", old), unapplied=_unapplied(old, {}))


def changed(cluster: str | None, old: Object, new: Object) -> ObjectChange | None:
    """Return what happens to an object that is in both, None when that is nothing."""
    before, after = plain_object(old.value), plain_object(new.value)
    if repr(before) == repr(after):
        return None
    gvk = new.resource.gvk
    shape = shape_of(gvk.api_version, gvk.kind) or UNKNOWN
    found = tuple(fields(gvk.kind, changes(before, after, shape), old.value, new.value))
    if not found:
        return None
    restarts = gvk.kind in ROLLED_OUT and any(field.name.startswith(TEMPLATE) for field in found)
    return replace(
        _told(cluster, "changed", new),
        was=old.resource.name if old.resource.name != new.resource.name else None,
        fields=found,
        unapplied=_unapplied(new, CHANGES),
        restarts=restarts and _unapplied(new, CHANGES) is None,
    )


def _unapplied(one: Object, ways: Mapping[str, str]) -> str | None:
    """Return why Flux leaves an object as it is: it is suspended, or the object says so in one of `ways`."""
    by = one.root.by
    if by is not None and by.is_suspended:
        return f"{by.namespace}/{by.name} is suspended"
    said = {**texts(one.value, "metadata", "labels"), **texts(one.value, "metadata", "annotations")}
    found = (name for name, value in ways.items() if said.get(name, "").lower() in value.split())
    return next((f"{name}: {said[name]}" for name in found), None)


def _told(cluster: str | None, action: Action, one: Object) -> ObjectChange:
    gvk, by = one.resource.gvk, one.root.by
    named = f"{by.namespace}/{by.name}" if by is not None else None
    place = place_of(one.value, ())
    return ObjectChange(cluster, action, gvk.api_version, gvk.kind, one.namespace, one.resource.name, named, place)
