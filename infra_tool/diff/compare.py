"""Compare what the clusters get from two trees."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from infra_tool.diff import objects
from infra_tool.diff.objects import ObjectChange
from infra_tool.diff.side import BuildName, Side, build_name, by_name
from infra_tool.diff.stays import Keeper
from infra_tool.edits import Tree
from infra_tool.errors import InfraToolError
from infra_tool.flux import Root, applied
from infra_tool.flux.applied import Object


class Gap(NamedTuple):
    """What of a cluster could not be compared, and why: `tree` is `old` or `new`."""

    cluster: str | None
    tree: str
    error: InfraToolError


@dataclass(frozen=True)
class Difference:
    """What changes in the clusters: objects by cluster and namespace, then as kustomize orders kinds."""

    objects: tuple[ObjectChange, ...]
    gaps: tuple[Gap, ...]

    @property
    def restarts(self) -> tuple[ObjectChange, ...]:
        """The workloads whose pods are replaced."""
        return tuple(one for one in self.objects if one.restarts)


Choice = Callable[[str | None], bool]
SIDES = ("old", "new")


def compare(old: Tree, new: Tree, remote: str | None = None, chosen: Choice = lambda _: True) -> Difference:
    """Return what changes in those clusters that are `chosen` when `new` takes the place of `old`."""
    sides = Side(old, remote), Side(new, remote)
    changes, gaps = list[ObjectChange](), list[Gap]()
    for cluster in sorted({name for side in sides for name in side.clusters}, key=str):
        if chosen(cluster):
            built = _Built(cluster, *sides)
            changes += sorted(built.changes(), key=_namespace)
            gaps += dict.fromkeys(built.gaps)
    return Difference(tuple(changes), tuple(gaps))


def _namespace(one: ObjectChange) -> str:
    """Return the namespace that an object is in, or is."""
    return one.name if one.kind == "Namespace" else one.namespace


class _Built:
    """One cluster, before and after; a build that is not possible on one side is taken in pieces on both."""

    def __init__(self, cluster: str | None, old: Side, new: Side) -> None:
        self._cluster = cluster
        self._sides = {"old": old, "new": new}
        self._objects: dict[str, list[Object]] = {"old": [], "new": []}
        self._open: set[tuple[str, BuildName]] = set()
        self.gaps: list[Gap] = []
        roots = {name: side.builds(cluster) for name, side in self._sides.items()}
        for build in dict.fromkeys(build for builds in roots.values() for build in builds):
            self._build({name: builds[build] for name, builds in roots.items() if build in builds})
        for name, side in self._sides.items():
            self._miss(name, side.elsewhere(cluster) & {build for builds in roots.values() for build in builds})
        for name, found in self._objects.items():
            for refused, error in applied.finish(found):
                self._skip(name, build_name(refused.root), error)

    def _build(self, roots: Mapping[str, Root]) -> None:
        try:
            found = {name: self._sides[name].whole(root) for name, root in roots.items()}
        except InfraToolError as error:
            found = {name: self._pieces(name, root) for name, root in roots.items()}
            if not any((name, build_name(root)) in self._open for name, root in roots.items()):
                self._skip(next(iter(roots)), build_name(next(iter(roots.values()))), error)
        for name, some in found.items():
            self._objects[name] += some

    def _pieces(self, name: str, root: Root) -> tuple[Object, ...]:
        found, errors = self._sides[name].pieces(root)
        for error in errors:
            self._skip(name, build_name(root), error)
        return found

    def _skip(self, name: str, build: BuildName, error: InfraToolError) -> None:
        self._open.add((name, build))
        self.gaps.append(Gap(self._cluster, name, error))

    def _miss(self, name: str, builds: Iterable[BuildName]) -> None:
        """Note what one tree has another source for, so that nobody can tell here what it applies."""
        for build in sorted(builds):
            self._skip(name, build, InfraToolError(f"{'/'.join(build)} applies what is not in this repo"))

    def changes(self) -> Iterator[ObjectChange]:
        """Yield what changes; what only one tree has is left out where the other could not be built."""
        before, after = (objects.keyed(self._objects[name]) for name in SIDES)
        for key, new in after.items():
            if key in before:
                change = objects.changed(self._cluster, before[key], new)
                if change is not None:
                    yield change
            elif ("old", build_name(new.root)) not in self._open:
                yield objects.created(self._cluster, new)
        keeper = self._keeper()
        for key, old in before.items():
            if key not in after and ("new", build_name(old.root)) not in self._open:
                yield objects.gone(self._cluster, old, keeper.why(old))

    def _keeper(self) -> Keeper:
        old, new = (self._sides[name].specs(self._cluster, self._objects[name]) for name in SIDES)
        return Keeper(by_name(self._objects["old"], old), old, new)
