"""What becomes of an object that is not in the new tree: whether Flux removes it."""

from collections.abc import Mapping

from infra_tool.flux.applied import Object
from infra_tool.flux.kustomization import GROUP, FluxKustomization
from infra_tool.flux.values import flag, text, texts
from infra_tool.kustomize.render.value import Value

Name = tuple[str, str]
Specs = Mapping[Name, Value]
"""Flux Kustomizations as a cluster gets them, by namespace and name."""

OPT_OUTS = (f"{GROUP}prune", f"{GROUP}reconcile")
OFF = "disabled"
POLICIES = ("Delete", "WaitForTermination")
"""Deletion policies of a Flux Kustomization with which its objects go with it, whatever `prune` says."""


class Keeper:
    """Tells why objects of one cluster stay."""

    def __init__(self, objects: Mapping[Name, Object], old: Specs, new: Specs) -> None:
        """Look at the Flux Kustomizations before and after; `objects` are those of `old` that a build has."""
        self._objects = objects
        self._old = old
        self._new = new

    def why(self, gone: Object) -> str | None:
        """Return why an object that is in no build any more stays; None when Flux removes it."""
        metadata = {**texts(gone.value, "metadata", "labels"), **texts(gone.value, "metadata", "annotations")}
        for name in OPT_OUTS:
            if metadata.get(name, "").lower() == OFF:
                return f"{name}: {OFF}"
        return self._why_of(gone.root.by, frozenset()) if gone.root.by is not None else None

    def _why_of(self, by: FluxKustomization, seen: frozenset[Name]) -> str | None:
        name = (by.namespace, by.name)
        label = "/".join(name)
        if name in self._new:
            return None if flag(self._new[name], "spec", "prune") else f"{label} does not prune"
        if name in seen or name not in self._objects:
            return None
        if self._why_stays(name, seen):
            return f"{label} stays"
        return self._policy(self._old[name], label)

    def _why_stays(self, name: Name, seen: frozenset[Name]) -> bool:
        """Tell whether a Flux Kustomization that is gone stays itself; what one brings itself goes with it."""
        one = self._objects[name]
        if one.root.by is None:
            return self.why(one) is not None
        return self._why_of(one.root.by, seen | {name}) is not None

    def _policy(self, root: Value, label: str) -> str | None:
        """Return why the objects of a Flux Kustomization that is removed stay."""
        if flag(root, "spec", "suspend"):
            return f"{label} is suspended"
        policy = text(root, "spec", "deletionPolicy") or "MirrorPrune"
        if policy in POLICIES or (policy == "MirrorPrune" and flag(root, "spec", "prune")):
            return None
        return f"{label} does not prune"
